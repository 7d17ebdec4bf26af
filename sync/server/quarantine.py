"""Operations our program could not judge: to look at, and to judge again once it is mended.

A quarantined verdict is the only one that is ever replaced. The operation itself was kept raw, so
nothing has to be sent again; the laptop asks about what it holds as quarantined with each request
and hears the new verdict then (``sync/client/quarantine.py``). What the same laptop has written to
the record since is newer than what lies here; such an operation is not judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson
from psycopg import Connection, Cursor

from sync.protocol.messages import VerdictRow
from sync.server import intake
from sync.server.applying import MAX_TRIES, apply_groups, groups_of, write_feed
from sync.server.authors import Sender
from sync.server.envelope import Incoming, incoming_again
from sync.server.exchange import CountyDesk, read_rule_sets
from sync.server.judging import Judge
from sync.server.ledger import Ledger
from sync.server.merging import Occasion


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """One operation in quarantine, as far as it can be read."""

    install_id: str
    op_no: int
    txn: int
    unit_id: str
    device_name: str
    received_at: datetime
    entity: str
    record_id: str
    action: str
    account_id: str
    problem: str
    """The kind of mistake, as the verdict names it."""

    @property
    def id(self) -> str:
        """What a person types to have it judged again."""
        return f"{self.install_id}:{self.op_no}"


@dataclass
class Retried:
    """What became of judging again."""

    verdicts: list[VerdictRow] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    """Operations left alone: their record was written again since by the same laptop."""


_LIST: Final = """
SELECT o.install_id, o.op_no, o.txn, i.unit_id, i.device_name, o.received_at, o.body,
    coalesce(o.verdict -> 'detail' ->> 'problem', '')
FROM op_intake o JOIN install i
    ON i.county_id = o.county_id AND i.id = o.install_id
WHERE o.county_id = current_setting('gulou.county') AND o.verdict ->> 'verdict' = 'quarantined'
ORDER BY o.received_at, o.install_id, o.op_no
"""


def quarantined(connection: Connection[Any]) -> list[QuarantinedRow]:
    """All of them, oldest first."""
    return [_row(*found) for found in connection.execute(_LIST).fetchall()]


def _row(
    install_id: str,
    op_no: int,
    txn: int,
    unit_id: str,
    device_name: str,
    received_at: datetime,
    body: str,
    problem: str,
) -> QuarantinedRow:
    raw = orjson.loads(body)
    texts = {name: str(raw.get(name) or "")[:60] for name in _READ}
    return QuarantinedRow(
        install_id=install_id,
        op_no=op_no,
        txn=txn,
        unit_id=unit_id,
        device_name=device_name,
        received_at=received_at,
        problem=problem,
        **texts,
    )


_READ: Final = ("entity", "record_id", "action", "account_id")


def judge_again(desk: CountyDesk, install_id: str, op_no: int) -> Retried:
    """Judges the operation's whole group once more, as of the time it was written.

    Raises ``LookupError`` when it is not in quarantine. What still cannot be judged stays there.
    """
    with desk.pool.connection() as connection, connection.transaction():
        cursor = connection.cursor()
        cursor.execute(
            "SELECT unit_id FROM install WHERE county_id = current_setting('gulou.county') "
            "AND id = %s FOR UPDATE",
            (install_id,),
        )
        found = cursor.fetchone()
        incoming = _group_of(cursor, install_id, op_no)
        if found is None or not incoming:
            raise LookupError(op_no)
        replaced = [op.op_no for op in incoming if _is_replaced(cursor, install_id, op)]
        if replaced:
            return Retried(replaced=replaced)
        return _judge(desk, connection, Sender(install_id, found[0]), incoming)


def _judge(
    desk: CountyDesk, connection: Connection[Any], sender: Sender, incoming: Sequence[Incoming]
) -> Retried:
    now = desk.now()
    cursor = connection.cursor()
    op_nos = [op.op_no for op in incoming]
    _forget_verdicts(cursor, sender.install_id, op_nos)
    install = intake.read_install(connection, sender.install_id, may_be_stolen=True)
    judge = Judge(
        ledger=Ledger(),
        units=desk.units.tree(connection),
        rule_sets=read_rule_sets(connection),
        occasion=Occasion(sender, now, install.seen_until),
    )
    taken = intake.read_taken(cursor, dict.fromkeys(op_nos, sender.install_id))
    outcome = apply_groups(cursor, judge, groups_of(incoming, taken), now=now)
    intake.store_verdicts(cursor, sender.install_id, outcome.verdicts, now)
    write_feed(cursor, outcome)
    return Retried(verdicts=outcome.verdicts)


def _group_of(cursor: Cursor[Any], install_id: str, op_no: int) -> list[Incoming]:
    """The quarantined operations of this one's group."""
    cursor.execute(
        "SELECT o.body FROM op_intake o WHERE o.county_id = current_setting('gulou.county') "
        "AND o.install_id = %(install)s AND o.verdict ->> 'verdict' = 'quarantined' "
        "AND o.txn = (SELECT txn FROM op_raw WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %(install)s AND op_no = %(op_no)s) ORDER BY o.op_no",
        {"install": install_id, "op_no": op_no},
    )
    found = [incoming_again(body) for (body,) in cursor.fetchall()]
    return found if any(one.op_no == op_no for one in found) else []


def _is_replaced(cursor: Cursor[Any], install_id: str, op: Incoming) -> bool:
    """Whether this laptop has written to the record since, in another group."""
    if op.operation is None:
        return False
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM op_raw WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no > %s AND txn <> %s AND strpos(body, %s) > 0)",
        (install_id, op.op_no, op.txn, f'"record_id":"{op.operation.record_id}"'),
    )
    row = cursor.fetchone()
    return bool(row and row[0])


def _forget_verdicts(cursor: Cursor[Any], install_id: str, op_nos: list[int]) -> None:
    """One more try: what raises again is quarantined again at once."""
    cursor.execute(
        "DELETE FROM op_verdict WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no = ANY(%b::bigint[])",
        (install_id, op_nos),
    )
    cursor.execute(
        "UPDATE op_raw SET tries = %s WHERE county_id = current_setting('gulou.county') "
        "AND install_id = %s AND op_no = ANY(%b::bigint[])",
        (MAX_TRIES - 1, install_id, op_nos),
    )
