"""A case and what happened to it, as if the county had put it in its order."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from app.cases.vocabulary import CaseEventKind
from app.handovers.vocabulary import HandoverPurpose, HandoverSubject
from app.refolding import refold
from app.store import Store
from db.tables.cases import CaseEvent
from db.tables.handovers import Handover
from tests.helpers.stores import a_case, a_unit

VILLAGE, TOWNSHIP = a_unit("坪坦村").id, a_unit("坪坦乡").id
FORESTRY, HOUSING = a_unit("县林业局").id, a_unit("县住房和城乡建设局").id
COUNTY = a_unit("通道侗族自治县").id


class Chain:
    """One case of 坪坦村 whose hand-overs and events are laid down as they come."""

    def __init__(self, store: Store, **fields: Any) -> None:
        self.store = store
        self._places = count(2)
        case = a_case(store, sync_seq=1, sync_version=1, **fields)
        self.case_id = case.id
        self._lay(case)

    def event(self, kind: CaseEventKind, *, detail: str | None = None, is_sent: bool = True) -> str:
        """Something happened."""
        place = next(self._places)
        return self._lay(
            CaseEvent(
                unit_id=VILLAGE,
                case_id=self.case_id,
                kind=kind,
                detail=detail,
                by_account_id="account-of-zhang",
                happened_at=self.store.clock.now(),
                sync_seq=place if is_sent else 0,
            )
        )

    def hand(
        self,
        purpose: HandoverPurpose,
        source: str,
        target: str,
        *,
        due_on: date | None = None,
        note: str | None = None,
        is_sent: bool = True,
    ) -> str:
        """It changed hands, or was asked to."""
        place = next(self._places)
        return self._lay(
            Handover(
                unit_id=VILLAGE,
                subject_entity=HandoverSubject.CASE,
                subject_id=self.case_id,
                from_unit_id=source,
                to_unit_id=target,
                purpose=purpose,
                due_on=due_on,
                note=note,
                by_account_id="account-of-zhang",
                happened_at=self.store.clock.now(),
                sync_seq=place if is_sent else 0,
            )
        )

    def _lay(self, record: Any) -> str:
        found = record.entity(), record.id
        with self.store.laying_down() as session:
            session.add(record)
            session.flush()
            refold(session, [found])
        return str(found[1])
