import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QListWidget, QMainWindow, QPushButton

from studio.labeling import make_class
from studio.labeling.panel import LabelPanel
from studio.labeling.panel.region_editor import RegionEditor
from studio.project.regions import mask_of, regions
from studio.widgets.gallery import Gallery
from studio.widgets.inputs import ComboBox, SpinBox
from tests.studio.waiting import wait


@pytest.fixture
def images(project, add_image):
    """Two images of 16 bits, 400 by 300 px."""
    pixels = np.random.default_rng(0).integers(0, 4096, (2, 300, 400), dtype=np.uint16)
    make_class(project, "pit")
    make_class(project, "scratch")
    return [add_image(f"{number}.png", image) for number, image in enumerate(pixels)]


@pytest.fixture
def editor(qtbot, project, images, show_panel):
    panel = show_panel(LabelPanel, project)
    window = QMainWindow()  # the editor lies over the window, where the panel's keys do not reach
    qtbot.addWidget(window)
    window.resize(panel.size())
    window.setCentralWidget(panel)
    window.show()
    gallery = panel.findChild(Gallery, "label.gallery")
    wait(qtbot, lambda: len(gallery.ids) == 2)
    gallery.select(images[:1])
    qtbot.mouseClick(panel.findChild(QPushButton, "label.mark"), Qt.MouseButton.LeftButton)
    editor = window.findChild(RegionEditor, "marking")
    wait(qtbot, lambda: editor.canvas.pyramid is not None)
    yield editor
    editor.leave()


def place(editor, column, row):
    """Where a pixel of the image lies on the canvas."""
    return editor.canvas._screen_point((column + 0.5, row + 0.5)).toPoint()


def drag(qtbot, editor, *corners):
    points = [place(editor, *corner) for corner in corners]
    qtbot.mousePress(editor.canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(editor.canvas, point)
        move(editor, point)
    qtbot.mouseRelease(editor.canvas, Qt.MouseButton.LeftButton, pos=points[-1])


def move(editor, point: QPoint):
    """A move of the mouse with the left button down, which the offscreen screen does not make."""
    from PySide6.QtGui import QMouseEvent

    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    at = QPointF(point)
    editor.canvas.mouseMoveEvent(QMouseEvent(QMouseEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, left, none))


def key(qtbot, editor, code):
    editor.canvas.setFocus()
    qtbot.keyClick(editor.canvas, code)


def marked(project, item_id):
    return [(region.name, region.mask is not None) for region in regions(project, [item_id]).get(item_id, ())]


def mask(project, item_id):
    return mask_of(regions(project, [item_id]).get(item_id, ()), 300, 400)


def test_a_stroke_of_the_brush_is_kept_under_its_name_and_undone(qtbot, project, images, editor):
    key(qtbot, editor, Qt.Key.Key_2)
    editor.findChild(SpinBox, "marking.size").setValue(20)
    drag(qtbot, editor, (100, 150), (200, 150), (200, 200))
    assert marked(project, images[0]) == [("scratch", True)]
    drawn = mask(project, images[0])
    assert drawn[150, 150] == 255 and drawn[180, 200] == 255 and drawn[150, 250] == 0
    drag(qtbot, editor, (300, 50), (310, 50))  # the same region goes on
    assert marked(project, images[0]) == [("scratch", True)]
    assert mask(project, images[0])[50, 305] == 255
    editor._session.undo()
    assert (mask(project, images[0]) == drawn).all()
    assert editor.canvas.marking.regions == regions(project, images)[images[0]]
    editor._session.undo()
    assert marked(project, images[0]) == [] and editor.canvas.marking.marks == []


def test_the_eraser_takes_away_and_an_empty_region_goes(qtbot, project, images, editor):
    editor.findChild(SpinBox, "marking.size").setValue(30)
    drag(qtbot, editor, (100, 150), (200, 150))
    key(qtbot, editor, Qt.Key.Key_E)
    drag(qtbot, editor, (150, 100), (150, 200))
    drawn = mask(project, images[0])
    assert drawn[150, 150] == 0 and drawn[150, 110] == 255
    editor.findChild(SpinBox, "marking.size").setValue(200)
    drag(qtbot, editor, (100, 150), (200, 150))
    assert marked(project, images[0]) == []


def test_a_polygon_and_a_box_by_keys(qtbot, project, images, editor):
    key(qtbot, editor, Qt.Key.Key_1)
    key(qtbot, editor, Qt.Key.Key_P)
    for corner in ((50, 50), (150, 50), (150, 120), (350, 250)):
        qtbot.mouseClick(editor.canvas, Qt.MouseButton.LeftButton, pos=place(editor, *corner))
    key(qtbot, editor, Qt.Key.Key_Backspace)
    key(qtbot, editor, Qt.Key.Key_Return)
    assert marked(project, images[0]) == [("pit", True)]
    assert mask(project, images[0])[60, 140] == 255 and mask(project, images[0])[200, 300] == 0
    key(qtbot, editor, Qt.Key.Key_N)
    key(qtbot, editor, Qt.Key.Key_2)
    key(qtbot, editor, Qt.Key.Key_X)
    drag(qtbot, editor, (200, 200), (300, 260))
    assert marked(project, images[0]) == [("pit", True), ("scratch", False)]
    box = regions(project, images)[images[0]][1]
    assert abs(box.left - 200) < 2 and abs(box.width - 100) < 2 and abs(box.height - 60) < 2


def test_a_polygon_is_given_up_by_escape_which_else_leaves(qtbot, project, images, editor):
    key(qtbot, editor, Qt.Key.Key_P)
    qtbot.mouseClick(editor.canvas, Qt.MouseButton.LeftButton, pos=place(editor, 50, 50))
    key(qtbot, editor, Qt.Key.Key_Escape)
    assert editor.isVisible()
    key(qtbot, editor, Qt.Key.Key_Return)
    assert marked(project, images[0]) == []


def test_regions_are_chosen_renamed_and_deleted(qtbot, project, images, editor):
    key(qtbot, editor, Qt.Key.Key_X)
    key(qtbot, editor, Qt.Key.Key_1)
    drag(qtbot, editor, (50, 50), (150, 150))
    key(qtbot, editor, Qt.Key.Key_N)
    drag(qtbot, editor, (200, 50), (350, 150))
    entries = editor.findChild(QListWidget, "marking.list")
    assert [entries.item(row).text() for row in range(entries.count())] == ["1 · pit · box", "2 · pit · box"]
    key(qtbot, editor, Qt.Key.Key_V)
    qtbot.mouseClick(editor.canvas, Qt.MouseButton.LeftButton, pos=place(editor, 100, 100))
    assert entries.currentRow() == 0
    key(qtbot, editor, Qt.Key.Key_2)
    assert marked(project, images[0]) == [("scratch", False), ("pit", False)]
    names = editor.findChild(ComboBox, "marking.name")
    names.setEditText("dent")
    assert marked(project, images[0])[0] == ("dent", False)
    key(qtbot, editor, Qt.Key.Key_C)
    key(qtbot, editor, Qt.Key.Key_Delete)
    assert marked(project, images[0]) == [("dent", False)]


def test_arrow_keys_walk_on_and_each_image_has_its_own(qtbot, project, images, editor):
    drag(qtbot, editor, (100, 100), (120, 120))
    key(qtbot, editor, Qt.Key.Key_Right)
    wait(qtbot, lambda: editor.canvas.pyramid is not None)
    assert editor.canvas.marking.marks == []
    drag(qtbot, editor, (200, 100), (220, 120))
    assert mask(project, images[0])[110, 110] and not mask(project, images[0])[110, 210]
    assert mask(project, images[1])[110, 210] and not mask(project, images[1])[110, 110]


def test_brackets_change_the_brush_and_only_what_a_stroke_touches_is_painted_again(qtbot, editor):
    size = editor.findChild(SpinBox, "marking.size")
    size.setValue(2)
    key(qtbot, editor, Qt.Key.Key_BracketRight)
    assert size.value() == 3
    key(qtbot, editor, Qt.Key.Key_BracketLeft)
    key(qtbot, editor, Qt.Key.Key_BracketLeft)
    assert size.value() == editor.canvas.diameter == 1
    painted = []
    editor.canvas.update = lambda *part: painted.append(part)
    size.setValue(10)
    painted.clear()
    drag(qtbot, editor, (100, 100), (110, 100))
    drawn = [part[0] for part in painted if part]
    assert drawn and all(rect.width() < 100 and rect.height() < 100 for rect in drawn)
