"""The choice of a run, and what can be done with the one that is shown."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from studio.project.runs import Run
from studio.text import tr
from studio.training.branching import can_branch
from studio.widgets.buttons import Button
from studio.widgets.run_picker import RunPicker


class RunBar(QWidget):
    """A list of runs and a menu; what is chosen in it is told by the signals."""

    picked = Signal(str)
    branch = Signal()
    compare = Signal()
    rename = Signal()
    save_table = Signal()
    delete = Signal()
    plan = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._runs = RunPicker("train.run")
        self._runs.picked.connect(self.picked)
        self._plan = Button(
            "", "train.plan", tr("Plan another run for when this one has ended"), icon_name="plus", flat=True
        )
        self._plan.clicked.connect(self.plan)
        more = Button("", "train.more", tr("More to do with this run"), icon_name="dots", flat=True)
        more.setMenu(self._make_menu())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._runs, 1)
        layout.addWidget(self._plan)
        layout.addWidget(more)

    def show_runs(self, runs: Sequence[Run], shown: str | None) -> None:
        self._runs.show_runs(runs)
        if shown is not None:
            self._runs.choose(shown)
        run = next((run for run in runs if run.name == shown), None)
        self._branch.setEnabled(run is not None and can_branch(run))
        self._compare.setEnabled(len(runs) > 1)
        self._delete.setEnabled(run is not None and run.state != "running")

    def offer_to_plan(self, offered: bool) -> None:
        """Whether a run can be planned for later."""
        self._plan.setVisible(offered)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        entries = (
            (tr("Branch from the moment in view…"), "branch", self.branch),
            (tr("Compare runs…"), "compare", self.compare),
            (tr("Rename"), "rename", self.rename),
            (tr("Save all figures as a table…"), "save_table", self.save_table),
            (tr("Delete…"), "delete", self.delete),
        )
        actions = []
        for text, name, signal in entries:
            action = menu.addAction(text)
            action.setObjectName(f"train.{name}")
            action.triggered.connect(signal)
            actions.append(action)
        self._branch, self._compare, *_, self._delete = actions
        menu.insertSeparator(self._delete)
        return menu
