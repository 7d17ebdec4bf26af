"""The words of a grid worker's week: visits, micro-services, hazards, duty, patrols, the team."""

from __future__ import annotations

from enum import StrEnum


class VisitPurpose(StrEnum):
    """Why somebody was visited."""

    ROUTINE = "routine"
    CARE = "care"
    HAZARD_CHECK = "hazard_check"
    DISPUTE_CHECK = "dispute_check"
    POLICY = "policy"
    FOLLOW_UP = "follow_up"
    OTHER = "other"


class VisitWay(StrEnum):
    """How; only a visit at the door or a talk elsewhere counts as having seen somebody."""

    AT_HOME = "at_home"
    ELSEWHERE = "elsewhere"
    BY_PHONE = "by_phone"
    NOBODY_HOME = "nobody_home"


class ServiceKind(StrEnum):
    """What a household asked of its grid worker (微服务)."""

    ERRAND = "errand"
    PAPERS = "papers"
    CARE = "care"
    REPAIR = "repair"
    TRANSPORT = "transport"
    POLICY_QUESTION = "policy_question"
    OTHER = "other"


class HazardKind(StrEnum):
    """What may go wrong; wooden villages burn, so fire and wiring stand first."""

    FIRE = "fire"
    WIRING = "wiring"
    BUILDING = "building"
    ROAD = "road"
    WATER = "water"
    LANDSLIDE = "landslide"
    PUBLIC_ORDER = "public_order"
    OTHER = "other"


class HazardLevel(StrEnum):
    """GB/T 31000-2015, 5.63 治安隐患等级."""

    HIGH = "01"
    MEDIUM = "02"
    LOW = "03"

    @property
    def chinese_name(self) -> str:
        """The standard's name."""
        return {"01": "高", "02": "中", "03": "低"}[self.value]


class TeamPost(StrEnum):
    """A place in a village's 1+X team: the auxiliary policeman is the 1, all others the X."""

    AUXILIARY_POLICE = "auxiliary_police"
    POLICEMAN = "policeman"
    VILLAGE_SECRETARY = "village_secretary"
    VILLAGE_OFFICIAL = "village_official"
    GRID_WORKER = "grid_worker"
    MEDIATOR = "mediator"
    ELDER = "elder"
    LEGAL_ADVISER = "legal_adviser"
    VOLUNTEER = "volunteer"
    OTHER = "other"


class WorkField(StrEnum):
    """The field of a form that a problem belongs to; named as the column is."""

    HOUSEHOLD = "household_id"
    VISITED_ON = "visited_on"
    MET = "met"
    NOTE = "note"
    ASKER_NAME = "asker_name"
    ASKER_PHONE = "asker_phone"
    ASKED_ON = "asked_on"
    TEXT = "text"
    DUE_ON = "due_on"
    DONE_ON = "done_on"
    DONE_NOTE = "done_note"
    PLACE = "place"
    FOUND_ON = "found_on"
    RESOLVED_ON = "resolved_on"


class WorkProblem(StrEnum):
    """What is wrong with what was typed."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    IN_FUTURE = "in_future"
    TOO_EARLY = "too_early"
    BEFORE_ASKED = "before_asked"
    BEFORE_FOUND = "before_found"


class DueReason(StrEnum):
    """Why a household stands in the plan."""

    NEVER_VISITED = "never_visited"
    CAME_LATELY = "came_lately"
    """Moved in or split off, and not visited since."""
    INTERVAL_OVER = "interval_over"


class PlanPlace(StrEnum):
    """Where a household stands in the week's plan."""

    OVERDUE = "overdue"
    THIS_WEEK = "this_week"
    NO_ROOM = "no_room"
    """Due as well, and more than the week holds."""
