"""Which entities travel, by their name on the wire."""

from __future__ import annotations

from typing import Final

from db.tables.attachments import Attachment, AttachmentWithdrawal
from db.tables.base import SyncedRecord
from db.tables.cases import CaseEvent, CaseFile, CaseParty
from db.tables.conflicts import Conflict, ConflictSettlement, RecordAlias
from db.tables.desk import (
    LegalAid,
    OutreachFinding,
    OutreachRound,
    PublishedCase,
    Sponsorship,
    TypicalCase,
)
from db.tables.grid_work import (
    DutyShift,
    Hazard,
    HazardMeasure,
    MicroService,
    Patrol,
    TeamMember,
    Visit,
)
from db.tables.handovers import Handover
from db.tables.households import GridAssignment, Household, MicroGrid, Resident, RosterEvent
from db.tables.incidents import Incident, IncidentEvent, IncidentPerson
from db.tables.links import RecordLink
from db.tables.looks import Look
from db.tables.mediation import Agreement, AgreementItem, AgreementSignature, CaseMediator
from db.tables.organisations import Account, Credential, UnitRecord
from db.tables.settings import Setting, SettingChange
from db.tables.votes import (
    Ballot,
    BallotWithdrawal,
    ElectorateEntry,
    Motion,
    MotionEvent,
    RuleSetRecord,
)

ENTITIES: Final[dict[str, type[SyncedRecord]]] = {
    model.entity(): model
    for model in (
        UnitRecord,
        Account,
        Credential,
        RuleSetRecord,
        MicroGrid,
        Household,
        Resident,
        CaseFile,
        CaseParty,
        CaseEvent,
        Motion,
        MotionEvent,
        ElectorateEntry,
        Ballot,
        BallotWithdrawal,
        Attachment,
        AttachmentWithdrawal,
        Conflict,
        ConflictSettlement,
        RecordAlias,
        Handover,
        RosterEvent,
        GridAssignment,
        TeamMember,
        Visit,
        MicroService,
        Hazard,
        HazardMeasure,
        DutyShift,
        Patrol,
        Incident,
        IncidentPerson,
        IncidentEvent,
        RecordLink,
        Look,
        CaseMediator,
        Agreement,
        AgreementItem,
        AgreementSignature,
        Sponsorship,
        LegalAid,
        OutreachRound,
        OutreachFinding,
        TypicalCase,
        PublishedCase,
        Setting,
        SettingChange,
    )
}

SCHEMA_VERSION: Final = 4
"""Raised whenever a wire field is added; fields are only ever added."""
