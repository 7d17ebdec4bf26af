"""全县设定: who may sets, everybody reads; holidays from a file; limits with their law."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.organisations.vocabulary import COUNTY_ID
from app.settings.queries import waiting_changes
from app.settings.rules import as_json, setting_id, shipped_settings
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.tables.settings import Setting
from tests.gui.conftest import LARGE, settle
from tests.gui.scene import Scene
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_store, an_actor, units_by_id
from tests.helpers.votes import lay_rule_sets
from ui.settings.page import PAGE, CountyCard, CountySettingsPage
from ui.work.runner import Runner

GALLERY = Path(__file__).parents[3] / "build" / "gallery"
CENTRE = an_actor(Role.COUNTY_CENTRE, units_by_id()[COUNTY_ID])
VILLAGE = an_actor(Role.GRID_WORKER)


def lay_settings(store: Store) -> None:
    """What the county has sent: the holidays that ship, and a long name since November."""
    words = as_json("通道侗族自治县社会治安综合治理中心")
    name = ("centre_name", words, date(2026, 11, 1), "县委政法委通知")
    given = [(one.key, one.value, one.starts_on, one.note) for one in shipped_settings()]
    with store.laying_down() as session:
        for key, value, starts_on, note in (*given, name):
            session.add(
                Setting(
                    id=setting_id(key, starts_on),
                    unit_id=COUNTY_ID,
                    key=key,
                    value=value,
                    starts_on=starts_on,
                    note=note,
                    set_by="吴某某",
                    sync_seq=1,
                    sync_version=1,
                )
            )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("settings")
    store = a_store(folder, clock=FakeClock())
    lay_rule_sets(store)
    lay_settings(store)
    store.close()
    return folder


@pytest.fixture
def make(qtbot, runner: Runner, filled: Path, tmp_path: Path) -> Iterator[Callable[..., Desk]]:  # type: ignore[no-untyped-def]
    (tmp_path / "gulou.db").write_bytes((filled / "gulou.db").read_bytes())
    store = a_store(tmp_path, clock=FakeClock())
    made: list[Desk] = []

    def build(actor: Actor = CENTRE, size: tuple[int, int] = LARGE) -> Desk:
        scene = Scene(store, runner, tmp_path, actor=actor)
        page = CountySettingsPage(scene.context())
        qtbot.addWidget(page)
        page.resize(*size)
        page.show()
        page.load()
        made.append(Desk(scene, page))
        made[-1].wait()
        return made[-1]

    yield build
    for desk in made:
        desk.page.flush_draft()
        desk.wait()
    store.close()


class Desk:
    """The page and its scene."""

    def __init__(self, scene: Scene, page: CountySettingsPage) -> None:
        self.scene = scene
        self.page = page

    def wait(self) -> None:
        """Until everything is read and written."""
        for _ in range(3):
            settle()
            assert self.scene.runner.wait_idle()
        settle()

    def open(self, key: SettingKey) -> None:
        """As Enter on its line."""
        table = self.page.settings.table
        row = next(one for one in table.model().rows() if one.key is key)
        table.row_opened.emit(row)
        self.wait()


def cells(desk: Desk, key: SettingKey) -> list[str]:
    model = desk.page.settings.table.model()
    place = next(i for i, row in enumerate(model.rows()) if row.key is key)
    return [str(model.index(place, column).data()) for column in range(model.columnCount())]


def test_every_key_is_listed_with_since_when_and_why(make: Callable[..., Desk]) -> None:
    desk = make()
    rows = desk.page.settings.table.model().rows()
    assert {row.key for row in rows} == set(SettingKey) - {SettingKey.HOLIDAYS}
    name = cells(desk, SettingKey.CENTRE_NAME)
    assert name[2:] == ["2026-11-01", "吴某某", "县委政法委通知"]
    assert cells(desk, SettingKey.REMINDER_DAYS)[1:3] == ["3 天", "默认"]


@pytest.mark.parametrize("key", [key for key in SettingKey if key is not SettingKey.HOLIDAYS])
def test_every_key_has_an_editor_whose_value_is_sound(
    make: Callable[..., Desk], key: SettingKey
) -> None:
    desk = make()
    desk.open(key)
    form = desk.page.settings.form
    assert form.holder.isAncestorOf(desk.page.focusWidget())
    form.note.setText("县里会议")
    form.save.click()
    desk.wait()
    assert desk.page.focusWidget() is desk.page.settings.table
    assert [one.key for one in waiting_changes(desk.scene.store)] == [key.value]
    assert "等县里办理" in desk.page.settings.line.text()


def test_without_a_reason_nothing_is_set_and_what_was_typed_stays(
    make: Callable[..., Desk],
) -> None:
    desk = make()
    desk.open(SettingKey.REMINDER_DAYS)
    form = desk.page.settings.form
    form.save.click()
    desk.wait()
    assert "依据" in form.error.text()
    assert waiting_changes(desk.scene.store) == ()
    assert desk.page.settings.host.is_side_open


def test_what_was_half_typed_is_asked_about_again(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.open(SettingKey.CENTRE_NAME)
    form = desk.page.settings.form
    form.note.setText("还没写完的依据")
    desk.page.flush_draft()
    desk.wait()
    desk.open(SettingKey.REMINDER_DAYS)
    desk.open(SettingKey.CENTRE_NAME)
    assert not form.draft_bar.isHidden()
    form.draft_bar.go_on.click()
    assert form.note.text() == "还没写完的依据"


def test_what_nobody_touched_follows_the_county(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.open(SettingKey.CENTRE_NAME)
    form = desk.page.settings.form
    with desk.scene.store.laying_down() as session:
        session.connection().exec_driver_sql(
            "UPDATE setting SET value = ? WHERE key = 'centre_name'", (as_json("新的中心"),)
        )
    desk.page.load()
    desk.wait()
    assert form.editor.value() == "新的中心"
    form.note.setText("正在写")
    with desk.scene.store.laying_down() as session:
        session.connection().exec_driver_sql(
            "UPDATE setting SET value = ? WHERE key = 'centre_name'", (as_json("又一个"),)
        )
    desk.page.load()
    desk.wait()
    assert form.editor.value() == "新的中心"


def test_who_may_not_only_reads(make: Callable[..., Desk]) -> None:
    desk = make(VILLAGE)
    desk.open(SettingKey.CENTRE_NAME)
    form = desk.page.settings.form
    assert (form.panel.isHidden(), form.history.isVisible()) == (True, True)
    assert [(row.set_by, row.starts_on) for row in form.history.rows] == [
        ("吴某某", date(2026, 11, 1)),
        ("", None),
    ]
    assert "只看" in desk.page.settings.line.text()
    desk.page.tabs.setCurrentIndex(1)
    assert not desk.page.holidays.take.isVisible()
    assert desk.page.holidays.table.model().rowCount() == 39


def test_a_years_holidays_are_taken_from_a_file(make: Callable[..., Desk], tmp_path: Path) -> None:
    desk = make()
    path = tmp_path / "2027.csv"
    path.write_text("2027-01-01,放假,元旦\n", "utf-8")
    tab = desk.page.holidays
    tab._ask_path = lambda: str(path)
    tab.take.click()
    desk.wait()
    assert "依据" in desk.scene.notices[-1]
    tab.source.setText("国务院办公厅关于2027年部分节假日安排的通知")
    tab.take.click()
    desk.wait()
    assert "2027" in desk.scene.notices[-1]
    [waiting] = waiting_changes(desk.scene.store)
    assert waiting.starts_on == date(2027, 1, 1)


def test_every_limit_names_its_law_and_what_was_not_checked(make: Callable[..., Desk]) -> None:
    desk = make()
    model = desk.page.limits.table.model()
    lines = [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    assert len(lines) == 16
    assert not [line for line in lines if line[3].isascii()], "a word for every anchor"
    sixty = next(line for line in lines if line[0] == "信访事项办结")
    assert sixty[2] == "60 天"
    assert sixty[5].startswith("《信访工作条例》第三十四条")
    met = next(line for line in lines if line[0] == "见面")
    assert met[5].endswith("待核")


def test_the_settings_lead_to_the_page(qtbot, runner: Runner, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    store = a_store(tmp_path, clock=FakeClock())
    scene = Scene(store, runner, tmp_path)
    card = CountyCard(scene.context())
    qtbot.addWidget(card)
    card.button.click()
    assert scene.pages == [PAGE]
    store.close()


def test_nothing_is_clipped_on_a_small_screen(make: Callable[..., Desk], show_small) -> None:  # type: ignore[no-untyped-def]
    def build() -> CountySettingsPage:
        desk = make()
        desk.open(SettingKey.VISIT_DAYS)
        return desk.page

    show_small(build)


@pytest.mark.parametrize("size", [LARGE, (911, 480)])
def test_pictures(make: Callable[..., Desk], size: tuple[int, int]) -> None:
    desk = make(size=size)
    GALLERY.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(("settings", "holidays", "limits")):
        desk.page.tabs.setCurrentIndex(place)
        desk.wait()
        assert desk.page.grab().save(str(GALLERY / f"county_{name}_{size[0]}.png"))
    desk.page.tabs.setCurrentIndex(0)
    desk.open(SettingKey.VISIT_DAYS)
    assert desk.page.grab().save(str(GALLERY / f"county_form_{size[0]}.png"))
