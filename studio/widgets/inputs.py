"""Inputs that leave the mouse wheel to the page, so that scrolling past them changes nothing."""

from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSlider, QSpinBox, QWidget
from superqt import QDoubleRangeSlider


class _LeavesWheel:
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ComboBox(_LeavesWheel, QComboBox):
    """A choice among few."""


def fill(combo: ComboBox, entries: Sequence[tuple[str, Any]]) -> None:
    """Offer (title, value) pairs; what was chosen stays chosen where it is still there, else the first is."""
    chosen = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    for title, value in entries:
        combo.addItem(title, value)
    values = [value for _, value in entries]
    combo.setCurrentIndex(values.index(chosen) if chosen in values else 0)
    combo.blockSignals(False)
    if combo.currentData() != chosen:
        combo.currentIndexChanged.emit(combo.currentIndex())


class SpinBox(_LeavesWheel, QSpinBox):
    """A whole number; thousands are separated."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setGroupSeparatorShown(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)


class DoubleSpinBox(_LeavesWheel, QDoubleSpinBox):
    """A number with as many decimals as it needs, and none for show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def textFromValue(self, value: float) -> str:
        text = self.locale().toString(value, "f", self.decimals())
        point = self.locale().decimalPoint()
        return text.rstrip("0").rstrip(point) if point in text else text


class Slider(_LeavesWheel, QSlider):
    """A horizontal slider over whole numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)


class RangeSlider(_LeavesWheel, QDoubleRangeSlider):  # type: ignore[misc]
    """A horizontal slider with two handles."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def ends(self) -> tuple[float, float]:
        low, high = cast("tuple[float, float]", self.value())
        return low, high
