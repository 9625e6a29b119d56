"""Keeping up with the files: they are scanned again, and found where they were moved."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from models.events import Event, Notice, Task
from studio.importing.again import ScannedAgain, import_again
from studio.importing.relink import Relinked, relink, seem_moved
from studio.text import tr, trn
from studio.widgets.jobs import Job
from studio.widgets.panel import Panel


class Upkeep(QObject):
    """For the Import screen, in whose notice it says what came of it."""

    scanned = Signal(object)
    """Carries what came of scanning again, a `ScannedAgain`."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._remarks: list[str] = []
        self._looking = panel.session.reader()
        self._looking.ready.connect(self._offer_relink)

    def look(self) -> None:
        """Offer to relink if some files are not where they were."""
        project = self._panel.session.project
        self._looking.ask(lambda: seem_moved(project))

    @Slot()
    def scan_again(self) -> None:
        project = self._panel.session.project
        self._start(tr("Scanning again"), lambda: import_again(project)).done.connect(self._scanned_again)

    @Slot()
    def choose_moved(self) -> None:
        """Ask for the folder of files that were moved, and relink them."""
        folder = QFileDialog.getExistingDirectory(self._panel, tr("Where the files are now"))
        project, jobs = self._panel.session.project, self._panel.session.jobs
        if folder and jobs.running(self._panel.stage) is None:
            self._start(tr("Relinking"), lambda: relink(project, Path(folder))).done.connect(self._relinked)

    def _start(self, title: str, make_task: Callable[[], Task]) -> Job:
        self._panel.clear_notice()
        self._remarks = []
        job = self._panel.session.jobs.start(self._panel.stage, title, make_task)
        job.events.connect(self._heard)
        job.failed.connect(self._panel.notify)
        self._panel.refresh()
        return job

    @Slot(list)
    def _heard(self, events: list[Event]) -> None:
        self._remarks += [event.text for event in events if isinstance(event, Notice)]

    @Slot(object)
    def _scanned_again(self, result: ScannedAgain) -> None:
        self.scanned.emit(result)
        words = [trn("{n} image imported.", "{n} images imported.", result.imported)]
        if n := result.moved:
            words.append(trn("{n} file was found elsewhere.", "{n} files were found elsewhere.", n))
        text = " ".join(words + self._remarks)
        if result.vanished:
            self._panel.notify(text, "warn", self._relink_action())
        else:
            self._panel.notify(text, "warn" if self._remarks else "good")

    @Slot(object)
    def _offer_relink(self, is_needed: bool) -> None:
        if is_needed and not self._panel.has_notice:
            text = tr("Files of this project are not where they were. Relink finds them by content where they are now.")
            self._panel.notify(text, "warn", self._relink_action())

    def _relink_action(self) -> dict[str, Callable[[], object]]:
        return {tr("Relink…"): self.choose_moved}

    @Slot(object)
    def _relinked(self, result: Relinked) -> None:
        words = [trn("{n} file was found again.", "{n} files were found again.", result.relinked)]
        if n := len(result.missing):
            words.append(trn("{n} is still missing.", "{n} are still missing.", n))
        self._panel.notify(" ".join(words), "warn" if result.missing else "good")
