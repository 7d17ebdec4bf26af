"""Sentences about where the secrets of this laptop are kept; collected by ``ui.wording``.

Each says what happened, what was kept and what to do. A sentence takes the parameters of its
error by name and leaves those aside that a reader cannot use.
"""

from __future__ import annotations

from collections.abc import Callable

from app.errors import ErrorCode
from app.laptop import FileHealth, Finding, PassphraseNeed
from i18n.text import tr

KEY_STORE_SENTENCES: dict[ErrorCode, Callable[..., str]] = {
    ErrorCode.ALREADY_OPEN: lambda **known: tr(
        "鼓楼已经在这台电脑上开着，没有再开一个，资料没有改动。请用已经打开的那个窗口，"
        "或者先把它关掉再试。"
    ),
    ErrorCode.KEY_DESTROYED: lambda **known: tr(
        "县里已把这台电脑登记为丢失，本机的密钥已经销毁，资料谁也打不开了。"
        "销毁前没有上报的内容都已先送到县里。如果电脑已经找回，请联系县里的管理员重新开通。"
    ),
    ErrorCode.KEYRING_FAILED: lambda **known: tr(
        "打不开本机系统的密钥环，所以读不了资料。资料都还在，没有改动。"
        "请重新登录电脑、在弹出的窗口里输入开机密码后再试；"
        "一向用口令打开的电脑，请把密钥文件放回资料所在的文件夹。系统的说明：{problem}",
        **known,
    ),
    ErrorCode.KEY_FILE_DAMAGED: lambda **known: tr(
        "密钥文件坏了或不见了：{path}。资料文件没有改动。"
        "请用备份里的密钥文件放回原处；没有备份的，请联系县里的管理员，不要自行删除任何文件。",
        **known,
    ),
    ErrorCode.KEY_FILE_EXISTS: lambda **known: tr(
        "这里已经有另一个程序建好的密钥文件：{path}。原文件没有被覆盖。"
        "请关闭所有鼓楼窗口，重新打开后输入原来的口令。",
        **known,
    ),
    ErrorCode.KEY_FILE_FROM_NEWER_PROGRAM: lambda **known: tr(
        "密钥文件是更新版本的程序写的：{path}。文件没有改动。请先升级本程序再打开。",
        **known,
    ),
    ErrorCode.KEY_FILE_NOT_READ: lambda **known: tr(
        "读不了密钥文件：{path}。文件没有改动。"
        "请确认是用原来的电脑账户登录，磁盘已接好，再打开一次。系统的说明：{problem}",
        **known,
    ),
    ErrorCode.KEY_FILE_NOT_WRITTEN: lambda **known: tr(
        "密钥文件没有存成：{path}。原来的内容没有改动。"
        "请腾出磁盘空间或检查是否可写，再试一次。系统的说明：{problem}",
        **known,
    ),
    ErrorCode.KEY_MISSING: lambda **known: tr(
        "没有找到这份资料的密钥，所以打不开。资料都还在，没有改动。"
        "请用原来的电脑账户登录再试；还不行，请联系县里的管理员重新开通这台电脑，"
        "已上报的内容会从县里取回。"
    ),
    ErrorCode.KEY_PHRASE_TOO_SHORT: lambda **known: tr(
        "口令太短，至少要 {minimum} 个字。还没有建立任何文件。请换一个长一些、自己记得住的。",
        **known,
    ),
    ErrorCode.KEY_PHRASE_WRONG: lambda **known: tr(
        "口令不对。资料没有改动。请检查大小写和输入法后再输一次。"
    ),
}


def key_file_notice() -> str:
    """Shown once, and again in the settings, on a laptop that has no keyring."""
    return tr(
        "这台电脑没有系统密钥环，资料的密钥存放在一个由口令保护的文件里。"
        "每次打开程序都要输入口令；口令没有人能替您找回，请记牢。"
    )


def new_passphrase_question() -> str:
    """Above the field where a new passphrase is thought up."""
    return tr("请为这台电脑设一个口令，以后每次打开程序都要输入：")


def existing_passphrase_question() -> str:
    """Above the field where the passphrase is given."""
    return tr("请输入这台电脑的口令：")


def passphrase_question(need: PassphraseNeed) -> str:
    """What the person is asked for the key file."""
    if need is PassphraseNeed.NEW:
        return new_passphrase_question()
    return existing_passphrase_question()


def finding_sentence(finding: Finding) -> str:
    """What the check of the laptop's file found, and the way back."""
    if finding.health is FileHealth.WHOLE:
        return tr("资料文件完好。")
    if not finding.way_back:
        return tr(
            "资料文件有损坏，本机没有可退回的备份。文件没有动。"
            "请不要再录入，带电脑到乡镇或县里；已上报的内容都在县里。"
        )
    return tr(
        "资料文件有损坏。可以退回到 {time:%Y-%m-%d %H:%M} 的备份（共 {count} 份）；"
        "现在的文件会留着，已上报的内容会从县里补齐。",
        time=finding.way_back[0].made_at,
        count=len(finding.way_back),
    )
