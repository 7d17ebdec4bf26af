"""Taking out of a case's story who and where it was, and what must be checked by a person.

A text that goes to other villages names nobody: personal information is made known only with the
person's own consent (个人信息保护法 2021-08-20, Art. 25), and what has been made anonymous is
none any more (Art. 4 and 73 (4)). What is certain is replaced, what only may be a name is marked
for the person who checks; the program never says that a text is clean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final
from uuid import UUID, uuid5

from app.accounts.vocabulary import Permission
from app.typical.vocabulary import DoubtKind, TypicalProblem, TypicalState

STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
MAX_TITLE: Final = 100
MAX_STORY: Final = 8000
MAX_LAW: Final = 2000
MAX_LESSON: Final = 2000

TRANSITIONS: Final[Mapping[TypicalState, frozenset[TypicalState]]] = {
    TypicalState.DRAFT: frozenset({TypicalState.CHECKED}),
    TypicalState.CHECKED: frozenset({TypicalState.DRAFT, TypicalState.PUBLISHED}),
    TypicalState.PUBLISHED: frozenset({TypicalState.TAKEN_BACK}),
    TypicalState.TAKEN_BACK: frozenset({TypicalState.DRAFT}),
}
"""Nothing is published that nobody has checked; whoever changes the text is checked again."""
STEPS_BACK: Final = frozenset(
    {
        (TypicalState.PUBLISHED, TypicalState.CHECKED),
        (TypicalState.TAKEN_BACK, TypicalState.PUBLISHED),
    }
)
"""What only 撤销 does: publishing and taking back, taken back themselves, the text as it was."""

PERMISSION_NEEDED: Final[Mapping[TypicalState, Permission]] = {
    TypicalState.DRAFT: Permission.WRITE_TYPICAL_CASE,
    TypicalState.CHECKED: Permission.WRITE_TYPICAL_CASE,
    TypicalState.PUBLISHED: Permission.PUBLISH_TYPICAL_CASE,
    TypicalState.TAKEN_BACK: Permission.PUBLISH_TYPICAL_CASE,
}

_NAMESPACE: Final = UUID("6b0c8f0c-2a4e-5d7e-9d0e-431230202611")


def published_id(typical_id: str) -> str:
    """Of the county's copy of a text; says nothing of the text or its case to who has it alone."""
    return str(uuid5(_NAMESPACE, typical_id))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known to identify: people, in the order they get their letters; places; numbers."""

    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """``text[start:end]`` may still tell who or where it was; a person decides."""

    start: int
    end: int
    kind: DoubtKind


@dataclass(frozen=True, slots=True)
class Anonymised:
    """The text with what is certain taken out, and what is doubtful in it."""

    text: str
    doubts: tuple[Doubt, ...]


def anonymise(text: str, known: Known) -> Anonymised:
    """Takes names, places and numbers out; the same name becomes the same letter everywhere."""
    parts: list[str] = []
    place = 0
    for start, end, after in _certain(text, _words(known)):
        parts += [text[place:start], after]
        place = end
    clean = "".join([*parts, text[place:]])
    return Anonymised(clean, doubts_in(clean, known))


def letters(people: Sequence[str]) -> dict[str, str]:
    """Full name to what it is called instead: 甲某, 乙某 … and from the eleventh on 甲某2."""
    names = dict.fromkeys(name.strip() for name in people if len(name.strip()) > 1)
    found = {}
    for place, name in enumerate(names):
        turn, stem = divmod(place, len(STEMS))
        found[name] = f"{STEMS[stem]}某{turn + 1 if turn else ''}"
    return found


def doubts_in(text: str, known: Known) -> tuple[Doubt, ...]:
    """What may still identify, in the order of the text: looked at again after every change."""
    given = [name[1:] for name in letters(known.people) if len(name) > 2]
    surnames = "".join(dict.fromkeys(name[0] for name in letters(known.people)))
    found = [
        *(
            Doubt(hit.start(), hit.end(), DoubtKind.GIVEN_NAME)
            for name in given
            for hit in re.finditer(re.escape(name), text)
        ),
        *_matches(_FAMILIAR.format(surnames=surnames), text, DoubtKind.FAMILIAR_NAME, surnames),
        *_matches(_NAMED, text, DoubtKind.NAMED),
        *_matches(_PLACE, text, DoubtKind.PLACE),
        *_matches(_DAY, text, DoubtKind.DAY),
        *_matches(_DIGITS, text, DoubtKind.NUMBER),
        *_matches(_OFFICE, text, DoubtKind.ORGANISATION),
    ]
    return _apart(found)


def certain_left(text: str, known: Known) -> tuple[str, ...]:
    """What certainly identifies and is still in the text; nothing is checked or published with it.

    个人信息保护法 (2021-08-20), Art. 25.
    """
    return tuple(dict.fromkeys(text[start:end] for start, end, _ in _certain(text, _words(known))))


def taken_out(text: str, known: Known) -> tuple[tuple[int, int], ...]:
    """Where what the program puts instead stands, for the eye of who checks."""
    placed = {*letters(known.people).values(), *(_place_word(end) for end in (*_ENDINGS, ""))}
    placed |= {_NUMBER_OUT, *(after for _pattern, after in _PATTERNS)}
    longest_first = sorted(placed, key=len, reverse=True)
    found = re.finditer("|".join(map(re.escape, longest_first)), text)
    return tuple((hit.start(), hit.end()) for hit in found)


def typical_problem(
    *, title: str, story: str, law: str, lesson: str, known: Known, goes_on: bool
) -> TypicalProblem | None:
    """What keeps the text from being kept, or with ``goes_on`` from being checked or published."""
    if not title.strip() or not story.strip():
        return TypicalProblem.EMPTY
    limits = ((title, MAX_TITLE), (story, MAX_STORY), (law, MAX_LAW), (lesson, MAX_LESSON))
    if any(len(words.strip()) > most for words, most in limits):
        return TypicalProblem.TOO_LONG
    if goes_on and certain_left("\n".join((title, story, law, lesson)), known):
        return TypicalProblem.STILL_IDENTIFIES
    return None


def permission_for(before: TypicalState, after: TypicalState) -> Permission:
    """What it needs to put a text from one state into the other: whatever the villages get, and
    whatever they lose, is decided by who publishes."""
    is_public = TypicalState.PUBLISHED in (before, after) or after is TypicalState.TAKEN_BACK
    return Permission.PUBLISH_TYPICAL_CASE if is_public else Permission.WRITE_TYPICAL_CASE


def may_become(before: TypicalState, after: TypicalState) -> bool:
    """Whether a text in this state may be put into that one."""
    return before is after or after in TRANSITIONS[before]


# --- what is certain -----------------------------------------------------------------------------

_ID = r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)"
_PHONE = r"(?<!\d)1\d{10}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"
_CARD = r"(?<!\d)\d{16,19}(?!\d)"
_PLATE = r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-Z][A-Z0-9·]{5,7}"
_CASE = r"[（(〔\[]\d{4}[）)〕\]][^\s，。；、]{0,14}?\d+号|[临通]\d{4}-[0-9A-Z-]+"
_PATTERNS: Final = tuple(
    (re.compile(pattern), after)
    for pattern, after in (
        (_ID, "（证件号码略）"),
        (_CARD, "（账号略）"),
        (_PHONE, "（电话略）"),
        (_PLATE, "（车牌略）"),
        (_CASE, "（案号略）"),
    )
)


_NUMBER_OUT: Final = "（号码略）"


def _words(known: Known) -> dict[str, str]:
    """Every certain word with what it becomes; the longer comes first, so that no piece is left."""
    places = dict.fromkeys(place.strip() for place in known.places if len(place.strip()) > 1)
    found = {
        **{number: _NUMBER_OUT for number in known.numbers if len(number) > 3},
        **{place: _place_word(place) for place in places},
        **letters(known.people),
    }
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _place_word(place: str) -> str:
    ending = next((end for end in _ENDINGS if place.endswith(end)), "地")
    return f"某{ending}"


_ENDINGS: Final = ("自治县", "社区", "村", "寨", "镇", "乡", "县", "组", "街", "市", "网格", "屯")


def _certain(text: str, words: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """What is replaced, from left to right, nothing twice."""
    by_word = re.compile("|".join(map(re.escape, words))) if words else None
    hits = [
        *(
            (hit.start(), hit.end(), after)
            for pattern, after in _PATTERNS
            for hit in pattern.finditer(text)
        ),
        *(
            (hit.start(), hit.end(), words[hit.group()])
            for hit in (by_word.finditer(text) if by_word else ())
        ),
    ]
    place = 0
    for start, end, after in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if start >= place:
            yield start, end, after
            place = end


# --- what is doubtful ----------------------------------------------------------------------------

_FAMILIAR: Final = "[老小阿][{surnames}]|[{surnames}](?:某|家|氏|老|公|婆|叔|伯|婶|哥|嫂)"
_NAMED: Final = r"(?:名叫|叫做|姓名|本名|人称|外号)[^，。；、：“”\s]{1,4}"
_LEFT_IN: Final = r"(?:(?!某)[\u4e00-\u9fff])"
"""A character that is no part of what was taken out."""
_PLACE: Final = _LEFT_IN + r"{1,4}(?:自治县|村|寨|镇|乡|屯|组|街|鼓楼|风雨桥|庙|小学|中学)"
_DAY: Final = r"\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{4}-\d{1,2}-\d{1,2}"
_DIGITS: Final = r"(?<![\d.])\d{5,}(?![\d.])"
_OFFICE: Final = _LEFT_IN + r"{2,10}(?:公司|合作社|派出所|医院|农场|工厂|商行)"


def _matches(pattern: str, text: str, kind: DoubtKind, needs: str = "-") -> Iterator[Doubt]:
    if needs:
        yield from (Doubt(hit.start(), hit.end(), kind) for hit in re.finditer(pattern, text))


def _apart(found: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """One mark for one place: of two that overlap the first and longer stays."""
    kept: list[Doubt] = []
    for doubt in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or doubt.start >= kept[-1].end:
            kept.append(doubt)
    return tuple(kept)


def names_of(*groups: Sequence[str | None]) -> tuple[str, ...]:
    """The names of several lists in one, empty ones left out, each once."""
    return tuple(dict.fromkeys(name.strip() for name in chain(*groups) if name and name.strip()))
