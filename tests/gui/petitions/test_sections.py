"""The tabs 信访 and 包案 of a case, the leaders' board, and a confidential case on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event
from app.cases.queries import one_case
from app.cases.vocabulary import CaseEventKind, CaseKind, PartySide, PartySource
from app.looks.queries import looks_of_record
from app.looks.vocabulary import LookedAt
from app.petitions.queries import PathStep, petition_view
from app.petitions.sponsor_actions import name_sponsor
from app.petitions.sponsor_queries import leaders_board, sponsors_of
from app.petitions.sponsor_rules import SponsorFields
from app.petitions.vocabulary import AnswerOutcome, PetitionForm, PetitionPurpose
from app.refolding import refold_case
from db.tables.cases import CaseEvent, CaseParty
from db.tables.looks import Look
from db.tables.organisations import Account
from tests.gui.conftest import LARGE, SMALL, assert_nothing_clipped
from tests.gui.scene import Scene, make_scene
from tests.helpers.full_disk import full_disk
from tests.helpers.stores import a_case, a_unit, an_actor, save, units_by_id
from ui.cases.page import CasesPage
from ui.petitions.case_section import PetitionSection
from ui.petitions.form_fields import PetitionBlock
from ui.petitions.leaders_page import LeadersPage
from ui.petitions.sponsor_section import SponsorSection
from ui.statistics.page import StatisticsPage
from ui.widgets.paper import PaperDesk
from ui.wording_petitions import sent_to_discipline

K = CaseEventKind
TODAY = date(2026, 11, 23)
TOWNSHIP = units_by_id()[a_unit("坪坦村").parent_id or ""]
LONG = "反映某某公路改线占用坪坦村三组水田一点六亩，青苗补偿款两年没有发到户，多次询问没有结果"


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    """A township's laptop with one petition that was received twelve days ago, met and looked
    into, and a confidential one."""
    for made in make_scene(tmp_path, runner):
        made.actor = an_actor(Role.TOWNSHIP_CENTRE, TOWNSHIP, name="杨某", account_id="township")
        _fill(made)
        yield made


def _fill(scene: Scene) -> None:
    store, unit_id = scene.store, TOWNSHIP.id
    received = TODAY - timedelta(days=12)
    whole = {
        "unit_id": unit_id,
        "kind": CaseKind.PETITION,
        "petition_purpose": PetitionPurpose.APPEAL,
        "petition_form": PetitionForm.VISIT,
        "received_on": received,
        "happened_on": date(2026, 3, 1),
        "wanted": "要求补发青苗补偿款 4800 元，并公开发放名单。",
        "first_contact_id": "gone",
    }
    case = a_case(store, id="petition", title=LONG, **whole)
    secret = a_case(store, id="secret", title="反映干部优亲厚友", number="TD-9", **whole)
    secret.petition_purpose, secret.is_confidential = PetitionPurpose.ACCUSATION, True
    told = {"unit_id": unit_id, "by_account_id": "township", "happened_at": store.clock.now()}
    save(
        store,
        Account(id="township", unit_id=unit_id, name="杨某", role=Role.TOWNSHIP_CENTRE),
        Account(id="leader", unit_id=unit_id, name="石某", role=Role.SPONSOR_LEADER),
        Account(
            id="gone", unit_id=unit_id, name="吴某", role=Role.TOWNSHIP_CENTRE, is_active=False
        ),
        case,
        secret,
        CaseParty(
            unit_id=unit_id,
            case_id="petition",
            side=PartySide.A,
            source=PartySource.OUTSIDE,
            is_main=True,
            name="吴某甲",
        ),
        *(
            CaseEvent(case_id=case_id, kind=kind, **told)
            for case_id in ("petition", "secret")
            for kind in (K.RECORDED, K.ACCEPTED)
        ),
        account_id="township",
    )
    with store.laying_down() as session:
        for case_id in ("petition", "secret"):
            refold_case(session, case_id)
    told_of = {"case_id": "petition"}
    add = add_case_event
    add(store, scene.actor, kind=K.MET, values={"met_on": received + timedelta(days=2)}, **told_of)
    done = {"done_on": received + timedelta(days=6)}
    add(store, scene.actor, kind=K.INVESTIGATED, values=done, **told_of)


def opened(qtbot, scene: Scene, case_id: str = "petition") -> CasesPage:  # type: ignore[no-untyped-def]
    page = CasesPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.load()
    scene.settle()
    page.open(case_id)
    scene.settle()
    return page


def section(scene: Scene, page: CasesPage, key: str):  # type: ignore[no-untyped-def]
    page.card.sections.turn_to(key)
    scene.settle()
    made = page.card.sections.made[key]
    made.kept_alive = page  # the page owns the tab
    return made


def test_the_way_of_a_petition_and_the_form_opened_prefilled(qtbot, scene: Scene) -> None:
    page = opened(qtbot, scene)
    tab = section(scene, page, "petition")
    assert isinstance(tab, PetitionSection)
    shown = [kind for kind, button in tab.buttons.items() if button.isVisible()]
    assert shown == [K.MET, K.INVESTIGATED, K.ANSWERED]
    assert tab.values_for(K.ANSWERED)["request"].startswith("要求补发")
    assert "申诉求决 · 来访" in tab.line.text()
    with qtbot.waitSignal(tab.event_wanted) as asked:
        qtbot.mouseClick(tab.buttons[K.ANSWERED], Qt.MouseButton.LeftButton)
    assert asked.args[0] is K.ANSWERED
    scene.settle()
    assert page.card.sections.value() == "course"


def test_after_the_answer_evaluation_and_review_are_offered(qtbot, scene: Scene) -> None:
    add_case_event(
        scene.store,
        scene.actor,
        case_id="petition",
        kind=K.ANSWERED,
        values={
            "outcome": AnswerOutcome.SUPPORTED,
            "request": "补发",
            "facts": "名册漏登一户",
            "basis": "《土地管理法》第四十八条",
            "unit_id": TOWNSHIP.id,
            "delivered_on": TODAY,
        },
    )
    tab = section(scene, opened(qtbot, scene), "petition")
    shown = [kind for kind, button in tab.buttons.items() if button.isVisible()]
    assert shown == [K.EVALUATION_SOUGHT, K.EVALUATED, K.REVIEW_ASKED]
    assert tab.values_for(K.REVIEW_ASKED)["unit_id"] == TOWNSHIP.parent_id
    view = petition_view(scene.store, scene.actor, "petition")
    assert view is not None
    assert view.answer is not None
    assert view.answer.last_day_for_review == date(2026, 12, 23)
    assert view.done[PathStep.ANSWERED] == TODAY


def test_the_first_contact_who_left_is_handed_on_by_name(qtbot, scene: Scene) -> None:
    tab = section(scene, opened(qtbot, scene), "petition")
    assert "已经离岗" in tab.contact.line.text()
    qtbot.mouseClick(tab.contact.begin, Qt.MouseButton.LeftButton)
    tab.contact.save.click()
    scene.settle()
    assert "首接责任人没有改" in scene.notices[-1]
    tab.contact.why.setText("调到县里")
    tab.contact.save.click()
    scene.settle()
    case = one_case(scene.store, "petition")
    assert case is not None
    assert "首接责任人由吴某交给" in (case.events[-1].note or "")


def test_an_other_way_is_told_with_its_article(qtbot, scene: Scene) -> None:
    tab = section(scene, opened(qtbot, scene), "petition")
    asked = []
    tab.event_wanted.connect(lambda kind, values: asked.append((kind, values)))
    tab.ways.actions()[1].trigger()
    assert asked[0][0] is K.REFUSED
    assert "第三十一条第二项" in asked[0][1]["other_way"]


def test_a_leader_is_named_and_the_form_keeps_what_is_wrong(qtbot, scene: Scene) -> None:
    tab = section(scene, opened(qtbot, scene), "sponsor")
    assert isinstance(tab, SponsorSection)
    assert tab.name_button.isVisible()
    tab.name_button.click()
    scene.settle()
    tab.form.panel.saved.emit()
    scene.settle()
    assert "请写包案领导的姓名" in tab.form.field("leader_name").error
    leader = tab.form.editor("leader_id")
    leader.setCurrentIndex(leader.findData("leader"))
    leader.activated.emit(leader.currentIndex())
    tab.form.panel.saved.emit()
    scene.settle()
    active = sponsors_of(scene.store, scene.actor, "petition").active
    assert active is not None
    assert (active.fields.leader_id, active.fields.leader_name) == ("leader", "石某")
    assert "还缺" in tab.missing.text()
    tab.end_button.click()
    scene.settle()
    assert sponsors_of(scene.store, scene.actor, "petition").active is None
    assert len(scene.undos) == 2


def test_the_board_opens_prints_and_goes_to_excel(qtbot, scene: Scene, tmp_path) -> None:
    given = SponsorFields("石某", TODAY, leader_id="leader", leader_post="副县长", plan="方案")
    name_sponsor(scene.store, scene.actor, case_id="petition", given=given)
    other = replace(given, leader_id=None, leader_name="粟某")
    save(scene.store, a_case(scene.store, id="other", number="TD-8", unit_id=scene.actor.unit_id))
    for case_id in ("other", "secret"):  # of accusations a leader reads those he leads
        name_sponsor(scene.store, scene.actor, case_id=case_id, given=other)
    scene.actor = an_actor(Role.SPONSOR_LEADER, TOWNSHIP, name="石某", account_id="leader")
    page = LeadersPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.load()
    scene.settle()
    assert page.leaders.currentData() == "leader", "a leader begins with the own cases"
    assert [row.case_id for row in page.rows()] == ["petition"]
    page.leaders.setCurrentIndex(0)
    page.leaders.activated.emit(0)
    shown = {row.case_id for row in page.rows()}
    assert shown == {"petition", "other"}, "a confidential case of another leader is not his"
    figure = next(card for card in (page.late, page.still) if card.number.text() != "2")
    for rows in (int(figure.number.text()), 2):
        qtbot.keyClick(figure, Qt.Key.Key_Return)
        assert page.model.rowCount() == rows, "a figure shows its cases, and then all of them"
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert scene.opened[-1][0] == "case_file"
    assert "石某" in page.html()
    target = tmp_path / "board.xlsx"
    page._ask_path = lambda _name: str(target)
    page.print_button.click()
    paper = page.print_button.findChild(PaperDesk)
    paper.menu.close()
    with full_disk():
        page.export_button.click()
        paper.save_to(tmp_path / "board.pdf")
        scene.settle()
    assert not {target, tmp_path / "board.pdf"} & set(tmp_path.iterdir())
    page.export_button.click()
    scene.settle()
    values = [cell.value for row in load_workbook(target).active.iter_rows() for cell in row]
    assert LONG in values
    with scene.store.reading() as session:
        assert [one.looked_at for one in session.exec(select(Look))][-1] is LookedAt.EXPORT
    for name, size in (("large", LARGE), ("small", SMALL)):
        scene.picture(page, f"leaders-{name}", size)
        assert_nothing_clipped(page)


def test_an_empty_board_says_where_cases_come_from(qtbot, scene: Scene) -> None:
    page = LeadersPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*SMALL)
    page.show()
    page.load()
    scene.settle()
    assert "还没有领导包的案子" in page.table._empty.accessibleName()
    assert leaders_board(scene.store, scene.actor).rows == ()


def test_a_confidential_case_is_opened_after_its_look(qtbot, scene: Scene) -> None:
    page = opened(qtbot, scene, "secret")
    assert page.card.case_id == "secret"
    looks = looks_of_record(scene.store, scene.actor, "secret")
    assert looks is not None
    assert [row.account_id for row in looks.rows] == ["township"]


def test_who_may_not_see_it_finds_nothing_on_the_page(qtbot, scene: Scene) -> None:
    scene.actor = an_actor(Role.MEDIATOR, TOWNSHIP, account_id="mediator")
    page = opened(qtbot, scene, "secret")
    assert page.card.case_id == ""
    titles = [row.title for row in page.list.model.rows()]
    assert titles == [LONG]
    assert "没有这件案子" in scene.notices[-1]


def test_the_tabs_are_whole_in_both_sizes(qtbot, scene: Scene) -> None:
    given = SponsorFields("石某", TODAY, leader_post="副县长", plan="一周内踏勘，两周内发放。" * 8)
    name_sponsor(scene.store, scene.actor, case_id="petition", given=given)
    page = opened(qtbot, scene)
    for key in ("petition", "sponsor"):
        section(scene, page, key)
        for name, size in (("large", LARGE), ("small", SMALL)):
            scene.picture(page, f"case-{key}-{name}", size)
            assert_nothing_clipped(page)


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.VILLAGE_SECRETARY, Role.COUNTY_CENTRE])
def test_an_accusation_at_the_door_of_a_village_is_sent_on(qtbot, scene: Scene, role: Role) -> None:
    block = PetitionBlock(an_actor(role), scene.runner)
    qtbot.addWidget(block)
    block.purpose.set_value(PetitionPurpose.ACCUSATION)
    block.purpose.chosen.emit(PetitionPurpose.ACCUSATION)
    is_taken = role is Role.COUNTY_CENTRE
    assert block.body()["petition_purpose"] == ("accusation" if is_taken else "")
    assert block.body()["is_confidential"] is is_taken
    assert (block.hint.text() == sent_to_discipline()) is not is_taken


def test_old_cases_and_rates_are_a_tab_of_the_statistics(
    qtbot,
    scene: Scene,
    tmp_path,  # type: ignore[no-untyped-def]
) -> None:
    with scene.store.laying_down() as session:
        run = session.connection().exec_driver_sql
        run("UPDATE case_file SET sync_version = 1, received_on = '2026-06-01'")
        run("UPDATE case_event SET sync_seq = rowid, happened_at = '2026-06-02T01:00:00.000Z'")
    page = StatisticsPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*LARGE)
    page.show()
    page.switch.set_value("petitions")
    page._on_switched("petitions")
    scene.settle()
    tab = page.petitions
    assert tab.now.number.text() == "2"
    assert [card.number.text() for card in tab.rates][-1] == "—"
    assert "2026年10月：月底积案 2 件" in tab.chart.accessibleDescription()
    assert "口径 v1" in tab.formulas.text()
    target = tmp_path / "old.xlsx"
    tab._ask_path = lambda _name: str(target)
    tab.export_button.click()
    scene.settle()
    assert load_workbook(target).sheetnames == ["积案", "指标"]
    assert "月底积案" in tab.html()
    for name, size in (("large", LARGE), ("small", SMALL)):
        scene.picture(page, f"old-cases-{name}", size)
        assert_nothing_clipped(page)
