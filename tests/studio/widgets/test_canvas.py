"""The canvas: zoom, window and pixels of an image at its full depth."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.imaging.image import Image
from studio.imaging.pyramid import Pyramid
from studio.project.regions import Region
from studio.widgets.canvas import WHOLE, Canvas

MIDDLE = QPoint(200, 150)


@pytest.fixture
def canvas(show) -> Canvas:
    """A ramp from 0 to 4,095 over 2,000 px, in a view of 400 x 300 px."""
    canvas = Canvas()
    show(canvas, 400, 300)
    ramp = np.linspace(0, 4095, 2000).astype(np.uint16)
    canvas.set_image(Pyramid(Image(np.tile(ramp, (1000, 1)), 12)))
    return canvas


def brightness(canvas: Canvas, x: int, y: int = 150) -> int:
    return QColor(canvas.grab().toImage().pixel(x, y)).value()


def wheel(canvas: Canvas, at: QPoint, steps: int) -> None:
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    delta = QPoint(0, 120 * steps)
    event = QWheelEvent(QPointF(at), QPointF(at), QPoint(), delta, *none, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(canvas, event)


def drag_right(qtbot, canvas: Canvas, by: QPoint) -> None:
    qtbot.mousePress(canvas, Qt.MouseButton.RightButton, pos=MIDDLE)
    to = MIDDLE + by
    none, right, keys = Qt.MouseButton.NoButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(QEvent.Type.MouseMove, QPointF(to), canvas.mapToGlobal(QPointF(to)), none, right, keys)
    QApplication.sendEvent(canvas, move)
    qtbot.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=to)


def test_the_whole_image_fits(canvas) -> None:
    assert canvas.scale == pytest.approx(0.2)
    assert brightness(canvas, 10) < 12 and brightness(canvas, 390) > 243
    assert brightness(canvas, 200, 20) == QColor(canvas.grab().toImage().pixel(3, 3)).value()


def test_the_wheel_zooms_where_the_mouse_is(canvas) -> None:
    at = QPoint(100, 150)
    before = brightness(canvas, 100)
    wheel(canvas, at, 10)
    assert canvas.scale == pytest.approx(0.2 * 1.25**10)
    assert abs(brightness(canvas, 100) - before) <= 3


def test_keys_zoom_and_move(qtbot, canvas) -> None:
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.scale == pytest.approx(1)
    left = brightness(canvas, 200)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert brightness(canvas, 200) > left
    for _ in range(40):
        qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.scale == pytest.approx(64)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.view == WHOLE


def test_right_drag_changes_the_window_in_the_files_units(qtbot, canvas) -> None:
    told = []
    canvas.window_changed.connect(told.append)
    low, high = canvas.window_range
    assert (low, high) == pytest.approx((0, 4095), abs=5)
    assert 100 < brightness(canvas, 200) < 156
    drag_right(qtbot, canvas, QPoint(0, 100))
    assert told[-1][0] - low == pytest.approx((high - low) / 4)
    assert brightness(canvas, 200) < 80
    qtbot.keyClick(canvas, Qt.Key.Key_W)
    assert canvas.window_range == (low, high)


def test_the_pixel_below_the_mouse(qtbot, canvas) -> None:
    told = []
    canvas.pointed.connect(told.append)
    qtbot.mouseMove(canvas, QPoint(10, 10))
    qtbot.mouseMove(canvas, MIDDLE)
    qtbot.waitUntil(lambda: told and told[-1] == (1000, 500))
    assert canvas.value_at(1000, 500) == pytest.approx((2048,), abs=2)
    assert None in told


def test_regions_are_drawn_and_hidden(qtbot, canvas) -> None:
    before = canvas.grab().toImage()
    mask = np.zeros((1000, 2000), np.uint8)
    mask[400:600, 800:1200] = 255
    region = Region.from_mask(mask, "scratch")
    assert region is not None
    canvas.set_regions([region])
    assert QColor(canvas.grab().toImage().pixel(200, 150)).saturation() > 60
    qtbot.keyClick(canvas, Qt.Key.Key_R)
    assert canvas.grab().toImage() == before


def test_an_image_of_the_same_size_is_seen_at_the_same_place(canvas) -> None:
    canvas.zoom_by(4)
    view = canvas.view
    canvas.set_image(Pyramid(Image(np.zeros((1000, 2000), np.uint16), 12)))
    assert canvas.view == view
    canvas.set_image(Pyramid(Image(np.zeros((10, 20), np.uint8), 8)))
    assert canvas.view == WHOLE
