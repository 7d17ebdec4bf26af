"""A draft before it is put to the village: its text, and what the law asks before the vote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.village_rules.rules import check_rule_text
from app.votes.queries import OpeningCheck, opening_check, today_in_village
from app.votes.views import MotionView
from i18n.text import tr
from ui.context import PageContext
from ui.theme import Tone, set_style_property
from ui.votes.ask_bar import AskBar, Question
from ui.votes.motion_card import MotionCard
from ui.widgets.cards import Card
from ui.widgets.forms import calm_wheel, date_edit
from ui.widgets.labels import StatePill, text_label
from ui.widgets.side_panel import SidePanelHost
from ui.wording import error_sentence
from ui.wording_rules import name_of, rule_citation
from ui.wording_votes import unconfirmed_words


class OpeningScreen(QWidget):
    """`checked(OpeningCheck)` after each look; `withdrawal_confirmed(reason)` goes up."""

    checked = Signal(object)
    withdrawal_confirmed = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view: MotionView | None = None
        self.check: OpeningCheck | None = None
        self.motion_card = MotionCard()
        self.concerns = text_label("", "tinted", wraps=True)
        set_style_property(self.concerns, "tone", "warn")
        self.motion_card.body.insertWidget(1, self.concerns)
        self.is_notified = QCheckBox(tr("已经通知村民，通知日期："))
        self.notified_on = date_edit(today_in_village(context.store))
        self.notified_on.setAccessibleName(tr("通知日期"))
        self.notified_on.setEnabled(False)
        calm_wheel(self.notified_on)
        self.size_line = text_label("", "strong", wraps=True)
        self.law = text_label("", "muted", wraps=True)
        self.doubt = StatePill("", Tone.WARN)
        self.problems = text_label("", "error", wraps=True)
        self.warnings = text_label("", "tinted", wraps=True)
        set_style_property(self.warnings, "tone", "warn")
        self.ask_bar = AskBar()
        self._build()
        self.is_notified.toggled.connect(self._on_notice_changed)
        self.notified_on.dateChanged.connect(self._on_notice_changed)
        self.ask_bar.answered.connect(self._on_answered)

    def show_view(self, view: MotionView) -> None:
        """The draft, and a fresh look at what stands against opening it."""
        if self._view is None or self._view.motion_id != view.motion_id:
            self.is_notified.setChecked(False)
            self.ask_bar.close_question()
        self._view = view
        self.motion_card.show_motion(view)
        self.motion_card.show_household(None)
        self._show_concerns(view.text)
        self.look_again()

    def look_again(self) -> None:
        """Ask the rules anew."""
        if self._view is not None:
            self._context.runner.read(
                partial(
                    opening_check,
                    self._context.store,
                    self._view.motion_id,
                    notified_on=self.notice_day(),
                ),
                on_done=self._on_checked,
                on_failed=self._on_failed,
            )

    def notice_day(self) -> date | None:
        """The day the villagers were told; None while that is not ticked."""
        if not self.is_notified.isChecked():
            return None
        day = self.notified_on.date()
        return date(day.year(), day.month(), day.day())

    def ask_withdrawal(self) -> None:
        """Taking the draft back."""
        self.ask_bar.ask(
            Question(
                tr("撤回后这份草案不能再改、不能再表决，只留作记录。请写明原因："),
                yes=tr("撤回议案"),
                no=tr("不撤回"),
                reasons=(tr("不再提出"),),
            )
        )

    def _build(self) -> None:
        card = Card(tr("开启表决前的核对"))
        card.body.setSpacing(8)
        notice = QHBoxLayout()
        notice.addWidget(self.is_notified)
        notice.addWidget(self.notified_on, 1)
        card.add(self.size_line)
        card.body.addLayout(notice)
        for widget in (
            self.problems,
            self.warnings,
            self.law,
            self.doubt,
            self.ask_bar,
        ):
            card.add(widget)
        card.body.addStretch()
        side = SidePanelHost(self.motion_card, card)
        side.open_side()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(side)
        self._side = side

    def show_check(self) -> None:
        """Bring the check to the front on a narrow screen."""
        self._side.open_side()

    def _show_concerns(self, text: str) -> None:
        self.concerns.setText(concern_words(text))
        self.concerns.setVisible(bool(self.concerns.text()))

    def _on_notice_changed(self, *_ignored: object) -> None:
        self.notified_on.setEnabled(self.is_notified.isChecked())
        self.look_again()

    def _on_checked(self, check: OpeningCheck) -> None:
        self.check = check
        self.size_line.setText(
            tr(
                "应到名册：全村 {total} 户，以开启那一刻的户籍名册为准。",
                total=check.electorate_size,
            )
        )
        self.problems.setText("\n".join(_lines(check.problems)))
        self.problems.setVisible(bool(check.problems))
        self.warnings.setText("\n".join(_lines(check.warnings)))
        self.warnings.setVisible(bool(check.warnings))
        rule = check.rule_set
        self.law.setText("" if rule is None else rule_citation(rule))
        self.law.setToolTip("" if rule is None else rule.note)
        self.doubt.set_state(unconfirmed_words(rule), Tone.WARN)
        self.checked.emit(check)

    def _on_failed(self, error: UserFacingError) -> None:
        self.problems.setText(error_sentence(error))
        self.problems.show()

    def _on_answered(self, _choice: str, reason: str) -> None:
        self.withdrawal_confirmed.emit(reason)


def concern_words(text: str) -> str:
    """What in a draft should be looked at again, one line for each kind; empty when nothing."""
    findings = check_rule_text(text)
    first = {finding.concern: finding for finding in reversed(findings)}
    return "\n".join(
        tr("“{passage}”:{why}", passage=finding.passage, why=name_of(finding.concern))
        for finding in sorted(first.values(), key=lambda finding: finding.start)
    )


def _lines(found: Sequence[object]) -> list[str]:
    return [tr("· {sentence}", sentence=name_of(one)) for one in found]  # type: ignore[arg-type]
