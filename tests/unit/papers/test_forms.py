"""What stands in each paper: names whole, telephones only where a form asks, law word by word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from app.cases.actions import add_case_event, record_case
from app.cases.vocabulary import CaseEventKind, PartySide
from app.errors import ErrorCode, UserFacingError
from app.looks.vocabulary import LookedAt
from app.papers.queries import PaperFacts, facts_with_phones, paper_facts
from app.papers.vocabulary import PaperKind
from app.store import Store
from db.tables.looks import Look
from sync.client.number_blocks import lay_blocks
from tests.helpers.stores import NO_RISK, a_store, a_unit, an_actor
from tests.unit.cases.drafts_of_cases import a_draft, a_party
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


@pytest.mark.parametrize("kind", PaperKind)
def test_every_paper_can_be_made_of_a_case_that_has_just_begun(
    store: Store, case_id: str, kind: PaperKind
) -> None:
    """Before anything is known it is a form to fill in; and it says that it is no official one."""
    told = words(content_of(kind, paper_facts(store, ACTOR, case_id)))
    assert "不是统一印发的官方格式" in told
    assert "None" not in told
    assert PHONE not in told


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
