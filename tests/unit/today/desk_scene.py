"""A village on a Monday with one of everything a grid worker's day may hold."""

from __future__ import annotations

from datetime import date, timedelta

from app.cases.vocabulary import CaseEventKind, CaseState, PartySide, PartySource
from app.grid_work.vocabulary import HazardKind, HazardLevel, ServiceKind, VisitPurpose, VisitWay
from app.households.vocabulary import CareLevel, RosterEventKind, Sex
from app.incidents.vocabulary import IncidentClass, IncidentRole, IncidentSource, IncidentState
from app.store import Store
from db.tables.cases import CaseEvent, CaseParty
from db.tables.grid_work import DutyShift, Hazard, MicroService, Visit
from db.tables.households import RosterEvent
from db.tables.incidents import Incident, IncidentPerson
from tests.helpers.stores import a_case, a_household, a_micro_grid, a_resident, a_unit, save

TODAY = date(2026, 11, 23)
ZHANG, LI = "account-of-zhang", "account-of-li"


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def a_hazard(store: Store, **fields: object) -> Hazard:
    """High, in a kitchen, two days past its day."""
    usual = {
        "unit_id": a_unit().id,
        "kind": HazardKind.FIRE,
        "level": HazardLevel.HIGH,
        "place": "鼓楼西侧木楼灶间",
        "text": "柴堆挨着灶口，电线从上面过。",
        "found_on": days_ago(5),
        "due_on": days_ago(2),
        "by_account_id": ZHANG,
        "recorded_at": store.clock.now(),
    }
    return Hazard(**{**usual, **fields})


def a_busy_desk(store: Store, *, hazards: int = 1, story: str = "") -> None:
    """Two micro-grids, the first one 张某's; what is late, what comes, and the news."""
    _the_roster(store)
    _the_work(store)
    _the_quarrels(store)
    more = {"text": story} if story else {}
    save(store, *(a_hazard(store, **more) for _ in range(hazards)))


def _the_roster(store: Store) -> None:
    first = a_micro_grid(id="grid-1", number=1, worker_id=ZHANG)
    second = a_micro_grid(id="grid-2", number=2, worker_id=LI)
    home = a_household(id="home-1", micro_grid_id=first.id)
    other = a_household(id="home-2", number="002", head_name="石某甲", micro_grid_id=second.id)
    grandmother = a_resident(
        other, id="grandmother", name="石奶奶", sex=Sex.FEMALE, birth_date=date(1943, 11, 26),
        identity_number=None,
    )  # fmt: skip
    son = a_resident(home, id="son", name="吴某丁", identity_number=None)
    came = RosterEvent(
        unit_id=home.unit_id, household_id=home.id, resident_id=son.id,
        kind=RosterEventKind.CAME_HOME, happened_on=days_ago(2), name="吴某丁", place="广东东莞",
        by_account_id=ZHANG, recorded_at=store.clock.now(),
    )  # fmt: skip
    save(
        store, first, second, home, other,
        a_resident(home, care_level=CareLevel.HIGH), grandmother, son, came,
    )  # fmt: skip


def _the_work(store: Store) -> None:
    now, unit_id = store.clock.now(), a_unit().id
    save(
        store,
        Visit(
            unit_id=unit_id, household_id="home-1", visited_on=days_ago(13),
            purpose=VisitPurpose.CARE, way=VisitWay.AT_HOME, by_account_id=ZHANG, recorded_at=now,
        ),
        MicroService(
            unit_id=unit_id, household_id="home-1", kind=ServiceKind.PAPERS, asker_name="吴某甲",
            asker_phone="13900001234", asked_on=days_ago(4), text="代办养老认证",
            due_on=days_ago(1), by_account_id=ZHANG, recorded_at=now,
        ),
        DutyShift(
            unit_id=unit_id, on_date=TODAY, starts_at="14:00", ends_at="20:00", account_id=ZHANG,
            name="张某",
        ),
        a_hazard(
            store, level=HazardLevel.LOW, place="三组水井", kind=HazardKind.WATER,
            due_on=TODAY + timedelta(days=3), text="井盖松动。",
        ),
    )  # fmt: skip


def _the_quarrels(store: Store) -> None:
    now = store.clock.now()
    case = a_case(
        store, id="risky", title="争水打架", state=CaseState.RECORDED,
        recorded_at=now - timedelta(days=3),
    )  # fmt: skip
    incident = Incident(
        unit_id=case.unit_id, number="JQ-2026-0007", incident_class=IncidentClass.PUBLIC_ORDER,
        source=IncidentSource.TOLD_BY_VILLAGER, title="夜里打架", story="酒后争执。",
        place="二组桥头", happened_at=now - timedelta(hours=20), recorded_by=LI,
        recorded_at=now - timedelta(hours=19), state=IncidentState.OPEN,
    )  # fmt: skip
    save(
        store,
        case,
        *(
            CaseParty(
                unit_id=case.unit_id, case_id=case.id, side=side, is_main=True,
                source=PartySource.OUTSIDE, name=name,
            )
            for side, name in ((PartySide.A, "石某"), (PartySide.B, "龙某"))
        ),
        CaseEvent(
            unit_id=case.unit_id, case_id=case.id, kind=CaseEventKind.RISK_FOUND,
            note="一方扬言要砍人。", by_account_id=ZHANG, happened_at=now - timedelta(days=2),
        ),
        incident,
        IncidentPerson(
            unit_id=case.unit_id, incident_id=incident.id, role=IncidentRole.INVOLVED,
            source=PartySource.OUTSIDE, name="石某",
        ),
    )  # fmt: skip
