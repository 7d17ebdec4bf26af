"""The second half of the tour: what goes wrong between laptops, and how a person puts it right.

Two people change the same place of a case; the county refuses a number; a photograph is cut off
half way; a village without a line carries its work on a stick. All on the real county and the
real windows, each step looked up in the databases it concerns.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from app.demo import ledger
from app.demo.stage import SMALL, Stage, press, retype, settle, until
from app.households.vocabulary import IdentityKind, Sex
from app.store import Store
from db.tables.cases import CaseFile
from db.tables.households import Household, Resident
from sync.client.blob_line import BlobLine, Caller
from sync.client.blobs import Carrier
from sync.client.status import LineState
from sync.client.stick import StickState, sticks
from sync.client.transport import OfflineError
from sync.server.admin_cli import main as county_command
from ui.cases.page import CasesPage
from ui.conflicts.page import ConflictsPage
from ui.households.page import MicroGridsPage
from ui.syncing.stick_view import StickView
from ui.syncing.sync_page import SyncPage

if TYPE_CHECKING:
    from app.demo.tour import Tour

_WRONG, _RIGHT = "433031198001010018", "433031198001010010"
"""Made up; the check digit of the first is wrong."""
_HERE, _THERE = "鼓楼旁老水沟", "陆家菜园东头"
_KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)
_PHOTO_PX = (2200, 1600)
_Page = TypeVar("_Page", bound=QWidget)


class SyncSteps:
    """Goes on with the village's window where the first half left it."""

    def __init__(self, tour: Tour) -> None:
        self.stick = tour.scene.folder / "stick"
        self._held = 0
        self._tour = tour
        self._stage: Stage = tour.stage
        self._scene = tour.scene
        self._village = tour.village

    def run(self) -> None:
        """All steps."""
        self.make_a_conflict()
        self.settle_it()
        self.have_something_refused()
        self.mend_it()
        self.begin_a_photograph()
        self.finish_the_photograph()
        self.write_a_stick()
        self.read_it_at_the_county()
        self.read_the_answer()

    @property
    def _store(self) -> Store:
        return self._tour.store

    # --- the same place, changed twice -----------------------------------------------------------

    def make_a_conflict(self) -> None:
        with self._stage.step("两台电脑改了同一项"):
            self._pull_the_cable()
            case_id = self._only("case_file")
            self._village.window.open_page("cases")
            self._village.opener.mend("case_file", case_id, "place")
            page = self._page(CasesPage)
            until("the form", lambda: page.is_editing and page.editor.case_id == case_id)
            settle(300)
            retype(page.editor.form.place, _HERE)
            press(page.editor.form.place, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            until("the case saved", lambda: self._place(self._store) == _HERE)
            township = self._scene.laptops["township"]
            with township.laptop.store.transaction(
                account_id=self._scene.account_ids["township"], action="edit_case"
            ) as tx:
                tx.session.get_one(CaseFile, case_id).place = _THERE
            township.sync()
            self._plug_it_in()
            until("a conflict", lambda: ledger.count(self._store, "conflict") == 1)
            self._stage.check("conflicts", "village file", ledger.count(self._store, "conflict"), 1)
            until("the badge", lambda: self._village.status.conflicts == 1)
            self._village.window.open_page("conflicts")
            conflicts = self._page(ConflictsPage)
            until("the values", lambda: conflicts.panel.card is not None)
            self._read_notices()
            settle(300)
            self._stage.picture(self._village.window, "conflict")
            self._stage.picture(self._village.window, "conflict-small", SMALL)

    def settle_it(self) -> None:
        with self._stage.step("按一个键定下来"):
            page = self._page(ConflictsPage)
            names = [box.accessibleName() for box in page.panel.choices.boxes]
            wanted_words = _THERE if self._place(self._store) == _HERE else _HERE
            place = names.index("对方" if wanted_words == _THERE else "本机")
            press(page.table, _KEYS[place])
            until("the other value", lambda: self._place(self._store) == wanted_words)
            self._sync_and_wait()
            self._scene.laptops["township"].sync()
            found = self._place(self._scene.laptops["township"].laptop.store)
            self._stage.check("place", "township file", found, wanted_words)
            found = self._at_county("SELECT place FROM case_file")
            self._stage.check("place", "PostgreSQL", found, wanted_words)
            until("nothing open", lambda: self._village.status.conflicts == 0)
            self._stage.check("open conflicts", "window", self._village.status.conflicts, 0)
            settle(300)
            self._stage.picture(self._village.window, "conflicts-settled")
            self._read_notices()

    # --- what the county does not take -----------------------------------------------------------

    def have_something_refused(self) -> None:
        with self._stage.step("县里没有采纳"):
            account_id = self._scene.account_ids["grid_worker"]
            with self._store.transaction(account_id=account_id, action="add_resident") as tx:
                household = tx.session.get_one(Household, self._household("004"))
                # As a program would write it that does not check the number yet.
                tx.session.add(
                    Resident(
                        unit_id=household.unit_id,
                        household_id=household.id,
                        name="吴小满",
                        sex=Sex.MALE,
                        identity_kind=IdentityKind.RESIDENT_IDENTITY_NUMBER,
                        identity_number=_WRONG,
                        note="去年冬月从外地回来，带着老母亲住。",
                    )
                )
            self._sync_and_wait()
            until("one refused", lambda: self._village.status.refused == 1)
            self._stage.check("refused", "window", self._village.status.refused, 1)
            self._village.window.open_page("sync")
            page = self._page(SyncPage)
            until("the list", lambda: page.pending.card.row is not None)
            settle(300)
            row = page.pending.card.row
            self._stage.check("field to mend", "window", row and row.wrong_field, "identity_number")
            self._stage.picture(self._village.window, "refused")
            self._stage.picture(self._village.window, "refused-small", SMALL)

    def mend_it(self) -> None:
        with self._stage.step("改正，再次上报"):
            self._page(SyncPage).pending.card.mend.click()
            page = self._page(MicroGridsPage)
            side = page.overview.side
            until("the form", lambda: side.is_editing and side.resident_form.is_open)
            number = side.resident_form.editor("identity_number")
            window = self._village.window
            window.activateWindow()
            until("the cursor at the number", lambda: window.focusWidget() is number)
            settle(200)
            self._stage.picture(self._village.window, "mending")
            retype(number, _RIGHT)
            press(number, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            until("saved", lambda: not side.is_editing)
            self._sync_and_wait()
            until("nothing refused", lambda: self._village.status.refused == 0)
            found = self._at_county("SELECT identity_number FROM resident WHERE name = '吴小满'")
            self._stage.check("number", "PostgreSQL", found, _RIGHT)
            self._stage.check("refused", "window", self._village.status.refused, 0)
            self._village.window.open_page("sync")
            settle(300)
            self._stage.picture(self._village.window, "nothing-pending")

    # --- a photograph, cut off -------------------------------------------------------------------

    def begin_a_photograph(self) -> None:
        with self._stage.step("照片传到一半，县里断了"):
            self._pull_the_cable()
            case_id = self._only("case_file")
            self._village.window.open_record("case_file", case_id)
            page = self._page(CasesPage)
            until("the case", lambda: page.card.case_id == case_id)
            photo = self._scene.folder / "水沟.png"
            _paint_photo(photo)
            page.card.attachments.attach_paths([str(photo)])
            until("the attachment", lambda: ledger.count(self._store, "attachment") == 1)
            until("its picture", lambda: page.card.attachments.rows)
            self._read_notices()
            settle(400)
            self._stage.picture(self._village.window, "photo")
            demo = self._scene.laptops["village"]
            demo.sync()
            line = _CutLine(demo.transport, self._scene.process.kill)
            try:
                Carrier(self._store, line).carry()
            except OfflineError:
                self._stage.check("line", "window", line.pieces, 2)
            held = int(self._at_county("SELECT held FROM blob"))
            size = int(self._at_county("SELECT size FROM blob"))
            self._stage.check("a part is there", "PostgreSQL", 0 < held < size, True)
            self._held = held

    def finish_the_photograph(self) -> None:
        with self._stage.step("接着传，不重头"):
            self._scene.restart_county()
            demo = self._scene.laptops["village"]
            carried = demo.carry()
            size = int(self._at_county("SELECT size FROM blob"))
            self._stage.check("bytes of the second go", "line", carried.up, size - self._held)
            self._stage.check(
                "held", "PostgreSQL", int(self._at_county("SELECT held FROM blob")), size
            )
            township = self._scene.laptops["township"]
            township.sync()
            found = ledger.count(township.laptop.store, "attachment")
            self._stage.check("attachment", "township file", found, 1)
            self._page(CasesPage).load()
            settle(400)
            self._stage.picture(self._village.window, "photo-small", SMALL)

    # --- without a line --------------------------------------------------------------------------

    def write_a_stick(self) -> None:
        with self._stage.step("写出到U盘"):
            self.stick.mkdir()
            account_id = self._scene.account_ids["grid_worker"]
            with self._store.transaction(account_id=account_id, action="edit_household") as tx:
                household = tx.session.get_one(Household, self._household("004"))
                household.note = "没有网，用U盘送来的话"
            waiting = ledger.waiting(self._store)
            view = self._sticks()
            view.write_to(self.stick)
            until("written", view.out.isEnabled)
            settle(300)
            self._stage.check("files", "stick", len(list(self.stick.glob("gulou-up-*"))), 1)
            self._stage.check("still waiting", "village file", ledger.waiting(self._store), waiting)
            text = b"".join(path.read_bytes() for path in self.stick.iterdir())
            self._stage.check("readable on it", "stick", "U盘送来".encode() in text, False)
            self._stage.picture(self._village.window, "stick-written")

    def read_it_at_the_county(self) -> None:
        with self._stage.step("县里读入U盘"):
            data = str(self._scene.folder / "county")
            code = county_command(["stick-in", "--data", data, str(self.stick)])
            self._stage.check("exit code", "gulou-county", code, 0)
            found = self._at_county("SELECT note FROM household WHERE number = '004'")
            self._stage.check("note", "PostgreSQL", found, "没有网，用U盘送来的话")
            again = county_command(["stick-in", "--data", data, str(self.stick)])
            self._stage.check("a second reading", "gulou-county", again, 0)
            versions = self._at_county("SELECT max(times) FROM stick_read")
            self._stage.check("readings", "PostgreSQL", versions, 2)

    def read_the_answer(self) -> None:
        with self._stage.step("从U盘读入回执"):
            view = self._sticks()
            view.read_from(self.stick)
            until("nothing waits", lambda: ledger.waiting(self._store) == 0)
            until("read", view.out.isEnabled)
            settle(300)
            (receipt, *_older) = sticks(self._store)
            self._stage.check("receipt", "village file", receipt.state, StickState.ANSWERED)
            self._stage.check("line", "window", self._village.status.line, LineState.OFFLINE)
            self._stage.picture(self._village.window, "stick-answered")
            self._stage.picture(self._village.window, "stick-small", SMALL)
            self._plug_it_in()
            for entity in ledger.RECORDED:
                differing = ledger.unlike(
                    ledger.rows(self._store, entity), ledger.county_rows(self._scene, entity)
                )
                self._stage.check(f"{entity} unlike the village's", "PostgreSQL", differing, 0)

    # --- small helpers ---------------------------------------------------------------------------

    def _sticks(self) -> StickView:
        self._village.window.open_page("sync")
        page = self._page(SyncPage)
        page.show_sticks()
        settle(200)
        if page.sticks is None:
            raise RuntimeError("a laptop's window has its sticks")
        return page.sticks

    def _page(self, kind: type[_Page]) -> _Page:
        page = self._village.window.pages.current_page()
        if not isinstance(page, kind):
            raise TypeError(type(page).__name__)
        return page

    def _pull_the_cable(self) -> None:
        worker = self._village.worker
        if worker is None:
            raise RuntimeError("an enrolled laptop syncs")
        worker.pause()
        until("offline", lambda: self._village.status.line is LineState.OFFLINE)

    def _plug_it_in(self) -> None:
        worker = self._village.worker
        if worker is None:
            raise RuntimeError("an enrolled laptop syncs")
        worker.resume()
        self._sync_and_wait()

    def _sync_and_wait(self) -> None:
        worker = self._village.worker
        if worker is None:
            raise RuntimeError("an enrolled laptop syncs")
        worker.wake()
        until("no operation waits", lambda: ledger.waiting(self._store) == 0, 60)
        until("online", lambda: self._village.status.line is LineState.ONLINE)

    def _read_notices(self) -> None:
        while self._village.window.notices.shown is not None:
            self._village.window.notices.dismiss()

    def _only(self, entity: str) -> str:
        (record_id,) = ledger.rows(self._store, entity)
        return record_id

    def _household(self, number: str) -> str:
        with self._store.reading() as session:
            found = session.connection().exec_driver_sql(
                "SELECT id FROM household WHERE number = ?", (number,)
            )
            return str(found.scalar_one())

    def _place(self, store: Store) -> str:
        with store.reading() as session:
            found = session.connection().exec_driver_sql("SELECT place FROM case_file")
            return str(found.scalar_one())

    def _at_county(self, statement: str) -> Any:
        return ledger.county_value(self._scene, statement)


class _CutLine(BlobLine):
    """Two pieces go over; then the county's machine loses its power."""

    def __init__(self, caller: Caller, cut: Callable[[], None]) -> None:
        super().__init__(caller)
        self._cut = cut
        self.pieces = 0

    def append(self, sha256: str, start: int, body: bytes) -> int:
        if self.pieces == 2:
            self._cut()
        held = super().append(sha256, start, body)
        self.pieces += 1
        return held


def _paint_photo(path: Path) -> None:
    """As large as a telephone's: a ditch in the rain, in many colours so that it stays large."""
    image = QImage(*_PHOTO_PX, QImage.Format.Format_RGB32)
    image.fill(QColor("#8fa3a0"))
    painter = QPainter(image)
    width, height = _PHOTO_PX
    seed = 7
    for _spot in range(26_000):
        seed = (seed * 1_103_515_245 + 12_345) % 2**31
        x, y = seed % width, (seed // width) % height
        painter.fillRect(
            QRectF(x, y, 9 + seed % 23, 3 + seed % 11),
            QColor(40 + seed % 160, 50 + seed // 7 % 150, 40 + seed // 31 % 120),
        )
    painter.end()
    if not image.save(str(path)):
        raise OSError(path)
