"""Two images next to each other, with their names and labels, and what distinguishes them."""

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent

from studio.cleaning.difference import difference
from studio.imaging.normalize import eight_bits, own_range
from studio.imaging.read import read_item
from studio.project.items import Item
from studio.text import tr
from studio.widgets.compare import Compare
from studio.widgets.images import ImageGrid
from studio.widgets.latest import Latest
from studio.widgets.tiles import label_caption

HEIGHT, LOW = 212, 160
"""Three pictures fit a small window in a row when they are low."""


class Pair(ImageGrid):
    """Reads the images in the background; a pair that cannot be read is not shown. A double click, or Enter, compares
    them in large. `with_difference`: whether a third picture shows what distinguishes them."""

    def __init__(self, object_name: str, with_difference: bool = False) -> None:
        super().__init__(object_name, columns=3 if with_difference else 2)
        self._with_difference = with_difference
        self.setFixedHeight(LOW if with_difference else HEIGHT)
        self.setAccessibleName(tr("The selected image, and the one it is like"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._items: tuple[Item, Item] | None = None
        self._names: tuple[str, ...] = ()
        self._reader = Latest(self)
        self._reader.ready.connect(self._take)
        self._reader.failed.connect(self.hide)
        self.hide()

    def show_pair(self, first: Item, second: Item) -> None:
        """Show two images, the old ones until they are read."""
        self._items = first, second
        self._names = (_caption(first), _caption(second), tr("Difference"))[: 3 if self._with_difference else 2]
        self._reader.ask(lambda: self._read(first, second))
        self.setToolTip(f"{first.path}\n{second.path}\n" + tr("A double click compares them in large (Enter)"))
        self.show()

    def hide_pair(self) -> None:
        self.clear()
        self.hide()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._compare()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._compare()
        else:
            super().keyPressEvent(event)

    def _compare(self) -> None:
        if self._items is not None:
            Compare(self, *self._items).show()

    def _read(self, first: Item, second: Item) -> list[np.ndarray]:
        """Off the window's thread."""
        images = [_pixels(shown) for shown in (first, second)]
        return [*images, difference(*images)] if self._with_difference else images

    @Slot(object)
    def _take(self, images: list[np.ndarray]) -> None:
        self.set_images(images, self._names)


def _caption(item: Item) -> str:
    return " · ".join(filter(None, (item.path.name, label_caption(item))))


def _pixels(shown: Item) -> np.ndarray:
    image = read_item(shown)
    return np.asarray(eight_bits(image, None if image.pixels.dtype == np.uint8 else own_range(image)))
