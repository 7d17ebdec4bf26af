"""One exchange: operations in, verdicts and changes out.

Four stages: keep what came, raw, and commit; judge and apply group by group; write the feed last,
and commit; read the changes from one snapshot, so that a laptop reads its own writes. Each stage
can be cut off anywhere and the request sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

from sync.protocol.messages import MAGIC, OLDEST_PROTOCOL, ProblemCode, SyncRequest
from sync.protocol.op_columns import pack_runs, pack_steps
from sync.protocol.packing import pack
from sync.server import intake
from sync.server.applying import Outcome, apply_groups, groups_of, write_feed
from sync.server.authors import Sender
from sync.server.doubles import note_doubles
from sync.server.entity_rules import rule_set_of
from sync.server.envelope import Envelope, Incoming, open_envelope
from sync.server.feed_page import Page, read_page
from sync.server.former import Known
from sync.server.intake import Install
from sync.server.judging import Judge
from sync.server.later_verdicts import later_verdicts
from sync.server.ledger import Ledger
from sync.server.lineage import runs_of
from sync.server.merging import Occasion
from sync.server.not_kept import outside, read_not_kept
from sync.server.number_blocks import NumberAnswer, blocks_for, learn_held
from sync.server.numbers import note_used
from sync.server.page_rows import Rows
from sync.server.postgres import snapshot
from sync.server.problems import RequestRefusedError
from sync.server.rows import Key
from sync.server.scope import UnitCache, UnitTree
from sync.server.slots import Slots
from sync.server.state import read_state
from sync.server.stick_keys import known_public
from sync.server.sums import read_sums
from sync.server.vouchers import Reach, vouch_for_new

LOG: Final = logging.getLogger("gulou.county")
_ATTEMPTS: Final = 4
_WORTH_ANOTHER_TRY: Final = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.UniqueViolation,
    psycopg.errors.SerializationFailure,
)


def utc_now() -> datetime:
    """The county's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class CountyDesk:
    """What serving requests needs; between two of them only a cache and estimates are kept."""

    pool: ConnectionPool[Connection[Any]]
    now: Callable[[], datetime] = utc_now
    units: UnitCache = field(default_factory=UnitCache)
    slots: Slots = field(default_factory=Slots)


@dataclass(frozen=True)
class Judged:
    """What a request's operations came to."""

    verdicts: Mapping[int, bytes] = field(default_factory=dict)
    """{operation: verdict} as JSON."""
    acks: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """{operation: version and place in the feed} of those that need no echo."""
    held: Sequence[int] = ()
    """Places in the feed of rows that need no echo."""
    in_doubt: Collection[Key] = ()
    """What the laptop wrote and perhaps may not keep."""


def exchange(
    desk: CountyDesk, install_id: str, packed: bytes, *, sent_at: datetime | None = None
) -> bytes:
    """Answers one packed request of this install; raises ``RequestRefusedError``.

    ``sent_at`` is for what came by hand: when the laptop wrote it, by the county's clock.
    """
    envelope = open_envelope(packed, install_id=install_id)
    with desk.pool.connection() as connection:
        now = desk.now()
        request = envelope.request
        install = intake.read_install(connection, install_id, may_be_stolen=request.can_renew)
        connection.commit()
        if sent_at is None:  # what came by hand may have been on its way for long
            intake.refuse_behind(install, request)
        owners = intake.take_in(connection, install, envelope, now, sent_at=sent_at)
        held = request.numbers
        if held is not None:
            learn_held(connection, install, held, now)
        judged = Judged()
        if envelope.incoming:
            judged = judge_all(desk, connection, install, envelope, owners, now)
        if install.must_destroy_key:
            return pack(_last_answer(desk, connection, install, envelope, judged))
        blocks = blocks_for(connection, install, held, now) if held is not None else NumberAnswer()
        return pack(_answer(desk, connection, install, envelope, judged, blocks))


def judge_all(
    desk: CountyDesk,
    connection: Connection[Any],
    install: Install,
    envelope: Envelope,
    owners: Mapping[int, str],
    now: datetime,
) -> Judged:
    """All that could be judged; again when two requests met."""
    for attempt in range(_ATTEMPTS):
        try:
            with connection.transaction():
                return _judge_once(desk, connection, install, envelope, owners, now)
        except _WORTH_ANOTHER_TRY:
            LOG.info("attempt %s met another request", attempt, exc_info=True)
    raise RequestRefusedError(ProblemCode.TRY_LATER)


def _judge_once(
    desk: CountyDesk,
    connection: Connection[Any],
    install: Install,
    envelope: Envelope,
    owners: Mapping[int, str],
    now: datetime,
) -> Judged:
    with connection.cursor() as cursor:
        # One request of an install at a time: the second waits and finds the verdicts.
        cursor.execute(
            "SELECT 1 FROM install WHERE county_id = current_setting('gulou.county') "
            "AND id = %s FOR UPDATE",
            (install.id,),
        )
        taken = intake.read_taken(cursor, owners)
        judged = {
            op_no: stored.verdict for op_no, stored in taken.items() if stored.verdict is not None
        }
        judged_before = _keys(op for op in envelope.incoming if op.op_no in judged)
        groups = groups_of(envelope.incoming, taken)
        if not groups:
            return Judged(judged, in_doubt=judged_before)
        ledger, units, rule_sets = Ledger(), desk.units.tree(connection), read_rule_sets(connection)
        known = Known(envelope.request.cursors, install.last_op_no, install.lineage)
        whole = Outcome()
        for owner, run in runs_of(groups, owners):
            sender = Sender(owner, install.unit_id)
            occasion = Occasion(sender, now, install.seen_until, known)
            judge = Judge(ledger=ledger, units=units, rule_sets=rule_sets, occasion=occasion)
            outcome = apply_groups(cursor, judge, run, now=now)
            judged |= _finish(cursor, owner, outcome, now)
            whole.absorb(outcome)
            if outcome.failed:
                break  # what follows a group that waits may lean on it
        whole.feed += note_doubles(
            cursor,
            ledger,
            whole.feed,
            now,
            install_id=install.id,
            seen_until=install.seen_until,
        )
        reach = Reach(install.lineage, units.scope_of(install.unit_id))
        vouch_for_new(cursor, reach, whole.feed, now)
        note_used(cursor, ledger.numbers, whole.feed, ledger.rows)
        write_feed(cursor, whole)
    in_doubt = judged_before | (
        outside(whole.feed, units.scope_of(install.unit_id)) & _keys(envelope.incoming)
    )
    return Judged(judged, whole.acks, whole.held, in_doubt)


def _keys(incoming: Iterable[Incoming]) -> set[Key]:
    known = (one.operation for one in incoming)
    return {Key(op.entity, op.record_id) for op in known if op is not None}


def _finish(
    cursor: psycopg.Cursor[Any], install_id: str, outcome: Outcome, now: datetime
) -> dict[int, bytes]:
    """Stores what the groups came to; returns the verdicts as JSON."""
    if outcome.failed:
        intake.count_tries(cursor, install_id, outcome.failed)
    return intake.store_verdicts(cursor, install_id, outcome.verdicts, now)


def read_rule_sets(connection: Connection[Any]) -> Any:
    """The rule sets the county decides by."""
    rows = connection.execute(
        "SELECT body FROM record WHERE county_id = current_setting('gulou.county') "
        "AND entity = 'rule_set' AND NOT is_deleted"
    ).fetchall()
    found = (rule_set_of(body) for (body,) in rows)
    return tuple(rule_set for rule_set in found if rule_set is not None)


def _answer(
    desk: CountyDesk,
    connection: Connection[Any],
    install: Install,
    envelope: Envelope,
    judged: Judged,
    blocks: NumberAnswer,
) -> bytes:
    request = envelope.request
    with snapshot(connection):
        epoch = read_state(connection, "epoch")
        tree: UnitTree = desk.units.tree(connection)
        # Numbers of another epoch say nothing here; which buckets are held still does.
        is_known = request.epoch in (None, epoch)
        cursors = request.cursors if is_known else dict.fromkeys(request.cursors, 0)
        scope = tree.scope_of(install.unit_id)
        page = read_page(
            connection,
            scope,
            cursors,
            limit=request.page_rows,
            in_columns=request.wants_columns,
            most_packed=request.most_bytes,
            held=frozenset(judged.held) if request.protocol > OLDEST_PROTOCOL else (),
        )
        page = page.with_changes(read_not_kept(connection, scope, judged.in_doubt))
        asked_for = _asked_for(connection, request, scope, page)
        asked_for |= blocks.as_fields()
        if request.quarantined:
            later = later_verdicts(connection, install.lineage, request.quarantined)
            asked_for["later_verdicts"] = later
    return _composed(
        request.protocol, epoch, desk.now(), install, judged, page, asked_for, desk.slots.advice_s()
    )


def _last_answer(
    desk: CountyDesk,
    connection: Connection[Any],
    install: Install,
    envelope: Envelope,
    judged: Judged,
) -> bytes:
    """For a stolen laptop: what it gave is in; it is sent nothing, and shall forget its keys."""
    request = envelope.request
    if not envelope.incoming or envelope.incoming[-1].op_no >= request.last_op_no:
        connection.execute(
            "UPDATE install SET destroy_told_at = coalesce(destroy_told_at, %s) "
            "WHERE county_id = current_setting('gulou.county') AND id = %s",
            (desk.now(), install.id),
        )
        connection.commit()
    nothing = Page(Rows(b"[]", b"[]"), request.cursors, more=False)
    epoch = read_state(connection, "epoch")
    return _composed(request.protocol, epoch, desk.now(), install, judged, nothing, {}, None)


def _asked_for(
    connection: Connection[Any], request: SyncRequest, scope: Sequence[str], page: Page
) -> dict[str, Any]:
    """The parts of an answer that only some requests want."""
    found: dict[str, Any] = {}
    keys = known_public(connection) if request.wants_keys else None
    if keys is not None:
        found["county_keys"] = keys.model_dump()
    if request.wants_sums and not page.more:
        sums = read_sums(connection, scope, request.entities)
        found["sums"] = {bucket: one.wire() for bucket, one in sums.items()}
    return found


def _composed(
    protocol: int,
    epoch: str,
    now: datetime,
    install: Install,
    judged: Judged,
    page: Page,
    asked_for: Mapping[str, Any],
    retry_after_s: int | None,
) -> bytes:
    """The answer; the changes are bytes from the database and are not read again."""
    head = orjson.dumps(
        {
            "magic": MAGIC,
            "protocol": protocol,
            "epoch": epoch,
            "server_ms": round(now.timestamp() * 1000),
            "cursors": page.cursors,
            "more": page.more,
            "retry_after_s": retry_after_s,
            "backed_up_op_no": install.backed_up_op_no,
            "known_op_no": install.last_op_no,
            "destroy_key": install.must_destroy_key,
            **asked_for,
            **({} if protocol == OLDEST_PROTOCOL else {"acks": _ack_columns(judged.acks)}),
        }
    )
    acked = judged.acks if protocol > OLDEST_PROTOCOL else {}
    verdicts = [judged.verdicts[op_no] for op_no in sorted(judged.verdicts.keys() - acked.keys())]
    rows = b'],"changes":' + page.rows.changes + b',"puts":' + page.rows.puts + b"}"
    return head[:-1] + b',"verdicts":[' + b",".join(verdicts) + rows


def _ack_columns(acks: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    op_nos = sorted(acks)
    return {
        "count": len(op_nos),
        "op_no": pack_steps(op_nos),
        "version": pack_runs(acks[op_no][0] for op_no in op_nos),
        "seq": pack_steps([acks[op_no][1] for op_no in op_nos]),
    }
