"""Doing what the dry run of a table showed: one transaction, one step to undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from app.accounts.session import Actor
from app.errors import ErrorCode, UserFacingError
from app.exchange.table_forms import FORMS, TableColumn, TableKind
from app.exchange.table_plan import PlannedRow, TablePlan, noted_text, plan_in_session
from app.grid_work.parts import (
    HazardFields,
    ServiceFields,
    VisitFields,
    known,
    new_hazard,
    new_service,
    new_visit,
    plain,
    problems_of_visit,
    require_sound,
)
from app.grid_work.rules import hazard_due_on
from app.grid_work.vocabulary import HazardKind, HazardLevel, ServiceKind, VisitPurpose, VisitWay
from app.incidents.actions import IncidentDraft, add_event_in, write_new_incident
from app.incidents.people import PersonEntry
from app.incidents.vocabulary import IncidentClass, IncidentEventKind, IncidentSource
from app.settings.queries import setting_facts
from app.settings.vocabulary import SettingKey
from app.store import Changes, Store, Transaction
from db.tables.grid_work import HazardMeasure
from db.tables.households import Household

OnProgress = Callable[[int, int], None]
"""Rows written, rows in all. What it raises ends the import with nothing written."""

ACTIONS = {
    TableKind.VISITS: "import_visits",
    TableKind.SERVICES: "import_services",
    TableKind.HAZARDS: "import_hazards",
    TableKind.INCIDENTS: "import_incidents",
}


def import_table(
    store: Store, actor: Actor, plan: TablePlan, *, on_progress: OnProgress | None = None
) -> Changes:
    """Writes the plan, all or nothing; undo it as a whole with ``app.undo.undo``: incidents are
    withdrawn by it and stay on record.

    Raises ``UserFacingError``: NOT_ALLOWED; TABLE_PLAN_OUTDATED when the store has changed since
    the dry run.
    """
    actor.require(FORMS[plan.kind].permission, unit_id=plan.unit_id)
    writer = _Writer(store, actor, plan)
    with store.transaction(account_id=actor.account_id, action=ACTIONS[plan.kind]) as tx:
        now = plan_in_session(tx.session, actor, plan.report, unit_id=plan.unit_id)
        if now.rows != plan.rows:
            raise UserFacingError(ErrorCode.TABLE_PLAN_OUTDATED)
        for done, row in enumerate(plan.rows, start=1):
            writer.write(tx, row)
            if on_progress is not None:
                on_progress(done, len(plan.rows))
    return tx.changes


class _Writer:
    """One row after the other, by the same parts as the forms."""

    def __init__(self, store: Store, actor: Actor, plan: TablePlan) -> None:
        self._store = store
        self._actor = actor
        self._unit_id = plan.unit_id
        self._write = {
            TableKind.VISITS: self._visit,
            TableKind.SERVICES: self._service,
            TableKind.HAZARDS: self._hazard,
            TableKind.INCIDENTS: self._incident,
        }[plan.kind]

    def write(self, tx: Transaction, row: PlannedRow) -> None:
        self._write(tx, row)

    def _visit(self, tx: Transaction, row: PlannedRow) -> None:
        source = row.source
        purpose, way = source.values.get(TableColumn.KIND), source.values.get(TableColumn.WAY)
        given = VisitFields(
            household_id=row.household_id,
            visited_on=source.day(TableColumn.DAY),
            purpose=purpose if isinstance(purpose, VisitPurpose) else VisitPurpose.ROUTINE,
            way=way if isinstance(way, VisitWay) else VisitWay.AT_HOME,
            met=source.text(TableColumn.MET),
            note=noted_text(row),
        )
        require_sound(problems_of_visit(self._store, given))
        home = tx.session.get_one(Household, row.household_id)
        visit = new_visit(self._store, self._actor, home, given)
        visit.by_account_id = row.by_account_id or self._actor.account_id
        tx.session.add(visit)

    def _service(self, tx: Transaction, row: PlannedRow) -> None:
        source = row.source
        kind = source.values.get(TableColumn.KIND)
        given = ServiceFields(
            asker_name=source.text(TableColumn.ASKER_NAME),
            text=noted_text(row),
            asked_on=source.day(TableColumn.DAY),
            kind=kind if isinstance(kind, ServiceKind) else ServiceKind.OTHER,
            asker_phone=source.text(TableColumn.ASKER_PHONE),
            due_on=source.day(TableColumn.DUE_ON),
            household_id=row.household_id,
        )
        service = new_service(self._store, self._actor, self._unit_id, given, None)
        service.by_account_id = row.by_account_id or self._actor.account_id
        service.done_on = source.day(TableColumn.DONE_ON)
        service.done_note = plain(source.text(TableColumn.DONE_NOTE))
        if service.done_on is not None:
            service.done_by = service.by_account_id
        tx.session.add(service)

    def _hazard(self, tx: Transaction, row: PlannedRow) -> None:
        source = row.source
        kind, level = source.values.get(TableColumn.KIND), source.values[TableColumn.LEVEL]
        found_on = known(source.day(TableColumn.DAY))
        graded = level if isinstance(level, HazardLevel) else HazardLevel.MEDIUM
        days = setting_facts(tx.session, SettingKey.HAZARD_DAYS)
        given = HazardFields(
            kind=kind if isinstance(kind, HazardKind) else HazardKind.OTHER,
            level=graded,
            place=source.text(TableColumn.PLACE),
            text=noted_text(row),
            found_on=found_on,
            due_on=source.day(TableColumn.DUE_ON) or hazard_due_on(graded, found_on, days),
            household_id=row.household_id,
            micro_grid_id=row.micro_grid_id,
        )
        hazard = new_hazard(self._store, self._actor, self._unit_id, given, None)
        hazard.by_account_id = row.by_account_id or self._actor.account_id
        hazard.resolved_on = source.day(TableColumn.DONE_ON)
        tx.session.add(hazard)
        measure = source.text(TableColumn.DONE_NOTE)
        if measure:
            tx.session.add(
                HazardMeasure(
                    unit_id=self._unit_id,
                    hazard_id=hazard.id,
                    done_on=hazard.resolved_on or found_on,
                    text=measure,
                    by_account_id=hazard.by_account_id,
                    recorded_at=self._store.clock.now(),
                )
            )

    def _incident(self, tx: Transaction, row: PlannedRow) -> None:
        source = row.source
        moment, nature = source.values[TableColumn.DAY], source.values[TableColumn.KIND]
        origin = source.values.get(TableColumn.SOURCE)
        draft = IncidentDraft(
            incident_class=nature if isinstance(nature, IncidentClass) else None,
            title=source.text(TableColumn.TITLE),
            happened_at=moment if isinstance(moment, datetime) else None,
            place=source.text(TableColumn.PLACE),
            micro_grid_id=row.micro_grid_id,
            source=origin if isinstance(origin, IncidentSource) else IncidentSource.OTHER,
            story=noted_text(row),
            people=tuple(PersonEntry(name) for name in _names(source.text(TableColumn.PEOPLE))),
            unit_id=self._unit_id,
        )
        incident = write_new_incident(tx.session, self._store, self._actor, draft)
        tx.session.flush()
        done = source.text(TableColumn.DONE_NOTE)
        add = (tx.session, self._store, self._actor, incident)
        if done:
            add_event_in(*add, IncidentEventKind.GRID_ACTED, note=done)
        answered = source.text(TableColumn.POLICE_RESULT)
        if answered:
            add_event_in(*add, IncidentEventKind.POLICE_RESULT, note=answered)
        if row.closes:
            closed = done or source.text(TableColumn.STATE)
            add_event_in(*add, IncidentEventKind.CLOSED, note=closed)


_MASKED = re.compile(r"[（(][^（）()]*\*[^（）()]*[）)]")
"""A telephone that was masked when it went out: none is better than a wrong one."""


def _names(text: str) -> list[str]:
    text = _MASKED.sub("", text)
    for sign in ("，", ",", "；", ";", " ", "/", "\n"):
        text = text.replace(sign, "、")
    return [name.strip()[:80] for name in text.split("、") if name.strip()]
