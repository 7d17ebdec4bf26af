"""What two households that may be one are told apart by, line by line."""

from __future__ import annotations

from html import escape

from app.conflicts.views import HouseholdSide, MemberView
from i18n.text import tr
from ui.conflicts.differences import marked_html
from ui.wording_fields import field_word
from ui.wording_households import short_number


def household_lines(one: HouseholdSide, other: HouseholdSide) -> list[tuple[str, str]]:
    """Pairs of a name and rich text; what both have not is left out."""
    pairs = (
        ("head_name", one.head_name, other.head_name),
        ("number", one.number, other.number),
        ("address", one.address, other.address),
        ("phone", one.phone, other.phone),
        ("micro_grid_id", one.micro_grid_name, other.micro_grid_name),
        ("note", one.note, other.note),
    )
    lines = [
        (field_word("household", name), marked_html(value, its or None) if value else tr("（空）"))
        for name, value, its in pairs
        if value or its
    ]
    people = "<br/>".join(_member_html(member) for member in one.members)
    lines.append((tr("成员 {count} 人", count=len(one.members)), people or tr("（空）")))
    return lines


def _member_html(member: MemberView) -> str:
    number = short_number(member.masked_number)
    words = escape(tr("{name} {number}", name=member.name, number=number).strip())
    return words if member.twin_id is None else tr("{person}（两边都有）", person=words)
