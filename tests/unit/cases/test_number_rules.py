"""Lasting numbers: written, read back, mistyped, and as a code on paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.number_rules import (
    LARGEST_BLOCK,
    CaseNumber,
    NumberFormat,
    NumberProblem,
    Scanned,
    block_size,
    check_digit,
    id_tail,
    is_low,
    number_text,
    read_number,
    read_scan,
    scan_text,
    typed_number,
)
from app.cases.vocabulary import CaseKind

NUMBERS = st.builds(
    CaseNumber,
    year=st.integers(min_value=2000, max_value=9999),
    count=st.integers(min_value=1, max_value=999_999_999),
)
FORMATS = st.builds(NumberFormat, prefix=st.sampled_from(["通", "通道"]), digits=st.integers(5, 9))
DIGITS = st.text("0123456789", min_size=2, max_size=14)


def test_a_number_names_county_kind_year_and_count() -> None:
    text = number_text(CaseKind.PETITION, CaseNumber(2026, 1234), NumberFormat())
    assert text == "通访〔2026〕0001234-6"


@given(kind=st.sampled_from(CaseKind), number=NUMBERS, wanted=FORMATS)
def test_what_is_written_is_read_back(
    kind: CaseKind, number: CaseNumber, wanted: NumberFormat
) -> None:
    text = number_text(kind, number, wanted)
    assert read_number(text) == typed_number(text) == number
    assert len(text) <= 40


@given(digits=DIGITS, place=st.integers(0), other=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_found_out(digits: str, place: int, other: str) -> None:
    place %= len(digits)
    wrong = digits[:place] + other + digits[place + 1 :]
    assert (check_digit(wrong) == check_digit(digits)) == (wrong == digits)


@given(digits=DIGITS, place=st.integers(0))
def test_two_neighbours_exchanged_are_found_out(digits: str, place: int) -> None:
    place %= len(digits) - 1
    wrong = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert (check_digit(wrong) == check_digit(digits)) == (wrong == digits)


@pytest.mark.parametrize(
    "typed",
    ["2026-0001234-6", "通访(2026)0001234-6", " 通访〔2026〕 0001234 6 ", "【2026】0001234－6"],
)
def test_it_may_be_typed_in_whatever_brackets(typed: str) -> None:
    assert typed_number(typed) == CaseNumber(2026, 1234)


def test_a_mistyped_number_is_told_from_what_is_no_number() -> None:
    assert typed_number("2026-0001243-6") is NumberProblem.CHECK_WRONG
    assert read_number("通访〔2026〕0001243-6") is None
    for no_number in (
        "13900001234",
        "吴文永",
        "临2026-216200-K3AB9Z-007",
        "2026",
        "通〔2026〕12-1",
    ):
        assert typed_number(no_number) is None
        assert read_number(no_number) is None


ID = "0b7e5a2c-1111-4222-8333-44445555ffff"


def test_a_code_holds_number_check_digit_and_the_tail_of_the_id() -> None:
    text = scan_text("通访〔2026〕0001234-6", ID)
    assert text == f"2026-0001234-6-{0x5555FFFF:010d}"
    assert read_scan(text) == Scanned(CaseNumber(2026, 1234), id_tail(ID))
    assert read_scan(text.replace("-6-", "-7-")) is None


def test_a_code_printed_before_the_lasting_number_holds_the_id_alone() -> None:
    text = scan_text("临2026-216200-K3AB9Z-007", ID)
    assert read_scan(text) == Scanned(None, "5555ffff")
    assert read_scan("9999999999") is None, "no eight hexadecimal digits make that"


@given(given_before=st.integers(0, 99), largest=st.integers(0, 10_000))
def test_blocks_grow_up_to_a_limit(given_before: int, largest: int) -> None:
    size = block_size(given=given_before, largest_last_year=largest)
    assert 50 <= size <= LARGEST_BLOCK
    assert size <= block_size(given=given_before + 1, largest_last_year=largest)


def test_another_block_is_due_when_more_than_half_is_used() -> None:
    assert not is_low(left=25, size=50)
    assert is_low(left=24, size=50)
