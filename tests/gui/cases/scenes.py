"""A village with a few disputes, for the tests and the pictures. Every name is made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event, record_case
from app.cases.case_draft import CaseDraft
from app.cases.finding import find_residents
from app.cases.parties import PartyEntry
from app.cases.vocabulary import CaseEventKind, PartySide, Urgency
from app.store import Store
from db.tables.households import Household, Resident
from db.tables.organisations import Account, UnitRecord
from tests.helpers.clock import FakeClock
from tests.helpers.stores import (
    NO_RISK,
    a_household,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    save,
    units_by_id,
)
from ui.cases.page import CasesPage
from ui.context import PageContext
from ui.work.runner import Runner

K = CaseEventKind


@dataclass
class Scene:
    """A store with its people, and what the page said to the window."""

    store: Store
    actor: Actor
    runner: Runner
    notices: list[str] = field(default_factory=list)
    undos: list[tuple[str, int]] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)
    writes: list[bool] = field(default_factory=list)
    begun: list[tuple[str, str]] = field(default_factory=list)
    """Forms of the other area that were asked for, and from which record."""

    def context(self) -> PageContext:
        return PageContext(
            store=self.store,
            actor=self.actor,
            runner=self.runner,
            notify=self.notices.append,
            offer_undo=lambda sentence, txn: self.undos.append((sentence, txn)),
            open_record=lambda kind, record: self.opened.append((kind, record)),
            wrote=lambda: self.writes.append(True),
            begin_case_from=lambda record: self.begun.append(("case", record)),
            begin_incident=lambda record: self.begun.append(("incident", record)),
        )

    def page(self) -> CasesPage:
        page = CasesPage(self.context())
        self.runner.changed.connect(page.on_changes)
        return page


def a_scene(tmp_path: Path, runner: Runner, *, role: Role = Role.GRID_WORKER) -> Scene:
    """坪坦村 with two households and its people; no case yet."""
    store = a_store(tmp_path, clock=FakeClock())
    village = a_unit()
    assert village.parent_id is not None
    with store.laying_down() as session:
        for unit in (units_by_id()[village.parent_id], village):
            session.add(
                UnitRecord(
                    id=unit.id, unit_id=unit.id, kind=unit.kind, code=unit.code,
                    code_system=unit.code_system.value, name=unit.name, parent_id=unit.parent_id,
                )
            )  # fmt: skip
        for account_id, name, post in (
            ("account-of-zhang", "张某", Role.GRID_WORKER),
            ("account-of-shi", "石某", Role.MEDIATOR),
        ):
            session.add(Account(id=account_id, unit_id=village.id, name=name, role=post))
    first = a_household(
        number="0701", head_name="吴文永", phone="13900001234", address="坪坦村三组"
    )
    second = a_household(number="0702", head_name="杨昌林", address="坪坦村三组")
    save(store, first, second, a_resident(first), a_resident(second, identity_number=None))
    return Scene(store, an_actor(role), runner)


STORY = (
    "两户各持 1981 年林权证，对后山杉木林的界址各执一词。11 月 15 日吴家砍树时双方发生争吵，"
    "村民小组长到场劝开，约定鼓楼里当面说清。"
)


def some_disputes(scene: Scene) -> list[str]:
    """Six disputes in different states; the ids, oldest first."""
    clock = scene.store.clock
    assert isinstance(clock, FakeClock)
    plan: list[tuple[str, str, Urgency, tuple[str, ...], tuple[tuple[K, str], ...]]] = [
        ("稻田放水纠纷", "0201", Urgency.LOW, ("石某甲", "龙某"),
         ((K.SETTLED, "轮流放水，每户半天，逢三逢八换班"), (K.CLOSED, ""))),
        ("借款五千元不还", "0699", Urgency.MEDIUM, ("粟某", "陆某"),
         ((K.NOT_SETTLED, "对方不认账"),)),
        ("建房滴水纠纷", "0202", Urgency.MEDIUM, ("杨昌林", "吴某乙"),
         ((K.MEDIATION_HELD, "在鼓楼谈了一次"),)),
        ("赡养老人分摊不均", "0102", Urgency.HIGH, ("杨某丙", "杨某丁", "杨某戊"), ()),
        ("牛吃禾苗赔偿", "0401", Urgency.LOW, ("龙某", "贵州黎平石某"),
         ((K.SETTLED, "赔谷子五十斤"),)),
        ("山林界址争议", "0202", Urgency.HIGH, ("吴文永", "杨昌林"),
         ((K.NOTE_ADDED, "双方愿意调解"),
          (K.MEDIATION_HELD, "上山看了界址，照片 4 张；两户各持一证，约 25 日再谈"))),
    ]  # fmt: skip
    made = []
    for title, code, urgency, names, events in plan:
        parties = tuple(
            PartyEntry(
                name=name,
                side=PartySide.B if place else PartySide.A,
                **_taken_from_roster(scene.store, name),
            )
            for place, name in enumerate(names)
        )
        draft = CaseDraft(
            title=title, class_code=code, happened_on=date(2026, 11, 15), place="坪坦村三组后山",
            story=STORY, urgency=urgency, parties=parties, unit_id=a_unit().id, risk=NO_RISK,
        )  # fmt: skip
        case_id = record_case(scene.store, scene.actor, draft).case_id
        for kind, note in events:
            clock.advance(timedelta(minutes=47))
            add_case_event(
                scene.store, scene.actor, case_id=case_id, kind=kind, note=note or "办结",
                risk=NO_RISK,
            )  # fmt: skip
        clock.advance(timedelta(minutes=13))
        made.append(case_id)
    return made


def _taken_from_roster(store: Store, name: str) -> dict[str, str | None]:
    hit = next((each for each in find_residents(store, name) if each.title == name), None)
    if hit is None:
        return {}
    with store.reading() as session:
        resident = session.get_one(Resident, hit.record_id)
        phone = resident.phone or session.get_one(Household, resident.household_id).phone
    return {"resident_id": hit.record_id, "phone": phone, "address": hit.address}


def sync_some(scene: Scene, case_ids: list[str]) -> None:
    """As if the county had taken these."""
    with scene.store.laying_down() as session:
        for table, column in (
            ("case_file", "id"),
            ("case_party", "case_id"),
            ("case_event", "case_id"),
        ):
            for case_id in case_ids:
                session.connection().exec_driver_sql(
                    f"UPDATE {table} SET sync_state = 'synced' WHERE {column} = ?",
                    (case_id,),
                )
