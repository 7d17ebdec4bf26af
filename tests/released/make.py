"""Makes the files of one released program; see README.md.

Runs with the *released* program, not with today's: only names that every release has are used.
Everybody in it is made up.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from app.cases.actions import CaseDraft, PartyEntry, record_case
from app.cases.vocabulary import Escalation, PartySide, RiskAnswer, Urgency
from app.demo.scene import DemoLaptop, Scene, build_scene
from app.drafts import save_draft
from app.households.actions import (
    HouseholdFields,
    ResidentFields,
    add_household,
    add_resident,
    edit_household,
)
from app.households.vocabulary import Sex
from app.votes.actions import open_motion, propose_motion, take_ballot
from app.votes.vocabulary import BallotChoice, BallotMethod, MotionMatter
from db.keystore import database_key
from db.tables.households import Household, Resident
from db.tables.registry import SCHEMA_VERSION
from db.tables.votes import Motion
from sync.client.round import APP_VERSION
from sync.client.transport import HttpsTransport


def main(out: Path) -> None:
    """Writes gulou.db, facts.json and exchanges.json into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    exchanges = record_exchanges()
    with tempfile.TemporaryDirectory() as folder:
        scene = build_scene(Path(folder) / "scene", laptops=("village",))
        try:
            village = scene.laptops["village"]
            write_and_sync(scene, village)
            write_and_leave(scene, village)
            keep(scene, village, out)
        finally:
            scene.close()
    text = json.dumps(exchanges, ensure_ascii=False, indent=1)
    (out / "exchanges.json").write_text(text + "\n", encoding="utf-8")


def record_exchanges() -> list[dict[str, Any]]:
    """Every request and answer from now on."""
    found: list[dict[str, Any]] = []
    plain = HttpsTransport.exchange

    def exchange(self: HttpsTransport, body: bytes) -> bytes:
        answer = plain(self, body)
        found.append({"request": json.loads(body), "answer": json.loads(answer)})
        return answer

    HttpsTransport.exchange = exchange  # type: ignore[method-assign]
    return found


def write_and_sync(scene: Scene, village: DemoLaptop) -> None:
    """A roster, a case, a vote, and something the county refuses."""
    store = village.laptop.store
    worker, secretary = scene.actor("grid_worker", "village"), scene.actor("secretary", "village")
    for number in ("001", "002", "003"):
        given = HouseholdFields(number=number, head_name=f"吴某{number}", note="发布版写的")
        add_household(store, worker, unit_id=worker.unit_id, given=given)
    village.sync()
    first = households(village)[0]
    given = ResidentFields(name="吴某甲", sex=Sex.MALE)
    add_resident(store, worker, household_id=first.id, given=given)
    record_case(store, worker, a_case(worker.unit_id))
    propose_motion(
        store,
        secretary,
        title="修订村规民约",
        text="第一条 爱护风雨桥。",
        matter=MotionMatter.VILLAGE_RULES_MADE_OR_CHANGED,
    )
    with store.reading() as session:
        motion_id = session.exec(select(Motion.id)).one()
    open_motion(store, secretary, motion_id=motion_id)
    take_ballot(
        store,
        worker,
        motion_id=motion_id,
        household_id=first.id,
        choice=BallotChoice.AGREE,
        method=BallotMethod.SIGNATURE,
    )
    village.sync()
    with store.transaction(account_id=worker.account_id, action="import_roster") as tx:
        # The check digit is wrong: the form would not have let it pass.
        tx.session.add(
            Resident(
                unit_id=worker.unit_id,
                household_id=first.id,
                name="杨某丙",
                sex=Sex.MALE,
                identity_kind="resident_identity_number",
                identity_number="433031198001010018",
            )
        )
    village.sync()


def write_and_leave(scene: Scene, village: DemoLaptop) -> None:
    """What waits when the program is upgraded, and a form that was not finished."""
    store, worker = village.laptop.store, scene.actor("grid_worker", "village")
    first = households(village)[0]
    given = HouseholdFields(number="001", head_name="吴某改", note="升级前改的")
    edit_household(store, worker, household_id=first.id, given=given)
    given = HouseholdFields(number="004", head_name="吴某四", note="升级前写的")
    add_household(store, worker, unit_id=worker.unit_id, given=given)
    save_draft(
        store,
        form="case",
        record_id="",
        account_id=worker.account_id,
        body={"title": "没写完的案件", "story": "写到一半"},
    )


def a_case(unit_id: str) -> CaseDraft:
    return CaseDraft(
        title="排水纠纷",
        class_code="0101",
        happened_on=datetime.now(UTC).date(),
        place="坪坦村",
        story="两户共用水沟。",
        urgency=Urgency.LOW,
        parties=(
            PartyEntry(name="吴某甲", side=PartySide.A),
            PartyEntry(name="杨某乙", side=PartySide.B),
        ),
        unit_id=unit_id,
        risk=RiskAnswer(Escalation.NONE),
    )


def households(village: DemoLaptop) -> list[Household]:
    with village.laptop.store.reading() as session:
        return list(session.exec(select(Household).order_by(Household.number)))


def keep(scene: Scene, village: DemoLaptop, out: Path) -> None:
    """The closed file, and what is needed to open it and to let it in again."""
    laptop = village.laptop
    device = laptop.keys.get(laptop.device_secret)
    with laptop.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert device is not None
    facts = {
        "app_version": APP_VERSION,
        "schema_version": SCHEMA_VERSION,
        "database_key": database_key(laptop.keys, laptop.store_id).hex(),
        "device_secret": base64.b64encode(device).decode(),
        "install_id": laptop.store.value("install_id"),
        "unit_id": laptop.store.value("unit_id"),
        "epoch": laptop.store.value("epoch"),
        "accounts": scene.account_ids,
    }
    village.close()
    shutil.copyfile(laptop.store.path, out / "gulou.db")
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (out / "facts.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
