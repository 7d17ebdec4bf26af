"""Sentences about the exchange by USB stick: what happened, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from app.errors import ErrorCode
from i18n.text import tr
from sync.client.stick import StickRead, StickRow, StickState, StickWritten
from ui.wording_time import long_moment


def stick_state_word(state: StickState) -> tuple[str, str]:
    """A receipt's small word and its colour kind."""
    words = {
        StickState.UNDER_WAY: (tr("等回执"), "info"),
        StickState.ANSWERED: (tr("已确认"), "ok"),
        StickState.BY_LINE: (tr("已另行确认"), "ok"),
    }
    return words[state]


def stick_state_sentence(row: StickRow) -> str:
    """What the small word means for this writing."""
    if row.state is StickState.ANSWERED:
        return tr(
            "县里的回执已经读入，带回 {count} 条县里的资料。这只U盘可以清空了。", count=row.changes
        )
    if row.state is StickState.BY_LINE:
        return tr("里面的内容已经另外得到县里的答复（联网或别的U盘），这一次不用再等。")
    return tr("请把U盘送到乡镇或县里读入，再带回来点“从U盘读入”。在那以前内容都还在本机。")


def stick_moment(iso: str | None) -> str:
    """A moment of the list; empty for one that has not come."""
    return "" if iso is None else long_moment(datetime.fromisoformat(iso))


def stick_written_sentence(written: StickWritten) -> str:
    """After writing out."""
    return tr(
        "已写到U盘：第 {number} 次，{count} 条待上传的内容，{files} 个文件。"
        "内容仍留在本机。请把U盘送到乡镇或县里读入。",
        number=written.number,
        count=written.operations,
        files=len(written.files),
    )


def stick_read_sentence(read: StickRead) -> str:
    """After reading in."""
    numbers = "、".join(str(number) for number in read.numbers)
    if not read.is_new:
        return tr("这份回执（第 {numbers} 次）以前读过了，这次没有改动任何内容。", numbers=numbers)
    return tr(
        "已读入第 {numbers} 次的回执，带来 {rows} 条县里的资料。", numbers=numbers, rows=read.rows
    )


STICK_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.STICK_CUT_OFF: lambda *, part, parts: tr(
        "回执一共 {parts} 个文件，缺第 {part} 个。什么都没有读入，本机没有改动。"
        "请把县里写的文件全部拷到同一个文件夹，再读一次。",
        part=part,
        parts=parts,
    ),
    ErrorCode.STICK_DOES_NOT_FIT: lambda: tr(
        "这份回执接不上本机现有的资料，没有读入。待上传的内容都还在。"
        "请再写出一次到U盘，送县里读入；能联网时也可以直接同步。"
    ),
    ErrorCode.STICK_EMPTY: lambda *, folder: tr(
        "{folder} 里没有县里的回执文件。本机没有改动。请选U盘上存放回执的文件夹。", folder=folder
    ),
    ErrorCode.STICK_FOR_ANOTHER: lambda *, folder: tr(
        "{folder} 里的回执是给别的电脑的，打不开，也没有读入。本机没有改动。"
        "请确认拿的是本村的U盘。",
        folder=folder,
    ),
    ErrorCode.STICK_FROM_NEWER_PROGRAM: lambda *, file: tr(
        "{file} 是更新版本的程序写的。什么都没有读入，本机没有改动。请先升级本机的程序。",
        file=file,
    ),
    ErrorCode.STICK_NOT_ENROLLED: lambda: tr(
        "这台电脑还没有在县里开通，不能用U盘交换。内容都还在。请先用县里给的开通文件开通。"
    ),
    ErrorCode.STICK_NOT_READ: lambda *, file, problem: tr(
        "读不了 {file}（{problem}）。什么都没有读入，本机没有改动。请检查U盘是否插好，再读一次。",
        file=file,
        problem=problem,
    ),
    ErrorCode.STICK_NOT_WRITTEN: lambda *, folder, problem: tr(
        "写不进 {folder}（{problem}）。内容都还在本机，照样等着上报。"
        "请看看U盘是不是满了、是不是写保护，再写一次。",
        folder=folder,
        problem=problem,
    ),
    ErrorCode.STICK_NO_COUNTY_KEYS: lambda: tr(
        "本机还不知道县里的密钥，没有写出，内容都还在。请联网同步一次（只要一次），以后就可以用U盘。"
    ),
    ErrorCode.STICK_STOPPED: lambda: tr(
        "已停下。读入过的留着，没有读的再读一次会接着读；待上传的内容都还在。"
    ),
    ErrorCode.STICK_TAMPERED: lambda *, file: tr(
        "回执文件 {file} 坏了或被改动过，整份都没有读入，本机没有改动。请向县里再要一份。",
        file=file,
    ),
}
