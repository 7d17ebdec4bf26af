"""`gulou-county stick-in`: what the county's people do with a USB stick that came."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from i18n.text import tr
from sync.server.county import County
from sync.server.process import make_desk
from sync.server.stick import StickProblem, StickTaken, take_stick


def add_stick_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Adds the command to the county's own."""
    stick = commands.add_parser("stick-in", parents=[shared], help=tr("读入村里送来的U盘并写回执"))
    stick.add_argument("folder", type=Path, help=tr("U盘上的文件夹"))
    stick.add_argument("--out", type=Path, help=tr("回执写到哪里，默认写回同一个文件夹"))
    stick.set_defaults(run=_stick_in)


def _stick_in(county: County, found: argparse.Namespace) -> int:
    desk = make_desk(county)
    desk.pool.open(wait=True)
    try:
        taken = take_stick(desk, found.folder, found.out or found.folder)
    except OSError as problem:
        print(
            tr("读不了 {folder}：{problem}", folder=found.folder, problem=problem.strerror),
            file=sys.stderr,
        )
        return 2
    finally:
        desk.pool.close()
    if not taken:
        print(tr("{folder} 里没有村里写的文件。", folder=found.folder), file=sys.stderr)
        return 2
    _print_table(county, [one for one in taken if one.problem is None])
    bad = [one for one in taken if one.problem is not None]
    for one in bad:
        print(problem_sentence(one), file=sys.stderr)
    return 2 if bad else 0


def _print_table(county: County, taken: list[StickTaken]) -> None:
    if not taken:
        return
    names = county.unit_names()
    print(tr("单位\t电脑\t第几次\t内容\t未采纳\t带回\t回执文件\t说明"))
    for one in taken:
        cells = (
            names.get(one.unit_id, one.unit_id),
            one.device_name,
            str(one.number),
            str(one.operations),
            str(one.refused),
            str(one.rows),
            " ".join(path.name for path in one.answers),
            tr("以前读过，没有重复采纳") if one.was_read_before else tr("已采纳"),
        )
        print("\t".join(cells))


def problem_sentence(one: StickTaken) -> str:
    """Why nothing of a writing was taken, what was kept, what to do."""
    files = "、".join(one.files)
    sentences = {
        StickProblem.NOT_OURS: tr(
            "{files}：不是鼓楼写的文件，没有采纳任何内容。请让村里再写一次。", files=files
        ),
        StickProblem.NEWER: tr(
            "{files}：是更新版本的程序写的，没有采纳任何内容。请先升级县里的程序。", files=files
        ),
        StickProblem.PART_MISSING: tr(
            "{files}：缺第 {part} 个文件，没有采纳任何内容。请把U盘上的文件拷全，再读一次。",
            files=files,
            part=one.detail,
        ),
        StickProblem.UNKNOWN: tr(
            "{files}：县里没有这台电脑，没有采纳任何内容。请核对是不是本县的U盘。", files=files
        ),
        StickProblem.REVOKED: tr(
            "{files}：这台电脑已经停用，没有采纳任何内容。文件还在U盘上。", files=files
        ),
        StickProblem.TAMPERED: tr(
            "{files}：坏了或被改动过，整份都没有采纳。村里的内容都还在那台电脑上，请让村里再写一次。",
            files=files,
        ),
        StickProblem.REFUSED: tr(
            "{files}：没有采纳（{code}）。村里的内容都还在那台电脑上，请稍后再读一次。",
            files=files,
            code=one.detail,
        ),
        StickProblem.NOT_READ: tr(
            "{files}：读不出来（{problem}），没有采纳任何内容。", files=files, problem=one.detail
        ),
        StickProblem.NOT_WRITTEN: tr(
            "{files}：内容已采纳，但回执没有写成（{problem}）。请腾出空间再读一次，不会重复采纳。",
            files=files,
            problem=one.detail,
        ),
    }
    return sentences[one.problem or StickProblem.NOT_OURS]
