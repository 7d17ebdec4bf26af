"""What the county asks of the court's steps beside their past: the parties and the agreement they
name are of the case, and are what the event says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseEventKind, PartySide
from app.court.rules import CONFIRMATION_DAYS, LONGEST_SHIFT
from app.court.vocabulary import CourtSending
from app.mediation.rules import AgreementTerms, Signed, effective_on, read_parties
from app.mediation.vocabulary import AgreementForm, SignerKind
from sync.protocol.messages import Operation, Reason
from sync.server.refusal import RefusedError

if TYPE_CHECKING:
    from sync.server.entity_rules import Matter
    from sync.server.rows import Row

_K = CaseEventKind
_SIDES = {PartySide.A.value, PartySide.B.value}


def children_of(op: Operation) -> Iterator[tuple[str, str]]:
    """What must be loaded to judge a step of the court."""
    case_id, kind = op.patch.get("case_id"), op.patch.get("kind")
    if not isinstance(case_id, str):
        return
    if kind == _K.COURT_SENT:
        yield ("case_party", case_id)
    if kind == _K.CONFIRMATION_APPLIED:
        yield ("agreement", case_id)
        yield ("agreement_signature", case_id)


def check_court_step(matter: Matter, kind: CaseEventKind) -> None:
    """Raises ``RefusedError`` for what no laptop of ours writes."""
    if kind is _K.COURT_SENT:
        _require_both_sides(matter)
    elif kind is _K.CONFIRMATION_APPLIED:
        _require_agreement(matter)


def _require_both_sides(matter: Matter) -> None:
    """民事诉讼法 (2023-09-01), Art. 125: those whose consent is relied on are of both sides.

    Not all of them: somebody may have joined the case of whom the laptop had not heard.
    """
    detail = read_detail(_K.COURT_SENT, matter.body.get("detail"))
    if detail.get("sending") is not CourtSending.BEFORE_FILING:
        return
    named = set(detail.get("parties", ()))
    sides = {
        row.body["side"]
        for row in matter.ledger.children("case_party", matter.body["case_id"])
        if row.key.record_id in named
    }
    if not sides >= _SIDES:
        raise RefusedError(Reason.BAD_VALUE, fields={"detail.parties": "both_sides"})


def _require_agreement(matter: Matter) -> None:
    """民事诉讼法 (2023-09-01), Art. 205: an agreement of this case, in effect by its signatures.

    The county's calendar is not asked: no run of days off is longer than what is allowed here.
    """
    detail = read_detail(_K.CONFIRMATION_APPLIED, matter.body.get("detail"))
    rows = matter.ledger.children("agreement", matter.body["case_id"])
    found = [row for row in rows if row.key.record_id == detail.get("agreement_id")]
    if not found or found[0].is_deleted:
        raise RefusedError(Reason.BAD_VALUE, fields={"detail.agreement_id": "of_another_case"})
    since = _effective_on(matter, found[0])
    if since is None:
        raise RefusedError(Reason.BAD_VALUE, fields={"detail.agreement_id": "not_in_effect"})
    if (detail["applied_on"] - since).days > CONFIRMATION_DAYS + LONGEST_SHIFT:
        raise RefusedError(Reason.BAD_VALUE, fields={"detail.applied_on": "too_late"})


def _effective_on(matter: Matter, agreement: Row) -> date | None:
    body: dict[str, Any] = agreement.body
    signatures = [
        Signed(
            SignerKind(row.body["signer"]),
            date.fromisoformat(row.body["signed_on"]),
            row.body.get("party_id"),
        )
        for row in matter.ledger.children("agreement_signature", matter.body["case_id"])
        if row.body["agreement_id"] == agreement.key.record_id and not row.is_deleted
    ]
    terms = AgreementTerms(AgreementForm(body["form"]), date.fromisoformat(body["reached_on"]))
    return effective_on(terms, signatures, read_parties(body["party_ids"]))
