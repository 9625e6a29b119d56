"""From the welcome page to the export, by clicks on the real window and nothing else."""

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import elpv_dataset
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.app import make_application
from studio.importing import rejections
from studio.preferences import Preferences
from studio.project import Project
from studio.project.items import USABLE, count
from studio.stages import STAGES, stage_states
from studio.window import Window

PHOTOS = Path(elpv_dataset.__file__).parent / "data"
A_WHILE = 120_000


class Hand:
    """Finds widgets of a window by their names and clicks on them, as a user does."""

    def __init__(self, window: Window, qtbot) -> None:
        self._window = window
        self._qtbot = qtbot

    def find(self, name: str) -> QWidget:
        found = self._window.findChild(QWidget, name)
        assert found is not None, f"there is no {name}"
        return found

    def click(self, name: str) -> None:
        self._qtbot.waitUntil(lambda: self._can_click(name), timeout=A_WHILE)
        self._qtbot.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    def choose(self, name: str) -> None:
        """Pick the entry of a menu."""
        self._window.findChild(QAction, name).trigger()

    def enter_number(self, name: str, value: int) -> None:
        box = self.find(name)
        box.setFocus()
        box.selectAll()
        self._qtbot.keyClicks(box, str(value))
        self._qtbot.keyClick(box, Qt.Key.Key_Tab)

    def enter_text(self, name: str, text: str) -> None:
        line = self.find(name)
        line.selectAll()
        self._qtbot.keyClicks(line, text)

    def go_to(self, stage: str) -> None:
        self.click(f"rail.{stage}")
        self.wait_until(lambda: self._is_shown(f"{stage}.panel"))

    def states(self) -> dict[str, str]:
        return {stage: state.state for stage, state in stage_states(self.project).items()}

    @property
    def project(self) -> Project:
        self.wait_until(lambda: self._window.session is not None)
        return self._window.session.project

    def wait_for_jobs(self) -> None:
        self.wait_until(lambda: not self._window.session.jobs.all)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=A_WHILE)

    def _can_click(self, name: str) -> bool:
        return self._is_shown(name) and self.find(name).isEnabled()

    def _is_shown(self, name: str) -> bool:
        found = self._window.findChild(QWidget, name)
        return found is not None and found.isVisible()


@pytest.fixture
def sixty_photos(tmp_path) -> Path:
    """Sixty real photos of solar cells in two folders, and one file that is none."""
    folder = tmp_path / "solar cells"
    rows = [line.split() for line in (PHOTOS / "labels.csv").read_text().splitlines()]
    for label, is_one in (("functional", lambda p: p == 0.0), ("defective", lambda p: p == 1.0)):
        (folder / label).mkdir(parents=True)
        chosen = [file for file, probability, _ in rows if is_one(float(probability))]
        for file in chosen[:: len(chosen) // 30][:30]:
            shutil.copy(PHOTOS / file, folder / label)
    (folder / "defective" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    return folder


@pytest.fixture
def hand(qtbot, qapp) -> Iterator[Hand]:
    make_application(Preferences(language="en"))
    window = Window(Preferences(language="en"))
    window.show()
    qtbot.waitExposed(window)
    hand = Hand(window, qtbot)
    yield hand
    hand.wait_for_jobs()  # closing would ask what to do about them
    window.close()
    window.deleteLater()


def test_from_the_welcome_page_to_a_folder_of_samples(hand: Hand, sixty_photos, tmp_path, monkeypatch):
    project = tmp_path / "cells"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(project), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(sixty_photos))

    hand.click("welcome.new")
    hand.click("import.folder")
    hand.wait_for_jobs()
    hand.click("import.found.import")
    hand.wait_for_jobs()
    assert count(hand.project) == 60
    assert [Path(each.file).name for each in rejections(hand.project)] == ["broken.png"]

    hand.go_to("clean")
    hand.wait_for_jobs()
    hand.click("clean.apply")

    hand.go_to("label")
    hand.click("label.relatives")
    hand.click("label.split")
    hand.wait_for_jobs()

    hand.go_to("augment")
    hand.choose("augment.preset.Solar cells")

    hand.go_to("train")
    hand.click("train.family.instant")
    hand.click("train.start")
    hand.wait_for_jobs()

    hand.go_to("evaluate")
    hand.enter_number("evaluate.n", 100)
    hand.click("evaluate.start")
    hand.wait_for_jobs()

    hand.go_to("synthesize")
    hand.enter_number("synthesize.count.0", 12)
    hand.enter_number("synthesize.count.1", 5)
    hand.click("synthesize.start")
    hand.wait_for_jobs()

    hand.go_to("export")
    hand.enter_text("export.folder", str(tmp_path / "out"))
    hand.click("export.start")
    hand.wait_for_jobs()

    assert hand.states() == dict.fromkeys(STAGES, "done")
    with (tmp_path / "out" / "manifest.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    samples = [row for row in rows if row["origin"] == "synthetic"]
    assert len(rows) == count(hand.project, USABLE) + 17
    assert sorted(row["class"] for row in samples) == ["defective"] * 12 + ["functional"] * 5
    for row in rows:
        with Image.open(tmp_path / "out" / row["file"]) as image:
            image.load()
            assert image.size == ((64, 64) if row in samples else (300, 300))
    assert (tmp_path / "out" / "README.md").read_text(encoding="utf-8").startswith("# cells")


def test_the_sample_project_is_a_click_away(hand: Hand):
    hand.click("welcome.sample")
    assert count(hand.project) == 120
    assert hand.states()["import"] == "done"
