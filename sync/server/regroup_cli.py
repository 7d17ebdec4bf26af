"""`gulou-county move-unit`, `merge-units`, `split-unit`, `move-install`: the county's own order."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from i18n.text import tr
from sync.server.county import County
from sync.server.regrouping import RegroupingError


def add_regroup_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Adds the commands to the county's own."""
    unit = commands.add_parser(
        "move-unit", parents=[shared], help=tr("把一个单位连同下级划归另一个上级")
    )
    unit.add_argument("unit", help=tr("单位代码"))
    unit.add_argument("--parent", required=True, help=tr("新上级的代码"))
    unit.set_defaults(run=_move_unit)

    merge = commands.add_parser("merge-units", parents=[shared], help=tr("把一个单位并入另一个"))
    merge.add_argument("unit", help=tr("被并入的单位代码"))
    merge.add_argument("into", help=tr("并入到哪个单位"))
    merge.set_defaults(run=_merge_units)

    split = commands.add_parser(
        "split-unit", parents=[shared], help=tr("把一个村的若干微网格划给另一个村")
    )
    split.add_argument("unit", help=tr("原来的村"))
    split.add_argument("into", help=tr("划给哪个村；新村先用 add-unit 增加"))
    split.add_argument(
        "--micro-grid", action="append", type=int, required=True, help=tr("微网格的号，可多次")
    )
    split.set_defaults(run=_split_unit)

    install = commands.add_parser(
        "move-install", parents=[shared], help=tr("把一台电脑改给另一个单位用")
    )
    install.add_argument("install", help=tr("电脑编号"))
    install.add_argument("--unit", required=True, help=tr("新单位的代码"))
    install.set_defaults(run=_move_install)


def _move_unit(county: County, found: argparse.Namespace) -> int:
    return _done(
        lambda: county.move_unit(_unit(county, found.unit), _unit(county, found.parent)),
        lambda _: tr("已划归。各台电脑下次联系时收到变化。"),
    )


def _merge_units(county: County, found: argparse.Namespace) -> int:
    return _done(
        lambda: county.merge_units(_unit(county, found.unit), _unit(county, found.into)),
        lambda moved: tr(
            "已并入：{records} 条记录、{laptops} 台电脑。原单位的编号保留，不再办理业务。",
            records=moved.records,
            laptops=moved.laptops,
        ),
    )


def _split_unit(county: County, found: argparse.Namespace) -> int:
    return _done(
        lambda: county.split_unit(
            _unit(county, found.unit), _unit(county, found.into), found.micro_grid
        ),
        lambda moved: tr("已划出 {records} 条记录。", records=moved.records),
    )


def _move_install(county: County, found: argparse.Namespace) -> int:
    return _done(
        lambda: county.move_install(found.install, _unit(county, found.unit)),
        lambda _: tr("已改。这台电脑下次联系时换成新单位的资料，没上报的内容会先报上来。"),
    )


def _unit(county: County, code: str) -> str:
    try:
        return county.unit_by_code(code).id
    except LookupError as problem:
        raise RegroupingError("unit_unknown") from problem


def _done(work: Callable[[], Any], words: Callable[[Any], str]) -> int:
    try:
        found = work()
    except RegroupingError as problem:
        print(_sentence(str(problem)), file=sys.stderr)
        return 2
    print(words(found))
    return 0


def _sentence(problem: str) -> str:
    return {
        "unit_unknown": tr("没有这个代码的单位，什么都没有改动。"),
        "ring": tr("不能把一个单位划到它自己的下级，什么都没有改动。"),
        "there_already": tr("它本来就在那里，什么都没有改动。"),
        "not_alike": tr("只有同级的两个单位才能合并，什么都没有改动。"),
        "micro_grid_unknown": tr("这个村没有这个号的微网格，什么都没有改动。"),
        "install_unknown": tr("没有这个编号的电脑，什么都没有改动。"),
    }[problem]
