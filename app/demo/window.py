"""The demo with a window: the throw-away county runs behind the village laptop's real window."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QSettings

from app.demo.scene import DEMO_PIN, DemoLaptop, Scene, build_scene, fresh_folder
from app.paths import log_file
from i18n.text import tr
from sync.client.transport import CountyRefusedError, NotTheCountyError, OfflineError
from ui.application import LaptopWindow, make_application
from ui.shell.crash_dialog import install_crash_hooks
from ui.shell.settings import Settings

ROSTER = Path(__file__).parent / "data" / "roster_pingtan.xlsx"
_OTHERS_EVERY_S = 10.0


def run_demo(out: Path) -> int:
    """Opens the village laptop; the county goes away with the window."""
    qt = make_application()
    hooks = install_crash_hooks(log_file())
    print(tr("正在准备临时的县、乡、村……"), flush=True)
    scene = build_scene(fresh_folder(out))
    print(tr("演示里每个人的 PIN 码都是 {pin}。", pin=DEMO_PIN), flush=True)
    print(tr("可以导入的样本花名册：{roster}", roster=ROSTER), flush=True)
    others = _Others(scene)
    others.start()
    village = scene.laptops["village"]
    shown = LaptopWindow(village.laptop, demo_settings(village), interval_s=15.0)
    shown.sign_in_page.set_hint(
        tr(
            "演示：人名都是编的，每个人的 PIN 码都是 {pin}。样本花名册：{roster}",
            pin=DEMO_PIN,
            roster=ROSTER,
        )
    )
    shown.start()
    code = qt.exec()
    shown.close()
    others.stop()
    scene.discard()
    del hooks
    return code


def demo_settings(demo: DemoLaptop) -> Settings:
    """Screen settings of a laptop of the demo, thrown away with it."""
    path = demo.laptop.store.path.with_name("screen.ini")
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


class _Others:
    """The township's and the county's laptops, syncing now and then as they would."""

    def __init__(self, scene: Scene) -> None:
        self._laptops = [one for name, one in scene.laptops.items() if name != "village"]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="others", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(30.0)

    def _run(self) -> None:
        while not self._stop.wait(_OTHERS_EVERY_S):
            for one in self._laptops:
                try:
                    one.sync()
                except (OfflineError, NotTheCountyError, CountyRefusedError):
                    continue  # the next round tries again
