"""The village's 1+X team: terms, what a law says of their length, who is missing.

Pure functions, shared by laptop and county. The 1 is the auxiliary policeman who is also 治保主任;
a village with several wards may have several. Everybody else is the X.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.grid_work.vocabulary import TeamPost

ENDS_SOON_DAYS = 60
THE_ONE = TeamPost.AUXILIARY_POLICE


class TermState(StrEnum):
    """Where a term stands on a day."""

    COMING = "coming"
    CURRENT = "current"
    ENDING = "ending"
    """It ends within 60 days."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class TermHint:
    """How long a law says a term lasts; a hint, never a refusal.

    `is_confirmed` is false where a newer text may have changed it and was not found.
    """

    years: int
    law: str
    version: date
    article: str
    is_confirmed: bool


MEDIATOR_TERM = TermHint(3, "人民调解法", date(2010, 8, 28), "第九条", True)
"""人民调解委员会委员每届任期三年，可以连选连任。"""

COMMITTEE_TERM = TermHint(5, "村民委员会组织法", date(2018, 12, 29), "第十一条", False)
"""村民委员会每届任期五年. The law was revised with effect from 2026-01-01 and its articles were
renumbered; the new text was not found."""

TERM_HINTS = {
    TeamPost.MEDIATOR: MEDIATOR_TERM,
    TeamPost.VILLAGE_OFFICIAL: COMMITTEE_TERM,
}


def term_state(starts_on: date, ends_on: date | None, today: date) -> TermState:
    """`ends_on` is the last day of the term, None while no end is set."""
    if ends_on is not None and ends_on < today:
        return TermState.ENDED
    if starts_on > today:
        return TermState.COMING
    if ends_on is not None and ends_on <= today + timedelta(days=ENDS_SOON_DAYS):
        return TermState.ENDING
    return TermState.CURRENT


def is_in_office(state: TermState) -> bool:
    """Whether the term runs on that day."""
    return state in (TermState.CURRENT, TermState.ENDING)


def last_day(starts_on: date, years: int) -> date:
    """The last day of a term of so many years."""
    try:
        end = starts_on.replace(year=starts_on.year + years)
    except ValueError:  # begun on 29 February
        end = date(starts_on.year + years, 3, 1)
    return end - timedelta(days=1)


def is_backwards(starts_on: date, ends_on: date | None) -> bool:
    """Whether a term would end before it begins."""
    return ends_on is not None and ends_on < starts_on


def do_overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two terms, each from its first to its last day, have a day in common."""
    (start, end), (other_start, other_end) = one, other
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)


def post_order(post: TeamPost) -> int:
    """The 1 before the X, then as the posts are listed."""
    return list(TeamPost).index(post)


def has_the_one(posts_in_office: Iterable[TeamPost]) -> bool:
    """Whether an auxiliary policeman is named."""
    return THE_ONE in posts_in_office
