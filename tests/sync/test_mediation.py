"""An agreement of the village on real parts: signed half here and half at the township."""

from __future__ import annotations

from datetime import date

import pytest

from app.cases.actions import record_case
from app.cases.vocabulary import CaseState
from app.demo.scene import Scene
from app.mediation.actions import (
    edit_agreement,
    note_performance,
    settle_by_agreement,
    sign_agreement,
    write_agreement,
)
from app.mediation.agreement_rows import AgreementFields
from app.mediation.agreement_rules import ItemDraft
from app.mediation.queries import AgreementRow, PlaceToSign, agreements_of
from app.mediation.vocabulary import (
    AgreementForm,
    MediationWay,
    Performance,
    SignatureManner,
)
from app.undo import undo
from db.clock import today_in_china
from db.tables.cases import CaseFile
from tests.unit.cases.drafts_of_cases import a_draft

pytestmark = pytest.mark.county
ROLES = {"village": "grid_worker", "township": "township"}


class Desk:
    """Two laptops of one scene, and one case between them."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        village = self.actor("village")
        draft = a_draft(unit_id=village.unit_id)
        self.case_id = record_case(self.store("village"), village, draft).case_id

    def store(self, place: str):  # type: ignore[no-untyped-def]
        return self.scene.laptops[place].laptop.store

    def actor(self, place: str):  # type: ignore[no-untyped-def]
        return self.scene.actor(ROLES[place], place)

    def today(self) -> date:
        return today_in_china(self.store("village").clock)

    def row(self, place: str) -> AgreementRow:
        return agreements_of(self.store(place), self.actor(place), self.case_id)[0]

    def sync(self) -> None:
        for place in ("village", "township", "village", "township"):
            self.scene.laptops[place].sync()

    def fields(self, terms: str = "以老杉树为界。") -> AgreementFields:
        return AgreementFields(
            form=AgreementForm.WRITTEN,
            way=MediationWay.PEOPLES,
            facts="界址不清。",
            terms=terms,
            reached_on=self.today(),
            items=(ItemDraft("付补偿款", amount_cents=50000, due_on=self.today()),),
        )

    def sign(self, at: str, place: PlaceToSign):  # type: ignore[no-untyped-def]
        return sign_agreement(
            self.store(at),
            self.actor(at),
            agreement_id=self.row(at).agreement_id,
            signer=place.signer,
            party_id=place.party_id,
            name=place.name or "调委会",
            manner=SignatureManner.SIGNED,
            signed_on=self.today(),
        )

    def state(self, place: str) -> CaseState:
        with self.store(place).reading() as session:
            found: CaseState = session.get_one(CaseFile, self.case_id).state
        return found


@pytest.fixture
def desk(scene: Scene) -> Desk:
    made = Desk(scene)
    write_agreement(
        made.store("village"), made.actor("village"), case_id=made.case_id, given=made.fields()
    )
    made.sync()
    return made


def test_two_halves_meet_and_one_press_settles(desk: Desk) -> None:
    places = desk.row("village").places
    for place in places[:2]:
        assert not desk.sign("village", place).is_settled
    for place in places[2:]:
        assert not desk.sign("township", place).is_settled
    desk.sync()
    for at in ("village", "township"):
        assert desk.row(at).effective_on == desk.today()
        assert desk.state(at) is CaseState.RECORDED
    settle_by_agreement(
        desk.store("township"),
        desk.actor("township"),
        agreement_id=desk.row("township").agreement_id,
    )
    note_performance(
        desk.store("village"),
        desk.actor("village"),
        item_id=desk.row("village").items[0].item_id,
        performance=Performance.DONE,
        performed_on=desk.today(),
    )
    desk.sync()
    for at in ("village", "township"):
        assert desk.state(at) is CaseState.SETTLED
        assert desk.row(at).items[0].performance is Performance.DONE


def test_words_changed_while_another_signed_stay_as_signed(desk: Desk) -> None:
    desk.sign("township", desk.row("township").places[0])
    edit_agreement(
        desk.store("village"),
        desk.actor("village"),
        agreement_id=desk.row("village").agreement_id,
        given=desk.fields("改成以水沟为界。"),
    )
    desk.scene.laptops["township"].sync()
    desk.sync()
    assert desk.row("township").terms == "以老杉树为界。"
    assert desk.row("village").terms == "以老杉树为界。"
    assert len(desk.row("village").signatures) == 1


def test_the_settling_step_is_taken_back_everywhere(desk: Desk) -> None:
    steps = [desk.sign("village", place) for place in desk.row("village").places]
    desk.sync()
    assert desk.state("township") is CaseState.SETTLED
    txn = steps[-1].txn
    assert txn is not None
    actor = desk.actor("village")
    assert undo(desk.store("village"), account_id=actor.account_id, txn=txn).left == 0
    desk.sync()
    for at in ("village", "township"):
        assert desk.state(at) is CaseState.UNDER_WAY
        assert len(desk.row(at).missing) == 1
