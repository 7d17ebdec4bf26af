"""Carries the originals of attachments, when the line has nothing more urgent to do.

Records go first, always: a carrier works only after a round has ended, stops between two pieces as
soon as something new is written, and goes on after the next round. What a person wants to see comes
before what is sent in the background. On a poor line, which is found by measuring and never asked,
a day's bytes are limited, so that photographs do not use up a village's telephone contract.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Final, TypeVar

from db.blob_sweep import forget_unnamed, named_originals
from db.blobs import DAILY_BUDGET, USUAL_DAILY_MIB, BlobDamagedError, BlobRow, BlobState
from db.clock import today_in_china
from db.local_values import read_values, write_values
from db.session import Changes, Store
from sync.client.blob_line import BlobLine
from sync.client.transport import CountyRefusedError, OfflineError
from sync.protocol.messages import MAX_PIECE_BYTES, ProblemCode

log = logging.getLogger(__name__)

POOR_BYTES_PER_S: Final = 64 * 1024
"""Below this a line is poor: 512 kbit/s."""
_SPEED: Final = "attachment_bytes_per_s"
_EPOCH: Final = "attachment_epoch"
_DAY: Final = "attachment_day"
_DAY_BYTES: Final = "attachment_day_bytes"
_SMALLEST_PIECE: Final = 8 * 1024
_PIECE_SECONDS: Final = 3.0
_FIRST_PIECE: Final = 64 * 1024
_FETCHED_UNASKED: Final = 256 * 1024
"""On a good line originals up to this size are fetched before anybody asks."""
_UNASKED_AT_ONCE: Final = 20
_SET_ASIDE_MS: Final = 15 * 60 * 1000

_Moved = TypeVar("_Moved")


class Ended(StrEnum):
    """Why a carrier stopped."""

    DONE = "done"
    """Nothing is left to carry, or to be tried before the next start."""
    INTERRUPTED = "interrupted"
    """Something more urgent came."""
    BUDGET_SPENT = "budget_spent"
    """Enough for today on this line."""


class _StoppedError(Exception):
    """Not to be carried now."""

    def __init__(self, why: Ended) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class PieceSize:
    """How much one request carries: halves on a cut, doubles on success.

    A line that breaks every few kilobytes would else never get a piece through. It never takes
    longer than a few seconds, so that an edit need not wait, nor much be lost with a cut.
    """

    size: int = _FIRST_PIECE

    def grow(self, bytes_per_s: float) -> None:
        """After a whole piece that went over at this speed."""
        fitting = max(_SMALLEST_PIECE, round(bytes_per_s * _PIECE_SECONDS))
        self.size = min(self.size * 2, fitting, MAX_PIECE_BYTES)

    def shrink(self) -> None:
        """After a cut or a time-out."""
        self.size = max(self.size // 2, _SMALLEST_PIECE)


@dataclass
class Carried:
    """What one go did, in bytes. Whole pieces only: what was cut off is not counted."""

    up: int = 0
    down: int = 0
    ended: Ended = Ended.DONE


@dataclass
class Carrier:
    """Carries originals for one store over one line. One thread at a time.

    ``on_moved`` hears of the attachments whose original moved, so that screens follow.
    """

    store: Store
    line: BlobLine
    on_moved: Callable[[Changes], None] = lambda _changes: None
    piece: PieceSize = field(default_factory=PieceSize)
    carried: Carried = field(default_factory=Carried)
    """Of the go under way, or of the last one; also when it broke off."""
    _set_aside: dict[str, int] = field(default_factory=dict)
    """What the county did not take or have, and since when, in monotonic milliseconds."""

    def carry(self, is_interrupted: Callable[[], bool] = lambda: False) -> Carried:
        """Goes on where the last go ended.

        Raises ``OfflineError`` or ``NotTheCountyError`` when the line breaks; what has come over
        stays. ``CountyRefusedError`` for what concerns the laptop as a whole.
        """
        self.carried = Carried()
        try:
            self._offer_again_after_restore()
            forget_unnamed(self.store)
            self._want_small_ones()
            self._each(self.store.blobs.wanted(), self._fetch, is_interrupted)
            self._each(self._sendable(), self._send, is_interrupted)
        except _StoppedError as stopped:
            self.carried.ended = stopped.why
        return self.carried

    def records_changed(self) -> None:
        """What was refused may be asked again: its record may have been judged, or have moved."""
        self._set_aside.clear()

    # --- what to carry -------------------------------------------------------------------------

    def _offer_again_after_restore(self) -> None:
        """A county restored from yesterday says so by its epoch, and lacks what came since."""
        epoch, known = self.store.value("epoch"), self.store.value(_EPOCH)
        if epoch is None or epoch == known:
            return
        if known is not None:
            self.store.blobs.offer_again()
        self.store.set_values(**{_EPOCH: epoch})

    def _want_small_ones(self) -> None:
        if self._is_poor():
            return
        with self.store.reading() as session:
            rows = session.connection().exec_driver_sql(
                "SELECT sha256, size FROM attachment WHERE size <= ? AND sync_version > 0 "
                "ORDER BY sync_seq DESC LIMIT 200",
                (_FETCHED_UNASKED,),
            )
            small = {row[0]: row[1] for row in rows}
        here = self.store.blobs.find_all(small)
        for sha256 in [name for name in small if name not in here][:_UNASKED_AT_ONCE]:
            self.store.blobs.want(sha256, small[sha256])

    def _sendable(self) -> list[BlobRow]:
        """What the county has a record of; what nothing names any more was named once, and the
        county knows best whether it still wants it."""
        waiting = self.store.blobs.to_send()
        named = named_originals(self.store, (row.sha256 for row in waiting))
        return [row for row in waiting if named.get(row.sha256, 1) > 0]

    def _each(
        self,
        rows: list[BlobRow],
        carry_one: Callable[[BlobRow, Callable[[], bool]], None],
        is_interrupted: Callable[[], bool],
    ) -> None:
        for row in rows:
            if self._is_set_aside(row):
                continue
            try:
                carry_one(row, is_interrupted)
            except CountyRefusedError as refusal:
                if refusal.code not in _ABOUT_ONE:
                    raise
                self._put_aside(row, refusal.code)
            except BlobDamagedError:
                self._put_aside(row, "damaged")

    def _is_set_aside(self, row: BlobRow) -> bool:
        """Until it was wanted anew, some time has passed, or records have changed."""
        since = self._set_aside.get(row.sha256)
        if since is None or row.problem is None:
            return False
        return self.store.clock.monotonic_ms() - since < _SET_ASIDE_MS

    def _put_aside(self, row: BlobRow, problem: str) -> None:
        log.info("original %s set aside: %s", row.sha256[:12], problem)
        self._set_aside[row.sha256] = self.store.clock.monotonic_ms()
        self.store.blobs.note_problem(row.sha256, problem)
        self._tell(row)

    # --- one of them ---------------------------------------------------------------------------

    def _send(self, row: BlobRow, is_interrupted: Callable[[], bool]) -> None:
        offset = self._where(row)
        while offset < row.size:
            self._pause_if(is_interrupted, is_background=True)
            body = self.store.blobs.part(row.sha256, offset, self.piece.size)
            if not body:
                raise BlobDamagedError(row.sha256)
            try:
                offset = self._timed(partial(self.line.append, row.sha256, offset, body), len(body))
            except CountyRefusedError as refusal:
                if refusal.code == ProblemCode.BLOB_HASH_WRONG:
                    self.store.blobs.read(row.sha256)  # raises when ours is the wrong one
                    self.store.blobs.note_sent(row.sha256, 0)
                raise
            self.carried.up += len(body)
            self._spend(len(body))
            self.store.blobs.note_sent(row.sha256, offset)
            self._tell(row)
        self.store.blobs.note_at_county(row.sha256)
        self._tell(row)

    def _where(self, row: BlobRow) -> int:
        """How much the county has: the one question that is asked before the first piece."""
        if row.state is BlobState.SENDING:
            try:
                return self.line.held(row.sha256)
            except CountyRefusedError as refusal:
                if refusal.code != ProblemCode.BLOB_UNKNOWN:
                    raise
        return self.line.begin(row.sha256, row.size)

    def _fetch(self, row: BlobRow, is_interrupted: Callable[[], bool]) -> None:
        offset, state = row.moved, BlobState.ARRIVING
        while state is BlobState.ARRIVING:
            self._pause_if(is_interrupted, is_background=False)
            length = min(self.piece.size, row.size - offset)
            body = self._timed(partial(self.line.fetch, row.sha256, offset, length), length)
            state = self.store.blobs.add_arrived(row.sha256, offset, body)
            offset += len(body)
            self.carried.down += len(body)
            self._tell(row)
        if state is BlobState.WANTED:
            self._put_aside(row, ProblemCode.BLOB_HASH_WRONG)

    def _pause_if(self, is_interrupted: Callable[[], bool], *, is_background: bool) -> None:
        if is_interrupted():
            raise _StoppedError(Ended.INTERRUPTED)
        if is_background and self._is_poor() and self._left_today() <= 0:
            raise _StoppedError(Ended.BUDGET_SPENT)

    def _tell(self, row: BlobRow) -> None:
        with self.store.reading() as session:
            found = session.connection().exec_driver_sql(
                "SELECT id FROM attachment WHERE sha256 = ?", (row.sha256,)
            )
            touched = frozenset(("attachment", one[0]) for one in found)
        if touched:
            self.on_moved(Changes(touched))

    # --- the line ------------------------------------------------------------------------------

    def _timed(self, move: Callable[[], _Moved], size: int) -> _Moved:
        """Moves one piece, learns the line's speed by it, and fits the next piece to the line."""
        begun = self.store.clock.monotonic_ms()
        try:
            moved = move()
        except OfflineError:
            self.piece.shrink()
            raise
        passed_s = max(1, self.store.clock.monotonic_ms() - begun) / 1000
        if size >= _SMALLEST_PIECE:  # less says more of the journey than of the line
            self.piece.grow(size / passed_s)
            self._learn(size / passed_s)
        return moved

    def _learn(self, bytes_per_s: float) -> None:
        """A new measure counts a quarter, so that one slow moment makes no poor line."""
        known = self._value(_SPEED)
        learnt = bytes_per_s if known is None else 0.75 * known + 0.25 * bytes_per_s
        with self.store.local_writing() as session:
            write_values(session, {_SPEED: str(round(learnt))})

    def _is_poor(self) -> bool:
        """A line nobody has measured yet is taken for a poor one."""
        speed = self._value(_SPEED)
        return speed is None or speed < POOR_BYTES_PER_S

    def _left_today(self) -> int:
        with self.store.reading() as session:
            known = read_values(session, _DAY, _DAY_BYTES, DAILY_BUDGET)
        is_today = known.get(_DAY) == today_in_china(self.store.clock).isoformat()
        spent = int(known.get(_DAY_BYTES, 0)) if is_today else 0
        return int(known.get(DAILY_BUDGET, USUAL_DAILY_MIB)) * 1024 * 1024 - spent

    def _spend(self, size: int) -> None:
        today = today_in_china(self.store.clock).isoformat()
        with self.store.local_writing() as session:
            known = read_values(session, _DAY, _DAY_BYTES)
            spent = int(known.get(_DAY_BYTES, 0)) if known.get(_DAY) == today else 0
            write_values(session, {_DAY: today, _DAY_BYTES: str(spent + size)})

    def _value(self, name: str) -> int | None:
        found = self.store.value(name)
        return None if found is None else int(found)


_ABOUT_ONE: Final = frozenset(
    {
        ProblemCode.BAD_REQUEST,
        ProblemCode.BLOB_HASH_WRONG,
        ProblemCode.BLOB_OUT_OF_SCOPE,
        ProblemCode.BLOB_RANGE_WRONG,
        ProblemCode.BLOB_UNKNOWN,
        ProblemCode.TOO_LARGE,
    }
)
"""Refusals that concern one original; the others wait their turn."""
