"""Writing a motion; what is typed goes to disk a second after the last key."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.drafts import SavedDraft, discard_draft, load_draft, save_draft
from app.errors import ErrorCode, UserFacingError
from app.store import Changes
from app.votes.actions import MAX_TITLE, MOTION_FORM, edit_motion, propose_motion
from app.votes.views import MotionView
from app.votes.vocabulary import MeetingBody, MotionMatter
from i18n.text import tr
from ui.context import PageContext
from ui.theme import set_style_property, text_px
from ui.votes.ask_bar import AskBar, Question
from ui.votes.opening_screen import concern_words
from ui.widgets.cards import Card
from ui.widgets.forms import ChoiceRow, FormPanel
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_rules import name_of
from ui.wording_time import short_moment

_TITLE_ERRORS = (ErrorCode.MOTION_TITLE_MISSING, ErrorCode.MOTION_TITLE_TOO_LONG)


class MotionEditor(QWidget):
    """A new motion, or a draft that is changed; `finished(motion_id)` when it was saved.

    The id is empty when the person goes back without saving; what was typed stays on disk.
    """

    finished = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._record_id = ""
        self._is_next_wanted = False
        self._is_saving = False
        self.form = FormPanel()
        self.title_edit = QLineEdit()
        self.title_edit.setMaxLength(MAX_TITLE * 2)
        self.matter = QComboBox()
        for matter in MotionMatter:
            self.matter.addItem(name_of(matter), matter.value)
        self.body = ChoiceRow([(body.value, name_of(body)) for body in MeetingBody])
        self.text = QPlainTextEdit()
        self.text.setMinimumHeight(text_px(150))
        self.concerns = text_label("", "tinted", wraps=True)
        set_style_property(self.concerns, "tone", "warn")
        self.error = text_label("", "error", wraps=True)
        self.ask_bar = AskBar()
        self._build()
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(400)
        self._connect()

    @property
    def record_id(self) -> str:
        """The motion being changed; empty for a new one."""
        return self._record_id

    def write_new(self) -> None:
        """An empty form, with what was left in it the last time."""
        self._start("", title="", text="", matter=MotionMatter.VILLAGE_RULES_MADE_OR_CHANGED)

    def change(self, view: MotionView) -> None:
        """The form filled with a draft of the village."""
        self._start(
            view.motion_id, title=view.title, text=view.text, matter=view.matter, body=view.body
        )

    def save(self) -> None:
        """Ctrl+Enter."""
        self._write(is_next=False)

    def flush_draft(self) -> None:
        """The window closes or the screen locks: what was typed goes to disk now."""
        self.form.flush_draft()

    def go_back(self) -> None:
        """Leave without saving; the draft stays."""
        self.flush_draft()
        self.finished.emit("")

    def _build(self) -> None:
        self.title_field = self.form.add_field(
            tr("名称"), self.title_edit, hint=tr("一句话写明要表决什么"), is_required=True
        )
        self.form.add_field(tr("事项"), self.matter)
        self.form.add_field(tr("由谁决定"), self.body, hint=tr("村规民约只能由村民会议制定和修改"))
        self.text_field = self.form.add_field(
            tr("正文"), self.text, hint=tr("村民表决的就是这些文字；开启表决后不能再改")
        )
        self.form.add_widget(self.concerns)
        card = Card()
        card.add(self.ask_bar)
        card.add(self.form)
        card.add(self.error)
        card.body.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        self.error.hide()
        self.concerns.hide()
        self.setFocusProxy(self.title_edit)

    def _connect(self) -> None:
        self.form.saved.connect(self.save)
        self.form.saved_and_next.connect(self._on_save_and_next)
        self.form.draft_due.connect(self._on_draft_due)
        self.form.edited.connect(self._looking.start)
        self._looking.timeout.connect(self._on_looked)
        self.ask_bar.answered.connect(self._on_draft_wanted)
        self.ask_bar.refused.connect(self._on_draft_refused)

    def _start(
        self,
        record_id: str,
        *,
        title: str,
        text: str,
        matter: MotionMatter,
        body: MeetingBody = MeetingBody.VILLAGERS_ASSEMBLY,
    ) -> None:
        self.form.flush_draft()
        self._record_id = record_id
        self._found: SavedDraft | None = None
        self._is_saving = False
        self.ask_bar.hide()
        self._show_error(None)
        self._fill(title=title, text=text, matter=matter.value, body=body.value)
        self._on_looked()
        self._context.runner.read(
            partial(load_draft, self._context.store, **self._draft_key()),
            on_done=self._on_draft_loaded,
        )

    def _fill(self, *, title: str, text: str, matter: str, body: str) -> None:
        with self.form.filling():
            self.title_edit.setText(title)
            self.text.setPlainText(text)
            self.matter.setCurrentIndex(max(0, self.matter.findData(matter)))
            self.body.set_value(body)
        self.form.discard_draft_clock()

    def _draft_key(self) -> dict[str, str]:
        return {
            "form": MOTION_FORM,
            "record_id": self._record_id,
            "account_id": self._context.actor.account_id,
        }

    def _values(self) -> dict[str, str]:
        return {
            "title": self.title_edit.text(),
            "text": self.text.toPlainText(),
            "matter": str(self.matter.currentData()),
            "body": self.body.value(),
        }

    # --- the draft on disk -------------------------------------------------------------------

    def _on_draft_due(self) -> None:
        if not self._is_saving:
            self._context.runner.write(
                partial(save_draft, self._context.store, **self._draft_key(), body=self._values())
            )

    def _on_draft_loaded(self, draft: SavedDraft | None) -> None:
        if draft is None or not _is_usable(draft.body) or self.form.is_draft_pending():
            return
        self._found = draft
        self.ask_bar.ask(
            Question(
                tr(
                    "{moment} 写过一份没有保存：“{title}”。接着写吗？",
                    moment=short_moment(draft.saved_at),
                    title=draft.body["title"] or tr("还没有名称"),
                ),
                yes=tr("接着写"),
                no=tr("丢掉草稿"),
            )
        )

    def _on_draft_wanted(self) -> None:
        if self._found is not None:
            self._fill(**{name: str(self._found.body[name]) for name in _FIELDS})
            self._on_looked()
        self.title_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_draft_refused(self) -> None:
        if self._found is not None:
            self._context.runner.write(
                partial(discard_draft, self._context.store, **self._draft_key())
            )
        self._found = None
        self.title_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- saving ------------------------------------------------------------------------------

    def _on_save_and_next(self) -> None:
        self._write(is_next=True)

    def _write(self, *, is_next: bool) -> None:
        if self._is_saving:
            return
        self._is_saving, self._is_next_wanted = True, is_next
        self.form.discard_draft_clock()
        values = self._values()
        given: dict[str, Any] = {
            "title": values["title"],
            "text": values["text"],
            "matter": MotionMatter(values["matter"]),
            "body": MeetingBody(values["body"]),
        }
        store, actor = self._context.store, self._context.actor
        if self._record_id:
            work = partial(edit_motion, store, actor, motion_id=self._record_id, **given)
        else:
            work = partial(propose_motion, store, actor, **given)
        self._context.runner.write(work, on_done=self._on_saved, on_failed=self._on_refused)

    def _on_saved(self, changes: Changes) -> None:
        self._is_saving = False
        self._context.wrote()
        saved = next((id_ for entity, id_ in changes.records if entity == "motion"), "")
        if self._is_next_wanted:
            self.write_new()
            self.title_edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.finished.emit(saved or self._record_id)

    def _on_refused(self, error: UserFacingError) -> None:
        self._is_saving = False
        self._show_error(error)
        self._on_draft_due()

    def _show_error(self, error: UserFacingError | None) -> None:
        sentence = "" if error is None else error_sentence(error)
        is_of_title = error is not None and error.code in _TITLE_ERRORS
        is_of_text = error is not None and error.code is ErrorCode.MOTION_TEXT_TOO_LONG
        self.title_field.set_error(sentence if is_of_title else "")
        self.text_field.set_error(sentence if is_of_text else "")
        self.error.setText("" if is_of_title or is_of_text else sentence)
        self.error.setVisible(bool(self.error.text()))
        if is_of_title:
            self.title_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_looked(self) -> None:
        """A word about what a village may not write into its rules; never a refusal."""
        self.concerns.setText(concern_words(self.text.toPlainText()))
        self.concerns.setVisible(bool(self.concerns.text()))


_FIELDS = ("title", "text", "matter", "body")


def _is_usable(body: dict[str, Any]) -> bool:
    """A draft of this form, with something in it."""
    return all(isinstance(body.get(name), str) for name in _FIELDS) and bool(
        body["title"].strip() or body["text"].strip()
    )
