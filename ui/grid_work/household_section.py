"""What the grid did for one household: last visits, what is still open, and the way to record more.

Stands in the household's page and hears of changes by itself.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.grid_work.queries import HouseholdWorkView, household_work
from app.laptop import today_in_china
from i18n.text import tr
from ui.context import PageContext
from ui.theme import icon
from ui.theme.palette import BLUE
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.slim import SlimTimeline
from ui.widgets.timeline import TimelineEntry
from ui.wording_grid_work import (
    came_of_it,
    hazard_line,
    household_summary,
    month_day,
    service_line,
    visit_line,
)

SHOWN_ENTITIES = ("visit", "micro_service", "hazard", "hazard_measure")


class HouseholdWork(QWidget):
    """`show_household(id)` reads and shows it; what is chosen is opened on the page 走访."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._household_id = ""
        self._kinds: dict[str, str] = {}
        self.summary = text_label("", "muted", wraps=True)
        self.timeline = SlimTimeline()
        self.buttons: dict[str, QPushButton] = {}
        self._row = QWidget()
        self._build()
        self.timeline.entry_opened.connect(self._on_entry_opened)
        context.runner.changed.connect(self.on_changes)

    def show_household(self, household_id: str) -> None:
        """Nothing where the person may not see the grid's work."""
        self._household_id = household_id
        self.setVisible(self._context.actor.may(Permission.SEE_GRID_WORK))
        if household_id and self._context.actor.may(Permission.SEE_GRID_WORK):
            self.load()

    def load(self) -> None:
        """Read the household shown again."""
        if self._household_id:
            self._context.runner.read(
                partial(
                    household_work,
                    self._context.store,
                    self._context.actor,
                    self._household_id,
                ),
                on_done=self._on_read,
                on_failed=self._on_missed,
            )

    def _build(self) -> None:
        flow = FlowLayout(self._row)
        for kind, words in (
            ("visit", tr("登记走访")),
            ("micro_service", tr("登记微服务")),
            ("hazard", tr("登记隐患")),
        ):
            button = QPushButton(icon("add", BLUE), words)
            button.setProperty("role", "quiet")
            button.setAccessibleName(words)
            button.clicked.connect(partial(self._begin, kind))
            self.buttons[kind] = button
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.summary, self.timeline, self._row):
            column.addWidget(part)
        self.timeline.hide()
        self._row.hide()

    def _begin(self, kind: str) -> None:
        self._context.begin_work(kind, self._household_id)

    def on_changes(self, changes: object) -> None:
        """After a write, which it hears of by itself, or a sync round, of which its page tells."""
        touches = getattr(changes, "touches", None)
        if self.isVisible() and touches is not None and touches(*SHOWN_ENTITIES):
            self.load()

    def _on_missed(self, _error: UserFacingError) -> None:
        """The household has left this laptop; its page says so."""
        self.summary.setText("")
        self.timeline.hide()
        self._row.hide()

    def _on_read(self, view: HouseholdWorkView) -> None:
        if view.household_id != self._household_id:
            return
        today = today_in_china(self._context.store.clock)
        last = view.visits[0] if view.visits else None
        self.summary.setText(household_summary(view.visit_count, last, today))
        entries = [
            *(
                TimelineEntry(
                    month_day(one.due_on), hazard_line(one, today), tone="danger", record_id=one.id
                )
                for one in view.hazards
            ),
            *(
                TimelineEntry(
                    month_day(one.asked_on), service_line(one, today), tone="warn", record_id=one.id
                )
                for one in view.services
            ),
            *(
                TimelineEntry(
                    month_day(one.visited_on),
                    visit_line(one),
                    " · ".join(
                        part
                        for part in (one.by_name, came_of_it(one.services, one.hazards))
                        if part
                    ),
                    record_id=one.id,
                )
                for one in view.visits
            ),
        ]
        self._kinds = {
            **{one.id: "hazard" for one in view.hazards},
            **{one.id: "micro_service" for one in view.services},
            **{one.id: "visit" for one in view.visits},
        }
        self.timeline.show_entries(entries, name=tr("走访、微服务和隐患"))
        self.timeline.setVisible(bool(entries))
        self._row.setVisible(
            self._context.actor.reaches(Permission.RECORD_GRID_WORK, unit_id=view.unit_id)
        )

    def _on_entry_opened(self, record_id: str) -> None:
        self._context.open_record(self._kinds[record_id], record_id)
