"""The window: pages made when asked for, search from anywhere, locking, small sizes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tests.gui.conftest import settle
from tests.gui.widgets.test_forms import compose
from ui.shell.main_window import MainWindow
from ui.shell.pages import PageSpec
from ui.shell.settings import Settings
from ui.theme import Tone
from ui.work.runner import Runner


@dataclass(frozen=True)
class Found:
    kind: str
    record_id: str
    title: str
    subtitle: str = ""


class Page(QWidget):
    """Notes what the window asks of it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.asked: list[object] = []
        self.edit = QLineEdit()
        self.save = QPushButton("保存")
        QVBoxLayout(self).addWidget(self.edit)

    def load(self) -> None:
        self.asked.append("load")

    def header_buttons(self) -> list[QPushButton]:
        self.asked.append("buttons")
        return [self.save]

    def on_changes(self, changes: object) -> None:
        self.asked.append(changes)

    def open(self, record_id: str) -> None:
        self.asked.append(record_id)

    def flush_draft(self) -> None:
        self.asked.append("draft")


@dataclass(frozen=True)
class Changes:
    records: frozenset[tuple[str, str]] = frozenset({("case", "c1")})


class Plain(QWidget):
    """The least a page may be."""

    title = "统计"

    def load(self) -> None:
        pass


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "gulou.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def made() -> list[Page]:
    return []


@pytest.fixture
def window(qtbot, runner: Runner, settings: Settings, made: list[Page]) -> MainWindow:
    def make(title: str) -> Page:
        made.append(Page(title))
        return made[-1]

    window = MainWindow(
        runner=runner,
        settings=settings,
        search=lambda text: [Found("case", "c1", text), Found("case", "c2", text)],
        today=lambda: date(2026, 11, 23),
    )
    qtbot.addWidget(window)
    window.search_panel._timer.setInterval(0)
    window.register_page(PageSpec("today", "今日", "today", lambda: make("今日")))
    window.register_page(PageSpec("cases", "案件", "case", lambda: make("案件"), kinds=("case",)))
    window.register_page(PageSpec("sums", "统计", "statistics", Plain))
    window.resize(1366, 768)
    window.show()
    window.open_page("today")
    window.show_workspace()
    settle()
    yield window
    window.idle_watch.stop()


def header_words(window: MainWindow) -> list[str]:
    return [each.text() for each in window.header.findChildren(QLabel) if each.isVisible()]


def test_a_page_is_made_when_it_is_first_opened_and_loaded_each_time(window, made) -> None:
    assert [page.title for page in made] == ["今日"]
    window.open_page("cases")
    window.open_page("today")
    assert [page.title for page in made] == ["今日", "案件"]
    assert made[0].asked == ["buttons", "load", "load"]


def test_the_header_shows_title_date_and_the_pages_buttons(window, made) -> None:
    assert header_words(window) == ["今日", "11月23日 星期一 农历十月十五"]
    assert made[0].save.isVisible()
    window.open_page("cases")
    assert not made[0].save.isVisible()
    assert made[1].save.isVisible()
    window.open_page("sums")
    assert not made[1].save.isVisible()


def test_a_subtitle_takes_the_place_of_the_date(window, made) -> None:
    made[0].subtitle = "› 第 3 号 村民建房公约"
    window.open_page("today")
    assert header_words(window) == ["今日", "› 第 3 号 村民建房公约"]


def test_alt_and_a_number_open_a_page(window, made, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.pages.key == "cases"
    assert window.navigation.item("cases").isChecked()
    qtbot.keyClick(window, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)
    assert window.pages.key == "cases"


def test_tab_stops_everywhere_and_comes_round(window, made, qtbot) -> None:
    """Also before the list a page hands its focus to, and past a field that hands its on."""
    window.open_page("cases")
    page = made[1]
    holder, inner = QWidget(), QLineEdit()
    QVBoxLayout(holder).addWidget(inner)
    page.layout().addWidget(holder)
    holder.setFocusProxy(inner)
    page.setFocusProxy(inner)
    QWidget.setTabOrder(page.edit, inner)  # the holder stays behind, at the end
    settle()
    page.edit.setFocus()
    first, seen = QApplication.focusWidget(), []
    while first not in seen and len(seen) < 20:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert {page.edit, inner, page.save, window.navigation.item("today")} <= set(seen)
    qtbot.keyClick(first, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is seen[-2]


def test_the_navigation_is_worked_with_arrows_and_space(window, qtbot) -> None:
    item = window.navigation.item("today")
    assert QApplication.focusWidget() is item
    qtbot.keyClick(item, Qt.Key.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert window.pages.key == "cases"


def test_changes_reach_each_page_that_was_made(window, made, runner) -> None:
    runner.write(Changes)
    assert runner.wait_idle()
    assert made[0].asked[-1] == Changes()
    assert len(made) == 1


def test_a_record_opens_on_the_page_of_its_kind(window, made) -> None:
    window.open_record("case", "c7")
    assert window.pages.key == "cases"
    assert made[1].asked == ["buttons", "load", "c7"]
    with pytest.raises(KeyError):
        window.open_record("unheard-of", "x")


def test_control_k_finds_and_opens_from_anywhere(window, made, runner, qtbot) -> None:
    made[0].edit.setFocus()
    qtbot.keyClick(made[0].edit, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    panel = window.search_panel
    assert panel.isVisible()
    assert not panel.isWindow()
    assert QApplication.focusWidget() is panel.edit
    qtbot.keyClicks(panel.edit, "sl")
    qtbot.waitUntil(lambda: panel.results.count() == 2)
    qtbot.keyClick(panel.edit, Qt.Key.Key_Down)
    qtbot.keyClick(panel.edit, Qt.Key.Key_Return)
    assert not panel.isVisible()
    assert made[1].asked[-1] == "c2"


def test_escape_closes_the_search_and_gives_the_focus_back(window, made, qtbot) -> None:
    made[0].edit.setFocus()
    window.open_search()
    qtbot.keyClick(window.search_panel.edit, Qt.Key.Key_Escape)
    assert not window.search_panel.isVisible()
    assert QApplication.focusWidget() is made[0].edit


def test_a_click_elsewhere_closes_the_search(window, made) -> None:
    window.open_search()
    made[0].edit.setFocus()
    assert not window.search_panel.isVisible()


def test_the_search_waits_for_the_committed_text(window, runner, qtbot) -> None:
    window.open_search()
    panel = window.search_panel
    compose(panel.edit, "wu")
    qtbot.keyClick(panel.edit, Qt.Key.Key_Return)
    assert not panel._timer.isActive()
    assert panel.isVisible()
    compose(panel.edit, "", commit="吴")
    qtbot.waitUntil(lambda: panel.results.count() == 2)
    assert panel.results.current_hit().title == "吴"


def test_locking_saves_drafts_and_hides_the_page(window, made, qtbot) -> None:
    page = QWidget()
    window.locked.connect(lambda: window.show_sign_in(page))
    with qtbot.waitSignal(window.locked, timeout=0):
        qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert made[0].asked[-1] == "draft"
    assert not made[0].isVisible()
    assert not window.is_workspace_shown
    window.open_search()
    assert not window.search_panel.isVisible()
    window.show_workspace()
    assert made[0].isVisible()


def test_closing_saves_drafts_and_the_place_of_the_window(window, made, settings, qtbot) -> None:
    with qtbot.waitSignal(window.closing, timeout=0):
        window.close()
    assert made[0].asked[-1] == "draft"
    assert not settings.window_geometry.isEmpty()


def test_another_person_gets_other_pages(window, made) -> None:
    window.clear_pages()
    settle()
    window.register_page(PageSpec("today", "今日", "today", Plain))
    window.open_page("today")
    assert header_words(window)[0] == "统计"
    assert made[0].asked[-1] == "draft"


def test_the_navigation_collapses_on_a_narrow_window(window) -> None:
    assert not window.navigation.is_compact
    window.resize(911, 480)
    settle()
    assert window.navigation.is_compact
    assert window.navigation.item("today").toolTip() == "今日"
    assert (window.width(), window.height()) == (911, 480)


def test_badge_and_sync_state_are_read_out(window) -> None:
    window.navigation.set_badge("today", 5)
    assert window.navigation.item("today").accessibleName() == "今日，5 件待办"
    window.navigation.sync_box.show_state("离线", line="12 条待上传", tone=Tone.WARN)
    assert window.navigation.sync_box.accessibleName() == "同步：离线 12 条待上传"
    with_signal = []
    window.sync_asked.connect(lambda: with_signal.append(True))
    window.navigation.sync_box.click()
    assert with_signal == [True]


def test_settings_take_effect_at_once(window, settings) -> None:
    settings.set_text_percent(130)
    assert QApplication.font().pixelSize() == 18
    settings.set_bilingual(True)
    settings.set_idle_minutes(3)
    assert window.idle_watch._minutes == 3


def test_every_control_has_an_accessible_name(window, made) -> None:
    from PySide6.QtWidgets import QAbstractButton

    nameless = [
        each
        for each in window.findChildren(QAbstractButton)
        if each.isVisible() and not (each.accessibleName() or each.text())
    ]
    assert nameless == []
