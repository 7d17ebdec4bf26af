"""What comes in from Excel stands up to the county: nothing is refused, everybody gets the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.demo.scene import Scene
from app.exchange.roster_apply import import_roster, read_and_plan
from app.exchange.table_apply import import_table
from app.exchange.table_forms import TableKind
from app.exchange.table_plan import read_and_plan_table
from app.pending.queries import pending_list
from db.clock import today_in_china
from tests.helpers.rosters import save_second_form
from tests.sync.test_first_village import rows_of

pytestmark = pytest.mark.county

COMPARED = (
    *("micro_grid", "household", "resident", "visit", "micro_service", "hazard"),
    *("hazard_measure", "incident", "incident_person", "incident_event"),
)


def table(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


@pytest.fixture(scope="module")
def imported(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A roster of the second form and a table of each kind, synced to the township."""
    village = scene.laptops["village"]
    store, actor = village.laptop.store, scene.actor("grid_worker", "village")
    folder = tmp_path_factory.mktemp("excel")
    plan = read_and_plan(
        store, actor, save_second_form(folder / "名册.xlsx"), unit_id=actor.unit_id
    )
    import_roster(store, actor, plan)
    head = plan.households[0].source.head_name
    day = today_in_china(store.clock) - timedelta(days=2)
    tables = {
        TableKind.VISITS: (
            ("户主", "走访日期", "走访情况", "走访人"),
            (head, day, "一切都好", actor.name),
            (head, day, "又去了一次", "没有账号的人"),
        ),
        TableKind.SERVICES: (
            ("提出日期", "提出人", "服务事项", "办结日期", "办理结果"),
            (day, "吴某", "代缴电费", day, "已缴"),
        ),
        TableKind.HAZARDS: (
            ("发现日期", "等级", "地点", "隐患情况", "整改情况", "整改日期"),
            (day, "高", "鼓楼", "电线老化", "已换线", day),
        ),
        TableKind.INCIDENTS: (
            ("发生时间", "性质", "名称", "地点", "当事人", "处置情况", "状态"),
            (f"{day} 15:00", "治安", "酒后吵闹", "鼓楼", "甲某、乙某", "劝离", "已办结"),
        ),
    }
    for kind, rows in tables.items():
        path = table(folder / f"{kind}.xlsx", *rows)
        found = read_and_plan_table(store, actor, path, kind=kind, unit_id=actor.unit_id)
        assert found.refused == ()
        import_table(store, actor, found)
    for name in ("village", "township"):
        scene.laptops[name].sync()
    return scene


@pytest.mark.parametrize("entity", COMPARED)
def test_the_township_has_what_the_village_imported(imported: Scene, entity: str) -> None:
    in_village = rows_of(imported.laptops["village"].laptop.store, entity)
    above = rows_of(imported.laptops["township"].laptop.store, entity)
    assert in_village
    assert above == in_village


def test_the_county_refused_nothing(imported: Scene) -> None:
    actor = imported.actor("grid_worker", "village")
    assert not pending_list(imported.laptops["village"].laptop.store, actor).rows
