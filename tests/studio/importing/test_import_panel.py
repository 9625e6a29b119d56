"""The Import screen, clicked and dropped upon."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QPushButton, QWidget

from studio.importing.panel import ImportPanel
from studio.project.items import class_counts, count, items
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
    wait_for(qtbot, panel, 3)
    gallery = panel.findChild(Gallery, "import.gallery")
    assert gallery.isVisible() and len(gallery.ids) == 3
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
    assert len(panel.findChild(Gallery, "import.gallery").ids) == 2
    panel.session.edit("label", "class_id", {1: None})
    assert [shown.itemText(row) for row in range(shown.count())] == ["all", "good", "no label"]
    assert shown.currentText() == "good"
    shown.setCurrentIndex(2)
    assert panel.findChild(Gallery, "import.gallery").ids == [1]


def test_classes_may_come_from_nowhere(qtbot, panel, classes):
    layout = panel.findChild(QComboBox, "import.layout")
    layout.setCurrentIndex(layout.findData("flat"))
    panel.import_paths([classes])
    wait_for(qtbot, panel, 3)
    assert class_counts(panel.session.project) == {None: 3}


def test_folders_and_a_table_are_dropped_anywhere(qtbot, panel, photos, tmp_path):
    (tmp_path / "labels.csv").write_text("file,label\n1.png,pit\n2.png,scratch\n")
    drop(panel, photos("1.png", "2.png"), tmp_path / "labels.csv")
    wait_for(qtbot, panel, 2)
    assert [item.label for item in items(panel.session.project)] == ["pit", "scratch"]
    click(qtbot, panel, "import.labels.clear")
    assert panel.findChild(QComboBox, "import.layout").isEnabled()


def test_rejected_files_are_listed_and_can_be_copied(qtbot, panel, classes):
    (classes / "good" / "broken.png").write_bytes(b"")
    panel.import_paths([classes])
    wait_for(qtbot, panel, 3)
    rejected = panel.findChild(QWidget, "import.rejected")
    assert rejected.isVisible() and rejected.model().rowCount() == 1
    assert "1 file could not be imported." in panel.findChild(Notice, "import.notice").text
    click(qtbot, panel, "import.rejected.copy")
    copied = QGuiApplication.clipboard().text()
    assert copied == f"{classes / 'good' / 'broken.png'}\tThe file is empty."
    assert not rejected.grab().isNull()


def test_what_cannot_be_imported_at_all_is_said_in_one_sentence(qtbot, panel, tmp_path):
    panel.import_paths([tmp_path / "nowhere"])
    notice = panel.findChild(Notice, "import.notice")
    qtbot.waitUntil(lambda: notice.isVisible() and not panel.session.jobs.all)
    assert "is not there" in notice.text


def test_every_control_has_a_name_and_a_tool_tip(panel):
    for control in panel.findChildren(QPushButton) + panel.findChildren(QComboBox):
        if not control.isHidden():
            assert control.objectName() and control.toolTip() and control.accessibleName(), control
