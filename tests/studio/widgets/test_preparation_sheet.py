"""The sheet of the preparation: what is set is seen at once, kept, and undone."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton
from shiboken6 import isValid

from studio.imaging.preparation import Preparation, preparation
from studio.widgets.histogram import FOOT, Histogram
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import DoubleSpinBox
from studio.widgets.preparation_button import PreparationButton
from studio.widgets.preparation_sheet import PreparationSheet


@pytest.fixture
def button(qtbot, session, add_image, show) -> PreparationButton:
    """On a project of six 16-bit ramps from 1,000 to 3,000."""
    ramp = np.linspace(1000, 3000, 60).astype(np.uint16)
    for number in range(6):
        add_image(f"{number}.png", np.tile(ramp, (40, 1)))
    return show(PreparationButton(session, "test.prepare"), 900, 600)


@pytest.fixture
def sheet(qtbot, button) -> PreparationSheet:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    sheet = button.window().findChild(PreparationSheet)
    qtbot.waitUntil(lambda: shown(sheet) == 4)
    yield sheet
    if isValid(sheet):
        sheet.leave()


def shown(sheet: PreparationSheet) -> int:
    return sheet.findChild(ImageGrid, "preparation.after").count


def row_of_pixels(sheet: PreparationSheet) -> np.ndarray:
    """The middle row of the first prepared image."""
    picture = sheet.findChild(ImageGrid, "preparation.after")._pictures[0].toImage()
    return np.array([picture.pixelColor(x, 80).value() for x in range(picture.width())])


def test_dragging_the_histogram_makes_one_window_for_all(qtbot, sheet, button) -> None:
    histogram = sheet.findChild(Histogram, "preparation.histogram")
    sheet.findChild(QComboBox, "preparation.brightness").setCurrentText("one for all")
    assert sheet.findChild(DoubleSpinBox, "preparation.black").value() == pytest.approx(1000, abs=35)
    qtbot.waitUntil(lambda: row_of_pixels(sheet)[0] < 10)
    start, y = round(histogram.x_of(sheet._prepared.window[0])), 40
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(start + 2, y))
    qtbot.mouseMove(histogram, QPoint(histogram.width() // 2, y))
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(histogram.width() // 2, y))
    assert sheet.findChild(DoubleSpinBox, "preparation.black").value() == pytest.approx(2000, abs=40)
    qtbot.waitUntil(lambda: row_of_pixels(sheet)[70] == 0)
    qtbot.waitUntil(lambda: preparation(button._session.project).brightness == "one for all")
    assert button.text() == "Prepared as you set"


def test_values_set_by_keyboard_are_kept_and_undone(qtbot, sheet, button) -> None:
    project = button._session.project
    for name, value in (("white", "2500"), ("black", "1500")):
        spin = sheet.findChild(DoubleSpinBox, f"preparation.{name}")
        spin.setFocus()
        spin.selectAll()
        qtbot.keyClicks(spin, value)
        qtbot.keyClick(spin, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: preparation(project).window == (1500, 2500))
    button._session.undo()
    qtbot.waitUntil(lambda: sheet._prepared == Preparation())
    assert preparation(project) == Preparation()


def test_leaving_keeps_what_waits(qtbot, sheet, button) -> None:
    sheet.findChild(QComboBox, "preparation.fit").setCurrentText("crop")
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert preparation(button._session.project).fit == "crop"
    qtbot.waitUntil(lambda: button.window().findChild(PreparationSheet) is None)


def test_inverted_preview_and_back_to_usual(qtbot, sheet) -> None:
    qtbot.waitUntil(lambda: row_of_pixels(sheet)[0] < row_of_pixels(sheet)[-1])
    sheet.findChild(QCheckBox, "preparation.invert").setChecked(True)
    qtbot.waitUntil(lambda: row_of_pixels(sheet)[0] > row_of_pixels(sheet)[-1])
    qtbot.mouseClick(sheet.findChild(QPushButton, "preparation.reset"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row_of_pixels(sheet)[0] < row_of_pixels(sheet)[-1])
    assert sheet._prepared == Preparation()


def painted(sheet: PreparationSheet) -> np.ndarray:
    """How high the bars of the histogram after preparation stand, from black to white: 0 to 1."""
    picture = sheet.findChild(Histogram, "preparation.histogram_after").grab().toImage()
    ground = picture.pixelColor(0, 0)
    bottom = picture.height() - FOOT - 4
    return np.array(
        [np.mean([picture.pixelColor(x, y) != ground for y in range(8, bottom)]) for x in range(4, picture.width() - 4)]
    )


def test_the_histogram_after_preparation_follows(qtbot, sheet) -> None:
    qtbot.waitUntil(lambda: painted(sheet).max() > 0.5)
    assert painted(sheet)[-100:].max() == 0  # of 16 bits these ramps are the darkest
    sheet.findChild(QComboBox, "preparation.brightness").setCurrentText("one for all")
    qtbot.waitUntil(lambda: painted(sheet)[-100:].max() > 0.5)
    sheet.findChild(DoubleSpinBox, "preparation.white").setValue(6000)
    qtbot.waitUntil(lambda: painted(sheet)[-100:].max() == 0)
