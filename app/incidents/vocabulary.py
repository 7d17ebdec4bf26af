"""The words of an incident: its class, who was in it, what can happen to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from enum import StrEnum
from typing import Any


class IncidentClass(StrEnum):
    """GB/T 31000-2015, 5.61 案(事)件性质."""

    PUBLIC_ORDER = "01"
    CRIMINAL = "02"
    CIVIL = "03"
    ADMINISTRATIVE = "04"
    OTHER = "99"

    @property
    def chinese_name(self) -> str:
        """The standard's name without 案件; the grid notes an incident, the police open a case."""
        return {"01": "治安", "02": "刑事", "03": "民事", "04": "行政", "99": "其他"}[self.value]


class IncidentSource(StrEnum):
    """How the grid came to know of it."""

    SEEN_BY_GRID = "seen_by_grid"
    TOLD_BY_VILLAGER = "told_by_villager"
    PATROL = "patrol"
    FROM_POLICE = "from_police"
    FROM_CASE = "from_case"
    OTHER = "other"


class IncidentRole(StrEnum):
    """What a person has to do with an incident."""

    REPORTER = "reporter"
    INVOLVED = "involved"
    HARMED = "harmed"
    WITNESS = "witness"


class IncidentEventKind(StrEnum):
    """What can happen to an incident."""

    RECORDED = "recorded"
    NOTE_ADDED = "note_added"
    GRID_ACTED = "grid_acted"
    REPORTED_TO_POLICE = "reported_to_police"
    POLICE_MEDIATED = "police_mediated"
    POLICE_RESULT = "police_result"
    BECAME_CASE = "became_case"
    CLOSED = "closed"
    REOPENED = "reopened"
    """Answers an end, a withdrawal or a case that was made of it by mistake."""
    WITHDRAWN = "withdrawn"
    """It was recorded by mistake."""


class IncidentState(StrEnum):
    """Where an incident stands; folded from its events, never written by hand."""

    NOT_RECORDED = "not_recorded"
    OPEN = "open"
    WITH_POLICE = "with_police"
    ANSWERED = "answered"
    """The police have told the result."""
    BECAME_CASE = "became_case"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class SignerCapacity(StrEnum):
    """In what capacity somebody signs the paper of a police mediation."""

    POLICEMAN = "policeman"
    AUXILIARY_POLICE = "auxiliary_police"
    PARTY = "party"
    WITNESS = "witness"


class ReportWay(StrEnum):
    """How the police were told."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    EMERGENCY_CALL = "emergency_call"
    """110."""
    OTHER = "other"


class IncidentProblem(StrEnum):
    """What is wrong with a draft of an incident."""

    TITLE_MISSING = "title_missing"
    TITLE_TOO_LONG = "title_too_long"
    CLASS_MISSING = "class_missing"
    MOMENT_MISSING = "moment_missing"
    MOMENT_IN_FUTURE = "moment_in_future"
    PLACE_MISSING = "place_missing"
    PLACE_TOO_LONG = "place_too_long"
    STORY_TOO_LONG = "story_too_long"
    PERSON_NAME_MISSING = "person_name_missing"


class IncidentField(StrEnum):
    """The field of the form a problem belongs to."""

    TITLE = "title"
    INCIDENT_CLASS = "incident_class"
    HAPPENED_AT = "happened_at"
    PLACE = "place"
    STORY = "story"
    PEOPLE = "people"


class ReportProblem(StrEnum):
    """What is wrong with a report to the police."""

    STATION_MISSING = "station_missing"
    MOMENT_MISSING = "moment_missing"
    MOMENT_IN_FUTURE = "moment_in_future"
    TEXT_TOO_LONG = "text_too_long"


class MediationProblem(StrEnum):
    """Why the paper of a police mediation does not hold."""

    POLICEMAN_MISSING = "policeman_missing"
    PARTIES_MISSING = "parties_missing"
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    RECORDER_AS_POLICEMAN = "recorder_as_policeman"
    """The auxiliary policeman who writes it down is named as the policeman."""


@dataclass(frozen=True, slots=True)
class PoliceReport:
    """The police were told: by whom it was taken, and what they gave in return.

    ``at`` is when, with its zone; None only while a form is being filled in.
    """

    station: str
    at: datetime | None
    officer: str = ""
    way: ReportWay = ReportWay.PHONE
    receipt: str = ""
    """The number of the receipt (接警编号), where there is one."""

    def as_detail(self) -> str:
        """As an event keeps it."""
        at = self.at.isoformat() if self.at else None
        return json.dumps({**asdict(self), "at": at}, ensure_ascii=False)

    @classmethod
    def of_detail(cls, detail: str | None) -> PoliceReport | None:
        """Read back; None for what is no report, a newer program's words are left aside."""
        body = _body(detail)
        if not isinstance(body.get("station"), str):
            return None
        way = _text(body, "way")
        return cls(
            station=body["station"],
            at=_moment(body.get("at")),
            officer=_text(body, "officer"),
            way=ReportWay(way) if way in set(ReportWay) else ReportWay.OTHER,
            receipt=_text(body, "receipt"),
        )


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed the paper of a police mediation, and as what."""

    name: str
    capacity: SignerCapacity


@dataclass(frozen=True, slots=True)
class PoliceMediation:
    """A mediation the police held, by its paper: who signed, and its number."""

    signers: tuple[Signer, ...]
    paper_number: str = ""

    def as_detail(self) -> str:
        """As an event keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of_detail(cls, detail: str | None) -> PoliceMediation | None:
        """Read back; None for what is no such paper. A capacity of a newer program: a witness."""
        body = _body(detail)
        found = body.get("signers")
        if not isinstance(found, list):
            return None
        signers = (one for one in found if isinstance(one, dict))
        return cls(tuple(_signer(one) for one in signers), _text(body, "paper_number"))


def _signer(body: Mapping[str, Any]) -> Signer:
    capacity = _text(body, "capacity")
    known = capacity in set(SignerCapacity)
    return Signer(
        _text(body, "name"), SignerCapacity(capacity) if known else SignerCapacity.WITNESS
    )


def _body(detail: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(detail or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    found = body.get(name)
    return found if isinstance(found, str) else ""


def _moment(found: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    # The first and the last year have hours that other time zones do not know.
    return moment if MINYEAR < moment.year < MAXYEAR else None
