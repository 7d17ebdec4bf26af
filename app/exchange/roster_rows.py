"""One row of a roster → one resident, or the reason why not.

Reading is generous with form (full-width digits, spaces, words) and strict with substance: a
number that fails its check digit is refused, never stored "for now".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.exchange.column_guess import ColumnGuess
from app.exchange.roster_cells import (
    RowReading,
    RowRefusedError,
    is_number,
    refuse_unreadable_cells,
    tidy_lines,
)
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_more import (
    read_details,
    read_household_details,
    refuse_who_has_left,
    warn_of_leaving,
)
from app.exchange.roster_report import (
    RefusalReason,
    RefusedRow,
    RosterResident,
    RosterWarning,
    WarningKind,
)
from app.exchange.sheet_grid import CellKind, GridRow
from app.exchange.typed_dates import typed_date
from app.households.rules import (
    IdentityFinding,
    IdentityProblem,
    PhoneFinding,
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

_REASONS_ALONE = {
    "新生儿未上户": MissingIdentityReason.NEWBORN_NOT_REGISTERED,
    "待补": MissingIdentityReason.PENDING,
    "其他原因": MissingIdentityReason.OTHER,
}
"""What the program itself writes in place of a number; nothing is added to the note."""
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?1[4-9]", re.IGNORECASE)
_MASKED = re.compile(r"\*{2,}")
_LOST_DIGITS = "000"
"""What a sheet shows in place of the last three of eighteen digits typed as a number."""


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
    is_head_name_copied: bool = False
    """The head's name belongs to a merged cell that begins further up."""
    is_head_name_spanning: bool = False
    """The head's name is merged down over the rows of the household."""
    details: tuple[tuple[RosterColumn, str], ...] = ()
    """What the row says of the household."""


def read_row(row: GridRow, columns: ColumnGuess, today: date, sheet: str = "") -> RowRead:
    """Read one row that holds a resident; never raises for bad content."""
    reading = RowReading(row, columns, today, sheet)
    resident: RosterResident | None = None
    refused: RefusedRow | None = None
    try:
        refuse_unreadable_cells(reading)
        resident = _read_resident(reading)
    except RowRefusedError as refusal:
        refused = _refused_row(reading, refusal)
    head_cell = reading.cell(RosterColumn.HEAD_NAME)
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
        is_head_name_copied=head_cell.is_from_merged,
        is_head_name_spanning=head_cell.spans_rows,
        details=read_household_details(reading),
    )


def _refused_row(reading: RowReading, refusal: RowRefusedError) -> RefusedRow:
    return RefusedRow(
        row=reading.row.number,
        column=refusal.column,
        column_letter=reading.columns.letter(refusal.column),
        reason=refusal.reason,
        name=reading.name_in(RosterColumn.NAME),
        params=refusal.params,
        sheet=reading.sheet,
    )


def _is_head(reading: RowReading) -> bool:
    words = reading.text(RosterColumn.RELATION)
    if words:
        relation = relation_from_words(words, None)
        return relation is not None and relation.is_head
    name = reading.name_in(RosterColumn.NAME)
    return bool(name) and name == reading.name_in(RosterColumn.HEAD_NAME)


def _read_resident(reading: RowReading) -> RosterResident:
    name = _read_name(reading)
    refuse_who_has_left(reading)
    identity = _read_identity(reading)
    note = tidy_lines(reading.cell(RosterColumn.NOTE).text)
    missing_reason = None
    if identity is None:
        missing_reason, note = _read_missing_reason(reading, note)
    sex = _read_sex(reading, identity)
    phone, note = _read_phone(reading, note)
    born, note = _read_birth_date(reading, identity, note)
    warn_of_leaving(reading, note)
    return RosterResident(
        row=reading.row.number,
        name=name,
        relation=_read_relation(reading, sex),
        relation_words=reading.text(RosterColumn.RELATION),
        sex=sex,
        birth_date=born,
        ethnic_group=_read_ethnic_group(reading),
        identity_kind=IdentityKind.RESIDENT_IDENTITY_NUMBER if identity else IdentityKind.NONE_YET,
        identity_number=identity.number if identity else None,
        missing_reason=missing_reason,
        phone=phone,
        note=note or None,
        details=read_details(reading),
        sheet=reading.sheet,
    )


def _read_name(reading: RowReading) -> str:
    name = normalise_name(reading.cell(RosterColumn.NAME).text)
    if not name:
        raise RowRefusedError(RefusalReason.NAME_MISSING, RosterColumn.NAME)
    if is_number(name):
        raise RowRefusedError(RefusalReason.NAME_IS_A_NUMBER, RosterColumn.NAME)
    unusual = unusual_in_name(name)
    if unusual:
        reading.warn(WarningKind.NAME_UNUSUAL, RosterColumn.NAME, name=name, unusual=unusual)
    return name


def _read_identity(reading: RowReading) -> IdentityFinding | None:
    """The accepted number; None if the cell holds none; raises if it holds a bad one."""
    cell = reading.cell(RosterColumn.IDENTITY_NUMBER)
    if not re.search(r"\d", cell.text):
        return None
    finding = check_identity_number(cell.text, reading.today)
    column = RosterColumn.IDENTITY_NUMBER
    if _MASKED.search(cell.text):
        raise RowRefusedError(RefusalReason.IDENTITY_MASKED, column, masked=cell.text[:30])
    if cell.kind is CellKind.ROUNDED_NUMBER or _has_lost_digits(cell.text, finding):
        raise RowRefusedError(RefusalReason.IDENTITY_DIGITS_LOST, column)
    if finding.problem is not None:
        raise RowRefusedError(
            _REASONS[finding.problem],
            column,
            masked=mask_identity_number(finding.number),
            length=len(finding.number),
        )
    return finding


def _has_lost_digits(text: str, finding: IdentityFinding) -> bool:
    """A number typed as a number and copied as text: 4.33031E+17, or three zeros at its end."""
    if _SCIENTIFIC.fullmatch(text.strip()):
        return True
    is_wrong = finding.problem is IdentityProblem.WRONG_CHECK_DIGIT
    return is_wrong and finding.number.endswith(_LOST_DIGITS)


def _read_missing_reason(reading: RowReading, note: str) -> tuple[MissingIdentityReason, str]:
    """Why there is no number, from the note or from words in the number's own cell.

    Words in the number's cell are kept in the note, so that nothing typed is lost.
    """
    words = reading.text(RosterColumn.IDENTITY_NUMBER)
    if _NOTHING_WORDS.fullmatch(words):
        words = ""
    if words in _REASONS_ALONE:
        return _REASONS_ALONE[words], note
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


def _read_sex(reading: RowReading, identity: IdentityFinding | None) -> Sex:
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


def _read_relation(reading: RowReading, sex: Sex) -> Relation | None:
    words = reading.text(RosterColumn.RELATION)
    if not words:
        if _is_head(reading):
            return Relation.HEAD
        if reading.columns.position(RosterColumn.RELATION) is not None:
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


def _read_birth_date(
    reading: RowReading, identity: IdentityFinding | None, note: str
) -> tuple[date | None, str]:
    """The day, and the note with what a day could not be made of: 1976.5 is no day."""
    column = RosterColumn.BIRTH_DATE
    text = reading.text(column)
    typed = typed_date(reading.cell(column), text)
    if identity is not None and identity.birth_date is not None:
        if typed.is_clear and not typed.may_be(identity.birth_date):
            shown = typed.day.isoformat() if typed.day and typed.is_day_number else text
            reading.warn(WarningKind.BIRTH_DATE_CONTRADICTS_NUMBER, column, typed=shown)
        return identity.birth_date, note
    if not text:
        return None, note
    if typed.day is not None and typed.day <= reading.today:
        if typed.is_day_number:
            day = typed.day.isoformat()
            reading.warn(WarningKind.BIRTH_DATE_FROM_DAY_NUMBER, column, typed=text, day=day)
        return typed.day, note
    is_part = typed.day is None and typed.is_clear
    kind = WarningKind.BIRTH_DAY_MISSING if is_part else WarningKind.BIRTH_DATE_UNCLEAR
    reading.warn(kind, column, typed=text)
    kept = f"{reading.columns.heading(column)}：{text}"
    return None, note if kept in note else f"{note}；{kept}" if note else kept


def _read_ethnic_group(reading: RowReading) -> EthnicGroup | None:
    words = reading.text(RosterColumn.ETHNIC_GROUP)
    group = ethnic_group_from_words(words) if words else None
    if words and group is None:
        reading.warn(WarningKind.ETHNIC_GROUP_UNKNOWN, RosterColumn.ETHNIC_GROUP, words=words)
    return group


def _read_phone(reading: RowReading, note: str) -> tuple[str | None, str]:
    """The first number; others go to the note. What is no phone is kept as typed, and told."""
    text = reading.cell(RosterColumn.PHONE).text
    if not text.strip() or _NOTHING_WORDS.fullmatch(text.strip()):
        return None, note
    if _MASKED.search(text):
        reading.warn(WarningKind.PHONE_MASKED, RosterColumn.PHONE, typed=text.strip())
        return None, note
    phone, note, finding = phone_and_note(text, note)
    if finding.kind is PhoneKind.UNCLEAR:
        reading.warn(WarningKind.PHONE_UNCLEAR, RosterColumn.PHONE, typed=finding.number)
    return phone, note


def phone_and_note(text: str, note: str) -> tuple[str, str, PhoneFinding]:
    """The first number of a cell, and the note with the others."""
    finding = check_phone(text)
    more = "、".join(finding.others)
    if more:
        note = f"{note}；{more}" if note else more
    return finding.number, note, finding
