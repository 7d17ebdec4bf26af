"""The week's plan on paper, with room to write down what was found on the way."""

from __future__ import annotations

from collections.abc import Iterable

from app.grid_work.plan import VisitDue
from i18n.text import tr
from ui.widgets.paper import table_html, text_html
from ui.wording_grid_work import due_reason_text, due_text, household_words
from ui.wording_rules import name_of


def plan_html(due: Iterable[VisitDue], summary: str) -> str:
    """One table for each grid worker, in the order to walk it."""
    parts = [f"<p>{text_html(summary)}</p>"]
    by_worker: dict[str, list[VisitDue]] = {}
    for one in due:
        by_worker.setdefault(one.worker_name, []).append(one)
    for worker, rows in by_worker.items():
        name = worker or tr("还没有网格员")
        parts.append(f"<h3>{text_html(tr('网格员：{name}', name=name))}</h3>")
        parts.append(table_html(_heads(), [_cells(one) for one in rows]))
    return "".join(parts)


def _heads() -> list[str]:
    return [tr("本周"), tr("户"), tr("住址"), tr("为什么"), tr("期限"), tr("走访情况")]


def _cells(due: VisitDue) -> list[str]:
    return [
        name_of(due.place),
        household_words(due.number, due.head_name),
        due.address,
        due_reason_text(due),
        due_text(due),
        "",
    ]
