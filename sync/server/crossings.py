"""A case that was closed in one place while it was handed on in another.

Neither is undone: the file is closed, and lies with the unit it was handed to. Whether it stays so
is for a person to say, who is shown both facts. Only where the two did not know of each other: to
hand on a closed case, or to close one that came from elsewhere, is ordinary work.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from psycopg import Cursor

from app.cases.vocabulary import CaseEventKind, CaseState
from app.conflicts.vocabulary import ConflictKind
from app.handovers.vocabulary import HandoverPurpose
from sync.server import conflicts
from sync.server.in_hand import purpose_of
from sync.server.ledger import Ledger
from sync.server.rows import Key, Row

_CASE: Final = "case_file"


def is_closing(event: Row) -> bool:
    """Whether this event of a case closes it."""
    return bool(event.body.get("kind") == CaseEventKind.CLOSED)


def note_crossings(
    cursor: Cursor[Any],
    ledger: Ledger,
    written: Iterable[Row],
    now: datetime,
    *,
    install_id: str,
    seen_until: datetime,
) -> None:
    """Notes each closing or hand-over just written that crossed one of the other kind."""
    for row in written:
        case_id = str(row.body.get("case_id") or row.body.get("subject_id"))
        if row.key.entity == "handover" and not _changes_lead(row):
            continue
        case = _read_one(cursor, ledger, Key(_CASE, case_id))
        other = "handover" if is_closing(row) else "case_event"
        met = _latest_unseen(cursor, ledger, other, case_id, install_id, seen_until)
        if case is None or met is None or case.state != CaseState.CLOSED:
            continue
        closing, handover = (row, met) if is_closing(row) else (met, row)
        _note(cursor, ledger, case, closing, handover, now)


def _changes_lead(handover: Row) -> bool:
    """Who is only asked to help leaves the case where it is."""
    is_case = handover.body.get("subject_entity") == _CASE
    return is_case and purpose_of(handover.body) not in _HELP


_HELP: Final = (HandoverPurpose.HELP_ASKED, HandoverPurpose.HELP_ENDED)


def _read_one(cursor: Cursor[Any], ledger: Ledger, key: Key) -> Row | None:
    ledger.load(cursor, [key], locked=False)
    return ledger.get(key)


def _latest_unseen(
    cursor: Cursor[Any],
    ledger: Ledger,
    entity: str,
    case_id: str,
    install_id: str,
    seen_until: datetime,
) -> Row | None:
    """The last closing or hand-over of a case by another laptop that this one had not heard of."""
    cursor.execute(
        "SELECT id FROM record WHERE county_id = current_setting('gulou.county') "
        "AND entity = %s AND parent_id = %s AND not_applied_reason IS NULL "
        "AND CASE entity WHEN 'handover' THEN coalesce(body ->> 'purpose', '') <> ALL(%s) "
        "ELSE body ->> 'kind' = 'closed' END "
        "AND created_install <> %s AND created_at > %s ORDER BY created_at DESC, id LIMIT 1",
        (entity, case_id, [one.value for one in _HELP], install_id, seen_until),
    )
    found = cursor.fetchone()
    return None if found is None else _read_one(cursor, ledger, Key(entity, found[0]))


def _note(
    cursor: Cursor[Any], ledger: Ledger, case: Row, closing: Row, handover: Row, now: datetime
) -> None:
    record_id = conflicts.conflict_id("crossing", closing.key.record_id, handover.key.record_id)
    if _read_one(cursor, ledger, Key("conflict", record_id)) is not None:
        return
    finding = conflicts.Finding(
        kind=ConflictKind.CASE_CLOSED_AND_SENT,
        subject=case.key,
        unit_id=case.unit_id,
        shared=case.shared or None,
        current=_side(closing),
        other=_side(handover),
        other_id=handover.key.record_id,
        detail={
            "closing_note": closing.body.get("note") or "",
            "to_unit_id": handover.body["to_unit_id"],
        },
    )
    ledger.add(conflicts.conflict_record(record_id, finding, now))


def _side(row: Row) -> conflicts.Side:
    return conflicts.Side(None, row.created_by, row.created_install, row.created_at)
