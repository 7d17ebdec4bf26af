"""The motion beside the ballots: its text, the chosen household's ballots, its history."""

from __future__ import annotations

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtWidgets import QWidget

from app.votes.views import EntryView, MotionView
from i18n.text import tr
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.labels import StatePill, text_label
from ui.widgets.slim import SlimText, SlimTimeline
from ui.widgets.timeline import TimelineEntry
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word
from ui.wording_time import short_moment
from ui.wording_votes import ballot_line, event_line, household_title


class MotionCard(Card):
    """Read only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("草案"), parent=parent)
        self.state = StatePill()
        self.header.addWidget(self.state)
        self.line = text_label("", "muted", wraps=True)
        self.text = SlimText()
        self.text.setAccessibleName(tr("草案正文"))
        self.text.setMinimumHeight(text_px(88))
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.household = text_label("", "strong", wraps=True)
        self.ballots = text_label("", wraps=True)
        self.history = SlimTimeline()
        self.body.setSpacing(8)
        self.add(self.line)
        self.add(self.text, 3)
        self.add(self.household)
        self.add(self.ballots)
        self.add(self.history, 2)
        self.body.addStretch(1)
        self.text.document().documentLayout().documentSizeChanged.connect(self._on_text_sized)

    def show_motion(self, view: MotionView) -> None:
        """Text, matter, who proposed it and what happened since."""
        self.set_title(view.title)
        self.state.set_state(*sync_state_word(view.sync_state))
        self.line.setText(
            tr(
                "{matter} · {body} · {name} {moment} 提出",
                matter=name_of(view.matter),
                body=name_of(view.body),
                name=view.proposed_by,
                moment=short_moment(view.proposed_at),
            )
        )
        if self.text.toPlainText() != view.text:
            self.text.setPlainText(view.text)
        entries = [
            TimelineEntry(
                when=short_moment(event.happened_at),
                text=event_line(event, view),
                who=event.by_name,
                record_id="",
            )
            for event in reversed(view.events)
        ]
        self.history.show_entries(entries, name=tr("经过"))
        self.history.setVisible(bool(entries))

    def _on_text_sized(self, size: QSizeF) -> None:
        """A short text leaves the room to the history."""
        self.text.setMaximumHeight(max(self.text.minimumHeight(), round(size.height()) + 12))

    def show_household(self, entry: EntryView | None) -> None:
        """Every ballot of the chosen household, also those that do not count."""
        has_story = entry is not None and (len(entry.ballots) > 1 or not entry.is_listed)
        self.household.setVisible(has_story)
        self.ballots.setVisible(has_story)
        if entry is None or not has_story:
            return
        self.household.setText(household_title(entry))
        self.ballots.setText(
            "\n".join(
                tr(
                    "{moment} {name}:{ballot}",
                    moment=short_moment(ballot.taken_at),
                    name=ballot.by_name,
                    ballot=ballot_line(ballot),
                )
                for ballot in entry.ballots
            )
        )
