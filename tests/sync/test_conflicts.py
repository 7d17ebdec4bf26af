"""Two laptops of one village, the real client and the real county: met, shown, settled, merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.accounts.session import Actor
from app.conflicts.actions import choose_values, keep_ballot
from app.conflicts.merging import merge_households
from app.conflicts.queries import one_conflict, open_conflicts
from app.conflicts.vocabulary import ConflictKind
from app.demo import scene as scenes
from app.demo.scene import Scene, add_laptop, build_scene
from app.errors import ErrorCode, UserFacingError
from app.households.life import record_death
from app.households.life_steps import Happening, HeadChoice
from app.households.queries import one_household
from app.households.vocabulary import Relation, ResidentStatus, RosterEventKind
from app.outbox_rows import outbox_rows
from app.store import Store, SyncState
from app.undo import undo
from app.votes.actions import take_ballot
from app.votes.queries import one_motion
from app.votes.vocabulary import BallotChoice, BallotMethod
from db.clock import today_in_china
from db.tables.conflicts import ConflictSettlement
from db.tables.households import Household, Resident, RosterEvent
from db.tables.local import OutboxOp
from sync.client.status import LineState, read_status
from tests.helpers.stores import a_household, a_resident, a_roster_event
from tests.helpers.votes import an_open_motion


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """坪坦村 with two laptops, and its township."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(scenes.LAPTOPS, "second", "secretary")
        folder: Path = tmp_path_factory.mktemp("county") / "scene"
        made = build_scene(folder, laptops=("village", "township"))
        add_laptop(made, "second")
        yield made
        made.close()


def store_of(scene: Scene, name: str) -> Store:
    return scene.laptops[name].laptop.store


def actor_of(scene: Scene, name: str) -> Actor:
    return scene.actor({"village": "grid_worker", "second": "secretary"}[name], name)


def sync(scene: Scene, *names: str) -> None:
    for name in names:
        scene.laptops[name].sync()


def add(scene: Scene, name: str, *records: Any) -> None:
    with store_of(scene, name).transaction(
        account_id=actor_of(scene, name).account_id, action="add"
    ) as tx:
        tx.session.add_all(records)


def edit(scene: Scene, name: str, home_id: str, **fields: Any) -> None:
    with store_of(scene, name).transaction(
        account_id=actor_of(scene, name).account_id, action="edit_household"
    ) as tx:
        household = tx.session.get_one(Household, home_id)
        for field, value in fields.items():
            setattr(household, field, value)


def home_of(scene: Scene, name: str, home_id: str) -> Household | None:
    with store_of(scene, name).reading() as session:
        return session.get(Household, home_id)


def open_here(scene: Scene, name: str) -> int:
    return read_status(store_of(scene, name), LineState.ONLINE).conflicts


def test_the_same_field_on_two_laptops_is_shown_to_both_and_settled_by_one(scene: Scene) -> None:
    unit_id = actor_of(scene, "village").unit_id
    home = a_household(unit_id=unit_id, number="101", address="寨脚")
    add(scene, "village", home)
    sync(scene, "village", "second")
    edit(scene, "village", home.id, address="寨头")
    edit(scene, "second", home.id, address="寨中")
    sync(scene, "village", "second", "village", "township")

    for name, sides in (("village", ["寨头", "寨中"]), ("second", ["寨中", "寨头"])):
        store, actor = store_of(scene, name), actor_of(scene, name)
        (row,) = open_conflicts(store, actor)
        card = one_conflict(store, actor, row.key)
        assert card is not None
        shown = [one.values["address"] for one in card.candidates]
        assert shown == ["寨脚", *sides], "what both started from, here, there"
        written = card.candidates[1:]
        assert [one.is_here for one in written] == [True, False]
        assert [one.by_name for one in written] == (
            ["张小满", "吴长顺"] if name == "village" else ["吴长顺", "张小满"]
        )
        assert open_here(scene, name) == 1
        assert outbox_rows(store) == (), "it has a page of its own"
        held = home_of(scene, name, home.id)
        assert held is not None
        assert (held.address, held.sync_state) == ("寨中", SyncState.CONFLICT)

    store, actor = store_of(scene, "village"), actor_of(scene, "village")
    (row,) = open_conflicts(store, actor)
    step = choose_values(store, actor, conflict_ids=row.conflict_ids, values={"address": "寨头"})
    sync(scene, "village", "second")
    for name in ("village", "second"):
        held = home_of(scene, name, home.id)
        assert held is not None
        assert (held.address, held.sync_state) == ("寨头", SyncState.SYNCED)
        assert open_here(scene, name) == 0

    undo(store, account_id=actor.account_id, txn=step.txn or 0)
    sync(scene, "village", "second")
    assert [open_here(scene, name) for name in ("village", "second")] == [1, 1]
    again = home_of(scene, "second", home.id)
    assert again is not None
    assert again.address == "寨中"
    choose_values(store, actor, conflict_ids=row.conflict_ids, values={"address": "寨中"})
    sync(scene, "village", "second")
    assert open_here(scene, "second") == 0


def test_two_who_settle_at_once_agree_and_the_second_is_told(scene: Scene) -> None:
    unit_id = actor_of(scene, "village").unit_id
    home = a_household(unit_id=unit_id, number="102", address="寨脚")
    add(scene, "village", home)
    sync(scene, "village", "second")
    edit(scene, "village", home.id, address="寨头")
    edit(scene, "second", home.id, address="寨中")
    sync(scene, "village", "second", "village")
    for name, value in (("village", "寨头"), ("second", "寨脚")):
        store, actor = store_of(scene, name), actor_of(scene, name)
        (row,) = open_conflicts(store, actor)
        choose_values(store, actor, conflict_ids=row.conflict_ids, values={"address": value})
    sync(scene, "village", "second", "village")
    for name in ("village", "second"):
        held = home_of(scene, name, home.id)
        assert held is not None
        assert (held.address, held.sync_state) == ("寨头", SyncState.SYNCED)
        assert open_here(scene, name) == 0
    late = [row for row in outbox_rows(store_of(scene, "second")) if row.is_refused]
    assert {row.reason for row in late} == {"settled_before"}
    with store_of(scene, "village").reading() as session:
        found = session.exec(select(ConflictSettlement)).all()
    assert {one.value for one in found} >= {'"寨头"', '"寨脚"'}, "both decisions are kept"


def test_a_merged_household_takes_in_what_a_laptop_wrote_while_it_was_away(scene: Scene) -> None:
    """The alias for ever: the laptop that was away edits and adds to a household that is gone."""
    unit_id = actor_of(scene, "village").unit_id
    old = a_household(unit_id=unit_id, number="7", head_name="石某某")
    old_head = a_resident(old, name="石某某")
    add(scene, "village", old, old_head)
    add(
        scene,
        "village",
        a_roster_event(old, old_head, by_account_id=actor_of(scene, "village").account_id),
    )
    sync(scene, "village", "second", "township")
    new = a_household(unit_id=unit_id, number="007", head_name="石某某", address="寨头")
    new_head = a_resident(new, name="石某某", phone="13800000001")
    add(scene, "second", new, new_head)
    sync(scene, "second")
    store, actor = store_of(scene, "second"), actor_of(scene, "second")
    (row,) = open_conflicts(store, actor)
    assert row.kind is ConflictKind.HOUSEHOLD_DOUBLE
    merge_households(store, actor, conflict_ids=row.conflict_ids, keep_id=new.id)
    sync(scene, "second")

    edit(scene, "village", old.id, note="几周前写的")
    child = a_resident(old, name="石小某", identity_number=None)
    add(
        scene,
        "village",
        child,
        a_roster_event(
            old,
            child,
            kind=RosterEventKind.BORN,
            by_account_id=actor_of(scene, "village").account_id,
        ),
    )
    sync(scene, "village", "second", "village", "township")

    for name in ("village", "second", "township"):
        held = home_of(scene, name, new.id)
        assert held is not None
        assert (held.note, held.address) == ("几周前写的", "寨头")
        assert home_of(scene, name, old.id) is None
        with store_of(scene, name).reading() as session:
            members = session.exec(
                select(Resident.name).where(col(Resident.household_id) == new.id)
            ).all()
            dead = session.connection().exec_driver_sql("SELECT count(*) FROM dead_letter")
            assert dead.scalar_one() == 0
            of_both = col(RosterEvent.household_id).in_([old.id, new.id])
            history = session.exec(select(RosterEvent.household_id).where(of_both)).all()
        assert sorted(members) == ["石小某", "石某某"]
        assert list(history) == [new.id] * 2, "its history goes on under it"
        assert open_here(scene, name) == 0
    assert [row for row in outbox_rows(store_of(scene, "village")) if row.is_refused] == []


def test_a_death_here_and_a_telephone_there_are_one_household_afterwards(scene: Scene) -> None:
    """One laptop notes that the head died, the other mends his wife's number and the address."""
    unit_id = actor_of(scene, "village").unit_id
    home = a_household(unit_id=unit_id, number="88", head_name="陆某某", address="寨脚")
    head = a_resident(home, name="陆某某", identity_number=None)
    wife = a_resident(home, name="杨某某", relation=Relation.WIFE, identity_number=None, position=1)
    add(scene, "village", home, head, wife)
    sync(scene, "village", "second")

    record_death(
        store_of(scene, "village"),
        actor_of(scene, "village"),
        resident_id=head.id,
        when=Happening(today_in_china(store_of(scene, "village").clock)),
        head=HeadChoice(wife.id),
    )
    edit(scene, "second", home.id, address="寨头")
    store, actor = store_of(scene, "second"), actor_of(scene, "second")
    with store.transaction(account_id=actor.account_id, action="edit_resident") as tx:
        tx.session.get_one(Resident, wife.id).phone = "13800000001"
    sync(scene, "village", "second", "village")

    for name in ("village", "second"):
        detail = one_household(store_of(scene, name), home.id)
        assert detail is not None
        assert (detail.head_name, detail.address) == ("杨某某", "寨头")
        ((one,), (gone,)) = detail.residents, detail.former
        assert (one.relation, one.masked_phone) == (Relation.HEAD, "138****0001")
        assert (gone.id, gone.status) == (head.id, ResidentStatus.DECEASED)
        with store_of(scene, name).reading() as session:
            kinds = session.exec(
                select(RosterEvent.kind).where(col(RosterEvent.household_id) == home.id)
            ).all()
        assert set(kinds) == {RosterEventKind.DIED, RosterEventKind.HEAD_CHANGED}
        assert open_here(scene, name) == 0


def test_two_ballots_of_one_household_wait_for_a_person(scene: Scene) -> None:
    """Neither counts until somebody has kept one."""
    village, second = store_of(scene, "village"), store_of(scene, "second")
    family = a_household(
        unit_id=actor_of(scene, "second").unit_id, number="301", head_name="杨某七"
    )
    home = family.id
    add(scene, "second", family, a_resident(family, name="杨某七", identity_number=None))
    motion_id = an_open_motion(second, actor_of(scene, "second"))
    sync(scene, "second", "village")
    for name, choice in (("village", BallotChoice.AGREE), ("second", BallotChoice.OPPOSE)):
        take_ballot(
            store_of(scene, name),
            actor_of(scene, name),
            motion_id=motion_id,
            household_id=home,
            choice=choice,
            method=BallotMethod.SIGNATURE,
        )
    sync(scene, "village", "second", "village")
    assert one_motion(village, motion_id).count.duplicate_pending == 1
    actor = actor_of(scene, "second")
    (row,) = open_conflicts(second, actor)
    card = one_conflict(second, actor, row.key)
    assert card is not None
    assert [one.by_name for one in card.ballots] == ["张小满", "吴长顺"]
    keep_ballot(
        second,
        actor,
        conflict_ids=row.conflict_ids,
        ballot_id=card.ballots[0].ballot_id,
        reason="问清楚了",
    )
    with second.reading() as session:
        (said,) = session.exec(select(OutboxOp).where(OutboxOp.action == "settle_ballots").limit(1))
    with pytest.raises(UserFacingError) as late:  # what a person withdrew, a person writes anew
        undo(second, account_id=actor.account_id, txn=said.txn)
    assert late.value.code is ErrorCode.UNDO_TOO_LATE
    sync(scene, "second", "village")
    for store in (village, second):
        count = one_motion(store, motion_id).count
        assert (count.agree, count.oppose, count.duplicate_pending) == (1, 0, 0)
    assert [open_here(scene, name) for name in ("village", "second")] == [0, 0]
