"""The words of an incident: its class, who was in it, what can happen to it."""

from __future__ import annotations

from enum import StrEnum


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


class IncidentState(StrEnum):
    """Where an incident stands; folded from its events, never written by hand."""

    NOT_RECORDED = "not_recorded"
    OPEN = "open"
    WITH_POLICE = "with_police"
    ANSWERED = "answered"
    """The police have told the result."""
    BECAME_CASE = "became_case"
    CLOSED = "closed"


class SignerCapacity(StrEnum):
    """In what capacity somebody signs the paper of a police mediation."""

    POLICEMAN = "policeman"
    AUXILIARY_POLICE = "auxiliary_police"
    PARTY = "party"
    WITNESS = "witness"
