"""A small county in which anything may happen, one rule at a time.

The rules are what people, lines, clocks and disks do. Each takes whole numbers only, so that both
Hypothesis and a seeded driver can call them; a number chooses among what is there at that moment.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from unittest import mock

from sqlmodel import col, select

from app.cases.actions import add_case_event, record_case, report_case
from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import CaseEventKind, PartySide, PartySource, Urgency
from app.conflicts.actions import choose_values
from app.conflicts.merging import merge_households, not_the_same
from app.conflicts.vocabulary import ConflictKind, ConflictState
from app.errors import UserFacingError
from app.handovers.vocabulary import HandoverPurpose, HandoverSubject
from app.households.actions import remove_household
from app.incidents.vocabulary import PoliceReport
from app.laptop import copies_of, daily_care, put_back
from app.refolding import refold
from app.store import Changes
from app.undo import undo
from app.votes.actions import open_motion, propose_motion, take_ballot, tally_motion
from app.votes.vocabulary import BallotChoice, BallotMethod, MotionMatter, MotionState
from db.tables.base import SyncedRecord
from db.tables.cases import CaseFile
from db.tables.conflicts import Conflict
from db.tables.handovers import Handover
from db.tables.households import Household, Resident
from db.tables.votes import Motion
from sync.client.identity import FORGOTTEN
from sync.client.stick import read_stick, write_stick
from sync.client.transport import CountyRefusedError, NotTheCountyError, OfflineError
from sync.protocol.messages import OLDEST_PROTOCOL, ProblemCode
from sync.server.county import County
from sync.server.process import CountyProcess, make_desk
from sync.server.stick import take_stick
from tests.helpers.stores import NO_RISK, a_household, a_resident
from tests.sync.machine.case_desk import CaseDesk
from tests.sync.machine.grid_desk import GridDesk
from tests.sync.machine.grounds import (
    FORESTRY,
    OTHER_VILLAGE,
    PEOPLE,
    TOWNSHIP,
    VILLAGE,
    Grounds,
    grounds,
)
from tests.sync.machine.laptops import (
    Fault,
    MachineLaptop,
    PowerCutError,
    clone_of,
    new_laptop,
)
from tests.sync.machine.memory import Memory

_Row = TypeVar("_Row", bound=SyncedRecord)

FIRST_LAPTOPS: Final = (
    ("village-1", "worker"),
    ("village-2", "secretary"),
    ("other-1", "other_worker"),
    ("township-1", "township"),
    ("forestry-1", "forestry"),
    ("county-1", "county"),
)
MOST_LAPTOPS: Final = 8
_FOUGHT_OVER: Final = 3
"""Every other choice falls on one of the first few, so that laptops meet."""
_WALLS: Final = (
    datetime(1970, 1, 2, tzinfo=UTC),
    datetime(2099, 12, 31, tzinfo=UTC),
    datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    datetime(2020, 2, 29, tzinfo=UTC),
)


class World(GridDesk, CaseDesk):
    """The county's server, its laptops, and the memory of everything that was typed."""

    def __init__(self, seed: int = 0) -> None:
        self._ids = random.Random(seed)
        self._patched = mock.patch("uuid.uuid4", self._next_id)
        self._patched.start()
        self.grounds: Grounds = grounds()
        self.folder = Path(tempfile.mkdtemp(prefix="world-", dir=self.grounds.folder))
        self.database = self.grounds.new_database()
        self.county = County(data=self.grounds.data, url=self.grounds.url(self.database))
        self.process = CountyProcess(self.grounds.data, database_url=self.county.url)
        self.memory = Memory(self.county)
        self.laptops: list[MachineLaptop] = []
        self.steps = 0
        self.was_restored = False
        """Whether the county ever went back to a backup."""
        self._backup = self.folder / "county.backup"
        self._backup_text = ""
        for name, person in FIRST_LAPTOPS:
            self.add_laptop(name, person)
        self._begin()

    def _begin(self) -> None:
        """A few households on every laptop and a vote that is open: enough to quarrel over."""
        for number in range(4):
            self.add_household(0, number)
        self.record_case(0, 0)
        self.propose(0)
        self.open_vote(1, 0)
        for laptop in (*self.laptops, *self.laptops):
            laptop.sync()

    def close(self) -> None:
        """Ends everything and frees the disk."""
        self._patched.stop()
        for laptop in self.laptops:
            laptop.close()
        self.process.kill()
        self.grounds.drop_database(self.database)
        shutil.rmtree(self.folder, ignore_errors=True)

    def add_laptop(self, name: str, person: str) -> MachineLaptop:
        """A new laptop with everything its unit may hold."""
        unit_id = PEOPLE[person][0]
        made = new_laptop(
            name,
            person,
            empty=self.grounds.empty_laptop,
            folder=self.folder / name,
            enrolment=self.county.enrolment(unit_id, self.process.url),
            account_id=self.grounds.account_ids[person],
        )
        made.sync()
        self.laptops.append(made)
        return made

    # --- what people do ------------------------------------------------------------------------

    def add_household(self, which: int, members: int) -> None:
        """A household with up to three members, in one edit."""
        laptop = self._worker(which)
        mark = self.memory.next_mark()
        home = a_household(unit_id=laptop.unit_id, number=mark, head_name=f"某户{mark}")
        people = [
            a_resident(home, name=f"某人{mark}{n}", position=n, identity_number=None)
            for n in range(members % 4)
        ]
        self._type(laptop, mark, lambda session: session.add_all([home, *people]))

    def add_twin(self, which: int, number: int) -> None:
        """Somebody enters a household again that another laptop may have entered before."""
        laptop = self._worker(which)
        with laptop.store.reading() as session:
            known = _pick(session, Household, number, laptop.unit_id)
        if known is None:
            return
        mark = self.memory.next_mark()
        twin = a_household(
            unit_id=laptop.unit_id, number=known.number, head_name=known.head_name, note=mark
        )
        member = a_resident(twin, name=known.head_name, identity_number=None)
        self._type(laptop, mark, lambda session: session.add_all([twin, member]))

    def edit_household(self, which: int, number: int, field: int) -> None:
        """Someone types something else into one field."""
        laptop = self._any(which)
        name = ("address", "note", "phone", "head_name")[field % 4]
        self._edit(laptop, Household, number, name)

    def edit_resident(self, which: int, number: int) -> None:
        """A note about a resident."""
        self._edit(self._any(which), Resident, number, "note")

    def remove_household(self, which: int, number: int) -> None:
        """The household goes with everyone in it and its history, where the program allows."""
        laptop = self._worker(which)
        with laptop.store.reading() as session:
            home = _pick(session, Household, number, laptop.unit_id)
        if home is not None:
            self._act(
                laptop,
                "",
                lambda: remove_household(
                    laptop.store, laptop.actor, household_id=home.id, with_residents=True
                ),
            )

    def record_case(self, which: int, urgency: int) -> None:
        """A dispute of two neighbours."""
        laptop = self._worker(which)
        mark = self.memory.next_mark()
        draft = CaseDraft(
            title=f"纠纷{mark}",
            class_code="0903",
            happened_on=laptop.clock.now().date(),
            place="三组",
            story=f"经过{mark}",
            urgency=list(Urgency)[urgency % len(Urgency)],
            parties=(_party(PartySide.A), _party(PartySide.B)),
            unit_id=laptop.unit_id,
            risk=NO_RISK,
        )
        self._act(laptop, mark, lambda: record_case(laptop.store, laptop.actor, draft))

    def case_event(self, which: int, number: int, kind: int) -> None:
        """Something happens to a case; offline it may cross with something else."""
        laptop = self._any(which)
        mark = self.memory.next_mark()
        with laptop.store.reading() as session:
            case = _pick(session, CaseFile, number)
        if case is None:
            return
        kinds = list(CaseEventKind)
        wanted = kinds[kind % len(kinds)]
        self._act(
            laptop,
            mark,
            lambda: _add_event(laptop, case.id, wanted, f"记{mark}"),
        )

    def propose(self, which: int) -> None:
        """A motion to change the building pact."""
        laptop = self._worker(which)
        mark = self.memory.next_mark()
        self._act(
            laptop,
            mark,
            lambda: propose_motion(
                laptop.store,
                laptop.actor,
                title=f"公约{mark}",
                text="第四条 滴水须留二尺。",
                matter=MotionMatter.BUILDING_PACT,
            ),
        )

    def open_vote(self, which: int, number: int) -> None:
        """The electorate is frozen."""
        laptop = self._worker(which)
        motion = self._motion(laptop, number, MotionState.DRAFT)
        if motion is not None:
            self._act(
                laptop, "", lambda: open_motion(laptop.store, laptop.actor, motion_id=motion.id)
            )

    def vote(self, which: int, number: int, household: int, choice: int) -> None:
        """One household's ballot; two laptops may take two."""
        laptop = self._worker(which)
        motion = self._motion(laptop, number, MotionState.OPEN)
        with laptop.store.reading() as session:
            home = _pick(session, Household, household, laptop.unit_id)
        if motion is None or home is None:
            return
        choices = list(BallotChoice)
        self._act(
            laptop,
            "",
            lambda: take_ballot(
                laptop.store,
                laptop.actor,
                motion_id=motion.id,
                household_id=home.id,
                choice=choices[choice % len(choices)],
                method=BallotMethod.SIGNATURE,
            ),
        )

    def tally(self, which: int, number: int) -> None:
        """The vote ends on this laptop; others may still be taking ballots."""
        laptop = self._worker(which)
        motion = self._motion(laptop, number, MotionState.OPEN)
        if motion is not None:
            self._act(
                laptop, "", lambda: tally_motion(laptop.store, laptop.actor, motion_id=motion.id)
            )

    def hand_over_household(self, which: int, number: int, to: int) -> None:
        """The township moves a household with its people to the other village, or asks to."""
        township = [one for one in self.laptops if one.person == "township"]
        laptop = township[which % len(township)]
        self._hand_over(laptop, HandoverSubject.HOUSEHOLD, number, (VILLAGE, OTHER_VILLAGE)[to % 2])

    def hand_over_case(self, which: int, number: int, to: int) -> None:
        """Whoever is at the laptop sends a case up, over to the forestry office, or home again,
        or asks one of them to help."""
        targets = (TOWNSHIP, FORESTRY, VILLAGE, OTHER_VILLAGE)
        purposes = (
            HandoverPurpose.HANDED_OVER,
            HandoverPurpose.HELP_ASKED,
            HandoverPurpose.DISPATCHED,
        )
        self._hand_over(
            self._any(which),
            HandoverSubject.CASE,
            number,
            targets[to % 4],
            purposes[(number + to) % 3],
        )

    def settle_conflict(self, which: int, number: int, side: int) -> None:
        """A person lets one of the two values stand; perhaps somebody else does so elsewhere."""
        laptop = self._any(which)
        conflict = self._open_conflict(laptop, ConflictKind.FIELD, number)
        if conflict is None:
            return
        text = conflict.current_value if side % 2 else conflict.other_value
        value = None if text is None else json.loads(text)
        self._act(
            laptop,
            "",
            lambda: choose_values(
                laptop.store,
                laptop.actor,
                conflict_ids=[conflict.id],
                values={str(conflict.field_name): value},
            ),
        )

    def settle_twins(self, which: int, number: int, way: int) -> None:
        """Two households are one after all, or two."""
        laptop = self._any(which)
        conflict = self._open_conflict(laptop, ConflictKind.HOUSEHOLD_DOUBLE, number)
        if conflict is None:
            return
        store, actor, ids = laptop.store, laptop.actor, [conflict.id]
        if way % 3 == 0:
            self._act(laptop, "", lambda: not_the_same(store, actor, conflict_ids=ids))
            return
        kept = conflict.subject_id if way % 3 == 1 else str(conflict.other_id)
        self._act(
            laptop, "", lambda: merge_households(store, actor, conflict_ids=ids, keep_id=kept)
        )

    def undo_last(self, which: int) -> None:
        """Someone takes back the last step made on this laptop."""
        laptop = self._any(which)
        with laptop.store.reading() as session:
            row = session.connection().exec_driver_sql("SELECT max(txn) FROM outbox").one()
        if row[0] is not None:
            account_id = laptop.actor.account_id
            self._act(laptop, "", lambda: undo(laptop.store, account_id=account_id, txn=row[0]))

    # --- what sticks do --------------------------------------------------------------------------

    def write_stick(self, which: int) -> None:
        """Everything that waits is written to a stick; nobody knows when it will be read."""
        laptop = self._any(which)
        folder = self._stick_of(laptop)
        laptop.may_need_repair = True
        folder.mkdir(exist_ok=True)
        self._act(
            laptop,
            "",
            lambda: write_stick(
                laptop.store,
                laptop.laptop.keys,
                folder,
                secret_name=laptop.laptop.device_secret,
            ),
        )

    def take_sticks(self) -> None:
        """The county reads all sticks there are, new ones and old ones again."""
        desk = make_desk(self.county)
        desk.pool.open(wait=True)
        try:
            for folder in sorted(self.folder.glob("stick-of-*")):
                take_stick(desk, folder, folder)
        finally:
            desk.pool.close()

    def read_stick(self, which: int) -> None:
        """Whatever answers lie on the laptop's stick, however old."""
        laptop = self._any(which)
        if self._stick_of(laptop).exists():
            laptop.may_need_repair = True
            self._act(
                laptop,
                "",
                lambda: read_stick(
                    laptop.store,
                    laptop.laptop.keys,
                    self._stick_of(laptop),
                    secret_name=laptop.laptop.device_secret,
                    after=refold,
                ),
            )

    def _stick_of(self, laptop: MachineLaptop) -> Path:
        return self.folder / f"stick-of-{laptop.name}"

    # --- what lines do -------------------------------------------------------------------------

    def sync(self, which: int) -> None:
        """A round over a good line."""
        self._round(self._any(which))

    def sync_badly(self, which: int, fault: int, skip: int) -> None:
        """A round in which one exchange goes wrong."""
        laptop = self._any(which)
        laptop.line.fault = list(Fault)[fault % len(Fault)]
        laptop.line.skip = skip % 2
        self._round(laptop)
        laptop.line.fault = None

    def speak_the_old_protocol(self, which: int) -> None:
        """Until its next start this laptop speaks as the first released program did."""
        self._any(which).exchanger._protocol = OLDEST_PROTOCOL

    # --- what clocks and disks do --------------------------------------------------------------

    def jump_clock(self, which: int, where: int) -> None:
        """Someone sets the clock wrong, or right again."""
        self._any(which).clock.set_wall(_WALLS[where % len(_WALLS)])

    def let_time_pass(self, which: int, hours: int) -> None:
        """On one laptop, and on its disk a copy of the day."""
        laptop = self._any(which)
        laptop.clock.advance(timedelta(hours=1 + hours % 48))
        daily_care(laptop.laptop)

    def power_cut(self, which: int) -> None:
        """The laptop goes off and starts again."""
        self._any(which).power_cut()

    def put_back_copy(self, which: int) -> None:
        """The file of some day before is put in the place of today's."""
        laptop = self._any(which)
        copies = copies_of(laptop.folder)
        if not copies:
            return
        before = self.memory.texts_on(laptop)
        laptop.close()
        put_back(laptop.folder, copies[0])
        laptop.reopen(laptop.folder)
        laptop.may_need_repair = True
        self.memory.forget_destroyed(laptop, before)

    def clone(self, which: int) -> None:
        """The disk is copied to another machine, and both go on working."""
        if len(self.laptops) < MOST_LAPTOPS:
            source = self._any(which)
            made = clone_of(source, f"clone-{self.steps}")
            source.may_need_repair = made.may_need_repair = True
            self.laptops.append(made)

    def kill_county(self) -> None:
        """kill -9 of the server; it starts again at the same place."""
        self.process.kill()
        self.process = CountyProcess(
            self.grounds.data, port=self.process.port, database_url=self.county.url
        )

    def back_up_county(self) -> None:
        """The copy of the night."""
        self._backup_text = self.memory.texts_at_county()
        self.county.back_up(self._backup)

    def restore_county(self) -> None:
        """The county's disk is gone; the copy of the night is put in its place."""
        if not self._backup.exists():
            return
        self.process.kill()
        self.memory.forget_what_only_the_county_had(self.laptops, self._backup_text)
        self.county.restore(self._backup)
        self.was_restored = True
        self.process = CountyProcess(
            self.grounds.data, port=self.process.port, database_url=self.county.url
        )

    # --- to the end ----------------------------------------------------------------------------

    def settle(self, *, most_rounds: int = 12) -> None:
        """Everybody syncs until nothing moves any more."""
        for _ in range(most_rounds):
            moved = 0
            for laptop in self.laptops:
                moved += self._moved(laptop)
            if moved == 0:
                return
        raise AssertionError(f"still moving after {most_rounds} rounds")

    def _moved(self, laptop: MachineLaptop) -> int:
        try:
            result = laptop.sync()
        except CountyRefusedError as refusal:
            self._after_refusal(laptop, refusal)
            return 1
        return result.sent + result.received

    def _after_refusal(self, laptop: MachineLaptop, refusal: CountyRefusedError) -> None:
        """A name that is not good any more is changed by the laptop itself, perhaps in its next
        round. A county that went back far enough knows none of its names: it is enrolled again."""
        if refusal.code == ProblemCode.IDENTITY_REUSED:
            return
        assert refusal.code == ProblemCode.INSTALL_UNKNOWN, refusal
        assert self.was_restored, refusal
        if laptop.store.value(FORGOTTEN) != "1":
            return  # its last name was not tried yet
        unit_id = PEOPLE[laptop.person][0]
        laptop.enrol_again(self.county.enrolment(unit_id, self.process.url))

    # --- parts ---

    def _next_id(self) -> uuid.UUID:
        """Ids of this process, the same for the same seed, so that a run can be repeated."""
        return uuid.UUID(int=self._ids.getrandbits(128), version=4)

    def _any(self, which: int) -> MachineLaptop:
        return self.laptops[which % len(self.laptops)]

    def _worker(self, which: int) -> MachineLaptop:
        village = [one for one in self.laptops if one.person in _VILLAGERS]
        return village[which % len(village)]

    @staticmethod
    def _open_conflict(laptop: MachineLaptop, kind: ConflictKind, number: int) -> Conflict | None:
        with laptop.store.reading() as session:
            found = session.exec(
                select(Conflict)
                .where(col(Conflict.state) == ConflictState.OPEN, col(Conflict.kind) == kind)
                .order_by(col(Conflict.sync_seq))
            ).all()
        return found[number % len(found)] if found else None

    def _motion(self, laptop: MachineLaptop, number: int, state: MotionState) -> Motion | None:
        with laptop.store.reading() as session:
            found = session.exec(
                select(Motion)
                .where(col(Motion.state) == state, col(Motion.unit_id) == laptop.unit_id)
                .order_by(col(Motion.title))
            ).all()
        return found[number % len(found)] if found else None

    def _hand_over(
        self,
        laptop: MachineLaptop,
        subject: HandoverSubject,
        number: int,
        to_unit_id: str,
        purpose: HandoverPurpose = HandoverPurpose.HANDED_OVER,
    ) -> None:
        mark = self.memory.next_mark()
        model = {HandoverSubject.HOUSEHOLD: Household, HandoverSubject.CASE: CaseFile}[subject]

        def ask(session: Any) -> None:
            row = _pick(session, model, number)
            if row is None:
                return
            holder = getattr(row, "holder_unit_id", None) or row.unit_id
            session.add(
                Handover(
                    unit_id=row.unit_id,
                    subject_entity=subject,
                    subject_id=row.id,
                    from_unit_id=holder,
                    to_unit_id=to_unit_id,
                    purpose=purpose,
                    note=mark,
                    by_account_id=laptop.actor.account_id,
                    happened_at=laptop.clock.now(),
                )
            )

        self._type(laptop, mark, ask)

    def _edit(self, laptop: MachineLaptop, model: type[_Row], number: int, name: str) -> None:
        mark = self.memory.next_mark()

        def edit(session: Any) -> None:
            row = _pick(session, model, number)
            if row is not None:
                setattr(row, name, mark)

        self._type(laptop, mark, edit)

    def _type(self, laptop: MachineLaptop, mark: str, write: Callable[[Any], None]) -> None:
        def act() -> None:
            with laptop.store.transaction(
                account_id=laptop.actor.account_id, action="machine"
            ) as tx:
                write(tx.session)

        self._act(laptop, mark, act)

    def _act(self, laptop: MachineLaptop, mark: str, act: Callable[[], object]) -> None:
        """What the program does not let a person do here is no step."""
        try:
            act()
        except UserFacingError:
            return
        self.memory.note(laptop, mark)

    def _round(self, laptop: MachineLaptop) -> None:
        try:
            laptop.sync()
        except PowerCutError:
            laptop.power_cut()
        except (OfflineError, NotTheCountyError):
            pass
        except CountyRefusedError as refusal:
            self._after_refusal(laptop, refusal)


_VILLAGERS: Final = ("worker", "secretary", "other_worker")


def _add_event(laptop: MachineLaptop, case_id: str, kind: CaseEventKind, note: str) -> Changes:
    store, actor = laptop.store, laptop.actor
    if kind is CaseEventKind.REPORTED_TO_POLICE:
        report = PoliceReport(station="坪坦派出所", at=store.clock.now())
        return report_case(store, actor, case_id=case_id, report=report, note=note)
    return add_case_event(store, actor, case_id=case_id, kind=kind, note=note, risk=NO_RISK)


def _party(side: PartySide) -> PartyEntry:
    return PartyEntry(side=side, name="某甲", source=PartySource.OUTSIDE)


def _pick(session: Any, model: type[_Row], number: int, unit_id: str | None = None) -> _Row | None:
    """The row of this number in an order that does not depend on random ids."""
    name = {"household": "number", "resident": "name", "case_file": "title"}[model.entity()]
    statement = select(model).order_by(col(getattr(model, name)), col(model.id))
    if unit_id is not None:
        statement = statement.where(col(model.unit_id) == unit_id)
    found: Sequence[_Row] = session.exec(statement).all()
    if not found:
        return None
    place = number % _FOUGHT_OVER if number % 2 else number
    return found[place % len(found)]
