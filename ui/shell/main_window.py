"""The window: builds, connects and loads its parts, and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from i18n.text import tr
from ui.shell.dates import date_line
from ui.shell.header import HeaderBar
from ui.shell.idle import IdleWatch
from ui.shell.navigation import Navigation
from ui.shell.pages import PageHost, PageSpec
from ui.shell.search_panel import SearchPanel
from ui.shell.settings import Settings
from ui.theme import apply_theme, text_px
from ui.widgets.hits import Hit
from ui.widgets.labels import bilingual_mode
from ui.widgets.notice_bar import NoticeBar
from ui.widgets.save_dialog import save_folder
from ui.widgets.tab_order import step_focus
from ui.work.runner import Runner

COMPACT_BELOW_PX = 1000
FIRST_SIZE = (1366, 768)
_BY_KEY = Qt.FocusReason.ShortcutFocusReason


class MainWindow(QMainWindow):
    """Sign-in page or workspace; in the workspace navigation, header, notices and one page.

    `locked` when the person leaves or asks for it: show the sign-in page then. `sync_asked` when
    the sync box is pressed. `closing` before the window goes, after drafts were flushed.
    """

    locked = Signal()
    sync_asked = Signal()
    closing = Signal()

    def __init__(
        self,
        *,
        runner: Runner,
        settings: Settings,
        search: Callable[[str], Sequence[Hit]],
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__()
        self._runner = runner
        self._settings = settings
        self._today = today
        self.navigation = Navigation()
        self.header = HeaderBar()
        self.notices = NoticeBar()
        self.pages = PageHost()
        self._screens = QStackedWidget()
        self._workspace = self._build_workspace()
        self.search_panel = SearchPanel(search=search, runner=runner, parent=self._workspace)
        self.idle_watch = IdleWatch(QApplication.instance() or QApplication([]), minutes=10)
        self.setWindowTitle(tr("鼓楼"))
        self.setCentralWidget(self._screens)
        self._screens.addWidget(self._workspace)
        self.setMinimumSize(640, 400)
        self._connect()
        self._on_settings_changed()
        self._restore_geometry()

    def register_page(self, spec: PageSpec) -> None:
        """Add a page; the order of calls is the order in the navigation."""
        self.pages.register(spec)
        if spec.is_in_navigation:
            self.navigation.add_item(spec.key, spec.title, icon=spec.icon, term=spec.term)

    def clear_pages(self) -> None:
        """Forget the pages of the person who leaves."""
        self.header.show_page("", "", ())
        self.pages.clear()
        self.navigation.clear_items()
        self.notices.forget_offers()

    def open_page(self, key: str) -> QWidget:
        """Show and load a page."""
        page = self.pages.open(key)
        self.navigation.show_current(key)
        self._show_header()
        return page

    def open_record(self, kind: str, record_id: str) -> None:
        """Show a record on the page that handles its kind; an unknown kind is a slip of ours."""
        key = self.pages.key_for_kind(kind)
        if key is None:
            raise KeyError(f"no page for records of kind {kind}")
        page = self.open_page(key)
        page.open(record_id)  # type: ignore[attr-defined]

    def show_sign_in(self, page: QWidget) -> None:
        """Cover the workspace with the sign-in page."""
        self.idle_watch.stop()
        self.search_panel.close_panel()
        if self._screens.indexOf(page) < 0:
            self._screens.addWidget(page)
        self._screens.setCurrentWidget(page)
        page.setFocus()

    def show_workspace(self) -> None:
        """Somebody has signed in."""
        self._screens.setCurrentWidget(self._workspace)
        self.navigation.take_focus()  # open the first page before: an item must be marked
        self.idle_watch.start()

    @property
    def is_workspace_shown(self) -> bool:
        return self._screens.currentWidget() is self._workspace

    def lock(self) -> None:
        """Save drafts and ask for the PIN again."""
        if self.is_workspace_shown:
            self.pages.flush_drafts()
            self.locked.emit()

    def open_search(self) -> None:
        """Ctrl+K."""
        if not self.is_workspace_shown:
            return
        self.header.settle()
        corner = self.header.mapTo(self._workspace, self.header.search_rect().topLeft())
        self.search_panel.open_at(QRect(corner, self.header.search_rect().size()))

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab stops at every field and button, and comes round."""
        return step_focus(self, is_forward=next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Z takes back the step that is offered; in a text it is the text's own."""
        if not (self.is_workspace_shown and self.notices.take_key(event)):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.navigation.set_compact(self.width() < text_px(COMPACT_BELOW_PX))
        self.search_panel.close_panel()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.pages.flush_drafts()
        self._settings.set_window_geometry(self.saveGeometry())
        self._settings.write()
        self.idle_watch.stop()
        self.closing.emit()
        super().closeEvent(event)

    def _build_workspace(self) -> QWidget:
        workspace = QWidget()
        row = QHBoxLayout(workspace)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        notice_row = QHBoxLayout()
        notice_row.setContentsMargins(22, 0, 22, 8)
        notice_row.addWidget(self.notices)
        column.addLayout(notice_row)
        column.addWidget(self.pages, 1)
        row.addLayout(column, 1)
        return workspace

    def _connect(self) -> None:
        self.navigation.page_asked.connect(self.open_page)
        self.navigation.sync_asked.connect(self.sync_asked)
        self.header.search_asked.connect(self.open_search)
        self.pages.header_changed.connect(self._show_header)
        self.search_panel.hit_opened.connect(self._on_hit_opened)
        self._runner.changed.connect(self.pages.tell_changes)
        self._settings.changed.connect(self._on_settings_changed)
        save_folder.start_from(self._settings.save_folder)
        save_folder.changed.connect(self._settings.set_save_folder)
        self.idle_watch.idle.connect(self.lock)
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+K": self.open_search,
            "Ctrl+L": self.lock,
            "F5": self.pages.load,
        }
        for place in range(10):
            keys[f"Alt+{(place + 1) % 10}"] = partial(self._open_page_at, place)
        for key, meaning in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(meaning)

    def _show_header(self) -> None:
        line = self.pages.subtitle() or date_line(self._today())
        self.header.show_page(self.pages.title(), line, self.pages.buttons())

    def _open_page_at(self, place: int) -> None:
        keys = self.pages.keys()
        if self.is_workspace_shown and place < len(keys):
            page = self.open_page(keys[place])
            proxy, last = page.focusProxy(), page.focusWidget()
            is_list_shown = proxy is not None and proxy.isVisible()
            (page if is_list_shown or last is None else last).setFocus(_BY_KEY)

    def _on_hit_opened(self, hit: Hit) -> None:
        self.open_record(hit.kind, hit.record_id)

    def _on_settings_changed(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and app.font().pixelSize() != round(
            14 * self._settings.text_percent / 100
        ):
            apply_theme(app, self._settings.text_percent / 100)
        bilingual_mode.set_on(self._settings.is_bilingual)
        self.idle_watch.set_minutes(self._settings.idle_minutes)

    def show_fitting(self) -> None:
        """Show as it was left; the first time as large as the screen, where that is small."""
        room = self.screen().availableSize()
        is_first = self._settings.window_geometry.isEmpty()
        if is_first and (room.width() <= FIRST_SIZE[0] or room.height() <= FIRST_SIZE[1]):
            self.showMaximized()
        else:
            self.show()

    def _restore_geometry(self) -> None:
        if not self.restoreGeometry(self._settings.window_geometry):
            self.resize(*FIRST_SIZE)
