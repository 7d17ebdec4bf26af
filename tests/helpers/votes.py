"""A village about to vote: the county's rule sets, households in micro-grids, ballots."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from app.accounts.session import Actor
from app.organisations.vocabulary import COUNTY_ID
from app.store import Store, SyncState
from app.village_rules.vocabulary import RuleSet, shipped_rule_sets
from app.votes.actions import open_motion, propose_motion, take_ballot
from app.votes.vocabulary import BallotChoice, BallotMethod, MotionMatter
from db.tables.households import Household
from db.tables.votes import Ballot, RuleSetRecord
from tests.helpers.stores import a_household, a_micro_grid, a_unit, an_actor, save

RULES_TEXT = "第四条 新建木楼滴水须留二尺,与邻户商定并立据。"


def lay_rule_sets(store: Store, rule_sets: Iterable[RuleSet] | None = None) -> None:
    """What the first sync brings."""
    with store.laying_down() as session:
        session.add_all(_record(rule) for rule in rule_sets or shipped_rule_sets())


def _record(rule: RuleSet) -> RuleSetRecord:
    return RuleSetRecord(
        id=rule.id,
        unit_id=COUNTY_ID,
        key=rule.key.value,
        law=rule.law,
        version=rule.version,
        effective_from=rule.effective_from,
        effective_to=rule.effective_to,
        article=rule.article,
        citation=rule.law,
        params=json.dumps(rule.params),
        source=rule.source,
        is_confirmed=rule.is_confirmed,
        note=rule.note,
        sync_version=1,
        sync_seq=1,
        sync_state=SyncState.SYNCED,
    )


def a_village(store: Store, *, households: int = 6, per_grid: int = 3) -> list[Household]:
    """Households 0101, 0102, … in micro-grids of ``per_grid``, each with a made-up head."""
    grids = [a_micro_grid(number=1 + n) for n in range(-(-households // per_grid))]
    names = "吴杨石龙粟陆欧黄李张"
    found = [
        a_household(
            number=f"{1 + n // per_grid:02d}{1 + n % per_grid:02d}",
            head_name=f"{names[n % 10]}某{'甲乙丙丁戊己庚辛壬癸'[n // 10 % 10]}",
            micro_grid_id=grids[n // per_grid].id,
        )
        for n in range(households)
    ]
    save(store, *grids, *found)
    return found


def a_proposed_motion(store: Store, actor: Actor | None = None, *, text: str = RULES_TEXT) -> str:
    """The id of a draft to change the building pact."""
    changes = propose_motion(
        store,
        actor or an_actor(),
        title="村民建房公约(修订)",
        text=text,
        matter=MotionMatter.BUILDING_PACT,
    )
    return next(id_ for entity, id_ in changes.records if entity == "motion")


def an_open_motion(store: Store, actor: Actor | None = None) -> str:
    """The id of a motion whose vote is open; the village must be there."""
    motion_id = a_proposed_motion(store, actor)
    open_motion(store, actor or an_actor(), motion_id=motion_id)
    return motion_id


def give(
    store: Store,
    motion_id: str,
    household: Household,
    choice: BallotChoice = BallotChoice.AGREE,
    *,
    actor: Actor | None = None,
) -> str:
    """Takes one signed ballot and returns its id."""
    changes = take_ballot(
        store,
        actor or an_actor(),
        motion_id=motion_id,
        household_id=household.id,
        choice=choice,
        method=BallotMethod.SIGNATURE,
    )
    return next(id_ for entity, id_ in changes.records if entity == "ballot")


def ballot_from_another_laptop(
    store: Store,
    motion_id: str,
    household: Household,
    choice: BallotChoice = BallotChoice.OPPOSE,
    *,
    taken_at: datetime | None = None,
    seq: int = 100,
) -> str:
    """A ballot as a sync round lays it down."""
    ballot = Ballot(
        unit_id=a_unit().id,
        motion_id=motion_id,
        household_id=household.id,
        choice=choice,
        method=BallotMethod.ORAL_RECORDED,
        by_account_id="account-of-li",
        taken_at=taken_at or store.clock.now(),
        sync_version=1,
        sync_seq=seq,
        sync_state=SyncState.SYNCED,
    )
    with store.laying_down() as session:
        session.add(ballot)
    return ballot.id
