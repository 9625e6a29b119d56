"""What all panels share: the open project, its jobs, its thumbnails, and word of every change."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from studio.imaging.thumbnails import Thumbnails
from studio.project import Project, edits
from studio.project.revisions import Kind, revisions
from studio.text import tr
from studio.widgets.jobs import Job, Jobs, in_one_go, stoppable
from studio.widgets.latest import Latest
from studio.widgets.thumbnail_loader import ThumbnailLoader

AT_ONCE = 2000
"""Items that an edit may change while the window waits; more are a job."""
LOOKS: tuple[Kind, ...] = ("images", "masked")
"""Changes after which images look otherwise than their thumbnails in memory."""
MOVING = "moving"
"""The kind of the job that undoes or does again."""


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
        self._looks = revisions(project, LOOKS)
        self.jobs.started.connect(self._watch)
        self.changed.connect(self._forget_looks)

    def edit(self, kind: str, field: str, values: Mapping[int, Any]) -> edits.Edit | None:
        """Set `class_id`, `split` or `decision` of items by id, as one action that can be undone."""
        return self._tell(edits.edit(self.project, kind, field, values))

    @Slot()
    def undo(self) -> edits.Edit | None:
        self.settling.emit()
        return self._move(edits.next_undo(self.project), edits.undo, tr("Undoing"))

    @Slot()
    def redo(self) -> edits.Edit | None:
        self.settling.emit()
        return self._move(edits.next_redo(self.project), edits.redo, tr("Doing again"))

    def reader(self) -> Latest:
        """Reads the project off the window's thread; it ends before the project is closed."""
        reader = Latest(self)
        self._readers = [*filter(isValid, self._readers), reader]
        return reader

    def close(self) -> None:
        """End what runs, then close the project."""
        self.stop()
        self.blockSignals(True)  # word of a job's end still on its way would have screens read a closed project
        self.project.close()

    def stop(self) -> None:
        """End the jobs and whatever reads the project in the background."""
        self.jobs.wait()
        for reader in filter(isValid, self._readers):
            reader.close()
        self.thumbnail_loader.close()
        self.thumbnails.close()

    def _move(
        self, edit: edits.Edit | None, move: Callable[[Project], edits.Edit | None], title: str
    ) -> edits.Edit | None:
        """Undo or redo an edit: at once, or in a job when it is large; no other is moved until that has ended."""
        if self.jobs.running(MOVING) is not None:
            return None
        if edit is None or edit.count <= AT_ONCE:
            return self._tell(move(self.project))
        self.jobs.start(MOVING, title, lambda: stoppable(self.project, in_one_go(lambda: move(self.project))))
        return edit

    def _tell(self, made: edits.Edit | None) -> edits.Edit | None:
        if made is not None:
            self.changed.emit()
        return made

    @Slot()
    def _forget_looks(self) -> None:
        looks = revisions(self.project, LOOKS)
        if looks != self._looks:
            self._looks = looks
            self.thumbnail_loader.forget()

    @Slot(object)
    def _watch(self, job: Job) -> None:
        job.finished.connect(self.changed)
