"""Where a vote stands, in numbers a whole room can read, and how it ended."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.votes.views import MotionView
from app.votes.vocabulary import Count, Judgement
from i18n.text import tr
from ui.theme import Tone, set_style_property
from ui.widgets.bars import Mark, Segment, SegmentBar
from ui.widgets.cards import Card, NumberLabel
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import ElidedLabel, StatePill, text_label
from ui.wording_rules import rule_citation
from ui.wording_votes import (
    RESULT_TONES,
    majority_words,
    no_judgement_words,
    quorum_words,
    result_count_words,
    result_reason_words,
    result_word,
    seal_explained,
    seal_words,
    segment_words,
    unconfirmed_words,
)

_TONES = (Tone.OK, Tone.DANGER, Tone.NEUTRAL, Tone.WARN, Tone.NEUTRAL)


class CountCard(Card):
    """赞成, 反对, 弃权, 重复待核, 未收; the bar with the mark of the quorum; the law beside them.

    Where room is short, the law stands under the numbers.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.numbers = [NumberLabel(word) for word in segment_words()]
        self.quorum = text_label("", "strong")
        self.majority = ElidedLabel("", "muted")
        self.doubt = StatePill("", Tone.WARN)
        self.bar = SegmentBar()
        self._number_row = QWidget()
        self._law = self._build_law()
        flow = FlowLayout(self._number_row, spacing=6)
        for label in self.numbers:
            flow.addWidget(label)
        self._top = QGridLayout()
        self._top.setHorizontalSpacing(16)
        self._top.setVerticalSpacing(2)
        self._top.addWidget(self._number_row, 0, 0)
        self._top.addWidget(self._law, 0, 1)
        self.body.setSpacing(6)
        self.body.addLayout(self._top)
        self.add(self.bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        numbers = sum(label.sizeHint().width() + 6 for label in self.numbers)
        law = max(self._line.sizeHint().width(), self.majority.sizeHint().width())
        is_wide = self.width() - 34 >= numbers + 16 + law
        self._top.removeWidget(self._law)
        self._top.addWidget(self._law, 0 if is_wide else 1, 1 if is_wide else 0)
        self._top.setColumnStretch(0, 1)
        self._top.setColumnStretch(1, 1 if is_wide else 0)
        side = Qt.AlignmentFlag.AlignRight if is_wide else Qt.AlignmentFlag.AlignLeft
        self.majority.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        direction = QBoxLayout.Direction
        self._both.setDirection(direction.TopToBottom if is_wide else direction.LeftToRight)
        self._both.setSpacing(2 if is_wide else 10)
        self._line.setDirection(direction.RightToLeft if is_wide else direction.LeftToRight)
        self._line.setStretch(2, 1 if is_wide else 0)

    def _build_law(self) -> QWidget:
        """In two lines, or in one where they stand under the numbers."""
        law = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom, law)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._line = QHBoxLayout()
        self._line.setSpacing(8)
        self._line.addWidget(self.quorum)
        self._line.addWidget(self.doubt)
        self._line.addStretch()
        self._both.addLayout(self._line)
        self._both.addWidget(self.majority, 1)
        return law

    def show_count(self, view: MotionView) -> None:
        """The count as the view has it; after a tally the law stands with the result."""
        count, judgement = view.count, view.judgement
        values = _values(count)
        for label, value, tone in zip(self.numbers, values, _TONES, strict=True):
            label.show_number(str(value), tone if value else Tone.NEUTRAL)
        mark = Mark(judgement.present_needed) if judgement is not None else None
        segments = [
            Segment(word, value, tone)
            for word, value, tone in zip(segment_words()[:4], values[:4], _TONES[:4], strict=True)
        ]
        self._show_law(count, judgement)
        self._law.setVisible(view.tally is None)
        self._arrange()
        self.bar.show_segments(
            segments, total=count.total, mark=mark, name=self.quorum.text() or tr("到会情况")
        )

    def _show_law(self, count: Count, judgement: Judgement | None) -> None:
        if judgement is None:
            self.quorum.setText(no_judgement_words(count.total))
            self.majority.setText("")
            self.doubt.set_state("", Tone.WARN)
            return
        self.quorum.setText(quorum_words(count, judgement))
        self.majority.setText(majority_words(judgement))
        self.doubt.set_state(unconfirmed_words(judgement.source), Tone.WARN)
        self.doubt.setToolTip(judgement.source.note)


class ResultCard(Card):
    """通过, 未通过 or 未达法定人数: the numbers, the law by its article, and the seal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.result = text_label("", "bigNumber")
        self.counts = text_label("", "strong", wraps=True)
        self.reason = text_label("", wraps=True)
        self.law = text_label("", "muted")
        self.doubt = StatePill("", Tone.WARN)
        self.seal = text_label("", wraps=True)
        self.seal_line = text_label("", "muted", wraps=True)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.result)
        column = QVBoxLayout()
        column.setSpacing(3)
        law_line = QHBoxLayout()
        law_line.addWidget(self.law)
        law_line.addWidget(self.doubt)
        law_line.addStretch()
        column.addWidget(self.counts)
        column.addWidget(self.reason)
        column.addLayout(law_line)
        column.addWidget(self.seal)
        column.addWidget(self.seal_line)
        row.addLayout(column, 1)
        self.body.addLayout(row)

    def show_result(self, view: MotionView) -> None:
        """The tally as it was recorded; nothing without one."""
        tally = view.tally
        if tally is None:
            return
        self.result.setText(result_word(tally.result))
        set_style_property(self.result, "tone", RESULT_TONES[tally.result])
        self.counts.setText(result_count_words(tally.count))
        self.reason.setText(
            result_reason_words(
                tally.count,
                present_needed=tally.present_needed,
                agree_needed=tally.agree_needed,
                result=tally.result,
            )
        )
        self._show_law(view)
        self.seal.setText(seal_words(tally.seal))
        self.seal.setToolTip(tally.seal)
        self.seal_line.setText(
            seal_explained(ballots=tally.count.present, is_whole=view.is_seal_whole)
        )
        set_style_property(self.seal_line, "role", "muted" if view.is_seal_whole else "error")

    def _show_law(self, view: MotionView) -> None:
        rule = view.rule_set
        self.law.setText("" if rule is None else rule_citation(rule))
        self.law.setToolTip("" if rule is None else rule.note)
        self.doubt.set_state(unconfirmed_words(rule), Tone.WARN)
        self.doubt.setToolTip("" if rule is None else rule.note)


def _values(count: Count) -> tuple[int, int, int, int, int]:
    return (count.agree, count.oppose, count.abstain, count.duplicate_pending, count.missing)
