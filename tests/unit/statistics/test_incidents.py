"""Counting incidents: whose, from which day to which, and how long it takes."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.incidents.vocabulary import IncidentClass, IncidentSource
from app.organisations.vocabulary import UnitKind
from app.statistics.incidents import IncidentReport, IncidentRow, incident_report
from app.statistics.rules import Span, SpanKind, Standing, chance_of_so_many
from app.store import Store
from db.tables.incidents import Incident
from tests.helpers.stores import a_store, a_unit, an_actor, save, units_by_id

HERE, THERE = a_unit("坪坦村").id, a_unit("横岭村").id
COUNTY = an_actor(
    Role.COUNTY_CENTRE, next(u for u in units_by_id().values() if u.parent_id is None)
)
NOVEMBER = Span(SpanKind.MONTH, date(2026, 11, 1), date(2026, 11, 30))
K = IncidentClass


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def put(
    store: Store,
    happened: Iterable[datetime],
    *,
    unit_id: str = HERE,
    kind: IncidentClass = K.PUBLIC_ORDER,
    is_at_county: bool = True,
) -> None:
    rows = [
        Incident(
            unit_id=unit_id,
            number=str(number),
            incident_class=kind,
            source=IncidentSource.TOLD_BY_VILLAGER,
            title="争吵",
            story="",
            place="鼓楼边",
            happened_at=moment,
            recorded_by="account",
            recorded_at=moment,
        )
        for number, moment in enumerate(happened)
    ]
    save(store, *rows)
    if is_at_county:
        with store.laying_down() as session:
            session.connection().exec_driver_sql("UPDATE incident SET sync_version = 1")


def report_of(store: Store, span: Span = NOVEMBER) -> IncidentReport:
    report = incident_report(store, COUNTY, span)
    assert report is not None
    return report


def row_of(rows: tuple[IncidentRow, ...], key: str) -> IncidentRow:
    return next(row for row in rows if row.key == key)


def test_what_was_recorded_by_mistake_is_not_counted(store: Store) -> None:
    put(store, [noon(date(2026, 11, day)) for day in (1, 15)])
    withdrawn = "UPDATE incident SET state = 'withdrawn' WHERE number = '1'"
    with store.laying_down() as session:
        session.connection().exec_driver_sql(withdrawn)
    put(store, [noon(date(2026, 11, 2))], is_at_county=False)
    with store.laying_down() as session:
        session.connection().exec_driver_sql(
            "UPDATE incident SET state = 'withdrawn' WHERE sync_version = 0"
        )
    report = report_of(store)
    assert (report.of_all().now, report.unsent) == (1, 0)


def test_counts_by_village_and_class_beside_last_year_and_last_month(store: Store) -> None:
    put(store, [noon(date(2026, 11, day)) for day in (1, 15, 30)])
    put(store, [noon(date(2026, 11, 5))], kind=K.CIVIL)
    put(store, [noon(date(2026, 10, 5)), noon(date(2026, 10, 31))])
    put(store, [noon(date(2025, 11, day)) for day in (1, 2, 3, 4, 5)])
    put(store, [noon(date(2026, 11, 9))], unit_id=THERE, kind=K.CIVIL)
    report = report_of(store)
    here, there = (row_of(report.of_units(), unit) for unit in (HERE, THERE))
    assert (here.now, here.before, here.year_before) == (4, 2, 5)
    assert (here.by_period, here.by_year) == (Decimal("100.00"), Decimal("-20.00"))
    assert (there.now, there.before, there.year_before) == (1, 0, 0)
    assert (there.by_period, there.by_year) == (None, None)
    civil = row_of(report.of_classes(), K.CIVIL.value)
    assert (civil.now, civil.before, civil.year_before) == (2, 0, 0)
    assert row_of(report.of_classes(HERE), K.CIVIL.value).now == 1
    assert row_of(report.of_units(K.CIVIL), HERE).now == 1
    assert (report.of_all().now, report.of_all(K.CIVIL).now) == (5, 2)


def test_a_day_is_a_day_in_china(store: Store) -> None:
    put(
        store,
        [
            datetime(2026, 10, 31, 15, 59, 59, 999000, tzinfo=UTC),  # still October there
            datetime(2026, 10, 31, 16, tzinfo=UTC),
            datetime(2026, 11, 30, 15, 59, 59, 999000, tzinfo=UTC),
            datetime(2026, 11, 30, 16, tzinfo=UTC),  # December
        ],
    )
    row = report_of(store).of_all()
    assert (row.now, row.before) == (2, 1)


def test_every_village_has_a_row_in_the_order_of_its_code(store: Store) -> None:
    rows = report_of(store).of_units()
    codes = [units_by_id()[row.key].code for row in rows]
    assert codes == sorted(codes)
    assert len(rows) == 162, "the county's real villages, without units made for statistics"
    assert {row.now for row in rows} == {0}


def test_what_the_county_has_not_is_not_counted_and_said(store: Store) -> None:
    put(store, [noon(date(2026, 11, 2))])
    put(store, [noon(date(2026, 11, 3)), noon(date(2026, 9, 3))], is_at_county=False)
    report = report_of(store)
    assert (report.of_all().now, report.unsent) == (1, 1)


def test_an_own_past_begins_with_the_first_incident(store: Store) -> None:
    """What was before the first incident on record is unknown, not quiet."""
    put(store, [noon(date(2026, 6, 10))])
    put(store, [noon(date(2026, 11, day)) for day in (1, 2, 3, 4)])
    row = row_of(report_of(store).of_units(), HERE)
    assert row.past == (0, 0, 0, 0)  # July to October: June is only partly on record
    assert row.judgement.standing is Standing.STANDS_OUT
    put(store, [noon(date(2026, 11, day)) for day in (1, 2, 3, 4)], unit_id=THERE)
    there = row_of(report_of(store).of_units(), THERE)
    assert (there.past, there.judgement.standing) == ((), Standing.TOO_SHORT)


def test_a_village_that_stands_out_carries_its_numbers(store: Store) -> None:
    put(store, [noon(date(2025, 10, 1))])
    for month in range(12):
        first = date(2025 + (10 + month) // 12, (10 + month) % 12 + 1, 1)
        put(store, [noon(first + timedelta(days=day)) for day in (3, 9)])
    put(store, [noon(date(2026, 11, day)) for day in range(1, 8)])
    row = row_of(report_of(store).of_units(), HERE)
    assert (row.now, row.past) == (7, (2,) * 12)
    assert row.stands_out
    assert row.judgement.mean == 2.0
    assert row.judgement.probability == chance_of_so_many(7, total=24, share=30 / 395)


def test_a_township_sees_its_villages_and_a_village_itself(store: Store) -> None:
    put(store, [noon(date(2026, 11, 2))])
    put(store, [noon(date(2026, 11, 2))], unit_id=a_unit("芋头村").id)
    township = incident_report(
        store, an_actor(Role.TOWNSHIP_CENTRE, a_unit("坪坦乡", kind=UnitKind.TOWNSHIP)), NOVEMBER
    )
    village = incident_report(store, an_actor(), NOVEMBER)
    assert township is not None
    assert village is not None
    assert (len(township.unit_ids), township.of_all().now) == (16, 1)
    assert (village.unit_ids, village.of_all().now) == ((HERE,), 1)


@pytest.mark.parametrize("role", list(Role))
def test_only_who_sees_incidents_and_statistics_sees_their_figures(
    store: Store, role: Role
) -> None:
    put(store, [noon(date(2026, 11, 2))])
    sees = may(role, Permission.SEE_INCIDENTS) and may(role, Permission.SEE_STATISTICS)
    assert (incident_report(store, an_actor(role), NOVEMBER) is not None) is sees


def test_the_whole_county_over_three_years_is_counted_in_a_blink(store: Store) -> None:
    """At most 100 ms of a processor, whatever else the machine does."""
    fill_county(store, incidents=20_000)
    spans = [
        NOVEMBER,
        Span(SpanKind.QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        Span(SpanKind.YEAR_TO_DATE, date(2026, 1, 1), date(2026, 11, 30)),
    ]
    for span in spans:
        took = []
        for _ in range(3):
            started = time.process_time()
            report = report_of(store, span)
            rows = report.of_units()
            took.append(time.process_time() - started)
        assert sum(row.now for row in rows) == report.of_all().now > 100
        assert min(took) < 0.1, took


def fill_county(store: Store, *, incidents: int) -> None:
    """Made-up incidents of every village, spread over the three years to the end of 2026-11."""
    dice = random.Random(164)
    villages = [unit.id for unit in units_by_id().values() if unit.kind is UnitKind.VILLAGE]
    last = datetime(2026, 11, 30, tzinfo=UTC)
    rows = []
    for number in range(incidents):
        moment = (last - timedelta(minutes=dice.randrange(3 * 365 * 24 * 60))).isoformat(
            timespec="milliseconds"
        )
        kind = dice.choice([*IncidentClass]).value
        rows.append(
            (f"i{number}", dice.choice(villages), str(number), kind, moment.replace("+00:00", "Z"))
        )
    with store.laying_down() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO incident (id, unit_id, number, incident_class, happened_at, source, title,"
            " story, place, recorded_by, recorded_at, state, sync_version, sync_seq, sync_state) "
            "VALUES (?, ?, ?, ?, ?, 'other', '', '', '', '', '2026-11-30T00:00:00.000Z', 'open', "
            "1, 1, 'synced')",
            rows,
        )
