"""Judges one operation: may this person do it, is it well-formed, does it fit what the county has.

Everything here works on the ledger in memory. Refusals are raised and become verdicts; anything
else that is raised is our own mistake and leads to another try, and at last to quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app.accounts.vocabulary import Permission, Role
from app.village_rules.vocabulary import RuleSet
from db.tables.base import RecordKind
from db.tables.registry import ENTITIES
from sync.protocol.messages import Operation, Reason, Verdict, VerdictRow
from sync.server import aliases, authors, mediation_checks, merging, moving, numbers, traces
from sync.server.as_known import Belief, check_reach_as_known, check_signers
from sync.server.entity_rules import CHECKS, FIRST_STATE, Matter
from sync.server.ledger import Ledger
from sync.server.merging import ANY_FIELD, Occasion
from sync.server.petition_checks import check_may_see
from sync.server.refusal import RefusedError, SetAsideError
from sync.server.relations import (
    CHILDREN,
    HANDOVER,
    HELD_ENTITIES,
    LOOK,
    parent_id_of,
    parent_of,
    references_of,
)
from sync.server.rows import Key, Row
from sync.server.scope import UnitTree, shared_buckets
from sync.server.validation import BadValueError, Shape, shape_of

PUT: Final = "put"
DELETE: Final = "delete"
APPEND_ONLY: Final = (RecordKind.EVENT, RecordKind.BALLOT)


@dataclass(frozen=True)
class Judge:
    """What is needed to judge the operations of one request."""

    ledger: Ledger
    units: UnitTree
    rule_sets: tuple[RuleSet, ...]
    occasion: Occasion
    _reached: set[tuple[str, str, str, frozenset[Permission], str, str | None]] = field(
        default_factory=set
    )
    """What was allowed before in this request; a roster asks the same a thousand times."""
    _usable: set[tuple[str, datetime, int]] = field(default_factory=set)
    """Accounts that were found usable before: id, moment, version."""

    def judge(self, op: Operation, made_at: datetime) -> VerdictRow:
        """The verdict; a refusal is one too. The ledger's draft holds what was applied."""
        try:
            return self._judge(op, made_at)
        except RefusedError as refusal:
            return refused(op.op_no, refusal.reason, refusal.detail)
        except SetAsideError as late:
            return self._set_aside_late(op, made_at, late.reason)
        except BadValueError as problem:
            return refused(op.op_no, Reason.BAD_VALUE, {"fields": problem.problems})

    def _judge(self, op: Operation, made_at: datetime) -> VerdictRow:
        shape = shape_of(op.entity)
        if shape is None:
            raise RefusedError(Reason.UNKNOWN_ENTITY, entity=op.entity[:60])
        op = aliases.redirected(self.ledger, op)
        if shape.model.record_kind is RecordKind.REFERENCE and not self.occasion.sender.is_county:
            raise RefusedError(Reason.REFERENCE_IS_COUNTYS)
        row = self.ledger.get(Key(op.entity, op.record_id))
        if self.ledger.is_settled_before:
            return self._set_aside(op, made_at, shape, row)
        if op.kind == PUT:
            return self._put(op, made_at, shape, row)
        if op.kind == DELETE:
            return self._delete(op, made_at, shape, row)
        raise RefusedError(Reason.BAD_VALUE, fields={"kind": "unknown"})

    # --- put -----------------------------------------------------------------------------------

    def _put(self, op: Operation, made_at: datetime, shape: Shape, row: Row | None) -> VerdictRow:
        patch = self._as_it_lies_now(op, row, shape.checked(op.patch))
        patch = self._with_its_number(row, patch)
        if row is None:
            self._refuse_partial(op, shape, patch)
        elif row.is_deleted:
            _refuse_unless_whole(op, shape, patch)
        elif shape.model.record_kind in APPEND_ONLY:
            # The answer tells what stands in it, and is only for who may know.
            if not self._is_of_this_laptop(row):
                self._check_author(op, made_at, row, row.body, {})
            return _same_again(op, row, patch)
        body = {**_body_before(shape, row), **patch}
        self._check_author(op, made_at, row, body, patch)
        self._check_signature(op, shape, row, body)
        self._check_references(op.entity, patch, body)
        present = None if row is None or row.is_deleted else row
        reason = self._check_rules(op, made_at, present, body, patch)
        if row is None:
            return self._add(op, body, reason, is_as_written=body == op.patch)
        if row.is_deleted:
            return merging.put_back(self.ledger, row, body, op, self.occasion, made_at)
        return merging.merge_patch(self.ledger, row, patch, op, self.occasion, made_at)

    def _with_its_number(self, row: Row | None, patch: dict[str, Any]) -> dict[str, Any]:
        """A case keeps the first lasting number it has; who sent another gets that one back."""
        if not numbers.is_lasting(row) or row is None or "number" not in patch:
            return patch
        if patch["number"] != row.body["number"]:
            self.ledger.edit(row).is_sent_again = True
        return {name: value for name, value in patch.items() if name not in numbers.NAMES}

    def _is_of_this_laptop(self, row: Row) -> bool:
        occasion = self.occasion
        return row.created_install in (occasion.sender.install_id, *occasion.known.names)

    def _refuse_partial(self, op: Operation, shape: Shape, patch: dict[str, Any]) -> None:
        missing = shape.missing(patch)
        if not missing:
            return
        if op.base:
            raise RefusedError(Reason.RECORD_GONE)
        raise RefusedError(Reason.BAD_VALUE, fields=dict.fromkeys(sorted(missing), "missing"))

    def _check_author(
        self,
        op: Operation,
        made_at: datetime,
        row: Row | None,
        body: dict[str, Any],
        patch: dict[str, Any],
    ) -> None:
        sender = self.occasion.sender
        if sender.is_county:
            return
        account = self._author(op.account_id, made_at)
        is_own_pin = authors.is_own_pin(row, op.entity, patch, op.account_id)
        before = None if row is None else row.body
        needed = None
        if not is_own_pin:
            needed = authors.permissions_needed(self.ledger, op.entity, body, before)
        try:
            authors.check_home(sender, account)
            if needed is not None:
                self._check_reach(op, account, needed, row, body)
        except RefusedError as today:
            check_reach_as_known(
                self._belief(op.op_no), account, needed, row, op.entity, body, today
            )
        check_may_see(self.ledger, op.entity, body, Role(account.body["role"]))

    def _author(self, account_id: str, made_at: datetime) -> Row:
        """The account, once it was found usable at this moment as it stands now."""
        account = self.ledger.get(Key("account", account_id))
        mark = (account_id, made_at, -1 if account is None else account.version)
        if account is None or mark not in self._usable:
            account = authors.check_author(self.ledger, self.occasion.sender, account_id, made_at)
            self._usable.add(mark)
        return account

    def _check_reach(
        self,
        op: Operation,
        account: Row,
        needed: frozenset[Permission],
        row: Row | None,
        body: dict[str, Any],
    ) -> None:
        held_by = self._held_by(op, row, body)
        if op.entity == LOOK and body["unit_id"] == account.unit_id:
            held_by = account.unit_id  # also posts that see only what is handed to them look
        for unit_id in {str(body["unit_id"]), *((row.unit_id,) if row else ())}:
            mark = (op.account_id, account.unit_id, account.body["role"], needed, unit_id, held_by)
            if mark not in self._reached:
                holders = frozenset(shared_buckets(held_by))
                authors.check_reach(
                    self.units, self.occasion.sender, account, needed, unit_id, holders
                )
                self._reached.add(mark)

    def _held_by(self, op: Operation, row: Row | None, body: dict[str, Any]) -> str | None:
        """The buckets of those that have the case in hand which this is, or is a part of."""
        if row is not None:
            return row.shared if row.key.entity in HELD_ENTITIES else None
        parent = self._parent(op.entity, body)
        is_held = parent is not None and parent.key.entity in HELD_ENTITIES
        return parent.shared if parent is not None and is_held else None

    def _parent(self, entity: str, body: dict[str, Any]) -> Row | None:
        found = parent_of(entity, body)
        return None if found is None else self.ledger.get(Key(*found))

    def _belief(self, op_no: int) -> Belief:
        occasion = self.occasion
        return Belief(self.ledger, self.units, occasion.sender, occasion.known, op_no)

    def _as_it_lies_now(
        self, op: Operation, row: Row | None, patch: dict[str, Any]
    ) -> dict[str, Any]:
        """The patch with the unit the record is of now, where its author could not know."""
        named = patch.get("unit_id")
        if named is None or self.occasion.sender.is_county:
            return patch
        if op.entity == HANDOVER:
            return moving.as_merged(patch, self.units)
        if self.units.merged and op.entity in ("case_file", "case_event"):
            patch = {**patch, **moving.naming_merged(patch, self.units.merged)}
        found = self.units.merged.get(named, named)
        if row is not None:
            if found != row.unit_id and named in self._belief(op.op_no).units_of(row.key):
                found = row.unit_id
        else:
            parent = self._parent(op.entity, patch)
            if parent is not None and found != parent.unit_id:
                believed = self._belief(op.op_no).units_of(parent.key)
                found = parent.unit_id if named in believed else found
        return patch if found == named else {**patch, "unit_id": found}

    def _check_signature(
        self, op: Operation, shape: Shape, row: Row | None, body: dict[str, Any]
    ) -> None:
        """Nobody signs with another name, nor moves a record, whose children would stay behind."""
        if self.occasion.sender.is_county:
            return
        if row is not None and body["unit_id"] != row.unit_id:
            raise RefusedError(Reason.BAD_VALUE, fields={"unit_id": "not_to_be_changed"})
        is_for_ever = shape.model.record_kind in APPEND_ONLY
        if is_for_ever and body.get("by_account_id", op.account_id) != op.account_id:
            raise RefusedError(Reason.NOT_PERMITTED, why="by_another_account")
        authors.check_signature_stays(shape.model.record_kind, row, body)
        if row is None:
            check_signers(self._belief(op.op_no), op.account_id, body)

    def _check_references(self, entity: str, patch: dict[str, Any], body: dict[str, Any]) -> None:
        for reference in references_of(entity, patch):
            wanted = patch.get(reference.field)
            if wanted is None:
                continue
            parent = self.ledger.get(Key(reference.entity, wanted))
            if parent is None or parent.is_deleted:
                raise RefusedError(Reason.PARENT_MISSING, field=reference.field)
            if reference.is_same_unit and parent.unit_id != body["unit_id"]:
                raise RefusedError(Reason.BAD_VALUE, fields={"unit_id": "not_the_parents"})

    def _check_rules(
        self,
        op: Operation,
        made_at: datetime,
        row: Row | None,
        body: dict[str, Any],
        patch: dict[str, Any],
    ) -> Reason | None:
        check = CHECKS.get(op.entity)
        if check is None:
            return None
        key = Key(op.entity, op.record_id)
        return check(
            Matter(
                self.ledger,
                self.rule_sets,
                key,
                row,
                body,
                patch,
                made_at,
                self.units,
                self.occasion,
            )
        )

    def _add(
        self,
        op: Operation,
        body: dict[str, Any],
        reason: Reason | None,
        *,
        is_as_written: bool = False,
    ) -> VerdictRow:
        is_held = is_as_written and reason is None and op.seen == 0
        now, install_id = self.occasion.now, self.occasion.sender.install_id
        key, parent = Key(op.entity, op.record_id), self._parent(op.entity, body)
        self.ledger.add(
            Row(
                key=key,
                body=body,
                fields={},
                edits={},
                version=1,
                is_deleted=False,
                parent_id=parent_id_of(op.entity, body),
                state=FIRST_STATE.get(op.entity),
                not_applied_reason=reason and reason.value,
                created_by=op.account_id,
                created_install=install_id,
                created_at=now,
                updated_by=op.account_id,
                updated_install=install_id,
                updated_at=now,
                shared=moving.shared_of_new(self.ledger, key, body, parent, reason),
                is_new=True,
                buckets_before=_bucket_written(op, body),
                held_at=1 if is_held else -1,
            )
        )
        verdict = Verdict.APPLIED if reason is None else Verdict.NOT_APPLIED
        return VerdictRow(op_no=op.op_no, verdict=verdict, reason=reason, version=1)

    # --- what came with a settlement that was too late ------------------------------------------

    def _set_aside_late(self, op: Operation, made_at: datetime, reason: Reason) -> VerdictRow:
        """As what came with a late settlement, by itself."""
        op = aliases.redirected(self.ledger, op)
        shape, row = shape_of(op.entity), self.ledger.get(Key(op.entity, op.record_id))
        if shape is None:
            raise ValueError(f"{op.entity} was judged and has no shape")
        return self._set_aside(op, made_at, shape, row, reason)

    def _set_aside(
        self,
        op: Operation,
        made_at: datetime,
        shape: Shape,
        row: Row | None,
        reason: Reason = Reason.SETTLED_BEFORE,
    ) -> VerdictRow:
        """Not carried out: the laptop gets back what the county has, and loses what it made."""
        if row is not None and not row.is_deleted:
            self._check_author(op, made_at, row, row.body, {})
            self.ledger.edit(row).is_sent_again = True
        elif row is None and op.kind == PUT:
            body = {**shape.defaults, **shape.checked(op.patch)}
            self._refuse_partial(op, shape, body)
            self._check_author(op, made_at, None, body, body)
            self._add(op, body, reason)
            made = self.ledger.get(Key(op.entity, op.record_id))
            if made is not None:
                made.is_deleted = True
        return VerdictRow(op_no=op.op_no, verdict=Verdict.NOT_APPLIED, reason=reason)

    # --- delete --------------------------------------------------------------------------------

    def _delete(
        self, op: Operation, made_at: datetime, shape: Shape, row: Row | None
    ) -> VerdictRow:
        if shape.model.record_kind in APPEND_ONLY:
            raise RefusedError(Reason.CANNOT_CHANGE_EVENT)
        if row is None or row.is_deleted:
            return VerdictRow(op_no=op.op_no, verdict=Verdict.APPLIED)  # gone, as wished
        self._check_author(op, made_at, row, row.body, {})
        sender = self.occasion.sender
        is_edited = merging.is_edited_since(row, op.base.get(ANY_FIELD), sender)
        if is_edited or self._has_children(row) or self._has_traces(row):
            return self._keep_instead(op, row, made_at)
        gone = self.ledger.edit(row)
        gone.is_deleted = True
        merging.touch(gone, op.account_id, self.occasion)
        if op.seen is not None:
            gone.unheld = row.unheld  # its laptop has nothing of it any more
            gone.held_at = gone.version
        return VerdictRow(op_no=op.op_no, verdict=Verdict.APPLIED, version=gone.version)

    def _has_children(self, row: Row) -> bool:
        if mediation_checks.is_leaned_on(self.ledger, row):
            return True
        return any(
            self.ledger.children(entity, row.key.record_id)
            for entity in CHILDREN.get(row.key.entity, ())
        )

    def _has_traces(self, row: Row) -> bool:
        return row.key.entity == "household" and traces.has_any(self.ledger, row.key.record_id)

    def _keep_instead(self, op: Operation, row: Row, made_at: datetime) -> VerdictRow:
        """Somebody else has worked on it: the record stays and comes back to the laptop."""
        merging.note_delete_conflict(self.ledger, row, op, self.occasion, made_at)
        self.ledger.edit(row).is_sent_again = True
        detail = {ANY_FIELD: {"county": "kept", "by": row.updated_by}}
        return VerdictRow(
            op_no=op.op_no, verdict=Verdict.CONFLICT, detail=detail, version=row.version
        )


def _bucket_written(op: Operation, body: dict[str, Any]) -> frozenset[str]:
    """The bucket a new record was written for, if it is another one's by now: it leaves there."""
    if op.patch.get("unit_id") in (None, body["unit_id"]):
        return frozenset()
    return frozenset({ENTITIES[op.entity].bucket_of(op.patch)})


def _body_before(shape: Shape, row: Row | None) -> dict[str, Any]:
    """What a patch is laid over: the record, or for one that is not there the usual values."""
    if row is None:
        return shape.defaults
    if row.is_deleted:
        return {**row.body, **shape.defaults}  # fields of newer programs survive
    return row.body


def _refuse_unless_whole(op: Operation, shape: Shape, patch: dict[str, Any]) -> None:
    """What was deleted comes back only whole, from a laptop that takes its delete back; an edit
    of what is gone stays refused."""
    is_register = shape.model.record_kind is RecordKind.REGISTER
    if op.base or shape.missing(patch) or not is_register:
        raise RefusedError(Reason.RECORD_GONE)


def refused(op_no: int, reason: Reason, detail: dict[str, Any] | None = None) -> VerdictRow:
    """The verdict of a refusal."""
    return VerdictRow(op_no=op_no, verdict=Verdict.REFUSED, reason=reason, detail=detail or None)


def _same_again(op: Operation, row: Row, patch: dict[str, Any]) -> VerdictRow:
    """An event or ballot that is known already: the same again is fine, another is not. It may
    have been moved since."""
    names = patch.keys() - {"unit_id"}
    if any(row.body.get(name) != patch[name] for name in names):
        raise RefusedError(Reason.CANNOT_CHANGE_EVENT)
    if row.not_applied_reason is None:
        return VerdictRow(op_no=op.op_no, verdict=Verdict.APPLIED, version=row.version)
    return VerdictRow(
        op_no=op.op_no,
        verdict=Verdict.NOT_APPLIED,
        reason=Reason(row.not_applied_reason),
        version=row.version,
    )
