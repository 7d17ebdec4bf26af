"""Settings, dates, the idle watch, the crash hooks."""

from __future__ import annotations

import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLineEdit

from ui.shell.crash_dialog import CrashReport, install_crash_hooks
from ui.shell.dates import date_line, lunar_day
from ui.shell.idle import IdleWatch
from ui.shell.settings import Settings
from ui.shell.settings_page import SettingsPage


def open_settings(path: Path) -> Settings:
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


def test_settings_survive_as_what_they_are(tmp_path: Path) -> None:
    """An INI file gives 'false', which is truthy, unless the type is asked for."""
    first = open_settings(tmp_path / "gulou.ini")
    first.set_bilingual(True)
    first.set_bilingual(False)
    first.set_text_percent(115)
    first.set_idle_minutes(3)
    first._store.sync()
    again = open_settings(tmp_path / "gulou.ini")
    assert again.is_bilingual is False
    assert again.text_percent == 115
    assert again.idle_minutes == 3


@pytest.mark.parametrize("nonsense", ["", "abc", "-5", "1e9", "77"])
def test_nonsense_in_the_file_gives_the_standard_or_the_limit(tmp_path: Path, nonsense) -> None:
    path = tmp_path / "gulou.ini"
    path.write_text(
        f"[screen]\ntext_percent={nonsense}\n[security]\nidle_minutes={nonsense}\n",
        encoding="utf-8",
    )
    settings = open_settings(path)
    assert settings.text_percent == 100
    assert 1 <= settings.idle_minutes <= 60


def test_the_settings_page_writes_what_is_chosen(qtbot, tmp_path: Path) -> None:
    settings = open_settings(tmp_path / "gulou.ini")
    page = SettingsPage(settings)
    qtbot.addWidget(page)
    assert page.text_size.value() == "100"
    page.bilingual.click()
    page.idle.setValue(4)
    page.text_size._buttons["130"].click()
    assert settings.is_bilingual
    assert settings.idle_minutes == 4
    assert settings.text_percent == 130


def test_loading_the_settings_page_writes_nothing(qtbot, tmp_path: Path) -> None:
    settings = open_settings(tmp_path / "gulou.ini")
    settings.set_bilingual(True)
    page = SettingsPage(settings)
    qtbot.addWidget(page)
    with qtbot.assertNotEmitted(settings.changed):
        page.load()
    assert page.bilingual.isChecked()


def test_the_date_line_has_both_calendars() -> None:
    assert date_line(date(2026, 11, 23)) == "11月23日 星期一 农历十月十五"


@pytest.mark.parametrize(
    ("day", "lunar"),
    [(date(2025, 7, 25), "闰六月初一"), (date(2026, 2, 17), "正月初一")],
)
def test_the_lunar_calendar_knows_leap_months_and_new_year(day: date, lunar: str) -> None:
    assert lunar_day(day) == lunar


class Hand:
    """A clock turned by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_idle_after_the_minutes_set_and_once_only(qapp, qtbot) -> None:
    hand = Hand()
    watch = IdleWatch(qapp, minutes=2, now=hand)
    watch.start()
    hand.seconds = 119
    with qtbot.assertNotEmitted(watch.idle):
        watch.check()
    hand.seconds = 120
    with qtbot.waitSignal(watch.idle, timeout=0):
        watch.check()
    with qtbot.assertNotEmitted(watch.idle):
        watch.check()


@pytest.mark.parametrize("sign", ["key", "mouse"])
def test_a_sign_of_life_starts_the_time_again(qapp, qtbot, sign: str) -> None:
    hand, edit = Hand(), QLineEdit()
    qtbot.addWidget(edit)
    edit.show()
    watch = IdleWatch(qapp, minutes=2, now=hand)
    watch.start()
    hand.seconds = 119
    if sign == "key":
        qtbot.keyClick(edit, Qt.Key.Key_A)
    else:
        qtbot.mouseClick(edit, Qt.MouseButton.LeftButton)
    hand.seconds = 238
    with qtbot.assertNotEmitted(watch.idle):
        watch.check()
    watch.stop()


@pytest.fixture
def hooks(tmp_path: Path, monkeypatch):
    """Installed hooks whose dialog is a list; the hooks of pytest come back afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    shown: list[CrashReport] = []
    hooks = install_crash_hooks(tmp_path / "logs" / "crash.log", shown.append)
    hooks.shown = shown
    return hooks


def crash(words: str) -> None:
    try:
        raise ValueError(words)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_a_crash_is_logged_whole_and_shown(hooks, qapp, tmp_path: Path, capsys) -> None:
    crash("某处错了")
    qapp.processEvents()
    assert hooks.shown[0].summary == "ValueError: 某处错了"
    log = (tmp_path / "logs" / "crash.log").read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "某处错了" in log
    assert "某处错了" in capsys.readouterr().err


def test_a_crash_on_a_thread_is_shown_on_the_main_thread(hooks, qapp, capsys) -> None:
    threads: list[threading.Thread] = []
    hooks._show = lambda _report: threads.append(threading.current_thread())

    def stumble() -> None:
        raise ValueError("线程里")

    thread = threading.Thread(target=stumble)
    thread.start()
    thread.join()
    qapp.processEvents()
    assert threads == [threading.main_thread()]


def test_crashes_while_the_dialog_is_open_are_only_logged(hooks, qapp, tmp_path, capsys) -> None:
    reports: list[CrashReport] = []

    def show(report: CrashReport) -> None:
        reports.append(report)
        crash("第二个")
        qapp.processEvents()

    hooks._show = show
    crash("第一个")
    qapp.processEvents()
    assert len(reports) == 1
    assert "第二个" in (tmp_path / "logs" / "crash.log").read_text(encoding="utf-8")


def test_the_dialog_opens_without_stopping_the_program(hooks, qapp, capsys) -> None:
    hooks._show = hooks._show_dialog
    crash("某处错了")
    qapp.processEvents()
    dialog = hooks._dialog
    assert dialog is not None
    assert dialog.isVisible()
    crash("第二个")
    qapp.processEvents()
    assert hooks._dialog is dialog
    dialog.accept()
    assert hooks._dialog is None


def test_a_log_that_cannot_be_written_does_not_hide_the_crash(
    hooks, qapp, tmp_path, capsys
) -> None:
    (tmp_path / "logs").write_text("a file where a folder should be", encoding="utf-8")
    crash("某处错了")
    qapp.processEvents()
    assert len(hooks.shown) == 1
    assert "no crash log" in capsys.readouterr().err


def test_interrupting_from_a_terminal_is_no_crash(hooks, qapp, capsys) -> None:
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qapp.processEvents()
    assert hooks.shown == []
