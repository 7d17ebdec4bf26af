"""Opening a laptop: new, again, without its key; its daily care and its way back."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.__main__ import main
from app.errors import ErrorCode, UserFacingError
from app.laptop import Laptop, alone, copies_of, daily_care, open_laptop, put_back, store_path
from db.columns import utc_text
from db.key_file import KdfCost
from db.keystore import KeyFileStore
from db.local_values import MUST_RENEW
from db.tables.households import Household
from tests.helpers.stores import a_household

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)


def opened(folder: Path, passphrase: str = "a passphrase") -> Laptop:
    folder.mkdir(exist_ok=True)
    return open_laptop(
        folder,
        ask_passphrase=lambda _need: passphrase,
        keys=KeyFileStore(folder / "gulou.keys", passphrase, cost=CHEAP),
    )


def write(laptop: Laptop, number: str) -> None:
    with laptop.store.transaction(account_id="worker", action="add_household") as tx:
        tx.session.add(a_household(number=number))


def numbers(laptop: Laptop) -> list[str]:
    with laptop.store.reading() as session:
        return sorted(session.exec(select(Household.number)))


def test_what_was_written_is_there_on_opening_again(tmp_path: Path) -> None:
    first = opened(tmp_path / "laptop")
    write(first, "001")
    first.close()
    assert numbers(opened(tmp_path / "laptop")) == ["001"]


def test_a_lost_key_is_said_and_the_file_stays(tmp_path: Path) -> None:
    laptop = opened(tmp_path / "laptop")
    laptop.close()
    (tmp_path / "laptop" / "gulou.keys").unlink()
    before = store_path(tmp_path / "laptop").read_bytes()
    with pytest.raises(UserFacingError) as raised:
        opened(tmp_path / "laptop")
    assert raised.value.code is ErrorCode.KEY_MISSING
    assert store_path(tmp_path / "laptop").read_bytes() == before


def test_daily_care_checks_and_copies(tmp_path: Path) -> None:
    laptop = opened(tmp_path / "laptop")
    write(laptop, "001")
    assert daily_care(laptop).is_whole
    assert len(copies_of(tmp_path / "laptop")) == 1


def test_daily_care_lets_go_of_what_is_long_done(tmp_path: Path) -> None:
    laptop = opened(tmp_path / "laptop")
    write(laptop, "001")
    write(laptop, "002")
    now = laptop.store.clock.now()
    with laptop.store.local_writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE outbox SET state = 'applied', judged_at = ?",
            (utc_text(now - timedelta(days=91)),),
        )
    contact = round(now.timestamp() * 1000)
    laptop.store.set_values(backed_up_op_no="1", last_contact_ms=str(contact))

    daily_care(laptop)

    with laptop.store.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT op_no FROM outbox").scalars().all()
    assert kept == [2], "what no backup of the county holds stays"
    write(laptop, "003")
    assert numbers(laptop) == ["001", "002", "003"]


def test_the_way_back_after_damage(tmp_path: Path) -> None:
    folder = tmp_path / "laptop"
    laptop = opened(folder)
    write(laptop, "001")
    daily_care(laptop)
    laptop.close()
    store_path(folder).write_bytes(b"not a database at all" * 500)
    with pytest.raises(UserFacingError) as raised:
        opened(folder)
    assert raised.value.code is ErrorCode.STORE_UNREADABLE

    kept = put_back(folder, copies_of(folder)[0])

    assert numbers(opened(folder)) == ["001"]
    assert kept.read_bytes().startswith(b"not a database")


def test_a_laptop_restored_from_last_week_must_be_renewed(tmp_path: Path) -> None:
    folder = tmp_path / "laptop"
    laptop = opened(folder)
    write(laptop, "001")
    daily_care(laptop)
    laptop.close()
    assert opened(folder).store.value(MUST_RENEW) is None
    put_back(folder, copies_of(folder)[-1])
    assert opened(folder).store.value(MUST_RENEW) == "1"
    assert not (folder / "gulou.put-back").exists()


def test_destroyed_keys_open_nothing_any_more(tmp_path: Path) -> None:
    folder = tmp_path / "laptop"
    laptop = opened(folder)
    write(laptop, "001")
    daily_care(laptop)
    laptop.keys.put(laptop.device_secret, b"d" * 40)
    laptop.destroy_keys()
    laptop.close()
    with pytest.raises(UserFacingError) as raised:
        opened(folder)
    assert raised.value.code is ErrorCode.KEY_DESTROYED
    (folder / "gulou.destroyed").unlink()  # a thief who knows
    with pytest.raises(UserFacingError) as raised:
        opened(folder)
    assert raised.value.code is ErrorCode.KEY_MISSING
    assert KeyFileStore(folder / "gulou.keys", "a passphrase").get(laptop.device_secret) is None


@pytest.mark.parametrize("left", [None, b""])
def test_a_file_that_is_gone_while_copies_are_there_is_not_begun_anew(
    tmp_path: Path, left: bytes | None
) -> None:
    """Killed while going back, or emptied by a power cut: an empty program would look like loss."""
    folder = tmp_path / "laptop"
    laptop = opened(folder)
    write(laptop, "001")
    daily_care(laptop)
    laptop.close()
    store_path(folder).unlink()
    if left is not None:
        store_path(folder).write_bytes(left)
    with pytest.raises(UserFacingError) as raised:
        opened(folder)
    assert raised.value.code is ErrorCode.STORE_UNREADABLE
    put_back(folder, copies_of(folder)[0])
    assert numbers(opened(folder)) == ["001"]


def test_a_start_that_was_cut_off_begins_again(tmp_path: Path) -> None:
    folder = tmp_path / "laptop"
    folder.mkdir()
    store_path(folder).touch()
    (folder / "gulou.id").touch()
    laptop = opened(folder)
    assert laptop.store_id
    write(laptop, "001")
    laptop.close()
    assert numbers(opened(folder)) == ["001"]


@pytest.mark.parametrize("left", [None, b"", b"\xff\xfe"])
def test_a_lost_name_in_the_key_store_is_said_and_not_replaced(
    tmp_path: Path, left: bytes | None
) -> None:
    """A new name would hide that only the old one opens the file."""
    folder = tmp_path / "laptop"
    laptop = opened(folder)
    write(laptop, "001")
    laptop.close()
    name = (folder / "gulou.id").read_bytes()
    (folder / "gulou.id").unlink()
    if left is not None:
        (folder / "gulou.id").write_bytes(left)
    with pytest.raises(UserFacingError) as raised:
        opened(folder)
    assert raised.value.code is ErrorCode.KEY_MISSING
    (folder / "gulou.id").write_bytes(name)
    assert numbers(opened(folder)) == ["001"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    taken = tmp_path / "laptop"
    taken.write_text("a file of somebody else")
    with pytest.raises(UserFacingError) as raised:
        open_laptop(taken, ask_passphrase=lambda _need: "")
    assert raised.value.code is ErrorCode.STORE_NOT_WRITTEN
    assert taken.read_text() == "a file of somebody else"


class SlowKeys(KeyFileStore):
    """Waits before it keeps a key until another window has had every chance to keep its own."""

    def __init__(self, folder: Path, other: threading.Thread) -> None:
        super().__init__(folder / "gulou.keys", "a passphrase", cost=CHEAP)
        self._other = other

    def put(self, name: str, secret: bytes) -> None:
        self._other.start()
        self._other.join(0.5)
        super().put(name, secret)


def test_two_windows_that_start_a_laptop_at_once_agree_on_its_key(tmp_path: Path) -> None:
    """Clicked twice: the second must not keep another key than the one the file is made with."""
    folder = tmp_path / "laptop"
    folder.mkdir()
    KeyFileStore(folder / "gulou.keys", "a passphrase", cost=CHEAP).put("another", b"secret")
    windows: list[Laptop] = []
    second = threading.Thread(target=lambda: windows.append(opened(folder)))

    windows.append(
        open_laptop(folder, ask_passphrase=lambda _need: "", keys=SlowKeys(folder, second))
    )
    second.join()

    write(windows[0], "001")
    write(windows[1], "002")
    for window in windows:
        window.close()
    assert numbers(opened(folder)) == ["001", "002"]


def test_two_windows_of_the_program_on_one_file_the_second_is_told_so(tmp_path: Path) -> None:
    folder = tmp_path / "laptop"
    with alone(folder), pytest.raises(UserFacingError) as raised, alone(folder):
        pass
    assert raised.value.code is ErrorCode.ALREADY_OPEN
    with alone(folder):
        pass  # the first is closed


def test_no_copy_is_put_back_under_an_open_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "laptop"
    laptop = opened(folder)
    write(laptop, "001")
    daily_care(laptop)
    before = store_path(folder).read_bytes()
    with alone(folder):
        assert main(["--folder", str(folder), "restore"]) == 1
    assert "已经在这台电脑上开着" in capsys.readouterr().err
    assert store_path(folder).read_bytes() == before
    laptop.close()
    assert main(["--folder", str(folder), "restore"]) == 0
    assert numbers(opened(folder)) == ["001"]
