"""What lies over the whole window until Esc: a look at images in large."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.widgets.theme import color


class Overlay(QWidget):
    """Covers the window of `below`, which has the keyboard again afterwards."""

    def __init__(self, below: QWidget, object_name: str) -> None:
        super().__init__(below.window())
        self.setObjectName(object_name)
        self._below = below
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        below.window().installEventFilter(self)
        self.setGeometry(below.window().rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._below.window().rect())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.leave()
        else:
            event.accept()  # the panel below has keys of its own

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), color("background"))

    def closing(self) -> None:
        """End what the overlay began."""

    @Slot()
    def leave(self) -> None:
        self.closing()
        self._below.window().removeEventFilter(self)
        self.hide()
        self._below.setFocus()
        self.deleteLater()
