"""隐患: what may do harm, what was done about it, and whether it is gone."""

from __future__ import annotations

from functools import cached_property, partial

from app.grid_work.hazards import remove_hazard, reopen_hazard
from app.grid_work.lists import hazard_page
from app.grid_work.queries import HazardDetail, one_hazard
from app.grid_work.rows import HazardRow
from app.grid_work.vocabulary import HazardLevel
from app.laptop import today_in_china
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.grid_work.hazard_form import HazardForm, MeasureForm
from ui.grid_work.work_card import CardButton, CardContent
from ui.grid_work.work_list import WorkList
from ui.grid_work.work_tab import WorkTab
from ui.widgets.rows_model import Column
from ui.widgets.sync_column import sync_column
from ui.widgets.timeline import TimelineEntry
from ui.wording_cases import day_text
from ui.wording_grid_work import (
    gone_pill,
    hazard_state,
    household_words,
    limit_text,
    month_day,
)
from ui.wording_rules import name_of

LEVEL_TONES = {HazardLevel.HIGH: "danger", HazardLevel.MEDIUM: "warn", HazardLevel.LOW: "neutral"}


class HazardsTab(WorkTab):
    """整改措施 says what was done; with the last one the hazard is gone."""

    ENTITIES = ("hazard", "hazard_measure", "household", "account")
    SUBJECT = "hazard"

    @cached_property
    def form(self) -> HazardForm:
        form = HazardForm(self._context)
        form.saved.connect(self._on_saved)
        form.next_asked.connect(self.begin)
        self._take_in(form)
        return form

    @cached_property
    def measure_form(self) -> MeasureForm:
        form = MeasureForm(self._context)
        form.saved.connect(self._on_measured)
        self._take_in(form)
        return form

    def begin(self, household_id: str = "", *, patrol_id: str | None = None) -> None:
        self._show_form(self.form)
        self.form.begin_new(self._unit_id, household_id, patrol_id=patrol_id)

    def _make_list(self) -> WorkList:
        return WorkList(
            self._context,
            title=tr("隐患"),
            columns=_columns(self._context),
            read_page=hazard_page,
            has_states=True,
            wide_only=(tr("在哪里"), tr("上报")),
            empty=(tr("没有还在的隐患"), tr("发现一处，按 Ctrl+N 记下来。")),
        )

    def _read_one(self, record_id: str) -> HazardDetail | None:
        return one_hazard(self._context.store, self._context.actor, record_id)

    def _content(self, found: HazardDetail) -> CardContent:
        hazard = found.hazard
        is_gone = hazard.resolved_on is not None
        today = today_in_china(self._context.store.clock)
        buttons = [
            *(
                [CardButton("reopen", tr("重新打开"))]
                if is_gone
                else [
                    CardButton("measure", tr("整改措施"), is_primary=True),
                    CardButton("gone", tr("已经消除")),
                ]
            ),
            CardButton("edit", tr("修改")),
            CardButton("remove", tr("删去")),
        ]
        return CardContent(
            record_id=hazard.id,
            unit_id=hazard.unit_id,
            title=tr("{kind}隐患：{place}", kind=name_of(hazard.kind), place=hazard.place),
            sync_state=hazard.sync_state,
            pill=gone_pill(is_gone=is_gone, days_late=hazard.days_late(today)),
            facts=(
                (tr("等级"), hazard.level.chinese_name),
                (tr("情况"), hazard.text),
                (tr("户"), household_words(hazard.number, hazard.head_name)),
                (tr("微网格"), hazard.micro_grid_name),
                (tr("发现"), day_text(hazard.found_on)),
                (tr("期限"), day_text(hazard.due_on)),
                (tr("消除"), day_text(hazard.resolved_on) if hazard.resolved_on else ""),
                (tr("登记人"), hazard.by_name),
            ),
            entries=[
                TimelineEntry(month_day(one.done_on), one.text, one.by_name)
                for one in reversed(found.measures)
            ],
            buttons=buttons if self.may_record else (),
        )

    def _on_asked(self, key: str) -> None:
        content = self.card.content
        if content is None:
            return
        store, actor, hazard_id = self._context.store, self._context.actor, content.record_id
        if key == "edit":
            self.begin_edit(hazard_id)
        elif key in ("measure", "gone"):
            self._show_form(self.measure_form)
            self.measure_form.begin_measure(hazard_id, is_gone=key == "gone")
        elif key == "reopen":
            work = partial(reopen_hazard, store, actor, hazard_id=hazard_id)
            self._write(work, tr("已重新打开：{what}", what=content.title))
        else:
            work = partial(remove_hazard, store, actor, hazard_id=hazard_id)
            self._write(work, tr("已删去：{what}", what=content.title))

    def _on_saved(self, changes: Changes) -> None:
        self._say_done(changes, tr("隐患已记下。"))

    def _on_measured(self, changes: Changes) -> None:
        self._say_done(changes, tr("整改措施已记下。"))


def _columns(context: PageContext) -> list[Column[HazardRow]]:
    clock = context.store.clock
    return [
        Column(
            tr("情况"),
            lambda one: hazard_state(one, today_in_china(clock))[0],
            tone=lambda one: hazard_state(one, today_in_china(clock))[1],
            width=90,
            is_pill=True,
        ),
        Column(
            tr("等级"),
            lambda one: one.level.chinese_name,
            tone=lambda one: LEVEL_TONES[one.level],
            width=58,
        ),
        Column(tr("在哪里"), _where, width=150),
        Column(tr("是什么"), lambda one: f"{name_of(one.kind)} · {one.text}"),
        Column(tr("期限"), lambda one: limit_text(one.due_on, 0), width=86),
        sync_column(tr("上报"), width=80),
    ]


def _where(hazard: HazardRow) -> str:
    home = household_words(hazard.number, hazard.head_name)
    return " · ".join(part for part in (home, hazard.place) if part)
