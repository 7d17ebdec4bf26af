"""Parts several papers share: who the parties are, days in words, where a layout comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.cases.vocabulary import PartySide
from app.households.vocabulary import EthnicGroup, Sex
from app.papers.queries import PaperFacts, PaperParty
from i18n.text import tr
from ui.papers.blocks import Block, Fields, Head, Note
from ui.wording_cases import day_text
from ui.wording_rules import name_of

SIDES = (PartySide.A, PartySide.B, PartySide.THIRD)


def day_or_blank(day: date | None) -> str:
    """The day in words; empty for one to be written."""
    return "" if day is None else day_text(day)


def years_old(born: date | None, today: date) -> str:
    """The age in years; empty where no birth date is known."""
    if born is None:
        return ""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return tr("{age}岁", age=age)


def person_fields(party: PaperParty, today: date, *, has_phone: bool) -> tuple[Block, ...]:
    """One party as an application has it: 姓名 性别 民族 年龄 职业或职务 联系方式 单位或住址."""
    word = tr("名称") if party.is_organisation else tr("姓名")
    first = ((word, party.name), (tr("性别"), sex_word(party)), (tr("民族"), ethnic_word(party)))
    second = (
        (tr("年龄"), years_old(party.birth_date, today)),
        (tr("职业或职务"), ""),
        (tr("联系方式"), party.phone if has_phone else ""),
    )
    rows: list[tuple[tuple[str, str], ...]] = [first, second]
    rows.append(((tr("单位或住址"), party.address),))
    if party.agent_name:
        kind = name_of(party.agent_kind) if party.agent_kind else tr("代理人")
        rows.append(((kind, party.agent_name),))
    return (Fields(tuple(rows)),)


def people_blocks(facts: PaperFacts, *, has_phone: bool) -> Iterable[Block]:
    """The applicants, and who they quarrel with."""
    for side, word in ((PartySide.A, tr("申请人")), (PartySide.B, tr("被申请人"))):
        for party in facts.side(side) or (_nobody(side),):
            yield Head(word)
            yield from person_fields(party, facts.today, has_phone=has_phone)


def party_lines(facts: PaperFacts) -> tuple[tuple[tuple[str, str], ...], ...]:
    """A row for each side with its names."""
    return tuple(
        ((name_of(side), facts.names(side)),)
        for side in SIDES
        if facts.side(side) or side is not PartySide.THIRD
    )


def sex_word(party: PaperParty) -> str:
    """Empty for an organisation, and where nobody asked."""
    known = party.sex in (Sex.MALE, Sex.FEMALE) and not party.is_organisation
    return name_of(party.sex) if known else ""


def ethnic_word(party: PaperParty) -> str:
    """By the standard's name; empty where it is not known."""
    return EthnicGroup(party.ethnicity).chinese_name if party.ethnicity else ""


def layout_note() -> Note:
    """No form here is an official one."""
    return Note(
        tr(
            "本表格式参照各地通行的人民调解文书编排，不是统一印发的官方格式；"
            "当地有规定格式的，以规定格式为准。空白处可以手写。"
        )
    )


def own_note() -> Note:
    """Papers of the program's own making."""
    return Note(tr("本单由程序打印，供办理中使用，不是统一印发的官方格式。空白处可以手写。"))


def _nobody(side: PartySide) -> PaperParty:
    return PaperParty(
        party_id="",
        side=side,
        name="",
        sex=Sex.UNKNOWN,
        ethnicity=None,
        birth_date=None,
        address="",
        is_organisation=False,
        is_main=False,
        agent_kind=None,
        agent_name="",
    )
