"""Every door through which rows or a paper leave the program, and the look written before it.

A screen that prints or writes a file says here that it writes its look first, or why nobody can be
seen in what it lets out. A door that is not in the table fails, and so does one whose look is gone.
What the looks do is tested where they are written.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

WRITERS = frozenset(
    {
        *("print_for", "print_document", "QPrinter", "write_pdf", "write_whole", "word_bytes"),
        *("write_workbook", "write_sheet", "write_board", "write_redraw", "export_rows"),
        *("_written", "write_bytes", "write_text"),
    }
)
"""What puts something onto paper or into a file, and what hands on to it."""
NOT_OF_A_SCREEN = ("app/demo/", "ui/widgets/", "ui/printing.py", "app/laptop.py")
"""The pretended county; what every door is made of; the name a file gives itself."""
FIRST = frozenset({"looked_first", "record_look", "_write_down", "_note_leaving", "_log", "_look"})
"""Where a file is written, one of these stands before it."""

LOOK = "its look is written first"
HANDED_ON = "called by doors of this table alone, which write the look"
NOBODY = "counts, or the names of the service's own people"
PUBLISHED = "what was published to every village, once a person had checked it"

DOORS = {
    "app/attachments/actions.py:save_original": LOOK,
    "app/exchange/cases_out.py:export_cases": LOOK,
    "app/exchange/roster_out.py:export_roster": LOOK,
    "app/exchange/sheet_out.py:write_sheet": HANDED_ON,
    "app/exchange/table_out.py:_written": HANDED_ON,
    "app/exchange/table_out.py:export_incidents": LOOK,
    "app/exchange/table_out.py:export_work": LOOK,
    "ui/board/page.py:_on_export": LOOK,
    "ui/board/page.py:_on_print": LOOK,
    "ui/board/paper.py:write_board": HANDED_ON,
    "ui/conflicts/week.py:_on_export": LOOK,
    "ui/conflicts/week.py:_on_print": LOOK,
    "ui/court/statistics_tab.py:_on_export": LOOK,
    "ui/court/statistics_tab.py:_on_print": LOOK,
    "ui/grid_work/duty_tab.py:_on_print": NOBODY,
    "ui/grid_work/plan_tab.py:_on_print": LOOK,
    "ui/households/changes_view.py:write_to": LOOK,
    "ui/households/redraw_page.py:_on_print": LOOK,
    "ui/households/redraw_page.py:export_to": LOOK,
    "ui/households/redraw_words.py:write_redraw": HANDED_ON,
    "ui/households/team_page.py:_export": LOOK,
    "ui/households/team_page.py:_on_paper": LOOK,
    "ui/incidents/incident_card.py:_on_print": LOOK,
    "ui/looks/page.py:_on_export": LOOK,
    "ui/looks/page.py:_on_print": LOOK,
    "ui/outreach/round_card.py:_print": LOOK,
    "ui/papers/paper_menu.py:_on_read": LOOK,
    "ui/papers/paper_menu.py:_word_of": HANDED_ON,
    "ui/petitions/leaders_page.py:_on_export": LOOK,
    "ui/petitions/leaders_page.py:_on_print": LOOK,
    "ui/petitions/old_cases_tab.py:_on_export": LOOK,
    "ui/petitions/old_cases_tab.py:_on_print": LOOK,
    "ui/statistics/incidents_tab.py:_on_export": NOBODY,
    "ui/statistics/incidents_tab.py:_on_print": NOBODY,
    "ui/syncing/pending_paper.py:export_rows": HANDED_ON,
    "ui/syncing/pending_view.py:_on_print": LOOK,
    "ui/syncing/pending_view.py:export_to": LOOK,
    "ui/today/page.py:_on_print": LOOK,
    "ui/typical/page.py:_on_print": PUBLISHED,
}


def test_every_door_writes_its_look_or_says_why_not() -> None:
    doors = {where: writes_its_look(made) for where, made in found_doors()}
    assert doors.keys() == DOORS.keys()
    assert {where for where, does in doors.items() if does} == {
        where for where, said in DOORS.items() if said == LOOK
    }


def found_doors() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Place and function of whatever names a writer."""
    for file in sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("ui/**/*.py")]):
        place = file.relative_to(ROOT).as_posix()
        text = file.read_text(encoding="utf-8")
        if place.startswith(NOT_OF_A_SCREEN) or not any(one in text for one in WRITERS):
            continue
        for made in ast.walk(ast.parse(text)):
            if isinstance(made, ast.FunctionDef) and names_in(made) & WRITERS:
                yield f"{place}:{made.name}", made


def writes_its_look(made: ast.FunctionDef) -> bool:
    """A print is given one that is not None; a file is written after one."""
    prints = [
        one
        for one in ast.walk(made)
        if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "print_for"
    ]
    if prints:
        looks = [word.value for one in prints for word in one.keywords if word.arg == "look"]
        return len(looks) == len(prints) and not any(
            isinstance(look, ast.Constant) for look in looks
        )
    return bool(names_in(made) & FIRST)


def names_in(made: ast.AST) -> set[str]:
    """Names and attributes that are read anywhere in it."""
    return {
        str(getattr(one, "id", "") or getattr(one, "attr", ""))
        for one in ast.walk(made)
        if isinstance(one, ast.Name | ast.Attribute)
    }
