"""Made-up households and residents by the ten thousand, in the form in which they travel.

The same numbers give the same people on every machine. Names are put together from surnames of
the county and common characters; every tenth resident has a phone, as in the village rosters.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.helpers.stores import an_identity_number

_SURNAMES = "杨吴石龙粟陆欧黄李张陈林谢刘周胡曾唐罗肖"
_GIVEN = (
    "永春秀英文明建国志远小满长顺守田立新青山玉兰桂花海燕金凤家旺德昌秋菊冬梅"
    "正平大勇光辉爱莲银花世杰成龙美玲水生木根"
)
_FIRST_BIRTHDAY = date(1940, 1, 1)
_DAYS = 28_000


class Draft(NamedTuple):
    """One record: its entity, id and fields."""

    entity: str
    record_id: str
    body: dict[str, Any]


def a_population(
    unit_ids: tuple[str, ...], *, households: int, residents: int, seed: int = 1
) -> Iterator[Draft]:
    """Each household followed by its residents; households go round the units."""
    chance = random.Random(seed)
    each, more = divmod(residents, households)
    for number in range(households):
        size = each + (1 if number < more else 0)
        yield from _a_family(chance, unit_ids[number % len(unit_ids)], number, size)


def _a_family(chance: random.Random, unit_id: str, number: int, size: int) -> Iterator[Draft]:
    household_id = an_id(chance)
    surname = chance.choice(_SURNAMES)
    head = a_name(chance, surname)
    yield Draft(
        "household",
        household_id,
        {
            "unit_id": unit_id,
            "micro_grid_id": None,
            "number": f"{number + 1:05d}",
            "head_name": head,
            "address": f"第{number % 12 + 1}组{number % 90 + 1}号",
            "phone": _a_phone(chance),
            "note": None,
        },
    )
    for position in range(size):
        name = head if position == 0 else a_name(chance, surname)
        yield _a_resident(chance, unit_id, household_id, position, name)


def _a_resident(
    chance: random.Random, unit_id: str, household_id: str, position: int, name: str
) -> Draft:
    born = _FIRST_BIRTHDAY + timedelta(days=chance.randrange(_DAYS))
    order = chance.randrange(1000)
    body = {
        "unit_id": unit_id,
        "household_id": household_id,
        "position": position,
        "name": name,
        "relation": ("02", "10", "20", "30", "41", "42")[min(position, 5)],
        "sex": "1" if order % 2 else "2",
        "birth_date": born.isoformat(),
        "ethnic_group": "12",
        "identity_kind": "resident_identity_number",
        "identity_number": an_identity_number(born, order=order),
        "missing_identity": None,
        "phone": _a_phone(chance) if chance.random() < 0.1 else None,
        "note": None,
    }
    return Draft("resident", an_id(chance), body)


def a_name(chance: random.Random, surname: str = "") -> str:
    """A surname of the county, or the one given, and one or two characters."""
    return (surname or chance.choice(_SURNAMES)) + "".join(
        chance.choices(_GIVEN, k=chance.choice((1, 2, 2, 2)))
    )


def _a_phone(chance: random.Random) -> str:
    return f"1{chance.choice('35789')}{chance.randrange(10**9):09d}"


def an_id(chance: random.Random) -> str:
    """A record id as the program draws them."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
