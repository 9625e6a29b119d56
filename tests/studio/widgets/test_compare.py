"""Two images side by side: linked, and their difference in words and as a picture."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from studio.imaging.image import Image
from studio.widgets.compare import Compare, difference
from studio.widgets.gallery import Gallery


def test_selected_two_are_compared(qtbot, session, add_image, show) -> None:
    pixels = np.full((40, 60), 90, np.uint8)
    other = pixels.copy()
    other[10:20, 10:30] = 130
    ids = [add_image("a.png", pixels), add_image("b.png", other)]
    gallery = Gallery(session, "test.gallery")
    gallery.set_ids(ids)
    show(gallery)
    gallery.select(ids[:1])
    button = gallery.findChild(QPushButton, "test.gallery.compare")
    assert not button.isVisible()
    gallery.select(ids)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    compare = gallery.window().findChild(Compare)
    first, second = compare.canvases
    qtbot.waitUntil(lambda: second.pyramid is not None)
    assert compare.findChild(QLabel, "compare.words").text() == "8.3% of the pixels differ, at most by 40."
    qtbot.keyClick(first, Qt.Key.Key_Plus)
    assert second.view == first.view
    qtbot.keyClick(first, Qt.Key.Key_D)
    assert second.value_at(12, 12) == (40,) and second.value_at(0, 0) == (0,)
    qtbot.keyClick(first, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: gallery.window().findChild(Compare) is None)


def test_images_of_other_size_and_depth() -> None:
    first = Image(np.full((20, 30), 128, np.uint8), 8)
    second = Image(np.full((40, 60, 3), 128 * 257, np.uint16), 16)
    assert difference(first, second).pixels.max() < 1e-3
