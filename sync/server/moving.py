"""Carries hand-overs out: whole aggregates change their unit, a case gets a holder.

A household takes its residents along, an account what signs it in. A case stays where it is; its
file, parties and events lie in the holder's bucket as well. Everything happens on the ledger, in
the transaction that judges the request, so a move is whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Cursor

from app.accounts.vocabulary import Role
from app.handovers.rules import Giver, Passage, problem_with
from app.handovers.vocabulary import HandoverProblem, HandoverSubject
from db.tables.registry import ENTITIES
from sync.protocol.messages import Reason
from sync.server import merging
from sync.server.former import NewPlacement
from sync.server.ledger import Ledger
from sync.server.merging import Occasion
from sync.server.refusal import RefusedError
from sync.server.relations import HANDOVER, MOVES_ALONG, SHARED_ALONG, parts_to_load
from sync.server.rows import Key, Row
from sync.server.scope import UnitTree, shared_buckets

_BAD_INPUT: Final = frozenset({HandoverProblem.SAME_UNIT, HandoverProblem.UNIT_UNKNOWN})


def check_and_carry_out(
    ledger: Ledger, units: UnitTree, occasion: Occasion, key: Key, body: dict[str, Any]
) -> Reason | None:
    """Judges one hand-over and does it; a reason when somebody else's came first.

    Raises ``RefusedError`` for one that was never allowed.
    """
    subject = HandoverSubject(body["subject_entity"])
    row = ledger.get(Key(subject.value, body["subject_id"]))
    if row is None or row.is_deleted:
        raise RefusedError(Reason.PARENT_MISSING, field="subject_id")
    if not occasion.sender.is_county:
        _check_allowed(ledger, units, row, body)
    elif body["to_unit_id"] not in units.by_id:
        raise RefusedError(Reason.BAD_VALUE, fields={"to_unit_id": "unknown"})
    if body["from_unit_id"] != unit_that_has(row):
        _check_had(ledger, units, row, body["from_unit_id"])
        return Reason.MOVED_MEANWHILE
    if subject is HandoverSubject.CASE:
        hold(ledger, row, body["to_unit_id"])
    else:
        move(ledger, row, body["to_unit_id"], body["by_account_id"], occasion)
    return None


def _check_had(ledger: Ledger, units: UnitTree, row: Row, unit_id: str) -> None:
    """Who never had it learns nothing of where it is, and writes nothing to who has it."""
    had = ledger.former_units(row.key)
    if unit_id not in {row.unit_id, *had, *(units.merged.get(one, one) for one in had)}:
        raise RefusedError(Reason.BAD_VALUE, fields={"from_unit_id": "never_had_it"})


def as_merged(patch: dict[str, Any], units: UnitTree) -> dict[str, Any]:
    """A hand-over that names a unit which was merged means the other."""
    changed = {
        name: units.merged[patch[name]]
        for name in ("unit_id", "from_unit_id", "to_unit_id")
        if patch.get(name) in units.merged
    }
    return {**patch, **changed} if changed else patch


def unit_that_has(row: Row) -> str:
    """The holder of a case, or the unit whose record it is."""
    holders = shared_buckets(row.shared)
    return holders[0] if holders and row.key.entity == HandoverSubject.CASE else row.unit_id


def _check_allowed(ledger: Ledger, units: UnitTree, row: Row, body: dict[str, Any]) -> None:
    account = ledger.get(Key("account", body["by_account_id"]))
    if account is None:
        raise RefusedError(Reason.UNKNOWN_ACCOUNT)
    problem = problem_with(
        Giver(Role(account.body["role"]), account.unit_id),
        Passage(
            HandoverSubject(row.key.entity),
            row.unit_id,
            body["from_unit_id"],
            body["to_unit_id"],
            is_confidential=bool(row.body.get("is_confidential")),
            accused_unit_id=row.body.get("accused_unit_id"),
        ),
        units.by_id,
    )
    if problem in _BAD_INPUT:
        raise RefusedError(Reason.BAD_VALUE, fields={"to_unit_id": problem.value})
    if problem is not None:
        raise RefusedError(Reason.NOT_PERMITTED, why=problem.value)


def load_for_moves(cursor: Cursor[Any], ledger: Ledger, subjects: list[Key]) -> None:
    """Reads and locks what goes along with these: their parts, and a person's micro-grids."""
    level = subjects
    while level:
        pairs = [(part, key.record_id) for key in level for part in parts_to_load(key.entity)]
        ledger.load_children(cursor, pairs, locked=True)
        level = [child.key for pair in pairs for child in ledger.children(*pair)]
    accounts = [key.record_id for key in subjects if key.entity == HandoverSubject.ACCOUNT]
    if accounts:
        cursor.execute(
            "SELECT id FROM record WHERE county_id = current_setting('gulou.county') "
            "AND entity = 'micro_grid' AND NOT is_deleted AND body ->> 'worker_id' = ANY(%s)",
            (accounts,),
        )
        grids = [Key("micro_grid", grid_id) for (grid_id,) in cursor.fetchall()]
        ledger.load(cursor, grids, locked=True)


# --- whole aggregates ----------------------------------------------------------------------------


def move(ledger: Ledger, root: Row, to_unit_id: str, account_id: str, occasion: Occasion) -> None:
    """The record and all its parts become another unit's."""
    for row in with_parts(ledger, root, MOVES_ALONG):
        move_one(ledger, row, to_unit_id, account_id, occasion)
    if root.key.entity == HandoverSubject.ACCOUNT:
        for grid in ledger.rows_of("micro_grid", "worker_id", root.key.record_id):
            change(ledger, grid, {"worker_id": None}, account_id, occasion)


def move_one(
    ledger: Ledger,
    row: Row,
    to_unit_id: str,
    account_id: str,
    occasion: Occasion,
    *,
    keeps_grid: bool = False,
) -> Row:
    """One record becomes another unit's; where it lay is noted. A household leaves its
    micro-grid behind, unless that goes along."""
    model = ENTITIES[row.key.entity]
    ledger.note_placement(NewPlacement(row.key, row.unit_id, model.bucket_of(row.body), False))
    changes: dict[str, Any] = {"unit_id": to_unit_id}
    if row.key.entity == "household" and not keeps_grid:
        changes["micro_grid_id"] = None
    moved = change(ledger, row, changes, account_id, occasion)
    moved.shared = moved.shared or ""
    return moved


def change(
    ledger: Ledger, row: Row, changes: dict[str, Any], account_id: str, occasion: Occasion
) -> Row:
    """Sets fields as the county does it, with nothing to merge."""
    after = ledger.edit(row)
    merging.touch(after, account_id, occasion)
    at = round(occasion.now.timestamp() * 1000)
    for name, value in changes.items():
        if after.body.get(name) != value:
            after.body[name] = value
            after.fields[name] = after.version
            after.edits[name] = [account_id, occasion.sender.install_id, at]
    return after


def hold(ledger: Ledger, case: Row, holder_unit_id: str) -> None:
    """The case and all its parts lie in the holder's bucket too; home again: in nobody's."""
    before = unit_that_has(case)
    if before != case.unit_id:
        ledger.note_placement(NewPlacement(case.key, before, before, True))
    shared = "" if holder_unit_id == case.unit_id else holder_unit_id
    for row in with_parts(ledger, case, SHARED_ALONG):
        ledger.edit(row).shared = shared


def with_parts(ledger: Ledger, root: Row, parts: dict[str, tuple[str, ...]]) -> Iterator[Row]:
    """The root first, then its parts in county order, then theirs."""
    yield root
    for entity in parts.get(root.key.entity, ()):
        for child in ledger.children(entity, root.key.record_id):
            yield from with_parts(ledger, child, parts)


def shared_of_new(
    ledger: Ledger, key: Key, body: dict[str, Any], parent: Row | None, reason: Reason | None
) -> str | None:
    """The further buckets of a new record: its parent's; a hand-over also reaches the new unit."""
    is_case = body.get("subject_entity") == HandoverSubject.CASE
    if key.entity == HANDOVER and not is_case:
        return body["to_unit_id"] if reason is None else None
    return None if parent is None else parent.shared or None
