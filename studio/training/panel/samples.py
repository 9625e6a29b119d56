"""The samples of a run through time."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Slot

from models.run_log import SheetRecord
from models.sheet import COLUMNS, read_sheet
from studio.text import tr
from studio.widgets.cards import Card
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import Slider

GRID_HEIGHT = 212


class SampleCard(Card):
    """Sample sheets on the same latents; the slider goes back in time, at its end it follows the run."""

    def __init__(self) -> None:
        super().__init__(tr("Samples through time"), " ")
        self._folder = Path()
        self._size = 0
        self._sheets: list[SheetRecord] = []
        self._grid = ImageGrid("train.samples", columns=COLUMNS)
        self._grid.setFixedHeight(GRID_HEIGHT)
        self._slider = Slider()
        self._slider.setObjectName("train.time")
        self._slider.setAccessibleName(tr("Moment of the run"))
        self._slider.setToolTip(tr("Go back to earlier samples; the latents are always the same"))
        self._slider.valueChanged.connect(self._show)
        self.body.addWidget(self._grid)
        self.body.addWidget(self._slider)

    def show_sheets(self, folder: Path, size: int, sheets: Sequence[SheetRecord]) -> None:
        """Show the newest sheet of a run whose images are `size` px."""
        self._folder, self._size, self._sheets = folder, size, list(sheets)
        self._set_range(len(sheets) - 1)

    def add(self, sheet: SheetRecord) -> None:
        """Another sheet; it is shown at once unless the user looks at an earlier one."""
        following = self._slider.value() >= len(self._sheets) - 1
        self._sheets.append(sheet)
        self._set_range(len(self._sheets) - 1 if following else self._slider.value())

    def _set_range(self, value: int) -> None:
        self._slider.setRange(0, max(0, len(self._sheets) - 1))
        self._slider.blockSignals(True)
        self._slider.setValue(value)
        self._slider.blockSignals(False)
        self._slider.setVisible(len(self._sheets) > 1)
        self._show()

    @Slot()
    def _show(self) -> None:
        if not self._sheets:
            self._grid.clear()
            self.set_note("")
            return
        sheet = self._sheets[min(self._slider.value(), len(self._sheets) - 1)]
        self._grid.set_images(read_sheet(self._folder / sheet.file, self._size, self._size))
        self.set_note(tr("minute {minutes:.1f}, step {step:,}", minutes=sheet.seconds / 60, step=sheet.step))
