"""Carries hand-overs out: whole aggregates change their unit, a case gets who leads and who helps.

A household takes its residents along, an account what signs it in. A case stays where it is; its
file, parties and events lie in their buckets as well. Everything happens on the ledger, in
the transaction that judges the request, so a move is whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from psycopg import Cursor

from app.accounts.vocabulary import Role
from app.clocks.counting import WorkingCalendar
from app.flow.rules import Sending, send_problem
from app.handovers.rules import Giver, Hands, Passage, carry_out, problem_with
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose, HandoverSubject, Step
from app.settings.rules import SettingFact, calendar_from
from app.settings.vocabulary import SettingKey
from db.tables.registry import ENTITIES
from sync.protocol.messages import Reason
from sync.server import merging
from sync.server.former import NewPlacement
from sync.server.in_hand import handed_step, hands_of, shared_by, turns_at
from sync.server.ledger import Ledger
from sync.server.merging import Occasion
from sync.server.refusal import RefusedError
from sync.server.relations import HANDOVER, MOVES_ALONG, SHARED_ALONG, parts_to_load
from sync.server.rows import Key, Row
from sync.server.scope import UnitTree, shared_buckets

ACCUSED: Final = "accused_unit_id"
_BAD_INPUT: Final = frozenset({HandoverProblem.SAME_UNIT, HandoverProblem.UNIT_UNKNOWN})
_OVERTAKEN: Final = frozenset(
    {
        HandoverProblem.HELPS_ALREADY,
        HandoverProblem.DOES_NOT_HELP,
        HandoverProblem.NOT_SENT_HERE,
    }
)
"""What somebody else may have brought about who was first."""


def check_and_carry_out(
    ledger: Ledger,
    units: UnitTree,
    occasion: Occasion,
    key: Key,
    body: dict[str, Any],
    *,
    on: date,
) -> Reason | None:
    """Judges one hand-over made ``on`` that day and does it; a reason when somebody else's came
    first.

    Raises ``RefusedError`` for one that was never allowed.
    """
    subject = HandoverSubject(body["subject_entity"])
    row = ledger.get(Key(subject.value, body["subject_id"]))
    if row is None or row.is_deleted:
        raise RefusedError(Reason.PARENT_MISSING, field="subject_id")
    step = handed_step(key.record_id, body)
    if subject is not HandoverSubject.CASE and step.purpose is not HandoverPurpose.HANDED_OVER:
        raise RefusedError(Reason.BAD_VALUE, fields={"purpose": "only_of_a_case"})
    after = carry_out(hands_of(row), step)
    if not occasion.sender.is_county:
        _check_allowed(ledger, units, row, body, step, on=on, is_late=after is None)
    elif body["to_unit_id"] not in units.by_id:
        raise RefusedError(Reason.BAD_VALUE, fields={"to_unit_id": "unknown"})
    if after is None:
        _check_had(ledger, units, row, body["from_unit_id"])
        return Reason.MOVED_MEANWHILE
    if subject is HandoverSubject.CASE:
        hold(ledger, row, after)
    else:
        move(ledger, row, body["to_unit_id"], body["by_account_id"], occasion)
    return None


def _check_had(ledger: Ledger, units: UnitTree, row: Row, unit_id: str) -> None:
    """Who never had it learns nothing of where it is, and writes nothing to who has it."""
    had = ledger.former_units(row.key)
    if unit_id not in {
        row.unit_id,
        *shared_buckets(row.shared),
        *had,
        *(units.merged.get(one, one) for one in had),
    }:
        raise RefusedError(Reason.BAD_VALUE, fields={"from_unit_id": "never_had_it"})


def as_merged(patch: dict[str, Any], units: UnitTree) -> dict[str, Any]:
    """A hand-over that names a unit which was merged means the other."""
    changed = {
        name: units.merged[patch[name]]
        for name in ("unit_id", "from_unit_id", "to_unit_id")
        if patch.get(name) in units.merged
    }
    return {**patch, **changed} if changed else patch


def naming_merged(patch: dict[str, Any], units: Mapping[str, str]) -> dict[str, Any]:
    """What of a record beside its own unit names another that was merged: who is accused, and for
    whom an event was said. ``units`` are the merged ones with those they went into."""
    changed: dict[str, Any] = {}
    if patch.get(ACCUSED) in units:
        changed[ACCUSED] = units[patch[ACCUSED]]
    detail = patch.get("detail")
    if isinstance(detail, str):
        for unit_id in (one for one in units if one in detail):
            detail = detail.replace(f'"{unit_id}"', f'"{units[unit_id]}"')
        if detail != patch["detail"]:
            changed["detail"] = detail
    return changed


def _check_allowed(
    ledger: Ledger,
    units: UnitTree,
    row: Row,
    body: dict[str, Any],
    step: Step,
    *,
    on: date,
    is_late: bool,
) -> None:
    """``is_late`` where it does not fit any more: then it is only kept, if it could have been
    allowed before."""
    account = ledger.get(Key("account", body["by_account_id"]))
    if account is None:
        raise RefusedError(Reason.UNKNOWN_ACCOUNT)
    giver = Giver(Role(account.body["role"]), account.unit_id)
    secrecy = (bool(row.body.get("is_confidential")), row.body.get("accused_unit_id"))
    if step.purpose is HandoverPurpose.HANDED_OVER:
        subject = HandoverSubject(row.key.entity)
        passage = Passage(subject, row.unit_id, step.from_unit_id, step.to_unit_id, *secrecy)
        problem = problem_with(giver, passage, units.by_id)
    else:
        note = str(body.get("note") or "")
        sending = Sending(step.purpose, step.from_unit_id, step.to_unit_id, on, note, *secrecy)
        calendar = _calendar(ledger)
        problem = send_problem(giver, sending, turns_at(ledger, row), units.by_id, calendar)
    if problem is None or (is_late and problem in _OVERTAKEN):
        return
    if problem in _BAD_INPUT:
        raise RefusedError(Reason.BAD_VALUE, fields={"to_unit_id": problem.value})
    raise RefusedError(Reason.NOT_PERMITTED, why=problem.value)


def _calendar(ledger: Ledger) -> WorkingCalendar:
    """As the county has set its holidays."""
    own = [
        SettingFact(row.body["key"], row.body["value"], date.fromisoformat(row.body["starts_on"]))
        for row in ledger.rows_of("setting", "key", SettingKey.HOLIDAYS)
    ]
    return calendar_from(own)


def load_for_moves(cursor: Cursor[Any], ledger: Ledger, subjects: list[Key]) -> None:
    """Reads and locks what goes along with these: their parts, and a person's micro-grids."""
    level = subjects
    while level:
        pairs = [(part, key.record_id) for key in level for part in parts_to_load(key.entity)]
        ledger.load_children(cursor, pairs, locked=True)
        level = [child.key for pair in pairs for child in ledger.children(*pair)]
    if any(key.entity == HandoverSubject.CASE for key in subjects):
        _load_holidays(cursor, ledger)
    accounts = [key.record_id for key in subjects if key.entity == HandoverSubject.ACCOUNT]
    if accounts:
        cursor.execute(
            "SELECT id FROM record WHERE county_id = current_setting('gulou.county') "
            "AND entity = 'micro_grid' AND NOT is_deleted AND body ->> 'worker_id' = ANY(%s)",
            (accounts,),
        )
        grids = [Key("micro_grid", grid_id) for (grid_id,) in cursor.fetchall()]
        ledger.load(cursor, grids, locked=True)


def _load_holidays(cursor: Cursor[Any], ledger: Ledger) -> None:
    cursor.execute(
        "SELECT id FROM record WHERE county_id = current_setting('gulou.county') "
        "AND entity = 'setting' AND NOT is_deleted AND body ->> 'key' = %s",
        (SettingKey.HOLIDAYS.value,),
    )
    keys = [Key("setting", setting_id) for (setting_id,) in cursor.fetchall()]
    ledger.load(cursor, keys, locked=False)


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


def hold(ledger: Ledger, case: Row, hands: Hands) -> None:
    """The case and all its parts lie with who leads and who helps too; with its own unit alone
    again: in nobody else's bucket. Who has it no more is noted, and evicted."""
    before = hands_of(case)
    kept = (case.unit_id, hands.lead, *hands.helpers)
    for unit_id in (before.lead, *before.helpers):
        if unit_id not in kept:
            ledger.note_placement(NewPlacement(case.key, unit_id, unit_id, True))
    shared = shared_by(hands, case.unit_id)
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
