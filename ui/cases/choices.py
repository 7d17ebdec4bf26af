"""What the list of cases is narrowed by besides words: three choices always, others on a press."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.cases.listing import OPEN_STATES, CaseFilter
from app.cases.queries import units_seen
from app.cases.vocabulary import CaseKind, CaseState, FlowStage, Urgency, dispute_classes
from app.laptop import today_in_china
from app.mediation.vocabulary import MediationWay
from app.organisations.rules import display_name, subtree
from i18n.text import tr
from ui.context import PageContext
from ui.widgets.choice_filter import ChoiceFilter
from ui.widgets.flow import FlowLayout
from ui.wording_rules import name_of

_MINE = "mine"


class CaseChoices(QWidget):
    """`changed` when a person chose something."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        first, more = QWidget(self), QWidget(self)
        self._today: Callable[[], date] = date.today
        self._account_id = ""
        self.states = ChoiceFilter(_states(), name=tr("办理状态"), parent=first)
        self.kinds = ChoiceFilter(_kinds(), name=tr("来源"), parent=first)
        self.due = ChoiceFilter(_dues(), name=tr("期限"), parent=first)
        self.stages = ChoiceFilter(_stages(), name=tr("环节"), parent=more)
        self.ways = ChoiceFilter(_ways(), name=tr("调解方式"), parent=more)
        self.classes = ChoiceFilter(_classes(), name=tr("类别"), parent=more)
        self.urgencies = ChoiceFilter(_urgencies(), name=tr("紧急程度"), parent=more)
        self.periods = ChoiceFilter(_periods(), name=tr("登记时间"), parent=more)
        self.units = ChoiceFilter((("", tr("全部单位"), None),), name=tr("在办单位"), parent=more)
        self.mine = ChoiceFilter(
            (("", tr("不论谁首接"), ""), (_MINE, tr("我首接的"), _MINE)),
            name=tr("首接责任人"),
            parent=more,
        )
        self.more_button = QPushButton(tr("更多筛选"), first)
        self.more_button.setCheckable(True)
        self.more_button.setAccessibleName(tr("更多筛选"))
        self.reset_button = QPushButton(tr("全部"), first)
        self.reset_button.setAccessibleName(tr("去掉所有筛选"))
        self._fields: dict[str, ChoiceFilter] = {
            "state": self.states,
            "kind": self.kinds,
            "due": self.due,
            "stage": self.stages,
            "way": self.ways,
            "class": self.classes,
            "urgency": self.urgencies,
            "period": self.periods,
            "unit": self.units,
            "mine": self.mine,
        }
        self._first, self._more = first, more
        self._build()

    def know_person(self, context: PageContext) -> None:
        """Whose first contacts, which units, and what day it is."""
        self._account_id = context.actor.account_id
        self._today = lambda: today_in_china(context.store.clock)
        seen = units_seen(context.actor)
        units = [one for one in context.actor.units.values() if seen is None or one.id in seen]
        for unit in sorted(units, key=lambda one: one.id):
            inside = subtree(unit.id, context.actor.units.values())
            self.units.add(unit.id, display_name(unit, context.actor.units), inside)
        self.units.setVisible(len(units) > 1)

    def narrowed(self, wanted: CaseFilter) -> CaseFilter:
        """The filter with what is chosen here; days are worked out now, so that 本周 stays so."""
        due_first, due_last = _due_days(self.due.key(), self._today())
        first_day, last_day = _period_days(self.periods.key(), self._today())
        return replace(
            wanted,
            states=self.states.currentData(),
            kinds=self.kinds.currentData(),
            stages=self.stages.currentData(),
            ways=self.ways.currentData(),
            class_code=self.classes.currentData(),
            urgencies=self.urgencies.currentData(),
            in_hand_of=self.units.currentData(),
            first_contact_id=self._account_id if self.mine.key() else "",
            due_first=due_first,
            due_last=due_last,
            first_day=first_day,
            last_day=last_day,
        )

    def chosen(self) -> dict[str, str]:
        """What is chosen, by keys that stay the same; nothing for everything."""
        return {name: field.key() for name, field in self._fields.items() if field.key()}

    def choose(self, body: Mapping[str, str]) -> None:
        """Without saying so."""
        for name, field in self._fields.items():
            field.choose_key(body.get(name, ""))
        self._show()

    def _build(self) -> None:
        flow, more = FlowLayout(self._first, spacing=6), FlowLayout(self._more, spacing=6)
        always = (self.states, self.kinds, self.due)
        for field in (*always, self.more_button, self.reset_button):
            flow.addWidget(field)
        others = [field for field in self._fields.values() if field not in always]
        for field in others:
            more.addWidget(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._first)
        column.addWidget(self._more)
        self.units.hide()
        self._more.hide()
        self.setFocusProxy(self.states)
        for earlier, later in pairwise((*always, self.more_button, self.reset_button, *others)):
            QWidget.setTabOrder(earlier, later)
        for field in self._fields.values():
            field.currentIndexChanged.connect(self._on_changed)
        self.more_button.toggled.connect(self._more.setVisible)
        self.reset_button.clicked.connect(self._on_reset)
        self._show()

    def _show(self) -> None:
        """Nothing narrows the list out of sight."""
        hidden = self.chosen().keys() - {"state", "kind", "due"}
        if hidden:
            self.more_button.setChecked(True)
        self.reset_button.setVisible(bool(self.chosen()))

    def _on_changed(self, _place: int) -> None:
        self._show()
        self.changed.emit()

    def _on_reset(self) -> None:
        self.choose({})
        self.states.setFocus()
        self.changed.emit()


def _states() -> list[tuple[str, str, frozenset[CaseState]]]:
    single = [state for state in CaseState if state is not CaseState.NOT_RECORDED]
    return [
        ("", tr("全部"), frozenset(CaseState)),
        ("open", tr("未办结"), OPEN_STATES),
        *((state.value, name_of(state), frozenset({state})) for state in single),
    ]


def _kinds() -> list[tuple[str, str, frozenset[CaseKind]]]:
    everything = ("", tr("全部来源"), frozenset(CaseKind))
    return [everything, *((kind.value, name_of(kind), frozenset({kind})) for kind in CaseKind)]


def _stages() -> list[tuple[str, str, frozenset[FlowStage]]]:
    everything = ("", tr("全部环节"), frozenset(FlowStage))
    return [everything, *((one.value, name_of(one), frozenset({one})) for one in FlowStage)]


def _ways() -> list[tuple[str, str, frozenset[MediationWay]]]:
    everything = ("", tr("全部调解方式"), frozenset[MediationWay]())
    return [everything, *((one.value, name_of(one), frozenset({one})) for one in MediationWay)]


def _classes() -> list[tuple[str, str, str]]:
    return [
        ("", tr("全部类别"), ""),
        *((one.code, one.name, one.code) for one in dispute_classes()),
    ]


def _urgencies() -> list[tuple[str, str, frozenset[Urgency]]]:
    return [
        ("", tr("不论紧急"), frozenset(Urgency)),
        *(
            (one.value, tr("紧急程度{word}", word=name_of(one)), frozenset({one}))
            for one in Urgency
        ),
    ]


def _dues() -> list[tuple[str, str, None]]:
    words = {
        "": tr("全部期限"),
        "late": tr("已超期"),
        "today": tr("今天到期"),
        "week": tr("本周到期"),
        "any": tr("有期限的"),
    }
    return [(key, each, None) for key, each in words.items()]


def _due_days(key: str, today: date) -> tuple[date | None, date | None]:
    """First and last of the days that are meant."""
    sunday = today + timedelta(days=6 - today.weekday())
    return {
        "late": (None, today - timedelta(days=1)),
        "today": (today, today),
        "week": (today, sunday),
        "any": (date.min, None),
    }.get(key, (None, None))


def _periods() -> list[tuple[str, str, None]]:
    words = {
        "": tr("全部时间"),
        "week": tr("近 7 天"),
        "month": tr("本月"),
        "last_month": tr("上月"),
        "year": tr("今年"),
        "last_year": tr("去年"),
    }
    return [(key, each, None) for key, each in words.items()]


def _period_days(key: str, today: date) -> tuple[date | None, date | None]:
    """First and last of the days that are meant."""
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    before = month - timedelta(days=1)
    return {
        "week": (today - timedelta(days=6), today),
        "month": (month, today),
        "last_month": (before.replace(day=1), before),
        "year": (year, today),
        "last_year": (year.replace(year=year.year - 1), year - timedelta(days=1)),
    }.get(key, (None, None))
