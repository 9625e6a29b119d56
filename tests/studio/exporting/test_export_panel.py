from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from studio.exporting.export import EXPORTED
from studio.exporting.panel import ExportPanel
from studio.labeling import split
from studio.widgets.count_table import CountTable
from studio.widgets.notices import Notice


@pytest.fixture
def panel(project, ten_images, show_panel):
    split(project, 0.2)
    return show_panel(ExportPanel, project)


def start(qtbot, panel):
    qtbot.mouseClick(panel.findChild(QPushButton, "export.start"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.session.jobs.all and panel.findChild(Notice, "export.notice").isVisible())
    return panel.findChild(Notice, "export.notice").text


def test_what_will_be_written_is_counted(panel):
    table = panel.findChild(CountTable, "export.contents")
    rows = [[table.item(row, column).text() for column in range(5)] for row in range(table.rowCount())]
    assert rows == [["good", "4", "0", "0", "1"], ["scratch", "4", "0", "0", "1"]]


def test_a_click_exports_and_says_where(qtbot, panel, tmp_path):
    folder = Path(panel.findChild(QLineEdit, "export.folder").text())
    assert folder == tmp_path / "project-export"
    assert str(folder) in start(qtbot, panel)
    assert len(list(folder.rglob("*.png"))) == 10
    assert panel.findChild(QLabel, "export.result").text() == f"10 images in {folder}"
    assert panel.findChild(QPushButton, "export.open").isVisible()
    assert panel.findChild(QLineEdit, "export.folder").text() == f"{folder}-2"


def test_a_folder_that_is_gone_is_said_to_be(project, show_panel, tmp_path):
    project.set_setting(EXPORTED, {"files": 10, "dir": str(tmp_path / "moved")})
    panel = show_panel(ExportPanel, project)
    assert panel.findChild(QLabel, "export.result").text().endswith("which is no longer there")
    assert not panel.findChild(QPushButton, "export.open").isVisible()


def test_a_full_folder_is_refused_in_the_page(qtbot, panel, tmp_path):
    panel.findChild(QLineEdit, "export.folder").setText(str(tmp_path))
    assert "already holds something" in start(qtbot, panel)
    assert panel.findChild(QPushButton, "export.start").isEnabled()


def test_without_images_there_is_nothing_to_start(project, show_panel):
    panel = show_panel(ExportPanel, project)
    assert not panel.findChild(QPushButton, "export.start").isEnabled()
