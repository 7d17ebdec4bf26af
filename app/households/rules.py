"""What the register accepts: identity numbers, phones, names, the size of a micro-grid.

Pure functions, shared by laptop and county. An identity number is judged by its check digit and
its date alone. The area code is only a hint: numbers of people born here before 1997 carry 433031
or, when issued later, 431230, and tying the code to the year of birth refuses real neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul

from app.households.vocabulary import MicroGridSize, Sex

MICRO_GRID_SMALLEST = 15
"""以15至20户为1个微网格设1名网格员: the county party secretary's article on 通道's system."""
MICRO_GRID_LARGEST = 20

EARLIEST_BIRTH_YEAR = 1900
COUNTY_AREA_CODE = "431230"
COUNTY_AREA_CODE_BEFORE_1997 = "433031"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_PLAIN_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


class IdentityProblem(StrEnum):
    """Why a text is not a resident identity number."""

    EMPTY = "empty"
    OLD_FIFTEEN_DIGITS = "old_fifteen_digits"
    WRONG_LENGTH = "wrong_length"
    NOT_DIGITS = "not_digits"
    IMPOSSIBLE_DATE = "impossible_date"
    DATE_IN_FUTURE = "date_in_future"
    DATE_TOO_EARLY = "date_too_early"
    WRONG_CHECK_DIGIT = "wrong_check_digit"


class AreaHint(StrEnum):
    """Where the first six digits point; never a reason to refuse."""

    COUNTY = "county"
    COUNTY_BEFORE_1997 = "county_before_1997"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class IdentityFinding:
    """What was found in a text typed as an identity number.

    `number` is the normalised text, also when it is refused. `birth_date`, `sex` and `area` are
    None unless the number is accepted.
    """

    number: str
    problem: IdentityProblem | None
    birth_date: date | None = None
    sex: Sex | None = None
    area: AreaHint | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the number may be stored as a resident identity number."""
        return self.problem is None


def normalise_identity_number(text: str) -> str:
    """Half-width digits, no spaces or dashes, a capital X."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("Х", "X").replace("×", "X")
    return re.sub(r"[\s\u200b-\u200f\ufeff'’‘`\-‐-―]", "", plain)


def check_identity_number(text: str, today: date) -> IdentityFinding:
    """Judge an identity number by GB 11643-1999: 18 places, a real date, the MOD 11-2 digit.

    `today` bounds the date of birth: not in the future and not before 1900.
    """
    number = text
    if not _PLAIN_NUMBER.fullmatch(text):
        number = normalise_identity_number(text)
        problem = _shape_problem(number)
        if problem is not None:
            return IdentityFinding(number, problem)
    birth_date = _date_or_none(number[6:14])
    problem = _date_problem(birth_date, today)
    if problem is None and _check_digit(number) != number[17]:
        problem = IdentityProblem.WRONG_CHECK_DIGIT
    if problem is not None:
        return IdentityFinding(number, problem)
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdentityFinding(number, None, birth_date, sex, _area_hint(number[:6]))


def _shape_problem(number: str) -> IdentityProblem | None:
    if not number:
        return IdentityProblem.EMPTY
    if re.fullmatch(r"[0-9]{15}", number):
        return IdentityProblem.OLD_FIFTEEN_DIGITS
    if len(number) != 18:
        return IdentityProblem.WRONG_LENGTH
    if not _PLAIN_NUMBER.fullmatch(number):
        return IdentityProblem.NOT_DIGITS
    return None


def _date_or_none(eight_digits: str) -> date | None:
    try:
        return date(int(eight_digits[:4]), int(eight_digits[4:6]), int(eight_digits[6:]))
    except ValueError:
        return None


def _date_problem(birth_date: date | None, today: date) -> IdentityProblem | None:
    if birth_date is None:
        return IdentityProblem.IMPOSSIBLE_DATE
    if birth_date > today:
        return IdentityProblem.DATE_IN_FUTURE
    if birth_date.year < EARLIEST_BIRTH_YEAR:
        return IdentityProblem.DATE_TOO_EARLY
    return None


def _check_digit(number: str) -> str:
    """ISO 7064 MOD 11-2 over the first 17 digits."""
    total = sum(map(mul, map(int, number[:17]), _WEIGHTS))
    return _CHECK_DIGITS[total % 11]


def _area_hint(area_code: str) -> AreaHint:
    if area_code == COUNTY_AREA_CODE:
        return AreaHint.COUNTY
    if area_code == COUNTY_AREA_CODE_BEFORE_1997:
        return AreaHint.COUNTY_BEFORE_1997
    return AreaHint.ELSEWHERE


def mask_identity_number(number: str) -> str:
    """The number as lists show it: area and last two places, e.g. ``433031**********37``."""
    if len(number) <= 8:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 8) + number[-2:]


class PhoneKind(StrEnum):
    """What kind of number a phone cell holds."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class PhoneFinding:
    """The first number of a phone cell, and any others written beside it."""

    number: str
    kind: PhoneKind
    others: tuple[str, ...] = ()


def check_phone(text: str) -> PhoneFinding:
    """Read a phone cell: full-width digits, spaces, dashes, +86, two numbers in one cell.

    A text that is no phone is UNCLEAR and kept as written: a phone is never a reason to refuse.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = [_phone_or_none(part) for part in re.split(r"[/、,，;；|\n]+", plain) if part.strip()]
    numbers = [finding for finding in found if finding is not None]
    if not numbers or len(numbers) < len(found):
        return PhoneFinding(plain, PhoneKind.UNCLEAR)
    others = tuple(finding.number for finding in numbers[1:])
    return PhoneFinding(numbers[0].number, numbers[0].kind, others)


def _phone_or_none(text: str) -> PhoneFinding | None:
    digits = re.sub(r"[\s\-‐-―().]", "", text).removeprefix("+86")
    if re.fullmatch(r"(86)?1[3-9][0-9]{9}", digits):
        return PhoneFinding(digits[-11:], PhoneKind.MOBILE)
    if re.fullmatch(r"0[0-9]{9,11}", digits):
        area = 3 if digits[1] in "12" else 4
        if len(digits) - area in (7, 8):
            return PhoneFinding(f"{digits[:area]}-{digits[area:]}", PhoneKind.LANDLINE)
        return None
    if re.fullmatch(r"[2-9][0-9]{6,7}", digits):
        return PhoneFinding(digits, PhoneKind.LANDLINE)
    return None


def mask_phone(number: str) -> str:
    """The number as lists show it, e.g. ``138****4751``; short ones keep their last two."""
    if len(number) < 7:
        return "*" * len(number)
    if len(number) == 11 and number.isdigit():
        return number[:3] + "****" + number[7:]
    return "*" * (len(number) - 2) + number[-2:]


_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_DOTS = re.compile(r"[‧・•∙⋅･]")
_LATIN_GAP = re.compile(r"(?<=[A-Za-z.]) (?=[A-Za-z])")


def normalise_name(text: str) -> str:
    """A name without the spaces committees type to align columns.

    Every space between Chinese characters goes, full-width ones too; one space stays between
    Latin words. Rare characters are left exactly as they are: no Unicode normalisation, which
    would replace some of them. The dot in names such as 阿依·古丽 becomes the usual ·.
    """
    one_spaced = re.sub(r"\s+", " ", _INVISIBLE.sub("", text)).strip()
    words = _LATIN_GAP.sub("\0", one_spaced)
    return _DOTS.sub("·", words.replace(" ", "").replace("\0", " "))


def unusual_in_name(name: str) -> str:
    """The characters of a name that no name should hold: digits, signs, private-use glyphs.

    Private-use characters come from old fonts for rare characters and show as boxes elsewhere;
    □, * and ? stand where someone could not type one.
    """
    return "".join(dict.fromkeys(char for char in name if not _belongs_in_name(char)))


def _belongs_in_name(char: str) -> bool:
    """Letters and Chinese characters, also those newer than Python's own tables (planes 2, 3)."""
    if char in " ·.'-〇" or 0x20000 <= ord(char) <= 0x3FFFF:
        return True
    return unicodedata.category(char).startswith(("L", "M"))


def micro_grid_size_finding(household_count: int) -> MicroGridSize:
    """Whether a micro-grid has 15 to 20 households; outside that is a warning, never a refusal."""
    if household_count < MICRO_GRID_SMALLEST:
        return MicroGridSize.TOO_SMALL
    if household_count > MICRO_GRID_LARGEST:
        return MicroGridSize.TOO_LARGE
    return MicroGridSize.FITS


class DoubleReason(StrEnum):
    """Why two households may be one; any of them is enough to ask a person, none to decide."""

    SAME_NUMBER = "same_number"
    SAME_HEAD_IDENTITY = "same_head_identity"
    SAME_MEMBER_IDENTITY = "same_member_identity"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What tells whether two residents are one person."""

    id: str
    name: str
    identity_number: str | None
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """What tells whether two records of one village are one household."""

    number: str
    head_name: str
    people: tuple[PersonFacts, ...]


def normal_household_number(number: str) -> str:
    """A household's number as it is compared: half-width, no spaces, no zeros in front."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).upper()
    return plain.lstrip("0") or plain


def double_reasons(one: HouseholdFacts, other: HouseholdFacts) -> tuple[DoubleReason, ...]:
    """Why two households of one village may be one; empty when nothing says so.

    A shared surname or address says nothing: half a village shares both.
    """
    found = []
    if normal_household_number(one.number) == normal_household_number(other.number):
        found.append(DoubleReason.SAME_NUMBER)
    shared = _numbers(one) & _numbers(other)
    heads = {person.identity_number for person in one.people if person.name == one.head_name}
    heads &= {person.identity_number for person in other.people if person.name == other.head_name}
    if shared & heads:
        found.append(DoubleReason.SAME_HEAD_IDENTITY)
    elif shared:
        found.append(DoubleReason.SAME_MEMBER_IDENTITY)
    return tuple(found)


def _numbers(household: HouseholdFacts) -> set[str]:
    return {person.identity_number for person in household.people if person.identity_number}


def twins(ones: Iterable[PersonFacts], others: Iterable[PersonFacts]) -> dict[str, str]:
    """Who of one household is who in the other: {id: other's id}.

    The same identity number; or, where one of the two has none yet, the same name and no other
    date of birth. Two of one name in a household are left for a person to tell apart.
    """
    ones, others = list(ones), list(others)
    found = {
        one.id: other.id
        for one in ones
        for other in others
        if one.identity_number and one.identity_number == other.identity_number
    }
    for one in ones:
        alike = [other for other in others if _may_be_one(one, other)]
        rivals = [each for each in ones if each.name == one.name]
        is_free = one.id not in found and len(rivals) == 1
        if is_free and len(alike) == 1 and alike[0].id not in found.values():
            found[one.id] = alike[0].id
    return found


def _may_be_one(one: PersonFacts, other: PersonFacts) -> bool:
    if one.identity_number and other.identity_number:
        return False
    is_born_apart = one.birth_date and other.birth_date and one.birth_date != other.birth_date
    return one.name == other.name and not is_born_apart
