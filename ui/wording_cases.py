"""Sentences and colours about cases; collected by ``ui.wording``.

Names of states, classes and problems with a draft stand in ``ui.wording_rules``; here is what a
case page says beyond them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from app.cases.detail_rules import DETAIL_FIELDS, DetailField, FieldType, read_detail
from app.cases.parties import PartyRow
from app.cases.rules import Problem
from app.cases.step_rules import StepGroup
from app.cases.vocabulary import (
    CaseBlock,
    CaseEventKind,
    CaseKind,
    CaseState,
    Escalation,
    PartySide,
    RiskAnswer,
    Urgency,
    category_name,
)
from app.errors import ErrorCode
from app.exchange.cases_out import CaseWords
from app.households.vocabulary import ETHNIC_GROUP_NAMES, EthnicGroup
from app.incidents.vocabulary import PoliceReport
from app.organisations.vocabulary import neighbouring_counties
from i18n.text import tr
from ui.wording_desk_fields import event_fields
from ui.wording_incidents import report_line
from ui.wording_rules import name_of


def _draft_wrong(*, problems: Sequence[Problem]) -> str:
    return tr(
        "还不能登记，填好的内容都在。{first}",
        first=name_of(problems[0].code),
    )


def _not_possible(*, state: CaseState, kind: CaseEventKind) -> str:
    return tr(
        "这件案子现在是“{state}”，不能再记“{kind}”。案件没有改动，请看最新的进展。",
        state=name_of(state),
        kind=name_of(kind),
    )


def _blocked(*, kind: CaseEventKind, block: CaseBlock) -> str:
    return tr("现在不能记“{kind}”：{why}。已写的内容还在。", kind=name_of(kind), why=name_of(block))


def comes_first(first: CaseEventKind, *, before: CaseEventKind, why: CaseBlock) -> str:
    """Said at the form of what must be told first, in the place of the one that was asked for."""
    return tr(
        "现在不能记“{before}”：{why}。这里记“{first}”。",
        before=name_of(before),
        why=name_of(why),
        first=name_of(first),
    )


def detail_word(field: str) -> str:
    """What a field of an event's detail is called; the empty name is the whole."""
    return event_fields().get(field, field) if field else tr("填写的内容")


def _note_missing(*, kind: CaseEventKind) -> str:
    return tr("“{kind}”要写明情况。请写一两句话再保存。", kind=name_of(kind))


CASE_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.CASE_DRAFT_WRONG: _draft_wrong,
    ErrorCode.CASE_EVENT_NOT_POSSIBLE: _not_possible,
    ErrorCode.CASE_EVENT_BLOCKED: _blocked,
    ErrorCode.CASE_DETAIL_WRONG: lambda *, kind, field, problem: tr(
        "“{kind}”还没有保存，写好的都在：“{field}”{problem}。",
        kind=name_of(kind),
        field=detail_word(field),
        problem=name_of(problem),
    ),
    ErrorCode.CASE_NOTE_MISSING: _note_missing,
    ErrorCode.CASE_NOTE_TOO_LONG: lambda *, limit: tr(
        "写的内容超过 {limit} 个字，还没有保存。请写短一些，或分两次记。", limit=limit
    ),
    ErrorCode.CASE_NOT_FOUND: lambda: tr(
        "这台电脑上没有这件案子，可能已被撤去或不归本单位。请返回列表再找。"
    ),
    ErrorCode.CASE_LOOK_FIRST: lambda **_case: tr(
        "这是保密件，查看要先留下记录，还没有打开。请再点一次。"
    ),
    ErrorCode.CASE_CONFIDENTIAL: lambda *, problem: tr(
        "检举控告件是保密的：{why}。没有改动，写好的都在"
        "（《信访工作条例》2022 年，第三十条、第四十六条第五项）。",
        why=name_of(problem),
    ),
    ErrorCode.CASES_LINKED_ALREADY: lambda: tr(
        "这两件已经关联，或者选的就是这一件。没有改动，请另选一件。"
    ),
    ErrorCode.CASE_RISK_UNANSWERED: lambda: tr(
        "还没有保存，写好的都在。请先回答有没有可能激化、引起治安或刑事案件（按 1、2 或 3）。"
    ),
    ErrorCode.CASE_RISK_UNREPORTED: lambda *, kind: tr(
        "这件纠纷可能引起治安、刑事案件，还没有报告公安，不能记“{kind}”，案件没有改动。"
        "请先报告当地公安机关或其他有关部门，并记下报告情况"
        "（《人民调解法》2010 年，第二十五条）。",
        kind=name_of(kind),
    ),
    ErrorCode.CASE_UNIT_UNKNOWN: lambda: tr(
        "所选的村不在单位表里，还没有登记。填好的内容都在，请重新选择村。"
    ),
}

STATE_TONES: Mapping[CaseState, str] = {
    CaseState.NOT_RECORDED: "neutral",
    CaseState.RECORDED: "warn",
    CaseState.UNDER_WAY: "info",
    CaseState.SETTLED: "ok",
    CaseState.NOT_SETTLED: "danger",
    CaseState.CLOSED: "neutral",
    CaseState.ACCEPTED: "info",
    CaseState.REFUSED: "neutral",
    CaseState.ANSWERED: "ok",
    CaseState.WITHDRAWN: "neutral",
}
"""The tone of a state's pill; the word always stands in it."""

URGENCY_TONES: Mapping[Urgency, str | None] = {
    Urgency.HIGH: "danger",
    Urgency.MEDIUM: "warn",
    Urgency.LOW: None,
}


RISK_TONES: Mapping[Escalation | None, str] = {
    Escalation.MAY_ESCALATE: "warn",
    Escalation.MAY_OFFEND: "danger",
}


def risk_question() -> str:
    """Asked at each step; People's Mediation Law 2010, Art. 25."""
    return tr("有没有可能激化、引起治安或刑事案件？")


def risk_advice(answer: Escalation | None) -> str:
    """What the answer asks for; People's Mediation Law 2010, Art. 25."""
    if answer is Escalation.NONE:
        return tr("以后看出苗头，随时可以记。")
    if answer is Escalation.MAY_ESCALATE:
        return tr("应当采取有针对性的预防措施（《人民调解法》2010 年，第二十五条）。")
    if answer is Escalation.MAY_OFFEND:
        return tr(
            "应当及时向当地公安机关或者其他有关部门报告（《人民调解法》2010 年，第二十五条）。"
            "保存以后接着填报告情况。"
        )
    return tr("《人民调解法》2010 年，第二十五条。按 1、2、3 选一项。")


def risk_banner() -> str:
    """On a case whose risk the police have not heard of."""
    return tr(
        "可能引起治安、刑事案件，还没有报告公安：应当及时报告"
        "（《人民调解法》2010 年，第二十五条）。"
    )


def short_risk_banner() -> str:
    """The same in one line; the whole is its tool tip."""
    return tr("可能引起治安、刑事案件，还没有报告公安。")


def event_button(kind: CaseEventKind) -> str:
    """What the button says that records this event."""
    words = {
        CaseEventKind.RECORDED: tr("登记"),
        CaseEventKind.NOTE_ADDED: tr("记一笔"),
        CaseEventKind.RISK_FOUND: tr("可能引发案件"),
        CaseEventKind.REPORTED_TO_POLICE: tr("报告公安"),
        CaseEventKind.MET: tr("记见面"),
        CaseEventKind.INVESTIGATED: tr("记调查"),
        CaseEventKind.EVALUATED: tr("记评价"),
        CaseEventKind.FOLLOWED_UP: tr("记回访"),
        CaseEventKind.LAW_EXPLAINED: tr("记讲法"),
    }
    return words.get(kind) or name_of(kind)


def group_word(group: StepGroup) -> str:
    """Under what the other steps of a case are found."""
    return {
        StepGroup.RISK: tr("风险"),
        StepGroup.CHAIN: tr("受理和流转"),
        StepGroup.MEDIATION: tr("调解"),
        StepGroup.PETITION: tr("信访和评价"),
        StepGroup.COURT: tr("法院"),
        StepGroup.CLOCK: tr("期限"),
        StepGroup.AFTER: tr("讲法和回访"),
    }[group]


def event_question(kind: CaseEventKind) -> str:
    """What is asked above the field in which the event is told."""
    words = {
        CaseEventKind.RECORDED: tr("登记了什么？"),
        CaseEventKind.NOTE_ADDED: tr("有什么进展？"),
        CaseEventKind.MEDIATION_HELD: tr("谈了什么，说到哪一步？"),
        CaseEventKind.SETTLED: tr("双方怎么说定的？钱物、期限请写清楚（可以不写）。"),
        CaseEventKind.NOT_SETTLED: tr("为什么没有说成？请写明已告知双方其他途径。"),
        CaseEventKind.CLOSED: tr("办结时的情况（可以不写）。"),
        CaseEventKind.REOPENED: tr("为什么重新办理？"),
        CaseEventKind.RISK_FOUND: tr("哪里看出可能引起治安、刑事案件？"),
        CaseEventKind.REPORTED_TO_POLICE: tr("还说了些什么（可以不写）。"),
        CaseEventKind.TAKEN_ON: tr("签收时有什么要说的（可以不写）。"),
        CaseEventKind.URGED: tr("催什么？"),
        CaseEventKind.WITHDRAWN: tr("为什么撤回？"),
        CaseEventKind.INVESTIGATED: tr("查明了什么？"),
        CaseEventKind.MET: tr("见面说了什么？"),
        CaseEventKind.ANSWERED: tr("答复的要点（可以不写）。"),
        CaseEventKind.WAY_CHANGED: tr("为什么换一种调解方式？"),
        CaseEventKind.PARTY_REFUSED: tr("当事人怎么说的（可以不写）。"),
        CaseEventKind.LAW_EXPLAINED: tr("怎么讲的，当事人怎么说（可以不写）。"),
        CaseEventKind.FOLLOWED_UP: tr("回访看到什么（可以不写）。"),
    }
    return words.get(kind) or tr("还有什么要说明的（可以不写）。")


def event_template(kind: CaseEventKind) -> str:
    """What the field holds to begin with.

    People's Mediation Law 2010, Art. 26: who ends a mediation without agreement tells the parties
    that arbitration, administrative and court ways remain.
    """
    if kind is CaseEventKind.NOT_SETTLED:
        return tr("已告知双方可以依法通过仲裁、行政、司法等途径维护自己的权利。")
    return ""


def event_line(
    kind: CaseEventKind,
    note: str | None,
    detail: str | None = None,
    *,
    names: Mapping[str, str] | None = None,
    on: date | None = None,
) -> str:
    """One entry of the timeline: 记事:双方愿意调解; with what the event carries besides.

    ``names`` are those of units, parties and accounts by their ids; a day that is ``on``, the day
    of the entry, is not said again.
    """
    carried = detail_words(kind, detail, names=names or {}, on=on)
    said = [each for each in (_detail_line(kind, detail), *carried, note) if each]
    if not said:
        return name_of(kind)
    return tr("{kind}：{note}", kind=name_of(kind), note="；".join(said))


def detail_words(
    kind: CaseEventKind, detail: str | None, *, names: Mapping[str, str], on: date | None = None
) -> tuple[str, ...]:
    """Each field an event carries, with its word before it, in the order of the form."""
    values = read_detail(kind, detail)
    said = []
    for field in DETAIL_FIELDS.get(kind, ()):
        value = values.get(field.name)
        if value is None or (field.kind is FieldType.DAY and value == on):
            continue
        words = _value_words(field, value, names)
        if value is True:
            said.append(detail_word(field.name))  # 已书面告知, and not 已书面告知 是
        elif words:
            said.append(tr("{field} {value}", field=detail_word(field.name), value=words))
    return tuple(said)


def _value_words(field: DetailField, value: Any, names: Mapping[str, str]) -> str:
    match field.kind:
        case FieldType.DAY:
            return day_text(value)
        case FieldType.CHOICE:
            return name_of(value)
        case FieldType.YES_NO:
            return tr("是") if value else tr("否")
        case FieldType.UNIT | FieldType.ACCOUNT:
            return names.get(value, "")
        case FieldType.PARTIES:
            return "、".join(names[each] for each in value if each in names)
        case FieldType.RECORD:
            return ""
    return str(value)


def _detail_line(kind: CaseEventKind, detail: str | None) -> str:
    """A report to the police in one line, or that a dispute may get worse and what is done."""
    if kind is CaseEventKind.REPORTED_TO_POLICE:
        report = PoliceReport.of_detail(detail)
        return report_line(report) if report else ""
    risk = RiskAnswer.of_detail(detail)
    if kind is CaseEventKind.RISK_FOUND or risk is None or risk.answer is Escalation.NONE:
        return ""
    if risk.measures:
        return tr("{risk}，预防措施：{done}", risk=name_of(risk.answer), done=risk.measures)
    return name_of(risk.answer)


def day_text(day: date) -> str:
    """A day as a card shows it: 2026年11月23日."""
    return tr("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def region_name(code: str | None) -> str:
    """A county over the border by its code; of one further away the code itself."""
    if not code:
        return ""
    near = {each.code: f"{each.province}{each.name}" for each in neighbouring_counties()}
    return near.get(code, tr("外县 {code}", code=code))


def side_word(side: PartySide, kind: CaseKind) -> str:
    """What a side is called in such a case: a petition has no 甲方, nor has a reconsideration."""
    words = {
        (CaseKind.PETITION, PartySide.A): tr("信访人"),
        (CaseKind.PETITION, PartySide.B): tr("被反映方"),
        (CaseKind.RECONSIDERATION, PartySide.A): tr("申请人"),
        (CaseKind.RECONSIDERATION, PartySide.B): tr("被申请人"),
    }
    return words.get((kind, side)) or name_of(side)


def party_words(party: PartyRow) -> str:
    """What is known of a party besides name, address and telephone."""
    said = [
        tr("单位") if party.is_organisation else "",
        tr("代表人") if party.is_representative else "",
        ETHNIC_GROUP_NAMES.get(EthnicGroup(party.ethnicity), "")
        if party.ethnicity in set(EthnicGroup)
        else "",
        tr("说{language}", language=name_of(party.language)) if party.language else "",
        category_name(party.category) if party.category else "",
    ]
    if party.agent_kind is not None and party.agent_name:
        agent = (name_of(party.agent_kind), party.agent_name, party.agent_phone)
        said.append(" ".join(each for each in agent if each))
    return " · ".join(each for each in said if each)


def parties_text(names: Sequence[str], count: int) -> str:
    """Who quarrels with whom, one name for each side: 吴某 / 杨某 等4人."""
    joined = " / ".join(names)
    return tr("{names} 等{count}人", names=joined, count=count) if count > len(names) else joined


def subject_text(title: str, parties: str) -> str:
    """What a list says of a case: 山林界址争议(吴某 / 杨某)."""
    return tr("{title}（{parties}）", title=title, parties=parties) if parties else title


def case_words() -> CaseWords:
    """The words of the list as an exported table has them."""
    return CaseWords(
        kinds={kind.value: name_of(kind) for kind in CaseKind},
        states={state.value: name_of(state) for state in CaseState},
        urgencies={urgency.value: name_of(urgency) for urgency in Urgency},
    )


def draft_found(what: str, when: str) -> str:
    """Above a form or list, when something was left half written."""
    if not what:
        return tr("有一件没有填完的案件，{when} 存的草稿。", when=when)
    return tr("有一件没有填完的案件“{what}”，{when} 存的草稿。", what=what, when=when)


def note_draft_found(when: str) -> str:
    """On a case, when something about it was left half written."""
    return tr("这件案子有一段没有写完的话，{when} 存的草稿。", when=when)


def recorded_line(number: str, title: str) -> str:
    """Above the empty form, after the case before was saved."""
    return tr("已登记：{number} {title}", number=number, title=title)


def secret_mark(is_confidential: bool) -> str:
    """Before the title of a confidential case, wherever who may see it meets it."""
    return tr("保密") if is_confidential else ""


def title_on_paper(title: str, *, is_confidential: bool) -> str:
    """The same where no pill can be drawn."""
    return tr("【保密】{title}", title=title) if is_confidential else title


def count_text(total: int | None, *, shown: int, is_last: bool) -> str:
    """Beside the list; without a total at least so many as are ``shown``."""
    if total is None and not is_last:
        return tr("{count} 件以上", count=shown)
    return tr("共 {total} 件", total=shown if total is None else total)
