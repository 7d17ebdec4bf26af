"""The parts of the case page as tabs: made when turned to, turned by keys, asking for events."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from app.accounts.vocabulary import Role
from app.cases.queries import CaseDetail
from app.cases.vocabulary import CaseEventKind, CaseState
from tests.gui.cases.conftest import Desk
from tests.gui.cases.scenes import a_scene, some_disputes
from tests.helpers.stores import a_unit
from ui.cases import case_card
from ui.cases.page import CasesPage
from ui.cases.section import CaseSection, SectionSpec
from ui.cases.section_tabs import FIRST
from ui.context import PageContext
from ui.shell.pages import PageHost, PageSpec
from ui.theme import apply_theme

CTRL = Qt.KeyboardModifier.ControlModifier


class _Titles(CaseSection):
    made = 0

    def __init__(self, _context: PageContext) -> None:
        super().__init__()
        type(self).made += 1
        self.shown: list[str] = []
        self.label = QLabel()
        QVBoxLayout(self).addWidget(self.label)

    def show_case(self, case: CaseDetail) -> None:
        self.shown.append(case.title)
        self.label.setText(case.title)


SPECS = (
    SectionSpec("all", lambda: "全部都有", _Titles, mark=lambda case: str(len(case.parties))),
    SectionSpec(
        "open", lambda: "没办结的", _Titles, is_for=lambda case: case.state is not CaseState.CLOSED
    ),
)


@pytest.fixture
def tabbed(  # type: ignore[no-untyped-def]
    make_desk: Callable[..., Desk], tmp_path, runner, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    monkeypatch.setattr(case_card, "SECTIONS", SPECS)
    monkeypatch.setattr(_Titles, "made", 0)
    scene = a_scene(tmp_path, runner)
    some_disputes(scene)
    return make_desk(scene=scene)


def show(desk: Desk, title: str) -> None:
    row = next(row for row in desk.page.list.model.rows() if row.title == title)
    desk.page.open(row.case_id)
    desk.wait()


def test_a_section_is_made_when_it_is_turned_to_and_follows_the_case(tabbed: Desk) -> None:
    show(tabbed, "山林界址争议")
    sections = tabbed.page.card.sections
    assert _Titles.made == 0
    assert sections.tabs.button("all").text() == "全部都有 2"

    tabbed.press(Qt.Key.Key_2, CTRL)
    assert _Titles.made == 1
    assert sections.made["all"].shown == ["山林界址争议"]  # type: ignore[attr-defined]

    show(tabbed, "赡养老人分摊不均")
    assert sections.value() == "all"
    assert sections.made["all"].shown[-1] == "赡养老人分摊不均"  # type: ignore[attr-defined]


def test_a_tab_the_next_case_has_not_gives_way_and_comes_back(tabbed: Desk) -> None:
    show(tabbed, "山林界址争议")
    sections = tabbed.page.card.sections
    sections.turn_to("open")

    show(tabbed, "稻田放水纠纷")
    assert sections.value() == FIRST
    assert not sections.tabs.button("open").isVisible()

    show(tabbed, "山林界址争议")
    assert sections.value() == "open"


def test_arrows_turn_the_tabs(tabbed: Desk) -> None:
    show(tabbed, "山林界址争议")
    sections = tabbed.page.card.sections
    sections.tabs.setFocus()

    tabbed.press(Qt.Key.Key_Right)
    assert sections.value() == "all"
    tabbed.press(Qt.Key.Key_Right)
    tabbed.press(Qt.Key.Key_Right)

    assert sections.value() == "open"
    assert tabbed.focus() is sections.tabs.button("open")


def test_a_section_opens_the_form_of_an_event(tabbed: Desk) -> None:
    show(tabbed, "山林界址争议")
    sections = tabbed.page.card.sections
    sections.turn_to("all")

    sections.made["all"].event_wanted.emit(CaseEventKind.NOTE_ADDED, None)

    assert sections.value() == FIRST
    assert tabbed.page.card.events.is_asking


def test_a_case_is_linked_by_the_keys_and_taken_back(
    make_desk: Callable[..., Desk], tmp_path, runner
) -> None:  # type: ignore[no-untyped-def]
    scene = a_scene(tmp_path, runner)
    some_disputes(scene)
    desk = make_desk(scene=scene)
    show(desk, "山林界址争议")
    desk.page.card.sections.turn_to("related")
    desk.wait()
    section = desk.page.card.sections.made["related"]
    section.picker.setFocus()  # type: ignore[attr-defined]
    desk.type("滴水")
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Return)

    (button,) = section.links.buttons  # type: ignore[attr-defined]
    assert "有关的案件" in button.accessibleName()
    assert "建房滴水纠纷" in scene.undos[0][0]
    assert desk.page.card.sections.tabs.button("related").text() == "关联 1"


def test_a_closed_case_flares_up_into_a_new_one(
    make_desk: Callable[..., Desk], tmp_path, runner
) -> None:  # type: ignore[no-untyped-def]
    scene = a_scene(tmp_path, runner)
    some_disputes(scene)
    desk = make_desk(scene=scene)
    show(desk, "山林界址争议")
    assert not desk.page.card.flare.isVisible()
    show(desk, "稻田放水纠纷")
    old = desk.page.card.case_id

    desk.page.card.flare.click()
    desk.wait()
    assert desk.form.title.text() == "稻田放水纠纷"
    assert [row.name.text() for row in desk.form.parties.rows] == ["石某甲", "龙某"]
    desk.form.risk.choices.set_value("none")
    desk.press(Qt.Key.Key_Return, CTRL)

    assert desk.page.card.case_id != old
    (link,) = desk.page.card.links.buttons
    assert "以前办结" in link.accessibleName()


IN_A_SMALL_WINDOW = (847, 408)
"""What the navigation and the head of the window leave of 911x480."""
LEAST_CONTENT_PX = 230


def bars_seen(within: QWidget) -> list[QScrollBar]:
    bars = within.findChildren(QScrollBar)
    return [bar for bar in bars if bar.orientation() is Qt.Orientation.Vertical and bar.isVisible()]


def test_only_the_inside_of_a_tab_scrolls_on_a_small_screen(  # type: ignore[no-untyped-def]
    qapp, qtbot, tmp_path, runner
) -> None:
    scene = a_scene(tmp_path, runner)
    *_older, case_id = some_disputes(scene)
    host = PageHost()
    qtbot.addWidget(host)
    host.register(PageSpec("cases", "案件", "case", scene.page))
    host.resize(*IN_A_SMALL_WINDOW)
    host.show()
    page = host.open("cases")
    assert isinstance(page, CasesPage)
    desk = Desk(qtbot, scene, page)
    area = host.currentWidget()
    assert isinstance(area, QScrollArea)
    page.open(case_id)
    desk.wait()
    sections = page.card.sections
    for scale in (1.0, 1.5):
        apply_theme(qapp, scale)
        desk.wait()
        for key in sections.offered:
            sections.turn_to(key)
            desk.wait()
            assert not area.verticalScrollBar().isVisible(), key
            assert scale > 1 or sections.places[key].height() >= LEAST_CONTENT_PX, key
            assert sections.tabs.height() < 2 * sections.more.sizeHint().height()
        sections.turn_to(FIRST)
        desk.wait()
        assert len(bars_seen(page)) <= 1
        two_lines = 2 * page.card.facts.fontMetrics().height()
        assert page.card.course.told.viewport().height() >= two_lines
    page.open_new()
    desk.wait()
    assert not area.verticalScrollBar().isVisible()
    page.flush_draft()


def tabs_seen(desk: Desk) -> list[str]:
    return desk.page.card.sections.row


def test_a_fresh_quarrel_has_few_tabs_and_the_rest_is_called_by_the_keys(
    make_desk: Callable[..., Desk], tmp_path, runner
) -> None:  # type: ignore[no-untyped-def]
    scene = a_scene(tmp_path, runner)
    some_disputes(scene)
    desk = make_desk(scene=scene)
    show(desk, "山林界址争议")
    sections = desk.page.card.sections
    fresh = [FIRST, "flow", "clocks", "mediation", "agreement", "related", "file"]
    assert tabs_seen(desk) == fresh
    assert [one.text() for one in sections.menu.actions()] == ["诉调对接", "法律援助", "普法"]

    desk.press(Qt.Key.Key_7, CTRL)
    desk.press(Qt.Key.Key_Right)
    assert desk.focus() is sections.more
    desk.press(Qt.Key.Key_Left)
    assert desk.focus() is sections.tabs.button("file")
    desk.press(Qt.Key.Key_Right)
    desk.press(Qt.Key.Key_Down)
    desk.qtbot.keyClick(sections.menu, Qt.Key.Key_Down)
    desk.qtbot.keyClick(sections.menu, Qt.Key.Key_Return)
    desk.wait()

    assert sections.value() == "legal_aid"
    assert desk.focus() is sections.tabs.button("legal_aid")
    assert "legal_aid" in tabs_seen(desk)

    show(desk, "赡养老人分摊不均")
    assert "agreement" not in tabs_seen(desk)
    kept = sections.tabs.fitting(sections.row, kept={FIRST, "file"}, room=300)
    assert kept[0] == FIRST
    assert kept[-1] == "file"
    assert len(kept) < len(sections.row)


def test_what_was_settled_has_the_court_in_its_row(
    make_desk: Callable[..., Desk], tmp_path, runner
) -> None:  # type: ignore[no-untyped-def]
    scene = a_scene(tmp_path, runner)
    some_disputes(scene)
    desk = make_desk(scene=scene)

    show(desk, "牛吃禾苗赔偿")

    assert "court" in tabs_seen(desk)


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE])
def test_who_may_name_a_leader_finds_it_under_more(
    make_desk: Callable[..., Desk], tmp_path, runner, role: Role
) -> None:  # type: ignore[no-untyped-def]
    scene = a_scene(tmp_path, runner)
    some_disputes(scene)
    object.__setattr__(scene.actor, "role", role)
    object.__setattr__(scene.actor, "unit_id", a_unit("坪坦乡").id)
    desk = make_desk(scene=scene)

    show(desk, "山林界址争议")

    assert "包案" in [one.text() for one in desk.page.card.sections.menu.actions()]
