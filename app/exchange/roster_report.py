"""What was found in a roster: the answer of `read_roster`, before anything is stored.

Frozen and free of prose: every refusal and warning carries a code and parameters, and
`ui/wording_roster.py` holds the sentences. Rows and columns are Excel's, counted from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.exchange.column_guess import ColumnGuess
from app.exchange.roster_columns import RosterColumn
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
    HAS_LEFT = "has_left"
    IDENTITY_DATE_IN_FUTURE = "identity_date_in_future"
    IDENTITY_DATE_TOO_EARLY = "identity_date_too_early"
    IDENTITY_DIGITS_LOST = "identity_digits_lost"
    IDENTITY_MASKED = "identity_masked"
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
    BIRTH_DATE_FROM_DAY_NUMBER = "birth_date_from_day_number"
    BIRTH_DATE_UNCLEAR = "birth_date_unclear"
    BIRTH_DAY_MISSING = "birth_day_missing"
    COLUMN_NOT_USED = "column_not_used"
    ETHNIC_GROUP_UNKNOWN = "ethnic_group_unknown"
    HEAD_NOT_AMONG_MEMBERS = "head_not_among_members"
    HEAD_ROW_REFUSED = "head_row_refused"
    HOUSEHOLD_ALL_REFUSED = "household_all_refused"
    HOUSEHOLD_IN_TWO_MICRO_GRIDS = "household_in_two_micro_grids"
    HOUSEHOLD_NUMBER_MISSING = "household_number_missing"
    HOUSEHOLD_NUMBER_REPEATED = "household_number_repeated"
    HOUSEHOLD_NUMBERS_START_AGAIN = "household_numbers_start_again"
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
    NOTE_SAYS_LEFT = "note_says_left"
    PHONE_MASKED = "phone_masked"
    PHONE_UNCLEAR = "phone_unclear"
    RELATION_COLUMN_MISSING = "relation_column_missing"
    RELATION_CONTRADICTS_SEX = "relation_contradicts_sex"
    RELATION_FITTED_TO_SEX = "relation_fitted_to_sex"
    RELATION_MISSING = "relation_missing"
    RELATION_UNKNOWN = "relation_unknown"
    ROWS_HIDDEN = "rows_hidden"
    SAME_NAME_IN_HOUSEHOLD = "same_name_in_household"
    SEX_CONTRADICTS_NUMBER = "sex_contradicts_number"
    SEX_MISSING = "sex_missing"
    SHEET_SAYS_TWO_MICRO_GRIDS = "sheet_says_two_micro_grids"
    TOTAL_HOUSEHOLDS_DIFFER = "total_households_differ"
    TOTAL_RESIDENTS_DIFFER = "total_residents_differ"
    WORDS_UNKNOWN = "words_unknown"


class SkippedKind(StrEnum):
    """Rows below the header that hold no resident."""

    BLANK = "blank"
    HEADER_AGAIN = "header_again"
    HIDDEN = "hidden"
    MICRO_GRID_TITLE = "micro_grid_title"
    NOTE = "note"
    SIGNATURE = "signature"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


class SheetSkip(StrEnum):
    """Why a whole sheet was not read."""

    ALL_ON_OTHER_SHEETS = "all_on_other_sheets"
    EMPTY = "empty"
    HIDDEN = "hidden"
    LEFT_OUT = "left_out"
    NO_HEADER = "no_header"
    NO_PEOPLE = "no_people"
    OTHER_LIST = "other_list"


Place = tuple[str, int]
"""A row of the workbook: the sheet's name and Excel's number of the row."""


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
    details: tuple[tuple[RosterColumn, str], ...] = ()
    """What the roster keeps besides, as stored; see ``roster_columns.RESIDENT_DETAILS``."""
    sheet: str = ""

    @property
    def place(self) -> Place:
        """Where the person stands in the workbook."""
        return self.sheet, self.row


@dataclass(frozen=True, slots=True)
class RosterHousehold:
    """A household with at least one resident taken.

    `number` is empty if the roster has none or repeats another household's. `rows` lists every row
    of the household, also refused ones; `head_name` is as typed, also if the head was refused.
    `is_number_of_sheet` where each sheet counts its households from 1 anew: the number then carries
    the micro-grid's before it, and says nothing of a household that is already known.
    """

    number: str
    micro_grid_name: str
    micro_grid_number: int | None
    head_name: str
    rows: tuple[int, ...]
    residents: tuple[RosterResident, ...]
    details: tuple[tuple[RosterColumn, str], ...] = ()
    is_number_of_sheet: bool = False
    sheet: str = ""


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
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class RosterWarning:
    """Something to look at; `row` is None if it concerns the whole sheet, `sheet` is empty if it
    concerns the whole workbook."""

    row: int | None
    column: RosterColumn | None
    kind: WarningKind
    params: Mapping[str, ReportParam] = field(default_factory=dict)
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row without a resident."""

    row: int
    kind: SkippedKind
    sheet: str = ""


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
class RosterSheet:
    """A sheet that was read; `micro_grid` and `group` are what its title or name says of all its
    households, empty where they say nothing."""

    name: str
    title: str
    header_row: int
    columns: ColumnGuess
    micro_grid: str
    group: str
    totals: RosterTotals


@dataclass(frozen=True, slots=True)
class SkippedSheet:
    """A sheet that was not read; `people` is how many rows of people it has, where counted."""

    name: str
    reason: SheetSkip
    people: int = 0


@dataclass(frozen=True, slots=True)
class RosterReport:
    """Everything found in one workbook: one sheet for the village, or one for each micro-grid."""

    file_name: str
    sheets: tuple[RosterSheet, ...]
    skipped_sheets: tuple[SkippedSheet, ...]
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

    @property
    def sheet(self) -> str:
        """The first sheet that was read; the only one of most rosters."""
        return self.sheets[0].name

    @property
    def title(self) -> str:
        """The roster's title, as the first sheet has it."""
        return self.sheets[0].title

    @property
    def header_row(self) -> int:
        """Where the first sheet's header is."""
        return self.sheets[0].header_row

    @property
    def columns(self) -> ColumnGuess:
        """The first sheet's columns."""
        return self.sheets[0].columns

    @property
    def has_many_sheets(self) -> bool:
        """Whether a row needs its sheet named to be found."""
        return len(self.sheets) > 1
