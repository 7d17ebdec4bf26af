"""The own PIN, and text size, Dong lines, lock time, of which each takes effect at once."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from i18n.text import tr
from ui.shell.settings import IDLE_MINUTES_MAX, IDLE_MINUTES_MIN, TEXT_SIZES, Settings
from ui.widgets.cards import Card
from ui.widgets.forms import ChoiceRow, FormField, calm_wheel
from ui.widgets.labels import text_label


class SettingsPage(QWidget):
    """Changes `settings`; whoever listens to `settings.changed` applies them.

    `pin_card` is the card of the person signed in; without one there is no PIN to change.
    `budget_card` is the laptop's setting for attachments.
    """

    def __init__(
        self,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        pin_card: QWidget | None = None,
        budget_card: QWidget | None = None,
        people_card: QWidget | None = None,
        looks_card: QWidget | None = None,
        county_card: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.county_card = county_card
        self.looks_card = looks_card
        self.people_card = people_card
        self.budget_card = budget_card
        self.pin_card = pin_card
        self.title = tr("设置")
        self._settings = settings
        self._is_loading = False
        self.text_size = ChoiceRow([(str(size), f"{size} %") for size in TEXT_SIZES])
        self.bilingual = QCheckBox(tr("双语：有出处的侗文显示在汉字下面"))
        self.idle = QSpinBox()
        self.idle.setRange(IDLE_MINUTES_MIN, IDLE_MINUTES_MAX)
        self.idle.setSuffix(tr(" 分钟"))
        calm_wheel(self.idle)
        self._build()
        self.text_size.chosen.connect(self._on_text_size)
        self.bilingual.toggled.connect(self._on_bilingual)
        self.idle.valueChanged.connect(self._on_idle)
        self.load()

    def load(self) -> None:
        self._is_loading = True
        self.text_size.set_value(str(self._settings.text_percent))
        self.bilingual.setChecked(self._settings.is_bilingual)
        self.idle.setValue(self._settings.idle_minutes)
        self._is_loading = False

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        if self.pin_card is not None:
            layout.addWidget(self.pin_card)  # first: who was asked to change it finds it at once
        layout.addWidget(self._screen_card())
        layout.addWidget(self._safety_card())
        if self.budget_card is not None:
            layout.addWidget(self.budget_card)
        if self.county_card is not None:
            layout.addWidget(self.county_card)
        if self.looks_card is not None:
            layout.addWidget(self.looks_card)
        if self.people_card is not None:
            layout.addWidget(self.people_card)
        layout.addWidget(self._sources_card())
        layout.addStretch(1)

    def _screen_card(self) -> Card:
        card = Card(tr("屏幕"))
        card.add(FormField(tr("字的大小"), self.text_size))
        card.add(self.bilingual)
        return card

    def _safety_card(self) -> Card:
        card = Card(tr("安全"))
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.idle)
        inside.addStretch()
        self.idle.setAccessibleName(tr("多久没人操作就锁屏"))
        card.add(FormField(tr("多久没人操作就锁屏"), row, hint=tr("也可以随时按 Ctrl+L 锁屏。")))
        return card

    def _sources_card(self) -> Card:
        card = Card(tr("侗文的出处"))
        words = tr(
            "只显示见于印刷资料的侗文词，没有出处的一律不显示。"
            "部分词形核对自 ABVD 词表 677（Long 与 Zheng 1998 年语料，CC-BY-4.0）"
            "和 Numeral Systems 数词表（CC-BY-4.0）。"
        )
        card.add(text_label(words, "muted", wraps=True))
        return card

    def _on_text_size(self, percent: str) -> None:
        self._settings.set_text_percent(int(percent))

    def _on_bilingual(self, is_on: bool) -> None:
        if not self._is_loading:
            self._settings.set_bilingual(is_on)

    def _on_idle(self, minutes: int) -> None:
        if not self._is_loading:
            self._settings.set_idle_minutes(minutes)
