"""A whole life on real laptops: agreed in the village, brought to the court by the township, ruled
on by the court's own people, seen by the village; and legal aid whose lawyer is of another unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event, record_case
from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.queries import one_case
from app.cases.vocabulary import CaseEventKind, CaseState, PartySide, Urgency
from app.court.actions import apply_for_confirmation
from app.court.due import confirmations_due
from app.court.queries import CourtView, court_view
from app.court.vocabulary import ConfirmationState, CourtSending, RulingOutcome
from app.demo import scene as scenes
from app.demo.scene import Person, Scene, add_laptop, build_scene
from app.flow.actions import dispatch, take_on
from app.legal_aid.actions import apply_for_aid, decide_aid, finish_aid, name_lawyer, see_need
from app.legal_aid.queries import AidRow, aid_due, aid_of_case
from app.legal_aid.vocabulary import LegalAidStage
from app.mediation.actions import sign_agreement, write_agreement
from app.mediation.agreement_rows import AgreementFields
from app.mediation.agreement_rules import ItemDraft
from app.mediation.vocabulary import AgreementForm, MediationWay, SignatureManner, SignerKind
from app.organisations.vocabulary import CodeSystem, unit_id_of
from app.store import Store
from db.clock import today_in_china
from tests.helpers.stores import NO_RISK

K = CaseEventKind
COURT = Person("judge", "龙法官", Role.COURT_LIAISON, "court", CodeSystem.OWN)
AID = Person("lawyer", "陆律师", Role.LEGAL_AID_LAWYER, "legal_aid_centre", CodeSystem.OWN)
COURT_UNIT = unit_id_of(CodeSystem.OWN, "court")
NAMES = ("village", "township", "court", "aid")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """坪坦村 and its township, the court and the legal aid centre."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenes, "PEOPLE", (*scenes.PEOPLE, COURT, AID))
        patch.setitem(scenes.LAPTOPS, "court", "judge")
        patch.setitem(scenes.LAPTOPS, "aid", "lawyer")
        folder: Path = tmp_path_factory.mktemp("county") / "scene"
        made = build_scene(folder, laptops=("village", "township"))
        for name in ("court", "aid"):
            add_laptop(made, name)
        yield made
        made.close()


def store_of(scene: Scene, name: str) -> Store:
    return scene.laptops[name].laptop.store


def actor_of(scene: Scene, name: str) -> Actor:
    return scene.actor(scenes.LAPTOPS[name], name)


def sync(scene: Scene) -> None:
    """Everybody, twice: what one sends the others hear of."""
    for _round in range(2):
        for name in NAMES:
            scene.laptops[name].sync()


def say(scene: Scene, name: str, case_id: str, kind: K, **values: Any) -> None:
    add_case_event(
        store_of(scene, name),
        actor_of(scene, name),
        case_id=case_id,
        kind=kind,
        values=values,
        risk=NO_RISK if kind is K.MEDIATION_HELD else None,
    )


def a_case(scene: Scene) -> tuple[str, list[str]]:
    """Recorded in the village; its id and its parties'."""
    store, actor = store_of(scene, "village"), actor_of(scene, "village")
    draft = CaseDraft(
        title="欠工钱",
        class_code="0699",
        happened_on=today(scene),
        place="坪坦村",
        story="欠工钱八百元。",
        urgency=Urgency.MEDIUM,
        parties=(PartyEntry("吴某甲", PartySide.A), PartyEntry("杨某乙", PartySide.B)),
        unit_id=actor.unit_id,
        risk=NO_RISK,
    )
    case_id = record_case(store, actor, draft).case_id
    case = one_case(store, case_id)
    assert case is not None
    return case_id, [party.party_id for party in case.parties]


def agree(scene: Scene, case_id: str, parties: list[str]) -> str:
    """Written and signed by all, so the case is settled."""
    store, actor = store_of(scene, "village"), actor_of(scene, "village")
    day = today(scene)
    given = AgreementFields(
        form=AgreementForm.WRITTEN,
        way=MediationWay.PEOPLES,
        facts="欠工钱八百元。",
        terms="一个月内付清。",
        reached_on=day,
        performance_way="现金",
        items=(ItemDraft("付工钱", parties[1], 80_000, day + timedelta(days=30)),),
    )
    made = write_agreement(store, actor, case_id=case_id, given=given)
    for signer, party, name in (
        (SignerKind.PARTY, parties[0], "吴某甲"),
        (SignerKind.PARTY, parties[1], "杨某乙"),
        (SignerKind.MEDIATOR, None, "石某"),
        (SignerKind.SEAL, None, "坪坦村人民调解委员会"),
    ):
        manner = SignatureManner.SEALED if signer is SignerKind.SEAL else SignatureManner.SIGNED
        last = sign_agreement(
            store, actor, agreement_id=made.agreement_id, signer=signer, party_id=party,
            name=name, manner=manner, signed_on=day,
        )  # fmt: skip
    assert last.is_settled
    return made.agreement_id


def today(scene: Scene) -> date:
    return today_in_china(store_of(scene, "village").clock)


def view(scene: Scene, name: str, case_id: str) -> CourtView:
    found = court_view(store_of(scene, name), actor_of(scene, name), case_id, today(scene))
    assert found is not None
    return found


def state(scene: Scene, name: str, case_id: str) -> ConfirmationState:
    current = view(scene, name, case_id).current
    assert current is not None
    return current.state


def test_agreed_in_the_village_confirmed_by_the_court_seen_by_all(scene: Scene) -> None:
    case_id, parties = a_case(scene)
    say(scene, "village", case_id, K.MEDIATION_HELD)
    agreement_id = agree(scene, case_id, parties)
    sync(scene)
    court = store_of(scene, "court"), actor_of(scene, "court")
    assert court_view(*court, case_id, today(scene)) is None

    township = store_of(scene, "township"), actor_of(scene, "township")
    (due,) = confirmations_due(*township, today(scene))
    assert due.agreement_id == agreement_id
    apply = {"agreement_id": agreement_id, "applied_on": today(scene), "is_joint": True}
    apply_for_confirmation(
        *township, case_id=case_id, values={**apply, "court": "通道侗族自治县人民法院"}
    )
    sync(scene)

    assert state(scene, "court", case_id) is ConfirmationState.APPLIED
    say(scene, "court", case_id, K.CONFIRMATION_ACCEPTED, filed_on=today(scene))
    ruled = {"outcome": RulingOutcome.VALID, "ruled_on": today(scene), "number": "调确1号"}
    say(scene, "court", case_id, K.CONFIRMATION_RULED, **ruled)
    sync(scene)

    for name in ("village", "township", "court"):
        assert state(scene, name, case_id) is ConfirmationState.VALID, name
        case = one_case(store_of(scene, name), case_id)
        assert case is not None
        assert case.state is CaseState.SETTLED
    assert confirmations_due(*township, today(scene)) == ()


def test_the_court_leads_what_was_dispatched_to_it_and_settles_it(scene: Scene) -> None:
    case_id, parties = a_case(scene)
    sync(scene)
    township = store_of(scene, "township"), actor_of(scene, "township")
    dispatch(*township, case_id=case_id, to_unit_id=COURT_UNIT)
    sync(scene)

    take_on(store_of(scene, "court"), actor_of(scene, "court"), case_id=case_id)
    say(scene, "court", case_id, K.CONSENTED, parties=parties)
    sent = {"sending": CourtSending.BEFORE_FILING, "court": "县人民法院", "days": 30}
    say(scene, "court", case_id, K.COURT_SENT, sent_on=today(scene), **sent)
    say(scene, "court", case_id, K.WAY_CHANGED, way=MediationWay.JUDICIAL)
    say(scene, "court", case_id, K.MEDIATION_HELD)
    say(scene, "court", case_id, K.SETTLED)
    say(scene, "court", case_id, K.REPORTED_BACK, result="双方当庭和解")
    sync(scene)

    for name in ("village", "township", "court"):
        case = one_case(store_of(scene, name), case_id)
        assert case is not None
        assert (case.state, case.holder_unit_id) == (CaseState.SETTLED, COURT_UNIT), name


def aid_at(scene: Scene, name: str, case_id: str) -> AidRow:
    (row,) = aid_of_case(store_of(scene, name), actor_of(scene, name), case_id).rows
    return row


def test_legal_aid_reaches_the_centre_and_comes_back(scene: Scene) -> None:
    case_id, parties = a_case(scene)
    village = store_of(scene, "village"), actor_of(scene, "village")
    see_need(
        *village, case_id=case_id, need="请不起律师", seen_on=today(scene), party_id=parties[0]
    )
    aid_id = aid_at(scene, "village", case_id).aid_id
    apply_for_aid(*village, aid_id=aid_id, applied_on=today(scene))
    sync(scene)

    centre = store_of(scene, "aid"), actor_of(scene, "aid")
    (due,) = aid_due(*centre)
    assert (due.case_id, due.due_on) == (case_id, today(scene) + timedelta(days=7))
    decide_aid(*centre, aid_id=aid_id, decided_on=today(scene), is_granted=True)
    lawyer = centre[1].account_id
    name_lawyer(*centre, aid_id=aid_id, named_on=today(scene), lawyer_id=lawyer)
    finish_aid(*centre, aid_id=aid_id, done_on=today(scene), outcome="工钱已付清")
    sync(scene)

    for name in ("village", "township", "aid"):
        row = aid_at(scene, name, case_id)
        assert (row.stage, row.lawyer) == (LegalAidStage.DONE, "陆律师"), name
    assert aid_due(*centre) == ()
