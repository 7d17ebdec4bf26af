"""What stands in each paper: names whole, telephones only where a form asks, law word by word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.cases.actions import add_case_event, record_case
from app.cases.vocabulary import AgentKind, CaseEventKind, CaseKind, PartySide
from app.errors import ErrorCode, UserFacingError
from app.looks.vocabulary import LookedAt
from app.papers.queries import PaperEvent, PaperFacts, facts_with_phones, paper_facts
from app.papers.vocabulary import PaperKind
from app.petitions.vocabulary import AnswerOutcome, PetitionPurpose
from app.store import Store
from db.tables.looks import Look
from sync.client.number_blocks import lay_blocks
from tests.helpers.stores import NO_RISK, a_store, a_unit, an_actor
from tests.unit.cases.drafts_of_cases import a_draft, a_party
from tests.unit.mediation.scene import an_agreement
from ui.papers.blocks import Fields, PaperContent, Sheet, Signs, Text
from ui.papers.forms import content_of

PHONE = "13900001234"
ACTOR = an_actor()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    with made.local_writing() as session:
        lay_blocks(session, {"number_blocks": [["case", 2026, 1234, 1283]]})
    yield made
    made.close()


@pytest.fixture
def case_id(store: Store) -> str:
    parties = (
        a_party("吴某某", phone=PHONE, address="坪坦村三组", birth_date=date(1976, 11, 24)),
        a_party("杨<某>", PartySide.B, address="坪坦村一组"),
    )
    return record_case(store, ACTOR, a_draft(parties=parties)).case_id


def words(content: PaperContent) -> str:
    """All that stands on it."""
    found: list[str] = [content.title]
    for block in content.blocks:
        match block:
            case Fields():
                found += [part for row in block.rows for pair in row for part in pair]
            case Sheet():
                found += [cell for row in block.rows for cell in row]
            case Signs():
                found += [*block.places, block.dated]
            case _:
                found.append(getattr(block, "words", ""))
    return "\n".join(found)


def test_every_paper_can_be_made_of_a_case_that_has_just_begun(store: Store, case_id: str) -> None:
    """Before anything is known it is a form to fill in; and it says that it is no official one."""
    facts = paper_facts(store, ACTOR, case_id)
    for kind in PaperKind:
        told = words(content_of(kind, facts))
        assert "不是统一印发的官方格式" in told, kind
        assert "None" not in told, kind
        assert PHONE not in told, kind


def test_telephones_stand_where_the_form_asks_and_the_look_is_written_first(
    store: Store, case_id: str
) -> None:
    facts = facts_with_phones(store, ACTOR, case_id)
    assert PHONE in words(content_of(PaperKind.APPLICATION, facts))
    assert PHONE not in words(content_of(PaperKind.AGREEMENT, facts))
    with store.reading() as session:
        look = session.exec(select(Look)).one()
    assert (look.subject_id, look.looked_at, look.people) == (case_id, LookedAt.WHOLE_RECORD, 1)


def test_the_rights_are_those_of_the_law(store: Store, case_id: str) -> None:
    """人民调解法 (2010-08-28), Art. 23 and 24."""
    told = words(content_of(PaperKind.RIGHTS, paper_facts(store, ACTOR, case_id)))
    for sentence in (
        "（一）选择或者接受人民调解员；",
        "（二）接受调解、拒绝调解或者要求终止调解；",
        "（三）要求调解公开进行或者不公开进行；",
        "（四）自主表达意愿、自愿达成调解协议。",
        "（一）如实陈述纠纷事实；",
        "（二）遵守调解现场秩序，尊重人民调解员；",
        "（三）尊重对方当事人行使权利。",
    ):
        assert sentence in told


def happened(store: Store, case_id: str, kind: CaseEventKind, **values: object) -> PaperFacts:
    add_case_event(
        store, ACTOR, case_id=case_id, kind=kind, note="说明", values=values, risk=NO_RISK
    )
    return paper_facts(store, ACTOR, case_id)


def test_a_session_stands_in_its_record(store: Store, case_id: str) -> None:
    facts = happened(
        store,
        case_id,
        CaseEventKind.MEDIATION_HELD,
        held_on=date(2026, 11, 22),
        place_name="坪坦鼓楼",
        mediators="石某某",
    )
    told = words(content_of(PaperKind.SESSION, facts))
    for part in ("2026年11月22日", "坪坦鼓楼", "石某某", "吴某某", "杨<某>", "说明"):
        assert part in told


def _said(kind: CaseEventKind, note: str = "", **values: Any) -> PaperEvent:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    return PaperEvent("e", kind, at.date(), at, note, values, "杨春燕", 0)


def test_a_petitioner_is_told_in_writing_what_the_regulations_ask(
    store: Store, case_id: str
) -> None:
    """信访工作条例 (2022-02-25), Art. 23, 29, 31 (6), 32, 34 to 36."""
    blank = paper_facts(store, ACTOR, case_id)
    day = date(2026, 11, 20)
    steps = (
        _said(CaseEventKind.ACCEPTED),
        _said(CaseEventKind.ANSWERED, "补足差额。", outcome=AnswerOutcome.SUPPORTED),
        _said(CaseEventKind.REVIEW_DECIDED, "维持原处理意见。", delivered_on=day),
        _said(CaseEventKind.RE_REVIEW_DECIDED, "维持复查意见。", delivered_on=day),
    )

    def told(kind: PaperKind, purpose: PetitionPurpose) -> str:
        case = replace(blank.case, kind=CaseKind.PETITION, petition_purpose=purpose)
        return words(content_of(kind, replace(blank, case=case, events=steps)))

    appeal, advice = PetitionPurpose.APPEAL, PetitionPurpose.ADVICE
    for part in ("2026年11月20日", "60日内办结", "延长不超过30日", "请求上一级机关、单位复查"):
        assert part in told(PaperKind.ACCEPTANCE, appeal)
    assert "60日" not in told(PaperKind.ACCEPTANCE, advice)
    assert "采纳或者部分采纳" in told(PaperKind.ACCEPTANCE, advice)
    assert "补足差额。" in told(PaperKind.ANSWER, appeal)
    assert "第三十五条" in told(PaperKind.ANSWER, appeal)
    assert "第三十五条" not in told(PaperKind.ANSWER, advice)
    assert "30日内向复查机关、单位的上一级" in told(PaperKind.REVIEW, appeal)
    assert "不再受理" in told(PaperKind.RE_REVIEW, appeal)
    assert "5个工作日内提出异议" in told(PaperKind.DISPATCH, appeal)
    assert "人调字" not in told(PaperKind.COVER, appeal)


def test_the_age_is_of_the_day_it_is_printed(store: Store, case_id: str) -> None:
    """The day before a birthday the older age is not yet reached."""
    told = words(content_of(PaperKind.APPLICATION, paper_facts(store, ACTOR, case_id)))
    assert "49岁" in told


def test_the_list_of_the_file_says_what_is_missing(store: Store, case_id: str) -> None:
    told = words(content_of(PaperKind.CONTENTS, paper_facts(store, ACTOR, case_id)))
    assert "还缺签字件：人民调解申请书或受理登记表、调解记录、调解协议书。" in told


def test_the_slip_says_where_it_stands_and_what_comes_next(store: Store, case_id: str) -> None:
    told = words(content_of(PaperKind.PROGRESS, paper_facts(store, ACTOR, case_id)))
    assert "审查后告知您是否受理" in told
    assert "咨询电话" in told


def test_what_is_typed_stays_text() -> None:
    from ui.papers.layout import paper_html

    html = paper_html(PaperContent("甲", (Text("杨<某>&"),)), number="<1>", scan="0000000001")
    assert "杨&lt;某&gt;&amp;" in html
    assert "&lt;1&gt;" in html


def test_nobody_prints_the_papers_of_another_village(store: Store, case_id: str) -> None:
    stranger = an_actor(unit=next(u for u in ACTOR.units.values() if u.name == "高步村"))
    assert stranger.unit_id != a_unit().id
    with pytest.raises(UserFacingError) as caught:
        paper_facts(store, stranger, case_id)
    assert caught.value.code is ErrorCode.CASE_NOT_FOUND


def test_the_day_it_was_registered_is_not_the_day_it_happened(store: Store, case_id: str) -> None:
    facts = paper_facts(store, ACTOR, case_id)
    assert facts.case.happened_on == date(2026, 11, 20)
    form = content_of(PaperKind.INTAKE, facts).blocks[0]
    assert isinstance(form, Fields)
    assert form.rows[0][0] == ("登记日期", "2026年11月23日")


def test_an_agreement_names_its_parties_and_who_acts_for_them(store: Store) -> None:
    """人民调解法 (2010-08-28), Art. 29: who they are, the facts, what was agreed, how and when."""
    drafts = (
        a_party("吴某某", address="坪坦村三组"),
        a_party("小明", agent_kind=AgentKind.GUARDIAN, agent_name="石某某"),
        a_party("杨某", PartySide.B),
        a_party("路人", PartySide.THIRD),
    )
    case_id = record_case(store, ACTOR, a_draft(parties=drafts)).case_id
    an_agreement(store, ACTOR, case_id, reached_on=date(2026, 11, 22))
    facts = paper_facts(store, ACTOR, case_id)
    content = content_of(PaperKind.AGREEMENT, facts)
    (number,) = (one.number for one in facts.agreements)
    told = words(content)
    assert f"协议编号：{number}" in told
    assert "各方当事人于2026年11月22日自愿达成如下协议" in told
    (people,) = (one for one in content.blocks if isinstance(one, Sheet))
    assert [row[1].split("\n")[0] for row in people.rows] == [
        one.name for one in facts.parties if one.name != "路人"
    ]
    (signs,) = (one for one in content.blocks if isinstance(one, Signs))
    assert any(place.startswith("小明（法定代理人：石某某）（签名") for place in signs.places)
    assert not any("路人" in place for place in signs.places)
    assert signs.places[-1] == "人民调解委员会（印章）："


def test_many_people_stand_in_one_table_and_sign_by_name(store: Store) -> None:
    drafts = tuple(a_party(f"吴{n}", PartySide.A if n % 2 else PartySide.B) for n in range(12))
    case_id = record_case(store, ACTOR, a_draft(parties=drafts)).case_id
    facts = paper_facts(store, ACTOR, case_id)
    content = content_of(PaperKind.CONFIRMATION, facts)
    (people,) = (one for one in content.blocks if isinstance(one, Sheet))
    assert len(people.rows) == 12
    (signs,) = (one for one in content.blocks if isinstance(one, Signs))
    assert sorted(signs.places) == sorted(f"吴{n}：" for n in range(12))
    assert "各方当事人（签名、盖章或者按指印）：" in words(content)
    assert "等6人" in words(content_of(PaperKind.COVER, facts))
