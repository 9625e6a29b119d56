"""How a tile of the gallery looks: the picture, never stretched, its badge and its caption."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.project.items import Item
from studio.text import tr
from studio.widgets import icons
from studio.widgets.theme import color

Index = QModelIndex | QPersistentModelIndex
Caption = Callable[[Item], str]

CAPTION_HEIGHT = 20
SPACING = 10
ITEM = Qt.ItemDataRole.UserRole


def label_caption(item: Item) -> str:
    return item.label or tr("no label")


class TileSource(Protocol):
    """What tiles show."""

    caption: Caption
    badge: Caption

    def picture(self, row: int) -> QPixmap | None: ...


class Tiles(QStyledItemDelegate):
    """Paints tiles; a picture that is not there yet is asked for by looking at it."""

    def __init__(self, source: TileSource, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return option.rect.size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM)
        if item is None:
            return
        cell: QRect = option.rect
        side = min(cell.width() - SPACING, cell.height() - CAPTION_HEIGHT - SPACING // 2)
        place = QRect(cell.left() + (cell.width() - side) // 2, cell.top() + SPACING // 2, side, side)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_picture(painter, place, self._source.picture(index.row()), item.decision == "exclude")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)  # not before: it makes filling slow
        self._paint_badge(painter, place, self._source.badge(item))
        self._paint_frame(painter, place, state)
        self._paint_caption(painter, place, self._source.caption(item), bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_picture(self, painter: QPainter, place: QRect, picture: QPixmap | None, is_aside: bool) -> None:
        painter.fillRect(place, _mixed(color("image_ground"), color("panel")))
        if picture is None:
            return
        if picture.isNull():
            _paint_mark(painter, place, "warning", "mute")
            return
        painter.setOpacity(0.3 if is_aside else 1)
        painter.drawPixmap(_fitted(picture, place), picture)
        painter.setOpacity(1)
        if is_aside:
            _paint_mark(painter, place, "aside", "text")

    def _paint_badge(self, painter: QPainter, place: QRect, text: str) -> None:
        if not text:
            return
        painter.setFont(_small_font(painter))
        width = QFontMetrics(painter.font()).horizontalAdvance(text) + 10
        pill = QRect(place.left() + 4, place.top() + 4, min(width, place.width() - 8), 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("panel"))
        painter.drawRoundedRect(pill, 4, 4)
        painter.setPen(color("text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_frame(self, painter: QPainter, place: QRect, state: QStyle.StateFlag) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color("accent"), 3))
            painter.drawRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5))
        elif state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(color("accent"), 1, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5))

    def _paint_caption(self, painter: QPainter, place: QRect, text: str, is_selected: bool) -> None:
        painter.setFont(_small_font(painter))
        painter.setPen(QColor(color("accent" if is_selected else "mute")))
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        below = QRect(place.left(), place.bottom() + 3, place.width(), CAPTION_HEIGHT - 3)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _small_font(painter: QPainter) -> QFont:
    font = painter.font()
    font.setPointSizeF(8)
    return font


def _mixed(one: QColor, other: QColor) -> QColor:
    """Half of each, opaque."""
    return QColor((one.red() + other.red()) // 2, (one.green() + other.green()) // 2, (one.blue() + other.blue()) // 2)


def _fitted(picture: QPixmap, place: QRect) -> QRect:
    size = picture.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inside = QRect(place.topLeft(), size)
    inside.moveCenter(place.center())
    return inside


def _paint_mark(painter: QPainter, place: QRect, name: str, token: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    mark = QRectF(0, 0, 22, 22)
    mark.moveCenter(QRectF(place).center())
    icons.paint(painter, name, mark, token)
