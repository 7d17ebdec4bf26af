"""Two records that are one household become one, and the old name goes on for ever.

The people of the household that goes are recognised as those of the one that stays, or move there.
What stays keeps its own values and takes over what it had none of.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from app.accounts.session import Actor
from app.conflicts.pairs import facts_of, members_of
from app.conflicts.settling import add_settlement, open_conflicts_in
from app.conflicts.vocabulary import SettlementChoice
from app.errors import ErrorCode, UserFacingError
from app.households.filling import history_of
from app.households.rules import twins
from app.store import Changes, Store
from db.tables.base import SyncedRecord
from db.tables.conflicts import RecordAlias
from db.tables.households import Household, Resident

_TAKEN_OVER = {
    "household": ("micro_grid_id", "group_name", "address", "phone", "note"),
    "resident": (
        *("relation", "birth_date", "ethnic_group", "phone", "note", "away_place", "former_name"),
        *("marital", "political", "education", "occupation", "workplace", "registration"),
        *("registered_place", "left_behind", "care_level", "carer_name", "carer_relation"),
        *("carer_phone", "needs", "support"),
    ),
}
_IDENTITY = ("identity_kind", "identity_number", "missing_identity", "sex", "birth_date")


def merge_households(
    store: Store, actor: Actor, *, conflict_ids: Collection[str], keep_id: str
) -> Changes:
    """Makes two households of a conflict one, the one of ``keep_id``.

    Raises CONFLICT_SETTLED_BEFORE, NOT_ALLOWED, CONFLICT_RECORD_GONE when one of them is gone.
    """
    now = store.clock.now()
    with store.transaction(account_id=actor.account_id, action="merge_households") as tx:
        session = tx.session
        (conflict,) = open_conflicts_in(session, actor, conflict_ids)
        gone_id = next(
            (
                one
                for one in (conflict.subject_id, conflict.other_id)
                if one is not None and one != keep_id
            ),
            "",
        )
        keep, gone = session.get(Household, keep_id), session.get(Household, gone_id)
        if keep is None or gone is None:
            raise UserFacingError(ErrorCode.CONFLICT_RECORD_GONE)
        choice = SettlementChoice.MERGE_HOUSEHOLDS
        add_settlement(session, actor, now, conflict, choice, keep_id)
        _bring_people_together(session, actor, now, keep=keep, gone=gone)
        _take_over(keep, gone)
        for part in history_of(session, gone.id):
            part.household_id = keep.id
        session.flush()
        session.add(_alias(actor, now, old=gone, new=keep))
        session.delete(gone)
    return tx.changes


def not_the_same(store: Store, actor: Actor, *, conflict_ids: Collection[str]) -> Changes:
    """Two households it is; the county does not ask about this pair again.

    Raises CONFLICT_SETTLED_BEFORE, NOT_ALLOWED.
    """
    with store.transaction(account_id=actor.account_id, action="settle_conflict") as tx:
        for conflict in open_conflicts_in(tx.session, actor, conflict_ids):
            choice = SettlementChoice.NOT_THE_SAME
            add_settlement(tx.session, actor, store.clock.now(), conflict, choice)
    return tx.changes


def _bring_people_together(
    session: Session, actor: Actor, now: datetime, *, keep: Household, gone: Household
) -> None:
    staying, leaving = members_of(session, keep.id), members_of(session, gone.id)
    pairs = twins(map(facts_of, leaving), map(facts_of, staying))
    by_id = {one.id: one for one in staying}
    place = max((one.position for one in staying), default=-1)
    for person in leaving:
        twin = by_id.get(pairs.get(person.id, ""))
        if twin is None:
            place += 1
            person.household_id, person.position = keep.id, place
        else:
            _recognise(person, twin)
            session.add(_alias(actor, now, old=person, new=twin))
            session.delete(person)


def _recognise(person: Resident, twin: Resident) -> None:
    if twin.identity_number is None and person.identity_number is not None:
        for name in _IDENTITY:
            setattr(twin, name, getattr(person, name))
    _take_over(twin, person)


def _take_over(keep: SyncedRecord, gone: SyncedRecord) -> None:
    for name in _TAKEN_OVER[keep.entity()]:
        if getattr(keep, name) in (None, "") and getattr(gone, name) not in (None, ""):
            setattr(keep, name, getattr(gone, name))


def _alias(actor: Actor, now: datetime, *, old: SyncedRecord, new: SyncedRecord) -> RecordAlias:
    return RecordAlias(
        unit_id=old.unit_id,
        subject_entity=old.entity(),
        old_id=old.id,
        new_id=new.id,
        old_version=old.sync_version,
        by_account_id=actor.account_id,
        happened_at=now,
    )
