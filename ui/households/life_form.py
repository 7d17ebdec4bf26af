"""登记变动: one form for whatever happens to the people of a household, or to the household itself.

The first field says what happened; the form then asks what belongs to it and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from app.errors import ErrorCode, UserFacingError
from app.households.filling import ResidentFields
from app.households.life import (
    record_birth,
    record_came_home,
    record_death,
    record_move_in,
    record_move_out,
    record_went_away,
)
from app.households.life_households import change_head, merge_into, split_household
from app.households.life_queries import LifeFormView, life_form
from app.households.life_rules import (
    DEPARTURES,
    MemberFacts,
    may_happen,
    proposed_head,
    relations_to,
)
from app.households.life_steps import Happening, HeadChoice
from app.households.vocabulary import Relation, RosterEventKind
from app.store import Changes
from i18n.text import tr
from ui.households.life_editors import HouseholdPicker, PeopleChoice, RelationsEditor, VillagePicker
from ui.households.person_fields import (
    NEW_PERSON,
    PERSON_KEYS,
    PersonForm,
    day_line,
    line,
    person_given,
    typed_day,
)
from ui.households.record_form import FieldWrongError, FormLoad, Texts, combo, set_choices
from ui.theme import text_px
from ui.widgets.forms import ChoiceRow, FormField
from ui.widgets.labels import text_label
from ui.wording_life import age_label, departure_words, place_label, step_saved
from ui.wording_rules import name_of

_K = RosterEventKind
COMING = (_K.BORN, _K.MOVED_IN)
_ABOUT_PEOPLE = (_K.DIED, _K.MOVED_OUT, _K.WENT_AWAY, _K.CAME_HOME, _K.HOUSEHOLD_SPLIT)
_WITH_PLACE = (_K.MOVED_IN, _K.MOVED_OUT, _K.WENT_AWAY)
KINDS = (
    *(_K.BORN, _K.DIED, _K.MOVED_IN, _K.MOVED_OUT, _K.WENT_AWAY, _K.CAME_HOME),
    *(_K.HEAD_CHANGED, _K.HOUSEHOLD_SPLIT, _K.HOUSEHOLD_MERGED),
)


class LifeForm(PersonForm):
    """`begin_step(household_id, kind, resident_id)`; after a save `said` tells what was done."""

    FORM = "life"
    FIELD_OF_ERROR = {
        ErrorCode.PERSON_NAME_MISSING: "name",
        ErrorCode.IDENTITY_NUMBER_WRONG: "identity_number",
        ErrorCode.IDENTITY_NUMBER_TAKEN: "identity_number",
        ErrorCode.HOUSEHOLD_NUMBER_MISSING: "number",
        ErrorCode.HOUSEHOLD_NUMBER_TAKEN: "number",
        ErrorCode.LIFE_DAY_WRONG: "happened_on",
    }

    _household_id = ""
    _begins_with: tuple[str, str] = ("", "")
    _view: LifeFormView | None = None
    said = ""

    def begin_step(
        self, household_id: str, kind: RosterEventKind | None = None, resident_id: str = ""
    ) -> None:
        """`kind` and the person are filled in where they are known."""
        self._household_id = household_id
        self._begins_with = (kind.value if kind else "", resident_id)
        self.set_title(tr("登记变动"))
        self.begin(household_id)

    @property
    def kind(self) -> RosterEventKind:
        """What is chosen; leaving for work while nothing is."""
        chosen = self.texts()["kind"]
        return RosterEventKind(chosen) if chosen else _K.WENT_AWAY

    # --- building ----------------------------------------

    def _build_fields(self) -> None:
        kinds = ChoiceRow([(each.value, name_of(each)) for each in KINDS], has_digits=True)
        self._add("kind", FormField(tr("发生了什么"), kinds))
        self.panel.add_widget(self.field("kind"))
        self.people = PeopleChoice()
        self._single("people", tr("哪些人"), self.people)
        self._rows: dict[str, list[QWidget]] = {"person": self._add_person_fields()}
        self._single("happened_on", tr("日期"), day_line("2026-11-01"))
        self.village = VillagePicker(self._context)
        self._single("village", tr("搬到本县哪个村（外县的不选）"), self.village)
        self._single("place", tr("地点"), line("place"))
        self._single("number", tr("新户户号"), line("number"))
        self.into = HouseholdPicker(self._context)
        self._single("into", tr("并到哪一户"), self.into)
        self._single("head", tr("新户主"), combo())
        self._single("staying_head", tr("原户的新户主"), combo())
        self.relations = RelationsEditor()
        self._single("relations", tr("与新户主的关系（不清楚的先空着）"), self.relations)
        whether = ChoiceRow([("yes", tr("同时销户")), ("no", tr("户先留着"))])
        self._single("dissolves", tr("这一户没有人了"), whether)
        note = QPlainTextEdit()
        note.setMinimumHeight(text_px(44))
        note.setMaximumHeight(text_px(70))
        self._single("note", tr("说明（可以不写）"), note)
        self.warning = text_label("", "doubt", wraps=True)
        self.panel.add_widget(self.warning)
        kinds.chosen.connect(self._on_asked)
        self.people.changed.connect(self._on_asked)
        self.village.changed.connect(self._on_asked)
        self.relations.row_added.connect(self.panel.watch)
        for key in ("head", "staying_head"):
            self._combo(key).activated.connect(self._on_asked)

    def _single(self, key: str, words: str, editor: QWidget) -> None:
        self.panel.add_widget(self._add(key, FormField(words, editor)))

    # --- filling ----------------------------------------

    def _load(self) -> FormLoad:
        view = life_form(self._context.store, self._context.actor, self._household_id)
        if view is None:
            return FormLoad(None)
        kind, resident_id = self._begins_with
        texts = {
            **NEW_PERSON,
            "kind": kind or _usual_step(view, resident_id).value,
            "people": resident_id,
            "happened_on": view.today.isoformat(),
            "number": view.next_number,
            "dissolves": "yes",
        }
        return FormLoad(texts, extra=view)

    def _take_extra(self, extra: object) -> None:
        if not isinstance(extra, LifeFormView):
            return
        self._view = extra
        self.people.set_people((one.id, age_label(one, extra.today)) for one in extra.members)
        self.panel.watch(self.people)
        self.village.set_place(but=extra.page.detail.unit_id)
        self.into.set_place(extra.page.detail.unit_id, but=self._household_id)
        detail = extra.page.detail
        name = f"{detail.number} {detail.head_name}".strip()
        self.set_title(tr("登记变动 · {name}", name=name))

    def _on_filled(self) -> None:
        self._on_asked()

    def _on_asked(self, *_ignored: object) -> None:
        """What belongs to this kind of step, for these people."""
        if self._view is None:
            return
        kind = self.kind
        self._ask_people(kind)
        is_coming = kind in COMING
        for row in self._rows["person"]:
            row.setVisible(is_coming)
        for key in PERSON_KEYS:
            self.field(key).setVisible(is_coming)
        if is_coming:
            self._asks_without_number(bool(self.texts()["identity_number"].strip()))
        self.field("happened_on").setVisible(kind is not _K.BORN)
        self.field("village").setVisible(kind is _K.MOVED_OUT)
        self.field("place").setVisible(kind in _WITH_PLACE and not self._village(kind))
        self.field("place").label.set_text(place_label(kind))
        self.field("number").setVisible(kind is _K.HOUSEHOLD_SPLIT)
        self.field("into").setVisible(kind is _K.HOUSEHOLD_MERGED)
        self._ask_heads(kind)
        self._ask_relations(kind)
        is_last = kind in DEPARTURES and not self._staying() and bool(self._chosen())
        self.field("dissolves").setVisible(is_last)
        self._warn(kind)

    def _ask_people(self, kind: RosterEventKind) -> None:
        self.field("people").setVisible(kind in _ABOUT_PEOPLE)
        fitting = [one.id for one in self._members() if may_happen(kind, one.status)]
        was_blocked = self.people.blockSignals(True)
        self.people.show_only(fitting if kind in _ABOUT_PEOPLE else ())
        self.people.set_single(kind is _K.DIED)
        self.people.blockSignals(was_blocked)

    def _asks_without_number(self, has_number: bool) -> None:
        super()._asks_without_number(has_number or self.kind not in COMING)

    def _ask_heads(self, kind: RosterEventKind) -> None:
        head = self._view.head if self._view else None
        is_leaving = head is not None and head.id in {one.id for one in self._chosen()}
        candidates: list[MemberFacts] = []
        staying: list[MemberFacts] = []
        if kind is _K.HEAD_CHANGED:
            candidates = [one for one in self._members() if head is None or one.id != head.id]
        elif kind is _K.HOUSEHOLD_SPLIT:
            candidates = self._chosen()
            staying = self._staying() if is_leaving else []
        elif kind in DEPARTURES and is_leaving:
            candidates = self._staying()
        for key, people in (("head", candidates), ("staying_head", staying)):
            self._offer(key, people)
            self.field(key).setVisible(bool(people))

    def _offer(self, key: str, people: list[MemberFacts]) -> None:
        """These to choose from; the choice made before, else whom custom would name."""
        chosen = self.texts()[key]
        proposed = proposed_head(people, self._today())
        if chosen not in {one.id for one in people}:
            chosen = proposed.id if proposed else ""
        each = self._combo(key)
        was_blocked = each.blockSignals(True)
        set_choices(each, [(one.id, age_label(one, self._today())) for one in people])
        each.setCurrentIndex(max(0, each.findData(chosen)))
        each.blockSignals(was_blocked)

    def _ask_relations(self, kind: RosterEventKind) -> None:
        head_id = self.texts()["head"]
        people: list[MemberFacts] = []
        if kind is _K.HOUSEHOLD_SPLIT:
            people = self._chosen()
        elif kind is _K.HEAD_CHANGED:
            people = list(self._members())
        elif kind in DEPARTURES and head_id:
            people = self._staying()
        elif kind is _K.HOUSEHOLD_MERGED:
            people, head_id = list(self._members()), ""
        new_head = next((one for one in people if one.id == head_id), None)
        proposed: dict[str, Relation | None] = {}
        if new_head is not None and self._view is not None:
            proposed = relations_to(new_head, people, self._view.head)
        others = [(one.id, one.name) for one in people if one.id != head_id]
        is_asked = bool(others) and (new_head is not None or kind is _K.HOUSEHOLD_MERGED)
        self.relations.set_people(others if is_asked else [], proposed)
        self.field("relations").setVisible(is_asked)

    def _warn(self, kind: RosterEventKind) -> None:
        """Said, not refused."""
        if self._view is None:
            return
        concerned = {
            _K.HOUSEHOLD_MERGED: self._members(),
        }.get(kind, tuple(self._chosen()))
        is_shown = kind in DEPARTURES or kind in (_K.HOUSEHOLD_SPLIT, _K.HOUSEHOLD_MERGED)
        words = departure_words(
            self._view.page,
            {one.id for one in concerned},
            kind,
            village=self._village(kind),
            is_everybody=bool(concerned) and not self._staying(),
        )
        self.warning.setText(words)
        self.warning.setVisible(is_shown and bool(words))

    # --- what stands in the fields ----------------------------------------

    def _combo(self, key: str) -> QComboBox:
        editor = self.editor(key)
        if not isinstance(editor, QComboBox):
            raise TypeError(key)
        return editor

    def _today(self) -> date:
        return self._view.today if self._view else date.min

    def _members(self) -> tuple[MemberFacts, ...]:
        return self._view.members if self._view else ()

    def _chosen(self) -> list[MemberFacts]:
        ids = set(self.people.chosen())
        return [one for one in self._members() if one.id in ids]

    def _staying(self) -> list[MemberFacts]:
        ids = set(self.people.chosen())
        return [one for one in self._members() if one.id not in ids]

    def _village(self, kind: RosterEventKind) -> str:
        """The village of this county somebody moves to; empty for anywhere else."""
        return self.village.title() if kind is _K.MOVED_OUT else ""

    # --- saving ----------------------------------------

    def _show_error(self, error: UserFacingError) -> None:
        """The day of a birth is the birthday."""
        if error.code is ErrorCode.LIFE_DAY_WRONG and self.kind is _K.BORN:
            error.params.setdefault("field", "birth_date")
        super()._show_error(error)

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        kind = self.kind
        when = Happening(
            typed_day(texts, "happened_on", tr("日期")) if kind is not _K.BORN else None,
            (self._village(kind) or texts["place"]) if kind in _WITH_PLACE else "",
            texts["note"],
        )
        self.said = self._sentence(kind, texts)
        return self._steps(texts, when)[kind]()

    def _sentence(self, kind: RosterEventKind, texts: Texts) -> str:
        names = [one.name for one in self._chosen()]
        if kind in COMING:
            names = [texts["name"].strip()]
        elif kind is _K.HEAD_CHANGED:
            names = [one.name for one in self._members() if one.id == texts["head"]]
        is_last = kind in DEPARTURES and not self._staying() and texts["dissolves"] != "no"
        return step_saved(kind, "、".join(names), household=self.into.title(), is_last=is_last)

    def _steps(
        self, texts: Texts, when: Happening
    ) -> dict[RosterEventKind, Callable[[], Callable[[], Changes]]]:
        store, actor, home = self._context.store, self._context.actor, self._household_id
        ids = self.people.chosen()
        head = self._head(texts["head"])
        dissolves = texts["dissolves"] != "no"
        return {
            _K.BORN: lambda: partial(
                record_birth, store, actor, household_id=home, given=_given(texts), note=when.note
            ),
            _K.MOVED_IN: lambda: partial(
                record_move_in, store, actor, household_id=home, given=_given(texts), when=when
            ),
            _K.DIED: lambda: partial(
                record_death, store, actor, resident_id=self._one(ids), when=when, head=head,
                dissolves=dissolves,
            ),
            _K.MOVED_OUT: lambda: partial(
                record_move_out, store, actor, resident_ids=ids, when=when, head=head,
                dissolves=dissolves,
            ),
            _K.WENT_AWAY: lambda: partial(
                record_went_away, store, actor, resident_ids=ids, when=when
            ),
            _K.CAME_HOME: lambda: partial(
                record_came_home, store, actor, resident_ids=ids, when=when
            ),
            _K.HEAD_CHANGED: lambda: partial(
                change_head, store, actor, household_id=home, head=self._chosen_head(head),
                when=when,
            ),
            _K.HOUSEHOLD_SPLIT: lambda: partial(
                split_household, store, actor, household_id=home, resident_ids=ids,
                number=texts["number"], head=head or HeadChoice(""), when=when,
                staying_head=self._staying_head(texts["staying_head"]),
            ),
            _K.HOUSEHOLD_MERGED: lambda: partial(
                merge_into, store, actor, household_id=home, into_household_id=self._into(),
                when=when, relations=self.relations.relations(),
            ),
        }  # fmt: skip

    def _head(self, chosen: str) -> HeadChoice | None:
        return HeadChoice(chosen, self.relations.relations()) if chosen else None

    def _staying_head(self, chosen: str) -> HeadChoice | None:
        return HeadChoice(chosen) if chosen else None

    def _chosen_head(self, head: HeadChoice | None) -> HeadChoice:
        if head is None:
            raise FieldWrongError("head", tr("还没有选新户主，没有保存。请选一人。"))
        return head

    def _one(self, ids: list[str]) -> str:
        if not ids:
            raise FieldWrongError("people", tr("还没有选人，没有保存。请选是谁。"))
        return ids[0]

    def _into(self) -> str:
        household_id = self.into.household_id()
        if not household_id:
            raise FieldWrongError(
                "into", tr("还没有选并到哪一户，没有保存。请输入户号或姓名选一户。")
            )
        return household_id


def _given(texts: Texts) -> ResidentFields:
    return ResidentFields(**person_given(texts))


def _usual_step(view: LifeFormView, resident_id: str) -> RosterEventKind:
    """What happens to somebody most often, so that a slip of the keys is never a death."""
    is_away = any(
        one.id == resident_id and may_happen(_K.CAME_HOME, one.status) for one in view.members
    )
    return _K.CAME_HOME if is_away else _K.WENT_AWAY
