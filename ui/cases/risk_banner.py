"""In red over a case: the police must hear of it and have not."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail
from i18n.text import tr
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.wording_cases import risk_banner


class RiskBanner(QFrame):
    """Stays until the report is written down; its button leads there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setProperty("tone", "danger")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.words = text_label(risk_banner(), wraps=True)
        self.report = QPushButton(tr("报告公安"))
        self.report.setProperty("role", "primary")
        self.report.setAccessibleName(tr("报告公安"))
        self.report.setAutoDefault(True)
        under = QWidget()
        FlowLayout(under).addWidget(self.report)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addWidget(under)
        self.setAccessibleName(risk_banner())
        self.hide()

    def show_for(self, case: CaseDetail, *, may_report: bool) -> None:
        """Seen while a risk is unreported; the button for who may report."""
        self.setVisible(case.is_risk_unreported)
        self.report.setVisible(may_report)
