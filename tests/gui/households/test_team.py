"""The 1+X team by keyboard: the 1 first, a term added, ended and taken back, the villages' list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QSettings, Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.grid_work.team_actions import TeamFields, add_team_member
from app.grid_work.team_queries import village_team
from app.grid_work.vocabulary import TeamPost
from app.looks.vocabulary import LookedAt
from app.organisations.vocabulary import COUNTY_ID, UnitKind
from app.undo import undo
from db.tables.looks import Look
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL, settle
from tests.gui.households.village import TODAY, VILLAGE, a_page, settled
from tests.helpers.full_disk import full_disk
from tests.helpers.stores import a_store, a_unit, an_actor
from ui.shell.main_window import MainWindow
from ui.shell.pages import PageSpec
from ui.shell.settings import Settings

GALLERY = Path(__file__).parents[3] / "build" / "gallery"
CTRL = Qt.KeyboardModifier.ControlModifier
TEAM = (
    TeamFields("李守田", TeamPost.AUXILIARY_POLICE, date(2024, 1, 1), phone="13800004751",
               note="兼治保主任，上寨片和下寨片都归他"),
    TeamFields("吴长顺", TeamPost.VILLAGE_SECRETARY, date(2021, 3, 1), date(2026, 12, 31)),
    TeamFields("欧阳杨吴甲乙", TeamPost.MEDIATOR, date(2024, 5, 1), date(2027, 4, 30),
               phone="13900001234", post_name="人民调解委员会委员、上寨片"),
    TeamFields("石某", TeamPost.ELDER, date(2022, 1, 1)),
    TeamFields("陆某", TeamPost.AUXILIARY_POLICE, date(2020, 1, 1), date(2023, 12, 31)),
)  # fmt: skip


@pytest.fixture
def show(qtbot, tmp_path: Path, runner):
    def make(*given: TeamFields, size=LARGE, actor=None):
        store = a_store(tmp_path)
        for one in given:
            add_team_member(store, an_actor(), unit_id=VILLAGE, given=one)
        page, said = a_page(store, runner, actor)
        page.said, page.store = said, store
        settings = Settings(QSettings(str(tmp_path / "gulou.ini"), QSettings.Format.IniFormat))
        window = MainWindow(
            runner=runner, settings=settings, search=lambda _typed: [], today=lambda: TODAY
        )
        qtbot.addWidget(window)
        window.register_page(PageSpec("grids", page.title, "grid", lambda: page))
        window.resize(*size)
        window.show_workspace()
        window.open_page("grids")
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        settled(runner)
        if page.team_button is not None:
            page.team_button.click()
            settled(runner)
            settle()
        page.window_of = window
        return page

    return make


def names(team) -> list[str]:
    return [row.name for row in team.table.rows.rows()]


def test_the_one_stands_first_former_terms_apart_and_who_leaves_soon_is_named(show):
    team = show(*TEAM).team_page
    assert names(team) == ["李守田", "吴长顺", "欧阳杨吴甲乙", "石某"]
    assert team.gap.text() == "60 天内任期到的：吴长顺。"
    shown = [team.table.rows.index(0, column).data() for column in range(5)]
    assert shown == ["辅警（兼治保主任）", "李守田", "138****4751", "2024-01-01 起", "在任"]

    team.which.set_value("former")
    team.which.chosen.emit("former")
    assert names(team) == ["陆某"]


def test_a_village_without_the_one_is_told_so_and_names_him_with_the_keyboard(show, qtbot, runner):
    page = show(TEAM[3])
    team = page.team_page
    assert team.gap.text() == "还没有指定辅警（1）。"
    team.add_button.click()
    settled(runner)
    form = team.side.form
    assert form.editor("post").hasFocus()
    qtbot.keyClick(form.editor("post"), Qt.Key.Key_Return)
    assert form.editor("name").hasFocus()
    qtbot.keyClick(form.editor("name"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert "还没有填姓名" in form.field("name").error

    form.editor("name").insert("李守田")
    form.editor("ends_on").setText("去年")
    qtbot.keyClick(form.editor("name"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert "日期看不明白" in form.field("ends_on").error
    assert form.editor("name").text() == "李守田", "what was typed stays"
    form.editor("ends_on").setText("2025-01-01")
    qtbot.keyClick(form.editor("name"), Qt.Key.Key_Return, CTRL)
    settled(runner)
    assert "开始以前" in form.field("ends_on").error
    form.editor("ends_on").clear()
    qtbot.keyClick(form.editor("name"), Qt.Key.Key_Return, CTRL)
    settled(runner)

    assert names(team) == ["李守田", "石某"]
    assert not team.gap.isVisible()
    assert page.subtitle == "› 1+X 队伍"


def test_what_somebody_can_is_ticked_and_shown(show, runner):
    team = show(TEAM[3]).team_page
    team.table.choose_position(0)
    team.side.show_member(team.table.current_row())
    team.side.begin_edit()
    settled(runner)
    form = team.side.form
    form.editor("skills").ticks["21"].setChecked(True)
    form.panel.saved.emit()
    settled(runner)
    row = team.table.rows.rows()[0]
    team.side.show_member(row)
    assert team.side.card.skills.text() == "专长：民族语言"
    assert form.editor("skills").form_text() == "21"


def test_the_law_hints_at_the_length_of_a_term(show, runner):
    team = show().team_page
    team.add_button.click()
    settled(runner)
    form = team.side.form
    assert not form.hint.isVisible()
    form.editor("starts_on").setText("2026-01-01")
    form.editor("post").setCurrentIndex(form.editor("post").findData(TeamPost.MEDIATOR.value))
    assert form.hint.text() == ("人民调解法（2010-08-28 文本）第九条：任期 3 年，到 2028-12-31。")
    form.hint_button.click()
    assert form.editor("ends_on").text() == "2028-12-31"
    official = form.editor("post").findData(TeamPost.VILLAGE_OFFICIAL.value)
    form.editor("post").setCurrentIndex(official)
    assert "待核" in form.hint.text()


def test_a_draft_waits_for_who_was_called_away(show, qtbot, runner):
    team = show().team_page
    team.add_button.click()
    settled(runner)
    team.side.form.editor("name").insert("李守")
    qtbot.keyClick(team.side.form.editor("name"), Qt.Key.Key_Escape)
    settled(runner)
    assert team.isVisible()
    team.add_button.click()
    settled(runner)
    assert team.side.form.editor("name").text() == "李守"


@pytest.mark.parametrize("button", ["end_button", "remove_button"])
def test_a_term_is_ended_or_removed_and_taken_back(show, qtbot, runner, button):
    page = show(*TEAM)
    team = page.team_page
    qtbot.keyClick(team.table, Qt.Key.Key_Down)
    qtbot.keyClick(team.table, Qt.Key.Key_Return)
    settled(runner)
    assert team.side.card.title.text() == "李守田"
    getattr(team.side.card, button).click()
    settled(runner)

    assert "李守田" not in names(team)
    assert "还没有指定辅警" in team.gap.text()
    changes = undo(page.store, account_id=an_actor().account_id, txn=page.said.undo[-1][1])
    page.on_changes(changes.changes)
    settled(runner)
    assert names(team)[0] == "李守田"


def test_a_phone_is_masked_until_asked_for(show, qtbot, runner):
    page = show(*TEAM)
    team = page.team_page
    team.table.choose_position(0)
    team.table.row_opened.emit(team.table.current_row())
    settled(runner)
    (line,) = team.side.card.phone.lines
    assert "138****4751" in line.label.text()
    line.button.click()
    settled(runner)
    assert "13800004751" in line.label.text()
    with page.store.reading() as session:
        assert [one.looked_at for one in session.exec(select(Look))] == [LookedAt.PHONE]


def test_a_member_is_opened_from_elsewhere_and_mended_at_the_field(show, runner):
    page = show(*TEAM)
    page.team_page.leave()
    member = next(
        row for row in village_team(page.store, an_actor(), VILLAGE).former if row.name == "陆某"
    )
    page.open(member.id)
    settled(runner)
    assert page.team_page.side.card.title.text() == "陆某"
    assert page.team_page.which.value() == "former"

    page.open(member.id)
    page.mend(member.id, "phone")
    settled(runner)
    assert page.team_page.side.is_editing
    assert page.team_page.side.form.editor("phone").hasFocus()
    page.open("gone")
    settled(runner)
    assert "没有这一条" in page.said.notices[-1]


def test_the_export_has_whole_numbers_and_is_written_down(show, runner, tmp_path):
    page = show(*TEAM)
    with full_disk():
        page.team_page.export_to(tmp_path / "队伍.xlsx")
        settled(runner)
    assert not (tmp_path / "队伍.xlsx").exists()
    page.team_page.export_to(tmp_path / "队伍.xlsx")
    settled(runner)

    sheet = load_workbook(tmp_path / "队伍.xlsx").active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[0][:3] == ("辅警（兼治保主任）", "李守田", "13800004751")
    assert len(rows) == 4
    with page.store.reading() as session:
        (look,) = session.exec(select(Look)).all()
    assert (look.looked_at, look.people, look.subject_id) == (LookedAt.EXPORT, 4, VILLAGE)


def test_a_township_sees_the_villages_that_lack_the_one_and_opens_one(show, qtbot, runner):
    township = a_unit("坪坦乡", kind=UnitKind.TOWNSHIP)
    page = show(*TEAM, actor=an_actor(Role.TOWNSHIP_CENTRE, township, account_id="lu"))
    team = page.team_page
    assert "还没有指定辅警" in team.villages_summary.text()
    team.filter.setText("坪坦村")
    assert [row.leaders for row in team.village_table.rows.rows()] == [("李守田",)]
    qtbot.keyClick(team.filter, Qt.Key.Key_Down)
    qtbot.keyClick(team.village_table, Qt.Key.Key_Return)
    settled(runner)
    assert names(team)[0] == "李守田"
    assert not team.add_button.isVisible()
    qtbot.keyClick(team.table, Qt.Key.Key_Escape)
    settled(runner)
    assert team.village_table.isVisible()
    qtbot.keyClick(team.village_table, Qt.Key.Key_Escape)
    assert page.subtitle == ""


@pytest.mark.parametrize("role", Role)
def test_who_is_offered_the_team(show, role):
    page = show(actor=an_actor(role))
    sees = role in (
        *(Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.MEDIATOR, Role.VILLAGE_SECRETARY),
        *(Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE),
    )
    assert (page.team_button is not None) is sees
    if sees:
        manages = role in (Role.GRID_WORKER, Role.VILLAGE_SECRETARY)
        assert page.team_page.add_button.isVisible() is manages


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(show, runner, size):
    page = show(*TEAM, size=size)
    team = page.team_page
    picture(page, "team", size)
    team.table.choose_position(2)
    team.table.row_opened.emit(team.table.current_row())
    settled(runner)
    settle()
    picture(page, "team_member", size)
    team.side.card.edit_button.click()
    settled(runner)
    settle()
    picture(page, "team_form", size)


def test_picture_of_the_county(show):
    county = an_actor(Role.COUNTY_CENTRE, an_actor().units[COUNTY_ID], account_id="shi")
    page = show(*TEAM, actor=county)
    assert page.team_page.village_table.rows.rowCount() > 100
    picture(page, "team_county", LARGE)


def picture(page, name: str, size: tuple[int, int]) -> None:
    GALLERY.mkdir(parents=True, exist_ok=True)
    assert page.window_of.grab().save(str(GALLERY / f"{name}_{size[0]}.png"))


def test_nothing_is_clipped_on_a_small_screen_with_long_words(show, runner):
    text.set_stretch(1.5)
    page = show(*TEAM, size=SMALL)
    team = page.team_page
    assert_nothing_clipped(page.window_of)
    team.table.choose_position(2)
    team.table.row_opened.emit(team.table.current_row())
    settled(runner)
    settle()
    assert_nothing_clipped(page.window_of)
    team.side.card.edit_button.click()
    settled(runner)
    settle()
    assert_nothing_clipped(page.window_of)
