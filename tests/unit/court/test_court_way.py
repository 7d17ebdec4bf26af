"""Between court and centre on a real file: what may be written, what is shown, what is due."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from app.accounts.vocabulary import Role
from app.board.queries import board
from app.board.rules import BoardColumn
from app.cases.actions import add_case_event
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseKind, PartySide
from app.clocks.vocabulary import LimitKey
from app.court.actions import COURT_UNIT_ID, apply_for_confirmation
from app.court.counting import CourtFigure, court_report
from app.court.due import confirmations_due, enforcements_due
from app.court.period_rules import COURT_PERIOD
from app.court.queries import CourtView, Progress, court_view
from app.court.vocabulary import (
    ConfirmationState,
    ConfirmationWarning,
    CourtSending,
    PathStep,
    RulingOutcome,
    SettledBy,
)
from app.errors import ErrorCode, UserFacingError
from app.handovers.vocabulary import HandoverPurpose, HandoverSubject
from app.refolding import refold
from app.statistics.rules import Span, SpanKind
from app.store import Store
from app.undo import undo
from app.village_rules.vocabulary import shipped_rule_sets
from db.tables.cases import CaseFile
from db.tables.handovers import Handover
from tests.helpers.stores import a_store, a_unit, an_actor
from tests.unit.cases.drafts_of_cases import a_party
from tests.unit.court.agreed import (
    COURT,
    TOWNSHIP,
    a_recorded_case,
    agree,
    apply,
    rule,
    say,
    send,
    settle,
)

K, P = CaseEventKind, PathStep
SIGNED = date(2026, 11, 23)
TODAY = date(2026, 11, 23)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def view_of(store: Store, case_id: str, today: date = TODAY) -> CourtView:
    found = court_view(store, an_actor(), case_id, today)
    assert found is not None
    return found


def progress(view: CourtView) -> dict[PathStep, Progress]:
    return {one.step: one.progress for one in view.steps}


def blocked(call: object, *args: object, **named: object) -> CaseBlock:
    assert callable(call)
    with pytest.raises(UserFacingError) as caught:
        call(*args, **named)
    assert caught.value.code is ErrorCode.CASE_EVENT_BLOCKED
    found = caught.value.params["block"]
    assert isinstance(found, CaseBlock)
    return found


def test_the_court_sends_only_what_both_sides_agreed_to(store: Store) -> None:
    case_id, parties = a_recorded_case(store)
    assert blocked(send, store, case_id) is CaseBlock.CONSENT_MISSING
    say(store, case_id, K.CONSENTED, parties=parties[:1])
    assert [one.party_id for one in view_of(store, case_id).missing_consent] == parties[1:]
    assert blocked(send, store, case_id) is CaseBlock.CONSENT_MISSING
    say(store, case_id, K.CONSENTED, parties=parties[1:])
    send(store, case_id)
    view = view_of(store, case_id)
    assert view.mediate_until == date(2026, 12, 2)
    assert progress(view)[P.SENT] is Progress.DONE
    assert progress(view_of(store, case_id, date(2026, 12, 3)))[P.MEDIATED] is Progress.OVERDUE


def test_after_filing_the_court_decides_and_nobody_asks_for_consent(store: Store) -> None:
    case_id, _parties = a_recorded_case(store)
    send(store, case_id, CourtSending.AFTER_FILING)
    assert P.CONSENTED not in progress(view_of(store, case_id))


def test_nobody_else_is_asked_than_the_two_sides(store: Store) -> None:
    people = (
        a_party("吴某"),
        a_party("杨某", side=PartySide.B),
        a_party("石某", side=PartySide.THIRD),
    )
    case_id, parties = a_recorded_case(store, parties=people)
    say(store, case_id, K.CONSENTED, parties=parties[:2])
    send(store, case_id)
    assert [one.name for one in view_of(store, case_id).sides] == ["吴某", "杨某"]


def test_from_agreement_to_performance(store: Store) -> None:
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agreement = agree(store, case_id, parties, signed_on=SIGNED)
    (due,) = confirmations_due(store, TOWNSHIP, TODAY)
    assert (due.until, due.days_left, due.state) == (
        date(2026, 12, 23),
        30,
        ConfirmationState.OPEN,
    )
    pressed = apply(store, case_id, agreement, date(2026, 12, 23))
    undo(store, account_id=TOWNSHIP.account_id, txn=pressed.txn or 0)
    (due,) = confirmations_due(store, TOWNSHIP, TODAY)
    assert (due.until, due.state) == (date(2026, 12, 23), ConfirmationState.OPEN)
    pressed = apply(store, case_id, agreement, date(2026, 12, 23))
    say(store, case_id, K.CONFIRMATION_ACCEPTED, filed_on=date(2026, 12, 24))
    (due,) = confirmations_due(store, TOWNSHIP, date(2026, 12, 24))
    assert (due.state, due.until) == (
        ConfirmationState.ACCEPTED,
        date(2027, 1, 25),
    )  # after a Saturday
    assert undo(store, account_id=TOWNSHIP.account_id, txn=pressed.txn or 0).left == 1
    rule(store, case_id, RulingOutcome.VALID, date(2027, 1, 5))
    view = view_of(store, case_id, date(2027, 2, 1))
    assert view.current is not None
    assert view.current.enforce_until == date(2029, 1, 31)
    assert progress(view) == {
        P.MEDIATED: Progress.DONE,
        P.AGREED: Progress.DONE,
        P.APPLIED: Progress.DONE,
        P.RULED: Progress.DONE,
        P.PERFORMED: Progress.OVERDUE,
    }
    assert enforcements_due(store, TOWNSHIP, date(2027, 1, 31)) == ()
    (late,) = enforcements_due(store, TOWNSHIP, date(2027, 2, 1))
    assert (late.agreement_id, late.until) == (agreement, date(2029, 1, 31))
    say(store, case_id, K.ENFORCEMENT_APPLIED, applied_on=date(2027, 2, 1), court=COURT)
    assert enforcements_due(store, TOWNSHIP, date(2027, 2, 1)) == ()


def test_the_board_says_until_when(store: Store) -> None:
    """The law's thirty days for the parties, then thirty for the court."""
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agreement = agree(store, case_id, parties, signed_on=SIGNED)
    applying = LimitKey.CONFIRMATION_APPLICATION.value
    assert due_limits(store, date(2026, 12, 19)) == []
    assert due_limits(store, date(2026, 12, 20)) == [applying]
    assert due_limits(store, date(2026, 12, 24)) == [], "a right that lapsed is nobody's work"

    apply(store, case_id, agreement, date(2026, 12, 1))
    say(store, case_id, K.CONFIRMATION_ACCEPTED, filed_on=date(2026, 12, 2))
    assert due_limits(store, date(2027, 1, 10)) == [LimitKey.CONFIRMATION_RULING.value]
    rule(store, case_id, RulingOutcome.VALID, date(2027, 1, 5))
    say(store, case_id, K.FOLLOWED_UP, visited_on=TODAY)
    assert LimitKey.ENFORCEMENT.value in due_limits(store, date(2029, 1, 29))


@pytest.mark.parametrize(
    ("court", "asked"),
    [("县人民法院", 1), (COURT, 1), ("怀化市中级人民法院", 0), ("靖州苗族侗族自治县人民法院", 0)],
)
def test_the_own_court_is_asked_for_help_with_the_application(
    store: Store, court: str, asked: int
) -> None:
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agreement = agree(store, case_id, parties, signed_on=SIGNED)
    values = {"agreement_id": agreement, "applied_on": SIGNED, "is_joint": True, "court": court}
    apply_for_confirmation(store, TOWNSHIP, case_id=case_id, values=values)

    assert requests(store) == [COURT_UNIT_ID] * asked


def test_who_may_not_ask_other_units_applies_all_the_same(store: Store) -> None:
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agreement = agree(store, case_id, parties, signed_on=SIGNED)
    values = {"agreement_id": agreement, "applied_on": SIGNED, "is_joint": True, "court": COURT}
    sent = Handover(
        unit_id=a_unit().id,
        subject_entity=HandoverSubject.CASE,
        subject_id=case_id,
        from_unit_id=a_unit().id,
        to_unit_id=TOWNSHIP.unit_id,
        purpose=HandoverPurpose.DISPATCHED,
        by_account_id="a",
        happened_at=store.clock.now(),
        sync_seq=1,
    )
    with store.laying_down() as session:
        session.add(sent)
        session.flush()
        refold(session, [(sent.entity(), sent.id)])
    apply_for_confirmation(store, an_actor(Role.MEDIATOR), case_id=case_id, values=values)

    assert requests(store) == []
    current = view_of(store, case_id).current
    assert current is not None
    assert current.state is ConfirmationState.APPLIED


@pytest.mark.parametrize("kind", [None, K.REFUSED])
def test_nobody_is_kept_from_suing_at_once(store: Store, kind: CaseEventKind | None) -> None:
    """人民调解法 (2010-08-28), Art. 3 (3)."""
    case_id, _parties = a_recorded_case(store)
    if kind is not None:
        say(store, case_id, kind, reason="不属于受理范围", other_way="向法院起诉")
    say(store, case_id, K.SUIT_FILED, filed_on=TODAY, court=COURT)
    assert view_of(store, case_id).suit_on == TODAY


def test_the_period_the_court_gives_names_the_law_of_its_limit() -> None:
    (rule,) = [one for one in shipped_rule_sets() if one.key == LimitKey.COURT_SENT_MEDIATION]
    named = (COURT_PERIOD.law, COURT_PERIOD.version, COURT_PERIOD.article)
    assert named == (rule.law, str(rule.version), rule.article)
    assert COURT_PERIOD.is_confirmed is rule.is_confirmed


def requests(store: Store) -> list[str]:
    """To whom it is asked to go."""
    with store.reading() as session:
        wanted = select(Handover.to_unit_id).where(col(Handover.sync_seq) == 0)
        return list(session.exec(wanted))


def due_limits(store: Store, today: date) -> list[str]:
    """What the board says is late or ends within three days."""
    found = board(store, TOWNSHIP, today)
    tasks = [task for key in (BoardColumn.OVERDUE, BoardColumn.DUE) for task in found.columns[key]]
    return sorted(task.limit for task in tasks)


@pytest.mark.parametrize(
    ("on", "block"),
    [
        (date(2026, 12, 24), CaseBlock.CONFIRMATION_TOO_LATE),
        (date(2026, 11, 22), CaseBlock.AGREEMENT_NOT_IN_EFFECT),
    ],
)
def test_the_day_of_the_application_is_judged_by_the_agreements_own(
    store: Store, on: date, block: CaseBlock
) -> None:
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agreement = agree(store, case_id, parties, signed_on=SIGNED)
    assert blocked(apply, store, case_id, agreement, on) is block


def test_what_is_not_signed_by_all_is_not_brought_to_the_court(store: Store) -> None:
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agreement = agree(store, case_id, parties, signed_on=SIGNED, signed_by=1)
    assert blocked(apply, store, case_id, agreement, SIGNED) is CaseBlock.AGREEMENT_NOT_IN_EFFECT
    view = view_of(store, case_id)
    assert view.current is not None
    assert view.current.state is ConfirmationState.NOT_IN_EFFECT
    assert confirmations_due(store, TOWNSHIP, TODAY) == ()


def test_a_dismissed_agreement_is_neither_asked_again_nor_enforced(store: Store) -> None:
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agreement = agree(store, case_id, parties, signed_on=SIGNED, due_on=date(2026, 12, 1))
    apply(store, case_id, agreement, date(2026, 11, 24))
    rule(store, case_id, RulingOutcome.DISMISSED, date(2026, 12, 10))
    day = date(2026, 12, 11)
    again = blocked(apply, store, case_id, agreement, day)
    assert again is CaseBlock.CONFIRMATION_ASKED_BEFORE
    asked = {"applied_on": day, "court": COURT}
    assert blocked(say, store, case_id, K.ENFORCEMENT_APPLIED, **asked) is CaseBlock.NO_VALID_RULING
    assert enforcements_due(store, TOWNSHIP, day) == ()
    assert progress(view_of(store, case_id, day))[P.RULED] is Progress.FAILED


def test_what_failed_goes_back_with_its_reason(store: Store) -> None:
    case_id, parties = a_recorded_case(store)
    say(store, case_id, K.CONSENTED, parties=parties)
    send(store, case_id)
    back = {"sent_on": date(2026, 11, 23), "reason": "双方分歧太大"}
    blocked_by = blocked(say, store, case_id, K.SENT_BACK_TO_COURT, **back)
    assert blocked_by is CaseBlock.OTHER_WAYS_UNTOLD
    say(store, case_id, K.NOT_SETTLED, note="已告知可以起诉。")
    say(store, case_id, K.SENT_BACK_TO_COURT, **back)
    view = view_of(store, case_id)
    assert progress(view)[P.MEDIATED] is Progress.FAILED
    assert view.sending is not None
    assert view.sending.sent_back_on == date(2026, 11, 23)
    say(store, case_id, K.SUIT_FILED, filed_on=date(2026, 11, 24))
    assert view_of(store, case_id).suit_on == date(2026, 11, 24)


def test_what_the_court_may_not_confirm_is_said_beside_the_agreement(store: Store) -> None:
    case_id, parties = a_recorded_case(store, class_code="0903")
    agree(store, case_id, parties, signed_on=SIGNED)
    view = view_of(store, case_id)
    assert view.current is not None
    assert view.current.warnings == (ConfirmationWarning.OWNERSHIP,)


def at_county(store: Store) -> None:
    """As if the county had taken everything, in the order it was written."""
    with store.laying_down() as session:
        session.connection().exec_driver_sql("UPDATE case_event SET sync_seq = rowid")


def test_counts_of_the_courts_way(store: Store) -> None:
    first, parties = a_recorded_case(store)
    say(store, first, K.CONSENTED, parties=parties)
    send(store, first)
    settle(store, first)
    agreement = agree(store, first, parties, signed_on=SIGNED)
    apply(store, first, agreement, SIGNED)
    rule(store, first, RulingOutcome.VALID, date(2026, 11, 30))
    second, others = a_recorded_case(store)
    send(store, second, CourtSending.AFTER_FILING)
    settle(store, second)
    apply(store, second, agree(store, second, others, signed_on=SIGNED), SIGNED)
    say(store, second, K.CONFIRMATION_WITHDRAWN, withdrawn_on=TODAY)
    november = Span(SpanKind.FREE, date(2026, 11, 1), date(2026, 11, 30))
    assert set(court_report(store, TOWNSHIP, november).now.values()) == {0}  # not at the county
    at_county(store)
    found = court_report(store, TOWNSHIP, november)
    assert {figure: count for figure, count in found.now.items() if count} == {
        CourtFigure.SENT_BEFORE: 1,
        CourtFigure.SENT_AFTER: 1,
        CourtFigure.SETTLED: 2,
        CourtFigure.APPLIED: 1,
        CourtFigure.CONFIRMED: 1,
    }
    assert set(found.before.values()) == {0}
    year_on = Span(SpanKind.FREE, date(2027, 11, 1), date(2027, 11, 30))
    later = court_report(store, TOWNSHIP, year_on)
    assert (later.now, later.before) == (found.before, found.now)


@pytest.mark.parametrize("by", SettledBy)
def test_reconsiderations_are_counted_by_how_they_ended(store: Store, by: SettledBy) -> None:
    case_id, _parties = a_recorded_case(store)
    with store.transaction(account_id="x", action="test") as tx:
        tx.session.get_one(CaseFile, case_id).kind = CaseKind.RECONSIDERATION
    say(store, case_id, K.HEARING_ATTENDED, held_on=TODAY, mediators="石某")
    say(store, case_id, K.SETTLED, settled_by=by)
    at_county(store)
    found = court_report(store, TOWNSHIP, Span(SpanKind.FREE, TODAY, TODAY)).now
    assert (found[CourtFigure.MEDIATED], found[CourtFigure.CONCILIATED]) == (
        int(by is SettledBy.MEDIATED),
        int(by is SettledBy.CONCILIATED),
    )
    assert view_of(store, case_id).hearings == 1


@pytest.mark.parametrize("role", Role)
def test_who_does_the_courts_work(store: Store, role: Role) -> None:
    case_id, parties = a_recorded_case(store)
    say(store, case_id, K.CONSENTED, parties=parties)
    unit = {"township_centre": "坪坦乡", "county_centre": "通道侗族自治县"}.get(role, "坪坦村")
    actor = an_actor(role, unit)
    values = {
        "sending": CourtSending.BEFORE_FILING,
        "court": COURT,
        "sent_on": TODAY,
        "days": 30,
    }
    call = {"case_id": case_id, "kind": K.COURT_SENT, "values": values}
    if role in (Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE):
        add_case_event(store, actor, **call)
        return
    with pytest.raises(UserFacingError) as caught:  # the liaison only where the court has the case
        add_case_event(store, actor, **call)
    assert caught.value.code is ErrorCode.NOT_ALLOWED


def test_the_only_agreement_that_stands_is_meant_where_none_was_named(store: Store) -> None:
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agreement = agree(store, case_id, parties, signed_on=SIGNED)
    say(store, case_id, K.CONFIRMATION_APPLIED, court=COURT, applied_on=SIGNED, is_joint=True)
    view = view_of(store, case_id)
    assert view.current is not None
    assert view.current.asked is not None
    assert view.current.asked.agreement_id == agreement


def test_a_confidential_case_is_in_nobodys_list_in_the_village(store: Store) -> None:
    case_id, parties = a_recorded_case(store)
    settle(store, case_id)
    agree(store, case_id, parties, signed_on=SIGNED)
    assert len(confirmations_due(store, an_actor(), TODAY)) == 1
    with store.transaction(account_id="x", action="test") as tx:
        tx.session.get_one(CaseFile, case_id).is_confidential = True
    assert confirmations_due(store, an_actor(), TODAY) == ()
    assert len(confirmations_due(store, TOWNSHIP, TODAY)) == 1
