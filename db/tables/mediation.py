"""Who mediates a case, what was agreed, who signed it, and what was done of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from app.mediation.vocabulary import (
    AgreementForm,
    ChosenBy,
    MediationWay,
    Performance,
    SignatureManner,
    SignerKind,
)
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import SyncedRecord


class CaseMediator(SyncedRecord, table=True):
    """Somebody who mediates a case, from a day to a day."""

    __tablename__ = "case_mediator"

    case_id: str = parent_field("case_file")
    member_id: str | None = Field(default=None, max_length=36)
    """The term in the team (``team_member``); None for an invited relative or elder."""
    account_id: str | None = Field(default=None, max_length=36)
    name: str = Field(max_length=80)
    chosen_by: ChosenBy = enum_field(ChosenBy)
    chosen_note: str | None = Field(default=None, max_length=200)
    """Who chose him, or that both sides consent to an invited person."""
    kinship_note: str | None = Field(default=None, max_length=500)
    """What was found of kin among the parties, and why he mediates all the same."""
    way: MediationWay = enum_field(MediationWay)
    starts_on: date
    ends_on: date | None = None


class Agreement(SyncedRecord, table=True):
    """What the parties agreed on; 人民调解法 (2010), Art. 28 to 30."""

    __tablename__ = "agreement"

    case_id: str = parent_field("case_file")
    number: str | None = Field(default=None, max_length=60)
    form: AgreementForm = enum_field(AgreementForm)
    way: MediationWay = enum_field(MediationWay)
    facts: str = Field(max_length=4000)
    """主要事实、争议事项、各方责任."""
    terms: str = Field(max_length=4000)
    performance_way: str | None = Field(default=None, max_length=1000)
    reached_on: date
    copies: int | None = None
    party_ids: str = Field(max_length=4000)
    """JSON list of the parties it is between: who must sign, whoever joins the case later."""
    ended_on: date | None = None
    """When it was given up or held invalid; None while it stands."""
    end_reason: str | None = Field(default=None, max_length=500)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class AgreementItem(SyncedRecord, table=True):
    """One thing somebody promised, by when, and whether it was done."""

    __tablename__ = "agreement_item"

    case_id: str = parent_field("case_file")
    agreement_id: str = parent_field("agreement")
    position: int
    party_id: str | None = Field(default=None, max_length=36)
    """Who owes it."""
    text: str = Field(max_length=1000)
    amount_cents: int | None = None
    """In hundredths of a yuan; None where no money is owed."""
    due_on: date | None = Field(default=None, index=True)
    performance: Performance = enum_field(Performance, default=Performance.OPEN)
    performed_on: date | None = None
    proof: str | None = Field(default=None, max_length=500)


class AgreementSignature(SyncedRecord, table=True):
    """One signature, seal or fingerprint under a written agreement."""

    __tablename__ = "agreement_signature"

    case_id: str = parent_field("case_file")
    agreement_id: str = parent_field("agreement")
    signer: SignerKind = enum_field(SignerKind)
    party_id: str | None = Field(default=None, max_length=36)
    name: str = Field(max_length=80)
    manner: SignatureManner = enum_field(SignatureManner)
    signed_on: date
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()
