"""The first tab of a case, 经过: the facts, what happened, what hangs on it, what may come next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.attachments.actions import may_attach
from app.cases.actions import may_report, possible_events
from app.cases.queries import CaseDetail, EventRow
from app.cases.vocabulary import CaseEventKind
from app.organisations.rules import display_name
from app.store import SyncState
from i18n.text import tr
from ui.attachments.strip import AttachmentStrip
from ui.cases.event_form import EventForm
from ui.cases.fact_list import FactList
from ui.context import PageContext
from ui.incidents.link_row import LinkRow
from ui.theme import text_px
from ui.widgets.timeline import TimelineEntry, TimelineView
from ui.wording_attachments import strip_title
from ui.wording_cases import event_line
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word
from ui.wording_time import short_moment, village_day

_EVENT_TONES = {
    CaseEventKind.SETTLED: "ok",
    CaseEventKind.NOT_SETTLED: "danger",
    CaseEventKind.RISK_FOUND: "danger",
    CaseEventKind.REPORTED_TO_POLICE: "info",
}
LEAST_FACTS_PX = 56
"""Two lines of the file are always to be seen, whatever the size of the text."""

LOW_PX = 400
"""Below this there is no room for facts, what happened and tiles one under the other."""
WIDE_PX = 560
"""From this on facts and what happened stand side by side where it is low."""

MANY_EVENTS = 12
"""More than these fill any screen."""
_UNDER, _BESIDE = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
NO_LIMIT = 16_777_215
"""What Qt takes for no greatest height."""


class CourseTab(QWidget):
    """Where room is short, facts and what happened stand side by side, and make place for the words
    that are being written. `asking_changed(bool)` as of the form."""

    asking_changed = Signal(bool)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actor = context.actor
        self._case: CaseDetail | None = None
        self._is_asking = False
        self.links = LinkRow(context)
        self.facts = FactList(context, name=tr("案件情况"))
        self.timeline = TimelineView()
        self.events = EventForm(context)
        self.attachments = AttachmentStrip(context)
        # As high as there is room, not as they would like: the page itself should not scroll.
        for part in (self.facts, self.timeline):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.facts.setMinimumHeight(text_px(LEAST_FACTS_PX))
        self._told = QWidget()
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._told)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(8)
        self._halves.addWidget(self.facts, 30)
        self._halves.addWidget(self.timeline, 20)
        self._halves.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.links)
        column.addWidget(self._told, 1)
        column.addWidget(self.attachments)
        column.addWidget(self.events)
        self.events.asking_changed.connect(self._on_asking_changed)
        self.attachments.loaded.connect(self._show_timeline)
        self.timeline.entry_opened.connect(self._on_event_opened)

    @property
    def is_low(self) -> bool:
        return self.height() < text_px(LOW_PX)

    def show_case(self, case: CaseDetail) -> None:
        self._case = case
        self.facts.show_case(case)
        self._show_timeline()
        self.events.show_case(
            case,
            possible=possible_events(
                self._actor,
                state=case.state,
                unit_id=case.unit_id,
                holder_unit_ids=case.holder_unit_ids,
            ),
            may_report=may_report(
                self._actor, unit_id=case.unit_id, holder_unit_ids=case.holder_unit_ids
            ),
        )
        self.links.show_links(case.links)
        self.attachments.show_subject(
            "case_file",
            case.case_id,
            may_attach=may_attach(
                self._actor,
                subject_entity="case_file",
                unit_id=case.unit_id,
                holder_unit_ids=case.holder_unit_ids,
            ),
        )
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _on_asking_changed(self, is_asking: bool) -> None:
        self._is_asking = is_asking
        self._make_room()
        self.asking_changed.emit(is_asking)

    def _make_room(self) -> None:
        """Where there is not enough for all: the words being written come before the file."""
        is_low = self.is_low
        is_wide = self.width() >= text_px(WIDE_PX)
        self._halves.setDirection(_BESIDE if is_low and is_wide else _UNDER)
        is_long = self._is_asking and self.events.is_long
        self.facts.set_small(self._is_asking)
        self.facts.setHidden(is_long)
        self.attachments.set_low(is_low)
        self.attachments.set_small(self._is_asking)
        is_recording = self.attachments.is_recording
        is_cramped = is_long or (is_low and self._is_asking)
        self.attachments.setHidden(is_cramped and not is_recording)
        self._told.setHidden(is_low and self._is_asking)
        self._fit_timeline(is_beside=is_low and is_wide)
        has_links = self._case is not None and bool(self._case.links)
        self.links.setVisible(has_links and not (is_low and self._is_asking))

    def _fit_timeline(self, *, is_beside: bool) -> None:
        """Under the facts no higher than what happened, so that they have the rest."""
        rows = self.timeline.model().rowCount()
        if is_beside or rows > MANY_EVENTS:
            self.timeline.setMaximumHeight(NO_LIMIT)
            return
        used = sum(self.timeline.sizeHintForRow(row) for row in range(rows))
        self.timeline.setMaximumHeight(max(self.timeline.minimumHeight(), used + 4))

    def _show_timeline(self) -> None:
        """Newest first; each event says how many attachments hang on it."""
        if self._case is None:
            return
        hanging = Counter(
            row.subject.part_id for row in self.attachments.all_rows if not row.is_withdrawn
        )
        names = self._names(self._case)
        self.timeline.show_entries(
            [
                _entry(event, hanging[event.event_id], names, numbered=_numbered(self._case, event))
                for event in reversed(self._case.events)
            ],
            name=tr("经过"),
        )
        self._fit_timeline(is_beside=self._halves.direction() == _BESIDE)

    def _names(self, case: CaseDetail) -> dict[str, str]:
        """Of the units and the parties an event may speak of."""
        units = self._actor.units
        names = {unit_id: display_name(unit, units) for unit_id, unit in units.items()}
        return names | {party.party_id: party.name for party in case.parties}

    def _on_event_opened(self, event_id: str) -> None:
        """What hangs on this event, and what is added now hangs there."""
        events = self._case.events if self._case else ()
        event = next((one for one in events if one.event_id == event_id), None)
        if event is not None:
            words = _line(event, self._names(self._case) if self._case else {})
            self.attachments.show_part(
                event_id,
                tr("{moment} {words}", moment=short_moment(event.happened_at), words=words),
            )


def _line(event: EventRow, names: Mapping[str, str]) -> str:
    day = village_day(event.happened_at)
    return event_line(event.kind, event.note, event.detail, names=names, on=day)


def _numbered(case: CaseDetail, event: EventRow) -> str:
    """Beside its recording: what a case was called before it got the number it has."""
    if event.kind is not CaseEventKind.RECORDED or not case.former_number:
        return ""
    return tr("（编号由 {former} 定为 {number}）", former=case.former_number, number=case.number)


def _entry(
    event: EventRow, attachments: int, names: Mapping[str, str], *, numbered: str = ""
) -> TimelineEntry:
    role = name_of(event.by_role) if event.by_role else ""
    who = " ".join(each for each in (role, event.by_name) if each)
    if event.sync_state is not SyncState.SYNCED:
        word, _tone = sync_state_word(event.sync_state)
        who = " · ".join(each for each in (who, word) if each)
    if attachments:
        who = " · ".join(each for each in (who, strip_title(attachments)) if each)
    return TimelineEntry(
        when=short_moment(event.happened_at),
        text=_line(event, names) + numbered,
        who=who,
        tone=_EVENT_TONES.get(event.kind),
        record_id=event.event_id,
    )
