"""What a part of the case page is: the base of every area's section, and how it is announced.

Stands apart from `ui.cases.sections`, the list of them all, because each section is built on this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.accounts.vocabulary import Permission
from app.cases.queries import CaseDetail
from ui.context import PageContext


def _no_mark(_case: CaseDetail) -> str:
    return ""


def _is_for_all(_case: CaseDetail) -> bool:
    return True


class CaseSection(QWidget):
    """The inside of a tab of the case page.

    It is made when it is first turned to, reads by itself through ``context.runner``, and scrolls
    as a whole where room is short. `event_wanted(kind, values)` opens the form of an event in the
    first tab, prefilled (``values`` as ``app.cases.detail_rules`` names them, or None);
    `section_wanted(key)` turns to another tab.
    """

    event_wanted = Signal(object, object)
    section_wanted = Signal(str)

    def show_case(self, case: CaseDetail) -> None:
        """Show this case, also again after something was written or came in."""
        raise NotImplementedError

    def flush_draft(self) -> None:
        """Write down what waits for its second to pass; called before the screen locks."""


@dataclass(frozen=True)
class SectionSpec:
    """One tab: its words, how its inside is made, and for which cases there is one.

    A tab without anything in it (``has``) waits under 更多, where that may be begun: by everybody,
    or by who has the permission ``needs``.
    ``mark`` is a short word or number after the tab's word, from what the case itself says.
    ``reads`` names the entities whose changes make the page read again, beside the case's own.
    """

    key: str
    title: Callable[[], str]
    make: Callable[[PageContext], CaseSection]
    is_for: Callable[[CaseDetail], bool] = _is_for_all
    has: Callable[[CaseDetail], bool] = _is_for_all
    needs: Permission | None = None
    mark: Callable[[CaseDetail], str] = _no_mark
    reads: frozenset[str] = frozenset()
