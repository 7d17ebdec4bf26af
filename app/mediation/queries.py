"""Reading what was agreed in a case, who has signed it, and what has been done of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.cases.opening import case_to_read
from app.mediation.performance_rules import ItemState, item_state
from app.mediation.rules import (
    SigningPlace,
    effective_on,
    is_frozen,
    is_minor,
    missing_signatures,
    places_to_sign,
    read_parties,
)
from app.mediation.vocabulary import (
    AgreementForm,
    MediationWay,
    Performance,
    SignatureManner,
    SignerKind,
)
from app.store import Store
from db.clock import today_in_china
from db.tables.base import SyncState
from db.tables.cases import CaseParty
from db.tables.mediation import Agreement, AgreementItem, AgreementSignature, CaseMediator


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One thing somebody promised; ``ower`` is the party's name, empty for nobody in particular.

    ``amount_cents`` in hundredths of a yuan, None where no money is owed.
    """

    item_id: str
    agreement_id: str
    position: int
    party_id: str | None
    ower: str
    text: str
    amount_cents: int | None
    due_on: date | None
    performance: Performance
    performed_on: date | None
    proof: str
    state: ItemState


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature, seal or fingerprint that stands under an agreement."""

    signature_id: str
    signer: SignerKind
    party_id: str | None
    name: str
    manner: SignatureManner
    signed_on: date


@dataclass(frozen=True, slots=True)
class PlaceToSign:
    """A line under a written agreement: who signs there and the signature, None while missing.

    ``name`` is the party's; ``agent`` who signs in the party's stead, empty for nobody; of the
    mediator's and the committee's line both may be empty. ``needs_agent`` of a minor.
    """

    signer: SignerKind
    party_id: str | None
    name: str
    agent: str
    needs_agent: bool
    signature: SignatureRow | None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement with all it is made of, as screen and paper show it.

    ``effective_on`` is None while a signature is missing; ``ended_on`` is set once it was given up
    or held invalid. ``is_frozen`` once its content can no more be changed.
    """

    agreement_id: str
    case_id: str
    unit_id: str
    number: str
    form: AgreementForm
    way: MediationWay
    facts: str
    terms: str
    performance_way: str
    reached_on: date
    copies: int | None
    ended_on: date | None
    end_reason: str
    effective_on: date | None
    is_frozen: bool
    items: tuple[ItemRow, ...]
    places: tuple[PlaceToSign, ...]
    """The lines to be signed, in order; none of an oral agreement."""
    signatures: tuple[SignatureRow, ...]
    """All that were given, in order of the days, also doubled ones."""
    mediators: tuple[str, ...]
    """Who mediated when it was reached, by name."""

    @property
    def missing(self) -> tuple[PlaceToSign, ...]:
        """The lines nobody has signed yet."""
        return tuple(place for place in self.places if place.signature is None)

    @property
    def stands(self) -> bool:
        """Whether it binds: in effect and not given up."""
        return self.effective_on is not None and self.ended_on is None


def agreements_of(store: Store, actor: Actor, case_id: str) -> tuple[AgreementRow, ...]:
    """Every agreement of the case, latest first; none of a case not to be seen."""
    with store.reading() as session:
        if case_to_read(session, actor, case_id) is None:
            return ()
        return agreements_in(session, case_id, today=today_in_china(store.clock))


def agreements_in(session: Session, case_id: str, *, today: date) -> tuple[AgreementRow, ...]:
    """As ``agreements_of``, in a session that is open."""
    found = session.exec(
        select(Agreement)
        .where(col(Agreement.case_id) == case_id)
        .order_by(col(Agreement.reached_on).desc(), col(Agreement.recorded_at).desc())
    ).all()
    if not found:
        return ()
    parties = parties_of(session, case_id)
    signatures = signatures_of(session, case_id)
    items = items_of(session, case_id)
    mediators = _mediators(session, case_id)
    return tuple(
        _agreement(
            one,
            parties=parties,
            items=[item for item in items if item.agreement_id == one.id],
            signatures=[each for each in signatures if each.agreement_id == one.id],
            mediators=mediators,
            today=today,
        )
        for one in found
    )


def in_force(store: Store, agreement_ids: Collection[str]) -> frozenset[str]:
    """Those of these agreements that bind: every signature stands, and nobody gave them up.

    人民调解法 (2010-08-28), Art. 29 (2) and 31.
    """
    with store.reading() as session:
        found = session.exec(select(Agreement).where(col(Agreement.id).in_(agreement_ids))).all()
        signed: dict[str, list[AgreementSignature]] = {}
        for each in session.exec(
            select(AgreementSignature).where(
                col(AgreementSignature.agreement_id).in_(agreement_ids),
                col(AgreementSignature.sync_state) != SyncState.REFUSED,
            )
        ):
            signed.setdefault(each.agreement_id, []).append(each)
    return frozenset(
        one.id
        for one in found
        if one.ended_on is None
        and effective_on(one, signed.get(one.id, []), read_parties(one.party_ids)) is not None
    )


def parties_of(session: Session, case_id: str) -> list[CaseParty]:
    """The parties by side, the first of each before the others."""
    return list(
        session.exec(
            select(CaseParty)
            .where(col(CaseParty.case_id) == case_id)
            .order_by(col(CaseParty.side), col(CaseParty.is_main).desc(), col(CaseParty.id))
        )
    )


def signatures_of(session: Session, case_id: str) -> list[AgreementSignature]:
    """Under all agreements of the case, by day."""
    return list(
        session.exec(
            select(AgreementSignature)
            .where(col(AgreementSignature.case_id) == case_id)
            .order_by(
                col(AgreementSignature.signed_on),
                col(AgreementSignature.recorded_at),
                col(AgreementSignature.id),
            )
        )
    )


def items_of(session: Session, case_id: str) -> list[AgreementItem]:
    """Of all agreements of the case, in order."""
    return list(
        session.exec(
            select(AgreementItem)
            .where(col(AgreementItem.case_id) == case_id)
            .order_by(col(AgreementItem.position), col(AgreementItem.id))
        )
    )


def _agreement(
    one: Agreement,
    *,
    parties: Sequence[CaseParty],
    items: Sequence[AgreementItem],
    signatures: Sequence[AgreementSignature],
    mediators: Sequence[CaseMediator],
    today: date,
) -> AgreementRow:
    names = {party.id: party.name for party in parties}
    effective = effective_on(one, signatures, read_parties(one.party_ids))
    stands = effective is not None and one.ended_on is None
    return AgreementRow(
        agreement_id=one.id,
        case_id=one.case_id,
        unit_id=one.unit_id,
        number=one.number or "",
        form=one.form,
        way=one.way,
        facts=one.facts,
        terms=one.terms,
        performance_way=one.performance_way or "",
        reached_on=one.reached_on,
        copies=one.copies,
        ended_on=one.ended_on,
        end_reason=one.end_reason or "",
        effective_on=effective,
        is_frozen=is_frozen(one, signatures),
        items=tuple(_item(item, names, stands=stands, today=today) for item in items),
        places=_places(one, parties, signatures, today),
        signatures=tuple(_signature(each) for each in signatures),
        mediators=tuple(
            each.name
            for each in mediators
            if each.starts_on <= one.reached_on
            and (each.ends_on is None or one.reached_on <= each.ends_on)
        ),
    )


def _item(item: AgreementItem, names: dict[str, str], *, stands: bool, today: date) -> ItemRow:
    return ItemRow(
        item_id=item.id,
        agreement_id=item.agreement_id,
        position=item.position,
        party_id=item.party_id,
        ower=names.get(item.party_id or "", ""),
        text=item.text,
        amount_cents=item.amount_cents,
        due_on=item.due_on,
        performance=item.performance,
        performed_on=item.performed_on,
        proof=item.proof or "",
        state=item_state(item.performance, item.due_on, today=today, stands=stands),
    )


def _places(
    agreement: Agreement,
    parties: Sequence[CaseParty],
    signatures: Sequence[AgreementSignature],
    today: date,
) -> tuple[PlaceToSign, ...]:
    if agreement.form is AgreementForm.ORAL:
        return ()
    by_id, between = {party.id: party for party in parties}, read_parties(agreement.party_ids)
    missing = set(missing_signatures(agreement, signatures, between))
    return tuple(
        _place(
            place,
            by_id.get(place.party_id or ""),
            None if place in missing else _first(signatures, place),
            today,
        )
        for place in places_to_sign(between)
    )


def _place(
    place: SigningPlace, party: CaseParty | None, signature: SignatureRow | None, today: date
) -> PlaceToSign:
    return PlaceToSign(
        signer=place.signer,
        party_id=place.party_id,
        name=party.name if party else (signature.name if signature else ""),
        agent=(party.agent_name or "") if party else "",
        needs_agent=party is not None and is_minor(party.birth_date, today),
        signature=signature,
    )


def _first(signatures: Iterable[AgreementSignature], place: SigningPlace) -> SignatureRow | None:
    return next(
        (
            _signature(each)
            for each in signatures
            if each.signer is place.signer
            and (each.signer is not SignerKind.PARTY or each.party_id == place.party_id)
        ),
        None,
    )


def _signature(each: AgreementSignature) -> SignatureRow:
    return SignatureRow(
        signature_id=each.id,
        signer=each.signer,
        party_id=each.party_id,
        name=each.name,
        manner=each.manner,
        signed_on=each.signed_on,
    )


def _mediators(session: Session, case_id: str) -> list[CaseMediator]:
    return list(
        session.exec(
            select(CaseMediator)
            .where(col(CaseMediator.case_id) == case_id)
            .order_by(col(CaseMediator.starts_on), col(CaseMediator.id))
        )
    )
