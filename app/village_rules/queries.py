"""The rule sets this laptop holds: what the county sent, and nothing else.

The table that ships with the program seeds the county. A laptop never falls back on it, or two
laptops could judge one vote by two laws.
"""

from __future__ import annotations

import json

from sqlmodel import Session, select

from app.store import Store
from app.village_rules.vocabulary import RuleSet, RuleSetKey
from db.tables.votes import RuleSetRecord

_KNOWN_KEYS = frozenset(RuleSetKey)


def known_rule_sets(store: Store) -> dict[str, RuleSet]:
    """Every rule set the county sent, by record id; empty before the first sync."""
    with store.reading() as session:
        return rule_sets_by_id(session)


def rule_sets_by_id(session: Session) -> dict[str, RuleSet]:
    """As `known_rule_sets`, within a session. A kind of a newer county is left out."""
    records = session.exec(select(RuleSetRecord).order_by(RuleSetRecord.id)).all()
    return {record.id: _rule_set(record) for record in records if record.key in _KNOWN_KEYS}


def _rule_set(record: RuleSetRecord) -> RuleSet:
    return RuleSet(
        key=RuleSetKey(record.key),
        law=record.law,
        version=record.version,
        effective_from=record.effective_from,
        effective_to=record.effective_to,
        article=record.article,
        params=json.loads(record.params),
        source=record.source,
        is_confirmed=record.is_confirmed,
        note=record.note or "",
    )
