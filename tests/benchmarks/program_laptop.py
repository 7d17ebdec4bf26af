"""The real program on an existing laptop folder, started as a person starts it, watched.

``FOLDER`` opens the window and says "usable" once the sign-in page with its people is painted.
``FOLDER work`` then signs in, searches, opens what was found and the roster, and says "worked".
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app import __main__ as program
from tests.benchmarks.known import PASSPHRASE, PIN
from tests.benchmarks.watching import FirstPaint, say, wait_to_end
from ui import application
from ui.shell.search_panel import SearchPanel
from ui.shell.sign_in_page import Person

TYPED = "杨秀"
_PATIENCE_MS = 300_000


class WatchedWindow(application.LaptopWindow):
    """The laptop's window; says when it can be used."""

    is_working = False

    def _on_people(self, people: list[Person]) -> None:
        super()._on_people(people)
        if people:
            self._watch = FirstPaint(self.sign_in_page, self._on_usable)

    def _on_usable(self) -> None:
        say("usable")
        if self.is_working:
            self._work()
            say("worked")
        wait_to_end()
        QApplication.exit(0)

    def _work(self) -> None:
        self.sign_in_page.pin.setText(PIN)
        self.sign_in_page.button.click()
        wait_until(lambda: self.actor is not None and not self.runner.is_busy)
        panel = self.window.findChild(SearchPanel)
        self.window.open_search()
        panel.edit.setText(TYPED)
        wait_until(lambda: panel.results.current_hit() is not None)
        panel.results.hit_chosen.emit(panel.results.current_hit())
        wait_until(lambda: not self.runner.is_busy)
        self.window.open_page("cases")
        wait_until(lambda: not self.runner.is_busy)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Lets the window live until it is so; gives up after minutes, for a machine that has much
    else to do is slow and not wrong."""
    loop = QEventLoop()
    ticks = QTimer()
    ticks.timeout.connect(lambda: loop.quit() if is_so() else None)
    ticks.start(20)
    QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
    loop.exec()
    if not is_so():
        raise TimeoutError("the window did not get there")


def main() -> int:
    """Starts ``gulou`` with the window watched and the passphrase typed at once."""
    WatchedWindow.is_working = "work" in sys.argv[2:]
    replace_in(application, "LaptopWindow", WatchedWindow)
    replace_in(program, "_ask_in_window", lambda _need: PASSPHRASE)
    return program.main(["--folder", sys.argv[1]])


def replace_in(module: ModuleType, name: str, value: object) -> None:
    """As ``unittest.mock.patch`` for good, without the time its import takes."""
    if not hasattr(module, name):
        raise AttributeError(f"{module.__name__} has no {name} any more")
    setattr(module, name, value)


if __name__ == "__main__":
    sys.exit(main())
