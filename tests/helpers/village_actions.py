"""Every action of a village's own work (roster, micro-grids, visits, duty, votes, incidents), each
with records on which it succeeds: the other half of what the table of permissions is tested by.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlmodel import select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.duty.actions import (
    PatrolFields,
    ShiftFields,
    add_shift,
    copy_last_week,
    edit_patrol,
    edit_shift,
    record_patrol,
    remove_patrol,
    remove_shift,
)
from app.grid_work.actions import (
    VisitFields,
    edit_service,
    edit_visit,
    finish_service,
    record_service,
    record_visit,
    remove_service,
    remove_visit,
    reopen_service,
)
from app.grid_work.hazards import (
    add_measure,
    edit_hazard,
    record_hazard,
    remove_hazard,
    reopen_hazard,
    resolve_hazard,
)
from app.grid_work.parts import HazardFields, ServiceFields
from app.grid_work.queries import service_for_editing
from app.grid_work.team_actions import (
    TeamFields,
    add_team_member,
    edit_team_member,
    end_term,
    remove_team_member,
    team_member_for_editing,
)
from app.grid_work.vocabulary import (
    HazardKind,
    HazardLevel,
    ServiceKind,
    TeamPost,
    VisitPurpose,
    VisitWay,
)
from app.households.actions import (
    add_household,
    add_micro_grid,
    add_resident,
    assign_micro_grid,
    edit_household,
    edit_resident,
    remove_household,
    remove_resident,
)
from app.households.filling import HouseholdFields, ResidentFields
from app.households.grids_actions import (
    assign_grid_worker,
    redraw_micro_grids,
    renumber_micro_grid,
)
from app.households.grids_queries import village_grids
from app.households.life import (
    move_in_household,
    record_birth,
    record_came_home,
    record_death,
    record_move_in,
    record_move_out,
    record_went_away,
    restore_resident,
)
from app.households.life_households import change_head, merge_into, split_household
from app.households.life_steps import Happening, HeadChoice
from app.households.queries import household_for_editing, resident_for_editing
from app.households.redraw import join_next, present_drawing
from app.households.redraw_rules import village_line
from app.households.vocabulary import Relation, ResidentStatus, Sex
from app.incidents.actions import (
    add_incident_event,
    edit_incident,
    record_incident,
    record_police_mediation,
    report_incident,
    turn_into_case,
)
from app.incidents.detail import incident_for_editing
from app.incidents.vocabulary import (
    IncidentEventKind,
    PoliceMediation,
    PoliceReport,
    Signer,
    SignerCapacity,
)
from app.store import Store
from app.votes.actions import (
    edit_motion,
    open_motion,
    propose_motion,
    take_ballot,
    tally_motion,
    withdraw_ballot,
    withdraw_motion,
)
from app.votes.vocabulary import BallotChoice, BallotMethod, MotionMatter, MotionState
from db.tables.grid_work import DutyShift, Hazard, MicroService, Patrol, TeamMember, Visit
from db.tables.households import Household, MicroGrid, Resident
from db.tables.incidents import Incident
from db.tables.organisations import Account
from db.tables.votes import Ballot, Motion
from tests.helpers.desk_actions import TODAY, Deed, Undone
from tests.helpers.flow import VILLAGE
from tests.helpers.stores import a_household, a_resident, an_actor, save
from tests.helpers.votes import a_proposed_motion, an_open_motion, lay_rule_sets
from tests.unit.cases.drafts_of_cases import a_draft
from tests.unit.incidents.drafts import an_incident

_P, _R = Permission, Role
_ON = Happening(TODAY)


def _first(store: Store, model: Any, **wanted: Any) -> str:
    """The one record of the scene that nothing but its fields tells apart."""
    with store.reading() as session:
        found = session.exec(select(model).filter_by(**wanted)).one()
        return str(found.id)


def _motion(store: Store, state: MotionState) -> str:
    return _first(store, Motion, state=state)


def _edit_incident(store: Store, actor: Actor) -> Any:
    before = an_incident()
    after = replace(before, title="酒后推搡")
    return edit_incident(
        store, actor, incident_id=_first(store, Incident), before=before, after=after
    )


def _redraw(store: Store, actor: Actor) -> Any:
    seen = village_grids(store, VILLAGE)
    drawing = join_next(present_drawing(village_line(seen.homes), seen.grid_ids), 0)
    return redraw_micro_grids(store, actor, seen=seen, drawing=drawing)


_HOME = HouseholdFields("009", "石某")
_CHILD = ResidentFields(
    name="吴小小", relation=Relation.GRANDSON, sex=Sex.MALE, birth_date=TODAY - timedelta(days=9)
)
_VISIT = VisitFields(household_id="home", visited_on=TODAY)
_SERVICE = ServiceFields(asker_name="吴某甲", text="代取养老金", asked_on=TODAY)
_HAZARD = HazardFields(
    kind=HazardKind.WIRING,
    level=HazardLevel.HIGH,
    place="灶房",
    text="电线老化",
    found_on=TODAY,
    due_on=TODAY + timedelta(days=3),
)
_TERM = TeamFields("杨某", TeamPost.MEDIATOR, date(2026, 1, 1))
_NIGHT = ShiftFields(TODAY, "20:00", "06:00", "杨某")
_ROUND = PatrolFields(TODAY, "06:00", "鼓楼到寨脚", "杨某、吴某")
_MOTION: dict[str, Any] = {
    "title": "建房公约",
    "text": "第四条",
    "matter": MotionMatter.BUILDING_PACT,
}
_PARTY = SignerCapacity.PARTY
_PAPER = PoliceMediation(
    (
        Signer("李某", SignerCapacity.POLICEMAN),
        Signer("石某", _PARTY),
        Signer("龙某", _PARTY),
    ),
    "1",
)

_deed = partial(Deed, by=_R.VILLAGE_SECRETARY, of_case=False, home=VILLAGE)
_ROSTER = partial(_deed, needs=_P.EDIT_ROSTER)
_GRIDS = partial(_deed, needs=_P.REDRAW_GRIDS)
_WORK = partial(_deed, needs=_P.RECORD_GRID_WORK)
_TEAM = partial(_deed, needs=_P.MANAGE_TEAM)
_OPENS = partial(_deed, needs=_P.OPEN_MOTION)
_LOOKS = Undone.NOTHING

VILLAGE_DEEDS: dict[str, Deed] = {
    # the roster
    "add_household": _ROSTER(lambda s, a, w: add_household(s, a, unit_id=VILLAGE, given=_HOME)),
    "edit_household": _ROSTER(
        lambda s, a, w: edit_household(s, a, household_id="home", given=_HOME)
    ),
    "remove_household": _ROSTER(
        lambda s, a, w: remove_household(s, a, household_id="empty", with_residents=False)
    ),
    "household_for_editing": _ROSTER(
        lambda s, a, w: household_for_editing(s, a, "home"), undone=_LOOKS
    ),
    "add_resident": _ROSTER(lambda s, a, w: add_resident(s, a, household_id="home", given=_CHILD)),
    "edit_resident": _ROSTER(lambda s, a, w: edit_resident(s, a, resident_id="son", given=_CHILD)),
    "remove_resident": _ROSTER(lambda s, a, w: remove_resident(s, a, resident_id="son")),
    "resident_for_editing": _deed(
        lambda s, a, w: resident_for_editing(s, a, "son"),
        (_P.EDIT_ROSTER, _P.SEE_IDENTITY_NUMBERS),
        _LOOKS,
    ),
    "add_micro_grid": _ROSTER(
        lambda s, a, w: add_micro_grid(s, a, unit_id=VILLAGE, number=9, name="寨头")
    ),
    "assign_micro_grid": _ROSTER(
        lambda s, a, w: assign_micro_grid(s, a, household_ids=["home"], micro_grid_id="grid-2")
    ),
    "assign_grid_worker": _GRIDS(
        lambda s, a, w: assign_grid_worker(s, a, micro_grid_id="grid-1", account_id="helper")
    ),
    "redraw_micro_grids": _GRIDS(lambda s, a, w: _redraw(s, a)),
    "renumber_micro_grid": _GRIDS(
        lambda s, a, w: renumber_micro_grid(s, a, micro_grid_id="grid-3")
    ),
    # what life brings
    "record_birth": _ROSTER(lambda s, a, w: record_birth(s, a, household_id="home", given=_CHILD)),
    "record_death": _ROSTER(lambda s, a, w: record_death(s, a, resident_id="son", when=_ON)),
    "record_move_in": _ROSTER(
        lambda s, a, w: record_move_in(s, a, household_id="home", given=_CHILD, when=_ON)
    ),
    "move_in_household": _ROSTER(
        lambda s, a, w: move_in_household(
            s, a, unit_id=VILLAGE, given=_HOME, people=[_CHILD], when=_ON
        )
    ),
    "record_move_out": _ROSTER(
        lambda s, a, w: record_move_out(s, a, resident_ids=["son"], when=_ON)
    ),
    "record_went_away": _ROSTER(
        lambda s, a, w: record_went_away(s, a, resident_ids=["son"], when=Happening(TODAY, "东莞"))
    ),
    "record_came_home": _ROSTER(
        lambda s, a, w: record_came_home(s, a, resident_ids=["away"], when=_ON)
    ),
    "restore_resident": _ROSTER(lambda s, a, w: restore_resident(s, a, resident_id="left")),
    "change_head": _ROSTER(
        lambda s, a, w: change_head(s, a, household_id="home", head=HeadChoice("son"), when=_ON)
    ),
    "split_household": _ROSTER(
        lambda s, a, w: split_household(
            s,
            a,
            household_id="home",
            resident_ids=["son"],
            number="010",
            head=HeadChoice("son"),
            when=_ON,
        )
    ),
    "merge_into": _ROSTER(
        lambda s, a, w: merge_into(s, a, household_id="home", into_household_id="other", when=_ON)
    ),
    # the grid's work
    "record_visit": _WORK(lambda s, a, w: record_visit(s, a, _VISIT)),
    "edit_visit": _WORK(lambda s, a, w: edit_visit(s, a, visit_id="visit", given=_VISIT)),
    "remove_visit": _WORK(lambda s, a, w: remove_visit(s, a, visit_id="visit")),
    "record_service": _WORK(lambda s, a, w: record_service(s, a, unit_id=VILLAGE, given=_SERVICE)),
    "edit_service": _WORK(lambda s, a, w: edit_service(s, a, service_id="asked", given=_SERVICE)),
    "finish_service": _WORK(
        lambda s, a, w: finish_service(s, a, service_id="asked", done_on=TODAY)
    ),
    "reopen_service": _WORK(lambda s, a, w: reopen_service(s, a, service_id="done")),
    "remove_service": _WORK(lambda s, a, w: remove_service(s, a, service_id="asked")),
    "service_for_editing": _WORK(lambda s, a, w: service_for_editing(s, a, "asked"), undone=_LOOKS),
    "record_hazard": _WORK(lambda s, a, w: record_hazard(s, a, unit_id=VILLAGE, given=_HAZARD)),
    "edit_hazard": _WORK(lambda s, a, w: edit_hazard(s, a, hazard_id="open", given=_HAZARD)),
    "add_measure": _WORK(
        lambda s, a, w: add_measure(s, a, hazard_id="open", done_on=TODAY, text="换了线")
    ),
    "resolve_hazard": _WORK(
        lambda s, a, w: resolve_hazard(s, a, hazard_id="open", resolved_on=TODAY)
    ),
    "reopen_hazard": _WORK(lambda s, a, w: reopen_hazard(s, a, hazard_id="resolved")),
    "remove_hazard": _WORK(lambda s, a, w: remove_hazard(s, a, hazard_id="open")),
    # the team, and who is on duty
    "add_team_member": _TEAM(lambda s, a, w: add_team_member(s, a, unit_id=VILLAGE, given=_TERM)),
    "edit_team_member": _TEAM(
        lambda s, a, w: edit_team_member(s, a, member_id="term", given=_TERM)
    ),
    "end_term": _TEAM(lambda s, a, w: end_term(s, a, member_id="term", on=TODAY)),
    "remove_team_member": _TEAM(lambda s, a, w: remove_team_member(s, a, member_id="term")),
    "team_member_for_editing": _TEAM(
        lambda s, a, w: team_member_for_editing(s, a, "term"), undone=_LOOKS
    ),
    "add_shift": _WORK(lambda s, a, w: add_shift(s, a, unit_id=VILLAGE, given=_NIGHT)),
    "edit_shift": _WORK(lambda s, a, w: edit_shift(s, a, shift_id="shift", given=_NIGHT)),
    "remove_shift": _WORK(lambda s, a, w: remove_shift(s, a, shift_id="shift")),
    "copy_last_week": _WORK(
        lambda s, a, w: copy_last_week(s, a, unit_id=VILLAGE, monday=TODAY + timedelta(days=7))
    ),
    "record_patrol": _WORK(lambda s, a, w: record_patrol(s, a, unit_id=VILLAGE, given=_ROUND)),
    "edit_patrol": _WORK(lambda s, a, w: edit_patrol(s, a, patrol_id="patrol", given=_ROUND)),
    "remove_patrol": _WORK(lambda s, a, w: remove_patrol(s, a, patrol_id="patrol")),
    # votes
    "propose_motion": _deed(lambda s, a, w: propose_motion(s, a, **_MOTION), _P.PROPOSE_MOTION),
    "edit_motion": _deed(
        lambda s, a, w: edit_motion(s, a, motion_id=_motion(s, MotionState.DRAFT), **_MOTION),
        _P.PROPOSE_MOTION,
    ),
    "open_motion": _OPENS(
        lambda s, a, w: open_motion(s, a, motion_id=_motion(s, MotionState.DRAFT))
    ),
    "withdraw_motion": _OPENS(
        lambda s, a, w: withdraw_motion(s, a, motion_id=_motion(s, MotionState.OPEN), reason="缓议")
    ),
    "take_ballot": _deed(
        lambda s, a, w: take_ballot(
            s,
            a,
            motion_id=_motion(s, MotionState.OPEN),
            household_id="other",
            choice=BallotChoice.AGREE,
            method=BallotMethod.SIGNATURE,
        ),
        _P.TAKE_BALLOT,
    ),
    "withdraw_ballot": _deed(
        lambda s, a, w: withdraw_ballot(s, a, ballot_id=_first(s, Ballot), reason="记错了"),
        _P.TAKE_BALLOT,
    ),
    "tally_motion": _deed(
        lambda s, a, w: tally_motion(s, a, motion_id=_motion(s, MotionState.OPEN)), _P.TALLY_MOTION
    ),
    # incidents
    "edit_incident": _deed(lambda s, a, w: _edit_incident(s, a), _P.RECORD_INCIDENT),
    "incident_for_editing": _deed(
        lambda s, a, w: incident_for_editing(s, a, _first(s, Incident)), _P.RECORD_INCIDENT, _LOOKS
    ),
    "add_incident_event": _deed(
        lambda s, a, w: add_incident_event(
            s,
            a,
            incident_id=_first(s, Incident),
            kind=IncidentEventKind.GRID_ACTED,
            note="到了",
        ),
        _P.RECORD_INCIDENT,
    ),
    "report_incident": _deed(
        lambda s, a, w: report_incident(
            s,
            a,
            incident_id=_first(s, Incident),
            report=PoliceReport(station="坪坦派出所", at=s.clock.now()),
        ),
        _P.RECORD_INCIDENT,
    ),
    "record_police_mediation": _deed(
        lambda s, a, w: record_police_mediation(
            s, a, incident_id=_first(s, Incident), mediation=_PAPER, done_at=s.clock.now()
        ),
        _P.RECORD_INCIDENT,
    ),
    "turn_into_case": _deed(
        lambda s, a, w: turn_into_case(s, a, incident_id=_first(s, Incident), draft=a_draft()),
        (_P.RECORD_INCIDENT, _P.RECORD_CASE),
    ),
}


def fill_village(store: Store) -> None:
    """A village with all that its own people work on."""
    secretary = an_actor(_R.VILLAGE_SECRETARY)
    lay_rule_sets(store)
    grids = [
        MicroGrid(id=f"grid-{n}", unit_id=VILLAGE, number=min(n, 2), name=f"第{min(n, 2)}微网格")
        for n in (1, 2, 3)
    ]
    home = a_household(id="home", micro_grid_id="grid-1")
    other = a_household(id="other", number="002", head_name="杨某乙", micro_grid_id="grid-2")
    people = [
        a_resident(home, id="head"),
        _grown(home, "son", "吴小某"),
        _grown(home, "away", "吴大某", status=ResidentStatus.AWAY, away_place="东莞"),
        _grown(home, "left", "吴某", status=ResidentStatus.MOVED_OUT, left_on=TODAY),
        _grown(other, "neighbour", "杨某乙", relation=Relation.HEAD),
    ]
    signed = {"by_account_id": secretary.account_id, "recorded_at": store.clock.now()}
    asked = {"kind": ServiceKind.OTHER, "asker_name": "吴某甲", "asked_on": TODAY, "text": "代办"}
    found = {"kind": HazardKind.WIRING, "level": HazardLevel.HIGH, "place": "灶房", "text": "老化"}
    found |= {"found_on": TODAY, "due_on": TODAY}
    of_village = {"unit_id": VILLAGE, **signed}
    account = Account(id="helper", unit_id=VILLAGE, name="杨某", role=_R.GRID_WORKER)
    save(store, account, *grids, home, other, *people)
    save(
        store,
        Visit(
            id="visit",
            household_id="home",
            visited_on=TODAY,
            purpose=VisitPurpose.ROUTINE,
            way=VisitWay.AT_HOME,
            **of_village,
        ),
        MicroService(id="asked", **asked, **of_village),
        MicroService(id="done", done_on=TODAY, **asked, **of_village),
        Hazard(id="open", **found, **of_village),
        Hazard(id="resolved", resolved_on=TODAY, **found, **of_village),
        TeamMember(
            id="term",
            unit_id=VILLAGE,
            name="李某",
            post=TeamPost.MEDIATOR,
            starts_on=date(2026, 1, 1),
        ),
        DutyShift(
            id="shift",
            unit_id=VILLAGE,
            on_date=TODAY,
            starts_at="20:00",
            ends_at="06:00",
            name="李某",
        ),
        Patrol(
            id="patrol",
            on_date=TODAY,
            starts_at="05:00",
            route="鼓楼",
            members="李某",
            **of_village,
        ),
    )
    record_incident(store, secretary, an_incident())
    a_proposed_motion(store, secretary)
    motion_id = an_open_motion(store, secretary)
    take_ballot(
        store,
        secretary,
        motion_id=motion_id,
        household_id="home",
        choice=BallotChoice.AGREE,
        method=BallotMethod.SIGNATURE,
    )
    save(store, a_household(id="empty", number="003", head_name="龙某"))


def _grown(home: Household, resident_id: str, name: str, **fields: Any) -> Resident:
    usual: dict[str, Any] = {"relation": Relation.SON, "identity_number": None}
    return a_resident(home, id=resident_id, name=name, **{**usual, **fields})
