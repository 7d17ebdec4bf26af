"""A laptop that went back to a copy goes on working with the county."""

from __future__ import annotations

import psycopg
from sqlmodel import select

from app.demo.scene import Scene
from app.laptop import copies_of, daily_care, open_laptop, put_back
from app.refolding import refold
from db.tables.households import Household
from sync.client.line import open_line
from sync.client.round import waiting_count
from tests.helpers.stores import a_household, save


def numbers_at_the_county(scene: Scene) -> set[str]:
    with psycopg.connect(scene.county.url) as connection:
        return {row[0] for row in connection.execute("SELECT number FROM household").fetchall()}


def test_what_was_sent_since_the_copy_comes_back_and_new_work_goes_up(scene: Scene) -> None:
    village = scene.laptops["village"]
    actor = scene.actor("grid_worker", "village")
    store = village.laptop.store

    def add(number: str) -> None:
        home = a_household(unit_id=actor.unit_id, number=number)
        save(store, home, account_id=actor.account_id)

    add("001")
    village.sync()
    add("002")  # in the copy, and not sent before it
    daily_care(village.laptop)
    add("003")
    village.sync()
    folder, keys = scene.folder / "village", village.laptop.keys
    village.laptop.close()

    put_back(folder, copies_of(folder)[0])
    again = open_laptop(folder, ask_passphrase=lambda _need: "", keys=keys)
    store = again.store
    name_before = store.value("install_id")
    line = open_line(store, again.keys, secret_name=again.device_secret, after_laying=refold)
    assert line is not None
    add("004")
    line.exchanger.run_round()

    assert store.value("install_id") != name_before
    assert waiting_count(store) == 0
    assert numbers_at_the_county(scene) == {"001", "002", "003", "004"}
    with store.reading() as session:
        assert set(session.exec(select(Household.number))) == {"001", "002", "003", "004"}
    line.transport.close()
    again.close()
