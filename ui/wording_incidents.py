"""Words about incidents: names of states and events, sentences of what went wrong, lines of a card.

Collected by ``ui.wording`` and ``ui.wording_rules``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from app.errors import ErrorCode
from app.incidents.rules import MAX_PLACE, MAX_STORY, MAX_TITLE, Problem
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentField,
    IncidentProblem,
    IncidentState,
    MediationProblem,
    PoliceMediation,
    PoliceReport,
    ReportProblem,
    ReportWay,
)
from app.links.queries import LinkedRecord
from app.links.vocabulary import LinkKind
from i18n.text import tr
from ui.wording_kinds import KIND_NAMES
from ui.wording_time import long_moment

_K = IncidentEventKind


def _word(member: StrEnum) -> str:
    return KIND_NAMES[type(member)]()[member]


def class_word(incident_class: IncidentClass) -> str:
    """治安, 刑事, 民事, 行政, 其他."""
    return incident_class.chinese_name


STATE_TONES: Mapping[IncidentState, str] = {
    IncidentState.NOT_RECORDED: "neutral",
    IncidentState.OPEN: "warn",
    IncidentState.WITH_POLICE: "info",
    IncidentState.ANSWERED: "warn",
    IncidentState.BECAME_CASE: "info",
    IncidentState.CLOSED: "neutral",
    IncidentState.WITHDRAWN: "neutral",
}
"""The tone of a state's pill; the word always stands in it."""

CLASS_TONES: Mapping[IncidentClass, str | None] = {
    IncidentClass.PUBLIC_ORDER: "warn",
    IncidentClass.CRIMINAL: "danger",
    IncidentClass.CIVIL: None,
    IncidentClass.ADMINISTRATIVE: None,
    IncidentClass.OTHER: None,
}


def event_button(kind: IncidentEventKind, *, is_withdrawn: bool = False) -> str:
    """What the button says that records this event, on an incident that was withdrawn or not."""
    if kind is _K.REOPENED and is_withdrawn:
        return tr("恢复登记")
    return {_K.NOTE_ADDED: tr("记一笔"), _K.REPORTED_TO_POLICE: tr("报告公安")}.get(
        kind, _word(kind)
    )


def event_question(kind: IncidentEventKind, *, is_withdrawn: bool = False) -> str:
    """What is asked above the field in which the event is told."""
    if kind is _K.REOPENED and is_withdrawn:
        return tr("为什么恢复登记？")
    return {
        _K.RECORDED: tr("登记了什么？"),
        _K.NOTE_ADDED: tr("有什么新情况？"),
        _K.GRID_ACTED: tr("谁到场、做了什么、现在怎么样？"),
        _K.REPORTED_TO_POLICE: tr("还说了些什么（可以不写）。"),
        _K.POLICE_MEDIATED: tr("怎么说定的？钱物、期限请写清楚（可以不写）。"),
        _K.POLICE_RESULT: tr("公安怎么答复的？"),
        _K.BECAME_CASE: tr("为什么转为纠纷？"),
        _K.CLOSED: tr("办结时的情况（可以不写）。"),
        _K.REOPENED: tr("为什么重新办理？"),
        _K.WITHDRAWN: tr("登记错在哪里？撤销后不再计入统计，记录仍留着。"),
    }[kind]


def way_word(way: ReportWay) -> str:
    """How an incident was reported."""
    return {
        ReportWay.PHONE: tr("电话"),
        ReportWay.IN_PERSON: tr("当面"),
        ReportWay.EMERGENCY_CALL: tr("打 110"),
        ReportWay.OTHER: tr("其他方式"),
    }[way]


def field_word(field: IncidentField) -> str:
    """What a field of the incident form is called."""
    return {
        IncidentField.TITLE: tr("名称"),
        IncidentField.INCIDENT_CLASS: tr("性质"),
        IncidentField.HAPPENED_AT: tr("发生时间"),
        IncidentField.PLACE: tr("地点"),
        IncidentField.STORY: tr("经过"),
        IncidentField.PEOPLE: tr("有关人员"),
    }[field]


def problem_sentence(problem: IncidentProblem) -> str:
    """What is wrong with a field, and what to do."""
    return {
        IncidentProblem.TITLE_MISSING: tr("还没有写名称。请用一句话写明出了什么事。"),
        IncidentProblem.TITLE_TOO_LONG: tr("名称超过 {limit} 个字，请写短一些。", limit=MAX_TITLE),
        IncidentProblem.CLASS_MISSING: tr("还没有选性质。拿不准的选“其他”，以后可以更正。"),
        IncidentProblem.MOMENT_MISSING: tr("还没有填发生时间。记不清的，填知道的大概时间。"),
        IncidentProblem.MOMENT_IN_FUTURE: tr("发生时间在现在之后，请核对。"),
        IncidentProblem.PLACE_MISSING: tr("还没有写地点。请选微网格，或写明在哪里。"),
        IncidentProblem.PLACE_TOO_LONG: tr("地点超过 {limit} 个字，请写短一些。", limit=MAX_PLACE),
        IncidentProblem.STORY_TOO_LONG: tr("经过超过 {limit} 个字，请写短一些。", limit=MAX_STORY),
        IncidentProblem.PERSON_NAME_MISSING: tr("有一位没有写姓名，请补上或删去这一行。"),
    }[problem]


def report_problem_sentence(problem: ReportProblem) -> str:
    """What a report to the police lacks."""
    return {
        ReportProblem.STATION_MISSING: tr("还没有写报给哪个派出所或部门。"),
        ReportProblem.MOMENT_MISSING: tr("还没有填什么时候报告的。"),
        ReportProblem.MOMENT_IN_FUTURE: tr("报告时间在现在之后，请核对。"),
        ReportProblem.TEXT_TOO_LONG: tr("派出所、民警或回执写得太长，请写短一些。"),
    }[problem]


def mediation_problem_sentence(problem: MediationProblem) -> str:
    """Why the paper of a police mediation does not hold."""
    return {
        MediationProblem.POLICEMAN_MISSING: tr(
            "签字人里没有人民警察。辅警不能单独签治安调解，请写上主持调解的人民警察（民警）。"
        ),
        MediationProblem.PARTIES_MISSING: tr("签字人里至少要有两位当事人，请补上。"),
        MediationProblem.NAME_MISSING: tr("有一位签字人没有写姓名，请补上或删去这一行。"),
        MediationProblem.NAME_TOO_LONG: tr("签字人的姓名太长，请核对。"),
        MediationProblem.RECORDER_AS_POLICEMAN: tr(
            "辅警不能写成民警。请写主持调解的民警，自己的岗位选“辅警”。"
        ),
    }[problem]


def report_line(report: PoliceReport) -> str:
    """A report to the police in one line: 2026-11-23 16:30 电话报坪坦派出所，杨警官接，回执 12."""
    parts = [
        tr(
            "{moment} {way}报{station}",
            moment=long_moment(report.at) if report.at else "",
            way=way_word(report.way),
            station=report.station,
        ).strip()
    ]
    if report.officer:
        parts.append(tr("{officer}接", officer=report.officer))
    if report.receipt:
        parts.append(tr("回执 {receipt}", receipt=report.receipt))
    return "，".join(parts)


def mediation_line(mediation: PoliceMediation) -> str:
    """Who signed, in one line."""
    names = "、".join(
        tr("{name}（{capacity}）", name=one.name, capacity=_word(one.capacity))
        for one in mediation.signers
    )
    line = tr("签字：{names}", names=names)
    if mediation.paper_number:
        line = tr("{line}，文书 {number}", line=line, number=mediation.paper_number)
    return line


def event_line(kind: IncidentEventKind, note: str | None, detail: str | None = None) -> str:
    """One entry of the timeline: what happened, the words, and what the event carries besides."""
    said = [each for each in (_detail_line(kind, detail), note) if each]
    if not said:
        return _word(kind)
    return tr("{kind}：{note}", kind=_word(kind), note="；".join(said))


def _detail_line(kind: IncidentEventKind, detail: str | None) -> str:
    if kind is _K.REPORTED_TO_POLICE:
        report = PoliceReport.of_detail(detail)
        return report_line(report) if report else ""
    if kind is _K.POLICE_MEDIATED:
        mediation = PoliceMediation.of_detail(detail)
        return mediation_line(mediation) if mediation else ""
    return ""


def where_words(micro_grid: str, place: str) -> str:
    """Where it took place: the micro-grid, and the place in words."""
    return " · ".join(part for part in (micro_grid, place) if part)


def said_after(kind: IncidentEventKind) -> str:
    """After an event that can be taken back in one press, beside 撤销; else empty."""
    return {
        _K.CLOSED: tr("警情已办结。"),
        _K.REOPENED: tr("警情已重新办理。"),
        _K.WITHDRAWN: tr("警情已撤销登记，不再计入统计；在“已撤销”里还能查到。"),
    }.get(kind, "")


def link_line(link: LinkedRecord) -> str:
    """What a record is linked with, as a button says it."""
    if link.kind is LinkKind.RELATED:
        words = tr("有关的案件")
    elif link.kind is LinkKind.FLARED_UP:
        words = tr("以前办结、又闹起来的") if link.is_origin else tr("后来又闹起来的")
    elif link.entity == "incident":
        words = tr("由警情转来") if link.is_origin else tr("引发警情")
    else:
        words = tr("由纠纷引发") if link.is_origin else tr("已转为纠纷")
    line = tr("{words}：{number} {title}", words=words, number=link.number, title=link.title)
    return tr("{line}（已撤销）", line=line) if link.is_withdrawn else line


def draft_found(what: str, when: str) -> str:
    """Above a form or list, when something was left half written."""
    if not what:
        return tr("有一件没有填完的警情，{when} 存的草稿。", when=when)
    return tr("有一件没有填完的警情“{what}”，{when} 存的草稿。", what=what, when=when)


def note_draft_found(when: str) -> str:
    """On an incident, when something about it was left half written."""
    return tr("这件警情有一段没有写完的话，{when} 存的草稿。", when=when)


def people_text(names: Sequence[str]) -> str:
    """Who was in it, for a list: 吴某、杨某 等4人."""
    shown = "、".join(names[:2])
    return tr("{names} 等{count}人", names=shown, count=len(names)) if len(names) > 2 else shown


INCIDENT_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    IncidentField: lambda: {one: field_word(one) for one in IncidentField},
    IncidentProblem: lambda: {one: problem_sentence(one) for one in IncidentProblem},
    ReportWay: lambda: {one: way_word(one) for one in ReportWay},
    ReportProblem: lambda: {one: report_problem_sentence(one) for one in ReportProblem},
    MediationProblem: lambda: {one: mediation_problem_sentence(one) for one in MediationProblem},
}
"""For ``ui.wording_rules.name_of``."""


def _draft_wrong(*, problems: Sequence[Problem]) -> str:
    return tr("还不能登记，填好的内容都在。{first}", first=problem_sentence(problems[0].code))


def _not_possible(*, state: IncidentState, kind: IncidentEventKind) -> str:
    return tr(
        "这件警情现在是“{state}”，不能再记“{kind}”。警情没有改动，请看最新的进展。",
        state=_word(state),
        kind=_word(kind),
    )


INCIDENT_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.INCIDENT_DRAFT_WRONG: _draft_wrong,
    ErrorCode.INCIDENT_EVENT_NOT_POSSIBLE: _not_possible,
    ErrorCode.INCIDENT_NOTE_MISSING: lambda *, kind: tr(
        "“{kind}”要写明情况。请写一两句话再保存。", kind=_word(kind)
    ),
    ErrorCode.INCIDENT_NOTE_TOO_LONG: lambda *, limit: tr(
        "写的内容超过 {limit} 个字，还没有保存。请写短一些，或分两次记。", limit=limit
    ),
    ErrorCode.INCIDENT_NOT_FOUND: lambda: tr(
        "这台电脑上没有这件警情，可能不归本单位。请返回列表再找。"
    ),
    ErrorCode.INCIDENT_UNIT_UNKNOWN: lambda: tr(
        "您的单位不在单位表里，警情还没有登记。填好的内容都在，请联系县里。"
    ),
    ErrorCode.INCIDENT_MOMENT_IN_FUTURE: lambda: tr(
        "填的时间在现在之后，还没有保存。写好的都在，请核对时间。"
    ),
    ErrorCode.POLICE_REPORT_WRONG: lambda *, problem: tr(
        "还没有保存，写好的都在。{why}", why=report_problem_sentence(problem)
    ),
    ErrorCode.POLICE_MEDIATION_WRONG: lambda *, problem: tr(
        "还没有保存，写好的都在。{why}", why=mediation_problem_sentence(problem)
    ),
}
