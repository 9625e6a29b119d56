"""What a way of preparing images makes of them: values and a few images, before and after."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.imaging.image import Range
from studio.imaging.preparation import Preparation
from studio.imaging.preparation_preview import LEARNED_SIZE, SHOWN, Basis, Prepared, as_it_is
from studio.text import tr
from studio.widgets.histogram import Histogram
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import DoubleSpinBox
from studio.widgets.labels import make_label

FEWEST_PIXELS = 2
"""Marks thinner than that can hardly be learned."""


class PreparationView(QWidget):
    """`window_changed` carries the values of black and white that are dragged or written."""

    window_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._basis: Basis | None = None
        self._words = make_label("", "note", wrap=True)
        self._caution = make_label("", "caution", wrap=True)
        self._caution.setObjectName("preparation.caution")
        self._before = _make_images("preparation.before", tr("Before"))
        self._after = _make_images("preparation.after", tr("After"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._make_histograms(), 1)
        column.addLayout(self._make_ends())
        for title, grid in ((tr("As they are"), self._before), (tr("Prepared"), self._after)):
            column.addWidget(make_label(title, "mute"))
            column.addWidget(grid, 2)
        column.addWidget(self._caution)

    def show_basis(self, basis: Basis) -> None:
        self._basis = basis
        self._histogram.show_counts(*basis.sample.histogram(), basis.sample.range())
        self._before.set_images([as_it_is(image) for image in basis.images])
        self._caution.setText(_caution(basis))
        self._caution.setVisible(bool(self._caution.text()))

    def show_settings(self, prepared: Preparation) -> None:
        """The window in force, of the sample where each image has its own."""
        if self._basis is None:
            return
        match prepared.brightness:
            case "one for all":
                window: Range = prepared.window
                self.say(tr("Drag the lines, or set values or percentiles of all images."))
            case "each image's own":
                window = self._basis.sample.range(prepared.percentiles)
                self.say(tr("Each image has ends of its own; shown are those of all together."))
            case _:
                window = self._basis.usual.window or (0.0, 255.0)
                self.say(tr("Where files name black and white themselves, those count."))
        self._histogram.set_window(window)
        for spin, value in zip((self._low, self._high), window, strict=True):
            spin.blockSignals(True)
            spin.setSingleStep(max((window[1] - window[0]) / 100, 0.001))
            spin.setValue(value)
            spin.blockSignals(False)

    @Slot(object)
    def show_prepared(self, prepared: Prepared) -> None:
        self._histogram_after.show_counts(prepared.counts, np.arange(257), (0, 255))
        self._after.set_images(prepared.images)

    @Slot(str)
    def say(self, sentence: str) -> None:
        self._words.setText(sentence)

    def _make_histograms(self) -> QGridLayout:
        self._histogram = Histogram("preparation.histogram")
        self._histogram.setAccessibleName(tr("Values of the pixels"))
        self._histogram.setToolTip(tr("Drag the lines, or what lies between them, to set black and white"))
        self._histogram.window_changed.connect(self.window_changed)
        self._histogram_after = Histogram("preparation.histogram_after")
        self._histogram_after.setAccessibleName(tr("Brightness after preparation"))
        self._histogram_after.setToolTip(tr("How often each brightness, from black to white, is then learned from"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for column, histogram in enumerate((self._histogram, self._histogram_after)):
            grid.addWidget(make_label(histogram.accessibleName(), "mute"), 0, column)
            grid.addWidget(histogram, 1, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        return grid

    def _make_ends(self) -> QHBoxLayout:
        self._low = self._make_end("preparation.black", tr("Black"), tr("Values up to this become black"))
        self._high = self._make_end("preparation.white", tr("White"), tr("Values from this on become white"))
        ends = QHBoxLayout()
        ends.setSpacing(8)
        ends.addWidget(self._words, 1)
        for spin in (self._low, self._high):
            ends.addWidget(make_label(spin.accessibleName()))
            ends.addWidget(spin)
        return ends

    def _make_end(self, object_name: str, title: str, tool_tip: str) -> DoubleSpinBox:
        spin = DoubleSpinBox()
        spin.setObjectName(object_name)
        spin.setAccessibleName(title)
        spin.setToolTip(tool_tip)
        spin.setRange(-1e9, 1e9)
        spin.setDecimals(3)
        spin.setMinimumWidth(96)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(self._take_ends)
        return spin

    @Slot()
    def _take_ends(self) -> None:
        if self._low.value() < self._high.value():
            self.window_changed.emit((self._low.value(), self._high.value()))


def _make_images(object_name: str, title: str) -> ImageGrid:
    grid = ImageGrid(object_name, columns=SHOWN)
    grid.setAccessibleName(title)
    return grid


def _caution(basis: Basis) -> str:
    words = []
    if len(basis.sample.depths) > 1:
        words.append(
            tr(
                "The images are of different depths ({depths} bits): one window does not suit them all.",
                depths=", ".join(map(str, basis.sample.depths)),
            )
        )
    if basis.smallest is not None and basis.smallest < FEWEST_PIXELS:
        words.append(
            tr(
                "The smallest of what is marked is {pixels} px wide in images of {size} px. Learn at a larger size,"
                " or cut tiles at import.",
                pixels=f"{basis.smallest:.1f}",
                size=LEARNED_SIZE,
            )
        )
    return " ".join(words)
