"""Image grids: pixels arrive as they are, tiles keep their shape, mouse and keys choose."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from studio.widgets.images import ImageGrid, to_qimage


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 3)])
def test_pixels_survive(shape) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    image = to_qimage(pixels)
    assert (image.width(), image.height()) == (7, 5)
    color = QColor(image.pixel(6, 4))
    assert np.array_equal(np.broadcast_to(pixels[4, 6], 3), [color.red(), color.green(), color.blue()])


def test_the_image_is_a_copy() -> None:
    pixels = np.zeros((4, 4), np.uint8)
    image = to_qimage(pixels)
    pixels[:] = 255
    assert QColor(image.pixel(0, 0)).red() == 0


@pytest.fixture
def grid(show) -> ImageGrid:
    grid = ImageGrid("samples", columns=4, clickable=True)
    grid.set_images(np.zeros((8, 16, 32, 1), np.uint8))
    return show(grid, 400, 300)


def test_tiles_do_not_overlap_and_fit(grid) -> None:
    places = [grid.tile_rect(index) for index in range(8)]
    assert all(grid.rect().contains(place) for place in places)
    assert not any(a.intersects(b) for a in places for b in places if a is not b)
    assert places[0].width() == places[0].height()


def test_wide_images_are_not_stretched(grid) -> None:
    scaled = grid._scaled_to(0, 80)
    assert (scaled.width(), scaled.height()) == (80, 40)


def test_click_and_arrow_keys_choose(qtbot, grid) -> None:
    chosen: list[int] = []
    grid.clicked.connect(chosen.append)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.tile_rect(1).center())
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert chosen == [1, 2, 6]


def test_hover_is_told(qtbot, grid) -> None:
    hovered: list[int] = []
    grid.hovered.connect(hovered.append)
    qtbot.mouseMove(grid, grid.tile_rect(3).center())
    qtbot.waitUntil(lambda: hovered == [3])


def test_columns_are_chosen_to_make_tiles_large(show) -> None:
    grid = ImageGrid()
    grid.set_images(np.zeros((12, 8, 8), np.uint8))
    show(grid, 800, 200)
    wide = len({grid.tile_rect(index).x() for index in range(12)})
    grid.resize(200, 800)
    tall = len({grid.tile_rect(index).x() for index in range(12)})
    assert wide > tall
