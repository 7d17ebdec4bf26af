"""The dry run: what importing a roster would add and change in the store, before anything is.

Households are matched by their number within the village, residents by identity number, else by
household and name (and date of birth). An empty cell never erases what the store holds, and
nothing is ever deleted: what the sheet does not mention is only listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.exchange.micro_grid_names import parse_micro_grid
from app.exchange.roster_cells import tidy_lines
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_match import (
    RosterMatch,
    StoredGrid,
    StoredHousehold,
    StoredResident,
    StoredRoster,
    match_roster,
    numbers_held_elsewhere,
    stored_roster,
)
from app.exchange.roster_plan_rows import (
    FieldChange,
    NotMentioned,
    PlanField,
    PlannedHousehold,
    PlannedMicroGrid,
    PlannedResident,
    PlanWarning,
    PlanWarningKind,
    RosterPlan,
)
from app.exchange.roster_report import (
    ReportParam,
    RosterHousehold,
    RosterReport,
    RosterResident,
)
from app.exchange.roster_rows import phone_and_note
from app.households.rules import mask_identity_number
from app.households.vocabulary import MissingIdentityReason, ResidentStatus, Sex
from app.organisations.rules import display_name
from app.organisations.vocabulary import Unit
from app.store import Store

HOUSEHOLD_FIELDS: Mapping[RosterColumn, str] = {
    RosterColumn.GROUP: "group_name",
    RosterColumn.ADDRESS: "address",
    RosterColumn.HOUSEHOLD_PHONE: "phone",
    RosterColumn.HOUSEHOLD_NOTE: "note",
}
"""The details of a household, by their names in the store."""


def plan_roster(store: Store, actor: Actor, report: RosterReport, *, unit_id: str) -> RosterPlan:
    """The dry run for a village; writes nothing.

    Raises ``UserFacingError`` NOT_ALLOWED unless the person may import into this village.
    """
    actor.require(Permission.IMPORT_ROSTER, unit_id=unit_id)
    with store.reading() as session:
        return plan_in_session(session, report, unit_id=unit_id, units=actor.units)


def plan_in_session(
    session: Session, report: RosterReport, *, unit_id: str, units: Mapping[str, Unit]
) -> RosterPlan:
    """The dry run inside a transaction that is under way: what the import checks itself by."""
    stored = stored_roster(session, unit_id)
    match = match_roster(report, stored)
    planner = _Planner(report, stored, match)
    elsewhere = numbers_held_elsewhere(session, report, unit_id)
    return RosterPlan(
        unit_id=unit_id,
        report=report,
        micro_grids=planner.micro_grids,
        households=tuple(planner.households()),
        not_mentioned=tuple(_not_mentioned(stored, match)),
        warnings=(
            *_title_warnings(report, units.get(unit_id)),
            *_held_elsewhere(report, elsewhere, units),
            *planner.past_warnings(),
            *planner.move_warnings(),
        ),
    )


class _Planner:
    """Compares what was matched, field by field."""

    def __init__(self, report: RosterReport, stored: StoredRoster, match: RosterMatch) -> None:
        self._report = report
        self._match = match
        self._stored_households = {one.id: one for one in stored.households}
        self._grid_names = {grid.id: grid.name for grid in stored.grids}
        self.micro_grids = _plan_micro_grids(report, stored.grids)
        self._grids = {grid.key: grid for grid in self.micro_grids}

    def households(self) -> Iterator[PlannedHousehold]:
        for index, home in enumerate(self._report.households):
            stored = self._match.households.get(index)
            if stored is None and self._has_only_past(home):
                continue  # nobody is left to make a household of
            grid = self._grids.get(parse_micro_grid(home.micro_grid_name).key)
            yield PlannedHousehold(
                source=home,
                household_id=stored.id if stored else None,
                micro_grid_key=grid.key if grid and home.micro_grid_name else None,
                residents=tuple(self._resident(each, home, stored) for each in home.residents),
                changes=self._household_changes(home, stored, grid) if stored else (),
            )

    def _has_only_past(self, home: RosterHousehold) -> bool:
        people = [self._match.residents.get(one.place) for one in home.residents]
        return bool(people) and all(one and not one.status.is_member for one in people)

    def past_warnings(self) -> Iterator[PlanWarning]:
        """Whoever died or moved away is left as they are: a sheet of last year names them still."""
        for resident in self._report.residents:
            stored = self._match.residents.get(resident.place)
            if stored is None or stored.status.is_member:
                continue
            params: dict[str, ReportParam] = {
                "name": stored.name,
                "masked": mask_identity_number(stored.identity_number or ""),
                "household": self._place(stored.household_id),
                "left_on": _iso(stored.left_on) or "",
            }
            kind = _PAST_WARNINGS[stored.status]
            yield PlanWarning(resident.row, kind, params, resident.sheet)

    def move_warnings(self) -> Iterator[PlanWarning]:
        for index, home in enumerate(self._report.households):
            target = self._match.households.get(index)
            for resident in home.residents:
                stored = self._match.residents.get(resident.place)
                if stored is None or not stored.status.is_member:
                    continue
                if target and stored.household_id == target.id:
                    continue
                params: dict[str, ReportParam] = {
                    "name": resident.name,
                    "masked": mask_identity_number(resident.identity_number or ""),
                    "from_household": self._place(stored.household_id),
                    "to_household": _place_name(home.number, home.head_name),
                }
                kind = PlanWarningKind.MOVES_HOUSEHOLD
                yield PlanWarning(resident.row, kind, params, resident.sheet)

    def _resident(
        self, source: RosterResident, home: RosterHousehold, household: StoredHousehold | None
    ) -> PlannedResident:
        stored = self._match.residents.get(source.place)
        position = home.rows.index(source.row)
        if stored is None:
            return PlannedResident(source, position, None)
        if not stored.status.is_member:
            return PlannedResident(source, position, stored.id, has_left=True)
        changes = list(_resident_changes(source, stored))
        if household is None or stored.household_id != household.id:
            old, new = self._place(stored.household_id), _place_name(home.number, home.head_name)
            changes.insert(0, FieldChange(PlanField.HOUSEHOLD, old, new))
        return PlannedResident(source, position, stored.id, tuple(changes))

    def _household_changes(
        self, home: RosterHousehold, stored: StoredHousehold, grid: PlannedMicroGrid | None
    ) -> tuple[FieldChange, ...]:
        changes: list[FieldChange] = []
        if home.number and not stored.number:
            changes.append(FieldChange(PlanField.NUMBER, None, home.number))
        if home.head_name and home.head_name != stored.head_name:
            changes.append(FieldChange(PlanField.HEAD_NAME, stored.head_name, home.head_name))
        is_moved = grid is not None and (
            grid.micro_grid_id is None or grid.micro_grid_id != stored.micro_grid_id
        )
        if grid is not None and home.micro_grid_name and is_moved:
            old = self._grid_names.get(stored.micro_grid_id or "")
            changes.append(FieldChange(PlanField.MICRO_GRID, old, grid.name))
        for column, text in home.details:
            kept = getattr(stored, HOUSEHOLD_FIELDS[column])
            if text != kept:
                changes.append(FieldChange(PlanField(column.value), kept, text))
        return tuple(changes)

    def _place(self, household_id: str) -> str:
        household = self._stored_households.get(household_id)
        return _place_name(household.number, household.head_name) if household else ""


_PAST_WARNINGS = {
    ResidentStatus.DECEASED: PlanWarningKind.HAS_DIED,
    ResidentStatus.MOVED_OUT: PlanWarningKind.HAS_MOVED_OUT,
}


def _place_name(number: str, head_name: str) -> str:
    return f"{number} {head_name}".strip()


def _plan_micro_grids(
    report: RosterReport, stored: tuple[StoredGrid, ...]
) -> tuple[PlannedMicroGrid, ...]:
    """The sheet's micro-grids: those of the store by their name, new ones with a free number."""
    by_key = {grid.key: grid for grid in reversed(stored)}
    used = {grid.number for grid in stored}
    planned: list[PlannedMicroGrid] = []
    for grid in report.micro_grids:
        key = parse_micro_grid(grid.name).key
        known = by_key.get(key)
        if known is not None:
            planned.append(PlannedMicroGrid(key, known.number, known.name, known.id))
            continue
        number = grid.number
        if number is None or number in used:
            number = max(used, default=0) + 1
        used.add(number)
        planned.append(PlannedMicroGrid(key, number, grid.name, None))
    return tuple(planned)


def _resident_changes(source: RosterResident, stored: StoredResident) -> Iterator[FieldChange]:
    """What the sheet says otherwise; an empty cell says nothing."""
    phone, note = _as_read(stored.phone, stored.note)
    pairs: list[tuple[PlanField, str | None, str | None]] = [
        (PlanField.NAME, stored.name, source.name),
        (PlanField.RELATION, stored.relation, source.relation),
        (PlanField.ETHNIC_GROUP, stored.ethnic_group, source.ethnic_group),
    ]
    if (source.phone or phone, source.note or note) != (phone, note):
        pairs += [
            (PlanField.PHONE, stored.phone, source.phone),
            (PlanField.NOTE, stored.note, source.note),
        ]
    for column, value in source.details:
        pairs.append((PlanField(column.value), getattr(stored, column.value), value))
    # Sex and birthday come from the number; a line without one does not outweigh it.
    if source.identity_number or not stored.identity_number:
        born, typed = stored.birth_date, source.birth_date
        sex = None if source.sex is Sex.UNKNOWN else source.sex
        pairs += [
            (PlanField.SEX, stored.sex, sex),
            (PlanField.BIRTH_DATE, _iso(born), _iso(typed)),
            (PlanField.IDENTITY_NUMBER, stored.identity_number, source.identity_number),
            (PlanField.MISSING_IDENTITY, stored.missing_identity, _missing_reason(source, stored)),
        ]
    for name, old, new in pairs:
        if new is not None and new != old:
            yield FieldChange(name, old, str(new))
    if source.identity_number and stored.missing_identity:
        yield FieldChange(PlanField.MISSING_IDENTITY, stored.missing_identity, None)


def _as_read(phone: str | None, note: str | None) -> tuple[str | None, str | None]:
    """Phone and note of the store as a sheet that shows them would be read."""
    kept = tidy_lines(note or "")
    if phone:
        phone, kept, _finding = phone_and_note(phone, kept)
    return phone, kept or None


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def _missing_reason(source: RosterResident, stored: StoredResident) -> MissingIdentityReason | None:
    """待补 is also what an empty cell is read as, so it never replaces a reason given."""
    is_said = source.missing_reason is not MissingIdentityReason.PENDING
    return source.missing_reason if is_said or stored.missing_identity is None else None


def _not_mentioned(stored: StoredRoster, match: RosterMatch) -> Iterator[NotMentioned]:
    """Whoever is in the store alone: households first, then residents of those named."""
    households = {one.id for one in match.households.values()}
    numbers = {one.id: one.number for one in stored.households}
    for household in stored.households:
        if household.id not in households:
            yield NotMentioned("household", household.id, household.number, household.head_name)
    residents = {one.id for one in match.residents.values()}
    for one in stored.residents:
        if one.id not in residents and one.status.is_member:
            yield NotMentioned("resident", one.id, numbers.get(one.household_id, ""), one.name)


def _title_warnings(report: RosterReport, village: Unit | None) -> Iterator[PlanWarning]:
    hint = report.village_name_hint
    if hint and village is not None and hint != village.name:
        params: dict[str, ReportParam] = {"in_title": hint, "village": village.name}
        yield PlanWarning(None, PlanWarningKind.OTHER_VILLAGE_IN_TITLE, params)


def _held_elsewhere(
    report: RosterReport, elsewhere: dict[str, tuple[str, str]], units: Mapping[str, Unit]
) -> Iterator[PlanWarning]:
    for resident in report.residents:
        held = elsewhere.get(resident.identity_number or "")
        if held is not None:
            params: dict[str, ReportParam] = {
                "name": resident.name,
                "masked": mask_identity_number(resident.identity_number or ""),
                "village": _village_name(held[0], units),
                "other_name": held[1],
            }
            kind = PlanWarningKind.HELD_BY_ANOTHER_VILLAGE
            yield PlanWarning(resident.row, kind, params, resident.sheet)


def _village_name(unit_id: str, units: Mapping[str, Unit]) -> str:
    unit = units.get(unit_id)
    return unit_id if unit is None else display_name(unit, units)
