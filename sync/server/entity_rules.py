"""What an area's rules say about one operation; the same rules the laptop asked before.

A check raises ``RefusedError``, or returns a ``Reason``: the record is then kept, and does not
count.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from app.accounts.vocabulary import Role
from app.attachments import rules as attachment_rules
from app.cases import rules as case_rules
from app.cases.detail_rules import detail_problem, read_detail
from app.cases.vocabulary import CaseEventKind, CaseState, CaseStep
from app.conflicts import rules as conflict_rules
from app.conflicts.vocabulary import ConflictKind, ConflictState, SettlementChoice
from app.duty.rules import A_DAY, DutyFinding, patrol_problem, shift_problem
from app.flow.turns import SPEAKS_FOR_UNIT
from app.grid_work.team_rules import is_backwards
from app.households.life_rules import TWO_SIDED, day_problem
from app.households.rules import check_identity_number
from app.households.vocabulary import IdentityKind, RosterEventKind
from app.incidents import rules as incident_rules
from app.incidents.vocabulary import (
    IncidentEventKind,
    IncidentState,
    PoliceMediation,
    PoliceReport,
)
from app.petitions import rules as petition_rules
from app.village_rules.vocabulary import RuleSet, RuleSetKey
from app.votes import rules as vote_rules
from app.votes.vocabulary import (
    MeetingBody,
    MotionEventKind,
    MotionMatter,
    MotionState,
    OpenProblem,
)
from sync.protocol.messages import Reason
from sync.server import (
    aliases,
    case_checks,
    court_checks,
    grid_work_checks,
    legal_aid_checks,
    mediation_checks,
    moving,
    numbers,
    outreach_checks,
    petition_checks,
    publishing,
    setting_changes,
)
from sync.server.authors import china_date
from sync.server.in_hand import past_of, step_of
from sync.server.ledger import Ledger
from sync.server.merging import Occasion
from sync.server.refusal import RefusedError
from sync.server.rows import Key, Row
from sync.server.scope import UnitTree, shared_buckets


@dataclass(slots=True)
class Matter:
    """One operation as the rules see it."""

    ledger: Ledger
    rule_sets: tuple[RuleSet, ...]
    key: Key
    row: Row | None
    """The record before; None for a new one."""
    body: dict[str, Any]
    """The record after."""
    patch: dict[str, Any]
    made_at: datetime
    units: UnitTree
    occasion: Occasion

    @property
    def made_on(self) -> date:
        """The day in the village."""
        return china_date(self.made_at)

    def changes(self, *names: str) -> bool:
        """Whether one of these fields is another than before."""
        before = {} if self.row is None else self.row.body
        return any(name in self.patch and before.get(name) != self.patch[name] for name in names)

    def parent(self, entity: str, field: str) -> Row:
        """A record this one names; it was checked to be there."""
        row = self.ledger.get(Key(entity, self.body[field]))
        if row is None:
            raise RefusedError(Reason.PARENT_MISSING, field=field)
        return row


Check = Callable[[Matter], Reason | None]


def check_resident(matter: Matter) -> Reason | None:
    """An identity number with a wrong check digit or date never enters the register, and nobody
    left it before birth or tomorrow."""
    if matter.changes("left_on"):
        _check_day(matter, "left_on", born=_day(matter.body.get("birth_date")))
    number = matter.body.get("identity_number")
    is_claimed = matter.body.get("identity_kind") == IdentityKind.RESIDENT_IDENTITY_NUMBER
    if not number or not is_claimed or not matter.changes("identity_number", "identity_kind"):
        return None
    finding = check_identity_number(number, matter.made_on)
    if finding.problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={"identity_number": finding.problem.value})
    return None


def check_roster_event(matter: Matter) -> Reason | None:
    """A day that can be; a split or merge names the household on its other side."""
    if matter.changes("happened_on"):
        _check_day(matter, "happened_on")
    kind = RosterEventKind(matter.body["kind"])
    if kind in TWO_SIDED and not matter.body.get("other_household_id"):
        raise RefusedError(Reason.BAD_VALUE, fields={"other_household_id": "missing"})
    return None


def _check_day(matter: Matter, field: str, *, born: date | None = None) -> None:
    """A laptop's clock may be off by some hours, so tomorrow is let pass."""
    day = _day(matter.body.get(field))
    problem = day_problem(day, today=matter.made_on + timedelta(days=1), born=born)
    if day is not None and problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={field: problem.value})


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def check_case_file(matter: Matter) -> Reason | None:
    """A file holds what its kind has, and values that can be; a confidential case lies where it
    may, an accusation is confidential and stays so."""
    before = None if matter.row is None else matter.row.body
    case_checks.check_kind(
        before, matter.body, state=None if matter.row is None else matter.row.state
    )
    case_checks.check_file_fields(before, matter.body, made_on=matter.made_on)
    names = ("is_confidential", "accused_unit_id", "petition_purpose")
    if matter.row is None or matter.changes(*names):
        petition_checks.check_secrecy(
            matter.ledger,
            matter.body,
            before,
            holders=() if matter.row is None else shared_buckets(matter.row.shared),
            units=matter.units.by_id,
        )
    _check_number(matter)
    return None


def _check_number(matter: Matter) -> None:
    """A lasting number is one that was set aside for this laptop, and no other case's."""
    if matter.occasion.sender.is_county or not matter.changes("number"):
        return
    names = (matter.occasion.sender.install_id, *matter.occasion.known.names)
    numbers.check(
        matter.ledger.numbers,
        matter.key,
        str(matter.body["number"]),
        names=names,
        rows=matter.ledger.rows,
    )


def check_case_party(matter: Matter) -> Reason | None:
    """A party's ethnicity, category, region and agent are what the standards and the law know."""
    before = None if matter.row is None else matter.row.body
    case_checks.check_party_fields(before, matter.body, made_on=matter.made_on)
    return None


def check_case_event(matter: Matter) -> Reason | None:
    """An event that does not fit any more is kept beside the others and changes nothing.

    Nor does an end while a risk is unreported: whoever did not know of it closed too early.
    """
    case = matter.parent("case_file", "case_id")
    state = CaseState(case.state or CaseState.NOT_RECORDED)
    kind = CaseEventKind(matter.body["kind"])
    if kind is CaseEventKind.REPORTED_TO_POLICE:
        _require_report(matter)
    else:
        _require_detail(matter, kind)
    in_hand, past = past_of(matter.ledger, case)
    step = step_of(matter.body, in_hand)
    _require_own_unit(matter, step)
    wrong_unit = petition_rules.unit_problem(past, step, matter.units.by_id)
    if wrong_unit is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={"detail.unit_id": wrong_unit.value})
    court_checks.check_court_step(matter, kind)
    if kind is CaseEventKind.WAY_CHANGED:
        mediation_checks.require_way(matter, past)
    following = case_rules.following_state(state, step, past)
    if following is None:
        return Reason.EVENT_NOT_ALLOWED_NOW
    if following is not state:
        matter.ledger.edit(case).state = following.value
    return None


def _require_own_unit(matter: Matter, step: CaseStep) -> None:
    """Nobody takes a case on, or reports back, for a unit that is not theirs or below theirs."""
    unit_id = read_detail(step.kind, step.detail).get("unit_id")
    if step.kind not in SPEAKS_FOR_UNIT or unit_id is None or matter.occasion.sender.is_county:
        return
    account = matter.parent("account", "by_account_id")
    own = {account.unit_id, *matter.ledger.former_units(account.key)}
    if not any(matter.units.is_inside(str(unit_id), one) for one in own):
        raise RefusedError(Reason.NOT_PERMITTED, why="another_unit")


def _require_detail(matter: Matter, kind: CaseEventKind) -> None:
    """The fields the form asked for. A kind that older programs write is let pass without."""
    problem = detail_problem(kind, matter.body.get("detail"))
    if problem is not None:
        field, what = problem
        raise RefusedError(Reason.BAD_VALUE, fields={f"detail.{field}".rstrip("."): what.value})


def _require_report(matter: Matter) -> None:
    """A report names at least when, and the station that was told."""
    report = PoliceReport.of_detail(matter.body.get("detail"))
    problem = incident_rules.report_problem(report, now=None)
    if problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={"detail": problem.value})


def check_motion_event(matter: Matter) -> Reason | None:
    """As for cases; and nobody opens a vote in a body that may not decide the matter."""
    motion = matter.parent("motion", "motion_id")
    state = MotionState(motion.state or MotionState.DRAFT)
    kind = MotionEventKind(matter.body["kind"])
    following = vote_rules.MOTION_TRANSITIONS.get((state, kind))
    if following is None:
        return Reason.EVENT_NOT_ALLOWED_NOW
    if kind is MotionEventKind.OPENED:
        _check_may_decide(matter, motion)
    matter.ledger.edit(motion).state = following.value
    return None


def _check_may_decide(matter: Matter, motion: Row) -> None:
    """Whether the assembly authorised its representatives is on paper, not here."""
    if not vote_rules.may_decide(
        MotionMatter(motion.body["matter"]),
        MeetingBody(motion.body["body"]),
        matter.rule_sets,
        matter.made_on,
        is_authorised=True,
    ):
        raise RefusedError(Reason.NOT_PERMITTED, why=OpenProblem.BODY_MAY_NOT_DECIDE.value)


def check_motion(matter: Matter) -> Reason | None:
    """What is voted on stays as it was when the vote was opened."""
    if matter.row is None or matter.row.state in (None, MotionState.DRAFT.value):
        return None
    raise RefusedError(Reason.EVENT_NOT_ALLOWED_NOW, state=matter.row.state)


def check_electorate_entry(matter: Matter) -> Reason | None:
    """The electorate is frozen: no household joins once the vote was open before."""
    key = Key("motion", matter.body["motion_id"])
    before = matter.ledger.rows.get(key)
    if before is not None and before.state not in (None, MotionState.DRAFT.value):
        raise RefusedError(Reason.EVENT_NOT_ALLOWED_NOW, state=before.state)
    return None


def check_ballot(matter: Matter) -> Reason | None:
    """Only of a household on the frozen list; after the tally visible and not counted."""
    motion = matter.parent("motion", "motion_id")
    is_listed = matter.ledger.has_child(
        "electorate_entry",
        motion.key.record_id,
        "household_id",
        matter.body["household_id"],
    )
    if not is_listed:
        raise RefusedError(Reason.NOT_IN_ELECTORATE)
    return _late_reason(motion)


def check_ballot_withdrawal(matter: Matter) -> Reason | None:
    """A ballot that was tallied cannot be taken back any more."""
    motion = matter.parent("motion", "motion_id")
    ballot = matter.parent("ballot", "ballot_id")
    if ballot.body["motion_id"] != motion.key.record_id:
        raise RefusedError(Reason.BAD_VALUE, fields={"ballot_id": "of_another_motion"})
    return _late_reason(motion)


def check_record_link(matter: Matter) -> Reason | None:
    """Two cases belong together, or one flared up from another; nothing with itself."""
    case_checks.check_link(matter.body)
    return None


def check_record_alias(matter: Matter) -> Reason | None:
    """The county makes one of the two at once."""
    return aliases.check_and_carry_out(matter.ledger, matter.occasion, matter.key, matter.body)


def check_handover(matter: Matter) -> Reason | None:
    """The county carries it out at once, or says why not."""
    return moving.check_and_carry_out(
        matter.ledger,
        matter.units,
        matter.occasion,
        matter.key,
        matter.body,
        on=matter.made_on,
    )


def _late_reason(motion: Row) -> Reason | None:
    state = MotionState(motion.state or MotionState.DRAFT)
    if state is MotionState.OPEN:
        return None
    is_early = state is MotionState.DRAFT
    return Reason.EVENT_NOT_ALLOWED_NOW if is_early else Reason.BALLOT_LATE


def check_attachment(matter: Matter) -> Reason | None:
    """What the laptop asked before it attached: the kind of file, its size, a thumbnail that is
    one."""
    names = ("subject_entity", "sha256", "size", "media_type", "name", "thumbnail")
    found = attachment_rules.attachment_problem(
        **{name: matter.body.get(name) for name in names}  # type: ignore[arg-type]
    )
    if found is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={found[0]: found[1].value})
    return None


def check_attachment_withdrawal(matter: Matter) -> Reason | None:
    """It names the subject of its attachment, so that both go wherever the subject goes."""
    attachment = matter.parent("attachment", "attachment_id")
    if attachment.body["subject_id"] != matter.body["subject_id"]:
        raise RefusedError(Reason.BAD_VALUE, fields={"subject_id": "not_the_attachments"})
    return None


def check_conflict_settlement(matter: Matter) -> Reason | None:
    """The first settlement counts; a later one is kept, and what came with it is not done."""
    conflict = matter.parent("conflict", "conflict_id")
    choice = SettlementChoice(matter.body["choice"])
    if not conflict_rules.may_choose(ConflictKind(conflict.body["kind"]), choice):
        raise RefusedError(Reason.BAD_VALUE, fields={"choice": "not_of_this_kind"})
    state = ConflictState(conflict.state or ConflictState.OPEN)
    following = conflict_rules.TRANSITIONS.get((state, choice))
    if following is None:
        matter.ledger.is_settled_before = True
        return Reason.SETTLED_BEFORE
    matter.ledger.edit(conflict).state = following.value
    return None


def check_incident_event(matter: Matter) -> Reason | None:
    """As for cases: what does not fit any more is kept and changes nothing.

    A police mediation without a policeman's signature is refused, whoever sends it.
    """
    incident = matter.parent("incident", "incident_id")
    state = IncidentState(incident.state or IncidentState.NOT_RECORDED)
    kind = IncidentEventKind(matter.body["kind"])
    if kind is IncidentEventKind.REPORTED_TO_POLICE:
        _require_report(matter)
    elif kind is IncidentEventKind.POLICE_MEDIATED:
        _require_policeman(matter)
    events = matter.ledger.children("incident_event", incident.key.record_id)
    before = (IncidentEventKind(row.body["kind"]) for row in events)
    following = incident_rules.following_state(state, kind, before)
    if following is None:
        return Reason.EVENT_NOT_ALLOWED_NOW
    if following is not state:
        matter.ledger.edit(incident).state = following.value
    return None


def check_duty_shift(matter: Matter) -> Reason | None:
    """Times are times and the day is one somebody can plan for."""
    return _refuse_finding(shift_problem(matter.body, today=matter.made_on))


def check_patrol(matter: Matter) -> Reason | None:
    """Times are times, and nobody has made a round of the future; a day's grace for clocks."""
    return _refuse_finding(patrol_problem(matter.body, today=matter.made_on + A_DAY))


def _refuse_finding(finding: DutyFinding | None) -> Reason | None:
    if finding is None:
        return None
    raise RefusedError(Reason.BAD_VALUE, fields={finding.field: finding.problem.value})


def _require_policeman(matter: Matter) -> None:
    recorder = matter.parent("account", "by_account_id")
    problem = incident_rules.police_mediation_problem(
        PoliceMediation.of_detail(matter.body.get("detail")),
        recorder_name=str(recorder.body["name"]),
        recorder_role=Role(recorder.body["role"]),
    )
    if problem is not None:
        raise RefusedError(Reason.BAD_VALUE, fields={"detail": problem.value})


def check_team_member(matter: Matter) -> Reason | None:
    """No term ends before it begins."""
    first, last = matter.body["starts_on"], matter.body.get("ends_on")
    end = None if last is None else date.fromisoformat(last)
    if matter.changes("starts_on", "ends_on") and is_backwards(date.fromisoformat(first), end):
        raise RefusedError(Reason.BAD_VALUE, fields={"ends_on": "before_starts_on"})
    return None


def check_typical_case(matter: Matter) -> Reason | None:
    """Checked before it is published, and published by the county itself."""
    publishing.check_and_carry_out(
        matter.ledger, matter.row, matter.key, matter.body, matter.occasion.now
    )
    return None


def check_setting_change(matter: Matter) -> Reason | None:
    """Carried out at once: the setting goes to every laptop with the reference records."""
    setting_changes.check_and_carry_out(matter.ledger, matter.body, matter.occasion)
    return None


CHECKS: Final[Mapping[str, Check]] = {
    "case_mediator": mediation_checks.check_case_mediator,
    "agreement": mediation_checks.check_agreement,
    "agreement_item": mediation_checks.check_agreement_item,
    "agreement_signature": mediation_checks.check_agreement_signature,
    "setting_change": check_setting_change,
    "typical_case": check_typical_case,
    "legal_aid": legal_aid_checks.check_legal_aid,
    "outreach_round": outreach_checks.check_outreach_round,
    "outreach_finding": outreach_checks.check_outreach_finding,
    "visit": grid_work_checks.check_visit,
    "micro_service": grid_work_checks.check_micro_service,
    "hazard": grid_work_checks.check_hazard,
    "hazard_measure": grid_work_checks.check_hazard_measure,
    "team_member": check_team_member,
    "conflict_settlement": check_conflict_settlement,
    "record_alias": check_record_alias,
    "record_link": check_record_link,
    "resident": check_resident,
    "roster_event": check_roster_event,
    "case_file": check_case_file,
    "case_party": check_case_party,
    "case_event": check_case_event,
    "sponsorship": petition_checks.check_sponsorship,
    "incident_event": check_incident_event,
    "duty_shift": check_duty_shift,
    "patrol": check_patrol,
    "motion": check_motion,
    "motion_event": check_motion_event,
    "electorate_entry": check_electorate_entry,
    "ballot": check_ballot,
    "ballot_withdrawal": check_ballot_withdrawal,
    "attachment": check_attachment,
    "attachment_withdrawal": check_attachment_withdrawal,
    "handover": check_handover,
}

FIRST_STATE: Final[Mapping[str, str]] = {
    "case_file": CaseState.NOT_RECORDED.value,
    "conflict": ConflictState.OPEN.value,
    "incident": IncidentState.NOT_RECORDED.value,
    "motion": MotionState.DRAFT.value,
}


def rule_set_of(body: dict[str, Any]) -> RuleSet | None:
    """A rule set as the rules use it; None for a kind this program does not know."""
    if body["key"] not in set(RuleSetKey):
        return None
    last_day = body["effective_to"]
    return RuleSet(
        key=RuleSetKey(body["key"]),
        law=body["law"],
        version=date.fromisoformat(body["version"]),
        effective_from=date.fromisoformat(body["effective_from"]),
        effective_to=None if last_day is None else date.fromisoformat(last_day),
        article=body["article"],
        params=json.loads(body["params"]),
        source=body["source"],
        is_confirmed=body["is_confirmed"],
        note=body["note"] or "",
    )
