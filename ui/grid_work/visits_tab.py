"""走访: the visits that were made, and the form of a new one."""

from __future__ import annotations

from functools import cached_property, partial

from app.grid_work.actions import remove_visit
from app.grid_work.lists import visit_page
from app.grid_work.queries import of_visit, one_visit
from app.grid_work.rows import HazardRow, ServiceRow, VisitRow
from app.grid_work.vocabulary import VisitWay
from app.laptop import today_in_china
from app.store import Changes
from i18n.text import tr
from ui.grid_work.visit_form import VisitForm
from ui.grid_work.work_card import CardButton, CardContent
from ui.grid_work.work_list import WorkList
from ui.grid_work.work_tab import WorkTab
from ui.widgets.rows_model import Column
from ui.widgets.sync_column import sync_column
from ui.widgets.timeline import TimelineEntry
from ui.wording_cases import day_text
from ui.wording_grid_work import (
    came_of_it,
    hazard_line,
    household_words,
    month_day,
    recorded_visit,
    service_line,
)
from ui.wording_rules import name_of

Found = tuple[VisitRow, tuple[ServiceRow, ...], tuple[HazardRow, ...]]
WAY_TONES = {VisitWay.NOBODY_HOME: "warn", VisitWay.BY_PHONE: "info"}


class VisitsTab(WorkTab):
    """Each line a visit; the card says what came of it."""

    ENTITIES = ("visit", "micro_service", "hazard", "household", "account")
    SUBJECT = "visit"

    @cached_property
    def form(self) -> VisitForm:
        form = VisitForm(self._context)
        form.saved.connect(self._on_saved)
        form.next_asked.connect(self.begin)
        self._take_in(form)
        return form

    def _make_list(self) -> WorkList:
        return WorkList(
            self._context,
            title=tr("走访记录"),
            columns=_columns(),
            read_page=visit_page,
            has_states=False,
            wide_only=(tr("走访人"), tr("上报")),
            empty=(tr("这段时间没有走访记录"), tr("按“登记走访”（Ctrl+N）记下第一次。")),
        )

    def _read_one(self, record_id: str) -> Found | None:
        visit = one_visit(self._context.store, self._context.actor, record_id)
        if visit is None:
            return None
        return visit, *of_visit(self._context.store, self._context.actor, record_id)

    def _content(self, found: Found) -> CardContent:
        visit, services, hazards = found
        today = today_in_china(self._context.store.clock)
        buttons = [CardButton("edit", tr("修改")), CardButton("remove", tr("删去"))]
        return CardContent(
            record_id=visit.id,
            unit_id=visit.unit_id,
            title=household_words(visit.number, visit.head_name),
            sync_state=visit.sync_state,
            pill=(name_of(visit.way), WAY_TONES.get(visit.way, "ok")),
            facts=(
                (tr("日期"), day_text(visit.visited_on)),
                (tr("事由"), name_of(visit.purpose)),
                (tr("见到谁"), visit.met),
                (tr("情况"), visit.note),
                (tr("微网格"), visit.micro_grid_name),
                (tr("走访人"), visit.by_name),
            ),
            entries=[
                *(
                    TimelineEntry(tr("微服务"), service_line(one, today), record_id=one.id)
                    for one in services
                ),
                *(
                    TimelineEntry(tr("隐患"), hazard_line(one, today), record_id=one.id)
                    for one in hazards
                ),
            ],
            buttons=buttons if self.may_record else (),
        )

    def _on_asked(self, key: str) -> None:
        content = self.card.content
        if content is None:
            return
        if key == "edit":
            self.begin_edit(content.record_id)
            return
        work = partial(
            remove_visit, self._context.store, self._context.actor, visit_id=content.record_id
        )
        self._write(work, tr("已删去 {home} 的这次走访。", home=content.title))

    def _connect(self) -> None:
        super()._connect()
        self.card.entry_opened.connect(self._on_entry_opened)

    def _on_entry_opened(self, record_id: str) -> None:
        self._context.open_record("hazard", record_id)

    def _on_saved(self, changes: Changes) -> None:
        self._say_done(changes, recorded_visit(self.form.visited[1]))


def _columns() -> list[Column[VisitRow]]:
    return [
        Column(tr("日期"), lambda one: month_day(one.visited_on), width=70),
        Column(tr("户"), lambda one: household_words(one.number, one.head_name), width=130),
        Column(
            tr("方式"),
            lambda one: name_of(one.way),
            tone=lambda one: WAY_TONES.get(one.way),
            width=84,
        ),
        Column(tr("事由和情况"), _told),
        Column(tr("走访人"), lambda one: one.by_name, width=80),
        sync_column(tr("上报"), width=80),
    ]


def _told(visit: VisitRow) -> str:
    parts = (name_of(visit.purpose), came_of_it(visit.services, visit.hazards), visit.note)
    return " · ".join(part for part in parts if part)
