"""The draft of one form on disk: looked for when the form opens, written after the last key.

Everything goes through the writer thread, in order: a draft being saved while the form opens again
is found, and one that is saved late never comes back after the record was written.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.drafts import SavedDraft, discard_draft, load_draft, save_draft
from ui.cases.form_body import Body
from ui.context import PageContext


class DraftKeeper(QObject):
    """`looked(SavedDraft or None)` after `look`, `saved` after `save`."""

    looked = Signal(object)
    saved = Signal()

    def __init__(self, context: PageContext, form: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._record_id = ""

    def look(self, record_id: str) -> None:
        """Find out whether this person left something for this record; empty for a new one."""
        self._record_id = record_id
        work = partial(_found, self._context, self._key())
        self._context.runner.write(work, on_done=self._on_looked)

    def save(self, body: Body) -> None:
        work = partial(save_draft, self._context.store, **self._key(), body=body)
        self._context.runner.write(work, on_done=self._on_saved)

    def discard(self) -> None:
        self._context.runner.write(partial(discard_draft, self._context.store, **self._key()))

    def _key(self) -> dict[str, str]:
        return {
            "form": self._form,
            "record_id": self._record_id,
            "account_id": self._context.actor.account_id,
        }

    def _on_looked(self, answer: tuple[str, SavedDraft | None]) -> None:
        record_id, found = answer
        if record_id == self._record_id:  # else the form has gone on to another record
            self.looked.emit(found)

    def _on_saved(self, _nothing: object) -> None:
        self.saved.emit()


def _found(context: PageContext, key: dict[str, str]) -> tuple[str, SavedDraft | None]:
    return key["record_id"], load_draft(context.store, **key)
