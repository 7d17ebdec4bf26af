"""How large a batch or page may be: learned from what the line carried before it was cut."""

from __future__ import annotations

from sync.client.batches import MAX_BYTES, MAX_ROWS, BatchSize, Traffic
from sync.protocol.messages import MAX_OPERATIONS


def test_a_good_line_doubles_up_to_the_most_there_may_be() -> None:
    size = BatchSize()
    for _ in range(10):
        size.grow(Traffic(10_000, 400_000), operations=size.operations, rows=size.rows)
    assert (size.operations, size.rows) == (MAX_OPERATIONS, MAX_ROWS)
    assert size.patch_bytes == MAX_BYTES


def test_a_cut_halves() -> None:
    size = BatchSize(operations=500, rows=2000)
    size.shrink(Traffic(), operations=1, rows=2000)
    assert (size.operations, size.rows, size.most_bytes) == (250, 1000, None)


def test_nothing_is_too_large_for_ever() -> None:
    """One operation that alone is larger than the line carries must still be tried alone."""
    size = BatchSize()
    for _ in range(20):
        size.shrink(Traffic(up=200_000), operations=1, rows=1)
    assert (size.operations, size.rows) == (1, 1)


def test_after_a_cut_nothing_is_larger_than_the_line_carries() -> None:
    """40 bytes a row, a line cut every 200,000 bytes: pages are a quarter of that, and stay so."""
    size = BatchSize(rows=MAX_ROWS)
    size.shrink(Traffic(0, 200_000, 0, MAX_ROWS * 40), operations=0, rows=MAX_ROWS)
    assert (size.most_bytes, size.rows) == (50_000, 1_250)
    carried = 0
    for _ in range(100):
        page = size.rows * 40
        if carried + page > 200_000:
            size.shrink(Traffic(0, 200_000 - carried, 0, page), operations=0, rows=size.rows)
            carried = 0
        else:
            size.grow(Traffic(down=page), operations=0, rows=size.rows)
            carried += page
        assert size.rows * 40 <= 50_000


def test_a_line_that_was_mended_is_trusted_again() -> None:
    size = BatchSize()
    size.shrink(Traffic(0, 20_000, 0, 80_000), operations=0, rows=2_000)
    for _ in range(40):
        size.grow(Traffic(2_000, size.rows * 40), operations=20, rows=size.rows)
    assert (size.operations, size.rows) == (MAX_OPERATIONS, MAX_ROWS)


def test_an_empty_answer_says_nothing_about_rows() -> None:
    size = BatchSize(rows=500)
    size.shrink(Traffic(0, 200_000, 0, 200_000), operations=0, rows=500)
    size.grow(Traffic(300, 300), operations=0, rows=0)
    assert size.rows == 250
