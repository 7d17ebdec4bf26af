"""The list of cases, page by page, newest first: a file with 100,000 cases opens as fast as one
with ten.

Whatever it is narrowed by stands in the index it is walked by, and words are one look into a table
of row numbers (``db.search_cases``): only the cases of a page are read. Rows are frozen; no ORM
object leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import orjson
from sqlmodel import Session

from app.cases.finding import find_classes
from app.cases.queries import village_names, worst_sync_state
from app.cases.vocabulary import CaseKind, CaseState, FlowStage, Urgency, class_name
from app.flow.limit_rules import RowLimit
from app.flow.reach import IN_UNITS
from app.flow.waiting import as_shown, sent_among, sent_with_day, shown_limits
from app.handovers.queries import requested_units
from app.listing import fetch_rows, where_clause
from app.mediation.vocabulary import MediationWay
from app.settings.queries import setting
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.clock import CHINA, today_in_china
from db.columns import OF_LIST, utc_text
from db.search_cases import CASES_FOUND, FEW_CASES_FOUND, class_word, fits_more_than
from db.search_index import words_typed
from db.tables.base import SyncState

PAGE_SIZE = 100
"""Five screens of rows; they lie all over the file, and each costs a look or two into it."""
MAX_WORDS = 5
"""Words of a search beyond the fifth narrow nothing any more."""

MOST_COUNTED = 1000
"""Beyond so many nobody asks how many exactly; reading on only to count would take longer than
reading the page."""

OPEN_STATES = frozenset(CaseState) - {CaseState.CLOSED}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What of the list is wanted. ``unit_ids`` None means every unit in the file."""

    text: str = ""
    states: frozenset[CaseState] = frozenset(CaseState)
    kinds: frozenset[CaseKind] = frozenset(CaseKind)
    unit_ids: frozenset[str] | None = None
    sees_confidential: bool = False
    """Whether confidential cases are listed; see ``app.cases.secrecy``."""
    urgencies: frozenset[Urgency] = frozenset(Urgency)
    stages: frozenset[FlowStage] = frozenset(FlowStage)
    ways: frozenset[MediationWay] = frozenset()
    """Empty for every way, and none."""
    class_code: str = ""
    """A class with all its sub-classes, or a sub-class."""
    in_hand_of: frozenset[str] | None = None
    """Units that lead the case now; None for whoever does."""
    first_contact_id: str = ""
    due_first: date | None = None
    due_last: date | None = None
    """The last day its row shows; with either of the two, cases without any do not fit."""
    reader_unit_id: str = ""
    """The unit of who looks: which last day a row shows hangs on whom it binds."""
    first_day: date | None = None
    last_day: date | None = None
    """Days of the village on which it was recorded, both included."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list. ``parties`` names the first of each side, ``party_count`` all."""

    case_id: str
    number: str
    title: str
    kind: CaseKind
    class_name: str
    parties: tuple[str, ...]
    party_count: int
    urgency: Urgency
    state: CaseState
    happened_on: date
    recorded_at: datetime
    sync_state: SyncState
    village: str
    holder: str = ""
    """The unit it was handed to, by name."""
    head_count: int | None = None
    asked_for: str = ""
    """The unit it was asked to be handed to, while the county has not answered."""
    limits: tuple[RowLimit, ...] = ()
    """Its last days as `app.flow.limit_rules` puts them: the one shown, the one named beside."""
    is_confidential: bool = False

    @property
    def due_on(self) -> date | None:
        """The last day its row shows."""
        return self.limits[0].due_on if self.limits else None

    @property
    def due_limit(self) -> str | None:
        """Which limit that is."""
        return self.limits[0].limit if self.limits else None


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of the list; ``total`` counts all pages and comes with the first of them only, where
    it is no more than ``MOST_COUNTED``.

    ``is_last`` when nothing follows.
    """

    rows: tuple[CaseRow, ...]
    total: int | None
    is_last: bool
    at_least: int = 0
    """No fewer than so many fit; told where there is no ``total``."""
    today: date = date.min
    """The day it was read, for what is late."""
    remind_days: int = 0
    """So many days before its last day the county has a limit reminded of."""


def case_rows(
    store: Store, wanted: CaseFilter, *, after: CaseRow | None = None, limit: int = PAGE_SIZE
) -> CaseList:
    """A page of the cases that fit, newest first; ``after`` is the last row of the page before."""
    where, values = _conditions(wanted)
    match, today = match_of(wanted.text), today_in_china(store.clock)
    if after is not None:
        where.append("(c.recorded_at, c.id) < (:after_at, :after_id)")
        values |= {"after_at": utc_text(after.recorded_at), "after_id": after.case_id}
    most = max(limit, MOST_COUNTED) if after is None else limit
    with store.reading() as session:
        if match is not None:
            where.append(_has_words(session, match))
            values["match"] = match
        found = _found_due(session, wanted, where, {**values, "page": most + 1})
        rows = _case_rows(session, _rows(session, found[:limit]), wanted.reader_unit_id)
        remind_days = int(setting(session, SettingKey.REMINDER_DAYS, today))
    return CaseList(
        rows,
        len(found) if after is None and len(found) <= most else None,
        is_last=len(found) <= limit,
        at_least=min(len(found), most),
        today=today,
        remind_days=remind_days,
    )


def match_of(typed: str) -> str | None:
    """The full-text query for what a person typed: every word in the title, the number, a party or
    the class; None for nothing typed."""
    words = typed.split()[:MAX_WORDS]
    return " AND ".join(_word_match(word) for word in words) or None


def _word_match(word: str) -> str:
    ways = [f'"{class_word(found.record_id)}"' for found in find_classes(word)]
    parts = words_typed(word)
    if parts:
        ways.append("(" + " AND ".join(f'"{part}"*' for part in parts) + ")")
    return f"({' OR '.join(ways)})" if ways else _NOTHING


_NOTHING: Final = f'"{class_word("")}"'
"""Punctuation alone is in no case."""
_FEW: Final = 1_000
"""Cases: so many are read by their row numbers in less time than the list is walked."""


def _has_words(session: Session, match: str) -> str:
    """The condition that a case has the words: few are where one begins, many where one ends."""
    return CASES_FOUND if fits_more_than(session, match, _FEW) else FEW_CASES_FOUND


def _conditions(wanted: CaseFilter) -> tuple[list[str], dict[str, Any]]:
    """WHERE parts over ``case_file c``, and what is bound in them."""
    where: list[str] = []
    values: dict[str, Any] = {}
    if wanted.states != frozenset(CaseState):
        where.append("c.state IN :states")
        values["states"] = [state.value for state in wanted.states]
    if wanted.kinds != frozenset(CaseKind):
        where.append("c.kind IN :kinds")
        values["kinds"] = [kind.value for kind in wanted.kinds]
    if wanted.unit_ids is not None:
        where.append(IN_UNITS)
        values["units"] = sorted(wanted.unit_ids)
    _narrow(wanted, where, values)
    if not wanted.sees_confidential:
        where.append("c.is_confidential = 0")
    return where, values


def _narrow(wanted: CaseFilter, where: list[str], values: dict[str, Any]) -> None:
    """What was chosen beside state and kind; every column stands in the index of the list."""
    chosen: tuple[tuple[str, frozenset[Any], frozenset[Any]], ...] = (
        ("urgency", wanted.urgencies, frozenset(Urgency)),
        ("stage", wanted.stages, frozenset(FlowStage)),
        ("way", wanted.ways, frozenset()),
    )
    for column, asked, everything in chosen:
        if asked != everything:
            where.append(f"c.{column} IN :{column}s")
            values[f"{column}s"] = [one.value for one in asked]
    if wanted.class_code:
        where.append("c.class_code LIKE :class_code")
        values["class_code"] = f"{wanted.class_code}%"
    if wanted.in_hand_of is not None:
        where.append("(coalesce(c.holder_unit_id, c.unit_id) IN :leads)")
        values["leads"] = sorted(wanted.in_hand_of)
    if wanted.first_contact_id:
        where.append("c.first_contact_id = :first_contact")
        values["first_contact"] = wanted.first_contact_id
    days = {
        "c.recorded_at >= :first_at": ("first_at", _begin_of(wanted.first_day)),
        "c.recorded_at < :end_at": ("end_at", _begin_of(wanted.last_day, days=1)),
    }
    for condition, (name, value) in days.items():
        if value is not None:
            where.append(condition)
            values[name] = value


def _begin_of(day: date | None, *, days: int = 0) -> str | None:
    """The moment a day of the village begins, or the day so many days on."""
    if day is None:
        return None
    return utc_text(datetime.combine(day + timedelta(days=days), time.min, CHINA))


_NEWEST: Final = "INDEXED BY ix_case_file_newest"
_FEW_OPEN: Final = "INDEXED BY ix_case_file_open"
_FEW_DUE: Final = "INDEXED BY ix_case_file_due_open"
_ROW_NUMBERS: Final = "NOT INDEXED"


def _index_for(wanted: CaseFilter, where: Sequence[str]) -> str:
    """The index it is all read from: two of them hold the few that are open, or have a limit. None
    where words already name the few.

    It is named because nobody runs ANALYZE: what is open is read and put in order sooner than the
    whole file is walked, and SQLite cannot know.
    """
    if FEW_CASES_FOUND in where:
        return _ROW_NUMBERS
    if wanted.due_first is not None or wanted.due_last is not None:
        return _FEW_DUE
    return _NEWEST if CaseState.CLOSED in wanted.states else _FEW_OPEN


def _found_due(
    session: Session, wanted: CaseFilter, where: Sequence[str], values: dict[str, Any]
) -> list[int]:
    """Row numbers of the page, newest first, narrowed by the last day a row shows: what was sent
    with a day is judged by its own rule, everything else by the folded column."""
    of = _index_for(wanted, where)
    if wanted.due_first is None and wanted.due_last is None:
        return [row[0] for row in _found(session, where, values, of=of)]
    first, last = wanted.due_first or date.min, wanted.due_last or date.max
    sent = as_shown(sent_with_day(session), wanted.reader_unit_id)
    fitting = [case_id for case_id, limits in sent.items() if first <= limits[0].due_on <= last]
    folded = [*where, "c.due_on >= :due_first AND c.due_on <= :due_last"]
    bound = {**values, "due_first": first.isoformat(), "due_last": last.isoformat()}
    if sent:
        folded.append("c.id NOT IN (SELECT value FROM json_each(:sent))")
        bound["sent"] = orjson.dumps(list(sent)).decode()
    found = list(_found(session, folded, bound, of=of))
    if fitting:
        of_sent = [*where, "c.id IN (SELECT value FROM json_each(:fitting))"]
        bound = {**values, "fitting": orjson.dumps(fitting).decode()}
        found += _found(session, of_sent, bound, of="")
        found.sort(key=lambda row: (row[1], row[2]), reverse=True)
    return [row[0] for row in found[: values["page"]]]


def _found(
    session: Session, where: Sequence[str], values: dict[str, Any], *, of: str
) -> Sequence[Any]:
    """Row number, moment and id, newest first; what is passed over on the way is read from the
    index alone."""
    held = [*where, _HELD_BY[of]] if of in _HELD_BY else where
    return fetch_rows(
        session,
        f"SELECT c.rowid, c.recorded_at, c.id FROM case_file c {of}{where_clause(held)} "
        "ORDER BY c.recorded_at DESC, c.id DESC LIMIT :page",
        values,
    )


_HELD_BY: Final = {_FEW_OPEN: "c.state <> 'closed'", _FEW_DUE: "c.due_on IS NOT NULL"}
"""As the partial indexes have it."""


def _rows(session: Session, found: Sequence[int]) -> Sequence[Any]:
    """The cases of a page, newest first."""
    return fetch_rows(
        session,
        "SELECT c.id, c.number, c.kind, c.title, c.class_code, c.urgency, c.state, c.happened_on, "
        "c.recorded_at, c.sync_state, c.unit_id, c.holder_unit_id, c.head_count, "
        "c.due_on, c.due_limit, c.is_confidential FROM case_file c "
        "WHERE c.rowid IN (SELECT value FROM json_each(:found)) "
        "ORDER BY c.recorded_at DESC, c.id DESC",
        {"found": orjson.dumps(found).decode()},
    )


def _case_rows(session: Session, found: Sequence[Any], reader_unit_id: str) -> tuple[CaseRow, ...]:
    """Rows with their parties, their village and the gravest sync state of all they are made of."""
    ids = [row.id for row in found]
    parties, states = _party_names(session, ids), _event_sync_states(session, ids)
    asked = requested_units(session, ids)
    sent = as_shown(sent_among(session, ids), reader_unit_id)
    held = {row.holder_unit_id for row in found if row.holder_unit_id}
    places = {row.unit_id for row in found} | held | set(asked.values())
    villages = village_names(session, sorted(places))
    rows = []
    for row in found:
        own = parties.get(row.id, [])
        sync = [row.sync_state, *states.get(row.id, ()), *(state for _, _, state in own)]
        rows.append(
            CaseRow(
                case_id=row.id,
                number=row.number,
                title=row.title,
                kind=CaseKind(row.kind),
                class_name=class_name(row.class_code),
                parties=tuple(name for name, is_main, _ in own if is_main),
                party_count=len(own),
                urgency=Urgency(row.urgency),
                state=CaseState(row.state),
                happened_on=date.fromisoformat(row.happened_on),
                recorded_at=datetime.fromisoformat(row.recorded_at),
                sync_state=worst_sync_state(SyncState(state) for state in set(sync)),
                village=villages.get(row.unit_id, ""),
                holder=villages.get(row.holder_unit_id or "", ""),
                head_count=row.head_count,
                asked_for=villages.get(asked[row.id], asked[row.id]) if row.id in asked else "",
                limits=shown_limits(row, sent),
                is_confidential=bool(row.is_confidential),
            )
        )
    return tuple(rows)


def _party_names(session: Session, ids: Sequence[str]) -> dict[str, list[tuple[str, bool, str]]]:
    """Per case: name, whether it stands for its side, sync state; by side."""
    names: dict[str, list[tuple[str, bool, str]]] = {}
    found = session.connection().exec_driver_sql(
        f"SELECT case_id, name, is_main, sync_state FROM case_party WHERE case_id IN {OF_LIST} "
        "ORDER BY case_id, side, is_main DESC, rowid",
        (orjson.dumps(ids).decode(),),
    )
    for case_id, name, is_main, sync_state in found:
        names.setdefault(case_id, []).append((name, bool(is_main), sync_state))
    return names


def _event_sync_states(session: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    """Per case: the sync states that its events have."""
    states: dict[str, list[str]] = {}
    found = session.connection().exec_driver_sql(
        f"SELECT DISTINCT case_id, sync_state FROM case_event WHERE case_id IN {OF_LIST}",
        (orjson.dumps(ids).decode(),),
    )
    for case_id, sync_state in found:
        states.setdefault(case_id, []).append(sync_state)
    return states
