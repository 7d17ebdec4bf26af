"""Goes to a page of the window and begins something there: what `PageContext` gives every page.

The pages are imported when they are first wanted: the window stands before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from ui.shell.main_window import MainWindow

if TYPE_CHECKING:
    from ui.cases.page import CasesPage


class PageOpener:
    """Each method turns the window to the page it is about; where this post has no such page,
    nothing more happens."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def open_page(self, key: str) -> None:
        """The page with this key."""
        self._window.open_page(key)

    def mend(self, entity: str, record_id: str, field: str) -> None:
        """Where the page has a form for it, at the field; else the record."""
        self._window.open_record(entity, record_id)
        mend = getattr(self._window.pages.current_page(), "mend", None)
        if mend is not None:
            mend(record_id, field)

    def open_case_at(self, case_id: str, section: str) -> None:
        """A case with one of its tabs in front."""
        if (page := self._cases()) is not None:
            page.open_at(case_id, section)

    def begin_case(self) -> None:
        """The empty form of a case."""
        if (page := self._cases()) is not None:
            page.open_new()

    def begin_case_from(self, incident_id: str) -> None:
        """The form of the case that grew out of an incident."""
        if (page := self._cases()) is not None:
            page.open_from_incident(incident_id)

    def begin_case_of_finding(self, finding_id: str) -> None:
        """The form of the case that was found on a round."""
        if (page := self._cases()) is not None:
            page.open_from_finding(finding_id)

    def begin_incident(self, case_id: str = "") -> None:
        """The form of an incident that broke out of this case, or of none."""
        from ui.incidents.page import IncidentsPage

        page = self._window.open_page("incidents")
        if isinstance(page, IncidentsPage):
            page.open_new(from_case_id=case_id)

    def begin_work(self, kind: str, household_id: str) -> None:
        """The form of a visit, a micro-service or a hazard of this household."""
        from ui.grid_work.page import VisitsPage

        page = self._window.open_page("visits")
        if isinstance(page, VisitsPage):
            page.begin(kind, household_id)

    def begin_found(self, kind: str, patrol_id: str) -> None:
        """The form of a hazard or an incident found on this patrol."""
        from ui.grid_work.page import VisitsPage
        from ui.incidents.page import IncidentsPage

        page = self._window.open_page("visits" if kind == "hazard" else "incidents")
        if isinstance(page, VisitsPage):
            page.begin_found(patrol_id)
        elif isinstance(page, IncidentsPage):
            page.open_new(from_patrol_id=patrol_id)

    def open_pin_card(self) -> None:
        """The settings, where one's own PIN is changed."""
        from ui.shell.settings_page import SettingsPage

        page = self._window.open_page("settings")
        if isinstance(page, SettingsPage) and page.pin_card is not None:
            page.pin_card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _cases(self) -> CasesPage | None:
        from ui.cases.page import CasesPage

        page = self._window.open_page("cases")
        return page if isinstance(page, CasesPage) else None
