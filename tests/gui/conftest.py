"""Everything here runs offscreen, with the program's own look and a Chinese font.

Names and people are made up.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QWidget

from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from ui.theme import apply_theme, text_font
from ui.widgets.labels import bilingual_mode
from ui.work.runner import Runner

SMALL = (911, 480)
LARGE = (1366, 768)
_ONLY_REAL_WINDOWS = ("propagateSizeHints", "support raise", "grabbing the keyboard")
W = TypeVar("W", bound=QWidget)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need Qt; the offscreen platform complains of what only real windows can do."""
    for item in items:
        if "tests/gui" in item.path.as_posix():
            item.add_marker(pytest.mark.gui)
            own = item.get_closest_marker("qt_log_ignore")
            ignored = (*_ONLY_REAL_WINDOWS, *(own.args if own else ()))
            item.add_marker(pytest.mark.qt_log_ignore(*ignored, extend=True), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Widgets that were closed are taken away now: without a loop of its own Qt would keep every
    page of every test until the end. After the last test of a file whatever it left goes too:
    each change of the theme dresses all widgets there are."""
    yield
    if nextitem is None or nextitem.path != item.path:
        for widget in QApplication.topLevelWidgets():
            if widget.parent() is None:
                widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application, dressed; fails early where no Chinese font is installed."""
    apply_theme(qapp)
    family = QFontInfo(text_font()).family()
    assert any(word in family for word in ("CJK", "Han", "YaHei", "WenQuanYi", "PingFang")), family
    return qapp


@pytest.fixture(autouse=True)
def _plain_words(qapp: QApplication) -> Iterator[None]:
    """No test leaves stretched words, Dong lines or large text behind."""
    yield
    text.set_stretch(1.0)
    bilingual_mode.set_on(False)
    if qapp.font().pixelSize() != 14:
        apply_theme(qapp)


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[Runner]:
    runner = Runner()
    yield runner
    assert runner.close()


@pytest.fixture
def show_small(qtbot) -> Callable[[Callable[[], W]], W]:  # type: ignore[no-untyped-def]
    """`show_small(make)` builds a widget with words of 150 % and shows it at 911x480, unclipped."""

    def show(make: Callable[[], W], *, size: tuple[int, int] = SMALL, stretch: float = 1.5) -> W:
        text.set_stretch(stretch)
        widget = make()
        qtbot.addWidget(widget)
        widget.resize(*size)
        widget.show()
        settle()
        assert widget.width() <= size[0], f"needs a width of {widget.width()}"
        assert widget.height() <= size[1], f"needs a height of {widget.height()}"
        assert_nothing_clipped(widget)
        return widget

    return show


def settle() -> None:
    """Let layouts and queued calls finish."""
    for _round in range(5):
        QApplication.processEvents()
        QApplication.sendPostedEvents()
