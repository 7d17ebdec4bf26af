"""Sending a case on, in the tab itself and without a dialog: to whom, by when, why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.cases.finding import unit_fits
from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from app.flow.actions import SEND_FORM, dispatch, end_help, escalate, return_case
from app.flow.rows import FlowView
from app.flow.vocabulary import FlowAct, TurnPart
from app.handovers.queries import unit_name
from app.handovers.vocabulary import HandoverPurpose
from app.organisations.vocabulary import Unit
from app.store import Changes
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.scrolling import bring_into_view
from ui.cases.searching_picker import SearchingPicker
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, FormField, FormPanel, date_edit
from ui.widgets.labels import text_label
from ui.widgets.scrolled_box import ScrolledBox
from ui.wording import error_sentence
from ui.wording_cases import note_draft_found
from ui.wording_flow import send_done, send_hint, send_title
from ui.wording_rules import name_of
from ui.wording_time import short_moment, village_day

_PURPOSES = {
    FlowAct.DISPATCH: HandoverPurpose.DISPATCHED,
    FlowAct.ASK_HELP: HandoverPurpose.HELP_ASKED,
    FlowAct.ESCALATE: HandoverPurpose.ESCALATED,
}
NO_DAY, OTHER_DAY = "none", "other"


@dataclass(frozen=True, slots=True)
class UnitHit:
    """A unit in the list under the field."""

    kind: str
    record_id: str
    title: str
    subtitle: str


class SendForm(QFrame):
    """`sent(Changes, sentence, act)` when the county is asked; `left` when it was put away."""

    sent = Signal(object, str, object)
    left = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view: FlowView | None = None
        self._act = FlowAct.DISPATCH
        self._units: tuple[Unit, ...] = ()
        self._draft: dict[str, Any] | None = None
        self._opened: dict[str, Any] = {}
        self._drafts = DraftKeeper(context, SEND_FORM, self)
        self._case_id = ""
        self._is_open = False
        self.draft_bar = DraftBar()
        self.title = text_label("", "sectionTitle", wraps=True)
        self.part = ChoiceRow([(one.value, name_of(one)) for one in TurnPart], has_digits=True)
        self.unit = SearchingPicker(
            name=tr("交给哪个单位"),
            placeholder=tr("输入名称或拼音，按 ↓ 看全部"),
            runner=context.runner,
            search=self._hits,
        )
        self.days = ChoiceRow(_day_choices(), has_digits=True)
        self.day = date_edit(village_day(context.store.clock.now()))
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(text_px(64))
        self.note.setTabChangesFocus(True)
        self.hint = text_label("", "muted", wraps=True)
        self.save = QPushButton()
        self.cancel = QPushButton(tr("取消 (Esc)"))
        self.panel = FormPanel()
        self._build()
        self._connect()

    @property
    def is_asking(self) -> bool:
        return self._is_open

    def show_view(self, view: FlowView) -> None:
        """The case the form is about; words being written for it stay."""
        self._view = view
        if view.case_id != self._case_id:
            self.flush_draft()
            self._case_id, self._draft = view.case_id, None
            self.close_form()
            self.draft_bar.hide()
            self._drafts.look(view.case_id)
        elif self._is_open and self._act not in view.acts:
            self.close_form()

    def ask(self, act: FlowAct, body: dict[str, Any] | None = None) -> None:
        """Opens the form for this act, the first field ready to type."""
        view = self._view
        if view is None:
            return
        self._act = act
        self._is_open = True
        self._read_units()
        has_unit = act in _PURPOSES or act is FlowAct.END_HELP
        is_sending = act in (FlowAct.DISPATCH, FlowAct.ASK_HELP)
        self.part_field.setVisible(
            is_sending and {FlowAct.DISPATCH, FlowAct.ASK_HELP} <= set(view.acts)
        )
        self.unit_field.setVisible(has_unit)
        self.days_field.setVisible(is_sending)
        with self.panel.filling():
            self._fill(body or {})
        self._show_words()
        self._opened = self._body()
        self.draft_bar.hide()
        self.panel.show()
        first: QWidget = self.unit.edit if has_unit and not self.unit.value() else self.note
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_view(first)

    def close_form(self) -> None:
        self.panel.discard_draft_clock()
        self.panel.setEnabled(True)
        self.panel.hide()
        self._is_open = False

    def flush_draft(self) -> None:
        self.panel.flush_draft()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_open:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    # --- filling --------------------------------------------------------------------------------

    def _fill(self, body: dict[str, Any]) -> None:
        self.part.set_value(
            (TurnPart.HELPER if self._act is FlowAct.ASK_HELP else TurnPart.LEAD).value
        )
        self.note.setPlainText(str(body.get("note", "")))
        days = str(body.get("days", ""))
        self.days.set_value(days if days in _known_days() else NO_DAY)
        day = QDate.fromString(str(body.get("day", "")), Qt.DateFormat.ISODate)
        self.day.setDate(day if day.isValid() else _qdate(self._today() + timedelta(days=7)))
        self._show_day()
        self.unit.set_value(None)
        given = self._context.actor.units.get(str(body.get("unit_id", "")))
        if given is not None:
            self.unit.set_value(_hit(self._context, given))
        elif self._act is FlowAct.ESCALATE and self._units:
            self.unit.set_value(_hit(self._context, self._units[-1]))
        elif len(self._units) == 1:
            self.unit.set_value(_hit(self._context, self._units[0]))

    def _show_words(self) -> None:
        view = self._view
        if view is None:
            return
        title = send_title(self._act)
        self.title.setText(title)
        self.save.setText(tr("{act} (Ctrl+Enter)", act=name_of(self._act)))
        self.save.setAccessibleName(name_of(self._act))
        self.hint.setText(
            send_hint(
                self._act,
                return_to=view.return_to,
                until=view.return_until,
                decides=view.decides,
            )
        )
        must = self._act in (FlowAct.RETURN, FlowAct.ESCALATE)
        self.note_field.label.set_text(tr("理由 *") if must else tr("说明（可以不写）"))
        self.note.setAccessibleName(tr("理由") if must else tr("说明"))
        for field in (self.unit_field, self.days_field, self.note_field):
            field.set_error("")

    def _read_units(self) -> None:
        """They came with the view: the list stands when one begins to type."""
        view, units = self._view, self._context.actor.units
        if view is None:
            self._units = ()
        elif self._act is FlowAct.END_HELP:
            self._units = tuple(units[row.unit_id] for row in view.helpers if row.unit_id in units)
        elif self._act in _PURPOSES:
            self._units = view.targets.get(_PURPOSES[self._act], ())
        else:
            self._units = ()

    def _hits(self, typed: str) -> Sequence[UnitHit]:
        return [_hit(self._context, unit) for unit in self._units if unit_fits(unit, typed)]

    def _today(self) -> date:
        return village_day(self._context.store.clock.now())

    def _due_on(self) -> date | None:
        chosen = self.days.value()
        if chosen == OTHER_DAY:
            return date.fromisoformat(self.day.date().toString(Qt.DateFormat.ISODate))
        return None if chosen in ("", NO_DAY) else self._today() + timedelta(days=int(chosen))

    def _body(self) -> dict[str, Any]:
        hit = self.unit.value()
        return {
            "act": self._act.value,
            "unit_id": hit.record_id if hit else "",
            "days": self.days.value(),
            "day": self.day.date().toString(Qt.DateFormat.ISODate),
            "note": self.note.toPlainText(),
        }

    # --- slots ----------------------------------------------------------------------------------

    def _on_part(self, value: str) -> None:
        act = FlowAct.ASK_HELP if value == TurnPart.HELPER else FlowAct.DISPATCH
        if act is not self._act:
            self._act = act
            self._read_units()
            hit = self.unit.value()
            if hit is not None and hit.record_id not in {one.id for one in self._units}:
                self.unit.set_value(None)
            self._show_words()

    def _show_day(self, *_ignored: object) -> None:
        self.day.setVisible(self.days.value() == OTHER_DAY)

    def _on_edited(self) -> None:
        self.unit_field.set_error("")
        self.note_field.set_error("")

    def _on_save(self) -> None:
        if not self._is_open or not self.panel.isEnabled():
            return
        action = self._action()
        if action is None:
            self.unit_field.set_error(tr("请选一个单位：输入名称或拼音，用 ↓ 和回车选。"))
            self.unit.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.panel.discard_draft_clock()
        self.panel.setEnabled(False)
        self._context.runner.write(action, on_done=self._on_done, on_failed=self._on_failed)

    def _action(self) -> Callable[[], Changes] | None:
        store, actor, note = self._context.store, self._context.actor, self.note.toPlainText()
        about: dict[str, Any] = {"case_id": self._case_id}
        if self._act is FlowAct.RETURN:
            return partial(return_case, store, actor, reason=note, **about)
        hit = self.unit.value()
        if hit is None:
            return None
        if self._act is FlowAct.ESCALATE:
            return partial(escalate, store, actor, to_unit_id=hit.record_id, reason=note, **about)
        if self._act is FlowAct.END_HELP:
            return partial(end_help, store, actor, unit_id=hit.record_id, note=note, **about)
        part = TurnPart.HELPER if self._act is FlowAct.ASK_HELP else TurnPart.LEAD
        return partial(
            dispatch,
            store,
            actor,
            to_unit_id=hit.record_id,
            part=part,
            due_on=self._due_on(),
            note=note,
            **about,
        )

    def _on_done(self, changes: Changes) -> None:
        act = self._act
        self._draft = None
        self.close_form()
        self.sent.emit(changes, send_done(act), act)

    def _on_failed(self, error: UserFacingError) -> None:
        self.panel.setEnabled(True)
        self._on_draft_due()
        is_day = error.params.get("problem") == "due_in_the_past"
        is_unit = error.params.get("problem") in ("out_of_reach", "same_unit", "helps_already")
        field: FormField = self.note_field
        editor: QWidget = self.note
        if error.code is ErrorCode.HANDOVER_NOT_POSSIBLE and is_day:
            field, editor = self.days_field, self.day
        elif error.code is ErrorCode.HANDOVER_NOT_POSSIBLE and is_unit:
            field, editor = self.unit_field, self.unit.edit
        field.set_error(error_sentence(error))
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_cancel(self) -> None:
        """Put the words away; what was typed can be had back at once."""
        typed = self._body()
        self.close_form()
        self._drafts.discard()
        if typed != self._opened:
            self._draft = typed
            self.draft_bar.say_discarded()
        self.left.emit()

    def _on_draft_due(self) -> None:
        self._drafts.save(self._body())

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        self._draft = found.body if found else None
        if found is not None and not self._is_open:
            self.draft_bar.ask(note_draft_found(short_moment(found.saved_at)), takes_focus=False)

    def _on_draft_continued(self) -> None:
        view, draft = self._view, self._draft
        if view is None or draft is None:
            return
        act = next((one for one in FlowAct if one.value == draft.get("act")), None)
        if act in view.acts and act is not None:
            self.ask(act, draft)
            self._on_draft_due()

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.part_field = FormField(tr("牵头还是协办"), self.part)
        self.unit_field = FormField(tr("交给哪个单位"), self.unit, is_required=True)
        due = QWidget()
        row = FlowLayout(due, spacing=8)
        row.addWidget(self.days)
        row.addWidget(self.day)
        self.days_field = FormField(tr("几天内回复"), due)
        self.note_field = FormField(tr("说明"), self.note)
        under = QWidget()
        line = FlowLayout(under)
        self.save.setProperty("role", "primary")
        for button in (self.save, self.cancel):
            button.setAccessibleName(button.text())
            line.addWidget(button)
        asked = ScrolledBox(name=tr("交给谁、几天内回复"))
        fields = (self.part_field, self.unit_field, self.days_field, self.note_field)
        for part in (*fields, self.hint):
            asked.column.addWidget(part)
        for each in (self.title, asked, under):
            self.panel.add_widget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.draft_bar)
        column.addWidget(self.panel)
        self.panel.hide()
        self.draft_bar.hide()

    def _connect(self) -> None:
        self.part.chosen.connect(self._on_part)
        self.days.chosen.connect(self._show_day)
        self.save.clicked.connect(self._on_save)
        self.cancel.clicked.connect(self._on_cancel)
        self.unit.picked.connect(self.panel.note_edit)
        self.unit.cleared.connect(self.panel.note_edit)
        self.panel.saved.connect(self._on_save)
        self.panel.edited.connect(self._on_edited)
        self.panel.draft_due.connect(self._on_draft_due)
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.restored.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._drafts.discard)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _day_choices() -> list[tuple[str, str]]:
    return [
        (NO_DAY, tr("不限")),
        ("3", tr("三天")),
        ("7", tr("七天")),
        ("15", tr("十五天")),
        (OTHER_DAY, tr("另定")),
    ]


def _known_days() -> set[str]:
    return {key for key, _words in _day_choices()}


def _hit(context: PageContext, unit: Unit) -> UnitHit:
    return UnitHit("unit", unit.id, unit_name(context.actor, unit.id), name_of(unit.kind))
