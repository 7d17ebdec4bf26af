"""Exchange by USB stick between a real laptop and a real county."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlmodel import select

from app.demo.scene import DemoLaptop, Scene
from app.errors import ErrorCode, UserFacingError
from app.refolding import refold
from db.tables.households import Household
from db.tables.local import OutboxOp, Stick
from sync.client.batches import BatchSize
from sync.client.round import compose_request, waiting_count
from sync.client.stick import StickRead, StickState, read_stick, sticks, write_stick
from sync.protocol.sealed import StickKind
from sync.server.process import make_desk
from sync.server.stick import StickProblem, StickTaken, take_stick
from tests.helpers.stores import a_household

pytestmark = pytest.mark.county


@pytest.fixture(autouse=True)
def nothing_waits(scene: Scene) -> None:
    """Whatever an earlier test left unsent is none of the next one's."""
    scene.laptops["village"].sync()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path


def write_households(scene: Scene, name: str, *numbers: str) -> list[str]:
    """Each a transaction of its own."""
    store = scene.laptops[name].laptop.store
    actor = scene.actor("grid_worker" if name == "village" else name, name)
    ids = []
    for number in numbers:
        with store.transaction(account_id=actor.account_id, action="add_household") as tx:
            made = a_household(unit_id=actor.unit_id, number=number)
            tx.session.add(made)
        ids.append(made.id)
    return ids


def out(demo: DemoLaptop, stick: Path):  # type: ignore[no-untyped-def]
    laptop = demo.laptop
    return write_stick(laptop.store, laptop.keys, stick, secret_name=laptop.device_secret)


def back(demo: DemoLaptop, stick: Path) -> StickRead:
    laptop = demo.laptop
    return read_stick(
        laptop.store, laptop.keys, stick, secret_name=laptop.device_secret, after=refold
    )


def at_county(scene: Scene, stick: Path, answers: Path | None = None) -> list[StickTaken]:
    desk = make_desk(scene.county)
    desk.pool.open(wait=True)
    try:
        return take_stick(desk, stick, answers or stick)
    finally:
        desk.pool.close()


def county_count(scene: Scene, statement: str, *values: object) -> int:
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(statement, values).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])


def known_at_county(scene: Scene, ids: list[str]) -> int:
    return county_count(scene, "SELECT count(*) FROM household WHERE id = ANY(%s)", ids)


def county_state(scene: Scene) -> tuple[int, int, int]:
    """What a stick read twice must leave as it was."""
    return (
        county_count(scene, "SELECT max(seq) FROM feed"),
        county_count(scene, "SELECT count(*) FROM op_intake"),
        county_count(scene, "SELECT sum(version) FROM record"),
    )


def numbers_here(demo: DemoLaptop) -> set[str]:
    with demo.laptop.store.reading() as session:
        return set(session.exec(select(Household.number)))


def refusal(demo: DemoLaptop, stick: Path) -> ErrorCode:
    with pytest.raises(UserFacingError) as caught:
        back(demo, stick)
    return caught.value.code


def test_out_and_in_by_stick_alone(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    ids = write_households(scene, "village", "U01", "U02", "U03")
    written = out(village, stick)
    assert written.operations == 3
    assert waiting_count(village.laptop.store) == 3, "they wait for a receipt"
    assert sticks(village.laptop.store)[0].state is StickState.UNDER_WAY

    (taken,) = at_county(scene, stick)
    assert (taken.problem, taken.operations, taken.refused) == (None, 3, 0)
    assert known_at_county(scene, ids) == 3

    read = back(village, stick)
    assert read.is_new
    assert {("household", one) for one in ids} <= read.changes.records
    assert waiting_count(village.laptop.store) == 0
    receipt = sticks(village.laptop.store)[0]
    assert (receipt.state, receipt.operations) == (StickState.ANSWERED, 3)
    again = village.sync()
    assert (again.sent, again.received) == (0, 0), "the line has nothing left to say"


def test_a_stick_read_twice_changes_nothing_on_either_side(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    write_households(scene, "village", "W01", "W02")
    out(village, stick)
    at_county(scene, stick)
    before = county_state(scene)
    (taken,) = at_county(scene, stick)
    assert taken.was_read_before
    assert county_state(scene) == before
    assert back(village, stick).is_new
    laid = village.laptop.store.value("cursors")
    second = back(village, stick)
    assert not second.touched
    assert village.laptop.store.value("cursors") == laid
    assert sticks(village.laptop.store)[0].state is StickState.ANSWERED


@pytest.mark.parametrize("place", [10, 60, 300, 700, -200, -70, -1])
def test_a_tampered_stick_is_refused_whole_by_the_county(
    scene: Scene, stick: Path, place: int
) -> None:
    village = scene.laptops["village"]
    write_households(scene, "village", f"T{place}")
    (file,) = out(village, stick).files
    before = county_state(scene)
    content = bytearray(file.read_bytes())
    content[place] ^= 0x10
    file.write_bytes(content)
    (taken,) = at_county(scene, stick)
    assert taken.problem is not None
    assert county_state(scene) == before
    assert not list(stick.glob("gulou-down-*"))


@pytest.mark.parametrize("place", [60, 500, -100, -1])
def test_a_tampered_answer_is_refused_whole_by_the_laptop(
    scene: Scene, stick: Path, place: int
) -> None:
    village = scene.laptops["village"]
    write_households(scene, "village", f"A{place}")
    out(village, stick)
    at_county(scene, stick)
    (file,) = stick.glob("gulou-down-*")
    content = bytearray(file.read_bytes())
    content[place] ^= 0x01
    file.write_bytes(content)
    waiting, laid = waiting_count(village.laptop.store), village.laptop.store.value("cursors")
    assert refusal(village, stick) in {ErrorCode.STICK_TAMPERED, ErrorCode.STICK_FOR_ANOTHER}
    assert waiting_count(village.laptop.store) == waiting
    assert village.laptop.store.value("cursors") == laid


def test_a_file_cut_off_is_refused_on_either_side(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    write_households(scene, "village", "C01")
    (up,) = out(village, stick).files
    whole = up.read_bytes()
    up.write_bytes(whole[:-20])
    (taken,) = at_county(scene, stick)
    assert taken.problem is StickProblem.TAMPERED
    up.write_bytes(whole)
    at_county(scene, stick)
    (down,) = stick.glob("gulou-down-*")
    down.write_bytes(down.read_bytes()[:-1])
    assert refusal(village, stick) is ErrorCode.STICK_TAMPERED


def test_another_laptops_stick_is_not_opened(scene: Scene, stick: Path) -> None:
    write_households(scene, "village", "O01")
    out(scene.laptops["village"], stick)
    at_county(scene, stick)
    assert refusal(scene.laptops["other_village"], stick) is ErrorCode.STICK_FOR_ANOTHER
    for file in stick.glob("gulou-down-*"):
        file.unlink()
    assert refusal(scene.laptops["village"], stick) is ErrorCode.STICK_EMPTY


def test_a_revoked_and_an_unknown_laptop_are_refused(scene: Scene, stick: Path) -> None:
    lost = scene.laptops["forestry"]
    out(lost, stick)
    install_id = str(lost.laptop.store.value("install_id"))
    with psycopg.connect(scene.county.url) as connection:
        connection.execute("UPDATE install SET revoked_at = now() WHERE id = %s", (install_id,))
    assert [taken.problem for taken in at_county(scene, stick)] == [StickProblem.REVOKED]
    with psycopg.connect(scene.county.url) as connection:
        connection.execute("UPDATE install SET revoked_at = NULL WHERE id = %s", (install_id,))
    (file,) = stick.glob("gulou-up-*")
    content = file.read_bytes().replace(install_id.encode(), install_id[::-1].encode())
    file.write_bytes(content)
    assert [taken.problem for taken in at_county(scene, stick)] == [StickProblem.UNKNOWN]


def test_the_line_comes_back_before_the_receipt(scene: Scene, stick: Path) -> None:
    """The batch goes by stick, then by line too; the answer of the stick is old by then."""
    village = scene.laptops["village"]
    store = village.laptop.store
    ids = write_households(scene, "village", "L01", "L02")
    out(village, stick)
    at_county(scene, stick)
    more = write_households(scene, "village", "L03")
    village.sync()
    assert waiting_count(store) == 0
    assert sticks(store)[0].state is StickState.BY_LINE
    with store.transaction(account_id=scene.account_ids["grid_worker"], action="edit") as tx:
        tx.session.get_one(Household, ids[0]).note = "后来写的"
    village.sync()
    read = back(village, stick)
    assert not read.is_new
    with store.reading() as session:
        assert session.get_one(Household, ids[0]).note == "后来写的"
    assert known_at_county(scene, ids + more) == 3
    doubled = county_count(
        scene, "SELECT count(*) FROM record WHERE id = ANY(%s) AND version > 2", ids
    )
    assert doubled == 0


def test_an_old_stick_after_newer_exchanges(scene: Scene, stick: Path, tmp_path: Path) -> None:
    """A stick of Monday that reaches the county on Friday neither undoes nor repeats anything."""
    village = scene.laptops["village"]
    store = village.laptop.store
    (household_id,) = write_households(scene, "village", "Y01")
    out(village, stick)
    village.sync()
    with store.transaction(account_id=scene.account_ids["grid_worker"], action="edit") as tx:
        tx.session.get_one(Household, household_id).note = "更新的"
    village.sync()
    before = county_state(scene)
    (taken,) = at_county(scene, stick)
    assert taken.problem is None
    assert county_state(scene) == before
    assert not back(village, stick).is_new
    with store.reading() as session:
        assert session.get_one(Household, household_id).note == "更新的"


def test_the_answer_of_a_later_stick_first(scene: Scene, tmp_path: Path) -> None:
    village = scene.laptops["village"]
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    write_households(scene, "village", "Z01")
    out(village, first)
    write_households(scene, "village", "Z02")
    out(village, second)
    at_county(scene, first)
    at_county(scene, second)
    read = back(village, first)
    assert read.is_new
    assert waiting_count(village.laptop.store) == 1
    rest = back(village, second)
    assert rest.is_new, "what is new in it fits"
    assert waiting_count(village.laptop.store) == 0
    assert not back(village, first).is_new
    assert {"Z01", "Z02"} <= numbers_here(village)
    village.sync()
    scene.laptops["township"].sync()
    assert {"Z01", "Z02"} <= numbers_here(scene.laptops["township"])


def test_an_answer_that_does_not_fit_is_refused(scene: Scene, stick: Path) -> None:
    """The county's answer was made for a state further on than the file is: rows are missing."""
    village = scene.laptops["village"]
    store = village.laptop.store
    write_households(scene, "village", "G01")
    village.sync()
    out(village, stick)
    at_county(scene, stick)
    reached = store.value("cursors")
    store.set_values(cursors='{"nothing": 1}')
    try:
        assert refusal(village, stick) is ErrorCode.STICK_DOES_NOT_FIT
    finally:
        store.set_values(cursors=str(reached))


def test_a_refused_group_comes_back_with_its_reason(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    store = village.laptop.store
    with store.transaction(account_id=scene.account_ids["township"], action="add_household") as tx:
        tx.session.add(a_household(unit_id=str(store.value("unit_id")), number="R01"))
    out(village, stick)
    (taken,) = at_county(scene, stick)
    assert taken.refused == 1
    back(village, stick)
    with store.reading() as session:
        last = session.exec(select(OutboxOp).order_by(OutboxOp.op_no.desc())).first()  # type: ignore[attr-defined]
    assert last is not None
    assert (last.state, last.reason) == ("refused", "not_permitted")


def test_carrying_it_for_days_is_no_wrong_clock(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    store = village.laptop.store
    village.sync()
    offset = int(store.value("clock_offset_ms") or 0)
    write_households(scene, "village", "D01")
    out(village, stick)
    real = scene.county.now
    scene.county.now = lambda: real() + timedelta(days=9)
    try:
        at_county(scene, stick)
    finally:
        scene.county.now = real
    back(village, stick)
    assert abs(int(store.value("clock_offset_ms") or 0) - offset) < 5_000
    noted = county_count(
        scene,
        "SELECT abs(clock_offset_ms) FROM install WHERE id = %s",
        store.value("install_id"),
    )
    assert noted < 5_000
    late = county_count(
        scene,
        "SELECT count(*) FROM op_intake WHERE install_id = %s AND effective_at > %s",
        store.value("install_id"),
        real() + timedelta(days=1),
    )
    assert late == 0, "made when it was written, not when it was read"


def test_first_fetch_by_stick_in_several_files(
    scene: Scene, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.server import stick as server_stick

    whole = server_stick.split
    monkeypatch.setattr(server_stick, "split", lambda items: whole(items, limit=2_000))
    monkeypatch.setattr(server_stick, "_PAGE_ROWS", 60)
    demo = scene.laptops["county"]
    demo.sync()
    held = numbers_here(demo)
    store = demo.laptop.store
    with store.laying_down() as session:
        session.connection().exec_driver_sql("DELETE FROM resident")
        session.connection().exec_driver_sql("DELETE FROM household")
    store.set_values(cursors="{}")
    out(demo, stick)
    at_county(scene, stick)
    answers = sorted(stick.glob(f"gulou-{StickKind.DOWN}-*"))
    assert len(answers) > 1
    kept = answers[1].read_bytes()
    answers[1].unlink()
    assert refusal(demo, stick) is ErrorCode.STICK_CUT_OFF
    answers[1].write_bytes(kept)
    back(demo, stick)
    assert numbers_here(demo) == held
    again = demo.sync()
    assert again.received == 0


def test_writing_again_replaces_the_older_files(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    write_households(scene, "village", "N01")
    first = out(village, stick)
    second = out(village, stick)
    assert sorted(stick.iterdir()) == sorted(second.files)
    assert second.number == first.number + 1
    with village.laptop.store.reading() as session:
        assert len(session.exec(select(Stick)).all()) >= 2


def test_a_folder_that_cannot_be_written_is_said(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    with pytest.raises(UserFacingError) as caught:
        out(village, stick / "not there")
    assert caught.value.code is ErrorCode.STICK_NOT_WRITTEN
    assert refusal(village, stick / "not there") is ErrorCode.STICK_NOT_READ


def test_a_round_that_was_under_way_when_the_stick_was_read(scene: Scene, stick: Path) -> None:
    """Its answer was made for an older state; laid down now it would put older rows back."""
    village = scene.laptops["village"]
    store = village.laptop.store
    write_households(scene, "village", "E01")
    out(village, stick)
    at_county(scene, stick)
    line = village.exchanger._transport

    class SlowLine:
        def exchange(self, body: bytes) -> bytes:
            answer = line.exchange(body)
            back(village, stick)
            village.exchanger._transport = line
            return answer

    village.exchanger._transport = SlowLine()
    reached = village.sync()
    assert reached.exchanges == 0
    assert waiting_count(store) == 0
    assert village.sync().received == 0


def test_everything_that_waits_goes_in_parts(scene: Scene, stick: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from sync.client import stick as client_stick

    monkeypatch.setattr(client_stick, "_OPERATIONS", 3)
    village = scene.laptops["village"]
    village.sync()  # what a test before this one left waiting is not this one's
    ids = write_households(scene, "village", *(f"P{n:02}" for n in range(10)))
    install_id = str(village.laptop.store.value("install_id"))
    one = compose_request(village.laptop.store, install_id, BatchSize(operations=3))
    assert one["operations"]["count"] == 3
    assert out(village, stick).operations == 10
    at_county(scene, stick)
    back(village, stick)
    assert known_at_county(scene, ids) == 10
    assert waiting_count(village.laptop.store) == 0


def test_an_old_laptop_asks_for_the_countys_keys(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    store = village.laptop.store
    with store.local_writing() as session:
        session.connection().exec_driver_sql("DELETE FROM local_value WHERE name = 'county_keys'")
    with pytest.raises(UserFacingError) as caught:
        out(village, stick)
    assert caught.value.code is ErrorCode.STICK_NO_COUNTY_KEYS
    village.sync()
    assert out(village, stick).files


def test_an_acknowledgement_of_an_old_stick_does_not_turn_a_record_back(
    scene: Scene, tmp_path: Path
) -> None:
    """Two sticks answered one after the other, read in that order, with the line in between: what
    the line brought in a newer form keeps its version."""
    village = scene.laptops["village"]
    store = village.laptop.store
    village.sync()
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    (household_id,) = write_households(scene, "village", "K01")
    out(village, first)
    at_county(scene, first)
    with store.transaction(account_id=scene.account_ids["grid_worker"], action="edit") as tx:
        tx.session.get_one(Household, household_id).note = "第二版"
    out(village, second)
    at_county(scene, second)
    back(village, first)
    back(village, second)
    with store.reading() as session:
        found = session.get_one(Household, household_id)
        assert (found.note, found.sync_version) == ("第二版", 2)
        assert found.sync_dirty is None
    village.sync()
    scene.laptops["township"].sync()
    with scene.laptops["township"].laptop.store.reading() as session:
        assert session.get_one(Household, household_id).note == "第二版"


def test_reading_that_was_stopped_goes_on_where_it_ended(
    scene: Scene, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.server import stick as server_stick

    whole = server_stick.split
    monkeypatch.setattr(server_stick, "split", lambda items: whole(items, limit=500))
    village = scene.laptops["village"]
    laptop = village.laptop
    ids = write_households(scene, "village", *(f"S{n:02}" for n in range(3)))
    monkeypatch.setattr("sync.client.stick._OPERATIONS", 1)
    out(village, stick)
    at_county(scene, stick)
    assert len(list(stick.glob("gulou-down-*"))) > 1

    def stop(done: int, _all: int) -> None:
        raise UserFacingError(ErrorCode.STICK_STOPPED)

    with pytest.raises(UserFacingError):
        read_stick(
            laptop.store,
            laptop.keys,
            stick,
            secret_name=laptop.device_secret,
            after=refold,
            on_progress=stop,
        )
    assert sticks(laptop.store)[0].state is StickState.UNDER_WAY
    assert back(village, stick).is_new
    assert waiting_count(laptop.store) == 0
    assert known_at_county(scene, ids) == 3
    assert sticks(laptop.store)[0].state is StickState.ANSWERED


def test_writing_that_was_stopped_leaves_no_half_of_it(scene: Scene, stick: Path) -> None:
    village = scene.laptops["village"]
    laptop = village.laptop
    write_households(scene, "village", "H01")
    whole = out(village, stick)

    def stop(_done: int, _all: int) -> None:
        raise UserFacingError(ErrorCode.STICK_STOPPED)

    with pytest.raises(UserFacingError):
        write_stick(
            laptop.store, laptop.keys, stick, secret_name=laptop.device_secret, on_progress=stop
        )
    assert sorted(stick.iterdir()) == sorted(whole.files), "the older ones are still whole"


def test_the_rest_of_an_answer_brings_what_others_changed(scene: Scene, tmp_path: Path) -> None:
    """A record that was read long ago and edited elsewhere since comes with the second stick."""
    village, township = scene.laptops["village"], scene.laptops["township"]
    (household_id,) = write_households(scene, "village", "X01")
    village.sync()
    township.sync()
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    write_households(scene, "village", "X02")
    out(village, first)
    write_households(scene, "village", "X03")
    out(village, second)
    at_county(scene, first)
    held = scene.county.put([("household", household_id, {"note": "县里写的"})], action="county")
    assert held
    at_county(scene, second)
    back(village, first)
    back(village, second)
    with village.laptop.store.reading() as session:
        assert session.get_one(Household, household_id).note == "县里写的"
    assert waiting_count(village.laptop.store) == 0
