"""Writing agreements: draft, signatures one after the other, performance, and their end.

A written agreement takes effect with its last signature. The signature that completes it here
settles the case in the same step; where the last two came from two laptops nobody's step was the
last, and `settle_by_agreement` says it with one press. An oral one is recorded and settles the
case at once. Where a risk is unreported the agreement stands and the case waits: it is a fact
that people have signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.actions import write_case_event
from app.cases.opening import case_to_write
from app.cases.rules import block_of, may_follow
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseStep
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.mediation.agreement_rows import (
    AgreementFields,
    between,
    effective_day,
    known_day,
    new_agreement,
    new_items,
    own_items,
    own_signatures,
    plain,
    write_items,
)
from app.mediation.agreement_rules import (
    Problem,
    agreement_problems,
    ending_problems,
    items_problems,
    performance_problems,
    signing_problem,
)
from app.mediation.queries import parties_of
from app.mediation.rules import (
    is_frozen,
    is_minor,
    read_parties,
    standing_refusals,
)
from app.mediation.vocabulary import (
    Performance,
    SignatureManner,
    SignerKind,
    SigningProblem,
)
from app.recorded import Recorded
from app.refolding import case_steps, refolding
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.cases import CaseFile
from db.tables.mediation import Agreement, AgreementItem, AgreementSignature

AGREEMENT_FORM = "agreement"
PERFORMANCE_FORM = "agreement_performance"
ENDING_FORM = "agreement_end"
SIGNING_FORM = "agreement_signature"
"""Names under which the drafts of the forms are kept; see ``app.drafts``."""


@dataclass(frozen=True)
class WrittenAgreement(Recorded):
    """What was written; ``effective_on`` None while a signature is missing, ``is_settled`` whether
    this step settled the case."""

    agreement_id: str
    effective_on: date | None
    is_settled: bool


def write_agreement(
    store: Store, actor: Actor, *, case_id: str, given: AgreementFields, draft_id: str | None = None
) -> WrittenAgreement:
    """A new agreement with its promises; an oral one takes effect and settles the case.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, AGREEMENT_BLOCKED (why)
    while a party refuses, AGREEMENT_WRONG (problems), CASE_EVENT_NOT_POSSIBLE never: where the case
    cannot be settled now the agreement stands by itself.
    """
    with refolding(store, account_id=actor.account_id, action="write_agreement") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.MEDIATE)
        if standing_refusals(case_steps(tx.session, case)):
            raise UserFacingError(ErrorCode.AGREEMENT_BLOCKED, why=CaseBlock.PARTY_REFUSES)
        _require_sound(store, tx.session, case_id, given)
        agreement = new_agreement(tx.session, store, actor, case, given)
        tx.session.add(agreement)
        tx.session.add_all(new_items(agreement, given.items))
        _forget_draft(tx.session, actor, AGREEMENT_FORM, draft_id)
        tx.session.flush()
        settled = _settle(tx.session, store, actor, case, agreement)
        effective = effective_day(tx.session, agreement)
    return WrittenAgreement(tx.changes, agreement.id, effective, settled)


def edit_agreement(
    store: Store,
    actor: Actor,
    *,
    agreement_id: str,
    given: AgreementFields,
    draft_id: str | None = None,
) -> Changes:
    """Corrects what nobody has signed yet; the form (written, oral) stays.

    Raises ``UserFacingError``: NOT_ALLOWED, AGREEMENT_GONE, AGREEMENT_FROZEN, AGREEMENT_WRONG
    (problems).
    """
    with refolding(store, account_id=actor.account_id, action="edit_agreement") as tx:
        agreement = _open_agreement(tx.session, actor, agreement_id)
        _require_sound(store, tx.session, agreement.case_id, given)
        agreement.way, agreement.copies = given.way, given.copies
        agreement.facts, agreement.terms = given.facts.strip(), given.terms.strip()
        agreement.performance_way = plain(given.performance_way)
        agreement.reached_on = known_day(given.reached_on)
        agreement.party_ids = between(tx.session, agreement.case_id, given)
        write_items(tx.session, agreement, given.items)
        _forget_draft(tx.session, actor, AGREEMENT_FORM, draft_id)
    return tx.changes


def remove_agreement(store: Store, actor: Actor, *, agreement_id: str) -> Changes:
    """Takes away what nobody has signed; raises NOT_ALLOWED, AGREEMENT_GONE, AGREEMENT_FROZEN."""
    with store.transaction(account_id=actor.account_id, action="remove_agreement") as tx:
        agreement = _open_agreement(tx.session, actor, agreement_id)
        for item in own_items(tx.session, agreement):
            tx.session.delete(item)
        tx.session.flush()
        tx.session.delete(agreement)
    return tx.changes


def sign_agreement(
    store: Store,
    actor: Actor,
    *,
    agreement_id: str,
    signer: SignerKind,
    party_id: str | None = None,
    name: str,
    manner: SignatureManner,
    signed_on: date,
) -> WrittenAgreement:
    """One signature, seal or fingerprint; the one that completes it settles the case.

    Raises ``UserFacingError``: NOT_ALLOWED, AGREEMENT_GONE, SIGNING_NOT_POSSIBLE (problem),
    AGREEMENT_BLOCKED (why) while a party refuses.
    """
    with refolding(store, account_id=actor.account_id, action="sign_agreement") as tx:
        agreement = _agreement(tx.session, actor, agreement_id)
        case = tx.session.get_one(CaseFile, agreement.case_id)
        if standing_refusals(case_steps(tx.session, case)):
            raise UserFacingError(ErrorCode.AGREEMENT_BLOCKED, why=CaseBlock.PARTY_REFUSES)
        signature = AgreementSignature(
            unit_id=agreement.unit_id,
            case_id=agreement.case_id,
            agreement_id=agreement.id,
            signer=signer,
            party_id=party_id,
            name=name.strip(),
            manner=manner,
            signed_on=signed_on,
            by_account_id=actor.account_id,
            recorded_at=store.clock.now(),
        )
        _require_may_sign(store, tx.session, agreement, signature)
        tx.session.add(signature)
        tx.session.flush()
        settled = _settle(tx.session, store, actor, case, agreement)
        effective = effective_day(tx.session, agreement)
    return WrittenAgreement(tx.changes, agreement.id, effective, settled)


def remove_signature(store: Store, actor: Actor, *, signature_id: str) -> Changes:
    """A signature noted by mistake; never under an agreement that has taken effect.

    Raises ``UserFacingError``: NOT_ALLOWED, AGREEMENT_GONE, AGREEMENT_FROZEN.
    """
    with store.transaction(account_id=actor.account_id, action="remove_signature") as tx:
        signature = tx.session.get(AgreementSignature, signature_id)
        if signature is None:
            raise UserFacingError(ErrorCode.AGREEMENT_GONE)
        agreement = _agreement(tx.session, actor, signature.agreement_id)
        if effective_day(tx.session, agreement) is not None:
            raise UserFacingError(ErrorCode.AGREEMENT_FROZEN)
        tx.session.delete(signature)
    return tx.changes


def settle_by_agreement(store: Store, actor: Actor, *, agreement_id: str) -> Changes:
    """The case is settled by an agreement in effect whose last signatures met only at the county.

    Raises ``UserFacingError``: NOT_ALLOWED, AGREEMENT_GONE, AGREEMENT_NOT_IN_FORCE, and what
    ``add_case_event`` raises for 调解成功.
    """
    with store.transaction(account_id=actor.account_id, action="settle_by_agreement") as tx:
        agreement = _agreement(tx.session, actor, agreement_id)
        if agreement.ended_on is not None or effective_day(tx.session, agreement) is None:
            raise UserFacingError(ErrorCode.AGREEMENT_NOT_IN_FORCE)
        _write_settled(tx.session, store, actor, agreement)
    return tx.changes


def end_agreement(
    store: Store,
    actor: Actor,
    *,
    agreement_id: str,
    ended_on: date | None,
    reason: str,
    draft_id: str | None = None,
) -> Changes:
    """The agreement was given up by the parties, or held invalid; its promises wait no more.

    Raises ``UserFacingError``: NOT_ALLOWED, AGREEMENT_GONE, AGREEMENT_ENDED, AGREEMENT_WRONG.
    """
    with refolding(store, account_id=actor.account_id, action="end_agreement") as tx:
        agreement = _agreement(tx.session, actor, agreement_id)
        if agreement.ended_on is not None:
            raise UserFacingError(ErrorCode.AGREEMENT_ENDED, day=agreement.ended_on)
        _refuse(
            ending_problems(
                ended_on=ended_on,
                reason=reason,
                reached_on=agreement.reached_on,
                today=today_in_china(store.clock),
            )
        )
        agreement.ended_on, agreement.end_reason = ended_on, reason.strip()
        _forget_draft(tx.session, actor, ENDING_FORM, draft_id)
    return tx.changes


def note_performance(
    store: Store,
    actor: Actor,
    *,
    item_id: str,
    performance: Performance,
    performed_on: date | None,
    proof: str = "",
    draft_id: str | None = None,
) -> Changes:
    """How far a promise was kept, on which day and what shows it.

    Raises ``UserFacingError``: NOT_ALLOWED, AGREEMENT_GONE, AGREEMENT_NOT_IN_FORCE,
    AGREEMENT_WRONG (problems).
    """
    with refolding(store, account_id=actor.account_id, action="note_performance") as tx:
        item = tx.session.get(AgreementItem, item_id)
        if item is None:
            raise UserFacingError(ErrorCode.AGREEMENT_GONE)
        agreement = _agreement(tx.session, actor, item.agreement_id)
        if effective_day(tx.session, agreement) is None:
            raise UserFacingError(ErrorCode.AGREEMENT_NOT_IN_FORCE)
        _refuse(
            performance_problems(
                performance=performance,
                performed_on=performed_on,
                proof=proof,
                reached_on=agreement.reached_on,
                today=today_in_china(store.clock),
            )
        )
        item.performance, item.performed_on = performance, performed_on
        item.proof = plain(proof)
        _forget_draft(tx.session, actor, PERFORMANCE_FORM, draft_id)
    return tx.changes


# --- what they share ------------------------------------------------------------------------------


def _agreement(session: Session, actor: Actor, agreement_id: str) -> Agreement:
    agreement = session.get(Agreement, agreement_id)
    if agreement is None:
        raise UserFacingError(ErrorCode.AGREEMENT_GONE)
    case_to_write(
        session, actor, agreement.case_id, Permission.MEDIATE, gone=ErrorCode.AGREEMENT_GONE
    )
    return agreement


def _open_agreement(session: Session, actor: Actor, agreement_id: str) -> Agreement:
    agreement = _agreement(session, actor, agreement_id)
    if is_frozen(agreement, own_signatures(session, agreement)):
        raise UserFacingError(ErrorCode.AGREEMENT_FROZEN)
    return agreement


def _require_sound(store: Store, session: Session, case_id: str, given: AgreementFields) -> None:
    parties = {party.id for party in parties_of(session, case_id)}
    _refuse(
        [
            *agreement_problems(
                form=given.form,
                facts=given.facts,
                terms=given.terms,
                performance_way=given.performance_way,
                reached_on=given.reached_on,
                copies=given.copies,
                today=today_in_china(store.clock),
            ),
            *items_problems(given.items, party_ids=parties, reached_on=given.reached_on),
        ]
    )


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise UserFacingError(ErrorCode.AGREEMENT_WRONG, problems=problems)


def _require_may_sign(
    store: Store, session: Session, agreement: Agreement, signature: AgreementSignature
) -> None:
    parties = {party.id: party for party in parties_of(session, agreement.case_id)}
    party = parties.get(signature.party_id or "")
    problem = signing_problem(
        form=agreement.form,
        reached_on=agreement.reached_on,
        is_ended=agreement.ended_on is not None,
        signer=signature.signer,
        party_id=signature.party_id,
        party_ids=read_parties(agreement.party_ids),
        is_minor=party is not None and is_minor(party.birth_date, signature.signed_on),
        has_agent=party is not None and bool(party.agent_name),
        name=signature.name,
        signed_on=signature.signed_on,
        today=today_in_china(store.clock),
    )
    if problem is None and _is_signed(own_signatures(session, agreement), signature):
        problem = SigningProblem.SIGNED_BEFORE
    if problem is not None:
        raise UserFacingError(ErrorCode.SIGNING_NOT_POSSIBLE, problem=problem)


def _is_signed(signatures: list[AgreementSignature], new: AgreementSignature) -> bool:
    """Several mediators may sign; a party and the seal stand there once."""
    return any(
        one.signer is new.signer
        and one.party_id == new.party_id
        and (one.signer is not SignerKind.MEDIATOR or one.name == new.name)
        for one in signatures
    )


def _settle(
    session: Session, store: Store, actor: Actor, case: CaseFile, agreement: Agreement
) -> bool:
    """Whether the agreement is in effect and the case could be settled by it."""
    step = CaseStep(CaseEventKind.SETTLED)
    if effective_day(session, agreement) is None or not may_follow(case.state, step.kind):
        return False
    if block_of(case_steps(session, case), step) is not None:
        return False
    _write_settled(session, store, actor, agreement)
    return True


def _write_settled(session: Session, store: Store, actor: Actor, agreement: Agreement) -> None:
    write_case_event(
        session,
        store,
        actor,
        case_id=agreement.case_id,
        kind=CaseEventKind.SETTLED,
        note=agreement.number or "",
    )


def _forget_draft(session: Session, actor: Actor, form: str, draft_id: str | None) -> None:
    if draft_id is not None:
        discard_draft_in(session, form=form, record_id=draft_id, account_id=actor.account_id)
