"""The setting for attachments."""

from __future__ import annotations

from pathlib import Path

from app.attachments.budget import daily_budget_mib
from tests.helpers.stores import a_store
from ui.attachments.budget_card import BudgetCard
from ui.work.runner import Runner


def test_the_choice_is_the_laptops_and_is_kept(show_small, runner: Runner, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    store = a_store(tmp_path)
    card = show_small(lambda: BudgetCard(store, runner))
    assert runner.wait_idle()
    assert card.choice.value() == "20"
    card.choice.chosen.emit("5")
    assert runner.wait_idle()
    assert daily_budget_mib(store) == 5
    again = show_small(lambda: BudgetCard(store, runner))
    assert runner.wait_idle()
    assert again.choice.value() == "5"
