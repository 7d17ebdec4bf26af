"""The police were told: when, which station, who took it; for incidents and for disputes alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.incidents.rules import MAX_STATION
from app.incidents.vocabulary import PoliceReport, ReportWay
from i18n.text import tr
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, FormField
from ui.widgets.moments import moment_edit, moment_of, set_moment
from ui.wording_incidents import way_word


class ReportFields(QWidget):
    """Fields of a report; the form around them saves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.at = moment_edit()
        self.station = _line()
        self.officer = _line()
        self.receipt = _line()
        self.way = ChoiceRow([(each.value, way_word(each)) for each in ReportWay])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.station_field = FormField(tr("报给哪个派出所或部门"), self.station, is_required=True)
        at = FormField(tr("什么时候报的"), self.at, is_required=True)
        officer, receipt = (
            FormField(tr("谁接的"), self.officer),
            FormField(tr("回执编号"), self.receipt),
        )
        for pair in ((self.station_field, at), (officer, receipt)):
            column.addWidget(_side_by_side(*pair))
        column.addWidget(FormField(tr("怎么报的"), self.way))

    def start(self, now: datetime) -> None:
        """An empty report, made just now by telephone."""
        self.fill({"at": now.isoformat(), "way": ReportWay.PHONE.value})

    def body(self) -> dict[str, str]:
        """The fields as a draft keeps them."""
        return {
            "at": moment_of(self.at).isoformat(),
            "station": self.station.text(),
            "officer": self.officer.text(),
            "receipt": self.receipt.text(),
            "way": self.way.value(),
        }

    def fill(self, body: Mapping[str, Any]) -> None:
        """Show a draft."""
        set_moment(self.at, datetime.fromisoformat(body["at"]))
        self.station.setText(body.get("station", ""))
        self.officer.setText(body.get("officer", ""))
        self.receipt.setText(body.get("receipt", ""))
        self.way.set_value(body.get("way", ReportWay.PHONE.value))

    def report(self) -> PoliceReport:
        """What the fields say; not yet checked."""
        return PoliceReport(
            station=self.station.text().strip(),
            at=moment_of(self.at),
            officer=self.officer.text().strip(),
            way=ReportWay(self.way.value()),
            receipt=self.receipt.text().strip(),
        )

    def take_focus(self) -> None:
        """To the first field."""
        self.station.setFocus(Qt.FocusReason.OtherFocusReason)


def _line() -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(MAX_STATION)
    return field


def _side_by_side(*fields: QWidget) -> QWidget:
    row = QWidget()
    flow = FlowLayout(row, spacing=10)
    for field in fields:
        flow.addWidget(field)
    return row
