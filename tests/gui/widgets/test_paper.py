"""Paper: whole pages with their head and foot, as a PDF and in the preview; no printer needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QPushButton, QWidget

from app.errors import ErrorCode, UserFacingError
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import SMALL, settle
from tests.helpers.pdf_text import pages_of
from ui.widgets.paper import PaperDesk, print_document, table_html, write_pdf
from ui.widgets.paper_pages import Paper, draw_paper, page_count, pdf_bytes
from ui.widgets.paper_preview import PaperPreview

LINES = [(f"第{place}户", "石某某", "<i>不是标记</i>") for place in range(90)]
LONG = Paper(
    "走访清单",
    table_html(("户", "户主", "备注"), LINES),
    unit="双江镇某某村",
    dated="2026年11月23日",
    footer="张某 打印",
)


def test_each_page_says_what_it_belongs_to_and_the_head_of_the_table_comes_again() -> None:
    pages = pages_of(pdf_bytes(LONG))
    assert len(pages) == page_count(LONG) == 3
    for place, words in enumerate(pages, start=1):
        for part in ("双江镇某某村", "走访清单", "2026年11月23日", "张某打印", "户户主备注"):
            assert part in words
        assert f"第{place}页,共3页" in words
    whole = "".join(pages)
    assert all(f"第{place}户" in whole for place in range(90))
    assert whole.count("<i>不是标记</i>") == 90


def test_lying_paper_holds_fewer_lines() -> None:
    lying = Paper(LONG.title, LONG.html, landscape=True)
    pdf = pdf_bytes(lying)
    assert len(pages_of(pdf)) == page_count(lying) > page_count(LONG)
    assert b"/MediaBox [0 0 842.000000 595.000000]" in pdf


def test_no_heading_is_left_behind_and_no_short_row_is_torn() -> None:
    """Every page begins with whole rows; the words before the signatures go with them."""
    row = "<tr><td>{n}</td><td>" + "很长的地址" * 30 + "尾{n}。</td></tr>"
    rows = "".join(row.format(n=f"号{n}") for n in range(40))
    table = f"<table border='1' width='100%'><thead><tr><th>号</th><th>址</th></tr></thead>{rows}"
    signs = "<table width='100%'>" + "<tr><td>签名处</td></tr>" * 12 + "</table>"
    for lines in range(0, 60, 7):
        body = "<p>字</p>" * lines + f"<h3>表头</h3>{table}</table><p>最后一句</p>{signs}"
        pages = pages_of(pdf_bytes(Paper("单", body)))
        for words in pages:
            assert not words.replace("第", "").endswith("表头")
            ends = {n for n in range(40) if f"尾号{n}。" in words}
            assert ends == {n for n in range(40) if f"号{n}很长" in words}
        last = pages[-1]
        assert "最后一句" in last
        assert last.count("签名处") == 12


def test_nothing_to_say_is_still_one_page() -> None:
    (page,) = pages_of(pdf_bytes(Paper("空", "")))
    assert page.startswith("空")


def test_a_text_too_long_for_the_head_is_cut_and_no_page_is_lost() -> None:
    (page,) = pages_of(pdf_bytes(Paper("很长的题目" * 30, "<p>正文</p>", unit="很长的村名" * 20)))
    assert page.count("很长的题目") < 30
    assert "正文" in page


def test_a_pdf_that_cannot_be_written_leaves_the_older_one(tmp_path: Path) -> None:
    older = tmp_path / "a.pdf"
    older.write_bytes(b"older")
    (tmp_path / "a.pdf.part").mkdir()
    with pytest.raises(UserFacingError) as raised:
        write_pdf(older, LONG)
    assert raised.value.code is ErrorCode.PAPER_NOT_WRITTEN
    assert older.read_bytes() == b"older"


def test_the_button_asks_and_the_file_is_told(qtbot, tmp_path: Path) -> None:
    button, said = QPushButton("打印"), []
    qtbot.addWidget(button)
    button.show()
    desk = print_document(
        button,
        title="走访清单",
        html=LONG.html,
        file_name="走访清单",
        dated="2026年11月23日",
        notify=said.append,
    )
    assert [each.text() for each in desk.menu.actions()] == ["预览", "打印…", "存为 PDF…"]
    assert desk.menu.isVisible()
    desk.menu.close()
    desk.save_to(tmp_path / "nowhere" / "a.pdf")
    assert "没有存成" in said[-1]
    desk.save_to(tmp_path / "a.pdf")
    assert said[-1] == "已存为 a.pdf。"


def test_nothing_leaves_before_what_must_come_first_is_done(qtbot, tmp_path: Path) -> None:
    """By none of the three doors: the printer, a PDF, a Word document."""
    owner, said, asked = QWidget(), [], []
    qtbot.addWidget(owner)
    desk = PaperDesk(
        owner,
        LONG,
        file_name="a",
        notify=said.append,
        before=lambda **then: asked.append(then),
        as_word=lambda: b"word",
    )
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))

    def press() -> list[dict[str, Callable[[object], None]]]:
        asked.clear()
        desk.print_onto(printer)
        desk.save_to(tmp_path / "a.pdf")
        desk.save_to(tmp_path / "a.docx")
        assert sorted(one.name for one in tmp_path.iterdir()) == []
        return asked

    for one in press():
        one["on_failed"](UserFacingError(ErrorCode.STORE_NOT_WRITTEN, problem="full"))
    assert len(said) == 3
    assert list(tmp_path.iterdir()) == []
    for one in press():
        one["on_done"](None)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.docx", "a.pdf", "printed.pdf"]


def test_asking_again_leaves_one_menu(qtbot) -> None:
    button = QPushButton("打印")
    qtbot.addWidget(button)
    button.show()
    for _time in range(3):
        print_document(button, title="甲", html="", file_name="a", dated="").menu.close()
    qtbot.waitUntil(lambda: len(button.findChildren(PaperDesk)) == 1)


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_does_not_answer_is_said(qtbot, tmp_path: Path) -> None:
    said: list[str] = []
    owner = QWidget()
    qtbot.addWidget(owner)
    desk = PaperDesk(owner, LONG, file_name="a", notify=said.append)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no such folder" / "a.pdf"))
    desk.print_onto(printer)
    assert "没有打印出来" in said[-1]
    printer.setOutputFileName(str(tmp_path / "a.pdf"))
    desk.print_onto(printer)
    assert len(pages_of((tmp_path / "a.pdf").read_bytes())) == 3


def test_the_preview_turns_pages_with_the_keyboard_and_fits_a_small_screen(qtbot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.resize(*SMALL)
    owner.show()
    preview = PaperPreview(lambda printer: draw_paper(printer, LONG), owner, has_word=True)
    preview.open()
    settle()
    assert preview.width() <= SMALL[0]
    assert preview.height() <= SMALL[1]
    assert_nothing_clipped(preview)
    qtbot.waitUntil(lambda: preview.sheet.pageCount() == 3)
    assert not preview.earlier.isEnabled()
    qtbot.keyClick(preview, Qt.Key.Key_PageDown)
    assert preview.sheet.currentPage() == 2
    preview.later.click()
    assert not preview.later.isEnabled()
    with qtbot.waitSignal(preview.save_asked):
        preview.save_button.click()
