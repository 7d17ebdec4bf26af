"""The indigo side: where one can go, and the one quiet place that speaks of the sync."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from i18n.text import tr
from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.iconset import icon_pixmap
from ui.theme.palette import INDIGO, NAV_MUTED, NAV_TEXT, RED
from ui.widgets.labels import ElidedLabel, bilingual_mode, shown_dong

WIDE_PX, COMPACT_PX, COMPACT_ITEM_PX = 196, 64, 42
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_ICON = 20


class NavItem(QAbstractButton):
    """One page: icon, name, its Dong word where there is one, a badge where something waits."""

    def __init__(self, title: str, *, icon: str, term: str | None = None) -> None:
        super().__init__()
        self._icon = icon
        self._term = term or title
        self._badge = 0
        self._is_compact = False
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        bilingual_mode.changed.connect(self._on_mode_changed)
        self._name()

    @property
    def badge(self) -> int:
        return self._badge

    def set_badge(self, count: int) -> None:
        self._badge = count
        self._name()
        self.update()

    def set_compact(self, is_compact: bool) -> None:
        self._is_compact = is_compact
        self._name()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._is_compact:
            return QSize(COMPACT_PX - 20, COMPACT_ITEM_PX)
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(12 + _ICON + 10 + words + (44 if self._badge else 12), text_px(46))

    minimumSizeHint = sizeHint

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        left = (self.width() - _ICON) // 2 if self._is_compact else 12
        color = NAV_TEXT if self.isChecked() else NAV_MUTED
        top = (self.height() - _ICON) // 2
        ratio = self.devicePixelRatioF()
        picture = icon_pixmap(self._icon, color=color, size=_ICON, ratio=ratio)
        painter.drawPixmap(left, top, picture)
        if not self._is_compact:
            self._paint_words(painter)
        if self._badge:
            _paint_badge(self, painter, count=self._badge, is_compact=self._is_compact)

    def _paint_ground(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(QColor(INDIGO))
            painter.drawRoundedRect(self.rect(), 7, 7)
        elif self.underMouse():
            painter.setBrush(QColor(INDIGO).darker(112))
            painter.drawRoundedRect(self.rect(), 7, 7)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(NAV_TEXT), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)

    def _paint_words(self, painter: QPainter) -> None:
        box = self.rect().adjusted(12 + _ICON + 10, 2, -(44 if self._badge else 8), -2)
        dong = self._dong()
        painter.setPen(QColor(NAV_TEXT))
        painter.setFont(text_font(15, is_bold=self.isChecked()))
        upper = box.adjusted(0, text_px(3), 0, -text_px(18)) if dong else box
        cut = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(upper, _LEFT, cut)
        if dong:
            painter.setPen(QColor(NAV_MUTED))
            painter.setFont(text_font(11))
            painter.drawText(box.adjusted(0, text_px(22), 0, 0), _LEFT, dong)

    def _dong(self) -> str | None:
        return shown_dong(self._term)

    def _name(self) -> None:
        said = tr("{title}，{count} 件待办", title=self.text(), count=self._badge)
        self.setAccessibleName(said if self._badge else self.text())
        self.setToolTip(self.text() if self._is_compact else "")

    def _on_mode_changed(self, _is_on: bool) -> None:
        self.update()


class SyncBox(QAbstractButton):
    """A dot, a word and one small line: online or not, how many wait, when last."""

    def __init__(self) -> None:
        super().__init__()
        self._tone, self._word, self._line = Tone.NEUTRAL, "", ""
        self._badge = 0
        self._is_compact = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_state(tr("未连接"), line="", tone=Tone.NEUTRAL)

    def show_state(self, word: str, *, line: str, tone: Tone | str) -> None:
        self._word, self._line, self._tone = word, line, Tone(tone)
        self.setAccessibleName(tr("同步：{word} {line}", word=word, line=line))
        self.setToolTip(f"{word}\n{line}".strip())
        self.update()

    def set_badge(self, count: int) -> None:
        """How much of what was sent was not taken; in the line beside it, too."""
        self._badge = count
        self.update()

    def set_compact(self, is_compact: bool) -> None:
        self._is_compact = is_compact
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(44 if self._is_compact else WIDE_PX - 20, text_px(52))

    minimumSizeHint = sizeHint

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(NAV_TEXT), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INDIGO).darker(106))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        color = QColor(colors_of(self._tone).nav)
        if self._badge:
            _paint_badge(self, painter, count=self._badge, is_compact=self._is_compact, top=4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        if self._is_compact:
            self._paint_compact(painter, color)
            return
        middle = text_px(18)
        painter.drawEllipse(QPointF(18, middle), 6, 6)
        painter.setPen(color)
        painter.setFont(text_font(14))
        self._draw(painter, QRectF(29, 2, self.width() - 35, 2 * middle - 4), self._word)
        painter.setPen(QColor(NAV_MUTED))
        painter.setFont(text_font(11))
        lower = QRectF(12, text_px(28), self.width() - 18, text_px(18))
        self._draw(painter, lower, self._line)

    def _paint_compact(self, painter: QPainter, color: QColor) -> None:
        painter.drawEllipse(QPointF(self.width() / 2, text_px(17)), 6, 6)
        painter.setPen(color)
        painter.setFont(text_font(10))
        lower = QRectF(1, text_px(26), self.width() - 2, text_px(20))
        word = painter.fontMetrics().elidedText(
            self._word, Qt.TextElideMode.ElideRight, int(lower.width())
        )
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, word)

    def _draw(self, painter: QPainter, box: QRectF, text: str) -> None:
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, _LEFT, cut)


def _paint_badge(
    item: QWidget, painter: QPainter, *, count: int, is_compact: bool, top: float | None = None
) -> None:
    """A red number at the right; in the middle of the height unless told otherwise."""
    said = "99+" if count > 99 else str(count)
    painter.setFont(text_font(11 if is_compact else 12, is_bold=True))
    height = text_px(16 if is_compact else 20)
    width = max(height * 1.25, painter.fontMetrics().horizontalAdvance(said) + 12)
    right = item.width() - (2 if is_compact else 12)
    middle = (item.height() - height) / 2 if top is None else top
    box = QRectF(right - width, 2.0 if is_compact else middle, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(RED))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)


class Navigation(QWidget):
    """Brand, identity, pages, sync box; as icons only where the window is narrow."""

    page_asked = Signal(str)
    sync_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "nav")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._items: dict[str, NavItem] = {}
        self._group = QButtonGroup(self)
        self._is_compact = False
        self._brand = ElidedLabel(tr("鼓楼 Gulou"), "brand")
        self._brand_dong = ElidedLabel("", "navLine")
        self._place = ElidedLabel("", "navLine")
        self._person = ElidedLabel("", "navLine")
        self.sync_box = SyncBox()
        self._tower = QLabel()
        self._tower.setPixmap(icon_pixmap("tower", color=NAV_TEXT, size=26, ratio=2))
        self._list = QVBoxLayout()
        self._area = QScrollArea()
        self._build()
        self.set_compact(False)

    def add_item(self, key: str, title: str, *, icon: str, term: str | None = None) -> None:
        item = NavItem(title, icon=icon, term=term)
        item.set_compact(self._is_compact)
        item.setProperty("pageKey", key)
        self._items[key] = item
        self._group.addButton(item)
        self._list.insertWidget(self._list.count() - 1, item)

    def clear_items(self) -> None:
        """Another person signs in: other pages."""
        for item in self._items.values():
            self._group.removeButton(item)
            item.hide()
            item.deleteLater()
        self._items.clear()

    def show_current(self, key: str) -> None:
        """Marks the page's item; a page that has none leaves all unmarked."""
        if key in self._items:
            self._items[key].setChecked(True)
            return
        marked = self._group.checkedButton()
        if marked is not None:
            self._group.setExclusive(False)
            marked.setChecked(False)
            self._group.setExclusive(True)

    def take_focus(self) -> None:
        """The cursor on the current page's item: from there arrows and Tab lead on."""
        item = self._group.checkedButton()
        if item is not None:
            item.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_badge(self, key: str, count: int) -> None:
        """The number beside a page's word; a page this person has not is left alone."""
        if key in self._items:
            self._items[key].set_badge(count)

    def item(self, key: str) -> NavItem:
        return self._items[key]

    def set_identity(self, place: str, person: str) -> None:
        """双江镇某村, and under it 张某 网格员."""
        self._place.setText(place)
        self._person.setText(person)

    def set_compact(self, is_compact: bool) -> None:
        self._is_compact = is_compact
        self.setFixedWidth(COMPACT_PX if is_compact else max(WIDE_PX, text_px(WIDE_PX)))
        for line in (self._brand, self._place, self._person):
            line.setVisible(not is_compact)
        self._show_dong()
        for item in self._items.values():
            item.set_compact(is_compact)
        self.sync_box.set_compact(is_compact)
        bars = Qt.ScrollBarPolicy
        self._area.setVerticalScrollBarPolicy(  # beside icons there is no room for one
            bars.ScrollBarAlwaysOff if is_compact else bars.ScrollBarAsNeeded
        )

    @property
    def is_compact(self) -> bool:
        return self._is_compact

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 12, 10, 10)
        layout.setSpacing(6)
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._brand)
        words.addWidget(self._brand_dong)
        top.addWidget(self._tower)
        top.addLayout(words, 1)
        who = QVBoxLayout()
        who.setSpacing(1)
        who.addWidget(self._place)
        who.addWidget(self._person)
        layout.addLayout(top)
        layout.addLayout(who)
        layout.addWidget(self._scrolled_list(), 1)
        layout.addWidget(self.sync_box)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._on_clicked)
        bilingual_mode.changed.connect(self._show_dong)
        self.sync_box.clicked.connect(self.sync_asked)

    def _show_dong(self, _is_on: bool = False) -> None:
        word = shown_dong(tr("鼓楼"))
        self._brand_dong.setText(word or "")
        self._brand_dong.setVisible(bool(word) and not self._is_compact)

    def _scrolled_list(self) -> QScrollArea:
        area, inside = self._area, QWidget()
        area.setProperty("role", "nav")
        inside.setProperty("role", "navScrolled")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setContentsMargins(0, 4, 0, 0)
        self._list.setSpacing(2)
        self._list.addStretch()
        inside.setLayout(self._list)
        area.setWidget(inside)
        return area

    def _on_clicked(self, button: QAbstractButton) -> None:
        self.page_asked.emit(str(button.property("pageKey")))
