"""The grid desk's part of the tour: the roster of a fourth micro-grid, too large, is imported and
split; a visit, duty, an incident that becomes a dispute of which the police must hear, a birth.

In the real window, by keyboard where a person would; each step is looked up in the databases it
concerns.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psycopg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.cases.vocabulary import CaseEventKind
from app.demo import ledger
from app.demo.stage import SMALL, Stage, press, retype, settle, type_in, until
from app.grid_work.vocabulary import VisitPurpose
from app.households.filling import ResidentFields
from app.households.life import record_birth
from app.households.rules import MICRO_GRID_LARGEST, MICRO_GRID_SMALLEST
from app.households.vocabulary import MissingIdentityReason, Relation, Sex
from app.incidents.vocabulary import IncidentEventKind
from app.store import Store
from db.clock import today_in_china
from ui.cases.page import CasesPage
from ui.cases.party_rows import PartiesEditor
from ui.grid_work.page import VisitsPage
from ui.grid_work.work_form import HOUSEHOLD
from ui.households.page import MicroGridsPage
from ui.incidents.page import IncidentsPage
from ui.statistics.page import StatisticsPage
from ui.today.page import TodayPage
from ui.widgets.paper import PaperDesk
from ui.widgets.paper_pages import page_count
from ui.widgets.paper_preview import PaperPreview
from ui.widgets.picker_field import PickerField

if TYPE_CHECKING:
    from app.demo.tour import Tour

BY_GRID = Path(__file__).parent / "data" / "roster_by_grid.xlsx"
NEW_HOUSEHOLDS, NEW_RESIDENTS, OLD_GRIDS = 32, 103, 3
"""What ``gulou roster-check`` finds in the workbook; one row, a number that lost its end, is
refused."""
RECORDED = (
    *("micro_grid", "household", "resident", "roster_event", "grid_assignment", "visit"),
    *("duty_shift", "incident", "incident_person", "incident_event", "record_link"),
    *("case_file", "case_party", "case_event"),
)
_HEAD = "吴文永"
_STATION = "坪坦派出所"
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SIZES = (
    "SELECT count(*) FROM household WHERE dissolved_on IS NULL AND micro_grid_id IS NOT NULL "
    "GROUP BY micro_grid_id ORDER BY 1"
)
_Page = TypeVar("_Page", bound=QWidget)


class GridSteps:
    """Goes on with the village's window, on the line."""

    def __init__(self, tour: Tour) -> None:
        self._tour = tour
        self._stage: Stage = tour.stage
        self._scene = tour.scene
        self._village = tour.village

    def run(self) -> None:
        """All steps."""
        self.import_by_grid()
        self.split_the_grid()
        self.visit()
        self.be_on_duty()
        self.record_an_incident()
        self.turn_it_into_a_dispute()
        self.report_it()
        self.have_a_child_born()
        self.look_at_today()
        self.look_at_statistics()
        self.find_it_everywhere()

    @property
    def _store(self) -> Store:
        return self._tour.store

    # --- the roster ------------------------------------------------------------------------------

    def import_by_grid(self) -> None:
        with self._stage.step("导入一格一表的花名册"):
            page = self._open("grids", MicroGridsPage)
            households = ledger.count(self._store, "household")
            residents = ledger.count(self._store, "resident")
            page.begin_import()
            page.import_page.read_file(BY_GRID)
            until("the dry run", lambda: page.import_page.plan is not None)
            settle()
            self._picture("import-by-grid")
            plan = page.import_page.plan
            refused = plan and plan.counts.refused_rows
            self._stage.check("rows refused", "dry run", refused, 1)
            press(page.import_page, Qt.Key.Key_Return, _CONTROL)
            wanted = households + NEW_HOUSEHOLDS
            until("the roster", lambda: ledger.count(self._store, "household") == wanted)
            self._rest()
            found = ledger.count(self._store, "resident") - residents
            self._stage.check("new people", "village file", found, NEW_RESIDENTS)
            self._stage.check("largest", "village file", max(self._sizes()), NEW_HOUSEHOLDS)
            self._picture("oversized")

    def split_the_grid(self) -> None:
        with self._stage.step("拆分过大的微网格"):
            page = self._open("grids", MicroGridsPage)
            before = self._homes()
            page.begin_redraw()
            redraw = page.redraw_page
            until("the proposal", lambda: redraw.board is not None)
            self._rest()
            self._stage.picture(self._village.window, "redraw-village")
            redraw.scope_combo.setCurrentIndex(1)  # the one that is too large
            redraw.scope_combo.activated.emit(1)
            self._rest()
            self._picture("redraw")
            press(redraw.after, Qt.Key.Key_Return, _CONTROL)
            until("applied", lambda: len(self._sizes()) == OLD_GRIDS + 2)
            self._rest()
            self._picture("redrawn")
            sizes, after = self._sizes(), self._homes()
            self._stage.check("too large", "village file", max(sizes) > MICRO_GRID_LARGEST, False)
            moved = sum(after[home] != grid for home, grid in before.items())
            self._stage.check("households moved", "village file", moved, MICRO_GRID_SMALLEST)
            self._sync()
            with psycopg.connect(self._scene.county.url) as connection:
                there = [row[0] for row in connection.execute(_SIZES.encode())]
            self._stage.check("sizes", "PostgreSQL", there, sizes)

    # --- the day's work --------------------------------------------------------------------------

    def visit(self) -> None:
        with self._stage.step("走访一户（只用键盘）"):
            page = self._open("visits", VisitsPage)
            page.tabs.setCurrentIndex(1)
            self._rest()
            press(page.visits, Qt.Key.Key_N, _CONTROL)
            form = page.visits.form
            until("the form", lambda: form.is_open)
            self._rest()
            self._tour.pick(_picker(form.editor(HOUSEHOLD)), "wwy")
            purpose = _first_choice(form.editor("purpose"))
            press(purpose, Qt.Key.Key_2)
            type_in(form.editor("met"), _HEAD)
            type_in(form.editor("note"), "灶房电线已换，老母亲的血压药还够半个月。")
            self._picture("visit")
            press(form.editor("note"), Qt.Key.Key_Return, _CONTROL)
            until("the visit", lambda: ledger.count(self._store, "visit") == 1)
            self._rest()
            self._picture("visits")
            self._sync()
            found = self._at_county("SELECT purpose FROM visit")
            self._stage.check("purpose", "PostgreSQL", found, VisitPurpose.CARE.value)

    def be_on_duty(self) -> None:
        with self._stage.step("排值班"):
            page = self._open("visits", VisitsPage)
            page.tabs.setCurrentIndex(4)
            self._rest()
            press(page.duty.week.table, Qt.Key.Key_N, _CONTROL)
            form = page.duty.shift_form
            until("the form", lambda: form.is_open)
            self._rest()
            name = form.editor("name")
            retype(name, "李守田")
            press(name, Qt.Key.Key_Return, _CONTROL)
            until("the shift", lambda: ledger.count(self._store, "duty_shift") == 1)
            self._rest()
            self._picture("duty")
            self._sync()
            found = self._at_county("SELECT name FROM duty_shift")
            self._stage.check("on duty", "PostgreSQL", found, "李守田")

    # --- an incident that becomes a dispute -------------------------------------------------------

    def record_an_incident(self) -> None:
        with self._stage.step("登记警情"):
            page = self._open("incidents", IncidentsPage)
            press(page, Qt.Key.Key_N, _CONTROL)
            form = page.editor.form
            until("the form", lambda: page.is_editing and form.isEnabled())
            press(_first_choice(form.incident_class), Qt.Key.Key_1)
            type_in(form.title, "酒后争执推搡")
            self._tour.pick(form.micro_grid, "1")
            type_in(form.place, "鼓楼坪")
            self._tour.pick(form.people.rows[0].name, _HEAD)
            form.story.setPlainText("两家为水沟又吵起来，喝了酒，互相推搡，旁人拉开，没有人受伤。")
            self._picture("incident-form")
            press(form.story, Qt.Key.Key_Return, _CONTROL)
            until("the incident", lambda: ledger.count(self._store, "incident") == 1)
            until("the card", lambda: page.card.incident_id)
            self._rest()
            self._picture("incident")
            found = self._one("SELECT state FROM incident")
            self._stage.check("state", "village file", found, "open")

    def turn_it_into_a_dispute(self) -> None:
        with self._stage.step("警情转为纠纷"):
            incidents = self._current(IncidentsPage)
            press(incidents.card.events.buttons[IncidentEventKind.BECAME_CASE], Qt.Key.Key_Space)
            page = self._current(CasesPage)
            form = page.editor.form
            until("what is known", lambda: page.is_editing and form.title.text() and _open(form))
            self._tour.pick(form.class_code, "相邻土地")
            self._add_party(form.parties)
            press(_first_choice(form.risk.choices), Qt.Key.Key_3)
            settle(100)
            self._picture("incident-to-dispute")
            press(form.title, Qt.Key.Key_Return, _CONTROL)
            until("the case", lambda: ledger.count(self._store, "case_file") == 2)
            until("asked for the report", lambda: page.card.events.is_asking)
            self._rest()
            self._picture("report-asked")
            self._stage.check("links", "village file", ledger.count(self._store, "record_link"), 1)
            found = self._one("SELECT state FROM incident")
            self._stage.check("state", "village file", found, "became_case")
            found = self._one(_REPORTED)
            self._stage.check("told to the police", "village file", found, 0)

    def report_it(self) -> None:
        with self._stage.step("立即报告公安（人民调解法第二十五条）"):
            page = self._current(CasesPage)
            report = page.card.events.report
            type_in(report.station, _STATION)
            press(report.station, Qt.Key.Key_Return, _CONTROL)
            until("the report", lambda: self._one(_REPORTED) == 1)
            until("written", lambda: not page.card.events.is_asking)
            self._rest()
            self._picture("reported")
            self._sync()
            found = self._at_county(
                "SELECT count(*) FROM record WHERE entity = 'case_event' "
                f"AND body ->> 'kind' = '{CaseEventKind.REPORTED_TO_POLICE}' "
                f"AND body ->> 'detail' LIKE '%{_STATION}%'"
            )
            self._stage.check("told to the police", "PostgreSQL", found, 1)

    # --- people come ------------------------------------------------------------------------------

    def have_a_child_born(self) -> None:
        with self._stage.step("添一口人"):
            household_id = self._tour.household("004")
            actor = self._village.actor
            if actor is None:
                raise RuntimeError("somebody is signed in")
            child = ResidentFields(
                name="吴春生",
                relation=Relation.GRANDSON,
                sex=Sex.MALE,
                birth_date=today_in_china(self._store.clock),
                missing_identity=MissingIdentityReason.NEWBORN_NOT_REGISTERED,
            )
            changes = record_birth(self._store, actor, household_id=household_id, given=child)
            self._village.window.pages.tell_changes(changes)
            self._village.window.open_record("household", household_id)
            self._rest()
            self._picture("birth")
            self._sync()
            found = self._at_county("SELECT name FROM roster_event WHERE kind = 'born'")
            self._stage.check("born", "PostgreSQL", found, "吴春生")

    # --- the day and the figures ---------------------------------------------------------------

    def look_at_today(self) -> None:
        with self._stage.step("今日要办的事，打印一页"):
            self._village.window.open_page("today")
            self._rest()
            self._picture("today-grid")
            page = self._current(TodayPage)
            page.print_button.click()
            (desk,) = page.print_button.findChildren(PaperDesk)
            desk.menu.close()
            desk.preview_action.trigger()
            (preview,) = page.print_button.findChildren(PaperPreview)
            settle(200)
            self._stage.picture(preview, "today-on-paper")
            preview.close()
            written = self._stage.folder / "today.pdf"
            desk.save_to(written)
            until("the paper in the file", written.exists)
            self._stage.check("begins as", "PDF", written.read_bytes()[:4], b"%PDF")
            self._stage.check("pages", "PDF", page_count(desk.paper), 1)
            until("the print written down", lambda: self._one(_PRINTED) == 1)
            self._rest()
            self._sync()
            found = self._at_county("SELECT looked_at FROM look WHERE looked_at = 'print'")
            self._stage.check("a print is a look", "PostgreSQL", found, "print")

    def look_at_statistics(self) -> None:
        with self._stage.step("警情统计"):
            page = self._open("statistics", StatisticsPage)
            page.show_incidents()
            until("the figures", page.incidents.rows)
            self._rest()
            self._picture("incident-statistics")
            self._stage.check("rows", "window", len(page.incidents.rows()) > 0, True)

    def find_it_everywhere(self) -> None:
        with self._stage.step("网格工作三处核对"):
            self._sync()
            for name in ("township", "county", "forestry", "other_village"):
                self._scene.laptops[name].sync()
            for entity in RECORDED:
                here = ledger.rows(self._store, entity)
                there = ledger.county_rows(self._scene, entity)
                differing = ledger.unlike(here, there)
                self._stage.check(f"{entity} unlike the village's", "PostgreSQL", differing, 0)
                for name in ("township", "county"):
                    there = ledger.rows(self._scene.laptops[name].laptop.store, entity)
                    differing = ledger.unlike(here, there)
                    self._stage.check(
                        f"{entity} unlike the village's", f"{name} file", differing, 0
                    )
                for name in ("forestry", "other_village"):
                    found = ledger.count(self._scene.laptops[name].laptop.store, entity)
                    self._stage.check(entity, f"{name} file", found, 0)

    # --- small helpers ---------------------------------------------------------------------------

    def _open(self, key: str, kind: type[_Page]) -> _Page:
        self._village.window.open_page(key)
        self._rest()
        return self._current(kind)

    def _current(self, kind: type[_Page]) -> _Page:
        page = self._village.window.pages.current_page()
        if not isinstance(page, kind):
            raise TypeError(type(page).__name__)
        return page

    def _picture(self, name: str) -> None:
        """At both sizes."""
        self._stage.picture(self._village.window, name)
        self._stage.picture(self._village.window, f"{name}-small", SMALL)

    def _rest(self) -> None:
        """Until everything that was asked for is read and painted, and keys reach the window."""
        self._village.window.activateWindow()
        for _ in range(3):
            until("all read", lambda: not self._village.runner.is_busy)
            settle(60)
        while self._village.window.notices.shown is not None:
            self._village.window.notices.dismiss()

    def _sync(self) -> None:
        worker = self._village.worker
        if worker is None:
            raise RuntimeError("an enrolled laptop syncs")
        worker.wake()
        until("no operation waits", lambda: ledger.waiting(self._store) == 0, 60)

    def _add_party(self, parties: PartiesEditor) -> None:
        """Somebody of the other side, where the incident knew one person alone."""
        if len(parties.rows) < 2:
            parties.add.click()
        self._tour.pick(parties.rows[1].name, "lz")

    def _sizes(self) -> list[int]:
        with self._store.reading() as session:
            found = session.connection().exec_driver_sql(_SIZES)
            return [int(row[0]) for row in found]

    def _homes(self) -> dict[str, str]:
        """Household to micro-grid."""
        with self._store.reading() as session:
            found = session.connection().exec_driver_sql("SELECT id, micro_grid_id FROM household")
            return {row[0]: row[1] for row in found}

    def _one(self, statement: str) -> object:
        with self._store.reading() as session:
            return session.connection().exec_driver_sql(statement).scalar_one()

    def _at_county(self, statement: str) -> object:
        return ledger.county_value(self._scene, statement)


_PRINTED = "SELECT count(*) FROM look WHERE looked_at = 'print'"
_REPORTED = f"SELECT count(*) FROM case_event WHERE kind = '{CaseEventKind.REPORTED_TO_POLICE}'"


def _open(form: QWidget) -> bool:
    """Whether it can be typed in."""
    return form.isEnabled()


def _first_choice(row: QWidget) -> QAbstractButton:
    found: list[QAbstractButton] = row.findChildren(QAbstractButton)
    return found[0]


def _picker(editor: QWidget) -> PickerField:
    if not isinstance(editor, PickerField):
        raise TypeError(type(editor).__name__)
    return editor
