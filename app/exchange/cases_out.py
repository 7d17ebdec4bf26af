"""The list of cases out into Excel: as it is filtered, and as GB/T 31000-2015, table 30, asks.

The second sheet has the standard's 27 columns in its order, coded as it codes them, and one more
that says what the standard requires and nobody has written down. Identity numbers and telephones
are whole only for who may see them; each export is a look that is written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.listing import CaseFilter, CaseRow, case_rows
from app.cases.queries import units_in_sight
from app.cases.vocabulary import SCALE_CODES, CaseEventKind, CaseState, CaseStep, Scale
from app.exchange.sheet_out import OutSheet, write_workbook
from app.exchange.table_out import TableOut
from app.households.rules import mask_identity_number, mask_phone
from app.looks.actions import record_look
from app.looks.vocabulary import LookedAt
from app.mediation.vocabulary import WAY_CODES, MediationWay
from app.refolding import county_order
from app.store import Store
from db.clock import CHINA
from db.tables.base import SyncState
from db.tables.cases import CaseEvent, CaseFile, CaseParty
from db.tables.grid_work import TeamMember
from db.tables.households import Resident
from db.tables.mediation import CaseMediator
from db.tables.organisations import Account

PAGE = 500
GROUP_FROM = 5
"""Our own reading: the standard names 一般群体性 and gives no head count; with five or more people
representatives are chosen (信访工作条例 2022, Art. 20, names five as the most of them)."""
IDENTITY_CODE = "111"
"""GA/T 517: 居民身份证."""
DATE = "%Y%m%d"
"""The standard writes days as YYYYMMDD."""

_LIST = (
    *(("编号", 22), ("种类", 10), ("名称", 32), ("类别", 26), ("当事人", 24), ("紧急程度", 8)),
    *(("状态", 10), ("发生日期", 12), ("登记时间", 18), ("单位", 18), ("办理单位", 18)),
    *(("期限", 12), ("简要情况", 60)),
)
_TABLE_30 = (
    *(("事件名称", 32), ("发生日期", 10), ("发生地点", 24), ("事件规模", 8), ("事件类别", 8)),
    *(("涉及人数", 8), ("事件简述", 60), ("涉及单位", 20), ("主要当事人证件代码", 8)),
    *(("主要当事人证件号码", 22), ("主要当事人姓名", 12), ("主要当事人性别", 6)),
    *(("主要当事人民族", 6), ("主要当事人学历", 6), ("主要当事人人员类别", 8)),
    *(("主要当事人居住详址", 30), ("化解时限", 10), ("化解方式", 8), ("化解组织", 20)),
    *(("化解责任人姓名", 12), ("化解责任人联系方式", 14), ("化解是否成功", 6)),
    *(("化解情况", 60), ("考评日期", 10), ("考评意见", 20), ("经度", 10), ("纬度", 10)),
)
_REQUIRED = frozenset(range(len(_TABLE_30))) - {7, 13, 23, 24, 25, 26}
"""Places of what the standard marks as required."""


@dataclass(slots=True)
class _Whole:
    """One case with all that the standard asks for."""

    case: CaseFile
    unit: str
    holder: str
    parties: list[CaseParty] = field(default_factory=list)
    main_resident: Resident | None = None
    steps: list[CaseStep] = field(default_factory=list)
    notes: list[tuple[CaseEventKind, str]] = field(default_factory=list)
    responsible: str = ""
    responsible_phone: str = ""


def export_cases(
    store: Store, actor: Actor, path: Path, *, wanted: CaseFilter, words: CaseWords, title: str
) -> TableOut:
    """Writes both sheets of what of it this person may see; never what is confidential, whoever
    asks. That it left the program is written down first.

    Raises ``UserFacingError``: NOT_ALLOWED, SHEET_NOT_WRITTEN, STORE_NOT_WRITTEN.
    """
    actor.require(Permission.SEE_CASES, unit_id=actor.unit_id, holder_unit_id=actor.unit_id)
    wanted = replace(
        wanted, unit_ids=units_in_sight(actor, wanted.unit_ids), sees_confidential=False
    )
    counted = _Counter()
    is_whole = actor.may(Permission.SEE_IDENTITY_NUMBERS)
    record_look(
        store,
        actor,
        subject_entity="unit",
        subject_id=actor.unit_id,
        unit_id=actor.unit_id,
        looked_at=LookedAt.EXPORT,
        people=_people(store, wanted),
        reason=title,
    )
    sheets = [
        OutSheet("案件", _LIST, _list_lines(store, wanted, words, counted), title),
        OutSheet(
            "矛盾纠纷（GBT31000表30）",
            (*_TABLE_30, ("还缺什么", 40)),
            _standard_lines(store, wanted, is_whole=is_whole),
        ),
    ]
    write_workbook(path, sheets)
    return TableOut(path, counted.count)


@dataclass(frozen=True, slots=True)
class CaseWords:
    """The words a screen has for what the list names by enums."""

    kinds: dict[str, str]
    states: dict[str, str]
    urgencies: dict[str, str]


@dataclass(slots=True)
class _Counter:
    count: int = 0


def _pages(store: Store, wanted: CaseFilter) -> Iterator[Sequence[CaseRow]]:
    last: CaseRow | None = None
    while True:
        page = case_rows(store, wanted, after=last, limit=PAGE)
        yield page.rows
        if page.is_last or not page.rows:
            return
        last = page.rows[-1]


def _people(store: Store, wanted: CaseFilter) -> int:
    return sum(row.party_count for rows in _pages(store, wanted) for row in rows)


def _list_lines(
    store: Store, wanted: CaseFilter, words: CaseWords, counted: _Counter
) -> Iterator[Sequence[str]]:
    for rows in _pages(store, wanted):
        wholes = _wholes(store, rows)
        for row in rows:
            case = wholes[row.case_id].case
            counted.count += 1
            yield (
                row.number,
                words.kinds.get(row.kind, row.kind),
                row.title,
                row.class_name,
                "、".join(party.name for party in wholes[row.case_id].parties),
                words.urgencies.get(row.urgency, row.urgency),
                words.states.get(row.state, row.state),
                row.happened_on.isoformat(),
                row.recorded_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
                row.village,
                row.holder,
                row.due_on.isoformat() if row.due_on else "",
                case.story,
            )


def _standard_lines(store: Store, wanted: CaseFilter, *, is_whole: bool) -> Iterator[Sequence[str]]:
    for rows in _pages(store, wanted):
        wholes = _wholes(store, rows)
        for row in rows:
            cells = standard_cells(wholes[row.case_id], is_whole=is_whole)
            missing = [
                title
                for place, (title, _) in enumerate(_TABLE_30)
                if place in _REQUIRED and not cells[place]
            ]
            yield (*cells, "、".join(missing))


def standard_cells(whole: _Whole, *, is_whole: bool) -> tuple[str, ...]:
    """The 27 items of table 30; empty where nothing is known."""
    case, party, resident = whole.case, _main(whole), whole.main_resident
    number = (party.identity_number if party else None) or ""
    return (
        case.title,
        case.happened_on.strftime(DATE),
        case.place,
        SCALE_CODES[_scale(case, whole.parties)],
        case.class_code,
        str(case.head_count or len(whole.parties) or ""),
        case.story,
        "、".join(one.name for one in whole.parties if one.is_organisation),
        IDENTITY_CODE if number else "",
        number if is_whole else mask_identity_number(number),
        party.name if party else "",
        _sex(party),
        _ethnic_group(party, resident),
        resident.education.value if resident and resident.education else "",
        (party.category if party else None) or "",
        (party.address if party else None) or "",
        case.due_on.strftime(DATE) if case.due_on else "",
        WAY_CODES[case.way or MediationWay.PEOPLES],
        whole.holder or whole.unit,
        whole.responsible,
        whole.responsible_phone if is_whole else mask_phone(whole.responsible_phone),
        _success(case.state, whole.steps),
        "\n".join(note for _, note in whole.notes),
        *("", "", "", ""),
    )


def _main(whole: _Whole) -> CaseParty | None:
    return next((one for one in whole.parties if one.is_main), next(iter(whole.parties), None))


def _ethnic_group(party: CaseParty | None, resident: Resident | None) -> str:
    """As it was written for the case; else as the roster knows it."""
    if party is not None and party.ethnicity:
        return party.ethnicity
    known = resident.ethnic_group if resident is not None else None
    return known.value if known is not None else ""


def _sex(party: CaseParty | None) -> str:
    return "" if party is None or party.is_organisation else party.sex.value


def _scale(case: CaseFile, parties: Sequence[CaseParty]) -> Scale:
    count = case.head_count or len(parties)
    return Scale.INDIVIDUAL if count < GROUP_FROM else Scale.GROUP


def _success(state: CaseState, steps: Sequence[CaseStep]) -> str:
    """1 and 0 as the standard's N1; empty while nothing is decided."""
    outcomes = [
        step.kind
        for step in steps
        if step.kind in (CaseEventKind.SETTLED, CaseEventKind.NOT_SETTLED)
    ]
    if state not in (CaseState.SETTLED, CaseState.NOT_SETTLED, CaseState.CLOSED) or not outcomes:
        return ""
    return "1" if outcomes[-1] is CaseEventKind.SETTLED else "0"


# --- reading -------------------------------------------------------------------------------------


def _wholes(store: Store, rows: Sequence[CaseRow]) -> dict[str, _Whole]:
    """A page of cases with their parties, events and who mediates them, in a few statements."""
    ids = [row.case_id for row in rows]
    names = {row.case_id: (row.village, row.holder) for row in rows}
    with store.reading() as session:
        found = {
            case.id: _Whole(case, *names[case.id])
            for case in session.exec(select(CaseFile).where(col(CaseFile.id).in_(ids)))
        }
        parties = select(CaseParty).where(col(CaseParty.case_id).in_(ids))
        for party in session.exec(parties.order_by(col(CaseParty.side), text("rowid"))):
            found[party.case_id].parties.append(party)
        events = (
            select(CaseEvent)
            .where(col(CaseEvent.case_id).in_(ids), col(CaseEvent.sync_state) != SyncState.REFUSED)
            .order_by(*county_order(CaseEvent))
        )
        for event in session.exec(events):
            whole = found[event.case_id]
            whole.steps.append(CaseStep(event.kind, event.detail))
            if event.note:
                whole.notes.append((event.kind, event.note))
        _read_responsible(session, found)
        _read_residents(session, found)
    return found


def _read_responsible(session: Session, found: dict[str, _Whole]) -> None:
    """The mediator who came first, with the telephone of the team; else who recorded the case."""
    mediators = (
        select(CaseMediator, col(TeamMember.phone))
        .join(TeamMember, col(TeamMember.id) == col(CaseMediator.member_id), isouter=True)
        .where(col(CaseMediator.case_id).in_(found))
        .order_by(col(CaseMediator.starts_on).desc(), col(CaseMediator.id))
    )
    for mediator, phone in session.exec(mediators):
        whole = found[mediator.case_id]
        whole.responsible, whole.responsible_phone = mediator.name, phone or ""
    recorders = {whole.case.recorded_by for whole in found.values()}
    named = {
        account.id: account.name
        for account in session.exec(select(Account).where(col(Account.id).in_(recorders)))
    }
    for whole in found.values():
        whole.responsible = whole.responsible or named.get(whole.case.recorded_by, "")


def _read_residents(session: Session, found: dict[str, _Whole]) -> None:
    wanted = {whole.case.id: _main(whole) for whole in found.values()}
    ids = {party.resident_id for party in wanted.values() if party and party.resident_id}
    residents = {
        one.id: one for one in session.exec(select(Resident).where(col(Resident.id).in_(ids)))
    }
    for case_id, party in wanted.items():
        if party is not None and party.resident_id:
            found[case_id].main_resident = residents.get(party.resident_id)
