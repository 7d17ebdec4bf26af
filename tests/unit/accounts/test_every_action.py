"""Who may do what: every action of the case desk and of a village against every post, against a
case that is not to be seen, and against the county's own table."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from sqlmodel import col, select

import app
from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.attachments.actions import save_original
from app.attachments.queries import attachments_of
from app.clocks.queries import limits_of_case
from app.errors import ErrorCode, UserFacingError
from app.mediation.queries import agreements_of
from app.store import Store, Transaction
from db.outbox import loads
from db.tables.attachments import Attachment
from db.tables.local import OutboxOp
from sync.server.authors import permissions_needed
from tests.helpers.desk_actions import DEEDS, TODAY, Deed, Undone, fill, person
from tests.helpers.stores import a_store
from tests.helpers.village_actions import VILLAGE_DEEDS, fill_village

SEES_SECRETS = {role for role in Role if may(role, Permission.SEE_CONFIDENTIAL)}


class DiscardedError(Exception):
    """The step would have succeeded; nothing of it is kept."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = a_store(tmp_path_factory.mktemp("desk"))
    fill(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = a_store(tmp_path_factory.mktemp("village"))
    fill_village(made)
    yield made
    made.close()


class Rehearsal:
    """The scene, in which every step is tried and none is kept."""

    def __init__(self, store: Store, patch: pytest.MonkeyPatch) -> None:
        self.store = store
        self.written: list[OutboxOp] = []
        self._real = store.transaction
        patch.setattr(store, "transaction", self._discarding)

    @contextmanager
    def _discarding(self, *, account_id: str, action: str) -> Iterator[Transaction]:
        with self._real(account_id=account_id, action=action) as tx:
            last = tx.session.exec(select(OutboxOp.op_no).order_by(-col(OutboxOp.op_no))).first()
            yield tx
            tx.session.flush()
            found = tx.session.exec(select(OutboxOp).where(col(OutboxOp.op_no) > (last or 0)))
            self.written = [OutboxOp(**one.model_dump()) for one in found]
            raise DiscardedError

    def says(self, deed: Deed, role: Role, which: str = "plain") -> UserFacingError | None:
        """What keeps this post from it; None for nothing."""
        self.written = []
        try:
            deed.do(self.store, person(role, deed.home), which)
        except UserFacingError as problem:
            return problem
        except DiscardedError:
            return None
        return None


@pytest.fixture
def rehearsal(scene: Store, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    return Rehearsal(scene, monkeypatch)


@pytest.fixture
def in_village(village: Store, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    return Rehearsal(village, monkeypatch)


@pytest.mark.parametrize("name", DEEDS)
def test_who_may_and_who_may_not(rehearsal: Rehearsal, name: str) -> None:
    _require_table(rehearsal, DEEDS[name])


@pytest.mark.parametrize("name", VILLAGE_DEEDS)
def test_who_may_and_who_may_not_in_a_village(in_village: Rehearsal, name: str) -> None:
    deed = VILLAGE_DEEDS[name]
    _require_table(in_village, deed)
    _require_one_table(in_village, deed)


def _require_table(rehearsal: Rehearsal, deed: Deed) -> None:
    problem = rehearsal.says(deed, deed.by)
    assert problem is None, problem
    for role in Role:
        problem = rehearsal.says(deed, role)
        is_refused = problem is not None and problem.code is deed.refused
        assert is_refused is not deed.is_for(role), (role, problem)


OF_A_CASE = [name for name, deed in DEEDS.items() if deed.of_case]


@pytest.mark.parametrize("name", OF_A_CASE)
def test_a_case_not_to_be_seen_is_answered_like_one_that_does_not_exist(
    rehearsal: Rehearsal, name: str
) -> None:
    """信访工作条例 (2022-02-25), Art. 30 (3) and 46 (5): not even that it is there is told."""
    for role in sorted(set(Role) - SEES_SECRETS):
        secret, missing = (rehearsal.says(DEEDS[name], role, one) for one in ("secret", "missing"))
        assert secret is not None
        assert missing is not None
        assert (secret.code, secret.params) == (missing.code, missing.params), role
        assert rehearsal.written == []


class Ledger:
    """What the county has of nothing: enough to ask what an operation needs."""

    def get(self, _key: object) -> None:
        return None

    def children(self, *_: object) -> tuple[()]:
        return ()


def test_what_hangs_on_a_case_not_to_be_seen_is_not_read_past_it(scene: Store) -> None:
    with scene.reading() as session:
        photo = session.get_one(Attachment, "secret-photo")
    for role in (Role.GRID_WORKER, Role.TOWNSHIP_CENTRE):
        actor, which = person(role), "secret-agreed"
        is_seen = role in SEES_SECRETS
        assert bool(agreements_of(scene, actor, which)) is is_seen
        assert bool(limits_of_case(scene, actor, which, TODAY)) is is_seen
        hangs = attachments_of(scene, actor, entity="case_file", record_id=photo.subject_id)
        assert bool(hangs) is is_seen
        told = ErrorCode.ATTACHMENT_NOT_HERE if is_seen else ErrorCode.ATTACHMENT_GONE
        with pytest.raises(UserFacingError) as refused:
            save_original(scene, actor, sha256=photo.sha256, target=scene.path.with_name("x"))
        assert refused.value.code is told


@pytest.mark.parametrize("name", [name for name, deed in DEEDS.items() if deed.needs])
def test_laptop_and_county_judge_by_one_table(rehearsal: Rehearsal, name: str) -> None:
    _require_one_table(rehearsal, DEEDS[name])


def _require_one_table(rehearsal: Rehearsal, deed: Deed) -> None:
    """Of what an action sends the county takes all from who may do it here, and something from
    nobody else."""
    rehearsal.says(deed, deed.by)
    needed = [
        permissions_needed(Ledger(), one.entity, {**loads(one.before), **loads(one.patch)})  # type: ignore[arg-type]
        for one in rehearsal.written
    ]
    for role in Role:
        if deed.is_for(role):
            assert all(any(may(role, one) for one in each) for each in needed), role
        elif needed and not deed.wider and deed.undone is not Undone.NOTHING:
            assert not all(any(may(role, one) for one in each) for each in needed), role


def test_every_action_has_a_row() -> None:
    assert actions_of(*_DESK) - set(DEEDS) == set()
    assert actions_of(*_VILLAGE) - set(DEEDS) - set(VILLAGE_DEEDS) == set()


def test_no_action_takes_a_case_past_the_one_that_asks() -> None:
    """Of conflicts the permission is the conflict's, and it is asked there whether it is seen."""
    places = [
        path
        for path in Path(app.__path__[0]).glob("*/*actions.py")
        if path.parent.name != "conflicts" and "get(CaseFile" in path.read_text(encoding="utf-8")
    ]
    assert places == []


_DESK = (
    *("cases", "flow", "handovers", "petitions", "mediation", "court", "legal_aid", "typical"),
    *("outreach", "settings", "attachments", "papers"),
)


_VILLAGE = ("grid_work", "duty", "households", "votes", "incidents")


def actions_of(*areas: str) -> set[str]:
    """The public functions that take a store and an actor and write something."""
    found = set()
    for area in areas:
        package = import_module(f"app.{area}")
        for module in walk_packages(package.__path__, f"app.{area}."):
            loaded = import_module(module.name)
            for name, function in inspect.getmembers(loaded, inspect.isfunction):
                if function.__module__ == module.name and _is_action(name, function):
                    found.add(name)
    return found


def _is_action(name: str, function: Any) -> bool:
    first = list(inspect.signature(function).parameters)[:2]
    returns = str(inspect.signature(function).return_annotation)
    is_written = "Changes" in returns or "store.transaction(" in inspect.getsource(function)
    return not name.startswith("_") and first == ["store", "actor"] and is_written
