"""An area that scrolls when what it holds needs more room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget


def scrolling(layout: QLayout, inside: QWidget | None = None) -> QScrollArea:
    """`layout` in a frameless area; `inside` is the widget that carries it, where a plain one does not do."""
    inside = inside or QWidget()
    inside.setObjectName("body")
    inside.setLayout(layout)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def scrolling_down(layout: QLayout) -> QScrollArea:
    """The same for lists that are always as wide as their area."""
    area = scrolling(layout)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
