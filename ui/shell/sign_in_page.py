"""Who is at the laptop: choose the name, type the PIN. Also the lock screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.errors import UserFacingError
from i18n.text import tr
from ui.theme import text_px
from ui.theme.iconset import icon_pixmap
from ui.theme.palette import INDIGO_DEEP
from ui.widgets.cards import Card
from ui.widgets.labels import BilingualLabel, text_label
from ui.widgets.pin_field import pin_field
from ui.widgets.record_table import ROW_HEIGHT, RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.work.runner import Runner

ROWS_SHOWN = 4
NAME_PX = 110


@dataclass(frozen=True)
class Person:
    """One who may sign in here; `role` as a word."""

    account_id: str
    name: str
    role: str


class SignInPage(QWidget):
    """`sign_in(account_id, pin)` runs off the main thread: it returns whatever `signed_in` then
    carries, or raises UserFacingError, whose `seconds` make the person wait. `describe` turns such
    an error into a sentence.
    """

    signed_in = Signal(object)
    other_person_asked = Signal()

    def __init__(
        self,
        *,
        sign_in: Callable[[str, str], object],
        describe: Callable[[UserFacingError], str],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sign_in = sign_in
        self._describe = describe
        self._runner = runner
        self._seconds = 0
        self._refusal: UserFacingError | None = None
        self._is_checking = False
        self.setProperty("role", "nav")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._people: RowsModel[Person] = RowsModel(
            [
                Column(tr("姓名"), lambda person: person.name, width=NAME_PX),
                Column(tr("身份"), lambda person: person.role, is_right=True),
            ],
            key=lambda person: person.account_id,
        )
        self.table = RecordTable(self._people, name=tr("选择姓名"))
        self.pin = pin_field(tr("PIN 码"))
        self.pin.setPlaceholderText(tr("PIN 码"))
        self.button = QPushButton(tr("登录"))
        self.other = QPushButton(tr("换人登录"))
        self._title = BilingualLabel(tr("鼓楼"), role="hugeTitle")
        self._line = text_label("", "muted", wraps=True)
        self._error = text_label("", "error", wraps=True)
        self._hint = text_label("", "muted", wraps=True)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._build()
        self._connect()

    def set_people(self, people: Sequence[Person], *, last_account_id: str = "") -> None:
        """Those who may sign in here; the last one is chosen beforehand."""
        self._people.set_rows(tuple(people))
        self._fit_table()
        if not self.table.choose(last_account_id) and people:
            self.table.choose_position(0)
        self._line.setText(
            tr("请选择姓名，输入 PIN 码")
            if people
            else tr("还没有账号。正在从县里取；要联网一次，取到后会自动列出。")
        )
        for part in (self.table, self.pin, self.button):
            part.setVisible(bool(people))
        self.other.hide()
        self.reset()

    def show_locked(self, person: Person) -> None:
        """Only the one who was signed in; 换人登录 asks for the others."""
        self._people.set_rows((person,))
        self._fit_table()
        self.table.choose_position(0)
        self._line.setText(tr("屏幕已锁定，输入 PIN 码继续。没有保存的内容仍在草稿里。"))
        self.other.show()
        self.reset()

    def reset(self) -> None:
        """An empty PIN, no error, the cursor ready."""
        self.pin.clear()
        self._forget_refusal()
        self._place_cursor()

    def set_hint(self, text: str) -> None:
        """A line under everything, for what everybody may know, as in the demo."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def wait(self, seconds: int) -> None:
        """No further try for `seconds`."""
        self._seconds = max(0, seconds)
        if self._seconds:
            self._timer.start()
        self._show_wait()

    def count_down(self) -> None:
        """One second less to wait."""
        self._seconds = max(0, self._seconds - 1)
        if not self._seconds:
            self._timer.stop()
        self._show_wait()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The arrows choose the name while the PIN keeps the cursor."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step:
            place = self.table.currentIndex().row() + step
            self.table.choose_position(max(0, min(self._people.rowCount() - 1, place)))
        return bool(step)

    @property
    def error(self) -> str:
        return self._error.text()

    @property
    def waiting_seconds(self) -> int:
        return self._seconds

    def _build(self) -> None:
        card = Card()
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        card.setFixedWidth(text_px(440))
        card.body.setContentsMargins(24, 16, 24, 6)
        self.table.horizontalHeader().hide()
        self.table.set_filter_field(self.pin)
        self.pin.installEventFilter(self)
        self.button.setProperty("role", "primary")
        self.other.setProperty("role", "quiet")
        for label in (self._error, self._hint):
            label.hide()
        for part in (self._brand_row(), self._line, self.table, self.pin, self._error):
            card.add(part)
        row = QHBoxLayout()
        row.addWidget(self.other)
        row.addStretch()
        row.addWidget(self.button)
        card.body.addLayout(row)
        card.add(self._hint)
        self.setFocusProxy(self.pin)
        outer = QGridLayout(self)
        outer.setContentsMargins(12, 12, 12, 12)
        outer.addWidget(card, 1, 1)
        for side in (0, 2):
            outer.setRowStretch(side, 1)
            outer.setColumnStretch(side, 1)

    def _fit_table(self) -> None:
        rows = max(1, min(ROWS_SHOWN, self._people.rowCount()))
        self.table.setFixedHeight(rows * text_px(ROW_HEIGHT) + 1)

    def _brand_row(self) -> QWidget:
        brand, sign = QWidget(), QLabel()
        sign.setPixmap(icon_pixmap("tower", color=INDIGO_DEEP, size=44, ratio=2))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        row = QHBoxLayout(brand)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(sign)
        row.addLayout(words, 1)
        return brand

    def _connect(self) -> None:
        self.table.row_opened.connect(self._on_person_opened)
        self.table.row_chosen.connect(self._on_person_chosen)
        self.pin.returnPressed.connect(self._try)
        self.button.clicked.connect(self._try)
        self.other.clicked.connect(self.other_person_asked)
        self._timer.timeout.connect(self.count_down)

    def _try(self) -> None:
        person, pin = self.table.current_row(), self.pin.text()
        if self._seconds or self._is_checking or not isinstance(person, Person) or not pin:
            return
        self._is_checking = True
        self._show_wait()
        self._runner.run(
            partial(self._sign_in, person.account_id, pin),
            on_done=self._on_signed_in,
            on_failed=self._on_refused,
        )

    def _on_signed_in(self, who: object) -> None:
        self._is_checking = False
        self._show_wait()
        self.reset()
        self.signed_in.emit(who)

    def _on_refused(self, error: UserFacingError) -> None:
        self._is_checking = False
        self.pin.clear()
        self._refusal = error
        self.wait(int(error.params.get("seconds", 0)))
        self._place_cursor()

    def _on_person_opened(self, _person: Person) -> None:
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_person_chosen(self, _person: Person) -> None:
        """Each has a wait of their own; nobody waits for another's mistakes."""
        self.pin.clear()
        self._forget_refusal()

    def _forget_refusal(self) -> None:
        self._refusal = None
        self._timer.stop()
        self._seconds = 0
        self._show_wait()

    def _place_cursor(self) -> None:
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_wait(self) -> None:
        may_type = not self._seconds and not self._is_checking
        self.pin.setReadOnly(not may_type)
        self.button.setEnabled(may_type)
        self._error.setText(self._refusal_sentence())
        self._error.setVisible(bool(self._error.text()))

    def _refusal_sentence(self) -> str:
        """What was wrong, with the seconds that are left; a wait that is over is not spoken of."""
        refusal = self._refusal
        if refusal is None or "seconds" not in refusal.params:
            return self._describe(refusal) if refusal else ""
        if not self._seconds and refusal.params["seconds"]:
            return ""
        return self._describe(UserFacingError(refusal.code, seconds=self._seconds))
