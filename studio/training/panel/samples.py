"""The samples of a run through time."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.run_log import SheetRecord
from models.sheet import COLUMNS, read_sheet
from studio.text import tr
from studio.training.panel.player import Player
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.images import ImageGrid
from studio.widgets.labels import make_label
from studio.widgets.overlay import Overlay
from studio.widgets.theme import GAP

TILE_PITCH = 53
"""Height of a row of tiles in a card beside curves, px."""
LEAST_ROWS = 3


class Film(QWidget):
    """Sample sheets on the same latents, one at a time; the player goes back in time, at its end it follows the run."""

    def __init__(self, object_name: str, player_name: str, columns: int | None) -> None:
        super().__init__()
        self._folder = Path()
        self._size = 0
        self._sheets: list[SheetRecord] = []
        self.grid = ImageGrid(object_name, columns=columns)
        self.player = Player(player_name)
        self.player.moved.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.player)

    def show_sheets(self, folder: Path, size: int, sheets: Sequence[SheetRecord], at: int | None = None) -> None:
        """The sheets of a run whose images are `size` px, the newest one first in view, or the one `at`."""
        self._folder, self._size, self._sheets = folder, size, list(sheets)
        self.player.set_count(len(sheets), len(sheets) - 1 if at is None else at)
        self._show()

    def add(self, sheet: SheetRecord) -> None:
        """Another sheet; it is shown at once unless the user looks at an earlier one."""
        self._sheets.append(sheet)
        self.player.set_count(len(self._sheets))
        self._show()

    @property
    def sheet(self) -> SheetRecord | None:
        """The one in view; None while there is none."""
        return self._sheets[min(self.player.value, len(self._sheets) - 1)] if self._sheets else None

    def copied_to(self, other: "Film") -> None:
        """Show the same in another one."""
        other.show_sheets(self._folder, self._size, self._sheets, self.player.value)

    @Slot()
    def _show(self) -> None:
        if (sheet := self.sheet) is None:
            self.grid.clear()
        else:
            self.grid.set_images(read_sheet(self._folder / sheet.file, self._size, self._size))


class SampleCard(Card):
    """The samples of a run; beside curves they are small, and where there are no curves they take the room there is."""

    def __init__(self) -> None:
        super().__init__(tr("Samples"), " ")
        self._large = False
        self.film = Film("train.samples", "train.time", COLUMNS)
        self.film.player.moved.connect(self._tell)
        self._enlarge = Button(
            "", "train.enlarge", tr("Look at the samples in large"), icon_name="search", flat=True, shortcut="Ctrl+L"
        )
        self._enlarge.clicked.connect(self._show_large)
        self.header.addWidget(self._enlarge)
        self.body.addWidget(self.film, 1)

    def show_sheets(self, folder: Path, size: int, sheets: Sequence[SheetRecord], large: bool) -> None:
        """Show the newest sheet of a run whose images are `size` px."""
        self._large = large
        self.film.grid.set_columns(None if large else COLUMNS)
        self.film.show_sheets(folder, size, sheets)
        self._tell()

    def add(self, sheet: SheetRecord) -> None:
        self.film.add(sheet)
        self._tell()

    @property
    def sheet(self) -> SheetRecord | None:
        """The sheet in view."""
        return self.film.sheet

    @Slot()
    def _tell(self) -> None:
        sheet = self.film.sheet
        self.set_note("" if sheet is None else moment_in_words(sheet, fitted=self._large))
        self._enlarge.setEnabled(sheet is not None)
        rows = max(LEAST_ROWS, -(-self.film.grid.count // COLUMNS))
        self.film.grid.setMinimumHeight(rows * TILE_PITCH)
        self.film.grid.setMaximumHeight(self.maximumHeight() if self._large else rows * TILE_PITCH)

    @Slot()
    def _show_large(self) -> None:
        SampleOverlay(self, self.film).show()


class SampleOverlay(Overlay):
    """The samples over the whole window, until Esc."""

    def __init__(self, below: QWidget, film: Film) -> None:
        super().__init__(below, "train.large")
        self._film = Film("train.large.samples", "train.large.time", None)
        self._film.player.moved.connect(self._tell)
        self._moment = make_label(role="strong")
        close = Button("", "train.large.close", tr("Back (Esc)"), icon_name="close", flat=True)
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.leave)
        head = QHBoxLayout()
        head.addWidget(self._moment, 1)
        head.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, 8, GAP, 8)
        layout.addLayout(head)
        layout.addWidget(self._film, 1)
        film.copied_to(self._film)
        self._tell()
        self.setFocus()

    @Slot()
    def _tell(self) -> None:
        if (sheet := self._film.sheet) is not None:
            self._moment.setText(moment_in_words(sheet, fitted=False))


def moment_in_words(sheet: SheetRecord, fitted: bool) -> str:
    if fitted:
        return tr("after {seconds:.0f} s", seconds=sheet.seconds)
    return tr("minute {minutes:.1f}, step {step:,}", minutes=sheet.seconds / 60, step=sheet.step)
