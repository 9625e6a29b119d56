"""What the screens that work with a run have in common: the choice of one, and the way to Train while there is none."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from studio.project.runs import recommended_run, usable_runs
from studio.text import tr
from studio.widgets.cards import EmptyState
from studio.widgets.panel import Panel
from studio.widgets.run_picker import RunPicker
from studio.widgets.session import Session


class RunPanel(Panel):
    """The screen of a stage that works with a run, one at a time. Subclasses lay out `content`, with `runs` in it."""

    def __init__(self, session: Session, action: str, tool_tip: str, without_runs: str) -> None:
        """action: the text of the button for `start`. without_runs: what is said while no generator was trained."""
        super().__init__(session)
        self._start = self.add_action(action, f"{self.stage}.start", tool_tip, True, "Ctrl+Return")
        self._start.clicked.connect(self.start)
        self._recommended: str | None = None
        self._empty = EmptyState(
            self.stage, without_runs, tr("Go to Train"), f"{self.stage}.train", tr("Train a generator first")
        )
        self._empty.button.clicked.connect(self._go_to_train)
        self.runs = RunPicker(f"{self.stage}.run")
        self.runs.picked.connect(self.show_run)
        self.content = QWidget()
        self.body.addWidget(self._empty)
        self.body.addWidget(self.content, 1)

    def refresh(self) -> None:
        known = usable_runs(self.session.project)
        self._empty.setVisible(not known)
        self.content.setVisible(bool(known))
        self.runs.show_runs(known)
        self._choose_recommended()
        self._start.setEnabled(bool(known) and self.session.jobs.running(self.stage) is None)
        self.show_run()

    def _choose_recommended(self) -> None:
        """Begin with the run that training recommends; what the user then chooses stays until it recommends another."""
        name = recommended_run(self.session.project)
        if name is not None and name != self._recommended:
            self.runs.choose(name)
        self._recommended = name

    @Slot()
    def start(self) -> None:
        """Begin what the stage is for with the chosen run, as a job."""
        raise NotImplementedError

    @Slot()
    def show_run(self) -> None:
        """Show what there is of the chosen run; of none where there is none."""
        raise NotImplementedError

    @Slot()
    def _go_to_train(self) -> None:
        self.session.navigate.emit("train")
