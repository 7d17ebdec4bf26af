"""The check without window or database, and the sentences it is told in."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from app.errors import ErrorCode
from app.exchange import roster_check
from app.exchange.roster_check import CheckLine
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_report import RefusalReason, SheetSkip, SkippedKind, WarningKind
from app.exchange.workbook import FileLook
from app.households.vocabulary import MicroGridSize
from tests.unit.exchange.workbooks import BOY, PINGTAN, TODAY, person, save_roster
from ui.wording_roster import FILE_LOOK_NAMES, file_look_name, roster_sentence

ROSTER_ERRORS = [code for code in ErrorCode if code.name.startswith("WORKBOOK_")]


def check(path: Path, *, as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    code = roster_check.run(path, as_json=as_json, wording=roster_sentence, out=out, today=TODAY)
    return code, out.getvalue()


def check_as_json(path: Path) -> tuple[int, dict[str, Any]]:
    code, text = check(path, as_json=True)
    answer = json.loads(text)
    assert isinstance(answer, dict)
    return code, answer


def test_pingtan_as_json() -> None:
    code, answer = check_as_json(PINGTAN)
    assert code == 1
    assert answer["usable"] is True
    assert answer["village"] == "坪坦村"
    assert answer["totals"] == {
        "residents_found": 179,
        "residents_accepted": 177,
        "residents_stated": 179,
        "households_found": 46,
        "households_accepted": 46,
        "households_stated": 46,
        "stated_in_row": 184,
    }
    sizes = [(grid["households"], grid["finding"]) for grid in answer["micro_grids"]]
    assert sizes == [(17, "fits"), (17, "fits"), (12, "too_small")]
    assert [(row["row"], row["column_letter"], row["reason"]) for row in answer["refused"]] == [
        (12, "G", "identity_wrong_check_digit"),
        (24, "G", "identity_repeated"),
    ]
    assert "第 23 行" in answer["refused"][1]["sentence"]
    assert len(answer["households"]) == 46
    assert sum(len(home["residents"]) for home in answer["households"]) == 177
    assert answer["skipped"][0] == {"sheet": "坪坦村花名册", "row": 82, "kind": "blank"}


def test_a_resident_as_json() -> None:
    _, answer = check_as_json(PINGTAN)
    assert answer["households"][0]["residents"][3] == {
        "row": 7,
        "name": "陆莲仙",
        "relation": "30",
        "relation_name": "女",
        "relation_words": "女",
        "sex": "2",
        "sex_name": "女",
        "birth_date": "2010-04-21",
        "ethnic_group": None,
        "ethnic_group_name": None,
        "identity_kind": "resident_identity_number",
        "identity_number": "431230201004219925",
        "missing_reason": None,
        "phone": None,
        "note": None,
        "details": {},
    }


def test_pingtan_as_text() -> None:
    code, text = check(PINGTAN)
    assert code == 1
    assert "名册共有 46 户，179 人。" in text
    assert "可以导入：46 户，177 人。" in text
    assert "第 12 行 G 列 林秀月：" in text
    assert "第 33、53、60、64、94、99、116、123、145、158、179 行：" in text
    assert "第3微网格  12 户" in text


def test_the_text_shows_no_whole_identity_number() -> None:
    _, text = check(PINGTAN)
    assert re.search(r"[0-9]{17}[0-9X]", text) is None


def test_a_clean_roster(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", person(household="1", micro_grid="1"))
    code, text = check(path)
    assert code == 0
    assert "没有拒收的行" in text
    assert check_as_json(path)[0] == 0


def test_many_rows_of_one_warning_are_counted(tmp_path: Path) -> None:
    rows = [
        person(f"甲{chr(0x4E00 + n)}", "子", "男", None, household="1", micro_grid="1")
        for n in range(30)
    ]
    path = save_roster(tmp_path / "a.xlsx", person(household="1", micro_grid="1"), *rows)
    _, text = check(path)
    assert "行等 30 行：没有身份证号码" in text


def test_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_text("序号,户号", encoding="utf-8")
    code, answer = check_as_json(path)
    assert code == 2
    assert answer["usable"] is False
    assert answer["error"]["code"] == "workbook_not_excel"
    assert "文本文件" in answer["error"]["sentence"]
    code, text = check(path)
    assert code == 2
    assert text == answer["error"]["sentence"] + "\n"


def test_the_households_number_may_be_missing_in_json(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", person(), person("乙", "子", "男", BOY))
    _, answer = check_as_json(path)
    (home,) = answer["households"]
    assert (home["number"], home["micro_grid"], home["micro_grid_number"]) == ("", "", None)


def test_rare_characters_on_a_gbk_terminal(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", person("𠅤妹", number="1"), person("𠅤再", "子"))
    answers = []
    for as_json in (True, False):
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding="gbk")
        roster_check.run(path, as_json=as_json, wording=roster_sentence, out=out, today=TODAY)
        out.flush()
        answers.append(raw.getvalue().decode("gbk"))
    assert json.loads(answers[0])["households"][0]["residents"][0]["name"] == "𠅤再"
    assert "?妹" in answers[1]


PARAMS: dict[str, Any] = {
    "bar": "■",
    "cell": "D2",
    "count": 3,
    "error": "#REF!",
    "file": "名册.xlsx",
    "finding": "合适",
    "first_name": "甲",
    "day": "1976-05-04",
    "first_row": 4,
    "first_sheet": "",
    "place": "第 4 行",
    "found": 3,
    "head": "甲",
    "head_row": 4,
    "header_row": 3,
    "heading": "住址",
    "household": "001",
    "households": 12,
    "length": 17,
    "letter": "G",
    "limit": 50,
    "limit_mb": 200,
    "looks_like": "text",
    "masked": "433031**********37",
    "micro_grid": "第1微网格",
    "name": "甲",
    "other": "第2微网格",
    "other_row": 5,
    "residents": 3,
    "row": 2,
    "rows": "2、3",
    "sentence": "请核对。",
    "sex": "男",
    "sheet": "名册",
    "sheets": "名册、说明",
    "stated": 4,
    "taken_as": "夫",
    "title": "花名册",
    "typed": "甲",
    "unusual": "□",
    "words": "亲家",
}
"""A value for every parameter a roster's codes carry; a sentence may use no other."""


def every_code() -> Iterable[StrEnum]:
    yield from ROSTER_ERRORS
    for kind in (
        RefusalReason,
        WarningKind,
        SkippedKind,
        SheetSkip,
        RosterColumn,
        MicroGridSize,
        CheckLine,
    ):
        yield from kind


@pytest.mark.parametrize(
    "code", list(every_code()), ids=lambda code: f"{type(code).__name__}.{code}"
)
def test_every_code_has_a_sentence(code: StrEnum) -> None:
    sentence = roster_sentence(code, **PARAMS)
    assert sentence.strip()
    assert "{" not in sentence
    assert re.search(r"[,:;](?![0-9])", sentence) is None, "Chinese punctuation is full-width"


@pytest.mark.parametrize("code", ROSTER_ERRORS)
def test_errors_say_what_was_kept_and_what_to_do(code: ErrorCode) -> None:
    sentence = roster_sentence(code, **PARAMS)
    assert "没有导入任何内容" in sentence
    assert "名册.xlsx" in sentence


def test_codes_of_equal_value_do_not_mix() -> None:
    assert roster_sentence(RosterColumn.MICRO_GRID) == "微网格"
    assert roster_sentence(CheckLine.MICRO_GRID, **PARAMS) != "微网格"


def test_every_look_has_a_name() -> None:
    assert set(FILE_LOOK_NAMES) == set(FileLook)
    assert file_look_name("word_document") == "Word 文档"
    assert file_look_name("nothing we know") == "别的文件"
