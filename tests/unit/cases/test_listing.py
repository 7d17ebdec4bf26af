"""The list of cases is what a plain reading of every case gives, whatever was done to them before
and whatever it is narrowed by."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from app.cases.finding import find_classes
from app.cases.listing import CaseFilter, case_rows
from app.cases.vocabulary import CaseKind, CaseState, FlowStage, PartySide, PartySource, Urgency
from app.errors import UserFacingError
from app.mediation.vocabulary import MediationWay
from app.store import Store
from app.undo import undo
from db.clock import CHINA
from db.tables.cases import CaseFile, CaseParty
from tests.helpers.stores import a_case, a_store, a_unit, save

UNITS = [a_unit(name).id for name in ("坪坦村", "高步村", "独坡村")]
CLASSES = ("0903", "0901", "0101")
WORDS = ("水渠", "山林", "吴甲", "杨乙", "石丙", "0007", "13800000007")
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, repr=False)
class Plain:
    """A case as it is read without any index."""

    case: CaseFile
    parties: tuple[CaseParty, ...]


def _case(store: Store, chance: random.Random, place: int) -> list[CaseFile | CaseParty]:
    case = a_case(
        store,
        id=f"case-{place:03}",
        unit_id=chance.choice(UNITS),
        number=f"临2026-{place:04}",
        kind=chance.choice(list(CaseKind)),
        title=chance.choice(("水渠争水", "山林界址", "吴甲借款")),
        class_code=chance.choice(CLASSES),
        urgency=chance.choice(list(Urgency)),
        recorded_at=store.clock.now() - timedelta(hours=chance.randrange(96)),
        state=chance.choice(list(CaseState)),
        stage=chance.choice(list(FlowStage)),
        way=chance.choice([None, *MediationWay]),
        holder_unit_id=chance.choice([None, *UNITS]),
        due_on=chance.choice([None, TODAY, TODAY + timedelta(days=3)]),
        is_confidential=chance.random() < 0.2,
        first_contact_id=chance.choice([None, "me"]),
    )
    party = CaseParty(
        id=f"party-{place:03}",
        unit_id=case.unit_id,
        case_id=case.id,
        side=PartySide.A,
        source=PartySource.OUTSIDE,
        name=chance.choice(("吴甲", "杨乙")),
        phone=chance.choice([None, "13800000007"]),
    )
    return [case, party]


def _live(store: Store, chance: random.Random) -> None:
    """Cases are written, corrected, deleted, and some of it is taken back."""
    done = []
    for place in range(40):
        done.append(save(store, *_case(store, chance, place)).txn)
        case_id = f"case-{chance.randrange(place + 1):03}"
        with store.transaction(account_id="account-of-zhang", action="live") as tx:
            case = tx.session.get(CaseFile, case_id)
            party = tx.session.get(CaseParty, case_id.replace("case", "party"))
            match chance.randrange(4):
                case 0 if case is not None:
                    case.title, case.class_code = "石丙占地", chance.choice(CLASSES)
                case 1 if party is not None:
                    party.name, party.phone = "石丙", None
                case 2 if case is not None and party is not None:
                    tx.session.delete(party)
                    tx.session.flush()
                    tx.session.delete(case)
        done.append(tx.changes.txn)
        if chance.random() < 0.4:
            with suppress(UserFacingError):
                undo(store, account_id="account-of-zhang", txn=chance.choice(done) or 0)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Plain]]]:
    store = a_store(tmp_path_factory.mktemp("list"))
    _live(store, random.Random(7))
    with store.reading() as session:
        parties = session.exec(select(CaseParty)).all()
        cases = session.exec(
            select(CaseFile).order_by(col(CaseFile.recorded_at).desc(), col(CaseFile.id).desc())
        )
        plain = [Plain(one, tuple(p for p in parties if p.case_id == one.id)) for one in cases]
        session.expunge_all()
    assert 20 < len(plain) < 40, "some were deleted for good"
    yield store, plain
    store.close()


def _subset(members: Iterable[Any]) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(list(members)), min_size=1)


days = st.none() | st.integers(-4, 4).map(lambda step: TODAY + timedelta(days=step))
filters = st.builds(
    CaseFilter,
    text=st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join),
    states=st.just(frozenset(CaseState)) | _subset(CaseState),
    kinds=st.just(frozenset(CaseKind)) | _subset(CaseKind),
    unit_ids=st.none() | _subset(UNITS),
    sees_confidential=st.booleans(),
    urgencies=st.just(frozenset(Urgency)) | _subset(Urgency),
    stages=st.just(frozenset(FlowStage)) | _subset(FlowStage),
    ways=st.just(frozenset()) | _subset(MediationWay),
    class_code=st.sampled_from(("", "09", *CLASSES)),
    in_hand_of=st.none() | _subset(UNITS),
    first_contact_id=st.sampled_from(("", "me")),
    due_first=days,
    due_last=days,
    first_day=days,
    last_day=days,
)


def _classes(word: str) -> set[str]:
    return {found.record_id for found in find_classes(word)}


def fits(one: Plain, wanted: CaseFilter) -> bool:
    case, day = one.case, one.case.recorded_at.astimezone(CHINA).date()
    told = " ".join([case.title, case.number, *(f"{p.name} {p.phone}" for p in one.parties)])
    is_due = wanted.due_first is None and wanted.due_last is None
    if case.due_on is not None:
        is_due = (wanted.due_first or date.min) <= case.due_on <= (wanted.due_last or date.max)
    return (
        all(word in told or case.class_code in _classes(word) for word in wanted.text.split())
        and case.state in wanted.states
        and case.kind in wanted.kinds
        and (wanted.unit_ids is None or bool({case.unit_id, case.holder_unit_id} & wanted.unit_ids))
        and (wanted.sees_confidential or not case.is_confidential)
        and case.urgency in wanted.urgencies
        and case.stage in wanted.stages
        and (not wanted.ways or case.way in wanted.ways)
        and case.class_code.startswith(wanted.class_code)
        and (
            wanted.in_hand_of is None or (case.holder_unit_id or case.unit_id) in wanted.in_hand_of
        )
        and (not wanted.first_contact_id or case.first_contact_id == wanted.first_contact_id)
        and is_due
        and (wanted.first_day or date.min) <= day <= (wanted.last_day or date.max)
    )


@settings(max_examples=60, deadline=None)
@given(wanted=filters, limit=st.integers(1, 20))
def test_every_filter_gives_what_a_plain_reading_gives(
    lived: tuple[Store, list[Plain]], wanted: CaseFilter, limit: int
) -> None:
    store, plain = lived
    expected = [one.case.id for one in plain if fits(one, wanted)]
    first = page = case_rows(store, wanted, limit=limit)
    found = [row.case_id for row in page.rows]
    while not page.is_last:
        page = case_rows(store, wanted, after=page.rows[-1], limit=limit)
        found += [row.case_id for row in page.rows]
    assert found == expected
    assert first.total == len(expected)
