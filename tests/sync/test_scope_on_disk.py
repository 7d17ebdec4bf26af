"""Nobody holds what is not theirs: the real laptops, and every page of their disks."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from sqlmodel import col, select

from app.cases.actions import add_case_event, record_case
from app.cases.case_draft import CaseDraft
from app.cases.listing import CaseFilter, case_rows
from app.cases.parties import PartyEntry
from app.cases.queries import one_case, units_seen
from app.cases.vocabulary import CaseEventKind, PartySide, Urgency
from app.demo.scene import PEOPLE, DemoLaptop, Scene
from app.drafts import save_draft
from app.handovers.actions import hand_back, hand_over
from app.handovers.queries import standing_of
from app.handovers.vocabulary import HandoverState, HandoverSubject
from app.laptop import daily_care
from app.organisations.vocabulary import CodeSystem, unit_id_of
from app.search import search
from db.backup import backups
from db.tables.households import Household, Resident
from db.tables.local import Departure, OpState, OutboxOp
from tests.helpers.raw_pages import places_of
from tests.helpers.stores import NO_RISK, a_household, a_resident, save

PERSON = {one.key: one for one in PEOPLE}
VILLAGE = PERSON["grid_worker"].unit_id
OTHER = PERSON["other_village"].unit_id
FORESTRY = PERSON["forestry"].unit_id
TOWNSHIP = PERSON["township"].unit_id


def on_disk(laptop: DemoLaptop, text: str) -> list[str]:
    """Where on the laptop's disk this text stands."""
    store = laptop.laptop.store
    return places_of(text, store.path.parent, store.key)


def sync_all(scene: Scene) -> None:
    for laptop in scene.laptops.values():
        laptop.sync()


def move_to_the_other_village(scene: Scene, household_id: str) -> None:
    """The county's people hand it over; the village has not heard of it yet."""
    county = scene.laptops["county"]
    hand_over(
        county.laptop.store,
        scene.actor("county", "county"),
        subject=HandoverSubject.HOUSEHOLD,
        subject_id=household_id,
        to_unit_id=OTHER,
    )
    county.sync()


def test_the_search_for_a_text_on_the_disk_finds_what_is_there(scene: Scene) -> None:
    """A test that could not find anything would prove nothing."""
    village = scene.laptops["village"]
    actor = scene.actor("grid_worker", "village")
    store = village.laptop.store
    home = a_household(unit_id=VILLAGE, number="1", head_name="显影某某")
    save(store, home, account_id=actor.account_id)
    assert any(place.startswith("gulou.db-wal") for place in on_disk(village, "显影某某"))
    village.sync()
    daily_care(village.laptop)
    assert any(place.startswith("backups") for place in on_disk(village, "显影某某"))


def test_a_household_that_moves_leaves_every_page_of_the_old_laptop(scene: Scene) -> None:
    village, other = scene.laptops["village"], scene.laptops["other_village"]
    worker = scene.actor("grid_worker", "village")
    store = village.laptop.store
    marks = ("户主标记甲", "人员标记乙", "备注标记丙", "草稿标记丁")
    home = a_household(unit_id=VILLAGE, number="77", head_name=marks[0], note=marks[2])
    members = [
        a_resident(home, name=f"{marks[1]}{number}", phone=f"1390000{number:04d}")
        for number in range(60)
    ]
    save(store, home, *members, account_id=worker.account_id)
    village.sync()
    save_draft(
        store,
        form="household",
        record_id=home.id,
        account_id=worker.account_id,
        body={"note": marks[3]},
    )
    daily_care(village.laptop)
    sync_all(scene)
    assert all(on_disk(village, mark) for mark in marks[:3])

    move_to_the_other_village(scene, home.id)
    sync_all(scene)
    with store.reading() as session:
        assert session.get(Household, home.id) is None
        kept = session.exec(select(OutboxOp).where(col(OutboxOp.record_id) == home.id)).all()
    # What was typed here stays until the county's backup has it, and no longer.
    assert [one.patch != "{}" for one in kept] == [True]
    assert all(one.before == "{}" for one in kept)
    with psycopg.connect(scene.county.url) as connection:
        connection.execute("UPDATE install SET backed_up_op_no = last_op_no")
    village.sync()
    for mark in (*marks, "13900000007", "wenbiaoji"):
        assert on_disk(village, mark) == [], mark
    assert not search(store, marks[0])
    assert len(backups(store.path)) == 1
    assert on_disk(other, marks[0])
    with store.reading() as session:
        assert not session.exec(select(Departure)).all()
    with other.laptop.store.reading() as session:
        lives_there = select(Resident).where(col(Resident.household_id) == home.id)
        assert len(session.exec(lives_there).all()) == 60


def test_unsent_work_goes_up_before_its_record_leaves(scene: Scene) -> None:
    """More waits than one batch carries: the record stays until all of it is judged."""
    village = scene.laptops["village"]
    worker = scene.actor("grid_worker", "village")
    store = village.laptop.store
    home = a_household(unit_id=VILLAGE, number="78", head_name="石某")
    save(store, home, account_id=worker.account_id)
    sync_all(scene)
    for number in range(30):
        with store.transaction(account_id=worker.account_id, action="edit") as tx:
            row = tx.session.get(Household, home.id)
            assert row is not None
            row.note = f"第 {number} 次"
    born = a_resident(home, name="新生某")
    save(store, born, account_id=worker.account_id)
    move_to_the_other_village(scene, home.id)
    village.exchanger.batch.operations = 3
    seen = []
    exchange = village.transport.exchange

    def watching(body: bytes) -> bytes:
        with store.reading() as session:
            waits = session.exec(
                select(OutboxOp.op_no).where(
                    col(OutboxOp.state) == OpState.WAITING, col(OutboxOp.record_id) == home.id
                )
            ).first()
            seen.append((waits is not None, session.get(Household, home.id) is not None))
        return exchange(body)

    village.transport.exchange = watching  # type: ignore[method-assign]
    try:
        village.sync()
    finally:
        village.transport.exchange = exchange  # type: ignore[method-assign]
    assert len(seen) > 2
    assert all(is_here for is_waiting, is_here in seen if is_waiting)
    with store.reading() as session:
        assert session.get(Household, home.id) is None
        assert session.get(Resident, born.id) is None
        waiting = session.exec(select(OutboxOp).where(col(OutboxOp.state) == OpState.WAITING)).all()
    assert not waiting
    other = scene.laptops["other_village"]
    other.sync()
    with other.laptop.store.reading() as session:
        moved = session.get(Household, home.id)
        assert moved is not None
        assert moved.note == "第 29 次"
        assert session.get(Resident, born.id) is not None


def test_what_was_refused_stays_as_it_was_written(scene: Scene) -> None:
    village = scene.laptops["village"]
    worker = scene.actor("grid_worker", "village")
    store = village.laptop.store
    home = a_household(unit_id=VILLAGE, number="79", head_name="石某")
    save(store, home, account_id=worker.account_id)
    sync_all(scene)
    # The county's rules refuse this number; the laptop's form would have said so.
    bad = a_resident(home, name="证号写错的人", identity_number="11010119900101123X")
    save(store, bad, account_id=worker.account_id)
    move_to_the_other_village(scene, home.id)
    village.sync()
    with store.reading() as session:
        assert session.get(Household, home.id) is None
        assert session.get(Resident, bad.id) is None
        kept = session.exec(select(OutboxOp).where(col(OutboxOp.record_id) == bad.id)).one()
    assert kept.state is OpState.REFUSED
    assert "证号写错的人" in kept.patch


# --- a case in a department's hands ---------------------------------------------------------------


@pytest.fixture
def a_case(scene: Scene) -> str:
    """A case of the village that the county has."""
    village = scene.laptops["village"]
    worker = scene.actor("grid_worker", "village")
    recorded = record_case(
        village.laptop.store,
        worker,
        CaseDraft(
            title="林地边界",
            class_code="0101",
            happened_on=date(2026, 11, 20),
            place="后山",
            story="案情标记戊",
            urgency=Urgency.LOW,
            parties=(PartyEntry(name="当事标记己", side=PartySide.A),),
            unit_id=VILLAGE,
            risk=NO_RISK,
        ),
    )
    village.sync()
    return recorded.case_id


def test_a_department_sees_answers_and_loses_a_case(scene: Scene, a_case: str) -> None:
    village, forestry = scene.laptops["village"], scene.laptops["forestry"]
    worker, handler = scene.actor("grid_worker", "village"), scene.actor("forestry", "forestry")
    store = village.laptop.store
    hand_over(
        store, worker, subject=HandoverSubject.CASE, subject_id=a_case,
        to_unit_id=FORESTRY, note="移交标记庚",
    )  # fmt: skip
    asked = standing_of(store, worker, subject=HandoverSubject.CASE, subject_id=a_case)
    assert asked is not None
    assert asked.last is not None
    assert asked.last.state is HandoverState.REQUESTED
    assert asked.unit_id == VILLAGE
    row = case_rows(store, CaseFilter()).rows[0]
    assert row.asked_for == "县林业局"
    village.sync()
    given = standing_of(store, worker, subject=HandoverSubject.CASE, subject_id=a_case)
    assert given is not None
    assert given.last is not None
    assert (given.last.state, given.unit_id) == (HandoverState.EFFECTIVE, FORESTRY)

    forestry.sync()
    theirs = forestry.laptop.store
    assert [one.case_id for one in listed(theirs, handler)] == [a_case]
    add_case_event(theirs, handler, case_id=a_case, kind=CaseEventKind.NOTE_ADDED, note="量过了")
    forestry.sync()
    add_case_event(store, worker, case_id=a_case, kind=CaseEventKind.NOTE_ADDED, note="回话标记辛")
    village.sync()
    forestry.sync()
    for laptop in (village, forestry):
        found = one_case(laptop.laptop.store, a_case)
        assert found is not None
        assert [event.note for event in found.events] == [None, "量过了", "回话标记辛"]
    daily_care(forestry.laptop)
    marks = ("案情标记戊", "当事标记己", "移交标记庚", "回话标记辛")
    assert all(on_disk(forestry, mark) for mark in marks)

    last = standing_of(theirs, handler, subject=HandoverSubject.CASE, subject_id=a_case)
    assert last is not None
    assert last.last is not None
    hand_back(theirs, handler, handover_id=last.last.handover_id)
    forestry.sync()
    assert listed(theirs, handler) == []
    for mark in marks:
        assert on_disk(forestry, mark) == [], mark
    village.sync()
    home = one_case(store, a_case)
    assert home is not None
    assert home.holder_unit_id is None
    assert "量过了" in [event.note for event in home.events]


def listed(store: Any, actor: Any) -> list[Any]:
    return list(case_rows(store, CaseFilter(unit_ids=units_seen(actor))).rows)


def test_nobody_else_ever_held_any_of_it(scene: Scene, a_case: str) -> None:
    """What is one village's is on its own disk and on those above it."""
    sync_all(scene)
    for name in ("other_village", "forestry"):
        assert on_disk(scene.laptops[name], "案情标记戊") == [], name
    for name in ("village", "township", "county"):
        assert on_disk(scene.laptops[name], "案情标记戊"), name


def test_a_village_that_goes_to_another_township_leaves_the_old_ones_disk(
    scene: Scene, a_case: str
) -> None:
    """Scope lost and gained again, with the real client and pages of a few rows."""
    township = scene.laptops["township"]
    township.sync()
    daily_care(township.laptop)
    assert on_disk(township, "当事标记己")
    scene.county.move_unit(VILLAGE, unit_id_of(CodeSystem.NBS, "431230100000"))
    township.exchanger.batch.rows = 100
    township.sync()
    for mark in ("案情标记戊", "当事标记己", "证号写错的人"):
        assert on_disk(township, mark) == [], mark
    assert one_case(township.laptop.store, a_case) is None

    scene.county.move_unit(VILLAGE, TOWNSHIP)
    township.sync()
    assert one_case(township.laptop.store, a_case) is not None
