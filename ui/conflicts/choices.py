"""What there is to choose from in a conflict: a box and a key for each, by its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

from app.accounts.vocabulary import Permission
from app.conflicts.actions import choose_values, keep_ballot, settle_case, settle_delete
from app.conflicts.merging import merge_households
from app.conflicts.views import Candidate, ConflictCard, HouseholdSide
from app.conflicts.vocabulary import ConflictKind
from app.store import Changes
from app.votes.views import BallotView
from i18n.text import tr
from ui.conflicts.choice_box import ChoiceBox
from ui.conflicts.differences import marked_html
from ui.conflicts.household_lines import household_lines
from ui.context import PageContext
from ui.wording_conflicts import (
    ballot_heading,
    candidate_lines,
    kept_ballot_reason,
    kept_ballot_warning,
    merge_warning,
    side_line,
    side_word,
    value_words,
)
from ui.wording_fields import field_word


@dataclass(frozen=True)
class Decision:
    """What a key asks for; ``work`` runs on the writer thread. What cannot be undone says so in
    ``warning`` and is asked about once more."""

    work: Callable[[], Changes]
    may_be_undone: bool = True
    warning: str = ""


class Choices:
    """``decisions`` fills with what the keys 1, 2, 3 ask for, in the order of the boxes."""

    def __init__(self, context: PageContext, press: Callable[[int], object]) -> None:
        self._who = context.store, context.actor
        self._actor = context.actor
        self._press = press
        self.decisions: list[Decision | None] = []

    def boxes(self, card: ConflictCard) -> list[ChoiceBox]:
        """Side by side, in the order of their keys."""
        kind = card.row.kind
        if kind is ConflictKind.FIELD:
            return [self._value_box(card, one) for one in card.candidates]
        if kind is ConflictKind.DELETE:
            return self._delete_boxes(card)
        if kind is ConflictKind.BALLOT_DOUBLE:
            return [self._ballot_box(card, one) for one in card.ballots if one.stands]
        if kind is ConflictKind.HOUSEHOLD_DOUBLE:
            return [self._household_box(card, one) for one in card.households]
        return self._case_boxes(card)

    def _value_box(self, card: ConflictCard, one: Candidate) -> ChoiceBox:
        row = card.row
        sees = self._actor.may(Permission.SEE_IDENTITY_NUMBERS)
        against = dict(candidate_lines(row, _compared_with(card, one), sees_numbers=sees))
        lines = [
            (name, marked_html(value, against.get(name)))
            for name, value in candidate_lines(row, one, sees_numbers=sees)
        ]
        work = partial(
            choose_values,
            *self._who,
            conflict_ids=row.conflict_ids,
            values=one.values,
        )
        return self._box(
            card,
            side_word(one, others=card.candidates),
            Decision(work),
            lines=lines,
            who=side_line(one.by_name, one.at),
            button=tr("用这个"),
            mark=tr("现在是这个") if one.stands else "",
        )

    def _delete_boxes(self, card: ConflictCard) -> list[ChoiceBox]:
        kept, deleted = card.candidates
        settle = partial(settle_delete, *self._who, conflict_ids=card.row.conflict_ids)
        entity = card.row.subject_entity
        sees = self._actor.may(Permission.SEE_IDENTITY_NUMBERS)
        kept_lines = [
            (
                field_word(entity, name),
                escape(value_words(entity, name, value, sees_numbers=sees)),
            )
            for name, value in card.detail.get("record", {}).items()
            if value
        ]
        return [
            self._box(
                card,
                tr("{side}：还在改", side=side_word(kept)),
                Decision(partial(settle, is_deleted=False)),
                lines=kept_lines,
                who=side_line(kept.by_name, kept.at),
                button=tr("留着"),
                mark=tr("现在留着"),
            ),
            self._box(
                card,
                tr("{side}：删掉了", side=side_word(deleted)),
                Decision(partial(settle, is_deleted=True)),
                lines=[],
                who=side_line(deleted.by_name, deleted.at),
                button=tr("删掉"),
            ),
        ]

    def _ballot_box(self, card: ConflictCard, one: BallotView) -> ChoiceBox:
        work = partial(
            keep_ballot,
            *self._who,
            conflict_ids=card.row.conflict_ids,
            ballot_id=one.ballot_id,
            reason=kept_ballot_reason(one),
        )
        return self._box(
            card,
            ballot_heading(one),
            Decision(work, may_be_undone=False, warning=kept_ballot_warning(one)),
            lines=[],
            who=side_line(one.by_name, one.taken_at),
            button=tr("留这一张"),
            is_enabled=card.is_motion_open,
        )

    def _household_box(self, card: ConflictCard, one: HouseholdSide) -> ChoiceBox:
        other = next(each for each in card.households if each is not one)
        work = partial(
            merge_households,
            *self._who,
            conflict_ids=card.row.conflict_ids,
            keep_id=one.household_id,
        )
        return self._box(
            card,
            f"{one.number} {one.head_name}",
            Decision(work, may_be_undone=False, warning=merge_warning(one, other)),
            lines=household_lines(one, other),
            who=side_line(one.by_name, one.at),
            button=tr("并成一户，以这户为准"),
            mark=tr("本机建的") if one.is_here else "",
        )

    def _case_boxes(self, card: ConflictCard) -> list[ChoiceBox]:
        closed, sent = card.candidates
        settle = partial(settle_case, *self._who, conflict_ids=card.row.conflict_ids)
        to_unit = escape(str(card.detail.get("to_unit", "")))
        note = tr("办结和转出同时发生，定为由接手单位继续办。")
        return [
            self._box(
                card,
                tr("已经办结"),
                Decision(partial(settle, is_closed=True, note="")),
                lines=[("", escape(str(card.detail.get("closing_note", ""))))],
                who=side_line(closed.by_name, closed.at),
                button=tr("保持办结"),
                mark=tr("现在是办结") if card.row.may_settle else "",
            ),
            self._box(
                card,
                tr("转给了别的单位"),
                Decision(partial(settle, is_closed=False, note=note), may_be_undone=False),
                lines=[(tr("接手单位"), to_unit)],
                who=side_line(sent.by_name, sent.at),
                button=tr("由接手单位继续办"),
            ),
        ]

    def _box(
        self,
        card: ConflictCard,
        heading: str,
        decision: Decision,
        *,
        lines: list[tuple[str, str]],
        who: str,
        button: str,
        mark: str = "",
        is_enabled: bool = True,
    ) -> ChoiceBox:
        may = card.row.may_settle and is_enabled
        if may:
            self.decisions.append(decision)
        key = len(self.decisions)
        box = ChoiceBox(
            key,
            heading,
            lines=lines,
            who=who,
            button=tr("{key}  {what}", key=key, what=button),
            mark=mark,
            is_enabled=may,
        )
        box.chosen.connect(self._press)
        return box


def _compared_with(card: ConflictCard, one: Candidate) -> Candidate:
    """Differences are shown against what both started from; where that is not known, against what
    stands. What is compared with nothing is shown plain."""
    base = next((each for each in card.candidates if each.is_base), None)
    against = base or next((each for each in card.candidates if each.stands), None)
    return one if against is None else against
