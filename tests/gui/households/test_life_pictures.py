"""The household's page, the form of a step and the village's month: at both sizes, unclipped."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from app.households.life import record_death, record_went_away
from app.households.life_steps import Happening, HeadChoice
from app.households.vocabulary import LeftBehindKind, RosterEventKind
from app.store import Store
from db.tables.households import Household, Resident
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL, settle
from tests.gui.households.test_pictures import in_window, picture  # noqa: F401
from tests.gui.households.village import a_page, import_pingtan, settled
from tests.helpers.stores import a_store, an_actor
from ui.households.page import MicroGridsPage
from ui.work.runner import Runner

SIZES = [LARGE, SMALL]


@pytest.fixture(scope="module")
def village(tmp_path_factory) -> Store:
    """坪坦村, in whose largest household much has happened."""
    store = a_store(tmp_path_factory.mktemp("life"))
    import_pingtan(store)
    home = largest(store)
    with store.transaction(account_id="account-of-zhang", action="x") as tx:
        people = tx.session.exec(
            select(Resident).where(Resident.household_id == home).order_by(Resident.position)
        ).all()
        ids = [one.id for one in people]
        last = people[-1]
        last.left_behind = LeftBehindKind.CHILD
        last.former_name, last.carer_name = "小名小名小名", "杨某某"
        last.needs = "父母都在外面打工，奶奶年纪大，上学要走四公里山路，希望有校车。" * 2
    actor = an_actor()
    record_went_away(
        store, actor, resident_ids=[ids[1]], when=Happening(date(2026, 2, 20), "广东省东莞市长安镇")
    )
    record_death(
        store,
        actor,
        resident_id=ids[0],
        when=Happening(date(2026, 11, 3), note="久病，家属到村里报的"),
        head=HeadChoice(ids[1]),
    )
    return store


def largest(store: Store) -> str:
    with store.reading() as session:
        counts: dict[str, int] = {}
        for household_id in session.exec(select(Resident.household_id)):
            counts[household_id] = counts.get(household_id, 0) + 1
    return max(counts, key=lambda one: (counts[one], one))


def smallest(store: Store) -> str:
    with store.reading() as session:
        return session.exec(select(Household.id).order_by(Household.number.desc())).first() or ""


def shown(page: MicroGridsPage, runner: Runner) -> MicroGridsPage:
    page.show_household(largest(page._context.store))
    settled(runner)
    return page


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_household_and_its_forms(village, runner, in_window, size) -> None:  # noqa: F811
    page, _said = a_page(village, runner)
    window = in_window(page, size)
    shown(page, runner)
    picture(window, "page", size)
    household = page.household_page
    household.ask_step(RosterEventKind.HOUSEHOLD_SPLIT)
    settled(runner)
    household.life_form.people.set_form_text(household.life_form._view.members[1].id)
    settled(runner)
    picture(window, "split", size)
    household.ask_step(RosterEventKind.BORN)
    settled(runner)
    picture(window, "birth", size)
    household.life_form.leave()
    settled(runner)
    one = household.members.chosen()
    household._on_edit_resident(one.id, "")
    settled(runner)
    picture(window, "resident", size)
    household.resident_form.leave()
    settled(runner)
    page.show_changes()
    settled(runner)
    picture(window, "changes", size)
    page.changes_view._on_move_in()
    settled(runner)
    picture(window, "move_in", size)


LOOKS = ("page", "history", "split", "birth", "merge", "resident", "changes", "move_in")


def look(page: MicroGridsPage, what: str, runner: Runner) -> None:
    """Opens one of the screens."""
    shown(page, runner)
    household = page.household_page
    if what == "history":
        household.tabs.setCurrentIndex(household.tabs.count() - 3)
    elif what in ("split", "birth", "merge"):
        kinds = {"split": "HOUSEHOLD_SPLIT", "birth": "BORN", "merge": "HOUSEHOLD_MERGED"}
        household.ask_step(RosterEventKind[kinds[what]])
        settled(runner)
        household.life_form.people.set_form_text(household.life_form._view.members[0].id)
    elif what == "resident":
        household._on_edit_resident(household.members.chosen().id, "")
    elif what in ("changes", "move_in"):
        page.show_changes()
        settled(runner)
        if what == "move_in":
            page.changes_view._on_move_in()
    settled(runner)
    settle()


@pytest.mark.parametrize("what", LOOKS)
def test_nothing_is_clipped_with_longer_words(village, runner, in_window, what):  # noqa: F811
    text.set_stretch(1.5)
    page, _said = a_page(village, runner)
    window = in_window(page, SMALL)
    look(page, what, runner)
    picture(window, f"stretched_{what}", SMALL)
    assert_nothing_clipped(window)
