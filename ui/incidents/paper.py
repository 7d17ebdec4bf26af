"""One incident on paper: what it is, who was in it, what happened. Telephones stay masked."""

from __future__ import annotations

from collections.abc import Iterator

from app.incidents.detail import IncidentDetail, IncidentEventRow
from i18n.text import tr
from ui.widgets.paper import table_html, text_html
from ui.wording_incidents import class_word, event_line, where_words
from ui.wording_rules import name_of
from ui.wording_time import long_moment


def incident_html(incident: IncidentDetail) -> str:
    """The body of the paper; its title and the unit stand on every page by themselves."""
    parts = [f"<h2>{text_html(incident.title)}</h2>", *_facts(incident)]
    if incident.people:
        parts.append(f"<h3>{tr('有关人员')}</h3>")
        parts.append(
            table_html(
                (tr("身份"), tr("姓名"), tr("电话"), tr("住址")),
                [
                    (name_of(one.role), one.name, one.phone, one.address or "")
                    for one in incident.people
                ],
            )
        )
    parts.append(f"<h3>{tr('处置经过')}</h3>")
    rows = [_event(event) for event in incident.events]
    parts.append(table_html((tr("时间"), tr("情况"), tr("记录人")), rows))
    return "".join(parts)


def _facts(incident: IncidentDetail) -> Iterator[str]:
    for word, value in (
        (tr("性质"), class_word(incident.incident_class)),
        (tr("状态"), name_of(incident.state)),
        (tr("时间"), long_moment(incident.happened_at)),
        (tr("地点"), where_words(incident.micro_grid_name, incident.place)),
        (tr("来源"), name_of(incident.source)),
        (tr("登记"), _recorded(incident)),
        (tr("经过"), incident.story),
    ):
        if value:
            yield f"<p><b>{text_html(word)}</b> {text_html(value)}</p>"


def _recorded(incident: IncidentDetail) -> str:
    return f"{incident.recorded_by} {long_moment(incident.recorded_at)}".strip()


def _event(event: IncidentEventRow) -> tuple[str, str, str]:
    role = name_of(event.by_role) if event.by_role else ""
    return (
        long_moment(event.done_at or event.happened_at),
        event_line(event.kind, event.note, event.detail),
        f"{role} {event.by_name}".strip(),
    )
