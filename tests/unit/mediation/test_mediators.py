"""Who mediates: taken, chosen, invited, released; and what the roster tells of kin."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.cases.vocabulary import PartySide
from app.errors import ErrorCode, UserFacingError
from app.grid_work.vocabulary import TeamPost
from app.households.vocabulary import Relation, RosterEventKind
from app.mediation.mediator_rules import (
    LONGEST_CHOSEN,
    RosterPerson,
    kin_between,
    skills_of,
    stored_skills,
)
from app.mediation.mediators import (
    MediatorFields,
    add_mediator,
    candidates,
    kin_of,
    mediators_of,
    release_mediator,
)
from app.mediation.vocabulary import ChosenBy, KinDegree, MediationWay, MediatorProblem
from app.store import Store
from app.undo import undo
from db.tables.conflicts import RecordAlias
from db.tables.grid_work import TeamMember
from db.tables.households import Resident
from tests.helpers.stores import (
    a_household,
    a_resident,
    a_roster_event,
    a_store,
    a_unit,
    an_actor,
    save,
)
from tests.unit.cases.drafts_of_cases import a_draft, a_party
from tests.unit.mediation.scene import TODAY, a_recorded_case

WORKER = an_actor()
D = KinDegree


def a_member(member_id: str, **fields: Any) -> TeamMember:
    usual: dict[str, Any] = {"name": "石某", "post": TeamPost.MEDIATOR}
    usual |= {"unit_id": a_unit().id, "starts_on": date(2026, 1, 1)}
    return TeamMember(id=member_id, **{**usual, **fields})


def given(**fields: Any) -> MediatorFields:
    usual: dict[str, Any] = {"name": "石某", "chosen_by": ChosenBy.ASSIGNED}
    usual |= {"way": MediationWay.PEOPLES, "starts_on": TODAY}
    return MediatorFields(**{**usual, **fields})


class Village:
    """A party with wife and father at home, and a mediator's term for several people."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.home, self.other = a_household(), a_household(number="002", head_name="石某")
        self.wu = a_resident(self.home)
        self.wife = a_resident(self.home, name="杨某", relation=Relation.WIFE, identity_number=None)
        self.shi = a_resident(self.other, identity_number=None)
        save(store, self.home, self.other, self.wu, self.wife, self.shi)
        save(
            store,
            a_member("wu", name="吴某甲", resident_id=self.wu.id),
            a_member("wife", name="杨某", resident_id=self.wife.id),
            a_member("shi", resident_id=self.shi.id, skills="15,21"),
            a_member("unknown", name="龙某"),
            a_member("namesake", name="吴某甲"),
            a_member("over", name="粟某", ends_on=date(2026, 6, 1)),
        )
        party = a_party("吴某甲", resident_id=self.wu.id)
        draft = a_draft(parties=(party, a_party("陆某", PartySide.B)))
        self.case_id = a_recorded_case(store, WORKER, draft)

    def take(self, member_id: str | None, **fields: Any) -> str:
        name = fields.pop("name", None) or {"wu": "吴某甲", "wife": "杨某"}.get(
            member_id or "", "石某"
        )
        made = add_mediator(
            self.store,
            WORKER,
            case_id=self.case_id,
            given=given(member_id=member_id, name=name, **fields),
        )
        return made.mediator_id

    def problem(self, member_id: str | None, **fields: Any) -> MediatorProblem:
        with pytest.raises(UserFacingError) as caught:
            self.take(member_id, **fields)
        assert caught.value.code is ErrorCode.MEDIATOR_WRONG
        found: MediatorProblem = caught.value.params["problem"]
        return found

    def degrees(self, member_id: str | None, name: str = "石某") -> list[KinDegree]:
        check = kin_of(self.store, WORKER, case_id=self.case_id, name=name, member_id=member_id)
        return [kin.degree for kin in check.found]


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(a_store(tmp_path))


# --- kin -------------------------------------------------------------------------------------


def test_what_the_roster_tells(village: Village) -> None:
    assert village.degrees("wu") == [D.SAME_PERSON]
    assert village.degrees("wife") == [D.SAME_HOUSEHOLD]
    assert village.degrees("shi") == []
    assert village.degrees("namesake", "吴某甲") == [D.SAME_NAME]
    check = kin_of(village.store, WORKER, case_id=village.case_id, name="龙某", member_id="unknown")
    assert (check.is_mediator_known, check.found, check.unknown) == (False, (), ("陆某",))


def test_a_household_that_was_split_is_remembered(village: Village) -> None:
    split = a_roster_event(village.home, village.wu, kind=RosterEventKind.HOUSEHOLD_SPLIT)
    split.other_household_id = village.other.id
    save(village.store, split)
    assert village.degrees("shi") == [D.SAME_HOUSEHOLD_BEFORE]


def test_who_was_recognised_as_somebody_else_here_is_still_kin(village: Village) -> None:
    """Before the county has led the term over to who is in the roster now."""
    twin = a_resident(village.home, name="杨某", identity_number=None)
    alias = RecordAlias(
        unit_id=village.home.unit_id,
        subject_entity="resident",
        old_id=village.wife.id,
        new_id=twin.id,
        by_account_id=WORKER.account_id,
        happened_at=village.store.clock.now(),
    )
    save(village.store, twin, alias)
    with village.store.transaction(account_id=WORKER.account_id, action="test") as tx:
        tx.session.delete(tx.session.get_one(Resident, village.wife.id))
    assert village.degrees("wife") == [D.SAME_HOUSEHOLD]


def test_the_same_number_is_the_same_person() -> None:
    mediator = RosterPerson("吴甲", "a", "home", None, "433031")
    check = kin_between(mediator, [RosterPerson("吴某甲", "b", "other", None, "433031")])
    assert check.is_party
    assert check.found[0].degree is D.SAME_NUMBER


def test_a_party_does_not_mediate_and_kin_asks_for_a_word(village: Village) -> None:
    assert village.problem("wu", kinship_note="不要紧") is MediatorProblem.IS_PARTY
    assert village.problem("wife") is MediatorProblem.KIN_UNEXPLAINED
    village.take("wife", kinship_note="双方都同意由她调解")
    (row,) = mediators_of(village.store, WORKER, village.case_id)
    assert row.kinship_note == "双方都同意由她调解"


# --- taken and released ----------------------------------------------------------------------


def test_one_or_several_mediate_each_once(village: Village) -> None:
    first = village.take("shi")
    longest = "双方同意".ljust(LONGEST_CHOSEN, "好")
    village.take(None, name="寨老吴公", chosen_by=ChosenBy.INVITED, chosen_note=longest)
    assert village.problem("shi") is MediatorProblem.ACTIVE_ALREADY
    assert village.problem(None, name="寨老吴公", chosen_by=ChosenBy.CHOSEN) is (
        MediatorProblem.ACTIVE_ALREADY
    )
    release_mediator(village.store, WORKER, mediator_id=first)
    rows = mediators_of(village.store, WORKER, village.case_id)
    assert [(row.name, row.is_active) for row in rows] == [("寨老吴公", True), ("石某", False)]
    village.take("shi")


def test_taking_is_undone(village: Village) -> None:
    made = add_mediator(
        village.store, WORKER, case_id=village.case_id, given=given(member_id="shi")
    )
    assert made.txn is not None
    undo(village.store, account_id=WORKER.account_id, txn=made.txn)
    assert mediators_of(village.store, WORKER, village.case_id) == ()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": " "}, MediatorProblem.NAME_MISSING),
        ({"chosen_by": ChosenBy.INVITED}, MediatorProblem.CONSENT_MISSING),
        ({"starts_on": date(2026, 11, 24)}, MediatorProblem.IN_FUTURE),
        ({"chosen_note": "长" * (LONGEST_CHOSEN + 1)}, MediatorProblem.TOO_LONG),
    ],
)
def test_what_keeps_somebody_from_it(
    village: Village, fields: dict[str, Any], problem: MediatorProblem
) -> None:
    assert village.problem(None, **fields) is problem


@pytest.mark.parametrize("role", Role)
def test_who_may_take_one(village: Village, role: Role) -> None:
    allowed = {
        *(Role.GRID_WORKER, Role.MEDIATOR, Role.VILLAGE_SECRETARY),
        *(Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE),
    }
    if role in allowed:
        add_mediator(village.store, an_actor(role), case_id=village.case_id, given=given())
        return
    with pytest.raises(UserFacingError) as caught:
        add_mediator(village.store, an_actor(role), case_id=village.case_id, given=given())
    assert caught.value.code is ErrorCode.NOT_ALLOWED


# --- skills ----------------------------------------------------------------------------------


def test_who_is_found_by_what_he_can(village: Village) -> None:
    def found(skill: str = "") -> set[str]:
        return {
            one.member_id for one in candidates(village.store, WORKER, village.case_id, skill=skill)
        }

    assert found("21") == found("15") == {"shi"}
    assert found("16") == set()
    assert "over" not in found()


def test_skills_are_kept_in_one_order() -> None:
    assert stored_skills(["21", "15", "21"]) == "15,21"
    assert stored_skills([]) is None
    assert skills_of("15,21") == {"15", "21"}
    assert skills_of(None) == frozenset()
