"""A case with two sides and what they agreed on, written as the village and the court would."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event, record_case
from app.cases.queries import one_case
from app.cases.vocabulary import CaseEventKind
from app.court.vocabulary import CourtSending, RulingOutcome
from app.mediation.rules import stored_parties
from app.mediation.vocabulary import (
    AgreementForm,
    MediationWay,
    Performance,
    SignatureManner,
    SignerKind,
)
from app.store import Changes, Store
from db.tables.mediation import Agreement, AgreementItem, AgreementSignature
from tests.helpers.stores import NO_RISK, a_unit, an_actor, save
from tests.unit.cases.drafts_of_cases import a_draft

K = CaseEventKind
TOWNSHIP = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
COURT = "通道侗族自治县人民法院"


def say(store: Store, case_id: str, kind: CaseEventKind, **values: Any) -> Changes:
    """The township records a step."""
    risk = NO_RISK if kind in (K.MEDIATION_HELD, K.NOT_SETTLED) else None
    note = values.pop("note", "")
    return add_case_event(
        store, TOWNSHIP, case_id=case_id, kind=kind, values=values, risk=risk, note=note
    )


def a_recorded_case(store: Store, **changes: Any) -> tuple[str, list[str]]:
    """Its id, and its parties'."""
    recorded = record_case(store, an_actor(), a_draft(**changes))
    case = one_case(store, recorded.case_id)
    assert case is not None
    return recorded.case_id, [party.party_id for party in case.parties]


def send(store: Store, case_id: str, sending: CourtSending = CourtSending.BEFORE_FILING) -> None:
    """The court sends it for thirty days from the second of November."""
    say(
        store,
        case_id,
        K.COURT_SENT,
        sending=sending,
        court=COURT,
        sent_on=date(2026, 11, 2),
        days=30,
    )


def agree(
    store: Store,
    case_id: str,
    parties: list[str],
    *,
    signed_on: date,
    due_on: date | None = None,
    signed_by: int | None = None,
) -> str:
    """Everybody has signed, or only so many parties; 800 yuan are promised. The agreement's id."""
    unit_id, by = a_unit().id, "account-of-zhang"
    written: dict[str, Any] = {"unit_id": unit_id, "case_id": case_id, "by_account_id": by}
    written["recorded_at"] = store.clock.now()
    agreement = Agreement(
        form=AgreementForm.WRITTEN,
        way=MediationWay.PEOPLES,
        facts="吴某建房滴水落到杨某院内。",
        terms="吴某改好滴水并赔偿八百元。",
        reached_on=signed_on,
        party_ids=stored_parties(parties),
        **written,
    )
    item = AgreementItem(
        unit_id=unit_id,
        case_id=case_id,
        agreement_id=agreement.id,
        position=1,
        party_id=parties[0],
        text="吴某赔偿杨某八百元",
        amount_cents=80_000,
        due_on=due_on or date(2027, 1, 31),
        performance=Performance.OPEN,
    )
    signers = [
        *((SignerKind.PARTY, party) for party in parties[:signed_by]),
        (SignerKind.MEDIATOR, None),
        (SignerKind.SEAL, None),
    ]
    signatures = [
        AgreementSignature(
            agreement_id=agreement.id,
            signer=signer,
            party_id=party,
            name="签名人",
            manner=SignatureManner.SIGNED,
            signed_on=signed_on,
            **written,
        )
        for signer, party in signers
    ]
    save(store, agreement, item, *signatures)
    return agreement.id


def settle(store: Store, case_id: str) -> None:
    """Sat down with the parties, and settled."""
    say(store, case_id, K.MEDIATION_HELD)
    say(store, case_id, K.SETTLED)


def apply(store: Store, case_id: str, agreement_id: str, on: date) -> Changes:
    """Both sides ask the court to confirm it."""
    return say(
        store,
        case_id,
        K.CONFIRMATION_APPLIED,
        agreement_id=agreement_id,
        court=COURT,
        applied_on=on,
        is_joint=True,
    )


def rule(store: Store, case_id: str, outcome: RulingOutcome, on: date) -> None:
    """The court rules."""
    say(store, case_id, K.CONFIRMATION_RULED, outcome=outcome, ruled_on=on)
