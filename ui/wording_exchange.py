"""Sentences about tables that come from Excel and go there; collected by ``ui.wording``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.errors import ErrorCode
from i18n.text import tr

Sentence = Callable[..., str]

EXCHANGE_ERROR_SENTENCES: Mapping[ErrorCode, Sentence] = {
    ErrorCode.SHEET_NOT_WRITTEN: lambda *, file, problem: tr(
        "{file} 没有写成（{problem}）。原来的同名文件没有动，资料也没有改动。"
        "如果它正在 Excel 或 WPS 里打开，请先关掉；或换一个文件夹再导出。",
        file=file,
        problem=problem,
    ),
}
