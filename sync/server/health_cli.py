"""`gulou-county health`, `check` and `metrics-token`: whether everything is as it should be."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime

from i18n.text import tr
from sync.server.county import County
from sync.server.feed_check import FeedFault, FeedFinding
from sync.server.health import CLOCK_OFF_MS, Health, LaptopHealth, Times

_SHOWN = 20
_DAY_S = 86_400
_MIB = 1024 * 1024


def add_health_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Adds the commands to the county's own."""
    health = commands.add_parser("health", parents=[shared], help=tr("县服务器和各台电脑的状况"))
    health.add_argument("--json", action="store_true", help=tr("给程序读的格式"))
    health.add_argument("--all", action="store_true", help=tr("正常的电脑也逐台列出"))
    health.set_defaults(run=_health)

    check = commands.add_parser("check", parents=[shared], help=tr("核对下发的资料流与登记的内容"))
    check.add_argument("--mend", action="store_true", help=tr("有出入就补正"))
    check.add_argument("--json", action="store_true", help=tr("给程序读的格式"))
    check.set_defaults(run=_check)

    token = commands.add_parser("metrics-token", parents=[shared], help=tr("给监控程序一个新口令"))
    token.set_defaults(run=_metrics_token)


# --- health --------------------------------------------------------------------------------------


def _health(county: County, found: argparse.Namespace) -> int:
    health = county.health()
    if found.json:
        print(json.dumps(health.as_json(), ensure_ascii=False, indent=2, default=_plain))
        return 0
    for line in _summary(health):
        print(line)
    rows = [row for row in health.rows if found.all or _wants_attention(row)]
    if rows:
        names = county.unit_names()
        print(tr("单位\t电脑\t最近联系\t时钟偏差（分）\t待上传\t未采纳\t隔离\t修复\t程序"))
        for row in rows:
            print("\t".join(_cells(row, names)))
    return 0


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _wants_attention(row: LaptopHealth) -> bool:
    return bool(
        row.silent_days is None
        or row.silent_days >= 7
        or row.refused
        or row.quarantined
        or row.unmended
        or abs(row.clock_offset_ms or 0) > CLOCK_OFF_MS
    )


def _summary(health: Health) -> list[str]:
    return [
        tr(
            "电脑 {laptops} 台：7 天没有联系的 {seven} 台，30 天没有联系的 {thirty} 台，"
            "从未联系的 {never} 台。",
            laptops=health.laptops,
            seven=health.silent_7_days,
            thirty=health.silent_30_days,
            never=health.never_heard,
        ),
        tr(
            "有内容未采纳或被隔离的 {refused} 台；时钟差 10 分钟以上的 {clock} 台；"
            "各台待上传共 {waiting} 条；县里暂时没能答复的 {unjudged} 条。",
            refused=health.with_refused,
            clock=health.clock_off,
            waiting=health.waiting,
            unjudged=health.unjudged,
        ),
        tr(
            "对账修复 {repairs} 次，其中没有修好的 {unmended} 次。",
            repairs=health.repairs,
            unmended=health.unmended,
        ),
        tr(
            "请求：{requests}；请稍后再来的 {away} 次；出错的 {failed} 次；"
            "等待资料流的锁：{lock}。",
            requests=_requests_text(health),
            away=health.turned_away,
            failed=health.failed,
            lock=_times_text(health.feed_lock),
        ),
        tr(
            "数据库 {size} MiB；{backup}",
            size=health.database_bytes // _MIB,
            backup=_backup(health),
        ),
    ]


def _requests_text(health: Health) -> str:
    parts = [f"{name} {_times_text(one)}" for name, one in sorted(health.requests.items())]
    return "，".join(parts) or "0"


def _times_text(times: Times) -> str:
    if times.count == 0 or times.half_s is None or times.most_s is None:
        return tr("没有")
    return tr(
        "{count} 次（半数在 {half} 毫秒内，百分之九十九在 {most} 毫秒内）",
        count=times.count,
        half=round(times.half_s * 1000),
        most=round(times.most_s * 1000),
    )


def _backup(health: Health) -> str:
    if health.backup_age_s is None:
        return tr("还没有做过备份。")
    days, seconds = divmod(round(health.backup_age_s), _DAY_S)
    return tr("最近一次备份在 {days} 天 {hours} 小时前。", days=days, hours=seconds // 3600)


def _cells(row: LaptopHealth, names: dict[str, str]) -> list[str]:
    contact = row.last_contact_at
    offset = row.clock_offset_ms
    return [
        names.get(row.unit_id, row.unit_id),
        row.device_name,
        "—" if contact is None else contact.astimezone().strftime("%Y-%m-%d %H:%M"),
        "—" if offset is None else f"{offset / 60_000:.1f}",
        _count(row.waiting),
        _count(row.refused),
        str(row.quarantined),
        tr("{repairs}（未修好 {unmended}）", repairs=row.repairs, unmended=row.unmended),
        f"{row.app_version}/{row.schema_version or '—'}/{row.protocol or '—'}",
    ]


def _count(number: int | None) -> str:
    return "—" if number is None else str(number)


# --- check ---------------------------------------------------------------------------------------


def _check(county: County, found: argparse.Namespace) -> int:
    faults = county.check(mend=found.mend)
    if found.json:
        rows = [_as_json(one) for one in faults]
        print(json.dumps({"faults": rows, "mended": found.mend}, ensure_ascii=False, indent=2))
    elif not faults:
        print(tr("资料流与登记的内容一致。"))
    else:
        for one in faults[:_SHOWN]:
            print(_sentence(one))
        if len(faults) > _SHOWN:
            print(tr("……另有 {count} 处。", count=len(faults) - _SHOWN))
        if found.mend:
            print(tr("共 {count} 处出入，已全部补正，各台电脑下次联系时收到。", count=len(faults)))
        else:
            print(
                tr("共 {count} 处出入，什么都没有改动。加 --mend 补正。", count=len(faults)),
                file=sys.stderr,
            )
    return 0 if found.mend or not faults else 1


def _as_json(one: FeedFinding) -> dict[str, object]:
    return {
        "fault": one.fault.value,
        "bucket": one.bucket,
        "entity": one.entity,
        "record_id": one.record_id,
        "feed_version": one.feed_version,
        "record_version": one.record_version,
    }


def _sentence(one: FeedFinding) -> str:
    which = f"{one.entity} {one.record_id}"
    if one.fault is FeedFault.MISSING:
        return tr("{which}：登记了，资料流里没有。", which=which)
    if one.fault is FeedFault.BEHIND:
        return tr(
            "{which}：登记的是第 {record} 版，资料流里是第 {feed} 版。",
            which=which,
            record=one.record_version,
            feed=one.feed_version,
        )
    return tr("{which}：已经不在 {bucket}，资料流里还在。", which=which, bucket=one.bucket)


def _metrics_token(county: County, _found: argparse.Namespace) -> int:
    token = county.new_metrics_token()
    print(tr("监控程序访问 /metrics 时用：Authorization: Bearer {token}", token=token))
    print(tr("以前的口令从现在起无效。"))
    return 0
