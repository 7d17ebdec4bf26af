"""What a page is, and the stack that makes each page when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget


@dataclass(frozen=True)
class PageSpec:
    """How to reach and make a page.

    The widget that `factory` makes has `title` (text) and `load()`, called each time it is opened.
    It may also have: `header_buttons()` → list of QPushButton, asked once; `subtitle` (text) in
    place of the date line; `on_changes(changes)` after each write and sync round; `open(record_id)`
    for records of `kinds`; `flush_draft()` before the screen locks or closes; and a signal
    `header_changed` when title or subtitle change.
    """

    key: str
    title: str
    icon: str
    factory: Callable[[], QWidget]
    kinds: tuple[str, ...] = ()
    term: str | None = None
    is_in_navigation: bool = True


class PageHost(QStackedWidget):
    """Pages by key, made lazily, each in a scroll area so that nothing is ever out of reach."""

    header_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "paper")
        self._specs: dict[str, PageSpec] = {}
        self._pages: dict[str, QWidget] = {}
        self._areas: dict[str, QScrollArea] = {}
        self._buttons: dict[str, list[QPushButton]] = {}
        self._key = ""

    @property
    def key(self) -> str:
        return self._key

    def register(self, spec: PageSpec) -> None:
        if spec.key in self._specs:
            raise ValueError(f"two pages with the key {spec.key}")
        self._specs[spec.key] = spec

    def keys(self) -> list[str]:
        return [key for key, spec in self._specs.items() if spec.is_in_navigation]

    def key_for_kind(self, kind: str) -> str | None:
        """The page that shows records of this kind."""
        return next((key for key, spec in self._specs.items() if kind in spec.kinds), None)

    def open(self, key: str) -> QWidget:
        """Show and load the page; it is made on the first call."""
        page = self.page(key)
        self._key = key
        self.setCurrentWidget(self._areas[key])
        self.load()
        return page

    def page(self, key: str) -> QWidget:
        if key not in self._pages:
            self._make(key)
        return self._pages[key]

    def current_page(self) -> QWidget | None:
        return self._pages.get(self._key)

    def load(self) -> None:
        """Load the current page again."""
        _call_if_there(self.current_page(), "load")

    def title(self) -> str:
        page = self.current_page()
        return str(_text_of(page, "title") or self._specs[self._key].title)

    def subtitle(self) -> str:
        return str(_text_of(self.current_page(), "subtitle") or "")

    def buttons(self) -> list[QPushButton]:
        return self._buttons.get(self._key, [])

    def tell_changes(self, changes: object) -> None:
        """Every page made so far may reload what was touched."""
        for page in self._pages.values():
            _call_if_there(page, "on_changes", changes)

    def flush_drafts(self) -> None:
        for page in self._pages.values():
            _call_if_there(page, "flush_draft")

    def clear(self) -> None:
        """Forget all pages: another person signs in."""
        self.flush_drafts()
        for area in self._areas.values():
            self.removeWidget(area)
            area.deleteLater()
        for buttons in self._buttons.values():
            for button in buttons:
                button.deleteLater()
        for held in (self._specs, self._pages, self._areas, self._buttons):
            held.clear()
        self._key = ""

    def _make(self, key: str) -> None:
        page = self._specs[key].factory()
        # From the outside in: each parent a page is put into dresses all of it anew.
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.addWidget(area)
        inside = QWidget()
        inside.setProperty("role", "paper")
        area.setWidget(inside)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(22, 2, 22, 16)
        layout.addWidget(page)
        self._pages[key], self._areas[key] = page, area
        make_buttons = getattr(page, "header_buttons", None)
        self._buttons[key] = make_buttons() if make_buttons else []
        header_changed = getattr(page, "header_changed", None)
        if header_changed is not None:
            header_changed.connect(self.header_changed)


def _call_if_there(page: QWidget | None, method: str, *values: object) -> None:
    found = getattr(page, method, None)
    if found is not None:
        found(*values)


def _text_of(page: QWidget | None, name: str) -> object:
    """A page may hold its title as a text or as a method."""
    found = getattr(page, name, None)
    return found() if callable(found) else found
