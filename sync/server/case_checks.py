"""What the county asks of a case file and of its parties before it keeps them.

The same rules as on the laptop; only fields that this operation changes are judged, so that what
was let in by an older program never holds back a later correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from app.cases.file_rules import (
    FIELDS_OF_KIND,
    FileFacts,
    PersonFacts,
    check_file,
    check_person,
    kind_problem,
)
from app.cases.vocabulary import AgentKind, CaseKind, CaseProblem, CaseState
from app.links.vocabulary import LinkKind
from sync.protocol.messages import Reason
from sync.server.refusal import RefusedError

_BY_KIND: Final = {field.value for fields in FIELDS_OF_KIND.values() for field in fields}
_OF_PERSON: Final = (
    *("is_organisation", "ethnicity", "category", "birth_date", "region"),
    *("agent_kind", "agent_name"),
)


def check_file_fields(
    before: Mapping[str, Any] | None, body: Mapping[str, Any], *, made_on: date
) -> None:
    """Raises ``RefusedError`` BAD_VALUE with the fields that are wrong."""
    kind = CaseKind(body["kind"])
    is_corrected = before is not None and before.get("kind") != body["kind"]
    # What only the old kind had must go with it.
    changed = _BY_KIND if is_corrected else _changed(_BY_KIND, before, body)
    strange = {name for name in changed if body.get(name)} - {*FIELDS_OF_KIND[kind]}
    if strange:
        _refuse(dict.fromkeys(strange, CaseProblem.NOT_OF_THIS_KIND))
    facts = FileFacts(
        kind=kind,
        received_on=_day(body.get("received_on")),
        wanted=body.get("wanted") or "",
        head_count=body.get("head_count"),
        place_region=body.get("place_region"),
    )
    # A laptop's clock may be off by some hours, so tomorrow is let pass.
    problems = check_file(facts, today=made_on + timedelta(days=1))
    wrong = {str(each.field): each.code for each in problems if each.field in changed}
    if wrong:
        _refuse(wrong)


def check_kind(
    before: Mapping[str, Any] | None, body: Mapping[str, Any], *, state: str | None
) -> None:
    """Raises ``RefusedError`` BAD_VALUE for a case that cannot be of another kind any more."""
    if before is None:
        return
    problem = kind_problem(
        CaseKind(before["kind"]),
        CaseKind(body["kind"]),
        state=CaseState(state or CaseState.NOT_RECORDED),
        is_confidential=bool(before.get("is_confidential")),
    )
    if problem is not None:
        _refuse({"kind": problem})


def check_party_fields(
    before: Mapping[str, Any] | None, body: Mapping[str, Any], *, made_on: date
) -> None:
    """Raises ``RefusedError`` BAD_VALUE with the first thing that is wrong."""
    if not _changed(set(_OF_PERSON), before, body):
        return
    agent = body.get("agent_kind")
    facts = PersonFacts(
        is_organisation=bool(body.get("is_organisation")),
        ethnicity=body.get("ethnicity"),
        category=body.get("category"),
        birth_date=_day(body.get("birth_date")),
        region=body.get("region"),
        agent_kind=AgentKind(agent) if agent else None,
        agent_name=body.get("agent_name"),
    )
    problem = check_person(facts, today=made_on + timedelta(days=1))
    if problem is not None:
        _refuse({_FIELD_OF[problem]: problem})


def check_link(body: Mapping[str, Any]) -> None:
    """Raises ``RefusedError`` BAD_VALUE for a link that can be none."""
    if body["from_id"] == body["to_id"]:
        raise RefusedError(Reason.BAD_VALUE, fields={"to_id": "itself"})
    ends = {body["from_entity"], body["to_entity"]}
    if body["kind"] in (LinkKind.RELATED, LinkKind.FLARED_UP) and ends != {"case_file"}:
        raise RefusedError(Reason.BAD_VALUE, fields={"to_entity": "not_a_case"})


_FIELD_OF: Final[Mapping[CaseProblem, str]] = {
    CaseProblem.ORGANISATION_IS_NO_PERSON: "is_organisation",
    CaseProblem.ETHNICITY_UNKNOWN: "ethnicity",
    CaseProblem.CATEGORY_UNKNOWN: "category",
    CaseProblem.BIRTH_IN_FUTURE: "birth_date",
    CaseProblem.REGION_UNKNOWN: "region",
    CaseProblem.AGENT_NAME_MISSING: "agent_name",
    CaseProblem.AGENT_KIND_MISSING: "agent_kind",
}


def _changed(
    names: set[str], before: Mapping[str, Any] | None, body: Mapping[str, Any]
) -> set[str]:
    return {name for name in names if body.get(name) != (before or {}).get(name)}


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _refuse(fields: Mapping[str, Any]) -> None:
    raise RefusedError(Reason.BAD_VALUE, fields={name: str(code) for name, code in fields.items()})
