"""What law was explained in a case, and at which stage: 事前讲法, 事中明法, 事后析法."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.cases.detail_rules import read_detail
from app.cases.queries import EventRow
from app.cases.rules import fold
from app.cases.vocabulary import CaseEventKind, CaseStep, SpokenLanguage
from app.court.rules import law_stage
from app.court.vocabulary import LawStage
from app.reference import read_table


@dataclass(frozen=True, slots=True)
class ExplainedLaw:
    """One time somebody explained a law."""

    stage: LawStage
    law: str
    article: str
    language: SpokenLanguage | None
    note: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LawView:
    """What was explained at each stage, and at which the case stands now."""

    explained: tuple[ExplainedLaw, ...]
    now: LawStage

    def of(self, stage: LawStage) -> tuple[ExplainedLaw, ...]:
        """What was explained at this stage."""
        return tuple(one for one in self.explained if one.stage is stage)

    @property
    def empty_stages(self) -> tuple[LawStage, ...]:
        """The stages that the case has reached and at which nothing was explained."""
        reached = list(LawStage)[: list(LawStage).index(self.now) + 1]
        return tuple(stage for stage in reached if not self.of(stage))


def law_view(events: Sequence[EventRow]) -> LawView:
    """From the events of a case in county order."""
    past: list[CaseStep] = []
    found = []
    for event in events:
        if event.kind is CaseEventKind.LAW_EXPLAINED:
            found.append(_explained(event, law_stage(past, fold(past))))
        past.append(CaseStep(event.kind, event.detail, has_note=bool(event.note)))
    return LawView(tuple(found), law_stage(past, fold(past)))


def _explained(event: EventRow, stage: LawStage) -> ExplainedLaw:
    detail = read_detail(event.kind, event.detail)
    return ExplainedLaw(
        stage=stage,
        law=detail.get("law", ""),
        article=detail.get("article", ""),
        language=detail.get("language"),
        note=event.note or "",
        by_name=event.by_name,
        at=event.happened_at,
    )


def usual_laws(class_code: str) -> tuple[str, ...]:
    """Titles of laws for a dispute of this class: its own first, then those for every class."""
    own = [title for title, classes in _laws() if any(class_code.startswith(c) for c in classes)]
    general = [title for title, classes in _laws() if not classes]
    return (*own, *general)


@cache
def _laws() -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = read_table("court", "laws.csv")
    return tuple((row["title"], tuple(row["classes"].split())) for row in rows)
