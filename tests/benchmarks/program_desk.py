"""The real program on the county's file, used as a person uses it, every frame watched.

``FOLDER`` signs the county's person in, opens households, villages, today and long lists, and says
"measured" with a JSON object {what: [milliseconds, …]} and what it then holds in memory.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from typing import Final, TypeVar

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app import __main__ as program
from app.cases.listing import (
    CaseFilter,
    CaseList,
    CaseRow,
    case_rows,
)
from app.households.queries import HouseholdRow, household_rows
from tests.benchmarks.known import PASSPHRASE, PIN
from tests.benchmarks.program_laptop import WatchedWindow, replace_in, wait_until
from tests.benchmarks.watching import say, wait_to_end
from ui import application
from ui.cases.list_card import CaseListCard
from ui.cases.page import CasesPage
from ui.households.page import MicroGridsPage
from ui.widgets.record_table import RecordTable

_MB: Final = 1024 * 1024
_QUIET_S: Final = 0.03
"""So long nothing was painted: what was asked for stands."""
_LATE_S: Final = 300.0
_CARE_S: Final = 300.0
_FRAME_S: Final = 0.016
_LOOK_MS: Final = 4
_WAIT: Final = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
_PAGES: Final = 120
"""Screenfuls of a long list."""
_READ_ON: Final = 10
"""Pages of the list of cases."""
_TYPED: Final = ("w", "wy", "吴", "杨", "责任", "sj", "l", "吴 责任", "zzz", "")
HOMES, VILLAGES, REPAINTS = 20, 20, 20
CASES: Final = 100_000
_Page = TypeVar("_Page", bound=QWidget)


class Watch(QObject):
    """Notes when the window was painted, and how long the main thread was held at a time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._is_painted = False
        window.installEventFilter(self)
        # A loop that looks without pause takes the interpreter from the thread that reads.
        self.startTimer(_LOOK_MS, Qt.TimerType.PreciseTimer)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The window is told to bring what changed onto the screen."""
        if event.type() == QEvent.Type.UpdateRequest:
            self._is_painted = True
        return False

    def until_painted(self, act: Callable[[], object], is_idle: Callable[[], bool]) -> float:
        """Milliseconds of processor, of all threads, from the act to the end of the last paint
        that came of it: other people's work on the machine is no part of it."""
        begun = painted = time.perf_counter()
        worked = done = time.process_time()
        act()
        while True:
            self._is_painted = False
            QCoreApplication.processEvents(_WAIT)
            now = time.perf_counter()
            if self._is_painted:
                painted, done = now, time.process_time()
            elif is_idle() and now - painted > _QUIET_S:
                return (done - worked) * 1000
            elif now - begun > _LATE_S:
                raise TimeoutError("the window never came to rest")

    def frames(
        self, act: Callable[[], object], is_idle: Callable[[], bool] = lambda: True
    ) -> Iterator[float]:
        """Milliseconds of processor for which the main thread was held by the act and each paint
        after it, until nothing is painted for one frame of a screen."""
        painted, before = time.perf_counter(), time.thread_time()
        act()
        while True:
            self._is_painted = False
            QCoreApplication.processEvents(_WAIT)
            if self._is_painted:
                held, before = before, time.thread_time()
                yield (before - held) * 1000
                painted = time.perf_counter()
            if is_idle() and time.perf_counter() - painted > _FRAME_S:
                return


class DeskWindow(WatchedWindow):
    """The laptop's window; measures once somebody could sign in."""

    def _on_usable(self) -> None:
        self.sign_in_page.pin.setText(PIN)
        self.sign_in_page.button.click()
        wait_until(lambda: self.actor is not None and not self.runner.is_busy)
        found = {"memory at first": [_memory()]}
        self.runner.wait_idle(_CARE_S)  # of the day, in a thread of its own
        found |= Desk(self).measure()
        say(f"measured {json.dumps(found)}")
        wait_to_end()
        QApplication.exit(0)


class Desk:
    """What is done with the window, one thing after another."""

    def __init__(self, program_window: DeskWindow) -> None:
        self._program = program_window
        self._window = program_window.window
        self._store = program_window.laptop.store
        self._watch = Watch(program_window.window)

    def measure(self) -> dict[str, list[float]]:
        """Milliseconds of each kind."""
        found = {"today": [self._page("today") for _ in range(VILLAGES)]}
        self._page("grids")
        found["household"] = list(self._open_households())
        found["repaint"] = [self._repaint() for _ in range(REPAINTS)]
        found["village"] = self._choose_villages()
        for key in ("board", "visits", "incidents", "statistics"):
            found[key] = list(self._open_pages(key))
        found["memory"] = [_memory()]  # the long lists are the measuring's own
        found |= self._use_cases()
        found["frames of households"] = self._leaf_through_households()
        found["frames of cases"] = self._leaf_through_cases()
        found["household's page"] = list(self._open_household_pages())  # it stays in front
        return found

    def _is_idle(self) -> bool:
        return not self._program.runner.is_busy

    def _page(self, key: str) -> float:
        return self._watch.until_painted(lambda: self._window.open_page(key), self._is_idle)

    def _open_households(self) -> Iterator[float]:
        for household_id in self._some_households(HOMES):
            self._page("today")
            open_it = partial(self._window.open_record, "household", household_id)
            yield self._watch.until_painted(open_it, self._is_idle)

    def _open_household_pages(self) -> Iterator[float]:
        """With what the grid did there, its history and its cases."""
        page = self._shown("grids", MicroGridsPage)
        for household_id in self._some_households(HOMES):
            show_it = partial(page.show_household, household_id)
            yield self._watch.until_painted(show_it, self._is_idle)

    def _open_pages(self, key: str) -> Iterator[float]:
        for _ in range(REPAINTS):
            self._page("grids")
            yield self._page(key)

    def _repaint(self) -> float:
        begun = time.process_time()
        self._window.repaint()
        return (time.process_time() - begun) * 1000

    def _choose_villages(self) -> list[float]:
        page = self._shown("grids", MicroGridsPage)
        combo, count = page.village_combo, page.village_combo.count()

        def choose(place: int) -> None:
            combo.setCurrentIndex(place)
            combo.activated.emit(place)

        places = islice(cycle(range(0, count, 5)), VILLAGES)
        return [
            self._watch.until_painted(partial(choose, place), self._is_idle) for place in places
        ]

    def _leaf_through_households(self) -> list[float]:
        """The county's households in the list that a village's stand in."""
        page = self._shown("grids", MicroGridsPage)
        page.overview.columns.close_side()
        rows: list[HouseholdRow] = []
        for place in range(page.village_combo.count()):
            rows += household_rows(self._store, str(page.village_combo.itemData(place)))
        table = page.overview.table
        table.show_rows(rows)
        return self._leaf(table)

    def _leaf_through_cases(self) -> list[float]:
        """As many as a county has in some years: those of the file, and more of the same."""
        page = self._shown("cases", CasesPage)
        self._watch.until_painted(page.load, self._is_idle)
        page.host.close_side()
        known = case_rows(self._store, CaseFilter(), limit=20_000).rows
        more = islice(cycle(known), CASES)
        page.list.model.set_list(
            CaseList(tuple(_numbered(one, at) for at, one in enumerate(more)), CASES, is_last=True)
        )
        return self._leaf(page.list.table)

    def _use_cases(self) -> dict[str, list[float]]:
        """The list as it is read: on by wheel and bar, words typed, choices made; all of it twice,
        for what is held after it may not grow."""
        page = self._shown("cases", CasesPage)
        self._watch.until_painted(page.load, self._is_idle)
        memory, read_on, narrowed = [_memory()], list[float](), list[float]()
        for _ in range(2):
            read_on += self._read_on(page.list.table)
            memory.append(_memory())
            narrowed += self._narrow(page.list)
            memory.append(_memory())
        at_first, once, used, _once_more, again = memory
        return {
            "memory of the cases": [at_first, once, used, again],
            "frames of reading on": read_on,
            "frames of narrowing": narrowed,
        }

    def _read_on(self, table: RecordTable) -> Iterator[float]:
        for _ in range(_READ_ON):
            for act in (_turn_wheel, _pull_down):
                yield from self._watch.frames(partial(act, table), self._is_idle)

    def _narrow(self, cases: CaseListCard) -> Iterator[float]:
        for typed in _TYPED:
            yield from self._watch.frames(partial(cases.words.setText, typed))
            yield from self._watch.frames(cases.filter_changed.emit, self._is_idle)
        for place in (*range(cases.states.count()), 0):
            choose = partial(cases.states.setCurrentIndex, place)
            yield from self._watch.frames(choose, self._is_idle)

    def _leaf(self, table: RecordTable) -> list[float]:
        """Page by page with the keyboard, then in long pulls at the scroll bar."""
        table.setFocus(Qt.FocusReason.OtherFocusReason)
        table.choose_position(0)
        self._watch.until_painted(table.viewport().update, self._is_idle)
        bar, found = table.verticalScrollBar(), list[float]()
        for _ in range(_PAGES):
            found += self._watch.frames(partial(_press, table, Qt.Key.Key_PageDown))
        for pull in range(_PAGES):
            at = bar.maximum() * pull // (_PAGES - 1)
            found += self._watch.frames(partial(bar.setValue, at))
        return found

    def _shown(self, key: str, kind: type[_Page]) -> _Page:
        page = self._window.open_page(key)
        assert isinstance(page, kind)
        wait_until(self._is_idle)
        return page

    def _some_households(self, count: int) -> list[str]:
        """Spread over the county: ids are drawn at random."""
        with self._store.reading() as session:
            rows = session.connection().exec_driver_sql(
                "SELECT id FROM household ORDER BY id LIMIT ?", (count,)
            )
            return [row[0] for row in rows]


def _memory() -> float:
    """In MB."""
    return float(psutil.Process().memory_info().rss) / _MB


def _numbered(row: CaseRow, at: int) -> CaseRow:
    return replace(row, case_id=f"{row.case_id}-{at}")


def _pull_down(table: RecordTable) -> None:
    bar = table.verticalScrollBar()
    bar.setValue(bar.maximum())


def _turn_wheel(table: RecordTable) -> None:
    at, view = QPointF(40, 40), table.viewport()
    turned = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(view, turned)


def _press(widget: QWidget, key: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, ""))


def main() -> int:
    """Starts ``gulou`` with the window watched and the passphrase typed at once."""
    replace_in(application, "LaptopWindow", DeskWindow)
    replace_in(program, "_ask_in_window", lambda _need: PASSPHRASE)
    return program.main(["--folder", sys.argv[1]])


if __name__ == "__main__":
    sys.exit(main())
