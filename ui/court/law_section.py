"""The tab 普法: what law was explained before, during and after, which stage is still empty, and a
quick way to write down what was explained just now."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail
from app.cases.vocabulary import CaseEventKind
from app.court.law import ExplainedLaw, LawView, law_view, usual_laws
from app.court.vocabulary import LawStage
from i18n.text import tr
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.court.possible import possible_kinds
from ui.theme import set_style_property
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.wording_court import law_hint, law_line
from ui.wording_rules import name_of
from ui.wording_time import short_moment


def mark(case: CaseDetail) -> str:
    """How many times law was explained."""
    count = sum(event.kind is CaseEventKind.LAW_EXPLAINED for event in case.events)
    return str(count) if count else ""


class LawSection(CaseSection):
    """Everything comes from the events of the case, so nothing is read."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.boxes = {stage: StageBox(stage) for stage in LawStage}
        self.question = text_label(tr("这次讲了什么法？"), "strong")
        self.buttons: list[QPushButton] = []
        self._row = QWidget()
        self._flow = FlowLayout(self._row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 4, 0)
        column.setSpacing(10)
        for box in self.boxes.values():
            column.addWidget(box)
        column.addWidget(self.question)
        column.addWidget(self._row)
        column.addStretch(1)

    def show_case(self, case: CaseDetail) -> None:
        view = law_view(case.events)
        for box in self.boxes.values():
            box.show_view(view)
        may = CaseEventKind.LAW_EXPLAINED in possible_kinds(self._context, case)
        self.question.setVisible(may)
        self._row.setVisible(may)
        self._show_laws(case.class_code)

    def _show_laws(self, class_code: str) -> None:
        for button in self.buttons:
            button.hide()
            self._flow.removeWidget(button)
            button.deleteLater()
        titles = usual_laws(class_code)
        self.buttons = [self._button(title, {"law": title}) for title in titles]
        self.buttons.append(self._button(tr("其他法律"), {}))
        for button in self.buttons:
            self._flow.addWidget(button)

    def _button(self, words: str, values: dict[str, str]) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words)
        button.setAutoDefault(True)
        button.clicked.connect(partial(self._on_law, values))
        return button

    def _on_law(self, values: dict[str, str], _checked: bool = False) -> None:
        self.event_wanted.emit(CaseEventKind.LAW_EXPLAINED, values)


class StageBox(QFrame):
    """One of the three stages."""

    def __init__(self, stage: LawStage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self.setProperty("role", "card")
        self.state = StatePill(parent=self)
        self.pill = StatePill(parent=self)
        self.lines = text_label("", wraps=True)
        self._head = QWidget()
        head = FlowLayout(self._head)
        head.addWidget(text_label(name_of(stage), "strong"))
        head.addWidget(self.state)
        head.addWidget(self.pill)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self.lines)

    def show_view(self, view: LawView) -> None:
        found = view.of(self._stage)
        is_empty = self._stage in view.empty_stages
        is_now = view.now is self._stage
        self.pill.set_state(tr("现在") if is_now else "", "info")
        self.lines.setText("\n".join(_line(one) for one in found) or law_hint(view, self._stage))
        set_style_property(self.lines, "role", "" if found else "muted")
        if found:
            self.state.set_state(tr("讲过 {count} 次", count=len(found)), "ok")
        elif is_empty:
            self.state.set_state(tr("还没有记"), "warn")
        else:
            self.state.set_state("", "neutral")
        self.setAccessibleName(f"{name_of(self._stage)} {self.lines.text()}")


def _line(one: ExplainedLaw) -> str:
    language = name_of(one.language) if one.language else ""
    who = " ".join(part for part in (short_moment(one.at), one.by_name) if part)
    return tr("{what}（{who}）", what=law_line(one, language), who=who)
