"""Applies a request's transaction groups: each whole or not at all, none in another's way.

In the usual case every group is judged in memory and everything is written at once. When the
database objects, the groups are written one by one, each under a savepoint, to find the one at
fault. A group that raises is tried three times and then quarantined.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Final

import psycopg
from psycopg import Cursor

from app.cases.rules import BLOCKS
from app.flow.turns import ASKS_WHO_HAS
from app.incidents.rules import ASKS_THE_PAST
from sync.protocol.messages import Operation, Reason, Verdict, VerdictRow
from sync.server import (
    aliases,
    court_checks,
    mediation_checks,
    moving,
    numbers,
    publishing,
    record_table,
    setting_changes,
    traces,
)
from sync.server.authors import signers_in
from sync.server.envelope import Incoming
from sync.server.intake import Taken
from sync.server.judging import DELETE, Judge, refused
from sync.server.ledger import Ledger
from sync.server.relations import CHILDREN, HANDOVER, parent_of, references_of
from sync.server.rows import FeedRow, Key
from sync.server.validation import shape_of

LOG: Final = logging.getLogger("gulou.county")
MAX_TRIES: Final = 3
_STATE_CHANGING: Final = frozenset(
    {
        "case_event",
        "incident_event",
        "motion_event",
        "conflict_settlement",
        "handover",
        "record_alias",
        "setting_change",
    }
)
_DEPTH: Final = {
    name: depth
    for depth, names in enumerate(
        (
            # First of all: whether the rest of its group is carried out hangs on it.
            ("conflict_settlement",),
            (
                *("micro_grid", "account", "case_file", "motion", "incident", "hazard"),
                *(
                    "micro_service",
                    "team_member",
                    "duty_shift",
                    "patrol",
                    "outreach_round",
                    "setting_change",
                ),
            ),
            (
                *("household", "credential", "case_party", "case_event", "electorate_entry"),
                *("grid_assignment", "hazard_measure", "incident_person", "incident_event"),
                *("agreement", "case_mediator", "sponsorship", "legal_aid", "typical_case"),
                "outreach_finding",
            ),
            (
                *("resident", "motion_event", "roster_event", "visit"),
                *("agreement_item", "agreement_signature"),
            ),
            ("ballot", "attachment"),
            (
                *("ballot_withdrawal", "attachment_withdrawal", "record_alias", "handover"),
                *("record_link", "look"),
            ),
        )
    )
    for name in names
}


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one edit, in the order they are judged, and when each was made."""

    operations: list[tuple[Operation | None, int, datetime]]
    tries: int

    @property
    def op_nos(self) -> list[int]:
        """Their numbers."""
        return [op_no for _, op_no, _ in self.operations]

    def keys(self) -> Iterator[Key]:
        """Every record the group touches or leans on."""
        for op, _, _ in self.operations:
            if op is not None and shape_of(op.entity) is not None:
                yield from keys_of(op)

    def written(self) -> Iterator[Key]:
        """What later groups must wait for when this one could not be judged."""
        for op, _, _ in self.operations:
            if op is not None and shape_of(op.entity) is not None:
                yield from keys_of(op) if op.entity in _STATE_CHANGING else islice(keys_of(op), 1)


@dataclass
class Outcome:
    """What became of a request's groups."""

    verdicts: list[VerdictRow] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    """Numbers of operations that were tried in vain and will be tried again."""
    feed: list[FeedRow] = field(default_factory=list)
    plain: dict[int, tuple[Key, int]] = field(default_factory=dict)
    """{operation: its record and the version it made} of those that were simply applied."""
    acks: dict[int, tuple[int, int]] = field(default_factory=dict)
    """{operation: version and place in the feed} of those that need no echo."""
    held: list[int] = field(default_factory=list)
    """Places in the feed of rows that the laptop holds already."""

    def absorb(self, other: Outcome) -> None:
        """Adds what became of the groups that followed."""
        self.verdicts += other.verdicts
        self.feed += other.feed
        self.plain |= other.plain


def groups_of(incoming: Sequence[Incoming], taken: dict[int, Taken]) -> list[Group]:
    """The groups that have no verdict yet, in operation order."""
    waiting = [op for op in incoming if taken[op.op_no].verdict is None]
    groups = []
    for _, members in groupby(waiting, key=lambda op: op.txn):
        operations = [(op.operation, op.op_no, taken[op.op_no].effective_at) for op in members]
        tries = max(taken[op_no].tries for _, op_no, _ in operations)
        groups.append(Group(sorted(operations, key=_place), tries))
    return groups


def _place(entry: tuple[Operation | None, int, datetime]) -> tuple[int, int]:
    """Parents before children; deletes last, and children before parents."""
    op, op_no, _ = entry
    if op is None:
        return (0, op_no)
    depth = _DEPTH.get(op.entity, 0)
    return (100 - depth, op_no) if op.kind == DELETE else (depth, op_no)


def keys_of(op: Operation) -> Iterator[Key]:
    """The record of an operation and those it names."""
    yield Key(op.entity, op.record_id)
    yield from aliases.keys_of_alias(op)
    yield from setting_changes.keys_of_change(op)
    for reference in references_of(op.entity, op.patch):
        wanted = op.patch.get(reference.field)
        if isinstance(wanted, str):
            yield Key(reference.entity, wanted)


def load_for(cursor: Cursor[Any], ledger: Ledger, groups: Iterable[Group]) -> None:
    """Reads and locks all that judging these groups may look at, in a handful of statements."""
    known = [op for group in groups for op, _, _ in group.operations if op and shape_of(op.entity)]
    ledger.load(cursor, {key for op in known for key in keys_of(op)}, locked=True)
    authors = {account_id for op in known for account_id in (op.account_id, *signers_in(op.patch))}
    ledger.load(cursor, [Key("account", account_id) for account_id in authors], locked=False)
    aliases.load_aliases(cursor, ledger, known)
    aliases.load_named(cursor, ledger, known)
    numbers.load(cursor, ledger.numbers, known)
    ledger.load_children(cursor, (pair for op in known for pair in _children_of(op)))
    ledger.load_children(
        cursor, (pair for op in known for pair in mediation_checks.children_of(ledger, op))
    )
    gone = (op for op in known if op.entity == "household" and op.kind == DELETE)
    traces.load(cursor, ledger, (op.record_id for op in gone))
    texts = [op for op in known if op.entity == "typical_case"]
    ledger.load(cursor, {publishing.published_key(op.record_id) for op in texts}, locked=True)
    load_cases_of_texts(cursor, ledger, texts)
    subjects = [_subject_of(op) for op in known if op.entity == HANDOVER]
    if subjects:
        moving.load_for_moves(cursor, ledger, [key for key in subjects if key is not None])
    ledger.load_placements(cursor)


def load_cases_of_texts(cursor: Cursor[Any], ledger: Ledger, texts: Sequence[Operation]) -> None:
    """A text is judged by the case it was made of and by that case's people."""
    rows = (ledger.get(Key(op.entity, op.record_id)) for op in texts)
    known = {row.body["case_id"] for row in rows if row is not None}
    wanted = {op.patch["case_id"] for op in texts if isinstance(op.patch.get("case_id"), str)}
    cases = sorted(known | wanted)
    ledger.load(cursor, [Key("case_file", case_id) for case_id in cases], locked=False)
    ledger.load_children(cursor, (("case_party", case_id) for case_id in cases))


def _subject_of(op: Operation) -> Key | None:
    found = parent_of(op.entity, op.patch)
    return None if found is None else Key(*found)


def _children_of(op: Operation) -> Iterator[tuple[str, str]]:
    if op.kind == DELETE:
        yield from ((entity, op.record_id) for entity in CHILDREN.get(op.entity, ()))
    yield from aliases.children_of_alias(op)
    case_id = op.patch.get("case_id")
    if op.patch.get("kind") in BLOCKS and isinstance(case_id, str):
        yield ("case_event", case_id)
    if op.patch.get("kind") in ASKS_WHO_HAS and isinstance(case_id, str):
        yield (HANDOVER, case_id)
    yield from court_checks.children_of(op)
    if op.entity == "sponsorship" and isinstance(case_id, str):
        yield ("sponsorship", case_id)
    incident_id = op.patch.get("incident_id")
    if op.patch.get("kind") in ASKS_THE_PAST and isinstance(incident_id, str):
        yield ("incident_event", incident_id)
    motion_id = op.patch.get("motion_id")
    if op.entity == "ballot" and isinstance(motion_id, str):
        yield ("electorate_entry", motion_id)


def apply_groups(
    cursor: Cursor[Any], judge: Judge, groups: Sequence[Group], *, now: datetime
) -> Outcome:
    """Judges and writes everything but the feed, whose rows the caller writes last of all."""
    load_for(cursor, judge.ledger, groups)
    try:
        with cursor.connection.transaction():
            return _apply(cursor, judge, groups, now=now, one_by_one=False)
    except _DATABASE_OBJECTS:
        LOG.warning("a batch could not be written at once", exc_info=True)
    judge.ledger.forget()
    load_for(cursor, judge.ledger, groups)
    return _apply(cursor, judge, groups, now=now, one_by_one=True)


_DATABASE_OBJECTS: Final = (
    psycopg.DataError,
    psycopg.InternalError,
    psycopg.ProgrammingError,
    psycopg.errors.CheckViolation,
    psycopg.errors.NotNullViolation,
    psycopg.errors.RaiseException,
)
"""What a value can provoke; anything else (a lost connection, a deadlock) concerns the request."""


def _apply(
    cursor: Cursor[Any],
    judge: Judge,
    groups: Sequence[Group],
    *,
    now: datetime,
    one_by_one: bool,
) -> Outcome:
    outcome = Outcome()
    blocked: set[Key] = set()
    for group in groups:
        if blocked and not blocked.isdisjoint(group.keys()):
            blocked.update(group.written())  # what follows a group that waits must wait with it
            continue
        try:
            plain: dict[int, tuple[Key, int]] = {}
            verdicts = _judge_group(judge, group, plain)
            if one_by_one:
                with cursor.connection.transaction():
                    outcome.feed += judge.ledger.write(cursor)
        except _DATABASE_OBJECTS as problem:
            if not one_by_one:
                raise
            judge.ledger.forget()
            load_for(cursor, judge.ledger, groups)
            _fail(outcome, blocked, group, problem)
        except Exception as problem:  # noqa: BLE001 - a mistake of ours must not lose the batch
            judge.ledger.discard()
            _fail(outcome, blocked, group, problem)
        else:
            outcome.verdicts += verdicts
            outcome.plain |= plain
    outcome.feed += judge.ledger.write(cursor)
    return outcome


def _judge_group(judge: Judge, group: Group, plain: dict[int, tuple[Key, int]]) -> list[VerdictRow]:
    verdicts = [_judge_one(judge, *entry) for entry in group.operations]
    verdicts = _with_its_people(judge.ledger, group, verdicts)
    if not any(verdict.verdict is Verdict.REFUSED for verdict in verdicts):
        judge.ledger.keep()
        for (op, op_no, _), verdict in zip(group.operations, verdicts, strict=True):
            if op and verdict.verdict is Verdict.APPLIED and verdict.version is not None:
                plain[op_no] = Key(op.entity, op.record_id), verdict.version
        return verdicts
    judge.ledger.discard()
    for op, _, _ in group.operations:
        if op is not None and op.kind == DELETE:
            judge.ledger.send_again(Key(op.entity, op.record_id))
    return [
        verdict
        if verdict.verdict is Verdict.REFUSED
        else refused(verdict.op_no, Reason.GROUP_REFUSED)
        for verdict in verdicts
    ]


def _with_its_people(
    ledger: Ledger, group: Group, verdicts: Sequence[VerdictRow]
) -> list[VerdictRow]:
    """Who was to go with a household that stays, stays as well, and comes back to the laptop."""
    judged = list(zip((op for op, _, _ in group.operations), verdicts, strict=True))
    kept = {
        op.record_id
        for op, verdict in judged
        if op and op.kind == DELETE and verdict.verdict is Verdict.CONFLICT
    }
    found = []
    for op, verdict in judged:
        key = Key(op.entity, op.record_id) if op and op.kind == DELETE else None
        row = ledger.rows.get(key) if key and verdict.verdict is Verdict.APPLIED else None
        if row is not None and row.parent_id in kept and not row.is_deleted:
            stays = ledger.take_up_again(row)
            verdict = VerdictRow(op_no=verdict.op_no, verdict=Verdict.MERGED, version=stays.version)
        found.append(verdict)
    return found


def _judge_one(judge: Judge, op: Operation | None, op_no: int, made_at: datetime) -> VerdictRow:
    if op is None:
        return refused(op_no, Reason.BAD_VALUE, {"fields": {"*": "not_an_operation"}})
    return judge.judge(op, made_at)


def _fail(outcome: Outcome, blocked: set[Key], group: Group, problem: Exception) -> None:
    """Counts the try; the third is the last."""
    LOG.error("operations %s could not be judged", group.op_nos, exc_info=problem)
    if group.tries + 1 < MAX_TRIES:
        outcome.failed += group.op_nos
        blocked.update(group.written())
        return
    outcome.verdicts += [
        VerdictRow(
            op_no=op_no,
            verdict=Verdict.QUARANTINED,
            detail={"problem": type(problem).__name__},
        )
        for op_no in group.op_nos
    ]


def write_feed(cursor: Cursor[Any], outcome: Outcome) -> None:
    """The last statements of the transaction; see `record_table.insert_feed`."""
    places: dict[Key, int] = {}
    for line, (seq, place) in record_table.insert_feed(cursor, outcome.feed).items():
        if line.is_held:
            outcome.held.append(seq)
            places.setdefault(Key(line.entity, line.record_id), place)
    outcome.acks = {
        op_no: (version, places[key])
        for op_no, (key, version) in outcome.plain.items()
        if key in places
    }
