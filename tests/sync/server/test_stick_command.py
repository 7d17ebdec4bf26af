"""`gulou-county stick-in` as a person at the county types it."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from psycopg import Connection

from sync.protocol.packing import pack
from sync.protocol.sealed import SealedHeader, StickKind, file_name, raw_public, seal
from sync.server.admin_cli import main
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.stick import StickProblem, StickTaken
from sync.server.stick_cli import problem_sentence
from sync.server.stick_keys import stick_keys
from tests.sync.server.laptops import FakeLaptop, household


@pytest.fixture
def run(county: County, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GULOU_DATABASE_URL", county.url)

    def command(*arguments: str) -> int:
        return main([arguments[0], "--data", str(county.data), *arguments[1:]])

    return command


def write_up(
    desk: CountyDesk,
    sql: Connection[Any],
    laptop: FakeLaptop,
    folder: Path,
    *,
    install_id: str | None = None,
    head: dict[str, Any] | None = None,
    asked: dict[str, Any] | None = None,
    is_empty: bool = False,
) -> Path:
    """A stick of this laptop; ``install_id`` is who the request inside says it is, ``head`` and
    ``asked`` what its header and its request say otherwise."""
    key = Ed25519PrivateKey.generate()
    sql.execute(
        "UPDATE install SET public_key = %s WHERE id = %s",
        (key.public_key().public_bytes_raw(), laptop.install_id),
    )
    with desk.pool.connection() as connection:
        reader = stick_keys(connection).box.public_key()
    header = SealedHeader(
        kind=StickKind.UP,
        install_id=laptop.install_id,
        stick_id="stick",
        number=1,
        part=1,
        parts=1,
        operations=len(laptop.outbox),
        first_op_no=1,
        last_op_no=laptop.last_op_no,
        reply_to=b64encode(raw_public(X25519PrivateKey.generate())).decode(),
    )
    header = header.model_copy(update=head or {})
    request = laptop.request(laptop.outbox) | (asked or {})
    request["install_id"] = install_id or laptop.install_id
    path = folder / file_name(header)
    items = [] if is_empty else [pack(orjson.dumps(request))]
    path.write_bytes(seal(header, items, signer=key, reader=reader))
    return path


def test_a_stick_is_read_and_answered(
    run: Any,
    desk: CountyDesk,
    sql: Connection[Any],
    laptop: FakeLaptop,
    tmp_path: Path,
    capsys: Any,
) -> None:
    laptop.put("household", household())
    write_up(desk, sql, laptop, tmp_path)
    answers = tmp_path / "answers"
    answers.mkdir()
    assert run("stick-in", str(tmp_path), "--out", str(answers)) == 0
    printed = capsys.readouterr().out
    assert "坪坦村" in printed
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (1,)
    assert len(list(answers.iterdir())) == 1
    assert run("stick-in", str(tmp_path), "--out", str(answers)) == 0
    assert "没有重复采纳" in capsys.readouterr().out
    assert sql.execute("SELECT times FROM stick_read").fetchone() == (2,)


def test_one_bad_writing_does_not_hold_up_the_others(
    run: Any, desk: CountyDesk, sql: Connection[Any], people: Any, tmp_path: Path, capsys: Any
) -> None:
    good, bad = people.laptop(), people.laptop()
    for laptop in (good, bad):
        laptop.put("household", household())
        write_up(desk, sql, laptop, tmp_path)
    broken = next(tmp_path.glob(f"gulou-up-{bad.install_id[:8]}-*"))
    content = bytearray(broken.read_bytes())
    content[-1] ^= 1
    broken.write_bytes(content)
    assert run("stick-in", str(tmp_path)) == 2
    said = capsys.readouterr()
    assert broken.name in said.err
    assert "没有采纳" in said.err
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (1,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"head": {"number": 2**70}},
        {"head": {"operations": 2**70}},
        {"head": {"last_op_no": 2**70}},
        {"head": {"stick_id": "\0"}},
        {"head": {"reply_to": b64encode(bytes(32)).decode()}},
        {"head": {"reply_to": b64encode(bytes(31)).decode()}},
        {"asked": {"last_op_no": "many"}},
        {"asked": {"last_op_no": [1]}},
        {"asked": {"operations": {"count": 1}}},
        {"is_empty": True},
    ],
    ids=str,
)
def test_a_stick_written_to_do_harm_does_not_hold_up_the_others(
    run: Any,
    desk: CountyDesk,
    sql: Connection[Any],
    people: Any,
    tmp_path: Path,
    wrong: dict[str, Any],
) -> None:
    """Its signature is good, so it comes further than a broken one."""
    good, bad = people.laptop(), people.laptop()
    good.put("household", household())
    write_up(desk, sql, good, tmp_path)
    path = write_up(desk, sql, bad, tmp_path, **wrong)
    path.rename(path.with_name("gulou-up-0.glu"))
    assert run("stick-in", str(tmp_path)) == 2
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (1,)


def test_a_file_larger_than_any_of_ours_is_not_read(
    run: Any, desk: CountyDesk, sql: Connection[Any], laptop: FakeLaptop, tmp_path: Path
) -> None:
    laptop.put("household", household())
    write_up(desk, sql, laptop, tmp_path)
    with (tmp_path / "gulou-up-0.glu").open("wb") as huge:
        huge.truncate(2**40)  # takes no room on the disk
    assert run("stick-in", str(tmp_path)) == 2
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (1,)


def test_nobody_speaks_in_anothers_name(
    run: Any, desk: CountyDesk, sql: Connection[Any], people: Any, tmp_path: Path
) -> None:
    one, other = people.laptop(), people.laptop()
    one.put("household", household())
    write_up(desk, sql, one, tmp_path, install_id=other.install_id)
    assert run("stick-in", str(tmp_path)) == 2
    assert sql.execute("SELECT count(*) FROM op_raw").fetchone() == (0,)


def test_an_empty_and_a_missing_folder(run: Any, tmp_path: Path, capsys: Any) -> None:
    assert run("stick-in", str(tmp_path)) == 2
    assert run("stick-in", str(tmp_path / "nowhere")) == 2
    assert "nowhere" in capsys.readouterr().err


def test_an_answer_that_cannot_be_written_is_taken_all_the_same(
    run: Any,
    desk: CountyDesk,
    sql: Connection[Any],
    laptop: FakeLaptop,
    tmp_path: Path,
    capsys: Any,
) -> None:
    laptop.put("household", household())
    write_up(desk, sql, laptop, tmp_path)
    assert run("stick-in", str(tmp_path), "--out", str(tmp_path / "nowhere")) == 2
    assert "内容已采纳" in capsys.readouterr().err
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (1,)


@pytest.mark.parametrize("problem", list(StickProblem))
def test_every_problem_has_a_sentence(problem: StickProblem) -> None:
    assert "a.glu" in problem_sentence(StickTaken(["a.glu"], problem=problem, detail="1"))
