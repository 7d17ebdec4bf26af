"""The forms of a round: the round itself with its findings a line each, one finding, the visit that
comes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.errors import ErrorCode, UserFacingError
from app.grid_work.finding import found_household
from app.grid_work.parts import VisitFields
from app.grid_work.rules import LONGEST as LONGEST_WORK
from app.grid_work.vocabulary import VisitPurpose, VisitWay, WorkField
from app.outreach.actions import (
    FINDING_FORM,
    ROUND_FORM,
    FindingDraft,
    RoundDraft,
    add_finding,
    edit_round,
    end_finding,
    record_round,
    turn_finding_into_visit,
)
from app.outreach.queries import one_round
from app.outreach.rules import LONGEST, Problem, finding_problems, round_problems
from app.outreach.vocabulary import FindingEnd, OutreachField
from app.store import Changes
from i18n.text import tr
from ui.grid_work.work_form import HOUSEHOLD, HOUSEHOLD_NAME, WorkForm, day_of, short_text
from ui.households.record_form import FieldWrongError, FormLoad, Texts
from ui.widgets.forms import date_edit
from ui.wording_outreach import outreach_problem

_FINDINGS = "findings"
END_KEYS = "123"
ENDS = (FindingEnd.OPEN, FindingEnd.SETTLED_THERE, FindingEnd.PASSED_ON)


class OutreachForm(WorkForm):
    """What the forms of a round share: their errors."""

    def _refuse_outreach(self, problems: list[Problem]) -> None:
        """Raises FieldWrongError for the first, after all have been said."""
        shown = [problem for problem in problems if problem.field.value in self._fields]
        for problem in reversed(shown):
            self.field(problem.field.value).set_error(outreach_problem(problem))
        if shown:
            raise FieldWrongError(shown[0].field.value, outreach_problem(shown[0]))

    def _show_error(self, error: UserFacingError) -> None:
        if error.code is not ErrorCode.OUTREACH_WRONG:
            super()._show_error(error)
            return
        try:
            self._refuse_outreach(list(error.params["problems"]))
        except FieldWrongError as wrong:
            self.editor(wrong.field_key).setFocus()

    def _line(self, field: OutreachField, label: str) -> QLineEdit:
        made = QLineEdit()
        made.setMaxLength(LONGEST[field])
        self._add(field.value, self.panel.add_field(label, made, is_required=True))
        return made

    def _few_lines(self, key: str, label: str, *, limit: int, hint: str = "") -> QPlainTextEdit:
        made = short_text(limit)
        self._add(key, self.panel.add_field(label, made, hint=hint))
        return made


class RoundForm(OutreachForm):
    """`begin_new(unit_id)` or `begin_edit(unit_id, round_id)`."""

    FORM = ROUND_FORM
    _round_id: str | None = None

    def begin_new(self, unit_id: str) -> None:
        self._unit_id, self._round_id = unit_id, None
        self.set_title(tr("登记上门"))
        self.field(_FINDINGS).show()
        self.begin(f"new:{unit_id}")

    def begin_edit(self, unit_id: str, round_id: str) -> None:
        self._unit_id, self._round_id = unit_id, round_id
        self.set_title(tr("修改上门"))
        self.field(_FINDINGS).hide()
        self.begin(round_id)

    def _build_fields(self) -> None:
        self._line(OutreachField.TITLE, tr("主题"))
        held = self.panel.add_field(tr("日期"), date_edit(self.today))
        self._add(OutreachField.HELD_ON.value, held)
        self._line(OutreachField.PLACE, tr("去了哪里"))
        self._line(OutreachField.MEMBERS, tr("队员"))
        self._few_lines(
            _FINDINGS,
            tr("发现的情况"),
            limit=LONGEST[OutreachField.TEXT],
            hint=tr("一行写一件，可以不填；以后每件分别转案件、转走访或记下结果。"),
        )
        self._few_lines(
            OutreachField.SUMMARY.value, tr("小结"), limit=LONGEST[OutreachField.SUMMARY]
        )

    def _load(self) -> FormLoad:
        if self._round_id is None:
            return FormLoad({OutreachField.HELD_ON.value: self.today.isoformat()})
        found = one_round(self._context.store, self._context.actor, self._round_id)
        if found is None:
            return FormLoad(None)
        return FormLoad(
            {
                "title": found.row.title,
                "held_on": found.row.held_on.isoformat(),
                "place": found.row.place,
                "members": found.row.members,
                "summary": found.summary,
            }
        )

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        lines = [line.strip() for line in texts[_FINDINGS].splitlines() if line.strip()]
        findings = () if self._round_id else tuple(FindingDraft(line) for line in lines)
        draft = RoundDraft(
            unit_id=self._unit_id,
            title=texts["title"],
            held_on=day_of(texts, "held_on"),
            place=texts["place"],
            members=texts["members"],
            summary=texts["summary"],
            findings=findings,
        )
        named = {OutreachField(name): texts[name] for name in ("title", "place", "members")}
        named[OutreachField.SUMMARY] = texts["summary"]
        self._refuse_outreach(round_problems(named, held_on=draft.held_on, today=self.today))
        self._refuse_long_lines(lines)
        store, actor, draft_id = self._context.store, self._context.actor, self._draft_id
        if self._round_id is not None:
            return partial(
                edit_round, store, actor, round_id=self._round_id, draft=draft, draft_id=draft_id
            )
        return partial(record_round, store, actor, draft, draft_id=draft_id)  # type: ignore[return-value]

    def _refuse_long_lines(self, lines: list[str]) -> None:
        if any(len(line) > LONGEST[OutreachField.TEXT] for line in lines):
            limit = LONGEST[OutreachField.TEXT]
            sentence = tr("每一行最多 {limit} 个字，请分成几行写。", limit=limit)
            self.field(_FINDINGS).set_error(sentence)
            raise FieldWrongError(_FINDINGS, sentence)


class FindingForm(OutreachForm):
    """`begin_new(round_id)` for one more, `begin_end(finding_id, text)` for what came of one."""

    FORM = FINDING_FORM
    _round_id = ""
    _finding_id: str | None = None
    _known_text = ""

    def begin_new(self, unit_id: str, round_id: str) -> None:
        self._unit_id, self._round_id, self._finding_id = unit_id, round_id, None
        self.set_title(tr("再记一件发现"))
        self._show_parts(is_new=True)
        self.begin(round_id)

    def begin_end(self, finding_id: str, text: str) -> None:
        self._finding_id, self._known_text = finding_id, text
        self.set_title(tr("结果：{what}", what=text[:30]))
        self._show_parts(is_new=False)
        self.begin_at("end")
        self.begin(finding_id)

    def _show_parts(self, *, is_new: bool) -> None:
        for key in (OutreachField.TEXT.value, HOUSEHOLD):
            self.field(key).setVisible(is_new)

    def _build_fields(self) -> None:
        text = short_text(LONGEST[OutreachField.TEXT])
        self._add(
            OutreachField.TEXT.value,
            self.panel.add_field(tr("发现的情况"), text, is_required=True),
        )
        home = self.panel.add_field(tr("户"), self._picker(), hint=tr("不是哪一户的事，可以不填。"))
        self._add(HOUSEHOLD, home)
        ends = self._choices(tr("结果"), ENDS, END_KEYS)
        self._add("end", self.panel.add_field(tr("结果"), ends))
        note = QLineEdit()
        note.setMaxLength(LONGEST[OutreachField.END_NOTE])
        self._add(
            OutreachField.END_NOTE.value,
            self.panel.add_field(
                tr("结果说明"), note, hint=tr("怎么解决的，或转给了谁；还没有结果的不填。")
            ),
        )

    def _load(self) -> FormLoad:
        return FormLoad({"end": FindingEnd.OPEN.value})

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        store, actor = self._context.store, self._context.actor
        end, note = FindingEnd(texts["end"]), texts["end_note"]
        text = self._known_text if self._finding_id else texts["text"]
        self._refuse_outreach(finding_problems(text=text, end=end, end_note=note))
        if self._finding_id is not None:
            return partial(
                end_finding, store, actor, finding_id=self._finding_id, end=end, end_note=note
            )
        self._refuse_unpicked(texts)
        draft = FindingDraft(text, texts[HOUSEHOLD] or None, end, note)
        return partial(
            add_finding,
            store,
            actor,
            round_id=self._round_id,
            draft=draft,
            draft_id=self._draft_id,
        )


class FindingVisitForm(OutreachForm):
    """`begin_visit(unit_id, finding_id, household_id)`: the household is visited for it."""

    FORM = "outreach_visit"
    _finding_id = ""
    _household_id = ""

    def begin_visit(self, unit_id: str, finding_id: str, household_id: str, text: str) -> None:
        self._unit_id, self._finding_id = unit_id, finding_id
        self._household_id, self._text = household_id, text
        self.set_title(tr("转为走访"))
        self.begin(finding_id)

    def _build_fields(self) -> None:
        home = self.panel.add_field(tr("户"), self._picker(), is_required=True)
        self._add(HOUSEHOLD, home)
        self._add("visited_on", self.panel.add_field(tr("日期"), date_edit(self.today)))
        ways = self._choices(tr("走访方式"), VisitWay, "SZDW")
        self._add("way", self.panel.add_field(tr("走访方式"), ways))
        met = QLineEdit()
        met.setMaxLength(LONGEST_WORK[WorkField.MET])
        self._add("met", self.panel.add_field(tr("见到谁"), met))
        note = short_text(LONGEST_WORK[WorkField.NOTE])
        self._add("note", self.panel.add_field(tr("走访情况"), note))

    def _load(self) -> FormLoad:
        home = (
            found_household(self._context.store, self._household_id) if self._household_id else None
        )
        return FormLoad(
            {
                HOUSEHOLD: self._household_id if home else "",
                HOUSEHOLD_NAME: home.title if home else "",
                "visited_on": self.today.isoformat(),
                "way": VisitWay.AT_HOME.value,
                "note": self._text,
            }
        )

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        self._refuse_unpicked(texts)
        if not texts[HOUSEHOLD]:
            raise FieldWrongError(HOUSEHOLD, tr("请选是哪一户。"))
        given = VisitFields(
            household_id=texts[HOUSEHOLD],
            visited_on=day_of(texts, "visited_on"),
            purpose=VisitPurpose.DISPUTE_CHECK,
            way=VisitWay(texts["way"]),
            met=texts["met"],
            note=texts["note"],
        )
        return partial(
            turn_finding_into_visit,
            self._context.store,
            self._context.actor,
            finding_id=self._finding_id,
            given=given,
        )
