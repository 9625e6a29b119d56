"""A list of runs to choose one from, shared by the stages that work with a run."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot

from studio.project.runs import Run
from studio.text import tr
from studio.training.story import title_of
from studio.widgets.inputs import ComboBox


class RunPicker(ComboBox):
    """Shows runs, newest first; `picked` tells the name of the one the user chose."""

    picked = Signal(str)

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setAccessibleName(tr("Run"))
        self.setToolTip(tr("Choose a run"))
        self.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._tell)

    @property
    def run_name(self) -> str | None:
        """The run that is chosen; None when there is none."""
        return self.currentData()

    def show_runs(self, runs: Sequence[Run]) -> None:
        """List `runs` (oldest first, as the project has them) and keep the choice where it is still there."""
        chosen = self.run_name
        self.clear()
        for run in reversed(runs):
            self.addItem(title_of(run), run.name)
            self.setItemData(self.count() - 1, run.name, Qt.ItemDataRole.ToolTipRole)  # what the command line calls it
        if chosen is not None:
            self.choose(chosen)

    def choose(self, name: str) -> None:
        self.setCurrentIndex(max(0, self.findData(name)))

    @Slot()
    def _tell(self) -> None:
        if self.run_name is not None:
            self.picked.emit(self.run_name)
