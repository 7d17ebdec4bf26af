"""The cover of a file and the list of what is in it."""

from __future__ import annotations

from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState
from app.papers.queries import PaperFacts
from app.papers.rules import missing_lines
from app.papers.vocabulary import LineState, PaperKind
from i18n.text import tr
from ui.papers.blocks import Fields, Head, Lines, PaperContent, Sheet, Signs, Text
from ui.papers.forms_parts import day_or_blank, layout_note, party_lines
from ui.wording_papers import missing_sentence
from ui.wording_rules import name_of

COVER_ROW_MM = 15
"""The sheet is full, and a thick brush finds its room."""


def cover(facts: PaperFacts) -> PaperContent:
    """卷宗封面; how long it is kept is a setting, because no law was found that says it."""
    began = facts.events[0].on if facts.events else None
    closed = facts.last(CaseEventKind.CLOSED)
    ended = closed.on if closed and facts.case.state is CaseState.CLOSED else None
    rows = (
        ((tr("卷名"), facts.case.title),),
        ((tr("卷号"), _file_number(facts)),),
        ((tr("类别"), facts.case.class_name), (tr("案件类别"), name_of(facts.case.kind))),
        *party_lines(facts, is_short=True),
        ((_mediators_word(facts), "、".join(facts.mediators)),),
        ((_days_word(facts), _span(day_or_blank(began), day_or_blank(ended))),),
        ((tr("立卷单位"), facts.unit), (tr("立卷人"), "")),
        ((tr("立卷日期"), ""), (tr("保管期限"), facts.retention)),
        ((tr("备注"), ""),),
    )
    form = Fields(rows, row_mm=COVER_ROW_MM)
    return PaperContent(name_of(PaperKind.COVER), (form, layout_note()))


def _file_number(facts: PaperFacts) -> str:
    is_petition = facts.case.kind is CaseKind.PETITION
    return "" if is_petition else tr("（　　　）人调字第　　　　　号")


def _mediators_word(facts: PaperFacts) -> str:
    return tr("承办人") if facts.case.kind is CaseKind.PETITION else tr("人民调解员")


def _days_word(facts: PaperFacts) -> str:
    return tr("办理日期") if facts.case.kind is CaseKind.PETITION else tr("调解日期")


def contents(facts: PaperFacts) -> PaperContent:
    """卷内目录 with 必须 or 按需, and what the program does not find."""
    rows = tuple(
        (
            str(n),
            name_of(spec.line),
            name_of(spec.need),
            "" if state is LineState.BY_HAND else name_of(state),
            "",
            "",
        )
        for n, (spec, state) in enumerate(facts.file_lines, start=1)
    )
    headers = (tr("序号"), tr("材料名称"), tr("要求"), tr("情况"), tr("页码"), tr("备注"))
    missing = tuple(name_of(line) for line in missing_lines(facts.file_lines))
    blocks = (
        Sheet(headers, rows, blank_rows=3, widths=(8, 38, 10, 22, 9, 13)),
        Text(missing_sentence(missing)),
        Signs((tr("立卷人（签名）："),)),
        layout_note(),
    )
    return PaperContent(name_of(PaperKind.CONTENTS), blocks)


def statement(facts: PaperFacts) -> PaperContent:
    """卷宗情况说明: how many sheets, what is missing and why, and who looked."""
    missing = tuple(name_of(line) for line in missing_lines(facts.file_lines))
    rows = (
        ((tr("卷名"), facts.case.title),),
        ((tr("立卷单位"), facts.unit), (tr("本卷页数"), tr("共　　　页"))),
        ((tr("附件"), tr("照片　　张　　录音　　段　　其他　　件")),),
    )
    blocks = (
        Fields(rows),
        Head(tr("情况说明")),
        Text(missing_sentence(missing)),
        Lines(8),
        Signs((tr("立卷人（签名）："), tr("检查人（签名）："))),
        layout_note(),
    )
    return PaperContent(name_of(PaperKind.STATEMENT), blocks)


def _span(first: str, last: str) -> str:
    return tr("{first} 至 {last}", first=first, last=last)
