"""What people at the grid desk do, as rules of the world: visits, hazards, incidents, the life of
households, micro-grids drawn anew, looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import col, select

from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import PartySide, PartySource, Urgency
from app.grid_work.actions import (
    HazardFields,
    ServiceFields,
    VisitFields,
    edit_visit,
    finish_service,
    record_service,
    record_visit,
    remove_visit,
    reopen_service,
)
from app.grid_work.hazards import add_measure, reopen_hazard, resolve_hazard
from app.grid_work.vocabulary import HazardKind, HazardLevel
from app.households.filling import ResidentFields
from app.households.grids_actions import assign_grid_worker, redraw_micro_grids
from app.households.grids_queries import village_grids
from app.households.life import (
    record_birth,
    record_came_home,
    record_death,
    record_move_out,
    record_went_away,
    restore_resident,
)
from app.households.life_households import merge_into, split_household
from app.households.life_steps import Happening, HeadChoice
from app.households.redraw import NEW, Drawing, DrawnGrid, join_next, present_drawing, shift_cut
from app.households.redraw_rules import village_line
from app.households.vocabulary import MEMBER_STATUSES
from app.incidents.actions import (
    IncidentDraft,
    add_incident_event,
    record_incident,
    record_police_mediation,
    report_incident,
    turn_into_case,
)
from app.incidents.people import PersonEntry
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentSource,
    PoliceMediation,
    PoliceReport,
    Signer,
    SignerCapacity,
)
from app.looks.actions import reveal
from db.clock import today_in_china
from db.tables.base import SyncedRecord
from db.tables.grid_work import Hazard, MicroService, Visit
from db.tables.households import Household, MicroGrid, Resident
from db.tables.incidents import Incident
from tests.helpers.stores import NO_RISK

if TYPE_CHECKING:
    from tests.sync.machine.laptops import MachineLaptop
    from tests.sync.machine.memory import Memory

_Row = TypeVar("_Row", bound=SyncedRecord)
_FOUGHT_OVER = 3


class GridDesk:
    """Rules of the world; each does nothing where there is nothing to do it to."""

    memory: Memory
    _worker: Callable[[int], MachineLaptop]
    _any: Callable[[int], MachineLaptop]
    _act: Callable[[MachineLaptop, str, Callable[[], object]], None]

    # --- the grid's work -------------------------------------------------------------------------

    def visit(self, which: int, household: int, finds: int) -> None:
        """Somebody is visited, and perhaps something is asked for and something found."""
        laptop = self._worker(which)
        home = _nth(laptop, Household, household)
        if home is None:
            return
        mark, today = self.memory.next_mark(), _today(laptop)
        service = ServiceFields(asker_name="某人", text=f"捎药{mark}", asked_on=today)
        hazard = _hazard(mark, today, home.id)
        given = VisitFields(household_id=home.id, visited_on=today, note=mark)
        self._act(
            laptop,
            mark,
            lambda: record_visit(
                laptop.store,
                laptop.actor,
                given,
                services=[service] * (finds % 2),
                hazards=[hazard] * (finds // 2 % 2),
            ),
        )

    def change_visit(self, which: int, number: int, way: int) -> None:
        """A visit is corrected, or taken back and its finds stay."""
        laptop = self._worker(which)
        row = _nth(laptop, Visit, number)
        if row is None:
            return
        store, actor, mark = laptop.store, laptop.actor, self.memory.next_mark()
        given = VisitFields(row.household_id, row.visited_on, row.purpose, row.way, note=mark)
        if way % 3:
            self._act(laptop, mark, lambda: edit_visit(store, actor, visit_id=row.id, given=given))
        else:
            self._act(laptop, "", lambda: remove_visit(store, actor, visit_id=row.id))

    def serve(self, which: int, number: int, way: int) -> None:
        """A micro-service is asked for, done, or not done after all."""
        laptop = self._worker(which)
        store, actor, mark = laptop.store, laptop.actor, self.memory.next_mark()
        row, today = _nth(laptop, MicroService, number), _today(laptop)
        if row is None or way % 3 == 0:
            home = _nth(laptop, Household, number)
            given = ServiceFields(
                "某人", f"修灯{mark}", today, household_id=home.id if home else None
            )
            self._act(
                laptop,
                mark,
                lambda: record_service(store, actor, unit_id=laptop.unit_id, given=given),
            )
        elif way % 3 == 1:
            self._act(
                laptop,
                mark,
                lambda: finish_service(
                    store, actor, service_id=row.id, done_on=today, done_note=mark
                ),
            )
        else:
            self._act(laptop, "", lambda: reopen_service(store, actor, service_id=row.id))

    def work_on_hazard(self, which: int, number: int, way: int) -> None:
        """Something is done about a hazard; it is gone, or there again."""
        laptop = self._worker(which)
        row = _nth(laptop, Hazard, number)
        if row is None:
            return
        store, actor, today = laptop.store, laptop.actor, _today(laptop)
        mark = self.memory.next_mark()
        steps: Sequence[Callable[[], object]] = (
            lambda: add_measure(store, actor, hazard_id=row.id, done_on=today, text=mark),
            lambda: add_measure(
                store, actor, hazard_id=row.id, done_on=today, text=mark, is_resolved=True
            ),
            lambda: resolve_hazard(store, actor, hazard_id=row.id, resolved_on=today),
            lambda: reopen_hazard(store, actor, hazard_id=row.id),
        )
        self._act(laptop, mark if way % 4 < 2 else "", steps[way % 4])

    # --- incidents -------------------------------------------------------------------------------

    def record_incident(self, which: int, person: int) -> None:
        """A brawl with somebody of the roster in it."""
        laptop = self._worker(which)
        mark, one = self.memory.next_mark(), _nth(laptop, Resident, person)
        somebody = PersonEntry(one.name, resident_id=one.id) if one else PersonEntry("某乙")
        draft = IncidentDraft(
            incident_class=next(iter(IncidentClass)),
            title=f"打架{mark}",
            happened_at=laptop.clock.now(),
            place="鼓楼坪",
            micro_grid_id=None,
            source=next(iter(IncidentSource)),
            story=mark,
            people=(somebody,),
            unit_id=laptop.unit_id,
        )
        self._act(laptop, mark, lambda: record_incident(laptop.store, laptop.actor, draft))

    def incident_event(self, which: int, number: int, kind: int) -> None:
        """Something happens to an incident; offline it may cross with something else."""
        laptop = self._any(which)
        row = _nth(laptop, Incident, number)
        if row is None:
            return
        mark, kinds = self.memory.next_mark(), list(IncidentEventKind)
        wanted = kinds[kind % len(kinds)]
        if wanted is not IncidentEventKind.RECORDED:
            self._act(laptop, mark, lambda: _say(laptop, row, wanted, mark))

    # --- the life of households ------------------------------------------------------------------

    def birth(self, which: int, household: int) -> None:
        """A child is born."""
        laptop = self._worker(which)
        home = _nth(laptop, Household, household)
        if home is None:
            return
        mark = self.memory.next_mark()
        child = ResidentFields(name="某儿", birth_date=_today(laptop))
        self._act(
            laptop,
            mark,
            lambda: record_birth(
                laptop.store, laptop.actor, household_id=home.id, given=child, note=mark
            ),
        )

    def come_or_go(self, which: int, number: int, way: int) -> None:
        """Somebody dies, moves, goes away to work, comes home, or it was all a mistake."""
        laptop = self._worker(which)
        one = _nth(laptop, Resident, number)
        if one is None:
            return
        store, actor, mark = laptop.store, laptop.actor, self.memory.next_mark()
        when, ids = Happening(_today(laptop), note=mark), [one.id]
        head = _another(laptop, one)
        steps: Sequence[Callable[[], object]] = (
            lambda: record_death(store, actor, resident_id=one.id, when=when, head=head),
            lambda: record_move_out(store, actor, resident_ids=ids, when=when, head=head),
            lambda: record_went_away(store, actor, resident_ids=ids, when=when),
            lambda: record_came_home(store, actor, resident_ids=ids, when=when),
            lambda: restore_resident(store, actor, resident_id=one.id),
        )
        self._act(laptop, mark if way % 5 < 4 else "", steps[way % 5])

    def split(self, which: int, household: int) -> None:
        """The last member of a household becomes one of their own."""
        laptop = self._worker(which)
        home = _nth(laptop, Household, household)
        members = [] if home is None else _members(laptop, home.id)
        if home is None or len(members) < 2:
            return
        mark = self.memory.next_mark()
        self._act(
            laptop,
            mark,
            lambda: split_household(
                laptop.store,
                laptop.actor,
                household_id=home.id,
                resident_ids=[members[-1].id],
                number=f"分{mark}",
                head=HeadChoice(members[-1].id),
                when=Happening(_today(laptop), note=mark),
                staying_head=HeadChoice(members[0].id),
            ),
        )

    def merge(self, which: int, household: int, into: int) -> None:
        """Two households live together from now on."""
        laptop = self._worker(which)
        one, other = _nth(laptop, Household, household), _nth(laptop, Household, into)
        if one is None or other is None:
            return
        mark = self.memory.next_mark()
        when = Happening(_today(laptop), note=mark)
        self._act(
            laptop,
            mark,
            lambda: merge_into(
                laptop.store,
                laptop.actor,
                household_id=one.id,
                into_household_id=other.id,
                when=when,
            ),
        )

    # --- micro-grids -----------------------------------------------------------------------------

    def redraw(self, which: int, way: int) -> None:
        """The village is drawn anew: in two halves, two joined, or a border moved."""
        laptop = self._worker(which)
        seen = village_grids(laptop.store, laptop.unit_id)
        drawing = present_drawing(village_line(seen.homes), seen.grid_ids)
        if way % 3 == 0:
            ids = [one.id for one in seen.homes]
            half = len(ids) // 2
            parts = [part for part in (ids[:half], ids[half:]) if part]
            grids = (*(DrawnGrid(f"{NEW}{n}", tuple(part)) for n, part in enumerate(parts, 1)),)
            drawing = Drawing(grids, closed=seen.grid_ids)
        else:
            drawing = join_next(drawing, 0) if way % 3 == 1 else shift_cut(drawing, 0, 1)
        self._act(
            laptop,
            "",
            lambda: redraw_micro_grids(laptop.store, laptop.actor, seen=seen, drawing=drawing),
        )

    def assign_grid(self, which: int, number: int, to: int) -> None:
        """A micro-grid gets another worker, or none."""
        laptop = self._worker(which)
        grid = _nth(laptop, MicroGrid, number)
        if grid is None:
            return
        mark = self.memory.next_mark()
        self._act(
            laptop,
            mark,
            lambda: assign_grid_worker(
                laptop.store,
                laptop.actor,
                micro_grid_id=grid.id,
                account_id=laptop.actor.account_id if to % 2 else None,
                note=mark,
            ),
        )

    def look(self, which: int, number: int) -> None:
        """Somebody has the telephone of a household shown."""
        laptop = self._any(which)
        home = _nth(laptop, Household, number)
        if home is not None:
            self._act(
                laptop,
                "",
                lambda: reveal(
                    laptop.store,
                    laptop.actor,
                    entity="household",
                    record_id=home.id,
                    field="phone",
                ),
            )


def _hazard(mark: str, today: date, household_id: str) -> HazardFields:
    return HazardFields(
        kind=next(iter(HazardKind)),
        level=next(iter(HazardLevel)),
        place="灶屋",
        text=f"电线老化{mark}",
        found_on=today,
        due_on=today,
        household_id=household_id,
    )


def _say(laptop: MachineLaptop, incident: Incident, kind: IncidentEventKind, mark: str) -> object:
    store, actor, now = laptop.store, laptop.actor, laptop.clock.now()
    if kind is IncidentEventKind.REPORTED_TO_POLICE:
        report = PoliceReport("坪坦派出所", now)
        return report_incident(store, actor, incident_id=incident.id, report=report, note=mark)
    if kind is IncidentEventKind.POLICE_MEDIATED:
        capacity = SignerCapacity
        signers = (
            Signer("杨警官", capacity.POLICEMAN),
            *(Signer(name, capacity.PARTY) for name in ("某甲", "某乙")),
        )
        return record_police_mediation(
            store,
            actor,
            incident_id=incident.id,
            mediation=PoliceMediation(signers),
            done_at=now,
            note=mark,
        )
    if kind is IncidentEventKind.BECAME_CASE:
        return turn_into_case(
            store, actor, incident_id=incident.id, draft=_case(laptop, incident.unit_id, mark)
        )
    return add_incident_event(store, actor, incident_id=incident.id, kind=kind, note=mark)


def _case(laptop: MachineLaptop, unit_id: str, mark: str) -> CaseDraft:
    sides = (PartySide.A, PartySide.B)
    return CaseDraft(
        title=f"纠纷{mark}",
        class_code="0903",
        happened_on=laptop.clock.now().date(),
        place="三组",
        story=mark,
        urgency=next(iter(Urgency)),
        parties=tuple(
            PartyEntry(side=side, name="某甲", source=PartySource.OUTSIDE) for side in sides
        ),
        unit_id=unit_id,
        risk=NO_RISK,
    )


def _nth(laptop: MachineLaptop, model: type[_Row], number: int) -> _Row | None:
    """One of the records on this laptop; every other choice falls on the first few."""
    with laptop.store.reading() as session:
        found: Sequence[Any] = session.exec(select(model).order_by(col(model.id))).all()
    place = number % _FOUGHT_OVER if number % 2 else number
    return found[place % len(found)] if found else None


def _members(laptop: MachineLaptop, household_id: str) -> list[Resident]:
    with laptop.store.reading() as session:
        found = session.exec(
            select(Resident)
            .where(
                col(Resident.household_id) == household_id,
                col(Resident.status).in_(MEMBER_STATUSES),
            )
            .order_by(col(Resident.id))
        )
        return list(found.all())


def _another(laptop: MachineLaptop, leaving: Resident) -> HeadChoice | None:
    """Who might follow as head."""
    staying = [one for one in _members(laptop, leaving.household_id) if one.id != leaving.id]
    return HeadChoice(staying[0].id) if staying else None


def _today(laptop: MachineLaptop) -> date:
    return today_in_china(laptop.clock)
