"""The clipping test itself must catch what it is for."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget

from tests.gui.clipping import clipped
from tests.gui.conftest import settle


def _box(qtbot, *children: QWidget) -> QWidget:
    box = QWidget()
    qtbot.addWidget(box)
    box.resize(300, 100)
    for child in children:
        child.setParent(box)
    box.show()
    settle()
    return box


def test_a_squeezed_button_is_found(qtbot) -> None:
    button = QPushButton("公示与备案")
    box = _box(qtbot, button)
    button.resize(40, 36)
    assert "公示与备案" in clipped(box)[0]


def test_a_wrapped_label_without_room_for_its_lines_is_found(qtbot) -> None:
    label = QLabel("到会四十六户" * 5)
    label.setWordWrap(True)
    box = _box(qtbot, label)
    label.resize(80, 20)
    assert "needs a height" in clipped(box)[0]


def test_a_button_beyond_the_edge_is_found(qtbot) -> None:
    button = QPushButton("截止并计票")
    box = _box(qtbot, button)
    button.move(280, 10)
    assert "sticks out" in clipped(box)[0]


def test_content_of_a_scroll_area_may_lie_outside_the_view(qtbot) -> None:
    area, inside = QScrollArea(), QWidget()
    button = QPushButton("截止并计票", inside)
    inside.resize(400, 400)
    button.move(200, 300)
    area.setWidget(inside)
    box = _box(qtbot, area)
    area.resize(100, 80)
    assert clipped(box) == []


def test_what_fits_passes(qtbot) -> None:
    button = QPushButton("保存")
    box = _box(qtbot, button)
    button.resize(button.sizeHint())
    assert clipped(box) == []
