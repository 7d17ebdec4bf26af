"""Operations that were numbered under an earlier name of the laptop."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection

from sync.protocol.messages import ProblemCode, RenewRequest, renewal_text
from sync.server import sign_in
from sync.server.admin_cli import main
from sync.server.county import County
from sync.server.problems import RequestRefusedError
from sync.server.sign_in import Seal
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import People
from tests.sync.server.laptops import FakeLaptop, household

SEAL = Seal(b"s" * 32)


class Keys:
    """A device key known to the county, and those that follow it."""

    def __init__(self, laptop: FakeLaptop) -> None:
        self.laptop = laptop
        self.key = Ed25519PrivateKey.generate()
        with laptop.desk.pool.connection() as connection:
            connection.execute(
                "UPDATE install SET public_key = %s WHERE id = %s",
                (self.key.public_key().public_bytes_raw(), laptop.install_id),
            )

    def request(self, new: Ed25519PrivateKey, **other: Any) -> RenewRequest:
        install_id = self.laptop.install_id
        challenge = sign_in.make_challenge(SEAL, install_id, self.laptop.desk.now())
        public = b64encode(new.public_key().public_bytes_raw()).decode()
        fields: dict[str, Any] = {
            "install_id": install_id,
            "challenge": challenge,
            "public_key": public,
            "signature": b64encode(self.key.sign(renewal_text(challenge, public))).decode(),
            "last_op_no": self.laptop.last_op_no,
            "app_version": "0.2.0",
        }
        return RenewRequest(**{**fields, **other})

    def renew(self, request: RenewRequest) -> str:
        with self.laptop.desk.pool.connection() as connection:
            return sign_in.renew(connection, SEAL, request, self.laptop.desk.now())[0]


def carried(laptop: FakeLaptop, origin: str) -> None:
    """The laptop's unsent work keeps the name it was numbered under."""
    for operation in laptop.outbox:
        operation.setdefault("origin", origin)


@pytest.fixture
def keys(laptop: FakeLaptop) -> Keys:
    return Keys(laptop)


def test_the_stored_verdict_answers_what_was_judged_under_the_last_name(
    laptop: FakeLaptop, keys: Keys, sql: Connection[Any]
) -> None:
    laptop.put("household", household())
    first = laptop.send()  # the answer is lost
    origin = laptop.install_id
    laptop.install_id = keys.renew(keys.request(Ed25519PrivateKey.generate()))
    carried(laptop, origin)
    again = laptop.send()
    assert again["verdicts"] == first["verdicts"]
    assert sql.execute("SELECT count(*) FROM op_raw").fetchone() == (1,)


def test_another_content_under_a_carried_number_is_the_renewed_laptops_own(
    laptop: FakeLaptop, keys: Keys, sql: Connection[Any]
) -> None:
    laptop.put("household", household(number="1"))
    laptop.sync()
    origin, laptop.last_op_no = laptop.install_id, 0  # put back to before it
    other = laptop.put("household", household(number="2"))
    following = laptop.put("household", household(number="3"))
    laptop.install_id = keys.renew(keys.request(Ed25519PrivateKey.generate(), last_op_no=1000))
    laptop.last_op_no = 1000
    carried(laptop, origin)
    own = laptop.put("household", household(number="4"))
    verdicts = laptop.sync()["verdicts"]
    assert {verdicts[op["op_no"]]["verdict"] for op in (other, following, own)} == {"applied"}
    kept = sql.execute("SELECT install_id, op_no FROM op_raw ORDER BY op_no, install_id").fetchall()
    assert set(kept) == {
        (origin, 1),
        (laptop.install_id, other["op_no"]),
        (laptop.install_id, following["op_no"]),
        (laptop.install_id, own["op_no"]),
    }, "from the fork on everything is its own"


def test_a_name_that_is_not_of_its_line_says_nothing(
    laptop: FakeLaptop, people: People, sql: Connection[Any]
) -> None:
    """Nobody reads, or takes, the verdicts of others by naming them."""
    stranger = people.laptop()
    theirs = stranger.put("household", household())
    stranger.sync()
    laptop.outbox = [{**theirs, "origin": stranger.install_id}]
    laptop.last_op_no = 1
    laptop.sync()
    kept = sql.execute("SELECT install_id FROM op_raw WHERE op_no = 1").fetchall()
    assert set(kept) == {(stranger.install_id,), (laptop.install_id,)}


def test_a_laptop_restored_from_last_week_is_told_so(laptop: FakeLaptop) -> None:
    laptop.put("household", household())
    laptop.sync()
    laptop.last_op_no = 0
    with pytest.raises(RequestRefusedError) as raised:
        laptop.send([], can_renew=True)
    assert raised.value.code is ProblemCode.INSTALL_BEHIND
    assert laptop.send([])["verdicts"] == [], "a program that cannot renew goes on as before"


def test_the_same_new_key_again_is_the_same_laptop(laptop: FakeLaptop, keys: Keys) -> None:
    new = Ed25519PrivateKey.generate()
    made = keys.renew(keys.request(new))
    assert keys.renew(keys.request(new)) == made
    assert keys.renew(keys.request(Ed25519PrivateKey.generate())) != made


@pytest.mark.parametrize("wrong", ["signature", "public_key", "challenge"])
def test_a_renewal_that_the_key_did_not_sign_is_refused(
    laptop: FakeLaptop, keys: Keys, wrong: str
) -> None:
    other = b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    value = {"signature": b64encode(b"s" * 64).decode(), "public_key": other, "challenge": "no"}
    request = keys.request(Ed25519PrivateKey.generate(), **{wrong: value[wrong]})
    with pytest.raises(RequestRefusedError):
        keys.renew(request)


def test_a_revoked_laptop_is_not_renewed(county: County, laptop: FakeLaptop, keys: Keys) -> None:
    county.revoke_install(laptop.install_id, destroys_key=True)
    with pytest.raises(RequestRefusedError) as raised:
        keys.renew(keys.request(Ed25519PrivateKey.generate()))
    assert raised.value.code is ProblemCode.INSTALL_REVOKED


def test_carried_work_keeps_the_time_it_was_made(
    laptop: FakeLaptop, keys: Keys, clock: FakeClock, sql: Connection[Any]
) -> None:
    """What a renewed laptop carries may be older than its new name."""
    made_at = clock.now()
    laptop.put("household", household())
    clock.advance(timedelta(days=5))
    origin = laptop.install_id
    laptop.install_id = keys.renew(keys.request(Ed25519PrivateKey.generate()))
    carried(laptop, origin)
    laptop.sync()
    assert sql.execute("SELECT effective_at FROM op_raw").fetchone() == (made_at,)


def test_a_stolen_laptop_is_sent_nothing_and_what_it_gave_is_judged(
    county: County, people: People, sql: Connection[Any]
) -> None:
    laptop, colleague = people.laptop(), people.laptop()
    colleague.put("household", household(number="secret"))
    colleague.sync()
    last = laptop.put("household", household(number="last"))
    county.revoke_install(laptop.install_id, destroys_key=True)
    with pytest.raises(RequestRefusedError):
        laptop.send()  # a program that does not know how to destroy its keys
    answer = laptop.send(can_renew=True)
    assert answer["destroy_key"] is True
    assert answer["changes"] == []
    assert [row["op_no"] for row in answer["verdicts"]] == [last["op_no"]]
    told = sql.execute(
        "SELECT destroy_told_at IS NOT NULL FROM install WHERE id = %s", (laptop.install_id,)
    ).fetchone()
    assert told == (True,)


def test_the_list_of_laptops_says_who_is_lost_and_who_was_renewed(
    county: County,
    people: People,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost, found, renewed = people.laptop(), people.laptop(), people.laptop()
    keys = Keys(renewed)
    keys.renew(keys.request(Ed25519PrivateKey.generate()))
    for laptop in (lost, found):
        county.revoke_install(laptop.install_id, destroys_key=True)
    found.send(can_renew=True)
    monkeypatch.setenv("GULOU_DATABASE_URL", county.url)
    assert main(["installs", "--data", str(county.data)]) == 0
    said = capsys.readouterr().out
    (of_lost,) = [line for line in said.splitlines() if line.startswith(lost.install_id)]
    (of_found,) = [line for line in said.splitlines() if line.startswith(found.install_id)]
    assert "尚未联系上" in of_lost
    assert "密钥已令销毁" in of_found
    assert f"由 {renewed.install_id} 更名" in said
