"""The tab 典型案例 of a closed case: the text without names, what may still tell who it was, and
the steps until every village has it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.cases.queries import CaseDetail
from app.cases.vocabulary import CaseState
from app.drafts import SavedDraft
from app.errors import UserFacingError
from app.store import Changes
from app.typical.actions import (
    TYPICAL_FORM,
    TypicalText,
    check_typical,
    publish_typical,
    take_back_typical,
    write_typical,
)
from app.typical.queries import TypicalView, anonymised_text, typical_of
from app.typical.rules import MAX_TITLE, Doubt, certain_left, doubts_in, taken_out
from app.typical.vocabulary import TypicalState
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.theme import set_style_property, text_px
from ui.theme.palette import AMBER_SOFT, GREEN_SOFT, RED_SOFT
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormPanel
from ui.widgets.labels import StatePill, text_label
from ui.wording import error_sentence
from ui.wording_outreach import doubts_line, typical_draft_found, typical_hint, typical_taken_back
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word
from ui.wording_time import short_moment

TONES = {
    TypicalState.DRAFT: "warn",
    TypicalState.CHECKED: "info",
    TypicalState.PUBLISHED: "ok",
    TypicalState.TAKEN_BACK: "neutral",
}


def is_for(case: CaseDetail) -> bool:
    """Only what has ended becomes an example."""
    return case.state is CaseState.CLOSED


class TypicalSection(CaseSection):
    """Writes, checks and publishes; what is doubtful is marked in the text as it is typed."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view: TypicalView | None = None
        self._case_id = ""
        self._draft: dict[str, Any] | None = None
        self._sentence = ""
        self._drafts = DraftKeeper(context, TYPICAL_FORM, self)
        self.draft_bar = DraftBar()
        self.state = StatePill()
        self.sync_state = StatePill()
        self.hint = text_label("", "muted", wraps=True)
        self.panel = FormPanel()
        self.title = QLineEdit()
        self.title.setMaxLength(MAX_TITLE)
        self.story, self.law, self.lesson = QPlainTextEdit(), QPlainTextEdit(), QPlainTextEdit()
        self.doubts = text_label("", wraps=True)
        self.empty = EmptyState(tr("这件案子不能整理成典型案例。"))
        self.clean = QPushButton(tr("去掉姓名、地名和号码"))
        self.save = QPushButton(tr("保存 (Ctrl+Enter)"))
        self.check = QPushButton(tr("已核对，看不出是谁"))
        self.publish = QPushButton(tr("发布到各村"))
        self.take_back = QPushButton(tr("收回"))
        self._build()
        self._connect()

    def show_case(self, case: CaseDetail) -> None:
        if case.case_id != self._case_id:
            self.flush_draft()
            self._case_id, self._view, self._draft = case.case_id, None, None
            self.draft_bar.hide()
            self._drafts.look(case.case_id)
        work = partial(_read, self._context, case.case_id)
        self._context.runner.read(work, on_done=self._on_read)

    def flush_draft(self) -> None:
        self.panel.flush_draft()

    # --- showing --------------------------------------------------------------------------------

    def _on_read(self, answer: tuple[str, TypicalView | None]) -> None:
        case_id, view = answer
        if case_id != self._case_id:
            return
        self._view = view
        self.panel.setVisible(view is not None)
        self.empty.setVisible(view is None)
        if view is not None:
            self._show(view)

    def _show(self, view: TypicalView) -> None:
        self.state.set_state(name_of(view.state), TONES[view.state])
        self.sync_state.set_state(*sync_state_word(view.sync_state))
        self.sync_state.setVisible(bool(view.typical_id))
        self.hint.setText(typical_hint(view))
        if not self.panel.is_draft_pending() and self._draft is None:
            self._fill(view.text)
        for editor in (self.title, self.story, self.law, self.lesson):
            editor.setReadOnly(not view.may_write)
        for button, is_shown in (
            (self.clean, view.may_write),
            (self.save, view.may_write),
            (self.check, view.may_check),
            (self.publish, view.may_publish),
            (self.take_back, view.may_take_back),
        ):
            button.setVisible(is_shown)
        steps = ((self.publish, view.may_publish), (self.check, view.may_check))
        nearest = next((button for button, may in steps if may), self.save)
        for button in (self.save, self.check, self.publish):
            set_style_property(button, "role", "primary" if button is nearest else "")
        self._mark()

    def _fill(self, text: TypicalText) -> None:
        with self.panel.filling():
            self.title.setText(text.title)
            self.story.setPlainText(text.story)
            self.law.setPlainText(text.law)
            self.lesson.setPlainText(text.lesson)

    def _text(self) -> TypicalText:
        return TypicalText(
            self.title.text(),
            self.story.toPlainText(),
            self.law.toPlainText(),
            self.lesson.toPlainText(),
        )

    def _mark(self) -> None:
        """Red what certainly tells who it was, amber what may, green what stands instead."""
        if self._view is None:
            return
        known, counts = self._view.known, []
        for editor in (self.story, self.law, self.lesson):
            words = editor.toPlainText()
            doubts, certain = doubts_in(words, known), certain_left(words, known)
            gone = taken_out(words, known)
            editor.setExtraSelections(_marks(editor, gone, doubts, certain))
            counts.append((doubts, certain))
        certain_title = certain_left(self.title.text(), known)
        all_doubts = [doubt for doubts, _ in counts for doubt in doubts]
        all_certain = [*certain_title, *(word for _, words in counts for word in words)]
        self.doubts.setText(doubts_line(all_certain, [doubt.kind for doubt in all_doubts]))
        self.doubts.setProperty("role", "error" if all_certain else "muted")
        self.doubts.style().polish(self.doubts)

    # --- writing --------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        self._mark()

    def _on_draft_due(self) -> None:
        text = self._text()
        self._drafts.save(
            {"title": text.title, "story": text.story, "law": text.law, "lesson": text.lesson}
        )

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        self._draft = found.body if found else None
        if found is not None:
            self.draft_bar.ask(typical_draft_found(short_moment(found.saved_at)), takes_focus=False)

    def _on_draft_continued(self) -> None:
        if self._draft is not None:
            names = ("title", "story", "law", "lesson")
            self._fill(TypicalText(*(str(self._draft.get(name, "")) for name in names)))
            self._draft = None
            self.draft_bar.hide()
            self._mark()

    def _on_draft_discarded(self) -> None:
        self._draft = None
        self._drafts.discard()
        if self._view is not None:
            self._fill(self._view.text)
            self._mark()

    def _on_clean(self) -> None:
        if self._view is not None:
            text, _found = anonymised_text(self._text(), self._view.known)
            self.title.setText(text.title)
            for editor, words in (
                (self.story, text.story),
                (self.law, text.law),
                (self.lesson, text.lesson),
            ):
                _replace(editor, words)
            self._mark()

    def _on_save(self) -> None:
        if self._view is None or not self._view.may_write:
            return
        self.panel.discard_draft_clock()
        store, actor = self._context.store, self._context.actor
        write = partial(write_typical, store, actor, case_id=self._case_id, text=self._text())
        self._write(write, tr("典型案例已保存。"))

    def _move(self, act: Callable[..., Changes], sentence: str) -> None:
        if self._view is not None and self._view.typical_id:
            work = partial(
                act,
                self._context.store,
                self._context.actor,
                typical_id=self._view.typical_id,
            )
            self._write(work, sentence)

    def _write(self, work: Callable[[], Any], sentence: str) -> None:
        self._sentence = sentence
        self.panel.setDisabled(True)
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_failed)

    def _on_written(self, changes: Changes) -> None:
        self.panel.setEnabled(True)
        self._draft = None
        self.draft_bar.hide()
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(self._sentence, changes.txn)

    def _on_failed(self, error: UserFacingError) -> None:
        self.panel.setEnabled(True)
        self._on_draft_due()
        self._context.notify(error_sentence(error))

    def _on_check(self) -> None:
        self._move(check_typical, tr("已记下核对。"))

    def _on_publish(self) -> None:
        self._move(publish_typical, tr("已请县里发布，各村下次联网时就能看到。"))

    def _on_take_back(self) -> None:
        self._move(take_back_typical, typical_taken_back())

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        head = QWidget()
        line = FlowLayout(head)
        for widget in (self.state, self.sync_state):
            line.addWidget(widget)
        for editor, least in ((self.story, 150), (self.law, 56), (self.lesson, 56)):
            editor.setMinimumHeight(text_px(least))
            if editor is not self.story:
                editor.setMaximumHeight(text_px(2 * least))
        self.panel.add_widget(head)
        self.panel.add_widget(self.hint)
        self.panel.add_field(tr("标题"), self.title, is_required=True)
        self.panel.add_field(tr("案情和化解经过"), self.story, is_required=True)
        self.panel.add_widget(self.doubts)
        self.panel.add_field(tr("适用的法律"), self.law)
        self.panel.add_field(tr("启示"), self.lesson)
        foot = QWidget()
        flow = FlowLayout(foot)
        for button in (self.save, self.clean, self.check, self.publish, self.take_back):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            flow.addWidget(button)
        self.panel.add_widget(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.draft_bar, self.empty, self.panel):
            column.addWidget(part)
        column.addStretch()
        self.empty.hide()

    def _connect(self) -> None:
        self.panel.saved.connect(self._on_save)
        self.panel.edited.connect(self._on_edited)
        self.panel.draft_due.connect(self._on_draft_due)
        self.save.clicked.connect(self._on_save)
        self.clean.clicked.connect(self._on_clean)
        self.check.clicked.connect(self._on_check)
        self.publish.clicked.connect(self._on_publish)
        self.take_back.clicked.connect(self._on_take_back)
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.restored.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._on_draft_discarded)


def _read(context: PageContext, case_id: str) -> tuple[str, TypicalView | None]:
    return case_id, typical_of(context.store, context.actor, case_id)


def _replace(editor: QPlainTextEdit, words: str) -> None:
    """As an edit of its own, so that Ctrl+Z brings the names back."""
    if words == editor.toPlainText():
        return
    cursor = editor.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText(words)


def _marks(
    editor: QPlainTextEdit,
    gone: tuple[tuple[int, int], ...],
    doubts: tuple[Doubt, ...],
    certain: tuple[str, ...],
) -> list[QTextEdit.ExtraSelection]:
    places = [(start, end, GREEN_SOFT) for start, end in gone]
    places += [(doubt.start, doubt.end, AMBER_SOFT) for doubt in doubts]
    words = editor.toPlainText()
    for word in certain:
        start = words.find(word)
        while start >= 0:
            places.append((start, start + len(word), RED_SOFT))
            start = words.find(word, start + len(word))
    return [_mark(editor, *place) for place in places]


def _mark(editor: QPlainTextEdit, start: int, end: int, colour: str) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    cursor = editor.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    look = QTextCharFormat()
    look.setBackground(QColor(colour))
    mark.cursor, mark.format = cursor, look  # type: ignore[attr-defined]
    return mark
