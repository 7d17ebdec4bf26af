"""One round of the 冲锋队 beside its list: what was found, what came of it, what hangs on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.accounts.vocabulary import Permission
from app.attachments.actions import may_attach
from app.looks.vocabulary import LookedAt
from app.outreach.queries import FindingRow, RoundView
from app.outreach.vocabulary import FindingEnd
from i18n.text import tr
from ui.attachments.strip import AttachmentStrip
from ui.context import PageContext
from ui.looks.noting import look_at_rows
from ui.printing import print_for
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.fact_box import FactBox
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.widgets.paper import table_html, text_html
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording_cases import day_text
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word

SUBJECT = "outreach_round"
_END_TONES = {
    FindingEnd.OPEN: "warn",
    FindingEnd.SETTLED_THERE: "ok",
    FindingEnd.BECAME_CASE: "info",
    FindingEnd.BECAME_VISIT: "info",
    FindingEnd.PASSED_ON: "neutral",
}
_HOME_FROM_PX, _LOW_PX = 460, 430


class FindingsTable(RecordTable):
    """What was found comes before whose it is; the form and the paper say that too."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(1, self.width() < text_px(_HOME_FROM_PX))


class RoundCard(Card):
    """One round: when, where, who; what was found, a line each, and what may be done with it."""

    asked = Signal(str)
    finding_asked = Signal(str, object)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent=parent)
        self._context = context
        self._view: RoundView | None = None
        self.sync_state = StatePill()
        self.header.addWidget(self.sync_state)
        self.facts = FactBox(name=tr("这次上门"))
        self.model: RowsModel[FindingRow] = RowsModel(_finding_columns(), parent=self)
        self.findings = FindingsTable(self.model, name=tr("发现的情况"))
        self.attachments = AttachmentStrip(context)
        self.buttons = {
            key: QPushButton(words)
            for key, words in (
                ("case", tr("转为纠纷")),
                ("visit", tr("转为走访")),
                ("end", tr("记下结果")),
                ("open", tr("打开")),
                ("add", tr("再记一件")),
                ("edit", tr("修改")),
                ("remove", tr("删去")),
                ("print", tr("打印")),
            )
        }
        self.who_visits = text_label(
            tr("走访由村里的网格员和调解员记。请村里去看的，在“记下结果”里写明交给了谁。"),
            "muted",
            wraps=True,
        )
        self._build()

    def show_round(self, view: RoundView) -> None:
        self._view = view
        self.set_title(view.row.title)
        self.sync_state.set_state(*sync_state_word(view.row.sync_state))
        self.facts.begin()
        for word, words in _facts(view):
            self.facts.add_words(word, words)
        self.facts.finish()
        self.attachments.show_subject(
            SUBJECT,
            view.row.id,
            may_attach=may_attach(
                self._context.actor, subject_entity=SUBJECT, unit_id=view.row.unit_id
            ),
        )
        chosen = self.findings.current_row()
        self.model.set_rows(list(view.findings))
        if isinstance(chosen, FindingRow):
            self.findings.choose(chosen.id)
        elif view.findings:
            self.findings.choose_position(0)
        self._show_buttons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_low = event.size().height() < text_px(_LOW_PX)
        self.facts.set_small(is_low)
        self.attachments.set_low(is_low)

    def _show_buttons(self) -> None:
        view, row = self._view, self.findings.current_row()
        finding = row if isinstance(row, FindingRow) else None
        may = view is not None and view.may_record
        is_linked = finding is not None and finding.became is not None
        is_free = may and finding is not None and not is_linked
        shown = {
            "case": is_free and self._context.actor.may(Permission.RECORD_CASE),
            "visit": is_free and self._context.actor.may(Permission.RECORD_GRID_WORK),
            "end": is_free,
            "open": is_linked,
            "add": may,
            "edit": may,
            "remove": may,
            "print": True,
        }
        for key, button in self.buttons.items():
            button.setVisible(shown[key])
        self.who_visits.setVisible(is_free and not shown["visit"])

    def _on_button(self, key: str) -> None:
        row = self.findings.current_row()
        if key == "print":
            self._print()
        elif key in ("case", "visit", "end", "open"):
            if isinstance(row, FindingRow):
                self.finding_asked.emit(key, row)
        else:
            self.asked.emit(key)

    def _on_chosen(self, _row: object) -> None:
        self._show_buttons()

    def _on_opened(self, row: FindingRow) -> None:
        self.finding_asked.emit("open" if row.became else "end", row)

    def _print(self) -> None:
        if self._view is not None:
            title = tr("冲锋队上门：{title}", title=self._view.row.title)
            self._desk = print_for(
                self._context,
                self.buttons["print"],
                title=title,
                html=round_html(self._view),
                look=self._look(self._view),
            )

    def _look(self, view: RoundView) -> Callable[[], None]:
        """What was found at whose home leaves the screen with it."""
        people, reason = len(view.findings), tr("冲锋队上门")
        return look_at_rows(self._context, LookedAt.PRINT, people=people, reason=reason)

    def _build(self) -> None:
        self.findings.set_empty_text(tr("没有记下发现"), "")
        self.findings.setMinimumHeight(text_px(110))
        row = QWidget()
        flow = FlowLayout(row)
        for key, button in self.buttons.items():
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            button.clicked.connect(partial(self._on_button, key))
            flow.addWidget(button)
        self.buttons["case"].setProperty("role", "primary")
        self.add(self.facts)
        self.add(self.findings, 1)
        self.add(self.attachments)
        self.add(row)
        self.add(self.who_visits)
        self.findings.row_chosen.connect(self._on_chosen)
        self.findings.row_opened.connect(self._on_opened)


def round_html(view: RoundView) -> str:
    """A round on paper."""
    parts = [f"<p><b>{text_html(word)}</b> {text_html(words)}</p>" for word, words in _facts(view)]
    rows = [
        (str(place), one.text, one.household, _end_words(one))
        for place, one in enumerate(view.findings, start=1)
    ]
    parts.append(table_html((tr("序号"), tr("发现的情况"), tr("户"), tr("结果")), rows))
    return "".join(parts)


def _facts(view: RoundView) -> list[tuple[str, str]]:
    facts = [
        (tr("日期"), day_text(view.row.held_on)),
        (tr("单位"), view.row.unit),
        (tr("去了哪里"), view.row.place),
        (tr("队员"), view.row.members),
        (tr("小结"), view.summary),
        (tr("登记人"), view.by_name),
    ]
    return [(word, words) for word, words in facts if words]


def _end_words(row: FindingRow) -> str:
    end = name_of(row.end)
    return tr("{end}：{note}", end=end, note=row.end_note) if row.end_note else end


def _finding_columns() -> list[Column[FindingRow]]:
    return [
        Column(tr("发现的情况"), lambda row: row.text, width=0),
        Column(tr("户"), lambda row: row.household, width=110),
        Column(
            tr("结果"),
            lambda row: name_of(row.end),
            tone=lambda row: _END_TONES[row.end],
            width=132,
            is_pill=True,
        ),
    ]
