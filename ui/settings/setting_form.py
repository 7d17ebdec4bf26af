"""One thing the county sets: what it has been, and for who may, the form to set it otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.drafts import SavedDraft
from app.errors import UserFacingError
from app.laptop import today_in_china
from app.settings.actions import SETTING_FORM, change_setting
from app.settings.effects import Effect, effect_of
from app.settings.history import PastSetting, setting_history
from app.settings.queries import SettingRow
from app.settings.rules import MAX_NOTE, value_problem
from app.settings.vocabulary import SettingKey
from app.store import Changes
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.context import PageContext
from ui.settings.history import SettingHistory
from ui.settings.value_editor import ValueEditor
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormPanel, date_edit
from ui.widgets.labels import text_label
from ui.widgets.scrolled_box import ScrolledBox
from ui.wording import error_sentence
from ui.wording_rules import name_of
from ui.wording_settings import effect_words, setting_draft_found, setting_hint
from ui.wording_time import short_moment


class SettingForm(Card):
    """`changed` when the county was asked; what was typed stays until then, also over a restart.
    Who may not set anything reads what it has been."""

    changed = Signal()

    def __init__(
        self, context: PageContext, *, may_set: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("全县设定"), parent=parent)
        self._context = context
        self._may_set = may_set
        self._row: SettingRow | None = None
        self._draft: dict[str, Any] | None = None
        self._drafts = DraftKeeper(context, SETTING_FORM, self)
        self.draft_bar = DraftBar()
        self.panel = FormPanel()
        self.holder = QWidget()
        self._holder_column = QVBoxLayout(self.holder)
        self._holder_column.setContentsMargins(0, 0, 0, 0)
        self.editor: ValueEditor | None = None
        self.day = date_edit(today_in_china(context.store.clock))
        self.note = QLineEdit()
        self.note.setMaxLength(MAX_NOTE)
        self.hint = text_label("", "muted", wraps=True)
        self.effect = text_label("", "strong", wraps=True)
        self.history = SettingHistory()
        self.error = text_label("", "error", wraps=True)
        self.save = QPushButton(tr("保存 (Ctrl+Enter)"))
        self.save.setProperty("role", "primary")
        self.save.setAutoDefault(True)
        self._build()

    def show_row(self, row: SettingRow) -> None:
        """This key, ready to change; another's half-written words are kept on disk."""
        self.panel.flush_draft()
        self._row, self._draft = row, None
        self.set_title(name_of(row.key))
        self.draft_bar.hide()
        self.error.hide()
        self.effect.hide()
        self.hint.setText(setting_hint(row.key))
        self._fill(row.value, self._today(), "")
        self._read_history(row.key)
        if self._may_set:
            self._drafts.look(row.key.value)

    def reload(self, rows: Sequence[SettingRow]) -> None:
        """What it is and has been may have changed with a sync round; what is being typed stays."""
        row = next(
            (one for one in rows if self._row is not None and one.key is self._row.key), None
        )
        if row is None or self._row is None or self.editor is None:
            return
        is_untouched = self.editor.value() == self._row.value and not self.note.text()
        if is_untouched and row.value != self._row.value:
            self._row = row
            self._fill(row.value, self._day(), "")
        self._read_history(row.key)

    def take_focus(self) -> None:
        """Into the first field; who only reads goes through what it has been."""
        first = self.holder if self._may_set else self
        (field, *_others) = [
            one
            for one in first.findChildren(QWidget)
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisibleTo(self)
        ] or [self]
        field.setFocus(Qt.FocusReason.TabFocusReason)

    def flush_draft(self) -> None:
        """Write down what waits for its second to pass."""
        self.panel.flush_draft()

    def _fill(self, value: Any, day: date, note: str) -> None:
        if self._row is None:
            return
        with self.panel.filling():
            if self.editor is not None:
                self.editor.setParent(None)
                self.editor.deleteLater()
            self.editor = ValueEditor(self._row.key, value)
            self._holder_column.addWidget(self.editor)
            self.panel.watch(self.editor)
            self.day.setDate(day)  # type: ignore[arg-type]
            self.note.setText(note)

    def _today(self) -> date:
        return today_in_china(self._context.store.clock)

    # --- what it has been, and would change ----------------------------------------------------

    def _read_history(self, key: SettingKey) -> None:
        read = partial(_history_of, self._context, key, self._today())
        self._context.runner.read(read, on_done=self._on_history)

    def _on_history(self, found: tuple[SettingKey, tuple[PastSetting, ...]]) -> None:
        key, rows = found
        if self._row is not None and key is self._row.key:
            self.history.show_history(key, rows)

    def _read_effect(self) -> None:
        if self._row is not None and self.editor is not None:
            given = self._context, self._row.key, self.editor.value(), self._today()
            self._context.runner.read(partial(_effect_of, *given), on_done=self._on_effect)

    def _on_effect(self, found: tuple[SettingKey, Any, Effect | None]) -> None:
        """Only of what still stands in the field."""
        key, value, effect = found
        if self._row is None or self.editor is None or key is not self._row.key:
            return
        if value == self.editor.value():
            is_other = effect is not None and value != self._row.value
            self.effect.setText(effect_words(key, effect) if effect and is_other else "")
            self.effect.setVisible(bool(self.effect.text()))

    # --- the draft -----------------------------------------------------------------------------

    def _on_draft_due(self) -> None:
        if self.editor is not None:
            body = {"value": self.editor.value(), "day": self._day().isoformat()}
            self._drafts.save({**body, "note": self.note.text()})
            self._read_effect()

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        self._draft = None if found is None else found.body
        if found is not None:
            words = setting_draft_found(short_moment(found.saved_at))
            self.draft_bar.ask(words, takes_focus=False)

    def _on_continued(self) -> None:
        if self._draft is None or self._row is None:
            return
        value = self._draft.get("value")
        fits = value_problem(self._row.key, value) is None
        day = date.fromisoformat(str(self._draft.get("day", self._day().isoformat())))
        note = str(self._draft.get("note", ""))
        self._fill(value if fits else self._row.value, day, note)
        self.draft_bar.hide()

    def _on_discarded(self) -> None:
        self._draft = None
        self._drafts.discard()

    # --- writing -------------------------------------------------------------------------------

    def _on_save(self) -> None:
        if self._row is None or self.editor is None:
            return
        self.panel.discard_draft_clock()
        self.error.hide()
        work = partial(
            change_setting,
            self._context.store,
            self._context.actor,
            key=self._row.key,
            value=self.editor.value(),
            starts_on=self._day(),
            note=self.note.text(),
        )
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_failed)

    def _on_written(self, changes: Changes) -> None:
        self._draft = None
        self.draft_bar.hide()
        self._context.wrote()
        if changes.txn is not None:
            words = tr("已请县里改。下次联系后，全县的电脑都按新的来。")
            self._context.offer_undo(words, changes.txn)
        self.changed.emit()

    def _on_failed(self, error: UserFacingError) -> None:
        self._on_draft_due()
        self.error.setText(error_sentence(error))
        self.error.show()
        self.note.setFocus()

    def _day(self) -> date:
        picked = self.day.date()
        return date(picked.year(), picked.month(), picked.day())

    def _build(self) -> None:
        self.panel.add_widget(self.draft_bar)
        self.panel.add_widget(self.holder)
        self.panel.add_widget(self.effect)
        self.panel.add_field(tr("从哪天起"), self.day, is_required=True)
        hint = tr("比如哪个会议、哪个通知定的；各村都看得到。")
        self.panel.add_field(tr("依据"), self.note, hint=hint, is_required=True)
        self.panel.add_widget(self.error)
        foot = QWidget()
        line = FlowLayout(foot)
        line.addWidget(self.save)
        self.panel.add_widget(foot)
        self.save.setAccessibleName(self.save.text())
        self.error.hide()
        told = ScrolledBox(name=tr("全县设定"))
        self.panel.setVisible(self._may_set)
        for part in (self.hint, self.panel, self.history):
            told.column.addWidget(part)
        self.add(told)
        self.body.addStretch(1)
        self.panel.saved.connect(self._on_save)
        self.save.clicked.connect(self._on_save)
        self.panel.draft_due.connect(self._on_draft_due)
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_continued)
        self.draft_bar.restored.connect(self._on_continued)
        self.draft_bar.discarded.connect(self._on_discarded)


def _history_of(
    context: PageContext, key: SettingKey, today: date
) -> tuple[SettingKey, tuple[PastSetting, ...]]:
    return key, setting_history(context.store, key, today)


def _effect_of(
    context: PageContext, key: SettingKey, value: Any, today: date
) -> tuple[SettingKey, Any, Effect | None]:
    store, actor = context.store, context.actor
    return key, value, effect_of(store, actor, key=key, value=value, today=today)
