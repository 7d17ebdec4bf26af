"""The chosen thing beside the list: what it is, where it stands, what happened to it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.accounts.vocabulary import Permission
from app.cases.queries import CaseDetail, one_case, units_seen
from app.errors import UserFacingError
from app.households.rules import MICRO_GRID_LARGEST, MICRO_GRID_SMALLEST
from app.incidents.queries import UnreportedRisk
from app.today.rows import CaseTodo, Todo
from app.today.rules import TodoKind
from app.votes.queries import one_motion
from app.votes.views import MotionView
from i18n.text import tr
from ui.context import PageContext
from ui.theme import Tone, text_px
from ui.widgets.bars import Mark, Segment, SegmentBar, SizeStrip
from ui.widgets.cards import Card
from ui.widgets.labels import StatePill, text_label
from ui.widgets.slim import SlimTimeline
from ui.widgets.timeline import TimelineEntry
from ui.wording import error_sentence
from ui.wording_cases import STATE_TONES, event_line
from ui.wording_households import size_sentence, size_word
from ui.wording_rules import name_of
from ui.wording_sync import op_state_word, reason_sentence
from ui.wording_time import short_moment
from ui.wording_today import grid_line, todo_mark, todo_pill, todo_story, todo_title
from ui.wording_votes import event_line as motion_event_line
from ui.wording_votes import quorum_words, segment_words

_TITLE_LINES, _TITLE_SIDES_PX = 3, 60


class ChosenCard(Card):
    """`opened(Todo)` when the button is pressed."""

    opened = Signal(object)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("经过"), parent=parent)
        self._context = context
        self._todo: Todo | None = None
        self.state = StatePill()
        self.secret = StatePill()
        self.header.addWidget(self.secret)
        self.header.addWidget(self.state)
        self.meta = text_label("", "muted", wraps=True)
        self.story = text_label("", wraps=True)
        self.bar = SegmentBar()
        self.sizes = SizeStrip()
        self.history = SlimTimeline()
        self.button = QPushButton(tr("打开"))
        self.button.setProperty("role", "primary")
        self.button.setAccessibleName(tr("打开"))
        self.body.setSpacing(10)
        for widget in (self.meta, self.story, self.bar, self.sizes):
            self.add(widget)
        self.add(self.history, 1)
        self.body.addStretch()
        self.body.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.clicked.connect(self._on_button_clicked)
        self.show_todo(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._show_title()

    def _show_title(self) -> None:
        """No more than three lines of it: what it is leaves the room to what happened; the whole
        is its tool tip."""
        if self._todo is None:
            return
        whole = todo_title(self._todo)
        pills = [one for one in (self.state, self.secret) if not one.isHidden()]
        used = sum(one.sizeHint().width() for one in pills)
        room = self.width() - used - text_px(_TITLE_SIDES_PX)
        cut = _in_lines(whole, self.title.fontMetrics(), room)
        self.set_title(cut)
        self.setAccessibleName(whole)
        self.title.setToolTip(whole if cut != whole else "")

    def show_todo(self, todo: Todo | None) -> None:
        """The line itself at once; the rest when it has been read."""
        is_other = self._todo is None or todo is None or self._todo.key != todo.key
        self._todo = todo
        self.button.setVisible(todo is not None)
        if todo is None:
            self._clear()
            self.set_title(tr("经过"))
            self.title.setToolTip("")
            self.secret.set_state("", Tone.NEUTRAL)
            self.meta.setText(tr("在左边选一件，这里显示它到了哪一步。"))
            self.meta.show()
            return
        if is_other:
            self._clear()
            self.state.set_state(*todo_pill(todo))
            self.secret.set_state(todo_mark(todo), Tone.DANGER)
            self._show_title()
        self._read(todo)

    def _clear(self) -> None:
        self.state.set_state("", Tone.NEUTRAL)
        for widget in (self.meta, self.story, self.bar, self.sizes, self.history):
            widget.hide()

    def _read(self, todo: Todo) -> None:
        run, store = self._context.runner.read, self._context.store
        case_id = _case_of(todo)
        if case_id:
            seen = units_seen(self._context.actor, Permission.SEE_CASES)
            run(
                partial(one_case, store, case_id, unit_ids=seen),
                on_done=self._on_case,
                on_failed=self._on_failed,
            )
        elif todo.motion is not None:
            run(
                partial(one_motion, store, todo.motion.motion_id),
                on_done=self._on_motion,
                on_failed=self._on_failed,
            )
        else:
            self._show_what_is_known(todo)

    # --- showing -----------------------------------------------------------------------------

    def _on_case(self, case: CaseDetail | None) -> None:
        if case is None or self._todo is None or _case_of(self._todo) != case.case_id:
            return
        if self._todo.kind is not TodoKind.RISK:
            self.state.set_state(name_of(case.state), STATE_TONES[case.state])
        self._say(tr("{number} · {klass}", number=case.number, klass=case.class_name), case.story)
        self._show_history(
            [
                TimelineEntry(
                    when=short_moment(event.happened_at),
                    text=event_line(event.kind, event.note, event.detail),
                    who=_who(event.by_name, name_of(event.by_role) if event.by_role else ""),
                )
                for event in reversed(case.events)
            ]
        )

    def _on_motion(self, view: MotionView) -> None:
        if self._todo is None or self._todo.key != view.motion_id:
            return
        self.state.set_state(name_of(view.state), Tone.INFO)
        judgement = view.judgement
        words = quorum_words(view.count, judgement) if judgement is not None else ""
        self._say(
            tr("{matter} · {body}", matter=name_of(view.matter), body=name_of(view.body)), words
        )
        tones = (Tone.OK, Tone.DANGER, Tone.NEUTRAL, Tone.WARN)
        count = view.count
        values = (count.agree, count.oppose, count.abstain, count.duplicate_pending)
        self.bar.show_segments(
            [
                Segment(word, value, tone)
                for word, value, tone in zip(segment_words()[:4], values, tones, strict=True)
            ],
            total=count.total,
            mark=None if judgement is None else Mark(judgement.present_needed),
            name=words,
        )
        self.bar.show()
        self._show_history(
            [
                TimelineEntry(
                    when=short_moment(event.happened_at),
                    text=motion_event_line(event, view),
                    who=event.by_name,
                )
                for event in reversed(view.events)
            ]
        )

    def _show_what_is_known(self, todo: Todo) -> None:
        """Micro-grids and refusals need no more than their line."""
        if todo.grid is not None:
            grid = todo.grid
            self.state.set_state(*size_word(grid.finding))
            self._say(size_sentence(grid.finding, grid.household_count), grid_line(grid))
            self.sizes.show_size(
                grid.household_count,
                low=MICRO_GRID_SMALLEST,
                high=MICRO_GRID_LARGEST,
                name=size_sentence(grid.finding, grid.household_count),
            )
            self.sizes.show()
        elif todo.record is not None:
            self.state.set_state(*op_state_word(todo.record.state))
            written = short_moment(todo.record.written_at)
            self._say(tr("{moment} 写在本机", moment=written), reason_sentence(todo.record.reason))
        else:
            self._say(*todo_story(todo))

    def _say(self, meta: str, story: str) -> None:
        self.meta.setText(meta)
        self.story.setText(story)
        self.meta.setVisible(bool(meta))
        self.story.setVisible(bool(story))

    def _show_history(self, entries: list[TimelineEntry]) -> None:
        self.history.show_entries(entries, name=tr("经过"))
        self.history.setVisible(bool(entries))

    def _on_failed(self, error: UserFacingError) -> None:
        self._say("", error_sentence(error))

    def _on_button_clicked(self) -> None:
        if self._todo is not None:
            self.opened.emit(self._todo)


def _in_lines(words: str, metrics: QFontMetrics, width: int) -> str:
    """As much of the words as stands in three lines of this width."""
    most = metrics.lineSpacing() * _TITLE_LINES
    wraps = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere

    def fits(text: str) -> bool:
        return metrics.boundingRect(0, 0, max(1, width), 10_000, int(wraps), text).height() <= most

    if fits(words):
        return words
    cut = next((n for n in range(len(words) - 1, 0, -1) if fits(f"{words[:n]}…")), 0)
    return f"{words[:cut]}…"


def _case_of(todo: Todo) -> str:
    """The case a line is about; empty where it is about something else."""
    what = todo.what
    return what.case_id if isinstance(what, CaseTodo | UnreportedRisk) else ""


def _who(name: str, role: str) -> str:
    return " ".join(part for part in (role, name) if part)
