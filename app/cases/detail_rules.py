"""What each kind of event carries besides its note: one table, for form, action and county alike.

An event's ``detail`` is one JSON object. This table says which fields it has, of what type, and
which must be there. The form is built from it, the action and the county check by it, the timeline
reads by it; so a new kind of event is one row here and its words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.cases.vocabulary import CaseEventKind, SpokenLanguage
from app.clocks.vocabulary import LimitKey, PauseGround
from app.court.vocabulary import CourtSending, EnforcementBasis, RulingOutcome, SettledBy
from app.mediation.vocabulary import MediationWay, Performance, SessionOutcome, SessionPlace
from app.petitions.vocabulary import AnswerOutcome, ReviewOutcome, Satisfaction

_K = CaseEventKind
MAX_LIST: Final = 100
MAX_DETAIL: Final = 8000
"""Of the whole JSON, in characters: the width of the column."""
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200


class FieldType(StrEnum):
    """How a field is typed in and kept."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DAY = "day"
    """ISO date."""
    NUMBER = "number"
    """A whole number that is not negative."""
    CHOICE = "choice"
    """A member of ``choices``, by value."""
    YES_NO = "yes_no"
    UNIT = "unit"
    """A unit's id."""
    ACCOUNT = "account"
    """An account's id."""
    PARTIES = "parties"
    """A list of ids of parties of the case."""
    RECORD = "record"
    """The id of a record that hangs on the case, e.g. an agreement."""


class DetailProblem(StrEnum):
    """What is wrong with a field."""

    NOT_READABLE = "not_readable"
    MISSING = "missing"
    TOO_LONG = "too_long"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_CHOICE = "unknown_choice"
    CONTRADICTS = "contradicts"
    """Another field says the opposite."""


@dataclass(frozen=True, slots=True)
class DetailField:
    """One field; ``most`` is the greatest length of a text, or the greatest number."""

    name: str
    kind: FieldType
    is_required: bool = False
    most: int = 500
    choices: type[StrEnum] | None = None
    is_derived: bool = False
    """Written by the program when the event is recorded; no form asks for it."""


def _text(name: str, *, most: int = 200, required: bool = False) -> DetailField:
    return DetailField(name, FieldType.TEXT, required, most)


def _long(name: str, *, most: int = 2000, required: bool = False) -> DetailField:
    return DetailField(name, FieldType.LONG_TEXT, required, most)


def _day(name: str, *, required: bool = False) -> DetailField:
    return DetailField(name, FieldType.DAY, required)


def _choice(name: str, choices: type[StrEnum], *, required: bool = False) -> DetailField:
    return DetailField(name, FieldType.CHOICE, required, choices=choices)


def _yes_no(name: str, *, required: bool = False) -> DetailField:
    return DetailField(name, FieldType.YES_NO, required)


def _number(name: str, *, most: int, required: bool = False) -> DetailField:
    return DetailField(name, FieldType.NUMBER, required, most)


def _id(name: str, kind: FieldType, *, required: bool = False) -> DetailField:
    return DetailField(name, kind, required, 60)


def _derived(name: str, kind: FieldType) -> DetailField:
    return DetailField(name, kind, most=60, is_derived=True)


DETAIL_FIELDS: Final[Mapping[CaseEventKind, tuple[DetailField, ...]]] = {
    # the chain
    _K.ACCEPTED: (_day("accepted_on"), _yes_no("is_told")),
    _K.REFUSED: (_long("reason", required=True), _long("other_way", required=True)),
    _K.TAKEN_ON: (_id("unit_id", FieldType.UNIT),),
    _K.URGED: (_id("unit_id", FieldType.UNIT),),
    _K.REPORTED_BACK: (_id("unit_id", FieldType.UNIT), _long("result", required=True)),
    _K.FEEDBACK_GIVEN: (
        _id("parties", FieldType.PARTIES),
        _text("manner"),
        _day("given_on", required=True),
    ),
    # clocks
    _K.CLOCK_PAUSED: (
        _choice("ground", PauseGround, required=True),
        _choice("limit", LimitKey),
        _day("from_on", required=True),
    ),
    _K.CLOCK_RESUMED: (_choice("limit", LimitKey), _day("from_on", required=True)),
    _K.EXTENDED: (
        _choice("limit", LimitKey, required=True),
        _number("days", most=365, required=True),
        _text("approved_by", most=80, required=True),
        _id("consented", FieldType.PARTIES),
        _long("reason", required=True),
        _day("told_on", required=True),
    ),
    # petitions
    _K.MET: (_day("met_on", required=True), _text("met_by", most=80), _text("place")),
    _K.INVESTIGATED: (_day("done_on", required=True), _text("by", most=200)),
    # What a 信访处理意见书 says: 信访工作条例 (2022-02-25), Art. 32.
    _K.ANSWERED: (
        _choice("outcome", AnswerOutcome, required=True),
        _long("request", required=True),
        _long("facts", required=True),
        _text("basis", most=500, required=True),
        _text("number", most=60),
        _id("unit_id", FieldType.UNIT),
        _day("delivered_on", required=True),
    ),
    _K.EVALUATION_SOUGHT: (
        _day("sought_on", required=True),
        _text("manner"),
        _text("why_not_reached", most=500),
    ),
    _K.EVALUATED: (
        _choice("satisfaction", Satisfaction, required=True),
        _day("given_on", required=True),
    ),
    _K.REVIEW_ASKED: (_day("asked_on", required=True), _id("unit_id", FieldType.UNIT)),
    _K.REVIEW_DECIDED: (
        _choice("outcome", ReviewOutcome, required=True),
        _day("delivered_on", required=True),
    ),
    _K.RE_REVIEW_ASKED: (_day("asked_on", required=True), _id("unit_id", FieldType.UNIT)),
    _K.RE_REVIEW_DECIDED: (
        _choice("outcome", ReviewOutcome, required=True),
        _day("delivered_on", required=True),
    ),
    # mediation
    _K.SETTLED: (_choice("settled_by", SettledBy),),
    _K.MEDIATION_HELD: (
        _day("held_on"),
        _choice("place", SessionPlace),
        _text("place_name"),
        _choice("language", SpokenLanguage),
        _text("mediators", most=300),
        _long("attendees", most=500),
        _yes_no("rights_told"),
        _id("refused_by", FieldType.PARTIES),
        _choice("outcome", SessionOutcome),
    ),
    _K.WAY_CHANGED: (_choice("way", MediationWay, required=True),),
    _K.PARTY_REFUSED: (_id("parties", FieldType.PARTIES, required=True),),
    _K.PARTY_AGREED: (_id("parties", FieldType.PARTIES, required=True),),
    _K.TOLD_OTHER_WAYS: (_long("ways", required=True),),
    # the court
    _K.CONSENTED: (_id("parties", FieldType.PARTIES, required=True), _text("manner")),
    _K.COURT_SENT: (
        _choice("sending", CourtSending, required=True),
        _text("court", most=100, required=True),
        _text("number", most=60),
        _day("sent_on", required=True),
        _number("days", most=365, required=True),
        _derived("parties", FieldType.PARTIES),
    ),
    _K.SENT_BACK_TO_COURT: (_day("sent_on", required=True), _long("reason", required=True)),
    _K.CONFIRMATION_APPLIED: (
        _id("agreement_id", FieldType.RECORD, required=True),
        _text("court", most=100, required=True),
        _day("applied_on", required=True),
        _yes_no("is_joint"),
        _derived("effective_on", FieldType.DAY),
        _derived("last_day", FieldType.DAY),
    ),
    _K.CONFIRMATION_WITHDRAWN: (_day("withdrawn_on", required=True),),
    _K.CONFIRMATION_ACCEPTED: (_day("filed_on", required=True), _text("number", most=60)),
    _K.CONFIRMATION_RULED: (
        _choice("outcome", RulingOutcome, required=True),
        _text("number", most=60),
        _day("ruled_on", required=True),
        _text("reason", most=500),
    ),
    _K.ENFORCEMENT_APPLIED: (
        _choice("enforcement_basis", EnforcementBasis),
        _id("parties", FieldType.PARTIES),
        _text("court", most=100),
        _day("applied_on", required=True),
    ),
    _K.SUIT_FILED: (_text("court", most=100), _text("number", most=60), _day("filed_on")),
    _K.HEARING_ATTENDED: (_day("held_on", required=True), _text("mediators", most=300)),
    # with and after all of them
    _K.LAW_EXPLAINED: (
        _text("law", most=200, required=True),
        _text("article", most=60),
        _choice("language", SpokenLanguage),
    ),
    _K.FOLLOWED_UP: (
        _day("visited_on", required=True),
        _id("parties", FieldType.PARTIES),
        _choice("performance", Performance),
        _choice("satisfaction", Satisfaction),
        _text("left_over", most=500),
    ),
}
"""Kinds that are not here carry nothing, or have a reader of their own (a report to the police)."""


def read_detail(kind: CaseEventKind, detail: str | None) -> dict[str, Any]:
    """The fields of this kind with days as dates and choices as their enums.

    What is wrong or missing is left out; what a newer program wrote besides is not among them.
    """
    body = _object(detail) or {}
    found = {}
    for field in DETAIL_FIELDS.get(kind, ()):
        value = body.get(field.name)
        if value is not None and _problem(field, value) is None:
            found[field.name] = _typed(field, value)
    return found


def write_detail(kind: CaseEventKind, values: Mapping[str, Any]) -> str | None:
    """As an event keeps it: empty fields left out; None where nothing is left.

    Raises ``ValueError`` for a field this kind does not have.
    """
    names = {field.name for field in DETAIL_FIELDS.get(kind, ())}
    if unknown := values.keys() - names:
        raise ValueError(f"{kind} has no {sorted(unknown)}")
    body = {name: _plain(value) for name, value in values.items() if value not in (None, "", [])}
    return json.dumps(body, ensure_ascii=False) if body else None


def detail_problem(
    kind: CaseEventKind, detail: str | None, *, is_new: bool = True
) -> tuple[str, DetailProblem] | None:
    """The first field that is wrong, and how; None when the event may be written like this.

    ``is_new`` is false for events of a program that did not ask yet: nothing is missing then.
    """
    body = _object(detail)
    if body is None or len(detail or "") > MAX_DETAIL:
        return ("", DetailProblem.NOT_READABLE)
    for field in DETAIL_FIELDS.get(kind, ()):
        value = body.get(field.name)
        if value in (None, "", []):
            if field.is_required and is_new:
                return (field.name, DetailProblem.MISSING)
            continue
        problem = _problem(field, value)
        if problem is not None:
            return (field.name, problem)
    return _contradiction(kind, body)


def _contradiction(
    kind: CaseEventKind, body: Mapping[str, Any]
) -> tuple[str, DetailProblem] | None:
    """Nobody comes to terms in the session they refuse: a tick at 谁拒绝调解 that was meant for
    who came would stop the case (人民调解法 2010-08-28, Art. 17)."""
    has_agreed = body.get("outcome") == SessionOutcome.AGREED.value
    if kind is _K.MEDIATION_HELD and has_agreed and body.get("refused_by"):
        return ("refused_by", DetailProblem.CONTRADICTS)
    return None


def _object(detail: str | None) -> dict[str, Any] | None:
    try:
        body = json.loads(detail or "{}")
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _problem(field: DetailField, value: Any) -> DetailProblem | None:
    match field.kind:
        case FieldType.YES_NO:
            return None if isinstance(value, bool) else DetailProblem.WRONG_TYPE
        case FieldType.NUMBER:
            is_number = isinstance(value, int) and not isinstance(value, bool)
            is_right = is_number and 0 <= value <= field.most
            return None if is_right else DetailProblem.WRONG_TYPE
        case FieldType.PARTIES:
            return _list_problem(value, field.most)
    if not isinstance(value, str) or not _is_storable(value):
        return DetailProblem.WRONG_TYPE
    if field.kind is FieldType.DAY:
        return None if _as_day(value) else DetailProblem.WRONG_TYPE
    if field.choices is not None:
        is_known = value in set(field.choices)
        return None if is_known else DetailProblem.UNKNOWN_CHOICE
    return DetailProblem.TOO_LONG if len(value) > field.most else None


def _list_problem(value: Any, most: int) -> DetailProblem | None:
    if not isinstance(value, list) or len(value) > MAX_LIST:
        return DetailProblem.WRONG_TYPE
    is_right = all(
        isinstance(one, str) and 0 < len(one) <= most and _is_storable(one) for one in value
    )
    return None if is_right else DetailProblem.WRONG_TYPE


def _is_storable(text: str) -> bool:
    """Whether databases and screens take it: JSON can spell halves of characters, and NUL."""
    return "\x00" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def _as_day(value: str) -> date | None:
    """None for a day nobody of a case can mean: counting from one ends outside of time."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _typed(field: DetailField, value: Any) -> Any:
    if field.kind is FieldType.DAY:
        return date.fromisoformat(value)
    return field.choices(value) if field.choices is not None else value


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
