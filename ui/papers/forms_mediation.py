"""The papers of mediation, from the application to the visit after it."""

from __future__ import annotations

from app.cases.vocabulary import CaseEventKind, CaseKind, PartySide
from app.mediation.queries import AgreementRow, ItemRow
from app.mediation.vocabulary import AgreementForm, MediationWay
from app.papers.queries import PaperEvent, PaperFacts, PaperParty
from app.papers.vocabulary import PaperKind
from i18n.text import tr
from ui.papers.blocks import Block, Fields, Head, PaperContent, Sheet, Signs, Text
from ui.papers.forms_parts import (
    day_or_blank,
    layout_note,
    nobody,
    own_note,
    parties_sheet,
    party_lines,
    people_blocks,
    short_names,
    sign_places,
    some_people,
    told,
)
from ui.wording_cases import day_text
from ui.wording_rules import name_of

_BLANK = "＿＿＿＿＿＿"


def intake(facts: PaperFacts) -> PaperContent:
    """受理登记表: by whom it came, what it is about, that the parties agree."""
    case = facts.case
    received = () if case.received_on is None else ((tr("收到日期"), day_text(case.received_on)),)
    rows = (
        ((tr("登记日期"), day_text(facts.recorded_on)), *received),
        ((tr("登记单位"), facts.registered_at),),
        ((tr("案件类别"), name_of(case.kind)), (tr("纠纷类型"), case.class_name)),
        *party_lines(facts),
        ((tr("联系方式"), _phones(facts)),),
        ((tr("发生时间"), day_text(case.happened_on)), (tr("发生地点"), case.place)),
        ((tr("简要情况"), case.story),),
        ((tr("诉求"), case.wanted),),
        *_how_it_came(facts),
    )
    tall = frozenset({tr("简要情况"), tr("诉求")})
    agreed = tr(
        "经当事人同意，调解{one}、{other}之间的纠纷。",
        one=short_names(facts.side(PartySide.A)) or _BLANK,
        other=short_names(facts.side(PartySide.B)) or _BLANK,
    )
    blocks: list[Block] = [Fields(rows, tall)]
    if case.kind is not CaseKind.PETITION:
        blocks += [Text(agreed), Text(tr("备注：此表由人民调解委员会填写。"))]
    signs = Signs((tr("当事人{how}：", how=_how()), tr("登记人（签名）："), tr("（印章）")))
    return PaperContent(name_of(PaperKind.INTAKE), (*blocks, signs, layout_note()))


def _how_it_came(facts: PaperFacts) -> tuple[tuple[tuple[str, str], ...], ...]:
    """人民调解法 (2010-08-28), Art. 17 and 18; of a petition how it came, 信访工作条例
    (2022-02-25), Art. 17."""
    case = facts.case
    if case.kind is not CaseKind.PETITION:
        ways = tr(
            "□ 当事人申请　□ 调解委员会主动调解　□ 公安移交　□ 法院委派、委托　□ 其他部门移交"
        )
        return (((tr("案件来源"), ways),),)
    form = name_of(case.petition_form) if case.petition_form else ""
    purpose = name_of(case.petition_purpose) if case.petition_purpose else ""
    return (((tr("信访形式"), form), (tr("信访目的"), purpose)),)


def application(facts: PaperFacts) -> PaperContent:
    """人民调解申请书."""
    case = facts.case
    is_free_will = tr("已将申请人民调解的相关规定告知我，现自愿申请人民调解委员会进行调解。")
    blocks = (
        *people_blocks(facts, has_phone=True),
        Head(tr("纠纷简要情况")),
        *told(case.story, 5),
        Head(tr("申请事项")),
        *told(case.wanted, 4),
        Text(is_free_will),
        Text(tr("此致"), is_indented=True),
        Text(tr("{unit}人民调解委员会", unit=facts.unit), is_indented=False),
        Signs((tr("申请人{how}：", how=_how()),)),
        layout_note(),
    )
    return PaperContent(name_of(PaperKind.APPLICATION), blocks)


def rights(facts: PaperFacts) -> PaperContent:
    """当事人权利义务告知书: the text of 人民调解法 (2010-08-28), Art. 23 and 24, and no more."""
    del facts
    blocks = (
        Text(
            tr("根据《中华人民共和国人民调解法》，现将当事人在人民调解活动中的权利和义务告知如下：")
        ),
        Head(tr("一、当事人在人民调解活动中享有下列权利（第二十三条）：")),
        Text(
            tr(
                "（一）选择或者接受人民调解员；\n（二）接受调解、拒绝调解或者要求终止调解；\n"
                "（三）要求调解公开进行或者不公开进行；\n（四）自主表达意愿、自愿达成调解协议。"
            )
        ),
        Head(tr("二、当事人在人民调解活动中履行下列义务（第二十四条）：")),
        Text(
            tr(
                "（一）如实陈述纠纷事实；\n（二）遵守调解现场秩序，尊重人民调解员；\n"
                "（三）尊重对方当事人行使权利。"
            )
        ),
        Text(tr("以上内容已告知，当事人已经清楚。")),
        Signs(
            (
                tr("当事人{how}：", how=_how()),
                tr("对方当事人{how}：", how=_how()),
                tr("告知人（签名）："),
            )
        ),
        layout_note(),
    )
    return PaperContent(name_of(PaperKind.RIGHTS), blocks)


def investigation(facts: PaperFacts) -> PaperContent:
    """调查记录: filled from the investigation that was recorded, else a form."""
    found = facts.last(CaseEventKind.INVESTIGATED)
    values = found.values if found else {}
    rows = (
        ((tr("时间"), day_or_blank(values.get("done_on"))), (tr("地点"), "")),
        ((tr("调查人"), str(values.get("by") or "")), (tr("记录人"), "")),
        ((tr("被调查人"), ""), (tr("参加人"), "")),
        ((tr("事由"), facts.case.title),),
    )
    blocks = (
        Fields(rows),
        Head(tr("记录内容")),
        *told(found.note if found else "", 12),
        Text(tr("以上记录已经我核对，与我所说一致。")),
        Signs((tr("被调查人{how}：", how=_how()), tr("调查人（签名）：")), _day(found)),
        layout_note(),
    )
    return PaperContent(name_of(PaperKind.INVESTIGATION), blocks)


def session(facts: PaperFacts) -> PaperContent:
    """调解记录: the latest session, else a form."""
    held = facts.last(CaseEventKind.MEDIATION_HELD)
    values = held.values if held else {}
    place = values.get("place_name") or (name_of(values["place"]) if "place" in values else "")
    outcome = name_of(values["outcome"]) if "outcome" in values else ""
    language = name_of(values["language"]) if "language" in values else ""
    mediators = values.get("mediators") or "、".join(facts.mediators)
    rows = (
        ((tr("时间"), day_or_blank(values.get("held_on"))), (tr("地点"), place)),
        ((tr("调解员"), mediators), (tr("使用语言"), language)),
        *party_lines(facts),
        ((tr("参加人"), str(values.get("attendees") or "")),),
    )
    blocks = (
        Fields(rows),
        Text(
            tr(
                "调解前已告知当事人权利和义务（人民调解法第二十三条、第二十四条）：{tick} 是",
                tick="☑" if values.get("rights_told") else "□",
            )
        ),
        Head(tr("调解记录")),
        *told(held.note if held else "", 9),
        Head(tr("调解结果")),
        *told(outcome, 3),
        Signs(
            (
                tr("当事人{how}：", how=_how()),
                tr("调解员（签名）："),
                tr("记录人（签名）："),
            ),
            _day(held),
        ),
        layout_note(),
    )
    return PaperContent(name_of(PaperKind.SESSION), blocks)


def agreement(facts: PaperFacts, *, form: AgreementForm = AgreementForm.WRITTEN) -> PaperContent:
    """调解协议书, 人民调解法 (2010), Art. 29; or the oral one as it was recorded, Art. 28."""
    found = _latest(facts, form)
    is_oral = form is AgreementForm.ORAL
    title = name_of(PaperKind.ORAL_AGREEMENT if is_oral else PaperKind.AGREEMENT)
    blocks: list[Block] = [
        *_agreement_number(found),
        parties_sheet(_between(facts, found)),
        Head(tr("纠纷主要事实、争议事项以及各方责任")),
        *told(found.facts if found else facts.case.story, 3),
        Head(tr("协议内容")),
        Text(
            tr(
                "经调解，各方当事人于{day}自愿达成如下协议：",
                day=_reached(found) or tr("＿年＿月＿日"),
            )
        ),
        *told(found.terms if found else "", 4),
        *_promises(found.items if found else ()),
        Head(tr("履行方式、期限")),
        *told(_performance(found), 1),
    ]
    if is_oral:
        blocks.append(Text(tr("口头协议自各方当事人达成协议之日起生效（人民调解法第三十条）。")))
        signs = Signs((tr("人民调解员（签名）："), tr("记录人（签名）：")), _reached(found))
    else:
        blocks.append(Text(_takes_effect(found)))
        above, places = _signing_places(facts, found)
        blocks += above
        signs = Signs(places, room_mm=4)
    return PaperContent(title, (*blocks, signs, layout_note()))


def _takes_effect(found: AgreementRow | None) -> str:
    """人民调解法 (2010-08-28), Art. 29 (2). Its words are of people's mediation alone; what the
    other ways agree on says the same of their own seal, as the parties' own term."""
    copies = "" if found is None or found.copies is None else str(found.copies)
    if found is None or found.way is MediationWay.PEOPLES:
        return tr(
            "本协议一式{copies}份，当事人各执一份，人民调解委员会留存一份；自各方当事人签名、盖章"
            "或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效。",
            copies=copies or "＿＿",
        )
    return tr(
        "本协议一式{copies}份，当事人各执一份，调解单位留存一份；各方约定自全体当事人签名、盖章"
        "或者按指印，调解人员签名并加盖调解单位印章之日起生效。",
        copies=copies or "＿＿",
    )


def oral_agreement(facts: PaperFacts) -> PaperContent:
    """口头协议登记表."""
    return agreement(facts, form=AgreementForm.ORAL)


def confirmation(facts: PaperFacts) -> PaperContent:
    """司法确认申请书: both together, 民事诉讼法 (2023), Art. 205."""
    found = next((one for one in facts.agreements if one.stands), None)
    since = day_text(found.effective_on) if found and found.effective_on else tr("＿年＿月＿日")
    number = found.number if found and found.number else _BLANK
    people = _between(facts, found) or (nobody(PartySide.A), nobody(PartySide.B))
    applied = facts.last(CaseEventKind.CONFIRMATION_APPLIED)
    court = (applied.values.get("court") if applied else "") or tr("＿＿＿＿＿＿＿＿人民法院")
    above, places = sign_places(people, _how())
    blocks: tuple[Block, ...] = (
        *some_people(tr("申请人"), people, facts.today, has_phone=True),
        Head(tr("请求事项")),
        Text(
            tr(
                "请求确认申请人之间于{since}生效的调解协议（编号{number}）有效。",
                since=since,
                number=number,
            )
        ),
        Head(tr("事实与理由")),
        *told(found.facts if found else facts.case.story, 4),
        Text(
            tr(
                "申请人出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；"
                "如因该协议内容给他人造成损害，愿意承担相应的法律责任。"
            )
        ),
        Text(tr("此致"), is_indented=True),
        Text(str(court), is_indented=False),
        Text(
            tr(
                "附：调解协议；调解组织主持调解的证明；与协议有关的财产权利证明；身份、住址、联系方式证明。"
            )
        ),
        Text(tr("申请人：")),
        *above,
        Signs(places),
        own_note(),
    )
    return PaperContent(name_of(PaperKind.CONFIRMATION), blocks)


def follow_up(facts: PaperFacts) -> PaperContent:
    """回访记录."""
    visit = facts.last(CaseEventKind.FOLLOWED_UP)
    values = visit.values if visit else {}
    found = facts.agreements[0] if facts.agreements else None

    visited = day_or_blank(values.get("visited_on"))
    left_over = str(values.get("left_over") or "")

    def word(name: str) -> str:
        return name_of(values[name]) if name in values else ""

    rows = (
        (
            (tr("协议编号"), found.number if found else ""),
            (tr("回访人"), visit.by_name if visit else ""),
        ),
        *party_lines(facts),
        ((tr("回访事由"), facts.case.title),),
        (
            (tr("回访时间"), visited),
            (tr("履行情况"), word("performance")),
        ),
        (
            (tr("满意程度"), word("satisfaction")),
            (tr("遗留问题"), left_over),
        ),
        ((tr("回访情况"), visit.note if visit else ""),),
    )
    blocks = (
        Fields(rows, frozenset({tr("回访情况")})),
        Signs((tr("被回访人{how}：", how=_how()), tr("回访人（签名）："))),
        layout_note(),
    )
    return PaperContent(name_of(PaperKind.FOLLOW_UP), blocks)


def _how() -> str:
    return tr("（签名、盖章或者按指印）")


def _day(event: PaperEvent | None) -> str:
    return "" if event is None else day_text(event.on)


def _phones(facts: PaperFacts) -> str:
    told = (f"{one.name} {one.phone}" for one in facts.parties if one.phone)
    return "；".join(told)


def _latest(facts: PaperFacts, form: AgreementForm) -> AgreementRow | None:
    """The latest of this form; one that was given up only where there is no other."""
    found = [one for one in facts.agreements if one.form is form]
    return next((one for one in found if one.ended_on is None), found[0] if found else None)


def _agreement_number(found: AgreementRow | None) -> tuple[Block, ...]:
    number = found.number if found and found.number else _BLANK
    return (Text(tr("协议编号：{number}", number=number), is_indented=False),)


def _between(facts: PaperFacts, found: AgreementRow | None) -> tuple[PaperParty, ...]:
    """The parties an agreement is between; all of them while it names none."""
    named = {place.party_id for place in found.places} if found else set()
    people = tuple(one for one in facts.parties if one.party_id in named)
    return people or facts.parties


def _promises(items: tuple[ItemRow, ...]) -> tuple[Block, ...]:
    if not items:
        return ()
    rows = tuple(
        (str(n), one.ower, one.text, _money(one.amount_cents), day_or_blank(one.due_on))
        for n, one in enumerate(items, start=1)
    )
    headers = (tr("序号"), tr("由谁履行"), tr("履行什么"), tr("金额（元）"), tr("期限"))
    return (Sheet(headers, rows, widths=(8, 18, 40, 14, 20)),)


def _money(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:,.2f}"


def _performance(found: AgreementRow | None) -> str:
    return found.performance_way if found else ""


def _reached(found: AgreementRow | None) -> str:
    return "" if found is None else day_text(found.reached_on)


def _signing_places(
    facts: PaperFacts, found: AgreementRow | None
) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """人民调解法 (2010-08-28), Art. 29: every party, the mediator, the seal of the committee."""
    above, people = sign_places(_between(facts, found), _how())
    is_peoples = found is None or found.way is MediationWay.PEOPLES
    mediators = "、".join(found.mediators) if found else "、".join(facts.mediators)
    return above, (
        *(people or (tr("当事人{how}：", how=_how()),) * 2),
        tr("人民调解员（签名）{name}：", name=mediators)
        if is_peoples
        else tr("调解人员（签名）{name}：", name=mediators),
        tr("记录人（签名）："),
        tr("人民调解委员会（印章）：") if is_peoples else tr("调解单位（印章）："),
    )
