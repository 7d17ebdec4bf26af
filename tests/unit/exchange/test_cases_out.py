"""The list of cases in a real workbook: as it is filtered, and as the standard's table 30."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event, record_case
from app.cases.listing import CaseFilter
from app.cases.vocabulary import CaseEventKind, CaseState, PartySide
from app.errors import ErrorCode, UserFacingError
from app.exchange.cases_out import _TABLE_30, export_cases
from app.looks.vocabulary import LookedAt
from app.store import Store
from db.clock import CHINA
from db.tables.cases import CaseParty
from db.tables.looks import Look
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_case, a_store, a_unit, an_actor, save
from tests.unit.cases.drafts_of_cases import a_draft, a_party
from ui.wording_cases import case_words

K = CaseEventKind
WORKER = an_actor()
NUMBER = "433031196501010017"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = a_store(tmp_path, clock=FakeClock())
    first = a_draft(
        title="=1+1 水渠争议",
        head_count=6,
        parties=(
            a_party("吴文永", ethnicity="12"),
            a_party("杨昌德", PartySide.B),
        ),
    )
    case_id = record_case(made, WORKER, first).case_id
    add_case_event(made, WORKER, case_id=case_id, kind=K.SETTLED, note="轮流放水")
    record_case(made, WORKER, replace(first, title="牛吃禾苗"))
    with made.transaction(account_id=WORKER.account_id, action="test") as tx:
        for party in tx.session.exec(select(CaseParty).where(CaseParty.name == "吴文永")):
            party.identity_number = NUMBER
    return made


def sheets(store: Store, path: Path, actor: object = WORKER, **wanted: object) -> list[list[list]]:
    found = CaseFilter(**wanted)  # type: ignore[arg-type]
    out = export_cases(store, actor, path, wanted=found, words=case_words(), title="坪坦村案件")  # type: ignore[arg-type]
    book = openpyxl.load_workbook(out.path)
    assert book.worksheets[0].max_row == out.count + 2
    return [[list(row) for row in sheet.values] for sheet in book.worksheets]


def test_both_sheets_hold_what_is_filtered(store: Store, tmp_path: Path) -> None:
    listed, standard = sheets(store, tmp_path / "all.xlsx")
    assert listed[0][0] == "坪坦村案件"
    assert {line[2] for line in listed[2:]} == {"牛吃禾苗", "=1+1 水渠争议"}
    place = listed[1].index("登记时间")
    here = store.clock.now().astimezone(CHINA).strftime("%Y-%m-%d %H:")
    assert all(line[place].startswith(here) for line in listed[2:])
    assert [title for title, _ in _TABLE_30] == standard[0][:-1]
    assert len(_TABLE_30) == 27
    settled = frozenset({CaseState.SETTLED})
    listed, standard = sheets(store, tmp_path / "some.xlsx", states=settled)
    assert (len(listed), len(standard)) == (3, 2)


def test_the_standards_codes_and_what_is_missing(store: Store, tmp_path: Path) -> None:
    _, standard = sheets(store, tmp_path / "all.xlsx")
    (found,) = [row for row in standard[1:] if row[0] == "=1+1 水渠争议"]
    line = dict(zip(standard[0], found, strict=True))
    assert (line["发生日期"], line["涉及人数"], line["事件规模"]) == ("20261120", "6", "02")
    assert (line["主要当事人证件代码"], line["主要当事人证件号码"]) == ("111", NUMBER)
    assert (line["主要当事人民族"], line["化解方式"], line["化解是否成功"]) == ("12", "0103", "1")
    assert "主要当事人人员类别" in line["还缺什么"]
    assert "化解是否成功" not in line["还缺什么"]


def test_whole_numbers_are_a_look_and_others_get_masked_ones(store: Store, tmp_path: Path) -> None:
    sheets(store, tmp_path / "whole.xlsx")
    with store.reading() as session:
        (look,) = session.exec(select(Look)).all()
    assert (look.looked_at.value, look.people) == ("export", 4)
    mediator = an_actor(Role.MEDIATOR)
    _, standard = sheets(store, tmp_path / "masked.xlsx", mediator)
    assert NUMBER not in str(standard)
    with store.reading() as session:
        looks = session.exec(select(Look)).all()
    assert {look.by_account_id for look in looks} == {WORKER.account_id, mediator.account_id}


@pytest.mark.parametrize("role", Role)
def test_the_file_holds_what_its_maker_may_see(store: Store, tmp_path: Path, role: Role) -> None:
    """Whatever the filter says: no other village, and nothing confidential."""
    other, path = a_unit("平日村").id, tmp_path / "all.xlsx"
    secret = {"is_confidential": True, "number": "临2026-216200-K3AB9Z-900", "title": "检举"}
    away = {"unit_id": other, "number": "临2026-216200-K3AB9Z-901", "title": "别村"}
    save(store, a_case(store, **secret), a_case(store, **away))
    actor = an_actor(role, account_id=f"account-{role}")
    if role is Role.ADMINISTRATOR:
        with pytest.raises(UserFacingError) as refused:
            sheets(store, path, actor, sees_confidential=True)
        assert refused.value.code is ErrorCode.NOT_ALLOWED
        assert not path.exists()
        return
    listed, standard = sheets(store, path, actor, sees_confidential=True)
    assert not any(word in str((listed, standard)) for word in ("检举", "别村"))
    with store.reading() as session:
        (look,) = session.exec(select(Look).where(Look.by_account_id == actor.account_id))
    assert look.looked_at is LookedAt.EXPORT
