"""Who signed the paper of a police mediation, as what, and the paper's number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.incidents.rules import MAX_NAME, MAX_STATION
from app.incidents.vocabulary import PoliceMediation, Signer, SignerCapacity
from i18n.text import tr
from ui.theme import icon
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField, calm_wheel
from ui.widgets.moments import moment_edit, moment_of, set_moment
from ui.wording_rules import name_of

_USUAL = (SignerCapacity.POLICEMAN, SignerCapacity.PARTY, SignerCapacity.PARTY)
"""The lines a new paper begins with: without these it is none."""


class _SignerRow(QWidget):
    removed = Signal()

    def __init__(self, *, number: int) -> None:
        super().__init__()
        self.capacity = QComboBox()
        for each in SignerCapacity:
            self.capacity.addItem(name_of(each), each.value)
        calm_wheel(self.capacity)
        self.capacity.setAccessibleName(tr("第 {number} 位签字人的身份", number=number))
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME)
        self.name.setPlaceholderText(tr("姓名"))
        self.name.setAccessibleName(tr("第 {number} 位签字人的姓名", number=number))
        self.remove = QPushButton(icon("trash"), "")
        self.remove.setAccessibleName(tr("删去第 {number} 位签字人", number=number))
        self.remove.setToolTip(self.remove.accessibleName())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.capacity)
        row.addWidget(self.name, 1)
        row.addWidget(self.remove)
        self.remove.clicked.connect(self.removed)

    def signer(self) -> Signer:
        return Signer(self.name.text().strip(), SignerCapacity(self.capacity.currentData()))

    def fill(self, signer: Signer) -> None:
        self.capacity.setCurrentIndex(self.capacity.findData(signer.capacity.value))
        self.name.setText(signer.name)


class SignersFields(QWidget):
    """Fields of a police mediation; the form around them saves. `row_added(row)`."""

    row_added = Signal(QWidget)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.at = moment_edit()
        self.paper_number = QLineEdit()
        self.paper_number.setMaxLength(MAX_STATION)
        self.rows: list[_SignerRow] = []
        self.add = QPushButton(icon("add"), tr("再加一位"))
        self.add.setProperty("role", "quiet")
        self.add.setAccessibleName(tr("再加一位签字人"))
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(4)
        under = QWidget()
        FlowLayout(under).addWidget(self.add)
        self._list.addWidget(under)
        self.signers_field = FormField(
            tr("签字人"),
            inside,
            hint=tr("要有主持调解的民警和双方当事人；辅警不能单独签字。"),
            is_required=True,
        )
        pair = QWidget()
        flow = FlowLayout(pair, spacing=10)
        flow.addWidget(FormField(tr("什么时候调解的"), self.at, is_required=True))
        flow.addWidget(FormField(tr("文书编号"), self.paper_number))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.signers_field)
        column.addWidget(pair)
        self.add.clicked.connect(self._on_add)

    def body(self) -> dict[str, Any]:
        """The fields as a draft keeps them."""
        return {
            "at": moment_of(self.at).isoformat(),
            "paper_number": self.paper_number.text(),
            "signers": [[row.capacity.currentData(), row.name.text()] for row in self.rows],
        }

    def fill(self, body: Mapping[str, Any]) -> None:
        """Show a draft; the usual lines where nobody was named yet."""
        set_moment(self.at, datetime.fromisoformat(body["at"]))
        self.paper_number.setText(body.get("paper_number", ""))
        while self.rows:
            self._take_off(self.rows[-1])
        for capacity, name in body.get("signers") or [(each.value, "") for each in _USUAL]:
            self._append(Signer(name, SignerCapacity(capacity)))

    def mediation(self) -> PoliceMediation:
        """What the fields say; lines left empty are left out, and nothing is checked yet."""
        signers = (row.signer() for row in self.rows)
        return PoliceMediation(
            tuple(one for one in signers if one.name), self.paper_number.text().strip()
        )

    def take_focus(self) -> None:
        """To the first name."""
        gaps = [row.name for row in self.rows if not row.name.text().strip()]
        (gaps or [self.paper_number])[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _append(self, signer: Signer) -> _SignerRow:
        row = _SignerRow(number=len(self.rows) + 1)
        row.fill(signer)
        row.removed.connect(self._on_removed)
        self._list.insertWidget(len(self.rows), row)
        self.rows.append(row)
        self.row_added.emit(row)
        return row

    def _take_off(self, row: _SignerRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _on_add(self) -> None:
        row = self._append(Signer("", SignerCapacity.WITNESS))
        row.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _on_removed(self) -> None:
        row = self.sender()
        if isinstance(row, _SignerRow):
            self._take_off(row)
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
            self.changed.emit()
