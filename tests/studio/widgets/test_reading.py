"""Images in large, in words: values in the file's units, and which side of the body lies where."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from studio.project.items import item
from studio.project.part import Part
from studio.project.regions import Region, set_regions
from studio.widgets.gallery import Gallery
from studio.widgets.reading import facts_of, marks_of, number
from studio.widgets.viewer import Viewer


@pytest.fixture
def viewer(qtbot, session, add_image, show) -> Viewer:
    """On a 16-bit ramp from 0 to 3,990 of 400 px, in which something is marked."""
    ramp = np.tile(np.arange(400, dtype=np.uint16) * 10, (300, 1))
    shown = add_image("ramp.png", ramp, label="good", fields={"laterality": "L"})
    set_regions(session.project, {shown: [Region(10, 10, 50, 40, "spot")]})
    gallery = Gallery(session)
    gallery.set_ids([shown])
    show(gallery)
    viewer = Viewer(gallery, shown)
    viewer.show()
    qtbot.waitUntil(lambda: viewer.canvas.pyramid is not None)
    yield viewer
    viewer.leave()


def said(viewer: Viewer, name: str) -> str:
    return viewer.findChild(QLabel, f"viewer.{name}").text()


def test_values_are_the_files(qtbot, viewer) -> None:
    canvas = viewer.canvas
    qtbot.mouseMove(canvas, QPoint(5, 5))
    qtbot.mouseMove(canvas, canvas.rect().center())
    qtbot.waitUntil(lambda: said(viewer, "pixel").startswith("x "))
    column = int(said(viewer, "pixel").split(",")[0].removeprefix("x "))
    assert said(viewer, "pixel").endswith(number(10 * column))
    assert said(viewer, "window") == "black 0, white 3,990"
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert said(viewer, "window") != "black 0, white 3,990"
    qtbot.mouseClick(viewer.findChild(QPushButton, "viewer.own_window"), Qt.MouseButton.LeftButton)
    assert said(viewer, "window") == "black 0, white 3,990"


def test_buttons_and_facts(qtbot, viewer) -> None:
    assert said(viewer, "facts") == "ramp.png · good · 400 × 300 px, 16 bits · laterality: L"
    qtbot.mouseClick(viewer.findChild(QPushButton, "viewer.pixels"), Qt.MouseButton.LeftButton)
    assert viewer.canvas.scale == pytest.approx(1 / viewer.devicePixelRatioF())
    qtbot.mouseClick(viewer.findChild(QPushButton, "viewer.whole"), Qt.MouseButton.LeftButton)
    assert viewer.canvas.view.zoom == 1
    marked = viewer.canvas.grab().toImage()
    qtbot.mouseClick(viewer.findChild(QPushButton, "viewer.regions"), Qt.MouseButton.LeftButton)
    assert viewer.canvas.grab().toImage() != marked


def test_slices_of_volumes_have_letters(session, add_image) -> None:
    plain = item(session.project, add_image("plain.png", np.zeros((4, 4), np.uint8)))
    axial = item(session.project, add_image("axial.png", np.zeros((4, 4), np.uint8), part=Part(3, "axial")))
    assert marks_of(plain) == {}
    assert marks_of(axial) == {"left": "R", "right": "L", "top": "A", "bottom": "P"}
    assert "axial.png" in facts_of(axial)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (-1024, "-1,024"), (0.12345, "0.1235"), (99.5, "99.5"), (4095.4, "4,095")]
)
def test_numbers(value, text) -> None:
    assert number(value) == text
