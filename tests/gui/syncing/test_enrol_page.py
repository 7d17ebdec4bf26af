"""The first start: a file that is not the county's, a county out of reach."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.laptop import Laptop
from db.key_file import KdfCost
from db.keystore import KeyFileStore
from tests.gui.conftest import settle
from tests.helpers.stores import a_store
from ui.syncing.enrol_page import EnrolPage
from ui.wording import error_sentence
from ui.work.runner import Runner

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)


@pytest.fixture
def page(qtbot, tmp_path: Path, runner: Runner) -> Iterator[EnrolPage]:
    store = a_store(tmp_path)
    keys = KeyFileStore(tmp_path / "gulou.keys", "a passphrase", cost=CHEAP)
    laptop = Laptop(store, keys, "one", has_keyring=True)
    page = EnrolPage(laptop, runner, describe=error_sentence)
    qtbot.addWidget(page)
    page.resize(911, 480)
    page.show()
    page.activateWindow()
    page.setFocus()
    settle()
    yield page
    runner.wait_idle()
    store.close()


def use(page: EnrolPage, runner: Runner, path: Path) -> None:
    page.use_file(path)
    assert not page.button.isEnabled()
    assert runner.wait_idle()
    settle()


def test_the_one_button_has_the_cursor(page: EnrolPage) -> None:
    assert QApplication.focusWidget() is page.button
    assert not page.problem.isVisible()


@pytest.mark.parametrize("content", ["{}", "not json", '["a list"]', '{"url": "https://x"}', ""])
def test_another_file_is_refused_with_its_name(page, runner, tmp_path, qtbot, content) -> None:
    path = tmp_path / "照片.json"
    path.write_text(content, encoding="utf-8")
    with qtbot.assertNotEmitted(page.enrolled):
        use(page, runner, path)
    assert page.problem.isVisible()
    assert page.problem.text() == "照片.json 不是县里给的开通文件，本机没有改动。请重新拷一份。"
    assert page.button.isEnabled()
    assert page.button.text() == "选择开通文件"
    assert QApplication.focusWidget() is page.button


def test_a_file_that_has_gone_is_refused(page, runner, tmp_path) -> None:
    use(page, runner, tmp_path / "拔掉的U盘.json")
    assert "拔掉的U盘.json" in page.problem.text()


def test_a_county_out_of_reach_is_said_and_it_can_be_tried_again(page, runner, tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    path = tmp_path / "开通.json"
    authority = _an_authority()
    path.write_text(
        json.dumps({"url": f"https://127.0.0.1:{port}", "code": "AAAA", "ca_pem": authority}),
        encoding="utf-8",
    )
    use(page, runner, path)
    assert "连不到县里的服务器" in page.problem.text()
    assert page.button.isEnabled()


def _an_authority() -> str:
    """A certificate that could be a county's own."""
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a county")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()
