"""The rows of an agreement beside its actions: made from what was typed, corrected, found again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from app.accounts.session import Actor
from app.mediation.agreement_rules import (
    ItemDraft,
)
from app.mediation.queries import items_of, parties_of, signatures_of
from app.mediation.rules import (
    effective_on,
    read_parties,
    stored_parties,
    who_agrees,
)
from app.mediation.vocabulary import (
    AgreementForm,
    MediationWay,
)
from app.numbering import next_number
from app.store import Store
from db.clock import today_in_china
from db.tables.cases import CaseFile
from db.tables.mediation import Agreement, AgreementItem, AgreementSignature


@dataclass(frozen=True, slots=True)
class AgreementFields:
    """What a person fills in for an agreement; texts as typed."""

    form: AgreementForm
    way: MediationWay
    facts: str
    terms: str
    reached_on: date | None
    performance_way: str = ""
    copies: int | None = None
    items: tuple[ItemDraft, ...] = field(default_factory=tuple)


def new_agreement(
    session: Session, store: Store, actor: Actor, case: CaseFile, given: AgreementFields
) -> Agreement:
    """The agreement as it is first written, with the next number of its village."""
    return Agreement(
        unit_id=case.unit_id,
        case_id=case.id,
        number=next_number(
            session,
            Agreement,
            prefix="协",
            counter="agreement_count",
            year=today_in_china(store.clock).year,
            village_code=actor.units[case.unit_id].code,
        ),
        form=given.form,
        way=given.way,
        facts=given.facts.strip(),
        terms=given.terms.strip(),
        performance_way=plain(given.performance_way),
        reached_on=known_day(given.reached_on),
        copies=given.copies,
        party_ids=between(session, case.id, given),
        by_account_id=actor.account_id,
        recorded_at=store.clock.now(),
    )


def between(session: Session, case_id: str, given: AgreementFields) -> str:
    """The parties it is between, as they are kept: who stands on a side, and who owes something."""
    parties = [(party.id, party.side) for party in parties_of(session, case_id)]
    return stored_parties(who_agrees(parties, {item.party_id for item in given.items}))


def new_items(agreement: Agreement, drafts: tuple[ItemDraft, ...]) -> list[AgreementItem]:
    """The promises as they are first written."""
    return [_new_item(agreement, place, draft) for place, draft in enumerate(drafts)]


def _new_item(agreement: Agreement, place: int, draft: ItemDraft) -> AgreementItem:
    return AgreementItem(
        unit_id=agreement.unit_id,
        case_id=agreement.case_id,
        agreement_id=agreement.id,
        position=place,
        party_id=draft.party_id,
        text=draft.text.strip(),
        amount_cents=draft.amount_cents,
        due_on=draft.due_on,
    )


def write_items(session: Session, agreement: Agreement, drafts: tuple[ItemDraft, ...]) -> None:
    """New ones are added, missing ones taken off, the others changed where they differ."""
    held = {item.id: item for item in own_items(session, agreement)}
    for place, draft in enumerate(drafts):
        item = held.pop(draft.item_id or "", None)
        if item is None:
            session.add(_new_item(agreement, place, draft))
            continue
        item.position, item.party_id = place, draft.party_id
        item.text, item.amount_cents = draft.text.strip(), draft.amount_cents
        item.due_on = draft.due_on
    for item in held.values():
        session.delete(item)


def effective_day(session: Session, agreement: Agreement) -> date | None:
    """When it took effect by the signatures there are now; None while one is missing."""
    between = read_parties(agreement.party_ids)
    return effective_on(agreement, own_signatures(session, agreement), between)


def own_items(session: Session, agreement: Agreement) -> list[AgreementItem]:
    """The promises of this agreement, of all those of its case."""
    return [
        item for item in items_of(session, agreement.case_id) if item.agreement_id == agreement.id
    ]


def own_signatures(session: Session, agreement: Agreement) -> list[AgreementSignature]:
    """The signatures under this agreement, of all those of its case."""
    return [
        one for one in signatures_of(session, agreement.case_id) if one.agreement_id == agreement.id
    ]


def known_day(day: date | None) -> date:
    """The day that the rules have made sure of."""
    if day is None:
        raise ValueError("an agreement without a day is not sound")
    return day


def plain(typed: str) -> str | None:
    """A text that may be left out, as it is kept."""
    return typed.strip() or None
