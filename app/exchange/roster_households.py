"""Rows of residents → households and micro-grids.

Committees write a household's number and micro-grid once, at its head, and leave the rows below
empty; some merge the cells, some repeat them, some have no numbers at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.exchange.micro_grid_names import NO_MICRO_GRID_WORD, MicroGridName, parse_micro_grid
from app.exchange.roster_columns import HOUSEHOLD_DETAILS, RosterColumn
from app.exchange.roster_report import (
    ReportParam,
    RosterHousehold,
    RosterMicroGrid,
    RosterResident,
    RosterWarning,
    WarningKind,
)
from app.exchange.roster_rows import RowRead
from app.households.rules import micro_grid_size_finding
from app.households.vocabulary import MicroGridSize


@dataclass(slots=True)
class HouseholdDraft:
    """A household while its rows are gathered; `assign_micro_grids` fills in `micro_grid`."""

    number: str
    sheet: str = ""
    rows: list[RowRead] = field(default_factory=list)
    is_number_of_sheet: bool = False
    micro_grid: MicroGridName | None = None
    micro_grid_title: str = ""
    group: str = ""
    warnings: list[RosterWarning] = field(default_factory=list)

    @property
    def first_row(self) -> int:
        """The row the household begins in."""
        return self.rows[0].row

    @property
    def head(self) -> RowRead | None:
        """The head's row, also if it was refused."""
        return next((row for row in self.rows if row.is_head), None)

    @property
    def head_name(self) -> str:
        """The head's name as typed; of a household without a head, its first name."""
        if self.head is not None:
            return self.head.name
        typed = next((row.head_name for row in self.rows if row.head_name), "")
        return typed or next((row.name for row in self.rows if row.name), "")

    def residents(self) -> tuple[RosterResident, ...]:
        """The residents taken."""
        return tuple(row.resident for row in self.rows if row.resident is not None)

    def warn(self, kind: WarningKind, column: RosterColumn | None, **params: ReportParam) -> None:
        """Add a warning that names the household."""
        params = {"household": self.number, "head": self.head_name, **params}
        self.warnings.append(RosterWarning(self.first_row, column, kind, params, self.sheet))


class HouseholdGatherer:
    """Puts rows into households, in the sheet's order."""

    def __init__(self, *, sheet: str = "", is_one_row_each: bool = False) -> None:
        self._sheet = sheet
        self._is_one_row_each = is_one_row_each
        self._is_after_break = False
        self._by_key: dict[str, HouseholdDraft] = {}
        self._current: HouseholdDraft | None = None
        self._micro_grid_title = ""
        self.drafts: list[HouseholdDraft] = []
        self.warnings: list[RosterWarning] = []

    def begin_micro_grid(self, name: str) -> None:
        """A line in the sheet named the micro-grid of the rows below it."""
        self._micro_grid_title = name
        self._current = None

    def note_break(self) -> None:
        """A page ended: what follows may go on with the household above."""
        self._is_after_break = True

    def add(self, row: RowRead) -> None:
        """Put a row into its household, beginning a new one where the row says so."""
        current = self._current
        if current is None or self._begins_household(row, current):
            current = self._find_or_begin(row)
            self._current = current
        elif row.household_number and not current.number:
            current.number = row.household_number
        current.rows.append(row)
        self._is_after_break = False

    def _begins_household(self, row: RowRead, current: HouseholdDraft) -> bool:
        if self._is_one_row_each:
            return True
        if row.household_number and current.number:
            return _key(row.household_number) != _key(current.rows[0].household_number)
        if row.is_head and current.head is not None:
            return True
        named_before = next((each.head_name for each in current.rows if each.head_name), "")
        if row.head_name and named_before and row.head_name != named_before:
            return True
        return self._begins_by_merged_cell(row, current.rows[-1])

    def _begins_by_merged_cell(self, row: RowRead, above: RowRead) -> bool:
        """Two heads of one name, one below the other, are told apart by their merged cells; after
        a page break the name is only written again."""
        if not row.head_name or row.is_head_name_copied or self._is_after_break:
            return False
        return row.is_head_name_spanning or above.is_head_name_copied

    def _find_or_begin(self, row: RowRead) -> HouseholdDraft:
        key = _key(row.household_number)
        earlier = self._by_key.get(key) if key else None
        if earlier is None:
            return self._begin(row, row.household_number, key)
        if row.is_head and earlier.head is not None:
            self._warn(row, WarningKind.HOUSEHOLD_NUMBER_REPEATED, earlier)
            return self._begin(row, "", "")
        self._warn(row, WarningKind.HOUSEHOLD_SCATTERED, earlier)
        return earlier

    def _begin(self, row: RowRead, number: str, key: str) -> HouseholdDraft:
        draft = HouseholdDraft(number, self._sheet, micro_grid_title=self._micro_grid_title)
        self.drafts.append(draft)
        if key:
            self._by_key[key] = draft
        return draft

    def _warn(self, row: RowRead, kind: WarningKind, earlier: HouseholdDraft) -> None:
        params: dict[str, ReportParam] = {
            "household": row.household_number,
            "first_row": earlier.first_row,
        }
        column = RosterColumn.HOUSEHOLD_NUMBER
        self.warnings.append(RosterWarning(row.row, column, kind, params, self._sheet))


def _key(household_number: str) -> str:
    """001 and 1 are one household."""
    plain = household_number.strip()
    return str(int(plain)) if plain.isascii() and plain.isdigit() else plain


def assign_micro_grids(
    drafts: Sequence[HouseholdDraft], *, of_sheet: MicroGridName | None = None
) -> None:
    """Give each household its micro-grid: from its own rows, else from the line or household above.

    `of_sheet` is what the sheet's title or name says, where no row says anything.

    Where every micro-grid is written just once, at its first household, carrying it down is how
    the sheet is meant. Elsewhere an empty cell is an omission, and the household is pointed out.
    """
    typed = {id(draft): _typed_micro_grids(draft) for draft in drafts}
    written = [names[0].key for names in typed.values() if names]
    is_written_once = len(written) == len(set(written))
    above: MicroGridName | None = None
    for draft in drafts:
        names = typed[id(draft)]
        if names:
            above = draft.micro_grid = names[0]
        elif any(row.micro_grid == NO_MICRO_GRID_WORD for row in draft.rows):
            draft.micro_grid = None
        elif draft.micro_grid_title:
            draft.micro_grid = parse_micro_grid(draft.micro_grid_title)
        elif not written and of_sheet is not None:
            draft.micro_grid = of_sheet
        elif above is not None:
            draft.micro_grid = above
            if not is_written_once:
                draft.warn(
                    WarningKind.MICRO_GRID_CARRIED_DOWN,
                    RosterColumn.MICRO_GRID,
                    micro_grid=above.name,
                )
        _warn_of_two_micro_grids(draft, names)


def _typed_micro_grids(draft: HouseholdDraft) -> list[MicroGridName]:
    names: dict[str, MicroGridName] = {}
    for row in draft.rows:
        if row.micro_grid and row.micro_grid != NO_MICRO_GRID_WORD:
            name = parse_micro_grid(row.micro_grid)
            names.setdefault(name.key, name)
    return list(names.values())


def _warn_of_two_micro_grids(draft: HouseholdDraft, names: list[MicroGridName]) -> None:
    if len(names) > 1:
        draft.warn(
            WarningKind.HOUSEHOLD_IN_TWO_MICRO_GRIDS,
            RosterColumn.MICRO_GRID,
            micro_grid=names[0].name,
            other=names[1].name,
        )


def check_household(
    draft: HouseholdDraft, *, has_household_numbers: bool, has_micro_grids: bool
) -> None:
    """Add the warnings that concern a household as a whole."""
    heads = [row for row in draft.rows if row.is_head]
    if not draft.residents():
        draft.warn(WarningKind.HOUSEHOLD_ALL_REFUSED, None)
        return
    if not heads and any(row.head_name for row in draft.rows):
        draft.warn(WarningKind.HEAD_NOT_AMONG_MEMBERS, RosterColumn.HEAD_NAME)
    elif not heads:
        draft.warn(WarningKind.HOUSEHOLD_WITHOUT_HEAD, RosterColumn.RELATION)
    elif heads[0].resident is None:
        draft.warn(WarningKind.HEAD_ROW_REFUSED, RosterColumn.NAME, head_row=heads[0].row)
    if len(heads) > 1:
        draft.warn(
            WarningKind.HOUSEHOLD_WITH_TWO_HEADS, RosterColumn.RELATION, other_row=heads[1].row
        )
    if has_household_numbers and not draft.rows[0].household_number and not draft.number:
        draft.warn(WarningKind.HOUSEHOLD_NUMBER_MISSING, RosterColumn.HOUSEHOLD_NUMBER)
    if has_micro_grids and draft.micro_grid is None:
        draft.warn(WarningKind.MICRO_GRID_MISSING, RosterColumn.MICRO_GRID)
    _warn_of_same_names(draft)


def _warn_of_same_names(draft: HouseholdDraft) -> None:
    """Two of one name in one household: often one person listed twice with a mistyped number."""
    first_rows: dict[str, int] = {}
    for resident in draft.residents():
        first = first_rows.setdefault(resident.name, resident.row)
        if first != resident.row:
            params: dict[str, ReportParam] = {"name": resident.name, "first_row": first}
            draft.warnings.append(
                RosterWarning(
                    resident.row,
                    RosterColumn.NAME,
                    WarningKind.SAME_NAME_IN_HOUSEHOLD,
                    params,
                    draft.sheet,
                )
            )


def finish_household(draft: HouseholdDraft) -> RosterHousehold:
    """The draft as it is reported."""
    grid = draft.micro_grid
    return RosterHousehold(
        number=draft.number,
        micro_grid_name=grid.name if grid else "",
        micro_grid_number=grid.number if grid else None,
        head_name=draft.head_name,
        rows=tuple(row.row for row in draft.rows),
        residents=draft.residents(),
        details=_details_of(draft),
        is_number_of_sheet=draft.is_number_of_sheet,
        sheet=draft.sheet,
    )


def _details_of(draft: HouseholdDraft) -> tuple[tuple[RosterColumn, str], ...]:
    """Each detail as the first row has it that has any."""
    found: dict[RosterColumn, str] = {}
    for row in draft.rows:
        for column, text in row.details:
            found.setdefault(column, text)
    if draft.group and RosterColumn.GROUP not in found:
        found[RosterColumn.GROUP] = draft.group
    return tuple((column, found[column]) for column in HOUSEHOLD_DETAILS if column in found)


def number_within_micro_grid(drafts: Sequence[HouseholdDraft]) -> bool:
    """Where each sheet counts its households from 1 anew, put the micro-grid's number before.

    Says whether it did. A number or two that two sheets share is a slip, and is warned of.
    """
    sheets: dict[str, dict[str, HouseholdDraft]] = {}
    for draft in drafts:
        if draft.number:
            sheets.setdefault(draft.sheet, {})[_key(draft.number)] = draft
    taken: dict[str, HouseholdDraft] = {}
    shared: list[tuple[HouseholdDraft, HouseholdDraft]] = []
    for numbers in sheets.values():
        shared += [(draft, taken[key]) for key, draft in numbers.items() if key in taken]
        taken |= numbers
    if not shared:
        return False
    fewest = min(len(numbers) for numbers in sheets.values())
    if 2 * len(shared) < fewest:
        for draft, earlier in shared:
            draft.warn(
                WarningKind.HOUSEHOLD_NUMBER_REPEATED,
                RosterColumn.HOUSEHOLD_NUMBER,
                first_row=earlier.first_row,
                first_sheet=earlier.sheet,
            )
            draft.number = ""
        return False
    places = {name: place for place, name in enumerate(sheets, start=1)}
    for draft in drafts:
        if draft.number:
            grid = draft.micro_grid.number if draft.micro_grid else None
            draft.number = f"{grid or places[draft.sheet]}-{draft.number}"
            draft.is_number_of_sheet = True
    return True


def gather_micro_grids(drafts: Iterable[HouseholdDraft]) -> tuple[RosterMicroGrid, ...]:
    """The micro-grids in the roster's order, with their sizes; households without one are left."""
    names: dict[str, MicroGridName] = {}
    households: Counter[str] = Counter()
    residents: Counter[str] = Counter()
    for draft in drafts:
        if draft.micro_grid is None:
            continue
        name = names.setdefault(draft.micro_grid.key, draft.micro_grid)
        draft.micro_grid = name
        households[name.key] += 1
        residents[name.key] += len(draft.residents())
    return tuple(
        RosterMicroGrid(
            name=name.name,
            number=name.number,
            household_count=households[key],
            resident_count=residents[key],
            finding=micro_grid_size_finding(households[key]),
        )
        for key, name in names.items()
    )


def size_warnings(micro_grids: Iterable[RosterMicroGrid]) -> list[RosterWarning]:
    """One warning for each micro-grid outside 15 to 20 households."""
    kinds = {
        MicroGridSize.TOO_SMALL: WarningKind.MICRO_GRID_TOO_SMALL,
        MicroGridSize.TOO_LARGE: WarningKind.MICRO_GRID_TOO_LARGE,
    }
    return [
        RosterWarning(
            None,
            RosterColumn.MICRO_GRID,
            kinds[grid.finding],
            {"micro_grid": grid.name, "households": grid.household_count},
        )
        for grid in micro_grids
        if grid.finding in kinds
    ]
