"""The tab 卷宗 of a case: what its file must hold, what of it is there, and printing the rest."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from app.attachments.actions import NewFile, attach_files, may_attach
from app.attachments.vocabulary import Subject
from app.cases.queries import CaseDetail
from app.errors import UserFacingError
from app.papers.queries import PaperFacts, paper_facts
from app.papers.rules import FileSpec, missing_lines, papers_that_fit
from app.papers.vocabulary import LineState, Need, PaperKind
from app.store import Changes
from i18n.text import tr
from ui.attachments.preparing import prepare_files
from ui.attachments.strip import FILE_KINDS
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.papers.paper_menu import PaperPrinter
from ui.theme import icon, text_px
from ui.theme.palette import BLUE
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.slim import SlimTable
from ui.wording import error_sentence
from ui.wording_papers import missing_sentence
from ui.wording_rules import name_of

FileRow = tuple[FileSpec, LineState]
LEAST_HEIGHT = 120
_TONES = {
    LineState.MISSING: "neutral",
    LineState.NOTED: "warn",
    LineState.IN_FILE: "ok",
    LineState.BY_HAND: "info",
}


class FileSection(CaseSection):
    """The list of the file; Enter prints the paper of a line."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case: CaseDetail | None = None
        self._facts: PaperFacts | None = None
        self.printer = PaperPrinter(context, self)
        self.missing = text_label("", wraps=True)
        self.table = SlimTable(_model(), name=tr("卷内目录"))
        self.print = QPushButton(icon("print", BLUE), tr("打印这一份"))
        self.attach = QPushButton(icon("add", BLUE), tr("附签字件"))
        self.cover = QPushButton(tr("打印封面"))
        self.contents = QPushButton(tr("打印目录"))
        self._build()
        self._connect()

    def show_case(self, case: CaseDetail) -> None:
        self._case = case
        self.printer.show_case(case)
        work = partial(paper_facts, self._context.store, self._context.actor, case.case_id)
        self._context.runner.read(work, on_done=self._on_read, on_failed=self._on_failed)

    def choose_scan(self) -> None:
        """Asks for the signed paper of the line under the cursor."""
        kinds = tr("照片、PDF、录音 ({kinds})", kinds=FILE_KINDS)
        dialog = QFileDialog(self, tr("附签字件"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.attach_paths)
        dialog.open()

    def attach_paths(self, paths: list[str]) -> None:
        """Hangs these on the event of the line under the cursor, or on the case itself where no
        event stands for the line."""
        if self._may_hang():
            work = partial(prepare_files, [Path(path) for path in paths])
            self._context.runner.read(work, on_done=self._on_prepared, on_failed=self._on_failed)

    def _on_read(self, facts: PaperFacts) -> None:
        if self._case is None or facts.case.case_id != self._case.case_id:
            return
        self._facts = facts
        self.table.show_rows(facts.file_lines)
        lines = tuple(name_of(line) for line in missing_lines(facts.file_lines))
        self.missing.setText(missing_sentence(lines))
        if self.table.current_row() is None:
            self.table.choose_position(0)
        self._offer()

    def _offer(self) -> None:
        """Only what can be done with the line under the cursor."""
        case = self._case
        self.print.setEnabled(self._paper_of_line() is not None)
        may = case is not None and may_attach(
            self._context.actor,
            subject_entity="case_file",
            unit_id=case.unit_id,
            holder_unit_ids=case.holder_unit_ids,
        )
        self.attach.setEnabled(may and self._may_hang())

    def _line(self) -> FileSpec | None:
        row = self.table.current_row()
        return row[0] if isinstance(row, tuple) else None

    def _paper_of_line(self) -> PaperKind | None:
        spec = self._line()
        if spec is None or self._facts is None:
            return None
        fitting = papers_that_fit(self._facts.situation)
        return next((kind for kind in spec.papers if kind in fitting), None)

    def _may_hang(self) -> bool:
        """Whether what the signed paper belongs to is there already."""
        spec = self._line()
        return spec is not None and (not spec.events or self._event_of_line() is not None)

    def _event_of_line(self) -> str | None:
        """The latest event this line's paper was made at."""
        spec = self._line()
        if spec is None or self._facts is None:
            return None
        events = reversed(self._facts.events)
        return next((one.event_id for one in events if one.kind in spec.events), None)

    def _on_print(self) -> None:
        kind = self._paper_of_line()
        if kind is not None:
            self.printer.print_paper(kind, self.print)

    def _on_cover(self) -> None:
        self.printer.print_paper(PaperKind.COVER, self.cover)

    def _on_contents(self) -> None:
        self.printer.print_paper(PaperKind.CONTENTS, self.contents)

    def _on_prepared(self, files: list[NewFile]) -> None:
        if self._case is None or not self._may_hang() or not files:
            return
        work = partial(
            attach_files,
            self._context.store,
            self._context.actor,
            subject=Subject("case_file", self._case.case_id, self._event_of_line()),
            files=files,
        )
        self._context.runner.write(work, on_done=self._on_attached, on_failed=self._on_failed)

    def _on_attached(self, changes: Changes) -> None:
        if changes.txn is not None:
            self._context.offer_undo(tr("签字件已附上。"), changes.txn)
        self._context.wrote()

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.table.setMinimumHeight(text_px(LEAST_HEIGHT))
        column.addWidget(self.missing)
        column.addWidget(self.table, 1)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.print, self.attach, self.cover, self.contents):
            button.setAutoDefault(True)
            button.setAccessibleName(button.text())
            flow.addWidget(button)
        column.addWidget(buttons)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.table.row_chosen.connect(self._offer)
        self.table.row_opened.connect(self._on_print)
        self.print.clicked.connect(self._on_print)
        self.attach.clicked.connect(self.choose_scan)
        self.cover.clicked.connect(self._on_cover)
        self.contents.clicked.connect(self._on_contents)


def _model() -> RowsModel[FileRow]:
    return RowsModel(
        (
            Column(tr("材料"), lambda row: name_of(row[0].line)),
            Column(
                tr("要求"),
                lambda row: name_of(row[0].need),
                tone=lambda row: None if row[0].need is Need.REQUIRED else "neutral",
                width=64,
            ),
            Column(
                tr("情况"),
                lambda row: name_of(row[1]),
                tone=lambda row: _TONES[row[1]],
                width=150,
                is_pill=True,
            ),
        ),
        key=lambda row: row[0].line,
    )
