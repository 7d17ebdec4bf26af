"""Papers from the page of a case: found by typing, with a code a scanner reads, looks noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from docx import Document
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from sqlmodel import Session, select

from app.cases.number_rules import read_scan, scan_text
from app.looks.vocabulary import LookedAt
from app.papers.queries import paper_facts
from app.papers.vocabulary import FileLine, LineState, PaperKind
from app.search import search
from db.tables.cases import CaseFile
from db.tables.looks import Look
from sync.client.number_blocks import lay_blocks
from tests.gui.attachments.pictures import a_file
from tests.gui.cases.conftest import Desk, make_desk
from tests.gui.cases.scenes import a_scene, some_disputes
from tests.gui.clipping import clipped
from tests.gui.conftest import LARGE, SMALL
from tests.helpers.full_disk import full_disk
from ui.papers.case_section import FileSection
from ui.papers.paper_menu import html_of, margins_of
from ui.widgets.paper_pages import Paper, page_count, pdf_bytes
from ui.work.runner import Runner

__all__ = ["make_desk"]
_DOTS_PER_INCH = 200
_LEAST_MM, _MOST_MM = 18.0, 22.0


@pytest.fixture
def desk(make_desk: Callable[..., Desk], runner: Runner, tmp_path: Path) -> Desk:
    """The newest of some disputes with lasting numbers is open."""
    scene = a_scene(tmp_path, runner)
    with scene.store.local_writing() as session:
        lay_blocks(session, {"number_blocks": [["case", 2026, 1, 50]]})
    ids = some_disputes(scene)
    made = make_desk(scene=scene)
    made.page.open(ids[-1])
    made.wait()
    return made


def the_case(desk: Desk) -> CaseFile:
    with desk.scene.store.reading() as session:
        return session.get_one(CaseFile, desk.page.card.case_id)


def looks(session: Session) -> list[Look]:
    return [one for one in session.exec(select(Look)) if one.looked_at is LookedAt.PRINT]


def test_the_code_of_a_printed_page_is_read_back_and_finds_the_case(desk: Desk) -> None:
    """Through the real PDF, rasterised as a cheap scanner would."""
    case = the_case(desk)
    facts = paper_facts(desk.scene.store, desk.scene.actor, case.id)
    html = html_of(PaperKind.PROGRESS, facts)
    page = pypdfium2.PdfDocument(pdf_bytes(Paper(title="回执", html=html)))[0]
    dots = page.render(scale=_DOTS_PER_INCH / 72, grayscale=True).to_numpy().squeeze()
    (code,) = zxingcpp.read_barcodes(dots)
    assert code.text == scan_text(case.number, case.id)
    width = code.position.top_right.x - code.position.top_left.x
    assert _LEAST_MM <= width / _DOTS_PER_INCH * 25.4 <= _MOST_MM
    assert read_scan(code.text) is not None
    assert [hit.record_id for hit in search(desk.scene.store, code.text)] == [case.id]


def test_a_quarter_of_the_code_may_be_stained(desk: Desk) -> None:
    case = the_case(desk)
    facts = paper_facts(desk.scene.store, desk.scene.actor, case.id)
    html = html_of(PaperKind.PROGRESS, facts)
    page = pypdfium2.PdfDocument(pdf_bytes(Paper(title="回执", html=html)))[0]
    dots = page.render(scale=_DOTS_PER_INCH / 72, grayscale=True).to_numpy().squeeze().copy()
    (code,) = zxingcpp.read_barcodes(dots)
    left, top = code.position.top_left.x, code.position.top_left.y
    width = code.position.top_right.x - left
    middle = slice(top + width * 2 // 5, top + width * 3 // 5)
    dots[middle, left + width * 2 // 5 : left + width * 3 // 5] = 255
    assert [one.text for one in zxingcpp.read_barcodes(dots)] == [code.text]


def test_the_papers_of_an_ordinary_case_take_one_sheet_each(desk: Desk) -> None:
    facts = paper_facts(desk.scene.store, desk.scene.actor, the_case(desk).id)
    for kind in PaperKind:
        paper = Paper(title="", html=html_of(kind, facts), margins_mm=margins_of(kind))
        assert page_count(paper) == 1, kind


def test_a_form_without_anybody_takes_one_sheet(desk: Desk) -> None:
    known = paper_facts(desk.scene.store, desk.scene.actor, the_case(desk).id)
    facts = replace(known, parties=(), case=replace(known.case, story="", wanted=""))
    for kind in (PaperKind.AGREEMENT, PaperKind.ANSWER):
        paper = Paper(title="", html=html_of(kind, facts), margins_mm=margins_of(kind))
        assert page_count(paper) == 1, kind


def test_the_menu_is_narrowed_by_pinyin_and_prints_with_a_look(desk: Desk, tmp_path: Path) -> None:
    button = desk.page.card.papers
    button.click()
    desk.wait()
    menu = button.menu_
    assert len(menu.actions()) > 5
    for key in "hzd":  # nothing ends so: the last letter is not taken
        desk.qtbot.keyClick(menu, key)
    shown = [one.text() for one in menu.actions() if one.isVisible()]
    assert shown == ["办理进度回执"] or all("回" in one or "案" in one for one in shown)
    desk.qtbot.keyClick(menu, Qt.Key.Key_Backspace)
    desk.qtbot.keyClick(menu, Qt.Key.Key_Backspace)
    for key in "jz":
        desk.qtbot.keyClick(menu, key)
    menu.close()
    button.printer.print_paper(PaperKind.PROGRESS, button)
    desk.wait()
    paper = button.printer.desk
    assert paper is not None
    assert the_case(desk).number in paper.paper.title
    with desk.scene.store.reading() as session:
        assert looks(session) == []
    paper.menu.close()
    with full_disk():
        paper.save_to(tmp_path / "slip.pdf")
        desk.wait()
    assert not (tmp_path / "slip.pdf").exists()
    paper.save_to(tmp_path / "slip.pdf")
    desk.wait()
    with desk.scene.store.reading() as session:
        (look,) = looks(session)
    assert (look.subject_id, look.reason) == (the_case(desk).id, "办理进度回执")


def section_of(desk: Desk) -> FileSection:
    desk.page.card.sections.turn_to("file")
    desk.wait()
    section = desk.page.card.sections.made["file"]
    assert isinstance(section, FileSection)
    return section


def test_a_scan_hangs_on_the_event_of_its_line(desk: Desk, tmp_path: Path) -> None:
    section = section_of(desk)
    assert section.table.choose(FileLine.APPLICATION)
    assert section.attach.isEnabled()
    section.attach_paths([str(a_file(tmp_path, "申请书.jpg"))])
    desk.wait()
    desk.page.load()
    desk.wait()
    states = {spec.line: state for spec, state in section.table.rows.rows()}
    assert states[FileLine.APPLICATION] is LineState.IN_FILE
    assert states[FileLine.AGREEMENT] in (LineState.MISSING, LineState.NOTED)
    assert desk.scene.undos[-1][0] == "签字件已附上。"


def test_enter_prints_the_paper_of_a_line_also_as_word(desk: Desk, tmp_path: Path) -> None:
    section = section_of(desk)
    section.table.choose(FileLine.RIGHTS)
    section.table.setFocus()
    desk.qtbot.keyClick(section.table, Qt.Key.Key_Return)
    desk.wait()
    assert section.printer.desk is not None
    paper = section.printer.desk
    assert "当事人权利义务告知书" in paper.paper.title
    assert paper.word_action in paper.menu.actions()
    paper.menu.close()
    paper.word_action.trigger()
    (dialog,) = section.print.findChildren(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("2026-11-23.docx")
    assert not dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.fileSelected.emit(str(tmp_path / "nowhere" / "a.docx"))
    desk.wait()
    assert "没有存成" in desk.scene.notices[-1]
    dialog.fileSelected.emit(str(tmp_path / "a.docx"))
    desk.wait()
    told = "".join(one.text for one in Document(str(tmp_path / "a.docx")).paragraphs)
    assert "自愿达成调解协议" in told
    with desk.scene.store.reading() as session:
        assert [look.reason for look in looks(session)] == ["当事人权利义务告知书"] * 2, (
            "tried counts as left"
        )
    dialog.reject()


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_nothing_is_clipped(desk: Desk, size: tuple[int, int]) -> None:
    section = section_of(desk)
    desk.page.resize(*size)
    desk.wait()
    assert clipped(section) == []
