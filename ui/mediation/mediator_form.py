"""Somebody is to mediate the case: who, how he came to it, and what ties the roster knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QLineEdit

from app.errors import ErrorCode
from app.laptop import today_in_china
from app.mediation.mediator_rules import LONGEST_CHOSEN, LONGEST_KINSHIP, KinCheck
from app.mediation.mediators import MEDIATOR_FORM, MediatorFields, add_mediator, kin_of
from app.mediation.vocabulary import ChosenBy, MediationWay
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.days import day_line, read_day
from ui.households.record_form import FormLoad, RecordForm, Texts, combo
from ui.mediation.pickers import MemberPicker
from ui.widgets.forms import ChoiceRow, FormField
from ui.widgets.labels import text_label
from ui.wording_mediation import kin_words
from ui.wording_rules import name_of


class MediatorForm(RecordForm):
    """`begin_new(case_id, way)`."""

    FORM = MEDIATOR_FORM
    FIELD_OF_ERROR = {ErrorCode.MEDIATOR_WRONG: "kinship_note"}

    def __init__(self, context: PageContext) -> None:
        self._case_id = ""
        self._way = MediationWay.PEOPLES
        super().__init__(context)

    def begin_new(self, case_id: str, way: MediationWay) -> None:
        self._case_id, self._way = case_id, way
        self.member.set_case(case_id)
        self.set_title(tr("加调解员"))
        self.begin(case_id)

    def _build_fields(self) -> None:
        self.member = MemberPicker(self._context)
        self._add("member", self.panel.add_field(tr("调解员"), self.member, is_required=True))
        self.kin = text_label("", "muted", wraps=True)
        self.panel.add_widget(self.kin)
        ways = [(each.value, name_of(each)) for each in ChosenBy]
        chosen = self.panel.add_field(
            tr("怎样来的"),
            ChoiceRow(ways, has_digits=True),
            hint=tr("调委会指定，或当事人选；亲属、邻里、寨老等是邀请参与，要征得当事人同意。"),
        )
        self._add("chosen_by", chosen)
        self._add("chosen_note", FormField(tr("谁选的、谁同意的"), _line(LONGEST_CHOSEN)))
        self.panel.add_widget(self.field("chosen_note"))
        self._add("kinship_note", FormField(tr("与当事人的关系"), _line(LONGEST_KINSHIP)))
        self.panel.add_widget(self.field("kinship_note"))
        words = [(each.value, name_of(each)) for each in MediationWay]
        self._add("way", FormField(tr("调解方式"), combo(words)))
        self._add("starts_on", FormField(tr("从哪天起"), day_line()))
        self.panel.add_row(self.field("way"), self.field("starts_on"))
        self.member.changed.connect(self._on_member_changed)

    def _load(self) -> FormLoad:
        today = today_in_china(self._context.store.clock)
        return FormLoad(
            {
                "member": "",
                "chosen_by": ChosenBy.ASSIGNED.value,
                "way": self._way.value,
                "starts_on": today.isoformat(),
            }
        )

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        starts_on = read_day(texts, "starts_on", is_required=True)
        given = MediatorFields(
            name=self.member.name(),
            member_id=self.member.member_id() or None,
            chosen_by=ChosenBy(texts["chosen_by"]),
            way=MediationWay(texts["way"]),
            starts_on=starts_on or date.min,
            chosen_note=texts["chosen_note"],
            kinship_note=texts["kinship_note"],
        )
        store, actor = self._context.store, self._context.actor
        work = partial(add_mediator, store, actor, case_id=self._case_id, given=given)
        return lambda: work().changes

    def _on_member_changed(self, name: str, member_id: str) -> None:
        self.kin.hide()
        if not name:
            return
        work = partial(
            kin_of,
            self._context.store,
            self._context.actor,
            case_id=self._case_id,
            name=name,
            member_id=member_id or None,
        )
        self._context.runner.read(work, on_done=self._on_kin)

    def _on_kin(self, check: KinCheck) -> None:
        self.kin.setText(kin_words(check))
        self.kin.show()


def _line(longest: int) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(longest)
    return edit
