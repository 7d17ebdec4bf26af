"""One case: what it is, who is in it, what happened, and what may happen next."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.attachments.actions import may_attach
from app.cases.actions import may_edit_case, may_report, possible_events
from app.cases.queries import CaseDetail, EventRow, PartyRow
from app.cases.vocabulary import CaseEventKind, CaseKind, PartySource
from app.handovers.vocabulary import HandoverSubject
from app.incidents.actions import may_edit_incident
from app.store import SyncState
from i18n.text import tr
from ui.attachments.strip import AttachmentStrip
from ui.cases.event_form import EventForm
from ui.cases.risk_banner import RiskBanner
from ui.conflicts.word import ConflictButton
from ui.context import PageContext
from ui.handovers.desk import HandoverDesk
from ui.incidents.link_row import LinkRow
from ui.looks.contact import contact_line
from ui.looks.reveal import LooksLink
from ui.theme import icon, text_px
from ui.theme.palette import BLUE
from ui.widgets.cards import Card
from ui.widgets.fact_box import FactBox
from ui.widgets.labels import StatePill, text_label
from ui.widgets.timeline import TimelineEntry, TimelineView
from ui.wording_attachments import strip_title
from ui.wording_cases import STATE_TONES, URGENCY_TONES, day_text, event_line
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word
from ui.wording_time import short_moment

_EVENT_TONES = {
    CaseEventKind.SETTLED: "ok",
    CaseEventKind.NOT_SETTLED: "danger",
    CaseEventKind.RISK_FOUND: "danger",
    CaseEventKind.REPORTED_TO_POLICE: "info",
}
LOW_PX = 500
"""Below this there is no room for tiles beside the file, what happened and the buttons."""


class CaseCard(Card):
    """`edit_asked(case)` when the file is to be corrected."""

    edit_asked = Signal(object)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("案件"), parent=parent)
        self._context = context
        self._actor = context.actor
        self._is_asking = False
        self._case: CaseDetail | None = None
        self.state = StatePill()
        self.sync_state = StatePill()
        self.conflict = ConflictButton(context, self)
        self.looks = LooksLink(context, self)
        self.header.addWidget(self.looks)
        self.header.addWidget(self.conflict)
        self.header.addWidget(self.sync_state)
        self.header.addWidget(self.state)
        self.number = text_label("", "muted", wraps=True)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.risk = RiskBanner()
        self.links = LinkRow(context)
        self.outbreak = QPushButton(tr("另记警情"))
        self.outbreak.setAutoDefault(True)
        self.outbreak.setAccessibleName(tr("另记警情"))
        self.facts = FactList(context, name=tr("案件情况"))
        self.timeline = TimelineView()
        self.edit = QPushButton(icon("edit", BLUE), tr("更正"))
        self.edit.setProperty("role", "quiet")
        self.edit.setAccessibleName(tr("更正案件"))
        self.events = EventForm(context)
        self.attachments = AttachmentStrip(context)
        self.handover = HandoverDesk(context, HandoverSubject.CASE, self)
        self.edit.clicked.connect(self._on_edit_asked)
        self.risk.report.clicked.connect(self.ask_for_report)
        self.outbreak.clicked.connect(self._on_outbreak)
        self.events.asking_changed.connect(self._on_asking_changed)
        self.attachments.loaded.connect(self._on_attachments_loaded)
        self.timeline.entry_opened.connect(self._on_event_opened)
        # As high as there is room, not as they would like: the page itself should not scroll.
        for part in (self.facts, self.timeline):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        line = QHBoxLayout()
        line.addWidget(self.number, 1)
        self.events.add_button(self.outbreak)
        for button in (self.edit, self.handover.back, self.handover.button):
            line.addWidget(button)
        self.body.addLayout(line)
        self.add(self.handover.line)
        self.add(self.risk)
        self.add(self.links)
        self.add(self.facts, 3)
        self.add(self.timeline, 2)
        self.add(self.attachments)
        self.add(self.events)

    @property
    def case_id(self) -> str:
        """The case shown, or an empty string."""
        return self._case.case_id if self._case else ""

    def show_case(self, case: CaseDetail) -> None:
        self._case = case
        self.set_title(case.title)
        self.state.set_state(name_of(case.state), STATE_TONES[case.state])
        self.sync_state.set_state(*sync_state_word(case.sync_state))
        self.looks.show_for(case.case_id)
        self.conflict.show_for([(case.case_id, case.sync_state)])
        line = [case.number, case.village, tr("{name} 登记", name=case.recorded_by)]
        self.number.setText(
            " · ".join(each for each in line[: 3 if case.recorded_by else 2] if each)
        )
        self.facts.show_case(case)
        self._show_timeline()
        self.events.show_case(
            case.case_id,
            possible=possible_events(
                self._actor,
                state=case.state,
                unit_id=case.unit_id,
                holder_unit_id=case.holder_unit_id,
            ),
            may_report=self._may_report(case),
            is_unreported=case.is_risk_unreported,
        )
        self.links.show_links(case.links)
        self.outbreak.setVisible(self._may_record_incident(case))
        self.risk.show_for(case, may_report=self._may_report(case))
        self._make_room()
        self.handover.show_subject(case.case_id)
        self.edit.setVisible(may_edit_case(self._actor, unit_id=case.unit_id))
        self.attachments.show_subject(
            "case_file",
            case.case_id,
            may_attach=may_attach(
                self._actor,
                subject_entity="case_file",
                unit_id=case.unit_id,
                holder_unit_id=case.holder_unit_id,
            ),
        )

    def ask_for_report(self) -> None:
        """The step no risk is left without: when and where the police were told."""
        self.events.ask(CaseEventKind.REPORTED_TO_POLICE)

    def _on_outbreak(self) -> None:
        """The quarrel has broken out: an incident of its own, linked with the case."""
        self._context.begin_incident(self.case_id)

    def _may_record_incident(self, case: CaseDetail) -> bool:
        return may_edit_incident(self._actor, unit_id=case.unit_id)

    def _may_report(self, case: CaseDetail) -> bool:
        return may_report(self._actor, unit_id=case.unit_id, holder_unit_id=case.holder_unit_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.attachments.set_low(event.size().height() < text_px(LOW_PX))
        self._make_room()

    def _on_attachments_loaded(self) -> None:
        self._show_timeline()

    def _show_timeline(self) -> None:
        """Newest first; each event says how many attachments hang on it."""
        if self._case is None:
            return
        hanging = Counter(
            row.subject.part_id for row in self.attachments.all_rows if not row.is_withdrawn
        )
        self.timeline.show_entries(
            [_entry(event, hanging[event.event_id]) for event in reversed(self._case.events)],
            name=tr("经过"),
        )

    def _on_event_opened(self, event_id: str) -> None:
        """What hangs on this event, and what is added now hangs there."""
        events = self._case.events if self._case else ()
        event = next((one for one in events if one.event_id == event_id), None)
        if event is not None:
            words = event_line(event.kind, event.note, event.detail)
            self.attachments.show_part(
                event_id,
                tr("{moment} {words}", moment=short_moment(event.happened_at), words=words),
            )

    def _on_edit_asked(self) -> None:
        self.edit_asked.emit(self._case)

    def _on_asking_changed(self, is_asking: bool) -> None:
        """On a low screen the words being written come before the file."""
        self._is_asking = is_asking
        self.facts.set_small(is_asking)
        self.attachments.set_small(is_asking)
        self._make_room()

    def _make_room(self) -> None:
        """Where there is not enough for all: what is written now, the risk, then the rest."""
        is_low = self.height() < text_px(LOW_PX)
        self.risk.setVisible(self.risk.is_needed and not self._is_asking)
        is_tight = is_low and (self._is_asking or self.risk.is_needed)
        self.risk.set_low(is_low)
        self.attachments.setHidden(is_tight)
        self.timeline.setHidden(is_tight)
        self.number.setHidden(is_low and self._is_asking)


class FactList(FactBox):
    """Class, place, parties and story."""

    def __init__(self, context: PageContext, *, name: str) -> None:
        super().__init__(name=name)
        self._context = context

    def show_case(self, case: CaseDetail) -> None:
        self.begin()
        if case.kind is not CaseKind.DISPUTE:
            self.add_words(tr("来源"), name_of(case.kind))
        self.add_words(tr("类别"), case.class_name)
        where = " · ".join(each for each in (day_text(case.happened_on), case.place) if each)
        self.add_words(tr("发生"), where)
        self.add_fact(tr("紧急程度"), _urgency_label(case))
        for party in case.parties:
            self.add_fact(name_of(party.side), self._party(party))
        self.add_words(tr("简要情况"), case.story)
        self.finish()

    def _party(self, party: PartyRow) -> QWidget:
        return contact_line(
            self._context,
            name=party.name,
            address=party.address,
            masked_phone=party.phone,
            is_outside=party.source is PartySource.OUTSIDE,
            entity="case_party",
            record_id=party.party_id,
        )


def _urgency_label(case: CaseDetail) -> QLabel:
    label = text_label(name_of(case.urgency))
    tone = URGENCY_TONES[case.urgency]
    if tone:
        label.setProperty("role", "tinted")
        label.setProperty("tone", tone)
    return label


def _entry(event: EventRow, attachments: int) -> TimelineEntry:
    role = name_of(event.by_role) if event.by_role else ""
    who = " ".join(each for each in (role, event.by_name) if each)
    if event.sync_state is not SyncState.SYNCED:
        word, _tone = sync_state_word(event.sync_state)
        who = " · ".join(each for each in (who, word) if each)
    if attachments:
        who = " · ".join(each for each in (who, strip_title(attachments)) if each)
    return TimelineEntry(
        when=short_moment(event.happened_at),
        text=event_line(event.kind, event.note, event.detail),
        who=who,
        tone=_EVENT_TONES.get(event.kind),
        record_id=event.event_id,
    )
