"""Inputs that leave the mouse wheel to the page, so that scrolling past them changes nothing."""

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSlider, QSpinBox, QWidget
from superqt import QDoubleRangeSlider


class _LeavesWheel:
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ComboBox(_LeavesWheel, QComboBox):
    """A choice among few."""


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
