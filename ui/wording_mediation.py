"""Words and sentences of the three mediations and of agreements; collected by ``ui.wording``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from app.cases.vocabulary import CaseBlock
from app.errors import ErrorCode
from app.mediation.agreement_rules import LONGEST, MOST_ITEMS, Problem
from app.mediation.mediator_rules import SKILLS, Kin, KinCheck
from app.mediation.performance_rules import ItemState, PerformanceRate, yuan_text
from app.mediation.queries import AgreementRow, ItemRow, PlaceToSign
from app.mediation.vocabulary import (
    AgreementField,
    AgreementProblem,
    KinDegree,
    MediatorProblem,
    SignerKind,
    SigningProblem,
)
from i18n.text import tr
from ui.wording_rules import name_of

ITEM_TONES: Mapping[ItemState, str] = {
    ItemState.NOT_IN_FORCE: "neutral",
    ItemState.WAITING: "neutral",
    ItemState.DUE_SOON: "warn",
    ItemState.OVERDUE: "danger",
    ItemState.NOT_DONE: "danger",
    ItemState.DONE: "ok",
}


def item_states() -> Mapping[ItemState, str]:
    """Where a promise stands."""
    return {
        ItemState.NOT_IN_FORCE: tr("未生效"),
        ItemState.WAITING: tr("未到期"),
        ItemState.DUE_SOON: tr("快到期"),
        ItemState.OVERDUE: tr("超期"),
        ItemState.NOT_DONE: tr("没有履行"),
        ItemState.DONE: tr("已履行"),
    }


def item_words(item: ItemRow) -> str:
    """吴某甲 给付补偿款 1,200.00 元，2026-12-31 前."""
    parts = [item.ower, item.text]
    if item.amount_cents is not None:
        parts.append(tr("{yuan} 元", yuan=yuan_text(item.amount_cents)))
    said = " ".join(part for part in parts if part)
    if item.due_on is None:
        return said
    return tr("{said}，{day} 前", said=said, day=item.due_on.isoformat())


def item_state_words(item: ItemRow, today: date) -> str:
    """超期 12 天; half done says so."""
    word = item_states()[item.state]
    if item.state is ItemState.OVERDUE and item.due_on is not None:
        word = tr("超期 {days} 天", days=(today - item.due_on).days)
    if item.performance.value == "partly":
        word = tr("{word} · 部分履行", word=word)
    if item.performed_on is not None:
        word = tr("{word} · {day}", word=word, day=item.performed_on.isoformat())
    return word


def place_words(place: PlaceToSign) -> str:
    """Who signs on this line."""
    if place.signer is SignerKind.MEDIATOR:
        return tr("人民调解员")
    if place.signer is SignerKind.SEAL:
        return tr("调解委员会印章")
    if place.agent:
        return tr("{name}（代理人 {agent}）", name=place.name, agent=place.agent)
    return place.name


def signature_words(place: PlaceToSign) -> str:
    """What stands on the line, or that it is empty."""
    signature = place.signature
    if signature is None:
        return tr("要由监护人代签") if place.needs_agent and not place.agent else tr("未签")
    return tr(
        "{name} {manner} {day}",
        name=signature.name,
        manner=name_of(signature.manner),
        day=signature.signed_on.isoformat(),
    )


def signed_words(places: Sequence[PlaceToSign]) -> str:
    """Under an agreement everybody has signed."""
    return tr("已签齐：{said}。", said="；".join(_signed(place) for place in places))


def _signed(place: PlaceToSign) -> str:
    words = signature_words(place)
    if place.signature is not None and place.signature.name == place.name:
        return words
    return tr("{who}（{signed}）", who=place_words(place), signed=words)


def agreement_state(row: AgreementRow) -> tuple[str, str]:
    """Words and tone: 已生效, 还差 2 处签署, 已终止."""
    if row.ended_on is not None:
        return tr("已终止（{day}）", day=row.ended_on.isoformat()), "neutral"
    if row.effective_on is not None:
        return tr("{day} 生效", day=row.effective_on.isoformat()), "ok"
    return tr("还差 {missing} 处签署", missing=len(row.missing)), "warn"


def rate_words(rate: PerformanceRate) -> str:
    """协议履行率 50%（2 项到期，1 项已履行）."""
    if rate.per_cent is None:
        return tr("还没有到期的约定。")
    return tr(
        "协议履行率 {rate}%（到期 {due} 项，已履行 {done} 项）",
        rate=f"{rate.per_cent:.0f}",
        due=rate.due,
        done=rate.done,
    )


def success_method() -> str:
    """How the rate of success is counted."""
    return tr(
        "口径 v1：调处，是这段时间有了结果（调解成功或调解不成）的案件，一件只算最后一次结果；"
        "还在办的、撤回的、不予受理的不算。调解成功率 = 调解成功 ÷ 调处。官方口径没有找到。"
        "只算县里已经收到的。"
    )


def skill_words(codes: frozenset[str]) -> str:
    """民族语言、法律咨询."""
    return "、".join(SKILLS[code] for code in SKILLS if code in codes)


def refusal_words(names: Sequence[str]) -> str:
    """The banner while a party's refusal stands."""
    return tr(
        "{names} 明确拒绝调解，不得调解（《人民调解法》2010 年，第十七条）。"
        "可以告知仲裁、行政、司法等途径；本人改变主意的，先记“当事人同意调解”。",
        names="、".join(names),
    )


# --- kin ------------------------------------------------------------------------------------------


def kin_words(check: KinCheck) -> str:
    """What the roster told, and what it cannot tell."""
    said = []
    if check.found:
        said.append("；".join(_kin(kin) for kin in check.found))
    if not check.is_mediator_known:
        said.append(tr("这个人没有对应到花名册，只比较了姓名"))
    elif not check.found:
        said.append(tr("花名册里没有查到与当事人同户"))
    if check.unknown:
        said.append(tr("{names} 不在花名册里", names="、".join(check.unknown)))
    said.append(tr("花名册只知道户，分开过的兄弟姐妹、姻亲查不出来，请当面问清"))
    return tr("{said}。", said="；".join(said))


def _kin(kin: Kin) -> str:
    words = {
        KinDegree.SAME_PERSON: tr("就是当事人 {name} 本人", name=kin.party_name),
        KinDegree.SAME_NUMBER: tr("身份证号与当事人 {name} 相同", name=kin.party_name),
        KinDegree.SAME_HOUSEHOLD: tr("与当事人 {name} 同一户", name=kin.party_name),
        KinDegree.SAME_HOUSEHOLD_BEFORE: tr(
            "与当事人 {name} 曾是一户（分户、并户）", name=kin.party_name
        ),
        KinDegree.SAME_NAME: tr("与当事人 {name} 同名，请核实是不是本人", name=kin.party_name),
    }[kin.degree]
    if kin.mediator_relation is None or kin.party_relation is None:
        return words
    return tr(
        "{words}（对户主：调解员是{mediator}，当事人是{party}）",
        words=words,
        mediator=kin.mediator_relation.chinese_name,
        party=kin.party_relation.chinese_name,
    )


# --- what is wrong --------------------------------------------------------------------------------


def agreement_field(field: AgreementField) -> str:
    """What a field of the form is called."""
    return {
        AgreementField.FORM: tr("协议形式"),
        AgreementField.REACHED_ON: tr("达成日期"),
        AgreementField.FACTS: tr("主要事实和争议"),
        AgreementField.TERMS: tr("协议内容"),
        AgreementField.PERFORMANCE_WAY: tr("履行方式"),
        AgreementField.COPIES: tr("协议份数"),
        AgreementField.ITEM_TEXT: tr("约定事项"),
        AgreementField.ITEM_AMOUNT: tr("金额"),
        AgreementField.ITEM_DUE: tr("期限"),
        AgreementField.ITEM_PARTY: tr("由谁履行"),
        AgreementField.PERFORMED_ON: tr("履行日期"),
        AgreementField.PROOF: tr("履行凭证"),
        AgreementField.ENDED_ON: tr("终止日期"),
        AgreementField.END_REASON: tr("终止原因"),
    }[field]


def problem_words(problem: Problem) -> str:
    """One problem of a form as a sentence."""
    field = agreement_field(problem.field)
    if problem.item is not None:
        field = tr("第 {place} 项{field}", place=problem.item + 1, field=field)
    said = {
        AgreementProblem.MISSING: tr("还没有填"),
        AgreementProblem.TOO_LONG: tr("超过 {limit} 个字", limit=LONGEST.get(problem.field, 0)),
        AgreementProblem.IN_FUTURE: tr("不能晚于今天"),
        AgreementProblem.BEFORE_REACHED: tr("不能早于达成日期"),
        AgreementProblem.NOT_A_PARTY: tr("不是这份协议的当事人"),
        AgreementProblem.BAD_AMOUNT: tr("看不明白，请写成 1200 或 1200.50"),
        AgreementProblem.BAD_COUNT: tr("要在 1 到 99 之间"),
        AgreementProblem.TOO_MANY: tr("最多 {limit} 项", limit=MOST_ITEMS),
        AgreementProblem.DAY_MISSING: tr("还没有填"),
        AgreementProblem.DAY_TOO_MUCH: tr("没有履行的，不填日期"),
    }[problem.code]
    return tr("“{field}”{said}。", field=field, said=said)


def mediator_problem_words(problem: MediatorProblem) -> str:
    """Why somebody cannot mediate now."""
    return {
        MediatorProblem.NAME_MISSING: tr("还没有填姓名"),
        MediatorProblem.CONSENT_MISSING: tr(
            "邀请参与的人要征得当事人同意（《人民调解法》2010 年，第二十条），请写明谁同意"
        ),
        MediatorProblem.IS_PARTY: tr("这个人就是当事人，不能当这件案子的调解员"),
        MediatorProblem.KIN_UNEXPLAINED: tr("查到与当事人有关系，请写明情况，再保存一次"),
        MediatorProblem.ACTIVE_ALREADY: tr("这个人已经是这件案子的调解员"),
        MediatorProblem.ENDS_BEFORE_START: tr("结束日期早于开始日期"),
        MediatorProblem.IN_FUTURE: tr("日期不能晚于今天"),
        MediatorProblem.TOO_LONG: tr("写得太长"),
    }[problem]


def signing_problem_words(problem: SigningProblem) -> str:
    """Why somebody cannot sign there now."""
    return {
        SigningProblem.NAME_MISSING: tr("还没有填签署人姓名"),
        SigningProblem.NOT_WRITTEN: tr("口头协议不用签署"),
        SigningProblem.ENDED: tr("协议已经终止"),
        SigningProblem.NOT_A_PARTY: tr("不是这份协议的当事人"),
        SigningProblem.SIGNED_BEFORE: tr("这一处已经签过"),
        SigningProblem.BEFORE_REACHED: tr("签署日期不能早于达成日期"),
        SigningProblem.IN_FUTURE: tr("签署日期不能晚于今天"),
        SigningProblem.NEEDS_AGENT: tr(
            "当事人未满十八周岁，由监护人代签，请先在案件的当事人里填上法定代理人"
        ),
    }[problem]


def _wrong(*, problems: Sequence[Problem]) -> str:
    return tr(
        "还没有保存，填好的内容都在。{first}",
        first=problem_words(problems[0]) if problems else "",
    )


def _mediator_wrong(*, problem: MediatorProblem, kin: KinCheck | None = None) -> str:
    why = mediator_problem_words(problem)
    if problem in (MediatorProblem.IS_PARTY, MediatorProblem.KIN_UNEXPLAINED) and kin:
        why = tr("{why}。{kin}", why=why, kin=kin_words(kin).rstrip("。"))
    return tr("还没有保存，填好的内容都在：{why}。", why=why)


def _blocked(*, why: CaseBlock) -> str:
    return tr("现在不能制作、签署协议：{why}。已写的内容还在。", why=name_of(why))


MEDIATION_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.AGREEMENT_BLOCKED: _blocked,
    ErrorCode.AGREEMENT_ENDED: lambda *, day: tr(
        "这份协议 {day} 已经终止，没有改动。", day=day.isoformat()
    ),
    ErrorCode.AGREEMENT_FROZEN: lambda: tr(
        "协议已有人签署（或是口头协议），内容不能再改。要改的，请终止这份，另做一份。"
    ),
    ErrorCode.AGREEMENT_GONE: lambda: tr(
        "这台电脑上没有这份协议或案子了，可能已在别处撤去。请返回案件再看。"
    ),
    ErrorCode.AGREEMENT_NOT_IN_FORCE: lambda: tr(
        "协议还没有生效，或已经终止，没有改动。请先签齐。"
    ),
    ErrorCode.AGREEMENT_WRONG: _wrong,
    ErrorCode.MEDIATOR_GONE: lambda: tr(
        "这名调解员已不在这件案子里，或队员名册已有改动。请看最新的名单。"
    ),
    ErrorCode.MEDIATOR_WRONG: _mediator_wrong,
    ErrorCode.SIGNING_NOT_POSSIBLE: lambda *, problem: tr(
        "没有记下这个签署：{why}。", why=signing_problem_words(problem)
    ),
}
