"""The hands of the case desk's tour: an action on the laptop of whoever takes it, a round with the
county after it, and a picture of what their screen then shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from app.accounts.session import Actor
from app.cases.actions import add_case_event, record_case
from app.cases.case_draft import CaseDraft
from app.cases.queries import CaseDetail, one_case
from app.cases.vocabulary import (
    CaseEventKind,
    CaseState,
    RiskAnswer,
)
from app.demo import ledger
from app.demo.scene import DEMO_PIN
from app.demo.stage import SMALL, Stage, press, settle, type_in, until
from app.errors import UserFacingError
from app.flow.actions import dispatch
from app.flow.queries import flow_of
from app.flow.vocabulary import TurnPart
from app.store import Store
from db.clock import today_in_china
from ui.application import LaptopWindow
from ui.cases.page import CasesPage

if TYPE_CHECKING:
    from app.demo.tour import Tour


class DeskHands:
    """One person at each laptop; a window beside the village's is opened when it is looked at."""

    def __init__(self, tour: Tour) -> None:
        self._tour = tour
        self._stage: Stage = tour.stage
        self._scene = tour.scene
        self._actors: dict[str, Actor] = {}
        self._windows: dict[str, LaptopWindow] = {}
        self.today: date = today_in_china(tour.store.clock)

    def _ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _store(self, laptop: str) -> Store:
        return self._scene.laptops[laptop].laptop.store

    def _actor(self, laptop: str) -> Actor:
        """Who works at this laptop."""
        if laptop == "village" and self._tour.village.actor is not None:
            return self._tour.village.actor
        if laptop not in self._actors:
            self._actors[laptop] = self._scene.actor(laptop, laptop)
        return self._actors[laptop]

    def _act(self, laptop: str, action: Callable[..., Any], **given: Any) -> Any:
        """An action of the person at this laptop, and a round with the county after it."""
        done = action(self._store(laptop), self._actor(laptop), **given)
        self._sync(laptop)
        return done

    def _record(self, laptop: str, draft: CaseDraft) -> str:
        done = record_case(self._store(laptop), self._actor(laptop), draft)
        self._sync(laptop)
        return done.case_id

    def _event(
        self,
        laptop: str,
        case_id: str,
        kind: CaseEventKind,
        *,
        note: str = "",
        risk: RiskAnswer | None = None,
        **values: Any,
    ) -> None:
        self._sync(laptop)  # what others have done comes first
        self._act(
            laptop, add_case_event, case_id=case_id, kind=kind, note=note, risk=risk, values=values
        )

    def _refused(self, laptop: str, case_id: str, kind: CaseEventKind, **values: Any) -> bool:
        """Whether the rules stand against it now."""
        try:
            add_case_event(
                self._store(laptop), self._actor(laptop), case_id=case_id, kind=kind, values=values
            )
        except UserFacingError:
            return True
        return False

    def _send(
        self,
        laptop: str,
        case_id: str,
        to: str,
        *,
        part: TurnPart = TurnPart.LEAD,
        note: str,
    ) -> None:
        """Dispatched, carried out by the county, and there."""
        self._act(
            laptop,
            dispatch,
            case_id=case_id,
            to_unit_id=self._actor(to).unit_id,
            part=part,
            due_on=self.today + timedelta(days=10),
            note=note,
        )
        self._round(to, laptop)
        view = flow_of(self._store(to), self._actor(to), case_id)
        self._stage.check("arrived", f"{to} file", view is not None, True)

    def _sync(self, laptop: str) -> None:
        if laptop == "village":
            self._sync_village()
        else:
            self._scene.laptops[laptop].sync()

    def _sync_village(self) -> None:
        worker = self._tour.village.worker
        if worker is None:
            raise RuntimeError("an enrolled laptop syncs")
        worker.wake()
        until("no operation waits", lambda: ledger.waiting(self._tour.store) == 0, 60)
        settle(200)

    def _round(self, *laptops: str) -> None:
        for laptop in laptops:
            self._sync(laptop)

    def _case(self, laptop: str, case_id: str) -> CaseDetail:
        found = one_case(self._store(laptop), case_id)
        if found is None:
            raise RuntimeError(f"{laptop} has no such case")
        return found

    def _check_state(self, laptop: str, case_id: str, wanted: CaseState) -> None:
        self._sync(laptop)
        if laptop == "village":  # its window syncs by itself
            until("the news", lambda: self._case(laptop, case_id).state is wanted, 30)
        state = self._case(laptop, case_id).state
        self._stage.check("state", f"{laptop} file", state, wanted)

    def _at_county(self, case_id: str) -> object:
        return ledger.county_value(
            self._scene,
            f"SELECT state FROM record WHERE entity = 'case_file' AND id = '{case_id}'",
        )

    def _nowhere(self, laptop: str, case_id: str) -> None:
        self._sync(laptop)
        rows: Mapping[str, Any] = ledger.rows(self._store(laptop), "case_file")
        self._stage.check("holds the petition", f"{laptop} file", case_id in rows, False)

    # --- pictures --------------------------------------------------------------------------------

    def _picture_of(self, laptop: str, case_id: str, name: str, section: str) -> None:
        """The case on this laptop's screen, at this tab, at both sizes."""
        page = self._case_page(laptop, case_id)
        page.card.sections.turn_to(section)
        self._rest(self._window(laptop))
        self._stage.check(f"tab of {name}", "window", page.card.sections.value(), section)
        self._both(laptop, name)

    def _case_page(self, laptop: str, case_id: str) -> CasesPage:
        window = self._window(laptop).window
        window.open_record("case_file", case_id)
        page = window.pages.current_page()
        if not isinstance(page, CasesPage):
            raise TypeError("a case opens on its page")
        until("the case", lambda: page.card.case_id == case_id)
        return page

    def _both(self, laptop: str, name: str) -> None:
        window = self._window(laptop).window
        self._stage.picture(window, f"desk-{name}")
        self._stage.picture(window, f"desk-{name}-small", SMALL)

    def _rest(self, shown: LaptopWindow) -> None:
        """Until everything that was asked for is read and painted."""
        for _ in range(3):
            until("all read", lambda: not shown.runner.is_busy)
            settle(60)
        while shown.window.notices.shown is not None:
            shown.window.notices.dismiss()

    def _window(self, laptop: str) -> LaptopWindow:
        if laptop == "village":
            return self._tour.village
        if laptop not in self._windows:
            shown = self._tour.open(laptop)
            page = shown.sign_in_page
            until("names", lambda: page.table.rows.rowCount() > 0)
            page.table.choose_position(0)
            type_in(page.pin, DEMO_PIN)
            press(page.pin, Qt.Key.Key_Return)
            until("the workspace", lambda: shown.actor is not None)
            self._windows[laptop] = shown
        return self._windows[laptop]
