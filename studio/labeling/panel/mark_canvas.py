"""The image that is marked: tools that draw on it, and what is marked so far, painted only where it changes."""

import math
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from studio.imaging.image import Range
from studio.imaging.pyramid import Pyramid
from studio.labeling.marking import Mark, Marking, Point, Rect
from studio.labeling.panel.mark_paint import paint_mark
from studio.widgets.canvas import Canvas
from studio.widgets.theme import tokens

Tool = Literal["brush", "eraser", "polygon", "box", "choose"]
SMALLEST, LARGEST = 1, 999
STROKE_MARGIN = 3
"""Screen pixels around what changed that are drawn again: outlines are wider than what they outline."""


class MarkCanvas(Canvas):
    """Draws with the left button, moves with the middle one; the right button and the wheel do what they do elsewhere.

    `changed` says that the user has drawn something and let go; `chosen` that another mark, or none, is selected.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(self, object_name: str) -> None:
        super().__init__(object_name)
        self.marking = Marking(0, 0)
        self.tool: Tool = "brush"
        self.name = ""
        """What the next mark is called."""
        self.diameter = 16
        """Of the brush, in pixels of the image."""
        self.selected: Mark | None = None
        self._points: list[Point] = []
        """Of the polygon, or the corners of the box, or the latest of the stroke, that is being drawn."""
        self._pointer: QPointF | None = None
        self._is_drawing = False

    def set_image(self, pyramid: Pyramid | None, window: Range | None = None) -> None:
        super().set_image(pyramid, window)
        self._points.clear()

    def set_marking(self, marking: Marking) -> None:
        """Show other marks; the one at the same place stays selected."""
        at = self.marking.marks.index(self.selected) if self.selected in self.marking.marks else -1
        self.marking = marking
        self.select(marking.marks[at] if 0 <= at < len(marking.marks) else None)

    def set_tool(self, tool: Tool) -> None:
        self.tool = tool
        self.give_up()
        self.setCursor(Qt.CursorShape.ArrowCursor if tool == "choose" else Qt.CursorShape.CrossCursor)
        self.update()

    def set_diameter(self, diameter: int) -> None:
        self.diameter = min(max(diameter, SMALLEST), LARGEST)
        self.update()

    def select(self, mark: Mark | None) -> None:
        self.selected = mark
        self.chosen.emit()
        self.update()

    def close_polygon(self) -> None:
        """Mark the inside of the polygon that is being drawn."""
        if self.tool == "polygon" and len(self._points) > 2:
            mark = self.marking.begin_mask(self.name)
            mark.fill(self._points, self.marking.bounds)
            self._points.clear()
            self.select(mark)
            self.changed.emit()

    def give_up(self) -> bool:
        """Forget the polygon or box that is being drawn; False when there is none."""
        was_drawing = bool(self._points)
        self._points.clear()
        self._is_drawing = False
        self.update()
        return was_drawing

    # input

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace and self.tool == "polygon":
            del self._points[-1:]
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._points:
            self.close_polygon()
        elif event.text().isdecimal():
            event.ignore()  # they choose names
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.pyramid is None:
            super().mousePressEvent(event)
            return
        point = self._image_point(event.position())
        if self.tool == "choose":
            self.select(self.marking.mark_at(point))
        elif self.tool == "polygon":
            self._points.append(point)
            self.update()
        else:
            self._is_drawing = True
            self._points = [point]
            if self.tool == "brush" and (self.selected is None or self.selected.mask is None):
                self.select(self.marking.begin_mask(self.name))
            self._draw_to(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.MiddleButton:
            self._move_by(event)
        elif not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
        self._point_to(event.position())
        if self._is_drawing:
            self._draw_to(self._image_point(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or not self._is_drawing:
            return
        self._is_drawing = False
        if self.tool == "box":
            mark = self.marking.add_box(self._points[0], self._points[-1], self.name)
            if mark is not None:
                self.select(mark)
        self._points.clear()
        self.update()
        self.changed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.tool == "polygon":
            self.close_polygon()
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event) -> None:
        super().leaveEvent(event)
        self._point_to(None)

    def _move_by(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            moved, self._dragged_from = event.position() - self._dragged_from, event.position()
            self._pan(moved)

    def _point_to(self, position: QPointF | None) -> None:
        """Move the outline of the brush, or the loose end of the polygon, to where the mouse is."""
        before, self._pointer = self._pointer, position
        if self.tool in ("brush", "eraser"):
            for place in (before, position):
                if place is not None:
                    self.update(self._brush_outline(place).toAlignedRect().adjusted(-2, -2, 2, 2))
        elif self._points:
            self.update()

    def _draw_to(self, point: Point) -> None:
        if self.tool == "box":
            self._points[1:] = [point]
            self.update()
            return
        start, self._points = self._points[-1], [point]
        if self.tool == "eraser":
            touched = self.marking.erase(start, point, self.diameter)
        else:
            assert self.selected is not None
            touched = self.selected.stroke(start, point, self.diameter, 255, self.marking.bounds)
        self.update(self.on_screen(touched))

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.pyramid is None:
            return
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        if self._shows_regions:
            seen, corner = self._in_image(event.rect()), self._place().topLeft()
            for mark in self.marking.marks:
                paint_mark(painter, mark, self.shade(mark.name), mark is self.selected, seen, corner, self.scale)
        self._paint_unfinished(painter)

    def shade(self, name: str) -> QColor:
        """The color of the marks of a name."""
        names = sorted({mark.name for mark in self.marking.marks} | {name})
        return QColor(tokens().series[(names.index(name) + 1) % len(tokens().series)])

    def _paint_unfinished(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(0, 0, 0, 160), 3), QPen(QColor("#ffffff"), 1.2)):
            painter.setPen(pen)
            if self.tool in ("brush", "eraser") and self._pointer is not None:
                painter.drawEllipse(self._brush_outline(self._pointer))
            elif self.tool == "box" and len(self._points) == 2:
                painter.drawRect(QRectF(*map(self._screen_point, self._points)).normalized())
            elif self.tool == "polygon" and self._points:
                ends = [self._screen_point(point) for point in self._points]
                painter.drawPolyline(QPolygonF([*ends, self._pointer or ends[-1]]))

    # places

    def _image_point(self, position: QPointF) -> Point:
        assert self.pyramid is not None
        share, image = self._share_at(position), self.pyramid.image
        return share.x() * image.width, share.y() * image.height

    def _screen_point(self, point: Point) -> QPointF:
        return self._place().topLeft() + QPointF(*point) * self.scale

    def _placed(self, left: float, top: float, width: float, height: float) -> QRectF:
        corner = self._screen_point((left, top))
        return QRectF(corner.x(), corner.y(), width * self.scale, height * self.scale)

    def on_screen(self, rect: Rect) -> QRect:
        """The part of the widget that shows some pixels of the image, with what is drawn around them."""
        place = self._placed(rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top)
        margin = STROKE_MARGIN + math.ceil(self.scale)
        return place.toAlignedRect().adjusted(-margin, -margin, margin, margin)

    def _in_image(self, rect: QRect) -> Rect:
        """The pixels of the image below a part of the widget."""
        (left, top), (right, bottom) = (
            self._image_point(QPointF(corner)) for corner in (rect.topLeft(), rect.bottomRight())
        )
        return Rect(math.floor(left) - 1, math.floor(top) - 1, math.ceil(right) + 2, math.ceil(bottom) + 2)

    def _brush_outline(self, position: QPointF) -> QRectF:
        reach = max(1.0, self.diameter * self.scale / 2)
        return QRectF(position.x() - reach, position.y() - reach, 2 * reach, 2 * reach)
