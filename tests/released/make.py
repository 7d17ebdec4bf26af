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
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from app.attachments.actions import NewFile, attach_files
from app.attachments.vocabulary import MediaType, Subject
from app.cases.actions import CaseDraft, add_case_event, record_case
from app.cases.parties import PartyEntry
from app.cases.vocabulary import (
    CaseEventKind,
    Escalation,
    PartySide,
    PartySource,
    RiskAnswer,
    Urgency,
)
from app.demo.scene import LAPTOPS, PEOPLE, DemoLaptop, Scene, build_scene
from app.drafts import save_draft
from app.handovers.actions import hand_over
from app.handovers.vocabulary import HandoverSubject
from app.households.actions import (
    HouseholdFields,
    ResidentFields,
    add_household,
    add_resident,
    edit_household,
)
from app.households.vocabulary import Sex
from app.organisations.vocabulary import COUNTY_ID
from app.votes.actions import open_motion, propose_motion, take_ballot
from app.votes.vocabulary import BallotChoice, BallotMethod, MotionMatter
from db.keystore import database_key
from db.outbox import wire_value
from db.tables.cases import CaseEvent, CaseFile
from db.tables.households import Household, Resident
from db.tables.registry import SCHEMA_VERSION
from db.tables.votes import Motion
from sync.client.round import APP_VERSION
from sync.client.transport import HttpsTransport

_PHOTO = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////"
    "////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
"""A JPEG of one pixel."""


def main(out: Path) -> None:
    """Writes gulou.db, gulou.blobs, facts.json and exchanges.json into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    exchanges = Exchanges()
    LAPTOPS["village_2"] = "secretary"
    with tempfile.TemporaryDirectory() as folder:
        laptops = ("village", "village_2", "township", "forestry")
        scene = build_scene(Path(folder) / "scene", laptops=laptops)
        try:
            village = scene.laptops["village"]
            write_and_sync(scene, village)
            facts = dispatch(scene, village)
            facts |= quarrel(scene, village)
            facts |= hear_of_tomorrow(scene, village, exchanges, facts)
            facts |= write_and_leave(scene, village, facts)
            keep(scene, village, out, facts)
        finally:
            scene.close()
    text = json.dumps(exchanges.found, ensure_ascii=False, separators=(",", ":"))
    (out / "exchanges.json").write_text(text.replace('{"install"', '\n{"install"') + "\n", "utf-8")


class Exchanges:
    """Every request and answer of every laptop, in order."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self.of_tomorrow: list[list[Any]] = []
        """Rows of a newer county that stand in the next answer as well; not in what is kept."""
        plain = HttpsTransport.exchange

        def exchange(transport: HttpsTransport, body: bytes) -> bytes:
            answer = plain(transport, body)
            assert transport._device is not None
            install_id = transport._device.install_id
            whole = json.loads(answer)
            self.found.append({"install": install_id, "request": json.loads(body), "answer": whole})
            rows, self.of_tomorrow = self.of_tomorrow, []
            if not rows:
                return answer
            return json.dumps({**whole, "changes": [*whole["changes"], *rows]}).encode()

        HttpsTransport.exchange = exchange  # type: ignore[method-assign]


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


def dispatch(scene: Scene, village: DemoLaptop) -> dict[str, Any]:
    """A case with a photo that goes up and on to an office, one that was closed, one that stays."""
    store, worker = village.laptop.store, scene.actor("grid_worker", "village")
    sent, closed, kept = (
        record_case(store, worker, a_case(worker.unit_id, title)).case_id
        for title in ("山林界址纠纷", "借款纠纷", "田界纠纷")
    )
    photo = NewFile(_PHOTO, MediaType.JPEG, "界石.jpg", _PHOTO)
    attach_files(store, worker, subject=Subject("case_file", sent), files=[photo])
    steps = (CaseEventKind.MEDIATION_HELD, CaseEventKind.SETTLED, CaseEventKind.CLOSED)
    for kind in steps:
        add_case_event(
            store,
            worker,
            case_id=closed,
            kind=kind,
            note="双方同意",
            risk=RiskAnswer(Escalation.NONE),
        )
    give(scene, village, "grid_worker", sent, "township")
    village.sync()
    village.carry()
    township, forestry = scene.laptops["township"], scene.laptops["forestry"]
    township.sync()
    give(scene, township, "township", sent, "forestry")
    township.sync()
    forestry.sync()
    add_case_event(
        forestry.laptop.store,
        scene.actor("forestry", "forestry"),
        case_id=sent,
        kind=CaseEventKind.MEDIATION_HELD,
        note="现场看过界石",
        risk=RiskAnswer(Escalation.NONE),
    )
    forestry.sync()
    village.sync()
    return {"sent": sent, "closed": closed, "kept": kept}


def give(scene: Scene, laptop: DemoLaptop, giver: str, case_id: str, to: str) -> None:
    """A hand-over of a case, from one person to another's unit."""
    hand_over(
        laptop.laptop.store,
        scene.actor(giver, laptop.name),
        subject=HandoverSubject.CASE,
        subject_id=case_id,
        to_unit_id=next(one.unit_id for one in PEOPLE if one.key == to),
        note="请接办",
    )


def quarrel(scene: Scene, village: DemoLaptop) -> dict[str, Any]:
    """Two laptops of the village give one household two heads."""
    other = scene.laptops["village_2"]
    other.sync()
    home = households(village)[1]
    for laptop, name in ((other, "杨某五"), (village, "杨某六")):
        actor = scene.actor("secretary", laptop.name)
        given = HouseholdFields(number="002", head_name=name, note="发布版写的")
        edit_household(laptop.laptop.store, actor, household_id=home.id, given=given)
        laptop.sync()
    village.sync()
    return {"quarrelled": home.id}


def hear_of_tomorrow(
    scene: Scene, village: DemoLaptop, exchanges: Exchanges, facts: dict[str, Any]
) -> dict[str, Any]:
    """What a county that is upgraded first sends to this program: a kind of record and a word it
    does not know, and a new field of a record it has."""
    store = village.laptop.store
    with store.reading() as session:
        case = session.get_one(CaseFile, facts["closed"])
        event = session.exec(select(CaseEvent).where(CaseEvent.case_id == facts["sent"])).first()
        assert event is not None
        told, written = (
            {name: wire_value(getattr(one, name)) for name in one.wire_fields()}
            for one in (event, case)
        )
        place, version = event.sync_seq + 100_000, case.sync_version
        case_seq = case.sync_seq
    told |= {"kind": "taken_on", "note": "已签收", "detail": None}
    told["by_account_id"] = scene.account_ids["forestry"]
    setting = {
        "unit_id": COUNTY_ID,
        "key": "follow_up_days",
        "value": "45",
        "starts_on": "2021-03-01",
        "note": None,
        "set_by": None,
    }
    told_id = str(uuid.uuid4())
    # Made of key and day, by the program that came next.
    namespace = uuid.UUID("6f4d2b0e-8a1c-5c55-9d3e-431230202601")
    setting_id = str(uuid.uuid5(namespace, "follow_up_days@2021-03-01"))
    wanted = {**written, "wanted": "还清借款"}
    exchanges.of_tomorrow = [
        ["case_event", told_id, "put", 1, None, told, place],
        ["setting", setting_id, "put", 1, None, setting, place + 1],
        ["case_file", case.id, "put", version, None, wanted, case_seq],
    ]
    village.sync()
    return {
        "of_tomorrow": {"case_event": [told_id, told], "setting": [setting_id, setting]},
        "wanted": wanted["wanted"],
    }


def write_and_leave(scene: Scene, village: DemoLaptop, facts: dict[str, Any]) -> dict[str, Any]:
    """What waits when the program is upgraded, and a form that was not finished."""
    store, worker = village.laptop.store, scene.actor("grid_worker", "village")
    first = households(village)[0]
    given = HouseholdFields(number="001", head_name="吴某改", note="升级前改的")
    edit_household(store, worker, household_id=first.id, given=given)
    given = HouseholdFields(number="004", head_name="吴某四", note="升级前写的")
    add_household(store, worker, unit_id=worker.unit_id, given=given)
    offline = record_case(store, worker, a_case(worker.unit_id, "断线时记的纠纷")).case_id
    photo = NewFile(_PHOTO + b"\0", MediaType.JPEG, "没发出的.jpg", _PHOTO)
    attach_files(store, worker, subject=Subject("case_file", offline), files=[photo])
    add_case_event(
        store, worker, case_id=facts["sent"], kind=CaseEventKind.NOTE_ADDED, note="升级前记的"
    )
    give(scene, village, "grid_worker", facts["kept"], "township")
    save_draft(
        store,
        form="case",
        record_id="",
        account_id=worker.account_id,
        body={"title": "没写完的案件", "story": "写到一半"},
    )
    return {"offline": offline}


def a_case(unit_id: str, title: str = "排水纠纷") -> CaseDraft:
    return CaseDraft(
        title=title,
        class_code="0101",
        happened_on=datetime.now(UTC).date(),
        place="坪坦村",
        story="两户共用水沟。",
        urgency=Urgency.LOW,
        parties=(
            PartyEntry(name="吴某甲", side=PartySide.A, source=PartySource.OUTSIDE),
            PartyEntry(name="杨某乙", side=PartySide.B, source=PartySource.OUTSIDE),
        ),
        unit_id=unit_id,
        risk=RiskAnswer(Escalation.NONE),
    )


def households(village: DemoLaptop) -> list[Household]:
    with village.laptop.store.reading() as session:
        return list(session.exec(select(Household).order_by(Household.number)))


def keep(scene: Scene, village: DemoLaptop, out: Path, known: dict[str, Any]) -> None:
    """The closed file, small, and what is needed to open it and to let it in again."""
    laptop = village.laptop
    with laptop.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    device = laptop.keys.get(laptop.device_secret)
    assert device is not None
    facts = {
        "app_version": APP_VERSION,
        "schema_version": SCHEMA_VERSION,
        "database_key": database_key(laptop.keys, laptop.store_id).hex(),
        "device_secret": base64.b64encode(device).decode(),
        "install_id": laptop.store.value("install_id"),
        "unit_id": laptop.store.value("unit_id"),
        "epoch": laptop.store.value("epoch"),
        "others": {
            one.laptop.store.value("install_id"): one.laptop.store.value("unit_id")
            for one in scene.laptops.values()
            if one is not village
        },
        "accounts": scene.account_ids,
        "known": known,
    }
    village.close()
    for name in ("gulou.db", "gulou.blobs"):
        shutil.copyfile(laptop.store.path.with_name(name), out / name)
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (out / "facts.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
