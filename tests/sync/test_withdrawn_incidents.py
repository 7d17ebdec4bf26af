"""An incident recorded by mistake and taken back on one laptop of a village while the other goes
on with it: the real county, and both laptops see one state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.accounts.session import Actor
from app.demo import scene as scenes
from app.demo.scene import Scene, add_laptop, build_scene
from app.incidents.actions import add_incident_event, record_incident, report_incident
from app.incidents.detail import one_incident
from app.incidents.vocabulary import IncidentEventKind, IncidentState, PoliceReport
from app.outbox_rows import outbox_rows
from app.store import Store
from app.undo import undo
from tests.unit.incidents.drafts import an_incident

pytestmark = pytest.mark.county

K, S = IncidentEventKind, IncidentState


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """坪坦村 with two laptops."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(scenes.LAPTOPS, "second", "secretary")
        folder: Path = tmp_path_factory.mktemp("county") / "scene"
        made = build_scene(folder, laptops=("village", "township"))
        add_laptop(made, "second")
        yield made
        made.close()


def store_of(scene: Scene, name: str) -> Store:
    return scene.laptops[name].laptop.store


def actor_of(scene: Scene, name: str) -> Actor:
    return scene.actor({"village": "grid_worker", "second": "secretary"}[name], name)


def sync(scene: Scene, *names: str) -> None:
    for name in names:
        scene.laptops[name].sync()


def states(scene: Scene, incident_id: str) -> list[IncidentState]:
    found = [
        one_incident(store_of(scene, name), incident_id)
        for name in ("village", "second", "township")
    ]
    return [one.state for one in found if one is not None]


def recorded(scene: Scene) -> tuple[str, int]:
    """An incident of the village's first laptop that all know, and the step that recorded it."""
    actor, store = actor_of(scene, "village"), store_of(scene, "village")
    now = store.clock.now()
    made = record_incident(store, actor, an_incident(unit_id=actor.unit_id, happened_at=now))
    sync(scene, "village", "second", "township")
    return made.incident_id, made.txn or 0


def take_back(scene: Scene, txn: int) -> int:
    actor = actor_of(scene, "village")
    outcome = undo(store_of(scene, "village"), account_id=actor.account_id, txn=txn)
    return outcome.changes.txn or 0


def test_a_withdrawal_and_its_own_undo_reach_everybody(scene: Scene) -> None:
    incident_id, txn = recorded(scene)
    withdrawn = take_back(scene, txn)
    sync(scene, "village", "second", "township")
    assert states(scene, incident_id) == [S.WITHDRAWN] * 3
    take_back(scene, withdrawn)
    sync(scene, "village", "second", "township")
    assert states(scene, incident_id) == [S.OPEN] * 3
    assert outbox_rows(store_of(scene, "village")) == ()


@pytest.mark.parametrize("first", ["village", "second"])
def test_withdrawn_here_and_reported_there(scene: Scene, first: str) -> None:
    """The county's order decides; whatever it is, the incident comes back to what it had been."""
    incident_id, txn = recorded(scene)
    second, store = actor_of(scene, "second"), store_of(scene, "second")
    take_back(scene, txn)
    report = PoliceReport("坪坦派出所", store.clock.now())
    report_incident(store, second, incident_id=incident_id, report=report)
    sync(scene, first, "village", "second", "village", "township")
    assert states(scene, incident_id) == [S.WITHDRAWN] * 3

    add_incident_event(store, second, incident_id=incident_id, kind=K.REOPENED, note="确有其事")
    sync(scene, "second", "village", "township")
    expected = S.OPEN if first == "village" else S.WITH_POLICE
    assert states(scene, incident_id) == [expected] * 3
