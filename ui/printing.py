"""Printing from a page of the program: the unit and the person stand on the paper by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from app.laptop import today_in_china
from i18n.text import tr
from ui.context import PageContext
from ui.widgets.paper import PaperDesk, day_words, print_document, text_html
from ui.widgets.paper_pages import MARGINS_MM

_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
"""What Windows does not take in the name of a file."""


def print_for(
    context: PageContext,
    button: QWidget,
    *,
    title: str,
    html: str,
    look: Callable[[], None] | None,
    landscape: bool = False,
    is_headed: bool = False,
    file_name: str = "",
    as_word: Callable[[], bytes] | None = None,
    margins_mm: tuple[int, int, int, int] = MARGINS_MM,
) -> PaperDesk:
    """Asks below the button: look at it, print it, keep it as a PDF, or with ``as_word`` as Word.

    With ``is_headed`` the title stands large above a list; forms bring their own.
    ``file_name`` is the title and the day unless it is given; ``look`` writes down, on the
    writer, that personal data leaves: when that fails nothing is printed and no file is made. It
    is None only for a paper that can show nobody.
    """
    today = today_in_china(context.store.clock)
    head = letterhead(context, today)
    return print_document(
        button,
        title=title,
        html=f"<h1 align='center'>{text_html(title)}</h1>{html}" if is_headed else html,
        landscape=landscape,
        file_name=(file_name or f"{title} {today.isoformat()}").translate(_NOT_IN_NAMES),
        notify=context.notify,
        before=None if look is None else partial(context.runner.write, look),
        as_word=as_word,
        margins_mm=margins_mm,
        unit=head["unit"],
        dated=head["dated"],
        footer=head["footer"],
    )


def letterhead(context: PageContext, today: date) -> dict[str, str]:
    """What stands on every page: unit, day, and who printed it."""
    unit = context.actor.units.get(context.actor.unit_id)
    return {
        "unit": unit.name if unit is not None else "",
        "dated": day_words(today),
        "footer": tr("{name} 打印", name=context.actor.name),
    }
