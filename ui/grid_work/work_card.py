"""One visit, micro-service or hazard beside its list: what it is, what was done, what may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from app.attachments.actions import may_attach
from app.store import SyncState
from i18n.text import tr
from ui.attachments.strip import AttachmentStrip
from ui.conflicts.word import ConflictButton
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.widgets.scrolled_box import ScrolledBox
from ui.widgets.slim import SlimTimeline
from ui.widgets.timeline import TimelineEntry
from ui.wording_sync import sync_state_word

LOW_PX = 460
"""Below this there is no room for tiles beside the facts and the buttons."""


@dataclass(frozen=True)
class CardButton:
    """What may be done: its key, its words."""

    key: str
    words: str
    is_primary: bool = False


@dataclass(frozen=True)
class CardContent:
    """Everything the card shows of one record."""

    record_id: str
    unit_id: str
    title: str
    sync_state: SyncState
    pill: tuple[str, str] = ("", "neutral")
    facts: Sequence[tuple[str, str]] = ()
    entries: Sequence[TimelineEntry] = ()
    buttons: Sequence[CardButton] = field(default_factory=tuple)


class WorkCard(Card):
    """`asked(key)` when a button is pressed, `entry_opened(id)` for a line of the timeline.

    ``subject`` is the entity whose attachments are shown; None for none.
    """

    asked = Signal(str)
    entry_opened = Signal(str)

    def __init__(
        self, context: PageContext, *, subject: str | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(" ", parent=parent)
        self._context = context
        self._subject = subject
        self.content: CardContent | None = None
        self.pill = StatePill()
        self.sync_state = StatePill()
        self.conflict = ConflictButton(context, self)
        for widget in (self.conflict, self.sync_state, self.pill):
            self.header.addWidget(widget)
        self._box = ScrolledBox(name=tr("情况"))
        self._facts: QWidget | None = None
        self.timeline = SlimTimeline()
        self.timeline.setMinimumHeight(text_px(48))
        self.timeline.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.attachments = AttachmentStrip(context) if subject else None
        self.buttons: dict[str, QPushButton] = {}
        self._row: QWidget | None = None
        self.add(self._box)
        self.add(self.timeline, 1)
        self.body.addStretch()
        if self.attachments is not None:
            self.add(self.attachments)
        self.timeline.entry_opened.connect(self.entry_opened)

    @property
    def record_id(self) -> str:
        """The record shown, or an empty string."""
        return self.content.record_id if self.content else ""

    def show_content(self, content: CardContent) -> None:
        self.content = content
        self.set_title(content.title)
        self.pill.set_state(*content.pill)
        self.pill.setVisible(bool(content.pill[0]))
        self.sync_state.set_state(*sync_state_word(content.sync_state))
        self.conflict.show_for([(content.record_id, content.sync_state)])
        self._show_facts(content.facts)
        self.timeline.show_entries(content.entries, name=tr("经过"))
        self.timeline.setVisible(bool(content.entries))
        self._show_buttons(content.buttons)
        if self.attachments is not None and self._subject is not None:
            self.attachments.show_subject(
                self._subject,
                content.record_id,
                may_attach=may_attach(
                    self._context.actor, subject_entity=self._subject, unit_id=content.unit_id
                ),
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.attachments is not None:
            self.attachments.set_low(event.size().height() < text_px(LOW_PX))

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        if self._facts is not None:
            self._facts.hide()
            self._facts.deleteLater()
        self._facts = QWidget()
        grid = QGridLayout(self._facts)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, (word, value) in enumerate(fact for fact in facts if fact[1]):
            label = text_label(word, "muted")
            label.setContentsMargins(0, 2, 0, 0)
            words = text_label(value, wraps=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, row, 1)
        self._box.column.insertWidget(0, self._facts)
        self._box.updateGeometry()

    def _show_buttons(self, buttons: Sequence[CardButton]) -> None:
        """Made anew only when others are wanted: the focus stays where it was."""
        if [one.key for one in buttons] == list(self.buttons):
            return
        if self._row is not None:
            self._row.hide()
            self._row.deleteLater()
        self._row = QWidget()
        self.buttons = {}
        flow = FlowLayout(self._row)
        for one in buttons:
            button = QPushButton(one.words)
            button.setAccessibleName(one.words)
            button.setAutoDefault(True)
            button.setProperty("role", "primary" if one.is_primary else "")
            button.clicked.connect(partial(self.asked.emit, one.key))
            self.buttons[one.key] = button
            flow.addWidget(button)
        self.add(self._row)
