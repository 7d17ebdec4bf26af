"""A record that goes on as another: carries the merge out, and leads late work to what is there.

A laptop that was away for weeks still names the old record. Nothing is looked up in the usual
case: only an operation that names a deleted record asks whether it has another name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from psycopg import Cursor

from app.conflicts.vocabulary import ConflictKind
from sync.protocol.messages import Operation, Reason
from sync.server import conflicts, merging, moving
from sync.server.ledger import Ledger
from sync.server.merging import Occasion
from sync.server.refusal import RefusedError
from sync.server.relations import CHILDREN, HANGING, references_of
from sync.server.rows import Key, Row

ALIASED: Final = frozenset({"household", "resident"})
ALIAS: Final = "record_alias"
_ALSO_NAMED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "case_party": (("resident_id", "resident"),),
    "incident_person": (("resident_id", "resident"),),
    "roster_event": (("resident_id", "resident"), ("other_household_id", "household")),
    "team_member": (("resident_id", "resident"),),
    "outreach_finding": (("household_id", "household"),),
    "micro_service": (
        ("resident_id", "resident"),
        ("household_id", "household"),
        ("visit_id", "visit"),
    ),
    "hazard": (
        ("household_id", "household"),
        ("micro_grid_id", "micro_grid"),
        ("visit_id", "visit"),
        ("patrol_id", "patrol"),
    ),
}
"""Fields that name a record without leaning on it."""
_LONGEST_CHAIN: Final = 20
_PUT: Final = "put"


def named_in(op: Operation) -> Iterator[tuple[str, Key]]:
    """Field and record of what an operation names besides its own."""
    for reference in references_of(op.entity, op.patch):
        wanted = op.patch.get(reference.field)
        if isinstance(wanted, str) and reference.entity in ALIASED:
            yield reference.field, Key(reference.entity, wanted)
    for field, entity in _ALSO_NAMED.get(op.entity, ()):
        wanted = op.patch.get(field)
        if isinstance(wanted, str):
            yield field, Key(entity, wanted)


def keys_of_alias(op: Operation) -> Iterator[Key]:
    """Both records an alias is about."""
    entity = op.patch.get("subject_entity")
    if op.entity == ALIAS and isinstance(entity, str) and entity in ALIASED:
        for field in ("old_id", "new_id"):
            if isinstance(op.patch.get(field), str):
                yield Key(entity, op.patch[field])


def children_of_alias(op: Operation) -> Iterator[tuple[str, str]]:
    """What has to be led over from the old record: pairs of entity and parent."""
    for key in list(keys_of_alias(op))[:1]:
        yield from ((entity, key.record_id) for entity in _parts(key.entity))


def load_aliases(cursor: Cursor[Any], ledger: Ledger, operations: Iterable[Operation]) -> None:
    """Reads where the deleted records these name go on, and those records, locked."""
    operations = list(operations)
    also = {key for op in operations for _, key in named_in(op)}
    ledger.load(cursor, also, locked=False)
    wanted = also | {Key(op.entity, op.record_id) for op in operations if op.entity in ALIASED}
    for _ in range(_LONGEST_CHAIN):
        dead = [key for key in wanted if (row := ledger.rows.get(key)) and row.is_deleted]
        found = _read(cursor, [key for key in dead if key not in ledger.aliases])
        if not found:
            return
        ledger.aliases |= found
        wanted = {Key(old.entity, new) for old, new in found.items()}
        ledger.load(cursor, wanted, locked=True)


def load_named(cursor: Cursor[Any], ledger: Ledger, operations: Iterable[Operation]) -> None:
    """Reads and locks what names a record that is about to go on as another, without leaning on
    it, of its unit and of those above, which write of its people too; nothing in the usual case."""
    merged = [(op, keys[0]) for op in operations if (keys := list(keys_of_alias(op)))]
    for op, old in merged:
        cursor.execute(
            _UNIT_AND_ABOVE
            + "SELECT entity, id FROM record WHERE county_id = current_setting('gulou.county') "
            "AND bucket = ANY(ARRAY(SELECT id FROM here)) AND NOT is_deleted "
            "AND (" + _names_it(old.entity) + ")",
            {"unit": str(op.patch.get("unit_id")), "old": old.record_id},
        )
        ledger.load(cursor, [Key(*found) for found in cursor.fetchall()], locked=True)


_UNIT_AND_ABOVE: Final = (
    "WITH RECURSIVE here(id) AS (SELECT %(unit)s::text UNION SELECT u.body ->> 'parent_id' "
    "FROM record u JOIN here ON u.id = here.id WHERE u.entity = 'unit' "
    "AND u.county_id = current_setting('gulou.county')) "
)


def _names_it(entity: str) -> str:
    """SQL for what names a record of this entity; only words of this module go into it."""
    return " OR ".join(
        f"(entity = '{other}' AND body ->> '{field}' = %(old)s)"
        for other, fields in _ALSO_NAMED.items()
        for field, named in fields
        if named == entity
    )


def _read(cursor: Cursor[Any], keys: list[Key]) -> dict[Key, str]:
    if not keys:
        return {}
    cursor.execute(
        "SELECT body ->> 'subject_entity', parent_id, body ->> 'new_id' FROM record "
        "WHERE county_id = current_setting('gulou.county') AND entity = 'record_alias' "
        "AND parent_id = ANY(%b::text[]) AND not_applied_reason IS NULL AND NOT is_deleted",
        ([key.record_id for key in keys],),
    )
    return {Key(entity, old): new for entity, old, new in cursor.fetchall()}


def present_key(ledger: Ledger, key: Key) -> Key:
    """The record a name stands for now."""
    for _ in range(_LONGEST_CHAIN):
        new = ledger.aliases.get(key)
        if new is None:
            return key
        key = Key(key.entity, new)
    return key


def redirected(ledger: Ledger, op: Operation) -> Operation:
    """The operation as its author would write it today; a delete of what goes on is left alone:
    what was to go is gone."""
    if not ledger.aliases:
        return op
    patch = dict(op.patch)
    for field, key in named_in(op):
        patch[field] = present_key(ledger, key).record_id
    key = Key(op.entity, op.record_id)
    target = present_key(ledger, key)
    if op.kind != _PUT or target == key:
        return op if patch == op.patch else replace(op, patch=patch, seen=None)
    old, row = ledger.get(key), ledger.get(target)
    if old is None or row is None or row.is_deleted:
        return op
    return _onto(op, patch, old, row)


def _onto(op: Operation, patch: dict[str, Any], old: Row, row: Row) -> Operation:
    """Only what is new against the old record is laid on the one that is there.

    What that one has none of, or still has as the author saw it, is taken; anything else is two
    values for one field, which a person decides.
    """
    news = {
        name: value
        for name, value in patch.items()
        if name != "unit_id" and old.body.get(name) != value and not _is_empty(value, op)
    }
    before = op.before or {}
    seen = {
        name
        for name in news
        if row.body.get(name) in (None, "")
        or (name in before and before[name] == row.body.get(name))
    }
    base = {name: row.fields.get(name, 1) if name in seen else 0 for name in news}
    base = base or {"unit_id": row.version}
    # Its laptop does not hold what comes of it, whatever it has seen.
    return replace(op, record_id=row.key.record_id, patch=news, base=base, seen=None)


def _is_empty(value: Any, op: Operation) -> bool:
    """A whole record says nothing with its empty fields."""
    return value is None and not op.base


# --- carrying it out -----------------------------------------------------------------------------


def check_and_carry_out(
    ledger: Ledger, occasion: Occasion, key: Key, body: dict[str, Any]
) -> Reason | None:
    """The old record goes, and everything that was its own goes on under the new one.

    Raises ``RefusedError`` where there are no two records of one unit to make one of.
    """
    entity = body["subject_entity"]
    if entity not in ALIASED or body["old_id"] == body["new_id"]:
        raise RefusedError(Reason.BAD_VALUE, fields={"subject_entity": "not_to_be_merged"})
    old = ledger.get(Key(entity, body["old_id"]))
    new = ledger.get(present_key(ledger, Key(entity, body["new_id"])))
    if old is None or new is None or new.is_deleted or new.key == old.key:
        raise RefusedError(Reason.PARENT_MISSING, field="new_id")
    if {old.unit_id, new.unit_id} != {body["unit_id"]}:
        raise RefusedError(Reason.BAD_VALUE, fields={"unit_id": "not_the_records"})
    account_id = body["by_account_id"]
    _lead_over(ledger, occasion, old, new, account_id)
    if not old.is_deleted:
        _keep_unseen(ledger, occasion, old, new, key, body)
        gone = ledger.edit(old)
        gone.is_deleted = True
        merging.touch(gone, account_id, occasion)
    return None


def _parts(entity: str) -> tuple[str, ...]:
    return CHILDREN.get(entity, HANGING)


def _lead_over(ledger: Ledger, occasion: Occasion, old: Row, new: Row, account_id: str) -> None:
    for part in _parts(old.key.entity):
        field = "subject_id" if part in HANGING else f"{old.key.entity}_id"
        for child in ledger.children(part, old.key.record_id):
            if part in HANGING and child.body.get("subject_entity") != old.key.entity:
                continue
            changes = {field: new.key.record_id}
            moved = moving.change(ledger, child, changes, account_id, occasion)
            moved.parent_id = new.key.record_id
            ledger.place(moved)
    for entity, fields in _ALSO_NAMED.items():
        for field in (field for field, named in fields if named == old.key.entity):
            for row in ledger.rows_of(entity, field, old.key.record_id):
                moving.change(ledger, row, {field: new.key.record_id}, account_id, occasion)


def _keep_unseen(
    ledger: Ledger, occasion: Occasion, old: Row, new: Row, key: Key, body: dict[str, Any]
) -> None:
    """What others wrote into the old record after whoever merged had seen it."""
    taken: dict[str, Any] = {}
    for name, version in old.fields.items():
        install = old.last_edit(name)[1]
        value, its = old.body.get(name), new.body.get(name)
        is_seen = version <= int(body.get("old_version") or 0)
        if is_seen or install == occasion.sender.install_id or value in (its, None, ""):
            continue
        if its in (None, ""):
            taken[name] = value
            continue
        finding = conflicts.Finding(
            kind=ConflictKind.FIELD,
            subject=new.key,
            unit_id=new.unit_id,
            field_name=name,
            current=conflicts.field_side(new, name),
            other=conflicts.field_side(old, name),
            shared=new.shared,
        )
        record_id = conflicts.conflict_id("merged", key.record_id, name)
        ledger.add(conflicts.conflict_record(record_id, finding, occasion.now))
    if taken:
        moving.change(ledger, new, taken, body["by_account_id"], occasion)
