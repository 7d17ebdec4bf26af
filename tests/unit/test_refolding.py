"""States follow the county's events: what it refused never moves a case on this side alone."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from app.cases.vocabulary import CaseEventKind, CaseState
from app.handovers.vocabulary import HandoverPurpose
from app.refolding import refold
from app.store import Store
from db.outbox import wire_form
from db.tables.cases import CaseEvent, CaseFile
from db.tables.handovers import Handover
from sync.client.round import lay_down
from tests.helpers.flow import FORESTRY, VILLAGE, Chain
from tests.helpers.stores import a_case, a_store, save


def judged(store: Store, verdict: str, *numbers: int, changes: list[Any] | None = None) -> None:
    answer = {
        "verdicts": [{"op_no": number, "verdict": verdict} for number in numbers],
        "changes": changes or [],
        "cursors": {},
        "more": False,
        "epoch": "e",
        "server_ms": 0,
    }
    lay_down(store, answer, refold)


def an_event(store: Store, case: CaseFile, kind: CaseEventKind) -> CaseEvent:
    return CaseEvent(
        unit_id=case.unit_id,
        case_id=case.id,
        kind=kind,
        by_account_id="account-of-zhang",
        happened_at=store.clock.now(),
    )


def a_put(store: Store, entity: type[Any], record_id: str, seq: int) -> list[Any]:
    with store.reading() as session:
        body = wire_form(session.get_one(entity, record_id))
    return [entity.entity(), record_id, "put", 1, None, body, seq]


@pytest.mark.parametrize("pages", list(permutations((0, 1, 2))), ids=str)
def test_in_whatever_order_pages_come_the_case_is_folded_alike(
    tmp_path: Path, pages: tuple[int, ...]
) -> None:
    """Hand-overs and events stand in the feed before a case whose file was corrected later."""
    written = a_store(tmp_path / "written")
    chain = Chain(written)
    event = chain.event(CaseEventKind.RECORDED)
    rows = [
        a_put(written, CaseFile, chain.case_id, 1),
        a_put(written, Handover, chain.hand(HandoverPurpose.DISPATCHED, VILLAGE, FORESTRY), 2),
        a_put(written, CaseEvent, event, 3),
    ]
    store = a_store(tmp_path / "new")
    for place, page in enumerate(pages):
        answer = {"verdicts": [], "changes": [rows[page]], "cursors": {}, "server_ms": 0}
        lay_down(store, answer | {"more": place < 2, "epoch": "e"}, refold)
    with store.reading() as session:
        case = session.get_one(CaseFile, chain.case_id)
    assert (case.holder_unit_id, case.state) == (FORESTRY, CaseState.RECORDED)


def state_of(store: Store, case_id: str) -> CaseState:
    with store.reading() as session:
        return session.get_one(CaseFile, case_id).state


def test_a_refused_event_does_not_settle_the_case(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case = a_case(store)
    recorded = an_event(store, case, CaseEventKind.RECORDED)
    save(store, case, recorded)
    changes = [a_put(store, CaseFile, case.id, 1), a_put(store, CaseEvent, recorded.id, 2)]
    judged(store, "applied", 1, 2, changes=changes)
    settled = an_event(store, case, CaseEventKind.SETTLED)
    save(store, settled)
    judged(store, "applied")
    with store.laying_down() as session:
        refold(session, {("case_event", settled.id)})
    assert state_of(store, case.id) is CaseState.SETTLED, "unsent, it counts here"

    judged(store, "refused", 3)

    assert state_of(store, case.id) is CaseState.RECORDED


def test_a_case_that_was_refused_whole_stays_as_it_was_written(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case = a_case(store)
    save(store, case, an_event(store, case, CaseEventKind.RECORDED))
    with store.laying_down() as session:
        refold(session, {("case_file", case.id)})
    judged(store, "refused", 1, 2)
    assert state_of(store, case.id) is CaseState.RECORDED
