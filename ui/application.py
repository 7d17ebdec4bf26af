"""Puts the window of one laptop together: pages, sign-in, lock, and the sync behind it all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.accounts.actions import sign_in
from app.accounts.queries import accounts_of_this_laptop, known_units, must_change_pin
from app.accounts.session import Actor
from app.cases.settling import cases_to_number, settle_numbers
from app.errors import ErrorCode, UserFacingError
from app.laptop import Finding, Laptop, daily_care, today_in_china
from app.organisations.rules import display_name
from app.refolding import refold
from app.search import search
from app.store import Changes
from i18n.text import tr
from sync.client.status import LineState, SyncStatus, read_status
from ui.badges import COUNTED_FROM, Badges
from ui.context import PageContext
from ui.own_pages import own_pages
from ui.page_opener import PageOpener
from ui.shell.main_window import MainWindow
from ui.shell.settings import Settings
from ui.shell.sign_in_page import Person, SignInPage
from ui.syncing.bridge import SyncBridge
from ui.taking_back import TakingBack
from ui.theme import Tone, apply_theme, window_icon
from ui.widgets.enter import EnterPresses
from ui.widgets.hits import Hit
from ui.widgets.notice_bar import NoticeAction
from ui.wording import error_sentence
from ui.wording_conflicts import conflicts_hit
from ui.wording_life import hit_line, marked_hits
from ui.wording_rules import name_of
from ui.wording_store import finding_sentence, key_file_notice
from ui.wording_sync import (
    clock_banner,
    entity_word,
    forgotten_notice,
    is_forgotten,
    line_word,
    short_status_line,
)
from ui.work.runner import Lane, Runner
from ui.work_pages import fetch_pages, work_pages

if TYPE_CHECKING:
    from sync.client.stick import StickRead
    from sync.client.transport import HttpsTransport
    from sync.client.worker import SyncWorker

_SETTLED_MS = 120
"""After this the sign-in page is painted, and what starts now delays nobody."""


class LaptopWindow(QObject):
    """One laptop's window with everything behind it. ``start()`` shows it, ``close()`` ends it.

    ``recovery_asked(sentence)``: the file is damaged and the person wants to go back to a copy.
    """

    recovery_asked = Signal(str)
    ended = Signal(str)
    """The county had this laptop's keys destroyed; the sentence says so. Nothing is shown then."""
    settled = Signal()
    """Every page is imported; what the program is made of is in memory."""
    status_shown = Signal(object)
    """The ``SyncStatus`` the navigation shows now."""

    def __init__(self, laptop: Laptop, settings: Settings, *, interval_s: float = 60.0) -> None:
        super().__init__()
        self.laptop = laptop
        self.settings = settings
        self.actor: Actor | None = None
        self.runner = Runner(self)
        self.bridge = SyncBridge(self)
        self.worker: SyncWorker | None = None
        self._transport: HttpsTransport | None = None
        self._interval_s = interval_s
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self._start_background)
        self._clock_notice: str | None = None
        self.status = SyncStatus()
        self.window = MainWindow(
            runner=self.runner, settings=settings, search=self._search, today=self._today
        )
        self.opener = PageOpener(self.window)
        self.badges = Badges(
            laptop.store, self.runner, self.window, who=lambda: self.actor, parent=self
        )
        self.taking_back = TakingBack(
            laptop.store, self.runner, self.window, who=lambda: self.actor, parent=self
        )
        self.sign_in_page = SignInPage(
            sign_in=self._sign_in, describe=error_sentence, runner=self.runner
        )
        self._connect()

    def start(self) -> None:
        """Shows the window and begins the quiet work behind it."""
        if self.laptop.store.value("county_url") is None:
            self._show_enrolment()
        else:
            self.show_sign_in()
        self.window.show_fitting()
        self._settling.start()

    def _start_background(self) -> None:
        """What nobody waits for, once the sign-in page stands: the line, the pages, the check."""
        if self.laptop.store.value("county_url") is not None:
            self._start_sync()
        self.runner.read(fetch_pages, on_done=self._on_pages_fetched)
        self.runner.run(partial(daily_care, self.laptop), on_done=self._on_checked, lane=Lane.CARE)

    def _on_pages_fetched(self, _nothing: None) -> None:
        self.settled.emit()

    def close(self) -> None:
        """Ends sync and background work; the laptop's file stays open for its owner to close."""
        self._settling.stop()  # a window closed at once begins nothing any more
        if self.worker is not None:
            self.worker.stop()
        if self._transport is not None:
            self._transport.close()
        self.window.close()
        self.runner.close()

    def show_sign_in(self) -> None:
        """The names of this laptop; the last one chosen."""
        self.runner.read(partial(self._people), on_done=self._on_people)

    # --- who is there ------------------------------------------------------------------------

    def _people(self) -> list[Person]:
        units = known_units(self.laptop.store)
        return [
            Person(
                row.account_id,
                row.name,
                tr(
                    "{unit} {role}",
                    unit=display_name(units[row.unit_id], units) if row.unit_id in units else "",
                    role=name_of(row.role),
                ),
            )
            for row in accounts_of_this_laptop(self.laptop.store)
        ]

    def _on_people(self, people: list[Person]) -> None:
        self.sign_in_page.set_people(people, last_account_id=self.settings.last_account_id)
        self.window.show_sign_in(self.sign_in_page)

    def _sign_in(self, account_id: str, pin: str) -> Actor:
        return sign_in(self.laptop.store, account_id=account_id, pin=pin)

    def _on_signed_in(self, actor: Actor) -> None:
        is_same = self.actor is not None and self.actor.account_id == actor.account_id
        self.actor = actor
        self.settings.set_last_account_id(actor.account_id)
        if not is_same:
            self._make_pages(actor)
        if not is_same:
            self.window.open_page("today")
            self._say_where_keys_are()
            self.badges.remind(is_said=True)
            self.runner.read(
                partial(self._whose_pin_was_given, actor.account_id), on_done=self._on_pin_looked_up
            )
        self.window.show_workspace()

    def _whose_pin_was_given(self, account_id: str) -> str:
        """The account itself while its PIN is the county's, else nobody's."""
        return account_id if must_change_pin(self.laptop.store, account_id) else ""

    def _on_pin_looked_up(self, account_id: str) -> None:
        if self.actor is not None and self.actor.account_id == account_id:
            change = NoticeAction(tr("换 PIN 码"), self.opener.open_pin_card)
            self.window.notices.show_notice(_given_pin_notice(), tone=Tone.WARN, actions=(change,))

    def _on_pin_changed(self) -> None:
        self.window.notices.forget(_given_pin_notice())

    def _on_locked(self) -> None:
        if self.actor is not None:
            self.sign_in_page.show_locked(
                Person(self.actor.account_id, self.actor.name, name_of(self.actor.role))
            )
            self.window.show_sign_in(self.sign_in_page)

    def _on_other_person(self) -> None:
        self.actor = None
        self.taking_back.forget()
        self.window.clear_pages()
        self.show_sign_in()

    # --- pages ---------------------------------------------------------------------------------

    def _make_pages(self, actor: Actor) -> None:
        self.window.clear_pages()
        context = PageContext(
            store=self.laptop.store,
            actor=actor,
            runner=self.runner,
            notify=self.window.notices.show_notice,
            offer_undo=self.taking_back.offer,
            open_record=self.window.open_record,
            wrote=self._on_wrote,
            open_page=self.opener.open_page,
            begin_case=self.opener.begin_case,
            begin_case_from=self.opener.begin_case_from,
            begin_case_of_finding=self.opener.begin_case_of_finding,
            begin_incident=self.opener.begin_incident,
            begin_work=self.opener.begin_work,
            begin_found=self.opener.begin_found,
            mend=self.opener.mend,
            open_case_at=self.opener.open_case_at,
        )
        own = own_pages(
            context,
            self.settings,
            pin_changed=self._on_pin_changed,
            make_sync_page=partial(self._make_sync_page, context),
        )
        for spec in (*work_pages(context), *own):
            self.window.register_page(spec)
        unit = actor.units.get(actor.unit_id)
        place = display_name(unit, actor.units) if unit is not None else ""
        self.window.navigation.set_identity(
            place, tr("{name} {role}", name=actor.name, role=name_of(actor.role))
        )
        self._show_status(self.status)
        self.badges.count()

    def _make_sync_page(self, context: PageContext) -> QWidget:
        from ui.syncing.stick_desk import StickDesk
        from ui.syncing.sync_page import SyncPage

        desk = StickDesk(self.laptop, tell=self._on_stick_read)
        page = SyncPage(context, sticks=desk)
        desk.setParent(page)
        page.sync_asked.connect(self._on_wrote)
        self.status_shown.connect(page.show_status)
        page.show_status(self.status)
        return page

    def _on_stick_read(self, read: StickRead) -> None:
        """On the writer thread; the screens follow as after a round on the line."""
        self.bridge.tell_changes(read.changes)
        self.bridge.tell_status(read_status(self.laptop.store, self.status.line))

    def _search(self, typed: str) -> Sequence[Hit]:
        page = conflicts_hit(typed, self.status.conflicts)
        return [
            *((page,) if page is not None else ()),
            *self._records_found(typed),
        ]

    def _records_found(self, typed: str) -> Sequence[Hit]:
        look = partial(search, self.laptop.store, reader=self.actor)
        return [
            replace(hit, subtitle=hit_line(entity_word(hit.entity), hit))
            for hit in marked_hits(look, typed)
        ]

    # --- sync ----------------------------------------------------------------------------------

    def _start_sync(self) -> None:
        from sync.client.blob_line import BlobLine
        from sync.client.blobs import Carrier
        from sync.client.line import open_line
        from sync.client.worker import SyncWorker

        if self.worker is not None:
            return
        line = open_line(
            self.laptop.store,
            self.laptop.keys,
            secret_name=self.laptop.device_secret,
            after_laying=refold,
            destroy_keys=self.laptop.destroy_keys,
        )
        if line is None:
            self._show_status(read_status(self.laptop.store, LineState.NOT_ENROLLED))
            return
        self._transport = line.transport
        self.worker = SyncWorker(
            self.laptop.store,
            line.exchanger,
            on_changes=self.bridge.tell_changes,
            on_status=self.bridge.tell_status,
            interval_s=self._interval_s,
            carrier=Carrier(self.laptop.store, BlobLine(self._transport)),
        )
        self.bridge.watch_network()
        self._show_status(read_status(self.laptop.store, LineState.UNKNOWN))
        self.worker.start()

    def _on_wrote(self) -> None:
        """Counts what waits at once, and lets the sync run soon."""
        if self.worker is not None:
            self.worker.wake()
        self.runner.read(self._count_waiting, on_done=self._on_counted)

    def _count_waiting(self) -> SyncStatus:
        return read_status(self.laptop.store, LineState.UNKNOWN)

    def _on_counted(self, counted: SyncStatus) -> None:
        """The counts are new; what the line does is what was last heard of it."""
        self._show_status(replace(counted, line=self.status.line, problem=self.status.problem))

    def _on_written(self, written: object) -> None:
        """A result with ``records``; the step it was, where it says so."""
        self.taking_back.withdraw(but=getattr(written, "txn", None))
        touches = getattr(written, "touches", None)
        if touches is not None and touches(*COUNTED_FROM):
            self.badges.count()
        self._on_wrote()

    def _on_changes_arrived(self, changes: Changes) -> None:
        self.window.pages.tell_changes(changes)
        if changes.touches(*COUNTED_FROM):
            self.badges.count()
        if self.actor is None and changes.touches("account", "credential"):
            self.show_sign_in()

    def _look_for_numbers(self) -> None:
        """After a round: the county may have sent lasting numbers for what has none."""
        if self.actor is not None:
            work = partial(cases_to_number, self.laptop.store, self.actor)
            self.runner.read(work, on_done=self._on_numbers_looked_for)

    def _on_numbers_looked_for(self, case_ids: tuple[str, ...]) -> None:
        if case_ids and self.actor is not None:
            self.runner.write(partial(settle_numbers, self.laptop.store, self.actor))

    def _show_status(self, status: SyncStatus) -> None:
        before, self.status = self.status, status
        if status.line is LineState.DESTROYED:
            self._end()
            return
        if status.line is LineState.ONLINE and before.line is not LineState.ONLINE:
            self._look_for_numbers()
        word, tone = line_word(status.line)
        now = self.laptop.store.clock.now()
        box = self.window.navigation.sync_box
        box.show_state(word, line=short_status_line(status, now), tone=tone)
        box.set_badge(status.refused)
        self.window.navigation.set_badge("conflicts", status.conflicts)
        self.status_shown.emit(status)
        self._show_clock()
        if is_forgotten(status) and not is_forgotten(before):
            again = NoticeAction(tr("重新开通"), self._show_enrolment)
            self.window.notices.show_notice(forgotten_notice(), tone=Tone.DANGER, actions=(again,))

    def _show_clock(self) -> None:
        """A banner when the clock went wrong, gone when it is right again; nothing else."""
        banner = clock_banner(self.status)
        if banner is None and self._clock_notice is not None:
            self.window.notices.forget(self._clock_notice)
            self._clock_notice = None
        elif banner is not None and self._clock_notice is None:
            self._clock_notice = banner
            self.window.notices.show_notice(banner, tone=Tone.WARN)

    def _end(self) -> None:
        """Nobody sees anything of this laptop any more."""
        self.actor = None
        self.window.clear_pages()
        self.ended.emit(error_sentence(UserFacingError(ErrorCode.KEY_DESTROYED)))

    def _on_sync_asked(self) -> None:
        if self.actor is not None:
            self.window.open_page("sync")

    # --- first start, damage ---------------------------------------------------------------------

    def _show_enrolment(self) -> None:
        from ui.syncing.enrol_page import EnrolPage

        page = EnrolPage(self.laptop, self.runner, describe=error_sentence)
        page.enrolled.connect(self._on_enrolled)
        self.window.show_sign_in(page)

    def _on_enrolled(self) -> None:
        if self.worker is not None and self._transport is not None:
            # Enrolled again, after the county had forgotten this laptop.
            self.worker.stop()
            self._transport.close()
            self.worker = None
        self._start_sync()
        self.show_sign_in()

    def _on_checked(self, finding: Finding) -> None:
        if finding.is_whole:
            return
        sentence = finding_sentence(finding)
        go_back = NoticeAction(tr("退回到备份"), partial(self.recovery_asked.emit, sentence))
        self.window.notices.show_notice(
            sentence, tone=Tone.DANGER, actions=(go_back,) if finding.way_back else ()
        )

    def _say_where_keys_are(self) -> None:
        if not self.laptop.has_keyring and not self.settings.has_told_key_place:
            self.settings.set_told_key_place()
            self.window.notices.show_notice(key_file_notice())

    def _on_failed(self, error: UserFacingError) -> None:
        self.window.notices.show_notice(error_sentence(error), tone=Tone.DANGER)

    def _today(self) -> date:
        return today_in_china(self.laptop.store.clock)

    def _connect(self) -> None:
        self.sign_in_page.signed_in.connect(self._on_signed_in)
        self.sign_in_page.other_person_asked.connect(self._on_other_person)
        self.window.locked.connect(self._on_locked)
        self.window.sync_asked.connect(self._on_sync_asked)
        self.taking_back.wrote.connect(self._on_wrote)
        self.runner.failed.connect(self._on_failed)
        self.runner.changed.connect(self._on_written)
        # Queued always: what two threads say must be shown in the order in which it was said.
        self.bridge.status_changed.connect(self._show_status, Qt.ConnectionType.QueuedConnection)
        self.bridge.changes_arrived.connect(self._on_changes_arrived)
        self.bridge.network_returned.connect(self._on_wrote)


def _given_pin_notice() -> str:
    return tr("这是县里给的 PIN 码，请换成只有您自己知道的。")


def make_application() -> QApplication:
    """Qt with our look and Qt's own words in Chinese."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Gulou")
    QLocale.setDefault(QLocale("zh_CN"))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder) and "zh_CN" in translator.filePath():
        app.installTranslator(translator)
    app.setWindowIcon(window_icon())
    EnterPresses(app)
    apply_theme(app)
    return app
