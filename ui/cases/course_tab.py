"""The first tab of a case, 经过: the facts, what happened, what hangs on it, what may come next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

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
from ui.court.possible import to_consent
from ui.incidents.link_row import LinkRow
from ui.theme import text_px
from ui.widgets.cards import divider
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
LEAST_PX = 56
"""Two lines of the file are always to be seen, whatever the size of the text."""

LOW_PX = 400
"""Below this there is no room for the tiles under facts and what happened."""
LOWEST_PX = 220
"""Below this the bar of a recording takes the room of what is read."""
ROOMY_PX = 760
"""Below this the longest forms take the room of what happened, too: two that scroll, one above the
other, are read worse than one."""
WIDE_PX = 640
"""From this on facts and what happened stand side by side."""
_UNDER, _BESIDE = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight


class CourseTab(QWidget):
    """Facts and what happened scroll as one; attachments and the next steps stay under them.
    Where room is short they make place for the words that are being written.
    `asking_changed(bool)` as of the form."""

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
        for part in (self.facts, self.timeline):
            part.set_whole()
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.addWidget(self.facts, 1, Qt.AlignmentFlag.AlignTop)
        self._between = divider()
        self._halves.addWidget(self._between)
        self._halves.addWidget(self.timeline, 1, Qt.AlignmentFlag.AlignTop)
        self._inside = QWidget()
        self._inside.setProperty("role", "scrolled")
        told = QVBoxLayout(self._inside)
        told.setContentsMargins(0, 0, 6, 0)
        told.setSpacing(8)
        told.addWidget(self.links)
        told.addLayout(self._halves)
        told.addStretch(1)
        self.told = QScrollArea()
        self.told.setWidgetResizable(True)
        self.told.setFrameShape(QFrame.Shape.NoFrame)
        self.told.setProperty("role", "reading")
        self.told.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.told.setAccessibleName(tr("案件情况和经过"))
        self.told.setMinimumHeight(text_px(LEAST_PX))
        self.told.setWidget(self._inside)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.told, 1)
        column.addWidget(self.attachments)
        column.addWidget(self.events)
        self.events.asking_changed.connect(self._on_asking_changed)
        self.attachments.loaded.connect(self._show_timeline)
        self.attachments.recording_changed.connect(self._make_room)
        self.timeline.entry_opened.connect(self._on_event_opened)
        self.timeline.entry_reached.connect(self._on_event_reached)

    @property
    def is_low(self) -> bool:
        return self.height() < text_px(LOW_PX)

    def show_case(self, case: CaseDetail) -> None:
        self._case = case
        self.facts.show_case(case)
        self._show_timeline()
        possible = possible_events(
            self._actor,
            state=case.state,
            unit_id=case.unit_id,
            holder_unit_ids=case.holder_unit_ids,
        )
        done = () if to_consent(case) else (CaseEventKind.CONSENTED,)
        self.events.show_case(
            case,
            possible=[kind for kind in possible if kind not in done],
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
        is_beside = self.width() >= text_px(WIDE_PX)
        self._halves.setDirection(_BESIDE if is_beside else _UNDER)
        self._halves.setSpacing(20 if is_beside else 8)
        self._between.setHidden(is_beside)
        self._column.setSpacing(4 if is_low else 8)
        is_long = self._is_asking and self.events.is_long
        self.facts.setHidden(is_long)
        self.attachments.set_low(is_low)
        self.attachments.set_small(self._is_asking)
        is_recording = self.attachments.is_recording
        is_cramped = is_long or (is_low and self._is_asking)
        self.attachments.setHidden(is_cramped and not is_recording)
        is_lowest = is_recording and self.height() < text_px(LOWEST_PX)
        is_filled = is_long and self.events.is_longest and self.height() < text_px(ROOMY_PX)
        self.told.setHidden(is_lowest or is_filled or (is_low and self._is_asking))

    def _on_event_reached(self, where: QRect) -> None:
        """The arrows went on to an event that lies out of sight."""
        corner = self.timeline.mapTo(self._inside, where.topLeft())
        middle = corner.y() + where.height() // 2
        self.told.ensureVisible(0, middle, 0, where.height() // 2 + 4)

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
