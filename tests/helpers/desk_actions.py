"""Every action of the case desk, each with a case on which it succeeds: what a table of
permissions, of secrecy and of undo is tested by.

``scene`` writes the same records twice, as ``plain`` and as ``secret``; the third, ``missing``, is
nowhere. An action takes which of them it is for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from zlib import crc32

from app.accounts.rules import may
from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.attachments.actions import (
    NewFile,
    attach_files,
    put_back_attachment,
    withdraw_attachment,
)
from app.attachments.vocabulary import MediaType, Subject, WithdrawalKind
from app.cases.actions import add_case_event, edit_case, record_case, report_case
from app.cases.editing import case_for_editing, look_at_confidential
from app.cases.relations import flare_draft, link_cases, record_flare_up
from app.cases.settling import settle_numbers
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, PartySide, PartySource
from app.court.actions import apply_for_confirmation
from app.errors import ErrorCode
from app.flow.actions import dispatch, end_help, escalate, return_case, take_back, take_on, urge
from app.flow.vocabulary import TurnPart
from app.grid_work.actions import VisitFields
from app.handovers.actions import hand_back, hand_over
from app.handovers.vocabulary import HandoverPurpose, HandoverSubject
from app.incidents.actions import record_incident
from app.incidents.vocabulary import PoliceReport
from app.legal_aid.actions import apply_for_aid, decide_aid, finish_aid, name_lawyer, see_need
from app.looks.actions import reveal
from app.mediation.actions import (
    edit_agreement,
    end_agreement,
    note_performance,
    remove_agreement,
    remove_signature,
    settle_by_agreement,
    sign_agreement,
    write_agreement,
)
from app.mediation.agreement_rows import AgreementFields
from app.mediation.mediators import MediatorFields, add_mediator, release_mediator
from app.mediation.rules import stored_parties
from app.mediation.vocabulary import (
    AgreementForm,
    ChosenBy,
    MediationWay,
    Performance,
    SignatureManner,
    SignerKind,
)
from app.outreach.actions import (
    FindingDraft,
    RoundDraft,
    add_finding,
    edit_round,
    end_finding,
    record_round,
    remove_round,
    turn_finding_into_case,
    turn_finding_into_visit,
)
from app.outreach.vocabulary import FindingEnd
from app.papers.queries import facts_with_phones
from app.petitions.actions import hand_on_first_contact
from app.petitions.sponsor_actions import edit_sponsorship, end_sponsorship, name_sponsor
from app.petitions.sponsor_rules import SponsorFields
from app.petitions.vocabulary import PetitionPurpose
from app.refolding import refold
from app.settings.actions import change_setting, set_holidays
from app.settings.holidays import Holiday, HolidayYear
from app.settings.vocabulary import HolidayKind, SettingKey
from app.store import Store
from app.typical.actions import (
    TypicalText,
    check_typical,
    publish_typical,
    take_back_typical,
    write_typical,
)
from app.typical.vocabulary import TypicalState
from db.tables.attachments import Attachment, AttachmentWithdrawal
from db.tables.base import SyncedRecord
from db.tables.cases import CaseEvent, CaseFile, CaseParty
from db.tables.desk import LegalAid, OutreachFinding, OutreachRound, Sponsorship, TypicalCase
from db.tables.handovers import Handover
from db.tables.mediation import Agreement, AgreementItem, AgreementSignature, CaseMediator
from db.tables.organisations import Account
from tests.helpers.flow import COUNTY, FORESTRY, HOUSING, TOWNSHIP, VILLAGE
from tests.helpers.stores import a_case, a_household, a_unit, an_actor, units_by_id
from tests.unit.cases.drafts_of_cases import a_draft
from tests.unit.incidents.drafts import an_incident

_P, _K, _R = Permission, CaseEventKind, Role
TODAY = date(2026, 11, 23)
COURT = a_unit("县人民法院").id
AID = a_unit("县法律援助中心").id
_UNIT_OF = {
    _R.COUNTY_CENTRE: COUNTY,
    _R.ADMINISTRATOR: COUNTY,
    _R.DEPARTMENT_HANDLER: FORESTRY,
    _R.COURT_LIAISON: COURT,
    _R.LEGAL_AID_LAWYER: AID,
}


def person(role: Role, home: str = TOWNSHIP) -> Actor:
    """Who reaches the records of the scene, as far as the post goes: at home, above it, or at a
    unit that helps with its cases."""
    here = TOWNSHIP if role is _R.TOWNSHIP_CENTRE else home
    unit = units_by_id()[_UNIT_OF.get(role, here)]
    return an_actor(role, unit, account_id=f"account-{role}")


class Undone(StrEnum):
    """How a step is taken back."""

    WHOLE = "whole"
    """All rows are as they were."""
    ANSWERED = "answered"
    """By an event that says the opposite."""
    NOT = "not"
    """A sentence says why not, and what to do instead."""
    NOTHING = "nothing"
    """It only writes a look, which is never taken back, or nothing at all."""


@dataclass(frozen=True)
class Deed:
    """One action; ``needs`` None where no post is asked for: only who asked asks back."""

    do: Callable[[Store, Actor, str], Any]
    needs: Permission | tuple[Permission, ...] | None
    undone: Undone = Undone.WHOLE
    by: Role = Role.TOWNSHIP_CENTRE
    """With whom it succeeds."""
    refused: ErrorCode = ErrorCode.NOT_ALLOWED
    of_case: bool = True
    """Whether it writes to a case, or to what hangs on one."""
    wider: str = ""
    """Why the county takes what it writes from other posts too; empty where it does not."""

    home: str = TOWNSHIP
    """Where those are who work there."""

    def is_for(self, role: Role) -> bool:
        """Whether this post may, as the table says."""
        needs = self.needs if isinstance(self.needs, tuple) else (self.needs,)
        return all(one is None or may(role, one) for one in needs)


def _event(kind: CaseEventKind, **values: Any) -> Callable[[Store, Actor, str], Any]:
    return lambda store, actor, which: add_case_event(
        store, actor, case_id=f"{which}-open", kind=kind, note="记一笔", values=values
    )


def _agreement(**other: Any) -> AgreementFields:
    usual: dict[str, Any] = {
        "form": AgreementForm.WRITTEN,
        "way": MediationWay.PEOPLES,
        "facts": "两户对后山界址有争议。",
        "terms": "以老杉树为界。",
        "reached_on": date(2026, 11, 20),
    }
    return AgreementFields(**{**usual, **other})


def _draft(**other: Any) -> Any:
    return a_draft(unit_id=TOWNSHIP, **other)


def _edit(store: Store, actor: Actor, which: str) -> Any:
    with store.reading() as session:
        case = session.get(CaseFile, f"{which}-open")
        title = "" if case is None else case.title
    before = _draft(title=title)
    return edit_case(
        store, actor, case_id=f"{which}-open", before=before, after=_draft(title=title + "改")
    )


def _confirm(store: Store, actor: Actor, which: str) -> Any:
    return apply_for_confirmation(
        store,
        actor,
        case_id=f"{which}-agreed",
        values={
            "agreement_id": f"{which}-agreed-in-force",
            "court": "县人民法院",
            "applied_on": TODAY,
            "is_joint": True,
        },
    )


_PICTURE = NewFile(b"\xff\xd8\xffpicture", MediaType.JPEG, "现场.jpg")
_HOLIDAYS = HolidayYear(2027, (Holiday(date(2027, 1, 1), HolidayKind.OFF),), "国办通知")
CLEAN = TypicalText("水渠用水争议", "甲某与乙某争一条水渠，调解员讲清相邻权，双方轮流放水。")
_SPONSOR = SponsorFields("石某", TODAY)
_ROUND = RoundDraft(TOWNSHIP, "秋收前走访", TODAY, "鼓楼", "石某、吴某")

DEEDS: dict[str, Deed] = {
    # cases
    "record_case": Deed(
        lambda s, a, w: record_case(s, a, _draft()), _P.RECORD_CASE, Undone.NOT, of_case=False
    ),
    "edit_case": Deed(_edit, _P.RECORD_CASE),
    "add_case_event": Deed(_event(_K.NOTE_ADDED), _P.ADD_CASE_EVENT, Undone.NOT),
    "report_case": Deed(
        lambda s, a, w: report_case(
            s,
            a,
            case_id=f"{w}-open",
            report=PoliceReport(station="坪坦派出所", at=s.clock.now()),
        ),
        _P.ADD_CASE_EVENT,
        Undone.NOT,
    ),
    "case_for_editing": Deed(
        lambda s, a, w: case_for_editing(s, a, f"{w}-open"), _P.RECORD_CASE, Undone.NOTHING
    ),
    "look_at_confidential": Deed(
        lambda s, a, w: look_at_confidential(s, a, f"{w}-open"),
        _P.SEE_CASES,
        Undone.NOTHING,
        refused=ErrorCode.CASE_NOT_FOUND,
    ),
    "link_cases": Deed(
        lambda s, a, w: link_cases(s, a, case_id=f"{w}-open", other_id=f"{w}-closed"),
        _P.RECORD_CASE,
    ),
    "record_flare_up": Deed(
        lambda s, a, w: record_flare_up(s, a, _draft(), from_case_id=f"{w}-closed"),
        _P.RECORD_CASE,
        Undone.NOT,
    ),
    "flare_draft": Deed(
        lambda s, a, w: flare_draft(s, a, f"{w}-closed"), _P.RECORD_CASE, Undone.NOTHING
    ),
    "reveal": Deed(
        lambda s, a, w: reveal(
            s, a, entity="case_party", record_id=f"{w}-open-a", field="identity_number"
        ),
        _P.SEE_IDENTITY_NUMBERS,
        Undone.NOTHING,
    ),
    # attachments
    "attach_files": Deed(
        lambda s, a, w: attach_files(
            s, a, subject=Subject("case_file", f"{w}-open"), files=[_PICTURE]
        ),
        _P.ADD_CASE_EVENT,
        Undone.ANSWERED,
    ),
    "withdraw_attachment": Deed(
        lambda s, a, w: withdraw_attachment(s, a, attachment_id=f"{w}-photo"),
        _P.ADD_CASE_EVENT,
        Undone.ANSWERED,
    ),
    "put_back_attachment": Deed(
        lambda s, a, w: put_back_attachment(s, a, attachment_id=f"{w}-withdrawn"),
        _P.ADD_CASE_EVENT,
        Undone.ANSWERED,
    ),
    # the flow
    "dispatch": Deed(
        lambda s, a, w: dispatch(s, a, case_id=f"{w}-open", to_unit_id=HOUSING, part=TurnPart.LEAD),
        _P.HAND_OVER_CASE,
        Undone.ANSWERED,
    ),
    "escalate": Deed(
        lambda s, a, w: escalate(s, a, case_id=f"{w}-open", reason="办不了"),
        _P.HAND_OVER_CASE,
        Undone.ANSWERED,
    ),
    "return_case": Deed(
        lambda s, a, w: return_case(s, a, case_id=f"{w}-open", reason="不归我们管"),
        _P.HAND_OVER_CASE,
        Undone.NOT,  # it is another's by then
        by=_R.DEPARTMENT_HANDLER,
    ),
    "end_help": Deed(
        lambda s, a, w: end_help(s, a, case_id=f"{w}-open", unit_id=FORESTRY),
        _P.HAND_OVER_CASE,
        Undone.ANSWERED,
    ),
    "take_back": Deed(
        lambda s, a, w: take_back(s, a, handover_id=f"{w}-asked"), None, Undone.ANSWERED
    ),
    "take_on": Deed(
        lambda s, a, w: take_on(s, a, case_id=f"{w}-open"),
        _P.ACCEPT_CASE,
        Undone.NOT,
        by=_R.DEPARTMENT_HANDLER,
    ),
    "urge": Deed(
        lambda s, a, w: urge(s, a, case_id=f"{w}-open", unit_ids=[FORESTRY]),
        _P.HAND_OVER_CASE,
        Undone.NOT,
    ),
    "hand_over": Deed(
        lambda s, a, w: hand_over(
            s, a, subject=HandoverSubject.CASE, subject_id=f"{w}-open", to_unit_id=HOUSING
        ),
        _P.HAND_OVER_CASE,
        Undone.ANSWERED,
    ),
    "hand_back": Deed(
        lambda s, a, w: hand_back(s, a, handover_id=f"{w}-given"),
        _P.HAND_OVER_CASE,
        Undone.ANSWERED,
    ),
    # petitions
    "hand_on_first_contact": Deed(
        lambda s, a, w: hand_on_first_contact(
            s, a, case_id=f"{w}-open", to_account_id="colleague", note="调走了"
        ),
        (_P.HAND_OVER_CASE, _P.RECORD_CASE),
        Undone.NOT,
        wider="who corrects the file corrects who took it down as well",
    ),
    "name_sponsor": Deed(
        lambda s, a, w: name_sponsor(s, a, case_id=f"{w}-open", given=_SPONSOR), _P.NAME_SPONSOR
    ),
    "edit_sponsorship": Deed(
        lambda s, a, w: edit_sponsorship(
            s, a, sponsorship_id=f"{w}-led", given=SponsorFields("石某", TODAY, plan="逐户走访")
        ),
        _P.NAME_SPONSOR,
    ),
    "end_sponsorship": Deed(
        lambda s, a, w: end_sponsorship(s, a, sponsorship_id=f"{w}-led", ended_on=TODAY),
        _P.NAME_SPONSOR,
    ),
    # mediation
    "add_mediator": Deed(
        lambda s, a, w: add_mediator(
            s,
            a,
            case_id=f"{w}-open",
            given=MediatorFields("石某", ChosenBy.ASSIGNED, MediationWay.PEOPLES, TODAY),
        ),
        _P.MEDIATE,
    ),
    "release_mediator": Deed(
        lambda s, a, w: release_mediator(s, a, mediator_id=f"{w}-mediator"), _P.MEDIATE
    ),
    "write_agreement": Deed(
        lambda s, a, w: write_agreement(s, a, case_id=f"{w}-open", given=_agreement()), _P.MEDIATE
    ),
    "edit_agreement": Deed(
        lambda s, a, w: edit_agreement(
            s, a, agreement_id=f"{w}-draft", given=_agreement(terms="以水沟为界。")
        ),
        _P.MEDIATE,
    ),
    "remove_agreement": Deed(
        lambda s, a, w: remove_agreement(s, a, agreement_id=f"{w}-draft"), _P.MEDIATE
    ),
    "sign_agreement": Deed(
        lambda s, a, w: sign_agreement(
            s,
            a,
            agreement_id=f"{w}-draft",
            signer=SignerKind.PARTY,
            party_id=f"{w}-open-a",
            name="吴某",
            manner=SignatureManner.SIGNED,
            signed_on=TODAY,
        ),
        _P.MEDIATE,
    ),
    "remove_signature": Deed(
        lambda s, a, w: remove_signature(s, a, signature_id=f"{w}-signature"), _P.MEDIATE
    ),
    "settle_by_agreement": Deed(
        lambda s, a, w: settle_by_agreement(s, a, agreement_id=f"{w}-open-in-force"),
        _P.MEDIATE,
        Undone.ANSWERED,
    ),
    "end_agreement": Deed(
        lambda s, a, w: end_agreement(
            s, a, agreement_id=f"{w}-agreed-in-force", ended_on=TODAY, reason="双方反悔"
        ),
        _P.MEDIATE,
    ),
    "note_performance": Deed(
        lambda s, a, w: note_performance(
            s,
            a,
            item_id=f"{w}-agreed-in-force-item",
            performance=Performance.DONE,
            performed_on=TODAY,
            proof="收条",
        ),
        _P.MEDIATE,
    ),
    # the court and legal aid
    "apply_for_confirmation": Deed(_confirm, _P.MEDIATE, Undone.ANSWERED),
    "see_need": Deed(
        lambda s, a, w: see_need(s, a, case_id=f"{w}-open", need="请不起律师", seen_on=TODAY),
        _P.ADD_CASE_EVENT,
    ),
    "apply_for_aid": Deed(
        lambda s, a, w: apply_for_aid(s, a, aid_id=f"{w}-aid-seen", applied_on=TODAY),
        _P.ADD_CASE_EVENT,
    ),
    "decide_aid": Deed(
        lambda s, a, w: decide_aid(
            s, a, aid_id=f"{w}-aid-applied", decided_on=TODAY, is_granted=True
        ),
        _P.GIVE_LEGAL_AID,
    ),
    "name_lawyer": Deed(
        lambda s, a, w: name_lawyer(
            s, a, aid_id=f"{w}-aid-granted", named_on=TODAY, name="杨某", office="某律师事务所"
        ),
        _P.GIVE_LEGAL_AID,
    ),
    "finish_aid": Deed(
        lambda s, a, w: finish_aid(
            s, a, aid_id=f"{w}-aid-named", done_on=TODAY, outcome="代理调解成功"
        ),
        _P.GIVE_LEGAL_AID,
    ),
    # typical cases
    "write_typical": Deed(
        lambda s, a, w: write_typical(s, a, case_id=f"{w}-closed", text=CLEAN),
        _P.WRITE_TYPICAL_CASE,
    ),
    "check_typical": Deed(
        lambda s, a, w: check_typical(s, a, typical_id=f"{w}-typical-draft"),
        _P.WRITE_TYPICAL_CASE,
    ),
    "publish_typical": Deed(
        lambda s, a, w: publish_typical(s, a, typical_id=f"{w}-typical-checked"),
        _P.PUBLISH_TYPICAL_CASE,
        by=_R.COUNTY_CENTRE,
    ),
    "take_back_typical": Deed(
        lambda s, a, w: take_back_typical(s, a, typical_id=f"{w}-typical-published"),
        _P.PUBLISH_TYPICAL_CASE,
        by=_R.COUNTY_CENTRE,
    ),
    # papers, incidents, rounds, settings
    "facts_with_phones": Deed(
        lambda s, a, w: facts_with_phones(s, a, f"{w}-open"),
        _P.SEE_CASES,
        Undone.NOTHING,
        refused=ErrorCode.CASE_NOT_FOUND,
    ),
    "settle_numbers": Deed(
        lambda s, a, w: settle_numbers(s, a), None, Undone.NOTHING, of_case=False
    ),
    "record_incident": Deed(
        lambda s, a, w: record_incident(
            s, a, an_incident(unit_id=TOWNSHIP), from_case_id=f"{w}-open"
        ),
        _P.RECORD_INCIDENT,
        Undone.ANSWERED,
        by=_R.GRID_WORKER,
    ),
    "record_round": Deed(
        lambda s, a, w: record_round(s, a, _ROUND), _P.RECORD_OUTREACH, of_case=False
    ),
    "edit_round": Deed(
        lambda s, a, w: edit_round(s, a, round_id="round", draft=_ROUND),
        _P.RECORD_OUTREACH,
        of_case=False,
    ),
    "remove_round": Deed(
        lambda s, a, w: remove_round(s, a, round_id="round"), _P.RECORD_OUTREACH, of_case=False
    ),
    "add_finding": Deed(
        lambda s, a, w: add_finding(s, a, round_id="round", draft=FindingDraft("水渠堵了")),
        _P.RECORD_OUTREACH,
        of_case=False,
    ),
    "end_finding": Deed(
        lambda s, a, w: end_finding(
            s, a, finding_id="finding", end=FindingEnd.SETTLED_THERE, end_note="当场清理"
        ),
        _P.RECORD_OUTREACH,
        of_case=False,
    ),
    "turn_finding_into_case": Deed(
        lambda s, a, w: turn_finding_into_case(s, a, finding_id="finding", draft=_draft()),
        _P.RECORD_OUTREACH,
        Undone.NOT,
        of_case=False,
    ),
    "turn_finding_into_visit": Deed(
        lambda s, a, w: turn_finding_into_visit(
            s, a, finding_id="finding", given=VisitFields("house", TODAY)
        ),
        (_P.RECORD_OUTREACH, _P.RECORD_GRID_WORK),
        by=_R.GRID_WORKER,
        of_case=False,
    ),
    "change_setting": Deed(
        lambda s, a, w: change_setting(
            s, a, key=SettingKey.FOLLOW_UP_DAYS, value=30, starts_on=TODAY, note="县委通知"
        ),
        _P.MANAGE_SETTINGS,
        Undone.ANSWERED,
        by=_R.COUNTY_CENTRE,
        of_case=False,
    ),
    "set_holidays": Deed(
        lambda s, a, w: set_holidays(s, a, year=_HOLIDAYS),
        _P.MANAGE_SETTINGS,
        Undone.NOT,
        by=_R.COUNTY_CENTRE,
        of_case=False,
    ),
}


# --- the scene -----------------------------------------------------------------------------------


def fill(store: Store) -> None:
    """Lays the scene down as if the county had sent it."""
    people = [
        Account(id=f"account-{role}", unit_id=person(role).unit_id, name=f"{role}", role=role)
        for role in Role
    ]
    people.append(Account(id="colleague", unit_id=TOWNSHIP, name="杨某", role=_R.TOWNSHIP_CENTRE))
    rest = [
        a_household(id="house", unit_id=TOWNSHIP),
        OutreachRound(
            id="round", title="秋收前", held_on=TODAY, place="鼓楼", members="石某", **_by(store)
        ),
        OutreachFinding(id="finding", round_id="round", text="水渠堵了", **_by(store)),
    ]
    made = [record for which in ("plain", "secret") for record in _records(store, which)]
    with store.laying_down() as session:
        for place, record in enumerate([*people, *rest, *made], start=1):
            record.sync_seq = 0 if record.id.endswith("-asked") else place
            record.sync_version = 1
            session.add(record)
            session.flush()
        refold(session, [(one.entity(), one.id) for one in made])


def laid_by(store: Store, account_id: str) -> list[SyncedRecord]:
    """The plain half of the scene, for somebody who sends it to a county of his own: without
    hand-overs, which the county carries out, and texts, which are checked one step at a time."""
    found = [
        one
        for one in _records(store, "plain")
        if not isinstance(one, (Handover, TypicalCase, Attachment, AttachmentWithdrawal))
    ]
    for one in found:
        for name in ("by_account_id", "recorded_by"):
            if hasattr(one, name):
                setattr(one, name, account_id)
    return found


def _by(store: Store, moment: str = "recorded_at") -> dict[str, Any]:
    who = f"account-{Role.TOWNSHIP_CENTRE}"
    return {"unit_id": TOWNSHIP, "by_account_id": who, moment: store.clock.now()}


def _records(store: Store, which: str) -> list[SyncedRecord]:
    return [
        *_case(store, which, "open", _K.RECORDED, _K.MEDIATION_HELD),
        *_case(store, which, "agreed", _K.RECORDED, _K.MEDIATION_HELD, _K.SETTLED),
        *_case(store, which, "closed", _K.RECORDED, _K.SETTLED, _K.CLOSED),
        *_case(store, which, "hard", _K.RECORDED),
        *(
            one
            for state in (TypicalState.DRAFT, TypicalState.CHECKED, TypicalState.PUBLISHED)
            for one in _typical(store, which, state)
        ),
        *_agreements(store, which),
        *_aid(store, which),
        *_hanging(store, which),
    ]


def _case(store: Store, which: str, name: str, *kinds: CaseEventKind) -> list[SyncedRecord]:
    case_id = f"{which}-{name}"
    secret: dict[str, Any] = {}
    if which == "secret":
        secret = {
            "kind": CaseKind.PETITION,
            "petition_purpose": PetitionPurpose.ACCUSATION,
            "is_confidential": True,
            "accused_unit_id": VILLAGE,
        }
    case = a_case(
        store,
        id=case_id,
        unit_id=TOWNSHIP,
        number=_number(case_id),
        title=case_id,
        **secret,
    )
    case.recorded_by = f"account-{Role.TOWNSHIP_CENTRE}"
    case.state = CaseState.RECORDED
    parties = [
        CaseParty(
            id=f"{case_id}-{side}",
            unit_id=TOWNSHIP,
            case_id=case_id,
            side=PartySide(side),
            is_main=True,
            source=PartySource.OUTSIDE,
            name=name,
            phone="13800000000",
        )
        for side, name in (("a", "吴某"), ("b", "杨某"))
    ]
    events = [
        CaseEvent(id=f"{case_id}-{kind}", case_id=case_id, kind=kind, **_by(store, "happened_at"))
        for kind in kinds
    ]
    help_asked = [
        Handover(
            id=f"{case_id}-{unit[-8:]}",
            subject_entity=HandoverSubject.CASE,
            subject_id=case_id,
            from_unit_id=TOWNSHIP,
            to_unit_id=unit,
            purpose=HandoverPurpose.HELP_ASKED,
            **_by(store, "happened_at"),
        )
        for unit in (FORESTRY, COURT, AID)
    ]
    return [case, *parties, *events, *help_asked]


def _number(case_id: str) -> str:
    return f"临2026-216000-K3AB9Z-{crc32(case_id.encode()) % 1000:03d}"


def _typical(store: Store, which: str, state: TypicalState) -> list[SyncedRecord]:
    name = f"typical-{state}"
    text = TypicalCase(
        id=f"{which}-{name}",
        case_id=f"{which}-case-{name}",
        title=CLEAN.title,
        story=CLEAN.story,
        state=state,
        **_by(store),
    )
    return [*_case(store, which, f"case-{name}", _K.RECORDED, _K.SETTLED, _K.CLOSED), text]


def _agreements(store: Store, which: str) -> list[SyncedRecord]:
    made: list[SyncedRecord] = []
    for name, case, signed in (
        ("draft", "open", 0),
        ("begun", "open", 1),
        ("open-in-force", "open", 4),
        ("agreed-in-force", "agreed", 4),
    ):
        parties = [f"{which}-{case}-a", f"{which}-{case}-b"]
        agreement = Agreement(
            id=f"{which}-{name}",
            case_id=f"{which}-{case}",
            form=AgreementForm.WRITTEN,
            way=MediationWay.PEOPLES,
            facts="两户对后山界址有争议。",
            terms="以老杉树为界。",
            reached_on=TODAY - timedelta(days=3),
            party_ids=stored_parties(parties),
            **_by(store),
        )
        item = AgreementItem(
            id=f"{which}-{name}-item",
            unit_id=TOWNSHIP,
            case_id=f"{which}-{case}",
            agreement_id=agreement.id,
            position=0,
            party_id=parties[0],
            text="吴某赔偿杨某八百元",
            amount_cents=80_000,
            due_on=TODAY,
        )
        signers = (
            *((SignerKind.PARTY, one) for one in parties),
            (SignerKind.MEDIATOR, None),
            (SignerKind.SEAL, None),
        )[:signed]
        signatures = [
            AgreementSignature(
                id=f"{which}-signature" if name == "begun" else f"{which}-{name}-{place}",
                case_id=f"{which}-{case}",
                agreement_id=agreement.id,
                signer=signer,
                party_id=party,
                name="签名人",
                manner=SignatureManner.SIGNED,
                signed_on=TODAY - timedelta(days=2),
                **_by(store),
            )
            for place, (signer, party) in enumerate(signers)
        ]
        made += [agreement, item, *signatures]
    return made


def _aid(store: Store, which: str) -> list[SyncedRecord]:
    stages: tuple[tuple[str, dict[str, Any]], ...] = (
        ("seen", {}),
        ("applied", {"applied_on": TODAY}),
        ("granted", {"decided_on": TODAY, "is_granted": True}),
        ("named", {"named_on": TODAY, "lawyer_name": "杨某"}),
    )
    made: list[SyncedRecord] = []
    so_far: dict[str, Any] = {}
    for name, fields in stages:
        so_far |= fields
        made.append(
            LegalAid(
                id=f"{which}-aid-{name}",
                case_id=f"{which}-hard",
                need="请不起律师",
                seen_on=TODAY,
                **so_far,
                **_by(store),
            )
        )
    return made


def _hanging(store: Store, which: str) -> list[SyncedRecord]:
    at = _by(store, "happened_at")
    about = {"subject_entity": "case_file", "subject_id": f"{which}-open"}
    photos = [
        Attachment(
            id=f"{which}-{name}",
            sha256=("1" if which == "secret" else "0") * 64,
            size=9,
            media_type="image/jpeg",
            name="现场.jpg",
            **about,
            **at,
        )
        for name in ("photo", "withdrawn")
    ]
    return [
        *photos,
        AttachmentWithdrawal(
            id=f"{which}-withdrawal",
            attachment_id=f"{which}-withdrawn",
            kind=WithdrawalKind.WITHDRAWN,
            **about,
            **at,
        ),
        Handover(
            id=f"{which}-asked",
            subject_entity=HandoverSubject.CASE,
            subject_id=f"{which}-hard",
            from_unit_id=TOWNSHIP,
            to_unit_id=HOUSING,
            purpose=HandoverPurpose.HELP_ASKED,
            **at,
        ),
        *_case(store, which, "away", _K.RECORDED),
        Handover(
            id=f"{which}-given",
            subject_entity=HandoverSubject.CASE,
            subject_id=f"{which}-away",
            from_unit_id=TOWNSHIP,
            to_unit_id=FORESTRY,
            purpose=HandoverPurpose.DISPATCHED,
            **at,
        ),
        Sponsorship(
            id=f"{which}-led",
            case_id=f"{which}-hard",
            leader_name="石某",
            starts_on=TODAY,
            **_by(store),
        ),
        CaseMediator(
            id=f"{which}-mediator",
            unit_id=TOWNSHIP,
            case_id=f"{which}-open",
            name="石某乙",
            chosen_by=ChosenBy.ASSIGNED,
            way=MediationWay.PEOPLES,
            starts_on=TODAY,
        ),
    ]
