"""Reading typical cases: the text while it is written, and what the county has published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.cases.opening import case_to_read
from app.cases.vocabulary import CaseState, class_name
from app.refolding import county_order
from app.store import Store
from app.typical.actions import TypicalText, typical_in
from app.typical.known import known_of
from app.typical.rules import PERMISSION_NEEDED, Anonymised, Known, anonymise, published_id
from app.typical.vocabulary import TypicalState
from db.tables.base import SyncState
from db.tables.cases import CaseEvent, CaseFile
from db.tables.desk import PublishedCase, TypicalCase
from db.tables.organisations import Account


@dataclass(frozen=True, slots=True)
class TypicalView:
    """The typical text of one case, and what may be done with it by whom asks."""

    case_id: str
    typical_id: str
    """Empty while nothing is written."""
    state: TypicalState
    text: TypicalText
    known: Known
    checked_by: str
    checked_on: date | None
    sync_state: SyncState
    may_write: bool
    may_check: bool
    may_publish: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A typical case as every village reads it."""

    published_id: str
    title: str
    class_name: str
    published_on: date
    story: str
    law: str
    lesson: str
    typical_id: str = ""
    """The text it was made from, for who may take it back; else empty."""


def typical_of(store: Store, actor: Actor, case_id: str) -> TypicalView | None:
    """The text of a closed case, or a first one made of its story; None for any other case."""
    with store.reading() as session:
        case = case_to_read(session, actor, case_id)
        if case is None or case.is_confidential or case.state is not CaseState.CLOSED:
            return None
        known = known_of(session, case, actor.units)
        typical = typical_in(session, case_id)
        text = _text(typical) if typical else _first_text(session, case, known)
        checker = session.get(Account, typical.checked_by or "") if typical else None
        state = typical.state if typical else TypicalState.DRAFT

        def may(wanted: TypicalState) -> bool:
            return actor.reaches(PERMISSION_NEEDED[wanted], unit_id=case.unit_id)

        return TypicalView(
            case_id=case_id,
            typical_id=typical.id if typical else "",
            state=state,
            text=text,
            known=known,
            checked_by=checker.name if checker else "",
            checked_on=typical.checked_on if typical else None,
            sync_state=typical.sync_state if typical else SyncState.SYNCED,
            may_write=state is not TypicalState.PUBLISHED and may(TypicalState.DRAFT),
            may_check=bool(typical) and state is TypicalState.DRAFT and may(TypicalState.CHECKED),
            may_publish=state is TypicalState.CHECKED and may(TypicalState.PUBLISHED),
            may_take_back=state is TypicalState.PUBLISHED and may(TypicalState.TAKEN_BACK),
        )


def published_cases(store: Store, actor: Actor, text: str = "") -> tuple[PublishedRow, ...]:
    """What was published, the newest first; ``text`` narrows to those that hold all its words."""
    with store.reading() as session:
        own = _may_be_taken_back(session, actor)
        found = session.exec(
            select(PublishedCase).order_by(
                col(PublishedCase.published_on).desc(), col(PublishedCase.id)
            )
        ).all()
    rows = [
        PublishedRow(
            published_id=one.id,
            title=one.title,
            class_name=class_name(one.class_code),
            published_on=one.published_on,
            story=one.story,
            law=one.law or "",
            lesson=one.lesson or "",
            typical_id=own.get(one.id, ""),
        )
        for one in found
    ]
    words = text.split()
    return tuple(row for row in rows if all(word in _all_of(row) for word in words))


def _may_be_taken_back(session: Session, actor: Actor) -> dict[str, str]:
    """By the county's copy: the text, of a case this person sees and may speak for."""
    needed = PERMISSION_NEEDED[TypicalState.TAKEN_BACK]
    if not actor.may(needed):
        return {}
    published = select(TypicalCase).where(col(TypicalCase.state) == TypicalState.PUBLISHED)
    return {
        published_id(one.id): one.id
        for one in session.exec(published)
        if actor.reaches(needed, unit_id=one.unit_id)
        and case_to_read(session, actor, one.case_id) is not None
    }


def anonymised_text(text: TypicalText, known: Known) -> tuple[TypicalText, Anonymised]:
    """The four fields with what is certain taken out, and the story's findings."""
    story = anonymise(text.story, known)
    others = (anonymise(part, known).text for part in (text.title, text.law, text.lesson))
    title, law, lesson = others
    return TypicalText(title, story.text, law, lesson), story


def _all_of(row: PublishedRow) -> str:
    return "\n".join((row.title, row.class_name, row.story, row.law, row.lesson))


def _text(typical: TypicalCase) -> TypicalText:
    return TypicalText(typical.title, typical.story, typical.law or "", typical.lesson or "")


def _first_text(session: Session, case: CaseFile, known: Known) -> TypicalText:
    """Story and notes one below the other, already without names."""
    notes = session.exec(
        select(CaseEvent.note)
        .where(CaseEvent.case_id == case.id, col(CaseEvent.note).is_not(None))
        .order_by(*county_order(CaseEvent))
    )
    told = "\n".join(part for part in (case.story, *notes) if part)
    return TypicalText(anonymise(case.title, known).text, anonymise(told, known).text)
