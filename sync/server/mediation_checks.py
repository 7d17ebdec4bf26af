"""What the county judges of mediation: who leads, who mediates, what is agreed, signed and done.

The same rules the laptop asked. What an operation does not write is not judged again, and a day
has a day's grace, because a laptop's clock may run ahead. A signature that another laptop noted as
well is kept beside the first: both were there. What one laptop signed while another still changed
the words stays as it was signed: the change is set aside, and its laptop gets back what was signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.accounts.vocabulary import Role
from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseStep
from app.mediation.agreement_rules import (
    FROZEN_FIELDS,
    FROZEN_ITEM_FIELDS,
    MOST_ITEMS,
    MOST_PLACES,
    ItemDraft,
    Problem,
    agreement_problems,
    ending_problems,
    item_problems,
    performance_problems,
    signing_problem,
)
from app.mediation.mediator_rules import mediator_problem
from app.mediation.rules import (
    AgreementTerms,
    Signed,
    is_frozen,
    is_minor,
    may_change_way,
    read_parties,
    standing_refusals,
    way_of,
)
from app.mediation.vocabulary import (
    AgreementForm,
    AgreementProblem,
    ChosenBy,
    Performance,
    SignerKind,
)
from sync.protocol.messages import Operation, Reason
from sync.server.ledger import Ledger
from sync.server.refusal import RefusedError, SetAsideError
from sync.server.rows import Key, Row

if TYPE_CHECKING:
    from sync.server.entity_rules import Matter

_GRACE: Final = timedelta(days=1)
_OF_AGREEMENTS: Final = frozenset({"agreement", "agreement_item", "agreement_signature"})
_PARTS: Final = ("agreement_item", "agreement_signature")
_EVENTS: Final = "case_event"


def children_of(ledger: Ledger, op: Operation) -> Iterator[tuple[str, str]]:
    """What judging an operation on an agreement looks at besides: pairs of entity and parent id.

    An edit does not name its case, so this is asked once the records themselves were read.
    """
    if op.entity not in _OF_AGREEMENTS:
        return
    row = ledger.rows.get(Key(op.entity, op.record_id))
    case_id = op.patch.get("case_id") or (row.parent_id if row is not None else None)
    if isinstance(case_id, str):
        yield from ((entity, case_id) for entity in ("agreement", *_PARTS, "case_party", _EVENTS))


def is_leaned_on(ledger: Ledger, row: Row) -> bool:
    """Whether a promise or signature still belongs to this agreement, or this promise was signed:
    then it stays."""
    if row.key.entity == "agreement_item":
        return _belong(ledger, "agreement_signature", row.parent_id, row.body["agreement_id"])
    return row.key.entity == "agreement" and any(
        _belong(ledger, entity, row.parent_id, row.key.record_id) for entity in _PARTS
    )


def _belong(ledger: Ledger, entity: str, case_id: str | None, agreement_id: str) -> bool:
    return any(
        child.body["agreement_id"] == agreement_id
        for child in ledger.children(entity, str(case_id))
    )


def require_way(matter: Matter, past: Sequence[CaseStep]) -> None:
    """Whoever passes a case to another way leads on one side of it; raises ``RefusedError``."""
    author = matter.parent("account", "by_account_id")
    wanted = read_detail(CaseEventKind.WAY_CHANGED, matter.body.get("detail"))["way"]
    if not may_change_way(Role(author.body["role"]), way_of(past), wanted):
        raise RefusedError(Reason.NOT_PERMITTED, why=CaseBlock.WAY_NOT_YOURS.value)


def check_case_mediator(matter: Matter) -> Reason | None:
    """Who is invited comes with the parties' consent (人民调解法 2010-08-28, Art. 20), and no term
    ends before it begins. The roster was asked on the laptop; here it may lie elsewhere."""
    body = matter.body
    problem = mediator_problem(
        name=body["name"],
        chosen_by=ChosenBy(body["chosen_by"]),
        chosen_note=body.get("chosen_note") or "",
        kinship_note=body.get("kinship_note") or "",
        kin=None,
        is_active=False,
        starts_on=_day(body["starts_on"]),
        ends_on=_optional(body.get("ends_on")),
        today=_today(matter),
    )
    if problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={"case_mediator": problem.value})
    return None


def check_agreement(matter: Matter) -> Reason | None:
    """Nothing of what was signed is changed, and no agreement is begun while a party refuses."""
    body = matter.body
    if matter.row is None:
        _refuse_refused(matter, body["case_id"])
    elif _is_frozen(matter, matter.row) and matter.changes(*FROZEN_FIELDS):
        raise SetAsideError(Reason.EVENT_NOT_ALLOWED_NOW)
    reached_on = _day(body["reached_on"])
    found = agreement_problems(
        form=AgreementForm(body["form"]),
        facts=body["facts"],
        terms=body["terms"],
        performance_way=body.get("performance_way") or "",
        reached_on=reached_on,
        copies=body.get("copies"),
        today=_today(matter),
    )
    if body.get("ended_on") is not None:
        found += ending_problems(
            ended_on=_day(body["ended_on"]),
            reason=body.get("end_reason") or "",
            reached_on=reached_on,
            today=_today(matter),
        )
    _refuse(matter, found)
    if matter.changes("party_ids") and not read_parties(body["party_ids"]):
        raise RefusedError(Reason.BAD_VALUE, fields={"party_ids": "missing"})
    return None


def check_agreement_item(matter: Matter) -> Reason | None:
    """What was promised stays as it was signed; how far it was kept is written any time."""
    body, agreement = matter.body, _agreement(matter)
    reached_on = _day(agreement.body["reached_on"])
    is_content = matter.row is not None and matter.changes(*FROZEN_ITEM_FIELDS)
    is_late = matter.row is None and bool(_signatures(matter, agreement))
    if is_late or (is_content and _is_frozen(matter, agreement)):
        raise SetAsideError(Reason.EVENT_NOT_ALLOWED_NOW)
    _require_room(matter, agreement)
    found = list(
        item_problems(
            ItemDraft(
                body["text"],
                body.get("party_id"),
                body.get("amount_cents"),
                _optional(body.get("due_on")),
            ),
            party_ids=read_parties(agreement.body["party_ids"]),
            reached_on=reached_on,
        )
    )
    found += performance_problems(
        performance=Performance(body["performance"]),
        performed_on=_optional(body.get("performed_on")),
        proof=body.get("proof") or "",
        reached_on=reached_on,
        today=_today(matter),
    )
    _refuse(matter, found)
    return None


def _require_room(matter: Matter, agreement: Row) -> None:
    """No agreement has more promises than a form holds: every laptop with the case lays them
    down, and each is printed."""
    if not 0 <= matter.body["position"] < MOST_PLACES:
        raise RefusedError(Reason.BAD_VALUE, fields={"position": AgreementProblem.TOO_MANY.value})
    others = matter.ledger.children("agreement_item", str(agreement.parent_id))
    count = sum(one.body["agreement_id"] == agreement.key.record_id for one in others)
    if matter.row is None and count >= MOST_ITEMS:
        raise RefusedError(Reason.BAD_VALUE, fields={"item_text": AgreementProblem.TOO_MANY.value})


def check_agreement_signature(matter: Matter) -> Reason | None:
    """Art. 29 (2): a party of the agreement, a mediator or the seal; not before it was reached.

    That a minor signs through the guardian is asked where the party's birth is known here.
    """
    body, agreement = matter.body, _agreement(matter)
    party = _party(matter, body.get("party_id"))
    signed_on = _day(body["signed_on"])
    problem = signing_problem(
        form=AgreementForm(agreement.body["form"]),
        reached_on=_day(agreement.body["reached_on"]),
        is_ended=matter.row is None and agreement.body.get("ended_on") is not None,
        signer=SignerKind(body["signer"]),
        party_id=body.get("party_id"),
        party_ids=read_parties(agreement.body["party_ids"]),
        is_minor=is_minor(_optional(party.get("birth_date")), signed_on),
        has_agent=bool(party.get("agent_name")),
        name=body["name"],
        signed_on=signed_on,
        today=_today(matter),
    )
    if problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={"agreement_signature": problem.value})
    return None


def _refuse_refused(matter: Matter, case_id: str) -> None:
    past = (
        _step(row.body)
        for row in matter.ledger.children(_EVENTS, case_id)
        if row.not_applied_reason is None
    )
    if standing_refusals(past):
        why = CaseBlock.PARTY_REFUSES.value
        raise RefusedError(Reason.EVENT_NOT_ALLOWED_NOW, state=why)


def _step(body: dict[str, Any]) -> CaseStep:
    return CaseStep(CaseEventKind(body["kind"]), body.get("detail"))


def _agreement(matter: Matter) -> Row:
    found = matter.parent("agreement", "agreement_id")
    if found.parent_id != matter.body["case_id"]:
        raise RefusedError(Reason.BAD_VALUE, fields={"agreement_id": "of_another_case"})
    return found


def _is_frozen(matter: Matter, agreement: Row) -> bool:
    terms = AgreementTerms(
        AgreementForm(agreement.body["form"]), _day(agreement.body["reached_on"])
    )
    return is_frozen(terms, _signatures(matter, agreement))


def _signatures(matter: Matter, agreement: Row) -> list[Signed]:
    rows = matter.ledger.children("agreement_signature", str(agreement.parent_id))
    return [
        Signed(SignerKind(row.body["signer"]), _day(row.body["signed_on"]), row.body["party_id"])
        for row in rows
        if row.body["agreement_id"] == agreement.key.record_id
    ]


def _party(matter: Matter, party_id: Any) -> dict[str, Any]:
    rows = matter.ledger.children("case_party", matter.body["case_id"])
    return next((row.body for row in rows if row.key.record_id == party_id), {})


def _refuse(matter: Matter, problems: Iterable[Problem]) -> None:
    """Raises ``RefusedError`` for what this operation wrote, or what hangs on it."""
    wrong = {
        each.field.value: each.code.value
        for each in problems
        if matter.row is None or matter.changes(each.field.value, *_HANGS_ON.get(each.field, ()))
    }
    if wrong:
        raise RefusedError(Reason.BAD_VALUE, fields=wrong)


_HANGS_ON: Final[dict[str, tuple[str, ...]]] = {
    "performed_on": ("performance",),
    "ended_on": ("end_reason",),
    "end_reason": ("ended_on",),
    "facts": ("form",),
}


def _today(matter: Matter) -> date:
    return matter.made_on + _GRACE


def _day(value: Any) -> date:
    return date.fromisoformat(value)


def _optional(value: Any) -> date | None:
    return None if value is None else _day(value)
