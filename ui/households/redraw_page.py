"""调整微网格: the village before and after, the proposal and what a hand changes in it.

Nothing is written before 应用; then everything in one step, which is taken back in one step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.drafts import discard_draft, load_draft, save_draft
from app.errors import ErrorCode, UserFacingError
from app.households.grids_actions import redraw_micro_grids
from app.households.grids_queries import VillageGrids, village_grids
from app.households.redraw_board import WHOLE_VILLAGE, RedrawBoard
from app.looks.vocabulary import LookedAt
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.redraw_tiles import TilesView
from ui.households.redraw_words import (
    MoveLine,
    chosen_words,
    doubt_words,
    move_lines,
    redraw_html,
    scope_choices,
    summary_words,
    tile_rows,
    write_redraw,
)
from ui.looks.noting import look_at_rows, looked_first
from ui.printing import print_for
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import DRAFT_DELAY_MS, calm_wheel
from ui.widgets.labels import ElidedLabel, text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.save_dialog import open_workbook_dialog
from ui.widgets.tabs import TabRow
from ui.wording import error_sentence

FORM = "redraw"
THREE_FROM_PX, TWO_FROM_PX = 1040, 760
LOW_PX = 470
"""Below it the buttons of the hand give their room to the picture and become a menu."""
AFTER, BEFORE, MOVES = "after", "before", "moves"


@dataclass(frozen=True)
class _Village:
    village: VillageGrids
    draft: dict[str, Any] | None = None


class RedrawPage(QWidget):
    """`closed` when the person goes back or has applied the drawing."""

    closed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._is_writing = False
        self.board: RedrawBoard | None = None
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_DELAY_MS)
        self._draft_timer.timeout.connect(self._keep_draft)
        self._build()
        self._connect()

    # --- opening ----------------------------------------

    def begin(self, unit_id: str) -> None:
        """Read the village and propose; a drawing that was left is put back instead."""
        self._unit_id, self.board = unit_id, None
        self._is_writing = False
        self._say_error("")
        self.draft_bar.hide()
        self._context.runner.read(self._read_with_draft, on_done=self._on_village)

    def on_changes(self, changes: Changes) -> None:
        """The roster changed under the drawing: the drawing goes on on the new one."""
        if self.board is not None and changes.touches("household", "micro_grid"):
            self._context.runner.read(self._read, on_done=self._on_village_again)

    def flush_draft(self) -> None:
        if self._draft_timer.isActive():
            self._draft_timer.stop()
            self._keep_draft()

    def leave(self) -> None:
        """Back without applying; what a hand changed stays as a draft."""
        self.flush_draft()
        self.board = None
        self.closed.emit()

    def _read(self) -> _Village:
        """On the reader thread."""
        return _Village(village_grids(self._context.store, self._unit_id))

    def _read_with_draft(self) -> _Village:
        """On the reader thread."""
        draft = load_draft(
            self._context.store,
            form=FORM,
            record_id=self._unit_id,
            account_id=self._context.actor.account_id,
        )
        return _Village(self._read().village, draft.body if draft else None)

    def _on_village(self, read: _Village) -> None:
        if read.village.unit_id != self._unit_id:
            return
        self.board = RedrawBoard(read.village)
        if read.draft is not None and self.board.restore(read.draft):
            self.draft_bar.show()
        else:
            self.board.propose(WHOLE_VILLAGE)
        self._show_scopes()
        self._show()
        self.after.choose_first()
        self.after.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_village_again(self, read: _Village) -> None:
        board = self.board
        if board is None or read.village.unit_id != self._unit_id or board.village == read.village:
            return
        board.refresh(read.village)
        self._show_scopes()
        self._show()

    # --- showing ----------------------------------------

    def _show(self) -> None:
        board = self.board
        if board is None:
            return
        self.before.show_rows(tile_rows(board, board.rows_before()))
        self.after.show_rows(tile_rows(board, board.rows_after()))
        lines = move_lines(board)
        self.table.show_rows(lines)
        self.moves_card.set_aside(tr("{count} 户", count=len(lines)))
        self.before_card.set_aside(tr("{count} 格", count=len(board.village.grids)))
        self.after_card.set_aside(tr("{count} 格", count=len(board.drawing.grids)))
        self.summary.setText(summary_words(board))
        doubt = doubt_words(board)
        self.doubt.setText(doubt)
        self.doubt.setVisible(bool(doubt))
        self.apply_button.setEnabled(not board.figures().is_nothing and not self._is_writing)
        self.back_button.setEnabled(board.is_touched)
        self._show_chosen()

    def _show_scopes(self) -> None:
        if self.board is None:
            return
        was_blocked = self.scope_combo.blockSignals(True)
        self.scope_combo.clear()
        for scope, words in scope_choices(self.board):
            self.scope_combo.addItem(words, scope)
        self.scope_combo.setCurrentIndex(max(0, self.scope_combo.findData(self.board.scope)))
        self.scope_combo.blockSignals(was_blocked)

    def _show_chosen(self) -> None:
        tile = self.after.current_tile()
        words = chosen_words(self.board, tile) if self.board is not None and tile else " "
        self.chosen.setText(words)
        for button in self._hand_buttons:
            button.setEnabled(tile is not None and not self._is_writing)

    def _say_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    # --- by hand ----------------------------------------

    def _by_hand(self, change: Callable[[RedrawBoard], bool]) -> None:
        board = self.board
        if board is None or self._is_writing or not change(board):
            return
        self._draft_timer.start()
        self._show()

    def shift_cut(self, step: int) -> None:
        """The border after the chosen row by one household."""
        row = self.after.current_row()
        if row >= 0:
            self._by_hand(lambda board: board.shift_cut(row, step))

    def move_home(self, step: int) -> None:
        """The chosen household one micro-grid up or down."""
        tile = self.after.current_tile()
        if tile is not None:
            self._by_hand(lambda board: board.move_home(tile.home_id, step))

    def start_grid(self) -> None:
        """From the chosen household on a new micro-grid."""
        tile = self.after.current_tile()
        if tile is not None:
            self._by_hand(lambda board: board.start_grid_at(tile.home_id))

    def join_next(self) -> None:
        """The next micro-grid joins the chosen one."""
        row = self.after.current_row()
        if row >= 0:
            self._by_hand(lambda board: board.join_next(row))

    def step_back(self) -> None:
        """Takes the last change of the drawing back."""
        self._by_hand(lambda board: board.step_back())

    def _on_scope_chosen(self, _place: int) -> None:
        self._propose_again()

    def _propose_again(self) -> None:
        if self.board is not None:
            self.board.propose(str(self.scope_combo.currentData() or WHOLE_VILLAGE))
            self._forget_draft()
            self._show()

    def _on_move_opened(self, line: MoveLine) -> None:
        self.after.choose(line.home_id)
        self._show_part(AFTER)
        self.after.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- writing ----------------------------------------

    def apply(self) -> None:
        """Puts the drawing into effect."""
        board = self.board
        if board is None or self._is_writing or not self.apply_button.isEnabled():
            return
        self._is_writing = True
        self._draft_timer.stop()
        self._say_error("")
        self._show()
        store, actor = self._context.store, self._context.actor
        work = partial(redraw_micro_grids, store, actor, seen=board.village, drawing=board.drawing)
        self._context.runner.write(work, on_done=self._on_applied, on_failed=self._on_failed)

    def _on_applied(self, changes: Changes) -> None:
        board, self.board = self.board, None
        self._is_writing = False
        self._forget_draft()
        if board is not None and changes.txn is not None:
            sentence = tr("微网格已调整：{summary}。", summary=summary_words(board))
            if board.figures().made:
                sentence = tr("{done}新设的还没有网格员，请交接。", done=sentence)
            self._context.offer_undo(sentence, changes.txn)
        self.closed.emit()

    def _on_failed(self, error: UserFacingError) -> None:
        self._is_writing = False
        self._say_error(error_sentence(error))
        self._keep_draft()
        self._show()
        if error.code is ErrorCode.REDRAW_OUTDATED:
            self._context.runner.read(self._read, on_done=self._on_village_again)

    # --- the draft ----------------------------------------

    def _keep_draft(self) -> None:
        if self.board is None:
            return
        work = partial(
            save_draft,
            self._context.store,
            form=FORM,
            record_id=self._unit_id,
            account_id=self._context.actor.account_id,
            body=self.board.as_body(),
        )
        self._context.runner.write(work)

    def _forget_draft(self) -> None:
        self._draft_timer.stop()
        self.draft_bar.hide()
        work = partial(
            discard_draft,
            self._context.store,
            form=FORM,
            record_id=self._unit_id,
            account_id=self._context.actor.account_id,
        )
        self._context.runner.write(work)

    # --- paper ----------------------------------------

    def _on_print(self) -> None:
        if self.board is not None:
            html = redraw_html(self.board)
            print_for(
                self._context,
                self.print_button,
                title=tr("微网格调整方案"),
                html=html,
                look=self._look(LookedAt.PRINT, self.board),
            )

    def _look(self, looked_at: LookedAt, board: RedrawBoard) -> Callable[[], None]:
        """Who lives where leaves the screen with it."""
        people, reason = len(move_lines(board)), tr("微网格调整方案")
        return look_at_rows(self._context, looked_at, people=people, reason=reason)

    def _on_export(self) -> None:
        dialog = open_workbook_dialog(
            self, title=tr("导出变动名单"), file_name=tr("微网格调整方案.xlsx")
        )
        dialog.fileSelected.connect(self.export_to)

    def export_to(self, name: Path | str) -> None:
        """The list of moves as a workbook."""
        if self.board is not None:
            write = partial(write_redraw, Path(name), self.board)
            work = partial(looked_first, self._look(LookedAt.EXPORT, self.board), write)
            self._context.runner.write(
                work, on_done=self._on_exported, on_failed=self._on_export_failed
            )

    def _on_exported(self, path: Path) -> None:
        self._context.notify(tr("已导出到 {file}。", file=str(path)))

    def _on_export_failed(self, error: UserFacingError) -> None:
        self._say_error(error_sentence(error))

    # --- building ----------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._build_tools())
        layout.addWidget(self._build_draft_bar())
        self.summary = text_label("", "sectionTitle", wraps=True)
        self.doubt = text_label("", "doubt", wraps=True)
        self.error = text_label("", "error", wraps=True)
        parts = ((AFTER, tr("调整后")), (BEFORE, tr("现在")), (MOVES, tr("谁换格")))
        self.part_row = TabRow(parts, name=tr("调整的几个部分"))
        self.part_row.set_value(AFTER)
        head = QHBoxLayout()
        head.addWidget(self.part_row)
        head.addWidget(self.summary, 1)
        layout.addLayout(head)
        for label in (self.doubt, self.error):
            layout.addWidget(label)
        layout.addLayout(self._build_cards(), 1)
        self._arrange()

    def _build_tools(self) -> QWidget:
        tools = QWidget()
        flow = FlowLayout(tools)
        self.scope_combo = QComboBox()
        self.scope_combo.setAccessibleName(tr("调整的范围"))
        self.scope_combo.setMinimumContentsLength(9)
        self.scope_combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.scope_combo.setMinimumWidth(text_px(210))
        calm_wheel(self.scope_combo)
        self.again_button = _button(tr("重新提议"), "")
        self.print_button = _button(tr("打印"), "print")
        self.export_button = _button(tr("导出"), "export")
        self.leave_button = _button(tr("返回"), "", tip=tr("Esc，手工调整留着"))
        self.apply_button = _button(tr("应用调整"), "", tip=tr("Ctrl+Enter"))
        self.apply_button.setProperty("role", "primary")
        for each in (
            *(self.scope_combo, self.apply_button, self.again_button),
            *(self.print_button, self.export_button, self.leave_button),
        ):
            flow.addWidget(each)
        return tools

    def _build_draft_bar(self) -> QFrame:
        self.draft_bar = QFrame()
        self.draft_bar.setProperty("role", "notice")
        self.draft_bar.setProperty("tone", "info")
        row = QHBoxLayout(self.draft_bar)
        row.setContentsMargins(12, 4, 8, 4)
        row.addWidget(text_label(tr("上次没有应用的调整已放回来。"), wraps=True), 1)
        self.discard_button = _button(tr("丢弃"), "")
        self.discard_button.setAccessibleName(tr("丢弃上次没有应用的调整"))
        row.addWidget(self.discard_button)
        self.draft_bar.hide()
        return self.draft_bar

    def _build_cards(self) -> QHBoxLayout:
        self.before_card = Card(tr("现在"), aside=" ", is_flush=True)
        self.before = TilesView(name=tr("现在的微网格"))
        self.before_card.add(self.before, 1)
        self.after_card = Card(tr("调整后"), aside=" ", is_flush=True)
        self.after = TilesView(name=tr("调整后的微网格"))
        self.after_card.add(self.after, 1)
        self.chosen = ElidedLabel(" ", "strong")
        self.hand_button = _button(tr("手工调整"), "more")
        under = QWidget()
        line = QHBoxLayout(under)
        line.setContentsMargins(12, 6, 12, 2)
        line.addWidget(self.chosen, 1)
        line.addWidget(self.hand_button)
        self.after_card.add(under)
        self._hand = _framed(self._build_hand())
        self.after_card.add(self._hand)
        self.moves_card = Card(tr("谁换格"), aside=" ", is_flush=True)
        self.table = RecordTable(
            RowsModel(_move_columns(), key=lambda line: line.home_id),
            name=tr("谁换格"),
            empty=tr("没有户要换格。"),
        )
        self.moves_card.add(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(12)
        for card, share in ((self.before_card, 4), (self.after_card, 5), (self.moves_card, 4)):
            row.addWidget(card, share)
        return row

    def _build_hand(self) -> QWidget:
        hand = QWidget()
        flow = FlowLayout(hand, spacing=6)
        given = (
            (tr("分界左移"), tr("Ctrl+←：本格最后一户给下一格"), partial(self.shift_cut, -1)),
            (tr("分界右移"), tr("Ctrl+→：下一格第一户归本格"), partial(self.shift_cut, 1)),
            (tr("移到上格"), tr("Ctrl+↑：选中的这一户"), partial(self.move_home, -1)),
            (tr("移到下格"), tr("Ctrl+↓：选中的这一户"), partial(self.move_home, 1)),
            (tr("从此另设"), tr("Ctrl+D：从选中的户起另设一格"), self.start_grid),
            (tr("并入下格"), tr("Ctrl+J：下一格并入本格"), self.join_next),
        )
        self._hand_buttons = []
        menu = QMenu(self)
        for words, tip, slot in given:
            button = _button(words, "", tip=tip)
            button.clicked.connect(slot)
            flow.addWidget(button)
            self._hand_buttons.append(button)
            menu.addAction(tr("{words}（{tip}）", words=words, tip=tip)).triggered.connect(slot)
        self.back_button = _button(tr("退回一步"), "", tip=tr("Ctrl+Z"))
        self.back_button.clicked.connect(self.step_back)
        flow.addWidget(self.back_button)
        menu.addAction(tr("退回一步（Ctrl+Z）")).triggered.connect(self.step_back)
        self.hand_button.setMenu(menu)
        return hand

    def _connect(self) -> None:
        self.scope_combo.activated.connect(self._on_scope_chosen)
        self.again_button.clicked.connect(self._propose_again)
        self.discard_button.clicked.connect(self._propose_again)
        self.print_button.clicked.connect(self._on_print)
        self.export_button.clicked.connect(self._on_export)
        self.leave_button.clicked.connect(self.leave)
        self.apply_button.clicked.connect(self.apply)
        self.after.tile_chosen.connect(self._on_tile_chosen)
        self.before.tile_chosen.connect(self._on_before_chosen)
        self.table.row_opened.connect(self._on_move_opened)
        self.part_row.chosen.connect(self._show_part)
        for keys, slot in (
            ("Ctrl+Left", partial(self.shift_cut, -1)),
            ("Ctrl+Right", partial(self.shift_cut, 1)),
            ("Ctrl+Up", partial(self.move_home, -1)),
            ("Ctrl+Down", partial(self.move_home, 1)),
            ("Ctrl+D", self.start_grid),
            ("Ctrl+J", self.join_next),
            ("Ctrl+Z", self.step_back),
            ("Ctrl+Return", self.apply),
            ("Ctrl+Enter", self.apply),
            ("Esc", self.leave),
        ):
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(slot)

    def _on_tile_chosen(self, _tile: object) -> None:
        self._show_chosen()

    def _on_before_chosen(self, tile: object) -> None:
        """The same household in the other picture."""
        if self.before.hasFocus():
            self.after.choose(getattr(tile, "home_id", ""))

    # --- room ----------------------------------------

    def hasHeightForWidth(self) -> bool:
        """No: the pictures scroll themselves."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _show_part(self, part: str) -> None:
        self.part_row.set_value(part)
        self._arrange()

    def _arrange(self) -> None:
        """Three pictures side by side, two, or one at a time."""
        is_wide, is_two = (self.width() >= text_px(px) for px in (THREE_FROM_PX, TWO_FROM_PX))
        part = self.part_row.value()
        is_low = self.height() < text_px(LOW_PX)
        self.part_row.setVisible(not is_wide)
        self._hand.setVisible(not is_low)
        self.hand_button.setVisible(is_low)
        self.before_card.setVisible(is_wide or part == BEFORE)
        self.after_card.setVisible(is_wide or part == AFTER or is_two)
        self.moves_card.setVisible(is_wide or part == MOVES or (is_two and part == AFTER))


def _move_columns() -> list[Column[MoveLine]]:
    return [
        Column(tr("户号"), lambda line: line.number or "–", width=56),
        Column(tr("户主"), lambda line: line.head, width=66),
        Column(tr("现在"), lambda line: line.from_name),
        Column(tr("调整后"), lambda line: line.to_name),
    ]


def _button(words: str, icon_name: str, *, tip: str = "") -> QPushButton:
    button = QPushButton(icon(icon_name), words) if icon_name else QPushButton(words)
    button.setAccessibleName(words)
    button.setToolTip(tip)
    return button


def _framed(widget: QWidget) -> QWidget:
    frame = QWidget()
    row = QHBoxLayout(frame)
    row.setContentsMargins(12, 6, 12, 2)
    row.addWidget(widget)
    return frame
