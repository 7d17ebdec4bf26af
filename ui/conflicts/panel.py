"""One conflict as a card: what there is to choose from, side by side, a key for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.conflicts.actions import (
    choose_values,
    keep_ballot,
    settle_case,
    settle_delete,
    type_value,
)
from app.conflicts.merging import merge_households, not_the_same
from app.conflicts.typed import TEXT_FIELDS, is_typed
from app.conflicts.views import Candidate, ConflictCard, HouseholdSide, MemberView
from app.conflicts.vocabulary import ConflictKind
from app.store import Changes, Store
from app.votes.views import BallotView
from i18n.text import tr
from ui.conflicts.choice_box import BESIDE_FROM_PX, ChoiceBox, ChoiceRow
from ui.conflicts.differences import marked_html
from ui.context import PageContext
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.wording_conflicts import (
    ballot_heading,
    candidate_lines,
    field_words,
    kept_ballot_reason,
    kind_word,
    question,
    row_title,
    settlement_line,
    side_line,
    side_word,
)
from ui.wording_households import field_name, short_number

_LONG_TEXT = 200
OPENED_ENTITIES = ("household", "resident", "micro_grid", "case_file", "case_party", "motion")
HOUSEHOLD_PX = 225


@dataclass(frozen=True)
class Decision:
    """What a key asks for; ``work`` runs on the writer thread."""

    work: Callable[[], Changes]
    may_be_undone: bool = True


class ConflictPanel(Card):
    """``decided(Decision)`` for a key or a button; ``record_asked(entity, id)`` for the record."""

    decided = Signal(object)
    record_asked = Signal(str, str)

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
        self._build()
        self._connect()
        self.show_card(None)

    def show_card(self, card: ConflictCard | None) -> None:
        """What was read; None for nothing chosen."""
        is_same = card is not None and self.card is not None and card.row == self.card.row
        self.card = card
        self.set_title(tr("冲突") if card is None else row_title(card.row))
        self.pill.set_state(*(("", "neutral") if card is None else kind_word(card.row.kind)))
        self.question.setText(
            tr("在列表里选一处，这里并排显示两边写的。") if card is None else question(card)
        )
        boxes, self._decisions = [], []
        if card is not None:
            boxes = self._boxes(card)
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

    def press(self, key: int) -> bool:
        """The key of a choice; False when there is none with this number."""
        if not 1 <= key <= len(self._decisions):
            return False
        decision = self._decisions[key - 1]
        if decision is None:
            self._begin_typing()
        else:
            self.decided.emit(decision)
        return True

    @property
    def is_typing(self) -> bool:
        """Whether another value is being written."""
        return self.typing.isVisible()

    # --- what there is to choose from ------------------------------------------------------------

    def _boxes(self, card: ConflictCard) -> list[ChoiceBox]:
        kind = card.row.kind
        if kind is ConflictKind.FIELD:
            return [self._value_box(card, one) for one in card.candidates]
        if kind is ConflictKind.DELETE:
            return self._delete_boxes(card)
        if kind is ConflictKind.BALLOT_DOUBLE:
            return [self._ballot_box(card, one) for one in card.ballots if one.stands]
        if kind is ConflictKind.HOUSEHOLD_DOUBLE:
            return [self._household_box(card, one) for one in card.households]
        return self._case_boxes(card)

    def _value_box(self, card: ConflictCard, one: Candidate) -> ChoiceBox:
        row = card.row
        sees = self._context.actor.may(Permission.SEE_IDENTITY_NUMBERS)
        against = dict(candidate_lines(row, _compared_with(card, one), sees_numbers=sees))
        lines = [
            (name, marked_html(value, against.get(name)))
            for name, value in candidate_lines(row, one, sees_numbers=sees)
        ]
        work = partial(
            choose_values, *self._who(), conflict_ids=row.conflict_ids, values=one.values
        )
        return self._box(
            card,
            side_word(one),
            Decision(work),
            lines=lines,
            who=side_line(one.by_name, one.at),
            button=tr("用这个"),
            mark=tr("现在是这个") if one.stands else "",
        )

    def _delete_boxes(self, card: ConflictCard) -> list[ChoiceBox]:
        kept, deleted = card.candidates
        settle = partial(settle_delete, *self._who(), conflict_ids=card.row.conflict_ids)
        kept_lines = [
            (field_words(card.row.subject_entity, name), escape(str(value)))
            for name, value in card.detail.get("record", {}).items()
            if value
        ]
        return [
            self._box(
                card,
                tr("{side}：还在改", side=side_word(kept)),
                Decision(partial(settle, is_deleted=False)),
                lines=kept_lines,
                who=side_line(kept.by_name, kept.at),
                button=tr("留着"),
                mark=tr("现在留着"),
            ),
            self._box(
                card,
                tr("{side}：删掉了", side=side_word(deleted)),
                Decision(partial(settle, is_deleted=True)),
                lines=[],
                who=side_line(deleted.by_name, deleted.at),
                button=tr("删掉"),
            ),
        ]

    def _ballot_box(self, card: ConflictCard, one: BallotView) -> ChoiceBox:
        work = partial(
            keep_ballot,
            *self._who(),
            conflict_ids=card.row.conflict_ids,
            ballot_id=one.ballot_id,
            reason=kept_ballot_reason(one),
        )
        return self._box(
            card,
            ballot_heading(one),
            Decision(work, may_be_undone=False),
            lines=[],
            who=side_line(one.by_name, one.taken_at),
            button=tr("留这一张"),
            is_enabled=card.is_motion_open,
        )

    def _household_box(self, card: ConflictCard, one: HouseholdSide) -> ChoiceBox:
        other = next(each for each in card.households if each is not one)
        pairs = (
            ("head_name", one.head_name, other.head_name),
            ("number", one.number, other.number),
            ("address", one.address, other.address),
            ("phone", one.phone, other.phone),
            ("micro_grid_id", one.micro_grid_name, other.micro_grid_name),
            ("note", one.note, other.note),
        )
        lines = [
            (field_name(name), marked_html(value, its or None) if value else tr("（空）"))
            for name, value, its in pairs
            if value or its
        ]
        people = "<br/>".join(_member_html(member) for member in one.members)
        lines.append((tr("成员 {count} 人", count=len(one.members)), people or tr("（空）")))
        work = partial(
            merge_households,
            *self._who(),
            conflict_ids=card.row.conflict_ids,
            keep_id=one.household_id,
        )
        return self._box(
            card,
            f"{one.number} {one.head_name}",
            Decision(work, may_be_undone=False),
            lines=lines,
            who=side_line(one.by_name, one.at),
            button=tr("并成一户，以这户为准"),
            mark=tr("本机建的") if one.is_here else "",
        )

    def _case_boxes(self, card: ConflictCard) -> list[ChoiceBox]:
        closed, sent = card.candidates
        settle = partial(settle_case, *self._who(), conflict_ids=card.row.conflict_ids)
        to_unit = escape(str(card.detail.get("to_unit", "")))
        note = tr("村里办结和转出同时发生，定为由接手单位继续办。")
        return [
            self._box(
                card,
                tr("已经办结"),
                Decision(partial(settle, is_closed=True, note="")),
                lines=[("", escape(str(card.detail.get("closing_note", ""))))],
                who=side_line(closed.by_name, closed.at),
                button=tr("保持办结"),
            ),
            self._box(
                card,
                tr("转给了别的单位"),
                Decision(partial(settle, is_closed=False, note=note), may_be_undone=False),
                lines=[(tr("接手单位"), to_unit)],
                who=side_line(sent.by_name, sent.at),
                button=tr("由接手单位继续办"),
            ),
        ]

    def _box(
        self,
        card: ConflictCard,
        heading: str,
        decision: Decision,
        *,
        lines: list[tuple[str, str]],
        who: str,
        button: str,
        mark: str = "",
        is_enabled: bool = True,
    ) -> ChoiceBox:
        may = card.row.may_settle and is_enabled
        if may:
            self._decisions.append(decision)
        key = len(self._decisions)
        box = ChoiceBox(
            key,
            heading,
            lines=lines,
            who=who,
            button=tr("{key}  {what}", key=key, what=button),
            mark=mark,
            is_enabled=may,
        )
        box.chosen.connect(self.press)
        return box

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
            name = field_words(card.row.subject_entity, card.row.field_name)
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
        field.selectAll()
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
        self.add(self.choices)
        line = QHBoxLayout(self.typing)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.field, 1)
        line.addWidget(self.long_field, 1)
        line.addWidget(self.save_typed, 0, Qt.AlignmentFlag.AlignTop)
        self.long_field.setMaximumHeight(120)
        self.save_typed.setProperty("role", "primary")
        self.add(self.typing)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.last_button, self.type_button, self.open_button):
            flow.addWidget(button)
        self.open_button.setProperty("role", "quiet")
        self.add(buttons)
        self.add(self.history)
        self.body.addStretch(1)

    def _connect(self) -> None:
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


def _compared_with(card: ConflictCard, one: Candidate) -> Candidate:
    """Differences are shown against what both started from; where that is not known, against what
    stands. What is compared with nothing is shown plain."""
    base = next((each for each in card.candidates if each.is_base), None)
    against = base or next((each for each in card.candidates if each.stands), None)
    return one if against is None else against


def _member_html(member: MemberView) -> str:
    number = short_number(member.masked_number)
    words = escape(tr("{name} {number}", name=member.name, number=number).strip())
    return words if member.twin_id is None else tr("{person}（两边都有）", person=words)
