"""The parts of the case page, in the order of their tabs after 经过.

Every area writes its own in ``ui/<area>/case_section.py`` on `ui.cases.section.CaseSection`, and
adds one line here.
"""

from __future__ import annotations

from app.accounts.vocabulary import Permission
from app.cases.queries import CaseDetail
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState
from i18n.text import tr
from ui.attachments.strip import ATTACHED_ENTITIES
from ui.cases.related_section import RelatedSection
from ui.cases.related_section import mark as related_mark
from ui.cases.section import SectionSpec
from ui.clocks.case_section import ClocksSection, due_mark
from ui.court.case_section import CourtSection, has_court_business
from ui.court.case_section import is_for as is_for_court
from ui.court.law_section import LawSection
from ui.court.law_section import mark as law_mark
from ui.flow.case_section import FlowSection
from ui.flow.case_section import mark as flow_mark
from ui.legal_aid.case_section import LegalAidSection
from ui.legal_aid.case_section import is_for as is_for_legal_aid
from ui.mediation.agreement_section import AgreementSection
from ui.mediation.case_section import MediationSection
from ui.papers.case_section import FileSection
from ui.petitions.case_section import PetitionSection
from ui.petitions.sponsor_section import SponsorSection
from ui.typical.case_section import TypicalSection
from ui.typical.case_section import is_for as is_for_typical


def _has_mediation(case: CaseDetail) -> bool:
    """A petition is answered; whether it is also mediated shows once somebody begins."""
    if case.kind is not CaseKind.PETITION or case.way is not None or case.has_mediator:
        return True
    return any(event.kind in _OF_MEDIATION for event in case.events)


def _has_agreement(case: CaseDetail) -> bool:
    """One that was written down, or something to write down since they sat together."""
    if case.has_agreement or case.state is CaseState.SETTLED:
        return True
    return any(event.kind is CaseEventKind.MEDIATION_HELD for event in case.events)


_OF_MEDIATION = frozenset(
    {
        CaseEventKind.MEDIATION_HELD,
        CaseEventKind.PARTY_AGREED,
        CaseEventKind.PARTY_REFUSED,
        CaseEventKind.WAY_CHANGED,
    }
)

SECTIONS: tuple[SectionSpec, ...] = (
    SectionSpec(
        "flow",
        lambda: tr("流转"),
        FlowSection,
        mark=flow_mark,
        reads=frozenset({"handover"}),
    ),
    SectionSpec(
        "petition",
        lambda: tr("信访"),
        PetitionSection,
        is_for=lambda case: case.kind is CaseKind.PETITION,
        reads=frozenset({"setting", "rule_set"}),
    ),
    SectionSpec(
        "clocks",
        lambda: tr("期限"),
        ClocksSection,
        mark=due_mark,
        reads=frozenset(
            {"agreement", "agreement_item", "agreement_signature", "setting", "rule_set"}
        ),
    ),
    SectionSpec(
        "mediation",
        lambda: tr("调解"),
        MediationSection,
        has=_has_mediation,
        reads=frozenset({"case_mediator"}),
    ),
    SectionSpec(
        "agreement",
        lambda: tr("协议与履行"),
        AgreementSection,
        has=_has_agreement,
        reads=frozenset({"agreement", "agreement_item", "agreement_signature"}),
    ),
    SectionSpec(
        "court",
        lambda: tr("诉调对接"),
        CourtSection,
        is_for=is_for_court,
        has=has_court_business,
        reads=frozenset({"agreement", "agreement_item", "agreement_signature"}),
    ),
    SectionSpec(
        "legal_aid",
        lambda: tr("法律援助"),
        LegalAidSection,
        is_for=is_for_legal_aid,
        has=lambda case: case.has_legal_aid,
        reads=frozenset({"legal_aid"}),
    ),
    SectionSpec(
        "law",
        lambda: tr("普法"),
        LawSection,
        has=lambda case: bool(law_mark(case)),
        mark=law_mark,
    ),
    SectionSpec(
        "sponsor",
        lambda: tr("包案"),
        SponsorSection,
        has=lambda case: case.has_sponsor,
        needs=Permission.NAME_SPONSOR,
        reads=frozenset({"sponsorship"}),
    ),
    SectionSpec(
        "related",
        lambda: tr("关联"),
        RelatedSection,
        mark=related_mark,
        reads=frozenset({"record_link"}),
    ),
    SectionSpec(
        "file",
        lambda: tr("卷宗"),
        FileSection,
        reads=frozenset({*ATTACHED_ENTITIES, "agreement", "handover"}),
    ),
    SectionSpec(
        "typical",
        lambda: tr("典型案例"),
        TypicalSection,
        is_for=is_for_typical,
        reads=frozenset({"typical_case"}),
    ),
)


def entities_read() -> frozenset[str]:
    """The entities whose changes concern some section."""
    return frozenset(name for spec in SECTIONS for name in spec.reads)
