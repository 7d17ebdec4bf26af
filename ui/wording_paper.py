"""Words on printed pages and around printing; collected by ``ui.wording``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.errors import ErrorCode
from i18n.text import tr


def page_words(page: int, pages: int) -> str:
    """At the foot of a page."""
    return tr("第 {page} 页，共 {pages} 页", page=page, pages=pages)


def page_parts() -> tuple[str, str, str]:
    """The same around its two numbers, which a Word document works out by itself."""
    mark = "\f"
    before, between, after = tr("第 {page} 页，共 {pages} 页", page=mark, pages=mark).split(mark)
    return before, between, after


def saved_words(file: str) -> str:
    """After a PDF or a Word document was written."""
    return tr("已存为 {file}。", file=file)


PAPER_ERROR_SENTENCES: Final[Mapping[ErrorCode, Callable[..., str]]] = {
    ErrorCode.PAPER_NOT_PRINTED: lambda: tr(
        "没有打印出来：打印机没有接上、没有开或没有响应。资料没有改动。"
        "请看看打印机再试，或先存为 PDF。"
    ),
    ErrorCode.PAPER_NOT_WRITTEN: lambda *, file, problem: tr(
        "{file} 没有存成（{problem}）。原来的文件没有动，资料也没有改动。"
        "如果它正在别的程序里打开，请先关掉；或换一个地方再存。",
        file=file,
        problem=problem,
    ),
}
