"""One sync round: operations up, verdicts and changes down, until both sides are quiet.

Every exchange is whole by itself. What the line cuts is sent again under the same numbers, and
the county answers with the verdicts it already gave.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from db.clock import Clock
from db.local_values import read_values, write_values
from db.session import Changes, Store
from db.tables.registry import SCHEMA_VERSION
from sync.client.acks import acked_numbers, read_acks
from sync.client.after_upgrade import GoesOn, use_what_was_left
from sync.client.batches import BatchSize, Traffic
from sync.client.checking import Checker, are_sums_due, note_reported, report
from sync.client.composing import composed, numbers_of, waiting_groups
from sync.client.laying import AfterLaying, Layer
from sync.client.number_blocks import held_blocks, lay_blocks
from sync.client.quarantine import judged_later, quarantined_here
from sync.client.sending_again import BACKED_UP, send_again
from sync.client.transport import (
    CountyBusyError,
    CountyRefusedError,
    NotTheCountyError,
    OfflineError,
    Transport,
)
from sync.client.unreadable import put_aside
from sync.protocol.messages import (
    MAGIC,
    OLDEST_PROTOCOL,
    PROTOCOL_VERSION,
    ProblemCode,
    row_count,
)

log = logging.getLogger(__name__)

APP_VERSION = "0.1.0"
COUNTY_KEYS = "county_keys"
"""The county's public keys for sticks, as JSON."""
STICKS_LAID = "sticks_laid"
"""How many answers from sticks were laid down here."""
TOLD_OP_NO = "told_op_no"
"""The last number the county was told of; it may never know of less."""


MayLay = Callable[[Session], None]
"""Raises when an answer must not be laid down on the file as it is."""


class Renews(Protocol):
    """Gives this laptop another name; see ``sync.client.renewal``."""

    destroy_keys: Callable[[], None] | None

    def is_due(self) -> bool:
        """Whether it may not go on under its name, as far as it can know itself."""

    def renew(self) -> str:
        """Takes on a new name and returns it."""

    def recover(self) -> str | None:
        """The same after the county has forgotten this laptop; None when it must be enrolled."""


class KeysDestroyedError(Exception):
    """The county has this laptop down as stolen: what waited is in, the keys are gone."""


class OvertakenError(Exception):
    """A stick was read while this answer was on its way; it will be asked for again."""


@dataclass
class RoundResult:
    """What one round did."""

    touched: set[tuple[str, str]] = field(default_factory=set)
    sent: int = 0
    received: int = 0
    exchanges: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    retry_after_s: int | None = None

    @property
    def changes(self) -> Changes:
        """For the screens."""
        return Changes(frozenset(self.touched))


class Exchanger:
    """Runs rounds for one store over one transport."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        *,
        install_id: str,
        after_laying: AfterLaying,
        batch: BatchSize | None = None,
        renewal: Renews | None = None,
    ) -> None:
        self._renewal = renewal
        self._store = store
        self._transport = transport
        self._install_id = install_id
        self._after = after_laying
        self._may_lay: MayLay | None = None
        self._is_new_epoch = False
        self._protocol = PROTOCOL_VERSION
        self.batch = batch or BatchSize()
        self.so_far = RoundResult()
        """What the last round did, also when it was cut in the middle."""
        self.goes_on: GoesOn = lambda: True
        """Asked between the turns of what a new program has to fold."""

    def run_round(self) -> RoundResult:
        """Exchanges until nothing waits and nothing more comes.

        While a page of a long catch-up is laid down, the next is already on its way. Raises
        ``OfflineError``, ``NotTheCountyError`` or ``CountyRefusedError``; what was laid down
        before stays laid down.
        """
        result = self.so_far = RoundResult()
        result.touched |= use_what_was_left(self._store, self._after, self.goes_on)
        try:
            if self._renewal is not None and self._renewal.is_due():
                self._install_id = self._renewal.renew()
            self._exchange_all(result)
        except CountyRefusedError as refusal:
            new_name = self._new_name(refusal)
            if new_name is None:
                raise
            self._install_id = new_name
            self._exchange_all(result)  # once: a second refusal is for the next round
        return result

    def _new_name(self, refusal: CountyRefusedError) -> str | None:
        """What the county's refusal has us renamed to; None when a name is not the trouble."""
        if self._renewal is None:
            return None
        if refusal.code in (ProblemCode.INSTALL_BEHIND, ProblemCode.IDENTITY_REUSED):
            return self._renewal.renew()
        if refusal.code == ProblemCode.INSTALL_UNKNOWN:
            return self._renewal.recover()
        return None

    def _exchange_all(self, result: RoundResult) -> None:
        self._may_lay = unless_read_from_stick(self._store)
        asked: _Asked | None = _Asked(self._transport, self._compose())
        while asked is not None:
            try:
                raw = asked.answer()
            except CountyRefusedError as refusal:
                asked = self._ask_in_older_words(refusal)
                continue
            except CountyBusyError:
                raise  # nothing is wrong with the line
            except OfflineError:
                sent, rows = len(asked.op_nos), asked.request["page_rows"]
                self.batch.shrink(asked.passed, operations=sent, rows=rows)
                raise
            try:
                asked = self._take(asked, raw, result)
            except OvertakenError:
                break

    def _take(self, asked: _Asked, raw: bytes, result: RoundResult) -> _Asked | None:
        """Lays an answer down; returns what is asked next, None when both sides are quiet."""
        answer = parse_answer(raw)
        sent = asked.op_nos
        self.batch.grow(asked.passed, operations=len(sent), rows=row_count(answer))
        went_back = county_went_back(self._store, answer)
        ahead = None if went_back else self._ask_ahead(asked, answer)
        result.touched |= lay_down(
            self._store,
            answer,
            self._after,
            may_lay=self._may_lay,
            told_op_no=asked.request["last_op_no"],
            went_back=went_back,
        )
        self._note_reported(asked.request)
        result.sent += len(sent)
        result.received += row_count(answer)
        result.exchanges += 1
        result.bytes_up += len(asked.body)
        result.bytes_down += len(raw)
        result.retry_after_s = answer.get("retry_after_s")
        if answer.get("destroy_key") and self._renewal and self._renewal.destroy_keys:
            return self._ask_until_empty(asked, self._renewal.destroy_keys)
        if ahead is not None:
            return ahead
        if went_back or self._sends_again(asked.request, answer):
            return _Asked(self._transport, self._compose())
        if _unjudged(asked, answer):
            return None  # the county will try them again next round
        more_waits = bool(sent) and waiting_count(self._store) > 0
        if answer["more"] or more_waits:
            return _Asked(self._transport, self._compose())
        if answer.get("sums") is not None:
            checker = Checker(self._store, self._install_id, self._transport.ask, self._after)
            result.touched |= checker.check(answer)
        return None

    def _ask_in_older_words(self, refusal: CountyRefusedError) -> _Asked:
        """An older county is asked in the protocol it speaks, until this program ends."""
        # The first county looked at the operations before the protocol, and knows no columns.
        is_older = refusal.code == ProblemCode.PROTOCOL_TOO_OLD or (
            refusal.code == ProblemCode.BAD_REQUEST and refusal.params.get("why") == "operations"
        )
        if not is_older or self._protocol == OLDEST_PROTOCOL:
            raise refusal
        self._protocol = OLDEST_PROTOCOL
        return _Asked(self._transport, self._compose())

    def _note_reported(self, request: dict[str, Any]) -> None:
        if request["incidents"]:
            with self._store.local_writing() as session:
                note_reported(session.connection(), request["incidents"])

    def _sends_again(self, request: dict[str, Any], answer: dict[str, Any]) -> bool:
        """Whether the county's new epoch has put work back to waiting that was not sent yet."""
        self._is_new_epoch |= request["epoch"] not in (None, answer["epoch"])
        if not self._is_new_epoch or answer["more"]:
            return False
        self._is_new_epoch = False
        return waiting_count(self._store) > 0

    def _ask_until_empty(self, asked: _Asked, destroy_keys: Callable[[], None]) -> _Asked:
        """What still waits goes up first; once the county has all of it, the keys go."""
        following = _Asked(self._transport, self._compose())
        if set(following.op_nos) - set(asked.op_nos):
            return following
        destroy_keys()
        raise KeysDestroyedError

    def _ask_ahead(self, asked: _Asked, answer: dict[str, Any]) -> _Asked | None:
        """Asks for what follows this answer before it is laid down: rows, and the next batch.

        Operations follow one another in their order, so only where this answer has judged all it
        was asked. Should it not be laid down after all, the next one is not either: its batch is
        sent again and finds its verdicts.
        """
        last = asked.op_nos[-1] if asked.op_nos else 0
        waits = waiting_count(self._store) > len(asked.op_nos)
        is_settled = not _unjudged(asked, answer) and not answer.get("destroy_key")
        is_same_epoch = asked.request["epoch"] in (None, answer["epoch"])
        if not is_settled or not is_same_epoch or not (answer["more"] or (waits and last)):
            return None
        if waits and not last:
            return None  # written just now, while rows come: it travels with the next request
        request = self._compose(after_op_no=last) | {
            "epoch": answer["epoch"],
            "cursors": answer["cursors"],
            "wants_sums": False,  # nobody waits for sums in a catch-up; the next round asks
        }
        following = _Asked(self._transport, request)
        if not following.op_nos and not answer["more"]:
            return None
        following.start()
        return following

    def _compose(self, *, after_op_no: int = 0) -> dict[str, Any]:
        request = compose_request(
            self._store,
            self._install_id,
            self.batch,
            after_op_no=after_op_no,
            protocol=self._protocol,
        )
        return request if self._renewal is None else request | {"can_renew": True}


class _Asked:
    """One request and its answer, fetched on a thread of its own once ``start`` was called."""

    def __init__(self, transport: Transport, request: dict[str, Any]) -> None:
        self.request = request
        self.op_nos = numbers_of(request["operations"])
        self.body = orjson.dumps(request)
        self.passed = Traffic()
        """What went over the line for it, also when it was cut."""
        self._transport = transport
        self._coming: Future[bytes] | None = None

    def start(self) -> None:
        """Sends it now. If nobody wants the answer any more, nothing is lost: it only reads."""
        self._coming = Future()
        threading.Thread(
            target=self._fetch, args=(self._coming,), name="sync-ahead", daemon=True
        ).start()

    def answer(self) -> bytes:
        """The county's answer; raises as ``Transport.exchange``."""
        if self._coming is None:
            return self._exchange()
        return self._coming.result()

    def _exchange(self) -> bytes:
        traffic = getattr(self._transport, "traffic", None) or Traffic()
        before = replace(traffic)
        try:
            return self._transport.exchange(self.body)
        finally:
            self.passed = traffic.since(before)

    def _fetch(self, coming: Future[bytes]) -> None:
        try:
            coming.set_result(self._exchange())
        except BaseException as problem:  # noqa: BLE001 - raised again where the answer is wanted
            coming.set_exception(problem)


def _unjudged(asked: _Asked, answer: dict[str, Any]) -> set[int]:
    """Operations that the county will try again next round."""
    judged = {row["op_no"] for row in answer["verdicts"]}
    return set(asked.op_nos) - judged - set(acked_numbers(answer))


def compose_request(
    store: Store,
    install_id: str,
    batch: BatchSize,
    *,
    after_op_no: int = 0,
    protocol: int = PROTOCOL_VERSION,
) -> dict[str, Any]:
    """The next request: the oldest unsent groups, whole, up to the batch's size.

    ``after_op_no`` leaves out what an earlier request that is not answered yet carries.
    """
    clock = store.clock
    with store.reading() as session:
        connection = session.connection()
        values: dict[str, str] = dict(
            connection.exec_driver_sql("SELECT name, value FROM local_value").all()
        )
        operations = waiting_groups(
            connection,
            limit=batch.operations,
            size_limit=batch.patch_bytes,
            after_op_no=after_op_no,
        )
        waiting = _count_waiting(connection) - len(operations)
        asides = (
            report(connection)
            | quarantined_here(connection)
            | held_blocks(connection)
            | {
                "waiting": waiting,
                "wants_sums": waiting == 0 and are_sums_due(values, _wall_ms(clock)),
            }
        )
    return {
        "protocol": protocol,
        "app_version": APP_VERSION,
        "schema_version": SCHEMA_VERSION,
        "epoch": values.get("epoch"),
        "install_id": install_id,
        "last_op_no": int(values.get("last_op_no", 0)),
        "operations": composed(operations, protocol),
        "cursors": orjson.loads(values.get("cursors", "{}")),
        "page_rows": batch.rows,
        "wall_ms": _wall_ms(clock),
        "mono_ms": clock.monotonic_ms(),
        "boot_id": clock.boot_id,
        "wants_columns": True,
        **({} if batch.most_bytes is None else {"most_bytes": batch.most_bytes}),
        **({} if COUNTY_KEYS in values else {"wants_keys": True}),
        **asides,
    }


def parse_answer(raw: bytes) -> dict[str, Any]:
    """The county's answer; anything else raises ``NotTheCountyError``."""
    try:
        answer = orjson.loads(raw)
        is_ours = answer["magic"] == MAGIC and isinstance(answer["changes"], list)
        read_acks(answer)
    except (ValueError, KeyError, TypeError) as problem:
        raise NotTheCountyError("answer") from problem
    if not is_ours:
        raise NotTheCountyError("answer")
    return dict(answer)


def unless_read_from_stick(store: Store) -> MayLay:
    """For answers to what is asked from now on: refuses them once a stick was read meanwhile.

    Such an answer was made for an older state of this file and would put older rows back.
    """
    seen = store.value(STICKS_LAID)

    def check(session: Session) -> None:
        if read_values(session, STICKS_LAID).get(STICKS_LAID) != seen:
            raise OvertakenError

    return check


def county_went_back(store: Store, answer: dict[str, Any]) -> bool:
    """Whether the county has forgotten what it was told, and does not say so by a new epoch."""
    with store.reading() as session:
        values = read_values(session, "epoch", "cursors", TOLD_OP_NO)
    if values.get("epoch") != answer["epoch"]:
        return False
    known = answer.get("known_op_no")
    if known is not None and known < int(values.get(TOLD_OP_NO, 0)):
        return True
    reached: dict[str, int] = orjson.loads(values.get("cursors", "{}"))
    return any(answer["cursors"].get(bucket, seq) < seq for bucket, seq in reached.items())


@dataclass(frozen=True)
class _Kept:
    """What goes with one answer besides what it says."""

    may_lay: MayLay | None
    told_op_no: int | None
    went_back: bool
    unreadable: Sequence[list[Any]] = ()
    """Rows of it that are put aside."""


def lay_down(
    store: Store,
    answer: dict[str, Any],
    after: AfterLaying,
    *,
    may_lay: MayLay | None = None,
    told_op_no: int | None = None,
    went_back: bool = False,
) -> set[tuple[str, str]]:
    """Verdicts, changes and cursors of one answer, in one transaction.

    ``may_lay`` is asked first, in that transaction; what it raises leaves everything as it was.
    ``told_op_no`` is what the request said the last number was; ``went_back`` that the county was
    put back without a new epoch.
    """
    kept = _Kept(may_lay, told_op_no, went_back)
    try:
        return _lay_down_whole(store, answer, after, kept)
    except (ValueError, TypeError):
        answer, unreadable = put_aside(answer)
        if not unreadable:
            raise
        log.error("county sent %d rows with a day or a moment that is none", len(unreadable))
        return _lay_down_whole(store, answer, after, replace(kept, unreadable=unreadable))


def _lay_down_whole(
    store: Store, answer: dict[str, Any], after: AfterLaying, kept: _Kept
) -> set[tuple[str, str]]:
    catching_up = bool(answer["more"]) or store.value("catching_up") == "1"
    if catching_up:
        return _lay_down_once(store, answer, after, kept, checks_parents=False)
    try:
        return _lay_down_once(store, answer, after, kept, checks_parents=True)
    except IntegrityError as problem:
        # A child without its parent at the head of the feed is the county's mistake; the rest of
        # the answer must not be lost for it. The orphan is reported as a dead letter.
        log.error("county sent a child without its parent: %s", problem.orig)
        return _lay_down_once(store, answer, after, kept, checks_parents=False)


def _lay_down_once(
    store: Store,
    answer: dict[str, Any],
    after: AfterLaying,
    kept: _Kept,
    *,
    checks_parents: bool,
) -> set[tuple[str, str]]:
    now_ms = _wall_ms(store.clock)
    with store.laying_down(checks_parents=checks_parents) as session:
        if kept.may_lay is not None:
            kept.may_lay(session)
        known = read_values(session, "epoch")
        if kept.went_back or known.get("epoch") not in (None, answer["epoch"]):
            judged = {row["op_no"] for row in answer["verdicts"]}
            send_again(session, above=answer.get("backed_up_op_no") or 0, but=judged)
        layer = Layer(session, store.clock)
        layer.put_aside(kept.unreadable)
        touched = layer.lay(
            [*answer["verdicts"], *judged_later(session, answer)],
            answer["changes"],
            after,
            puts=answer.get("puts", ()),
            acks=read_acks(answer),
            search_follows=not checks_parents,
        )
        if checks_parents:
            layer.forget_adopted()
        elif not answer["more"]:
            layer.report_orphans()
        write_values(
            session,
            {
                "catching_up": "1" if answer["more"] else "0",
                "cursors": "{}" if kept.went_back else orjson.dumps(answer["cursors"]).decode(),
                "epoch": answer["epoch"],
                "last_contact_ms": str(now_ms),
                "clock_offset_ms": str(answer["server_ms"] - now_ms),
                **({"sums_due": "1"} if touched else {}),
            },
        )
        if kept.told_op_no is not None:
            write_values(session, {TOLD_OP_NO: str(kept.told_op_no)})
        if answer.get("backed_up_op_no") is not None:
            write_values(session, {BACKED_UP: str(answer["backed_up_op_no"])})
        lay_blocks(session, answer)
        if answer.get("county_keys"):
            write_values(session, {COUNTY_KEYS: orjson.dumps(answer["county_keys"]).decode()})
    return touched


def waiting_count(store: Store) -> int:
    """Operations without a verdict."""
    with store.reading() as session:
        return _count_waiting(session.connection())


def _count_waiting(connection: Connection) -> int:
    row = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE state = 'waiting'")
    return int(row.scalar_one())


def _wall_ms(clock: Clock) -> int:
    return round(clock.now().timestamp() * 1000)
