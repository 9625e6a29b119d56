"""What all panels share: the open project, its jobs, its thumbnails, and word of every change."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from studio.imaging.thumbnails import Thumbnails
from studio.project import Project, edits
from studio.widgets.jobs import Job, Jobs
from studio.widgets.latest import Latest
from studio.widgets.thumbnail_loader import ThumbnailLoader


class Session(QObject):
    """One open project in the window."""

    changed = Signal()
    """Items, labels, decisions, runs or settings are not what they were: the rail and the panel in view look again."""
    settling = Signal()
    """An edit is about to be undone or redone: what waits to be kept is kept first."""
    navigate = Signal(str)
    """Asks the window to show a stage."""

    def __init__(self, project: Project, jobs: Jobs | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.jobs = jobs or Jobs(self)
        self.thumbnails = Thumbnails(project)
        self.thumbnail_loader = ThumbnailLoader(project, self.thumbnails, self)
        self.kept: dict[str, Any] = {}
        """What screens remember as long as the project is open, by name."""
        self._readers: list[Latest] = []
        self.jobs.started.connect(self._watch)

    def edit(self, kind: str, field: str, values: Mapping[int, Any]) -> edits.Edit | None:
        """Set `class_id`, `split` or `decision` of items by id, as one action that can be undone."""
        return self._tell(edits.edit(self.project, kind, field, values))

    @Slot()
    def undo(self) -> edits.Edit | None:
        self.settling.emit()
        return self._tell(edits.undo(self.project))

    @Slot()
    def redo(self) -> edits.Edit | None:
        self.settling.emit()
        return self._tell(edits.redo(self.project))

    def reader(self) -> Latest:
        """Reads the project off the window's thread; it ends before the project is closed."""
        reader = Latest(self)
        self._readers = [*filter(isValid, self._readers), reader]
        return reader

    def close(self) -> None:
        """End what runs, then close the project."""
        self.stop()
        self.project.close()

    def stop(self) -> None:
        """End the jobs and whatever reads the project in the background."""
        self.jobs.wait()
        for reader in filter(isValid, self._readers):
            reader.close()
        self.thumbnail_loader.close()
        self.thumbnails.close()

    def _tell(self, made: edits.Edit | None) -> edits.Edit | None:
        if made is not None:
            self.changed.emit()
        return made

    @Slot(object)
    def _watch(self, job: Job) -> None:
        job.finished.connect(self.changed)
