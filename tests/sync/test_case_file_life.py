"""A case with all that is known of its people, what it flared up from and what belongs to it, from
one laptop over the county to another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select

from app.accounts.session import Actor
from app.cases.actions import add_case_event, edit_case, record_case
from app.cases.editing import case_for_editing
from app.cases.parties import PartyEntry
from app.cases.relations import flare_draft, link_cases, record_flare_up
from app.cases.vocabulary import (
    AgentKind,
    CaseEventKind,
    CaseKind,
    CaseState,
    PartySide,
    SpokenLanguage,
)
from app.demo.scene import Scene
from app.links.vocabulary import LinkKind
from app.store import Store
from db.tables.cases import CaseFile
from db.tables.links import RecordLink
from tests.helpers.stores import NO_RISK
from tests.unit.cases.drafts_of_cases import a_draft

pytestmark = pytest.mark.county
K = CaseEventKind
PEOPLE = {"village": "grid_worker", "township": "township"}
CHILD = PartyEntry(
    "吴某乙",
    PartySide.A,
    address="坪坦村三组",
    is_representative=True,
    ethnicity="12",
    category="0102",
    birth_date=date(2012, 3, 1),
    language=SpokenLanguage.DONG,
    agent_kind=AgentKind.GUARDIAN,
    agent_name="吴某甲",
    agent_phone="13900001111",
)
NEIGHBOUR = PartyEntry("三江某木材厂", PartySide.B, is_organisation=True, region="450226")


def at(scene: Scene, place: str) -> tuple[Store, Actor]:
    return scene.laptops[place].laptop.store, scene.actor(PEOPLE[place], place)


def sync(scene: Scene) -> None:
    for place in ("village", "township", "village"):
        scene.laptops[place].sync()


def parties_at(scene: Scene, place: str, case_id: str) -> list[PartyEntry]:
    found = case_for_editing(*at(scene, place), case_id).draft.parties
    return [replace(one, party_id=None) for one in found]


def links_at(scene: Scene, place: str, case_id: str) -> set[tuple[LinkKind, str]]:
    with at(scene, place)[0].reading() as session:
        wanted = select(RecordLink).where(col(RecordLink.from_id) == case_id)
        return {(one.kind, one.to_id) for one in session.exec(wanted)}


def test_people_a_flare_up_a_relation_and_a_corrected_kind_reach_the_other_laptop(
    scene: Scene,
) -> None:
    village, township = at(scene, "village"), at(scene, "township")
    home = village[1].unit_id
    draft = a_draft(unit_id=home, parties=(CHILD, NEIGHBOUR), head_count=12, place_region="450226")
    old = record_case(*village, draft).case_id
    other = record_case(*village, a_draft(unit_id=home)).case_id
    link_cases(*village, case_id=old, other_id=other)
    sync(scene)
    assert parties_at(scene, "township", old) == parties_at(scene, "village", old)
    written = {one.name: one for one in parties_at(scene, "township", old)}
    kept = replace(CHILD, source=written["吴某乙"].source)
    assert replace(written["吴某乙"], phone=None) == kept
    assert (written["三江某木材厂"].is_organisation, written["三江某木材厂"].region) == (
        True,
        "450226",
    )

    for kind in (K.MEDIATION_HELD, K.SETTLED, K.CLOSED):
        risk = NO_RISK if kind is K.MEDIATION_HELD else None
        add_case_event(*township, case_id=old, kind=kind, risk=risk)
    sync(scene)
    again = replace(flare_draft(*village, old), story="又吵起来了。", risk=NO_RISK)
    new = record_flare_up(*village, again, from_case_id=old).case_id
    before = case_for_editing(*village, other).draft
    edit_case(
        *village,
        case_id=other,
        before=before,
        after=replace(before, kind=CaseKind.LAWSUIT_SOURCE, wanted="补偿"),
    )
    sync(scene)

    for place in PEOPLE:
        assert links_at(scene, place, old) == {
            (LinkKind.RELATED, other),
            (LinkKind.FLARED_UP, new),
        }, place
        with at(scene, place)[0].reading() as session:
            assert session.get_one(CaseFile, old).state is CaseState.CLOSED
            corrected = session.get_one(CaseFile, other)
            assert (corrected.kind, corrected.wanted) == (CaseKind.LAWSUIT_SOURCE, "补偿")
    assert parties_at(scene, "township", new) == parties_at(scene, "township", old)
