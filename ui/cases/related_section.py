"""The tab 关联: what this case belongs with, what it flared up from, and one more of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from app.accounts.vocabulary import Permission
from app.cases.actions import may_edit_case
from app.cases.queries import CaseDetail, units_seen
from app.cases.relations import find_cases, link_cases
from app.errors import UserFacingError
from app.store import Changes
from i18n.text import tr
from ui.cases.searching_picker import SearchingPicker
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.incidents.link_row import LinkRow
from ui.widgets.forms import FormField
from ui.widgets.labels import text_label
from ui.wording import error_sentence


def mark(case: CaseDetail) -> str:
    """How many records it is linked with."""
    return str(len(case.links)) if case.links else ""


class RelatedSection(CaseSection):
    """Enter on a case that was found links it; 撤销 in the notice takes the link back."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._case: CaseDetail | None = None
        self._title = ""
        self.links = LinkRow(context)
        self.none = text_label(tr("还没有关联的案件、警情。"), "muted", wraps=True)
        self.picker = SearchingPicker(
            name=tr("加一件有关的案件"),
            placeholder=tr("编号、名称、当事人或拼音首字母，回车关联"),
            runner=context.runner,
            search=partial(
                find_cases,
                context.store,
                unit_ids=units_seen(context.actor, Permission.SEE_CASES),
            ),
        )
        self.field = FormField(
            tr("加一件有关的案件"),
            self.picker,
            hint=tr("两件都会显示；关联错了，按提示里的撤销。"),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 4, 4)
        column.setSpacing(12)
        for part in (self.links, self.none, self.field):
            column.addWidget(part)
        column.addStretch(1)
        self.picker.picked.connect(self._on_picked)

    def show_case(self, case: CaseDetail) -> None:
        if self._case is None or self._case.case_id != case.case_id:
            self.picker.set_text("")
            self.field.set_error("")
        self._case = case
        self.links.show_links(case.links)
        self.none.setVisible(not case.links)
        self.field.setVisible(may_edit_case(self._context.actor, unit_id=case.unit_id))

    def _on_picked(self, hit: Any) -> None:
        if self._case is None:
            return
        self.field.set_error("")
        work = partial(
            link_cases,
            self._context.store,
            self._context.actor,
            case_id=self._case.case_id,
            other_id=hit.record_id,
        )
        self._title = hit.title
        self._context.runner.write(work, on_done=self._on_linked, on_failed=self._on_failed)

    def _on_linked(self, changes: Changes) -> None:
        self.picker.set_text("")
        self.picker.setFocus(Qt.FocusReason.OtherFocusReason)
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(tr("已关联“{title}”。", title=self._title), changes.txn)

    def _on_failed(self, error: UserFacingError) -> None:
        self.field.set_error(error_sentence(error))
