"""Originals at the county: pieces up, ranges down, and nobody else's."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from psycopg import Connection

from app.accounts.vocabulary import Role
from sync.protocol.messages import MAX_PIECE_BYTES
from sync.server import blobs, sign_in
from sync.server.county import County
from sync.server.process import serve_in_thread
from sync.server.slots import Slots
from sync.server.state import read_state
from tests.helpers.clock import A_MONDAY, FakeClock
from tests.sync.server.conftest import COUNTY, FORESTRY, TOWNSHIP, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, case_file

TUS = {"Tus-Resumable": "1.0.0"}


def a_photo(size: int = 150_000, seed: int = 1) -> bytes:
    return b"\xff\xd8\xff" + random.Random(seed).randbytes(size - 3)


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Asker:
    """A laptop that speaks tus by hand, so that it can also speak it wrongly."""

    def __init__(self, url: str, county: County, token: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(county.certificates.authority)
        self.http.headers["Authorization"] = f"Bearer {token}"

    def begin(self, data: bytes, **other: str) -> requests.Response:
        name = base64.b64encode(sha256_of(data).encode()).decode()
        headers = {"Upload-Length": str(len(data)), "Upload-Metadata": f"sha256 {name}"}
        return self.http.post(f"{self.url}/blobs", headers=TUS | headers | other, timeout=30)

    def head(self, data: bytes) -> requests.Response:
        return self.http.head(f"{self.url}/blobs/{sha256_of(data)}", headers=TUS, timeout=30)

    def piece(
        self, data: bytes, start: int, end: int, *, body: bytes | None = None, **other: str
    ) -> requests.Response:
        sent = data[start:end] if body is None else body
        checksum = base64.b64encode(hashlib.sha256(data[start:end]).digest()).decode()
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(start),
            "Upload-Checksum": f"sha256 {checksum}",
        }
        return self.http.patch(
            f"{self.url}/blobs/{sha256_of(data)}",
            data=sent,
            headers=TUS | headers | other,
            timeout=30,
        )

    def send(self, data: bytes, piece: int = 64_000) -> None:
        assert self.begin(data).status_code == 201
        for start in range(0, len(data), piece):
            assert self.piece(data, start, start + piece).status_code == 204

    def get(self, data: bytes, wanted: str | None = None) -> requests.Response:
        headers = {} if wanted is None else {"Range": wanted}
        return self.http.get(f"{self.url}/blobs/{sha256_of(data)}", headers=headers, timeout=30)


Ask = Callable[[FakeLaptop], Asker]


@pytest.fixture
def ask(county: County, sql: Connection[Any]) -> Iterator[Ask]:
    """Gives a laptop a line to the real server."""
    made: list[Asker] = []
    seal = sign_in.Seal(bytes.fromhex(read_state(sql, "token_secret")))
    with serve_in_thread(county) as url:

        def line_of(laptop: FakeLaptop) -> Asker:
            token = seal.make("token", laptop.install_id, A_MONDAY + timedelta(hours=1))
            made.append(Asker(url, county, token))
            return made[-1]

        yield line_of
        for asker in made:
            asker.http.close()


def attach(laptop: FakeLaptop, data: bytes, case_id: str | None = None, **changed: Any) -> str:
    """The case and an attachment on it, judged; returns the case."""
    case_id = case_id or laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    fields = {
        "subject_entity": "case_file",
        "subject_id": case_id,
        "sha256": sha256_of(data),
        "size": len(data),
        "media_type": "image/jpeg",
        "name": "界址.jpg",
        "by_account_id": laptop.account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
    }
    operation = laptop.put("attachment", {**fields, **changed})
    laptop.last_verdict = laptop.sync()["verdicts"][operation["op_no"]]  # type: ignore[attr-defined]
    return case_id


# --- the records ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"size": 30 * 1024 * 1024}, "bad_value"),
        ({"sha256": "x" * 64}, "bad_value"),
        ({"media_type": "application/zip"}, "bad_value"),
        ({"subject_entity": "credential"}, "not_permitted"),
        ({"subject_id": "nobody-s-case"}, "parent_missing"),
        ({"by_account_id": "somebody-else"}, "not_permitted"),
    ],
)
def test_the_county_asks_what_the_laptop_asked(
    laptop: FakeLaptop, changed: dict[str, Any], reason: str
) -> None:
    attach(laptop, a_photo(), **changed)
    verdict = laptop.last_verdict  # type: ignore[attr-defined]
    assert (verdict["verdict"], verdict["reason"]) == ("refused", reason)


def test_a_case_with_attachments_cannot_be_deleted(laptop: FakeLaptop) -> None:
    case_id = attach(laptop, a_photo())
    operation = laptop.delete("case_file", case_id, version=1)
    assert laptop.sync()["verdicts"][operation["op_no"]]["verdict"] == "conflict"


def test_a_round_carries_originals_and_stays_for_them(laptop: FakeLaptop) -> None:
    held = {"title": "进寨听诉", "held_on": "2026-11-20", "place": "下寨", "members": "张某"}
    told = {"by_account_id": laptop.account_id, "recorded_at": "2026-11-23T08:30:00.000Z"}
    held_round = laptop.put("outreach_round", {**held, **told})["record_id"]
    attach(laptop, a_photo(), held_round, subject_entity="outreach_round")
    assert laptop.last_verdict["verdict"] == "applied"  # type: ignore[attr-defined]

    operation = laptop.delete("outreach_round", held_round, version=1)
    assert laptop.sync()["verdicts"][operation["op_no"]]["verdict"] == "conflict"


def test_a_withdrawal_names_the_subject_of_its_attachment(laptop: FakeLaptop) -> None:
    case_id = attach(laptop, a_photo())
    other = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    (attachment_id,) = (key[1] for key in laptop.rows if key[0] == "attachment")

    def withdraw(subject_id: str) -> str:
        fields = {
            "subject_entity": "case_file",
            "subject_id": subject_id,
            "attachment_id": attachment_id,
            "kind": "withdrawn",
            "by_account_id": laptop.account_id,
            "happened_at": "2026-11-23T08:30:00.000Z",
        }
        operation = laptop.put("attachment_withdrawal", fields)
        return str(laptop.sync()["verdicts"][operation["op_no"]]["verdict"])

    assert withdraw(other) == "refused"
    assert withdraw(case_id) == "applied"


# --- up ------------------------------------------------------------------------------------------


def test_an_original_goes_up_in_pieces_and_comes_down_whole(laptop: FakeLaptop, ask: Ask) -> None:
    data = a_photo()
    attach(laptop, data)
    line = ask(laptop)
    begun = line.begin(data)
    assert begun.headers["Location"] == f"/blobs/{sha256_of(data)}"
    assert line.get(data).status_code == 404, "not before it is whole"
    line.send(data)
    assert line.head(data).headers["Upload-Offset"] == str(len(data))
    got = line.get(data)
    assert (got.status_code, got.content) == (200, data)
    part = line.get(data, "bytes=63990-64010")
    assert (part.status_code, part.content) == (206, data[63_990:64_011])
    assert part.headers["Content-Range"] == f"bytes 63990-64010/{len(data)}"
    assert line.get(data, "bytes=149999-").content == data[-1:]
    for wrong in ("bytes=150000-", "bytes=5-3", "bytes=0-1,5-6", "pages=1-2"):
        assert line.get(data, wrong).status_code == 416


def test_the_server_says_what_it_can(laptop: FakeLaptop, ask: Ask) -> None:
    line = ask(laptop)
    options = line.http.options(f"{line.url}/blobs", timeout=30)
    assert options.headers["Tus-Version"] == "1.0.0"
    assert options.headers["Tus-Extension"] == "creation,checksum"
    refused = line.begin(a_photo(), **{"Tus-Resumable": "0.2.2"})
    assert (refused.status_code, refused.headers["Tus-Version"]) == (412, "1.0.0")


def test_an_upload_goes_on_at_the_byte_the_county_has(laptop: FakeLaptop, ask: Ask) -> None:
    data = a_photo()
    attach(laptop, data)
    ask(laptop).begin(data)
    ask(laptop).piece(data, 0, 64_000)
    line = ask(laptop)
    assert line.head(data).headers["Upload-Offset"] == "64000"
    for start in (0, 63_999, 64_001):
        refused = line.piece(data, start, start + 1_000)
        assert (refused.status_code, refused.json()["params"]) == (409, {"held": 64_000})
    assert line.piece(data, 64_000, len(data)).headers["Upload-Offset"] == str(len(data))
    assert line.piece(data, 0, 64_000).status_code == 409, "whole is whole"
    assert line.get(data).content == data


def test_a_piece_the_line_changed_is_not_kept(laptop: FakeLaptop, ask: Ask) -> None:
    data = a_photo()
    attach(laptop, data)
    line = ask(laptop)
    line.begin(data)
    changed = b"?" + data[1:64_000]
    assert line.piece(data, 0, 64_000, body=changed).status_code == 460
    assert line.head(data).headers["Upload-Offset"] == "0"
    for checksum in ("md5 abc", ""):
        assert line.piece(data, 0, 64_000, **{"Upload-Checksum": checksum}).status_code == 400


def test_a_wrong_hash_at_the_end_keeps_nothing_and_begins_again(
    laptop: FakeLaptop, ask: Ask, sql: Connection[Any]
) -> None:
    """Each piece was sound, the whole is not what its name says."""
    data = a_photo()
    attach(laptop, data)
    line = ask(laptop)
    line.begin(data)
    other = a_photo(seed=2)
    checksum = base64.b64encode(hashlib.sha256(other[:100_000]).digest()).decode()
    wrong = {"Upload-Checksum": f"sha256 {checksum}"}
    assert line.piece(data, 0, 100_000, body=other[:100_000], **wrong).status_code == 204
    refused = line.piece(data, 100_000, len(data))
    assert (refused.status_code, refused.json()["code"]) == (460, "blob_hash_wrong")
    assert sql.execute("SELECT count(*) FROM blob_piece").fetchone() == (0,)
    assert line.head(data).headers["Upload-Offset"] == "0"
    line.send(data)
    assert line.get(data).content == data


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "150001"}, 400),
        ({"Upload-Length": str(21 * 1024 * 1024)}, 413),
        ({"Upload-Metadata": "sha256 ???"}, 400),
        ({"Upload-Metadata": "name x"}, 400),
    ],
)
def test_what_is_begun_wrongly_is_not_begun(
    laptop: FakeLaptop, ask: Ask, sql: Connection[Any], headers: dict[str, str], status: int
) -> None:
    data = a_photo()
    attach(laptop, data)
    assert ask(laptop).begin(data, **headers).status_code == status
    assert sql.execute("SELECT count(*) FROM blob").fetchone() == (0,)


def test_a_piece_that_is_too_long_or_too_much_is_refused(laptop: FakeLaptop, ask: Ask) -> None:
    data = a_photo(MAX_PIECE_BYTES + 10)
    attach(laptop, data)
    line = ask(laptop)
    line.begin(data)
    assert line.piece(data, 0, MAX_PIECE_BYTES + 1).status_code == 413
    assert line.piece(data, 0, 10, **{"Content-Type": "image/jpeg"}).status_code == 415
    assert line.piece(data, 0, MAX_PIECE_BYTES).status_code == 204
    assert line.piece(data + b"more", MAX_PIECE_BYTES, len(data) + 4).status_code in (403, 404)
    assert line.head(data).headers["Upload-Offset"] == str(MAX_PIECE_BYTES)


def test_two_laptops_that_send_the_same_photo_share_its_upload(
    people: People, ask: Ask, sql: Connection[Any]
) -> None:
    data = a_photo(600_000)
    laptops = [people.laptop(), people.laptop()]
    for one in laptops:
        attach(one, data)
    lines = [ask(one) for one in laptops]

    def send(line: Asker) -> int:
        """As a laptop does: go on where the county is."""
        sent, held = 0, int(line.begin(data).headers["Upload-Offset"])
        while held < len(data):
            answer = line.piece(data, held, held + 32_000)
            sent += answer.status_code == 204
            held = int(
                answer.headers["Upload-Offset"]
                if answer.status_code == 204
                else answer.json()["params"]["held"]
            )
        return sent

    with ThreadPoolExecutor(2) as pool:
        pieces = list(pool.map(send, lines))
    assert sum(pieces) == 19, "no piece is kept twice"
    assert sql.execute("SELECT count(*), min(held) FROM blob").fetchone() == (1, len(data))
    assert lines[1].get(data).content == data


# --- whose ---------------------------------------------------------------------------------------


def test_only_whose_scope_holds_the_record_may_fetch_it(
    people: People, county: County, laptop: FakeLaptop, ask: Ask
) -> None:
    data = a_photo()
    attach(laptop, data)
    ask(laptop).send(data)
    for unit_id in (TOWNSHIP, COUNTY):
        assert ask(people.laptop(unit_id)).get(data).content == data
    for unit_id in (other_village(county), FORESTRY):
        line = ask(people.laptop(unit_id))
        answers = (line.get(data), line.head(data), line.begin(data), line.piece(data, 0, 10))
        assert {answer.status_code for answer in answers} == {403}


def test_a_department_that_gets_the_case_fetches_and_adds_until_it_gives_it_back(
    people: People, county: County, laptop: FakeLaptop, ask: Ask
) -> None:
    data, theirs = a_photo(), a_photo(seed=2)
    case_id = attach(laptop, data)
    ask(laptop).send(data)
    forestry = people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER)
    line = ask(forestry)
    assert line.get(data).status_code == 403
    hand_over(laptop, case_id, source=VILLAGE, target=FORESTRY)
    assert line.get(data).content == data
    assert ask(people.laptop(other_village(county))).get(data).status_code == 403
    forestry.sync_all()
    attach(forestry, theirs, case_id, unit_id=VILLAGE)
    assert forestry.last_verdict["verdict"] == "applied"  # type: ignore[attr-defined]
    hand_over(forestry, case_id, source=FORESTRY, target=VILLAGE)
    line.send(theirs)  # its own photograph is not lost with the case
    assert ask(laptop).get(theirs).content == theirs
    for one in (data, theirs):
        assert line.get(one).status_code == 403


def hand_over(
    laptop: FakeLaptop, case_id: str, *, source: str, target: str, home: str = VILLAGE
) -> None:
    fields = {
        "unit_id": home,
        "subject_entity": "case_file",
        "subject_id": case_id,
        "from_unit_id": source,
        "to_unit_id": target,
        "by_account_id": laptop.account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
    }
    operation = laptop.put("handover", fields)
    assert laptop.sync()["verdicts"][operation["op_no"]]["verdict"] == "applied"


def test_a_laptop_with_a_new_name_sends_what_it_attached_under_the_old_one(
    people: People, county: County, laptop: FakeLaptop, ask: Ask, sql: Connection[Any]
) -> None:
    data = a_photo()
    attach(laptop, data)
    renewed = people.laptop(other_village(county))
    assert ask(renewed).begin(data).status_code == 403
    sql.execute(
        "UPDATE install SET renewed_from = %s WHERE id = %s",
        (laptop.install_id, renewed.install_id),
    )
    ask(renewed).send(data)
    assert ask(renewed).get(data).status_code == 403
    assert ask(laptop).get(data).content == data


def test_who_only_knows_a_hash_does_not_fetch_the_original_with_it(
    people: People, county: County, laptop: FakeLaptop, ask: Ask
) -> None:
    """Nor learns anything of it piece by piece."""
    data = a_photo()
    attach(laptop, data)
    ask(laptop).send(data)
    spy = people.laptop(other_village(county))
    attach(spy, data)
    line = ask(spy)
    assert spy.last_verdict["verdict"] == "applied"  # type: ignore[attr-defined]
    assert line.get(data).status_code == 403
    assert line.begin(data).headers["Upload-Offset"] == "0", "and not that it is here"
    guess = a_photo(seed=2)
    for start, status in ((0, 204), (64_000, 204), (128_000, 460)):
        part = guess[start : start + 64_000]
        checksum = base64.b64encode(hashlib.sha256(part).digest()).decode()
        wrong = {"Upload-Checksum": f"sha256 {checksum}"}
        assert line.piece(data, start, start + 1, body=part, **wrong).status_code == status
    assert line.head(data).headers["Upload-Offset"] == "0"
    assert line.get(data).status_code == 403
    assert ask(laptop).get(data).content == data


def test_a_village_that_has_the_same_photo_shows_it_and_may_fetch_it(
    people: People, county: County, laptop: FakeLaptop, ask: Ask, sql: Connection[Any]
) -> None:
    data = a_photo()
    attach(laptop, data)
    ask(laptop).send(data)
    second = people.laptop(other_village(county))
    attach(second, data)
    line = ask(second)
    assert line.begin(data).headers["Upload-Offset"] == "0"
    assert line.piece(data, 0, 100_000).status_code == 204
    assert line.piece(data, 64_000, 80_000).json()["params"] == {"held": 100_000}
    assert line.piece(data, 100_000, len(data)).headers["Upload-Offset"] == str(len(data))
    assert ask(people.laptop(other_village(county))).get(data).content == data
    assert sql.execute("SELECT count(*) FROM blob_piece").fetchone() == (3,), "kept once"


def test_the_last_bytes_alone_do_not_show_that_one_has_it(
    people: People, county: County, laptop: FakeLaptop, ask: Ask
) -> None:
    data = a_photo()
    attach(laptop, data)
    ask(laptop).begin(data)
    ask(laptop).piece(data, 0, len(data) - 2)
    spy = people.laptop(other_village(county))
    attach(spy, data)
    line = ask(spy)
    ended = line.piece(data, len(data) - 2, len(data))
    assert ended.headers["Upload-Offset"] == "0", "it is to begin at the beginning"
    assert line.get(data).status_code == 403
    assert ask(laptop).get(data).content == data
    line.send(data)
    assert line.get(data).content == data


def test_what_a_colleague_attaches_again_is_open_wherever_it_is_handed(
    people: People, laptop: FakeLaptop, ask: Ask
) -> None:
    """The colleague has it from the county, and so sends nothing."""
    data = a_photo()
    attach(laptop, data)
    ask(laptop).send(data)
    colleague = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    case_id = attach(colleague, data)
    assert ask(people.laptop(FORESTRY)).get(data).status_code == 403
    hand_over(colleague, case_id, source=TOWNSHIP, target=FORESTRY, home=TOWNSHIP)
    assert ask(people.laptop(FORESTRY)).get(data).content == data


def test_nobody_stops_an_upload_with_a_wrong_size(
    people: People, county: County, laptop: FakeLaptop, ask: Ask
) -> None:
    data = a_photo()
    attach(laptop, data)
    spy = people.laptop(other_village(county))
    attach(spy, data, size=10)
    ask(spy).begin(data, **{"Upload-Length": "10"})
    ask(laptop).send(data)
    assert ask(laptop).get(data).content == data


@pytest.mark.parametrize("name", ["%00", "x", "%00" * 64, "A" * 64])
def test_a_name_that_is_no_hash(laptop: FakeLaptop, ask: Ask, name: str) -> None:
    line = ask(laptop)
    assert line.http.get(f"{line.url}/blobs/{name}", timeout=30).status_code == 403


def test_nothing_is_taken_before_its_record_was_judged(laptop: FakeLaptop, ask: Ask) -> None:
    assert ask(laptop).begin(a_photo()).status_code == 403


def test_a_revoked_laptop_and_a_stranger_get_nothing(
    county: County, laptop: FakeLaptop, ask: Ask
) -> None:
    data = a_photo()
    attach(laptop, data)
    line = ask(laptop)
    line.send(data)
    county.revoke_install(laptop.install_id)
    assert line.get(data).status_code == 403
    line.http.headers["Authorization"] = "Bearer made.up.token"
    for answer in (line.get(data), line.head(data), line.begin(data), line.piece(data, 0, 10)):
        assert answer.status_code == 401


def test_while_laptops_queue_with_records_originals_come_later(
    laptop: FakeLaptop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = a_photo()
    attach(laptop, data)
    line = ask(laptop)
    line.begin(data)
    with monkeypatch.context() as busy:
        busy.setattr(Slots, "expected_wait_s", lambda _self: 5.0)
        for answer in (line.begin(data), line.piece(data, 0, 64_000), line.get(data)):
            assert (answer.status_code, answer.json()["code"]) == (503, "try_later")
            assert int(answer.headers["Retry-After"]) >= 60
    line.send(data)
    assert line.get(data).content == data


# --- care ----------------------------------------------------------------------------------------


def test_an_original_goes_only_after_ninety_days_without_a_record(
    county: County, laptop: FakeLaptop, ask: Ask, sql: Connection[Any], clock: FakeClock
) -> None:
    data, loose = a_photo(1_000), a_photo(1_000, seed=2)
    attach(laptop, data)
    ask(laptop).send(data)
    sql.execute(
        "INSERT INTO blob (sha256, size, begun_at) VALUES (%s, 1000, %s)",
        (sha256_of(loose), clock.now()),
    )

    def left() -> set[str]:
        blobs.collect(sql, clock.now())
        return {row[0] for row in sql.execute("SELECT sha256 FROM blob").fetchall()}

    both = {sha256_of(data), sha256_of(loose)}
    assert left() == both
    clock.advance(timedelta(days=89))
    assert left() == both
    clock.advance(timedelta(days=2))
    assert left() == {sha256_of(data)}


def test_the_county_s_people_are_told_how_many_there_are(
    county: County,
    laptop: FakeLaptop,
    ask: Ask,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sync.server import admin_cli

    whole, part = a_photo(1_500_000), a_photo(200_000, seed=2)
    attach(laptop, whole)
    attach(laptop, part)
    ask(laptop).send(whole, piece=250_000)
    ask(laptop).begin(part)
    ask(laptop).piece(part, 0, 100_000)
    monkeypatch.setattr(County, "open", classmethod(lambda *_args, **_options: county))
    assert admin_cli.main(["originals"]) == 0
    assert capsys.readouterr().out == "原件 1 个，共 1.5 MiB；还没传完的 1 个；清掉 0 个。\n"


def test_what_is_named_again_within_ninety_days_stays(
    laptop: FakeLaptop, sql: Connection[Any], clock: FakeClock
) -> None:
    data = a_photo(1_000)
    sql.execute(
        "INSERT INTO blob (sha256, size, begun_at) VALUES (%s, 1000, %s)",
        (sha256_of(data), clock.now()),
    )
    blobs.collect(sql, clock.now())
    clock.advance(timedelta(days=80))
    attach(laptop, data)
    blobs.collect(sql, clock.now())
    clock.advance(timedelta(days=80))
    assert blobs.collect(sql, clock.now()) == 0
