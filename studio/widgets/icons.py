"""Icons: SVG lines from resources/icons, drawn in a color of the theme."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from studio.widgets.theme import tokens

SIDE = 18
"""Of an icon on a button, px."""


def icon(name: str, token: str = "text", space: int = 0) -> QIcon:
    """The icon `resources/icons/NAME.svg` in a color of the theme in force; ask again when the theme changes.

    space: px left empty on its right, for style sheets put a button's text right beside its icon.
    """
    made = QIcon()
    for ratio in (1, 2, 3):
        drawn = pixmap(name, SIDE, token, ratio)
        made.addPixmap(_with_space(drawn, space) if space else drawn)
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


def _with_space(drawn: QPixmap, space: int) -> QPixmap:
    ratio = drawn.devicePixelRatio()
    wider = QPixmap(drawn.width() + round(space * ratio), drawn.height())
    wider.setDevicePixelRatio(ratio)
    wider.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wider)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return wider


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
