"""What a petitioner is given in writing: that it was accepted, the opinion, its review.

Articles are those of 信访工作条例 (2022-02-25, in force from 2022-05-01).
"""

from __future__ import annotations

from app.cases.vocabulary import CaseEventKind
from app.papers.queries import PaperFacts
from app.papers.vocabulary import PaperKind
from app.petitions.vocabulary import PetitionPurpose
from i18n.text import tr
from ui.papers.blocks import Block, Head, PaperContent, Text
from ui.papers.forms_parts import day_or_blank, own_note, seal, to_people, told
from ui.wording_cases import day_text
from ui.wording_rules import name_of

_BLANK = "＿＿＿＿＿＿"


def acceptance(facts: PaperFacts) -> PaperContent:
    """受理告知书, Art. 23: that it came in, and which way it goes (接收情况以及处理途径和程序)."""
    event = facts.last(CaseEventKind.ACCEPTED)
    case = facts.case
    received = case.received_on or facts.recorded_on
    accepted = None if event is None else event.values.get("accepted_on") or event.on
    blocks = (
        to_people(facts),
        Text(
            tr(
                "您{day}提出的“{title}”事项，本单位已经收到并登记，编号{number}。",
                day=day_text(received),
                title=case.title,
                number=case.number or _BLANK,
            )
        ),
        Head(tr("一、接收情况")),
        Text(
            tr(
                "经审查，予以受理，受理日期为{day}，由{unit}办理。",
                day=day_or_blank(accepted) or tr("＿年＿月＿日"),
                unit=facts.in_hand or facts.own_unit,
            )
        ),
        Head(tr("二、处理途径和程序")),
        *_ways(case.petition_purpose),
        Text(
            tr(
                "办理进展和结果可以凭编号查询，办结后请您评价（《信访工作条例》第二十一条）。"
                "咨询电话：{blank}",
                blank=_BLANK,
            )
        ),
        seal(facts, event.on if event else None),
        own_note(),
    )
    return PaperContent(name_of(PaperKind.ACCEPTANCE), blocks)


def _ways(purpose: PetitionPurpose | None) -> tuple[Block, ...]:
    """Art. 29 for advice, Art. 30 for accusations; Art. 31 (6), 34 and 35 for what is asked."""
    if purpose is PetitionPurpose.ADVICE:
        return (
            Text(
                tr(
                    "对您的建议意见认真研究论证；科学合理、具有现实可行性的，采纳或者部分采纳，"
                    "并予以回复（《信访工作条例》第二十九条）。"
                )
            ),
        )
    if purpose is PetitionPurpose.ACCUSATION:
        return (
            Text(
                tr(
                    "由纪检监察机关或者有权处理的机关、单位依规依纪依法接收、受理、办理和反馈"
                    "（《信访工作条例》第三十条）。"
                )
            ),
        )
    return (
        Text(
            tr(
                "听取您陈述事实和理由，调查核实，自受理之日起60日内办结，出具信访处理意见书；"
                "情况复杂的，经负责人批准可以适当延长，延长不超过30日，并告知您延期理由"
                "（《信访工作条例》第三十一条第六项、第三十四条）。"
            )
        ),
        Text(
            tr(
                "对处理意见不服的，可以自收到书面答复之日起30日内请求上一级机关、单位复查"
                "（《信访工作条例》第三十五条）。"
            )
        ),
    )


def answer(facts: PaperFacts) -> PaperContent:
    """信访处理意见书 as Art. 32 wants it; the right of Art. 35 belongs to appeals alone."""
    event = facts.last(CaseEventKind.ANSWERED)
    values = event.values if event else {}
    outcome = name_of(values["outcome"]) if "outcome" in values else ""
    opinion = "\n".join(part for part in (outcome, event.note if event else "") if part)
    may_be_reviewed = facts.case.petition_purpose in (None, PetitionPurpose.APPEAL)
    right = Text(
        tr(
            "根据《信访工作条例》第三十五条，您对本处理意见不服的，可以自收到书面答复之日起"
            "30日内请求原办理机关、单位的上一级机关、单位复查。"
        )
    )
    blocks = (
        *((Text(tr("文号：{number}", number=values["number"])),) if values.get("number") else ()),
        to_people(facts),
        Text(
            tr(
                "您反映的“{title}”信访事项已经办理完毕，现将处理意见答复如下：",
                title=facts.case.title,
            )
        ),
        Head(tr("一、投诉请求")),
        *told(values.get("request") or facts.case.wanted, 1),
        Head(tr("二、事实和理由")),
        *told(values.get("facts"), 3),
        Head(tr("三、处理意见")),
        *told(opinion, 1),
        Head(tr("四、法律法规依据")),
        *told(values.get("basis"), 1),
        *((right,) if may_be_reviewed else ()),
        seal(facts, values.get("delivered_on")),
        own_note(),
    )
    return PaperContent(name_of(PaperKind.ANSWER), blocks)


def review(facts: PaperFacts) -> PaperContent:
    """复查意见书: the written answer of Art. 35, and the right of Art. 36 (1)."""
    begin = tr(
        "您对“{title}”信访事项的处理意见不服，请求复查。经复查，现将复查意见答复如下：",
        title=facts.case.title,
    )
    right = tr(
        "根据《信访工作条例》第三十六条，您对本复查意见不服的，可以自收到书面答复之日起"
        "30日内向复查机关、单位的上一级机关、单位请求复核。"
    )
    words = (begin, tr("复查意见"), right)
    return _reviewed(facts, PaperKind.REVIEW, CaseEventKind.REVIEW_DECIDED, words)


def re_review(facts: PaperFacts) -> PaperContent:
    """复核意见书: Art. 36 (1), and what Art. 36 (3) says of asking once more."""
    begin = tr(
        "您对“{title}”信访事项的复查意见不服，请求复核。经复核，现将复核意见答复如下：",
        title=facts.case.title,
    )
    end = tr(
        "根据《信访工作条例》第三十六条，对复核意见不服，仍然以同一事实和理由提出投诉请求的，"
        "各级党委和政府信访部门和其他机关、单位不再受理。"
    )
    words = (begin, tr("复核意见"), end)
    return _reviewed(facts, PaperKind.RE_REVIEW, CaseEventKind.RE_REVIEW_DECIDED, words)


def _reviewed(
    facts: PaperFacts, kind: PaperKind, decided: CaseEventKind, words: tuple[str, str, str]
) -> PaperContent:
    event = facts.last(decided)
    values = event.values if event else {}
    outcome = name_of(values["outcome"]) if "outcome" in values else ""
    opinion = "\n".join(part for part in (outcome, event.note if event else "") if part)
    begin, head, end = words
    blocks = (
        to_people(facts),
        Text(begin),
        Head(head),
        *told(opinion, 4),
        Text(end),
        seal(facts, values.get("delivered_on")),
        own_note(),
    )
    return PaperContent(name_of(kind), blocks)
