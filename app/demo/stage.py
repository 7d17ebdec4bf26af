"""What a tour needs: steps with checks and seconds, pictures of real windows, a summary."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

WIDE = QSize(1366, 768)
SMALL = QSize(911, 480)
_PATIENCE_S = 30.0


class StepFailedError(Exception):
    """A check of a step did not hold."""


@dataclass
class Check:
    """One thing that was looked up, where, and whether it held."""

    what: str
    where: str
    found: Any
    wanted: Any

    @property
    def is_met(self) -> bool:
        """Whether it held."""
        return bool(self.found == self.wanted)


@dataclass
class Step:
    """One step of the main job."""

    name: str
    checks: list[Check] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    problem: str | None = None

    @property
    def is_passed(self) -> bool:
        """All checks held, at least one was made, and nothing was raised."""
        return self.problem is None and bool(self.checks) and all(c.is_met for c in self.checks)


class Stage:
    """Runs steps, takes pictures, keeps the score."""

    def __init__(self, out: Path) -> None:
        self.folder = out / "tour"
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        self.steps: list[Step] = []

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """A step; what it raises is its failure and ends the tour."""
        made = Step(name)
        self.steps.append(made)
        started = time.monotonic()
        try:
            yield made
        except Exception as problem:
            made.problem = f"{type(problem).__name__}: {problem}"
            raise StepFailedError(name) from problem
        finally:
            made.seconds = round(time.monotonic() - started, 2)
            print(_line(made), flush=True)

    def check(self, what: str, where: str, found: Any, wanted: Any) -> None:
        """Notes what was found; the summary says whether it is what was wanted."""
        self.steps[-1].checks.append(Check(what, where, found, wanted))

    def picture(self, widget: QWidget, name: str, size: QSize = WIDE) -> None:
        """Grabs the real window at a size a village laptop has."""
        window = widget.window()
        window.resize(size)
        settle(80)
        QApplication.processEvents()  # on a busy machine the time is over before the layouts are
        file = f"{len(list(self.folder.glob('*.png'))) + 1:02}-{name}.png"
        if not window.grab().save(str(self.folder / file)):
            raise OSError(file)
        self.steps[-1].pictures.append(file)

    def write_summary(self) -> bool:
        """Writes ``summary.json``, prints the closing line; True when every step passed."""
        is_whole = bool(self.steps) and all(step.is_passed for step in self.steps)
        summary = {
            "passed": is_whole,
            "steps": [
                {
                    "name": step.name,
                    "passed": step.is_passed,
                    "seconds": step.seconds,
                    "problem": step.problem,
                    "pictures": step.pictures,
                    "checks": [
                        {
                            "what": check.what,
                            "where": check.where,
                            "found": check.found,
                            "wanted": check.wanted,
                            "met": check.is_met,
                        }
                        for check in step.checks
                    ],
                }
                for step in self.steps
            ],
        }
        text = json.dumps(summary, ensure_ascii=False, indent=2, default=str)
        (self.folder / "summary.json").write_text(text + "\n", encoding="utf-8")
        passed = sum(step.is_passed for step in self.steps)
        checks = sum(len(step.checks) for step in self.steps)
        pictures = sum(len(step.pictures) for step in self.steps)
        print(
            f"{passed}/{len(self.steps)} steps passed, {checks} checks, {pictures} pictures "
            f"in {self.folder}"
        )
        return is_whole


def until(what: str, is_so: Callable[[], object], patience_s: float = _PATIENCE_S) -> None:
    """Lets the windows live until something is so; raises when it never is."""
    end = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(what)
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)


def settle(milliseconds: int = 150) -> None:
    """Lets pending painting and loading finish."""
    QTest.qWait(milliseconds)


def press(
    widget: QWidget,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """A key on a widget, as a person presses it."""
    QTest.keyClick(widget, key, modifier)


def type_in(widget: QWidget, text: str) -> None:
    """Types; Chinese is committed as an input method would commit it."""
    if text.isascii():
        QTest.keyClicks(widget, text)
        return
    from PySide6.QtGui import QInputMethodEvent

    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)


def retype(field: QWidget, text: str) -> None:
    """Types in place of what stands there."""
    if not isinstance(field, QLineEdit):
        raise TypeError(type(field).__name__)
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    field.selectAll()
    type_in(field, text)


def _line(step: Step) -> str:
    word = "ok  " if step.is_passed else "FAIL"
    failed = [check for check in step.checks if not check.is_met]
    text = f"{word} {step.name}  {step.seconds:.2f} s, {len(step.checks)} checks"
    for check in failed:
        text += f"\n       {check.where}: {check.what}: {check.found!r}, wanted {check.wanted!r}"
    if step.problem:
        text += f"\n       {step.problem}"
    return text
