"""Files that are no usable workbook: one clear code each, and nothing half done."""

from __future__ import annotations

import io
import os
import re
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from app.errors import ErrorCode, UserFacingError
from app.exchange import roster_sheets
from app.exchange import workbook as workbook_module
from app.exchange.roster import read_roster
from app.exchange.roster_report import RefusalReason
from app.exchange.sheet_grid import MAX_COLUMNS
from app.exchange.table_forms import VISITS
from app.exchange.table_read import read_table
from app.exchange.workbook import MAX_ROWS, FileLook, open_workbook
from tests.unit.exchange.workbooks import (
    HEADER,
    MAN,
    PINGTAN,
    SHEET_END,
    SHEET_START,
    TODAY,
    person,
    replace_part,
    save_roster,
    save_workbook,
    sheet_xml,
)

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
SHEET_PART = "xl/worksheets/sheet1.xml"


def refusal_of(path: Path, **options: Any) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        read_roster(path, today=TODAY, **options)
    return caught.value


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def archive_of(path: Path, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def test_missing_file(tmp_path: Path) -> None:
    error = refusal_of(tmp_path / "没有.xlsx")
    assert error.code is ErrorCode.WORKBOOK_NOT_FOUND
    assert error.params["file"] == "没有.xlsx"


def test_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_roster(tmp_path / "a.xlsx", person())

    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal_of(path).code is ErrorCode.WORKBOOK_NOT_READABLE


@pytest.mark.parametrize(
    ("content", "look"),
    [
        (b"", FileLook.EMPTY_FILE),
        ("序号,户号,姓名\n1,001,陆再\n".encode(), FileLook.TEXT),
        ("序号,户号,姓名\n1,001,陆再\n".encode("gb18030"), FileLook.TEXT),
        (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", FileLook.WEB_PAGE),
        (b"%PDF-1.7\n...", FileLook.PDF),
        (b"\x89PNG\r\n\x1a\n\0\0", FileLook.PICTURE),
        (b"Rar!\x1a\x07\0", FileLook.ARCHIVE),
        (b"\x01\x02\0\0\x03", FileLook.UNKNOWN),
    ],
)
def test_renamed_files(tmp_path: Path, content: bytes, look: FileLook) -> None:
    error = refusal_of(written(tmp_path / "名册.xlsx", content))
    assert error.code is ErrorCode.WORKBOOK_NOT_EXCEL
    assert error.params["looks_like"] == look


@pytest.mark.parametrize(
    ("part", "look"),
    [
        ("word__document.xml", FileLook.WORD_DOCUMENT),
        ("ppt__presentation.xml", FileLook.PRESENTATION),
        ("xl__workbook.bin", FileLook.BINARY_WORKBOOK),
        ("mimetype", FileLook.OPEN_DOCUMENT),
        ("名册.txt", FileLook.ARCHIVE),
    ],
)
def test_other_archives(tmp_path: Path, part: str, look: FileLook) -> None:
    error = refusal_of(archive_of(tmp_path / "名册.xlsx", **{part: "x"}))
    assert error.code is ErrorCode.WORKBOOK_NOT_EXCEL
    assert error.params["looks_like"] == look


def test_a_folder(tmp_path: Path) -> None:
    error = refusal_of(tmp_path)
    assert error.code is ErrorCode.WORKBOOK_NOT_EXCEL
    assert error.params["looks_like"] == FileLook.FOLDER


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Opening it would wait for a writer that never comes."""
    pipe = tmp_path / "名册.xlsx"
    os.mkfifo(pipe)
    assert refusal_of(pipe).code is ErrorCode.WORKBOOK_NOT_READABLE


def test_a_stick_that_fails_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FailingStick(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    path = save_roster(tmp_path / "a.xlsx", person())
    monkeypatch.setattr(Path, "open", lambda self, mode: FailingStick())
    assert refusal_of(path).code is ErrorCode.WORKBOOK_NOT_READABLE


def test_the_old_format(tmp_path: Path) -> None:
    content = OLE + "Workbook".encode("utf-16-le") + bytes(500)
    error = refusal_of(written(tmp_path / "名册.xls", content))
    assert error.code is ErrorCode.WORKBOOK_OLD_FORMAT


def test_another_old_office_file(tmp_path: Path) -> None:
    content = OLE + "WordDocument".encode("utf-16-le") + bytes(500)
    error = refusal_of(written(tmp_path / "名册.xlsx", content))
    assert error.code is ErrorCode.WORKBOOK_NOT_EXCEL


def test_a_workbook_locked_with_a_password(tmp_path: Path) -> None:
    locked = tmp_path / "locked.xlsx"
    with PINGTAN.open("rb") as plain, locked.open("wb") as out:
        OOXMLFile(plain).encrypt("tongdao", out)
    assert refusal_of(locked).code is ErrorCode.WORKBOOK_LOCKED


@pytest.mark.parametrize("kept", [100, 4000, 9000])
def test_half_a_download(tmp_path: Path, kept: int) -> None:
    content = PINGTAN.read_bytes()
    assert kept < len(content)
    error = refusal_of(written(tmp_path / "half.xlsx", content[:kept]))
    assert error.code is ErrorCode.WORKBOOK_DAMAGED


def test_a_flipped_byte_in_the_sheet(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", *[person(f"陆{n}") for n in range(200)])
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo(SHEET_PART).header_offset
    content[offset + 200] ^= 0xFF
    assert refusal_of(written(path, bytes(content))).code is ErrorCode.WORKBOOK_DAMAGED


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><sheetData><row>",
        b"\xff\xfe\x00",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet><sheetData/></worksheet>",
        (SHEET_START + '<row r="x"/>' + SHEET_END).encode(),
        (SHEET_START + '<row r="1000000000000"><c><v>1</v></c></row>' + SHEET_END).encode(),
        (SHEET_START + '<row r="0"><c><v>1</v></c></row>' + SHEET_END).encode(),
        (SHEET_START + '<row r="5"><c><v>1</v></c></row><row r="2"/>' + SHEET_END).encode(),
        (SHEET_START + '<row><c t="s"><v>99999</v></c></row>' + SHEET_END).encode(),
    ],
)
def test_broken_sheets(tmp_path: Path, sheet: bytes) -> None:
    path = save_roster(tmp_path / "a.xlsx", person())
    replace_part(path, SHEET_PART, sheet)
    assert refusal_of(path).code is ErrorCode.WORKBOOK_DAMAGED


def test_a_broken_table_of_contents(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", person())
    replace_part(path, "xl/workbook.xml", b"<nothing/>")
    assert refusal_of(path).code in (ErrorCode.WORKBOOK_DAMAGED, ErrorCode.WORKBOOK_EMPTY)


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "bomb.xlsx", person())
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.png", "w") as part,
    ):
        for _ in range(201):
            part.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    assert refusal_of(path).code is ErrorCode.WORKBOOK_TOO_LARGE


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_a_part_that_openpyxl_would_choke_on(tmp_path: Path, part: str) -> None:
    """A few hundred kilobytes that would cost minutes and gigabytes to turn into objects."""
    path = save_roster(tmp_path / "bomb.xlsx", person())
    replace_part(path, part, b"<x>" + b"<y/>" * 2_750_000 + b"</x>")
    assert refusal_of(path).code is ErrorCode.WORKBOOK_TOO_LARGE


def test_more_sheets_than_anyone_keeps(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "bomb.xlsx", person())
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml")
    (first,) = re.findall(rb"<sheet [^>]*/>", book)
    more = b"".join(first.replace(b'name="Sheet"', b'name="s%d"' % number) for number in range(600))
    replace_part(path, "xl/workbook.xml", book.replace(first, more))
    assert refusal_of(path).code is ErrorCode.WORKBOOK_TOO_LARGE


def test_millions_of_empty_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "MAX_CELLS", 10_000)
    path = save_roster(tmp_path / "bomb.xlsx", person())
    sheet = SHEET_START + ("<row>" + "<c/>" * 100 + "</row>") * 101 + SHEET_END
    replace_part(path, SHEET_PART, sheet.encode())
    assert refusal_of(path).code is ErrorCode.WORKBOOK_TOO_LARGE


def test_a_huge_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_roster(tmp_path / "a.xlsx", person())
    monkeypatch.setattr(workbook_module, "MAX_FILE_BYTES", 1000)
    assert refusal_of(path).code is ErrorCode.WORKBOOK_TOO_LARGE


def test_an_archive_whose_parts_have_passwords(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", person())
    content = bytearray(path.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 0x1
    assert refusal_of(written(path, bytes(content))).code is ErrorCode.WORKBOOK_LOCKED


def test_100_000_rows_are_refused_whole(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "big.xlsx", person())
    row = tuple(str(value or "") for value in person())
    replace_part(path, SHEET_PART, sheet_xml([HEADER, *[row] * 100_000]))
    error = refusal_of(path)
    assert error.code is ErrorCode.WORKBOOK_TOO_MANY_ROWS
    assert error.params["limit"] == MAX_ROWS


def test_the_limit_itself_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "MAX_ROWS", 3)
    within = save_roster(tmp_path / "a.xlsx", person(), person("甲", "子", number=None))
    assert len(read_roster(within, today=TODAY).residents) == 2
    beyond = save_roster(tmp_path / "b.xlsx", *[person(number=None)] * 3)
    assert refusal_of(beyond).code is ErrorCode.WORKBOOK_TOO_MANY_ROWS


def test_rows_formatted_to_the_end_do_not_count(tmp_path: Path) -> None:
    """Sheets are often formatted to the last row there is; those rows hold nothing."""
    path = save_roster(tmp_path / "a.xlsx", person())
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET_PART)
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 60_000))
    replace_part(path, SHEET_PART, sheet.replace(b"</sheetData>", empty + b"</sheetData>"))
    report = read_roster(path, today=TODAY)
    assert (len(report.residents), report.skipped) == (1, ())


def test_a_stray_word_in_the_last_row_there_is(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", person())
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET_PART)
    stray = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    replace_part(path, SHEET_PART, sheet.replace(b"</sheetData>", stray))
    started = time.process_time()
    assert len(read_roster(path, today=TODAY).residents) == 1
    assert time.process_time() - started < 5


def test_a_wrong_dimension_hides_nothing(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", person(), person("甲", "子", number=None))
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET_PART)
    assert b'ref="A1:I3"' in sheet
    replace_part(path, SHEET_PART, sheet.replace(b'ref="A1:I3"', b'ref="A1"'))
    assert len(read_roster(path, today=TODAY).residents) == 2


def test_columns_far_to_the_right_are_left_alone(tmp_path: Path) -> None:
    row = [*person(), *[None] * 500, "很远"]
    path = save_workbook(tmp_path / "a.xlsx", [HEADER, row])
    assert len(row) > MAX_COLUMNS
    assert len(read_roster(path, today=TODAY).residents) == 1


def test_an_empty_workbook(tmp_path: Path) -> None:
    assert refusal_of(save_workbook(tmp_path / "a.xlsx", [])).code is ErrorCode.WORKBOOK_EMPTY


def test_no_header(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "a.xlsx", [["甲", "乙", "丙"], [1, 2, 3]])
    assert refusal_of(path).code is ErrorCode.WORKBOOK_NO_HEADER


def two_sheets(path: Path, *, hide_first: bool = False) -> Path:
    workbook = Workbook()
    first = workbook.active
    assert first is not None
    first.title = "说明"
    first.append(["填表说明：照身份证填写"])
    if hide_first:
        first.sheet_state = "hidden"
    second = workbook.create_sheet("名册")
    second.append(HEADER)
    second.append(person())
    workbook.save(path)
    return path


def test_the_first_sheet_with_a_header_is_read(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "a.xlsx")
    assert read_roster(path, today=TODAY).sheet == "名册"
    assert read_roster(path, sheet="名册", today=TODAY).residents[0].identity_number == MAN
    assert refusal_of(path, sheet="说明").code is ErrorCode.WORKBOOK_NO_HEADER


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    error = refusal_of(two_sheets(tmp_path / "a.xlsx"), sheet="第二组")
    assert error.code is ErrorCode.WORKBOOK_SHEET_NOT_FOUND
    assert error.params["sheets"] == "说明、名册"


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    path = two_sheets(tmp_path / "a.xlsx", hide_first=True)
    assert refusal_of(path, sheet="说明").code is ErrorCode.WORKBOOK_SHEET_NOT_FOUND


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "名册.xls", person())
    assert len(read_roster(path, today=TODAY).residents) == 1


def test_a_bug_is_not_told_as_a_damaged_file() -> None:
    with pytest.raises(KeyError), open_workbook(PINGTAN):
        raise KeyError("ours")


# --- what tables and the second form add -----------------------------------------------------


def test_a_workbook_with_macros_is_read_and_never_run(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "名册.xlsm", person())
    replace_part(path, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 a macro")
    assert len(read_roster(path, today=TODAY).residents) == 1


def test_formulas_without_kept_values_refuse_their_rows_alone(tmp_path: Path) -> None:
    """Another program wrote them, and no sheet has ever reckoned them."""
    path = save_roster(tmp_path / "a.xlsx", person("甲"), person("=B2", "子", "男", "=G2"))
    report = read_roster(path, today=TODAY)
    assert [resident.name for resident in report.residents] == ["甲"]
    assert [row.reason for row in report.refused] == [RefusalReason.CELL_HAS_FORMULA]


def test_many_sheets_together_may_not_be_endless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_sheets, "MAX_ROWS", 5)
    book = Workbook()
    for _ in range(3):
        sheet = book.create_sheet()
        sheet.append(HEADER)
        sheet.append(person())
        sheet.append(person("乙"))
    path = tmp_path / "a.xlsx"
    book.save(path)
    error = refusal_of(path)
    assert error.code is ErrorCode.WORKBOOK_TOO_MANY_ROWS


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b,c\n1,2,3\n", ErrorCode.WORKBOOK_NOT_EXCEL),
        (OLE + "EncryptedPackage".encode("utf-16-le"), ErrorCode.WORKBOOK_LOCKED),
        (OLE + "Workbook".encode("utf-16-le"), ErrorCode.WORKBOOK_OLD_FORMAT),
        (b"", ErrorCode.WORKBOOK_NOT_EXCEL),
        (b"PK\x03\x04 half a file", ErrorCode.WORKBOOK_DAMAGED),
    ],
)
def test_tables_take_the_same_care(tmp_path: Path, content: bytes, code: ErrorCode) -> None:
    path = written(tmp_path / "走访.xlsx", content)
    with pytest.raises(UserFacingError) as raised:
        read_table(path, VISITS, now=datetime(2026, 11, 23, tzinfo=UTC))
    assert raised.value.code is code
