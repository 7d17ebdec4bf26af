"""The proposal for a village's micro-grids, against every other way of cutting the line."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.households.redraw import (
    Drawing,
    Home,
    carry_over,
    join_next,
    move_home,
    moves_of,
    present_drawing,
    shift_cut,
    start_grid_at,
)
from app.households.redraw_rules import (
    GROUP_WORTH,
    neighbour_order,
    propose,
    size_problem,
    village_line,
    with_neighbours,
)

LOW, HIGH = 15, 20


def row(*sizes: int, groups: tuple[str, ...] = ()) -> list[Home]:
    """Micro-grids a, b, c … one after the other; a size of 0 stands for nothing."""
    homes: list[Home] = []
    for place, size in enumerate(sizes):
        homes += [home(len(homes) + i + 1, "abcdefghij"[place]) for i in range(size)]
    if groups:
        homes = [Home(one.id, one.number, groups[i], one.grid_id) for i, one in enumerate(homes)]
    return homes


def home(number: int, grid: str | None, group: str = "") -> Home:
    return Home(f"h{number:03}", f"{number:03}", group, grid)


def grids_of(homes: list[Home]) -> list[str]:
    return sorted({one.grid_id for one in homes if one.grid_id})


def sizes(drawing: Drawing) -> list[int]:
    return [len(one.home_ids) for one in drawing.grids]


def everybody(drawing: Drawing) -> list[str]:
    placed = [home_id for one in drawing.grids for home_id in one.home_ids]
    return sorted([*placed, *drawing.loose])


def moved(drawing: Drawing, homes: list[Home]) -> int:
    """Households that leave a micro-grid; one that had none does not count."""
    return sum(move.from_grid is not None for move in moves_of(drawing, homes))


# --- what a village meets ------------------------------------------------------------------------


def test_nothing_moves_while_every_micro_grid_fits() -> None:
    homes = row(15, 20, 17)
    found = propose(homes, ["a", "b", "c"])

    assert not moves_of(found.drawing, homes)
    assert (found.drawing.closed, found.problem) == ((), None)


def test_scattered_micro_grids_that_fit_stay_as_they_are() -> None:
    homes = [home(n, "ab"[n % 2]) for n in range(1, 35)]
    assert not moves_of(propose(homes, ["a", "b"]).drawing, homes)


def test_a_scattered_village_with_one_too_large_moves_only_what_is_too_many() -> None:
    homes = [home(n, "a" if n % 3 else "b") for n in range(1, 37)]  # 24 and 12
    found = propose(homes, ["a", "b"]).drawing

    assert sorted(sizes(found)) == [16, 20]
    assert moved(found, homes) == 4


def test_one_micro_grid_of_46_is_split_into_three_and_keeps_its_largest_part() -> None:
    homes = row(46)
    found = propose(homes, ["a"]).drawing

    assert sorted(sizes(found)) == [15, 15, 16]
    assert moved(found, homes) == 30
    assert sum(one.is_new for one in found.grids) == 2


def test_a_small_one_borrows_from_its_neighbour_only_what_is_missing() -> None:
    homes = row(18, 13, 19)
    found = propose(homes, ["a", "b", "c"]).drawing

    assert moved(found, homes) == 2
    assert all(LOW <= size <= HIGH for size in sizes(found))


def test_what_remains_of_a_micro_grid_is_merged_and_the_empty_one_closed() -> None:
    homes = row(17, 3, 16)
    found = propose(homes, ["a", "b", "c"]).drawing

    assert found.closed == ("b",)
    assert moved(found, homes) == 3
    assert sum(sizes(found)) == 36


def test_a_whole_group_is_worth_three_moves() -> None:
    """甲 has 18 of 一组 and 5 of 二组, 乙 the other 12 of 二组: together rather than cut."""
    groups = ("一组",) * 18 + ("二组",) * 17
    homes = row(23, 12, groups=groups)
    found = propose(homes, ["a", "b"]).drawing

    assert sizes(found) == [18, 17]
    assert moved(found, homes) == 5  # 3 would do, and would cut 二组
    assert moved(propose(row(23, 12), ["a", "b"]).drawing, row(23, 12)) == 3


def test_households_in_no_micro_grid_go_to_their_neighbours() -> None:
    homes = [*row(15, 15), home(31, None), home(8, None)]
    found = propose(homes, ["a", "b"]).drawing

    assert found.loose == ()
    assert moved(found, homes) == 0
    assert sorted(sizes(found)) == [16, 16]


def test_a_village_without_micro_grids_is_drawn_by_group_and_number() -> None:
    groups = ["十组", "二组"]
    homes = [home(n, None, groups[n <= 17]) for n in range(1, 35)]
    found = propose(homes, []).drawing

    assert sizes(found) == [17, 17]
    assert found.grids[0].home_ids == tuple(f"h{n:03}" for n in range(1, 18))


def test_an_empty_micro_grid_is_used_before_a_new_one_is_made() -> None:
    found = propose(row(40), ["a", "b"]).drawing
    assert [one.key for one in found.grids] in (["a", "b"], ["b", "a"])
    assert found.closed == ()


@pytest.mark.parametrize(
    ("homes", "grids", "over", "short"),
    [(14, 0, 0, 1), (24, 1, 4, 6), (29, 1, 9, 1), (43, 2, 3, 2)],
)
def test_where_15_to_20_cannot_be_the_numbers_say_so(homes, grids, over, short) -> None:
    found = size_problem(homes)
    assert found is not None
    assert (found.grids, found.over, found.short) == (grids, over, short)
    assert propose(row(homes), ["a"]).problem == found


def test_31_can_be_cut() -> None:
    assert size_problem(31) is None
    assert sorted(sizes(propose(row(31), ["a"]).drawing)) == [15, 16]


def test_the_least_bad_weighs_a_household_too_many_against_moves() -> None:
    assert sizes(propose(row(22), ["a"]).drawing) == [22]
    assert sorted(sizes(propose(row(29), ["a"]).drawing)) == [14, 15]
    three = row(20, 3, 20)
    found = propose(three, ["a", "b", "c"]).drawing
    assert sorted(sizes(found)) == [21, 22], "three households move, not a dozen"


def test_one_micro_grid_alone_is_split_and_the_others_stay() -> None:
    homes = row(12, 33, 17)
    found = propose(homes, ["a", "b", "c"], among=["b"]).drawing

    assert sorted(sizes(found)) == [12, 15, 17, 18]
    assert {move.from_grid for move in moves_of(found, homes)} == {"b"}


def test_neighbours_are_taken_in_until_it_can_be_done() -> None:
    homes = row(20, 20, 3, 20, 20)
    assert with_neighbours(homes, list("abcde"), "c") == ("a", "b", "c", "d", "e")
    small = row(17, 12, 18, 16)
    assert with_neighbours(small, list("abcd"), "b") == ("a", "b", "c")


def test_numbers_and_groups_are_read_as_a_person_reads_them() -> None:
    homes = [home(2, None, "十二组"), home(10, None, "二组"), home(9, None, "二组")]
    homes.append(Home("last", "", "二组"))
    assert [one.id for one in neighbour_order(homes)] == ["h009", "h010", "last", "h002"]


def test_60_micro_grids_of_a_thousand_households_take_no_time() -> None:
    homes = [home(n, f"g{n // 17:02}") for n in range(1000)]
    homes = [Home(h.id, h.number, f"{n // 90}组", h.grid_id) for n, h in enumerate(homes)]
    homes[500:530] = [home(n, None) for n in range(500, 530)]
    best = 9.0
    for _ in range(3):
        begun = time.thread_time()
        found = propose(homes, grids_of(homes)).drawing
        best = min(best, time.thread_time() - begun)

    assert everybody(found) == sorted(one.id for one in homes)
    assert all(LOW <= size <= HIGH for size in sizes(found))
    assert best < 0.2, f"{best:.3f} s"


# --- what is always so ---------------------------------------------------------------------------


@st.composite
def villages(draw: st.DrawFn, *, most: int = 140) -> list[Home]:
    """Households with any micro-grids, groups and gaps."""
    count = draw(st.integers(0, most))
    grids = draw(st.integers(1, 7))
    runs = draw(st.booleans())
    homes = []
    grid: str | None = "a"
    for number in range(count):
        if not runs or draw(st.integers(0, 11)) == 0:
            grid = draw(st.sampled_from([None, *"abcdefg"[:grids]]))
        group = "一二三"[number * 3 // max(1, count)] + "组"
        homes.append(home(number, grid, group if count % 2 else ""))
    return homes


@settings(max_examples=120, deadline=None)
@given(villages())
def test_everybody_is_in_exactly_one_and_within_15_to_20_where_that_can_be(homes) -> None:
    found = propose(homes, list("abcdefg"))

    assert everybody(found.drawing) == sorted(one.id for one in homes)
    assert found.drawing.loose == ()
    if size_problem(len(homes)) is None:
        assert all(LOW <= size <= HIGH for size in sizes(found.drawing))
    drawn = {one.key for one in found.drawing.grids}
    assert drawn.isdisjoint(found.drawing.closed)
    assert drawn | set(found.drawing.closed) >= set("abcdefg")
    assert found == propose(homes[::-1], list("abcdefg")), "the order of asking is no matter"


@settings(max_examples=60, deadline=None)
@given(villages())
def test_a_proposal_that_is_applied_moves_nothing_more(homes) -> None:
    found = propose(homes, list("abcdefg")).drawing
    if size_problem(len(homes)) is not None:
        return
    keys = found.key_by_home()
    after = [Home(one.id, one.number, one.group, keys[one.id]) for one in homes]
    assert not moves_of(propose(after, sorted(set(keys.values()))).drawing, after)


@settings(max_examples=60, deadline=None)
@given(villages(most=80))
def test_no_cut_of_the_line_is_cheaper(homes) -> None:
    if size_problem(len(homes)) is not None or not homes:
        return
    found = propose(homes, list("abcdefg")).drawing
    line = village_line(homes)
    fits = present_drawing(line, ())
    if all(LOW <= size <= HIGH for size in sizes(fits)) and not fits.loose:
        assert moved(found, homes) == 0
        return
    assert cost(found, line) == cheapest(line)


def cost(drawing: Drawing, line: list[Home]) -> int:
    ends, total = 0, moved(drawing, line)
    for one in drawing.grids:
        ends += len(one.home_ids)
        total += cut(line, ends)
    return total


def cut(line: list[Home], place: int) -> int:
    if place >= len(line):
        return 0
    here, there = line[place - 1], line[place]
    is_old = None not in (here.grid_id, there.grid_id) and here.grid_id != there.grid_id
    return GROUP_WORTH if here.group and here.group == there.group and not is_old else 0


def cheapest(line: list[Home]) -> int:
    """Every way to cut, each with the best way to hand out the present micro-grids."""

    def ways(start: int) -> list[tuple[int, ...]]:
        if start == len(line):
            return [()]
        return [
            (end, *rest)
            for end in range(start + LOW, min(len(line), start + HIGH) + 1)
            for rest in ways(end)
        ]

    best = 10**9
    for ends in ways(0):
        pieces = [line[a:b] for a, b in pairwise((0, *ends))]
        placed = sum(one.grid_id is not None for one in line)
        total = placed - most_kept(pieces, frozenset()) + sum(cut(line, end) for end in ends)
        best = min(best, total)
    return best


def most_kept(pieces: list[list[Home]], taken: frozenset[str]) -> int:
    if not pieces:
        return 0
    present = {one.grid_id for one in pieces[0]} - taken - {None}
    return max(
        most_kept(pieces[1:], taken),
        *(
            sum(one.grid_id == key for one in pieces[0]) + most_kept(pieces[1:], taken | {key})
            for key in present
        ),
        0,
    )


# --- by hand -------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from(["right", "left", "move", "split", "join"]), st.integers(0, 60)),
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(villages(most=60), STEPS)
def test_whatever_a_hand_does_nobody_is_lost_or_doubled(homes, steps) -> None:
    line = village_line(homes)
    drawing = present_drawing(line, list("abcdefg"))
    for step, number in steps:
        drawing = one_step(drawing, homes, step, number)
        assert everybody(drawing) == sorted(one.id for one in homes)
        keys = [one.key for one in drawing.grids]
        assert len(keys) == len(set(keys))
        assert set(keys) | set(drawing.closed) >= set("abcdefg")
        assert set(keys).isdisjoint(drawing.closed)
    carried = carry_over(drawing, line, list("abcdefg"))
    assert carried.key_by_home() == drawing.key_by_home()


def one_step(drawing: Drawing, homes: list[Home], step: str, number: int) -> Drawing:
    one = homes[number % len(homes)].id if homes else ""
    if step == "move":
        return move_home(drawing, one, number % 9)
    if step == "split":
        return start_grid_at(drawing, one)
    if step == "join":
        return join_next(drawing, number % 9)
    return shift_cut(drawing, number % 9, 1 if step == "right" else -1)


def test_a_cut_moves_by_one_household_either_way() -> None:
    drawing = present_drawing(village_line(row(16, 16)), ["a", "b"])
    right = shift_cut(drawing, 0, 1)
    assert sizes(right) == [17, 15]
    assert shift_cut(right, 0, -1) == drawing
    assert shift_cut(drawing, 1, 1) == drawing, "there is nothing after the last"


def test_the_last_household_that_goes_closes_its_micro_grid() -> None:
    drawing = present_drawing(village_line(row(1, 16)), ["a", "b"])
    assert shift_cut(drawing, 0, -1).closed == ("a",)


def test_a_drawing_is_carried_over_to_what_came_meanwhile() -> None:
    homes = row(20, 12)
    drawing = shift_cut(present_drawing(village_line(homes), ["a", "b"]), 0, -1)
    now = [*homes[1:], home(90, "b"), home(91, None)]  # one gone, two came
    carried = carry_over(drawing, village_line(now), ["a", "b", "c"])

    assert [one.key for one in carried.grids] == ["a", "b", "c"]
    assert sizes(carried) == [18, 14, 0]
    assert carried.loose == ("h091",)
    gone = carry_over(drawing, village_line(now), ["a"])
    assert [one.key for one in gone.grids][:2] == ["a", "new-1"], "b was closed elsewhere"
