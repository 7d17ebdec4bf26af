"""Parts several papers share: who the parties are, days in words, where a layout comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.cases.vocabulary import PartySide
from app.households.vocabulary import EthnicGroup, Sex
from app.papers.queries import PaperFacts, PaperParty
from i18n.text import tr
from ui.papers.blocks import MANY_SIGNS, Block, Fields, Head, Lines, Note, Sheet, Signs, Text
from ui.wording_cases import day_text
from ui.wording_rules import name_of

SIDES = (PartySide.A, PartySide.B, PartySide.THIRD)
_BLANK = "＿＿＿＿＿＿"
SEAL_MM = 16
"""Above the name of the unit: a seal of 42 mm lies over name and day."""
FEW = 2
"""So many people have a form each."""


def day_or_blank(day: date | None) -> str:
    """The day in words; empty for one to be written."""
    return "" if day is None else day_text(day)


def day_if_any(day: object) -> str:
    """The day in words, where this is one: fields of an event may be missing."""
    return day_text(day) if isinstance(day, date) else ""


def told(words: object, lines: int) -> tuple[Block, ...]:
    """What is known as a paragraph; else lines to write on."""
    return (Text(str(words)),) if words else (Lines(lines),)


def to_people(facts: PaperFacts) -> Text:
    """Whom a letter speaks to: who came with the matter."""
    names = facts.names(PartySide.A) or _BLANK
    return Text(tr("{names}：", names=names), is_indented=False)


def seal(facts: PaperFacts, on: object) -> Signs:
    """The unit that writes, and the day."""
    return Signs((tr("{unit}（印章）", unit=facts.own_unit),), day_if_any(on), room_mm=SEAL_MM)


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
        (tr("年龄"), "" if party.is_organisation else years_old(party.birth_date, today)),
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
        people = facts.side(side) or (nobody(side),)
        yield from some_people(word, people, facts.today, has_phone=has_phone)


def some_people(
    word: str, people: tuple[PaperParty, ...], today: date, *, has_phone: bool
) -> Iterable[Block]:
    """A form for each of a few; many stand in one table, a line each."""
    if len(people) > FEW:
        yield Head(word)
        yield _people_sheet(people, today, has_phone=has_phone)
        return
    for party in people:
        yield Head(word)
        yield from person_fields(party, today, has_phone=has_phone)


def _people_sheet(people: tuple[PaperParty, ...], today: date, *, has_phone: bool) -> Sheet:
    headers = (
        tr("姓名或名称"),
        tr("性别"),
        tr("民族"),
        tr("年龄"),
        tr("联系方式"),
        tr("单位或住址"),
    )
    rows = tuple(
        (
            name_with_agent(one),
            sex_word(one),
            ethnic_word(one),
            "" if one.is_organisation else years_old(one.birth_date, today),
            one.phone if has_phone else "",
            one.address,
        )
        for one in people
    )
    return Sheet(headers, rows, widths=(23, 7, 9, 8, 16, 37))


def parties_sheet(people: tuple[PaperParty, ...]) -> Sheet:
    """当事人的基本情况, as an agreement names them: 人民调解法 (2010-08-28), Art. 29."""
    headers = (
        tr("当事人"),
        tr("姓名或名称"),
        tr("性别"),
        tr("民族"),
        tr("出生日期"),
        tr("单位或住址"),
    )
    rows = tuple(
        (
            name_of(one.side),
            name_with_agent(one),
            sex_word(one),
            ethnic_word(one),
            "" if one.is_organisation else day_or_blank(one.birth_date),
            one.address,
        )
        for one in people
    )
    return Sheet(headers, rows, blank_rows=0 if rows else 2, widths=(9, 21, 7, 9, 18, 36))


def name_with_agent(party: PaperParty) -> str:
    """The name, and below it who acts for that party."""
    if not party.agent_name:
        return party.name
    kind = name_of(party.agent_kind) if party.agent_kind else tr("代理人")
    return tr("{name}\n（{kind}：{agent}）", name=party.name, kind=kind, agent=party.agent_name)


def party_lines(
    facts: PaperFacts, *, is_short: bool = False
) -> tuple[tuple[tuple[str, str], ...], ...]:
    """A row for each side with its names."""
    return tuple(
        ((name_of(side), short_names(facts.side(side)) if is_short else facts.names(side)),)
        for side in SIDES
        if facts.side(side) or side is not PartySide.THIRD
    )


def short_names(people: tuple[PaperParty, ...]) -> str:
    """Three at most, and how many they are."""
    names = "、".join(one.name for one in people[:3])
    return tr("{names}等{count}人", names=names, count=len(people)) if len(people) > 3 else names


def sign_places(
    people: tuple[PaperParty, ...], how: str
) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """What stands above the places, and one for each; of many only the name, for want of room.

    Who acts for a party signs beside its name: for a minor nobody else can.
    """
    names = [name_with_agent(one).replace("\n", "") for one in people]
    if len(people) < MANY_SIGNS:
        return (), tuple(tr("{name}{how}：", name=name, how=how) for name in names)
    above = Text(tr("各方当事人{how}：", how=how))
    return (above,), tuple(tr("{name}：", name=name) for name in names)


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


def nobody(side: PartySide) -> PaperParty:
    """Somebody to be written in by hand."""
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
