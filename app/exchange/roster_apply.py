"""Doing what the dry run showed: one transaction, one step to undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.exchange.roster import read_roster
from app.exchange.roster_details import detail_of_store
from app.exchange.roster_plan import HOUSEHOLD_FIELDS, plan_in_session, plan_roster
from app.exchange.roster_plan_rows import (
    PlanField,
    PlanKind,
    PlannedHousehold,
    PlannedResident,
    RosterPlan,
)
from app.exchange.roster_report import RosterResident
from app.exchange.roster_sheets import SheetDecision
from app.households.vocabulary import IdentityKind
from app.store import Changes, Store, Transaction
from db.clock import today_in_china
from db.tables.households import Household, MicroGrid, Resident

OnProgress = Callable[[int, int], None]
"""Households written, households in all. What it raises ends the import with nothing written."""

IMPORT_ACTION = "import_roster"


def read_and_plan(
    store: Store,
    actor: Actor,
    path: Path,
    *,
    unit_id: str,
    decisions: Mapping[str, SheetDecision] | None = None,
) -> RosterPlan:
    """The dry run of a workbook; `decisions` by sheet replace the guesses of the reading.

    Raises ``UserFacingError``: the WORKBOOK_ codes of ``read_roster``, NOT_ALLOWED.
    """
    today = today_in_china(store.clock)
    report = read_roster(path, decisions=decisions, today=today)
    return plan_roster(store, actor, report, unit_id=unit_id)


def import_roster(
    store: Store, actor: Actor, plan: RosterPlan, *, on_progress: OnProgress | None = None
) -> Changes:
    """Writes the plan, all or nothing; undo it as a whole with ``app.undo.undo``.

    Raises ``UserFacingError``: NOT_ALLOWED; ROSTER_PLAN_OUTDATED when the store has changed since
    the dry run, so that what a person agreed to is what happens.
    """
    actor.require(Permission.IMPORT_ROSTER, unit_id=plan.unit_id)
    with store.transaction(account_id=actor.account_id, action=IMPORT_ACTION) as tx:
        _check_still_holds(tx, actor, plan)
        grids = _write_micro_grids(tx, plan)
        for done, home in enumerate(plan.households, start=1):
            _write_household(tx, plan.unit_id, home, grids)
            if on_progress is not None:
                on_progress(done, len(plan.households))
    return tx.changes


def _check_still_holds(tx: Transaction, actor: Actor, plan: RosterPlan) -> None:
    now = plan_in_session(tx.session, plan.report, unit_id=plan.unit_id, units=actor.units)
    if (now.households, now.micro_grids) != (plan.households, plan.micro_grids):
        raise UserFacingError(ErrorCode.ROSTER_PLAN_OUTDATED)


def _write_micro_grids(tx: Transaction, plan: RosterPlan) -> dict[str, str]:
    """Micro-grid ids by key; only those are made that a household of the plan lives in."""
    ids: dict[str, str] = {}
    for grid in plan.micro_grids:
        if grid.micro_grid_id is not None:
            ids[grid.key] = grid.micro_grid_id
            continue
        new = MicroGrid(unit_id=plan.unit_id, number=grid.number, name=grid.name)
        tx.session.add(new)
        ids[grid.key] = new.id
    return ids


def _write_household(
    tx: Transaction, unit_id: str, home: PlannedHousehold, grids: dict[str, str]
) -> None:
    grid_id = grids.get(home.micro_grid_key or "")
    if home.household_id is None:
        household = Household(
            unit_id=unit_id,
            micro_grid_id=grid_id,
            number=home.source.number,
            head_name=home.source.head_name,
        )
        for column, text in home.source.details:
            setattr(household, HOUSEHOLD_FIELDS[column], text)
        tx.session.add(household)
        household_id = household.id
    else:
        household_id = home.household_id
        if home.kind is PlanKind.CHANGE:
            _change_household(tx.session.get_one(Household, household_id), home, grid_id)
    for resident in home.residents:
        _write_resident(tx, unit_id, household_id, resident)


def _change_household(household: Household, home: PlannedHousehold, grid_id: str | None) -> None:
    changed = {change.field for change in home.changes}
    if PlanField.NUMBER in changed:
        household.number = home.source.number
    if PlanField.HEAD_NAME in changed:
        household.head_name = home.source.head_name
    if PlanField.MICRO_GRID in changed:
        household.micro_grid_id = grid_id
    for column, text in home.source.details:
        if PlanField(column.value) in changed:
            setattr(household, HOUSEHOLD_FIELDS[column], text)


def _write_resident(
    tx: Transaction, unit_id: str, household_id: str, planned: PlannedResident
) -> None:
    if planned.resident_id is None:
        tx.session.add(_new_resident(planned, unit_id, household_id))
    elif planned.kind is PlanKind.CHANGE:
        resident = tx.session.get_one(Resident, planned.resident_id)
        _change_resident(resident, planned, household_id)


def _new_resident(planned: PlannedResident, unit_id: str, household_id: str) -> Resident:
    source = planned.source
    resident = Resident(
        unit_id=unit_id,
        household_id=household_id,
        position=planned.position,
        name=source.name,
        relation=source.relation,
        sex=source.sex,
        birth_date=source.birth_date,
        ethnic_group=source.ethnic_group,
        identity_kind=source.identity_kind,
        identity_number=source.identity_number,
        missing_identity=source.missing_reason,
        phone=source.phone,
        note=source.note,
    )
    for column, value in source.details:
        setattr(resident, column.value, detail_of_store(column, value))
    return resident


def _change_resident(resident: Resident, planned: PlannedResident, household_id: str) -> None:
    for change in planned.changes:
        if change.field is PlanField.HOUSEHOLD:
            resident.household_id = household_id
            resident.position = planned.position
        elif change.field is PlanField.IDENTITY_NUMBER:
            resident.identity_number = planned.source.identity_number
            resident.identity_kind = IdentityKind.RESIDENT_IDENTITY_NUMBER
        else:
            setattr(resident, change.field.value, _value(planned.source, change.field))


def _value(source: RosterResident, field: PlanField) -> str | date | None:
    details = {column.value: (column, value) for column, value in source.details}
    if field.value in details:
        return detail_of_store(*details[field.value])
    if field is PlanField.MISSING_IDENTITY:
        return source.missing_reason
    value: str | date | None = getattr(source, field.value)
    return value
