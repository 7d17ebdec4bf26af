"""A case from its village to the township, a department and back: real laptops, a real county."""

from __future__ import annotations

from datetime import date

import pytest

from app.accounts.session import Actor
from app.cases.actions import add_case_event, record_case
from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.queries import one_case
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseState, FlowStage, PartySide, Urgency
from app.demo.scene import PEOPLE, Scene
from app.errors import UserFacingError
from app.flow.actions import dispatch, escalate, return_case, take_on
from app.flow.queries import flow_of
from app.flow.rows import FlowView
from app.flow.vocabulary import FlowAct, TurnPart, Wait
from app.flow.waiting import waiting
from app.handovers.vocabulary import HandoverState
from app.store import Store
from db.clock import today_in_china
from tests.helpers.stores import NO_RISK

UNIT = {one.key: one.unit_id for one in PEOPLE}
K = CaseEventKind


class Desk:
    """One laptop with its person."""

    def __init__(self, scene: Scene, laptop: str, person: str) -> None:
        self._laptop = scene.laptops[laptop]
        self.store: Store = self._laptop.laptop.store
        self.actor: Actor = scene.actor(person, laptop)

    def sync(self) -> None:
        self._laptop.sync()

    def tell(self, case_id: str, kind: CaseEventKind, **values: object) -> None:
        add_case_event(
            self.store, self.actor, case_id=case_id, kind=kind, values=values, risk=NO_RISK
        )

    def view(self, case_id: str) -> FlowView:
        found = flow_of(self.store, self.actor, case_id)
        assert found is not None
        return found

    def has(self, case_id: str) -> bool:
        return one_case(self.store, case_id, reader=self.actor) is not None


@pytest.fixture(scope="module")
def desks(scene: Scene) -> dict[str, Desk]:
    people = {"village": "grid_worker"}
    names = ("village", "township", "county", "forestry")
    return {name: Desk(scene, name, people.get(name, name)) for name in names}


def a_case(desks: dict[str, Desk]) -> str:
    draft = CaseDraft(
        title="山林界址争议", class_code="0202", happened_on=date(2026, 11, 1), place="三组后山",
        story="两户各持一证。", urgency=Urgency.MEDIUM, unit_id=UNIT["grid_worker"],
        parties=(PartyEntry(name="吴某", side=PartySide.A),),
        risk=NO_RISK,
    )  # fmt: skip
    village = desks["village"]
    return record_case(village.store, village.actor, draft).case_id


def all_sync(desks: dict[str, Desk]) -> None:
    for _ in range(2):
        for desk in desks.values():
            desk.sync()


def test_up_over_with_a_helper_and_back_until_it_is_closed(desks: dict[str, Desk]) -> None:
    village, township = desks["village"], desks["township"]
    county, forestry = desks["county"], desks["forestry"]
    case_id = a_case(desks)
    escalate(village.store, village.actor, case_id=case_id, reason="村里说不拢")
    asked = village.view(case_id)
    assert [one.state for one in asked.asked] == [HandoverState.REQUESTED]
    assert asked.lead_unit_id == UNIT["grid_worker"]
    all_sync(desks)
    take_on(township.store, township.actor, case_id=case_id)
    dispatch(
        township.store, township.actor, case_id=case_id, to_unit_id=UNIT["forestry"],
        due_on=date(2030, 1, 1),
    )  # fmt: skip
    all_sync(desks)
    assert forestry.view(case_id).acts[0] is FlowAct.TAKE_ON
    today = today_in_china(forestry.store.clock)
    (mine,) = waiting(forestry.store, forestry.actor, today).for_me
    assert (mine.case_id, mine.what) == (case_id, Wait.TAKE_ON)
    take_on(forestry.store, forestry.actor, case_id=case_id)
    dispatch(
        forestry.store, forestry.actor, case_id=case_id, to_unit_id=UNIT["county"],
        part=TurnPart.HELPER,
    )  # fmt: skip
    forestry.tell(case_id, K.REPORTED_BACK, result="界已划清")
    village.tell(case_id, K.SETTLED)
    village.tell(case_id, K.FEEDBACK_GIVEN, given_on=today)
    forestry.sync()
    all_sync(desks)
    for desk in desks.values():
        view = desk.view(case_id)
        assert (view.lead_unit_id, view.stage) == (UNIT["forestry"], FlowStage.FEEDBACK)
        assert [one.unit_id for one in view.helpers] == [UNIT["county"]]
        assert view.is_loop_open
    with pytest.raises(UserFacingError) as error:
        village.tell(case_id, K.CLOSED)
    assert error.value.params["block"] is CaseBlock.LOOP_OPEN
    county.tell(case_id, K.REPORTED_BACK, result="县里已协调")
    all_sync(desks)
    village.tell(case_id, K.CLOSED)
    all_sync(desks)
    for desk in desks.values():
        assert desk.view(case_id).state is CaseState.CLOSED
        assert desk.view(case_id).stage is FlowStage.ENDED


def test_who_closed_without_knowing_of_a_helper_finds_it_open_again(
    desks: dict[str, Desk],
) -> None:
    village, township = desks["village"], desks["township"]
    case_id = a_case(desks)
    all_sync(desks)
    dispatch(
        township.store, township.actor, case_id=case_id, to_unit_id=UNIT["forestry"],
        part=TurnPart.HELPER,
    )  # fmt: skip
    township.sync()
    village.tell(case_id, K.SETTLED)
    village.tell(case_id, K.CLOSED)
    assert village.view(case_id).state is CaseState.CLOSED
    all_sync(desks)
    assert {desk.view(case_id).state for desk in desks.values()} == {CaseState.SETTLED}


def test_a_wrong_dispatch_goes_back_and_of_two_one_counts(desks: dict[str, Desk]) -> None:
    village, township, forestry = desks["village"], desks["township"], desks["forestry"]
    case_id = a_case(desks)
    all_sync(desks)
    dispatch(village.store, village.actor, case_id=case_id, to_unit_id=UNIT["forestry"])
    escalate(township.store, township.actor, case_id=case_id, reason="太难")
    all_sync(desks)
    lost = township.view(case_id).asked
    assert [(one.state, one.instead) for one in lost] == [(HandoverState.NOT_APPLIED, "县林业局")]
    assert forestry.has(case_id)
    return_case(forestry.store, forestry.actor, case_id=case_id, reason="不是林地")
    all_sync(desks)
    assert not forestry.has(case_id)
    view = village.view(case_id)
    assert (view.lead_unit_id, view.stage) == (UNIT["grid_worker"], FlowStage.DISPATCH)
    assert not view.is_loop_open, "it came back before anything was done with it"
