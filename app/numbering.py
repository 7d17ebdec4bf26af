"""The numbers of records: the county's lasting ones from blocks, and until there are such the
laptop's own: 临2026-216200-K3-007.

The county sets blocks of lasting numbers aside for each laptop, so that two of them never give one
number, without a line. In a provisional number the install's mark keeps two laptops of one village
apart without asking anybody. Both forms are ours and no official ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

import orjson
from sqlmodel import Session

from app.cases.number_rules import (
    CASE_SERIES,
    PROVISIONAL,
    CaseNumber,
    NumberFormat,
    number_text,
)
from app.cases.vocabulary import CaseKind
from app.settings.queries import setting
from app.settings.vocabulary import SettingKey
from db.columns import new_id
from db.local_values import FORMER_NAMES, MUST_RENEW, read_values, write_values
from db.tables.base import SyncedRecord
from db.tables.cases import CaseFile

_NBS_LENGTH = 12
_COUNTY_DIGITS = 6
_MARK_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MARK_LENGTH = 6


def provisional_number(
    *, prefix: str, year: int, village_code: str, install_mark: str, count: int
) -> str:
    """Prefix and year, village, laptop, and a count that starts at 1 in each year.

    Of a 12-digit code the last six are shown: the county is the same for all.
    """
    if count < 1 or not village_code or not install_mark:
        raise ValueError((village_code, install_mark, count))
    is_nbs = len(village_code) == _NBS_LENGTH and village_code.isdigit()
    place = village_code[_COUNTY_DIGITS:] if is_nbs else village_code
    return f"{prefix}{year:04d}-{place}-{install_mark}-{count:03d}"


def install_mark(install_id: str) -> str:
    """Six letters and digits for one laptop, none that is read for another (no I, L, O, U).

    30 bits of a hash: of the at most twenty laptops of one village, two share a mark once in five
    million villages, and the county gives the lasting number in any case.
    """
    bits = int.from_bytes(hashlib.sha256(install_id.encode()).digest()[:8], "big")
    return "".join(_MARK_LETTERS[bits >> (5 * place) & 31] for place in range(_MARK_LENGTH))


def case_number(session: Session, *, kind: CaseKind, year: int, village_code: str) -> str:
    """The next number of a new case: a lasting one, or a provisional one while there is none."""
    lasting = lasting_number(session, kind=kind, year=year)
    if lasting is not None:
        return lasting
    return next_number(
        session,
        CaseFile,
        prefix=PROVISIONAL,
        counter="case_count",
        year=year,
        village_code=village_code,
    )


def lasting_number(
    session: Session, *, kind: CaseKind, year: int, on: date | None = None
) -> str | None:
    """Takes the next number of this laptop's blocks; None when it has none for the year.

    Written as the county has it on that day, at the end of the year unless one is given.
    None as well where an older file was put back: it may have given its next numbers before.
    """
    if _must_renew(session):
        return None
    wanted = number_format(session, on or date(year, 12, 31))
    while (number := _take(session, year)) is not None:
        text = number_text(kind, number, wanted)
        if not _has_number(session, CaseFile, text):
            return text
    return None


def years_with_numbers(session: Session) -> frozenset[int]:
    """The years of which this laptop has lasting numbers to give."""
    if _must_renew(session):
        return frozenset()
    found = session.connection().exec_driver_sql(
        "SELECT DISTINCT year FROM number_block WHERE series = ? AND following <= last",
        (CASE_SERIES,),
    )
    return frozenset(int(year) for year in found.scalars())


def _must_renew(session: Session) -> bool:
    return read_values(session, MUST_RENEW).get(MUST_RENEW) == "1"


def _take(session: Session, year: int) -> CaseNumber | None:
    found = session.connection().exec_driver_sql(
        "UPDATE number_block SET following = following + 1 WHERE id = (SELECT id FROM number_block "
        "WHERE series = ? AND year = ? AND following <= last ORDER BY first LIMIT 1) "
        "RETURNING following - 1",
        (CASE_SERIES, year),
    )
    count = found.scalar()
    return None if count is None else CaseNumber(year, int(count))


def number_format(session: Session, on: date) -> NumberFormat:
    """How this county writes its numbers from a day on."""
    wanted = setting(session, SettingKey.CASE_NUMBER_FORMAT, on)
    return NumberFormat(prefix=str(wanted["prefix"]), digits=int(wanted["digits"]))


def own_marks(session: Session) -> tuple[str, ...]:
    """The marks of this laptop in provisional numbers, under every name it ever had."""
    known = read_values(session, "install_id", "own_mark", FORMER_NAMES)
    names = [known.get("install_id"), known.get("own_mark")]
    names += orjson.loads(known.get(FORMER_NAMES, "[]"))
    return tuple(dict.fromkeys(install_mark(name) for name in names if name))


def next_number(
    session: Session,
    model: type[SyncedRecord],
    *,
    prefix: str,
    counter: str,
    year: int,
    village_code: str,
) -> str:
    """The laptop's next number of the year; one counter for all villages it serves.

    The counter skips numbers that are here already: an older copy of the file may have been put
    back, whose counter stands behind what the county has since returned.
    """
    name = f"{counter}_{year}"
    known = read_values(session, "install_id", "own_mark", name)
    mark = install_mark(_install_id(session, known))
    count = int(known.get(name, 0))
    is_taken = True
    while is_taken:
        count += 1
        number = provisional_number(
            prefix=prefix, year=year, village_code=village_code, install_mark=mark, count=count
        )
        is_taken = _has_number(session, model, number)
    write_values(session, {name: str(count)})
    return number


def _has_number(session: Session, model: type[SyncedRecord], number: str) -> bool:
    found = session.connection().exec_driver_sql(
        f"SELECT 1 FROM {model.__tablename__} WHERE number = ? LIMIT 1", (number,)
    )
    return found.first() is not None


def _install_id(session: Session, known: Mapping[str, str]) -> str:
    """The county's id of this laptop, or one of its own before it is enrolled."""
    found = known.get("install_id") or known.get("own_mark")
    if found is None:
        found = new_id()
        write_values(session, {"own_mark": found})
    return found
