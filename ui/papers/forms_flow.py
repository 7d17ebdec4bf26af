"""Papers between offices and people: refusals, extensions, dispatches, what is told."""

from __future__ import annotations

from app.cases.vocabulary import CaseEventKind, CaseKind, FlowStage, PartySide
from app.clocks.vocabulary import ClockState, LimitKey
from app.handovers.vocabulary import HandoverPurpose
from app.papers.queries import PaperFacts, PaperSending
from app.papers.rules import SENDINGS
from app.papers.vocabulary import PaperKind
from i18n.text import tr
from ui.papers.blocks import Block, Fields, Head, PaperContent, Signs, Text
from ui.papers.forms_parts import day_if_any, day_or_blank, own_note, seal, to_people, told
from ui.wording_cases import day_text
from ui.wording_rules import name_of

_BLANK = "＿＿＿＿＿＿"
_RUNNING = frozenset({ClockState.RUNNING, ClockState.DUE_SOON, ClockState.OVERDUE})


def refusal(facts: PaperFacts) -> PaperContent:
    """不予受理告知书, with the reason and the way to go instead."""
    event = facts.last(CaseEventKind.REFUSED)
    values = event.values if event else {}
    blocks = (
        to_people(facts),
        Text(
            tr(
                "您反映的“{title}”，经审查，本单位决定不予受理。",
                title=facts.case.title,
            )
        ),
        Head(tr("不予受理的理由")),
        *told(values.get("reason"), 4),
        Head(tr("可以提出的途径")),
        *told(values.get("other_way"), 4),
        seal(facts, event.on if event else None),
        own_note(),
    )
    return PaperContent(name_of(PaperKind.REFUSAL), blocks)


def extension(facts: PaperFacts) -> PaperContent:
    """延期告知书: which limit, until when, why, who allowed it."""
    event = facts.last(CaseEventKind.EXTENDED)
    values = event.values if event else {}
    limit = values.get("limit")
    due = next((one.due_on for one in facts.limits if one.key == limit), None)
    days = tr("{days}天", days=values["days"]) if values.get("days") else _BLANK
    blocks = (
        to_people(facts),
        Text(
            tr(
                "您的事项“{title}”因情况复杂，办理期限延长如下，特此告知：",
                title=facts.case.title,
            )
        ),
        Text(tr("延长的期限：{limit}", limit=name_of(limit) if limit else _BLANK)),
        Text(
            tr(
                "延长天数：{days}；延长后到期日：{day}",
                days=days,
                day=day_or_blank(due) or _BLANK,
            )
        ),
        Text(tr("批准人：{name}", name=values.get("approved_by") or _BLANK)),
        Head(tr("延期理由")),
        *told(values.get("reason"), 4),
        *_of_law(limit),
        seal(facts, values.get("told_on")),
        own_note(),
    )
    return PaperContent(name_of(PaperKind.EXTENSION), blocks)


def _of_law(limit: object) -> tuple[Block, ...]:
    if limit is not LimitKey.PETITION_HANDLING:
        return ()
    words = tr(
        "以上根据《信访工作条例》第三十四条：情况复杂的，经本机关、单位负责人批准，"
        "可以适当延长办理期限，但延长期限不得超过30日。"
    )
    return (Text(words),)


def dispatch(facts: PaperFacts) -> PaperContent:
    """交办单: from the latest sending."""
    found = _sending(facts, SENDINGS)
    asked = tr("请你单位签收并按期办理，办结后书面报告结果。")
    return PaperContent(
        name_of(PaperKind.DISPATCH),
        (
            *_between(facts, found),
            Text(asked),
            *_of_petition(facts),
            *_receipt(facts, found),
            own_note(),
        ),
    )


def _of_petition(facts: PaperFacts) -> tuple[Block, ...]:
    """What a unit that receives a petition owes at once: 信访工作条例 (2022-02-25), Art. 23 (3)."""
    if facts.case.kind is not CaseKind.PETITION:
        return ()
    words = tr(
        "属于本单位职权范围的，自收到之日起15日内书面告知信访人接收情况以及处理途径和程序；"
        "不属于的，自收到之日起5个工作日内提出异议，并详细说明理由"
        "（《信访工作条例》第二十三条）。"
    )
    return (Text(words),)


def returned(facts: PaperFacts) -> PaperContent:
    """退回单: with the reason, 信访工作条例 (2022), Art. 23 for petitions."""
    found = _sending(facts, frozenset({HandoverPurpose.RETURNED}))
    asked = tr("经核对，该事项不属于本单位职权范围，材料一并退回，请核实后另行确定办理单位。")
    return PaperContent(
        name_of(PaperKind.RETURN),
        (*_between(facts, found), Text(asked), *_receipt(facts, found), own_note()),
    )


def urging(facts: PaperFacts) -> PaperContent:
    """催办单."""
    event = facts.last(CaseEventKind.URGED)
    sent = _sending(facts, SENDINGS)
    due = sent.due_on if sent else facts.case.due_on
    rows = (
        ((tr("催办单位"), facts.own_unit), (tr("承办单位"), facts.in_hand)),
        ((tr("事项"), facts.case.title),),
        (
            (tr("交办日期"), day_or_blank(sent.on if sent else None)),
            (tr("应办结日期"), day_or_blank(due)),
        ),
        ((tr("催办意见"), event.note if event else ""),),
    )
    blocks = (
        Fields(rows, frozenset({tr("催办意见")})),
        Text(tr("请收到后抓紧办理，并书面说明办理情况和原因。")),
        Signs(
            (tr("催办人（签名）："), tr("签收人（签名）：")),
            day_if_any(event.on if event else None),
        ),
        own_note(),
    )
    return PaperContent(name_of(PaperKind.URGING), blocks)


def progress(facts: PaperFacts) -> PaperContent:
    """办理进度回执: where it stands and what comes next, for the people of the case."""
    running = [one for one in facts.limits if one.state in _RUNNING and not one.is_right]
    nearest = min(running, key=lambda one: one.due_on, default=None)
    rows = (
        ((tr("事项"), facts.case.title),),
        ((tr("当事人"), facts.names(PartySide.A)),),
        ((tr("登记日期"), day_text(facts.recorded_on)), (tr("登记单位"), facts.registered_at)),
        (
            (tr("现在到了哪一步"), name_of(facts.case.stage)),
            (tr("状态"), name_of(facts.case.state)),
        ),
        ((tr("办理单位"), facts.in_hand),),
        ((tr("下一步"), _next_step(facts.case.stage)),),
        ((tr("办理期限"), day_or_blank(nearest.due_on if nearest else None)), (tr("咨询电话"), "")),
    )
    blocks = (
        Fields(rows),
        Text(
            tr(
                "请保存好这张回执。查询时请出示回执上的二维码，或者说出编号。"
                "人民调解不收取任何费用（人民调解法第四条）。"
            )
        ),
        Signs((tr("经办人（签名）："),), day_text(facts.today)),
        own_note(),
    )
    return PaperContent(name_of(PaperKind.PROGRESS), blocks)


def _next_step(stage: FlowStage) -> str:
    return {
        FlowStage.INTAKE: tr("审查后告知您是否受理"),
        FlowStage.DISPATCH: tr("确定办理单位，由办理单位签收"),
        FlowStage.HANDLING: tr("办理单位核实情况，组织调解或者作出处理"),
        FlowStage.JOINT: tr("几个单位一起化解"),
        FlowStage.FEEDBACK: tr("把结果告诉您，听取您的意见"),
        FlowStage.ENDED: tr("已经办结；有新情况可以再来反映"),
    }[stage]


def _sending(facts: PaperFacts, purposes: frozenset[HandoverPurpose]) -> PaperSending | None:
    return next((one for one in reversed(facts.sendings) if one.purpose in purposes), None)


def _between(facts: PaperFacts, found: PaperSending | None) -> tuple[Block, ...]:
    case = facts.case
    word = name_of(found.purpose) if found else ""
    sender, receiver = (found.from_unit, found.to_unit) if found else ("", "")
    rows = (
        (
            (tr("来文单位"), sender),
            (tr("接收单位"), receiver),
        ),
        ((tr("方式"), word), (tr("日期"), day_or_blank(found.on if found else None))),
        ((tr("事项"), case.title), (tr("类别"), case.class_name)),
        ((tr("当事人"), "、".join(one.name for one in facts.parties)),),
        ((tr("简要情况"), case.story),),
        ((tr("办理要求或理由"), found.note if found else ""),),
        ((tr("应报告日期"), day_or_blank(found.due_on if found else None)),),
    )
    return (Fields(rows, frozenset({tr("办理要求或理由")})),)


def _receipt(facts: PaperFacts, found: PaperSending | None) -> tuple[Block, ...]:
    return (
        Signs(
            (
                tr("经办人（签名）：{name}", name=found.by_name if found else ""),
                tr("签收人（签名）："),
                tr("签收单位（印章）"),
            )
        ),
    )
