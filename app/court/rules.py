"""What the law asks of a case that passes between the court and the centres.

Blocks are asked of a case's past by `app.cases.rules.BLOCKS`, alike on the laptop, at the county
and in the fold; what they need besides the past stands in the event itself, written by the program.
Periods are counted by 民事诉讼法 (2023-09-01), Art. 85.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseState, CaseStep, PartySide
from app.court.vocabulary import CourtSending, EnforcementBasis, LawStage, RulingOutcome
from app.mediation.vocabulary import MediationWay

_K = CaseEventKind

COURT_LIMIT: Final = "court_sent_mediation"
"""The key by which an extension names the period the court gave."""
COURT_DAYS: Final = 30
EXTENSION_DAYS: Final = 30
"""What the form proposes. A court's practice: thirty days, thirty more with both sides' consent and
the court's leave; no text at hand says so, so nothing is refused for it: to be checked."""
LONGEST_SHIFT: Final = 15
"""No run of days off is longer; what a laptop says is the last day cannot lie further away."""
CONFIRMATION_DAYS: Final = 30


# --- what the past of a case says ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sending:
    """The court's last sending; ``parties`` those of both sides when it was sent."""

    sending: CourtSending
    court: str
    number: str
    sent_on: date
    days: int
    parties: frozenset[str]
    extra_days: int = 0
    """What the extension adds."""
    sent_back_on: date | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One application for confirmation and how far it has got.

    ``asked_at`` and ``ruled_at`` are the places of the two steps in the past.
    """

    agreement_id: str
    court: str
    applied_on: date
    filed_on: date | None = None
    ruled_on: date | None = None
    outcome: RulingOutcome | None = None
    asked_at: int = 0
    ruled_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the court has still to rule."""
        return self.outcome is None


def consenting(past: Sequence[CaseStep]) -> set[str]:
    """The parties that agree to be mediated and have not refused since."""
    agreed: set[str] = set()
    for step in past:
        if step.kind is _K.CONSENTED:
            agreed.update(_detail(step).get("parties", ()))
        elif step.kind is _K.PARTY_REFUSED:
            agreed.difference_update(_detail(step).get("parties", ()))
        elif step.kind is _K.MEDIATION_HELD:
            agreed.difference_update(_detail(step).get("refused_by", ()))
    return agreed


def still_to_consent(
    parties: Iterable[tuple[str, PartySide]], past: Sequence[CaseStep]
) -> tuple[str, ...]:
    """Of these (party id, its side) the ones of both sides that have not agreed to be mediated."""
    agreed = consenting(past)
    return tuple(
        party_id
        for party_id, side in parties
        if side is not PartySide.THIRD and party_id not in agreed
    )


def sending_of(past: Sequence[CaseStep]) -> Sending | None:
    """The last sending by the court, with its extension and whether it went back."""
    found: Sending | None = None
    for step in past:
        detail = _detail(step)
        if step.kind is _K.COURT_SENT and {"sending", "sent_on", "days"} <= detail.keys():
            found = Sending(
                sending=detail["sending"],
                court=detail.get("court", ""),
                number=detail.get("number", ""),
                sent_on=detail["sent_on"],
                days=detail["days"],
                parties=frozenset(detail.get("parties", ())),
            )
        elif found is not None and step.kind is _K.SENT_BACK_TO_COURT:
            found = replace(found, sent_back_on=detail.get("sent_on"))
        elif found is not None and _is_court_extension(step.kind, detail):
            found = replace(found, extra_days=found.extra_days + detail.get("days", 0))
    return found


_OF_CONFIRMATION: Final = frozenset(
    {
        *(_K.CONFIRMATION_APPLIED, _K.CONFIRMATION_WITHDRAWN),
        *(_K.CONFIRMATION_ACCEPTED, _K.CONFIRMATION_RULED),
    }
)


def confirmations_in(past: Sequence[CaseStep]) -> tuple[Confirmation, ...]:
    """The applications for confirmation that were not withdrawn, the first one first.

    What the court answers and what is withdrawn is the last one it has still to rule on.
    """
    found: list[Confirmation] = []
    for place, step in enumerate(past):
        if step.kind not in _OF_CONFIRMATION:
            continue
        detail = _detail(step)
        if step.kind is _K.CONFIRMATION_APPLIED and {"agreement_id", "applied_on"} <= detail.keys():
            court, applied_on = detail.get("court", ""), detail["applied_on"]
            asked = Confirmation(detail["agreement_id"], court, applied_on, asked_at=place)
            found.append(asked)
        elif (last := _last_open(found)) is None:
            continue
        elif step.kind is _K.CONFIRMATION_WITHDRAWN:
            found.pop(last)
        elif step.kind is _K.CONFIRMATION_ACCEPTED:
            found[last] = replace(found[last], filed_on=detail.get("filed_on"))
        elif step.kind is _K.CONFIRMATION_RULED:
            ruled_on, outcome = detail.get("ruled_on"), detail.get("outcome")
            found[last] = replace(found[last], ruled_on=ruled_on, outcome=outcome, ruled_at=place)
    return tuple(found)


def _last_open(asked: Sequence[Confirmation]) -> int | None:
    return next((n for n in reversed(range(len(asked))) if asked[n].is_open), None)


def is_told_other_ways(past: Sequence[CaseStep]) -> bool:
    """Whether the parties heard of the other ways since the court sent the case.

    人民调解法 (2010-08-28), Art. 26. A mediation that is said to have failed was told in the same
    step; see `app.mediation.rules`.
    """
    told = False
    for step in past:
        if step.kind is _K.COURT_SENT:
            told = False
        told = told or step.kind in (_K.TOLD_OTHER_WAYS, _K.NOT_SETTLED)
    return told


# --- blocks --------------------------------------------------------------------------------------


def consent_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """民事诉讼法 (2023-09-01), Art. 125: before filing, what suits mediation is mediated first,
    unless a party refuses. The county asks both sides, so both sides' consent is on record."""
    detail = _detail(step)
    if detail.get("sending") is not CourtSending.BEFORE_FILING:
        return None
    needed = set(detail.get("parties", ()))
    return None if needed and needed <= consenting(past) else CaseBlock.CONSENT_MISSING


def application_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """民事诉讼法 (2023-09-01), Art. 205: by both parties jointly, within thirty days of the day the
    agreement takes effect. ``effective_on`` and ``last_day`` are written by the program."""
    detail = _detail(step)
    applied_on, effective_on = detail.get("applied_on"), detail.get("effective_on")
    if applied_on is None or effective_on is None or applied_on < effective_on:
        return CaseBlock.AGREEMENT_NOT_IN_EFFECT
    if not detail.get("is_joint"):
        return CaseBlock.NOT_JOINT
    if not _is_in_time(applied_on, effective_on, detail.get("last_day")):
        return CaseBlock.CONFIRMATION_TOO_LATE
    earlier = [
        one for one in confirmations_in(past) if one.agreement_id == detail.get("agreement_id")
    ]
    return CaseBlock.CONFIRMATION_ASKED_BEFORE if earlier else None


def _is_in_time(applied_on: date, effective_on: date, last_day: date | None) -> bool:
    if (applied_on - effective_on).days <= CONFIRMATION_DAYS:
        return True
    if last_day is None or applied_on > last_day:
        return False
    return (last_day - effective_on).days <= CONFIRMATION_DAYS + LONGEST_SHIFT


def court_answer_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """The court files and rules on what was applied for, and rules once (民事诉讼法 2023-09-01,
    Art. 206); until then the parties may withdraw
    (最高人民法院关于人民调解协议司法确认程序的若干规定 2011-03-23, Art. 5 (2))."""
    asked = confirmations_in(past)
    last = _last_open(asked)
    if last is None:
        return CaseBlock.NOTHING_APPLIED
    detail = _detail(step)
    days = (detail.get(name) for name in ("filed_on", "ruled_on", "withdrawn_on"))
    day = next((one for one in days if one is not None), None)
    first = asked[last].filed_on or asked[last].applied_on
    return CaseBlock.DAY_BEFORE_APPLICATION if day is not None and day < first else None


def enforcement_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """人民调解法 (2010-08-28), Art. 33 (2) and 民事诉讼法 (2023-09-01), Art. 206: enforced is what
    the court found valid; Art. 247 (2): or its own 调解书. A bare agreement is not."""
    if _detail(step).get("enforcement_basis") is EnforcementBasis.COURT_MEDIATION:
        return None if _was_at_court(past) else CaseBlock.NO_COURT_MEDIATION
    is_valid = any(one.outcome is RulingOutcome.VALID for one in confirmations_in(past))
    return None if is_valid else CaseBlock.NO_VALID_RULING


def _was_at_court(past: Sequence[CaseStep]) -> bool:
    """Whether the court itself had the case: it mediates, or entrusted it after filing."""
    return any(
        _detail(step).get("way") is MediationWay.JUDICIAL
        or _detail(step).get("sending") is CourtSending.AFTER_FILING
        for step in past
        if step.kind in (_K.WAY_CHANGED, _K.COURT_SENT)
    )


def sent_back_block(past: Sequence[CaseStep], _step: CaseStep) -> CaseBlock | None:
    """What failed goes back once the parties were told of the other ways (人民调解法 2010-08-28,
    Art. 26); what was settled needs no such words."""
    sent = sending_of(past)
    if sent is None or sent.sent_back_on is not None:
        return CaseBlock.NOT_SENT_BY_COURT
    if _is_settled_since_sent(past) or is_told_other_ways(past):
        return None
    return CaseBlock.OTHER_WAYS_UNTOLD


def _is_settled_since_sent(past: Sequence[CaseStep]) -> bool:
    settled = False
    for step in past:
        if step.kind in (_K.COURT_SENT, _K.NOT_SETTLED, _K.REOPENED):
            settled = False
        elif step.kind is _K.SETTLED:
            settled = True
    return settled


def court_extension_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """The period the court gave is extended with both sides' consent, recorded since it was sent or
    named with the extension; the court's leave is its ``approved_by``. Practice: to be checked."""
    detail = _detail(step)
    if not _is_court_extension(step.kind, detail):
        return None
    sent = sending_of(past)
    if sent is None or sent.sent_back_on is not None:
        return CaseBlock.NOT_SENT_BY_COURT
    places = [place for place, one in enumerate(past) if one.kind is _K.COURT_SENT]
    agreed = consenting(past[places[-1] :]) | set(detail.get("consented", ()))
    is_agreed = bool(sent.parties) and sent.parties <= agreed
    return None if is_agreed else CaseBlock.EXTENSION_UNCONSENTED


def _is_court_extension(kind: CaseEventKind, detail: dict[str, Any]) -> bool:
    return kind is _K.EXTENDED and detail.get("limit") == COURT_LIMIT


# --- law at every stage --------------------------------------------------------------------------

_BEGUN: Final = frozenset({_K.MEDIATION_HELD, _K.MET, _K.INVESTIGATED, _K.HEARING_ATTENDED})
_ENDED: Final = frozenset(
    {
        *(CaseState.SETTLED, CaseState.NOT_SETTLED, CaseState.ANSWERED),
        *(CaseState.CLOSED, CaseState.REFUSED, CaseState.WITHDRAWN),
    }
)


def law_stage(past: Sequence[CaseStep], state: CaseState) -> LawStage:
    """At which stage law is explained now: 事前讲法, 事中明法, 事后析法.

    Before anybody sat down with the parties; until the case has an outcome; after it. ``state`` is
    the fold of ``past``. 人民调解法 (2010-08-28), Art. 22: mediators explain the law.
    """
    if state in _ENDED:
        return LawStage.AFTER
    return LawStage.DURING if any(step.kind in _BEGUN for step in past) else LawStage.BEFORE


def _detail(step: CaseStep) -> dict[str, Any]:
    return read_detail(step.kind, step.detail)
