"""Copied disks, files of last week, programs killed between key store and file: nothing is lost,
and every operation gets its verdict."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.demo.scene import PEOPLE, Scene, add_laptop, build_scene
from app.errors import ErrorCode, UserFacingError
from app.laptop import open_laptop
from db.keystore import KeyFileStore
from sync.client import identity
from sync.client import renewal as renewal_module
from sync.client.identity import Enrolment, enrol
from sync.client.round import KeysDestroyedError, waiting_count
from sync.client.transport import CountyRefusedError, HttpsTransport
from tests.helpers.copied import CHEAP, PASSPHRASE, Copy, copied, folder_of, open_copy

VILLAGE = next(one for one in PEOPLE if one.key == "grid_worker")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = build_scene(tmp_path_factory.mktemp("county") / "scene", laptops=())
    yield made
    made.close()


@pytest.fixture
def folder(scene: Scene, tmp_path: Path) -> Path:
    """A village laptop that was enrolled and has synced once, closed."""
    made = folder_of(add_laptop(scene, "village"))
    del scene.laptops["village"]
    own = tmp_path / "laptop"
    shutil.move(made, own)
    return own


@pytest.fixture
def add(scene: Scene) -> Callable[[Copy, str], str]:
    """Writes a household on a laptop."""
    account_id = scene.account_ids["grid_worker"]
    return lambda copy, number: copy.add(number, unit_id=VILLAGE.unit_id, account_id=account_id)


def at_the_county(scene: Scene, *ids: str) -> int:
    """How many of these households the county has."""
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM household WHERE id = ANY(%s)", (list(ids),)
        ).fetchone()
    assert row is not None
    return int(row[0])


def states(copy: Copy) -> list[str]:
    """The verdicts of all operations of a laptop, in number order."""
    with copy.laptop.store.reading() as session:
        return list(session.connection().scalars(text("SELECT state FROM outbox ORDER BY op_no")))


def test_a_copied_disk_both_copies_go_on_working(
    scene: Scene, folder: Path, add: Callable[[Copy, str], str], tmp_path: Path
) -> None:
    """One disk image on two machines, with unsent work on it: nothing lost, all verdicts given."""
    with open_copy(folder) as one:
        before = [add(one, f"c{n}") for n in range(3)]
    twin_folder = copied(folder, tmp_path / "twin")
    with open_copy(folder) as one, open_copy(twin_folder) as two:
        ids = [add(one, "c-one"), add(two, "c-two"), add(two, "c-two-more")]
        one.sync()
        two.sync()
        ids += [add(one, "c-one-later"), add(two, "c-two-later")]
        for copy in (one, two, one):
            copy.sync()
        assert at_the_county(scene, *before, *ids) == len(before) + len(ids)
        assert set(states(one)) == set(states(two)) == {"applied"}
        assert waiting_count(one.laptop.store) == waiting_count(two.laptop.store) == 0
        assert one.name != two.name


def test_a_copied_disk_the_first_to_come_need_not_be_the_first_to_stay(
    scene: Scene, folder: Path, add: Callable[[Copy, str], str], tmp_path: Path
) -> None:
    """A copy that was renewed carries what it wrote up before the other has sent the same."""
    with open_copy(folder) as one:
        shared = add(one, "f-shared")
    twin_folder = copied(folder, tmp_path / "twin")
    with open_copy(folder) as one, open_copy(twin_folder) as two:
        two.laptop.store.set_values(must_renew="1")
        mine = add(two, "f-two")
        two.sync()
        other = add(one, "f-one")
        one.sync()
        two.sync()
        assert at_the_county(scene, shared, mine, other) == 3
        assert set(states(one)) == set(states(two)) == {"applied"}
    with psycopg.connect(scene.county.url) as connection:
        judged = connection.execute(
            "SELECT count(*) FROM op_intake WHERE body::json ->> 'record_id' = %s", (shared,)
        ).fetchone()
    assert judged == (1,), "the same operation of both is kept and judged once"


def test_a_laptop_restored_from_last_week_by_hand_gets_a_new_name(
    scene: Scene, folder: Path, add: Callable[[Copy, str], str], tmp_path: Path
) -> None:
    """The file was copied back behind the program's back: the county notices its numbers."""
    with open_copy(folder) as laptop:
        unsent = add(laptop, "r-unsent")
    old = tmp_path / "last week.db"
    shutil.copyfile(folder / "gulou.db", old)
    with open_copy(folder) as laptop:
        sent = [add(laptop, f"r{n}") for n in range(3)]
        laptop.sync()
    shutil.copyfile(old, folder / "gulou.db")
    with open_copy(folder) as laptop:
        new = add(laptop, "r-new")
        name = laptop.name
        laptop.sync()
        assert laptop.name != name
        assert at_the_county(scene, unsent, new, *sent) == 5
        assert states(laptop) == ["applied", "applied"]
        with laptop.laptop.store.reading() as session:
            held = set(session.connection().scalars(text("SELECT id FROM household")))
        assert {unsent, new, *sent} <= held
        after = laptop.name
        laptop.sync()
        assert laptop.name == after, "once is enough"


@pytest.mark.parametrize("step", ["next_key", "renew", "keep_device", "enter_name", "become"])
def test_killed_between_key_store_and_file_the_next_contact_heals(
    scene: Scene,
    folder: Path,
    add: Callable[[Copy, str], str],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    class Killed(BaseException):
        """No code of ours may catch it."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with open_copy(folder) as laptop:
        unsent = add(laptop, f"k-{step}")
        laptop.laptop.store.set_values(must_renew="1")
        with monkeypatch.context() as patch:
            place = HttpsTransport if step in ("renew", "become") else renewal_module
            patch.setattr(place, step, killed)
            with pytest.raises(Killed):
                laptop.sync()
    with open_copy(folder) as laptop:
        later = add(laptop, f"k-{step}-later")
        laptop.sync()
        assert at_the_county(scene, unsent, later) == 2
        assert set(states(laptop)) == {"applied"}
        assert laptop.laptop.keys.get(laptop.laptop.device_secret + ".next") is None
        name = laptop.name
        laptop.sync()
        assert laptop.name == name


def test_killed_while_enrolling_the_same_code_can_be_used_again(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = open_laptop(
        tmp_path / "new",
        ask_passphrase=lambda _need: "",
        keys=KeyFileStore(tmp_path / "gulou.keys", PASSPHRASE, cost=CHEAP),
    )
    enrolment = Enrolment(**scene.county.enrolment(VILLAGE.unit_id, scene.process.url))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in ("keep_device", "enter_name"):
        with monkeypatch.context() as patch:
            patch.setattr(identity, step, killed)
            with pytest.raises(KeyboardInterrupt):
                enrol(laptop.store, laptop.keys, enrolment, secret_name=laptop.device_secret)
    device = enrol(laptop.store, laptop.keys, enrolment, secret_name=laptop.device_secret)
    assert laptop.store.value("install_id") == device.install_id
    laptop.close()


def test_a_laptop_the_county_has_forgotten_is_enrolled_again_and_loses_nothing(
    scene: Scene, folder: Path, add: Callable[[Copy, str], str]
) -> None:
    """Enrolled after the backup that the county was put back to."""
    with open_copy(folder) as laptop:
        kept = add(laptop, "g-kept")
        laptop.sync()
        with psycopg.connect(scene.county.url) as connection:
            connection.execute("DELETE FROM install WHERE id = %s", (laptop.name,))
        waiting = add(laptop, "g-waiting")
        enrolment = Enrolment(**scene.county.enrolment(VILLAGE.unit_id, scene.process.url))
        secrets, name = laptop.laptop.keys, laptop.laptop.device_secret
        with pytest.raises(UserFacingError) as raised:
            enrol(laptop.laptop.store, secrets, enrolment, secret_name=name)
        assert raised.value.code is ErrorCode.ENROLMENT_REFUSED, "the county may still know it"
        with pytest.raises(CountyRefusedError):
            laptop.sync()
        enrol(laptop.laptop.store, secrets, enrolment, secret_name=name)
    with open_copy(folder) as laptop:
        laptop.sync()
        assert states(laptop) == ["applied", "applied"]
        assert at_the_county(scene, kept, waiting) == 2


def test_a_laptop_renewed_after_the_backup_is_known_by_its_last_name(
    scene: Scene, folder: Path, add: Callable[[Copy, str], str]
) -> None:
    with open_copy(folder) as laptop:
        laptop.laptop.store.set_values(must_renew="1")
        laptop.sync()
        with psycopg.connect(scene.county.url) as connection:
            connection.execute("DELETE FROM install WHERE id = %s", (laptop.name,))
        waiting = add(laptop, "b-waiting")
    with open_copy(folder) as laptop:
        laptop.sync()
        assert at_the_county(scene, waiting) == 1
        assert states(laptop) == ["applied"]


def test_a_stolen_laptop_gives_what_it_has_and_destroys_its_keys(
    scene: Scene, folder: Path, add: Callable[[Copy, str], str]
) -> None:
    with open_copy(folder) as laptop:
        unsent = add(laptop, "s-unsent")
        laptop.laptop.store.set_values(must_renew="1")
        laptop.sync()  # renewed: what is told to the first name concerns the second too
        with psycopg.connect(scene.county.url) as connection:
            first = connection.execute(
                "SELECT renewed_from FROM install WHERE id = %s", (laptop.name,)
            ).fetchone()
        assert first is not None
        late = add(laptop, "s-late")
        scene.county.revoke_install(first[0], destroys_key=True)
        with pytest.raises(KeysDestroyedError):
            laptop.sync()
        assert at_the_county(scene, unsent, late) == 2
    with pytest.raises(UserFacingError) as raised, open_copy(folder):
        pass
    assert raised.value.code is ErrorCode.KEY_DESTROYED


def test_revoking_an_install_revokes_what_was_renewed_from_it(scene: Scene, folder: Path) -> None:
    with open_copy(folder) as laptop:
        first = laptop.name
        for _ in range(2):
            laptop.laptop.store.set_values(must_renew="1")
            laptop.sync()
        scene.county.revoke_install(first)
    with open_copy(folder) as laptop, pytest.raises(CountyRefusedError) as raised:
        laptop.sync()
    assert raised.value.code == "install_revoked"
