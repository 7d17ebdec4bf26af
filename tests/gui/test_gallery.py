"""Pictures of the shell and of every widget, to look at, and the clipping test over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.errors import ErrorCode, UserFacingError
from i18n import text
from i18n.text import tr
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL, settle
from tests.gui.gallery_pages import BallotPage, FoundThing, TodayPage
from ui.shell.crash_dialog import CrashDialog, CrashReport
from ui.shell.main_window import MainWindow
from ui.shell.pages import PageSpec
from ui.shell.settings import Settings
from ui.shell.settings_page import SettingsPage
from ui.shell.sign_in_page import Person, SignInPage
from ui.theme import Tone
from ui.widgets.notice_bar import NoticeAction
from ui.work.runner import Runner

GALLERY = Path(__file__).parents[2] / "build" / "gallery"
SIZES = [LARGE, SMALL]


def search(words: str) -> list[FoundThing]:
    return [
        FoundThing("household", "h1", f"吴某甲 {words}", "0701 · 坪坦村 第 7 微网格"),
        FoundThing("case", "c1", "山林界址争议", "TD-2026-0117 · 办理中"),
    ]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "gulou.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def make_window(qtbot, runner: Runner, settings: Settings) -> Callable[[], MainWindow]:
    def make() -> MainWindow:
        window = MainWindow(
            runner=runner, settings=settings, search=search, today=lambda: date(2026, 11, 23)
        )
        qtbot.addWidget(window)
        for spec in (
            PageSpec("today", tr("今日"), "today", TodayPage),
            PageSpec("cases", tr("案件"), "case", QWidget),
            PageSpec("grids", tr("户"), "grid", QWidget, term="户"),
            PageSpec("votes", tr("村务表决"), "vote", BallotPage),
            PageSpec("learning", tr("普法与德治"), "rules", QWidget),
            PageSpec("statistics", tr("统计"), "statistics", QWidget),
            PageSpec("settings", tr("设置"), "settings", lambda: SettingsPage(settings)),
        ):
            window.register_page(spec)
        window.navigation.set_identity(tr("双江镇某村"), tr("张某 网格员"))
        window.navigation.set_badge("today", 5)
        window.navigation.set_badge("votes", 2)
        window.navigation.sync_box.show_state(
            tr("离线"), line=tr("12 条待上传 · 上次 3 天前"), tone=Tone.WARN
        )
        return window

    return make


def picture(widget: QWidget, name: str) -> None:
    GALLERY.mkdir(parents=True, exist_ok=True)
    assert widget.grab().save(str(GALLERY / f"{name}.png"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["today", "votes", "settings"])
@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_shell(make_window, size, key, stretch) -> None:
    text.set_stretch(stretch)
    window = make_window()
    window.resize(*size)
    window.show()
    window.open_page(key)
    settle()
    picture(window, f"shell-{key}-{size[0]}x{size[1]}-{round(stretch * 100)}")
    assert (window.width(), window.height()) == size
    assert_nothing_clipped(window)


@pytest.mark.parametrize("key", ["today", "votes", "settings"])
def test_shell_with_the_largest_text_on_a_small_screen(make_window, settings, key) -> None:
    settings.set_text_percent(130)
    window = make_window()
    window.resize(*SMALL)
    window.show()
    window.open_page(key)
    settle()
    picture(window, f"shell-{key}-small-screen-large-text")
    assert (window.width(), window.height()) == SMALL
    assert_nothing_clipped(window)


def test_shell_with_notice_search_and_large_text(make_window, settings, runner) -> None:
    window = make_window()
    settings.set_text_percent(130)
    settings.set_bilingual(True)
    window.resize(*LARGE)
    window.show()
    window.open_page("today")
    window.notices.show_notice(
        tr("已导入 412 人、103 户。另有 6 行没有导入，原因见导入报告。"),
        tone=Tone.OK,
        actions=(NoticeAction(tr("撤销"), settle),),
    )
    settle()
    picture(window, "shell-large-text")
    assert_nothing_clipped(window)
    window.show_workspace()
    window.open_search()
    window.search_panel.edit.setText("wmj")
    window.search_panel._timer.stop()
    window.search_panel._ask()
    assert runner.wait_idle()
    settle()
    picture(window, "shell-search")
    window.idle_watch.stop()


@pytest.mark.parametrize("size", SIZES)
def test_sign_in(qtbot, runner, size) -> None:
    def refuse(_account: str, _pin: str) -> object:
        raise UserFacingError(ErrorCode.PIN_WRONG, seconds=30)

    text.set_stretch(1.0 if size == LARGE else 1.5)
    page = SignInPage(
        sign_in=refuse, describe=lambda _e: tr("PIN 码不对，没有登录。请再试一次。"), runner=runner
    )
    qtbot.addWidget(page)
    page.set_people([Person("1", "张某", tr("网格员")), Person("2", "李某", tr("辅警"))])
    page.resize(*size)
    page.show()
    page.pin.setText("1234")
    page._try()
    assert runner.wait_idle()
    settle()
    picture(page, f"sign-in-{size[0]}x{size[1]}")
    assert_nothing_clipped(page)


def test_crash_dialog(show_small, tmp_path) -> None:
    report = CrashReport("ValueError: x", "Traceback …\nValueError: x", tmp_path / "crash.log")
    dialog = show_small(lambda: CrashDialog(report), size=(640, 380))
    picture(dialog, "crash-dialog")
