"""Words of petitions, of who is in charge of a case, and of old cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from app.errors import ErrorCode
from app.petitions.vocabulary import MissingOne, OtherWay, PetitionPurpose
from i18n.text import tr
from ui.wording_rules import name_of


def _sponsor_fields() -> dict[str, str]:
    return {
        "leader_name": tr("包案领导"),
        "leader_post": tr("职务"),
        "task_force": tr("专班成员"),
        "plan": tr("化解方案"),
        "plan_due_on": tr("方案期限"),
        "handler_name": tr("一包到底的人"),
        "starts_on": tr("包案开始"),
        "ended_on": tr("包案结束"),
    }


def sponsor_field(name: str) -> str:
    """What a field of a sponsorship is called."""
    return _sponsor_fields().get(name, name)


PETITION_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.SPONSOR_WRONG: lambda *, field, problem: tr(
        "包案还没有保存，写好的都在。“{field}”：{problem}。",
        field=sponsor_field(field),
        problem=name_of(problem),
    ),
    ErrorCode.SPONSOR_GONE: lambda: tr(
        "这条包案记录已经不在这台电脑上，没有改动。请返回案件再看。"
    ),
    ErrorCode.FIRST_CONTACT_WRONG: lambda: tr(
        "首办责任人没有改。请选另一位在岗的人，并写明为什么交接。"
    ),
}


def missing_words(missing: Sequence[MissingOne]) -> str:
    """What is lacking of the five ones."""
    if not missing:
        return tr("五个一齐了：一件事、一名领导、一个专班、一套方案、一包到底。")
    words = "、".join(name_of(one) for one in missing)
    return tr("五个一还缺：{words}。", words=words)


def short_missing(missing: Sequence[MissingOne]) -> str:
    """The same in a column."""
    if not missing:
        return tr("齐")
    return tr("缺 {count} 项", count=len(missing))


def late_words(days_late: int, due_on: date | None, today: date) -> str:
    """How a case stands to its nearest day."""
    if due_on is None:
        return tr("没有期限")
    if days_late > 0:
        return tr("超期 {days} 天", days=days_late)
    left = (due_on - today).days
    return tr("今天到期") if left == 0 else tr("还有 {days} 天", days=left)


def moved_words(count: int) -> str:
    """What happened this month."""
    return tr("{count} 次", count=count) if count else tr("没有动")


def other_way_text(way: OtherWay) -> str:
    """What a person is told whose matter goes another way; 信访工作条例 (2022-02-25), Art. 31."""
    return {
        OtherWay.LITIGATION: tr(
            "应当通过诉讼、行政复议、检察监督或者公安机关法律程序处理，请依法向有关政法部门提出"
            "（第三十一条第一项）。"
        ),
        OtherWay.ARBITRATION: tr("应当通过仲裁解决，请依法申请仲裁（第三十一条第二项）。"),
        OtherWay.PARTY_APPEAL: tr("可以通过党员申诉、申请复审等解决（第三十一条第三项）。"),
        OtherWay.ADMINISTRATIVE: tr(
            "可以通过行政复议、行政裁决、行政确认、行政许可、行政处罚等行政程序解决"
            "（第三十一条第四项）。"
        ),
        OtherWay.OFFICIAL_DUTY: tr(
            "属于申请查处违法行为、履行职责的，由有权机关依法履行或者答复（第三十一条第五项）。"
        ),
    }[way]


def purpose_hint(purpose: PetitionPurpose | None) -> str:
    """What is done with it, by what is wanted."""
    if purpose is PetitionPurpose.ADVICE:
        return tr("建议意见：认真研究论证，合理可行的采纳或部分采纳，并予以回复（第二十九条）。")
    if purpose is PetitionPurpose.ACCUSATION:
        return tr(
            "检举控告：按管理权限转送纪检监察机关依规依纪依法处理；一律保密，"
            "不得透露、转给被检举控告的人员或者单位（第二十二条、第三十条、第四十六条第五项）。"
        )
    if purpose is PetitionPurpose.APPEAL:
        return tr(
            "申诉求决：先看是不是该走诉讼、仲裁、复议等程序，都不是的，"
            "听取陈述、调查核实，出具处理意见书（第三十一条）。"
        )
    return tr("先选信访目的，这里说明怎么办。")


def sent_to_discipline() -> str:
    """What somebody in a village says at the door to whoever accuses somebody."""
    return tr(
        "检举控告不在村里登记，这里什么也不记。请告诉来人：直接向县纪委监委，"
        "或者乡镇、县信访窗口提出；反映的内容不要写在这台电脑上，也不要告诉别人"
        "（《信访工作条例》2022 年，第三十条、第四十六条第五项）。"
    )
