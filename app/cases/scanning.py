"""The case a code on paper, or a whole number that was typed, stands for: one, or none."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from app.cases.number_rules import CaseNumber, read_number, read_scan, typed_number

_OF_NUMBER = (
    "SELECT id, title, number, former_number FROM case_file "
    "WHERE number LIKE ?1 OR former_number LIKE ?1"
)
_OF_TAIL = "SELECT id, title, number, former_number FROM case_file WHERE id LIKE ?1"


def scanned_case(session: Session, typed: str) -> tuple[str, str, str] | None:
    """Id, title and number of the case; None for what is no code and no whole number.

    A paper printed with an earlier number leads to its case as well.
    """
    scan, number = read_scan(typed), typed_number(typed)
    if scan is not None:
        by_tail = session.connection().exec_driver_sql(_OF_TAIL, (f"%{scan.id_tail}",)).all()
        return _only(row for row in by_tail if scan.number is None or _has(row, scan.number))
    if isinstance(number, CaseNumber):
        like = f"%〔{number.year}〕%{number.count}-_"
        rows = session.connection().exec_driver_sql(_OF_NUMBER, (like,)).all()
        return _only(row for row in rows if _has(row, number))
    return None


def _has(row: Any, number: CaseNumber) -> bool:
    return number in (read_number(row.number), read_number(row.former_number or ""))


def _only(rows: Any) -> tuple[str, str, str] | None:
    found = [(row.id, row.title, row.number) for row in rows]
    return found[0] if len(found) == 1 else None
