"""Lasting numbers from end to end: given without a line, settled with one, never twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlmodel import Session, select

from app.accounts.actions import sign_in
from app.accounts.session import Actor
from app.cases.actions import record_case
from app.cases.number_rules import is_provisional, read_number
from app.cases.settling import cases_to_number, settle_numbers
from app.demo.scene import DEMO_PIN, DemoLaptop, Scene, add_laptop, build_scene
from app.search import search
from app.store import Store
from db.tables.base import SyncState
from db.tables.cases import CaseFile
from db.tables.local import NumberBlock
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import OfflineError
from tests.helpers.copied import copied, folder_of, open_copy
from tests.sync.test_stick import at_county, back, out
from tests.unit.cases.drafts_of_cases import a_draft


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("county") / "scene"
    made = build_scene(folder, laptops=("village", "other_village", "township"))
    yield made
    made.close()


def record(store: Store, actor: Actor, count: int = 1) -> list[str]:
    """Ids of new cases of the actor's unit."""
    draft = replace(a_draft(), unit_id=actor.unit_id)
    return [record_case(store, actor, draft).case_id for _ in range(count)]


def numbers(store: Store, ids: list[str]) -> list[str]:
    with store.reading() as session:
        return [session.get_one(CaseFile, one).number for one in ids]


def blocks(store: Store) -> list[NumberBlock]:
    with store.reading() as session:
        return list(session.exec(select(NumberBlock)))


def here(scene: Scene, name: str, person: str) -> tuple[DemoLaptop, Store, Actor]:
    demo = scene.laptops[name]
    return demo, demo.laptop.store, scene.actor(person, name)


def until_settled(demo: DemoLaptop, store: Store, actor: Actor) -> None:
    """As rounds and the window do in turn."""
    for _ in range(20):
        demo.sync()
        if not settle_numbers(store, actor):
            break
    demo.sync()


def test_two_laptops_without_a_line_give_two_hundred_numbers_each(scene: Scene) -> None:
    """As many of them lasting at once as were set aside, the rest when the line is back; no two are
    alike."""
    one, store_one, actor_one = here(scene, "village", "grid_worker")
    two, store_two, actor_two = here(scene, "other_village", "other_village")
    set_aside = sum(1 + b.last - b.following for b in (*blocks(store_one), *blocks(store_two)))
    ids_one = record(store_one, actor_one, 200)
    ids_two = record(store_two, actor_two, 200)
    offline = [*numbers(store_one, ids_one), *numbers(store_two, ids_two)]
    assert len(set(offline)) == 400
    assert sum(not is_provisional(number) for number in offline) == set_aside

    until_settled(one, store_one, actor_one)
    until_settled(two, store_two, actor_two)
    settled = [*numbers(store_one, ids_one), *numbers(store_two, ids_two)]
    assert len({read_number(number) for number in settled} - {None}) == 400
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(
            "SELECT count(DISTINCT number), count(*) FROM case_file WHERE id = ANY(%s)",
            ([*ids_one, *ids_two],),
        ).fetchone()
    assert row == (400, 400)
    for store in (store_one, store_two):
        with store.reading() as session:
            states = set(session.exec(select(CaseFile.sync_state)))
        assert states == {SyncState.SYNCED}
        assert waiting_count(store) == 0

    with store_one.reading() as session:
        late = session.get_one(CaseFile, ids_one[-1])
    assert late.former_number == offline[199]
    for typed in (late.number, str(late.former_number), str(read_number(late.number).count)):  # type: ignore[union-attr]
        assert ids_one[-1] in {hit.record_id for hit in search(store_one, typed)}


def test_an_answer_half_laid_down_leaves_no_numbers_behind(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line, or the laptop, goes amid the answer that brings a block: all of it comes again."""
    demo, store, _ = here(scene, "township", "township")
    demo.sync()
    before = {one.id for one in blocks(store)}
    unused = [one for one in blocks(store) if one.following <= one.last]
    use_up(store, unused)

    def cut(_session: Session, *_: object) -> None:
        raise OfflineError("cut")

    with monkeypatch.context() as patch:
        patch.setattr("sync.client.round.write_values", cut)
        with pytest.raises(OfflineError):
            demo.sync()
    assert {one.id for one in blocks(store)} == before
    demo.sync()
    new = {one.id for one in blocks(store)} - before
    assert len(new) == 1
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM number_block WHERE install_id = %s", (store.value("install_id"),)
        ).fetchone()
    assert row == (len(before) + 1,), "the county gave it once"


def use_up(store: Store, unused: list[NumberBlock]) -> None:
    with store.local_writing() as session:
        for block in unused:
            session.get_one(NumberBlock, block.id).following = block.last + 1


def test_a_stick_brings_numbers_too(scene: Scene, tmp_path: Path) -> None:
    demo, store, actor = here(scene, "other_village", "other_village")
    until_settled(demo, store, actor)
    use_up(store, blocks(store))
    ids = record(store, actor)
    assert is_provisional(numbers(store, ids)[0])
    out(demo, tmp_path)
    at_county(scene, tmp_path)
    back(demo, tmp_path)
    assert cases_to_number(store, actor) == tuple(ids)
    settle_numbers(store, actor)
    assert read_number(numbers(store, ids)[0]) is not None
    demo.sync()
    assert waiting_count(store) == 0


def test_two_copies_of_one_disk_end_with_numbers_of_their_own(scene: Scene, tmp_path: Path) -> None:
    """Both gave the same number out; the county lets one have it, the other is given another."""
    own = tmp_path / "laptop"
    shutil.move(folder_of(scene.laptops.pop("village")), own)
    add_laptop(scene, "village")  # for the other tests
    twin = copied(own, tmp_path / "twin")
    with open_copy(own) as one, open_copy(twin) as two:
        stores = [one.laptop.store, two.laptop.store]
        account = scene.account_ids["grid_worker"]
        actors = [sign_in(store, account_id=account, pin=DEMO_PIN) for store in stores]
        ids = [record(store, actor, 2) for store, actor in zip(stores, actors, strict=True)]
        assert numbers(stores[0], ids[0]) == numbers(stores[1], ids[1])
        first = numbers(stores[0], ids[0])
        for copy, store, actor in zip((one, two), stores, actors, strict=True):
            for _ in range(3):
                copy.sync()
                settle_numbers(store, actor)
            copy.sync()
        assert one.name != two.name
        found = [numbers(store, mine) for store, mine in zip(stores, ids, strict=True)]
        assert found[0] == first
        assert len({*found[0], *found[1]}) == 4
        assert all(read_number(number) for number in found[1])
        held = [{(b.first, b.last) for b in blocks(store)} for store in stores]
        assert held[0].isdisjoint(held[1])
        for store in stores:
            assert waiting_count(store) == 0
        with stores[1].reading() as session:
            mended = session.get_one(CaseFile, ids[1][0])
        assert mended.sync_state is SyncState.SYNCED
        assert mended.former_number == first[0]


def test_a_county_put_back_takes_what_was_numbered_since(scene: Scene, tmp_path: Path) -> None:
    demo, store, _ = here(scene, "township", "township")
    demo.sync()
    file = tmp_path / "county.zip"
    scene.county.back_up(file)
    use_up(store, blocks(store))
    demo.sync()  # brings a block the backup has not seen
    other = scene.laptops["other_village"]
    ids = village_cases(scene, demo)
    demo.sync()
    scene.process.stop()
    scene.county.restore(file)
    scene.restart_county()
    other.sync()
    demo.sync()
    assert waiting_count(store) == 0
    with store.reading() as session:
        states = {session.get_one(CaseFile, one).sync_state for one in ids}
    assert states == {SyncState.SYNCED}
    assert ids


def village_cases(scene: Scene, demo: DemoLaptop) -> list[str]:
    """Cases recorded at the township for one of its villages."""
    store = demo.laptop.store
    actor = scene.actor("township", "township")
    made = record(store, actor, 3)
    assert all(read_number(number) for number in numbers(store, made))
    return made


def test_an_older_county_is_asked_and_simply_gives_none(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answers have no such field; numbers stay provisional and nothing else changes."""
    demo, store, actor = here(scene, "other_village", "other_village")
    use_up(store, blocks(store))
    monkeypatch.setattr("sync.client.round.lay_blocks", lambda *_: None)
    ids = record(store, actor)
    demo.sync()
    assert settle_numbers(store, actor).records == frozenset()
    assert is_provisional(numbers(store, ids)[0])
    assert isinstance(demo.exchanger, Exchanger)
    assert waiting_count(store) == 0
