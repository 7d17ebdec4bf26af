"""One row of a roster → one resident, or the reason why not.

Reading is generous with form (full-width digits, spaces, words) and strict with substance: a
number that fails its check digit is refused, never stored "for now".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from app.exchange.roster_columns import ColumnGuess, RosterColumn
from app.exchange.roster_report import (
    RefusalReason,
    RefusedRow,
    ReportParam,
    RosterResident,
    RosterWarning,
    WarningKind,
)
from app.exchange.sheet_grid import EMPTY, Cell, CellKind, GridRow
from app.households.rules import (
    IdentityFinding,
    IdentityProblem,
    PhoneKind,
    check_identity_number,
    check_phone,
    mask_identity_number,
    normalise_name,
    unusual_in_name,
)
from app.households.vocabulary import (
    EthnicGroup,
    IdentityKind,
    MissingIdentityReason,
    Relation,
    Sex,
)
from app.households.words import (
    ethnic_group_from_words,
    relation_from_words,
    sex_from_words,
    sex_of_relation,
)

LONGEST: dict[RosterColumn, int] = {
    RosterColumn.HOUSEHOLD_NUMBER: 20,
    RosterColumn.MICRO_GRID: 50,
    RosterColumn.HEAD_NAME: 50,
    RosterColumn.NAME: 50,
    RosterColumn.RELATION: 30,
    RosterColumn.SEX: 20,
    RosterColumn.BIRTH_DATE: 40,
    RosterColumn.IDENTITY_NUMBER: 50,
    RosterColumn.ETHNIC_GROUP: 30,
    RosterColumn.PHONE: 50,
    RosterColumn.NOTE: 500,
}
"""Characters a cell may hold; names as in GB/T 31000-2015 table 12."""

_REASONS: dict[IdentityProblem, RefusalReason] = {
    IdentityProblem.OLD_FIFTEEN_DIGITS: RefusalReason.IDENTITY_OLD_FIFTEEN_DIGITS,
    IdentityProblem.WRONG_LENGTH: RefusalReason.IDENTITY_WRONG_LENGTH,
    IdentityProblem.EMPTY: RefusalReason.IDENTITY_WRONG_LENGTH,
    IdentityProblem.NOT_DIGITS: RefusalReason.IDENTITY_NOT_DIGITS,
    IdentityProblem.IMPOSSIBLE_DATE: RefusalReason.IDENTITY_IMPOSSIBLE_DATE,
    IdentityProblem.DATE_IN_FUTURE: RefusalReason.IDENTITY_DATE_IN_FUTURE,
    IdentityProblem.DATE_TOO_EARLY: RefusalReason.IDENTITY_DATE_TOO_EARLY,
    IdentityProblem.WRONG_CHECK_DIGIT: RefusalReason.IDENTITY_WRONG_CHECK_DIGIT,
}

_NEWBORN_WORDS = re.compile(r"新生|婴儿|未上户|没上户|未落户|未入户|未报户|未登记户口|无户口")
_PENDING_WORDS = re.compile(r"待补|补办|待办|待查|待核|办理中|在办|未办|遗失|丢失|暂缺")
_OTHER_WORDS = re.compile(r"无证|无身份证|没有身份证|没身份证|外籍|外国|境外")
_NOTHING_WORDS = re.compile(r"[-—–/\\*.、。\s]*|无|没有|暂无|空")

_FULL_DATE = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?|([0-9]{8})")


class RowRefusedError(Exception):
    """Inside this module: stop reading this row."""

    def __init__(self, reason: RefusalReason, column: RosterColumn, **params: ReportParam) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.column = column
        self.params = params


@dataclass(frozen=True, slots=True)
class RowRead:
    """A row as read: exactly one of `resident` and `refused` is set.

    The household's cells are kept for refused rows too, so that one bad number does not tear a
    household apart. Empty texts mean the cell was empty.
    """

    row: int
    resident: RosterResident | None
    refused: RefusedRow | None
    warnings: tuple[RosterWarning, ...]
    name: str
    is_head: bool
    household_number: str
    micro_grid: str
    head_name: str


@dataclass(slots=True)
class _Reading:
    """The row being read, and the warnings so far."""

    row: GridRow
    columns: ColumnGuess
    today: date
    warnings: list[RosterWarning] = field(default_factory=list)

    def cell(self, column: RosterColumn) -> Cell:
        position = self.columns.position(column)
        return EMPTY if position is None else self.row.cell(position)

    def text(self, column: RosterColumn) -> str:
        """Half-width, single-spaced text; "" for formulas and errors."""
        cell = self.cell(column)
        if cell.kind in (CellKind.FORMULA, CellKind.ERROR):
            return ""
        return _tidy(unicodedata.normalize("NFKC", cell.text))

    def name_in(self, column: RosterColumn) -> str:
        cell = self.cell(column)
        is_text = cell.kind not in (CellKind.FORMULA, CellKind.ERROR)
        name = normalise_name(cell.text)[: LONGEST[column]] if is_text else ""
        return "" if _is_number(name) else name

    def warn(self, kind: WarningKind, column: RosterColumn, **params: ReportParam) -> None:
        self.warnings.append(RosterWarning(self.row.number, column, kind, params))


def _is_number(name: str) -> bool:
    """A serial number, or an identity number that a shifted column brought among the names."""
    return name.isdecimal() or sum(char.isdecimal() for char in name) >= 15


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def read_row(row: GridRow, columns: ColumnGuess, today: date) -> RowRead:
    """Read one row that holds a resident; never raises for bad content."""
    reading = _Reading(row, columns, today)
    resident: RosterResident | None = None
    refused: RefusedRow | None = None
    try:
        _refuse_unreadable_cells(reading)
        resident = _read_resident(reading)
    except RowRefusedError as refusal:
        refused = _refused_row(reading, refusal)
    return RowRead(
        row=row.number,
        resident=resident,
        refused=refused,
        warnings=tuple(reading.warnings) if resident else (),
        name=reading.name_in(RosterColumn.NAME),
        is_head=_is_head(reading),
        household_number=reading.text(RosterColumn.HOUSEHOLD_NUMBER)[:50].replace(" ", ""),
        micro_grid=reading.text(RosterColumn.MICRO_GRID)[:50],
        head_name=reading.name_in(RosterColumn.HEAD_NAME),
    )


def _refused_row(reading: _Reading, refusal: RowRefusedError) -> RefusedRow:
    return RefusedRow(
        row=reading.row.number,
        column=refusal.column,
        column_letter=reading.columns.letter(refusal.column),
        reason=refusal.reason,
        name=reading.name_in(RosterColumn.NAME),
        params=refusal.params,
    )


def _is_head(reading: _Reading) -> bool:
    words = reading.text(RosterColumn.RELATION)
    if words:
        relation = relation_from_words(words, None)
        return relation is not None and relation.is_head
    name = reading.name_in(RosterColumn.NAME)
    return bool(name) and name == reading.name_in(RosterColumn.HEAD_NAME)


def _refuse_unreadable_cells(reading: _Reading) -> None:
    for column, longest in LONGEST.items():
        cell = reading.cell(column)
        letter = reading.columns.letter(column) or ""
        place = f"{letter}{reading.row.number}"
        if cell.kind is CellKind.FORMULA:
            raise RowRefusedError(RefusalReason.CELL_HAS_FORMULA, column, cell=place)
        if cell.kind is CellKind.ERROR:
            raise RowRefusedError(
                RefusalReason.CELL_HAS_ERROR, column, cell=place, error=cell.text[:20]
            )
        if len(cell.text) > longest:
            raise RowRefusedError(
                RefusalReason.TEXT_TOO_LONG,
                column,
                cell=place,
                length=len(cell.text),
                limit=longest,
            )


def _read_resident(reading: _Reading) -> RosterResident:
    name = _read_name(reading)
    identity = _read_identity(reading)
    note = _tidy(reading.cell(RosterColumn.NOTE).text)
    missing_reason = None
    if identity is None:
        missing_reason, note = _read_missing_reason(reading, note)
    sex = _read_sex(reading, identity)
    phone, note = _read_phone(reading, note)
    return RosterResident(
        row=reading.row.number,
        name=name,
        relation=_read_relation(reading, sex),
        relation_words=reading.text(RosterColumn.RELATION),
        sex=sex,
        birth_date=_read_birth_date(reading, identity),
        ethnic_group=_read_ethnic_group(reading),
        identity_kind=IdentityKind.RESIDENT_IDENTITY_NUMBER if identity else IdentityKind.NONE_YET,
        identity_number=identity.number if identity else None,
        missing_reason=missing_reason,
        phone=phone,
        note=note or None,
    )


def _read_name(reading: _Reading) -> str:
    name = normalise_name(reading.cell(RosterColumn.NAME).text)
    if not name:
        raise RowRefusedError(RefusalReason.NAME_MISSING, RosterColumn.NAME)
    if _is_number(name):
        raise RowRefusedError(RefusalReason.NAME_IS_A_NUMBER, RosterColumn.NAME)
    unusual = unusual_in_name(name)
    if unusual:
        reading.warn(WarningKind.NAME_UNUSUAL, RosterColumn.NAME, name=name, unusual=unusual)
    return name


def _read_identity(reading: _Reading) -> IdentityFinding | None:
    """The accepted number; None if the cell holds none; raises if it holds a bad one."""
    cell = reading.cell(RosterColumn.IDENTITY_NUMBER)
    if not re.search(r"\d", cell.text):
        return None
    finding = check_identity_number(cell.text, reading.today)
    column = RosterColumn.IDENTITY_NUMBER
    if cell.kind is CellKind.ROUNDED_NUMBER:
        raise RowRefusedError(RefusalReason.IDENTITY_DIGITS_LOST, column)
    if finding.problem is not None:
        raise RowRefusedError(
            _REASONS[finding.problem],
            column,
            masked=mask_identity_number(finding.number),
            length=len(finding.number),
        )
    return finding


def _read_missing_reason(reading: _Reading, note: str) -> tuple[MissingIdentityReason, str]:
    """Why there is no number, from the note or from words in the number's own cell.

    Words in the number's cell are kept in the note, so that nothing typed is lost.
    """
    words = reading.text(RosterColumn.IDENTITY_NUMBER)
    if _NOTHING_WORDS.fullmatch(words):
        words = ""
    if words and words not in note:
        note = f"{note}；{words}" if note else words
    reason = _reason_in(f"{words} {note}")
    if reason is not None:
        return reason, note
    reading.warn(WarningKind.IDENTITY_NUMBER_MISSING, RosterColumn.IDENTITY_NUMBER)
    return MissingIdentityReason.OTHER if words else MissingIdentityReason.PENDING, note


def _reason_in(words: str) -> MissingIdentityReason | None:
    if _NEWBORN_WORDS.search(words):
        return MissingIdentityReason.NEWBORN_NOT_REGISTERED
    if _PENDING_WORDS.search(words):
        return MissingIdentityReason.PENDING
    return MissingIdentityReason.OTHER if _OTHER_WORDS.search(words) else None


def _read_sex(reading: _Reading, identity: IdentityFinding | None) -> Sex:
    words = reading.text(RosterColumn.SEX)
    typed = sex_from_words(words) if words else None
    if identity is not None and identity.sex is not None:
        if words and typed is not identity.sex:
            reading.warn(WarningKind.SEX_CONTRADICTS_NUMBER, RosterColumn.SEX, typed=words)
        return identity.sex
    if typed is not None:
        return typed
    relation = relation_from_words(reading.text(RosterColumn.RELATION), None)
    implied = sex_of_relation(relation) if relation else None
    if implied is None or words:
        reading.warn(WarningKind.SEX_MISSING, RosterColumn.SEX, typed=words)
    return implied or Sex.UNKNOWN


def _read_relation(reading: _Reading, sex: Sex) -> Relation | None:
    words = reading.text(RosterColumn.RELATION)
    if not words:
        if _is_head(reading):
            return Relation.HEAD
        reading.warn(WarningKind.RELATION_MISSING, RosterColumn.RELATION)
        return None
    relation = relation_from_words(words, sex)
    if relation is None:
        reading.warn(WarningKind.RELATION_UNKNOWN, RosterColumn.RELATION, words=words)
        return None
    as_written = relation_from_words(words, None)
    implied = sex_of_relation(relation)
    if as_written in (Relation.WIFE, Relation.HUSBAND) and relation is not as_written:
        reading.warn(
            WarningKind.RELATION_FITTED_TO_SEX,
            RosterColumn.RELATION,
            words=words,
            taken_as=relation.chinese_name,
        )
    elif implied is not None and sex in (Sex.MALE, Sex.FEMALE) and implied is not sex:
        reading.warn(
            WarningKind.RELATION_CONTRADICTS_SEX,
            RosterColumn.RELATION,
            words=words,
            sex=sex.chinese_name,
        )
    return relation


def _read_birth_date(reading: _Reading, identity: IdentityFinding | None) -> date | None:
    text = reading.text(RosterColumn.BIRTH_DATE).replace(" ", "")
    typed = full_date(text)
    column = RosterColumn.BIRTH_DATE
    if identity is not None and identity.birth_date is not None:
        if typed is not None and typed != identity.birth_date:
            reading.warn(WarningKind.BIRTH_DATE_CONTRADICTS_NUMBER, column, typed=text)
        return identity.birth_date
    if text and (typed is None or typed > reading.today):
        reading.warn(WarningKind.BIRTH_DATE_UNCLEAR, column, typed=text)
        return None
    return typed


def full_date(text: str) -> date | None:
    """A date with year, month and day in any usual writing; None for 1976.5 or an unreal date."""
    match = _FULL_DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day, run = match.groups()
    if run:
        year, month, day = run[:4], run[4:6], run[6:]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _read_ethnic_group(reading: _Reading) -> EthnicGroup | None:
    words = reading.text(RosterColumn.ETHNIC_GROUP)
    group = ethnic_group_from_words(words) if words else None
    if words and group is None:
        reading.warn(WarningKind.ETHNIC_GROUP_UNKNOWN, RosterColumn.ETHNIC_GROUP, words=words)
    return group


def _read_phone(reading: _Reading, note: str) -> tuple[str | None, str]:
    """The first number; others go to the note. What is no phone is kept as typed, and told."""
    text = reading.cell(RosterColumn.PHONE).text
    if not text.strip() or _NOTHING_WORDS.fullmatch(text.strip()):
        return None, note
    finding = check_phone(text)
    if finding.kind is PhoneKind.UNCLEAR:
        reading.warn(WarningKind.PHONE_UNCLEAR, RosterColumn.PHONE, typed=finding.number)
    more = "、".join(finding.others)
    if more:
        note = f"{note}；{more}" if note else more
    return finding.number, note
