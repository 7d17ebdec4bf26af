"""The setting for attachments: how much goes up in a day while the line is poor."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from app.attachments.budget import BUDGETS_MIB, daily_budget_mib, set_daily_budget
from app.store import Store
from i18n.text import tr
from ui.widgets.cards import Card
from ui.widgets.forms import ChoiceRow, FormField
from ui.work.runner import Runner


class BudgetCard(Card):
    """Reads and keeps the choice in the laptop's file."""

    def __init__(self, store: Store, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(tr("附件"), parent=parent)
        self._store = store
        self._runner = runner
        self.choice = ChoiceRow([(str(mib), _words(mib)) for mib in BUDGETS_MIB])
        self.add(
            FormField(
                tr("线路慢的时候，每天最多传多少附件"),
                self.choice,
                hint=tr("只管照片、录音这些原件；记录照常上报，想看的原件随时可以取。"),
            )
        )
        self.choice.chosen.connect(self._on_chosen)
        runner.read(partial(daily_budget_mib, store), on_done=self._on_read)

    def _on_read(self, mib: int) -> None:
        nearest = min(BUDGETS_MIB, key=lambda offered: abs(offered - mib))
        self.choice.set_value(str(nearest))

    def _on_chosen(self, key: str) -> None:
        self._runner.write(partial(set_daily_budget, self._store, int(key)))


def _words(mib: int) -> str:
    return tr("{mib} MiB", mib=mib) if mib else tr("不传")
