"""Forms made from settings that describe themselves (`models.settings`)."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from models.settings import Field, SettingsError, fields_of, with_values
from studio.text import tr
from studio.widgets.inputs import ComboBox, DoubleSpinBox, RangeSlider, Slider, SpinBox
from studio.widgets.labels import make_label

MOST_SLIDER_STEPS = 400
"""Beyond this a slider's pixels are coarser than its steps: only the number is shown."""
FLOAT_STEPS = 100
"""Steps between the bounds of a float that declares none."""
RANGE_END_WIDTH = 68
"""Pixels for each end of a range."""


class Form(QWidget):
    """Inputs for every field of a settings type, each with unit, tool tip, and its error below it.

    `changed` carries the new settings after each change that is valid as a whole.
    """

    changed = Signal(object)

    def __init__(
        self, settings_type: type[msgspec.Struct], name: str = "form", only: tuple[str, ...] | None = None
    ) -> None:
        """Inputs are named `NAME.FIELD`; `only` picks some of the fields."""
        super().__init__()
        self.setObjectName(name)
        fields = [field for field in fields_of(settings_type) if only is None or field.name in only]
        self._rows = {field.name: _Row(field, f"{name}.{field.name}") for field in fields}
        self._settings = msgspec.convert(
            {field.name: field.default for field in fields_of(settings_type)}, settings_type
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for row in self._rows.values():
            layout.addWidget(row)
            row.changed.connect(self._check)
        self.set_value(self._settings)

    def value(self) -> Any:
        """The settings as they stand; what is invalid keeps its last valid value."""
        return self._settings

    def set_value(self, settings: msgspec.Struct) -> None:
        """Show settings, without `changed`."""
        self._settings = settings
        for name, row in self._rows.items():
            row.set_value(getattr(settings, name))
            row.set_error("")

    @property
    def is_valid(self) -> bool:
        return not any(row.error for row in self._rows.values())

    @Slot()
    def _check(self) -> None:
        settings = self._settings
        for name, row in self._rows.items():
            try:
                settings = with_values(settings, {name: row.value()})
                row.set_error("")
            except SettingsError as error:
                row.set_error(str(error))
        if self.is_valid:
            self._settings = settings
            self.changed.emit(settings)


class _Row(QWidget):
    """One setting: its title, its input, and what is wrong with it."""

    changed = Signal()

    def __init__(self, field: Field, name: str) -> None:
        super().__init__()
        self.error = ""
        self._error_label = make_label("", "error", wrap=True)
        self._error_label.hide()
        self._input = _INPUTS[field.kind](field)
        self._input.name(name, tr(field.title), tr(field.description))
        self._input.edited.connect(self.changed)
        head = QHBoxLayout()
        head.setSpacing(8)
        if not isinstance(self._input, _Switch):
            title = make_label(tr(field.title))
            title.setToolTip(tr(field.description))
            title.setBuddy(self._input.main)
            head.addWidget(title)
        head.addStretch(1)
        self._input.place(head)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        if self._input.below is not None:
            layout.addWidget(self._input.below)
        layout.addWidget(self._error_label)

    def value(self) -> Any:
        return self._input.value()

    def set_value(self, value: Any) -> None:
        self._input.blockSignals(True)
        self._input.set_value(value)
        self._input.blockSignals(False)

    def set_error(self, text: str) -> None:
        self.error = text
        self._error_label.setText(text)
        self._error_label.setVisible(bool(text))
        main = self._input.main
        if main.property("invalid") != bool(text):
            main.setProperty("invalid", bool(text))
            main.style().polish(main)


class _Input(QWidget):
    """What the user changes: `main` beside the title, `below` under both."""

    edited = Signal()
    main: QWidget
    below: QWidget | None = None

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        raise NotImplementedError

    def place(self, head: QHBoxLayout) -> None:
        head.addWidget(self.main)

    def name(self, object_name: str, title: str, description: str) -> None:
        for widget, suffix in ((self.main, ""), (self.below, ".slider")):
            if widget is not None:
                widget.setObjectName(object_name + suffix)
                widget.setAccessibleName(title)
                widget.setToolTip(description or title)


class _Number(_Input):
    """A spin box, and a slider below it where both bounds are known and its steps are few."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._is_whole = field.kind == "int"
        self._step = field.step or _default_step(field)
        self._low = field.minimum
        self.main = self._spin = self._make_spin(field)
        self._spin.valueChanged.connect(self._spun)
        steps = _steps(field, self._step)
        if 0 < steps <= MOST_SLIDER_STEPS:
            self.below = self._slider = Slider()
            self._slider.setRange(0, steps)
            self._align()
            self._slider.valueChanged.connect(self._slid)

    def value(self) -> float:
        return self._spin.value()

    def set_value(self, value: float) -> None:
        self._spin.setValue(value)  # type: ignore[arg-type]

    @Slot()
    def _spun(self) -> None:
        if self.below is not None:
            self._align()
        self.edited.emit()

    def _align(self) -> None:
        """Move the slider to where the number is."""
        self._slider.blockSignals(True)
        self._slider.setValue(round((self._spin.value() - (self._low or 0)) / self._step))
        self._slider.blockSignals(False)

    @Slot(int)
    def _slid(self, position: int) -> None:
        self.set_value((self._low or 0) + position * self._step)

    def _make_spin(self, field: Field) -> SpinBox | DoubleSpinBox:
        if not self._is_whole:
            return _decimal_spin(field, self._step)
        spin = SpinBox()
        spin.setSingleStep(round(self._step))
        spin.setRange(*map(round, _bounds(field, 2**31 - 1)))
        spin.setSuffix(_suffix(field.unit))
        spin.setKeyboardTracking(False)
        return spin


class _Switch(_Input):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self.main = self._box = QCheckBox(tr(field.title))
        self._box.toggled.connect(self.edited)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, value: bool) -> None:
        self._box.setChecked(value)

    def place(self, head: QHBoxLayout) -> None:
        head.insertWidget(0, self.main)


class _Choice(_Input):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self.main = self._combo = ComboBox()
        for choice in field.choices:
            self._combo.addItem(tr(choice), choice)
        self._combo.currentIndexChanged.connect(self.edited)

    def value(self) -> str:
        return self._combo.currentData()

    def set_value(self, value: str) -> None:
        self._combo.setCurrentIndex(self._combo.findData(value))


class _Text(_Input):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self.main = self._line = QLineEdit()
        self._line.editingFinished.connect(self.edited)

    def value(self) -> str:
        return self._line.text()

    def set_value(self, value: str) -> None:
        self._line.setText(value)


class _Range(_Input):
    """Both ends as numbers, and two handles on one line: it shows what is typical until a number beyond is typed."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._field = field
        self._step = field.step or _default_step(field)
        self._spins = _decimal_spin(field, self._step), _decimal_spin(field, self._step)
        self._low, self._most = self._spins
        self.main = self._low
        for spin in self._spins:
            spin.setProperty("role", "end")  # without arrows
            spin.setFixedWidth(RANGE_END_WIDTH)
        self._low.valueChanged.connect(self._typed_low)
        self._most.valueChanged.connect(self._typed_high)
        self.below = self._slider = RangeSlider()
        self._slider.setSingleStep(self._step)
        self._slider.valueChanged.connect(self._slid)

    def value(self) -> tuple[float, float]:
        return self._low.value(), self._most.value()

    def set_value(self, value: tuple[float, float]) -> None:
        self._write(value)
        self._slider.blockSignals(True)
        self._slider.setRange(*self._field.reach(*value))
        self._slider.setValue(value)
        self._slider.blockSignals(False)

    def place(self, head: QHBoxLayout) -> None:
        head.addWidget(self._low)
        head.addWidget(make_label("…", "note"))
        head.addWidget(self._most)

    def name(self, object_name: str, title: str, description: str) -> None:
        super().name(object_name, title, description)
        self._most.setObjectName(f"{object_name}.most")
        self._most.setToolTip(description or title)
        self._low.setAccessibleName(tr("{title}, at least", title=title))
        self._most.setAccessibleName(tr("{title}, at most", title=title))

    @Slot(float)
    def _typed_low(self, low: float) -> None:
        self.set_value((low, max(low, self._most.value())))
        self.edited.emit()

    @Slot(float)
    def _typed_high(self, high: float) -> None:
        self.set_value((min(high, self._low.value()), high))
        self.edited.emit()

    @Slot()
    def _slid(self) -> None:
        """Under the mouse the line stays as long as it is."""
        self._write([round(end / self._step) * self._step for end in self._slider.ends()])
        self.edited.emit()

    def _write(self, ends: Sequence[float]) -> None:
        for spin, end in zip(self._spins, ends, strict=True):
            spin.blockSignals(True)
            spin.setValue(end)
            spin.blockSignals(False)


_INPUTS: dict[str, type[Any]] = {
    "int": _Number,
    "float": _Number,
    "bool": _Switch,
    "choice": _Choice,
    "text": _Text,
    "range": _Range,
}


def _decimal_spin(field: Field, step: float) -> DoubleSpinBox:
    spin = DoubleSpinBox()
    spin.setDecimals(_decimals(field, step))
    spin.setSingleStep(step)
    spin.setRange(*_bounds(field, 1e9))
    spin.setSuffix(_suffix(field.unit))
    spin.setKeyboardTracking(False)
    return spin


def _plain(number: float, decimals: int = 8) -> str:
    """Without zeros at the end."""
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _suffix(unit: str) -> str:
    return unit if unit in ("°", "%", "×") else f" {tr(unit)}" if unit else ""


def _bounds(field: Field, most: float) -> tuple[float, float]:
    return (
        -most if field.minimum is None else field.minimum,
        most if field.maximum is None else field.maximum,
    )


def _default_step(field: Field) -> float:
    if field.kind == "int":
        return 1
    if field.minimum is None or field.maximum is None:
        return 0.1
    return 10.0 ** math.floor(math.log10((field.maximum - field.minimum) / FLOAT_STEPS))


def _steps(field: Field, step: float) -> int:
    if field.minimum is None or field.maximum is None:
        return 0
    return round((field.maximum - field.minimum) / step)


def _decimals(field: Field, step: float) -> int:
    """Enough for the step, the bounds and the default."""
    numbers = [step, *(number for number in (field.minimum, field.maximum) if number is not None)]
    numbers += field.default if isinstance(field.default, tuple) else [field.default or 0]
    return max(len(_plain(number).partition(".")[2]) for number in numbers)
