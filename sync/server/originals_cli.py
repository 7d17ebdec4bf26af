"""`gulou-county originals`: how many originals there are, and which are due to go."""

from __future__ import annotations

import argparse

import psycopg

from i18n.text import tr
from sync.server import blobs
from sync.server.county import County

_MIB = 1024 * 1024


def add_originals_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Adds the command to the county's own."""
    originals = commands.add_parser(
        "originals", parents=[shared], help=tr("附件原件：有多少，清掉 90 天没有记录提到的")
    )
    originals.set_defaults(run=_originals)


def _originals(county: County, _found: argparse.Namespace) -> int:
    with psycopg.connect(county.url) as connection:
        removed = blobs.collect(connection, county.now())
        total = blobs.count(connection)
    print(
        tr(
            "原件 {whole} 个，共 {size} MiB；还没传完的 {unfinished} 个；清掉 {removed} 个。",
            whole=total.whole,
            size=round(total.size / _MIB, 1),
            unfinished=total.unfinished,
            removed=removed,
        )
    )
    return 0
