"""An agreement, written or oral: facts, terms, what was promised; and its small forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QLineEdit

from app.cases.queries import CaseDetail
from app.errors import ErrorCode, UserFacingError
from app.laptop import today_in_china
from app.mediation.actions import (
    AGREEMENT_FORM,
    ENDING_FORM,
    PERFORMANCE_FORM,
    SIGNING_FORM,
    edit_agreement,
    end_agreement,
    note_performance,
    sign_agreement,
    write_agreement,
)
from app.mediation.agreement_rows import AgreementFields
from app.mediation.agreement_rules import LONGEST, Problem
from app.mediation.performance_rules import yuan_text
from app.mediation.queries import AgreementRow, ItemRow, PlaceToSign
from app.mediation.vocabulary import (
    AgreementField,
    AgreementForm,
    MediationWay,
    Performance,
    SignatureManner,
    SignerKind,
)
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.grid_work.work_form import short_text
from ui.households.days import day_line, read_day
from ui.households.record_form import FieldWrongError, FormLoad, RecordForm, Texts, combo
from ui.mediation.items_editor import ItemLine, ItemsEditor, ItemWrongError, watched_by
from ui.widgets.forms import ChoiceRow, FormField
from ui.widgets.labels import text_label
from ui.widgets.tab_order import tab_in_reading_order
from ui.wording_mediation import item_words, place_words, problem_words
from ui.wording_rules import name_of

ITEMS = "items"


class ProblemForm(RecordForm):
    """Each problem of an agreement under its field; those of an item under the items."""

    @property
    def today(self) -> date:
        return today_in_china(self._context.store.clock)

    def _show_error(self, error: UserFacingError) -> None:
        if error.code is not ErrorCode.AGREEMENT_WRONG:
            super()._show_error(error)
            return
        problems: list[Problem] = error.params["problems"]
        for problem in reversed(problems):
            key = self._key(problem)
            self.field(key).set_error(problem_words(problem))
        self.editor(self._key(problems[0])).setFocus()

    def _key(self, problem: Problem) -> str:
        key = problem.field.value
        return key if key in self._fields else ITEMS if ITEMS in self._fields else self._first_key()

    def _first_key(self) -> str:
        return next(iter(self._fields))

    def _write_and_forget_draft(self, write: Callable[[], Changes], draft_id: str) -> Changes:
        """The action forgets the draft in its own transaction."""
        return write()


class WriteForm(ProblemForm):
    """`begin_new(case, form)` or `begin_edit(case, row)`."""

    FORM = AGREEMENT_FORM

    def __init__(self, context: PageContext) -> None:
        self._case: CaseDetail | None = None
        self._row: AgreementRow | None = None
        self._form = AgreementForm.WRITTEN
        super().__init__(context)

    def begin_new(self, case: CaseDetail, form: AgreementForm) -> None:
        self._case, self._row, self._form = case, None, form
        is_oral = form is AgreementForm.ORAL
        self.set_title(tr("登记口头协议") if is_oral else tr("制作调解协议书"))
        self.items.set_parties(case.parties)
        self.begin_at("terms")
        self.begin(case.case_id)

    def begin_edit(self, case: CaseDetail, row: AgreementRow) -> None:
        self._case, self._row, self._form = case, row, row.form
        self.set_title(tr("修改调解协议书"))
        self.items.set_parties(case.parties)
        self.begin(row.agreement_id)

    def _build_fields(self) -> None:
        self.law = text_label("", "muted", wraps=True)
        self.panel.add_widget(self.law)
        self._add("reached_on", FormField(tr("达成日期"), day_line(), is_required=True))
        words = [(each.value, name_of(each)) for each in MediationWay]
        self._add("way", FormField(tr("调解方式"), combo(words)))
        self._add("copies", FormField(tr("协议份数"), QLineEdit()))
        self.panel.add_row(self.field("reached_on"), self.field("way"), self.field("copies"))
        facts = short_text(LONGEST[AgreementField.FACTS])
        terms = short_text(LONGEST[AgreementField.TERMS])
        self._add("facts", self.panel.add_field(tr("主要事实、争议事项和各方责任"), facts))
        self._add("terms", self.panel.add_field(tr("协议内容"), terms, is_required=True))
        self.items = ItemsEditor()
        self._add(ITEMS, self.panel.add_field(tr("约定事项（逐项跟踪履行）"), self.items))
        self._add("performance_way", self.panel.add_field(tr("履行方式"), QLineEdit()))
        watched_by(self.panel.watch, self.items)
        self.items.grown.connect(self._on_grown)
        self.items.edited.connect(self.panel.note_edit)

    def _on_grown(self, _line: ItemLine) -> None:
        inside = self.panel.fields.parentWidget()
        if inside is not None:
            tab_in_reading_order(inside)

    def _load(self) -> FormLoad:
        row, case = self._row, self._case
        if row is None:
            way = case.way if case and case.way else MediationWay.PEOPLES
            first = {"reached_on": self.today.isoformat(), "way": way.value}
            if case is not None and self._form is AgreementForm.WRITTEN:
                first |= {"facts": case.story, "copies": str(len(case.parties) + 1)}
            return FormLoad(first)
        return FormLoad(
            {
                "reached_on": row.reached_on.isoformat(),
                "way": row.way.value,
                "copies": str(row.copies or ""),
                "facts": row.facts,
                "terms": row.terms,
                "performance_way": row.performance_way,
                ITEMS: json.dumps([_item_body(item) for item in row.items], ensure_ascii=False),
            }
        )

    def _on_filled(self) -> None:
        is_oral = self._form is AgreementForm.ORAL
        self.law.setText(
            tr(
                "当事人认为不必制作协议书的，可以口头达成，由调解员记录；"
                "达成之日起生效，保存后案件记为调解成功"
                "（《人民调解法》2010 年，第二十八、三十条）。"
            )
            if is_oral
            else tr(
                "各方签名、盖章或按指印，调解员签名并加盖调委会印章之日起生效"
                "（《人民调解法》2010 年，第二十九条）；有人签了以后，内容不能再改。"
            )
        )
        self.field("copies").setVisible(not is_oral)

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        given = self._given(texts)
        store, actor, draft_id = self._context.store, self._context.actor, self._draft_id
        if self._row is not None:
            return partial(
                edit_agreement,
                store,
                actor,
                agreement_id=self._row.agreement_id,
                given=given,
                draft_id=draft_id,
            )
        case_id = self._case.case_id if self._case else ""
        work = partial(
            write_agreement, store, actor, case_id=case_id, given=given, draft_id=draft_id
        )
        return lambda: work().changes

    def _given(self, texts: Texts) -> AgreementFields:
        copies = texts["copies"].strip()
        if copies and not copies.isdecimal():
            raise FieldWrongError("copies", tr("份数看不明白，没有保存。请写数字，例如 3。"))
        try:
            items = self.items.drafts()
        except ItemWrongError as wrong:
            raise FieldWrongError(ITEMS, str(wrong)) from None
        return AgreementFields(
            form=self._form,
            way=MediationWay(texts["way"]),
            facts=texts["facts"],
            terms=texts["terms"],
            reached_on=read_day(texts, "reached_on", is_required=True),
            performance_way=texts["performance_way"],
            copies=int(copies) if copies else None,
            items=items,
        )


class SignForm(RecordForm):
    """`begin_at_place(row, place)`: who signs, how, on which day."""

    FORM = SIGNING_FORM
    FIELD_OF_ERROR = {ErrorCode.SIGNING_NOT_POSSIBLE: "name"}

    def __init__(self, context: PageContext) -> None:
        self._row: AgreementRow | None = None
        self._place: PlaceToSign | None = None
        super().__init__(context)

    def begin_at_place(self, row: AgreementRow, place: PlaceToSign) -> None:
        self._row, self._place = row, place
        self.set_title(tr("签署：{who}", who=place_words(place)))
        self.begin_at("name")
        self.begin(place.party_id or f"{row.agreement_id[:26]} {place.signer.value}")

    def _build_fields(self) -> None:
        manners = [(each.value, name_of(each)) for each in SignatureManner]
        manner = self.panel.add_field(tr("怎样签的"), ChoiceRow(manners, has_digits=True))
        self._add("manner", manner)
        self._add("name", FormField(tr("签署人"), QLineEdit(), is_required=True))
        self._add("signed_on", FormField(tr("签署日期"), day_line(), is_required=True))
        self.panel.add_row(self.field("name"), self.field("signed_on"))

    def _load(self) -> FormLoad:
        row, place = self._row, self._place
        if row is None or place is None:
            return FormLoad(None)
        is_seal = place.signer is SignerKind.SEAL
        manner = SignatureManner.SEALED if is_seal else SignatureManner.SIGNED
        unit = self._context.actor.units.get(row.unit_id)
        names = {
            SignerKind.PARTY: place.agent or place.name,
            SignerKind.MEDIATOR: row.mediators[0] if row.mediators else "",
            SignerKind.SEAL: tr("{unit}人民调解委员会", unit=unit.name) if unit else "",
        }
        today = today_in_china(self._context.store.clock)
        return FormLoad(
            {
                "manner": manner.value,
                "name": names[place.signer],
                "signed_on": today.isoformat(),
            }
        )

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        signed_on = read_day(texts, "signed_on", is_required=True)
        row, place = self._row, self._place
        if row is None or place is None or signed_on is None:
            raise FieldWrongError("signed_on", tr("还没有填日期，没有保存。"))
        work = partial(
            sign_agreement,
            self._context.store,
            self._context.actor,
            agreement_id=row.agreement_id,
            signer=place.signer,
            party_id=place.party_id,
            name=texts["name"],
            manner=SignatureManner(texts["manner"]),
            signed_on=signed_on,
        )
        return lambda: work().changes


class PerformanceForm(ProblemForm):
    """`begin_item(item)`: how far it was kept, when, and what shows it."""

    FORM = PERFORMANCE_FORM

    def __init__(self, context: PageContext) -> None:
        self._item: ItemRow | None = None
        super().__init__(context)

    def begin_item(self, item: ItemRow) -> None:
        self._item = item
        self.set_title(tr("履行情况"))
        self.begin_at("performed_on")
        self.begin(item.item_id)

    def _build_fields(self) -> None:
        self.what = text_label("", "strong", wraps=True)
        self.panel.add_widget(self.what)
        choices = [(each.value, name_of(each)) for each in Performance]
        row = self.panel.add_field(tr("履行到什么程度"), ChoiceRow(choices, has_digits=True))
        self._add("performance", row)
        self._add("performed_on", FormField(tr("履行日期"), day_line()))
        self._add("proof", FormField(tr("凭证（收条、转账记录等）"), QLineEdit()))
        self.panel.add_row(self.field("performed_on"), self.field("proof"))

    def _load(self) -> FormLoad:
        item = self._item
        if item is None:
            return FormLoad(None)
        is_open = item.performance is Performance.OPEN
        day = item.performed_on or (self.today if is_open else None)
        return FormLoad(
            {
                "performance": (Performance.DONE if is_open else item.performance).value,
                "performed_on": day.isoformat() if day else "",
                "proof": item.proof,
            }
        )

    def _on_filled(self) -> None:
        if self._item is not None:
            self.what.setText(item_words(self._item))

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        return partial(
            note_performance,
            self._context.store,
            self._context.actor,
            item_id=self._item.item_id if self._item else "",
            performance=Performance(texts["performance"]),
            performed_on=read_day(texts, "performed_on"),
            proof=texts["proof"],
            draft_id=self._draft_id,
        )


class EndingForm(ProblemForm):
    """`begin_end(row)`: since when the agreement stands no more, and why."""

    FORM = ENDING_FORM

    def __init__(self, context: PageContext) -> None:
        self._row: AgreementRow | None = None
        super().__init__(context)

    def begin_end(self, row: AgreementRow) -> None:
        self._row = row
        self.set_title(tr("终止协议 {number}", number=row.number))
        self.begin(row.agreement_id)

    def _build_fields(self) -> None:
        self._add("ended_on", self.panel.add_field(tr("终止日期"), day_line(), is_required=True))
        reason = short_text(LONGEST[AgreementField.END_REASON])
        self._add(
            "end_reason",
            self.panel.add_field(
                tr("终止原因"),
                reason,
                is_required=True,
                hint=tr("双方另行商定、法院确认无效等。协议终止以后，没有履行的不再催。"),
            ),
        )

    def _load(self) -> FormLoad:
        return FormLoad({"ended_on": self.today.isoformat()})

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        return partial(
            end_agreement,
            self._context.store,
            self._context.actor,
            agreement_id=self._row.agreement_id if self._row else "",
            ended_on=read_day(texts, "ended_on", is_required=True),
            reason=texts["end_reason"],
            draft_id=self._draft_id,
        )


def _item_body(item: ItemRow) -> dict[str, str]:
    return {
        "id": item.item_id,
        "ower": item.party_id or "",
        "text": item.text,
        "amount": "" if item.amount_cents is None else yuan_text(item.amount_cents),
        "due": item.due_on.isoformat() if item.due_on else "",
    }
