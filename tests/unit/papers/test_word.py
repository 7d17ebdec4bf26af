"""Every paper as a Word document: the words of its blocks, A4, fonts by name, pages numbered."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from app.cases.actions import record_case
from app.cases.number_rules import scan_text
from app.cases.vocabulary import PartySide
from app.papers.queries import PaperFacts, facts_with_phones
from app.papers.vocabulary import PaperKind
from sync.client.number_blocks import lay_blocks
from tests.helpers.stores import a_store, an_actor
from tests.unit.cases.drafts_of_cases import a_draft, a_party
from tests.unit.papers.test_forms import words
from ui.papers.blocks import Fields, Head, Lines, Note, PaperContent, Sheet, Signs, Text
from ui.papers.forms import content_of
from ui.papers.word import WordPaper, word_bytes

RARE = "杨𬭎𪩘"
"""GB 18030 level 3: beyond the basic plane."""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperFacts]:
    folder: Path = tmp_path_factory.mktemp("papers")
    store = a_store(folder)
    with store.local_writing() as session:
        lay_blocks(session, {"number_blocks": [["case", 2026, 1234, 1283]]})
    parties = (
        a_party(RARE, phone="13900001234", address="坪坦村三组", birth_date=date(1976, 11, 24)),
        a_party("石<某>&", PartySide.B),
    )
    actor = an_actor()
    case_id = record_case(store, actor, a_draft(parties=parties, story="一\n二\x0b三")).case_id
    yield facts_with_phones(store, actor, case_id)
    store.close()


def made_of(content: PaperContent) -> WordDocument:
    paper = WordPaper(
        content, number="通纠〔2026〕0001234-6", scan="1", unit="坪坦村", footer="石某 打印"
    )
    return Document(io.BytesIO(word_bytes(paper)))


def all_words(document: WordDocument) -> str:
    return "".join(one.text or "" for one in document.element.body.iter(qn("w:t")))


@pytest.mark.parametrize("kind", PaperKind)
def test_the_document_says_what_the_blocks_say(facts: PaperFacts, kind: PaperKind) -> None:
    content = content_of(kind, facts)
    document = made_of(content)
    told = all_words(document)
    for line in words(content).replace("\x0b", "").split("\n"):
        assert line in told
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    wanted = 28 if content.is_letter else 20
    assert round(section.left_margin.mm) == wanted  # GB/T 9704-2012 for letters
    assert len(document.inline_shapes) == 1
    foot = section.footer.paragraphs[0]
    assert "0001234-6" in foot.text
    fields = [one.get(qn("w:instr")) for one in foot._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_rare_characters_and_chinese_fonts_stand_in_it(facts: PaperFacts) -> None:
    document = made_of(content_of(PaperKind.APPLICATION, facts))
    assert RARE in all_words(document)
    assert "石<某>&" in all_words(document)
    fonts = document.styles["Normal"].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == "仿宋"


def test_the_head_of_a_table_comes_again_and_lines_can_be_written_on() -> None:
    rows = tuple((str(n), "甲" * 30) for n in range(80))
    document = made_of(PaperContent("单", (Sheet(("序号", "事项"), rows, blank_rows=2), Lines(3))))
    table = document.tables[1]
    assert len(table.rows) == 83
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:cantSplit")) is not None
    ruled = [one for one in document.paragraphs if one._p.findall(f".//{qn('w:pBdr')}")]
    assert len(ruled) == 3


def test_the_same_paper_gives_the_same_words_and_day() -> None:
    content = PaperContent("单", (Text("正文"),))
    core = made_of(content).core_properties
    assert (core.author, core.title) == ("", "单 通纠〔2026〕0001234-6")
    assert core.created is not None
    assert core.created.date() == date(2026, 1, 1)


@pytest.mark.parametrize(
    "words",
    ["\x00\x01\x0b控制\x1f", "\ud800半\udfff", "\ufffe\uffff]]>&", "\u202e倒𠀀😀", "长" * 9_000],
)
def test_no_words_keep_a_document_from_being_made(words: str) -> None:
    """Also not where a document says its own title, which Word keeps short."""
    blocks = (
        Fields((((words, words),),), tall=frozenset({words})),
        *(Text(words), Head(words), Sheet((words,), ((words,),)), Signs((words,)), Note(words)),
    )
    document = made_of(PaperContent(words, blocks))
    assert document.core_properties.title
    assert words[-1:].strip("\x1f\udfff") in all_words(document)


def test_the_code_is_the_one_of_the_printed_page(facts: PaperFacts) -> None:
    import zxingcpp
    from PySide6.QtGui import QImage

    scan = scan_text(facts.case.number, facts.case.case_id)
    paper = WordPaper(content_of(PaperKind.PROGRESS, facts), number="1", scan=scan)
    document = Document(io.BytesIO(word_bytes(paper)))
    (picture,) = (one for one in document.part.package.image_parts)
    image = QImage.fromData(picture.blob).convertToFormat(QImage.Format.Format_Grayscale8)
    assert image.bytesPerLine() >= image.width()
    dots = memoryview(image.constBits()).cast("B", (image.height(), image.bytesPerLine()))
    (code,) = zxingcpp.read_barcodes(dots)
    assert code.text == scan
