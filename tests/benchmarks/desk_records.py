"""A whole county on the grid desk, made up: every village's households in micro-grids, three years
of visits, services, hazards, incidents and disputes, in the form in which they travel.

The same numbers give the same county on every machine.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from app.cases.vocabulary import CaseEventKind
from app.incidents.vocabulary import IncidentEventKind
from app.organisations.vocabulary import UnitKind, shipped_units
from tests.benchmarks.people import Draft, a_name, a_population, an_id

ALL_VILLAGES: Final = tuple(unit.id for unit in shipped_units() if unit.kind is UnitKind.VILLAGE)
_DEPARTMENTS: Final = tuple(unit.id for unit in shipped_units() if unit.kind is UnitKind.DEPARTMENT)
_CASE_KINDS: Final = (*("dispute",) * 8, "petition", "lawsuit_source")
_CONFIDENTIAL: Final = 0.03
"""Of the petitions."""
_SENT: Final = 3
"""Of so many open cases one was sent to somebody."""
GRID_SIZES: Final = range(15, 21)
_LAST_DAY: Final = date(2026, 11, 20)
_DAYS: Final = 3 * 365
_VISIT_PURPOSES: Final = ("routine", "routine", "care", "hazard_check", "policy", "follow_up")
_VISIT_WAYS: Final = ("at_home", "at_home", "at_home", "elsewhere", "by_phone", "nobody_home")
_NOTES: Final = (
    "家里平安，灶房电线已换新。",
    "老人独自在家，血压药还够半个月。",
    "提醒木楼内不要堆柴，灭火器压力正常。",
    "儿子过年回来，问医保缴费在哪里办。",
)
_MATTERS: Final = (
    ("0202", "责任山界址争议"),
    ("0201", "田坎用水争议"),
    ("0101", "婚姻家庭纠纷"),
    ("0104", "邻里噪声纠纷"),
    ("0401", "借款未还纠纷"),
)
_TROUBLES: Final = (
    ("01", "酒后争吵推搡"),
    ("01", "盗砍杉木"),
    ("03", "牛踩秧田赔偿"),
    ("04", "占道堆放木料"),
    ("02", "电信诈骗受骗"),
)
_OPEN_COURSES: Final = (
    (CaseEventKind.RECORDED,),
    (CaseEventKind.RECORDED, CaseEventKind.MEDIATION_HELD),
)
_ENDED_COURSES: Final = {
    "dispute": (
        CaseEventKind.RECORDED,
        CaseEventKind.MEDIATION_HELD,
        CaseEventKind.SETTLED,
        CaseEventKind.CLOSED,
    ),
    "petition": (
        CaseEventKind.RECORDED,
        CaseEventKind.ACCEPTED,
        CaseEventKind.INVESTIGATED,
        CaseEventKind.ANSWERED,
        CaseEventKind.EVALUATION_SOUGHT,
        CaseEventKind.FEEDBACK_GIVEN,
        CaseEventKind.CLOSED,
    ),
    "lawsuit_source": (
        CaseEventKind.RECORDED,
        CaseEventKind.ACCEPTED,
        CaseEventKind.MEDIATION_HELD,
        CaseEventKind.SETTLED,
        CaseEventKind.FEEDBACK_GIVEN,
        CaseEventKind.CLOSED,
    ),
}
"""What each kind takes to be closed also where it is folded anew: the people were told."""
_OPEN: Final = 0.02
"""Of the cases."""
_NOT_VISITED: Final = 0.02
"""Of the closed ones: nobody has been there since, and the county's day for it passes."""
_STORY_WORDS: Final = (
    *(
        "山林界址",
        "责任田",
        "田坎用水",
        "鱼塘出水口",
        "宅基滴水",
        "征地补偿款",
        "老人赡养",
        "彩礼返还",
    ),
    *(
        "借款利息",
        "工资拖欠",
        "道路通行",
        "杉木倒伏",
        "围墙开裂",
        "鼓楼议事",
        "风雨桥头",
        "村里上门",
    ),
    *(
        "双方各执一词",
        "约定再谈",
        "三次劝解",
        "测量后立桩",
        "请来寨老",
        "分家析产",
        "牛踩秧苗",
        "当面对质",
    ),
)
_STORY: Final = 200
"""Characters of a story."""
_INCIDENT_COURSES: Final[tuple[tuple[IncidentEventKind, ...], ...]] = (
    (IncidentEventKind.RECORDED,),
    (IncidentEventKind.RECORDED, IncidentEventKind.REPORTED_TO_POLICE),
    *(
        (
            IncidentEventKind.RECORDED,
            IncidentEventKind.REPORTED_TO_POLICE,
            IncidentEventKind.POLICE_RESULT,
            IncidentEventKind.CLOSED,
        ),
    )
    * 6,
)


@dataclass(frozen=True)
class DeskAmounts:
    """How much of everything the county's file holds."""

    households: int = 60_000
    residents: int = 240_000
    visits: int = 120_000
    incidents: int = 20_000
    cases: int = 100_000
    """Two in a hundred are open."""
    handed: int = 600
    """Of the open ones, how many were sent to a department, or one was asked to help."""
    services: int = 12_000
    hazards: int = 6_000


class _Home(NamedTuple):
    unit_id: str
    household_id: str
    grid_id: str
    head_name: str
    head_id: str


def a_county(amounts: DeskAmounts) -> Iterator[Draft]:
    """Micro-grids with their workers, households with their people, then the work of three
    years."""
    chance = random.Random(20)
    homes: list[_Home] = []
    yield from _roster(chance, amounts, homes)
    yield from _visits(chance, homes, amounts.visits)
    yield from _services(chance, homes, amounts.services)
    yield from _hazards(chance, homes, amounts.hazards)
    yield from _incidents(chance, homes, amounts.incidents)
    yield from _cases(chance, homes, amounts.cases, amounts.handed)


def worker_id(unit_id: str) -> str:
    """The account of the village's grid worker."""
    return f"worker-{unit_id[:29]}"


# --- the roster --------------------------------------------------------------------------------


class _Grids:
    """Hands the households of a village out to micro-grids, one after another."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._open: dict[str, tuple[str, int]] = {}
        self._numbers: dict[str, int] = defaultdict(int)

    def next_for(self, unit_id: str) -> tuple[str, Draft | None]:
        """The micro-grid of the village's next household; its record where it is a new one."""
        grid_id, room = self._open.get(unit_id, ("", 0))
        made = None
        if room == 0:
            grid_id, room = an_id(self._chance), self._chance.choice(GRID_SIZES)
            self._numbers[unit_id] += 1
            number = self._numbers[unit_id]
            body = {"number": number, "name": f"第{number}微网格", "worker_id": worker_id(unit_id)}
            made = Draft("micro_grid", grid_id, {"unit_id": unit_id, **body})
        self._open[unit_id] = grid_id, room - 1
        return grid_id, made


def _roster(chance: random.Random, amounts: DeskAmounts, homes: list[_Home]) -> Iterator[Draft]:
    grids, numbers = _Grids(chance), defaultdict[str, int](int)
    for unit_id in ALL_VILLAGES:
        body = {"name": a_name(chance), "role": "grid_worker", "is_active": True}
        yield Draft("account", worker_id(unit_id), {"unit_id": unit_id, **body})
    people = a_population(
        ALL_VILLAGES, households=amounts.households, residents=amounts.residents, seed=2
    )
    for draft in people:
        body = draft.body
        if draft.entity == "household":
            unit_id = body["unit_id"]
            grid_id, made = grids.next_for(unit_id)
            if made is not None:
                yield made
            numbers[unit_id] += 1
            body |= {"micro_grid_id": grid_id, "number": f"{numbers[unit_id]:03d}"}
            body["group_name"] = f"第{numbers[unit_id] // 40 + 1}组"
            homes.append(_Home(unit_id, draft.record_id, grid_id, body["head_name"], ""))
        else:
            body |= _life(chance, body)
            if body["position"] == 0:
                homes[-1] = homes[-1]._replace(head_id=draft.record_id)
        yield draft


def _life(chance: random.Random, body: dict[str, Any]) -> dict[str, Any]:
    """A quarter are away at work; some of the old need somebody who looks in."""
    is_old = body["birth_date"] < "1952"
    if not is_old and chance.random() < 0.3:
        return {"status": "away", "away_place": chance.choice(("广东东莞", "浙江温州", "怀化"))}
    if is_old and chance.random() < 0.3:
        return {"left_behind": "03", "care_level": chance.choice(("01", "02", "03"))}
    return {}


# --- the work ----------------------------------------------------------------------------------


def _visits(chance: random.Random, homes: list[_Home], count: int) -> Iterator[Draft]:
    for _ in range(count):
        home, day = chance.choice(homes), _a_day(chance)
        yield Draft(
            "visit",
            an_id(chance),
            {
                "unit_id": home.unit_id,
                "household_id": home.household_id,
                "visited_on": day.isoformat(),
                "purpose": chance.choice(_VISIT_PURPOSES),
                "way": chance.choice(_VISIT_WAYS),
                "met": home.head_name,
                "note": chance.choice(_NOTES),
                "by_account_id": worker_id(home.unit_id),
                "recorded_at": _moment(day),
            },
        )


def _services(chance: random.Random, homes: list[_Home], count: int) -> Iterator[Draft]:
    for _ in range(count):
        home, day = chance.choice(homes), _a_day(chance)
        is_done = chance.random() < 0.95
        yield Draft(
            "micro_service",
            an_id(chance),
            {
                "unit_id": home.unit_id,
                "household_id": home.household_id,
                "kind": chance.choice(("errand", "papers", "care", "repair")),
                "asker_name": home.head_name,
                "asked_on": day.isoformat(),
                "text": "请代办医保缴费",
                "due_on": (day + timedelta(days=7)).isoformat(),
                "done_on": (day + timedelta(days=3)).isoformat() if is_done else None,
                "by_account_id": worker_id(home.unit_id),
                "recorded_at": _moment(day),
            },
        )


def _hazards(chance: random.Random, homes: list[_Home], count: int) -> Iterator[Draft]:
    for _ in range(count):
        home, day = chance.choice(homes), _a_day(chance)
        is_resolved = chance.random() < 0.9
        yield Draft(
            "hazard",
            an_id(chance),
            {
                "unit_id": home.unit_id,
                "household_id": home.household_id,
                "micro_grid_id": home.grid_id,
                "kind": chance.choice(("fire", "wiring", "building", "road")),
                "level": chance.choice(("01", "02", "03")),
                "place": f"{home.head_name}家灶房",
                "text": "木楼内电线老化，插座有烧痕。",
                "found_on": day.isoformat(),
                "due_on": (day + timedelta(days=15)).isoformat(),
                "resolved_on": (day + timedelta(days=9)).isoformat() if is_resolved else None,
                "by_account_id": worker_id(home.unit_id),
                "recorded_at": _moment(day),
            },
        )


def _incidents(chance: random.Random, homes: list[_Home], count: int) -> Iterator[Draft]:
    for number in range(1, count + 1):
        home, day, incident_id = chance.choice(homes), _a_day(chance), an_id(chance)
        incident_class, trouble = chance.choice(_TROUBLES)
        yield Draft(
            "incident",
            incident_id,
            {
                "unit_id": home.unit_id,
                "number": f"警-{day.year}-{number:06d}",
                "incident_class": incident_class,
                "source": chance.choice(("seen_by_grid", "told_by_villager", "patrol")),
                "title": f"{home.head_name}家附近{trouble}",
                "story": f"{trouble}，网格员到场劝开并问明经过。",
                "place": f"{home.head_name}家门前",
                "micro_grid_id": home.grid_id,
                "happened_at": _moment(day),
                "recorded_by": worker_id(home.unit_id),
                "recorded_at": _moment(day),
            },
        )
        person = {"incident_id": incident_id, "role": "involved", "source": "roster"}
        yield _a_person(chance, "incident_person", home, person)
        course = chance.choice(_INCIDENT_COURSES)
        yield from _course(chance, "incident_event", "incident_id", incident_id, home, day, course)


def _cases(chance: random.Random, homes: list[_Home], count: int, handed: int) -> Iterator[Draft]:
    """In the order in which they came, as the county has them."""
    open_ones = 0
    for number, day in enumerate(sorted(_a_day(chance) for _ in range(count)), start=1):
        home, other = chance.choice(homes), chance.choice(homes)
        case_id, kind = an_id(chance), chance.choice(_CASE_KINDS)
        class_code, matter = chance.choice(_MATTERS)
        yield Draft(
            "case_file",
            case_id,
            {
                "unit_id": home.unit_id,
                "number": f"纠-{day.year}-{number:06d}",
                "kind": kind,
                "is_confidential": kind == "petition" and chance.random() < _CONFIDENTIAL,
                "title": f"{home.head_name}与{other.head_name}{matter}",
                "class_code": class_code,
                "happened_on": day.isoformat(),
                "place": "后山老杉树旁",
                "story": _a_story(chance, matter),
                "urgency": chance.choice(("high", "medium", "medium", "low", "low")),
                "recorded_by": worker_id(home.unit_id),
                "recorded_at": _moment(day),
            },
        )
        for side, party in (("a", home), ("b", other)):
            body = {"case_id": case_id, "side": side, "is_main": True, "source": "roster"}
            yield _a_person(chance, "case_party", party, body, unit_id=home.unit_id)
        is_open = chance.random() < _OPEN
        course = chance.choice(_OPEN_COURSES) if is_open else _ended(chance, kind)
        yield from _course(chance, "case_event", "case_id", case_id, home, day, course)
        open_ones += is_open
        if handed and is_open and open_ones % _SENT == 0:
            handed -= 1
            yield from _handed_on(chance, case_id, home, day)


def _ended(chance: random.Random, kind: str) -> tuple[CaseEventKind, ...]:
    is_visited = chance.random() >= _NOT_VISITED
    return (*_ENDED_COURSES[kind], *((CaseEventKind.FOLLOWED_UP,) if is_visited else ()))


def _handed_on(chance: random.Random, case_id: str, home: _Home, day: date) -> Iterator[Draft]:
    """Sent to a department, which may have taken it on, or a department is asked to help."""
    purpose = chance.choice(("dispatched", "dispatched", "help_asked"))
    yield Draft(
        "handover",
        an_id(chance),
        {
            "unit_id": home.unit_id,
            "subject_entity": "case_file",
            "subject_id": case_id,
            "from_unit_id": home.unit_id,
            "to_unit_id": chance.choice(_DEPARTMENTS),
            "purpose": purpose,
            "due_on": (day + timedelta(days=15)).isoformat(),
            "by_account_id": worker_id(home.unit_id),
            "happened_at": _moment(day + timedelta(days=2)),
        },
    )
    if purpose == "dispatched" and chance.random() < 0.5:
        course = (CaseEventKind.TAKEN_ON,)
        yield from _course(chance, "case_event", "case_id", case_id, home, day, course)


def _a_story(chance: random.Random, matter: str) -> str:
    """As long as those people write, and no two alike."""
    words = [f"双方因{matter}发生争执", *chance.choices(_STORY_WORDS, k=_STORY // 5)]
    return "，".join(words)[:_STORY]


def _a_person(
    chance: random.Random,
    entity: str,
    home: _Home,
    body: dict[str, Any],
    *,
    unit_id: str | None = None,
) -> Draft:
    known = {"unit_id": unit_id or home.unit_id, "resident_id": home.head_id}
    return Draft(entity, an_id(chance), {**body, **known, "name": home.head_name, "sex": "1"})


def _course(
    chance: random.Random,
    entity: str,
    parent_field: str,
    parent_id: str,
    home: _Home,
    day: date,
    kinds: Iterable[str],
) -> Iterator[Draft]:
    for step, kind in enumerate(kinds):
        yield Draft(
            entity,
            an_id(chance),
            {
                "unit_id": home.unit_id,
                parent_field: parent_id,
                "kind": str(kind),
                "by_account_id": worker_id(home.unit_id),
                "happened_at": _moment(day + timedelta(days=step)),
            },
        )


def _a_day(chance: random.Random) -> date:
    return _LAST_DAY - timedelta(days=chance.randrange(_DAYS))


def _moment(day: date) -> str:
    return f"{day.isoformat()}T01:30:00.000Z"
