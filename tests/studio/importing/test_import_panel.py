"""The Import screen, clicked and dropped upon."""

from collections.abc import Iterator
from pathlib import Path
from shutil import make_archive

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QWidget,
)

from studio.imaging import tiff
from studio.importing.panel import ImportPanel
from studio.project.items import class_counts, class_id_of, count, items
from studio.widgets.gallery import Gallery
from studio.widgets.notices import Notice
from studio.widgets.session import Session


@pytest.fixture
def panel(qtbot, project) -> Iterator[ImportPanel]:
    session = Session(project)
    panel = ImportPanel(session)
    qtbot.addWidget(panel)
    panel.resize(1072, 650)
    panel.show()
    yield panel
    session.close()


@pytest.fixture
def classes(photos) -> Path:
    return photos("good/1.png", "good/2.png", "bad/3.png")


def click(qtbot, panel: QWidget, name: str) -> None:
    qtbot.mouseClick(panel.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def wait_for(qtbot, panel: ImportPanel, images: int) -> None:
    qtbot.waitUntil(lambda: not panel.session.jobs.all and count(panel.session.project) == images)


def wait_until_found(qtbot, panel: ImportPanel) -> QWidget:
    card = panel.findChild(QWidget, "import.found")
    qtbot.waitUntil(lambda: not panel.session.jobs.all and card.isVisible())
    return card


def accept(qtbot, panel: ImportPanel) -> None:
    wait_until_found(qtbot, panel)
    click(qtbot, panel, "import.found.import")


def drop(panel: ImportPanel, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(400, 300).toPoint(), copy, data, left, none)
    QApplication.sendEvent(panel, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(panel, QDropEvent(QPointF(400, 300), copy, data, left, none))


def test_an_empty_project_invites(panel):
    assert not panel.findChild(Gallery, "import.gallery").isVisible()
    assert panel.findChild(QWidget, "import.drop").height() > 300


def test_a_chosen_folder_comes_in_and_is_shown(qtbot, panel, classes, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(classes))
    click(qtbot, panel, "import.folder")
    assert not panel.findChild(QPushButton, "import.folder").isEnabled(), "one import at a time"
    accept(qtbot, panel)
    wait_for(qtbot, panel, 3)
    gallery = panel.findChild(Gallery, "import.gallery")
    assert gallery.isVisible()
    qtbot.waitUntil(lambda: len(gallery.ids) == 3)
    notice = panel.findChild(Notice, "import.notice")
    assert notice.isVisible() and notice.text == "3 images imported."
    table = panel.findChild(QWidget, "import.classes")
    assert [[table.item(row, column).text() for column in (0, 1)] for row in range(table.rowCount())] == [
        ["bad", "1"],
        ["good", "2"],
    ]
    assert panel.findChild(QPushButton, "import.folder").isEnabled()


def test_the_filter_shows_one_class(qtbot, panel, classes):
    panel.import_paths([classes])
    wait_for(qtbot, panel, 3)
    shown = panel.findChild(QComboBox, "import.filter")
    assert [shown.itemText(row) for row in range(shown.count())] == ["all", "bad", "good"]
    shown.setCurrentIndex(2)
    gallery = panel.findChild(Gallery, "import.gallery")
    qtbot.waitUntil(lambda: len(gallery.ids) == 2)
    panel.session.edit("label", "class_id", {1: None})
    assert [shown.itemText(row) for row in range(shown.count())] == ["all", "good", "no label"]
    assert shown.currentText() == "good"
    shown.setCurrentIndex(2)
    qtbot.waitUntil(lambda: gallery.ids == [1])


def test_what_was_found_is_shown_before_anything_comes_in(qtbot, panel, classes):
    (classes / "good" / "broken.png").write_bytes(b"")
    panel.look_into([classes])
    card = wait_until_found(qtbot, panel)
    assert panel.findChild(QWidget, "import.found.sentence").text() == "4 images, 2 classes, 8 bits"
    assert not panel.findChild(QWidget, "import.drop").isVisible() and count(panel.session.project) == 0
    table = card.findChild(QTableWidget, "import.found.classes")
    shown = [column for column in range(table.columnCount()) if not table.isColumnHidden(column)]
    assert [[table.item(row, column).text() for column in shown] for row in range(2)] == [["bad", "1"], ["good", "3"]]
    problems = card.findChild(QWidget, "import.found.problems")
    assert problems.isVisible() and problems.model().rowCount() == 1
    assert not card.grab().isNull()
    click(qtbot, panel, "import.found.cancel")
    assert not card.isVisible() and panel.findChild(QWidget, "import.drop").isVisible()
    assert count(panel.session.project) == 0


def test_the_layout_can_be_corrected(qtbot, panel, classes):
    panel.look_into([classes])
    card = wait_until_found(qtbot, panel)
    layout = panel.findChild(QComboBox, "import.layout")
    assert layout.currentText() == "A folder for each class"
    layout.setCurrentIndex(layout.findData("flat"))
    wait_until_found(qtbot, panel)
    assert panel.findChild(QWidget, "import.found.sentence").text() == "3 images, no classes, 8 bits"
    layout.setCurrentIndex(layout.findData("table"))
    qtbot.waitUntil(lambda: not panel.session.jobs.all)
    assert "no table" in panel.findChild(Notice, "import.notice").text
    assert card.isVisible() and layout.currentData() == "flat", "what was found before stands"
    accept(qtbot, panel)
    wait_for(qtbot, panel, 3)
    assert class_counts(panel.session.project) == {None: 3}
    assert not card.isVisible() and panel.findChild(Gallery, "import.gallery").isVisible()


def test_folders_archives_and_a_table_are_dropped_anywhere(qtbot, panel, photos, tmp_path):
    (tmp_path / "labels.csv").write_text("file,label\n1.png,pit\n2.png,scratch\n3.png,pit\n")
    archive = make_archive(str(tmp_path / "more"), "zip", photos("3.png", folder="more"))
    drop(panel, photos("1.png", "2.png"), Path(archive), tmp_path / "labels.csv")
    accept(qtbot, panel)
    wait_for(qtbot, panel, 3)
    assert [item.label for item in items(panel.session.project)] == ["pit", "scratch", "pit"]


def test_a_table_can_be_chosen_and_taken_back(qtbot, panel, classes, tmp_path, monkeypatch):
    (tmp_path / "labels.csv").write_text("file,label\n1.png,pit\n2.png,scratch\n9.png,pit\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "labels.csv"), ""))
    panel.look_into([classes])
    wait_until_found(qtbot, panel)
    click(qtbot, panel, "import.labels")
    wait_until_found(qtbot, panel)
    layout = panel.findChild(QComboBox, "import.layout")
    assert layout.currentData() == "table"
    assert panel.findChild(QWidget, "import.found.problems").model().rowCount() == 1
    click(qtbot, panel, "import.labels.clear")
    wait_until_found(qtbot, panel)
    assert layout.currentData() == "folders"
    click(qtbot, panel, "import.labels")
    accept(qtbot, panel)
    wait_for(qtbot, panel, 3)
    assert class_counts(panel.session.project) == {"pit": 1, "scratch": 1, None: 1}
    listed = panel.findChild(QWidget, "import.rejected")
    assert listed.isVisible() and listed.model().rowCount() == 1, "the row that names no image"


def test_an_archive_that_is_declined_leaves_nothing(qtbot, panel, classes, tmp_path):
    archive = make_archive(str(tmp_path / "set"), "zip", classes)
    panel.look_into([Path(archive)])
    wait_until_found(qtbot, panel)
    assert (panel.session.project.folder / "unpacked").exists()
    click(qtbot, panel, "import.found.cancel")
    qtbot.waitUntil(lambda: not panel.session.jobs.all)
    assert not (panel.session.project.folder / "unpacked").exists()


def test_scan_again_and_relink(qtbot, panel, classes, photo, tmp_path, monkeypatch):
    panel.import_paths([classes])
    wait_for(qtbot, panel, 3)
    photo(7).save(classes / "bad" / "4.png")
    click(qtbot, panel, "import.again")
    wait_for(qtbot, panel, 4)
    notice = panel.findChild(Notice, "import.notice")
    assert notice.text == "1 image imported."
    moved = classes.rename(tmp_path / "moved")
    click(qtbot, panel, "import.again")
    qtbot.waitUntil(lambda: not panel.session.jobs.all)
    assert "4 files are gone" in notice.text
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(moved))
    click(qtbot, panel, "import.notice.0")
    qtbot.waitUntil(lambda: not panel.session.jobs.all)
    assert notice.text == "4 files were found again."
    assert all(item.path.is_file() for item in items(panel.session.project))


def test_files_that_are_not_where_they_were_are_said_when_the_screen_is_shown(qtbot, panel, classes, tmp_path):
    panel.import_paths([classes])
    wait_for(qtbot, panel, 3)
    panel.clear_notice()
    classes.rename(tmp_path / "moved")
    panel.hide()
    panel.show()
    notice = panel.findChild(Notice, "import.notice")
    qtbot.waitUntil(notice.isVisible)
    assert "not where they were" in notice.text


def test_rejected_files_are_listed_and_can_be_copied(qtbot, panel, classes):
    (classes / "good" / "broken.png").write_bytes(b"")
    panel.import_paths([classes])
    wait_for(qtbot, panel, 3)
    rejected = panel.findChild(QWidget, "import.rejected")
    assert rejected.isVisible() and rejected.model().rowCount() == 1
    assert "1 file could not be imported." in panel.findChild(Notice, "import.notice").text
    click(qtbot, panel, "import.rejected.copy")
    copied = QGuiApplication.clipboard().text()
    assert copied == f"{classes / 'good' / 'broken.png'}\tThe file is empty. Copy it again from where it came."
    assert not rejected.grab().isNull()


def test_what_cannot_be_imported_at_all_is_said_in_one_sentence(qtbot, panel, tmp_path):
    panel.look_into([tmp_path / "nowhere"])
    notice = panel.findChild(Notice, "import.notice")
    qtbot.waitUntil(lambda: notice.isVisible() and not panel.session.jobs.all)
    assert "is not there" in notice.text


def test_every_control_has_a_name_and_a_tool_tip(qtbot, panel, classes):
    panel.look_into([classes])
    wait_until_found(qtbot, panel)
    for control in panel.findChildren(QPushButton) + panel.findChildren(QComboBox):
        if not control.isHidden():
            assert control.objectName() and control.toolTip() and control.accessibleName(), control


def test_annotations_that_were_added_are_taken_over_and_contradictions_listed(qtbot, panel, photos):
    folder = photos("1.png", "2.png")
    drop(panel, folder)
    accept(qtbot, panel)
    wait_for(qtbot, panel, 2)
    panel.session.edit("label", "class_id", {1: class_id_of(panel.session.project, "dent")})
    (folder / "labels.csv").write_text("file,label\n1.png,pit\n2.png,pit\n")
    click(qtbot, panel, "import.again")
    qtbot.waitUntil(lambda: not panel.session.jobs.all)
    assert [item.label for item in items(panel.session.project)] == ["dent", "pit"]
    assert "of 1 image now was taken over" in panel.findChild(Notice, "import.notice").text
    listed = panel.findChild(QWidget, "import.rejected")
    assert listed.isVisible() and listed.model().rowCount() == 1


def test_slides_are_offered_as_tiles(qtbot, panel, photos, tmp_path, monkeypatch):
    monkeypatch.setattr(tiff, "MOST_PIXELS", 20_000)
    pixels = np.random.default_rng(0).integers(0, 256, (300, 400), dtype=np.uint8)
    tifffile.imwrite(tmp_path / "slide.tif", pixels, tile=(32, 32), photometric="minisblack")
    panel.look_into([tmp_path / "slide.tif"])
    card = wait_until_found(qtbot, panel)
    sentence = card.findChild(QWidget, "import.found.sentence").text()
    assert sentence == "1 image, no classes, so large that it must be cut into tiles"
    tile = card.findChild(QSpinBox, "import.options.tile")
    assert tile.isVisible()
    tile.setValue(208)
    assert not card.findChild(QWidget, "import.found.problems").isVisible()
    accept(qtbot, panel)
    wait_for(qtbot, panel, 4)
    panel.look_into([photos("1.png")])
    wait_until_found(qtbot, panel)
    assert card.findChild(QComboBox, "import.options.cut").currentText() == "whole", "only where they are needed"


def test_defects_that_are_only_tested_can_be_used_to_learn_from(qtbot, panel, photos):
    folder = photos("train/good/1.png", "test/good/2.png", "test/hole/3.png")
    (folder / "ground_truth" / "hole").mkdir(parents=True)
    panel.look_into([folder])
    card = wait_until_found(qtbot, panel)
    assert "“hole” is only among the images to test with" in card.findChild(QLabel, "import.found.untaught").text()
    card.findChild(QCheckBox, "import.split_anew").click()
    accept(qtbot, panel)
    wait_for(qtbot, panel, 3)
    assert {item.split for item in items(panel.session.project)} == {None}
    panel.look_into([photos("a/1.png", "b/2.png", folder="others")])
    wait_until_found(qtbot, panel)
    assert not card.findChild(QCheckBox, "import.split_anew").isVisible()
