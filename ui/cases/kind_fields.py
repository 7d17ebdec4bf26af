"""The fields of the case form that only some kinds of case have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.cases.file_rules import FIELDS_OF_KIND, MAX_HEAD_COUNT
from app.cases.finding import Found
from app.cases.vocabulary import CaseField, CaseKind
from app.organisations.vocabulary import neighbouring_counties
from i18n.text import tr
from ui.cases.form_body import Body
from ui.cases.searching_picker import Search, SearchingPicker
from ui.theme import text_px
from ui.widgets.forms import FormField, date_edit
from ui.work.runner import Runner


class KindFields:
    """Placed by the form: `came`, when and to whom; `spread`, how many and over which border;
    `wanted_field`, what is asked for."""

    def __init__(self, *, runner: Runner, search_accounts: Search, today: date) -> None:
        self._today = today
        self.received_on = date_edit(today)
        self.first_contact = SearchingPicker(
            name=tr("首接责任人"),
            placeholder=tr("姓名或拼音，按 ↓ 看全部"),
            runner=runner,
            search=search_accounts,
        )
        self.head_count = QLineEdit()
        self.head_count.setValidator(QIntValidator(1, MAX_HEAD_COUNT, self.head_count))
        self.region = QComboBox()
        self.region.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.region.setMinimumContentsLength(8)
        self.region.addItem(tr("在本县"), "")
        for each in neighbouring_counties():
            self.region.addItem(f"{each.province}{each.name}", each.code)
        self.wanted = QPlainTextEdit()
        self.wanted.setMinimumHeight(text_px(60))
        self.wanted.setMaximumHeight(text_px(84))
        self.wanted_field = FormField(
            tr("诉求"), self.wanted, hint=tr("来的人要求什么，照他说的写")
        )
        self._fields = {
            CaseField.RECEIVED_ON: FormField(tr("首访日期"), self.received_on),
            CaseField.FIRST_CONTACT: FormField(
                tr("首接责任人"), self.first_contact, hint=tr("首访、首问、首办都由他负责")
            ),
            CaseField.HEAD_COUNT: FormField(
                tr("涉及人数"), self.head_count, hint=tr("没有清点可以不填")
            ),
            CaseField.PLACE_REGION: FormField(
                tr("发生在哪个县"), self.region, hint=tr("别的县写在发生地点里")
            ),
            CaseField.WANTED: self.wanted_field,
        }
        self.came = _row(self._fields[CaseField.RECEIVED_ON], self._fields[CaseField.FIRST_CONTACT])
        self.spread = _row(self._fields[CaseField.HEAD_COUNT], self._fields[CaseField.PLACE_REGION])

    def show_kind(self, kind: CaseKind) -> None:
        """Only what such a case has."""
        for name, field in self._fields.items():
            field.setVisible(name in FIELDS_OF_KIND[kind])
        self.came.setVisible(CaseField.RECEIVED_ON in FIELDS_OF_KIND[kind])

    def body(self) -> Body:
        """As the draft keeps it."""
        contact = self.first_contact.value()
        return {
            "received_on": self.received_on.date().toString(Qt.DateFormat.ISODate),
            "wanted": self.wanted.toPlainText(),
            "head_count": self.head_count.text().strip(),
            "place_region": self.region.currentData(),
            "first_contact_id": contact.record_id if contact else "",
            "first_contact": contact.title if contact else "",
        }

    def fill(self, body: Mapping[str, Any]) -> None:
        """Show a draft; one of an older program has none of this."""
        day = body.get("received_on") or self._today.isoformat()
        self.received_on.setDate(QDate.fromString(day, Qt.DateFormat.ISODate))
        self.wanted.setPlainText(body.get("wanted") or "")
        self.head_count.setText(body.get("head_count") or "")
        region = body.get("place_region") or ""
        if self.region.findData(region) < 0:
            self.region.addItem(region, region)
        self.region.setCurrentIndex(self.region.findData(region))
        account_id = body.get("first_contact_id") or ""
        name = body.get("first_contact") or account_id
        self.first_contact.set_value(Found("account", account_id, name, "") if account_id else None)

    def problem_fields(self) -> Mapping[CaseField, FormField]:
        return self._fields


def _row(*fields: FormField) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    for field in fields:
        line.addWidget(field, 1)
    return row
