"""What laptop and county say to each other; imported by both ends.

One request carries operations up and brings verdicts and changes down, so a laptop always reads
its own writes. Bodies are JSON, compressed with zstd in both directions. Every message can be
repeated without effect: an operation is known by its install and number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple

import orjson
from pydantic import BaseModel, Field

PROTOCOL_VERSION: Final = 2
OLDEST_PROTOCOL: Final = 1
"""Operations as JSON objects, every row of one's own echoed; still spoken by the county."""
MAGIC: Final = "gulou-sync"
CONTENT_TYPE: Final = "application/vnd.gulou.sync+zstd"
MAX_INFLATED_BYTES: Final = 64 * 1024 * 1024
PROBLEM_HEADER: Final = "Gulou-Problem"
"""The code of a refusal once more, for answers that have no body."""
BLOBS_PATH: Final = "/blobs"
TUS_VERSION: Final = "1.0.0"
PIECE_CONTENT_TYPE: Final = "application/offset+octet-stream"
MAX_PIECE_BYTES: Final = 256 * 1024
"""Of one piece of an original; a cut costs at most one."""
MAX_OPERATIONS: Final = 5_000
"""Operations in one request, unless one transaction group alone is larger."""
COUNTY_SCOPE: Final = "*"
"""The scope of the county's own laptops: every unit's bucket, but no other unit's sign-in."""


class Verdict(StrEnum):
    """Every operation ends in exactly one of these."""

    APPLIED = "applied"
    MERGED = "merged"
    """Applied beside someone else's edit of other fields."""
    CONFLICT = "conflict"
    """The same field was edited elsewhere: this value stands for now, the other is kept."""
    NOT_APPLIED = "not_applied"
    """An event kept in the record that is not allowed any more."""
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    """Judging it raised three times; kept whole, visible, blocks nobody."""


class Reason(StrEnum):
    """Why an operation was not simply applied."""

    BAD_VALUE = "bad_value"
    BALLOT_LATE = "ballot_late"
    EVENT_NOT_ALLOWED_NOW = "event_not_allowed_now"
    GROUP_REFUSED = "group_refused"
    """Another operation of the same transaction was refused."""
    MOVED_MEANWHILE = "moved_meanwhile"
    """Somebody else's hand-over of the same thing came first."""
    NOT_IN_ELECTORATE = "not_in_electorate"
    NOT_PERMITTED = "not_permitted"
    OUT_OF_SCOPE = "out_of_scope"
    PARENT_MISSING = "parent_missing"
    RECORD_GONE = "record_gone"
    SETTLED_BEFORE = "settled_before"
    """Somebody else settled the same conflict first; what came with it was not carried out."""
    REFERENCE_IS_COUNTYS = "reference_is_countys"
    UNKNOWN_ACCOUNT = "unknown_account"
    UNKNOWN_ENTITY = "unknown_entity"
    CANNOT_CHANGE_EVENT = "cannot_change_event"
    NUMBER_NOT_GIVEN = "number_not_given"
    """A lasting number that was not set aside for this laptop."""
    NUMBER_TAKEN = "number_taken"
    """Another record has it: two copies of one disk gave it out before either knew of the other."""


class ChangeKind(StrEnum):
    """What a feed row does to the laptop's copy."""

    PUT = "put"
    EVICT = "evict"
    """Left this laptop's scope: must leave its disk."""
    TOMBSTONE = "tombstone"
    """Deleted for everyone."""


@dataclass(slots=True)
class Operation:
    """One record's part of one edit. Plain, because a batch holds thousands."""

    op_no: Annotated[int, Field(ge=1)]
    txn: Annotated[int, Field(ge=1)]
    entity: str
    record_id: Annotated[str, Field(min_length=1, max_length=60)]
    kind: str
    patch: dict[str, Any]
    base: dict[str, int]
    account_id: Annotated[str, Field(max_length=36)]
    action: Annotated[str, Field(max_length=60)]
    wall_ms: int
    mono_ms: int
    boot_id: Annotated[str, Field(max_length=40)]
    schema_version: int
    seen: int | None = None
    """The record version the laptop held when it wrote: 0 for a new record, None if unknown."""
    before: dict[str, Any] | None = None
    """{field: value before} of an edit of what the county has."""
    origin: Annotated[str | None, Field(max_length=60)] = None
    """The install under which this number was first given, where the laptop was renewed since."""


class CountyKeys(BaseModel):
    """The county's public keys for what travels by USB stick, raw, base64."""

    box: str = Field(max_length=100)
    """X25519: what laptops write is sealed for it."""
    signing: str = Field(max_length=100)
    """Ed25519: what the county writes is signed with it."""


class Incident(BaseModel):
    """A bucket that was not equal on both sides, and what its repair did; kept by the laptop."""

    no: int
    """Counted by the laptop; a report that comes twice is one."""
    at_ms: int
    bucket: str = Field(max_length=80)
    laid: int
    """Rows that were missing here or were of another version."""
    removed: int
    """Rows here that the county does not know or did not mean for this laptop."""
    is_mended: bool


class HeldBlock(NamedTuple):
    """A block of lasting numbers a laptop has: a JSON array in this order."""

    series: Annotated[str, Field(max_length=40)]
    year: Annotated[int, Field(ge=2000, le=9999)]
    first: Annotated[int, Field(ge=1, le=999_999_999)]
    last: Annotated[int, Field(ge=1, le=999_999_999)]
    left: Annotated[int, Field(ge=0, le=999_999_999)]
    """How many of it were not given out yet."""


class SyncRequest(BaseModel):
    """A laptop's side of one exchange."""

    protocol: int
    app_version: str
    schema_version: int
    epoch: str | None
    install_id: str
    last_op_no: int
    """The last operation number this install ever gave out."""
    operations: list[Any] | dict[str, Any]
    """JSON objects in protocol 1, columns (see ``op_columns``) since 2."""
    cursors: dict[str, int] = Field(max_length=1000)
    """Per bucket, the last feed sequence laid down; a bucket not named starts at 0."""
    page_rows: int = Field(default=2000, ge=1, le=10_000)
    wall_ms: int
    mono_ms: int
    boot_id: str
    wants_keys: bool = False
    """This laptop does not know the county's keys for sticks yet."""
    quarantined: list[Annotated[int, Field(ge=1, le=2**62)]] = Field(default=[], max_length=1000)
    """Operations this laptop was told are quarantined, and that nobody has put aside since."""
    wants_sums: bool = False
    """Whether the last page is to carry the sums of what this laptop should hold."""
    entities: list[str] | None = Field(default=None, max_length=1000)
    """The entities this program knows; sums and repairs leave the others out. None: all."""
    waiting: int | None = None
    """Operations that wait on the laptop besides those of this request."""
    refused: int | None = None
    """Operations that were refused or quarantined and that nobody has sent again."""
    incidents: list[Incident] = Field(default=[], max_length=1000)
    """Repairs since the last report."""
    most_bytes: int | None = Field(default=None, ge=1)
    """The most the changes of the answer should be when packed; None: the line is good."""
    wants_columns: bool = False
    """New records come as ``PutColumns``; a county that does not know the word sends objects."""
    numbers: list[HeldBlock] | None = Field(default=None, max_length=200)
    """The blocks of lasting numbers that are here; None from a program that knows of none."""
    can_renew: bool = False
    """Whether this program knows what to do about INSTALL_BEHIND and ``destroy_key``."""


@dataclass(slots=True)
class VerdictRow:
    """How one operation ended."""

    op_no: int
    verdict: Verdict
    reason: Reason | None = None
    detail: dict[str, Any] | None = None
    """For a conflict: {field: {"county": value, "by": account id, "at": time}}."""
    version: int | None = None
    """The record's county version after it."""


class ChangeRow(NamedTuple):
    """One feed row as it travels: a JSON array in this order."""

    entity: str
    record_id: str
    kind: str
    version: int
    fields: dict[str, int] | None
    """{field: version at which it last changed}; a field not named: version 1."""
    body: dict[str, Any] | None
    seq: int
    """Its place in the county's order; events are folded in this order."""


class PutColumns(NamedTuple):
    """Records of one entity to be put: a JSON array in this order."""

    entity: str
    fields: list[str]
    columns: list[list[Any]]
    """Each as long as there are records: id, version, seq, versions of fields and fields of newer
    programs (both a JSON object as text, or null), then the values of each field."""


def change_rows(block: list[Any]) -> list[list[Any]]:
    """The records of a ``PutColumns`` as ``ChangeRow`` arrays; raises ``ValueError`` if it is
    none."""
    entity, names, columns = block
    rows = []
    for record_id, version, seq, fields, extra, *values in zip(*columns, strict=True):
        body = dict(zip(names, values, strict=True))
        if extra is not None:
            body |= orjson.loads(extra)
        versions = None if fields is None else orjson.loads(fields)
        rows.append([entity, record_id, ChangeKind.PUT.value, version, versions, body, seq])
    return rows


def row_count(answer: dict[str, Any]) -> int:
    """How many records an answer brings."""
    puts = sum(len(columns[0]) for _entity, _names, columns in answer.get("puts", ()))
    return len(answer["changes"]) + puts


class SyncResponse(BaseModel):
    """The county's side of one exchange."""

    magic: str
    protocol: int
    epoch: str
    server_ms: int
    verdicts: list[VerdictRow]
    acks: dict[str, Any] | None = None
    """Since protocol 2, as columns: ``op_no`` and ``seq`` in steps, ``version`` in runs. These
    operations were plainly applied to a record that the laptop holds as the county does, and the
    row is not among the changes."""
    changes: list[ChangeRow]
    puts: list[PutColumns] = []
    """Only for a laptop that wants columns; no record is in both."""
    cursors: dict[str, int]
    """Per bucket of the scope; a bucket not named any more is no longer this laptop's."""
    more: bool
    retry_after_s: int | None = None
    county_keys: CountyKeys | None = None
    later_verdicts: list[VerdictRow] = []
    """Of the request's ``quarantined``, those that have been judged since."""
    sums: dict[str, tuple[int, str]] | None = None
    """{home bucket: [living rows, XOR of their hashes as 16 hex digits]} of all this laptop should
    hold; see ``sync.protocol.sums``. Only where asked for, on the last page."""
    backed_up_op_no: int | None = None
    """Up to this number of this install every operation and its verdict lies in a backup."""
    known_op_no: int | None = None
    """The last number the county had heard of before this request. Less than the laptop told it
    once: the county was put back without saying so."""
    destroy_key: bool = False
    """This laptop was stolen: once its operations are in, it must forget its keys."""
    number_blocks: list[tuple[str, int, int, int]] = []
    """Lasting numbers set aside for this laptop: series, year, first and last of each block."""
    lost_blocks: list[tuple[str, int, int]] = []
    """Blocks the laptop named that are another's by now, after the county was put back."""


class RepairRequest(BaseModel):
    """A laptop whose sums differ says what it holds, more closely."""

    protocol: int
    install_id: str
    entities: list[str] | None = Field(default=None, max_length=1000)
    ranges: dict[str, list[tuple[int, str] | None]] = Field(default={}, max_length=64)
    """{home bucket: a sum for each of ``RANGES`` ranges}; None for a range not asked about."""
    strays: list[tuple[str, str]] = Field(default=[], max_length=100_000)
    """Entity and id of rows the laptop holds and the county did not list."""


class RepairResponse(BaseModel):
    """The county's side of a repair, all from one snapshot."""

    magic: str
    epoch: str
    differing: dict[str, list[int]]
    """The ranges that differ and are answered here: ``changes`` holds all their rows."""
    changes: list[ChangeRow]
    """Every row of these ranges; and what became of the strays the county knows."""
    sums: dict[str, tuple[int, str]]
    """Of the buckets asked about."""
    more: bool
    """Whether further ranges differ; they are to be asked about again."""


class EnrolRequest(BaseModel):
    """A new laptop introduces itself with a one-time code and its own public key."""

    code: str = Field(max_length=100)
    public_key: str = Field(max_length=100)
    """Ed25519, raw, base64."""
    device_name: str = Field(max_length=100)
    app_version: str = Field(max_length=100)
    last_op_no: int = Field(default=0, ge=0, le=2**62)
    """Numbers this laptop gave out before, under a name this county does not know."""


class EnrolResponse(BaseModel):
    """What the county made of it."""

    magic: str
    install_id: str
    unit_id: str
    epoch: str
    county_keys: CountyKeys | None = None


class ChallengeRequest(BaseModel):
    """Asks for something to sign."""

    install_id: str = Field(max_length=60)


class ChallengeResponse(BaseModel):
    """What to sign; known to the county without being kept."""

    magic: str
    challenge: str


class TokenRequest(BaseModel):
    """The signed challenge."""

    install_id: str = Field(max_length=60)
    challenge: str = Field(max_length=400)
    signature: str = Field(max_length=200)
    """Ed25519 over the challenge's bytes, base64."""


class TokenResponse(BaseModel):
    """A token for about an hour."""

    magic: str
    token: str
    seconds: int


class RenewRequest(BaseModel):
    """A laptop whose numbers cannot be trusted any more asks for another name."""

    install_id: str = Field(max_length=60)
    challenge: str = Field(max_length=400)
    public_key: str = Field(max_length=100)
    """The new key: Ed25519, raw, base64. The same again is answered with the same install."""
    signature: str = Field(max_length=200)
    """By the old key, over ``renewal_text(challenge, public_key)``, base64."""
    last_op_no: int = Field(ge=0, le=2**62)
    """The new install's own numbers begin above this."""
    app_version: str = Field(max_length=100)


def renewal_text(challenge: str, public_key: str) -> bytes:
    """What the old key signs, so that nobody can put another key into the request."""
    return f"renew.{challenge}.{public_key}".encode()


class RenewResponse(BaseModel):
    """The new name."""

    magic: str
    install_id: str
    unit_id: str
    epoch: str


class Problem(BaseModel):
    """What every refused request answers, with the status the code says."""

    magic: str = MAGIC
    code: str
    params: dict[str, Any] = {}


class ProblemCode(StrEnum):
    """Refusals of a whole request."""

    BAD_REQUEST = "bad_request"
    BLOB_HASH_WRONG = "blob_hash_wrong"
    """The whole is not what its name says; nothing of it was kept."""
    BLOB_OFFSET_WRONG = "blob_offset_wrong"
    """Not the next piece; ``held`` says how much has come."""
    BLOB_OUT_OF_SCOPE = "blob_out_of_scope"
    BLOB_RANGE_WRONG = "blob_range_wrong"
    BLOB_UNKNOWN = "blob_unknown"
    """It has not come, or not whole."""
    CODE_UNKNOWN = "code_unknown"
    CODE_USED = "code_used"
    IDENTITY_REUSED = "identity_reused"
    """409: the same operation number came with another content; nothing was applied."""
    INSTALL_BEHIND = "install_behind"
    """409: the laptop has given out fewer numbers than the county knows of: an older file was put
    back. Nothing was applied; it asks for a new name."""
    INSTALL_REVOKED = "install_revoked"
    INSTALL_UNKNOWN = "install_unknown"
    PIECE_DAMAGED = "piece_damaged"
    """Its checksum says the line changed it."""
    PIECE_TYPE_WRONG = "piece_type_wrong"
    TUS_VERSION_UNKNOWN = "tus_version_unknown"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a code, not a secret
    TOO_LARGE = "too_large"
    PROTOCOL_TOO_OLD = "protocol_too_old"
    TRY_LATER = "try_later"
