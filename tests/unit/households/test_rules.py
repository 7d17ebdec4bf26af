"""Identity numbers and what they tell, at the edges of the standard."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.households.rules import (
    MICRO_GRID_LARGEST,
    MICRO_GRID_SMALLEST,
    AreaHint,
    IdentityProblem,
    PhoneKind,
    check_identity_number,
    check_phone,
    mask_identity_number,
    mask_phone,
    micro_grid_size_finding,
    normalise_identity_number,
    normalise_name,
    unusual_in_name,
)
from app.households.vocabulary import MicroGridSize, Sex
from tests.unit.exchange.workbooks import MAN, TODAY, identity_number


def test_the_standards_own_example() -> None:
    """11010519491231002X is the example printed in GB 11643-1999."""
    finding = check_identity_number("11010519491231002X", TODAY)
    assert finding.is_accepted
    assert finding.birth_date == date(1949, 12, 31)
    assert finding.sex is Sex.FEMALE
    assert finding.area is AreaHint.ELSEWHERE


def test_odd_order_is_male() -> None:
    finding = check_identity_number(MAN, TODAY)
    assert (finding.problem, finding.sex) == (None, Sex.MALE)


@pytest.mark.parametrize(
    "typed",
    [
        "４３１２３０２０１００４２１９９２５",
        " 431230 20100421 9925 ",
        "431230-20100421-9925",
        "'431230201004219925",
        "431230\u3000201004219925\u200b",
    ],
)
def test_forms_that_are_read_generously(typed: str) -> None:
    finding = check_identity_number(typed, TODAY)
    assert finding.number == "431230201004219925"
    assert finding.is_accepted


def test_lower_and_full_width_x() -> None:
    assert normalise_identity_number("43303119690609394x") == "43303119690609394X"
    assert normalise_identity_number("43303119690609394Ｘ") == "43303119690609394X"
    assert check_identity_number("43303119690609394x", TODAY).is_accepted


@pytest.mark.parametrize("area", ["431230", "433031"])
@pytest.mark.parametrize("born", ["19650301", "19850301", "19961231", "19970101", "20200301"])
def test_no_combination_of_the_countys_area_codes_and_year_is_refused(area: str, born: str) -> None:
    finding = check_identity_number(identity_number(born, 12, area), TODAY)
    assert finding.is_accepted
    expected = AreaHint.COUNTY if area == "431230" else AreaHint.COUNTY_BEFORE_1997
    assert finding.area is expected


def test_an_area_from_elsewhere_even_an_unknown_one_is_only_a_hint() -> None:
    finding = check_identity_number(identity_number(area="999999"), TODAY)
    assert finding.is_accepted
    assert finding.area is AreaHint.ELSEWHERE


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", IdentityProblem.EMPTY),
        ("   ", IdentityProblem.EMPTY),
        ("433031780222923", IdentityProblem.OLD_FIFTEEN_DIGITS),
        (MAN[:-1], IdentityProblem.WRONG_LENGTH),
        (MAN + "0", IdentityProblem.WRONG_LENGTH),
        ("4330311978022X9237", IdentityProblem.NOT_DIGITS),
        ("43303119780222923?", IdentityProblem.NOT_DIGITS),
        (identity_number("19780230"), IdentityProblem.IMPOSSIBLE_DATE),
        (identity_number("19781301"), IdentityProblem.IMPOSSIBLE_DATE),
        (identity_number("00000000"), IdentityProblem.IMPOSSIBLE_DATE),
        (identity_number("18991231"), IdentityProblem.DATE_TOO_EARLY),
        (identity_number("20261124"), IdentityProblem.DATE_IN_FUTURE),
        ("431230202005047601", IdentityProblem.WRONG_CHECK_DIGIT),
    ],
)
def test_what_is_refused(typed: str, problem: IdentityProblem) -> None:
    finding = check_identity_number(typed, TODAY)
    assert finding.problem is problem
    assert not finding.is_accepted
    assert (finding.birth_date, finding.sex, finding.area) == (None, None, None)


def test_born_today_and_on_a_leap_day() -> None:
    assert check_identity_number(identity_number("20261123"), TODAY).is_accepted
    assert check_identity_number(identity_number("20240229"), TODAY).is_accepted
    assert not check_identity_number(identity_number("19000229"), TODAY).is_accepted


@given(place=st.integers(0, 16), shift=st.integers(1, 9))
def test_any_single_wrong_digit_is_found(place: int, shift: int) -> None:
    wrong = str((int(MAN[place]) + shift) % 10)
    assert not check_identity_number(MAN[:place] + wrong + MAN[place + 1 :], TODAY).is_accepted


@given(place=st.integers(0, 15))
def test_two_swapped_neighbours_are_found(place: int) -> None:
    swapped = MAN[:place] + MAN[place + 1] + MAN[place] + MAN[place + 2 :]
    assert swapped == MAN or not check_identity_number(swapped, TODAY).is_accepted


@given(st.text(max_size=40))
def test_no_text_breaks_the_checks(text: str) -> None:
    check_identity_number(text, TODAY)
    check_phone(text)
    assert len(normalise_name(text)) <= len(text)


def test_digits_of_other_scripts_are_not_digits() -> None:
    arabic = "".join(chr(0x660 + int(digit)) for digit in "43303119780222923") + "7"
    assert check_identity_number(arabic, TODAY).problem is IdentityProblem.NOT_DIGITS


@pytest.mark.parametrize(
    ("typed", "number", "kind"),
    [
        ("13874512345", "13874512345", PhoneKind.MOBILE),
        ("１３８７４５１２３４５", "13874512345", PhoneKind.MOBILE),
        ("138 7451 2345", "13874512345", PhoneKind.MOBILE),
        ("138-7451-2345", "13874512345", PhoneKind.MOBILE),
        ("+86 13874512345", "13874512345", PhoneKind.MOBILE),
        ("8613874512345", "13874512345", PhoneKind.MOBILE),
        ("0745-8622222", "0745-8622222", PhoneKind.LANDLINE),
        ("(0745)8622222", "0745-8622222", PhoneKind.LANDLINE),
        ("01012345678", "010-12345678", PhoneKind.LANDLINE),
        ("8622222", "8622222", PhoneKind.LANDLINE),
        ("1387451234", "1387451234", PhoneKind.UNCLEAR),
        ("12874512345", "12874512345", PhoneKind.UNCLEAR),
        ("没有", "没有", PhoneKind.UNCLEAR),
        ("", "", PhoneKind.UNCLEAR),
    ],
)
def test_phones(typed: str, number: str, kind: PhoneKind) -> None:
    finding = check_phone(typed)
    assert (finding.number, finding.kind, finding.others) == (number, kind, ())


def test_two_phones_in_one_cell() -> None:
    finding = check_phone("13874512345、0745-8622222")
    assert finding.number == "13874512345"
    assert finding.others == ("0745-8622222",)


def test_a_phone_beside_something_else_is_kept_as_typed() -> None:
    finding = check_phone("13874512345/女儿的")
    assert finding.kind is PhoneKind.UNCLEAR
    assert finding.number == "13874512345/女儿的"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 黄 兰娥", "黄兰娥"),
        ("黄\u3000兰\u3000娥", "黄兰娥"),
        ("黄\n兰娥", "黄兰娥"),
        ("黄\u00a0兰\u200b娥", "黄兰娥"),
        ("阿依•古丽", "阿依·古丽"),
        ("阿依 · 古丽", "阿依·古丽"),
        ("𠅤 𣲗", "𠅤𣲗"),
        ("Nguyen  Thi Hoa", "Nguyen Thi Hoa"),
        ("阮 Thi Hoa", "阮Thi Hoa"),
        ("\u3000", ""),
    ],
)
def test_names(typed: str, name: str) -> None:
    assert normalise_name(typed) == name


def test_compatibility_characters_in_names_are_left_alone() -> None:
    assert normalise_name("\ufa0e\uf900") == "\ufa0e\uf900"


def test_unusual_in_name() -> None:
    assert unusual_in_name("黄兰娥") == ""
    assert unusual_in_name("李〇𠅤\U00031350阿依·古丽") == ""
    assert unusual_in_name("黄□娥") == "□"
    assert unusual_in_name("张三1？?") == "1？?"
    assert unusual_in_name("黄\ue123") == "\ue123"


@pytest.mark.parametrize(
    ("count", "finding"),
    [
        (0, MicroGridSize.TOO_SMALL),
        (14, MicroGridSize.TOO_SMALL),
        (15, MicroGridSize.FITS),
        (20, MicroGridSize.FITS),
        (21, MicroGridSize.TOO_LARGE),
    ],
)
def test_micro_grid_sizes(count: int, finding: MicroGridSize) -> None:
    assert micro_grid_size_finding(count) is finding
    assert (MICRO_GRID_SMALLEST, MICRO_GRID_LARGEST) == (15, 20)


def test_masks() -> None:
    assert mask_identity_number("433031197802229237") == "433031**********37"
    assert mask_identity_number("1234") == "****"
    assert mask_phone("17032845751") == "170****5751"
    assert mask_phone("0745-8622222") == "**********22"
    assert mask_phone("12") == "**"
