"""The three halves of the county's page: what is set, the holidays, the limits with their law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.accounts.vocabulary import Permission
from app.clocks.specs import LimitSpec, limit_specs
from app.errors import UserFacingError
from app.laptop import today_in_china
from app.organisations.vocabulary import COUNTY_ID
from app.settings.actions import set_holidays
from app.settings.holidays import Holiday, HolidayYear
from app.settings.importing import holidays_from_file
from app.settings.queries import (
    SettingRow,
    WaitingChange,
    holiday_years,
    settings_shown,
    settings_to_come,
    waiting_changes,
)
from app.settings.vocabulary import HolidayKind
from app.store import Store
from app.village_rules.queries import known_rule_sets
from i18n.text import tr
from ui.context import PageContext
from ui.settings.setting_form import SettingForm
from ui.theme import Tone, text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.side_panel import SidePanelHost
from ui.wording import error_sentence
from ui.wording_clocks import (
    extension_words,
    length_words,
    rule_words,
    starting_words,
)
from ui.wording_duty import weekday_word
from ui.wording_rules import name_of
from ui.wording_settings import (
    coming_line,
    holidays_line,
    since_words,
    value_words,
    waiting_line,
)

WIDE_PX = 760


@dataclass(frozen=True, slots=True)
class _Shown:
    rows: tuple[SettingRow, ...]
    to_come: tuple[SettingRow, ...]
    waiting: tuple[WaitingChange, ...]


def may_set(context: PageContext) -> bool:
    """Whether this person sets anything for the county."""
    return context.actor.reaches(Permission.MANAGE_SETTINGS, unit_id=COUNTY_ID)


class SettingsTable(RecordTable):
    """Who set it and why go where room is short: they stand in the history beside."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for place in (3, 4):
            self.setColumnHidden(place, self.width() < text_px(WIDE_PX))


class SettingsTab(QWidget):
    """Every key with its value; who may, changes it beside the list."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.may_set = may_set(context)
        self.table = SettingsTable(
            RowsModel(_setting_columns(), key=lambda row: row.key), name=tr("全县设定")
        )
        self.line = text_label("", "muted", wraps=True)
        self.form = SettingForm(context, may_set=self.may_set)
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.line)
        self.host = SidePanelHost(main, self.form)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.host)
        self.table.row_opened.connect(self._on_opened)
        self.form.changed.connect(self._on_changed)

    def hasHeightForWidth(self) -> bool:
        """The form scrolls, not the page."""
        return False

    def load(self) -> None:
        """Read all keys again."""
        today = today_in_china(self._context.store.clock)
        work = partial(_read_settings, self._context.store, today)
        self._context.runner.read(work, on_done=self._on_read)

    def _on_read(self, shown: _Shown) -> None:
        self.table.show_rows(shown.rows)
        self.form.reload(shown.rows)
        lines = [waiting_line(shown.waiting), coming_line(shown.to_come)]
        if self.may_set:
            lines.append(tr("双击一行或者按回车修改，从哪天起由县里定；历次设定都留着。"))
        else:
            lines.append(tr("由县中心设定，这里只看；按回车看历次设定。"))
        self.line.setText("\n".join(line for line in lines if line))
        self.line.setVisible(bool(self.line.text()))

    def _on_opened(self, row: SettingRow) -> None:
        self.form.show_row(row)
        self.host.open_side()
        self.form.take_focus()

    def _on_changed(self) -> None:
        self.host.close_side()
        self.table.setFocus()
        self.load()


def _read_settings(store: Store, today: date) -> _Shown:
    return _Shown(
        settings_shown(store, today), settings_to_come(store, today), waiting_changes(store)
    )


def _setting_columns() -> list[Column[SettingRow]]:
    return [
        Column(tr("项目"), lambda row: name_of(row.key), width=190),
        Column(tr("现在的值"), lambda row: value_words(row.key, row.value)),
        Column(tr("从哪天起"), since_words, width=110),
        Column(tr("谁设的"), lambda row: row.set_by, width=100),
        Column(tr("依据"), lambda row: row.note),
    ]


class HolidaysTab(QWidget):
    """One year's days at a time, and a year's table taken from a file."""

    def __init__(
        self,
        context: PageContext,
        parent: QWidget | None = None,
        *,
        ask_path: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._ask_path = ask_path or self._ask_file
        self._years: tuple[HolidayYear, ...] = ()
        self.year = QComboBox()
        self.year.setAccessibleName(tr("哪一年"))
        calm_wheel(self.year)
        self.source = QLineEdit()
        self.source.setPlaceholderText(tr("依据：国务院办公厅关于哪一年节假日安排的通知"))
        self.source.setAccessibleName(tr("依据"))
        self.take = QPushButton(tr("从表格导入…"))
        self.take.setAccessibleName(self.take.text())
        self.table: RecordTable = RecordTable(
            RowsModel(_holiday_columns(), key=lambda one: one.day), name=tr("法定节假日")
        )
        self.table.set_empty_text(
            tr("还没有节假日表。"), tr("没有表的年份只除去星期六、星期日，到期日会注明。")
        )
        self.line = text_label("", "muted", wraps=True)
        self.hint = text_label(
            tr("表格每行三列：日期、放假或上班、说明；xlsx 或 CSV。"), "muted", wraps=True
        )
        self._build()

    def load(self) -> None:
        """Read all years again."""
        work = partial(holiday_years, self._context.store)
        self._context.runner.read(work, on_done=self._on_read)

    def hasHeightForWidth(self) -> bool:
        """The table scrolls, not the page."""
        return False

    def _on_read(self, years: tuple[HolidayYear, ...]) -> None:
        chosen = self.year.currentData()
        self._years = years
        self.year.blockSignals(True)
        self.year.clear()
        for one in years:
            self.year.addItem(tr("{year} 年", year=one.year), one.year)
        self.year.setCurrentIndex(max(0, self.year.findData(chosen)))
        self.year.blockSignals(False)
        self.year.setVisible(bool(years))
        self._show()

    def _show(self) -> None:
        found = [one for one in self._years if one.year == self.year.currentData()]
        days: list[Holiday] = sorted(found[0].days, key=_day_of) if found else []
        self.table.show_rows(tuple(days))
        self.line.setText(holidays_line(found[0]) if found else "")

    def _on_year(self) -> None:
        self._show()

    def _on_take(self) -> None:
        chosen = self._ask_path()
        if chosen:
            work = partial(_take, self._context, Path(chosen), self.source.text().strip())
            self._context.runner.write(work, on_done=self._on_taken, on_failed=self._on_failed)

    def _on_taken(self, years: tuple[int, ...]) -> None:
        self.source.clear()
        self._context.wrote()
        said = tr("、").join(str(year) for year in years)
        self._context.notify(tr("已请县里用 {years} 年的节假日表，下次联系后生效。", years=said))

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _ask_file(self) -> str:
        return QFileDialog.getOpenFileName(self, tr("选节假日表"), "", tr("表格 (*.xlsx *.csv)"))[0]

    def _build(self) -> None:
        row = QWidget()
        flow = FlowLayout(row)
        self.source.setMinimumWidth(text_px(320))
        for part in (self.year, self.source, self.take):
            flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)
        column.addWidget(self.hint)
        column.addWidget(self.table, 1)
        column.addWidget(self.line)
        is_free = may_set(self._context)
        self.source.setVisible(is_free)
        self.take.setVisible(is_free)
        self.hint.setVisible(is_free)
        self.year.currentIndexChanged.connect(self._on_year)
        self.take.clicked.connect(self._on_take)


def _take(context: PageContext, path: Path, source: str) -> tuple[int, ...]:
    years = holidays_from_file(path, source=source)
    for year in years:
        set_holidays(context.store, context.actor, year=year)
    return tuple(year.year for year in years)


def _day_of(one: Holiday) -> date:
    return one.day


def _holiday_columns() -> list[Column[Holiday]]:
    return [
        Column(tr("日期"), lambda one: f"{one.day:%Y-%m-%d}", width=120),
        Column(tr("星期"), lambda one: weekday_word(one.day), width=80),
        Column(
            tr("放假或上班"),
            lambda one: name_of(one.kind),
            width=110,
            tone=_kind_tone,
            is_pill=True,
        ),
        Column(tr("说明"), lambda one: one.note),
    ]


def _kind_tone(one: Holiday) -> Tone:
    return Tone.OK if one.kind is HolidayKind.OFF else Tone.WARN


class LimitsTab(QWidget):
    """规则与期限: every limit with its law, version and article, and whether that was checked."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.table: RecordTable = RecordTable(
            RowsModel(_limit_columns(), key=lambda spec: spec.rule.id), name=tr("规则与期限")
        )
        self.table.set_empty_text(
            tr("这台电脑还没有收到规则。"), tr("和县里联系一次，规则就会收到。")
        )
        self.line = text_label("", "muted", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.line)
        self.table.row_chosen.connect(self._on_chosen)

    def load(self) -> None:
        """Read the rules again."""
        work = partial(_read_specs, self._context.store)
        self._context.runner.read(work, on_done=self._on_read)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(4, self.width() < text_px(WIDE_PX))

    def hasHeightForWidth(self) -> bool:
        """The table scrolls, not the page."""
        return False

    def _on_read(self, specs: tuple[LimitSpec, ...]) -> None:
        self.table.show_rows(specs)

    def _on_chosen(self, spec: LimitSpec | None) -> None:
        if spec is not None:
            note = tr("{note}文本来源：{where}", note=spec.rule.note, where=spec.rule.source)
            self.line.setText(f"{rule_words(spec.rule)}\n{note}")


def _read_specs(store: Store) -> tuple[LimitSpec, ...]:
    return limit_specs(tuple(known_rule_sets(store).values()))


def _limit_columns() -> list[Column[LimitSpec]]:
    return [
        Column(tr("期限"), lambda spec: name_of(spec.key), width=170),
        Column(tr("来源"), lambda spec: name_of(spec.source), width=96),
        Column(tr("多久"), length_words, width=120),
        Column(tr("从何时起"), _start_words, width=150),
        Column(tr("延长"), extension_words, width=190),
        Column(tr("依据"), lambda spec: rule_words(spec.rule), tone=_source_tone),
    ]


def _start_words(spec: LimitSpec) -> str:
    return starting_words().get(spec.anchor, spec.anchor)


def _source_tone(spec: LimitSpec) -> Tone | None:
    return None if spec.rule.is_confirmed else Tone.WARN
