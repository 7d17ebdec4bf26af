"""What was found in a roster: the answer of `read_roster`, before anything is stored.

Frozen and free of prose: every refusal and warning carries a code and parameters, and
`ui/wording_roster.py` holds the sentences. Rows and columns are Excel's, counted from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.exchange.roster_columns import ColumnGuess, RosterColumn
from app.households.vocabulary import (
    EthnicGroup,
    IdentityKind,
    MicroGridSize,
    MissingIdentityReason,
    Relation,
    Sex,
)

ReportParam = str | int


class RefusalReason(StrEnum):
    """Why a row is not taken; the rest of the roster is."""

    CELL_HAS_ERROR = "cell_has_error"
    CELL_HAS_FORMULA = "cell_has_formula"
    IDENTITY_DATE_IN_FUTURE = "identity_date_in_future"
    IDENTITY_DATE_TOO_EARLY = "identity_date_too_early"
    IDENTITY_DIGITS_LOST = "identity_digits_lost"
    IDENTITY_IMPOSSIBLE_DATE = "identity_impossible_date"
    IDENTITY_NOT_DIGITS = "identity_not_digits"
    IDENTITY_OLD_FIFTEEN_DIGITS = "identity_old_fifteen_digits"
    IDENTITY_REPEATED = "identity_repeated"
    IDENTITY_WRONG_CHECK_DIGIT = "identity_wrong_check_digit"
    IDENTITY_WRONG_LENGTH = "identity_wrong_length"
    NAME_IS_A_NUMBER = "name_is_a_number"
    NAME_MISSING = "name_missing"
    TEXT_TOO_LONG = "text_too_long"


class WarningKind(StrEnum):
    """What is taken but should be looked at."""

    BIRTH_DATE_CONTRADICTS_NUMBER = "birth_date_contradicts_number"
    BIRTH_DATE_UNCLEAR = "birth_date_unclear"
    COLUMN_NOT_USED = "column_not_used"
    ETHNIC_GROUP_UNKNOWN = "ethnic_group_unknown"
    HEAD_ROW_REFUSED = "head_row_refused"
    HOUSEHOLD_ALL_REFUSED = "household_all_refused"
    HOUSEHOLD_IN_TWO_MICRO_GRIDS = "household_in_two_micro_grids"
    HOUSEHOLD_NUMBER_MISSING = "household_number_missing"
    HOUSEHOLD_NUMBER_REPEATED = "household_number_repeated"
    HOUSEHOLD_SCATTERED = "household_scattered"
    HOUSEHOLD_WITH_TWO_HEADS = "household_with_two_heads"
    HOUSEHOLD_WITHOUT_HEAD = "household_without_head"
    IDENTITY_NUMBER_MISSING = "identity_number_missing"
    MICRO_GRID_CARRIED_DOWN = "micro_grid_carried_down"
    MICRO_GRID_COLUMN_MISSING = "micro_grid_column_missing"
    MICRO_GRID_MISSING = "micro_grid_missing"
    MICRO_GRID_TOO_LARGE = "micro_grid_too_large"
    MICRO_GRID_TOO_SMALL = "micro_grid_too_small"
    NAME_UNUSUAL = "name_unusual"
    PHONE_UNCLEAR = "phone_unclear"
    RELATION_CONTRADICTS_SEX = "relation_contradicts_sex"
    RELATION_FITTED_TO_SEX = "relation_fitted_to_sex"
    RELATION_MISSING = "relation_missing"
    RELATION_UNKNOWN = "relation_unknown"
    SAME_NAME_IN_HOUSEHOLD = "same_name_in_household"
    SEX_CONTRADICTS_NUMBER = "sex_contradicts_number"
    SEX_MISSING = "sex_missing"
    TOTAL_HOUSEHOLDS_DIFFER = "total_households_differ"
    TOTAL_RESIDENTS_DIFFER = "total_residents_differ"


class SkippedKind(StrEnum):
    """Rows below the header that hold no resident."""

    BLANK = "blank"
    HEADER_AGAIN = "header_again"
    MICRO_GRID_TITLE = "micro_grid_title"
    SIGNATURE = "signature"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class RosterResident:
    """A resident as read. `identity_number` is None unless the number passed every check.

    `relation_words` is what was typed; `relation` is None if the words are unknown or missing.
    """

    row: int
    name: str
    relation: Relation | None
    relation_words: str
    sex: Sex
    birth_date: date | None
    ethnic_group: EthnicGroup | None
    identity_kind: IdentityKind
    identity_number: str | None
    missing_reason: MissingIdentityReason | None
    phone: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class RosterHousehold:
    """A household with at least one resident taken.

    `number` is empty if the roster has none or repeats another household's. `rows` lists every row
    of the household, also refused ones; `head_name` is as typed, also if the head was refused.
    """

    number: str
    micro_grid_name: str
    micro_grid_number: int | None
    head_name: str
    rows: tuple[int, ...]
    residents: tuple[RosterResident, ...]


@dataclass(frozen=True, slots=True)
class RosterMicroGrid:
    """A micro-grid of the roster and how its size compares with 15 to 20 households."""

    name: str
    number: int | None
    household_count: int
    resident_count: int
    finding: MicroGridSize


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not taken, with the first reason found; `name` as typed."""

    row: int
    column: RosterColumn | None
    column_letter: str | None
    reason: RefusalReason
    name: str
    params: Mapping[str, ReportParam] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RosterWarning:
    """Something to look at; `row` is None if it concerns the whole sheet."""

    row: int | None
    column: RosterColumn | None
    kind: WarningKind
    params: Mapping[str, ReportParam] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row without a resident."""

    row: int
    kind: SkippedKind


@dataclass(frozen=True, slots=True)
class RosterTotals:
    """Counted against stated. Found counts every row of a resident, also refused ones."""

    residents_found: int
    households_found: int
    residents_accepted: int
    households_accepted: int
    residents_stated: int | None = None
    households_stated: int | None = None
    stated_in_row: int | None = None


@dataclass(frozen=True, slots=True)
class RosterReport:
    """Everything found in one sheet of one workbook."""

    file_name: str
    sheet: str
    title: str
    header_row: int
    columns: ColumnGuess
    township_name_hint: str | None
    village_name_hint: str | None
    households: tuple[RosterHousehold, ...]
    micro_grids: tuple[RosterMicroGrid, ...]
    refused: tuple[RefusedRow, ...]
    warnings: tuple[RosterWarning, ...]
    skipped: tuple[SkippedRow, ...]
    totals: RosterTotals

    @property
    def residents(self) -> tuple[RosterResident, ...]:
        """All residents taken, in the roster's order of households."""
        return tuple(resident for home in self.households for resident in home.residents)
