"""Where a vote stands, in numbers a whole room can read, and how it ended."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.votes.views import MotionView
from app.votes.vocabulary import Count, Judgement
from i18n.text import tr
from ui.theme import Tone, set_style_property
from ui.widgets.bars import Mark, Segment, SegmentBar
from ui.widgets.cards import Card, NumberLabel
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
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
    """赞成, 反对, 弃权, 重复待核, 未收; the bar with the mark of the quorum; the law under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        words = segment_words()
        self.numbers = [NumberLabel(word) for word in words]
        self.quorum = text_label("", "strong", wraps=True)
        self.majority = text_label("", "muted", wraps=True)
        self.doubt = StatePill("", Tone.WARN)
        self.bar = SegmentBar()
        self.body.setSpacing(6)
        top = QWidget()
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._number_row(), 1)
        row.addLayout(self._law_column(), 1)
        self.add(top)
        self.add(self.bar)

    def show_count(self, view: MotionView) -> None:
        """The count as the view has it."""
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
        self.majority.setToolTip(judgement.source.note)
        self.doubt.set_state(unconfirmed_words(judgement.source), Tone.WARN)
        self.doubt.setToolTip(judgement.source.note)

    def _number_row(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, spacing=6)
        for label in self.numbers:
            flow.addWidget(label)
        return holder

    def _law_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.quorum)
        column.addWidget(self.majority)
        column.addWidget(self.doubt)
        column.addStretch()
        return column


class ResultCard(Card):
    """通过, 未通过 or 未达法定人数: the numbers, the law by its article, and the seal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.result = text_label("", "bigNumber")
        self.counts = text_label("", "strong", wraps=True)
        self.reason = text_label("", wraps=True)
        self.law = text_label("", "muted", wraps=True)
        self.doubt = StatePill("", Tone.WARN)
        self.seal = text_label("", wraps=True)
        self.seal_line = text_label("", "muted", wraps=True)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.result)
        column = QVBoxLayout()
        column.setSpacing(3)
        for widget in (self.counts, self.reason, self.law, self.doubt, self.seal, self.seal_line):
            column.addWidget(widget)
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
