"""The ballot screen: the count, the households, the motion beside them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.votes.views import BallotView, EntryView, MotionView
from app.votes.vocabulary import BallotChoice, BallotMethod, MotionState
from i18n.text import tr
from ui.theme import set_style_property, text_px
from ui.votes.ask_bar import AskBar, Question
from ui.votes.ballot_table import METHOD_KEYS, BallotTable
from ui.votes.count_card import CountCard, ResultCard
from ui.votes.desk import BallotDesk
from ui.votes.motion_card import MotionCard
from ui.widgets.cards import Card
from ui.widgets.composing import CompositionWatch, is_composing
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, calm_wheel
from ui.widgets.labels import text_label
from ui.widgets.side_panel import SidePanelHost
from ui.wording_rules import name_of
from ui.wording_time import short_moment
from ui.wording_votes import (
    household_title,
    in_doubt_words,
    keys_words,
    micro_grid_words,
    withdrawal_reasons,
)

EVERYWHERE = "*"
SIDE_FROM_PX = 900
_BACK_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Escape)


class BallotScreen(QWidget):
    """Shows what the desk has; `tally_confirmed` and `withdrawal_confirmed(reason)` go up."""

    tally_confirmed = Signal()
    withdrawal_confirmed = Signal(str)

    def __init__(
        self,
        desk: BallotDesk,
        *,
        may_take: bool,
        may_judge_duplicates: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._may_take = may_take
        self._may_judge = may_judge_duplicates
        self._method = BallotMethod.SIGNATURE
        self._view: MotionView | None = None
        self._asked = ""
        self._is_side_wanted: bool | None = None
        self.count_card = CountCard()
        self.result_card = ResultCard()
        self.table = BallotTable()
        self.motion_card = MotionCard()
        self.ask_bar = AskBar()
        self.grids = QComboBox()
        self.find_field = QLineEdit()
        self.methods = ChoiceRow([(method.value, _method_words(method)) for method in BallotMethod])
        self._doubt = text_label("", "tinted", wraps=True)
        self._keys = text_label(keys_words(), "muted", wraps=True)
        self._side = SidePanelHost(
            self._build_table_card(), self.motion_card, main_share=5, side_share=2
        )
        self._build()
        self._connect()

    @property
    def method(self) -> BallotMethod:
        """How the next ballots are given."""
        return self._method

    def show_view(self, view: MotionView) -> None:
        """Everything, as the desk has it now."""
        before = self._view
        is_other = before is None or before.motion_id != view.motion_id
        is_fresh = before is None or is_other or before.state is not view.state
        self._view = view
        self.result_card.show_result(view)
        self.result_card.setVisible(view.tally is not None)
        self.count_card.show_count(view)
        self._show_grids(view, is_other=is_other)
        self.motion_card.show_motion(view)
        self._show_table(view)
        if is_other:
            self.find_field.clear()
            self.ask_bar.close_question()
        if is_fresh:
            if view.state is MotionState.OPEN:
                self.table.choose_first_missing()
            elif view.entries:
                self.table.choose_position(0)
        self._show_desk(view)

    def ask_tally(self) -> None:
        """Nobody can take a tally back, so the numbers are shown once more."""
        if self._view is None:
            return
        self._asked = "tally"
        count = self._view.count
        self.ask_bar.ask(
            Question(
                tr(
                    "截止后不能再收票、不能收回。现在到会 {present} 户，还有 {missing} 户没有收。"
                    "确定截止并计票？",
                    present=count.present,
                    missing=count.missing,
                ),
                yes=tr("截止并计票"),
                no=tr("接着收票"),
            )
        )

    def ask_withdrawal(self) -> None:
        """Taking the motion itself back."""
        self._asked = "motion"
        self.ask_bar.ask(
            Question(
                tr("撤回后这个议案不能再表决；已收的票留作记录。请写明原因："),
                yes=tr("撤回议案"),
                no=tr("不撤回"),
                reasons=(tr("条文要重写，另提新议案"),),
            )
        )

    def toggle_side(self) -> None:
        """Show or hide the motion beside the households."""
        self._is_side_wanted = not self._side.is_side_open
        self._arrange_side()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_side()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Down and Escape in the search field come back to the households."""
        if (
            watched is self.find_field
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _BACK_KEYS
            and not is_composing(self.find_field)
        ):
            if event.key() == Qt.Key.Key_Escape:
                self.find_field.clear()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False

    # --- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.result_card)
        layout.addWidget(self.count_card)
        layout.addWidget(self._side, 1)
        self.result_card.hide()
        self.methods.set_value(self._method.value)
        self.setFocusProxy(self.table)

    def _build_table_card(self) -> QWidget:
        self.grids.setAccessibleName(tr("微网格"))
        self.grids.setMinimumWidth(text_px(160))
        calm_wheel(self.grids)
        self.find_field.setPlaceholderText(tr("户号或户主（/）"))
        self.find_field.setAccessibleName(tr("按户号或户主查找"))
        self.find_field.setClearButtonEnabled(True)
        self.find_field.setFixedWidth(text_px(130))
        set_style_property(self._doubt, "tone", "warn")
        self._card = Card(is_flush=True)
        self._card.setAccessibleName(tr("收票"))
        tools = QWidget()
        flow = FlowLayout(tools)
        for widget in (self.methods, self.grids, self.find_field):
            flow.addWidget(widget)
        inner = QVBoxLayout()
        inner.setContentsMargins(14, 10, 14, 2)
        inner.setSpacing(4)
        self._words = QWidget()  # hidden as a whole: hidden labels in a layout still take room
        words = QHBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(14)
        words.addWidget(self._keys, 3)
        words.addWidget(self._doubt, 2)
        inner.addWidget(tools)
        inner.addWidget(self._words)
        inner.addWidget(self.ask_bar)
        self._card.body.addLayout(inner)
        self._card.add(self.table, 1)
        return self._card

    def _connect(self) -> None:
        self._desk.view_changed.connect(self.show_view)
        self.table.choice_pressed.connect(self._on_choice_pressed)
        self.table.method_pressed.connect(self._on_method_pressed)
        self.table.withdraw_pressed.connect(self._on_withdraw_pressed)
        self.table.find_pressed.connect(self._on_find_pressed)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.find_field.installEventFilter(self)
        self._composition = CompositionWatch(self)
        self._composition.watch(self.find_field)
        self.grids.currentIndexChanged.connect(self._on_filter_changed)
        self.find_field.textChanged.connect(self._on_filter_changed)
        self.methods.chosen.connect(self._on_method_chosen)
        self.ask_bar.answered.connect(self._on_answered)
        self.ask_bar.refused.connect(self._on_ask_closed)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self._on_find_pressed)

    # --- showing -----------------------------------------------------------------------------

    def _show_table(self, view: MotionView) -> None:
        self.table.show_entries([entry for entry in view.entries if self._is_shown(entry)])
        self.motion_card.show_household(self.table.current_entry())

    def _is_shown(self, entry: EntryView) -> bool:
        grid = self.grids.currentData()
        typed = self.find_field.text().strip()
        is_in_grid = grid in (None, EVERYWHERE) or (entry.micro_grid_id or "") == grid
        return is_in_grid and (typed in entry.household_number or typed in entry.head_name)

    def _show_grids(self, view: MotionView, *, is_other: bool) -> None:
        """The filter with its numbers; what was chosen stays chosen."""
        chosen = EVERYWHERE if is_other else self.grids.currentData() or EVERYWHERE
        heard = view.count.present + view.count.duplicate_pending
        items = [
            (tr("全部 · {heard} / {total} 户", heard=heard, total=view.count.total), EVERYWHERE)
        ]
        items += [(micro_grid_words(grid), grid.micro_grid_id or "") for grid in view.micro_grids()]
        self.grids.blockSignals(True)
        if [self.grids.itemData(at) for at in range(self.grids.count())] != [
            key for _, key in items
        ]:
            self.grids.clear()
            for words, key in items:
                self.grids.addItem(words, key)
        else:
            for at, (words, _) in enumerate(items):
                self.grids.setItemText(at, words)
        self.grids.setCurrentIndex(max(0, self.grids.findData(chosen)))
        self.grids.blockSignals(False)

    def _show_desk(self, view: MotionView) -> None:
        """What can be done here, and what stands in the way."""
        can_take = self._may_take and view.state is MotionState.OPEN
        self.methods.setVisible(can_take)
        self._keys.setVisible(can_take)
        in_doubt = view.count.duplicate_pending
        self._doubt.setVisible(bool(in_doubt))
        self._doubt.setText(in_doubt_words(in_doubt) if in_doubt else "")
        self._words.setVisible(can_take or bool(in_doubt))

    def _arrange_side(self) -> None:
        wanted = self._is_side_wanted
        if wanted is None:
            wanted = self.width() >= text_px(SIDE_FROM_PX)
        if wanted:
            self._side.open_side()
        else:
            self._side.close_side()

    # --- working -----------------------------------------------------------------------------

    def _on_choice_pressed(self, choice: BallotChoice) -> None:
        entry = self.table.current_entry()
        if not self._can_take() or entry is None or not entry.is_listed:
            return
        if not entry.is_missing:
            self._say(
                tr("{household} 已经有票。要改，先按退格键收回。", household=household_title(entry))
            )
            return
        self._say("")
        self._desk.take(entry.household_id, choice, self._method)
        self.table.choose_next_missing()

    def _on_method_pressed(self, method: BallotMethod) -> None:
        self._method = method
        self.methods.set_value(method.value)

    def _on_method_chosen(self, key: str) -> None:
        self._method = BallotMethod(key)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_withdraw_pressed(self) -> None:
        entry = self.table.current_entry()
        if not self._can_take() or entry is None or not entry.standing_ballots:
            return
        ballots = entry.standing_ballots
        if len(ballots) > 1 and not self._may_judge:
            self._say(tr("这一户有两张票，由村支书核定收回哪一张。请先告诉他。"))
            return
        self._asked = ballots[0].ballot_id
        reasons = withdrawal_reasons()
        self.ask_bar.ask(
            Question(
                tr(
                    "收回 {household} 的票（{choice}）。票留作记录，不再计入。原因：",
                    household=household_title(entry),
                    choice=name_of(ballots[0].choice),
                )
                if len(ballots) == 1
                else tr("{household} 有两张票，收回哪一张？", household=household_title(entry)),
                yes=tr("收回"),
                no=tr("不收回"),
                choices=() if len(ballots) == 1 else tuple(map(_ballot_choice, ballots)),
                reasons=reasons if len(ballots) == 1 else tuple(reversed(reasons)),
            )
        )

    def _on_answered(self, choice: str, reason: str) -> None:
        asked, self._asked = self._asked, ""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if asked == "tally":
            self.tally_confirmed.emit()
        elif asked == "motion":
            self.withdrawal_confirmed.emit(reason)
        elif asked:
            self._desk.withdraw(choice or asked, reason)

    def _on_ask_closed(self) -> None:
        self._asked = ""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_filter_changed(self, *_ignored: object) -> None:
        if self._view is not None:
            self._show_table(self._view)
            if self.table.current_entry() is None:
                self.table.choose_first_missing()

    def _on_find_pressed(self) -> None:
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    def _on_row_chosen(self, row: object) -> None:
        self.motion_card.show_household(row if isinstance(row, EntryView) else None)

    def _can_take(self) -> bool:
        return self._may_take and self._view is not None and self._view.state is MotionState.OPEN

    def _say(self, sentence: str) -> None:
        """A word about the last key, in the place of the keys' own line."""
        self._keys.setText(sentence or keys_words())
        set_style_property(self._keys, "role", "error" if sentence else "muted")


def _ballot_choice(ballot: BallotView) -> tuple[str, str]:
    return ballot.ballot_id, tr(
        "{choice} · {name} {moment}",
        choice=name_of(ballot.choice),
        name=ballot.by_name,
        moment=short_moment(ballot.taken_at),
    )


def _method_words(method: BallotMethod) -> str:
    key = next(key for key, known in METHOD_KEYS.items() if known is method)
    return tr("{method} {key}", method=name_of(method), key=Qt.Key(key).name.removeprefix("Key_"))
