"""One image as large as the window, with its facts; arrow keys walk on."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.imaging.normalize import eight_bits, own_range
from studio.imaging.read import read_item
from studio.project.items import Item, item
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.gallery import Gallery, label_caption
from studio.widgets.images import to_qimage
from studio.widgets.latest import Latest
from studio.widgets.theme import color

MARGIN = 56


class Viewer(QWidget):
    """Lies over the window of a gallery until Esc; the gallery's selection follows."""

    def __init__(self, gallery: Gallery, item_id: int) -> None:
        super().__init__(gallery.window())
        self.setObjectName("viewer")
        self._gallery = gallery
        self._ids = list(gallery.ids)
        self._row = self._ids.index(item_id)
        self._item: Item | None = None
        self._picture: QImage | None = None
        self._problem = ""
        self._reader = Latest(self)
        self._reader.ready.connect(self._take)
        self._reader.failed.connect(self._fail)
        self._back = self._add_button("left", "viewer.previous", tr("Previous image (Left)"), self._previous)
        self._on = self._add_button("right", "viewer.next", tr("Next image (Right)"), self._next)
        self._out = self._add_button("close", "viewer.close", tr("Back (Esc)"), self._leave)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        gallery.window().installEventFilter(self)
        self._fill_window()
        self._load()
        self.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fill_window()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        actions = {
            Qt.Key.Key_Left: self._previous,
            Qt.Key.Key_Right: self._next,
            Qt.Key.Key_Escape: self._leave,
            Qt.Key.Key_Return: self._leave,
            Qt.Key.Key_Enter: self._leave,
        }
        act = actions.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("background"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.setPen(color("text"))
        if self._problem:
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._problem)
        elif self._picture is not None:
            painter.drawImage(_fitted(self._picture, place), self._picture)
        painter.setPen(color("mute"))
        foot = QRect(MARGIN, self.height() - MARGIN, self.width() - 2 * MARGIN, MARGIN)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, self._facts())

    def _add_button(self, icon_name: str, object_name: str, tool_tip: str, act: Callable[[], None]) -> Button:
        button = Button("", object_name, tool_tip, icon_name=icon_name, flat=True)
        button.setParent(self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.resize(32, 32)
        button.clicked.connect(act)
        return button

    def _fill_window(self) -> None:
        self.setGeometry(self._gallery.window().rect())
        middle = self.height() // 2 - 16
        self._back.move(12, middle)
        self._on.move(self.width() - 44, middle)
        self._out.move(self.width() - 44, 12)

    @Slot()
    def _previous(self) -> None:
        self._go(self._row - 1)

    @Slot()
    def _next(self) -> None:
        self._go(self._row + 1)

    def _go(self, row: int) -> None:
        if 0 <= row < len(self._ids):
            self._row = row
            self._load()
            self._gallery.select([self._ids[row]])

    @Slot()
    def _leave(self) -> None:
        self._reader.close()
        self._gallery.window().removeEventFilter(self)
        self.hide()
        self._gallery.view.setFocus()
        self.deleteLater()

    def _load(self) -> None:
        self._item = item(self._gallery.session.project, self._ids[self._row])
        self._problem = ""
        shown = self._item
        self._reader.ask(lambda: _read(shown))
        self._back.setEnabled(self._row > 0)
        self._on.setEnabled(self._row + 1 < len(self._ids))

    @Slot(object)
    def _take(self, picture: QImage) -> None:
        self._picture = picture
        self.update()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._picture = None
        self._problem = sentence
        self.update()

    def _facts(self) -> str:
        assert self._item is not None
        shown = self._item
        size = tr("{width} × {height} px, {depth} bits", width=shown.width, height=shown.height, depth=shown.depth)
        place = tr("{n} of {total}", n=f"{self._row + 1:,}", total=f"{len(self._ids):,}")
        return " · ".join((shown.path.name, label_caption(shown), size, place))


def _read(shown: Item) -> QImage:
    """The image for the eye: deep ones through their own range of brightness."""
    image = read_item(shown)
    return to_qimage(np.asarray(eight_bits(image, None if image.pixels.dtype == np.uint8 else own_range(image))))


def _fitted(picture: QImage, place: QRect) -> QRect:
    """As large as the place allows, but small images at most four times their size."""
    size = picture.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
    size = size.boundedTo(picture.size() * 4)
    inside = QRect(place.topLeft(), size)
    inside.moveCenter(place.center())
    return inside
