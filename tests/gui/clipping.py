"""Find buttons and labels whose words do not fit: the common fault on small screens."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

ELIDES = "elides"
SLACK = 1


def assert_nothing_clipped(root: QWidget) -> None:
    """Fail if a visible button, label or field is smaller than its words, or lies outside its
    parent. Content of scroll areas may lie outside the view; a widget with the property `elides`
    cuts its own text on purpose and has it as a tool tip.
    """
    faults = clipped(root)
    assert not faults, "clipped:\n" + "\n".join(faults)


def clipped(root: QWidget) -> list[str]:
    """A line for each fault."""
    faults = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisibleTo(root) or _is_inner_part(widget):
            continue
        fault = _too_small(widget) or _outside(widget, root)
        if fault:
            faults.append(f"{_name(widget)}: {fault}")
    return faults


def _too_small(widget: QWidget) -> str:
    if widget.property(ELIDES):
        return ""
    if isinstance(widget, QLabel):
        return _label_too_small(widget)
    if isinstance(widget, QAbstractButton):
        need = widget.sizeHint()
        if widget.width() + SLACK < need.width() or widget.height() + SLACK < need.height():
            return f"has {_size(widget)}, needs {need.width()}x{need.height()}"
    if isinstance(widget, QLineEdit | QComboBox | QAbstractSpinBox):
        need = widget.minimumSizeHint()
        if widget.height() + SLACK < need.height() or widget.width() < 40:
            return f"has {_size(widget)}, needs {need.width()}x{need.height()}"
    return ""


def _label_too_small(label: QLabel) -> str:
    if not label.text() or not label.pixmap().isNull():
        return ""
    if label.wordWrap():
        need = label.heightForWidth(label.width())
        if label.height() + SLACK < need:
            return f"has {_size(label)}, needs a height of {need}"
        if label.width() < label.fontMetrics().averageCharWidth() * 2:
            return f"has {_size(label)}: no room for a word"
        return ""
    need_size = label.sizeHint()
    if label.width() + SLACK < need_size.width() or label.height() + SLACK < need_size.height():
        return f"has {_size(label)}, needs {need_size.width()}x{need_size.height()}"
    return ""


def _outside(widget: QWidget, root: QWidget) -> str:
    """Does the widget stick out of a parent that does not scroll?"""
    if not isinstance(widget, QLabel | QAbstractButton | QLineEdit | QComboBox | QAbstractSpinBox):
        return ""
    child, parent = widget, widget.parentWidget()
    while parent is not None and child is not root:
        if isinstance(parent.parentWidget(), QScrollArea):
            return ""
        box = QRect(widget.mapTo(parent, QPoint(0, 0)), widget.size())
        if not parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(box):
            return f"at {box.getRect()} sticks out of {_name(parent)} {_size(parent)}"
        child, parent = parent, parent.parentWidget()
    return ""


def _is_inner_part(widget: QWidget) -> bool:
    """Line edits of combos, buttons in line edits, parts of item views."""
    parent = widget.parentWidget()
    if isinstance(parent, QLineEdit | QComboBox | QAbstractSpinBox):
        return True
    if isinstance(parent, QAbstractScrollArea) and not isinstance(parent, QScrollArea):
        return True
    return bool(widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents))


def _size(widget: QWidget) -> str:
    return f"{widget.width()}x{widget.height()}"


def _name(widget: QWidget) -> str:
    words = ""
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        words = widget.text()
    words = words or widget.accessibleName() or widget.objectName()
    return f"{type(widget).__name__} {words[:30]!r}"
