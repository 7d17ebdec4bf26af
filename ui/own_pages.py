"""The pages about the laptop, its people and its county, beside those of the work
(`ui.work_pages`); each is imported when it is first opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from app.accounts.vocabulary import Permission
from i18n.text import tr
from ui.context import PageContext
from ui.shell.pages import PageSpec
from ui.shell.settings import Settings


def own_pages(
    context: PageContext,
    settings: Settings,
    *,
    pin_changed: Callable[[], None],
    make_sync_page: Callable[[], QWidget],
) -> tuple[PageSpec, ...]:
    """设置, 谁看过, 全县设定 and 同步; ``pin_changed`` is called when the person gave a PIN of
    their own."""
    make_settings = partial(_settings_page, context, settings, pin_changed)
    return (
        PageSpec("settings", tr("设置"), "settings", make_settings),
        PageSpec(
            "looks",
            tr("谁看过"),
            "lock",
            partial(_looks_page, context),
            kinds=("looks_of",),
            is_in_navigation=False,
        ),
        PageSpec(
            "county_settings",
            tr("全县设定"),
            "settings",
            partial(_county_page, context),
            is_in_navigation=not context.actor.may(Permission.SEE_CASES),  # all the work
        ),
        PageSpec(
            "sync",
            tr("同步"),
            "sync",
            make_sync_page,
            kinds=("outbox",),
            is_in_navigation=False,
        ),
    )


def _settings_page(
    context: PageContext, settings: Settings, pin_changed: Callable[[], None]
) -> QWidget:
    from ui.attachments.budget_card import BudgetCard
    from ui.handovers.people_card import PeopleCard
    from ui.looks.page import LooksCard
    from ui.settings.page import CountyCard
    from ui.shell.pin_card import PinCard
    from ui.shell.settings_page import SettingsPage

    pin_card = PinCard(context.store, context.actor, context.runner)
    pin_card.pin_changed.connect(pin_changed)
    return SettingsPage(
        settings,
        pin_card=pin_card,
        budget_card=BudgetCard(context.store, context.runner),
        people_card=PeopleCard(context) if context.actor.may(Permission.MOVE_RECORDS) else None,
        looks_card=LooksCard(context) if context.actor.may(Permission.SEE_LOOKS) else None,
        county_card=CountyCard(context),
    )


def _county_page(context: PageContext) -> QWidget:
    from ui.settings.page import CountySettingsPage

    return CountySettingsPage(context)


def _looks_page(context: PageContext) -> QWidget:
    from ui.looks.page import LooksPage

    return LooksPage(context)
