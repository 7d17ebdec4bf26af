"""What the clocks look at, read from the store; shared by the fold and by what screens ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlmodel import Session

from app.cases.vocabulary import InHand
from app.clocks.rules import AgreementFacts, CaseFacts, ItemFacts
from app.clocks.timing import ClockRules
from app.flow.rules import Flow
from app.handovers.vocabulary import HandoverPurpose
from app.mediation.queries import AgreementRow, ItemRow, agreements_in
from app.mediation.vocabulary import Performance
from app.settings.queries import setting_facts
from app.settings.rules import calendar_from
from app.standing_values import refused_records, standing_values
from app.village_rules.queries import rule_sets_by_id
from db.tables.cases import CaseFile
from db.tables.mediation import Agreement, AgreementItem

_NO_DAY = date(1, 1, 1)
"""Whether an item is late is not asked here."""
_OF_ITEM: Final = frozenset({"due_on", "performance", "performed_on"})
"""What of an item moves the clock."""


def clock_rules(session: Session) -> ClockRules:
    """The law and the settings this laptop holds."""
    settings = setting_facts(session)
    rule_sets = tuple(rule_sets_by_id(session).values())
    return ClockRules(rule_sets, calendar_from(settings), settings)


def facts_of(session: Session, case: CaseFile, flow: Flow, in_hand: InHand) -> CaseFacts:
    """A case as the clocks look at it, of its fold and the hand-overs that went into it."""
    return CaseFacts(
        kind=case.kind,
        state=flow.state,
        received_on=case.received_on,
        steps=flow.counted,
        agreements=_agreements(session, case),
        transferred_on=_transferred_on(flow),
        purpose=case.petition_purpose,
    )


def _agreements(session: Session, case: CaseFile) -> tuple[AgreementFacts, ...]:
    has_any = session.connection().exec_driver_sql(
        "SELECT 1 FROM agreement WHERE case_id = ? LIMIT 1", (case.id,)
    )
    if has_any.first() is None:  # nearly always; the whole reading costs ten times as much
        return ()
    found = agreements_in(session, case.id, today=_NO_DAY)
    ids = [one.agreement_id for one in found]
    ended = standing_values(session, Agreement, ids)
    items = [item.item_id for one in found for item in one.items]
    promised = standing_values(session, AgreementItem, items)
    refused: frozenset[str] = frozenset()
    if case.sync_version > 0:  # of a file the county refused nothing is left out
        refused = refused_records(session, Agreement, ids)
        refused |= refused_records(session, AgreementItem, items)
    return tuple(
        _agreement(one, promised, refused)
        for one in found
        if one.agreement_id not in refused
        and ended.get(one.agreement_id, {}).get("ended_on", one.ended_on) is None
    )


def _agreement(
    row: AgreementRow, promised: dict[str, dict[str, Any]], refused: frozenset[str]
) -> AgreementFacts:
    items = [
        replace(item, **{name: value for name, value in known.items() if name in _OF_ITEM})
        if (known := promised.get(item.item_id))
        else item
        for item in row.items
        if item.item_id not in refused
    ]
    return AgreementFacts(row.agreement_id, row.effective_on, tuple(map(_item, items)))


def _item(row: ItemRow) -> ItemFacts:
    is_done = row.performance is Performance.DONE
    return ItemFacts(row.item_id, row.due_on, is_done, row.performed_on)


def _transferred_on(flow: Flow) -> date | None:
    """The day on which who leads signed for what was dispatched to them; until then the day it
    was sent, as for giving it back."""
    turn = flow.turns.lead
    if turn is None or turn.purpose is not HandoverPurpose.DISPATCHED:
        return None
    return turn.received_on
