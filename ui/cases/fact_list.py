"""What is known of a case, word by word: class, place, parties and story."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.cases.parties import PartyRow
from app.cases.queries import CaseDetail
from app.cases.vocabulary import CaseKind, PartySource
from i18n.text import tr
from ui.context import PageContext
from ui.looks.contact import contact_line
from ui.widgets.fact_box import FactBox
from ui.widgets.labels import text_label
from ui.wording_cases import URGENCY_TONES, day_text, party_words, region_name, side_word
from ui.wording_rules import name_of


class FactList(FactBox):
    """Class, place, parties and story."""

    def __init__(self, context: PageContext, *, name: str) -> None:
        super().__init__(name=name)
        self._context = context

    def show_case(self, case: CaseDetail) -> None:
        self.begin()
        if case.kind is not CaseKind.DISPUTE:
            self.add_words(tr("来源"), name_of(case.kind))
        self.add_words(tr("类别"), case.class_name)
        region = region_name(case.place_region)
        where = [day_text(case.happened_on), region, case.place]
        self.add_words(tr("发生"), " · ".join(each for each in where if each))
        self._add_came(case)
        self.add_fact(tr("紧急程度"), _urgency_label(case))
        for party in case.parties:
            self.add_fact(side_word(party.side, case.kind), self._party(party))
        if case.head_count:
            self.add_words(tr("涉及人数"), tr("{count} 人", count=case.head_count))
        self.add_words(tr("诉求"), case.wanted)
        self.add_words(tr("简要情况"), case.story)
        self.finish()

    def _add_came(self, case: CaseDetail) -> None:
        """When somebody first came with it, how, and who answers for it since."""
        if case.received_on is not None:
            ways = (case.petition_form, case.petition_purpose)
            said = [day_text(case.received_on), *(name_of(each) for each in ways if each)]
            self.add_words(tr("首访"), " · ".join(said))
        self.add_words(tr("首接责任人"), case.first_contact)

    def _party(self, party: PartyRow) -> QWidget:
        line = self._contact(party)
        words = party_words(party)
        if not words:
            return line
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line)
        column.addWidget(text_label(words, "muted", wraps=True))
        return both

    def _contact(self, party: PartyRow) -> QWidget:
        return contact_line(
            self._context,
            name=party.name,
            address=party.address,
            masked_phone=party.phone,
            is_outside=party.source is PartySource.OUTSIDE,
            entity="case_party",
            record_id=party.party_id,
        )


def _urgency_label(case: CaseDetail) -> QLabel:
    label = text_label(name_of(case.urgency))
    tone = URGENCY_TONES[case.urgency]
    if tone:
        label.setProperty("role", "tinted")
        label.setProperty("tone", tone)
    return label
