"""Icons: SVG lines from resources/icons, drawn in a color of the theme."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from studio.widgets.theme import tokens


def icon(name: str, token: str = "text") -> QIcon:
    """The icon `resources/icons/NAME.svg` in a color of the theme in force; ask again when the theme changes."""
    made = QIcon()
    for ratio in (1, 2, 3):
        made.addPixmap(pixmap(name, 18, token, ratio))
    return made


def pixmap(name: str, size: int, token: str = "text", ratio: float = 1.0) -> QPixmap:
    """An icon `size` px wide and high, for a screen with `ratio` device pixels a pixel; drawn once in each color."""
    drawn = QPixmap()
    key = f"icon/{name}/{size}/{getattr(tokens(), token)}/{ratio}"
    if not QPixmapCache.find(key, drawn):
        drawn = _drawn(name, round(size * ratio), token)
        drawn.setDevicePixelRatio(ratio)
        QPixmapCache.insert(key, drawn)
    return drawn


def paint(painter: QPainter, name: str, place: QRectF, token: str = "text") -> None:
    """Draw an icon into a place of whatever is being painted."""
    source = _source(name).replace("currentColor", getattr(tokens(), token))
    QSvgRenderer(QByteArray(source.encode())).render(painter, place)


def _drawn(name: str, side: int, token: str) -> QPixmap:
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    paint(painter, name, QRectF(0, 0, side, side), token)
    painter.end()
    return drawn


@cache
def _source(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text("utf-8")
