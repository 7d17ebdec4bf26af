"""A laptop of the county's centre whose file holds the whole county, built in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from app.accounts.pins import hash_pin
from app.accounts.vocabulary import Role
from app.cases import rules as case_rules
from app.cases.vocabulary import CaseEventKind
from app.incidents import rules as incident_rules
from app.organisations.vocabulary import COUNTY_ID
from app.refolding import refold, refold_cases
from app.store import Store
from db.outbox import wire_value
from db.search_catch_up import catch_up_search
from db.tables.registry import ENTITIES
from sync.client.after_upgrade import use_what_was_left
from sync.client.columns import form_of
from sync.client.round import lay_down
from sync.server.seeding import seed_records
from tests.benchmarks.desk_records import DeskAmounts, a_county
from tests.benchmarks.known import PIN
from tests.benchmarks.laptops import open_measured, pretend_enrolled
from tests.benchmarks.people import Draft

COUNTY_CLERK: Final = "account-of-the-county"
_PAGE: Final = 50_000
_DUE: Final = (
    "UPDATE case_file SET due_limit = 'answered', "
    "due_on = date('2026-11-23', (rowid * 7919 % 90 - 30) || ' days') WHERE state <> 'closed'"
)
"""The clocks of open cases: a third are late already, the rest end within two months."""


_STAGE: Final = (
    ", stage = CASE ?1 WHEN 'closed' THEN 'ended' WHEN 'recorded' THEN 'intake' ELSE 'handling' END"
)
"""Of cases that nobody handed on."""


def _fold_case(kinds: Iterable[Any]) -> case_rules.CaseState:
    return case_rules.fold(case_rules.CaseStep(CaseEventKind(kind)) for kind in kinds)


_FOLDED: Final = {
    "case_event": ("case_file", "case_id", _fold_case),
    "incident_event": ("incident", "incident_id", incident_rules.fold),
}


def build_desk(folder: Path, amounts: DeskAmounts) -> None:
    """The file as it is after a first sync, with everything found by search."""
    laptop = open_measured(folder)
    try:
        # As the first round of an empty file; or the window would be measured with all folded anew
        # behind it, as after an upgrade.
        use_what_was_left(laptop.store, refold)
        lay_in_bulk(laptop.store, chain(_places_and_clerk(), a_county(amounts)))
        with laptop.store.laying_down() as session:
            _fold_handed(session)
            session.flush()
            session.connection().exec_driver_sql(_DUE)
        catch_up_search(laptop.store)
        pretend_enrolled(laptop, COUNTY_ID)
    finally:
        laptop.close()


def _fold_handed(session: Session) -> None:
    """The few cases somebody was sent, as the program folds them."""
    found = session.connection().exec_driver_sql("SELECT DISTINCT subject_id FROM handover")
    refold_cases(session, {case_id for (case_id,) in found})


def lay_in_bulk(store: Store, drafts: Iterable[Draft]) -> None:
    """Lays records down as columns, pages of a first sync; states as their events make them.

    The program folds record by record, which a county does over months and nobody waits for; here
    the same rules are asked once per course of events.
    """
    numbered = enumerate(drafts, start=1)
    page = list(islice(numbered, _PAGE))
    folding = _Folding()
    while page:
        for _, draft in page:
            folding.take(draft)
        following = list(islice(numbered, _PAGE))
        answer = {
            "verdicts": [],
            "changes": [],
            "puts": list(_blocks(page)),
            "cursors": {},
            "epoch": "measured",
            "server_ms": 0,
            "more": bool(following),
        }
        lay_down(store, answer, folding)
        page = following


def _blocks(page: list[tuple[int, Draft]]) -> Iterator[list[Any]]:
    """A ``PutColumns`` for each entity of the page; a field that is not named has its default."""
    rows: dict[str, list[tuple[int, Draft]]] = defaultdict(list)
    for number, draft in page:
        rows[draft.entity].append((number, draft))
    for entity, of_entity in rows.items():
        model, fields = ENTITIES[entity], form_of(entity).fields
        usual = [_usual(model.model_fields[name]) for name in fields]
        nothing = [None] * len(of_entity)
        book = [
            [draft.record_id for _, draft in of_entity],
            [1] * len(of_entity),
            [number for number, _ in of_entity],
            nothing,
            nothing,
        ]
        values = [
            [draft.body.get(name, default) for _, draft in of_entity]
            for name, default in zip(fields, usual, strict=True)
        ]
        yield [entity, fields, [*book, *values]]


def _usual(field: Any) -> Any:
    return None if field.is_required() else wire_value(field.default)


class _Folding:
    """Writes the states of the cases and incidents whose events a page brings; a course of events
    may go on over the end of a page."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self._new: set[tuple[str, str]] = set()

    def take(self, draft: Draft) -> None:
        """Notes an event, in the order of the county."""
        if draft.entity in _FOLDED:
            key = draft.entity, draft.body[_FOLDED[draft.entity][1]]
            self._kinds[key].append(draft.body["kind"])
            self._new.add(key)

    def __call__(self, session: Session, _touched: object) -> None:
        for entity, (table, _field, fold) in _FOLDED.items():
            also = _STAGE if table == "case_file" else ""
            ids = sorted(parent for kind, parent in self._new if kind == entity)
            if ids:
                session.connection().exec_driver_sql(
                    f"UPDATE {table} SET state = ?1{also} WHERE id = ?2",
                    [(fold(self._kinds[entity, parent]).value, parent) for parent in ids],
                )
        self._new.clear()


def _places_and_clerk() -> Iterator[Draft]:
    yield from (Draft(*record) for record in seed_records())
    account = {"name": "吴某", "role": Role.COUNTY_CENTRE.value}
    yield Draft("account", COUNTY_CLERK, {"unit_id": COUNTY_ID, **account})
    credential = {"account_id": COUNTY_CLERK, "pin_hash": hash_pin(PIN)}
    yield Draft("credential", "credential-of-the-county", {"unit_id": COUNTY_ID, **credential})
