"""The tour: the real windows, offscreen, driven through the main job, step by step.

A grid worker imports the roster of 坪坦村, records a dispute and a vote with the cable out, plugs
it in, and township and county see it. Every step looks its result up in the databases it
concerns.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind
from app.demo import ledger
from app.demo.scene import DEMO_PIN, Scene, build_scene, fresh_folder
from app.demo.stage import SMALL, Stage, StepFailedError, press, settle, type_in, until
from app.demo.tour_desk import DeskSteps
from app.demo.tour_grid import GridSteps
from app.demo.tour_sync import SyncSteps
from app.demo.window import demo_settings
from app.store import Store
from i18n.text import tr
from sync.client.status import LineState
from ui.application import LaptopWindow, make_application
from ui.cases.page import CasesPage
from ui.households.page import MicroGridsPage
from ui.votes.page import VotesPage
from ui.widgets.picker_field import PickerField

ROSTER = Path(__file__).parent / "data" / "roster_pingtan.xlsx"
HOUSEHOLDS, RESIDENTS, MICRO_GRIDS, REFUSED = 46, 177, 3, 2
"""What ``gulou roster-check`` finds in the workbook; two rows of 179 are refused."""
BALLOTS = 40
_PAGES = ("today", "cases", "incidents", "grids", "visits", "votes", "statistics", "settings")
_NEVER_S = 24 * 3600.0
_Page = TypeVar("_Page", bound=QWidget)


class Tour:
    """The village laptop's window, then the others, in the order of the job."""

    def __init__(self, out: Path) -> None:
        self.stage = Stage(out)
        self.scene: Scene = build_scene(fresh_folder(out))
        self.village = self.open("village")

    @property
    def store(self) -> Store:
        """The village's file."""
        return self.village.laptop.store

    def open(self, name: str) -> LaptopWindow:
        """A laptop's real window; its sync runs only when the tour says so."""
        demo = self.scene.laptops[name]
        shown = LaptopWindow(demo.laptop, demo_settings(demo), interval_s=_NEVER_S)
        shown.start()
        shown.window.activateWindow()
        return shown

    def run(self) -> None:
        """All steps; the first that fails ends the tour."""
        self.sign_in()
        self.pull_the_cable()
        self.try_import()
        self.import_roster()
        self.look_at_a_household()
        self.record_a_dispute()
        self.mediate()
        self.open_a_vote()
        self.take_ballots()
        self.tally()
        self.find_with_the_keyboard()
        self.look_at_today()
        self.plug_it_in()
        self.read_it_elsewhere()
        self.look_from_the_township()
        SyncSteps(self).run()
        GridSteps(self).run()
        DeskSteps(self).run()
        self.look_small()

    def close(self) -> None:
        """Everything ends."""
        self.village.close()
        self.scene.discard()

    # --- the village, offline --------------------------------------------------------------------

    def sign_in(self) -> None:
        with self.stage.step("登录") as _step:
            page = self.village.sign_in_page
            until("names on the sign-in page", lambda: page.table.rows.rowCount() == 3)
            page.table.choose(self.scene.account_ids["grid_worker"])
            self.stage.picture(self.village.window, "sign-in")
            type_in(page.pin, DEMO_PIN)
            press(page.pin, Qt.Key.Key_Return)
            until("the workspace", lambda: self.village.actor is not None)
            actor = self.village.actor
            self.stage.check("role", "window", actor and actor.role, Role.GRID_WORKER)

    def pull_the_cable(self) -> None:
        with self.stage.step("拔掉网线"):
            worker = self.village.worker
            if worker is None:
                raise RuntimeError("an enrolled laptop syncs")
            worker.pause()
            until("offline", lambda: self.village.status.line is LineState.OFFLINE)
            self.stage.check("line", "window", self.village.status.line, LineState.OFFLINE)
            self.stage.check("households", "village file", ledger.count(self.store, "household"), 0)
            self.stage.picture(self.village.window, "today-empty")
            self._read_notices()

    def try_import(self) -> None:
        with self.stage.step("花名册试算"):
            page = self._page("grids", MicroGridsPage)
            page.begin_import()
            page.import_page.read_file(ROSTER)
            until("the dry run", lambda: page.import_page.plan is not None)
            settle()
            self.stage.picture(self.village.window, "import-dry-run")
            plan = page.import_page.plan
            if plan is None:
                raise RuntimeError("the dry run is there")
            self.stage.check("rows refused", "dry run", plan.counts.refused_rows, REFUSED)
            self.stage.check("households", "village file", ledger.count(self.store, "household"), 0)

    def import_roster(self) -> None:
        with self.stage.step("导入花名册"):
            page = self._page("grids", MicroGridsPage)
            press(page.import_page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            until("the roster", lambda: ledger.count(self.store, "household") == HOUSEHOLDS)
            settle()
            self.stage.picture(self.village.window, "micro-grids")
            self._read_notices()
            for entity, wanted in (
                ("household", HOUSEHOLDS),
                ("resident", RESIDENTS),
                ("micro_grid", MICRO_GRIDS),
            ):
                found = ledger.count(self.store, entity)
                self.stage.check(entity, "village file", found, wanted)

    def look_at_a_household(self) -> None:
        with self.stage.step("打开一户"):
            household_id = self.household("004")
            self.village.window.open_record("household", household_id)
            for _ in range(3):  # the place, the grid's households, the household
                until("all read", lambda: not self.village.runner.is_busy)
                settle()
            self.stage.picture(self.village.window, "household")
            self.stage.check("page", "window", self.village.window.pages.key, "grids")

    def record_a_dispute(self) -> None:
        with self.stage.step("登记纠纷"):
            page = self._page("cases", CasesPage)
            page.open_new()
            settle(300)
            form = page.editor.form
            type_in(form.title, "滴水檐水沟纠纷")
            self.pick(form.class_code, "相邻土地")
            type_in(form.place, "坪坦村 第1微网格 鼓楼旁")
            self.pick(form.parties.rows[0].name, "吴文永")
            if len(form.parties.rows) < 2:
                form.parties.add.click()
            self.pick(form.parties.rows[1].name, "lz")
            form.story.setPlainText(
                "吴家新修木楼，屋檐滴水流到陆家菜园，两家为水沟怎么走争执了三天，请寨老看过一次没有谈拢。"
            )
            press(form.risk.editors()[0], Qt.Key.Key_1)
            until("the draft on the disk", lambda: self._drafts() == 1)
            self.stage.picture(self.village.window, "dispute-form")
            self.stage.check("drafts", "village file", self._drafts(), 1)
            press(form.risk.editors()[0], Qt.Key.Key_1)
            press(form.story, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            until("the case", lambda: ledger.count(self.store, "case_file") == 1)
            until("the list", lambda: not page.is_editing)
            settle()
            self.stage.check("drafts", "village file", self._drafts(), 0)
            self.stage.check("parties", "village file", ledger.count(self.store, "case_party"), 2)
            self.stage.picture(self.village.window, "dispute")

    def mediate(self) -> None:
        with self.stage.step("记一笔"):
            page = self._page("cases", CasesPage)
            until("the case beside the list", lambda: page.card.case_id)
            settle()
            events = page.card.events
            events.ask(CaseEventKind.MEDIATION_HELD)
            type_in(events.note, "在鼓楼请两家坐下来看了水沟，吴家愿意改道，陆家要求先砌石。")
            press(events.risk.editors()[0], Qt.Key.Key_1)
            press(events.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            until("the event", lambda: ledger.count(self.store, "case_event") == 2)
            settle(300)
            self.stage.check("events", "village file", ledger.count(self.store, "case_event"), 2)
            self.stage.picture(self.village.window, "dispute-timeline")

    def open_a_vote(self) -> None:
        with self.stage.step("提出议案、开启表决"):
            page = self._page("votes", VotesPage)
            page.propose.click()
            editor = page.editor
            type_in(editor.title_edit, "村民建房公约（修订）")
            editor.text.setPlainText(
                "第四条 新建木楼滴水须留二尺，与邻户商定并立据。\n"
                "第六条 建房前报村民建房理事会，七日内答复。"
            )
            settle(300)
            self.stage.picture(self.village.window, "motion-form")
            press(editor.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            until("the motion", lambda: ledger.count(self.store, "motion") == 1)
            until("the opening screen", lambda: page.open_vote.isEnabled())
            settle()
            self.stage.picture(self.village.window, "motion-draft")
            page.open_vote.click()
            until(
                "the electorate",
                lambda: ledger.count(self.store, "electorate_entry") == HOUSEHOLDS,
            )
            settle(300)
            found = ledger.count(self.store, "electorate_entry")
            self.stage.check("electorate", "village file", found, HOUSEHOLDS)

    def take_ballots(self) -> None:
        with self.stage.step("逐户收票（按键 1 2 3）"):
            page = self._page("votes", VotesPage)
            table = page.ballots.table
            until("the ballot table", lambda: table.rows.rowCount() == HOUSEHOLDS)
            keys = (Qt.Key.Key_1,) * 34 + (Qt.Key.Key_2,) * 4 + (Qt.Key.Key_3,) * 2
            for taken, key in enumerate(keys, start=1):
                press(table, key)
                until("the ballot", partial(self._has_ballots, taken))
                settle(20)
            until("all saved", lambda: not self.village.runner.is_busy)
            settle(400)
            self.stage.picture(self.village.window, "ballots")
            found = ledger.count(self.store, "ballot")
            self.stage.check("ballots", "village file", found, BALLOTS)

    def tally(self) -> None:
        with self.stage.step("截止并计票"):
            page = self._page("votes", VotesPage)
            page.tally.click()
            settle(200)
            self.stage.picture(self.village.window, "tally-asked")
            press(page.ballots.ask_bar.yes, Qt.Key.Key_Space)
            until("the tally", lambda: ledger.count(self.store, "motion_event") == 2)
            until("all read", lambda: not self.village.runner.is_busy)
            settle(400)
            self.stage.picture(self.village.window, "result")
            self.stage.check("state", "village file", self._state("motion"), "tallied")

    def find_with_the_keyboard(self) -> None:
        with self.stage.step("Ctrl+K 查找"):
            window = self.village.window
            window.open_page("today")
            window.open_search()
            panel = window.search_panel
            type_in(panel.edit, "wwy")
            found = panel.results.model()
            until("hits", lambda: found.rowCount() > 0)
            settle()
            self.stage.picture(window, "search")
            first = str(found.index(0, 0).data())
            self.stage.check("first hit", "window", first[:3], "吴文永")
            panel.close_panel()

    def look_at_today(self) -> None:
        with self.stage.step("今日"):
            self.village.window.open_page("today")
            settle(400)
            self.stage.check("waiting", "village file", ledger.waiting(self.store) > 0, True)
            self.stage.check("line", "window", self.village.status.line, LineState.OFFLINE)
            self.stage.picture(self.village.window, "today")

    # --- the line is up --------------------------------------------------------------------------

    def plug_it_in(self) -> None:
        with self.stage.step("插上网线"):
            worker = self.village.worker
            if worker is None:
                raise RuntimeError("an enrolled laptop syncs")
            written = int(self.store.value("last_op_no") or 0)
            worker.resume()
            until("no operation waits", lambda: ledger.waiting(self.store) == 0, 60)
            until("online", lambda: self.village.status.line is LineState.ONLINE)
            self.stage.check("operations written", "village file", written > 300, True)
            self.stage.check("waiting", "village file", ledger.waiting(self.store), 0)
            self.stage.check("not applied", "village file", ledger.not_applied(self.store), 0)
            for entity in ledger.RECORDED:
                differing = ledger.unlike(
                    ledger.rows(self.store, entity), ledger.county_rows(self.scene, entity)
                )
                self.stage.check(f"{entity} unlike the village's", "PostgreSQL", differing, 0)
            self.village.window.open_page("sync")
            settle(300)
            self.stage.picture(self.village.window, "synced")

    def read_it_elsewhere(self) -> None:
        with self.stage.step("三处核对"):
            for name in ("township", "county", "forestry", "other_village"):
                self.scene.laptops[name].sync()
            for entity in ledger.RECORDED:
                in_village = ledger.rows(self.store, entity)
                for name in ("township", "county"):
                    there = ledger.rows(self.scene.laptops[name].laptop.store, entity)
                    differing = ledger.unlike(in_village, there)
                    self.stage.check(f"{entity} unlike the village's", f"{name} file", differing, 0)
                for name in ("forestry", "other_village"):
                    found = ledger.count(self.scene.laptops[name].laptop.store, entity)
                    self.stage.check(entity, f"{name} file", found, 0)

    def look_from_the_township(self) -> None:
        with self.stage.step("乡镇看到"):
            township = self.open("township")
            page = township.sign_in_page
            until("names", lambda: page.table.rows.rowCount() == 1)
            page.table.choose_position(0)
            type_in(page.pin, DEMO_PIN)
            press(page.pin, Qt.Key.Key_Return)
            until("the workspace", lambda: township.actor is not None)
            township.window.notices.dismiss()
            (case_id,) = ledger.rows(self.store, "case_file")
            township.window.open_record("case_file", case_id)
            cases = township.window.pages.current_page()
            if not isinstance(cases, CasesPage):
                raise TypeError("a case opens on its page")
            until("the case", lambda: cases.card.case_id == case_id)
            settle(300)
            self.stage.picture(township.window, "township-case")
            (motion_id,) = ledger.rows(self.store, "motion")
            township.window.open_record("motion", motion_id)
            votes = township.window.pages.current_page()
            if not isinstance(votes, VotesPage):
                raise TypeError("a motion opens on its page")
            until("the motion", lambda: votes.desk.view is not None)
            until("all read", lambda: not township.runner.is_busy)
            settle(300)
            self.stage.picture(township.window, "township-vote")
            self.stage.check(
                "state",
                "township file",
                self._state("motion", township.laptop.store),
                "tallied",
            )
            township.close()

    def look_small(self) -> None:
        with self.stage.step("小屏幕、双语、设置、统计"):
            window = self.village.window
            self.village.settings.set_bilingual(True)
            for key in _PAGES:
                window.open_page(key)
                settle(300)
                self.stage.picture(window, f"small-{key}", SMALL)
            self.stage.check("width", "window", window.width(), SMALL.width())
            window.open_page("statistics")
            settle(300)
            self.stage.picture(window, "statistics")
            window.open_page("grids")
            settle(300)
            self.stage.picture(window, "micro-grids-bilingual")

    # --- small helpers --------------------------------------------------------------------------

    def pick(self, picker: PickerField, typed: str) -> None:
        """Types into a picker, waits for the list, takes the first."""
        until("the cursor in the picker", partial(_has_cursor, picker.edit))
        type_in(picker.edit, typed)
        until(f"a hit for {typed}", picker.is_open)
        press(picker.edit, Qt.Key.Key_Return)
        until("the choice", lambda: picker.value() is not None)

    def _page(self, key: str, kind: type[_Page]) -> _Page:
        """Opens a page by its key."""
        page = self.village.window.open_page(key)
        if not isinstance(page, kind):
            raise TypeError(key)
        return page

    def _has_ballots(self, count: int) -> bool:
        return ledger.count(self.store, "ballot") == count

    def _read_notices(self) -> None:
        """Presses 知道了 as long as there is news."""
        while self.village.window.notices.shown is not None:
            self.village.window.notices.dismiss()

    def household(self, number: str) -> str:
        """The village's household of this number."""
        with self.store.reading() as session:
            found = session.connection().exec_driver_sql(
                "SELECT id FROM household WHERE number = ?", (number,)
            )
            return str(found.scalar_one())

    def _drafts(self) -> int:
        with self.store.reading() as session:
            return int(
                session.connection().exec_driver_sql("SELECT count(*) FROM draft").scalar_one()
            )

    def _state(self, entity: str, store: Store | None = None) -> str:
        with (store or self.store).reading() as session:
            return str(
                session.connection().exec_driver_sql(f"SELECT state FROM {entity}").scalar_one()
            )


def _has_cursor(field: QWidget) -> bool:
    """Puts the cursor there until it stays: a page that was just opened places it too."""
    field.window().activateWindow()
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    return field.hasFocus()


def run_tour(out: Path) -> int:
    """Runs the tour, writes pictures and the summary; 0 when every check of every step held."""
    app = make_application()
    print(tr("没有显示器：自动走一遍，截图在 {folder}。", folder=out / "tour"), flush=True)
    tour = Tour(out)
    try:
        tour.run()
    except StepFailedError as failed:
        print(tr("在“{step}”这一步停下了。", step=failed))
    finally:
        is_whole = tour.stage.write_summary()
        tour.close()
        app.closeAllWindows()
    return 0 if is_whole else 1
