"""Arrays on the screen: evenly spaced tiles, never stretched."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.theme import color

SPACING = 6
CAPTION_HEIGHT = 18


def to_qimage(pixels: np.ndarray) -> QImage:
    """A copy of uint8 (H, W), (H, W, 1) or (H, W, 3) as a QImage."""
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], kind).copy()


class ImageGrid(QWidget):
    """Images as tiles in rows, as large as fit; with `clickable` they can be chosen by mouse and arrow keys.

    `clicked` and `hovered` carry a tile's index, `hovered` -1 where the mouse leaves.
    """

    clicked = Signal(int)
    hovered = Signal(int)

    def __init__(self, object_name: str = "", columns: int | None = None, clickable: bool = False) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._columns = columns
        self._clickable = clickable
        self._pictures: list[QPixmap] = []
        self._scaled: dict[tuple[int, int], QPixmap] = {}
        self._captions: Sequence[str] = ()
        self._current = -1
        self._hovered = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setMouseTracking(True)

    def set_images(self, images: np.ndarray | Sequence[np.ndarray], captions: Sequence[str] = ()) -> None:
        """Show uint8 images, (N, H, W), (N, H, W, 1 or 3) or a sequence of such without N; captions as many or none."""
        self._pictures = [QPixmap.fromImage(to_qimage(image)) for image in images]
        self._captions = captions
        self._scaled.clear()
        self._current = min(self._current, len(self._pictures) - 1)
        self.updateGeometry()
        self.update()

    def clear(self) -> None:
        self.set_images([])

    def set_columns(self, columns: int | None) -> None:
        """Tiles in a row; None: as many as make the tiles largest."""
        self._columns = columns
        self.update()

    @property
    def count(self) -> int:
        return len(self._pictures)

    @property
    def current(self) -> int:
        """The tile chosen last; -1: none."""
        return self._current

    def set_current(self, index: int) -> None:
        self._current = index
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 80)

    def tile_rect(self, index: int) -> QRect:
        """Where a tile's picture lies."""
        columns, side = self._layout()
        row, column = divmod(index, columns)
        return QRect(column * (side + SPACING), row * (side + SPACING + self._caption_height), side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for index in range(len(self._pictures)):
            place = self.tile_rect(index)
            if place.intersects(event.rect().adjusted(0, -CAPTION_HEIGHT, 0, 0)):
                self._paint_tile(painter, index, place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._tile_at(event.position().toPoint()))

    def leaveEvent(self, event) -> None:
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._tile_at(event.position().toPoint())
        if self._clickable and index >= 0:
            self._choose(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns, _ = self._layout()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        step = steps.get(Qt.Key(event.key()))
        if not self._clickable or step is None:
            super().keyPressEvent(event)
        elif 0 <= self._current + step < self.count:
            self._choose(self._current + step)

    @property
    def _caption_height(self) -> int:
        return CAPTION_HEIGHT if self._captions else 0

    def _layout(self) -> tuple[int, int]:
        """Columns, and the side of a tile in px."""
        if self._columns:
            return self._columns, self._side(self._columns)
        best = max(range(1, max(2, self.count + 1)), key=self._side)
        return best, self._side(best)

    def _side(self, columns: int) -> int:
        rows = max(1, -(-self.count // columns))
        across = (self.width() + SPACING) // columns - SPACING
        down = (self.height() + SPACING) // rows - SPACING - self._caption_height
        return max(8, min(across, down))

    def _paint_tile(self, painter: QPainter, index: int, place: QRect) -> None:
        picture = self._scaled_to(index, place.width())
        inside = QRect(QPoint(0, 0), picture.deviceIndependentSize().toSize())
        inside.moveCenter(place.center())
        painter.fillRect(place, color("image_ground"))
        painter.drawPixmap(inside, picture)
        if self._clickable and index in (self._current, self._hovered):
            painter.setPen(QPen(color("accent" if index == self._current else "mute"), 2))
            painter.drawRect(place.adjusted(1, 1, -1, -1))
        if self._captions:
            self._paint_caption(painter, self._captions[index], place)

    def _paint_caption(self, painter: QPainter, text: str, place: QRect) -> None:
        font = self.font()
        font.setPointSizeF(8)
        painter.setFont(font)
        painter.setPen(color("mute"))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        below = QRect(place.left(), place.bottom() + 1, place.width(), CAPTION_HEIGHT)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _scaled_to(self, index: int, side: int) -> QPixmap:
        """The picture fitted into a square of `side`, scaled once."""
        key = index, side
        if key not in self._scaled:
            ratio = self.devicePixelRatioF()
            picture, target = self._pictures[index], round(side * ratio)
            mode = Qt.TransformationMode.SmoothTransformation
            scaled = picture.scaled(target, target, Qt.AspectRatioMode.KeepAspectRatio, mode)
            scaled.setDevicePixelRatio(ratio)
            if len(self._scaled) > 2 * len(self._pictures):
                self._scaled.clear()
            self._scaled[key] = scaled
        return self._scaled[key]

    def _tile_at(self, point: QPoint) -> int:
        columns, side = self._layout()
        column, row = point.x() // (side + SPACING), point.y() // (side + SPACING + self._caption_height)
        index = row * columns + column
        return index if column < columns and index < self.count and self.tile_rect(index).contains(point) else -1

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.hovered.emit(index)
            self.update()

    def _choose(self, index: int) -> None:
        self._current = index
        self.update()
        self.clicked.emit(index)
