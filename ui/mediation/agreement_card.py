"""One agreement as a card: what it says, who signed, what was promised, and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.mediation.performance_rules import yuan_text
from app.mediation.queries import AgreementRow, ItemRow, PlaceToSign
from app.mediation.vocabulary import AgreementForm
from i18n.text import tr
from ui.mediation.parts import (
    a_button,
    button_row,
)
from ui.widgets.cards import Card
from ui.widgets.labels import StatePill, text_label
from ui.widgets.line_table import Line, LineTable
from ui.wording_mediation import (
    ITEM_TONES,
    agreement_state,
    item_state_words,
    place_words,
    signature_words,
    signed_words,
)
from ui.wording_rules import name_of


class AgreementCard(Card):
    """One agreement; `asked(what, row, part)` for what is to be done with it."""

    asked = Signal(str, object, object)

    def __init__(
        self, row: AgreementRow, *, may_write: bool, may_settle: bool, today: date
    ) -> None:
        super().__init__(_title(row), aside=row.number, is_flush=True)
        self.row = row
        self.state = StatePill()
        self.header.addWidget(self.state)
        self.state.set_state(*agreement_state(row))
        self.add(padded(_facts(row)))
        self.places = LineTable(
            _place, key=lambda place: (place.signer, place.party_id), name=tr("签署")
        )
        self.items = LineTable(
            partial(_item, today, {item.item_id: n for n, item in enumerate(row.items, start=1)}),
            key=lambda item: item.item_id,
            name=tr("约定事项"),
        )
        if row.missing:
            self.add(_heading(tr("签署")))
            self.add(self.places)
            self.places.show_rows(row.places)
            self.places.row_opened.connect(partial(self._ask, "sign"))
        if row.items:
            self.add(_heading(tr("约定事项")))
            self.add(self.items)
            self.items.show_rows(row.items)
            self.items.row_opened.connect(partial(self._ask, "perform"))
        if row.places and not row.missing:
            self.add(padded(text_label(signed_words(row.places), "muted", wraps=True)))
        self.buttons = self._buttons(may_write=may_write, may_settle=may_settle)
        if self.buttons:
            self.add(padded(button_row(list(self.buttons.values()))))

    def _buttons(self, *, may_write: bool, may_settle: bool) -> dict[str, Any]:
        row, found = self.row, {}
        is_open = row.ended_on is None
        can = {
            "sign": (tr("签署"), is_open and bool(row.missing)),
            "perform": (tr("记履行"), row.stands and bool(row.items)),
            "settle": (tr("记调解成功"), row.stands and may_settle),
            "edit": (tr("修改"), is_open and not row.is_frozen),
            "remove": (tr("删去"), not row.is_frozen),
            "unsign": (tr("去掉误记的签署"), bool(row.signatures) and row.effective_on is None),
            "end": (tr("终止协议"), is_open and row.is_frozen),
        }
        for what, (words, is_possible) in can.items():
            if may_write and is_possible:
                found[what] = a_button(words)
                found[what].clicked.connect(partial(self._on_pressed, what))
        return found

    @property
    def next_button(self) -> Any:
        """What is to be done with it now: to sign, to settle the case, to see it performed."""
        is_owed = any(item.performed_on is None for item in self.row.items)
        steps = ("sign", "settle", *(("perform",) if is_owed else ()))
        return next((self.buttons[what] for what in steps if what in self.buttons), None)

    def _on_pressed(self, what: str, *_pressed: object) -> None:
        table = {"sign": self.places, "unsign": self.places, "perform": self.items}.get(what)
        part = table.current_row() if table else None
        if what == "perform" and part is None:
            owed = (item for item in self.row.items if item.performed_on is None)
            part = next(owed, self.row.items[0])
        self._ask(what, part)

    def _ask(self, what: str, part: object) -> None:
        self.asked.emit(what, self.row, part)


def _title(row: AgreementRow) -> str:
    return tr("口头协议") if row.form is AgreementForm.ORAL else tr("调解协议书")


def _facts(row: AgreementRow) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    head = tr("{day} 达成 · {way}", day=row.reached_on.isoformat(), way=name_of(row.way))
    if row.copies:
        head = tr("{head} · {copies} 份", head=head, copies=row.copies)
    column.addWidget(text_label(head, "muted", wraps=True))
    for word, words in (
        (tr("事实和争议"), row.facts),
        (tr("协议内容"), row.terms),
        (tr("履行方式"), row.performance_way),
        (tr("终止原因"), row.end_reason),
    ):
        if words:
            line = tr("{word}：{words}", word=word, words=words)
            column.addWidget(text_label(line, wraps=True))
    return made


def _place(place: PlaceToSign) -> Line:
    signature = place.signature
    return Line(
        place_words(place),
        under=() if signature is None else (signature_words(place),),
        pill=signature_words(place) if signature is None else tr("已签"),
        tone="warn" if signature is None else "ok",
    )


def _item(today: date, numbers: Mapping[str, int], item: ItemRow) -> Line:
    due = tr("{day} 前履行", day=item.due_on.isoformat()) if item.due_on else tr("没有写期限")
    facts = (item.ower, due, item.proof and tr("凭证：{proof}", proof=item.proof))
    return Line(
        tr("{n}. {text}", n=numbers[item.item_id], text=item.text),
        under=(" · ".join(part for part in facts if part),),
        aside=_amount(item),
        pill=item_state_words(item, today),
        tone=ITEM_TONES[item.state],
    )


def _amount(item: ItemRow) -> str:
    if item.amount_cents is None:
        return ""
    return tr("{yuan} 元", yuan=yuan_text(item.amount_cents))


def _heading(words: str) -> QWidget:
    """Over one of the lists of a card."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 8, 16, 0)
    column.addWidget(text_label(words, "muted"))
    return made


def padded(inside: QWidget) -> QWidget:
    """In a card whose tables reach to its edge."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 8, 16, 6)
    column.addWidget(inside)
    return made
