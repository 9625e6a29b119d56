"""Two images side by side, seen at the same place and scale, and where they differ."""

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.imaging.image import Image
from studio.imaging.pyramid import Pyramid
from studio.project.items import Item
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.canvas import Canvas
from studio.widgets.labels import ElidedLabel, make_label
from studio.widgets.latest import Latest
from studio.widgets.overlay import Overlay
from studio.widgets.reading import facts_of, number, pixel_in_words, read_large
from studio.widgets.theme import GAP

Read = tuple[Pyramid, Pyramid, Pyramid]
"""The first image, the second, and how they differ."""


class Compare(Overlay):
    """Lies over a window until Esc. What one side shows, the other shows too; D shows the difference at the right."""

    def __init__(self, below: QWidget, first: Item, second: Item) -> None:
        super().__init__(below, "compare")
        self._items = first, second
        self._read: Read | None = None
        self._reader = Latest(self)
        self._reader.ready.connect(self._take)
        self._reader.failed.connect(self._fail)
        self.canvases = Canvas("compare.first"), Canvas("compare.second")
        for canvas, other in (self.canvases, self.canvases[::-1]):
            canvas.setAccessibleName(tr("Image"))
            canvas.view_changed.connect(other.set_view)
            canvas.pointed.connect(self._say_pixel)
        self._lay_out()
        self._reader.ask(lambda: _read_both(first, second))
        self.canvases[0].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_D:
            self._difference.click()
        else:
            super().keyPressEvent(event)

    def closing(self) -> None:
        self._reader.abandon()

    def _lay_out(self) -> None:
        self._titles = ElidedLabel(facts_of(self._items[0]), "strong"), ElidedLabel(facts_of(self._items[1]), "strong")
        self._words = make_label("", "mute")
        self._words.setObjectName("compare.words")
        self._pixel = make_label("", "mute")
        self._pixel.setObjectName("compare.pixel")
        self._difference = Button(
            tr("Difference"), "compare.difference", tr("How the second image differs from the first (D)"), flat=True
        )
        self._difference.setCheckable(True)
        self._difference.setEnabled(False)
        self._difference.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._difference.toggled.connect(self._show)
        out = Button("", "compare.close", tr("Back (Esc)"), icon_name="close", flat=True)
        out.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        out.clicked.connect(self.leave)
        sides = QHBoxLayout()
        sides.setSpacing(GAP)
        for title, canvas in zip(self._titles, self.canvases, strict=True):
            side = QVBoxLayout()
            head = QHBoxLayout()
            head.addWidget(title, 1)
            head.addStrut(out.sizeHint().height())
            side.addLayout(head)
            side.addWidget(canvas, 1)
            sides.addLayout(side, 1)
        head.addWidget(out)  # of the second
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        for widget in (self._pixel, self._words):
            foot.addWidget(widget, 1)
        foot.addWidget(self._difference)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, 8, GAP, 8)
        layout.addLayout(sides, 1)
        layout.addLayout(foot)

    @Slot(object)
    def _take(self, read: Read) -> None:
        self._read = read
        self._difference.setEnabled(True)
        differing = float((read[2].image.pixels > 0).mean())
        self._words.setText(
            tr("No pixel differs.")
            if not differing
            else tr(
                "{share} of the pixels differ, at most by {most}.",
                share=f"{differing:.1%}",
                most=number(float(read[2].image.pixels.max())),
            )
        )
        self._show()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._words.setText(sentence)

    @Slot()
    def _show(self) -> None:
        if self._read is None:
            return
        first, second, difference = self._read
        is_difference = self._difference.isChecked()
        self.canvases[0].set_image(first)
        self.canvases[1].set_image(difference if is_difference else second)
        self._titles[1].setText(
            tr("Difference, bright where it is large") if is_difference else facts_of(self._items[1])
        )
        self.canvases[1].set_view(self.canvases[0].view)

    @Slot(object)
    def _say_pixel(self, place: tuple[int, int] | None) -> None:
        canvas = self.sender()
        assert isinstance(canvas, Canvas)
        self._pixel.setText(pixel_in_words(canvas, place))


def _read_both(first: Item, second: Item) -> Read:
    one, other = read_large(first), read_large(second)
    return one, other, Pyramid(difference(one.image, other.image))


def difference(first: Image, second: Image) -> Image:
    """By how much two images differ, in the units of the first, float32 (H, W); colors by their mean.

    The second is resized to the first; where their depths differ it is scaled to the first's.
    """
    import cv2

    one, other = _gray(first), _gray(second) * _full(first) / _full(second)
    if one.shape != other.shape:
        other = np.asarray(cv2.resize(other, one.shape[::-1], interpolation=cv2.INTER_AREA))
    away = np.abs(one - other)
    return Image(away, first.depth, window=(0, max(float(np.percentile(away, 99.9)), 1e-6)))


def _gray(image: Image) -> np.ndarray:
    color: np.ndarray = image.color.astype(np.float32)
    return color if color.ndim == 2 else color.mean(2)


def _full(image: Image) -> float:
    return 1.0 if image.pixels.dtype == np.float32 else float((1 << image.depth) - 1)
