import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QSpinBox

from studio.labeling.panel import LabelPanel
from studio.project.items import class_counts, classes, item, items
from studio.widgets.count_table import CountTable
from studio.widgets.gallery import Gallery
from studio.widgets.inputs import ComboBox
from studio.widgets.notices import Notice


@pytest.fixture
def images(add_image):
    """Four images without a label."""
    pixels = np.random.default_rng(0).integers(0, 256, (4, 24, 24), dtype=np.uint8)
    return [add_image(f"{number}.png", image) for number, image in enumerate(pixels)]


@pytest.fixture
def panel(project, images, show_panel):
    return show_panel(LabelPanel, project)


def press(qtbot, panel, key):
    view = panel.findChild(Gallery, "label.gallery").view
    view.setFocus()
    qtbot.keyClick(view, key)


def add_class(qtbot, panel, name):
    panel.findChild(QLineEdit, "label.new_class").setText(name)
    qtbot.mouseClick(panel.findChild(QPushButton, "label.add_class"), Qt.MouseButton.LeftButton)


def shown_counts(panel):
    table = panel.findChild(CountTable, "label.classes")
    return [[table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())]


def notice(panel):
    found = panel.findChild(Notice, "label.notice")
    return found.text if found.isVisible() else ""


def test_classes_are_made_and_set_by_key(qtbot, project, panel, images):
    gallery = panel.findChild(Gallery, "label.gallery")
    for name in ("good", "scratch"):
        add_class(qtbot, panel, name)
    assert classes(project) == ["good", "scratch"]
    gallery.select(images[:3])
    press(qtbot, panel, Qt.Key.Key_2)
    assert class_counts(project) == {"good": 0, "scratch": 3, None: 1}
    gallery.select(images[:1])
    press(qtbot, panel, Qt.Key.Key_0)
    assert item(project, images[0]).label is None
    assert shown_counts(panel) == [["1", "good", "0", "0"], ["2", "scratch", "2", "0"], ["", "no label", "2", "0"]]


def test_a_key_without_a_class_or_a_selection_is_explained(qtbot, panel, images):
    press(qtbot, panel, Qt.Key.Key_3)
    assert "no class 3" in notice(panel)
    add_class(qtbot, panel, "good")
    press(qtbot, panel, Qt.Key.Key_1)
    assert "Select the images first" in notice(panel)


def test_space_walks_through_the_images_without_a_label(qtbot, project, panel, images):
    gallery = panel.findChild(Gallery, "label.gallery")
    add_class(qtbot, panel, "good")
    visited = []
    for _ in images:
        press(qtbot, panel, Qt.Key.Key_Space)
        visited += gallery.selected_ids()
        press(qtbot, panel, Qt.Key.Key_1)
    assert visited == images
    press(qtbot, panel, Qt.Key.Key_Space)
    assert notice(panel) == "Every image has a label."


def test_a_class_is_renamed_in_the_table(qtbot, project, panel):
    add_class(qtbot, panel, "good")
    add_class(qtbot, panel, "bad")
    table = panel.findChild(CountTable, "label.classes")
    table.item(0, 1).setText("fine")
    assert classes(project) == ["fine", "bad"]
    table.item(0, 1).setText("bad")
    assert classes(project) == ["fine", "bad"]
    assert "There is a class “bad” already" in notice(panel)
    assert table.item(0, 1).text() == "fine"


def test_split_is_one_click_and_can_be_undone(qtbot, project, panel):
    panel.findChild(QSpinBox, "label.share").setValue(50)
    qtbot.mouseClick(panel.findChild(QPushButton, "label.split"), Qt.MouseButton.LeftButton)
    assert shown_counts(panel) == [["", "no label", "2", "2"]]
    panel.session.undo()
    assert shown_counts(panel) == [["", "no label", "4", "0"]]


def test_the_filter_shows_a_class(qtbot, panel, images):
    gallery, chosen = panel.findChild(Gallery, "label.gallery"), panel.findChild(ComboBox, "label.filter")
    add_class(qtbot, panel, "good")
    gallery.select(images[1:2])
    press(qtbot, panel, Qt.Key.Key_1)
    chosen.setCurrentText("good")
    chosen.activated.emit(chosen.currentIndex())
    assert list(gallery.ids) == images[1:2]
    chosen.setCurrentText("Without a label")
    chosen.activated.emit(chosen.currentIndex())
    assert list(gallery.ids) == [images[0], *images[2:]]


def test_a_table_says_what_it_did(project, panel, tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("file,label\n0.png,good\nlost.png,good\n", encoding="utf-8")
    panel.read_table(table)
    assert class_counts(project)["good"] == 1
    assert "lost.png" in notice(panel)
    table.write_text("nothing", encoding="utf-8")
    panel.read_table(table)
    assert "needs a first row" in notice(panel)


def test_suggestions_are_shown_and_accepted(qtbot, project, add_image, show_panel):
    rng = np.random.default_rng(0)
    for name, stripe in (("flat", 0), ("striped", 100)):
        for number in range(6):
            image = rng.integers(100, 110, (64, 64), dtype=np.uint8)
            image += np.where(np.arange(64) % 8 < 4, stripe, 0).astype(np.uint8)
            add_image(f"{name}{number}.png", image, label=name if number < 5 else None)
    panel = show_panel(LabelPanel, project)
    qtbot.mouseClick(panel.findChild(QPushButton, "label.suggest"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "2 suggestions, 2 of them sure" in notice(panel), timeout=60_000)
    gallery = panel.findChild(Gallery, "label.gallery")
    assert {gallery.caption(item(project, found)).split("?")[0] for found in gallery.ids} == {"flat", "striped"}
    qtbot.mouseClick(panel.findChild(QPushButton, "label.notice.0"), Qt.MouseButton.LeftButton)
    assert all(found.path.name.startswith(found.label) for found in items(project))


def test_groups_are_offered_only_where_images_have_fields(panel, project):
    group = panel.findChild(ComboBox, "label.group")
    assert not group.isVisible()
    with project.writing() as db:
        db.execute("""UPDATE item SET fields = '{"line": "2"}'""")
    panel.hide()
    panel.show()
    assert group.isVisible() and group.findData("line") == 1
