"""`gulou-county`: what the county's own people run on its server."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path

import psycopg
import uvicorn
from fastapi import FastAPI

from app.accounts.pins import hash_pin
from app.accounts.rules import pin_weakness
from app.accounts.vocabulary import Role
from app.organisations.vocabulary import UnitKind
from i18n.text import tr
from sync.server.api import make_app
from sync.server.backup_cli import add_backup_commands
from sync.server.county import County, CountyRefusedError, InstallRow
from sync.server.health_cli import add_health_commands
from sync.server.originals_cli import add_originals_command
from sync.server.process import (
    DATA_VARIABLE,
    LISTENING,
    listen,
    make_config,
    make_desk,
    serving_options,
    settle_memory,
    url_of,
)
from sync.server.quarantine_cli import add_quarantine_command
from sync.server.regroup_cli import add_regroup_commands
from sync.server.schema import CountyNotNamedError, SchemaTooNewError
from sync.server.settings_cli import add_settings_command
from sync.server.stick_cli import add_stick_command

_DEFAULT_DATA = Path("county-data")
_MS_PER_MINUTE = 60_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it was done, 2 when the input was wrong."""
    found = _parser().parse_args(arguments)
    try:
        with County.open(found.data) as county:
            return int(found.run(county, found))
    except KeyboardInterrupt:
        return 0
    except CountyNotNamedError as problem:
        return _refuse(
            tr("数据库里有几个县（{counties}）。请用 GULOU_COUNTY 说明是哪一个。", counties=problem)
        )
    except SchemaTooNewError:
        return _refuse(tr("数据库已由更新的版本升级过。请先升级本程序；什么都没有改动。"))
    except psycopg.OperationalError as problem:
        return _refuse(tr("连不上数据库：{problem}", problem=str(problem).strip()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gulou-county", description=tr("鼓楼县级服务器"))
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get(DATA_VARIABLE, _DEFAULT_DATA)),
        help=tr("存放数据库和证书的文件夹"),
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    init = commands.add_parser("init", parents=[shared], help=tr("建库、发证书、录入县乡村名录"))
    init.add_argument("--host", action="append", default=[], help=tr("服务器的域名或地址，可多次"))
    init.set_defaults(run=_init)

    serve = commands.add_parser("serve", parents=[shared], help=tr("开始服务"))
    serve.add_argument("--host", default="127.0.0.1", help=tr("监听地址"))
    serve.add_argument("--port", type=int, default=8430, help=tr("监听端口，0 表示任选"))
    serve.add_argument("--workers", type=int, default=1, help=tr("进程数"))
    serve.set_defaults(run=_serve)

    _add_people_commands(commands, shared)
    _add_laptop_commands(commands, shared)
    add_health_commands(commands, shared)
    add_originals_command(commands, shared)
    add_stick_command(commands, shared)
    add_quarantine_command(commands, shared)
    add_regroup_commands(commands, shared)
    add_backup_commands(commands, shared)
    add_settings_command(commands, shared)
    return parser


def _add_people_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    unit = commands.add_parser("add-unit", parents=[shared], help=tr("增加一个单位"))
    unit.add_argument("--kind", choices=[kind.value for kind in UnitKind], required=True)
    unit.add_argument("--code", required=True)
    unit.add_argument("--name", required=True)
    unit.add_argument("--parent", required=True, help=tr("上级单位的代码"))
    unit.set_defaults(run=_add_unit)

    account = commands.add_parser("add-account", parents=[shared], help=tr("增加一个账号"))
    account.add_argument("--unit", required=True, help=tr("单位代码"))
    account.add_argument("--role", choices=[role.value for role in Role], required=True)
    account.add_argument("--name", required=True)
    account.add_argument("--phone")
    account.add_argument("--pin", help=tr("六位数字，本人首次登录后更换；不写则当场输入"))
    account.set_defaults(run=_add_account)


def _add_laptop_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    code = commands.add_parser("enrolment-code", parents=[shared], help=tr("为一台电脑开通"))
    code.add_argument("--unit", required=True, help=tr("单位代码"))
    code.add_argument("--url", required=True, help=tr("电脑访问县服务器的地址"))
    code.add_argument("--out", type=Path, required=True, help=tr("写入的文件"))
    code.set_defaults(run=_enrolment_code)

    revoke = commands.add_parser("revoke-install", parents=[shared], help=tr("停用一台电脑"))
    revoke.add_argument("install")
    revoke.add_argument(
        "--destroy-key",
        action="store_true",
        help=tr("电脑丢失：下次联系时先收下它还没上报的内容，再让它销毁密钥"),
    )
    revoke.set_defaults(run=_revoke_install)

    installs = commands.add_parser("installs", parents=[shared], help=tr("列出所有电脑"))
    installs.set_defaults(run=_installs)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _init(county: County, found: argparse.Namespace) -> int:
    county.init(found.host)
    print(tr("已就绪：{units} 个单位，数据在 {data}", units=_unit_count(county), data=found.data))
    return 0


def _unit_count(county: County) -> int:
    return len(county.units().by_id)


def _serve(county: County, found: argparse.Namespace) -> int:
    # uvicorn ends well and then sends itself the signal once more: the cluster must stop first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if not county.is_ready():
        county.init([] if found.host in ("0.0.0.0", "::") else [found.host])  # noqa: S104
    try:
        bound = listen(found.host, found.port)
    except OSError as problem:
        return _refuse(
            tr(
                "{host} 的 {port} 端口不能用：{problem}",
                host=found.host,
                port=found.port,
                problem=problem.strerror,
            )
        )
    print(f"{LISTENING}{url_of(bound)}", flush=True)
    if found.workers == 1:
        settle_memory()
        uvicorn.Server(make_config(county)).run(sockets=[bound])
        return 0
    host, port = bound.getsockname()[:2]
    bound.close()  # each process opens it again
    os.environ[DATA_VARIABLE] = str(found.data)
    uvicorn.run(
        "sync.server.admin_cli:app_of_worker",
        factory=True,
        workers=found.workers,
        host=host,
        port=port,
        **serving_options(county),
    )
    return 0


def app_of_worker() -> FastAPI:
    """The application of one of several processes."""
    settle_memory()
    return make_app(make_desk(County.open(Path(os.environ[DATA_VARIABLE]))))


def _add_unit(county: County, found: argparse.Namespace) -> int:
    try:
        parent = county.unit_by_code(found.parent)
        unit_id = county.add_unit(
            kind=UnitKind(found.kind), code=found.code, name=found.name, parent_id=parent.id
        )
    except LookupError:
        return _no_unit(found.parent)
    except CountyRefusedError as problem:
        return _refuse(tr("没有增加：{problem}", problem=problem))
    print(tr("已增加 {name}，编号 {id}", name=found.name, id=unit_id))
    return 0


def _no_unit(code: str) -> int:
    return _refuse(tr("没有代码为 {code} 的单位，什么都没有改动。", code=code))


def _add_account(county: County, found: argparse.Namespace) -> int:
    pin = found.pin if found.pin is not None else getpass(tr("PIN（六位数字）："))
    if pin_weakness(pin) is not None:
        return _refuse(tr("这个 PIN 太容易猜到：请用六位数字，不要生日、连号或重复。"))
    try:
        unit = county.unit_by_code(found.unit)
        account_id = county.add_account(
            unit_id=unit.id,
            role=Role(found.role),
            name=found.name,
            phone=found.phone,
            pin_hash=hash_pin(pin),
        )
    except LookupError:
        return _no_unit(found.unit)
    except CountyRefusedError as problem:
        return _refuse(tr("没有增加：{problem}", problem=problem))
    print(tr("已为{unit}增加 {name}，编号 {id}", unit=unit.name, name=found.name, id=account_id))
    return 0


def _enrolment_code(county: County, found: argparse.Namespace) -> int:
    try:
        unit = county.unit_by_code(found.unit)
    except LookupError:
        return _no_unit(found.unit)
    enrolment = county.enrolment(unit.id, found.url)
    try:
        found.out.write_text(
            json.dumps(enrolment, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
    except OSError as problem:
        return _refuse(tr("写不进 {file}：{problem}", file=found.out, problem=problem.strerror))
    print(
        tr(
            "{unit}的开通码：{code}（十天内有效，只能用一次）。文件：{file}",
            unit=enrolment["unit_name"],
            code=enrolment["code"],
            file=found.out,
        )
    )
    return 0


def _revoke_install(county: County, found: argparse.Namespace) -> int:
    try:
        county.revoke_install(found.install, destroys_key=found.destroy_key)
    except LookupError:
        return _refuse(tr("没有编号为 {id} 的电脑，什么都没有改动。", id=found.install))
    if found.destroy_key:
        print(
            tr(
                "已登记为丢失。这台电脑下次联系时，会先收下它还没上报的内容，"
                "再销毁密钥；由它更名而来的也一样。"
            )
        )
        return 0
    print(tr("已停用。这台电脑和由它更名而来的都不能再与县里交换数据，已上报的内容都还在。"))
    return 0


def _installs(county: County, _found: argparse.Namespace) -> int:
    rows = county.installs()
    print(tr("编号\t单位\t电脑\t最近联系\t时钟偏差（分）\t已上报\t未采纳\t状态"))
    for row in rows:
        print("\t".join(_install_cells(row)))
    return 0


def _install_cells(row: InstallRow) -> list[str]:
    contact = row.last_contact_at
    offset = row.clock_offset_ms
    return [
        row.id,
        row.unit,
        row.device_name,
        "—" if contact is None else contact.astimezone().strftime("%Y-%m-%d %H:%M"),
        "—" if offset is None else f"{offset / _MS_PER_MINUTE:.1f}",
        str(row.operations),
        str(row.refused),
        _install_state(row),
    ]


def _install_state(row: InstallRow) -> str:
    if row.is_stolen:
        return tr("丢失，密钥已令销毁") if row.was_told else tr("丢失，尚未联系上")
    if row.is_revoked:
        return tr("停用")
    if row.renewed_from is not None:
        return tr("正常，由 {id} 更名", id=row.renewed_from)
    return tr("正常")


if __name__ == "__main__":
    sys.exit(main())
