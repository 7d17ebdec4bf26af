"""打印: the papers that fit a case now, found by typing, printed by the one way onto paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.cases.finding import name_fits
from app.cases.number_rules import scan_text
from app.cases.queries import CaseDetail
from app.looks.vocabulary import LookedAt
from app.papers.queries import PaperFacts, facts_with_phones, paper_facts
from app.papers.rules import NEEDS_PHONES, papers_that_fit
from app.papers.vocabulary import PaperKind
from i18n.text import tr
from ui.context import PageContext
from ui.looks.noting import look_at
from ui.papers.forms import LETTERS, content_of
from ui.papers.layout import LETTER_MARGINS_MM, paper_html
from ui.printing import letterhead, print_for
from ui.theme import icon
from ui.theme.palette import BLUE
from ui.widgets.paper import PaperDesk
from ui.widgets.paper_pages import MARGINS_MM
from ui.wording_rules import name_of


class PaperPrinter(QObject):
    """Prints papers of one case below a button; ``desk`` is the last paper that was asked for."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = ""
        self._asked: tuple[PaperKind, QWidget] | None = None
        self.desk: PaperDesk | None = None

    def show_case(self, case: CaseDetail) -> None:
        """Whose papers are printed from now on."""
        self._case_id = case.case_id
        self._asked = None

    def print_paper(self, kind: PaperKind, button: QWidget) -> None:
        """Reads what stands in it and asks how to print; telephones only with their look."""
        self._asked = (kind, button)
        store, actor = self._context.store, self._context.actor
        if kind in NEEDS_PHONES:
            work = partial(facts_with_phones, store, actor, self._case_id)
            self._context.runner.write(work, on_done=self._on_read)
        else:
            work = partial(paper_facts, store, actor, self._case_id)
            self._context.runner.read(work, on_done=self._on_read)

    def _on_read(self, facts: PaperFacts) -> None:
        if self._asked is None or facts.case.case_id != self._case_id:
            return
        kind, button = self._asked
        self.desk = print_for(
            self._context,
            button,
            title=tr("{paper} {number}", paper=name_of(kind), number=facts.case.number),
            html=html_of(kind, facts),
            look=self._look(kind, facts),
            as_word=partial(self._word_of, kind, facts),
            margins_mm=margins_of(kind),
        )

    def _word_of(self, kind: PaperKind, facts: PaperFacts) -> bytes:
        from ui.papers.word import WordPaper, word_bytes  # not before somebody wants one

        case = facts.case
        paper = WordPaper(
            content=content_of(kind, facts),
            number=case.number,
            scan=scan_text(case.number, case.case_id),
            made_on=facts.today,
            **letterhead(self._context, facts.today),
        )
        return word_bytes(paper)

    def _look(self, kind: PaperKind, facts: PaperFacts) -> Callable[[], None]:
        """Names, homes and the story leave the screen with it."""
        return look_at(
            self._context,
            subject_entity="case_file",
            subject_id=facts.case.case_id,
            unit_id=facts.case.unit_id,
            looked_at=LookedAt.PRINT,
            people=max(1, len(facts.parties)),
            reason=name_of(kind),
        )


class PaperButton(QPushButton):
    """打印 with a menu of what fits now; letters of the pinyin narrow it."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(icon("print", BLUE), tr("打印"), parent)
        self.setProperty("role", "quiet")
        self.setAutoDefault(True)
        self.setAccessibleName(tr("打印这件案子的文书"))
        self._context = context
        self._case_id = ""
        self.printer = PaperPrinter(context, self)
        self.menu_ = PaperMenu(self)
        self.menu_.triggered.connect(self._on_chosen)
        self.clicked.connect(self._on_clicked)

    def show_case(self, case: CaseDetail) -> None:
        """Whose papers are offered."""
        self._case_id = case.case_id
        self.printer.show_case(case)

    def _on_clicked(self) -> None:
        work = partial(paper_facts, self._context.store, self._context.actor, self._case_id)
        self._context.runner.read(work, on_done=self._on_read)

    def _on_read(self, facts: PaperFacts) -> None:
        if facts.case.case_id == self._case_id:
            self.menu_.offer(papers_that_fit(facts.situation))
            self.menu_.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _on_chosen(self, action: QAction) -> None:
        self.printer.print_paper(PaperKind(action.data()), self)


class PaperMenu(QMenu):
    """A menu that is narrowed by what is typed: tjxy finds 调解协议书."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._typed = ""

    def offer(self, kinds: tuple[PaperKind, ...]) -> None:
        """These papers, the first in front."""
        self.clear()
        for kind in kinds:
            action = self.addAction(name_of(kind))
            action.setData(kind.value)
        self._narrow("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text().lower()
        if typed.isascii() and typed.isalnum():
            self._narrow(self._typed + typed)
        elif event.key() == Qt.Key.Key_Backspace:
            self._narrow(self._typed[:-1])
        else:
            super().keyPressEvent(event)

    def _narrow(self, typed: str) -> None:
        """Only what fits; a letter that leaves nothing is not taken."""
        fitting = [one for one in self.actions() if name_fits(one.text(), typed)]
        if not fitting:
            return
        self._typed = typed
        for action in self.actions():
            action.setVisible(action in fitting)
        self.setActiveAction(fitting[0])


def margins_of(kind: PaperKind) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in millimetres."""
    return LETTER_MARGINS_MM if kind in LETTERS else MARGINS_MM


def html_of(kind: PaperKind, facts: PaperFacts) -> str:
    """The body of a paper with its code."""
    case = facts.case
    content = content_of(kind, facts)
    return paper_html(content, number=case.number, scan=scan_text(case.number, case.case_id))
