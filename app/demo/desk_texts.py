"""What is written in the three lives of the tour: made-up cases, an agreement, a leader's plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from app.accounts.session import Actor
from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import (
    CaseKind,
    Escalation,
    PartySide,
    PartySource,
    RiskAnswer,
    SpokenLanguage,
    Urgency,
)
from app.court.vocabulary import CourtSending
from app.mediation.agreement_rows import AgreementFields
from app.mediation.agreement_rules import ItemDraft
from app.mediation.vocabulary import (
    AgreementForm,
    MediationWay,
)
from app.petitions.sponsor_rules import SponsorFields
from app.petitions.vocabulary import (
    PetitionForm,
    PetitionPurpose,
)

CALM: Final = RiskAnswer(Escalation.NONE)
COURT: Final = "通道侗族自治县人民法院"


def petition(actor: Actor, today: date) -> CaseDraft:
    """About money for felled trees; somebody came to the township with it."""
    return CaseDraft(
        title="公益林砍伐补偿少算",
        class_code="0903",
        happened_on=today - timedelta(days=30),
        place="坪坦村后山",
        story="去年修机耕道占了自家的杉木林，说好按株赔，到手比村里别户少六百多元，请查清补足。",
        urgency=Urgency.MEDIUM,
        parties=(
            PartyEntry("石光荣", PartySide.A, address="坪坦乡坪坦村二组"),
            PartyEntry("乡机耕道工程队", PartySide.B, is_organisation=True),
        ),
        unit_id=actor.unit_id,
        risk=CALM,
        kind=CaseKind.PETITION,
        received_on=today - timedelta(days=6),
        wanted="补足少算的补偿款",
        first_contact_id=actor.account_id,
        petition_purpose=PetitionPurpose.APPEAL,
        petition_form=PetitionForm.VISIT,
    )


def sponsor(today: date) -> SponsorFields:
    """The leader who takes the petition on, with his plan."""
    return SponsorFields(
        leader_name="吴昌盛",
        leader_post="乡党委副书记",
        starts_on=today,
        task_force="杨春燕、粟青山、司法所龙某",
        plan="一周内核清株数和标准，补足差额，当面答复。",
        plan_due_on=today + timedelta(days=7),
        handler_name="杨春燕",
    )


def boundary_dispute(actor: Actor, today: date) -> CaseDraft:
    """Two households with a paper of 1981 each, one of them in Guangxi."""
    return CaseDraft(
        title="老坟沟山林界址争议",
        class_code="0903",
        happened_on=today - timedelta(days=9),
        place="坪坦村老坟沟",
        story="两家各持 1981 年林权证，对老坟沟的杉木林各执一词，砍树时吵了起来。",
        urgency=Urgency.HIGH,
        parties=(
            PartyEntry("龙正富", PartySide.A, address="坪坦村四组", language=SpokenLanguage.DONG),
            PartyEntry(
                "梁世清",
                PartySide.B,
                source=PartySource.OUTSIDE,
                address="广西三江县林溪镇",
                region="450226",
                language=SpokenLanguage.DONG,
            ),
        ),
        unit_id=actor.unit_id,
        risk=CALM,
        place_region=None,
    )


def loan(actor: Actor, today: date) -> CaseDraft:
    """A loan that was half paid back; it comes from the court."""
    return CaseDraft(
        title="民间借贷三万元",
        class_code="0801",
        happened_on=today - timedelta(days=200),
        place="坪坦乡",
        story="借款三万元买农机，约定年底还，只还了八千，利息说法不一。",
        urgency=Urgency.LOW,
        parties=(
            PartyEntry("粟再兴", PartySide.A, address="坪坦乡高步村"),
            PartyEntry("陆家旺", PartySide.B, address="坪坦乡横岭村"),
        ),
        unit_id=actor.unit_id,
        risk=CALM,
        kind=CaseKind.LAWSUIT_SOURCE,
        received_on=today - timedelta(days=2),
    )


def court_sending(today: date) -> dict[str, Any]:
    """What the court says when it sends the loan to be mediated first."""
    return {
        "sending": CourtSending.BEFORE_FILING,
        "court": COURT,
        "number": "（2026）湘1230诉前调51号",
        "sent_on": today,
        "days": 30,
    }


def agreement(debtor_id: str, today: date) -> AgreementFields:
    """The boundary as the forestry station found it, and what is paid for the trees."""
    return AgreementFields(
        form=AgreementForm.WRITTEN,
        way=MediationWay.PEOPLES,
        facts="两家对老坟沟林界有争议，经勘界，界在老坟沟心。",
        terms="以沟心为界，各管各山；梁世清补给龙正富杉木款 2100 元。",
        reached_on=today,
        performance_way="当面付清",
        copies=3,
        items=(
            ItemDraft(
                text="付杉木款",
                party_id=debtor_id,
                amount_cents=210_000,
                due_on=today,
            ),
        ),
    )
