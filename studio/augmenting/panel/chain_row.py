"""What steps and groups have in common in the list: they can be moved, duplicated and removed."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from studio.augmenting.panel.caution_list import CautionList
from studio.text import tr
from studio.widgets.buttons import Button

ICON_WIDTH = 28
"""Of a row's buttons, px: the room is for the words."""


class ChainRow(QFrame):
    """A card of the list. It says what is asked of it; the list does it."""

    changed = Signal()
    removed = Signal()
    duplicated = Signal()
    moved = Signal(int)
    dragged = Signal(int)
    """The mouse's global y, while the row is held by its grip."""
    dropped = Signal(int)

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "tile")
        self.setAccessibleName(title)
        self.cautions = CautionList(f"{name}.cautions")
        self.grip = _Grip(f"{name}.grip", tr("Move {title}: drag, or Alt+Up and Alt+Down", title=title))
        self.grip.dragged.connect(self.dragged)
        self.grip.dropped.connect(self.dropped)
        self.menu_button = self._make_menu(title)
        for button in (self.grip, self.menu_button):
            button.setFixedWidth(ICON_WIDTH)
        for key, ask in (
            ("Alt+Up", partial(self.moved.emit, -1)),
            ("Alt+Down", partial(self.moved.emit, 1)),
            ("Ctrl+D", self.duplicated.emit),
            ("Del", self.removed.emit),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(ask)

    @property
    def is_inside(self) -> bool:
        """Whether the row is shown as part of a group."""
        return bool(self.property("inside"))

    def set_inside(self, is_inside: bool) -> None:
        if is_inside != self.is_inside:
            self.setProperty("inside", is_inside)
            self.style().polish(self)

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in the order in which it is seen."""
        raise NotImplementedError

    def _make_menu(self, title: str) -> Button:
        name = self.objectName()
        button = Button(
            "", f"{name}.menu", tr("Duplicate, remove or group {title}", title=title), icon_name="dots", flat=True
        )
        self.menu = QMenu(button)
        for text, key, part, ask in (
            (tr("Duplicate"), "Ctrl+D", "duplicate", self.duplicated),
            (tr("Remove"), "Del", "remove", self.removed),
        ):
            action = self.menu.addAction(f"{text}\t{key}")
            action.setObjectName(f"{name}.{part}")
            action.triggered.connect(ask)
        self.menu.addSeparator()
        button.setMenu(self.menu)
        return button


class _Grip(Button):
    """What a row is dragged by; the signals carry the mouse's global y."""

    dragged = Signal(int)
    dropped = Signal(int)

    def __init__(self, name: str, tool_tip: str) -> None:
        super().__init__("", name, tool_tip, icon_name="grip", flat=True)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._start: QPoint | None = None
        self._is_dragging = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._start = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._start is not None:
            self._is_dragging |= abs(event.position().toPoint().y() - self._start.y()) > 3
            if self._is_dragging:
                self.dragged.emit(event.globalPosition().toPoint().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._is_dragging:
            self._is_dragging = False
            self.dropped.emit(event.globalPosition().toPoint().y())
