"""A setting on real laptops: asked for at the county, in force in the village, its open cases
counted anew; what nobody may set comes back refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.cases.actions import add_case_event, record_case
from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import CaseEventKind, PartySide, Urgency
from app.clocks.queries import limits_of_case
from app.clocks.vocabulary import ClockState, LimitKey
from app.demo import scene as scenes
from app.demo.scene import Scene, build_scene
from app.settings.actions import change_setting
from app.settings.queries import setting, settings_shown, waiting_changes, working_calendar
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.clock import today_in_china
from db.tables.cases import CaseFile
from tests.helpers.stores import EVERYWHERE, NO_RISK

K = SettingKey


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """坪坦村 and the county centre."""
    folder: Path = tmp_path_factory.mktemp("county") / "scene"
    made = build_scene(folder, laptops=("village", "county"))
    yield made
    made.close()


def store_of(scene: Scene, name: str) -> Store:
    return scene.laptops[name].laptop.store


def sync(scene: Scene) -> None:
    for name in ("county", "village"):
        scene.laptops[name].sync()


def closed_case(scene: Scene) -> str:
    """A quarrel settled and closed in the village."""
    store = store_of(scene, "village")
    actor = scene.actor(scenes.LAPTOPS["village"], "village")
    draft = CaseDraft(
        title="争水",
        class_code="0201",
        happened_on=today_in_china(store.clock),
        place="坪坦村",
        story="两家争一条水渠。",
        urgency=Urgency.LOW,
        parties=(PartyEntry("吴某甲", PartySide.A), PartyEntry("杨某乙", PartySide.B)),
        unit_id=actor.unit_id,
        risk=NO_RISK,
    )
    case_id = record_case(store, actor, draft).case_id
    for kind in (CaseEventKind.SETTLED, CaseEventKind.CLOSED):
        add_case_event(store, actor, case_id=case_id, kind=kind, note="轮流放水")
    return case_id


def due(store: Store, case_id: str) -> tuple[date | None, str | None]:
    with store.reading() as session:
        case = session.get_one(CaseFile, case_id)
        return case.due_on, case.due_limit


def test_the_village_follows_what_the_county_sets(scene: Scene) -> None:
    sync(scene)
    village, centre = store_of(scene, "village"), store_of(scene, "county")
    today = today_in_china(village.clock)
    assert {2025, 2026} <= working_calendar(village).years
    case_id = closed_case(scene)
    before, limit = due(village, case_id)
    assert limit == LimitKey.FOLLOW_UP.value
    assert before is not None
    assert (before - today).days == 30

    actor = scene.actor(scenes.LAPTOPS["county"], "county")
    change_setting(centre, actor, key=K.FOLLOW_UP_DAYS, value=10, starts_on=today, note="县里会议")
    assert setting(centre, K.FOLLOW_UP_DAYS, today) == 30
    sync(scene)
    sync(scene)
    assert waiting_changes(centre) == ()
    for store in (village, centre):
        [row] = [one for one in settings_shown(store, today) if one.key is K.FOLLOW_UP_DAYS]
        assert (row.value, row.set_by, row.note) == (10, "石立新", "县里会议")
        after, _ = due(store, case_id)
        assert after is not None
        assert (after - today).days == 10
    states = {one.key: one.state for one in limits_of_case(village, EVERYWHERE, case_id, today)}
    assert states[LimitKey.FOLLOW_UP] is ClockState.RUNNING
    assert states[LimitKey.PEOPLES_MEDIATION] is ClockState.MET
