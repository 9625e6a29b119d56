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

TILE_PITCH = 53
"""Height of a row of tiles in a card beside curves, px."""
LEAST_ROWS = 3


class SampleCard(Card):
    """Sample sheets on the same latents; the slider goes back in time, at its end it follows the run.

    Beside curves the tiles are small; a run that has no curves is its samples, which then take the room there is.
    """

    def __init__(self) -> None:
        super().__init__(tr("Samples through time"), " ")
        self._folder = Path()
        self._size = 0
        self._sheets: list[SheetRecord] = []
        self._large = False
        self._grid = ImageGrid("train.samples", columns=COLUMNS)
        self._slider = Slider()
        self._slider.setObjectName("train.time")
        self._slider.setAccessibleName(tr("Moment of the run"))
        self._slider.setToolTip(tr("Go back to earlier samples; the latents are always the same"))
        self._slider.valueChanged.connect(self._show)
        self.body.addWidget(self._grid, 1)
        self.body.addWidget(self._slider)

    def show_sheets(self, folder: Path, size: int, sheets: Sequence[SheetRecord], large: bool) -> None:
        """Show the newest sheet of a run whose images are `size` px."""
        self._folder, self._size, self._sheets, self._large = folder, size, list(sheets), large
        self.set_title(tr("Samples") if large else tr("Samples through time"))
        self._grid.set_columns(None if large else COLUMNS)
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
        if self._sheets:
            sheet = self._sheets[min(self._slider.value(), len(self._sheets) - 1)]
            self._grid.set_images(read_sheet(self._folder / sheet.file, self._size, self._size))
            self.set_note(self._moment(sheet))
        else:
            self._grid.clear()
            self.set_note("")
        self._give_room()

    def _moment(self, sheet: SheetRecord) -> str:
        if self._large:
            return tr("after {seconds:.0f} s", seconds=sheet.seconds)
        return tr("minute {minutes:.1f}, step {step:,}", minutes=sheet.seconds / 60, step=sheet.step)

    def _give_room(self) -> None:
        rows = max(LEAST_ROWS, -(-self._grid.count // COLUMNS))
        self._grid.setMinimumHeight(rows * TILE_PITCH)
        self._grid.setMaximumHeight(self.maximumHeight() if self._large else rows * TILE_PITCH)
