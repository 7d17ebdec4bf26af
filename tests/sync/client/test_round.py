"""Rounds of several pages: the next is asked for while the last is laid down."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlmodel import select

from db.session import Store
from db.tables.households import Household
from sync.client.batches import BatchSize
from sync.client.composing import numbers_of
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import CountyRefusedError, OfflineError
from sync.protocol.messages import ProblemCode
from tests.helpers.stores import a_household, a_store, save
from tests.sync.client.test_laying import a_put, an_answer


class Pages:
    """A county that answers one page after the other; an exception in their place is raised."""

    def __init__(self, *pages: dict[str, Any] | Exception) -> None:
        self._pages = list(pages)
        self.requests: list[dict[str, Any]] = []

    def exchange(self, body: bytes) -> bytes:
        self.requests.append(orjson.loads(body))
        page = self._pages.pop(0)
        if isinstance(page, Exception):
            raise page
        return orjson.dumps(page)


def a_page(number: int, *, more: bool, **parts: Any) -> dict[str, Any]:
    return an_answer(
        changes=[a_put(f"h{number}", seq=number, number=f"00{number}")],
        cursors={"village": number},
        more=more,
        **parts,
    )


def an_exchanger(
    store: Store, pages: Pages, after: Callable[[Any, Any], None] = lambda _session, _touched: None
) -> Exchanger:
    return Exchanger(store, pages, install_id="i1", after_laying=after)


def households(store: Store) -> list[str]:
    with store.reading() as session:
        return sorted(session.exec(select(Household.id)).all())


def test_each_page_continues_where_the_last_one_ended(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    pages = Pages(a_page(1, more=True), a_page(2, more=True), a_page(3, more=False))
    result = an_exchanger(store, pages).run_round()
    assert [one["cursors"] for one in pages.requests] == [{}, {"village": 1}, {"village": 2}]
    assert [one["epoch"] for one in pages.requests] == [None, "e1", "e1"]
    assert households(store) == ["h1", "h2", "h3"]
    assert (result.exchanges, result.received) == (3, 3)
    assert store.value("cursors") == '{"village":3}'


def test_the_next_page_is_asked_for_before_the_last_is_laid_down(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    pages = Pages(a_page(1, more=True), a_page(2, more=False))
    exchange, was_asked, waited = pages.exchange, threading.Event(), []

    def notice(body: bytes) -> bytes:
        answer = exchange(body)
        if len(pages.requests) == 2:
            was_asked.set()
        return answer

    def after(_session: Any, _touched: Any) -> None:
        waited.append(was_asked.wait(timeout=30))

    pages.exchange = notice  # type: ignore[method-assign]
    an_exchanger(store, pages, after).run_round()
    assert waited == [True, True]


def test_a_line_cut_ahead_keeps_the_page_before_it(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    exchanger = an_exchanger(store, Pages(a_page(1, more=True), OfflineError("cut")))
    with pytest.raises(OfflineError):
        exchanger.run_round()
    assert households(store) == ["h1"]
    assert store.value("cursors") == '{"village":1}'
    assert exchanger.batch == BatchSize(operations=500, rows=2000)


def test_the_round_after_a_cut_goes_on_from_the_page_before_it(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    pages = Pages(a_page(1, more=True), OfflineError("cut"), a_page(2, more=False))
    exchanger = an_exchanger(store, pages)
    with pytest.raises(OfflineError):
        exchanger.run_round()
    exchanger.run_round()
    assert pages.requests[2]["cursors"] == {"village": 1}
    assert households(store) == ["h1", "h2"]


def test_operations_are_never_sent_ahead_of_their_verdicts(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    save(store, a_household(id="mine", number="900"))
    verdicts = [{"op_no": 1, "verdict": "applied"}]
    pages = Pages(a_page(1, more=True, verdicts=verdicts), a_page(2, more=False))
    result = an_exchanger(store, pages).run_round()
    assert [one["operations"]["count"] for one in pages.requests] == [1, 0]
    assert (result.sent, waiting_count(store)) == (1, 0)
    assert households(store) == ["h1", "h2", "mine"]


def test_what_is_written_during_a_catch_up_travels_with_the_next_request(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    verdicts = [{"op_no": 1, "verdict": "applied"}]
    pages = Pages(
        a_page(1, more=True),
        a_page(2, more=True),
        a_page(3, more=False, verdicts=verdicts),
    )
    exchange = pages.exchange

    def write_meanwhile(body: bytes) -> bytes:
        answer = exchange(body)
        if len(pages.requests) == 2:
            save(store, a_household(id="mine", number="900"))
        return answer

    pages.exchange = write_meanwhile  # type: ignore[method-assign]
    an_exchanger(store, pages).run_round()
    assert [one["operations"]["count"] for one in pages.requests] == [0, 0, 1]
    assert waiting_count(store) == 0
    assert households(store) == ["h1", "h2", "h3", "mine"]


def test_an_older_county_is_asked_in_its_own_words(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    save(store, a_household(id="mine", number="900"))
    too_new = CountyRefusedError(ProblemCode.PROTOCOL_TOO_OLD, 426, {"spoken": 1})
    verdicts = [{"op_no": 1, "verdict": "applied"}]
    pages = Pages(too_new, a_page(1, more=False, verdicts=verdicts), a_page(2, more=False))
    exchanger = an_exchanger(store, pages)
    exchanger.run_round()
    exchanger.run_round()
    assert [one["protocol"] for one in pages.requests] == [2, 1, 1]
    (operation,) = pages.requests[1]["operations"]
    assert (operation["op_no"], operation["patch"]["number"]) == (1, "900")
    assert waiting_count(store) == 0


def test_the_next_batch_is_on_its_way_while_the_last_is_laid_down(tmp_path: Path) -> None:
    """In order, each number once; and only after all of the one before was judged."""
    store = a_store(tmp_path)
    for number in range(4):
        save(store, a_household(id=f"mine{number}", number=f"90{number}"))
    was_asked, waited = threading.Event(), []
    pages = Pages(
        a_page(1, more=False, verdicts=[{"op_no": 1, "verdict": "applied"}]),
        a_page(2, more=False, verdicts=[{"op_no": n, "verdict": "applied"} for n in (2, 3)]),
        a_page(3, more=False, verdicts=[{"op_no": 4, "verdict": "applied"}]),
    )
    exchange = pages.exchange

    def notice(body: bytes) -> bytes:
        answer = exchange(body)
        if len(pages.requests) == 2:
            was_asked.set()
        return answer

    def after(_session: Any, _touched: Any) -> None:
        waited.append(was_asked.wait(timeout=30))

    pages.exchange = notice  # type: ignore[method-assign]
    exchanger = an_exchanger(store, pages, after)
    exchanger.batch = BatchSize(operations=1)
    exchanger.run_round()
    assert [numbers_of(one["operations"]) for one in pages.requests] == [[1], [2, 3], [4]]
    assert waited == [True, True, True]
    assert waiting_count(store) == 0


def test_a_batch_with_an_unjudged_operation_has_none_ahead_of_it(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    for number in range(3):
        save(store, a_household(id=f"mine{number}", number=f"90{number}"))
    pages = Pages(a_page(1, more=False, verdicts=[]))
    exchanger = an_exchanger(store, pages)
    exchanger.batch = BatchSize(operations=1)
    exchanger.run_round()
    assert [numbers_of(one["operations"]) for one in pages.requests] == [[1]]
    assert waiting_count(store) == 3


def test_a_batch_cut_ahead_keeps_what_was_judged_before_it(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    for number in range(3):
        save(store, a_household(id=f"mine{number}", number=f"90{number}"))
    first = a_page(1, more=False, verdicts=[{"op_no": 1, "verdict": "applied"}])
    exchanger = an_exchanger(store, Pages(first, OfflineError("cut")))
    exchanger.batch = BatchSize(operations=1)
    with pytest.raises(OfflineError):
        exchanger.run_round()
    assert waiting_count(store) == 2


@pytest.mark.parametrize("known", ["an earlier name", None])
def test_a_name_the_county_forgot_is_not_renewed_but_recovered(
    tmp_path: Path, known: str | None
) -> None:
    """A file was put back and the county as well: until it is recovered, or known to be forgotten,
    nobody could enrol the laptop again."""
    refusal = CountyRefusedError(ProblemCode.INSTALL_UNKNOWN, 401, {})

    class Renewal:
        destroy_keys: Callable[[], None] | None = None

        def is_due(self) -> bool:
            return True

        def renew(self) -> str:
            raise refusal

        def recover(self) -> str | None:
            recovered.append(known)
            return known

    recovered: list[str | None] = []
    pages = Pages(a_page(1, more=False))
    exchanger = Exchanger(
        a_store(tmp_path),
        pages,
        install_id="i1",
        after_laying=lambda _session, _touched: None,
        renewal=Renewal(),
    )
    if known is None:
        with pytest.raises(CountyRefusedError):
            exchanger.run_round()
    else:
        exchanger.run_round()
        assert [one["install_id"] for one in pages.requests] == [known]
    assert recovered == [known]
