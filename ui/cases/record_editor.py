"""What the editors of a case and of an incident share: the form's place, its draft on disk, and
saving.

A draft goes to disk a second after the last key. A draft found on opening is asked about before
anything can be typed over it. One that was begun from another record is kept by itself, so that
neither hides the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.form_body import Body
from ui.cases.save_bar import SaveBar
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_time import short_moment

OPENED = "opened"
"""In the draft of a correction: the record as it was when the correction began."""


class Written(Protocol):
    """What an action gives back, so that screens hear of it and it can be taken back."""

    @property
    def records(self) -> frozenset[tuple[str, str]]: ...

    @property
    def txn(self) -> int | None: ...

    def touches(self, *entities: str) -> bool:
        """Whether a record of one of these kinds was written."""


@dataclass(frozen=True)
class Saved:
    """What came back from the writer thread, and whether the next form is wanted."""

    done: Written
    is_next: bool

    @property
    def records(self) -> frozenset[tuple[str, str]]:
        return self.done.records

    @property
    def txn(self) -> int | None:
        return self.done.txn

    def touches(self, *entities: str) -> bool:
        return self.done.touches(*entities)


class RecordEditor(Card):
    """`closed` without a record, or `finished(record_id)` after saving."""

    closed = Signal()
    finished = Signal(str)
    form: Any

    def __init__(
        self,
        context: PageContext,
        *,
        title: str,
        form: Any,
        drafts_of: str,
        draft_found: Callable[[str, str], str],
        draft_wrong: ErrorCode,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent=parent)
        self._context = context
        self._drafts = DraftKeeper(context, drafts_of, self)
        self._draft_found = draft_found
        self._draft_wrong = draft_wrong
        self._record_id = ""
        self._origin_id = ""
        self._goes_on = False
        self._first_field = ""
        self._opened: Body | None = None
        self._dropped: Body | None = None
        self.draft_bar = DraftBar()
        self.done_line = text_label("", "tinted", wraps=True)
        self.done_line.setProperty("tone", "ok")
        self.form = form
        self.foot = SaveBar()
        self._build_editor()
        self._connect_editor()

    # --- what is of this kind of record ---------------------------------------------------------

    def _title(self) -> str:
        """Of the card, for a new record, one that is corrected, or one begun from another."""
        raise NotImplementedError

    def _empty(self) -> Body:
        """The fields of a new record."""
        raise NotImplementedError

    def _fill(self, body: Body) -> None:
        """Show these fields."""
        raise NotImplementedError

    def _checked(self) -> tuple[Sequence[Any], Callable[[], Written]]:
        """What keeps the form from being saved, and the action that saves it."""
        raise NotImplementedError

    def _on_done(self, done: Written, *, is_next: bool) -> None:
        """After the action: say so, and close or go on."""
        raise NotImplementedError

    # --- opening --------------------------------------------------------------------------------

    def open_new(self, *, goes_on: bool = False) -> None:
        """An empty form; asks first if a draft was left, or goes on with it at once."""
        self._begin(goes_on=goes_on)
        self._look_for_draft()

    def flush_draft(self) -> None:
        """Write a draft that is waiting for its second to pass."""
        self.form.flush_draft()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._on_leave()
        else:
            super().keyPressEvent(event)

    def _begin(
        self, record_id: str = "", *, origin_id: str = "", field: str = "", goes_on: bool = False
    ) -> None:
        """An empty form for this record, or for a new one; ``field`` is where the cursor goes."""
        self._goes_on, self._first_field = goes_on, field
        self._record_id, self._origin_id = record_id, origin_id
        self._opened, self._dropped = None, None
        self.set_title(self._title())
        self.foot.start(has_next=self._is_plain())
        self._fill(self._empty())
        self.form.discard_draft_clock()
        self.draft_bar.hide()
        self._show_done("")
        self._area.verticalScrollBar().setValue(0)

    def _is_plain(self) -> bool:
        """Whether this is a new record that nothing else led to: only these come in a row."""
        return not (self._record_id or self._origin_id)

    def _read(self, work: Callable[..., Any], record_id: str, on_done: Callable[..., None]) -> None:
        """Whole telephones leave the file by the writer: the look is written down."""
        self._set_busy(True)
        self._context.runner.write(
            partial(work, self._context.store, self._context.actor, record_id),
            on_done=on_done,
            on_failed=self._on_not_opened,
        )

    def _on_not_opened(self, error: UserFacingError) -> None:
        self._set_busy(False)
        self._context.notify(error_sentence(error))
        self.closed.emit()

    def _build_editor(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 0, 10, 0)
        column.addWidget(self.form)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self._area.setMinimumHeight(text_px(120))
        # As high as there is room, not as the form would like: the page itself does not scroll.
        self._area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.add(self.draft_bar)
        self.add(self.done_line)
        self.add(self._area, 1)
        self.add(self.foot)
        self.done_line.hide()

    def _connect_editor(self) -> None:
        self.form.saved.connect(self._on_save)
        self.form.saved_and_next.connect(self._on_save_next)
        self.foot.save_asked.connect(self._write)
        self.foot.leave_asked.connect(self._on_leave)
        self.form.draft_due.connect(self._save_draft)
        self._drafts.looked.connect(self._on_draft_looked)
        self._drafts.saved.connect(self._on_draft_saved)
        self.form.edited.connect(self._on_edited)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._on_draft_discarded)
        self.draft_bar.restored.connect(self._on_draft_continued)

    # --- drafts -------------------------------------------------------------------------------

    def _look_for_draft(self) -> None:
        self._set_busy(True)
        self._drafts.look(self._record_id or self._origin_id)

    def _on_draft_looked(self, draft: SavedDraft | None) -> None:
        if draft is None:
            self._set_busy(False)
            self.form.focus_field(self._first_field)
            return
        self._dropped = draft.body
        if self._goes_on:
            self._on_draft_continued()
            return
        when = short_moment(draft.saved_at)
        self.draft_bar.ask(self._draft_found(draft.body["title"].strip(), when), takes_focus=True)

    def _on_draft_continued(self) -> None:
        if self._dropped is not None:
            self._opened = self._dropped.get(OPENED, self._opened)
            self._fill(self._dropped)
            self._dropped = None
            self._save_draft()
        self._set_busy(False)
        self.form.focus_field(self._first_field)

    def _on_draft_discarded(self) -> None:
        self._drafts.discard()
        self._set_busy(False)
        self.form.focus_field(self._first_field)

    def _on_edited(self) -> None:
        self.foot.draft_line.setText("")
        self._show_done("")
        if self._dropped is not None:
            self._dropped = None
            self.draft_bar.hide()

    def _save_draft(self) -> None:
        body = self.form.body()
        if self._opened is not None:
            body[OPENED] = self._opened
        self._drafts.save(body)

    def _on_draft_saved(self) -> None:
        self.foot.draft_line.setText(tr("草稿已存好"))

    # --- saving -------------------------------------------------------------------------------

    def _on_save(self) -> None:
        self._write(False)

    def _on_save_next(self) -> None:
        self._write(True)

    def _write(self, is_next: bool) -> None:
        if not self.form.isEnabled():
            return
        problems, action = self._checked()
        self.form.show_problems(problems)
        self.foot.show_error(tr("有几处要先填好，见红字。") if problems else "")
        if problems:
            return
        self.form.discard_draft_clock()
        self._set_busy(True)
        self._context.runner.write(
            partial(_save, action, is_next and self._is_plain()),
            on_done=self._on_written,
            on_failed=self._on_failed,
        )

    def _on_written(self, saved: Saved) -> None:
        self._set_busy(False)
        self._context.wrote()
        self._on_done(saved.done, is_next=saved.is_next)

    def _on_corrected(self, done: Written, sentence: str) -> None:
        if done.txn is not None:
            self._context.offer_undo(sentence, done.txn)
        self.finished.emit(self._record_id)

    def _start_next(self, sentence: str) -> None:
        """An empty form again, with this said above it."""
        self._begin()
        self._show_done(sentence)
        self.form.focus_first()

    def _on_failed(self, error: UserFacingError) -> None:
        self._set_busy(False)
        self.foot.show_error(error_sentence(error))
        if error.code is self._draft_wrong:
            self.form.show_problems(error.params["problems"])
        self._save_draft()

    def _on_leave(self) -> None:
        self.form.flush_draft()
        self.closed.emit()

    def _set_busy(self, is_busy: bool) -> None:
        self.form.setEnabled(not is_busy)
        self.foot.set_ready(not is_busy)

    def _show_done(self, sentence: str) -> None:
        self.done_line.setText(sentence)
        self.done_line.setVisible(bool(sentence))


def _save(action: Callable[[], Written], is_next: bool) -> Saved:
    return Saved(action(), is_next)
