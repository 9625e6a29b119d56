"""How marks look on an image: masks as a tint, boxes as outlines, the chosen one stronger."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from studio.labeling.marking import Mark, Rect

TINT, CHOSEN_TINT = 0.4, 0.56
LINE, CHOSEN_LINE = 1.5, 3.0


def paint_mark(
    painter: QPainter, mark: Mark, shade: QColor, is_chosen: bool, seen: Rect, corner: QPointF, scale: float
) -> None:
    """Paint a mark on an image whose upper left corner lies at `corner`, at `scale` screen pixels a pixel, as far as it
    lies in the pixels `seen`."""
    if mark.mask is not None:
        _paint_mask(painter, mark, _tint(shade, CHOSEN_TINT if is_chosen else TINT), seen, corner, scale)
        return
    box = mark.region
    assert box is not None
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(shade, CHOSEN_LINE if is_chosen else LINE))
    painter.drawRect(_placed(box.left, box.top, box.width, box.height, corner, scale))


def _paint_mask(painter: QPainter, mark: Mark, tint: QColor, seen: Rect, corner: QPointF, scale: float) -> None:
    """Of every so many rows and columns as the scale shows: the cost is that of the screen, not of the image."""
    assert mark.mask is not None
    place, seen = mark.place, seen.within(mark.place)
    if seen.left >= seen.right or seen.top >= seen.bottom:
        return
    step = max(1, int(1 / scale))
    left, top = seen.left - (seen.left - place.left) % step, seen.top - (seen.top - place.top) % step
    part = mark.mask[
        top - place.top : seen.bottom - place.top : step, left - place.left : seen.right - place.left : step
    ]
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    target = _placed(left, top, part.shape[1] * step, part.shape[0] * step, corner, scale)
    painter.drawImage(target, _picture(part, tint))


def _picture(mask: np.ndarray, tint: QColor) -> QImage:
    """A mask as a picture of one color, transparent where the mask is 0."""
    mask = np.ascontiguousarray(mask)
    height, width = mask.shape
    picture = QImage(mask.data, width, height, width, QImage.Format.Format_Indexed8).copy()
    picture.setColorTable([0] * 255 + [tint.rgba()])
    return picture


def _tint(shade: QColor, opacity: float) -> QColor:
    tint = QColor(shade)
    tint.setAlphaF(opacity)
    return tint


def _placed(left: float, top: float, width: float, height: float, corner: QPointF, scale: float) -> QRectF:
    return QRectF(left * scale, top * scale, width * scale, height * scale).translated(corner)
