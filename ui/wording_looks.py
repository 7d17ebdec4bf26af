"""Words about looks at personal data; collected by ``ui.wording``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.errors import ErrorCode
from i18n.text import tr

LOOK_ERROR_SENTENCES: Final[Mapping[ErrorCode, Callable[..., str]]] = {
    ErrorCode.LOOK_SUBJECT_GONE: lambda: tr(
        "这条记录已经不在了，号码没有显示，也没有留下查看记录。请回到列表看看现在的情况。"
    ),
}
