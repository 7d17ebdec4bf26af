"""One conflict as a card: what there is to choose from, side by side, a key for each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from app.accounts.session import Actor
from app.conflicts.actions import (
    type_value,
)
from app.conflicts.merging import not_the_same
from app.conflicts.typed import TEXT_FIELDS, is_typed
from app.conflicts.views import ConflictCard
from app.conflicts.vocabulary import ConflictKind
from app.store import Store
from i18n.text import tr
from ui.conflicts.choice_box import BESIDE_FROM_PX, ChoiceRow
from ui.conflicts.choices import Choices, Decision
from ui.context import PageContext
from ui.theme import text_px
from ui.votes.ask_bar import AskBar, Question
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.widgets.scrolled_box import ScrolledBox
from ui.wording_conflicts import (
    card_title,
    kind_word,
    open_words,
    question,
    settlement_line,
)
from ui.wording_fields import field_word

_LONG_TEXT = 200
OPENED_ENTITIES = ("household", "resident", "micro_grid", "case_file", "case_party", "motion")
HOUSEHOLD_PX = 225


class ConflictPanel(Card):
    """``decided(Decision)`` for a key or a button; ``record_asked(entity, id)`` for the record."""

    decided = Signal(object)
    record_asked = Signal(str, str)
    left_asking = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("冲突"), parent=parent)
        self._context = context
        self.card: ConflictCard | None = None
        self._decisions: list[Decision | None] = []
        self.pill = StatePill()
        self.header.addWidget(self.pill)
        self.question = text_label("", wraps=True)
        self.choices = ChoiceRow()
        self.field = QLineEdit()
        self.long_field = QPlainTextEdit()
        self.long_field.setTabChangesFocus(True)
        self.typing = QWidget()
        self.save_typed = QPushButton(tr("改成这个"))
        self.type_button = QPushButton()
        self.last_button = QPushButton()
        self.open_button = QPushButton(tr("打开这条记录"))
        self.history = text_label("", "muted", wraps=True)
        self.ask_bar = AskBar()
        self._asked: Decision | None = None
        self._build()
        self._connect()
        self.show_card(None)

    def show_card(self, card: ConflictCard | None) -> None:
        """What was read; None for nothing chosen."""
        is_same = card is not None and self.card is not None and card.row == self.card.row
        if not is_same:
            self._asked = None
            self.ask_bar.hide()
        self.card = card
        self.set_title(tr("冲突") if card is None else card_title(card.row))
        self.pill.set_state(*(("", "neutral") if card is None else kind_word(card.row.kind)))
        self.question.setText(
            tr("在列表里选一处，这里并排显示两边写的。") if card is None else question(card)
        )
        making = Choices(self._context, self.press)
        boxes = [] if card is None else making.boxes(card)
        self._decisions = making.decisions
        is_wide = card is not None and card.row.kind is ConflictKind.HOUSEHOLD_DOUBLE
        self.choices.show_boxes(boxes, least=HOUSEHOLD_PX if is_wide else BESIDE_FROM_PX)
        self.choices.setVisible(bool(boxes))
        self._show_last(card)
        self._show_typing(card, keeps_text=is_same)
        lines = [] if card is None else [settlement_line(one) for one in card.settlements]
        self.history.setText("\n".join(lines))
        self.history.setVisible(bool(lines))
        self.open_button.setVisible(
            card is not None
            and card.is_subject_here
            and (card.row.subject_entity in OPENED_ENTITIES or bool(card.motion_id))
        )
        self.open_button.setText(tr("打开这条记录") if card is None else open_words(card))

    def press(self, key: int) -> bool:
        """The key of a choice; False when there is none with this number."""
        if not 1 <= key <= len(self._decisions):
            return False
        decision = self._decisions[key - 1]
        if decision is None:
            self._begin_typing()
        elif decision.warning:
            self._asked = decision
            self.ask_bar.ask(Question(decision.warning, yes=tr("就这样定"), no=tr("再看看")))
        else:
            self.decided.emit(decision)
        return True

    @property
    def is_asking(self) -> bool:
        """Whether something that cannot be undone waits for a second word."""
        return not self.ask_bar.isHidden()

    @property
    def is_typing(self) -> bool:
        """Whether another value is being written."""
        return self.typing.isVisible()

    # --- the buttons below -----------------------------------------------------------------------

    def _show_last(self, card: ConflictCard | None) -> None:
        """不是同一户 for households; 改成别的值 for a field that can be typed."""
        may = card is not None and card.row.may_settle
        is_pair = may and card is not None and card.row.kind is ConflictKind.HOUSEHOLD_DOUBLE
        if is_pair and card is not None:
            work = partial(not_the_same, *self._who(), conflict_ids=card.row.conflict_ids)
            self._decisions.append(Decision(work))
            key = len(self._decisions)
            self.last_button.setText(tr("{key}  {what}", key=key, what=tr("不是同一户")))
        self.last_button.setVisible(is_pair)
        has_text = may and card is not None and _is_typed_here(card)
        if has_text:
            self._decisions.append(None)
            key = len(self._decisions)
            self.type_button.setText(tr("{key}  {what}", key=key, what=tr("改成别的值…")))
        self.type_button.setVisible(has_text)

    def _show_typing(self, card: ConflictCard | None, *, keeps_text: bool) -> None:
        if keeps_text:
            return
        self.typing.hide()
        self.field.clear()
        self.long_field.clear()
        if card is not None and _is_typed_here(card):
            limit = TEXT_FIELDS[card.row.subject_entity][card.row.field_name]
            is_long = limit > _LONG_TEXT
            self.field.setVisible(not is_long)
            self.long_field.setVisible(is_long)
            self.typing.setMinimumHeight(text_px(80) if is_long else 0)
            name = field_word(card.row.subject_entity, card.row.field_name)
            self.field.setAccessibleName(name)
            self.long_field.setAccessibleName(name)

    def _begin_typing(self) -> None:
        card = self.card
        if card is None:
            return
        standing = next((one for one in card.candidates if one.stands), None)
        value = standing.values.get(card.row.field_name) if standing is not None else None
        if not self._typed_text():
            self.field.setText(str(value or ""))
            self.long_field.setPlainText(str(value or ""))
        self.typing.show()
        field = self.long_field if self.long_field.isVisibleTo(self.typing) else self.field
        if field is self.field:
            field.selectAll()  # a long text is rather corrected than written anew
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave_typing(self) -> None:
        """Esc: back to the choices."""
        self.typing.hide()
        self.choices.setFocus()

    def _typed_text(self) -> str:
        is_long = self.long_field.isVisibleTo(self.typing)
        return self.long_field.toPlainText() if is_long else self.field.text()

    def _on_save_typed(self) -> None:
        if self.card is None or not self.is_typing:
            return
        row = self.card.row
        work = partial(
            type_value,
            *self._who(),
            conflict_ids=row.conflict_ids,
            field=row.field_name,
            typed=self._typed_text(),
        )
        self.decided.emit(Decision(work))

    def _on_sure(self, _choice: str, _reason: str) -> None:
        decision, self._asked = self._asked, None
        if decision is not None:
            self.decided.emit(decision)

    def _on_not_sure(self) -> None:
        self._asked = None
        self.left_asking.emit()

    def _on_type(self) -> None:
        self._begin_typing()

    def _on_last(self) -> None:
        self.press(len(self._decisions))

    def _on_open(self) -> None:
        if self.card is None:
            return
        if self.card.motion_id:
            self.record_asked.emit("motion", self.card.motion_id)
        else:
            self.record_asked.emit(self.card.row.subject_entity, self.card.row.subject_id)

    def _who(self) -> tuple[Store, Actor]:
        return self._context.store, self._context.actor

    def _build(self) -> None:
        self.body.setSpacing(10)
        self.add(self.question)
        self.add(self._scrolled())
        self.add(self.ask_bar)
        line = QHBoxLayout(self.typing)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.field, 1)
        line.addWidget(self.long_field, 1)
        line.addWidget(self.save_typed, 0, Qt.AlignmentFlag.AlignTop)
        self.long_field.setMaximumHeight(text_px(120))
        self.save_typed.setProperty("role", "primary")
        self.add(self.typing)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.last_button, self.type_button, self.open_button):
            flow.addWidget(button)
        self.open_button.setProperty("role", "quiet")
        self.add(buttons)
        self.body.addStretch(1)

    def _scrolled(self) -> ScrolledBox:
        """Long values and many people scroll; the keys below them stay in sight."""
        area = ScrolledBox(name=tr("两边写的"))
        area.column.addWidget(self.choices)
        area.column.addWidget(self.history)
        return area

    def _connect(self) -> None:
        self.ask_bar.answered.connect(self._on_sure)
        self.ask_bar.refused.connect(self._on_not_sure)
        self.last_button.clicked.connect(self._on_last)
        self.type_button.clicked.connect(self._on_type)
        self.open_button.clicked.connect(self._on_open)
        self.save_typed.clicked.connect(self._on_save_typed)
        self.field.returnPressed.connect(self._on_save_typed)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.typing)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._on_save_typed)


def _is_typed_here(card: ConflictCard) -> bool:
    is_field = card.row.kind is ConflictKind.FIELD and card.is_subject_here
    return is_field and is_typed(card.row.subject_entity, card.row.field_name)
