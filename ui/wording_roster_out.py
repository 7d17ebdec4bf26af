"""The words of a roster that goes out to Excel, and what is said when it is written."""

from __future__ import annotations

from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_out import OutWords, RosterOut
from app.households.vocabulary import MissingIdentityReason
from i18n.text import tr
from ui.wording_fields import value_text
from ui.wording_households import missing_reason_word
from ui.wording_roster import roster_sentence


def out_words() -> OutWords:
    """Headings and values as the program calls them; the import reads them back."""
    return OutWords(heading=roster_sentence, value=_value, title=_title)


def out_file_name(village: str, day: str) -> str:
    """What the file is called unless somebody says otherwise."""
    return tr("{village}花名册{day}.xlsx", village=village, day=day.replace("-", ""))


def written_sentence(out: RosterOut) -> str:
    """After the export."""
    said = tr(
        "已导出 {homes} 户 {people} 人到 {file}。",
        homes=out.households,
        people=out.residents,
        file=out.path.name,
    )
    if out.households_without_members:
        alone = tr("另有 {count} 户没有成员，表里没有。", count=out.households_without_members)
        return said + alone
    return said


def _title(village: str, day: str) -> str:
    return tr("{village}户籍花名册（{day}）", village=village, day=day)


def _value(column: RosterColumn, value: str) -> str:
    if column is RosterColumn.IDENTITY_NUMBER:
        return missing_reason_word(MissingIdentityReason(value))
    return value_text("resident", column.value, value)
