"""Sentences about signing in and about permissions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.accounts.vocabulary import Permission, PinWeakness
from app.errors import ErrorCode
from i18n.text import tr
from ui.wording_rules import name_of


def _locked(*, seconds: int) -> str:
    return tr("PIN 码错了几次，请等 {seconds} 秒再试。", seconds=seconds)


def _wrong(*, seconds: int) -> str:
    if seconds == 0:
        return tr("PIN 码不对，请再输一次。")
    return tr("PIN 码不对。请等 {seconds} 秒再试。", seconds=seconds)


def _expired() -> str:
    return tr("这个账号已停用或到期，本机的资料都在。请联系乡镇或县里的管理员。")


def _not_allowed(*, permission: Permission) -> str:
    return tr(
        "您的岗位没有“{permission}”的权限，内容没有改动。需要时请联系管理员。",
        permission=name_of(permission),
    )


def _weak(*, weakness: PinWeakness) -> str:
    return name_of(weakness)


ACCOUNT_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.ACCOUNT_EXPIRED: _expired,
    ErrorCode.ACCOUNT_LOCKED_FOR_NOW: _locked,
    ErrorCode.NOT_ALLOWED: _not_allowed,
    ErrorCode.PIN_TOO_WEAK: _weak,
    ErrorCode.PIN_WRONG: _wrong,
}
