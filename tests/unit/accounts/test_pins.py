"""PIN hashes: checked, salted, and never a reason to crash."""

from __future__ import annotations

import pytest

from app.accounts.pins import STANDARD_COST, PinCost, hash_pin, verify_pin

CHEAP = PinCost(memory_kib=8, iterations=1, lanes=1)


def test_the_right_pin_is_known_and_a_wrong_one_is_not() -> None:
    encoded = hash_pin("384920", cost=CHEAP)
    assert verify_pin("384920", encoded)
    assert not verify_pin("384921", encoded)
    assert not verify_pin("", encoded)


def test_the_hash_says_how_it_was_made_and_holds_no_pin() -> None:
    encoded = hash_pin("384920", cost=CHEAP)
    assert encoded.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert "384920" not in encoded


def test_two_people_with_one_pin_have_two_hashes() -> None:
    assert hash_pin("384920", cost=CHEAP) != hash_pin("384920", cost=CHEAP)


def test_the_standard_cost_is_what_is_used_and_is_not_cheap() -> None:
    assert hash_pin("384920").startswith("$argon2id$v=19$m=65536,t=2,p=1$")
    assert STANDARD_COST.memory_kib >= 46 * 1024


@pytest.mark.parametrize("damage", ["", "x", "$argon2id$v=19$m=8,t=1,p=1$", "$2b$12$abc", "侗"])
def test_a_damaged_hash_is_nobody_s_pin(damage: str) -> None:
    assert not verify_pin("384920", damage)
    assert not verify_pin("384920", hash_pin("384920", cost=CHEAP)[:-4] + damage)


@pytest.mark.parametrize(
    "damage",
    [
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$",
        "$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
    ],
)
def test_a_hash_nobody_could_have_made_is_nobody_s_pin(damage: str) -> None:
    """Without a digest, or with a cost that no memory holds."""
    assert not verify_pin("384920", damage)
