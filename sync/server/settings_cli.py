"""`gulou-county settings`: what is set for the whole county, and setting it from the server."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from datetime import date
from pathlib import Path

import psycopg

from app.settings.holidays import HolidayYear, read_rows
from app.settings.rules import SettingFact, as_json, change_problem, setting_id
from app.settings.vocabulary import SettingKey
from i18n.text import tr
from sync.server.county import County
from sync.server.seeding import setting_fields

_ENCODINGS = ("utf-8-sig", "gb18030")


def add_settings_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Adds the command to the county's own."""
    settings = commands.add_parser("settings", parents=[shared], help=tr("看和改全县设定"))
    settings.add_argument("--set", metavar="KEY=JSON", help=tr("设一项，值写成 JSON"))
    settings.add_argument("--from", dest="starts_on", metavar="DAY", help=tr("从哪天起"))
    settings.add_argument("--note", default="", help=tr("依据，比如哪个通知"))
    settings.add_argument(
        "--holidays",
        type=Path,
        metavar="FILE.csv",
        help=tr("节假日表：日期、放假或上班、说明"),
    )
    settings.set_defaults(run=_settings)


def _settings(county: County, found: argparse.Namespace) -> int:
    if found.holidays is not None:
        return _set_holidays(county, found.holidays, found.note)
    if found.set is not None:
        return _set_one(county, found.set, found.starts_on, found.note)
    for line in _lines(county):
        print(line)
    return 0


def _lines(county: County) -> list[str]:
    with psycopg.connect(county.url) as connection:
        rows = connection.execute(
            "SELECT body FROM record WHERE county_id = current_setting('gulou.county') "
            "AND entity = 'setting' AND NOT is_deleted "
            "ORDER BY body ->> 'key', body ->> 'starts_on'"
        ).fetchall()
    return ["\t".join(_cells(body)) for (body,) in rows]


def _cells(body: dict[str, object]) -> list[str]:
    return [str(body.get(name) or "") for name in ("key", "starts_on", "value", "note", "set_by")]


def _set_one(county: County, words: str, starts_on: str | None, note: str) -> int:
    key, _, value = words.partition("=")
    try:
        day = date.fromisoformat(starts_on or "")
    except ValueError:
        return _refuse(tr("请用 --from 写明从哪天起，如 2027-01-01。什么都没有改动。"))
    return _put(county, [SettingFact(key.strip(), _normal(value), day, note.strip())])


def _normal(value: str) -> str:
    """As laptops write it, so that the same value is the same text; a wrong one as it stands."""
    try:
        return as_json(json.loads(value))
    except (ValueError, RecursionError):
        return value


def _set_holidays(county: County, file: Path, note: str) -> int:
    try:
        years, problems = read_rows(_rows(file))
    except OSError as problem:
        return _refuse(tr("读不了 {file}：{problem}", file=file, problem=problem.strerror))
    if problems:
        return _refuse(
            tr(
                "第 {row} 行读不出来（{problem}），什么都没有改动。",
                row=problems[0].number,
                problem=problems[0].problem.value,
            )
        )
    if not years:
        return _refuse(tr("{file} 里没有日期，什么都没有改动。", file=file))
    return _put(county, [_fact(year, note.strip()) for year in years])


def _fact(year: HolidayYear, note: str) -> SettingFact:
    value = as_json(year.as_value())
    return SettingFact(SettingKey.HOLIDAYS.value, value, date(year.year, 1, 1), note)


def _rows(file: Path) -> list[list[str]]:
    content = file.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding))))
        except (UnicodeDecodeError, csv.Error):
            continue
    return []


def _put(county: County, facts: list[SettingFact]) -> int:
    for fact in facts:
        problem = change_problem(
            key=fact.key, value=fact.value, starts_on=fact.starts_on, note=fact.note
        )
        if problem is not None:
            return _refuse(
                tr(
                    "{key} 没有设成（{problem}），什么都没有改动。",
                    key=fact.key,
                    problem=problem.value,
                )
            )
    county.put(
        [("setting", setting_id(f.key, f.starts_on), setting_fields(f)) for f in facts],
        action="change_setting",
    )
    print(tr("已设好 {count} 项。各台电脑下次联系时收到。", count=len(facts)))
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
