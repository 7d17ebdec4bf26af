"""Who sent an operation, and whether that person may do this to that unit's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from app.accounts.record_rules import WRITERS
from app.accounts.rules import is_account_usable, may_act_on
from app.accounts.vocabulary import Permission, Role
from app.attachments.rules import ATTACH_PERMISSION
from app.cases.rules import PERMISSION_NEEDED
from app.cases.vocabulary import CaseEventKind
from app.conflicts.rules import permission_to_settle
from app.conflicts.vocabulary import ConflictKind
from app.handovers.rules import PERMISSION_NEEDED as HANDOVER_NEEDS
from app.handovers.vocabulary import HandoverSubject
from app.incidents.rules import Step, permission_for
from app.incidents.vocabulary import IncidentEventKind
from app.typical.rules import permission_for as permission_for_text
from app.typical.vocabulary import TypicalState
from app.votes.vocabulary import MotionEventKind
from db.tables.base import RecordKind
from sync.protocol.messages import Reason
from sync.server.ledger import Ledger
from sync.server.legal_aid_checks import is_decided
from sync.server.refusal import RefusedError
from sync.server.relations import HANDOVER, HANGING
from sync.server.rows import Key, Row
from sync.server.scope import UnitTree

_P = Permission
_CHINA: Final = timezone(timedelta(hours=8))
_SIGNED_BY: Final = ("by_account_id", "recorded_by", "proposed_by")
_SIGNED: Final = (*_SIGNED_BY, "recorded_at", "proposed_at", "made_at")
_OWN_PIN_FIELDS: Final = frozenset({"pin_hash", "must_change"})

_MOTION_EVENTS: Final[Mapping[MotionEventKind, Permission]] = {
    MotionEventKind.OPENED: _P.OPEN_MOTION,
    MotionEventKind.TALLIED: _P.TALLY_MOTION,
    MotionEventKind.WITHDRAWN: _P.OPEN_MOTION,
}


@dataclass(frozen=True, slots=True)
class Sender:
    """The install a request came from. The county's own programs may write anywhere."""

    install_id: str
    unit_id: str
    is_county: bool = False


COUNTY_SENDER: Final = Sender("county", "", is_county=True)


def china_date(moment: datetime) -> date:
    """The date on paper in the village."""
    return moment.astimezone(_CHINA).date()


def check_author(ledger: Ledger, sender: Sender, account_id: str, made_at: datetime) -> Row:
    """The account behind an operation; raises ``RefusedError``.

    Judged as of the moment of the edit: what someone did before the account was closed stands.
    """
    account = ledger.get(Key("account", account_id))
    if account is None or account.is_deleted:
        raise RefusedError(Reason.UNKNOWN_ACCOUNT)
    if not _is_usable(account, made_at):
        raise RefusedError(Reason.NOT_PERMITTED, why="account_closed")
    return account


def check_home(sender: Sender, account: Row) -> None:
    """It can sign in only there: credentials are held by laptops of the account's own unit."""
    if account.unit_id != sender.unit_id:
        raise RefusedError(Reason.NOT_PERMITTED, why="account_of_another_unit")


def signers_in(body: Mapping[str, Any]) -> list[str]:
    """The accounts a record says it was written by."""
    return [body[name] for name in _SIGNED_BY if isinstance(body.get(name), str)]


def check_signature_stays(kind: RecordKind, row: Row | None, body: Mapping[str, Any]) -> None:
    """Who wrote a record down, and when, is corrected by nobody; raises ``RefusedError``."""
    if row is None or kind is not RecordKind.REGISTER:
        return
    changed = [name for name in _SIGNED if name in row.body and row.body[name] != body[name]]
    if changed:
        raise RefusedError(Reason.BAD_VALUE, fields=dict.fromkeys(changed, "not_to_be_changed"))


def _is_usable(account: Row, made_at: datetime) -> bool:
    _, _, changed_ms = account.last_edit("is_active")
    was_before = made_at.timestamp() * 1000 < changed_ms
    last_day = account.body.get("valid_until")
    return is_account_usable(
        valid_until=None if last_day is None else date.fromisoformat(last_day),
        is_active=bool(account.body.get("is_active", True)) or was_before,
        today=china_date(made_at),
    )


def check_reach(
    units: UnitTree,
    sender: Sender,
    account: Row,
    permissions: frozenset[Permission],
    unit_id: str,
    holders: frozenset[str] = frozenset(),
    *,
    account_unit_id: str | None = None,
) -> None:
    """Whether account and laptop reach a record of this unit, or one that ``holders`` have in
    hand; raises ``RefusedError``."""
    if not any(units.is_inside(place, sender.unit_id) for place in (unit_id, *holders)):
        raise RefusedError(Reason.OUT_OF_SCOPE)
    role = Role(account.body["role"])
    for permission in permissions:
        if may_act_on(
            role,
            permission,
            account_unit_id=account_unit_id or account.unit_id,
            record_unit_id=unit_id,
            units_by_id=units.by_id,
            holder_unit_ids=holders,
        ):
            return
    raise RefusedError(Reason.NOT_PERMITTED, role=role.value)


def permissions_needed(
    ledger: Ledger, entity: str, body: dict[str, Any], before: Mapping[str, Any] | None = None
) -> frozenset[Permission]:
    """What the operation needs, any one of it; ``body`` is the record after it, ``before`` as it
    was, None where it is new."""
    if entity == "conflict_settlement":
        return _needed_to_settle(ledger.get(Key("conflict", body["conflict_id"])))
    if entity == "case_event":
        return frozenset({PERMISSION_NEEDED[CaseEventKind(body["kind"])]})
    if entity == "incident_event":
        return frozenset({_needed_for_incident_event(ledger, body)})
    if entity == HANDOVER:
        return frozenset({HANDOVER_NEEDS[HandoverSubject(body["subject_entity"])]})
    if entity == "motion_event":
        return frozenset({_MOTION_EVENTS[MotionEventKind(body["kind"])]})
    if entity in HANGING:
        needed = ATTACH_PERMISSION.get(body["subject_entity"])
        return frozenset() if needed is None else frozenset({needed})
    if entity == "legal_aid" and is_decided(body):
        return frozenset({Permission.GIVE_LEGAL_AID})
    if entity == "typical_case":
        # Whoever writes the texts of a village does not send one to the whole county.
        was = TypicalState((before or body)["state"])
        return frozenset({permission_for_text(was, TypicalState(body["state"]))})
    return WRITERS[entity]


def _needed_for_incident_event(ledger: Ledger, body: dict[str, Any]) -> Permission:
    """Whose incident it is counts where it was recorded by mistake."""
    incident = ledger.get(Key("incident", body["incident_id"]))
    return permission_for(
        IncidentEventKind(body["kind"]),
        by_account_id=body["by_account_id"],
        recorded_by="" if incident is None else incident.body["recorded_by"],
        steps=[
            Step(IncidentEventKind(row.body["kind"]), row.body["by_account_id"])
            for row in ledger.children("incident_event", body["incident_id"])
        ],
    )


def _needed_to_settle(conflict: Row | None) -> frozenset[Permission]:
    if conflict is None or conflict.is_deleted:
        raise RefusedError(Reason.PARENT_MISSING, field="conflict_id")
    kind = ConflictKind(conflict.body["kind"])
    return frozenset({permission_to_settle(kind, conflict.body["subject_entity"])})


def is_own_pin(row: Row | None, entity: str, patch: dict[str, Any], account_id: str) -> bool:
    """Whether somebody changes nothing but their own PIN."""
    return (
        entity == "credential"
        and row is not None
        and row.body.get("account_id") == account_id
        and frozenset() < patch.keys() <= _OWN_PIN_FIELDS
    )
