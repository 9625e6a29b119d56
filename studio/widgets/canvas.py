"""One image at its full depth: zoomed, moved, and seen through a window of brightness."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.imaging.image import Range
from studio.imaging.normalize import eight_bits
from studio.imaging.pyramid import PLAIN, Pyramid
from studio.project.regions import Region
from studio.widgets.images import to_qimage
from studio.widgets.region_paint import paint_regions
from studio.widgets.theme import color

LARGEST_PIXEL, USUAL_PIXEL = 64, 4
"""Screen pixels that a pixel of the image takes at most, and where it fits the view."""
STEP = 1.25
PAN_STEP = 60
DRAG_OVER_RANGE = 400
"""Pixels of dragging that change the window by the whole range of the image."""


class View(NamedTuple):
    """Which part of an image is seen: its middle as shares of width and height, and the scale relative to the whole."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0


WHOLE = View()


class Canvas(QWidget):
    """Wheel, +, -: zoom; 0: the whole; 1: pixel by pixel; drag, Shift and arrows: move; drag with the right button,
    Ctrl and arrows: window; W: the image's own window; R: regions on or off."""

    view_changed = Signal(object)
    window_changed = Signal(object)
    """The values of black and white, in the file's units."""
    pointed = Signal(object)
    """The column and row of the pixel below the mouse, or None."""

    def __init__(self, object_name: str = "canvas") -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._pyramid: Pyramid | None = None
        self.window_range: Range = PLAIN
        self.view = WHOLE
        self._regions: Sequence[Region] = ()
        self._marks: dict[str, str] = {}
        self._shows_regions = True
        self._rendered: tuple[object, QImage, QRectF] | None = None
        self._dragged_from: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_image(self, pyramid: Pyramid | None, window: Range | None = None) -> None:
        """Show an image, through a window or its own; the part in view stays where the size does."""
        before = self._pyramid
        self._pyramid = pyramid
        self._rendered = None
        if pyramid is not None:
            if before is None or before.image.pixels.shape[:2] != pyramid.image.pixels.shape[:2]:
                self.view = WHOLE
            self.window_range = window or pyramid.own_window
        self.update()

    def set_regions(self, regions: Sequence[Region]) -> None:
        """Outline what is marked."""
        self._regions = regions
        self.update()

    def set_marks(self, marks: dict[str, str]) -> None:
        """Letters at the edges left, right, top and bottom: which side of the body lies there."""
        self._marks = marks
        self.update()

    def set_view(self, view: View) -> None:
        """Show another part, without `view_changed`: for canvases that follow each other."""
        self.view = view
        self.update()

    def set_window(self, window: Range) -> None:
        self.window_range = window
        self.window_changed.emit(window)
        self.update()

    @property
    def pyramid(self) -> Pyramid | None:
        return self._pyramid

    @property
    def scale(self) -> float:
        """Screen pixels a pixel of the image."""
        return self._fit_scale() * self.view.zoom

    def value_at(self, column: int, row: int) -> tuple[float, ...]:
        """A pixel in the file's units, a number a channel."""
        assert self._pyramid is not None
        return tuple(np.atleast_1d(self._pyramid.image.color[row, column]).tolist())

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the widget, which stays where it is; about the middle if none is given."""
        if self._pyramid is None:
            return
        point = at or QPointF(self.rect().center())
        below = self._share_at(point)
        fit = self._fit_scale()
        least, most = min(1.0, 1 / self.devicePixelRatioF() / fit), max(1.0, LARGEST_PIXEL / fit)
        zoom = min(max(self.view.zoom * factor, least), most)
        moved = (point - QPointF(self.width() / 2, self.height() / 2)) / (fit * zoom)
        self._look(
            View(
                below.x() - moved.x() / self._pyramid.image.width,
                below.y() - moved.y() / self._pyramid.image.height,
                zoom,
            )
        )

    def show_whole(self) -> None:
        self._look(WHOLE)

    def show_pixels(self) -> None:
        """One pixel of the image for one of the screen."""
        if self._pyramid is not None:
            self.zoom_by(1 / self.devicePixelRatioF() / self.scale)

    def show_own_window(self) -> None:
        if self._pyramid is not None:
            self.set_window(self._pyramid.own_window)

    def toggle_regions(self) -> None:
        self._shows_regions = not self._shows_regions
        self.update()

    # input

    def keyPressEvent(self, event: QKeyEvent) -> None:
        actions = {
            Qt.Key.Key_Plus: lambda: self.zoom_by(STEP),
            Qt.Key.Key_Equal: lambda: self.zoom_by(STEP),
            Qt.Key.Key_Minus: lambda: self.zoom_by(1 / STEP),
            Qt.Key.Key_0: self.show_whole,
            Qt.Key.Key_1: self.show_pixels,
            Qt.Key.Key_W: self.show_own_window,
            Qt.Key.Key_R: self.toggle_regions,
        }
        arrows = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        if key in arrows and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._pan(-QPointF(*arrows[key]) * PAN_STEP)
        elif key in arrows and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._drag_window(QPointF(*arrows[key]) * DRAG_OVER_RANGE / 50)
        elif key in actions:
            actions[key]()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._tell_pixel(event.position())
        if self._dragged_from is None:
            return
        moved, self._dragged_from = event.position() - self._dragged_from, event.position()
        if event.buttons() & Qt.MouseButton.RightButton:
            self._drag_window(moved)
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self._pan(moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.view == WHOLE:
            self.zoom_by(1 / self.devicePixelRatioF() / self.scale, event.position())
        else:
            self.show_whole()

    def leaveEvent(self, event) -> None:
        self.pointed.emit(None)

    def sizeHint(self) -> QSize:
        return QSize(400, 300)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("image_ground"))
        if self._pyramid is None:
            return
        place = self._place()
        picture, part = self._render(place)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.scale < 2)
        scale = self.scale
        target = QRectF(part.left() * scale, part.top() * scale, part.width() * scale, part.height() * scale)
        painter.drawImage(target.translated(place.topLeft()), picture)
        if self._shows_regions and self._regions:
            paint_regions(painter, self._regions, place.topLeft(), scale)
        self._paint_marks(painter, place)

    def _render(self, place: QRectF) -> tuple[QImage, QRectF]:
        """What is in view, of the level that suits the scale, and which part of the image that is."""
        assert self._pyramid is not None
        seen = place.intersected(QRectF(self.rect())).translated(-place.topLeft())
        rect = tuple(int(end / self.scale) for end in (seen.left(), seen.top(), seen.right(), seen.bottom()))
        level = self._pyramid.level(self.scale * self.devicePixelRatioF())
        key = level, rect, self.window_range
        if self._rendered is None or self._rendered[0] != key:
            part, (left, top, right, bottom) = self._pyramid.cut(level, rect)  # type: ignore[arg-type]
            is_windowed = part.pixels.dtype != np.uint8 or self.window_range != PLAIN
            picture = eight_bits(replace(part, window=self.window_range if is_windowed else None))
            self._rendered = key, to_qimage(np.asarray(picture)), QRectF(left, top, right - left, bottom - top)
        return self._rendered[1], self._rendered[2]

    def _paint_marks(self, painter: QPainter, place: QRectF) -> None:
        seen = place.intersected(QRectF(self.rect())).adjusted(8, 6, -8, -6)
        sides = {
            "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            "top": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop,
            "bottom": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom,
        }
        font = self.font()
        font.setPointSizeF(13)
        font.setBold(True)
        painter.setFont(font)
        for side, letter in self._marks.items():
            for pen, offset in ((QColor(0, 0, 0, 160), 1), (QColor("#ffffff"), 0)):
                painter.setPen(QPen(pen))
                painter.drawText(seen.translated(offset, offset), sides[side], letter)

    # places

    def _fit_scale(self) -> float:
        if self._pyramid is None:
            return 1.0
        image = self._pyramid.image
        return min(self.width() / image.width, self.height() / image.height, USUAL_PIXEL)

    def _place(self) -> QRectF:
        """Where the whole image lies on the widget."""
        assert self._pyramid is not None
        width, height = (side * self.scale for side in (self._pyramid.image.width, self._pyramid.image.height))
        return QRectF(self.width() / 2 - self.view.x * width, self.height() / 2 - self.view.y * height, width, height)

    def _share_at(self, point: QPointF) -> QPointF:
        place = self._place()
        return QPointF((point.x() - place.left()) / place.width(), (point.y() - place.top()) / place.height())

    def _look(self, view: View) -> None:
        self.view = View(min(max(view.x, 0.0), 1.0), min(max(view.y, 0.0), 1.0), view.zoom)
        self.view_changed.emit(self.view)
        self.update()

    def _pan(self, moved: QPointF) -> None:
        if self._pyramid is not None:
            place = self._place()
            x, y = self.view.x - moved.x() / place.width(), self.view.y - moved.y() / place.height()
            self._look(View(x, y, self.view.zoom))

    def _drag_window(self, moved: QPointF) -> None:
        """To the right widens the window, downwards makes the image darker, as radiologists are used to."""
        if self._pyramid is None:
            return
        black, white = self._pyramid.own_window
        step = (white - black) / DRAG_OVER_RANGE
        low, high = self.window_range
        width = max(high - low + moved.x() * step, step)
        middle = (low + high) / 2 + moved.y() * step
        self.set_window((middle - width / 2, middle + width / 2))

    def _tell_pixel(self, point: QPointF) -> None:
        if self._pyramid is None:
            return
        share, image = self._share_at(point), self._pyramid.image
        column, row = int(share.x() * image.width // 1), int(share.y() * image.height // 1)
        is_inside = 0 <= share.x() < 1 and 0 <= share.y() < 1
        self.pointed.emit((column, row) if is_inside else None)
