"""Every record of the case desk with every field bent: nothing of it is kept by the county."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args

import pytest

from app.accounts.vocabulary import Role
from app.mediation.agreement_rules import MOST_ITEMS
from db.tables.registry import ENTITIES
from tests.sync.server.conftest import COUNTY, People
from tests.sync.server.laptops import FakeLaptop
from tests.sync.server.test_mediation import Scene, agreement, item, signature

PROTOCOL = 2
MOMENT = "2026-11-23T08:30:00.000Z"
TODAY = "2026-11-20"


def bodies(scene: Scene, round_id: str) -> dict[str, dict[str, Any]]:
    """One sound record of each kind."""
    account_id, case_id = scene.laptop.account_id, scene.case_id
    signed = {"by_account_id": account_id, "recorded_at": MOMENT}
    chosen = {"chosen_by": "assigned", "way": "peoples", "starts_on": TODAY}
    aid = {"need": "请不起律师", "seen_on": TODAY, "lawyer_name": "杨某", "lawyer_office": "某所"}
    five = {"leader_name": "石某", "starts_on": TODAY, "plan": "走访", "plan_due_on": TODAY}
    met = {"title": "秋收前", "held_on": TODAY, "place": "鼓楼", "members": "石某"}
    found = {"round_id": round_id, "text": "水渠", "end": "settled_there", "end_note": "清了"}
    return {
        "case_mediator": {"case_id": case_id, "name": "石某", **chosen, "ends_on": TODAY},
        "agreement": agreement(case_id, account_id, scene.parties, copies=3),
        "agreement_item": item(
            case_id, scene.agreement_id, amount_cents=100, due_on="2026-12-20", position=1
        ),
        "agreement_signature": signature(case_id, scene.agreement_id, account_id, None),
        "legal_aid": {"case_id": case_id, **aid, **signed},
        "sponsorship": {"case_id": case_id, **five, **signed},
        "outreach_round": {**met, **signed},
        "outreach_finding": {**found, **signed},
    }


def bent(entity: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with one field wrong, one after the other."""
    for name, field in ENTITIES[entity].model_fields.items():
        if name not in body or name.endswith("_at") or name == "party_ids":
            continue
        for wrong in _wrong_for(field.annotation):
            yield {**body, name: wrong}


def _wrong_for(annotation: Any) -> tuple[Any, ...]:
    kinds = {annotation, *get_args(annotation)}
    if date in kinds and datetime not in kinds:
        return ("0001-01-01", "9999-12-31", "2026-02-30", 20261120)
    if int in kinds:
        return (-(2**63), 2**63, 1.5)
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]
    return ("a\x00b", "字" * 10**5, deep, {}, 7)


@pytest.fixture
def laptop(people: People) -> FakeLaptop:
    return people.laptop(COUNTY, Role.COUNTY_CENTRE)


@pytest.fixture
def scene(laptop: FakeLaptop) -> Scene:
    return Scene(laptop)


def test_no_field_of_the_desk_takes_what_no_form_gives(scene: Scene) -> None:
    laptop = scene.laptop
    made = {"title": "秋收前", "held_on": TODAY, "place": "鼓楼", "members": "石某"}
    made |= {"by_account_id": laptop.account_id, "recorded_at": MOMENT}
    round_id = laptop.put("outreach_round", made)["record_id"]
    laptop.sync()
    kept = []
    for entity, body in bodies(scene, round_id).items():
        operations = {
            laptop.put(entity, wrong)["op_no"]: next(
                (name, str(wrong[name])[:30]) for name in wrong if wrong[name] is not body.get(name)
            )
            for wrong in bent(entity, body)
        }
        verdicts = laptop.sync()["verdicts"]
        kept += [
            (entity, *what)
            for op_no, what in operations.items()
            if verdicts[op_no]["verdict"] != "refused"
        ]
    assert not kept, kept
    for entity, body in bodies(scene, round_id).items():
        assert laptop.verdict_of(laptop.put(entity, body))["verdict"] == "applied", entity


def test_an_agreement_has_no_ten_thousand_promises(scene: Scene) -> None:
    """Each is laid down, signed for and printed by every laptop that has the case."""
    laptop = scene.laptop
    for place in range(1, MOST_ITEMS + 2):
        laptop.put("agreement_item", item(scene.case_id, scene.agreement_id, position=place))
    verdicts = [one["verdict"] for one in laptop.sync()["verdicts"].values()]
    assert verdicts.count("applied") == MOST_ITEMS - 1  # one is there already
    assert verdicts.count("refused") == 2
    performed = {"performance": "done", "performed_on": TODAY, "proof": "收条"}
    edited = laptop.edit("agreement_item", scene.item_id, **performed)
    assert laptop.sync()["verdicts"][edited["op_no"]]["verdict"] == "applied"
