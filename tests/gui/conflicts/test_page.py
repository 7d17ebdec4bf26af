"""The page of conflicts: a key for each value, the next one by itself, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.conflicts.actions import choose_values
from app.conflicts.vocabulary import ConflictKind
from app.looks.vocabulary import LookedAt
from db.tables.conflicts import ConflictSettlement, RecordAlias
from db.tables.households import Household, Resident
from db.tables.looks import Look
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.gui.scene import Scene, make_scene
from tests.helpers.pdf_text import pages_of
from tests.helpers.stores import a_case, a_household, a_resident, an_actor, an_identity_number
from tests.unit.conflicts.county import HERE, THERE, a_conflict, as_json, lay
from ui.conflicts.differences import different_runs, marked_html
from ui.conflicts.page import ConflictsPage
from ui.widgets.paper import PaperDesk

STORY = (
    "两户对后山界址各执一词。吴某甲说以老樟树为界，杨某说以水沟为界；"
    "双方都有1981年的林权证，四至写得不清楚，去年冬天砍柴时又吵过一次，村里劝开了。"
)


@pytest.fixture
def scene(tmp_path, runner) -> Iterator[Scene]:
    for made in make_scene(tmp_path, runner):
        made.store.set_values(install_id=HERE)
        yield made


@pytest.fixture
def homes(scene: Scene) -> list[Household]:
    """Three households with an address written twice, found one after another."""
    found = [
        a_household(number=f"00{n}", head_name=name, address="寨中")
        for n, name in ((1, "吴某甲"), (2, "杨某"), (3, "石某"))
    ]
    now = scene.store.clock.now()
    conflicts = [
        a_conflict(scene.store, one, found_at=now - timedelta(hours=9 - place))
        for place, one in enumerate(found)
    ]
    lay(scene.store, *found, *conflicts)
    return found


def opened(qtbot, scene: Scene, *, size: tuple[int, int] = LARGE) -> ConflictsPage:  # type: ignore[no-untyped-def]
    page = ConflictsPage(scene.context())
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    page.load()
    scene.settle()
    return page


def address_of(scene: Scene, home: Household) -> Any:
    with scene.store.reading() as session:
        return session.get_one(Household, home.id).address


def test_three_values_stand_side_by_side_with_who_and_when(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    assert [row.title for row in page.table.rows.rows()] == ["001 吴某甲", "002 杨某", "003 石某"]
    buttons = [box.button.text() for box in page.panel.choices.boxes]
    assert buttons == ["1  用这个", "2  用这个", "3  用这个"]
    assert [box.accessibleName() for box in page.panel.choices.boxes] == ["起初", "本机", "对方"]


def test_a_key_settles_and_the_next_one_comes_by_itself(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    qtbot.keyClick(page.table, Qt.Key.Key_3)
    scene.settle()
    assert address_of(scene, homes[0]) == "寨头"
    assert scene.writes == 1
    assert [words for words, _ in scene.undos] == ["“001 吴某甲 · 住址”已经定下。"]
    assert page.panel.card is not None
    assert page.panel.card.row.title == "002 杨某"
    qtbot.keyClick(page.table, Qt.Key.Key_2)
    scene.settle()
    qtbot.keyClick(page.table, Qt.Key.Key_1)
    scene.settle()
    assert [address_of(scene, home) for home in homes] == ["寨头", "寨中", "寨脚"]
    assert page.table.rows.rowCount() == 0
    assert page.table._empty.isVisible()
    assert page.panel.card is None


def test_a_key_twice_in_a_row_does_not_settle_the_next(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    for _ in range(2):
        qtbot.keyClick(page.table, Qt.Key.Key_3)
    scene.settle()
    assert [address_of(scene, home) for home in homes] == ["寨头", "寨中", "寨中"]


def test_another_value_is_typed_without_settling_by_its_digits(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    qtbot.keyClick(page.table, Qt.Key.Key_4)
    assert page.panel.is_typing
    assert page.panel.field.text() == "寨中"
    qtbot.keyClicks(page.panel.field, "3")
    assert address_of(scene, homes[0]) == "寨中"
    page.panel.field.insert("组寨尾")
    qtbot.keyClick(page.panel.field, Qt.Key.Key_Return)
    scene.settle()
    assert address_of(scene, homes[0]) == "3组寨尾"
    assert not page.panel.is_typing


def test_escape_leaves_the_typing_and_settles_nothing(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    page.panel.type_button.click()
    qtbot.keyClick(page.panel.field, Qt.Key.Key_Escape)
    assert not page.panel.is_typing
    assert page.table.rows.rowCount() == 3


def test_what_is_being_typed_survives_a_round_of_sync(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    page.panel.type_button.click()
    page.panel.field.setText("三组寨尾")
    page.load()
    scene.settle()
    assert page.panel.is_typing
    assert page.panel.field.text() == "三组寨尾"


def test_one_that_somebody_else_settled_is_said(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    row = page.panel.card.row
    choose_values(
        scene.store, scene.actor, conflict_ids=row.conflict_ids, values={"address": "寨中"}
    )
    qtbot.keyClick(page.table, Qt.Key.Key_3)
    scene.settle()
    assert scene.notices == ["这处冲突刚才已经有人定了，您这次没有改动任何内容。请看最新的列表。"]
    assert address_of(scene, homes[0]) == "寨中"
    with scene.store.reading() as session:
        assert len(session.exec(select(ConflictSettlement)).all()) == 1


def test_the_township_sees_and_settles_nothing(qtbot, scene, homes) -> None:
    scene.actor = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    page = opened(qtbot, scene)
    assert all(not box.button.isVisible() for box in page.panel.choices.boxes)
    assert not page.panel.type_button.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_3)
    scene.settle()
    assert address_of(scene, homes[0]) == "寨中"
    assert "这里只看" in page.panel.question.text()


def test_it_opens_at_a_conflict_or_at_its_record(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    page.open(homes[2].id)
    scene.settle()
    assert page.panel.card.row.title == "003 石某"
    page.panel.open_button.click()
    assert scene.opened == [("household", homes[2].id)]


def test_a_deleted_record_is_kept_or_deleted(qtbot, scene) -> None:
    home = a_household()
    conflict = a_conflict(
        scene.store,
        home,
        kind=ConflictKind.DELETE,
        field_name=None,
        current_value=None,
        other_value=None,
        base_value=None,
        detail=as_json({"record": {"number": "001", "head_name": "吴某甲"}}),
    )
    lay(scene.store, home, conflict)
    page = opened(qtbot, scene)
    assert [box.button.text() for box in page.panel.choices.boxes] == ["1  留着", "2  删掉"]
    qtbot.keyClick(page.table, Qt.Key.Key_2)
    scene.settle()
    with scene.store.reading() as session:
        assert session.get(Household, home.id) is None


# --- differences and pictures --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "against", "runs"),
    [
        ("寨头", "寨头", [("寨头", False)]),
        ("", "寨头", []),
        ("寨中", "寨头", [("寨", False), ("中", True)]),
        ("老樟树", "老大樟树", [("老", False), ("樟树", False)]),
        ("老大樟树", "老樟树", [("老", False), ("大", True), ("樟树", False)]),
    ],
)
def test_what_is_different_is_found(text, against, runs) -> None:
    assert different_runs(text, against) == runs


def test_marks_are_safe_in_rich_text() -> None:
    assert "<script>" not in marked_html("<script>", "")
    assert "<br/>" in marked_html("一\n二", None)


def many(scene: Scene) -> None:
    """One of each kind with long words."""
    home = a_household(address="坪坦乡坪坦村三组寨头老鼓楼旁边第二排靠水沟的那一栋")
    case = a_case(scene.store, story=STORY.replace("水沟", "田坎"))
    person = a_resident(home)
    lay(
        scene.store,
        home,
        case,
        person,
        a_conflict(
            scene.store,
            case,
            field_name="story",
            base_value=as_json(STORY),
            current_value=as_json(STORY.replace("水沟", "田坎")),
            other_value=as_json(STORY.replace("去年冬天", "前年腊月") + "已约好下周到现场看。"),
        ),
        a_conflict(
            scene.store,
            home,
            found_at=scene.store.clock.now(),
            current_value=as_json(home.address),
            other_value=as_json("坪坦乡坪坦村四组"),
        ),
        a_conflict(
            scene.store,
            person,
            field_name="identity_number",
            base_value=None,
            current_value=as_json(person.identity_number),
            other_value=as_json(an_identity_number(person.birth_date, order=13)),
            current_install=THERE,
        ),
    )


def test_two_numbers_side_by_side_are_a_look_and_addresses_are_none(qtbot, scene) -> None:
    many(scene)
    page = opened(qtbot, scene)
    rows = list(page.table.rows.rows())
    for place, row in enumerate(rows):
        if row.field_name != "identity":
            page.table.choose_position(place)
            scene.settle()
    with scene.store.reading() as session:
        before = session.exec(select(Look)).all()
    page.table.choose_position([row.field_name for row in rows].index("identity"))
    scene.settle()
    with scene.store.reading() as session:
        looks = session.exec(select(Look)).all()
    assert len(before) <= 1, "the page opens on one of them by itself"
    assert [(look.looked_at, look.subject_entity) for look in looks] == [
        (LookedAt.IDENTITY_NUMBER, "resident")
    ]


def test_long_values_fit_a_small_screen(qtbot, scene, show_small) -> None:
    many(scene)

    def make() -> ConflictsPage:
        page = ConflictsPage(scene.context())
        page.load()
        scene.settle()
        return page

    page = show_small(make, size=(1060, 900))
    page.panel.type_button.click()
    scene.settle()
    assert_nothing_clipped(page)


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_pictures(qtbot, scene, size) -> None:
    many(scene)
    window = scene.window("conflicts", ConflictsPage)
    qtbot.addWidget(window)
    scene.picture(window, "conflicts", size)
    assert_nothing_clipped(window)


def test_the_list_of_the_week_goes_to_excel_and_to_paper(qtbot, scene, homes, tmp_path) -> None:
    page = opened(qtbot, scene)
    target = tmp_path / "清单.xlsx"
    page.week._ask_path = lambda _name: str(target)
    (button,) = page.header_buttons()
    qtbot.addWidget(button)
    button.click()
    scene.settle()
    assert page.week.table.rows.rowCount() == 3
    page.week.export.click()
    scene.settle()
    assert scene.notices == ["已导出：清单.xlsx"]
    sheet = load_workbook(target).worksheets[0]
    assert sheet["A1"].value.startswith("每周合并清单（2026年11月23日至11月29日）")
    assert [cell.value for cell in sheet[3]][3:7] == ["寨中", "寨头", "张某、李某", "暂用后到的"]
    page.week.print_button.click()
    desk = page.week.print_button.findChild(PaperDesk)
    desk.menu.close()
    desk.save_to(tmp_path / "清单.pdf")
    scene.settle()
    (sheet_of_paper,) = pages_of((tmp_path / "清单.pdf").read_bytes())
    assert "每周合并清单(2026年11月23日至11月29日)" in sheet_of_paper
    assert "暂用后到的" in sheet_of_paper
    qtbot.keyClick(page.week.table, Qt.Key.Key_Escape)
    assert page.screens.currentWidget() is page.host


def test_a_week_in_which_nothing_was_merged_says_so(qtbot, scene, homes) -> None:
    page = opened(qtbot, scene)
    page._on_week_asked()
    page.week.earlier.click()
    page.week.earlier.click()
    scene.settle()
    assert page.week.table._empty.isVisible()
    assert not page.week.export.isEnabled()
    assert "没有自动合并的" in page.week.html()
    page.week.later.click()
    page.week.later.click()
    scene.settle()
    assert page.week.table.rows.rowCount() == 3
    assert not page.week.later.isEnabled()


def test_two_households_stand_side_by_side_and_are_made_one(qtbot, scene) -> None:
    one = a_household(number="7", head_name="石某某", address="寨头")
    other = a_household(number="007", head_name="石某某", phone="13800000001", note="老屋")
    people = [
        a_resident(one, name="石某某"),
        a_resident(other, name="石某某"),
        a_resident(other, name="杨某某", identity_number=None),
    ]
    conflict = a_conflict(
        scene.store,
        other,
        other_id=one.id,
        kind=ConflictKind.HOUSEHOLD_DOUBLE,
        field_name=None,
        current_value=None,
        other_value=None,
        base_value=None,
        detail=as_json({"reasons": ["same_number", "same_head_identity"]}),
    )
    lay(scene.store, one, other, *people, conflict)
    window = scene.window("conflicts", ConflictsPage)
    qtbot.addWidget(window)
    for size in (LARGE, SMALL):
        scene.picture(window, "conflicts-households", size)
        assert_nothing_clipped(window)
    page = window.pages.current_page()
    buttons = [box.button.text() for box in page.panel.choices.boxes]
    assert buttons == ["1  并成一户，以这户为准", "2  并成一户，以这户为准"]
    assert page.panel.last_button.text() == "3  不是同一户"
    assert page.panel.last_button.isVisible()
    assert not page.panel.last_button.visibleRegion().isEmpty()
    qtbot.keyClick(page.table, Qt.Key.Key_1)
    scene.settle()
    assert "“007 石某某”并入“7 石某某”" in page.panel.ask_bar.accessibleName()
    qtbot.keyClick(page.panel.ask_bar.yes, Qt.Key.Key_Return)
    scene.settle()
    with scene.store.reading() as session:
        (left,) = session.exec(select(Household)).all()
        living = session.exec(select(Resident).order_by(Resident.position)).all()
        aliases = {(a.old_id, a.new_id) for a in session.exec(select(RecordAlias))}
    assert (left.number, left.phone, left.note) == ("7", "13800000001", "老屋")
    assert [(each.name, each.household_id) for each in living] == [
        ("石某某", one.id),
        ("杨某某", one.id),
    ]
    assert aliases == {(other.id, one.id), (people[1].id, people[0].id)}
    assert page.table.rows.rowCount() == 0
