"""What is done with the files of a run: its figures saved as a table, and all of it deleted."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from models.run_log import read_log
from studio.errors import UserError, explain
from studio.project.runs import Run, run_folder
from studio.text import tr
from studio.training.curves import write_curves
from studio.training.deletion import Deletion, carry_out_deletion, plan_deletion
from studio.training.story import name_of
from studio.widgets.jobs import in_one_go
from studio.widgets.session import Session


class RunFiles(QObject):
    """Asks where to, or whether at all, and says what came of it."""

    deleted = Signal()

    def __init__(self, session: Session, say: Callable[..., object], parent: QWidget) -> None:
        """say: shows a sentence, its level and actions, as `Panel.notify`."""
        super().__init__(parent)
        self._session = session
        self._say = say
        self._window = parent

    def choose_table(self, run: Run) -> None:
        """Let the user say where the figures of a run are to be saved."""
        title, kinds = tr("Save all figures as"), tr("Tables (*.csv)")
        path, _ = QFileDialog.getSaveFileName(self._window, title, f"{run.name}.csv", kinds)
        if path:
            self.write_table(run, Path(path))

    def write_table(self, run: Run, path: Path) -> None:
        try:
            write_curves(path, read_log(run_folder(self._session.project, run.name)))
        except OSError as error:
            self._say(explain(error))
        else:
            self._say(tr("The figures are in “{path}”.", path=path), "good")

    def ask_to_delete(self, run: Run) -> None:
        """Delete a run once the user has said so."""
        try:
            deletion = plan_deletion(self._session.project, run.name)
        except UserError as error:
            self._say(str(error), "info")
            return
        question = tr(
            "Delete {run}, its moments, samples through time and figures? That frees {n:,.0f} MB and cannot be undone.",
            run=name_of(run),
            n=deletion.disk / 1e6,
        )
        self._say(question, "warn", {tr("Delete"): partial(self._delete, deletion)})

    def _delete(self, deletion: Deletion) -> None:
        project = self._session.project
        make_task = partial(in_one_go, lambda: carry_out_deletion(project, deletion))
        job = self._session.jobs.start("delete", tr("Deleting {run}", run=deletion.run), make_task)
        job.failed.connect(self._say)
        job.done.connect(self.deleted)
