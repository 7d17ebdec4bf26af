"""Agreements on a laptop: written, signed, settled by, performed, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event
from app.cases.vocabulary import (
    CaseBlock,
    CaseEventKind,
    CaseState,
    Escalation,
    PartySide,
    PartySource,
    RiskAnswer,
)
from app.errors import ErrorCode, UserFacingError
from app.mediation.actions import (
    edit_agreement,
    end_agreement,
    note_performance,
    remove_agreement,
    remove_signature,
    settle_by_agreement,
    sign_agreement,
    write_agreement,
)
from app.mediation.agreement_rules import ItemDraft
from app.mediation.performance_rules import ItemState
from app.mediation.queries import agreements_of, parties_of
from app.mediation.vocabulary import (
    AgreementForm,
    MediationWay,
    Performance,
    SignatureManner,
    SignerKind,
    SigningProblem,
)
from app.store import Store
from app.undo import undo
from db.tables.cases import CaseFile, CaseParty
from tests.helpers.stores import NO_RISK, a_store, an_actor
from tests.unit.cases.drafts_of_cases import a_draft, a_party
from tests.unit.mediation.scene import (
    TODAY,
    a_recorded_case,
    an_agreement,
    fields,
    row_of,
    sign_next,
    state_of,
)

K, P = CaseEventKind, Performance
WORKER = an_actor()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


@pytest.fixture
def case_id(store: Store) -> str:
    return a_recorded_case(store, WORKER)


def raised(code: ErrorCode, call: Callable[..., Any], *args: Any, **named: Any) -> dict[str, Any]:
    with pytest.raises(UserFacingError) as caught:
        call(*args, **named)
    assert caught.value.code is code
    return caught.value.params


def party_ids(store: Store, case_id: str) -> list[str]:
    with store.reading() as session:
        return [party.id for party in parties_of(session, case_id)]


# --- written ---------------------------------------------------------------------------------


def test_it_takes_effect_with_the_last_signature_and_settles_the_case(
    store: Store, case_id: str
) -> None:
    an_agreement(store, WORKER, case_id)
    days = [date(2026, 11, day) for day in (20, 22, 21, 21)]
    steps = [sign_next(store, WORKER, case_id, day) for day in days]
    assert [step.is_settled for step in steps] == [False, False, False, True]
    assert [step.effective_on for step in steps] == [None, None, None, date(2026, 11, 22)]
    row = row_of(store, case_id)
    assert (row.effective_on, row.missing, row.stands) == (date(2026, 11, 22), (), True)
    assert row.number.startswith("协2026-")
    assert state_of(store, case_id) is CaseState.SETTLED


def test_who_joins_the_case_later_is_not_missed_under_it(store: Store, case_id: str) -> None:
    an_agreement(store, WORKER, case_id)
    for _ in range(4):
        sign_next(store, WORKER, case_id)
    with store.transaction(account_id=WORKER.account_id, action="join") as tx:
        case = tx.session.get_one(CaseFile, case_id)
        tx.session.add(
            CaseParty(
                unit_id=case.unit_id,
                case_id=case_id,
                side=PartySide.B,
                source=PartySource.OUTSIDE,
                name="龙某",
            )
        )
    assert row_of(store, case_id).stands


def test_the_last_step_is_taken_back_whole(store: Store, case_id: str) -> None:
    an_agreement(store, WORKER, case_id)
    for _ in range(3):
        sign_next(store, WORKER, case_id)
    last = sign_next(store, WORKER, case_id)
    assert last.txn is not None
    assert undo(store, account_id=WORKER.account_id, txn=last.txn).left == 0
    assert len(row_of(store, case_id).missing) == 1
    assert state_of(store, case_id) is CaseState.UNDER_WAY
    assert sign_next(store, WORKER, case_id).is_settled


def test_what_went_on_since_is_not_taken_back(store: Store, case_id: str) -> None:
    an_agreement(store, WORKER, case_id)
    last = [sign_next(store, WORKER, case_id) for _ in range(4)][-1]
    add_case_event(store, WORKER, case_id=case_id, kind=K.CLOSED)
    assert last.txn is not None
    assert undo(store, account_id=WORKER.account_id, txn=last.txn).left == 1
    assert row_of(store, case_id).stands
    assert state_of(store, case_id) is CaseState.CLOSED


def test_an_unreported_risk_keeps_the_case_and_not_the_agreement(
    store: Store, case_id: str
) -> None:
    an_agreement(store, WORKER, case_id)
    for _ in range(3):
        sign_next(store, WORKER, case_id)
    add_case_event(store, WORKER, case_id=case_id, kind=K.RISK_FOUND, note="扬言要打架")
    last = sign_next(store, WORKER, case_id)
    assert (last.is_settled, last.effective_on) == (False, TODAY)
    params = raised(
        ErrorCode.CASE_RISK_UNREPORTED,
        settle_by_agreement,
        store,
        WORKER,
        agreement_id=last.agreement_id,
    )
    assert params["kind"] is K.SETTLED


def test_nothing_is_changed_after_the_first_signature(store: Store, case_id: str) -> None:
    agreement_id = an_agreement(store, WORKER, case_id, items=(ItemDraft("修水沟"),))
    item = row_of(store, case_id).items[0]
    given = fields(terms="以水沟为界。", items=(ItemDraft("修田埂", item_id=item.item_id),))
    edit_agreement(store, WORKER, agreement_id=agreement_id, given=given)
    assert row_of(store, case_id).items[0].text == "修田埂"
    sign_next(store, WORKER, case_id)
    call = {"agreement_id": agreement_id}
    raised(ErrorCode.AGREEMENT_FROZEN, edit_agreement, store, WORKER, given=fields(), **call)
    raised(ErrorCode.AGREEMENT_FROZEN, remove_agreement, store, WORKER, **call)
    signature = row_of(store, case_id).signatures[0]
    remove_signature(store, WORKER, signature_id=signature.signature_id)
    remove_agreement(store, WORKER, **call)
    assert agreements_of(store, WORKER, case_id) == ()


def test_a_signature_in_force_stays(store: Store, case_id: str) -> None:
    an_agreement(store, WORKER, case_id)
    for _ in range(4):
        sign_next(store, WORKER, case_id)
    signature = row_of(store, case_id).signatures[0]
    raised(
        ErrorCode.AGREEMENT_FROZEN,
        remove_signature,
        store,
        WORKER,
        signature_id=signature.signature_id,
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": " "}, SigningProblem.NAME_MISSING),
        ({"party_id": "nobody"}, SigningProblem.NOT_A_PARTY),
        ({"party_id": None}, SigningProblem.NOT_A_PARTY),
        ({"signed_on": date(2026, 11, 19)}, SigningProblem.BEFORE_REACHED),
        ({"signed_on": date(2026, 11, 20)}, None),
        ({"signed_on": TODAY}, None),
        ({"signed_on": TODAY + timedelta(days=1)}, SigningProblem.IN_FUTURE),
    ],
)
def test_who_cannot_sign(
    store: Store, case_id: str, change: dict[str, Any], problem: SigningProblem | None
) -> None:
    agreement_id = an_agreement(store, WORKER, case_id)
    call: dict[str, Any] = {
        "agreement_id": agreement_id,
        "signer": SignerKind.PARTY,
        "party_id": party_ids(store, case_id)[0],
        "name": "吴某",
        "manner": SignatureManner.FINGERPRINT,
        "signed_on": TODAY,
        **change,
    }
    if problem is None:
        sign_agreement(store, WORKER, **call)
        problem = SigningProblem.SIGNED_BEFORE
    params = raised(ErrorCode.SIGNING_NOT_POSSIBLE, sign_agreement, store, WORKER, **call)
    assert params["problem"] is problem


def test_a_minor_signs_through_the_guardian(store: Store, case_id: str) -> None:
    an_agreement(store, WORKER, case_id)
    with store.transaction(account_id=WORKER.account_id, action="born") as tx:
        party = parties_of(tx.session, case_id)[0]
        party.birth_date = date(2012, 5, 4)
    raised(ErrorCode.SIGNING_NOT_POSSIBLE, sign_next, store, WORKER, case_id)
    with store.transaction(account_id=WORKER.account_id, action="guardian") as tx:
        tx.session.get_one(CaseParty, party.id).agent_name = "吴某乙"
    sign_next(store, WORKER, case_id)
    assert row_of(store, case_id).signatures[0].name == "吴某乙"


# --- oral ------------------------------------------------------------------------------------


def test_an_oral_one_settles_when_it_is_recorded(store: Store, case_id: str) -> None:
    made = write_agreement(
        store, WORKER, case_id=case_id, given=fields(form=AgreementForm.ORAL, facts="")
    )
    assert (made.is_settled, made.effective_on) == (True, date(2026, 11, 20))
    assert row_of(store, case_id).places == ()
    assert made.txn is not None
    undo(store, account_id=WORKER.account_id, txn=made.txn)
    assert agreements_of(store, WORKER, case_id) == ()
    assert state_of(store, case_id) is CaseState.UNDER_WAY


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [K.PARTY_REFUSED, K.MEDIATION_HELD])
def test_nothing_is_agreed_against_a_refusal(
    store: Store, case_id: str, kind: CaseEventKind
) -> None:
    """Whether an event of its own said it or a session."""
    who = party_ids(store, case_id)[:1]
    field = "parties" if kind is K.PARTY_REFUSED else "refused_by"
    risk = NO_RISK if kind is K.MEDIATION_HELD else None
    add_case_event(store, WORKER, case_id=case_id, kind=kind, values={field: who}, risk=risk)
    raised(
        ErrorCode.AGREEMENT_BLOCKED, write_agreement, store, WORKER, case_id=case_id, given=fields()
    )
    raised(
        ErrorCode.CASE_EVENT_BLOCKED,
        add_case_event,
        store,
        WORKER,
        case_id=case_id,
        kind=K.MEDIATION_HELD,
        risk=NO_RISK,
    )
    add_case_event(store, WORKER, case_id=case_id, kind=K.PARTY_AGREED, values={"parties": who})
    an_agreement(store, WORKER, case_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"facts": ""},
        {"terms": " "},
        {"terms": "长" * 4001},
        {"reached_on": None},
        {"reached_on": TODAY + timedelta(days=1)},
        {"copies": 0},
        {"items": (ItemDraft(""),)},
        {"items": (ItemDraft("付款", party_id="nobody"),)},
        {"items": (ItemDraft("付款", amount_cents=0),)},
        {"items": (ItemDraft("付款", due_on=date(2026, 11, 19)),)},
        {"items": (ItemDraft("付款"),) * 101},
    ],
)
def test_what_keeps_it_from_being_written(
    store: Store, case_id: str, wrong: dict[str, Any]
) -> None:
    params = raised(
        ErrorCode.AGREEMENT_WRONG,
        write_agreement,
        store,
        WORKER,
        case_id=case_id,
        given=fields(**wrong),
    )
    assert params["problems"]
    assert agreements_of(store, WORKER, case_id) == ()


@pytest.mark.parametrize("role", Role)
def test_who_may_write_one(store: Store, case_id: str, role: Role) -> None:
    allowed = {
        *(Role.GRID_WORKER, Role.MEDIATOR, Role.VILLAGE_SECRETARY),
        *(Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE),
    }
    actor = an_actor(role)
    if role in allowed:
        an_agreement(store, actor, case_id)
    else:
        raised(
            ErrorCode.NOT_ALLOWED, write_agreement, store, actor, case_id=case_id, given=fields()
        )


# --- performance and end ---------------------------------------------------------------------


def agreed(store: Store, case_id: str, **item: Any) -> str:
    """An oral agreement with one promise; its id."""
    items = (ItemDraft("付补偿款", **item),)
    an_agreement(store, WORKER, case_id, form=AgreementForm.ORAL, items=items)
    return row_of(store, case_id).items[0].item_id


def test_a_promise_is_kept_half_and_then_whole(store: Store, case_id: str) -> None:
    item_id = agreed(store, case_id, amount_cents=120050, due_on=date(2026, 11, 22))
    assert row_of(store, case_id).items[0].state is ItemState.OVERDUE
    half = note_performance(
        store, WORKER, item_id=item_id, performance=P.PARTLY, performed_on=TODAY, proof="收条"
    )
    assert row_of(store, case_id).items[0].state is ItemState.OVERDUE
    note_performance(store, WORKER, item_id=item_id, performance=P.DONE, performed_on=TODAY)
    assert row_of(store, case_id).items[0].state is ItemState.DONE
    assert half.txn is not None


@pytest.mark.parametrize(
    ("performance", "day"),
    [
        (P.DONE, None),
        (P.NOT_DONE, TODAY),
        (P.DONE, TODAY + timedelta(days=1)),
        (P.PARTLY, date(2026, 11, 19)),
    ],
)
def test_days_that_cannot_be(
    store: Store, case_id: str, performance: Performance, day: date | None
) -> None:
    item_id = agreed(store, case_id)
    raised(
        ErrorCode.AGREEMENT_WRONG,
        note_performance,
        store,
        WORKER,
        item_id=item_id,
        performance=performance,
        performed_on=day,
    )


def test_what_is_not_in_force_is_not_performed(store: Store, case_id: str) -> None:
    an_agreement(store, WORKER, case_id, items=(ItemDraft("付款"),))
    item_id = row_of(store, case_id).items[0].item_id
    raised(
        ErrorCode.AGREEMENT_NOT_IN_FORCE,
        note_performance,
        store,
        WORKER,
        item_id=item_id,
        performance=P.DONE,
        performed_on=TODAY,
    )


def test_an_agreement_is_given_up_once_with_its_reason(store: Store, case_id: str) -> None:
    agreed(store, case_id, due_on=date(2026, 11, 22))
    agreement_id = row_of(store, case_id).agreement_id
    call: dict[str, Any] = {"agreement_id": agreement_id, "ended_on": TODAY}
    raised(ErrorCode.AGREEMENT_WRONG, end_agreement, store, WORKER, reason=" ", **call)
    ended = end_agreement(store, WORKER, reason="双方另行商定", **call)
    row = row_of(store, case_id)
    assert (row.stands, row.items[0].state) == (False, ItemState.NOT_IN_FORCE)
    raised(ErrorCode.AGREEMENT_ENDED, end_agreement, store, WORKER, reason="再次", **call)
    assert ended.txn is not None
    undo(store, account_id=WORKER.account_id, txn=ended.txn)
    assert row_of(store, case_id).stands


# --- the three ways --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "way"),
    [
        (Role.MEDIATOR, MediationWay.ADMINISTRATIVE),
        (Role.TOWNSHIP_CENTRE, MediationWay.JUDICIAL),
    ],
)
def test_a_case_goes_over_with_its_file(
    store: Store, case_id: str, role: Role, way: MediationWay
) -> None:
    actor: Actor = an_actor(role)
    add_case_event(store, actor, case_id=case_id, kind=K.WAY_CHANGED, values={"way": way})
    with store.reading() as session:
        assert session.get_one(CaseFile, case_id).way is way
    params = raised(
        ErrorCode.CASE_EVENT_BLOCKED,
        add_case_event,
        store,
        an_actor(Role.MEDIATOR),
        case_id=case_id,
        kind=K.WAY_CHANGED,
        values={"way": MediationWay.JUDICIAL},
    )
    blocks = {MediationWay.ADMINISTRATIVE: CaseBlock.WAY_NOT_YOURS}
    assert params["block"] is blocks.get(way, CaseBlock.SAME_WAY)


def test_a_quarrel_that_may_end_badly_is_still_written_down(store: Store) -> None:
    draft = a_draft(parties=(a_party(), a_party("杨某", PartySide.B)))
    case_id = a_recorded_case(store, WORKER, draft)
    add_case_event(
        store,
        WORKER,
        case_id=case_id,
        kind=K.MEDIATION_HELD,
        risk=RiskAnswer(Escalation.MAY_OFFEND),
        values={"outcome": "agreed"},
    )
    made = write_agreement(store, WORKER, case_id=case_id, given=fields())
    assert not made.is_settled
