"""The long lists of the county's file, as the program reads them for a keystroke or a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.board.queries import board, month_of, reminders
from app.cases.listing import OPEN_STATES, CaseFilter, case_rows
from app.cases.queries import units_seen
from app.cases.vocabulary import CaseKind, FlowStage
from app.flow.waiting import waiting
from app.grid_work.lists import WorkFilter, hazard_page, recorders, service_page, visit_page
from app.incidents.queries import IncidentFilter, incident_rows
from app.organisations.vocabulary import COUNTY_ID, shipped_units
from app.statistics.incidents import incident_report
from app.statistics.queries import counts_now
from app.statistics.rules import SpanKind, span_at
from app.store import Store
from app.today.queries import today_view
from tests.benchmarks.desk import COUNTY_CLERK
from tests.benchmarks.desk_records import ALL_VILLAGES
from tests.benchmarks.laptops import TOWNSHIP

_CLERK: Final = Actor(
    account_id=COUNTY_CLERK,
    name="吴某",
    role=Role.COUNTY_CENTRE,
    unit_id=COUNTY_ID,
    units={unit.id: unit for unit in shipped_units()},
)
_TOWNSHIP_CLERK: Final = replace(_CLERK, role=Role.TOWNSHIP_CENTRE, unit_id=TOWNSHIP)
_VILLAGE: Final = ALL_VILLAGES[0]
_TODAY: Final = date(2026, 11, 23)


def _of_village(read: Callable[..., object], store: Store, typed: str) -> object:
    return read(store, _CLERK, WorkFilter(_VILLAGE, typed=typed))


LISTS: Final[Mapping[str, Callable[[Store, str], object]]] = {
    "cases": lambda store, typed: case_rows(store, CaseFilter(text=typed)),
    "incidents": lambda store, typed: incident_rows(store, IncidentFilter(text=typed)),
    "visits": partial(_of_village, visit_page),
    "services": partial(_of_village, service_page),
    "hazards": partial(_of_village, hazard_page),
}
"""What a letter typed above each list asks."""

_FILTERS: Final[Mapping[str, CaseFilter]] = {
    "none": CaseFilter(),
    "open": CaseFilter(states=OPEN_STATES),
    "overdue": CaseFilter(due_last=_TODAY),
    "a class": CaseFilter(class_code="02"),
    "a class nothing is of": CaseFilter(class_code="0999"),
    "a village": CaseFilter(unit_ids=frozenset({_VILLAGE})),
    "in a village's hands": CaseFilter(in_hand_of=frozenset({_VILLAGE})),
    "worked on together": CaseFilter(stages=frozenset({FlowStage.JOINT})),
    "petitions": CaseFilter(kinds=frozenset({CaseKind.PETITION})),
    "of a year": CaseFilter(first_day=date(2024, 1, 1), last_day=date(2024, 12, 31)),
}
"""What is chosen above the list of cases, from the most that fits to nothing."""

_WORDS: Final[Mapping[str, CaseFilter]] = {
    "a letter": CaseFilter(text="w"),
    "three letters": CaseFilter(text="w j s"),
    "two common words": CaseFilter(text="吴 责任"),
    "a class by its name": CaseFilter(text="借款"),
    "a word nothing has": CaseFilter(text="吴永 责任 zzz"),
    "a letter, open": CaseFilter(text="w", states=OPEN_STATES),
    "a letter, overdue": CaseFilter(text="w", due_last=_TODAY),
    "a letter, a village": CaseFilter(text="w", unit_ids=frozenset({_VILLAGE})),
    "a letter, of a year": CaseFilter(text="w", first_day=date(2024, 1, 1)),
}
"""What is typed above it, by itself and beside what was chosen."""

CASES: Final[Mapping[str, Mapping[str, CaseFilter]]] = {
    "a filter of the cases": {
        name: replace(one, sees_confidential=True) for name, one in _FILTERS.items()
    },
    "words over the cases": {
        name: replace(one, sees_confidential=True) for name, one in _WORDS.items()
    },
    "cases for a township, none that is confidential": {
        name: replace(one, unit_ids=one.unit_ids or units_seen(_TOWNSHIP_CLERK))
        for name, one in {**_FILTERS, **_WORDS}.items()
    },
}
"""What the list of cases is asked, by who asks."""

READ: Final[Mapping[str, Callable[[Store], object]]] = {
    "the board": lambda store: board(store, _CLERK, _TODAY),
    "a month of the board": lambda store: month_of(store, _CLERK, _TODAY, _TODAY),
    "reminders": lambda store: reminders(store, _CLERK, _TODAY),
    "what waits": lambda store: waiting(store, _CLERK, _TODAY),
    "today": lambda store: today_view(store, _CLERK),
    "statistics, the counts": lambda store: counts_now(store, _CLERK),
    "statistics, incidents of a month": lambda store: incident_report(
        store, _CLERK, span_at(SpanKind.MONTH, _TODAY, today=_TODAY)
    ),
    "who made visits in a village": lambda store: recorders(store, _CLERK, _VILLAGE),
}
"""What a page asks at once, besides its list."""
OF_THE_CASE_DESK: Final = frozenset(
    {"the board", "a month of the board", "reminders", "what waits", "today"}
)
"""Those that are read again after every change."""
