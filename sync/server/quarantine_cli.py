"""`gulou-county quarantine`: what our program could not judge, and another try after a repair."""

from __future__ import annotations

import argparse
import sys

import psycopg

from i18n.text import tr
from sync.protocol.messages import Verdict
from sync.server.county import County
from sync.server.process import make_desk
from sync.server.quarantine import QuarantinedRow, Retried, judge_again, quarantined

_ALL = "all"


def add_quarantine_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Adds the command to the county's own."""
    command = commands.add_parser(
        "quarantine", parents=[shared], help=tr("列出程序判断不了的内容；修好以后再判断一次")
    )
    command.add_argument(
        "--retry", metavar="ID", help=tr("再判断这一条（连同同一次保存的），all 表示全部")
    )
    command.set_defaults(run=_quarantine)


def _quarantine(county: County, found: argparse.Namespace) -> int:
    with psycopg.connect(county.url) as connection:
        rows = quarantined(connection)
    if found.retry is None:
        _print_rows(county, rows)
        return 0
    wanted = [row for row in rows if found.retry in (_ALL, row.id)]
    if not wanted and found.retry != _ALL:
        print(
            tr("待查的内容里没有 {id}，什么都没有改动。", id=found.retry),
            file=sys.stderr,
        )
        return 2
    return _retry(county, wanted)


def _print_rows(county: County, rows: list[QuarantinedRow]) -> None:
    if not rows:
        print(tr("没有待查的内容。"))
        return
    names = county.unit_names()
    print(tr("编号\t单位\t电脑\t收到时间\t类别\t操作\t账号\t程序的错误"))
    for row in rows:
        cells = (
            row.id,
            names.get(row.unit_id, row.unit_id),
            row.device_name,
            row.received_at.astimezone().strftime("%Y-%m-%d %H:%M"),
            row.entity,
            row.action,
            row.account_id,
            row.problem,
        )
        print("\t".join(cells))
    print(tr("共 {count} 条，原文都在。程序修好以后用 --retry 再判断。", count=len(rows)))


def _retry(county: County, rows: list[QuarantinedRow]) -> int:
    desk = make_desk(county)
    desk.pool.open(wait=True)
    done: set[tuple[str, int]] = set()
    try:
        for row in rows:
            if (row.install_id, row.txn) not in done:
                done.add((row.install_id, row.txn))
                _print_retried(row, judge_again(desk, row.install_id, row.op_no))
    finally:
        desk.pool.close()
    print(tr("各台电脑下次联系（或下次U盘回执）时知道结果。"))
    return 0


def _print_retried(row: QuarantinedRow, retried: Retried) -> None:
    if retried.replaced:
        print(tr("{id}：同一台电脑后来又写过这条记录，没有再判断，原文保留。", id=row.id))
        return
    for verdict in retried.verdicts:
        where = f"{row.install_id}:{verdict.op_no}"
        if verdict.verdict is Verdict.QUARANTINED:
            print(tr("{id}：还是判断不了，照旧待查。", id=where))
        elif verdict.verdict is Verdict.REFUSED:
            reason = "" if verdict.reason is None else verdict.reason.value
            print(tr("{id}：已判断，没有采纳（{reason}）。", id=where, reason=reason))
        else:
            print(
                tr("{id}：已判断，采纳了（{verdict}）。", id=where, verdict=verdict.verdict.value)
            )
