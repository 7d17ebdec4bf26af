"""Words and sentences about attachments: what may be attached, where an original is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.attachments.queries import AttachmentRow
from app.attachments.rules import MAX_BYTES
from app.attachments.vocabulary import AttachmentProblem, BlobState, MediaType
from app.errors import ErrorCode
from app.store import SyncState
from i18n.text import tr
from ui.wording_time import short_moment

_MIB = 1024 * 1024


def size_text(size: int) -> str:
    """A size in bytes as people say it."""
    if size >= _MIB:
        return tr("{size} MB", size=f"{size / _MIB:.1f}")
    return tr("{size} KB", size=max(1, round(size / 1024)))


def media_word(media_type: str) -> str:
    """What kind of file it is."""
    words: Mapping[str, str] = {
        MediaType.JPEG: tr("照片"),
        MediaType.PNG: tr("图片"),
        MediaType.PDF: tr("PDF 文件"),
    }
    is_audio = media_type.startswith("audio/")
    return words.get(media_type, tr("录音") if is_audio else tr("其他文件"))


def original_word(row: AttachmentRow) -> tuple[str, str]:
    """Where the original is, in a word or two, and its colour kind; empty when all is well."""
    if row.is_withdrawn:
        return tr("已撤下"), "neutral"
    if row.sync_state in (SyncState.REFUSED, SyncState.CONFLICT):
        return tr("未采纳"), "danger"
    words = {
        BlobState.NOT_HERE: (tr("原件未到"), "neutral"),
        BlobState.HERE: (tr("待传"), "info"),
        BlobState.SENDING: (tr("已传 {part}", part=percent(row)), "info"),
        BlobState.AT_COUNTY: ("", "ok"),
        BlobState.WANTED: (tr("正在要原件"), "info"),
        BlobState.ARRIVING: (tr("已到 {part}", part=percent(row)), "info"),
    }
    if row.problem == "blob_unknown" and not row.is_here:
        return tr("原件未到县里"), "warn"
    return words[row.original]


def percent(row: AttachmentRow) -> str:
    """How much of the original was moved."""
    return f"{100 * row.moved // max(1, row.size)}%"


def strip_title(count: int) -> str:
    """Over the row of attachments."""
    return tr("附件 {count}", count=count) if count else tr("附件")


def facts_line(row: AttachmentRow) -> str:
    """Who attached it when, and when it was taken."""
    parts = [media_word(row.media_type), size_text(row.size)]
    if row.taken_at is not None:
        taken = short_moment(row.taken_at)
        is_voice = row.media_type.startswith("audio/")
        parts.append(
            tr("录于 {moment}", moment=taken) if is_voice else tr("拍摄于 {moment}", moment=taken)
        )
    moment = short_moment(row.happened_at)
    parts.append(
        tr("{name} {moment} 加上", name=row.by_name, moment=moment)
        if row.by_name
        else tr("{moment} 加上", moment=moment)
    )
    return " · ".join(parts)


def original_sentence(row: AttachmentRow) -> str:
    """What is shown instead of the original, or beside it; empty when all is well."""
    if row.problem == "blob_unknown" and not row.is_here:
        return tr("加这个附件的电脑还没有把原件传到县里，传到以后会取来。")
    if row.problem == "damaged":
        return tr("本机的原件坏了，县里也还没有。请找原来的文件再加一次。")
    sentences = {
        BlobState.NOT_HERE: tr("原件没有到本机，现在只有缩略图。")
        if row.thumbnail is not None
        else tr("原件没有到本机，现在只有名称。"),
        BlobState.WANTED: tr("正在等原件，连上县里就取来。"),
        BlobState.ARRIVING: tr("原件正在来，已到 {part}。", part=percent(row)),
    }
    return sentences.get(row.original, "")


def waiting_line(count: int, size: int) -> str:
    """What waits to be sent besides the records."""
    return tr("附件 {count} 个待传 {size}", count=count, size=size_text(size))


def _not_possible(*, name: str, problem: str) -> str:
    whys: Mapping[str, str] = {
        AttachmentProblem.DAMAGED: tr(
            "“{name}”打不开，像是坏了，没有加上。请重新拍一张或重新拷一份。", name=name
        ),
        AttachmentProblem.EMPTY: tr("“{name}”是空的，没有加上。请重新拷一份再加。", name=name),
        AttachmentProblem.NAME_TOO_LONG: tr(
            "“{name}”的文件名不能用，没有加上。原文件没有动；请改短文件名再加。", name=name
        ),
        AttachmentProblem.SUBJECT_UNKNOWN: tr(
            "这类记录不能加附件，“{name}”没有加上，原文件没有动。", name=name
        ),
        AttachmentProblem.THUMBNAIL_TOO_LARGE: tr(
            "“{name}”的缩略图做不小，没有加上。原文件没有动；请另存成普通照片再加。", name=name
        ),
        AttachmentProblem.TOO_LARGE: tr(
            "“{name}”超过 {limit}，没有加上。原文件没有动；请分成几段，或压小以后再加。",
            name=name,
            limit=size_text(MAX_BYTES),
        ),
        AttachmentProblem.TYPE_UNKNOWN: tr(
            "“{name}”不是照片、PDF 或录音，没有加上。原文件没有动；"
            "文档请先存成 PDF，手机照片请选 JPG。",
            name=name,
        ),
    }
    return whys.get(problem, tr("“{name}”没有加上，原文件没有动。", name=name))


def recording_line(
    seconds: float, longest: float, *, is_paused: bool = False, is_silent: bool = False
) -> str:
    """While it runs: how long so far, and how long it may be; whether anything is heard."""
    now, most = _clock(seconds), _clock(longest)
    if is_paused:
        return tr("已暂停 {now} / {longest}", now=now, longest=most)
    if is_silent:
        return tr("正在录音 {now} / {longest}，听不到声音，请看麦克风", now=now, longest=most)
    return tr("正在录音 {now} / {longest}", now=now, longest=most)


def recording_found(when: str) -> str:
    """A recording that was never attached, after a power cut or a locked screen."""
    return tr("有一段还没有加为附件的录音，{when} 存的。", when=when)


def played_line(at: float, whole: float) -> str:
    """Beside a recording that is played: 0:05 / 3:20."""
    return tr("{at} / {whole}", at=_clock(at), whole=_clock(whole))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


ATTACHMENT_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.SOUND_NO_MICROPHONE: lambda: tr(
        "没有找到麦克风，没有开始录音。请接好麦克风再试；也可以用手机录好，再拖到这里。"
    ),
    ErrorCode.SOUND_NO_LOUDSPEAKER: lambda: tr(
        "没有找到喇叭或耳机，放不出声音。录音还在，可以另存后在别处听。"
    ),
    ErrorCode.SOUND_NOT_POSSIBLE: lambda *, problem: tr(
        "这台电脑的声音设备用不了（{problem}）。其他内容不受影响；可以用手机录好，再拖到这里。",
        problem=problem,
    ),
    ErrorCode.SOUND_NOT_PLAYABLE: lambda: tr(
        "这种录音不能在这里播放。录音还在，请另存以后用别的程序听。"
    ),
    ErrorCode.ATTACHMENT_DAMAGED: lambda: tr(
        "这个附件在本机的原件坏了，县里也还没有。缩略图和记录都在；请找原来的文件再加一次。"
    ),
    ErrorCode.ATTACHMENT_FILE_NOT_READ: lambda *, name, problem: tr(
        "“{name}”读不出来（{problem}），没有加上。原文件没有动；请看看U盘是否插好，再加一次。",
        name=name,
        problem=problem,
    ),
    ErrorCode.ATTACHMENT_GONE: lambda: tr("这个附件已经不在本机，什么都没有改动。请看最新的列表。"),
    ErrorCode.ATTACHMENT_NOT_HERE: lambda: tr(
        "原件还没有到本机，没有另存。连上县里以后会取来，到时再存。"
    ),
    ErrorCode.ATTACHMENT_NOT_POSSIBLE: _not_possible,
    ErrorCode.ATTACHMENT_NOT_SAVED: lambda *, problem: tr(
        "没有另存成（{problem}）。附件还在本机；请换一个文件夹再存。", problem=problem
    ),
    ErrorCode.ATTACHMENT_SUBJECT_GONE: lambda: tr(
        "要加附件的记录已经不在本机，附件没有加上，原文件没有动。"
    ),
}
