"""Whose turn it is: what each unit that had a case in hand was asked for, and what it did.

Hand-overs and events are told in one order, the county's. What stands against taking a case on,
reporting back and closing hangs on it, so it lies beside the table of events (`app.cases.rules`),
which asks these blocks on the laptop, at the county and in the fold alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.cases.detail_rules import read_detail
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseKind, CaseStep, InHand
from app.flow.vocabulary import TurnPart, Wait
from app.handovers.rules import Hands, carry_out
from app.handovers.vocabulary import HandoverPurpose, Step

_P = HandoverPurpose
_K = CaseEventKind

OWES_REPORT: Final = frozenset({_P.DISPATCHED, _P.HELP_ASKED})
"""Who was asked answers. Who took a case over from below has asked for it itself."""
SENT: Final = frozenset({_P.DISPATCHED, _P.ESCALATED, _P.HELP_ASKED})
"""These leave a mark: somebody is to take it on, and the people are told in the end."""
ALWAYS_TOLD: Final = frozenset(
    {CaseKind.PETITION, CaseKind.LAWSUIT_SOURCE, CaseKind.RECONSIDERATION}
)
"""Kinds whose people are told how it ended, wherever it was handled: a petition's answer is given
to who brought it (信访工作条例 2022-02-25, Art. 32), the court and the reviewing office are
answered; the last two are the county's own rule."""
_OUTCOMES: Final = frozenset({_K.SETTLED, _K.NOT_SETTLED})
"""What was told before was how it went, not how it ended."""
TELLS_PEOPLE: Final = frozenset({_K.FEEDBACK_GIVEN, _K.ANSWERED})
"""A 信访处理意见书 that was delivered tells them as well."""

SPEAKS_FOR_UNIT: Final = frozenset({_K.TAKEN_ON, _K.REPORTED_BACK})
"""Events in which a unit that has the case speaks."""
ASKS_WHO_HAS: Final = SPEAKS_FOR_UNIT | {_K.CLOSED}
"""Events that are judged by hand-overs as well."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One unit's time with a case; ``end`` is the purpose of the hand-over that ended it."""

    unit_id: str
    part: TurnPart
    purpose: HandoverPurpose
    handover_id: str
    from_unit_id: str
    sent_on: date | None
    due_on: date | None = None
    taken_on: date | None = None
    reported_on: date | None = None
    ended_on: date | None = None
    end: HandoverPurpose | None = None

    @property
    def received_on(self) -> date | None:
        """From which day on the time to object is counted: 信访工作条例 (2022-02-25), Art. 23 (3),
        自收到之日起; signed for where it was, else sent."""
        return self.taken_on or self.sent_on

    @property
    def waits_for(self) -> Wait:
        """What this unit is to do next."""
        if self.end is not None or self.reported_on is not None or self.purpose not in SENT:
            return Wait.NOTHING
        if self.taken_on is None:
            return Wait.TAKE_ON
        return Wait.REPORT if self.purpose in OWES_REPORT else Wait.NOTHING

    @property
    def owes_report(self) -> bool:
        """Whether the case cannot be closed without this unit's word."""
        return self.end is None and self.purpose in OWES_REPORT and self.reported_on is None

    @property
    def is_undone(self) -> bool:
        """Whether it ended before the unit had done anything, so it is as if never sent."""
        is_back = self.end in (_P.RETURNED, _P.HELP_ENDED, _P.HANDED_OVER)
        return is_back and self.taken_on is None and self.reported_on is None


@dataclass(frozen=True, slots=True)
class Turns:
    """All turns of a case: the lead's and the helpers' of now, and those that are over."""

    home_unit_id: str
    hands: Hands
    lead: Turn | None = None
    """None while the case is led by its own unit without having been sent there."""
    helpers: tuple[Turn, ...] = ()
    past: tuple[Turn, ...] = ()
    told_on: date | None = None
    is_told: bool = False
    """Whether the people were told how it ended, since its outcome, or since it was last sent or
    reopened."""

    @property
    def present(self) -> tuple[Turn, ...]:
        """Who has it in hand now, the lead first."""
        return (*((self.lead,) if self.lead else ()), *self.helpers)

    @property
    def was_sent(self) -> bool:
        """Whether it ever left its unit, what was taken back at once not counted."""
        return any(
            turn.purpose in SENT and not turn.is_undone for turn in (*self.present, *self.past)
        )

    def of_unit(self, unit_id: str) -> Turn | None:
        """The unit's turn of now."""
        return next((turn for turn in self.present if turn.unit_id == unit_id), None)


def no_turns(unit_id: str) -> Turns:
    """A case nobody has handed on."""
    return Turns(unit_id, Hands(unit_id))


def after_handover(turns: Turns, step: Step) -> Turns | None:
    """The turns after a hand-over; None where it did not fit any more."""
    hands = carry_out(turns.hands, step)
    if hands is None:
        return None
    if step.purpose is _P.HELP_ASKED:
        asked = _turn(step, TurnPart.HELPER)
        return replace(turns, hands=hands, helpers=(*turns.helpers, asked))
    if hands.lead == turns.hands.lead:
        return _help_over(replace(turns, hands=hands), step, step.from_unit_id)
    over = () if turns.lead is None else (_ended(turns.lead, step),)
    after = replace(
        turns, hands=hands, lead=_next_lead(turns, step), past=(*turns.past, *over), is_told=False
    )
    return _help_over(after, step, step.to_unit_id)


def after_event(turns: Turns, step: CaseStep) -> Turns:
    """The turns after an event that counts."""
    if step.kind in TELLS_PEOPLE:
        return replace(turns, is_told=True, told_on=step.day)
    if step.kind is _K.REOPENED:
        return _asked_anew(turns)
    if step.kind in _OUTCOMES:
        return replace(turns, is_told=False)
    if step.kind not in SPEAKS_FOR_UNIT:
        return turns
    turn = turns.of_unit(speaker(turns, step))
    if turn is None:
        return turns
    if step.kind is _K.TAKEN_ON:
        done = replace(turn, taken_on=turn.taken_on or step.day)
    else:
        done = replace(turn, taken_on=turn.taken_on or step.day, reported_on=step.day)
    return _with(turns, turn, done)


def speaker(turns: Turns, step: CaseStep) -> str:
    """The unit that takes on or reports back; an event that does not say means the lead's."""
    return str(read_detail(step.kind, step.detail).get("unit_id") or turns.hands.lead)


def turns_before(past: Sequence[CaseStep], step: CaseStep) -> Turns | None:
    """The turns as this step finds them; None where nothing is known of hand-overs."""
    return None if step.in_hand is None else turns_of(step.in_hand, past, before=step.place)


def turns_of(in_hand: InHand, events: Iterable[CaseStep], *, before: int | None = None) -> Turns:
    """All turns, told from hand-overs and from events that count, in county order."""
    handed = (one for one in in_hand.handed if before is None or one.place < before)
    turns = no_turns(in_hand.unit_id)
    for one in in_order(handed, events):
        if isinstance(one, Step):
            turns = after_handover(turns, one) or turns
        else:
            turns = after_event(turns, one)
    return turns


def in_order(handed: Iterable[Step], events: Iterable[CaseStep]) -> list[Step | CaseStep]:
    """Both in the order of the county; what it has not placed stays last, as it was written."""
    together: list[Step | CaseStep] = [*handed, *events]
    return sorted(together, key=lambda one: one.place)


def _turn(step: Step, part: TurnPart) -> Turn:
    return Turn(
        unit_id=step.to_unit_id,
        part=part,
        purpose=step.purpose,
        handover_id=step.handover_id,
        from_unit_id=step.from_unit_id,
        sent_on=step.day,
        due_on=step.due_on,
    )


def _next_lead(turns: Turns, step: Step) -> Turn | None:
    """A new turn; or, where it comes back, the turn that unit had before, if it had one."""
    if step.purpose in SENT:
        return _turn(step, TurnPart.LEAD)
    before = [
        one for one in turns.past if one.unit_id == step.to_unit_id and one.part is TurnPart.LEAD
    ]
    if before:
        return replace(before[-1], ended_on=None, end=None)
    if step.to_unit_id == turns.home_unit_id:
        return None
    return _turn(step, TurnPart.LEAD)


def _help_over(turns: Turns, step: Step, unit_id: str) -> Turns:
    over = [one for one in turns.helpers if one.unit_id == unit_id]
    left = tuple(one for one in turns.helpers if one.unit_id != unit_id)
    return replace(turns, helpers=left, past=(*turns.past, *(_ended(one, step) for one in over)))


def _ended(turn: Turn, step: Step) -> Turn:
    return replace(turn, ended_on=step.day, end=step.purpose)


def _asked_anew(turns: Turns) -> Turns:
    """Reopened: who leads has it to do again, and the people are told again."""
    if turns.lead is None:
        return replace(turns, is_told=False)
    return replace(turns, is_told=False, lead=replace(turns.lead, reported_on=None))


def _with(turns: Turns, old: Turn, new: Turn) -> Turns:
    if old.part is TurnPart.LEAD:
        return replace(turns, lead=new)
    return replace(turns, helpers=tuple(new if one is old else one for one in turns.helpers))


# --- what stands against an event ----------------------------------------------------------------


def is_loop_open(kind: CaseKind, turns: Turns) -> bool:
    """Whether somebody still owes a word.

    A case that was sent to others, and every petition, lawsuit source and reconsideration, ends
    when each unit that has it has reported back and the people were told. A petition: 信访工作条例
    (2022-02-25), Art. 22 (3), 办理结果 and 办结报告 go back to who handed it on, and Art. 32, the
    answer is given to who brought it. The others: the county's own rule of the closed loop.
    """
    if any(turn.owes_report for turn in turns.present):
        return True
    return (kind in ALWAYS_TOLD or turns.was_sent) and not turns.is_told


def loop_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """Closed only when the loop is closed; a quarrel that never left its village ends as it is."""
    turns = turns_before(past, step)
    if turns is None or step.in_hand is None:
        return None
    return CaseBlock.LOOP_OPEN if is_loop_open(step.in_hand.kind, turns) else None


def take_on_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """Only a unit it was sent to takes it on, and once."""
    turns = turns_before(past, step)
    if turns is None:
        return None
    turn = turns.of_unit(speaker(turns, step))
    is_new = turn is not None and turn.taken_on is None and turn.reported_on is None
    return None if is_new else CaseBlock.NOT_SENT_HERE


def report_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """Only who leads or helps reports back."""
    turns = turns_before(past, step)
    if turns is None:
        return None
    unit_id = speaker(turns, step)
    has_it = unit_id in (turns.hands.lead, *turns.hands.helpers)
    return None if has_it else CaseBlock.NOT_IN_HAND
