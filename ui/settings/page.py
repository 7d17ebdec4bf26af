"""全县设定: what the county sets, its holidays, and the limits with the law they come from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.settings.tabs import HolidaysTab, LimitsTab, SettingsTab
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.widgets.tabs import TabPages

PAGE = "county_settings"


class CountySettingsPage(QWidget):
    """Everybody reads it; who may, changes what is set."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("全县设定")
        card = Card(parent=self)
        self.tabs = TabPages(name=tr("全县设定"), parent=card)
        self.settings = SettingsTab(context, self.tabs)
        self.holidays = HolidaysTab(context, self.tabs)
        self.limits = LimitsTab(context, self.tabs)
        for page, words in (
            (self.settings, tr("设定")),
            (self.holidays, tr("节假日")),
            (self.limits, tr("规则与期限")),
        ):
            self.tabs.addTab(page, words)
        card.add(self.tabs, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        self.setFocusProxy(self.settings.table)

    def load(self) -> None:
        """Read everything again."""
        for tab in (self.settings, self.holidays, self.limits):
            tab.load()

    def on_changes(self, changes: Changes) -> None:
        """Something was set here, or came with a sync round."""
        if self.isVisible() and changes.touches("setting", "setting_change", "rule_set"):
            self.load()

    def flush_draft(self) -> None:
        """Write down what waits for its second to pass; called before the screen locks."""
        self.settings.form.flush_draft()


class CountyCard(Card):
    """In the settings: the way to the page."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("全县设定"), parent=parent)
        self._context = context
        words = tr(
            "中心名称、法定节假日、各种期限和走访间隔，由县里统一设定，全县的电脑一样；"
            "每个期限都写明出自哪部法律、哪一条。"
        )
        self.button = QPushButton(tr("查看设定和期限"))
        self.button.setAccessibleName(self.button.text())
        self.add(text_label(words, "muted", wraps=True))
        self.body.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.clicked.connect(self._on_pressed)

    def _on_pressed(self) -> None:
        self._context.open_page(PAGE)
