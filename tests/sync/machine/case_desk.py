"""What people at the case desk do, as rules of the world: cases of all kinds sent from hand to
hand, events with all they carry, agreements signed in pieces, leaders, settings, texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlmodel import col, select

from app.cases.actions import add_case_event, record_case
from app.cases.case_draft import CaseDraft
from app.cases.detail_rules import DETAIL_FIELDS, DetailField, FieldType
from app.cases.parties import PartyEntry
from app.cases.vocabulary import CaseEventKind, CaseKind, PartySide, PartySource, Urgency
from app.clocks.vocabulary import DayUnit
from app.flow.actions import dispatch, end_help, escalate, return_case, take_back, take_on, urge
from app.flow.vocabulary import TurnPart
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
from app.mediation.agreement_rules import ItemDraft
from app.mediation.mediators import MediatorFields, add_mediator, release_mediator
from app.mediation.rules import read_parties
from app.mediation.vocabulary import (
    AgreementForm,
    ChosenBy,
    MediationWay,
    Performance,
    SignatureManner,
    SignerKind,
)
from app.petitions.sponsor_actions import end_sponsorship, name_sponsor
from app.petitions.sponsor_rules import SponsorFields
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from app.settings.actions import change_setting
from app.settings.vocabulary import SettingKey
from app.typical.actions import (
    TypicalText,
    check_typical,
    publish_typical,
    take_back_typical,
    write_typical,
)
from db.clock import today_in_china
from db.tables.base import SyncedRecord
from db.tables.cases import CaseFile, CaseParty
from db.tables.desk import Sponsorship, TypicalCase
from db.tables.handovers import Handover
from db.tables.mediation import Agreement, AgreementItem, AgreementSignature, CaseMediator
from tests.helpers.stores import NO_RISK
from tests.sync.machine.grounds import COUNTY, FORESTRY, TOWNSHIP

if TYPE_CHECKING:
    from tests.sync.machine.laptops import MachineLaptop
    from tests.sync.machine.memory import Memory

_Row = TypeVar("_Row", bound=SyncedRecord)
_TARGETS: Final = (TOWNSHIP, FORESTRY, COUNTY)
_FOUGHT_OVER: Final = 3
_K = CaseEventKind
_LIFE: Final = (
    *(_K.ACCEPTED, _K.TAKEN_ON, _K.REPORTED_BACK, _K.FEEDBACK_GIVEN, _K.SETTLED, _K.CLOSED),
    *(_K.REOPENED, _K.ANSWERED, _K.INVESTIGATED, _K.CONSENTED, _K.COURT_SENT, _K.WAY_CHANGED),
)
"""What brings a case on is drawn as often as all the rest together."""


class CaseDesk:
    """Rules of the world; each does nothing where there is nothing to do it to."""

    memory: Memory
    laptops: list[MachineLaptop]
    _any: Callable[[int], MachineLaptop]
    _act: Callable[[MachineLaptop, str, Callable[[], object]], None]

    def record_of_kind(self, which: int, kind: int, secret: int) -> None:
        """A case from any of the sources; one in four of the petitions is confidential."""
        laptop, mark = self._any(which), self.memory.next_mark()
        found = list(CaseKind)[kind % len(CaseKind)]
        is_petition, today = found is CaseKind.PETITION, _today(laptop)
        draft = CaseDraft(
            title=f"来件{mark}",
            class_code="0903",
            happened_on=today,
            place="三组",
            story=f"经过{mark}",
            urgency=next(iter(Urgency)),
            parties=tuple(map(_party, (PartySide.A, PartySide.B))),
            unit_id=laptop.unit_id,
            risk=NO_RISK,
            kind=found,
            received_on=None if found is CaseKind.DISPUTE else today,
            wanted="退还" if is_petition else "",
            petition_purpose=PetitionPurpose.APPEAL if is_petition else None,
            petition_form=PetitionForm.LETTER if is_petition else None,
            is_confidential=is_petition and secret % 4 == 0,
        )
        self._act(laptop, mark, lambda: record_case(laptop.store, laptop.actor, draft))

    def send_case(self, which: int, number: int, way: int, to: int) -> None:
        """A case is sent on, helped with, given back, sent up, or asked back before it went."""
        laptop, mark = self._any(which), self.memory.next_mark()
        row, sent = _nth(laptop, CaseFile, number), _nth(laptop, Handover, number)
        if row is None:
            return
        store, actor, case, unit = laptop.store, laptop.actor, row.id, _TARGETS[to % 3]
        due = _today(laptop) + timedelta(days=to % 20)
        village = row.unit_id if to % 2 else unit
        steps: Sequence[Callable[[], object]] = (
            lambda: dispatch(store, actor, case_id=case, to_unit_id=unit, due_on=due, note=mark),
            lambda: dispatch(store, actor, case_id=case, to_unit_id=village, note=mark),
            lambda: dispatch(
                store, actor, case_id=case, to_unit_id=unit, part=TurnPart.HELPER, note=mark
            ),
            lambda: escalate(store, actor, case_id=case, reason=mark),
            lambda: return_case(store, actor, case_id=case, reason=mark),
            lambda: end_help(store, actor, case_id=case, unit_id=unit, note=mark),
            lambda: sent and take_back(store, actor, handover_id=sent.id),
        )
        self._act(laptop, mark if way % 7 < 6 else "", steps[way % 7])

    def work_on_case(self, which: int, number: int, kind: int, value: int) -> None:
        """Any event with all it carries, however it crosses with what others do."""
        laptop, mark = self._any(which), self.memory.next_mark()
        row = _nth(laptop, CaseFile, number)
        if row is None:
            return
        store, actor = laptop.store, laptop.actor
        kinds = _LIFE if kind % 2 else tuple(CaseEventKind)
        wanted = kinds[kind // 2 % len(kinds)]
        if wanted is _K.REPORTED_TO_POLICE:
            return  # has a rule of its own: case_event
        if wanted is _K.TAKEN_ON:
            self._act(laptop, "", lambda: take_on(store, actor, case_id=row.id))
            return
        if wanted is _K.URGED:
            units = [row.holder_unit_id or row.unit_id]
            self._act(
                laptop, mark, lambda: urge(store, actor, case_id=row.id, unit_ids=units, note=mark)
            )
            return
        values = {
            field.name: found
            for field in DETAIL_FIELDS.get(wanted, ())
            if not field.is_derived and (found := _value(laptop, row.id, field, value)) is not None
        }
        self._act(
            laptop,
            mark,
            lambda: add_case_event(
                store, actor, case_id=row.id, kind=wanted, note=mark, risk=NO_RISK, values=values
            ),
        )

    def mediator(self, which: int, number: int, way: int) -> None:
        """Somebody is chosen to mediate, or released."""
        laptop, mark = self._any(which), self.memory.next_mark()
        case, active = _nth(laptop, CaseFile, number), _nth(laptop, CaseMediator, number)
        store, actor = laptop.store, laptop.actor
        if way % 3 == 0 and active is not None:
            self._act(laptop, "", lambda: release_mediator(store, actor, mediator_id=active.id))
        elif case is not None:
            given = MediatorFields(
                f"调解员{mark}", ChosenBy.ASSIGNED, _way(way), starts_on=_today(laptop)
            )
            self._act(
                laptop, mark, lambda: add_mediator(store, actor, case_id=case.id, given=given)
            )

    def agree(self, which: int, number: int, way: int) -> None:
        """An agreement is written, changed, given up or taken for the settlement."""
        laptop, mark = self._any(which), self.memory.next_mark()
        case, known = _nth(laptop, CaseFile, number), _nth(laptop, Agreement, number)
        store, actor, today = laptop.store, laptop.actor, _today(laptop)
        given = AgreementFields(
            form=(AgreementForm.WRITTEN, AgreementForm.WRITTEN, AgreementForm.ORAL)[way % 3],
            way=_way(way),
            facts=f"事实{mark}",
            terms=f"约定{mark}",
            reached_on=today,
            items=(ItemDraft(f"付款{mark}", None, 5000, today + timedelta(days=way % 40)),),
        )
        if known is None or way % 2:
            if case is not None:
                self._act(
                    laptop,
                    mark,
                    lambda: write_agreement(store, actor, case_id=case.id, given=given),
                )
            return
        one = known.id
        steps: Sequence[Callable[[], object]] = (
            lambda: edit_agreement(store, actor, agreement_id=one, given=given),
            lambda: end_agreement(store, actor, agreement_id=one, ended_on=today, reason=mark),
            lambda: settle_by_agreement(store, actor, agreement_id=one),
            lambda: remove_agreement(store, actor, agreement_id=one),
        )
        self._act(laptop, mark if way // 2 % 4 < 2 else "", steps[way // 2 % 4])

    def sign(self, which: int, number: int, signer: int, way: int) -> None:
        """One signature; the others may be noted elsewhere, and the same one twice."""
        laptop, mark = self._any(which), self.memory.next_mark()
        known, noted = _nth(laptop, Agreement, number), _nth(laptop, AgreementSignature, number)
        if known is None:
            return
        store, actor, parties = laptop.store, laptop.actor, read_parties(known.party_ids)
        if way % 6 == 0 and noted is not None:
            self._act(laptop, "", lambda: remove_signature(store, actor, signature_id=noted.id))
            return
        kind = SignerKind.PARTY if signer % 4 and parties else list(SignerKind)[signer % 3]
        self._act(
            laptop,
            mark,
            lambda: sign_agreement(
                store,
                actor,
                agreement_id=known.id,
                signer=kind,
                party_id=parties[signer % len(parties)] if kind is SignerKind.PARTY else None,
                name=f"签{mark}",
                manner=next(iter(SignatureManner)),
                signed_on=_today(laptop),
            ),
        )

    def perform(self, which: int, number: int, way: int) -> None:
        """What was promised is done, or not."""
        laptop, mark = self._any(which), self.memory.next_mark()
        item = _nth(laptop, AgreementItem, number)
        if item is None:
            return
        done = list(Performance)[way % len(Performance)]
        has_day = done in (Performance.DONE, Performance.PARTLY)
        self._act(
            laptop,
            mark,
            lambda: note_performance(
                laptop.store,
                laptop.actor,
                item_id=item.id,
                performance=done,
                performed_on=_today(laptop) if has_day else None,
                proof=mark,
            ),
        )

    def sponsor(self, which: int, number: int, way: int) -> None:
        """A leader takes a case, or is done with it."""
        laptop, mark = self._official(which), self.memory.next_mark()
        case, known = _nth(laptop, CaseFile, number), _nth(laptop, Sponsorship, number)
        store, actor, today = laptop.store, laptop.actor, _today(laptop)
        if known is not None and way % 2:
            self._act(
                laptop,
                "",
                lambda: end_sponsorship(store, actor, sponsorship_id=known.id, ended_on=today),
            )
        elif case is not None:
            given = SponsorFields(f"领导{mark}", today)
            self._act(
                laptop, mark, lambda: name_sponsor(store, actor, case_id=case.id, given=given)
            )

    def change_county_setting(self, which: int, key: int, value: int) -> None:
        """Somebody at the county sets something that moves clocks."""
        laptop, mark = self._official(which), self.memory.next_mark()
        found, wanted = (
            (SettingKey.FOLLOW_UP_DAYS, 1 + value % 60),
            (SettingKey.COUNTY_DAY_UNIT, list(DayUnit)[value % 2].value),
            (SettingKey.REMINDER_DAYS, value % 9),
        )[key % 3]
        starts = _today(laptop) - timedelta(days=value % 5)
        self._act(
            laptop,
            mark,
            lambda: change_setting(
                laptop.store, laptop.actor, key=found, value=wanted, starts_on=starts, note=mark
            ),
        )

    def tell_typical(self, which: int, number: int, way: int) -> None:
        """A text made of a case is written, checked, published or taken back."""
        laptop, mark = self._any(which), self.memory.next_mark()
        case, known = _nth(laptop, CaseFile, number), _nth(laptop, TypicalCase, number)
        store, actor = laptop.store, laptop.actor
        if known is None or way % 4 == 0:
            if case is not None:
                text = TypicalText(f"水渠{mark}", f"两家为放水争吵{mark}")
                self._act(
                    laptop, mark, lambda: write_typical(store, actor, case_id=case.id, text=text)
                )
            return
        step = (check_typical, publish_typical, take_back_typical)[way % 4 - 1]
        self._act(laptop, "", lambda: step(store, actor, typical_id=known.id))

    def _official(self, which: int) -> MachineLaptop:
        offices = [one for one in self.laptops if one.person in ("township", "county")]
        return offices[which % len(offices)]


def _value(laptop: MachineLaptop, case_id: str, field: DetailField, value: int) -> Any:
    """Something that could be typed in; what is not required is left out now and then."""
    if not field.is_required and value % 3 == 0:
        return None
    today = _today(laptop)
    match field.kind:
        case FieldType.TEXT | FieldType.LONG_TEXT:
            return "词"
        case FieldType.DAY:
            return today - timedelta(days=value % 3)
        case FieldType.NUMBER:
            return 1 + value % 30
        case FieldType.CHOICE:
            choices = list(field.choices or ())
            return choices[value % len(choices)]
        case FieldType.YES_NO:
            return value % 4 != 0
        case FieldType.UNIT:
            return (laptop.unit_id, *_TARGETS)[value % 4] if value % 5 == 0 else None
        case FieldType.PARTIES:
            return _ids(laptop, CaseParty, case_id)[: 1 + value % 2 + 1]
        case FieldType.RECORD:
            return next(iter(_ids(laptop, Agreement, case_id)), "none")
    return None


def _ids(laptop: MachineLaptop, model: type[Any], case_id: str) -> list[str]:
    with laptop.store.reading() as session:
        statement = select(model.id).where(model.case_id == case_id).order_by(model.id)
        return list(session.exec(statement))


def _nth(laptop: MachineLaptop, model: type[_Row], number: int) -> _Row | None:
    """The row of this number among those this laptop holds; one of the first few more often."""
    with laptop.store.reading() as session:
        rows = session.exec(select(model).order_by(col(model.id))).all()
    if not rows:
        return None
    return rows[(number % _FOUGHT_OVER if number % 2 else number) % len(rows)]


def _party(side: PartySide) -> PartyEntry:
    return PartyEntry(side=side, name=f"某{side}", source=PartySource.OUTSIDE, address="三组")


def _way(number: int) -> MediationWay:
    return list(MediationWay)[number // 3 % len(MediationWay)]


def _today(laptop: MachineLaptop) -> date:
    return today_in_china(laptop.clock)


def told_parts(laptop: MachineLaptop) -> dict[str, tuple[Any, ...]]:
    """{case: everything folded of it} on one laptop, of cases the county has."""
    with laptop.store.reading() as session:
        rows = session.exec(select(CaseFile).where(col(CaseFile.sync_version) > 0)).all()
    return {
        one.id: (
            *(one.state, one.stage, one.way, one.holder_unit_id or one.unit_id),
            frozenset(json.loads(one.helper_unit_ids or "[]")),
            *(one.due_on, one.due_limit),
        )
        for one in rows
    }
