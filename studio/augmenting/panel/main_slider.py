"""The one slider of a folded step: its first setting that is a number or a range."""

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.settings import Field, fields_of
from studio.augmenting.operation import Operation
from studio.text import tr
from studio.widgets.inputs import RangeSlider, Slider

STEPS = 100
"""Positions of a slider whose setting declares no step."""


def main_field(operation: Operation) -> Field:
    """The setting that a slider shows: the first range that does something, else the first that is bounded, which may
    be the probability."""
    bounded = [
        field
        for field in fields_of(type(operation))
        if field.kind in ("int", "float", "range") and field.minimum is not None and field.maximum is not None
    ]
    return next((field for field in bounded if operation.is_in_use(field.name)), bounded[0])


class MainSlider(QWidget):
    """A bare slider for a bounded number or a range; `moved` carries the value, in whole steps."""

    moved = Signal(object)

    def __init__(self, field: Field, name: str) -> None:
        super().__init__()
        assert field.minimum is not None and field.maximum is not None
        self.field = field
        self._step = field.step or (1 if field.kind == "int" else (field.maximum - field.minimum) / STEPS)
        self._slider = self._make_slider(field.minimum, field.maximum)
        self._slider.setObjectName(name)
        self._slider.setAccessibleName(tr(field.title))
        self._slider.setToolTip(": ".join(filter(None, (tr(field.title), tr(field.description)))))
        self._slider.valueChanged.connect(self._tell)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 6, 0)
        layout.addWidget(self._slider)

    def show_value(self, value: Any) -> None:
        """Show a number, or a pair for a range, without `moved`."""
        self._slider.blockSignals(True)
        if isinstance(self._slider, RangeSlider):
            self._slider.setRange(*self.field.reach(*value))
            self._slider.setValue(tuple(value))
        else:
            self._slider.setValue(round(value / self._step))
        self._slider.blockSignals(False)

    def _make_slider(self, low: float, high: float) -> RangeSlider | Slider:
        """A range's slider stands at its values, a number's at whole steps."""
        if self.field.kind == "range":
            slider = RangeSlider()
            slider.setSingleStep(self._step)
            return slider
        steps = Slider()
        steps.setRange(round(low / self._step), round(high / self._step))
        return steps

    @Slot()
    def _tell(self) -> None:
        if isinstance(self._slider, RangeSlider):
            self.moved.emit(tuple(self._in_steps(end / self._step) for end in self._slider.ends()))
        else:
            self.moved.emit(self._in_steps(self._slider.value()))

    def _in_steps(self, steps: float) -> float:
        value = round(round(steps) * self._step, 6)
        return round(value) if self.field.kind == "int" else value
