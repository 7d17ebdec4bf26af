"""In red over a case: the police must hear of it and have not."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.cases.queries import CaseDetail
from i18n.text import tr
from ui.widgets.labels import text_label
from ui.wording_cases import risk_banner, short_risk_banner


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
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.report)
        self.setAccessibleName(risk_banner())
        self._may_report = False
        self.is_needed = False
        """Whether there is such a risk; it is not shown while the report is being written."""
        self.hide()

    def set_low(self, is_low: bool) -> None:
        """Where room is short one line and the button among the others must do."""
        self.words.setText(short_risk_banner() if is_low else risk_banner())
        self.setToolTip(risk_banner() if is_low else "")
        self.report.setVisible(self._may_report and not is_low)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Never less high than its words."""
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def show_for(self, case: CaseDetail, *, may_report: bool) -> None:
        """Seen while a risk is unreported; the button for who may report."""
        self.is_needed = case.is_risk_unreported
        self.setVisible(self.is_needed)
        self._may_report = may_report
        self.report.setVisible(may_report)
