"""The base of a block of fields in the case form; `ui.cases.form_blocks` lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.accounts.session import Actor
from app.cases.vocabulary import CaseField, CaseKind
from ui.cases.form_body import Body
from ui.widgets.forms import FormField
from ui.work.runner import Runner


class FormBlock(QWidget):
    """Shown for its kinds of case only; what it holds is kept by its keys in the form's body, and
    each key is a field of ``CaseDraft``."""

    def body(self) -> Body:
        """The block as the draft keeps it."""
        raise NotImplementedError

    def fill(self, body: Body) -> None:
        """Show a draft; a draft of an older program may lack the keys."""
        raise NotImplementedError

    def editors(self) -> list[QWidget]:
        """In tab order."""
        raise NotImplementedError

    def problem_fields(self) -> Mapping[CaseField, FormField]:
        """Where problems of these fields are shown."""
        raise NotImplementedError


@dataclass(frozen=True)
class BlockSpec:
    """For which kinds of case, and how the block is made."""

    kinds: frozenset[CaseKind]
    make: Callable[[Actor, Runner], FormBlock]
