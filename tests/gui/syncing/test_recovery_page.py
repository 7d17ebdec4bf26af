"""When the file does not open: going back to a copy, or being told that none would help."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlmodel import select

from app.laptop import copies_of, store_path
from db.backup import BackupKind, back_up
from db.tables.households import Household
from tests.gui.conftest import settle
from tests.helpers.stores import a_household, a_store, save
from ui.syncing.recovery_page import RecoveryPage

SENTENCE = "资料文件打不开。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file with one household, its copy, and then damage."""
    store = a_store(tmp_path, name=store_path(tmp_path).name)
    save(store, a_household(number="001"))
    back_up(store, BackupKind.DAILY)
    save(store, a_household(number="002"))
    store.close()
    store_path(tmp_path).write_bytes(b"damaged")
    return tmp_path


def shown(qtbot, folder: Path, **known: bool) -> RecoveryPage:  # type: ignore[no-untyped-def]
    page = RecoveryPage(folder, SENTENCE, **known)
    qtbot.addWidget(page)
    page.show()
    settle()
    return page


def test_the_newest_copy_is_chosen_and_put_back(qtbot, folder: Path) -> None:
    page = shown(qtbot, folder)
    assert page.said.text() == SENTENCE
    assert page.said.property("role") == "error"
    page.button.click()
    assert page.said.text().startswith("已退回到 ")
    assert page.said.property("role") == "strong"
    assert not page.button.isEnabled()
    store = a_store(folder, name=store_path(folder).name)
    with store.reading() as session:
        assert list(session.exec(select(Household.number))) == ["001"]
    store.close()


def test_the_damaged_file_is_kept(qtbot, folder: Path) -> None:
    page = shown(qtbot, folder)
    page.button.click()
    kept = [copy for copy in copies_of(folder) if copy.path.read_bytes() == b"damaged"]
    assert len(kept) == 1


def test_a_copy_that_has_gone_is_said_and_nothing_changes(qtbot, folder: Path) -> None:
    page = shown(qtbot, folder)
    shutil.rmtree(copies_of(folder)[0].path.parent)
    page.button.click()
    assert page.said.text().startswith("备份没有做成")
    assert page.button.isEnabled()
    assert store_path(folder).read_bytes() == b"damaged"


def test_without_copies_nothing_can_be_pressed(qtbot, tmp_path: Path) -> None:
    page = shown(qtbot, tmp_path)
    assert not page.button.isEnabled()
    assert page.table._empty.isVisible()


def test_against_a_missing_key_no_copy_is_offered(qtbot, folder: Path) -> None:
    page = shown(qtbot, folder, has_way_back=False)
    assert not page.button.isVisible()
    assert not page.table.isVisible()
    page.close_button.click()
    assert not page.isVisible()
