"""One case: what it is, how far it has got, and its parts as tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.cases.actions import may_edit_case, may_report
from app.cases.file_rules import is_mass
from app.cases.queries import CaseDetail
from app.cases.relations import FLARES_FROM
from app.cases.vocabulary import CaseEventKind
from app.incidents.actions import may_edit_incident
from i18n.text import tr
from ui.cases.course_tab import CourseTab
from ui.cases.head_line import HeadLine
from ui.cases.risk_banner import RiskBanner
from ui.cases.section_tabs import FIRST, SectionTabs
from ui.cases.sections import SECTIONS
from ui.clocks.strip import ClockStrip
from ui.conflicts.word import ConflictButton
from ui.context import PageContext
from ui.looks.reveal import LooksLink
from ui.papers.paper_menu import PaperButton
from ui.theme import icon, text_px
from ui.theme.palette import BLUE
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel, StatePill, text_label
from ui.widgets.room import keep_room
from ui.wording_cases import STATE_TONES, secret_mark
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word

LOW_PX = 500
"""Below this the line of the number makes room for what is written."""


class CaseCard(Card):
    """`edit_asked(case)` when the file is to be corrected, `flare_asked(case id)` when a quarrel
    that had ended has come up again."""

    edit_asked = Signal(object)
    flare_asked = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("案件"), parent=parent)
        self._context = context
        self._actor = context.actor
        self._is_asking = False
        self._case: CaseDetail | None = None
        self.title_line = ElidedLabel("", "sectionTitle")
        self.header.insertWidget(1, self.title_line, 3)
        self.title_line.hide()
        self.state = StatePill()
        self.secret = StatePill()
        self.sync_state = StatePill()
        self.conflict = ConflictButton(context, self)
        self.looks = LooksLink(context, self)
        for part in (self.looks, self.conflict, self.secret, self.sync_state, self.state):
            self.header.addWidget(part)
        self.number = text_label("", "muted", wraps=True)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.clocks = ClockStrip(context, self)
        self.risk = RiskBanner()
        self.outbreak = QAction(tr("另记警情"), self)
        self.flare = QPushButton(tr("又闹起来了"))
        self.flare.setAutoDefault(True)
        self.flare.setAccessibleName(tr("又闹起来了，另立一件并关联"))
        self.flare.setToolTip(self.flare.accessibleName())
        self.edit = QPushButton(icon("edit", BLUE), tr("更正"))
        self.edit.setProperty("role", "quiet")
        self.edit.setAccessibleName(tr("更正案件"))
        self.papers = PaperButton(context)
        self.sections = SectionTabs(context, SECTIONS, parent=self)
        self.course = CourseTab(context, self.sections.first)
        self.sections.put_first(self.course)
        self.links, self.facts = self.course.links, self.course.facts
        self.timeline, self.events = self.course.timeline, self.course.events
        self.attachments = self.course.attachments
        self._build()
        self._connect()

    @property
    def case_id(self) -> str:
        """The case shown, or an empty string."""
        return self._case.case_id if self._case else ""

    def show_case(self, case: CaseDetail) -> None:
        self._case = case
        self.set_title(case.title)
        self.title_line.setText(case.title)
        self.state.set_state(name_of(case.state), STATE_TONES[case.state])
        self.secret.set_state(secret_mark(case.is_confidential), "danger")
        self.sync_state.set_state(*sync_state_word(case.sync_state))
        self.looks.show_for(case.case_id)
        self.clocks.show_case(case)
        self.conflict.show_for([(case.case_id, case.sync_state)])
        may_edit = may_edit_case(self._actor, unit_id=case.unit_id)
        self.flare.setVisible(may_edit and case.state in FLARES_FROM)
        self.outbreak.setVisible(may_edit_incident(self._actor, unit_id=case.unit_id))
        self.risk.show_for(
            case,
            may_report=may_report(
                self._actor, unit_id=case.unit_id, holder_unit_ids=case.holder_unit_ids
            ),
        )
        self.edit.setVisible(may_edit)
        self.papers.show_case(case)
        self.course.show_case(case)
        self.sections.show_case(case)
        self._make_room()

    def ask(self, kind: CaseEventKind, values: Mapping[str, Any] | None = None) -> None:
        """Open the form of an event in the first tab, prefilled."""
        self.sections.turn_to(FIRST)
        self.events.ask(kind, values=values)

    def ask_for_report(self) -> None:
        """The step no risk is left without: when and where the police were told."""
        self.ask(CaseEventKind.REPORTED_TO_POLICE)

    def flush_draft(self) -> None:
        """Write down what waits for its second to pass."""
        self.events.flush_draft()
        self.attachments.flush_draft()
        self.sections.flush_draft()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _build(self) -> None:
        self._line = HeadLine(self.number, self.clocks, (self.papers, self.edit))
        self.events.add_button(self.flare)
        self.events.add_rare(self.outbreak)
        self.add(self._line)
        self.add(self.risk)
        self.add(self.sections, 1)
        keep_room(self._line)

    def _connect(self) -> None:
        self.edit.clicked.connect(self._on_edit_asked)
        self.risk.report.clicked.connect(self.ask_for_report)
        self.outbreak.triggered.connect(self._on_outbreak)
        self.flare.clicked.connect(self._on_flare)
        self.course.asking_changed.connect(self._on_asking_changed)
        self.sections.event_wanted.connect(self.ask)
        self.sections.turned.connect(self._on_turned)

    def _on_outbreak(self) -> None:
        """The quarrel has broken out: an incident of its own, linked with the case."""
        self._context.begin_incident(self.case_id)

    def _on_flare(self) -> None:
        self.flare_asked.emit(self.case_id)

    def _on_edit_asked(self) -> None:
        self.edit_asked.emit(self._case)

    def _on_asking_changed(self, is_asking: bool) -> None:
        self._is_asking = is_asking
        self._make_room()

    def _on_turned(self, _key: str) -> None:
        self._make_room()

    def _set_low(self, is_low: bool) -> None:
        """Less white where every line counts: one line for a long title, the number alone."""
        about = _about(self._case) if self._case else []
        self.number.setText(" · ".join(about[:1] if is_low else about))
        self.number.setToolTip(" · ".join(about) if is_low else "")
        self.title_line.setVisible(is_low)
        self.title.setHidden(is_low)
        self.header.setContentsMargins(16, 5 if is_low else 10, 16, 2 if is_low else 8)
        self.body.setSpacing(4 if is_low else 8)
        outer = self.layout()
        if outer is not None:
            outer.setContentsMargins(1, 0, 1, 8 if is_low else 14)

    def _make_room(self) -> None:
        """Where there is not enough for all: what is written now, the risk, then the rest."""
        is_low = self.height() < text_px(LOW_PX)
        is_telling = self._is_asking and self.sections.value() == FIRST
        self.risk.setVisible(self.risk.is_needed and not is_telling)
        self.risk.set_low(is_low)
        self._line.setHidden(is_low and is_telling)
        self._line.set_low(is_low)
        self._set_low(is_low)
        self.sections.set_tight(is_low and is_telling)


def _about(case: CaseDetail) -> list[str]:
    """Number, what it was before where papers may still say so, how many of them where they are
    many, village, who recorded it."""
    former = tr("原编号 {number}", number=case.former_number) if case.former_number else ""
    said = [
        case.number,
        former,
        tr("涉及 {count} 人", count=case.head_count) if is_mass(case.head_count) else "",
        case.village,
        tr("{name} 登记", name=case.recorded_by) if case.recorded_by else "",
    ]
    return [each for each in said if each]
