"""The menu of labels and masks that come from files and go into files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from models.events import Task
from studio.labeling.label_table import TableResult, label_from_table, write_label_table
from studio.labeling.masks import MasksResult, read_masks, write_masks
from studio.project import Project
from studio.text import tr, trn
from studio.widgets.jobs import stoppable
from studio.widgets.notices import Level

Start = Callable[[str, Callable[[], Task], Callable[[Any], object]], object]
"""Does a task in a job: its title, what makes it, and who takes its result."""
Say = Callable[[str, Level], object]


class FilesMenu(QMenu):
    """Asks for files, and says what came of them."""

    def __init__(self, project: Project, start: Start, say: Say, parent: QWidget) -> None:
        super().__init__(parent)
        self._project = project
        self._start = start
        self._say = say
        for text, name, act in (
            (tr("Labels from a table…"), "table", partial(self._choose_table, False)),
            (tr("A second reader's labels from a table…"), "second_table", partial(self._choose_table, True)),
            (tr("Save the labels as a table…"), "save_table", self._choose_table_to_save),
            (tr("Masks from a folder…"), "masks", self._choose_masks),
            (tr("Save the masks in a folder…"), "save_masks", self._choose_folder_for_masks),
        ):
            action = self.addAction(text)
            action.setObjectName(f"label.{name}")
            action.triggered.connect(act)

    def read_table(self, path: Path, second: bool = False) -> None:
        """Take labels from a table, as the second reader's where it is one."""
        project = self._project
        self._start(
            tr("Reading the table"),
            lambda: stoppable(project, label_from_table(project, path, second)),
            self._say_table,
        )

    def write_table(self, path: Path) -> None:
        """Save the labels as a table."""

        def done(rows: int) -> None:
            self._say(trn("{n} image in {path}", "{n} images in {path}", rows, path=path), "good")

        project = self._project
        self._start(tr("Writing the table"), lambda: stoppable(project, write_label_table(project, path)), done)

    def read_masks(self, folder: Path) -> None:
        """Mark images by the masks in a folder."""
        self._start(tr("Reading masks"), lambda: read_masks(self._project, folder), self._say_masks)

    def write_masks(self, folder: Path) -> None:
        """Write what is marked as masks."""

        def done(files: int) -> None:
            self._say(trn("{n} mask in {folder}", "{n} masks in {folder}", files, folder=folder), "good")

        self._start(tr("Writing masks"), lambda: write_masks(self._project, folder), done)

    def _choose_table(self, second: bool) -> None:
        kinds = tr("Tables (*.csv *.tsv *.txt *.xlsx)")
        path, _ = QFileDialog.getOpenFileName(self.parentWidget(), tr("Labels from a table"), filter=kinds)
        if path:
            self.read_table(Path(path), second)

    def _choose_table_to_save(self) -> None:
        title, kinds = tr("Save the labels as"), tr("Tables (*.csv)")
        path, _ = QFileDialog.getSaveFileName(self.parentWidget(), title, "labels.csv", kinds)
        if path:
            self.write_table(Path(path))

    def _choose_masks(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.parentWidget(), tr("Masks from a folder"))
        if folder:
            self.read_masks(Path(folder))

    def _choose_folder_for_masks(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.parentWidget(), tr("Save the masks in an empty folder"))
        if folder:
            self.write_masks(Path(folder))

    def _say_table(self, result: TableResult) -> None:
        text = trn("{n} image has its label from the table.", "{n} images have their label from it.", result.labeled)
        self._say_read(text, [*result.unmatched, *result.ambiguous])

    def _say_masks(self, result: MasksResult) -> None:
        text = trn("{n} image is marked by its mask.", "{n} images are marked by their masks.", result.marked)
        self._say_read(text, result.unmatched)

    def _say_read(self, text: str, lost: list[str]) -> None:
        """What was read, and the names that fit no image."""
        if lost:
            text += " " + trn(
                "{n} name fits no image, or several: {first}",
                "{n} names fit no image, or several: {first}, …",
                len(lost),
                first=lost[0],
            )
        self._say(text, "warn" if lost else "good")
