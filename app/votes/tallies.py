"""What a tally leaves behind: the counts, the result, and which ballots it stands on.

It travels as JSON in the tally event, which has room for 4,000 characters. The ballots it stands
on are named by the first bytes of their ids, as many as there is room for: all sixteen up to 140
households, three at 800. Their seal, a hash over the whole ids, says whether the ballots found
here are really those.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from app.votes.rules import seal_of
from app.votes.vocabulary import Count, Judgement, TallyResult

_ID_BYTES = 16
_ROOM_FOR_IDS = 2_250
"""Bytes for the ids of all ballots together; 3,000 characters in base64."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A tally as it was recorded; it is shown as it stands and never counted anew."""

    count: Count
    result: TallyResult
    present_needed: int
    agree_needed: int
    rule_set_id: str
    seal: str
    prefixes: frozenset[bytes]
    """The first bytes of the ids of the ballots it stands on."""

    def sealed_among(self, ballot_ids: Collection[str]) -> frozenset[str]:
        """Which of these ballots the tally stands on."""
        length = len(next(iter(self.prefixes), b""))
        return frozenset(
            id_ for id_ in ballot_ids if length and UUID(id_).bytes[:length] in self.prefixes
        )

    def is_whole(self, sealed_ids: Collection[str]) -> bool:
        """Whether the ballots found here are all the tally stood on, and no other."""
        return seal_of(sealed_ids) == self.seal


def pack_tally(
    count: Count, judgement: Judgement, *, rule_set_id: str, sealed_ids: Collection[str]
) -> str:
    """The detail of the tally event, as JSON."""
    length = min(_ID_BYTES, max(1, _ROOM_FOR_IDS // max(1, len(sealed_ids))))
    ids = b"".join(sorted(UUID(id_).bytes[:length] for id_ in sealed_ids))
    return json.dumps(
        {
            "counts": asdict(count),
            "result": judgement.result.value,
            "present_needed": judgement.present_needed,
            "agree_needed": judgement.agree_needed,
            "rule_set_id": rule_set_id,
            "seal": seal_of(sealed_ids),
            "id_bytes": length,
            "ids": base64.b64encode(ids).decode(),
        },
        separators=(",", ":"),
    )


def unpack_tally(detail: str | None) -> Tally | None:
    """The tally from an event's detail; None where it is not one, as from a newer program."""
    try:
        return _tally(json.loads(detail or ""))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _tally(found: dict[str, Any]) -> Tally:
    length = int(found["id_bytes"])
    ids = base64.b64decode(found["ids"])
    return Tally(
        count=Count(**found["counts"]),
        result=TallyResult(found["result"]),
        present_needed=int(found["present_needed"]),
        agree_needed=int(found["agree_needed"]),
        rule_set_id=str(found["rule_set_id"]),
        seal=str(found["seal"]),
        prefixes=frozenset(ids[at : at + length] for at in range(0, len(ids), length)),
    )
