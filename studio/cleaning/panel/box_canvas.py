"""An image with boxes over it that are drawn, moved, chosen and taken away."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from studio.project.part import Box
from studio.widgets.canvas import Canvas
from studio.widgets.theme import color

LEAST = 3
"""Pixels of the image that a box is long at least: less is a slip of the hand."""
NEW = 8
"""How many times a box that a key makes fits into the image."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class BoxCanvas(Canvas):
    """Drag: a new box, or the one below moves; Tab: the next; Alt and arrows: move it; Delete: take it away; N: a new
    one in the middle. The wheel zooms, Shift and arrows move the image, the right button changes the window.

    `changed` says that the user has changed `boxes`.
    """

    changed = Signal()

    def __init__(self, object_name: str) -> None:
        super().__init__(object_name)
        self.boxes: list[Box] = []
        self.done: Sequence[Box] = ()
        """Those that are masked in the image already: nothing is painted over what came of it."""
        self.chosen: int | None = None
        self._held: tuple[QPointF, Box] | None = None
        """Where the mouse took hold, in pixels of the image, and the chosen box as it was then."""
        self._is_new = False
        self.setCursor(Qt.CursorShape.CrossCursor)

    def set_boxes(self, boxes: Sequence[Box], done: Sequence[Box] = ()) -> None:
        self.boxes, self.done, self.chosen, self._held = list(boxes), done, None, None
        self.update()

    # input

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self._choose_next()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove()
        elif key == Qt.Key.Key_N:
            self._add_in_the_middle()
        elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._move_by(*ARROWS[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.pyramid is None:
            super().mousePressEvent(event)
            return
        at = self._image_point(event.position())
        below = [place for place, box in enumerate(self.boxes) if QRectF(*box).contains(at)]
        self._is_new = not below
        if below:
            self.chosen = below[-1]
        else:
            self.boxes.append((int(at.x()), int(at.y()), 0, 0))
            self.chosen = len(self.boxes) - 1
        self._held = at, self.boxes[self.chosen]
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            super().mouseMoveEvent(event)
            return
        start, before = self._held
        at = self._image_point(event.position())
        assert self.chosen is not None
        if self._is_new:
            self.boxes[self.chosen] = _spanned(start, at)
        else:
            moved = at - start
            self.boxes[self.chosen] = (round(before[0] + moved.x()), round(before[1] + moved.y()), *before[2:])
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._held is None or event.button() != Qt.MouseButton.LeftButton:
            return
        before, self._held = self._held[1], None
        self._settle(before)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _settle(self, before: Box) -> None:
        """Keep the chosen box inside the image; one that is hardly there goes again."""
        assert self.chosen is not None
        box = self._inside(self.boxes[self.chosen])
        self.boxes[self.chosen] = box
        if min(box[2:]) < LEAST:
            del self.boxes[self.chosen]
            self.chosen = None
        elif box != before:
            self.changed.emit()
        self.update()

    def _choose_next(self) -> None:
        if self.boxes:
            self.chosen = 0 if self.chosen is None else (self.chosen + 1) % len(self.boxes)
            self.update()

    def _remove(self) -> None:
        if self.chosen is not None:
            del self.boxes[self.chosen]
            self.chosen = None
            self.changed.emit()
            self.update()

    def _add_in_the_middle(self) -> None:
        if self.pyramid is not None:
            image = self.pyramid.image
            width, height = max(LEAST, image.width // NEW), max(LEAST, image.height // NEW)
            self.boxes.append(self._inside(((image.width - width) // 2, (image.height - height) // 2, width, height)))
            self.chosen = len(self.boxes) - 1
            self.changed.emit()
            self.update()

    def _move_by(self, columns: int, rows: int) -> None:
        if self.chosen is not None and self.pyramid is not None:
            before = self.boxes[self.chosen]
            self.boxes[self.chosen] = (before[0] + columns, before[1] + rows, *before[2:])
            self._settle(before)

    # places

    def _image_point(self, position: QPointF) -> QPointF:
        assert self.pyramid is not None
        share, image = self._share_at(position), self.pyramid.image
        return QPointF(share.x() * image.width, share.y() * image.height)

    def _inside(self, box: Box) -> Box:
        assert self.pyramid is not None
        image = self.pyramid.image
        left, top = max(0, box[0]), max(0, box[1])
        right, bottom = min(image.width, box[0] + box[2]), min(image.height, box[1] + box[3])
        return left, top, max(0, right - left), max(0, bottom - top)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.pyramid is None:
            return
        painter = QPainter(self)
        corner = self._place().topLeft()
        for number, box in enumerate(self.boxes):
            left, top, width, height = (side * self.scale for side in box)
            place = QRectF(corner.x() + left, corner.y() + top, width, height)
            if box not in self.done:
                shade = QColor(color("accent"))
                shade.setAlpha(110 if number == self.chosen else 60)
                painter.fillRect(place, shade)
            for pen in (QPen(QColor(0, 0, 0, 160), 3), QPen(QColor("#ffffff"), 2 if number == self.chosen else 1)):
                painter.setPen(pen)
                painter.drawRect(place)


def _spanned(first: QPointF, second: QPointF) -> Box:
    """The whole pixels between two points."""
    left, right = sorted((first.x(), second.x()))
    top, bottom = sorted((first.y(), second.y()))
    return int(left), int(top), round(right) - int(left), round(bottom) - int(top)
