"""The tab 协议与履行: what was agreed, who has signed, what was done of it, who went to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.attachments.actions import may_attach
from app.cases.detail_rules import read_detail
from app.cases.queries import CaseDetail
from app.cases.rules import may_follow
from app.cases.vocabulary import CaseEventKind
from app.errors import UserFacingError
from app.laptop import today_in_china
from app.links.vocabulary import LinkKind
from app.mediation.actions import remove_agreement, remove_signature, settle_by_agreement
from app.mediation.due import case_follow_up, rate_of
from app.mediation.queries import AgreementRow, ItemRow, PlaceToSign, agreements_of
from app.mediation.vocabulary import AgreementForm
from i18n.text import tr
from ui.attachments.strip import AttachmentStrip
from ui.context import PageContext
from ui.mediation.agreement_card import AgreementCard, padded
from ui.mediation.agreement_form import EndingForm, PerformanceForm, SignForm, WriteForm
from ui.mediation.parts import (
    Banner,
    FormStack,
    MediationTab,
    RefusalBanner,
    a_button,
    button_row,
)
from ui.theme import set_style_property
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.widgets.line_table import Line, LineTable
from ui.widgets.tab_order import tab_in_reading_order
from ui.wording import error_sentence
from ui.wording_mediation import (
    item_words,
    place_words,
    rate_words,
)
from ui.wording_rules import name_of
from ui.wording_time import village_day

_K = CaseEventKind


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One follow-up as the list shows it."""

    event_id: str
    when: str
    performance: str
    satisfaction: str
    told: str


@dataclass(frozen=True, slots=True)
class AgreementView:
    """What the tab reads."""

    case_id: str
    agreements: tuple[AgreementRow, ...]
    follow_up: tuple[date, date] | None
    today: date


class AgreementSection(MediationTab):
    """Agreements, latest first; below them who went to see."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._case: CaseDetail | None = None
        self._is_saved = False
        """A form was saved, and what is drawn anew takes the keys."""
        self.cards: list[AgreementCard] = []
        self.written = a_button(tr("制作书面协议"), is_primary=True)
        self.oral = a_button(tr("登记口头协议"))
        self.rate = text_label("", "strong", wraps=True)
        self.empty = text_label(
            tr("还没有协议。双方谈拢以后，制作协议书逐个签署，或登记口头协议。"),
            "muted",
            wraps=True,
        )
        self.refusal = RefusalBanner()
        self.flared = Banner("warn", tr("打开"))
        self.due = text_label("", "muted", wraps=True)
        self.visits = LineTable(
            _followed, key=lambda row: row.event_id, name=tr("回访"), empty=tr("还没有回访过。")
        )
        self.visit = a_button(tr("记回访"))
        self.attachments = AttachmentStrip(context)
        self.write = WriteForm(context)
        self.sign = SignForm(context)
        self.perform = PerformanceForm(context)
        self.ending = EndingForm(context)
        self._view = QWidget()
        self.stack = FormStack(self._view)
        self._build(self._view)
        self._connect()

    def show_case(self, case: CaseDetail) -> None:
        self._turn_to(case.case_id)
        self._case = case
        work = partial(_read, self._context, case)
        self._context.runner.read(work, on_done=self._on_read)

    # --- building -----------------------------------------------------------------------------

    def _build(self, view: QWidget) -> None:
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        self._begin = QWidget()
        begin = QVBoxLayout(self._begin)
        begin.setContentsMargins(0, 0, 0, 0)
        begin.addWidget(self.empty)
        begin.addWidget(button_row([self.written, self.oral]))
        self._agreements = QVBoxLayout()
        self._agreements.setSpacing(10)
        self._after = Card(tr("回访"), is_flush=True)
        self._after.add(padded(self.due))
        self._after.add(self.visits)
        self._after.add(padded(button_row([self.visit])))
        column.addWidget(self.refusal)
        column.addWidget(self.rate)
        column.addLayout(self._agreements)
        column.addWidget(self._begin)
        column.addWidget(self.attachments)
        column.addWidget(self.flared)
        column.addWidget(self._after)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)

    def _connect(self) -> None:
        self.written.clicked.connect(partial(self._on_new, AgreementForm.WRITTEN))
        self.oral.clicked.connect(partial(self._on_new, AgreementForm.ORAL))
        self.visit.clicked.connect(self._on_visit)
        self.flared.button.clicked.connect(self._on_flared)
        self.refusal.agreed.connect(self._on_agreed)
        for form in (self.write, self.sign, self.perform, self.ending):
            self._listen(form)

    # --- showing ------------------------------------------------------------------------------

    def _on_read(self, view: AgreementView) -> None:
        case = self._case
        if case is None or view.case_id != case.case_id:
            return
        self._show_cards(case, view)
        is_any = bool(view.agreements)
        self.empty.setVisible(not is_any)
        self.written.setText(tr("另做一份书面协议") if is_any else tr("制作书面协议"))
        for button, role in ((self.written, "primary"), (self.oral, "")):
            set_style_property(button, "role", "quiet" if is_any else role)
            button.setAccessibleName(button.text())
        self._show_attachments(case, is_any=is_any)
        self.rate.setVisible(any(one.stands for one in view.agreements))
        self.rate.setText(rate_words(rate_of(view.agreements, today=view.today)))
        may_tell = self._may(Permission.ADD_CASE_EVENT)
        is_refused = self.refusal.show_case(case, may_tell=may_tell)
        may = self._may(Permission.MEDIATE) and not is_refused
        self.written.setVisible(may)
        self.oral.setVisible(may)
        self._begin.setVisible(may or not (is_any or is_refused))
        self._show_visits(case, view)
        flared = [one for one in case.links if one.kind is LinkKind.FLARED_UP]
        names = "、".join(f"{one.number} {one.title}".strip() for one in flared)
        self.flared.show_words(tr("又起纠纷：{names}", names=names) if flared else "")

    def _show_cards(self, case: CaseDetail, view: AgreementView) -> None:
        held = self._focused() or (self._is_saved and self.isVisible())
        self._is_saved = False
        for card in self.cards:
            self._agreements.removeWidget(card)
            card.hide()
            card.deleteLater()
        may_settle = may_follow(case.state, _K.SETTLED) and self._may(Permission.CLOSE_CASE)
        self.cards = [
            AgreementCard(
                row,
                may_write=self._may(Permission.MEDIATE),
                may_settle=may_settle,
                today=view.today,
            )
            for row in view.agreements
        ]
        for card in self.cards:
            card.asked.connect(self._on_asked)
            card.items.row_chosen.connect(self._on_item_chosen)
            self._agreements.addWidget(card)
        nearest = next((found for card in self.cards if (found := card.next_button)), None)
        if nearest is not None:
            set_style_property(nearest, "role", "primary")
        tab_in_reading_order(self._view)
        if held and self.cards:
            self._take_focus(self.cards[0])

    def _show_attachments(self, case: CaseDetail, *, is_any: bool) -> None:
        """What proves performance hangs on the case and names the promise."""
        self.attachments.setVisible(is_any)
        if is_any:
            may = may_attach(
                self._context.actor,
                subject_entity="case_file",
                unit_id=case.unit_id,
                holder_unit_ids=case.holder_unit_ids,
            )
            self.attachments.show_subject("case_file", case.case_id, may_attach=may)

    def _on_item_chosen(self, item: object) -> None:
        if isinstance(item, ItemRow):
            self.attachments.show_part(item.item_id, item_words(item))

    def _on_saved(self, changes: Any) -> None:
        self._is_saved = True
        super()._on_saved(changes)

    def _focused(self) -> bool:
        """Whether the keys are in one of the cards that are about to be drawn anew."""
        at = self.focusWidget()
        return at is not None and any(card.isAncestorOf(at) for card in self.cards)

    def _take_focus(self, card: AgreementCard) -> None:
        if card.row.missing:
            card.places.choose_position(card.row.places.index(card.row.missing[0]))
            card.places.setFocus()
        elif card.row.items:
            card.items.setFocus()
        elif card.buttons:
            next(iter(card.buttons.values())).setFocus()

    def _show_visits(self, case: CaseDetail, view: AgreementView) -> None:
        rows = [_visit(each) for each in case.events if each.kind is _K.FOLLOWED_UP]
        self.visits.show_rows(tuple(reversed(rows)))
        self.due.setVisible(view.follow_up is not None)
        if view.follow_up is not None:
            ended, due = view.follow_up
            late = (view.today - due).days
            words = (
                tr("{day} 办结，首次回访超期 {days} 天。", day=ended.isoformat(), days=late)
                if late > 0
                else tr("{day} 办结，请在 {due} 前首次回访。", day=ended, due=due.isoformat())
            )
            self.due.setText(words)
            set_style_property(self.due, "role", "tinted" if late > 0 else "muted")
            set_style_property(self.due, "tone", "danger" if late > 0 else "neutral")
        may = self._may(Permission.ADD_CASE_EVENT) and may_follow(case.state, _K.FOLLOWED_UP)
        self.visit.setVisible(may)
        is_begun = bool(rows) or view.follow_up is not None or bool(view.agreements)
        self._after.setVisible(may or is_begun)

    def _may(self, permission: Permission) -> bool:
        case = self._case
        return case is not None and self._context.actor.reaches(
            permission, unit_id=case.unit_id, holder_unit_ids=case.holder_unit_ids
        )

    # --- asking -------------------------------------------------------------------------------

    def _on_new(self, form: AgreementForm, *_pressed: object) -> None:
        if self._case is None:
            return
        is_oral = form is AgreementForm.ORAL
        self._open(
            self.write, tr("口头协议已登记。") if is_oral else tr("协议书已写好，可以签署。")
        )
        self.write.begin_new(self._case, form)

    def _on_visit(self) -> None:
        self.event_wanted.emit(_K.FOLLOWED_UP, None)

    def _on_agreed(self, parties: list[str]) -> None:
        self.event_wanted.emit(_K.PARTY_AGREED, {"parties": parties})

    def _on_flared(self) -> None:
        links = self._case.links if self._case else ()
        found = next((one for one in links if one.kind is LinkKind.FLARED_UP), None)
        if found is not None:
            self._context.open_record(found.entity, found.record_id)

    def _on_asked(self, what: str, row: AgreementRow, part: object) -> None:
        case = self._case
        if case is None:
            return
        match what:
            case "sign":
                self._begin_signing(row, part)
            case "perform":
                self._begin_performance(row, part)
            case "edit":
                self._open(self.write, tr("协议已修改。"))
                self.write.begin_edit(case, row)
            case "end":
                self._open(self.ending, tr("协议已终止。"))
                self.ending.begin_end(row)
            case "settle":
                self._write(settle_by_agreement, tr("案件已记为调解成功。"), row.agreement_id)
            case "remove":
                self._write(remove_agreement, tr("协议已删去。"), row.agreement_id)
            case "unsign":
                self._unsign(row, part)

    def _begin_signing(self, row: AgreementRow, part: object) -> None:
        """On the line the cursor stands at, else on the first empty one."""
        place = part if isinstance(part, PlaceToSign) else None
        if place is None or place.signature is not None:
            place = next(iter(row.missing), None)
        if place is None or row.ended_on is not None or not self._may(Permission.MEDIATE):
            return
        self._open(self.sign, tr("{who} 的签署已记下。", who=place_words(place)))
        self.sign.begin_at_place(row, place)

    def _begin_performance(self, row: AgreementRow, part: object) -> None:
        if isinstance(part, ItemRow) and row.stands and self._may(Permission.MEDIATE):
            self._open(self.perform, tr("履行情况已记下。"))
            self.perform.begin_item(part)

    def _unsign(self, row: AgreementRow, part: object) -> None:
        signature = part.signature if isinstance(part, PlaceToSign) else None
        found = signature or row.signatures[-1]
        work = partial(
            remove_signature,
            self._context.store,
            self._context.actor,
            signature_id=found.signature_id,
        )
        self._said = tr("{name} 的签署已去掉。", name=found.name)
        self._context.runner.write(work, on_done=self._on_saved, on_failed=self._on_failed)

    def _write(self, action: Any, said: str, agreement_id: str) -> None:
        work = partial(action, self._context.store, self._context.actor, agreement_id=agreement_id)
        self._said = said
        self._context.runner.write(work, on_done=self._on_saved, on_failed=self._on_failed)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))


def _read(context: PageContext, case: CaseDetail) -> AgreementView:
    store = context.store
    today = today_in_china(store.clock)
    return AgreementView(
        case_id=case.case_id,
        agreements=agreements_of(store, context.actor, case.case_id),
        follow_up=case_follow_up(store, case.case_id, state=case.state, today=today),
        today=today,
    )


def _visit(event: Any) -> FollowUpRow:
    said = read_detail(event.kind, event.detail)
    day = said.get("visited_on")
    return FollowUpRow(
        event_id=event.event_id,
        when=day.isoformat() if day else village_day(event.happened_at).isoformat(),
        performance=name_of(said["performance"]) if "performance" in said else "",
        satisfaction=name_of(said["satisfaction"]) if "satisfaction" in said else "",
        told="；".join(each for each in (said.get("left_over", ""), event.note or "") if each),
    )


def _followed(row: FollowUpRow) -> Line:
    told = tr("还没了结的：{told}", told=row.told) if row.told else ""
    return Line(
        row.when, under=(told,) if told else (), aside=row.performance, pill=row.satisfaction
    )
