"""A box of facts is as high as its facts, also when it is filled again under the reader's eyes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.fact_box import FactBox


def test_filled_again_while_it_is_shown(qtbot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    box = FactBox(name="案件情况")
    box.set_whole()
    column = QVBoxLayout(page)
    column.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
    page.resize(400, 600)
    page.show()
    heights = []
    for _ in range(2):
        box.begin()
        for _ in range(8):
            box.add_words("类别", "土地及资源权属纠纷")
        box.finish()
        qtbot.waitUntil(lambda: box.height() == box.sizeHint().height())
        heights.append(box.height())
    assert heights[0] == heights[1] > 8 * box.fontMetrics().height()
