"""The file's version: new, current, older, newer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import event, text
from sqlmodel import SQLModel

import db.tables.local
import db.tables.registry
import db.upgrade
from app.cases.listing import match_of
from app.errors import ErrorCode, UserFacingError
from db.backup import BackupKind, backups
from db.search_catch_up import catch_up_search
from db.session import Store
from db.tables.cases import CaseFile
from db.upgrade import bring_up_to_date, file_revision, newest_revision
from tests.helpers.clock import FakeClock
from tests.helpers.stores import A_KEY, a_case, a_store, save


def test_a_new_file_gets_every_migration(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    assert file_revision(store) == newest_revision()


def test_the_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda thing, name, kind, reflected, other: (
                    not str(name).startswith(("search_words", "search_stories", "search_cases"))
                    and not (
                        kind == "index"
                        and str(name).endswith(
                            (
                                "_dirty",
                                "_waiting",
                                "_refused",
                                "_quarantined",
                                "_newest",
                                "_with_day",
                                "_open",
                                "_by_state",
                                "_to_mend",
                                "_confidential",
                            )
                        )
                    )
                ),
            },
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_synced_table_is_guarded(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with store.reading() as session:
        guards = set(
            session.connection().scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard%'")
            )
        )
    wanted = {
        f"guard_{entity}_{verb}"
        for entity in db.tables.registry.ENTITIES
        for verb in ("insert", "update", "delete")
    }
    assert guards == wanted


def test_a_file_from_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with store.local_writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UserFacingError) as raised:
        bring_up_to_date(store)
    assert raised.value.code is ErrorCode.STORE_FROM_NEWER_PROGRAM
    assert file_revision(store) == "9999"


def test_an_older_file_is_copied_before_it_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_store(tmp_path)
    monkeypatch.setattr("db.upgrade.newest_revision", lambda: "9999")
    bring_up_to_date(store)
    assert [one.kind for one in backups(store.path)] == [BackupKind.BEFORE_UPGRADE]


def test_cases_in_a_table_made_anew_are_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list's words are kept by the row numbers of cases, which such a migration changes."""
    store = a_store(tmp_path)
    cases = [a_case(id=name, title=name * 2, number=f"临-{name}") for name in "甲乙丙"]
    save(store, *cases)
    with store.transaction(account_id="x", action="test") as tx:
        tx.session.delete(tx.session.get_one(CaseFile, "甲"))

    def make_cases_anew(config: Config, _revision: str) -> None:
        for statement in (
            "CREATE TABLE made_anew AS SELECT * FROM case_file ORDER BY rowid",
            "DROP TABLE case_file",
            "ALTER TABLE made_anew RENAME TO case_file",
            "CREATE UNIQUE INDEX ix_case_file_id ON case_file (id)",
        ):
            config.attributes["connection"].exec_driver_sql(statement)

    monkeypatch.setattr(command, "upgrade", make_cases_anew)
    monkeypatch.setattr("db.upgrade.newest_revision", lambda: "9999")
    bring_up_to_date(store)
    catch_up_search(store)
    assert [found(store, one) for one in ("甲甲", "乙乙", "丙丙")] == [[], ["乙"], ["丙"]]
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM case_file WHERE id = '丙'")
    assert found(store, "丙丙") == []


def found(store: Store, typed: str) -> list[str]:
    """The cases the list finds by it, through the words alone."""
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT coalesce((SELECT id FROM case_file c WHERE c.rowid = s.rowid), 'gone') "
            "FROM search_cases s WHERE search_cases MATCH ?",
            (match_of(typed),),
        )
        return [row[0] for row in rows]


def test_a_wrong_key_is_said_and_changes_nothing(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(UserFacingError) as raised:
        bring_up_to_date(Store(store.path, b"x" * 32))
    assert raised.value.code is ErrorCode.STORE_UNREADABLE
    assert store.path.read_bytes() == before


class PowerCutError(Exception):
    """The laptop goes off."""


@pytest.mark.parametrize("statement", [3, 12, 60, 120])
def test_an_upgrade_that_is_cut_off_leaves_the_file_as_it_was_and_is_made_later(
    tmp_path: Path, statement: int
) -> None:
    """0010 also edits the written schema; half of that would be a broken file."""
    store = Store(tmp_path / "gulou.db", A_KEY, clock=FakeClock())
    _upgrade_to(store, "0009")
    left = [statement]

    def cut_off(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise PowerCutError

    event.listen(store.engine, "before_cursor_execute", cut_off)
    with pytest.raises(PowerCutError):
        _upgrade_to(store, "0010")
    store.close()
    store = Store(tmp_path / "gulou.db", A_KEY, clock=FakeClock())
    assert file_revision(store) == "0009"
    assert _flaws(store) == []
    bring_up_to_date(store)
    assert file_revision(store) == newest_revision()
    assert _flaws(store) == []
    store.close()


def _upgrade_to(store: Store, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(db.upgrade.__file__).parent / "migrations"))
    with store.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def _flaws(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check").fetchall()
        found += connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return [tuple(row) for row in found if tuple(row) != ("ok",)]
