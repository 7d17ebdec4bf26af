"""A recorded dispute and an agreement about it, as the form would hand it over."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.accounts.session import Actor
from app.cases.actions import record_case
from app.cases.case_draft import CaseDraft
from app.cases.vocabulary import CaseState
from app.mediation.actions import WrittenAgreement, sign_agreement, write_agreement
from app.mediation.agreement_rows import AgreementFields
from app.mediation.queries import AgreementRow, agreements_of
from app.mediation.vocabulary import (
    AgreementForm,
    MediationWay,
    SignatureManner,
    SignerKind,
)
from app.store import Store
from db.tables.cases import CaseFile
from tests.helpers.stores import EVERYWHERE
from tests.unit.cases.drafts_of_cases import a_draft

TODAY = date(2026, 11, 23)


def a_recorded_case(store: Store, actor: Actor, draft: CaseDraft | None = None) -> str:
    return record_case(store, actor, draft or a_draft()).case_id


def fields(**other: Any) -> AgreementFields:
    usual: dict[str, Any] = {
        "form": AgreementForm.WRITTEN,
        "way": MediationWay.PEOPLES,
        "facts": "两户对后山界址有争议。",
        "terms": "以老杉树为界。",
        "reached_on": date(2026, 11, 20),
    }
    return AgreementFields(**{**usual, **other})


def an_agreement(store: Store, actor: Actor, case_id: str, **other: Any) -> str:
    return write_agreement(store, actor, case_id=case_id, given=fields(**other)).agreement_id


def row_of(store: Store, case_id: str) -> AgreementRow:
    return agreements_of(store, EVERYWHERE, case_id)[0]


def sign_next(store: Store, actor: Actor, case_id: str, day: date = TODAY) -> WrittenAgreement:
    """On the first line nobody has signed."""
    row = row_of(store, case_id)
    place = row.missing[0]
    is_seal = place.signer is SignerKind.SEAL
    return sign_agreement(
        store,
        actor,
        agreement_id=row.agreement_id,
        signer=place.signer,
        party_id=place.party_id,
        name=place.agent or place.name or "调委会",
        manner=SignatureManner.SEALED if is_seal else SignatureManner.SIGNED,
        signed_on=day,
    )


def state_of(store: Store, case_id: str) -> CaseState:
    with store.reading() as session:
        return session.get_one(CaseFile, case_id).state
