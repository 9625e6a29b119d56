"""Regions drawn over an image: boxes as outlines, masks as a tint."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from studio.project.regions import Region
from studio.widgets.theme import tokens

TINT = 0.35


def paint_regions(painter: QPainter, regions: Sequence[Region], corner: QPointF, scale: float) -> None:
    """Draw regions of an image whose upper left corner lies at `corner`, at `scale` screen pixels a pixel.

    Regions of a name have a color of their own; the name stands above each where there is room.
    """
    names = sorted({region.name for region in regions})
    series = tokens().series
    painter.save()
    for region in regions:
        shade = QColor(series[(names.index(region.name) + 1) % len(series)])
        box = _placed(region.left, region.top, region.width, region.height, corner, scale)
        if region.mask is not None:
            painter.setOpacity(TINT)
            painter.drawImage(_placed(*_covered(region), corner, scale), _tinted(region.mask, shade))
            painter.setOpacity(1)
        pen = QPen(shade, 1.5, Qt.PenStyle.DotLine if region.mask else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        if region.name and box.width() > 24:
            painter.drawText(box.topLeft() + QPointF(0, -5), region.name)
    painter.restore()


def _covered(region: Region) -> tuple[int, int, int, int]:
    """The whole pixels that a region's mask covers."""
    left, top = math.floor(region.left), math.floor(region.top)
    return left, top, math.ceil(region.left + region.width) - left, math.ceil(region.top + region.height) - top


def _placed(left: float, top: float, width: float, height: float, corner: QPointF, scale: float) -> QRectF:
    return QRectF(left * scale, top * scale, width * scale, height * scale).translated(corner)


def _tinted(mask: bytes, shade: QColor) -> QImage:
    """A mask as a picture of one color, transparent where the mask is 0."""
    inside = QImage.fromData(mask).convertToFormat(QImage.Format.Format_Grayscale8)
    picture = QImage(inside.size(), QImage.Format.Format_ARGB32)
    picture.fill(shade)
    picture.setAlphaChannel(inside)
    return picture
