"""Judges authority as the author knew it, where things have moved since.

Only asked after today's authority has said no, so the usual operation pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.accounts.vocabulary import Permission
from sync.protocol.messages import Reason
from sync.server import authors
from sync.server.authors import Sender
from sync.server.former import Known, Placement
from sync.server.ledger import Ledger
from sync.server.refusal import RefusedError
from sync.server.relations import parent_of
from sync.server.rows import Key, Row
from sync.server.scope import UnitTree, shared_buckets


@dataclass(frozen=True, slots=True)
class Belief:
    """Where the author of one operation could still take things to be."""

    ledger: Ledger
    units: UnitTree
    sender: Sender
    known: Known
    op_no: int

    def account_units(self, account: Row) -> frozenset[str]:
        """The units the account could be taken to work for."""
        return frozenset({account.unit_id, *self._former_units(account.key)})

    def homes(self) -> frozenset[str]:
        """The units the laptop could take for its own."""
        return frozenset(
            {
                self.sender.unit_id,
                *(
                    unit
                    for name in {self.sender.install_id, *self.known.names}
                    for unit in self.units.former_homes.get(name, ())
                    if self.known.may_believe_home(unit, self.op_no)
                ),
            }
        )

    def units_of(self, key: Key) -> frozenset[str]:
        """The units a record could be taken to be of, besides its own."""
        return frozenset(self._former_units(key))

    def holders_of(self, case: Row | None) -> frozenset[str]:
        """The units that could be taken to hold a case."""
        if case is None:
            return frozenset()
        former = (one.unit_id for one in self._believed(case.key) if one.is_holder)
        return frozenset({*shared_buckets(case.shared), *former})

    def trees(self) -> Iterator[UnitTree]:
        """The units as they lie now, then each that moved where it was before."""
        yield self.units
        for unit_id, parents in self.units.former_parents.items():
            if self.known.may_believe_unit(unit_id, self.op_no):
                for parent_id in parents:
                    yield self.units.as_before(unit_id, parent_id)

    def _former_units(self, key: Key) -> Iterator[str]:
        return (one.unit_id for one in self._believed(key) if not one.is_holder)

    def _believed(self, key: Key) -> Iterator[Placement]:
        placements = self.ledger.placements.get(key, ())
        return (one for one in placements if self.known.may_believe(one, self.op_no))


def check_signers(belief: Belief, account_id: str, body: dict[str, Any]) -> None:
    """A new record names who wrote it down: whoever sends it, or a colleague at the same laptop,
    whose refused work somebody mended. Raises ``RefusedError``."""
    for signer_id in authors.signers_in(body):
        if signer_id == account_id:
            continue
        signer = belief.ledger.get(Key("account", signer_id))
        if signer is None or not belief.account_units(signer) & belief.homes():
            raise RefusedError(Reason.NOT_PERMITTED, why="by_another_account")


def check_reach_as_known(
    belief: Belief,
    account: Row,
    permissions: frozenset[Permission] | None,
    row: Row | None,
    entity: str,
    body: dict[str, Any],
    today: RefusedError,
) -> None:
    """Lets the operation through if it was right as far as its author knew; else raises
    ``today``, the refusal of today's authority. With None for ``permissions`` it is enough that the
    author works where the laptop stands."""
    parent_key = parent_of(entity, body)
    parent = None if parent_key is None else belief.ledger.get(Key(*parent_key))
    holders = belief.holders_of(row if entity == "case_file" else parent)
    for home in belief.homes() & belief.account_units(account):
        sender = Sender(belief.sender.install_id, home)
        if permissions is None:
            return
        for tree in belief.trees():
            if all(
                any(
                    _reaches(tree, sender, account, permissions, place, holders) for place in places
                )
                for places in _places(belief, row, parent, str(body["unit_id"]))
            ):
                return
    raise today


def _places(
    belief: Belief, row: Row | None, parent: Row | None, unit_id: str
) -> list[frozenset[str]]:
    """What must be reached, each in one of the units it could be taken to be of."""
    if row is None:
        former = belief.units_of(parent.key) if parent is not None else frozenset()
        return [frozenset({unit_id, *former})]
    own = frozenset({row.unit_id, *belief.units_of(row.key)})
    return [own] if unit_id == row.unit_id else [own, frozenset({unit_id})]


def _reaches(
    tree: UnitTree,
    sender: Sender,
    account: Row,
    permissions: frozenset[Permission],
    unit_id: str,
    holders: frozenset[str],
) -> bool:
    try:
        authors.check_reach(
            tree, sender, account, permissions, unit_id, holders, account_unit_id=sender.unit_id
        )
    except RefusedError:
        return False
    return True
