"""What was promised, line by line: who, what, how much, by when; and a sum in instalments."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.cases.parties import PartyRow
from app.exchange.typed_dates import full_date
from app.mediation.agreement_rules import LONGEST, MOST_ITEMS, ItemDraft
from app.mediation.performance_rules import cents_of, instalments, yuan_text
from app.mediation.vocabulary import AgreementField
from i18n.text import tr
from ui.households.days import day_line
from ui.households.record_form import combo
from ui.mediation.parts import a_button
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label


class ItemWrongError(ValueError):
    """A text of an item that cannot be read; the sentence says which."""


class ItemLine(QWidget):
    """One promise; `removed(line)`."""

    removed = Signal(object)

    def __init__(self, place: int, owers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.item_id = ""
        self.ower = combo([("", tr("由谁履行"))])
        for key, words in owers:
            self.ower.addItem(words, key)
        self.text = QLineEdit()
        self.text.setPlaceholderText(tr("做什么，例如：付补偿款"))
        self.text.setMaxLength(LONGEST[AgreementField.ITEM_TEXT])
        self.text.setMinimumWidth(220)
        self.amount = QLineEdit()
        self.amount.setPlaceholderText(tr("金额（元）"))
        self.due = day_line()
        self.due.setPlaceholderText(tr("期限，例如 2026-12-31"))
        self.due.setMinimumWidth(text_px(190))
        self.remove = QPushButton(tr("去掉"))
        self.remove.setProperty("role", "quiet")
        self.remove.setAutoDefault(True)
        self.remove.clicked.connect(self._on_remove)
        flow = FlowLayout(self, spacing=6)
        for part in (self.ower, self.text, self.amount, self.due, self.remove):
            flow.addWidget(part)
        self.set_place(place)

    def set_place(self, place: int) -> None:
        """What each field is called to who hears the form."""
        for editor, word in (
            (self.ower, tr("第 {place} 项由谁履行", place=place)),
            (self.text, tr("第 {place} 项内容", place=place)),
            (self.amount, tr("第 {place} 项金额", place=place)),
            (self.due, tr("第 {place} 项期限", place=place)),
            (self.remove, tr("去掉第 {place} 项", place=place)),
        ):
            editor.setAccessibleName(word)

    def body(self) -> dict[str, str]:
        return {
            "id": self.item_id,
            "ower": str(self.ower.currentData() or ""),
            "text": self.text.text(),
            "amount": self.amount.text(),
            "due": self.due.text(),
        }

    def fill(self, body: dict[str, str]) -> None:
        self.item_id = body.get("id", "")
        self.ower.setCurrentIndex(max(0, self.ower.findData(body.get("ower", ""))))
        self.text.setText(body.get("text", ""))
        self.amount.setText(body.get("amount", ""))
        self.due.setText(body.get("due", ""))

    def _on_remove(self) -> None:
        self.removed.emit(self)


class ItemsEditor(QWidget):
    """`grown(line)` for a new line, so that the form watches its keys; `edited` when one goes."""

    grown = Signal(object)
    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._owers: list[tuple[str, str]] = []
        self.lines: list[ItemLine] = []
        self.add = a_button(tr("加一项"))
        self.split = a_button(tr("分期付款"))
        self.wrong = text_label("", "error", wraps=True)
        self.parts = _Instalments()
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._column)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        flow.addWidget(self.add)
        flow.addWidget(self.split)
        for part in (buttons, self.parts, self.wrong):
            column.addWidget(part)
        self.parts.hide()
        self.wrong.hide()
        self.setFocusProxy(self.add)
        self.add.clicked.connect(self._on_add)
        self.split.clicked.connect(self._on_split)
        self.parts.make.clicked.connect(self._on_parts)

    def set_parties(self, parties: Sequence[PartyRow]) -> None:
        """Who may owe something."""
        self._owers = [(each.party_id, each.name) for each in parties]
        self.parts.set_owers(self._owers)

    def form_text(self) -> str:
        return json.dumps([line.body() for line in self.lines], ensure_ascii=False)

    def set_form_text(self, text: str) -> None:
        for line in list(self.lines):
            self._drop(line)
        for body in json.loads(text) if text else []:
            self._grow().fill(body)

    def drafts(self) -> tuple[ItemDraft, ...]:
        """As the action takes them; lines that say nothing are left out. Raises
        ``ItemWrongError``."""
        said = [(place, line.body()) for place, line in enumerate(self.lines, start=1)]
        return tuple(
            _draft(place, body)
            for place, body in said
            if any(value.strip() for key, value in body.items() if key not in ("id", "ower"))
        )

    def _grow(self) -> ItemLine:
        line = ItemLine(len(self.lines) + 1, self._owers)
        line.removed.connect(self._on_removed)
        self.lines.append(line)
        self._column.addWidget(line)
        self.grown.emit(line)
        return line

    def _drop(self, line: ItemLine) -> None:
        self.lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        for place, each in enumerate(self.lines, start=1):
            each.set_place(place)

    def _on_add(self) -> None:
        if len(self.lines) < MOST_ITEMS:
            self._grow().ower.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edited.emit()

    def _on_removed(self, line: ItemLine) -> None:
        self._drop(line)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _on_split(self) -> None:
        self.parts.setVisible(self.parts.isHidden())
        if not self.parts.isHidden():
            self.parts.total.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_parts(self) -> None:
        try:
            bodies = self.parts.bodies()
        except ItemWrongError as wrong:
            self.wrong.setText(str(wrong))
            self.wrong.show()
            return
        self.wrong.hide()
        for body in bodies:
            self._grow().fill(body)
        self.parts.hide()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()


class _Instalments(QWidget):
    """A sum, in how many parts, from which day, how many months apart."""

    def __init__(self) -> None:
        super().__init__()
        self.ower: QComboBox = combo([("", tr("由谁履行"))])
        self.total, self.count, self.first = QLineEdit(), QLineEdit(), day_line()
        self.apart = QLineEdit("1")
        self.make = a_button(tr("生成各期"))
        flow = FlowLayout(self, spacing=6)
        for editor, word in (
            (self.ower, tr("由谁履行")),
            (self.total, tr("总额（元）")),
            (self.count, tr("分几期")),
            (self.first, tr("第一期期限")),
            (self.apart, tr("每隔几个月")),
        ):
            editor.setAccessibleName(word)
            if isinstance(editor, QLineEdit):
                editor.setPlaceholderText(word)
                flow.addWidget(text_label(word, "muted"))
            flow.addWidget(editor)
        flow.addWidget(self.make)

    def set_owers(self, owers: Sequence[tuple[str, str]]) -> None:
        while self.ower.count() > 1:
            self.ower.removeItem(1)
        for key, words in owers:
            self.ower.addItem(words, key)

    def bodies(self) -> list[dict[str, str]]:
        """A line for each part; raises ``ItemWrongError``."""
        first = full_date(self.first.text().strip())
        try:
            total, count = cents_of(self.total.text()), int(self.count.text())
            if total is None or first is None:
                raise ValueError
            parts = instalments(
                total, count=count, first_due_on=first, months_apart=int(self.apart.text())
            )
        except ValueError:
            raise ItemWrongError(
                tr("分期还没有生成：请写明总额、期数（1 到 60）、第一期期限和间隔月数。")
            ) from None
        return [
            {
                "ower": str(self.ower.currentData() or ""),
                "text": tr("第 {place} 期（共 {count} 期）", place=place, count=count),
                "amount": yuan_text(part.amount_cents),
                "due": part.due_on.isoformat(),
            }
            for place, part in enumerate(parts, start=1)
        ]


def _draft(place: int, body: dict[str, str]) -> ItemDraft:
    due = body["due"].strip()
    found = full_date(due) if due else None
    if due and found is None:
        raise ItemWrongError(
            tr("第 {place} 项的期限看不明白，没有保存。请写年月日，例如 2026-12-31。", place=place)
        )
    try:
        cents = cents_of(body["amount"])
    except ValueError:
        raise ItemWrongError(
            tr("第 {place} 项的金额看不明白，没有保存。请写成 1200 或 1200.50。", place=place)
        ) from None
    return ItemDraft(body["text"], body["ower"] or None, cents, found, body["id"] or None)


def watched_by(watch: Callable[[QWidget], None], editor: ItemsEditor) -> None:
    """New lines get the keys of the form."""
    editor.grown.connect(partial(_call, watch))


def _call(watch: Callable[[QWidget], None], line: QWidget) -> None:
    watch(line)
