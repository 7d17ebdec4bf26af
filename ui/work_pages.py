"""The pages of somebody's work, imported when they are first wanted.

A start shows the sign-in page alone; everything the pages stand on (the roster's import, the case
form, the ballot screen) is a third of all imports. It is fetched behind the sign-in page, while
the PIN is typed, so that nobody waits for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from app.accounts.vocabulary import Permission, Role
from i18n.text import tr
from ui.context import PageContext
from ui.shell.pages import PageSpec

_MODULES = (
    "ui.today.page",
    "ui.board.page",
    "ui.cases.page",
    "ui.petitions.leaders_page",
    "ui.incidents.page",
    "ui.households.page",
    "ui.grid_work.page",
    "ui.votes.page",
    "ui.conflicts.page",
    "ui.statistics.page",
    "ui.syncing.sync_page",
    "ui.shell.settings_page",
)


def fetch_pages() -> None:
    """Imports every page; for a background thread, makes no widget."""
    for name in _MODULES:
        importlib.import_module(name)


def work_pages(context: PageContext) -> Sequence[PageSpec]:
    """What stands in the navigation, in its order: a post has the pages that show it anything."""
    may = context.actor.may
    sees_cases = may(Permission.SEE_CASES)
    return (
        PageSpec("today", tr("今日"), "today", partial(_today, context)),
        PageSpec(
            "board", tr("待办"), "clock", partial(_board, context), is_in_navigation=sees_cases
        ),
        PageSpec(
            "cases",
            tr("案件"),
            "case",
            partial(_cases, context),
            kinds=("case_file", "case_party"),
            is_in_navigation=sees_cases,
        ),
        *_leaders_page(context),
        PageSpec(
            "incidents",
            tr("警情"),
            "incident",
            partial(_incidents, context),
            kinds=("incident", "incident_person"),
            is_in_navigation=may(Permission.SEE_INCIDENTS),
        ),
        PageSpec(
            "grids",
            tr("微网格"),
            "grid",
            partial(_grids, context),
            kinds=("household", "resident", "micro_grid", "team_member"),
            is_in_navigation=may(Permission.SEE_ROSTER),
        ),
        PageSpec(
            "visits",
            tr("走访"),
            "household",
            partial(_visits, context),
            kinds=(
                *("visit", "micro_service", "hazard", "hazard_measure"),
                *("duty_shift", "patrol", "outreach_round", "outreach_finding"),
            ),
            is_in_navigation=may(Permission.SEE_GRID_WORK),
        ),
        PageSpec(
            "votes",
            tr("村务表决"),
            "vote",
            partial(_votes, context),
            kinds=("motion",),
            is_in_navigation=may(Permission.SEE_MOTIONS),
        ),
        PageSpec(
            "conflicts",
            tr("冲突"),
            "sync-conflict",
            partial(_conflicts, context),
            kinds=("conflict",),
            is_in_navigation=sees_cases,
        ),
        PageSpec(
            "typical",
            tr("典型案例"),
            "case",
            partial(_typical, context),
            kinds=("published_case",),
            is_in_navigation=False,
        ),
        PageSpec(
            "statistics",
            tr("统计"),
            "statistics",
            partial(_statistics, context),
            is_in_navigation=sees_cases,
        ),
    )


def _typical(context: PageContext) -> QWidget:
    from ui.typical.page import TypicalPage

    return TypicalPage(context)


def _leaders_page(context: PageContext) -> tuple[PageSpec, ...]:
    """For who names leaders, and for the leaders themselves."""
    actor = context.actor
    if not actor.may(Permission.NAME_SPONSOR) and actor.role is not Role.SPONSOR_LEADER:
        return ()
    return (
        PageSpec(
            "leaders", tr("包案"), "person", partial(_leaders, context), kinds=("sponsorship",)
        ),
    )


def _leaders(context: PageContext) -> QWidget:
    from ui.petitions.leaders_page import LeadersPage

    return LeadersPage(context)


def _today(context: PageContext) -> QWidget:
    from ui.today.page import TodayPage

    return TodayPage(context)


def _board(context: PageContext) -> QWidget:
    from ui.board.page import BoardPage

    return BoardPage(context)


def _cases(context: PageContext) -> QWidget:
    from ui.cases.page import CasesPage

    return CasesPage(context)


def _incidents(context: PageContext) -> QWidget:
    from ui.incidents.page import IncidentsPage

    return IncidentsPage(context)


def _grids(context: PageContext) -> QWidget:
    from ui.households.page import MicroGridsPage

    return MicroGridsPage(context)


def _visits(context: PageContext) -> QWidget:
    from ui.grid_work.page import VisitsPage

    return VisitsPage(context)


def _votes(context: PageContext) -> QWidget:
    from ui.votes.page import VotesPage

    return VotesPage(context)


def _conflicts(context: PageContext) -> QWidget:
    from ui.conflicts.page import ConflictsPage

    return ConflictsPage(context)


def _statistics(context: PageContext) -> QWidget:
    from ui.statistics.page import StatisticsPage

    return StatisticsPage(context)
