"""What every page is given: the store, who is signed in, the background runner, ways to speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.accounts.session import Actor
from app.store import Store

if TYPE_CHECKING:
    from ui.work.runner import Runner


def _stay(_key: str = "") -> None:
    """A page shown alone has nowhere to go."""


def _begin_nothing(_kind: str, _record_id: str) -> None:
    """A page shown alone begins no form of another."""


def _stay_at(_case_id: str, _section: str) -> None:
    """A page shown alone opens no case."""


def _stay_there(_entity: str, _record_id: str, _field: str) -> None:
    """A page shown alone opens no form."""


@dataclass(frozen=True)
class PageContext:
    """Passed to a page's constructor; pages reach nothing else."""

    store: Store
    actor: Actor
    runner: Runner
    notify: Callable[[str], None]
    """Shows a sentence in the window's notice bar until it is read."""
    offer_undo: Callable[[str, int], None]
    """Shows a sentence with 撤销; the number is the transaction to take back."""
    open_record: Callable[[str, str], None]
    """Opens the page of a record: entity, record id."""
    wrote: Callable[[], None]
    """Something was written: the sync may run soon."""
    open_page: Callable[[str], None] = _stay
    """Opens a page by its key in the navigation, or ``sync``."""
    open_case_at: Callable[[str, str], None] = _stay_at
    """Opens a case with one of its tabs in front: case id, the tab's key (empty for the first)."""
    mend: Callable[[str, str, str], None] = _stay_there
    """Opens a record's form at a field: entity, record id, field (may be empty)."""
    begin_case: Callable[[], None] = _stay
    """Opens the empty form of a dispute."""
    begin_case_from: Callable[[str], None] = _stay
    """Opens the form of the dispute that grew out of an incident, by the incident's id."""
    begin_case_of_finding: Callable[[str], None] = _stay
    """Opens the form of the dispute that was found on a round, by the finding's id."""
    begin_incident: Callable[[str], None] = _stay
    """Opens the form of an incident; it broke out of the case of this id, or of none."""
    begin_work: Callable[[str, str], None] = _begin_nothing
    """Opens the empty form of a ``visit``, ``micro_service`` or ``hazard`` of this household."""
    begin_found: Callable[[str, str], None] = _begin_nothing
    """Opens the empty form of a ``hazard`` or an ``incident`` found on this patrol."""
