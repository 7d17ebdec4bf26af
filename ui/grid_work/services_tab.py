"""微服务: what was asked of the grid, and when it was done."""

from __future__ import annotations

from functools import cached_property, partial

from app.grid_work.actions import remove_service, reopen_service
from app.grid_work.lists import service_page
from app.grid_work.queries import one_service
from app.grid_work.rows import ServiceRow
from app.laptop import today_in_china
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.grid_work.service_form import ServiceDoneForm, ServiceForm
from ui.grid_work.work_card import CardButton, CardContent
from ui.grid_work.work_list import WorkList
from ui.grid_work.work_tab import WorkTab
from ui.widgets.rows_model import Column
from ui.widgets.sync_column import sync_column
from ui.wording_cases import day_text
from ui.wording_grid_work import (
    done_pill,
    household_words,
    limit_text,
    month_day,
    service_state,
)
from ui.wording_rules import name_of


class ServicesTab(WorkTab):
    """Open ones first to be seen; 办完了 asks what came of it."""

    ENTITIES = ("micro_service", "household", "account")

    @cached_property
    def form(self) -> ServiceForm:
        form = ServiceForm(self._context)
        form.saved.connect(self._on_saved)
        form.next_asked.connect(self.begin)
        self._take_in(form)
        return form

    @cached_property
    def done_form(self) -> ServiceDoneForm:
        form = ServiceDoneForm(self._context)
        form.saved.connect(self._on_done)
        self._take_in(form)
        return form

    def _make_list(self) -> WorkList:
        return WorkList(
            self._context,
            title=tr("微服务"),
            columns=_columns(self._context),
            read_page=service_page,
            has_states=True,
            wide_only=(tr("提出"), tr("上报")),
            empty=(tr("没有要办的微服务"), tr("有人请网格员帮忙办事，按 Ctrl+N 记下来。")),
        )

    def _read_one(self, record_id: str) -> ServiceRow | None:
        return one_service(self._context.store, self._context.actor, record_id)

    def _content(self, found: ServiceRow) -> CardContent:
        is_done = found.done_on is not None
        today = today_in_china(self._context.store.clock)
        done = " · ".join(
            part
            for part in (
                day_text(found.done_on) if found.done_on else "",
                found.done_by_name,
                found.done_note,
            )
            if part
        )
        buttons = [
            CardButton("reopen", tr("重新打开"))
            if is_done
            else CardButton("done", tr("办完了"), is_primary=True),
            CardButton("edit", tr("修改")),
            CardButton("remove", tr("删去")),
        ]
        return CardContent(
            record_id=found.id,
            unit_id=found.unit_id,
            title=tr("{kind}：{who}", kind=name_of(found.kind), who=found.asker_name),
            sync_state=found.sync_state,
            pill=done_pill(is_done=is_done, days_late=found.days_late(today)),
            facts=(
                (tr("请办"), found.text),
                (tr("户"), household_words(found.number, found.head_name)),
                (tr("电话"), found.asker_phone),
                (tr("提出"), day_text(found.asked_on)),
                (tr("期限"), day_text(found.due_on) if found.due_on else ""),
                (tr("办理"), done),
                (tr("登记人"), found.by_name),
            ),
            buttons=buttons if self.may_record else (),
        )

    def _on_asked(self, key: str) -> None:
        content = self.card.content
        if content is None:
            return
        store, actor, service_id = self._context.store, self._context.actor, content.record_id
        if key == "edit":
            self.begin_edit(service_id)
        elif key == "done":
            self._show_form(self.done_form)
            self.done_form.begin_done(service_id)
        elif key == "reopen":
            work = partial(reopen_service, store, actor, service_id=service_id)
            self._write(work, tr("已重新打开：{what}", what=content.title))
        else:
            work = partial(remove_service, store, actor, service_id=service_id)
            self._write(work, tr("已删去：{what}", what=content.title))

    def _on_saved(self, changes: Changes) -> None:
        self._say_done(changes, tr("微服务已记下。"))

    def _on_done(self, changes: Changes) -> None:
        self._say_done(changes, tr("已记为办完。"))


def _columns(context: PageContext) -> list[Column[ServiceRow]]:
    clock = context.store.clock
    return [
        Column(
            tr("情况"),
            lambda one: service_state(one, today_in_china(clock))[0],
            tone=lambda one: service_state(one, today_in_china(clock))[1],
            width=90,
            is_pill=True,
        ),
        Column(tr("请办什么"), lambda one: f"{name_of(one.kind)} · {one.text}"),
        Column(tr("谁提出的"), lambda one: one.asker_name, width=90),
        Column(tr("提出"), lambda one: month_day(one.asked_on), width=70),
        Column(tr("期限"), lambda one: limit_text(one.due_on, 0), width=86),
        sync_column(tr("上报"), width=80),
    ]
