"""Attachments on the case page: add, look, save, take out of sight; worked by hand and by keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.accounts.vocabulary import Role
from app.attachments.queries import AttachmentRow
from app.attachments.vocabulary import BlobState
from app.store import Changes
from app.undo import undo
from tests.gui.attachments.pictures import a_file, a_hillside, encoded
from tests.gui.cases.conftest import Desk
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL, settle
from ui.attachments.strip import AttachmentStrip
from ui.attachments.viewer import AttachmentViewer

GALLERY = Path(__file__).parents[3] / "build" / "gallery"


def strip(desk: Desk) -> AttachmentStrip:
    return desk.page.card.attachments


def viewer(desk: Desk) -> AttachmentViewer:
    return desk.page.viewer


def attach(desk: Desk, *paths: Path) -> tuple[AttachmentRow, ...]:
    strip(desk).attach_paths([str(path) for path in paths])
    desk.wait()
    return strip(desk).rows


def some_files(folder: Path) -> list[Path]:
    pdf, sound = folder / "1981年林权证扫描件.pdf", folder / "双方陈述录音.mp3"
    pdf.write_bytes(b"%PDF-1.7" + bytes(400_000))
    sound.write_bytes(b"ID3\x04" + bytes(1_300_000))
    return [
        a_file(folder, "后山界址.jpg"),
        a_file(folder, "砍下的杉木.jpg", a_hillside(hue=40)),
        pdf,
        sound,
    ]


def sync_states(desk: Desk, *states: str) -> None:
    """As the carrier would leave the originals, in the strip's order."""
    rows = strip(desk).rows
    blobs = desk.scene.store.blobs
    for row, state in zip(rows, states, strict=False):
        if state == "sending":
            blobs.note_sent(row.sha256, row.size * 2 // 5)
        elif state == "at_county":
            blobs.note_at_county(row.sha256)
        elif state == "not_here":
            blobs.forget([row.sha256])
        elif state == "arriving":
            blobs.forget([row.sha256])
            blobs.want(row.sha256, row.size)
            blobs.add_arrived(row.sha256, 0, bytes(row.size // 3))
    strip(desk).load()
    desk.wait()


# --- adding --------------------------------------------------------------------------------------


def test_files_are_added_and_the_step_can_be_taken_back(desk: Desk, tmp_path: Path) -> None:
    rows = attach(desk, *some_files(tmp_path))
    assert [row.name for row in rows] == [path.name for path in some_files(tmp_path)]
    assert strip(desk).title.text() == "附件 4"
    sentence, txn = desk.scene.undos[-1]
    assert sentence == "已加上 4 个附件。"
    assert desk.scene.writes
    undo(desk.scene.store, account_id=desk.scene.actor.account_id, txn=txn)
    strip(desk).load()
    desk.wait()
    assert all(row.is_withdrawn for row in strip(desk).rows)
    assert strip(desk).title.text() == "附件"


def test_a_file_that_may_not_be_attached_is_said_and_nothing_is_added(
    desk: Desk, tmp_path: Path
) -> None:
    document = tmp_path / "协议.docx"
    document.write_bytes(b"PK\x03\x04")
    attach(desk, a_file(tmp_path, "好的.jpg"), document)
    assert strip(desk).rows == ()
    assert desk.scene.notices[-1].startswith("“协议.docx”不是照片、PDF 或录音，没有加上")
    assert strip(desk).add.isEnabled()
    assert desk.scene.store.blobs.to_send() == []


def test_files_are_dropped_on_the_strip(desk: Desk, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(a_file(tmp_path, "拖来的.jpg")))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    strip(desk).dropEvent(event)
    desk.wait()
    assert [row.name for row in strip(desk).rows] == ["拖来的.jpg"]
    assert event.isAccepted()


def test_a_picture_is_pasted_by_the_keys(desk: Desk) -> None:
    QGuiApplication.clipboard().setImage(a_hillside(500, 400))
    strip(desk).add.setFocus()
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    (row,) = strip(desk).rows
    assert row.name == "粘贴的图片.jpg"
    QGuiApplication.clipboard().setText("words")
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert len(strip(desk).rows) == 1


def test_the_button_asks_for_files(desk: Desk, tmp_path: Path) -> None:
    strip(desk).add.click()
    settle()
    (dialog,) = strip(desk).findChildren(QFileDialog)
    dialog.filesSelected.emit([str(a_file(tmp_path, "选的.jpg"))])
    dialog.close()
    desk.wait()
    assert [row.name for row in strip(desk).rows] == ["选的.jpg"]


def test_an_event_has_its_own(desk: Desk, tmp_path: Path) -> None:
    attach(desk, a_file(tmp_path, "全案.jpg"))
    timeline = desk.page.card.timeline
    timeline.setCurrentIndex(timeline.model().index(0, 0))
    timeline.setFocus()
    desk.press(Qt.Key.Key_Return)
    assert strip(desk).rows == ()
    assert "上山看了界址" in strip(desk).part.text()
    (row,) = attach(desk, a_file(tmp_path, "界址.jpg"))
    assert row.subject.part_id == desk.page.card.timeline.model().index(0, 0).data(256).record_id
    strip(desk).all.click()
    assert [row.name for row in strip(desk).rows] == ["全案.jpg", "界址.jpg"]
    shown = [timeline.model().index(n, 0).data() for n in range(timeline.model().rowCount())]
    assert "附件 1" in shown[0]
    assert not any("附件" in line for line in shown[1:])


def test_another_case_has_its_own(desk: Desk, tmp_path: Path) -> None:
    attach(desk, a_file(tmp_path, "界址.jpg"))
    desk.page.open(desk.scene.case_ids[0])  # type: ignore[attr-defined]
    desk.wait()
    assert strip(desk).rows == ()


def test_who_may_not_add_sees_and_changes_nothing(
    make_desk: Callable[..., Desk], desk: Desk, tmp_path: Path
) -> None:
    attach(desk, a_file(tmp_path, "界址.jpg"))
    reader = make_desk(Role.SPONSOR_LEADER, scene=desk.scene)
    reader.page.card.attachments.show_subject("case_file", desk.page.card.case_id, may_attach=False)
    reader.wait()
    shown = reader.page.card.attachments
    assert shown.add.isHidden()
    shown.withdraw(shown.rows[0].attachment_id)
    reader.wait()
    assert not shown.rows[0].is_withdrawn


# --- looking -------------------------------------------------------------------------------------


def test_enter_opens_it_large_and_escape_goes_back(desk: Desk, tmp_path: Path) -> None:
    first, second, *_ = attach(desk, *some_files(tmp_path))
    tiles = strip(desk).tiles
    tiles.choose(first.attachment_id)
    tiles.setFocus()
    desk.press(Qt.Key.Key_Return)
    assert viewer(desk).isVisible()
    assert viewer(desk).name.text() == "后山界址.jpg"
    assert viewer(desk)._shown_sha256 == first.sha256
    desk.press(Qt.Key.Key_Right)
    assert viewer(desk).attachment_id == second.attachment_id
    desk.press(Qt.Key.Key_Right)
    assert "请另存以后再打开" in viewer(desk).sentence.text()
    desk.press(Qt.Key.Key_Left)
    desk.press(Qt.Key.Key_Escape)
    assert not viewer(desk).isVisible()
    assert strip(desk).tiles.hasFocus()
    assert strip(desk).tiles.current == strip(desk).rows[1]


def test_on_a_low_screen_a_button_stands_for_the_tiles(desk: Desk, tmp_path: Path) -> None:
    first, *_ = attach(desk, *some_files(tmp_path))
    assert strip(desk).tiles.isVisible()
    assert not strip(desk).look.isVisible()
    desk.page.resize(*SMALL)
    desk.wait()
    assert not strip(desk).tiles.isVisible()
    strip(desk).look.setFocus()
    desk.press(Qt.Key.Key_Space)
    assert viewer(desk).attachment_id == first.attachment_id
    desk.press(Qt.Key.Key_Escape)
    assert strip(desk).look.hasFocus()


def test_a_picture_is_enlarged_and_fitted_again(desk: Desk, tmp_path: Path) -> None:
    (row,) = attach(desk, a_file(tmp_path, "界址.jpg"))
    strip(desk).opened.emit(row.attachment_id)
    desk.wait()
    fitted = viewer(desk).picture.shown_size
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Plus):
        desk.press(key)
    assert viewer(desk).picture.shown_size.width() > fitted.width() * 1.5
    desk.press(Qt.Key.Key_0)
    assert viewer(desk).picture.shown_size == fitted


def test_a_thumbnail_stands_for_an_original_that_is_not_here(desk: Desk, tmp_path: Path) -> None:
    data = encoded(a_hillside())
    (row,) = attach(desk, a_file(tmp_path, "界址.jpg"))
    assert row.size == len(data)
    sync_states(desk, "not_here")
    assert strip(desk).rows[0].original is BlobState.NOT_HERE
    assert "原件未到" in str(strip(desk).tiles.tiles.index(0).data())
    strip(desk).opened.emit(row.attachment_id)
    desk.wait()
    assert viewer(desk).sentence.text() == "原件没有到本机，现在只有缩略图。"
    assert viewer(desk).save.isHidden()
    viewer(desk).fetch.click()
    desk.wait()
    assert viewer(desk).sentence.text() == "正在等原件，连上县里就取来。"
    desk.scene.store.blobs.add_arrived(row.sha256, 0, data[:10_000])
    desk.page.on_changes(Changes(frozenset({("attachment", row.attachment_id)})))
    desk.wait()
    assert "已到" in viewer(desk).sentence.text()
    assert viewer(desk).progress.isVisible()
    desk.scene.store.blobs.add_arrived(row.sha256, 10_000, data[10_000:])
    desk.page.on_changes(Changes(frozenset({("attachment", row.attachment_id)})))
    desk.wait()
    assert viewer(desk)._shown_sha256 == row.sha256
    assert not viewer(desk).sentence.isVisible()


def test_it_is_saved_outside_the_program(desk: Desk, tmp_path: Path) -> None:
    path = a_file(tmp_path, "界址.jpg")
    (row,) = attach(desk, path)
    strip(desk).opened.emit(row.attachment_id)
    desk.wait()
    desk.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = viewer(desk).findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "存出.jpg"))
    dialog.close()
    desk.wait()
    assert (tmp_path / "存出.jpg").read_bytes() == path.read_bytes()
    assert desk.scene.notices[-1].startswith("已另存到")
    viewer(desk).save_to(str(tmp_path / "没有" / "x.jpg"))
    desk.wait()
    assert "没有另存成" in viewer(desk).sentence.text()


def test_delete_takes_it_out_of_sight_and_again_puts_it_back(desk: Desk, tmp_path: Path) -> None:
    (row,) = attach(desk, a_file(tmp_path, "界址.jpg"))
    strip(desk).tiles.choose(row.attachment_id)
    strip(desk).tiles.setFocus()
    desk.press(Qt.Key.Key_Delete)
    assert strip(desk).rows[0].is_withdrawn
    assert desk.scene.undos[-1][0] == "已撤下“界址.jpg”。"
    strip(desk).opened.emit(row.attachment_id)
    desk.wait()
    assert viewer(desk)._shown_sha256 == ""
    assert "可以放回" in viewer(desk).sentence.text()
    desk.press(Qt.Key.Key_Delete)
    assert not strip(desk).rows[0].is_withdrawn
    assert viewer(desk)._shown_sha256 == row.sha256


def test_a_piece_that_moved_reads_the_strip_and_nothing_else(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = attach(desk, a_file(tmp_path, "界址.jpg"))

    def never() -> None:
        raise AssertionError("the whole page was read again")

    monkeypatch.setattr(desk.page, "load", never)
    desk.scene.store.blobs.note_sent(row.sha256, (row.size + 1) // 2)
    desk.page.on_changes(Changes(frozenset({("attachment", row.attachment_id)})))
    desk.wait()
    assert "已传 50%" in str(strip(desk).tiles.tiles.index(0).data())


# --- pictures ------------------------------------------------------------------------------------


def picture(widget: QWidget, name: str) -> None:
    GALLERY.mkdir(parents=True, exist_ok=True)
    assert widget.grab().save(str(GALLERY / f"attachments_{name}.png"))


@pytest.mark.parametrize("size", [LARGE, SMALL])
@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_pictures(desk: Desk, tmp_path: Path, size: tuple[int, int], stretch: float) -> None:
    from i18n import text

    first, *_ = attach(desk, *some_files(tmp_path))
    sync_states(desk, "at_county", "sending", "not_here", "here")
    text.set_stretch(stretch)
    page = desk.scene.page()
    desk.qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    page.open(desk.page.card.case_id)
    desk.wait()
    mark = f"{size[0]}x{size[1]}-{round(stretch * 100)}"
    picture(page, f"case-{mark}")
    assert (page.width(), page.height()) == size
    assert_nothing_clipped(page)
    page.card.attachments.opened.emit(first.attachment_id)
    desk.wait()
    picture(page, f"viewer-{mark}")
    assert_nothing_clipped(page)
    page.viewer._on_after()
    page.viewer._on_after()
    desk.wait()
    picture(page, f"viewer-away-{mark}")
    assert_nothing_clipped(page)
