"""What each post may see and do, and how a PIN is judged.

`ROLE_PERMISSIONS` is the one table of it: laptop and county both ask here, so a screen can never
offer what the county would refuse. Where a line has a legal ground, it stands beside the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from itertools import pairwise

from app.accounts.vocabulary import Permission, PinWeakness, Role
from app.organisations.rules import is_within
from app.organisations.vocabulary import Unit

_P = Permission

_CASE_READER = frozenset({_P.SEE_CASES, _P.SEE_STATISTICS})

# What everybody who works in the village does: hear a quarrel, write it down, see who lives where.
_VILLAGE_BASE = _CASE_READER | {
    _P.SEE_ROSTER,
    _P.RECORD_CASE,
    _P.ADD_CASE_EVENT,
    _P.SEE_MOTIONS,
    _P.SEE_GRID_WORK,
    _P.SEE_INCIDENTS,
}

# The village committee calls the assembly (Organic Law of Villagers' Committees, Art. 21). Its
# secretary answers for the vote; the grid worker keeps its record on the laptop. Each step names
# the account that took it.
_KEEPS_THE_VOTE = frozenset({_P.PROPOSE_MOTION, _P.OPEN_MOTION, _P.TAKE_BALLOT, _P.TALLY_MOTION})

_KEEPS_THE_ROSTER = frozenset(
    {_P.EDIT_ROSTER, _P.IMPORT_ROSTER, _P.SEE_IDENTITY_NUMBERS, _P.REDRAW_GRIDS, _P.MANAGE_TEAM}
)

# Visits, services, hazards, duty and what disturbs the peace: written down by whoever was there.
_WORKS_THE_GRID = frozenset({_P.RECORD_GRID_WORK, _P.RECORD_INCIDENT})

# A village's centre takes a case in and mediates it (人民调解法 2010, Art. 8, 13 and 17).
_CENTRE = frozenset({_P.CLOSE_CASE, _P.HAND_OVER_CASE, _P.ACCEPT_CASE, _P.ANSWER_CASE, _P.MEDIATE})

# Whoever heads an office approves that its limit is extended (信访工作条例 2022, Art. 34), names
# the leader of a case and goes out to people with the team.
_HEADS = frozenset({_P.EXTEND_LIMIT, _P.RECORD_OUTREACH, _P.WRITE_TYPICAL_CASE})

# Which village a household or a grid worker belongs to is settled above the villages.
_MOVES = frozenset({_P.CLOSE_CASE, _P.HAND_OVER_CASE, _P.MOVE_RECORDS, _P.SEE_LOOKS})

# Those a case is dispatched to read all of it, also a confidential one: they must answer it.
# No roster: a case carries its parties (Personal Information Protection Law, Art. 6: no more
# than the purpose needs).
_HANDLER = frozenset(
    {_P.SEE_CASES, _P.ADD_CASE_EVENT, _P.SEE_CONFIDENTIAL, _P.EXTEND_LIMIT} | _CENTRE
)

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.GRID_WORKER: _VILLAGE_BASE
    | _KEEPS_THE_ROSTER
    | _KEEPS_THE_VOTE
    | _WORKS_THE_GRID
    | _CENTRE
    | {_P.CLOSE_INCIDENT, _P.RECORD_OUTREACH},
    # An auxiliary policeman records and reports under a policeman's direction and decides
    # nothing alone (国务院办公厅 2016 opinion on auxiliary police, 3-4): he may take down what
    # happened and bring in a ballot, but no outcome stands on his signature.
    Role.AUXILIARY_POLICE: _VILLAGE_BASE | _WORKS_THE_GRID | {_P.TAKE_BALLOT},
    Role.MEDIATOR: _VILLAGE_BASE
    | _CENTRE
    | {_P.RECORD_GRID_WORK, _P.RECORD_OUTREACH, _P.WRITE_TYPICAL_CASE},
    # No SEE_CONFIDENTIAL in a village: a report about an official must never reach the person
    # reported (Regulations on Petitions 2022, Art. 46 (5)), and that is often a neighbour here.
    Role.VILLAGE_SECRETARY: _VILLAGE_BASE
    | _KEEPS_THE_ROSTER
    | _KEEPS_THE_VOTE
    | _WORKS_THE_GRID
    | _CENTRE
    | _HEADS
    | {_P.JUDGE_DUPLICATE_BALLOTS}
    | {_P.CLOSE_INCIDENT, _P.SEE_LOOKS},
    # Township and county see a vote and the roster and change neither: the township guides and
    # does not interfere in village self-rule (Organic Law 2018, Art. 5).
    Role.TOWNSHIP_CENTRE: _VILLAGE_BASE
    | _MOVES
    | _CENTRE
    | _HEADS
    | {_P.SEE_IDENTITY_NUMBERS, _P.SEE_CONFIDENTIAL}
    | {_P.NAME_SPONSOR, _P.DO_COURT_WORK, _P.GIVE_LEGAL_AID},
    Role.COUNTY_CENTRE: _VILLAGE_BASE
    | _MOVES
    | _CENTRE
    | _HEADS
    | {_P.SEE_IDENTITY_NUMBERS, _P.SEE_CONFIDENTIAL, _P.PUBLISH_TYPICAL_CASE}
    | {_P.NAME_SPONSOR, _P.DO_COURT_WORK, _P.GIVE_LEGAL_AID, _P.MANAGE_SETTINGS},
    Role.DEPARTMENT_HANDLER: _HANDLER,
    Role.COURT_LIAISON: _HANDLER | {_P.DO_COURT_WORK},
    # The lawyer adds what he did for his client; whether a case is closed is not his to say.
    Role.LEGAL_AID_LAWYER: frozenset({_P.SEE_CASES, _P.ADD_CASE_EVENT, _P.GIVE_LEGAL_AID}),
    # Leading officials read letters, receive people and take charge of hard cases (信访工作条例
    # 2022, Art. 18 (2)), so a leader reads the cases of the unit; on the board stand those he
    # leads. Of accusations he reads the one he was put in charge of, and no other (Art. 30 (3));
    # that is told by its sponsorship, see app/cases/secrecy.py.
    Role.SPONSOR_LEADER: _CASE_READER | {_P.ADD_CASE_EVENT},
    # Whoever makes the accounts reads no case and no resident.
    Role.ADMINISTRATOR: frozenset({_P.MANAGE_ACCOUNTS, _P.MANAGE_SETTINGS}),
}

HELD_ONLY_ROLES = frozenset({Role.DEPARTMENT_HANDLER, Role.COURT_LIAISON, Role.LEGAL_AID_LAWYER})
"""These see no territory at all, only the records dispatched to their own unit."""


def may(role: Role, permission: Permission) -> bool:
    """Whether the post carries this permission at all, somewhere."""
    return permission in ROLE_PERMISSIONS[role]


def may_act_on(
    role: Role,
    permission: Permission,
    *,
    account_unit_id: str,
    record_unit_id: str,
    units_by_id: Mapping[str, Unit],
    holder_unit_ids: Set[str] = frozenset(),
) -> bool:
    """Whether the post's permission reaches this record.

    `account_unit_id` is the unit the person works for: the village, the township, the county
    (also for the county centre) or the department. `holder_unit_ids` are the units the record
    has been dispatched to. Posts in `HELD_ONLY_ROLES` reach only what their own unit holds; all
    others reach what lies, or is held, inside their unit.
    """
    if not may(role, permission):
        return False
    if role in HELD_ONLY_ROLES:
        return account_unit_id in holder_unit_ids
    return any(
        is_within(unit_id, account_unit_id, units_by_id)
        for unit_id in (record_unit_id, *holder_unit_ids)
    )


def is_account_usable(*, valid_until: date | None, is_active: bool, today: date) -> bool:
    """Whether the account may sign in; `valid_until` is its last good day, None for no end."""
    return is_active and (valid_until is None or today <= valid_until)


_WAITS = (5, 15, 60, 300, 900)
_FREE_TRIES = 3


def waiting_seconds(wrong_tries: int) -> int:
    """How long the next try must wait after so many wrong ones in a row: nothing after the
    first three, then 5, 15, 60, 300 and never more than 900 seconds."""
    if wrong_tries <= _FREE_TRIES:
        return 0
    return _WAITS[min(wrong_tries - _FREE_TRIES, len(_WAITS)) - 1]


PIN_LENGTH = 6
_COMMON_PINS = frozenset(
    {"112233", "332211", "123321", "147258", "258369", "159357", "159753", "147852", "131452"}
    | {"520131", "521131", "142857", "100200", "102030", "010203", "789456", "456123", "666888"}
)


def pin_weakness(pin: str) -> PinWeakness | None:
    """Why this PIN must not be taken, or None when it may.

    Whoever shares the laptop knows the owner's birthday, so dates go as well: 850317 and 198503.
    """
    if len(pin) != PIN_LENGTH or not (pin.isascii() and pin.isdigit()):
        return PinWeakness.NOT_SIX_DIGITS
    if any(pin == pin[:size] * (PIN_LENGTH // size) for size in (1, 2, 3)):
        return PinWeakness.REPEATED
    if _is_run(pin):
        return PinWeakness.RUN
    if pin in _COMMON_PINS:
        return PinWeakness.COMMON
    return PinWeakness.BIRTHDAY if _is_birthday_like(pin) else None


def _is_run(pin: str) -> bool:
    """Each digit one more, or one less, than the one before; 9 and 0 are neighbours."""
    steps = {(int(right) - int(left)) % 10 for left, right in pairwise(pin)}
    return steps in ({1}, {9})


def _is_birthday_like(pin: str) -> bool:
    """YYMMDD, or YYYYMM of the years anyone alive was born in."""
    is_day = 1 <= int(pin[2:4]) <= 12 and 1 <= int(pin[4:]) <= 31
    is_month = pin[:2] in ("19", "20") and 1 <= int(pin[4:]) <= 12
    return is_day or is_month
