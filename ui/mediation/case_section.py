"""The tab 调解: which of the three ways leads, who mediates, what the sessions came to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.cases.detail_rules import read_detail
from app.cases.queries import CaseDetail, EventRow, counted_steps
from app.cases.rules import may_follow
from app.cases.vocabulary import CaseEventKind, CaseStep
from app.errors import UserFacingError
from app.mediation.mediators import MediatorRow, mediators_of, release_mediator
from app.mediation.rules import are_rights_told, may_change_way
from app.mediation.vocabulary import MediationWay, SessionOutcome
from i18n.text import tr
from ui.context import PageContext
from ui.mediation.mediator_form import MediatorForm
from ui.mediation.parts import (
    FormStack,
    MediationTab,
    RefusalBanner,
    a_button,
    button_row,
)
from ui.theme import set_style_property
from ui.widgets.cards import Card
from ui.widgets.labels import StatePill, text_label
from ui.widgets.line_table import Line, LineTable
from ui.wording import error_sentence
from ui.wording_cases import event_button
from ui.wording_mediation import skill_words
from ui.wording_rules import name_of
from ui.wording_time import village_day

_K = CaseEventKind
AGREEMENT_TAB = "agreement"
OUTCOME_TONES = {
    SessionOutcome.AGREED: "ok",
    SessionOutcome.GOES_ON: "info",
    SessionOutcome.FAILED: "warn",
}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as the list shows it."""

    event_id: str
    number: int
    when: str
    place: str
    language: str
    mediators: str
    outcome: SessionOutcome | None
    told: str


class MediationSection(MediationTab):
    """Way, mediators, sessions; events are told in the first tab, prefilled from here."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._case: CaseDetail | None = None
        self._rows: tuple[MediatorRow, ...] = ()
        self.refusal = RefusalBanner()
        self.way = StatePill()
        self.ways_so_far = text_label("", "muted", wraps=True)
        self.way_buttons = {way: a_button(_way_button(way, is_first=False)) for way in MediationWay}
        self.mediators = LineTable(
            _mediator,
            key=lambda row: row.mediator_id,
            name=tr("调解员"),
            empty=tr("还没有确定调解员。"),
        )
        self.add = a_button(tr("加调解员"))
        self.release = a_button(tr("不再调解"))
        self.sessions = LineTable(
            _held,
            key=lambda row: row.event_id,
            name=tr("调解经过"),
            empty=tr("还没有坐下来调解过。"),
        )
        self.rights = text_label(tr("还没有记过告知当事人权利。"), "muted", wraps=True)
        self.hold = a_button(event_button(_K.MEDIATION_HELD), is_primary=True)
        self.agree = a_button(tr("制作协议"))
        self.fail = a_button(event_button(_K.NOT_SETTLED))
        self.tell = a_button(event_button(_K.TOLD_OTHER_WAYS))
        self.refuse = a_button(event_button(_K.PARTY_REFUSED))
        self.form = MediatorForm(context)
        view = QWidget()
        self.stack = FormStack(view)
        self._build(view)
        self._connect()

    def show_case(self, case: CaseDetail) -> None:
        self._turn_to(case.case_id)
        self._case = case
        steps = counted_steps(case)
        self.refusal.show_case(case, may_tell=self._may(Permission.ADD_CASE_EVENT))
        self._show_way(case, steps)
        held = [each for each in case.events if each.kind is _K.MEDIATION_HELD]
        sessions = [_session(each, number) for number, each in enumerate(held, start=1)]
        self.sessions.show_rows(tuple(reversed(sessions)))
        self.rights.setVisible(bool(sessions) and not are_rights_told(steps))
        self._show_buttons(case, sessions)
        work = partial(_read, self._context, case.case_id)
        self._context.runner.read(work, on_done=self._on_read)

    # --- building -----------------------------------------------------------------------------

    def _build(self, view: QWidget) -> None:
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        ways = Card(tr("调解方式"))
        ways.header.addWidget(self.way)
        ways.add(self.ways_so_far)
        for button in self.way_buttons.values():
            button.setProperty("role", "quiet")
        self._step_buttons = (self.hold, self.agree, self.fail, self.tell, self.refuse)
        self._step_row = button_row(self._step_buttons)
        ways.add(self._step_row)
        self._way_row = button_row(list(self.way_buttons.values()))
        ways.add(self._way_row)
        people = Card(tr("调解员"), is_flush=True)
        people.add(self.mediators)
        self._people_row = _padded([self.add, self.release])
        people.add(self._people_row)
        held = Card(tr("调解经过"), is_flush=True)
        held.add(_padded([], self.rights))
        held.add(self.sessions)
        for part in (self.refusal, ways, people, held):
            column.addWidget(part)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)

    def _connect(self) -> None:
        for way, button in self.way_buttons.items():
            button.clicked.connect(partial(self._ask, _K.WAY_CHANGED, {"way": way.value}))
        self.refusal.agreed.connect(self._on_agreed)
        self.hold.clicked.connect(self._on_hold)
        self.fail.clicked.connect(partial(self._ask, _K.NOT_SETTLED, None))
        self.tell.clicked.connect(self._on_tell)
        self.refuse.clicked.connect(partial(self._ask, _K.PARTY_REFUSED, None))
        self.agree.clicked.connect(partial(self.section_wanted.emit, AGREEMENT_TAB))
        self.add.clicked.connect(self._on_add)
        self.release.clicked.connect(self._on_release)
        self.mediators.row_chosen.connect(self._show_release)
        self._listen(self.form)

    # --- showing ------------------------------------------------------------------------------

    def _show_way(self, case: CaseDetail, steps: list[CaseStep]) -> None:
        word = name_of(case.way) if case.way else tr("还没有开始")
        self.way.set_state(word, "info" if case.way else "neutral")
        self.ways_so_far.setText(_ways_line(steps, self._helpers(case)))
        may = self._may(Permission.MEDIATE) and may_follow(case.state, _K.WAY_CHANGED)
        for way, button in self.way_buttons.items():
            is_other = way is not case.way
            leads = may_change_way(self._context.actor.role, case.way, way)
            button.setText(_way_button(way, is_first=case.way is None))
            button.setAccessibleName(button.text())
            button.setVisible(may and is_other and leads)
        self._way_row.setVisible(any(not one.isHidden() for one in self.way_buttons.values()))

    def _helpers(self, case: CaseDetail) -> list[str]:
        units = self._context.actor.units
        return [units[each].name for each in case.helper_unit_ids if each in units]

    def _show_buttons(self, case: CaseDetail, sessions: list[SessionRow]) -> None:
        may_tell, may_mediate = self._may(Permission.ADD_CASE_EVENT), self._may(Permission.MEDIATE)
        is_refused = not self.refusal.isHidden()
        last = sessions[-1].outcome if sessions else None
        has_failed = last is SessionOutcome.FAILED or is_refused
        self.hold.setVisible(
            may_tell and not is_refused and may_follow(case.state, _K.MEDIATION_HELD)
        )
        self.agree.setVisible(may_mediate and last is SessionOutcome.AGREED and not is_refused)
        self.fail.setVisible(
            has_failed
            and self._may(Permission.CLOSE_CASE)
            and may_follow(case.state, _K.NOT_SETTLED)
        )
        self.tell.setVisible(has_failed and may_tell)
        self.refuse.setVisible(may_tell and may_follow(case.state, _K.PARTY_REFUSED))
        self.add.setVisible(may_mediate)
        shown = [one for one in self._step_buttons if not one.isHidden()]
        self._step_row.setVisible(bool(shown))
        is_agreed = not self.agree.isHidden()
        set_style_property(self.agree, "role", "primary" if is_agreed else "")
        set_style_property(self.hold, "role", "" if is_agreed else "primary")

    def _on_read(self, answer: tuple[str, tuple[MediatorRow, ...]]) -> None:
        case_id, rows = answer
        if case_id != self._case_id:
            return
        self._rows = rows
        self.mediators.show_rows(rows)
        self._show_release()

    def _show_release(self, *_chosen: object) -> None:
        """It says whom; of several somebody is chosen first."""
        row = self._to_release()
        self.release.setVisible(row is not None and self._may(Permission.MEDIATE))
        if row is not None:
            self.release.setText(tr("{name} 不再调解", name=row.name))
            self.release.setAccessibleName(self.release.text())
        self._people_row.setVisible(not (self.add.isHidden() and self.release.isHidden()))

    def _to_release(self) -> MediatorRow | None:
        row = self.mediators.current_row()
        if isinstance(row, MediatorRow) and row.is_active:
            return row
        active = [one for one in self._rows if one.is_active]
        return active[0] if len(active) == 1 else None

    def _may(self, permission: Permission) -> bool:
        case = self._case
        return case is not None and self._context.actor.reaches(
            permission, unit_id=case.unit_id, holder_unit_ids=case.holder_unit_ids
        )

    # --- asking -------------------------------------------------------------------------------

    def _ask(self, kind: CaseEventKind, values: dict[str, Any] | None, *_pressed: object) -> None:
        self.event_wanted.emit(kind, values)

    def _on_hold(self) -> None:
        names = "、".join(row.name for row in self._rows if row.is_active)
        self._ask(_K.MEDIATION_HELD, {"mediators": names} if names else None)

    def _on_tell(self) -> None:
        self._ask(_K.TOLD_OTHER_WAYS, {"ways": tr("可以依法通过仲裁、行政、司法等途径维护权利。")})

    def _on_agreed(self, parties: list[str]) -> None:
        self._ask(_K.PARTY_AGREED, {"parties": parties})

    def _on_add(self) -> None:
        if self._case is not None:
            self._open(self.form, tr("已加调解员。"))
            self.form.begin_new(self._case_id, self._case.way or MediationWay.PEOPLES)

    def _on_release(self) -> None:
        row = self._to_release()
        if row is None:
            return
        store, actor = self._context.store, self._context.actor
        work = partial(release_mediator, store, actor, mediator_id=row.mediator_id)
        self._said = tr("{name} 不再调解这件案子。", name=row.name)
        self._context.runner.write(work, on_done=self._on_saved, on_failed=self._on_failed)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))


def _read(context: PageContext, case_id: str) -> tuple[str, tuple[MediatorRow, ...]]:
    return case_id, mediators_of(context.store, context.actor, case_id)


def _ways_line(steps: list[CaseStep], helpers: list[str]) -> str:
    """人民调解 → 行政调解；林业局 联合调解."""
    ways: list[MediationWay] = []
    for step in steps:
        if step.kind is _K.WAY_CHANGED:
            way = read_detail(step.kind, step.detail).get("way")
            ways += [way] if way is not None else []
        elif step.kind is _K.MEDIATION_HELD and not ways:
            ways.append(MediationWay.PEOPLES)
    said = []
    if len(ways) > 1:
        said.append(" → ".join(name_of(way) for way in ways))
    if helpers:
        said.append(tr("联合调解：{names}", names="、".join(helpers)))
    return "；".join(said) or tr("三种调解可以随时衔接，案卷一起转过去。")


def _way_button(way: MediationWay, *, is_first: bool) -> str:
    if is_first:
        return tr("先走{way}", way=name_of(way))
    return {
        MediationWay.PEOPLES: tr("转为人民调解"),
        MediationWay.ADMINISTRATIVE: tr("转为行政调解"),
        MediationWay.JUDICIAL: tr("转为司法调解"),
    }[way]


def _session(event: EventRow, number: int) -> SessionRow:
    said = read_detail(event.kind, event.detail)
    held_on = said.get("held_on")
    place = [name_of(said["place"])] if "place" in said else []
    place += [said["place_name"]] if said.get("place_name") else []
    return SessionRow(
        event_id=event.event_id,
        number=number,
        when=held_on.isoformat() if held_on else village_day(event.happened_at).isoformat(),
        place=" ".join(place),
        language=name_of(said["language"]) if "language" in said else "",
        mediators=said.get("mediators", "") or event.by_name,
        outcome=said.get("outcome"),
        told="；".join(each for each in (said.get("attendees", ""), event.note or "") if each),
    )


def _held(row: SessionRow) -> Line:
    """A session: its number, day and place, what came of it, and who was there."""
    mediators = tr("调解员：{names}", names=row.mediators) if row.mediators else ""
    spoken = tr("说{language}", language=row.language) if row.language else ""
    first = " · ".join(part for part in (mediators, spoken) if part)
    told = tr("参加人和情况：{told}", told=row.told) if row.told else ""
    return Line(
        " · ".join(part for part in (tr("第 {n} 次", n=row.number), row.when, row.place) if part),
        under=tuple(part for part in (first, told) if part),
        pill=name_of(row.outcome) if row.outcome else "",
        tone=OUTCOME_TONES[row.outcome] if row.outcome else "neutral",
    )


def _mediator(row: MediatorRow) -> Line:
    """A mediator: how he came to it, since when, what he can, and whose kin he is."""
    skills = skill_words(row.skills)
    facts = (_chosen(row), _span(row), tr("专长：{skills}", skills=skills) if skills else "")
    kin = tr("与当事人的关系：{kin}", kin=row.kinship_note) if row.kinship_note else ""
    return Line(
        row.name,
        under=tuple(part for part in (" · ".join(part for part in facts if part), kin) if part),
        pill=tr("正在调解") if row.is_active else tr("不再调解"),
        tone="info" if row.is_active else "neutral",
    )


def _chosen(row: MediatorRow) -> str:
    word = name_of(row.chosen_by)
    return tr("{word}（{note}）", word=word, note=row.chosen_note) if row.chosen_note else word


def _span(row: MediatorRow) -> str:
    if row.ends_on is None:
        return tr("{day} 起", day=row.starts_on.isoformat())
    return tr("{day} 至 {last}", day=row.starts_on.isoformat(), last=row.ends_on.isoformat())


def _padded(buttons: list[Any], *others: QWidget) -> QWidget:
    """Under a table that reaches to the edge."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 8, 16, 4)
    column.setSpacing(6)
    for other in others:
        column.addWidget(other)
    if buttons:
        column.addWidget(button_row(buttons))
    return made
