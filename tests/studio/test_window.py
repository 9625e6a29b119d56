"""The window: from the welcome page into a project and out again, without losing what runs."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget

from models.events import Progress, finish
from studio import preferences
from studio.importing import import_sources
from studio.preferences import Preferences
from studio.project import Project
from studio.project.items import count, item_ids
from studio.widgets.language import speak
from studio.widgets.notices import Notice
from studio.widgets.rail import Rail, StageButton
from studio.widgets.shortcuts import ShortcutSheet
from studio.widgets.theme import apply_theme
from studio.widgets.welcome import Welcome
from studio.widgets.workspace import Workspace
from studio.window import Window


@pytest.fixture
def window(qtbot) -> Iterator[Window]:
    yield from opened(qtbot)


def opened(qtbot) -> Iterator[Window]:
    """Not left to `qtbot`, which would delete it while its threads run."""
    speak("en")
    apply_theme("light")
    window = Window(preferences.load())
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()
    if notice(window).isVisible():
        click(qtbot, window, "window.notice.0")
    qtbot.waitUntil(lambda: not window.isVisible())
    window.deleteLater()


@pytest.fixture
def folder(tmp_path: Path, photos: Path) -> Path:
    """A closed project with the 24 photos."""
    with Project.create(tmp_path / "Solar cells") as project:
        finish(import_sources(project, [photos]))
        return project.folder


@pytest.fixture
def working(window: Window, folder: Path) -> Window:
    """A window with that project open."""
    window.open_project(folder)
    return window


def click(qtbot, window: Window, name: str) -> None:
    qtbot.mouseClick(window.content.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def notice(window: Window) -> Notice:
    return window.content.findChild(Notice, "window.notice")


def endless():
    step = 0
    while True:
        time.sleep(0.005)
        step += 1
        yield Progress(step, 1_000_000, "counting")


def test_new_project_by_the_button(qtbot, window, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "Cells"), ""))
    click(qtbot, window, "welcome.new")
    assert window.session.project.folder == tmp_path / "Cells.seedbed"
    qtbot.waitUntil(lambda: window.content.stage == "import")
    assert "Cells" in window.windowTitle()


def test_existing_project_by_the_button(qtbot, window, folder, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    click(qtbot, window, "welcome.open")
    assert isinstance(window.content, Workspace)
    assert window.content.findChild(QWidget, "rail.project").text() == "Solar cells"
    assert window.content.findChild(QWidget, "rail.counts").text() == "24 images · 2 classes"


def test_a_project_opens_where_work_is_left_to_do(qtbot, working) -> None:
    qtbot.waitUntil(lambda: working.content.stage == "clean")


def test_why_a_project_does_not_open_is_said(window, folder) -> None:
    with Project.open(folder):
        assert not window.open_project(folder)
    assert "is open in process" in notice(window).text
    assert not window.open_project(folder.with_name("nowhere"))
    assert "There is no project at" in notice(window).text
    assert isinstance(window.content, Welcome)


def test_recent_projects_are_offered_while_they_exist(qtbot, folder, tmp_path) -> None:
    preferences.save(Preferences(recent=[str(tmp_path / "gone.seedbed"), str(folder)]))
    for window in opened(qtbot):
        row = window.content.findChild(QPushButton, "welcome.recent.0")
        assert row.accessibleName() == "Solar cells"
        assert window.content.findChild(QPushButton, "welcome.recent.1") is None
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        assert window.session.project.folder == folder
    assert preferences.load().recent[0] == str(folder)


def test_the_sample_project(qtbot, window) -> None:
    click(qtbot, window, "welcome.sample")
    qtbot.waitUntil(lambda: window.session is not None, timeout=30_000)
    assert count(window.session.project) >= 100


def test_dropped_images_begin_a_project(qtbot, window, photos) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photos))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.content.dropEvent(QDropEvent(QPointF(10, 10), copy, data, left, none))
    card = window.content.panel("import").findChild(QWidget, "import.found")
    qtbot.waitUntil(lambda: card.isVisible() and not window._jobs.all, timeout=20_000)
    click(qtbot, window, "import.found.import")
    qtbot.waitUntil(lambda: not window._jobs.all, timeout=20_000)
    assert count(window.session.project) == 24
    assert window.session.project.folder.parent == preferences.projects_folder()


def test_dropped_project_is_opened(window, folder) -> None:
    window.begin_with(folder)
    assert window.session.project.folder == folder


def test_stages_by_key_and_click(qtbot, working) -> None:
    qtbot.keyClick(working, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: working.content.stage == "import")
    qtbot.mouseClick(working.content.findChild(StageButton, "rail.label"), Qt.MouseButton.LeftButton)
    assert working.content.stage == "label"
    assert working.content.findChild(QWidget, "label.panel").isVisible()
    working.session.navigate.emit("export")
    assert working.content.stage == "export"


def test_stages_that_need_torch_wait_for_it(qtbot, window, folder, monkeypatch) -> None:
    qtbot.waitUntil(window._warm_up.isFinished, timeout=60_000)
    monkeypatch.setattr(window._warm_up, "isFinished", lambda: False, raising=False)
    window.open_project(folder)
    window.content.show_stage("train")
    assert window.content.findChild(QWidget, "train.panel") is None
    monkeypatch.undo()
    window._warm_up.finished.emit()
    assert window.content.findChild(QWidget, "train.panel").isVisible()


def test_every_panel_can_be_built_at_the_smallest_size(qtbot, working) -> None:
    qtbot.waitUntil(working._warm_up.isFinished, timeout=60_000)
    working.resize(working.minimumSize())
    for stage in ("import", "clean", "label", "augment", "train", "evaluate", "synthesize", "export"):
        working.content.show_stage(stage)
        qtbot.waitUntil(lambda: not working._jobs.all, timeout=20_000)
        assert working.content.findChild(QWidget, f"{stage}.panel").isVisible()
    assert working.width() == working.minimumWidth()


def test_undo_and_redo_name_what_they_do(qtbot, working) -> None:
    session = working.session
    ids = item_ids(session.project)[:3]
    session.edit("exclude", "decision", dict.fromkeys(ids, "exclude"))
    undo, redo = (working.content.findChild(QPushButton, f"rail.{name}") for name in ("undo", "redo"))
    qtbot.waitUntil(undo.isEnabled)
    assert "set 3 images aside" in undo.toolTip()
    qtbot.keyClick(working, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert count(session.project, "decision = 'exclude'") == 0
    qtbot.waitUntil(redo.isEnabled)
    assert "set 3 images aside" in redo.toolTip()
    qtbot.mouseClick(redo, Qt.MouseButton.LeftButton)
    assert count(session.project, "decision = 'exclude'") == 3


def test_what_is_undone_out_of_sight_is_said(qtbot, working) -> None:
    working.session.edit("exclude", "decision", {1: "exclude"})
    working.content.show_stage("label")
    qtbot.keyClick(working, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not working.content.notice.isVisible()
    working.content.show_stage("export")
    qtbot.keyClick(working, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert working.content.notice.text == "Done again: set 1 image aside."


def test_the_rail_shows_what_runs(qtbot, working) -> None:
    working.session.jobs.start("train", "Training", endless)
    train = working.content.findChild(StageButton, "rail.train")
    qtbot.waitUntil(lambda: train.state.state == "running" and "of 1,000,000" in train.state.note)
    assert "running" in train.accessibleName()
    row = working.content.findChild(QWidget, "jobs.train.words")
    qtbot.waitUntil(lambda: row.isVisible() and row.text().startswith("counting"))
    click(qtbot, working, "jobs.train.cancel")
    qtbot.waitUntil(lambda: train.state.state != "running")
    qtbot.waitUntil(lambda: not working.content.findChild(QWidget, "jobs").isVisible())


def test_keyboard_sheet_comes_and_goes(qtbot, working) -> None:
    qtbot.keyClick(working, Qt.Key.Key_F1)
    sheet = working.findChild(ShortcutSheet)
    assert sheet.isVisible()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_closing_asks_while_something_runs(qtbot, working, monkeypatch) -> None:
    monkeypatch.setattr("studio.window.A_MOMENT", 0)
    job = working.session.jobs.start("train", "Training DCGAN", endless)
    working.close()
    assert working.isVisible()
    assert "Training DCGAN" in notice(working).text
    click(qtbot, working, "window.notice.1")
    assert not notice(working).isVisible()
    assert not job.canceling
    working.close()
    click(qtbot, working, "window.notice.0")
    qtbot.waitUntil(lambda: not working.isVisible())
    assert working.session is None


def test_closed_project_can_be_opened_elsewhere(qtbot, working, folder) -> None:
    qtbot.waitUntil(lambda: not working.session.jobs.all)  # Clean checks new images by itself
    click(qtbot, working, "rail.leave")
    qtbot.waitUntil(lambda: isinstance(working.content, Welcome))
    Project.open(folder).close()


def test_a_job_that_has_just_begun_is_no_reason_to_ask(qtbot, working) -> None:
    working.session.jobs.start("clean", "Checking", endless)
    working.close()
    assert not notice(working).isVisible()
    qtbot.waitUntil(lambda: not working.isVisible())


def test_stopping_a_job_leads_back_to_the_welcome_page(qtbot, working, monkeypatch) -> None:
    monkeypatch.setattr("studio.window.A_MOMENT", 0)
    working.session.jobs.start("train", "Training", endless)
    click(qtbot, working, "rail.leave")
    click(qtbot, working, "window.notice.0")
    qtbot.waitUntil(lambda: isinstance(working.content, Welcome))


def test_another_language_on_the_same_stage(qtbot, working) -> None:
    working.content.show_stage("label")
    working.content.findChild(QPushButton, "window.language").menu().findChild(
        QAction, "window.language.zh_CN"
    ).trigger()
    assert working.content.stage == "label"
    assert working.content.findChild(StageButton, "rail.import").text() == "导入"
    assert preferences.load().language == "zh_CN"
    working.set_language("en")
    assert working.content.findChild(StageButton, "rail.import").text() == "Import"


def test_another_language_while_something_runs(qtbot, working) -> None:
    job = working.session.jobs.start("train", "Training", endless)
    working.set_language("zh_CN")
    train = working.content.findChild(StageButton, "rail.train")
    qtbot.waitUntil(lambda: train.state.state == "running")
    assert job in working.session.jobs.all
    working.set_language("en")


def test_dark_and_light(qtbot, working) -> None:
    menu = working.content.findChild(QPushButton, "window.theme").menu()
    menu.findChild(QAction, "window.theme.dark").trigger()
    assert working.content.findChild(Rail).grab().toImage().pixelColor(100, 500).lightness() < 60
    assert preferences.load().theme == "dark"
    menu.findChild(QAction, "window.theme.light").trigger()
    assert working.content.findChild(Rail).grab().toImage().pixelColor(100, 500).lightness() > 200


def test_every_button_can_be_named_and_reached(working) -> None:
    for button in working.content.findChildren(QPushButton):
        if button.isHidden():
            continue
        assert button.objectName(), button
        assert button.accessibleName(), button.objectName()
        assert button.toolTip(), button.objectName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button.objectName()
    assert QApplication.activeModalWidget() is None
