"""The nearest limit of a case is kept beside it, and follows events, agreements and settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.cases.actions import edit_case, record_case
from app.cases.case_draft import CaseDraft
from app.cases.listing import CaseFilter, case_rows
from app.cases.parties import PartyEntry
from app.cases.rules import BLOCKS
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, PartySide, Urgency
from app.clocks.queries import limits_of_case
from app.clocks.rules import citation_of
from app.clocks.vocabulary import LimitKey
from app.flow.rules import last_day_to_return
from app.handovers.vocabulary import HandoverPurpose
from app.mediation.vocabulary import AgreementForm, MediationWay, Performance
from app.organisations.vocabulary import COUNTY_ID
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from app.refolding import refold, refolding
from app.settings.rules import as_json, setting_id, shipped_settings
from app.store import Store
from app.village_rules.vocabulary import RuleSet, shipped_rule_sets
from db.columns import new_id
from db.tables.base import SyncState
from db.tables.cases import CaseFile
from db.tables.mediation import Agreement, AgreementItem
from db.tables.settings import Setting
from db.tables.votes import RuleSetRecord
from tests.helpers.clock import FakeClock
from tests.helpers.flow import TOWNSHIP, VILLAGE, Chain
from tests.helpers.stores import EVERYWHERE, NO_RISK, a_store, an_actor

K, L = CaseEventKind, LimitKey
TODAY = date(2026, 11, 23)
"""The day of the fake clock, on which everything here is written down."""


def rule_record(rule: RuleSet) -> RuleSetRecord:
    """A rule set as the county sends it."""
    return RuleSetRecord(
        id=rule.id,
        unit_id=COUNTY_ID,
        key=rule.key.value,
        law=rule.law,
        version=rule.version,
        effective_from=rule.effective_from,
        effective_to=rule.effective_to,
        article=rule.article,
        citation=citation_of(rule),
        params=json.dumps(rule.params),
        source=rule.source,
        is_confirmed=rule.is_confirmed,
        sync_seq=1,
        sync_version=1,
    )


def setting_record(key: str, value: str, starts_on: date) -> Setting:
    return Setting(
        id=setting_id(key, starts_on),
        unit_id=COUNTY_ID,
        key=key,
        value=value,
        starts_on=starts_on,
        sync_seq=1,
        sync_version=1,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path, clock=FakeClock())
    with made.laying_down() as session:
        session.add_all(rule_record(rule) for rule in shipped_rule_sets())
        session.add_all(
            setting_record(one.key, one.value, one.starts_on) for one in shipped_settings()
        )
    yield made
    made.close()


def due(store: Store, case_id: str) -> tuple[date | None, str | None]:
    with store.reading() as session:
        case = session.get_one(CaseFile, case_id)
        return case.due_on, case.due_limit


def a_petition(store: Store) -> Chain:
    chain = Chain(store, kind=CaseKind.PETITION, received_on=TODAY)
    chain.event(K.RECORDED)
    return chain


def detail(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


def test_the_next_duty_follows_the_steps(store: Store) -> None:
    case = a_petition(store)
    assert due(store, case.case_id) == (date(2026, 11, 26), "county_met")
    case.event(K.ACCEPTED)
    case.event(K.MET, detail=detail(met_on="2026-11-23"))
    assert due(store, case.case_id) == (date(2026, 11, 28), "county_investigated")
    shown = {one.key for one in limits_of_case(store, EVERYWHERE, case.case_id, TODAY)}
    assert {L.PETITION_TOLD, L.PETITION_HANDLING, L.COUNTY_MET, L.COUNTY_CLOSED} <= shown


def test_what_is_recorded_here_is_due_before_the_county_has_seen_it(store: Store) -> None:
    actor = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    draft = CaseDraft(
        title="低保评议不公开",
        class_code="0903",
        happened_on=TODAY - timedelta(days=5),
        place="坪坦村",
        story="名单没有贴出来。",
        urgency=Urgency.MEDIUM,
        parties=(PartyEntry("吴某", PartySide.A, address="坪坦村二组"),),
        unit_id=actor.unit_id,
        risk=NO_RISK,
        kind=CaseKind.PETITION,
        received_on=TODAY,
        wanted="公开名单",
        petition_purpose=PetitionPurpose.APPEAL,
        petition_form=PetitionForm.VISIT,
    )
    case_id = record_case(store, actor, draft).case_id
    (row,) = case_rows(store, CaseFilter()).rows
    assert (row.due_on, row.due_limit) == (date(2026, 11, 26), "county_met")

    earlier = replace(draft, received_on=TODAY - timedelta(days=4))
    edit_case(store, actor, case_id=case_id, before=draft, after=earlier)
    assert due(store, case_id) == (date(2026, 11, 22), "county_met")


def test_what_stands_still_is_not_due(store: Store) -> None:
    case = a_petition(store)
    case.event(K.CLOCK_PAUSED, detail=detail(ground="party_absent", from_on="2026-11-23"))
    assert due(store, case.case_id) == (date(2026, 12, 8), "petition_told")
    case.event(K.CLOCK_RESUMED, detail=detail(from_on="2026-11-23"))
    assert due(store, case.case_id) == (date(2026, 11, 26), "county_met")


def test_a_case_that_ended_is_due_for_nothing_but_its_follow_up(store: Store) -> None:
    case = Chain(store)
    case.event(K.RECORDED)
    assert due(store, case.case_id) == (date(2026, 12, 23), "peoples_mediation")
    case.event(K.SETTLED)
    assert due(store, case.case_id) == (None, None)
    case.event(K.CLOSED)
    assert due(store, case.case_id) == (date(2026, 12, 23), "follow_up")
    visited = detail(visited_on="2026-11-23")
    case.event(K.FOLLOWED_UP, detail=visited)
    assert due(store, case.case_id) == (None, None)


def lay(store: Store, *records: Any) -> None:
    """The county has sent these."""
    with store.laying_down() as session:
        for one in records:
            session.merge(one)
        session.flush()
        refold(session, [(one.entity(), one.id) for one in records])


def an_agreement(case_id: str) -> tuple[Agreement, AgreementItem]:
    agreement = Agreement(
        id=new_id(),
        unit_id=VILLAGE,
        case_id=case_id,
        form=AgreementForm.ORAL,
        way=MediationWay.PEOPLES,
        facts="争水",
        terms="轮流放水",
        reached_on=TODAY,
        party_ids="[]",
        by_account_id="a",
        recorded_at=FakeClock().now(),
        sync_seq=1,
        sync_version=1,
    )
    item = AgreementItem(
        id=new_id(),
        unit_id=VILLAGE,
        case_id=case_id,
        agreement_id=agreement.id,
        position=1,
        text="修渠",
        due_on=date(2026, 12, 1),
        sync_seq=1,
        sync_version=1,
    )
    return agreement, item


def test_an_item_of_an_agreement_is_due_until_it_is_done(store: Store) -> None:
    case = Chain(store)
    case.event(K.RECORDED)
    agreement, item = an_agreement(case.case_id)
    lay(store, agreement)
    lay(store, item)
    assert due(store, case.case_id) == (date(2026, 12, 1), "agreement_item")
    item.performance, item.performed_on = Performance.DONE, TODAY
    lay(store, item)
    assert due(store, case.case_id)[1] == "peoples_mediation"
    [asking] = [
        one
        for one in limits_of_case(store, EVERYWHERE, case.case_id, TODAY)
        if one.key is L.CONFIRMATION_APPLICATION
    ]
    assert (asking.due_on, asking.is_right) == (date(2026, 12, 23), True)


def test_what_the_county_did_not_take_ends_no_duty(store: Store) -> None:
    """A clock of 2099 gave the agreement up, and that an item was done was refused too."""
    case = Chain(store)
    case.event(K.RECORDED)
    agreement, item = an_agreement(case.case_id)
    agreement_id, item_id = agreement.id, item.id
    lay(store, agreement)
    lay(store, item)
    for day in (date(2099, 12, 30), date(2099, 12, 31)):
        with refolding(store, account_id="a", action="end_agreement") as tx:
            tx.session.get_one(Agreement, agreement_id).ended_on = day
            tx.session.get_one(AgreementItem, item_id).performed_on = day
            tx.session.get_one(AgreementItem, item_id).performance = Performance.DONE
        assert due(store, case.case_id)[1] == "peoples_mediation", "what waits counts"
    with store.laying_down() as session:
        session.connection().exec_driver_sql(
            "UPDATE outbox SET state = 'refused' WHERE action = 'end_agreement'"
        )
        refold(session, [("agreement", agreement_id)])
    assert due(store, case.case_id) == (date(2026, 12, 1), "agreement_item")
    with store.reading() as session:
        assert session.get_one(Agreement, agreement_id).ended_on == day, "kept as it was typed"


def test_a_promise_nobody_else_has_is_not_due(store: Store) -> None:
    case = Chain(store)
    case.event(K.RECORDED)
    agreement, item = an_agreement(case.case_id)
    lay(store, agreement)
    for record in (agreement, item):
        record.sync_version, record.sync_state = 0, SyncState.REFUSED
    with store.laying_down() as session:
        session.get_one(CaseFile, case.case_id).sync_version = 1
    lay(store, item)
    assert due(store, case.case_id)[1] == "peoples_mediation"
    lay(store, agreement)
    assert due(store, case.case_id)[1] == "peoples_mediation"


def test_a_setting_recounts_what_is_open(store: Store) -> None:
    case = a_petition(store)
    unit = setting_record("county_day_unit", as_json("working"), date(2026, 1, 1))
    lay(store, unit)
    assert due(store, case.case_id) == (date(2026, 11, 26), "county_met")
    case.event(K.MET, detail=detail(met_on="2026-11-23"))
    assert due(store, case.case_id) == (date(2026, 11, 30), "county_investigated")


def test_a_newer_rule_recounts_what_is_open(store: Store) -> None:
    case = Chain(store)
    case.event(K.RECORDED)
    [rule] = [r for r in shipped_rule_sets() if r.key.value == L.PEOPLES_MEDIATION.value]
    record = rule_record(rule)
    record.params = json.dumps({**rule.params, "n": 20})
    lay(store, record)
    assert due(store, case.case_id) == (date(2026, 12, 13), "peoples_mediation")


def test_without_any_rule_of_the_county_nothing_is_due(tmp_path: Path) -> None:
    empty = a_store(tmp_path / "empty", clock=FakeClock())
    case = a_petition(empty)
    assert due(empty, case.case_id) == (None, None)
    empty.close()


def test_rules_that_come_after_a_case_that_ended_say_what_is_due_of_it(tmp_path: Path) -> None:
    """A first sync brings records as they changed last: what ended before the county had the rules
    comes first."""
    first = a_store(tmp_path / "first", clock=FakeClock())
    case = a_petition(first)
    case.event(K.ACCEPTED)
    case.event(K.MET, detail=detail(met_on="2026-11-23"))
    for kind in (K.INVESTIGATED, K.ANSWERED, K.EVALUATION_SOUGHT, K.CLOSED, K.FOLLOWED_UP):
        case.event(kind)
    case.event(K.REVIEW_ASKED, detail=detail(asked_on="2026-11-23"))
    with first.reading() as session:
        assert session.get_one(CaseFile, case.case_id).state is CaseState.CLOSED
    before = due(first, case.case_id)
    lay(first, *(rule_record(rule) for rule in shipped_rule_sets()))
    assert (before, due(first, case.case_id)) == (
        (None, None),
        (date(2026, 12, 23), "review_answering"),
    )
    first.close()


def test_five_working_days_run_from_a_dispatch_and_end_when_it_is_given_back(store: Store) -> None:
    case = a_petition(store)
    case.event(K.ACCEPTED)
    case.hand(HandoverPurpose.DISPATCHED, VILLAGE, TOWNSHIP)
    found = {one.key: one for one in limits_of_case(store, EVERYWHERE, case.case_id, TODAY)}
    assert found[L.TRANSFER_OBJECTION].due_on == date(2026, 11, 30)
    case.hand(HandoverPurpose.RETURNED, TOWNSHIP, VILLAGE)
    keys = {one.key for one in limits_of_case(store, EVERYWHERE, case.case_id, TODAY)}
    assert L.TRANSFER_OBJECTION not in keys


def test_the_five_working_days_are_counted_from_when_it_was_signed_for(tmp_path: Path) -> None:
    """信访工作条例 (2022-02-25), Art. 23 (3): 自收到之日起5个工作日; as for giving it back."""
    clock = FakeClock()
    store = a_store(tmp_path, clock=clock)
    lay(store, *(rule_record(rule) for rule in shipped_rule_sets()))
    case = a_petition(store)
    case.hand(HandoverPurpose.DISPATCHED, VILLAGE, TOWNSHIP)
    clock.advance(timedelta(days=2))
    case.event(K.TAKEN_ON, detail=detail(unit_id=TOWNSHIP))

    found = {
        one.key: one for one in limits_of_case(store, EVERYWHERE, case.case_id, date(2026, 11, 26))
    }
    limit = found[L.TRANSFER_OBJECTION]
    assert (limit.anchor_on, limit.due_on) == (date(2026, 11, 25), date(2026, 12, 2))
    assert limit.due_on == last_day_to_return(limit.anchor_on)
    store.close()


def test_no_limits_of_a_case_that_is_not_here(store: Store) -> None:
    assert limits_of_case(store, EVERYWHERE, new_id(), TODAY) == ()


def test_every_step_of_a_clock_asks_the_past() -> None:
    assert {K.CLOCK_PAUSED, K.CLOCK_RESUMED, K.EXTENDED} <= BLOCKS.keys()
