"""No code without its sentence, and every sentence whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import ErrorCode
from app.outbox_rows import OpState
from app.store import SyncState
from db.tables.registry import ENTITIES
from sync.client.status import LineState, SyncStatus
from sync.protocol.messages import Reason
from ui.wording import sentences
from ui.wording_sync import (
    clock_banner,
    entity_word,
    line_word,
    op_state_word,
    reason_sentence,
    short_status_line,
    status_line,
    sync_state_word,
)

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_every_error_code_has_exactly_one_sentence() -> None:
    assert set(sentences()) == set(ErrorCode)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_the_county_has_its_own_sentence(reason: Reason) -> None:
    assert reason_sentence(reason.value) != reason_sentence(None)


def test_every_state_has_a_word() -> None:
    for words, states in (
        (sync_state_word, SyncState),
        (op_state_word, OpState),
        (line_word, LineState),
    ):
        found = [words(state)[0] for state in states]  # type: ignore[operator, attr-defined]
        assert all(found)
        assert len(set(found)) == len(found)


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_kind_of_record_has_a_word(entity: str) -> None:
    assert entity_word(entity) != entity


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "刚刚"),
        (timedelta(minutes=2), "2 分钟前"),
        (timedelta(hours=30), "30 小时前"),
        (timedelta(days=3), "3 天前"),
    ],
)
def test_when_last_is_said_as_people_say_it(ago: timedelta, words: str) -> None:
    status = SyncStatus(waiting=12, last_contact=NOW - ago)
    assert status_line(status, NOW) == f"12 条待上传 · {words}"


def test_originals_that_wait_are_said_with_their_size() -> None:
    originals = {"originals_waiting": 3, "original_bytes_waiting": 2_202_010}
    alone = SyncStatus(last_contact=NOW, **originals)
    assert status_line(alone, NOW) == "附件 3 个待传 2.1 MB · 刚刚"
    beside = SyncStatus(waiting=2, last_contact=NOW, **originals)
    assert status_line(beside, NOW) == "2 条待上传，附件 3 个待传 2.1 MB · 刚刚"


def test_in_the_navigation_originals_are_said_without_their_size() -> None:
    originals = {"originals_waiting": 3, "original_bytes_waiting": 2_202_010}
    alone = SyncStatus(**originals)
    assert short_status_line(alone, NOW) == "附件 3 个待传 · 还没有连过"
    beside = SyncStatus(waiting=2, last_contact=NOW, **originals)
    assert short_status_line(beside, NOW) == "待传 2 条、附件 3 个 · 刚刚"
    refused = SyncStatus(refused=1, last_contact=NOW, **originals)
    assert short_status_line(refused, NOW) == "1 条需要处理 · 刚刚"


def test_what_a_new_program_counts_anew_is_said_while_it_lasts() -> None:
    status = SyncStatus(waiting=2, left_to_fold=750, last_contact=NOW)
    assert status_line(status, NOW) == "按新版程序重算，还剩 750 件"
    assert short_status_line(status, NOW) == "正在重算，还剩 750 件"


def test_what_needs_a_person_comes_before_what_waits() -> None:
    status = SyncStatus(waiting=12, refused=1, conflicts=1, last_contact=NOW)
    assert status_line(status, NOW).startswith("2 条需要处理")


@pytest.mark.parametrize(("minutes", "is_said"), [(9, False), (11, True), (-11, True)])
def test_a_wrong_clock_is_a_banner_from_ten_minutes(minutes: int, is_said: bool) -> None:
    banner = clock_banner(SyncStatus(clock_offset_ms=minutes * 60_000))
    assert (banner is not None) is is_said
