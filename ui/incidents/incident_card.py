"""One incident: what it is, who was in it, what happened, and what may happen next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.attachments.actions import may_attach
from app.cases.vocabulary import PartySource
from app.incidents.actions import may_edit_incident, possible_events
from app.incidents.detail import IncidentDetail, IncidentEventRow, PersonRow
from app.incidents.vocabulary import IncidentEventKind, IncidentState
from app.looks.vocabulary import LookedAt
from app.store import SyncState
from i18n.text import tr
from ui.attachments.strip import AttachmentStrip
from ui.conflicts.word import ConflictButton
from ui.context import PageContext
from ui.incidents.event_form import IncidentEventForm
from ui.incidents.link_row import LinkRow
from ui.incidents.paper import incident_html
from ui.looks.contact import contact_line
from ui.looks.noting import look_at
from ui.looks.reveal import LooksLink
from ui.printing import print_for
from ui.theme import icon, text_px
from ui.theme.palette import BLUE
from ui.widgets.cards import Card
from ui.widgets.fact_box import FactBox
from ui.widgets.labels import StatePill, text_label
from ui.widgets.paper import PaperDesk
from ui.widgets.timeline import TimelineEntry, TimelineView
from ui.wording_attachments import strip_title
from ui.wording_incidents import (
    CLASS_TONES,
    STATE_TONES,
    class_word,
    event_line,
    said_after,
    where_words,
)
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word
from ui.wording_time import long_moment, short_moment

_K = IncidentEventKind
_EVENT_TONES = {
    _K.REPORTED_TO_POLICE: "info",
    _K.POLICE_MEDIATED: "ok",
    _K.POLICE_RESULT: "ok",
    _K.BECAME_CASE: "info",
}
LOW_PX = 500
"""Below this there is no room for tiles beside the facts, what happened and the buttons."""


class IncidentCard(Card):
    """`edit_asked(incident id)` when it is to be corrected."""

    edit_asked = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("警情"), parent=parent)
        self._context = context
        self._actor = context.actor
        self._incident: IncidentDetail | None = None
        self._desk: PaperDesk | None = None
        self._is_asking = False
        self.state = StatePill()
        self.sync_state = StatePill()
        self.conflict = ConflictButton(context, self)
        self.looks = LooksLink(context, self)
        for part in (self.looks, self.conflict, self.sync_state, self.state):
            self.header.addWidget(part)
        self.number = text_label("", "muted", wraps=True)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.links = LinkRow(context)
        self.facts = IncidentFacts(context)
        self.timeline = TimelineView()
        self.edit = _quiet("edit", tr("更正"), tr("更正警情"))
        self.paper = _quiet("print", tr("打印"), tr("打印警情"))
        self.events = IncidentEventForm(context)
        self.attachments = AttachmentStrip(context)
        self._build()
        self._connect()

    @property
    def incident_id(self) -> str:
        """The incident shown, or an empty string."""
        return self._incident.incident_id if self._incident else ""

    def show_incident(self, incident: IncidentDetail) -> None:
        self._incident = incident
        self.set_title(incident.title)
        self.state.set_state(name_of(incident.state), STATE_TONES[incident.state])
        self.sync_state.set_state(*sync_state_word(incident.sync_state))
        self.looks.show_for(incident.incident_id)
        self.conflict.show_for([(incident.incident_id, incident.sync_state)])
        line = [incident.number, incident.village]
        if incident.recorded_by:
            line.append(tr("{name} 登记", name=incident.recorded_by))
        self.number.setText(" · ".join(each for each in line if each))
        self.links.show_links(incident.links)
        self.facts.show_incident(incident)
        self._show_timeline()
        unit_id = incident.unit_id
        self.events.show_incident(
            incident.incident_id,
            possible=possible_events(
                self._actor,
                state=incident.state,
                unit_id=unit_id,
                recorded_by=incident.recorder_id,
                steps=incident.steps,
            ),
            is_withdrawn=incident.state is IncidentState.WITHDRAWN,
        )
        self.edit.setVisible(may_edit_incident(self._actor, unit_id=unit_id))
        self.attachments.show_subject(
            "incident",
            incident.incident_id,
            may_attach=may_attach(self._actor, subject_entity="incident", unit_id=unit_id),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.attachments.set_low(event.size().height() < text_px(LOW_PX))
        self._make_room()

    def _build(self) -> None:
        # As high as there is room, not as they would like: the page itself should not scroll.
        for part in (self.facts, self.timeline):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        line = QHBoxLayout()
        line.addWidget(self.number, 1)
        line.addWidget(self.paper)
        line.addWidget(self.edit)
        self.body.addLayout(line)
        self.add(self.links)
        self.add(self.facts, 3)
        self.add(self.timeline, 2)
        self.add(self.attachments)
        self.add(self.events)

    def _connect(self) -> None:
        self.edit.clicked.connect(self._on_edit)
        self.paper.clicked.connect(self._on_print)
        self.events.asking_changed.connect(self._on_asking_changed)
        self.events.case_wanted.connect(self._on_case_wanted)
        self.events.written.connect(self._on_event_written)
        self.attachments.loaded.connect(self._show_timeline)
        self.timeline.entry_opened.connect(self._on_event_opened)

    def _show_timeline(self) -> None:
        """Newest first; each event says how many attachments hang on it."""
        if self._incident is None:
            return
        hanging = Counter(
            row.subject.part_id for row in self.attachments.all_rows if not row.is_withdrawn
        )
        self.timeline.show_entries(
            [_entry(event, hanging[event.event_id]) for event in reversed(self._incident.events)],
            name=tr("经过"),
        )

    def _on_event_opened(self, event_id: str) -> None:
        """What hangs on this event, and what is added now hangs there."""
        events = self._incident.events if self._incident else ()
        event = next((one for one in events if one.event_id == event_id), None)
        if event is not None:
            words = event_line(event.kind, event.note, event.detail)
            self.attachments.show_part(
                event_id,
                tr("{moment} {words}", moment=short_moment(event.happened_at), words=words),
            )

    def _on_edit(self) -> None:
        self.edit_asked.emit(self.incident_id)

    def _on_print(self) -> None:
        if self._incident is not None:
            self._desk = print_for(
                self._context,
                self.paper,
                title=tr("网格警情 {number}", number=self._incident.number),
                html=incident_html(self._incident),
                look=self._look(self._incident),
            )

    def _look(self, incident: IncidentDetail) -> Callable[[], None]:
        """Telephones stay masked; names, homes and the story leave the screen with it."""
        return look_at(
            self._context,
            subject_entity="incident",
            subject_id=incident.incident_id,
            unit_id=incident.unit_id,
            looked_at=LookedAt.PRINT,
            people=len(incident.people),
        )

    def _on_case_wanted(self) -> None:
        self._context.begin_case_from(self.incident_id)

    def _on_event_written(self, kind: str, txn: int) -> None:
        """What has its counter-event is taken back by it in one press."""
        sentence = said_after(IncidentEventKind(kind))
        if sentence:
            self._context.offer_undo(sentence, txn)

    def _on_asking_changed(self, is_asking: bool) -> None:
        """On a low screen the words being written come before what is known."""
        self._is_asking = is_asking
        self.facts.set_small(is_asking)
        self.attachments.set_small(is_asking)
        self._make_room()

    def _make_room(self) -> None:
        is_short = self._is_asking and self.height() < text_px(LOW_PX)
        for part in (self.timeline, self.attachments, self.number):
            part.setVisible(not is_short)


class IncidentFacts(FactBox):
    """Class, time, place, people and story."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(name=tr("警情内容"))
        self._context = context

    def show_incident(self, incident: IncidentDetail) -> None:
        self.begin()
        self.add_fact(tr("性质"), _class_label(incident))
        self.add_words(tr("时间"), long_moment(incident.happened_at))
        self.add_words(tr("地点"), where_words(incident.micro_grid_name, incident.place))
        self.add_words(tr("来源"), name_of(incident.source))
        for person in incident.people:
            self.add_fact(name_of(person.role), self._person(person))
        self.add_words(tr("经过"), incident.story)
        self.finish()

    def _person(self, person: PersonRow) -> QWidget:
        return contact_line(
            self._context,
            name=person.name,
            address=person.address,
            masked_phone=person.phone,
            is_outside=person.source is PartySource.OUTSIDE,
            entity="incident_person",
            record_id=person.person_id,
        )


def _class_label(incident: IncidentDetail) -> QLabel:
    label = text_label(class_word(incident.incident_class))
    tone = CLASS_TONES[incident.incident_class]
    if tone:
        label.setProperty("role", "tinted")
        label.setProperty("tone", tone)
    return label


def _quiet(picture: str, words: str, said: str) -> QPushButton:
    button = QPushButton(icon(picture, BLUE), words)
    button.setProperty("role", "quiet")
    button.setAccessibleName(said)
    return button


def _entry(event: IncidentEventRow, attachments: int) -> TimelineEntry:
    role = name_of(event.by_role) if event.by_role else ""
    who = " ".join(each for each in (role, event.by_name) if each)
    if event.sync_state is not SyncState.SYNCED:
        word, _tone = sync_state_word(event.sync_state)
        who = " · ".join(each for each in (who, word) if each)
    if attachments:
        who = " · ".join(each for each in (who, strip_title(attachments)) if each)
    return TimelineEntry(
        when=short_moment(event.done_at or event.happened_at),
        text=event_line(event.kind, event.note, event.detail),
        who=who,
        tone=_EVENT_TONES.get(event.kind),
        record_id=event.event_id,
    )
