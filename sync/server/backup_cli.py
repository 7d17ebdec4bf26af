"""`gulou-county backup` and `gulou-county restore`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from i18n.text import tr
from sync.server.backup import BackupBadError, BackupOlderError
from sync.server.county import County


def add_backup_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """The two commands."""
    backup = commands.add_parser("backup", parents=[shared], help=tr("把全县资料备份成一个文件"))
    backup.add_argument("--out", type=Path, required=True, help=tr("写入的文件"))
    backup.set_defaults(run=_back_up)

    restore = commands.add_parser("restore", parents=[shared], help=tr("退回到一份备份"))
    restore.add_argument("file", type=Path)
    restore.set_defaults(run=_restore)


def _back_up(county: County, found: argparse.Namespace) -> int:
    try:
        made = county.back_up(found.out)
    except OSError as problem:
        return _refuse(
            tr(
                "备份没有做成，写不进 {file}：{problem}。县里的资料没有动。",
                file=found.out,
                problem=problem.strerror or problem,
            )
        )
    print(
        tr(
            "备份已写入 {file}，共 {rows} 行。文件里有县里的密钥和证书，请放在安全的地方，"
            "不要留在这台服务器的同一块盘上。",
            file=found.out,
            rows=made.total,
        )
    )
    return 0


def _restore(county: County, found: argparse.Namespace) -> int:
    if county.is_in_use():
        return _refuse(tr("服务还在运行，什么都没有改动。请先停止服务，再退回备份。"))
    try:
        backup = county.restore(found.file)
    except BackupBadError:
        return _refuse(
            tr("{file} 不是本县完好的备份文件，什么都没有改动。请换一份备份。", file=found.file)
        )
    except BackupOlderError:
        return _refuse(
            tr(
                "这份备份是旧版本程序做的，而数据库里已有新版本的资料，什么都没有改动。"
                "请先准备一个空的数据库，再退回这份备份。"
            )
        )
    print(
        tr(
            "已退回到 {time} 的备份，共 {rows} 行。各台电脑下次联系时，会把那以后上报过的内容"
            "再报一次，不会丢失。",
            time=backup.made_at,
            rows=backup.total,
        )
    )
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
