"""Opening a workbook that came from anywhere, safely.

A file on a village laptop may be a renamed web page, an old .xls, a locked workbook, half a
download or something made to harm. Everything that would cost memory or time is measured before
openpyxl sees it, and every failure becomes one `UserFacingError` that says which kind it is.
"""

from __future__ import annotations

import re
import stat
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from app.errors import ErrorCode, UserFacingError
from app.exchange.sheet_scan import SheetScan, scan_sheet

MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_SHARED_TEXT_BYTES = 40_000_000
"""A roster of 20,000 residents unpacks to about 10 MB; openpyxl keeps all shared text in memory."""
MAX_OTHER_PART_BYTES = 10_000_000
"""Styles, the table of contents and the like: openpyxl makes an object of every element."""
MAX_PARTS = 5_000
MAX_SHEETS = 200
MAX_CELLS = 5_000_000
"""Cells in one sheet, empty ones too: each costs openpyxl time, and 20,000 rows need far fewer."""
MAX_ROWS = 20_000
"""Rows with content in one sheet. The county's largest village has a few thousand residents."""

_OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_SHEET_NAMED = re.compile(rb"<(\w+:)?sheet\s")
_WORKSHEET_PART = re.compile(r"(^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    InvalidFileException,
    EOFError,
    OSError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    OverflowError,
)
"""What openpyxl, zipfile and expat raise for a damaged workbook."""


class FileLook(StrEnum):
    """What a file that is not a workbook looks like inside."""

    EMPTY_FILE = "empty_file"
    FOLDER = "folder"
    WEB_PAGE = "web_page"
    TEXT = "text"
    PDF = "pdf"
    PICTURE = "picture"
    WORD_DOCUMENT = "word_document"
    PRESENTATION = "presentation"
    BINARY_WORKBOOK = "binary_workbook"
    OPEN_DOCUMENT = "open_document"
    ARCHIVE = "archive"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SafeWorkbook:
    """A workbook that passed the checks; valid inside `open_workbook`."""

    file_name: str
    _workbook: Workbook
    _scans: dict[str, SheetScan]

    def visible_sheets(self) -> tuple[ReadOnlyWorksheet, ...]:
        """The sheets a person sees, in order; chart sheets are none of ours."""
        sheets = (s for s in self._workbook.worksheets if isinstance(s, ReadOnlyWorksheet))
        return tuple(sheet for sheet in sheets if sheet.sheet_state == "visible")

    def hidden_sheets(self) -> tuple[str, ...]:
        """The names of the sheets a person does not see."""
        sheets = (s for s in self._workbook.worksheets if isinstance(s, ReadOnlyWorksheet))
        return tuple(sheet.title for sheet in sheets if sheet.sheet_state != "visible")

    def scan_of(self, sheet: ReadOnlyWorksheet) -> SheetScan:
        """The rows with content and the merged ranges of a sheet."""
        # openpyxl's streaming sheets know their part of the archive but not their merged cells.
        part: str = getattr(sheet, "_worksheet_path", "")
        return self._scans.get(part.lstrip("/"), SheetScan())


@contextmanager
def open_workbook(path: Path) -> Iterator[SafeWorkbook]:
    """Open a workbook for streaming, after measuring it.

    Raises UserFacingError: WORKBOOK_NOT_FOUND, WORKBOOK_NOT_READABLE, WORKBOOK_NOT_EXCEL,
    WORKBOOK_OLD_FORMAT, WORKBOOK_LOCKED, WORKBOOK_DAMAGED, WORKBOOK_TOO_LARGE,
    WORKBOOK_TOO_MANY_ROWS.
    """
    name = path.name
    with _opened(path) as file:
        try:
            _refuse_what_is_no_zip(file, name)
        except OSError as error:  # a stick that is pulled out or worn out
            raise UserFacingError(ErrorCode.WORKBOOK_NOT_READABLE, file=name) from error
        with told_as_damaged(name), zipfile.ZipFile(file) as archive:
            _refuse_unsafe_archive(archive, name)
            scans = _scan_sheets(archive, name)
        with told_as_damaged(name):
            file.seek(0)
            workbook = _load(file)
        # Not under told_as_damaged: a bug of the caller must not be told as a damaged file.
        try:
            yield SafeWorkbook(name, workbook, scans)
        finally:
            with suppress(*_UNREADABLE):
                workbook.close()


@contextmanager
def told_as_damaged(name: str) -> Iterator[None]:
    """Turn what a broken workbook raises into one sentence."""
    try:
        yield
    except _UNREADABLE as error:
        raise UserFacingError(ErrorCode.WORKBOOK_DAMAGED, file=name) from error


def _load(file: IO[bytes]) -> Workbook:
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions it leaves out; a roster needs neither.
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(file, read_only=True, data_only=False, keep_links=False)


def _opened(path: Path) -> IO[bytes]:
    try:
        if path.is_dir():
            raise UserFacingError(
                ErrorCode.WORKBOOK_NOT_EXCEL, file=path.name, looks_like=FileLook.FOLDER.value
            )
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe: opening it would wait for ever
            raise UserFacingError(ErrorCode.WORKBOOK_NOT_READABLE, file=path.name)
        if found.st_size > MAX_FILE_BYTES:
            raise UserFacingError(
                ErrorCode.WORKBOOK_TOO_LARGE, file=path.name, limit_mb=MAX_FILE_BYTES // 1_000_000
            )
        return path.open("rb")
    except FileNotFoundError as error:
        raise UserFacingError(ErrorCode.WORKBOOK_NOT_FOUND, file=path.name) from error
    except (OSError, ValueError) as error:
        raise UserFacingError(ErrorCode.WORKBOOK_NOT_READABLE, file=path.name) from error


def _refuse_what_is_no_zip(file: IO[bytes], name: str) -> None:
    head = file.read(4096)
    file.seek(0)
    if head.startswith(_OLE_SIGNATURE):
        raise UserFacingError(_ole_code(file), file=name, looks_like=FileLook.UNKNOWN.value)
    if not head.startswith(_ZIP_SIGNATURES):
        look = _look_of(head)
        raise UserFacingError(ErrorCode.WORKBOOK_NOT_EXCEL, file=name, looks_like=look.value)


def _ole_code(file: IO[bytes]) -> ErrorCode:
    """Which of the three an old Microsoft container is, by the names of its streams."""
    content = file.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return ErrorCode.WORKBOOK_LOCKED
    if any(stream.encode("utf-16-le") in content for stream in ("Workbook", "Book")):
        return ErrorCode.WORKBOOK_OLD_FORMAT
    return ErrorCode.WORKBOOK_NOT_EXCEL


def _look_of(head: bytes) -> FileLook:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if not head:
        return FileLook.EMPTY_FILE
    if start.startswith(b"%pdf"):
        return FileLook.PDF
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")):
        return FileLook.PICTURE
    if start.startswith(b"<") and (b"<html" in start or b"<table" in start or b"doctype" in start):
        return FileLook.WEB_PAGE
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return FileLook.ARCHIVE
    return FileLook.UNKNOWN if b"\0" in head else FileLook.TEXT


def _refuse_unsafe_archive(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & 0x1 for part in parts):
        raise UserFacingError(ErrorCode.WORKBOOK_LOCKED, file=name)
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        look = _look_of_archive(names)
        raise UserFacingError(ErrorCode.WORKBOOK_NOT_EXCEL, file=name, looks_like=look.value)
    # The directory's sizes can be trusted: zipfile never unpacks a part beyond its stated size.
    shared = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    unpacked = sum(part.file_size for part in parts)
    others = max((part.file_size for part in parts if _is_read_whole(part)), default=0)
    is_too_large = shared > MAX_SHARED_TEXT_BYTES or unpacked > MAX_UNPACKED_BYTES
    if is_too_large or len(parts) > MAX_PARTS or others > MAX_OTHER_PART_BYTES:
        raise _too_large(name)
    _refuse_document_types(archive, parts, name)
    book = next(part for part in parts if part.filename.lower() == "xl/workbook.xml")
    if len(_SHEET_NAMED.findall(archive.read(book))) > MAX_SHEETS:
        raise _too_large(name)


def _is_read_whole(part: zipfile.ZipInfo) -> bool:
    """Whether openpyxl may turn the part into objects; sheets are streamed, texts measured."""
    name = part.filename.lower()
    if _WORKSHEET_PART.search(name) or "sharedstrings" in name:
        return False
    return name.endswith((".xml", ".rels"))


def _too_large(name: str) -> UserFacingError:
    limit = MAX_UNPACKED_BYTES // 1_000_000
    return UserFacingError(ErrorCode.WORKBOOK_TOO_LARGE, file=name, limit_mb=limit)


def _look_of_archive(names: set[str]) -> FileLook:
    looks = {
        "word/document.xml": FileLook.WORD_DOCUMENT,
        "ppt/presentation.xml": FileLook.PRESENTATION,
        "xl/workbook.bin": FileLook.BINARY_WORKBOOK,
        "mimetype": FileLook.OPEN_DOCUMENT,
    }
    return next((look for part, look in looks.items() if part in names), FileLook.ARCHIVE)


def _refuse_document_types(
    archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str
) -> None:
    """No real workbook declares entities; one that does means to harm."""
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as content:
                if b"<!DOCTYPE" in content.read(2048):
                    raise UserFacingError(ErrorCode.WORKBOOK_DAMAGED, file=name)


def _scan_sheets(archive: zipfile.ZipFile, name: str) -> dict[str, SheetScan]:
    scans: dict[str, SheetScan] = {}
    for part in archive.infolist():
        if not _WORKSHEET_PART.search(part.filename):
            continue
        with archive.open(part) as content:
            scan = scan_sheet(content, stop_after=MAX_ROWS, most_cells=MAX_CELLS)
        if scan.cells > MAX_CELLS:
            raise _too_large(name)
        if scan.filled_rows > MAX_ROWS:
            raise UserFacingError(ErrorCode.WORKBOOK_TOO_MANY_ROWS, file=name, limit=MAX_ROWS)
        scans[part.filename] = scan
    return scans
