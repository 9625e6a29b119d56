"""The conditions of a gallery's filter, in a small window below its button."""

from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QVBoxLayout, QWidget

from studio.project.browse import ANY_FINDING, Choices, Filter, ScoreRange
from studio.project.items import FILE_ORDER
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.gallery_words import DECISION_TITLES, SPLIT_TITLES, check_title, label_title, score_title
from studio.widgets.inputs import ComboBox, RangeSlider
from studio.widgets.labels import make_label

WIDTH = 340
TYPED_AFTER_MS = 300


class FilterPopup(QFrame):
    """`changed` carries the filter after each change; Esc or a click beside it closes it."""

    changed = Signal(object)

    def __init__(self, parent: QWidget, object_name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName(object_name)
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        self._choices = Choices([], [], {}, {})
        self._text = ""
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._label = self._add_choice("label", tr("Label"), tr("Images of one class"))
        self._split = self._add_choice("split", tr("Split"), tr("Images to train with, or to judge by"))
        self._decision = self._add_choice("decision", tr("Decision"), tr("What was decided in Clean"))
        self._check = self._add_choice("check", tr("Found by"), tr("Images that a check of Clean has found"))
        self._field = self._add_choice("field", tr("Field"), tr("What else is known of the images"))
        self._value = self._add_choice("value", tr("Its value"), tr("Choose a value, or type one"))
        self._value.setEditable(True)
        self._score = self._add_choice("score", tr("Measure"), tr("What was measured in the images"))
        self._range = RangeSlider()
        self._range.setObjectName(f"{object_name}.range")
        self._range.setAccessibleName(tr("Range of the measure"))
        self._range.setToolTip(tr("Images whose measure lies between the handles"))
        self._words = make_label("", "note")
        self._form.addRow("", self._range)
        self._form.addRow("", self._words)
        clear = Button(tr("Show all"), f"{object_name}.clear", tr("Take all conditions away"))
        clear.clicked.connect(self._clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(self._form)
        layout.addWidget(clear, 0, Qt.AlignmentFlag.AlignRight)
        self._tell_soon = QTimer(self, singleShot=True, interval=TYPED_AFTER_MS)
        self._tell_soon.timeout.connect(self._tell)
        self._field.currentIndexChanged.connect(self._offer_values)
        self._score.currentIndexChanged.connect(self._offer_range)
        for combo in (self._label, self._split, self._decision, self._check, self._value, self._field, self._score):
            combo.currentIndexChanged.connect(self._tell)
        self._value.editTextChanged.connect(self._tell_soon.start)
        self._range.valueChanged.connect(self._tell)

    def show_filter(self, shown: Filter, choices: Choices) -> None:
        """Offer what there is, and set the inputs to a filter, without `changed`."""
        self.blockSignals(True)
        self._choices = choices
        self._text = shown.text
        labels = [*choices.labels, ""]
        _fill(self._label, {label: label_title(label) for label in labels}, shown.label)
        _fill(self._split, {key: tr(title) for key, title in SPLIT_TITLES.items()}, shown.split)
        _fill(self._decision, {key: tr(title) for key, title in DECISION_TITLES.items()}, shown.decision)
        checks = [ANY_FINDING, *choices.checks] if choices.checks else []
        _fill(self._check, {name: check_title(name) for name in checks}, shown.check)
        fields = [name for name in choices.fields if name != FILE_ORDER]
        _fill(self._field, {name: name for name in fields}, shown.field and shown.field[0])
        self._offer_values()
        if shown.field is not None:
            self._value.setCurrentText(shown.field[1])
        _fill(self._score, {name: score_title(name) for name in choices.scores}, shown.score and shown.score.name)
        self._offer_range()
        if shown.score is not None:
            self._range.setValue((shown.score.low, shown.score.high))
        for combo, is_useful in (
            (self._check, bool(choices.checks)),
            (self._field, bool(fields)),
            (self._score, bool(choices.scores)),
        ):
            self._form.setRowVisible(combo, is_useful)
        self.adjustSize()
        self._say_range()
        self.blockSignals(False)

    def show_at(self, corner: QPoint) -> None:
        """With the top left corner there, or where all of it is on the screen."""
        self.move(corner)
        self._stay_on_screen()
        self.show()

    def value(self) -> Filter:
        """The filter as the inputs have it."""
        name, measure = self._field.currentData(), self._score.currentData()
        return Filter(
            text=self._text,
            label=self._label.currentData(),
            split=self._split.currentData(),
            decision=self._decision.currentData(),
            check=self._check.currentData(),
            field=None if name is None or not self._value.currentText() else (name, self._value.currentText()),
            score=None if measure is None else ScoreRange(measure, *self._range.ends()),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stay_on_screen()

    def _stay_on_screen(self) -> None:
        """A condition more may need more room than is left below."""
        room = self.screen().availableGeometry()
        farthest = room.bottomRight() - self.rect().bottomRight()
        self.move(min(self.x(), farthest.x()), min(self.y(), farthest.y()))

    def _add_choice(self, name: str, title: str, tool_tip: str) -> ComboBox:
        combo = ComboBox()
        combo.setObjectName(f"{self.objectName()}.{name}")
        combo.setAccessibleName(title)
        combo.setToolTip(tool_tip)
        self._form.addRow(make_label(title), combo)
        return combo

    @Slot()
    def _offer_values(self) -> None:
        name = self._field.currentData()
        self._form.setRowVisible(self._value, name is not None)
        self._value.blockSignals(True)
        self._value.clear()
        self._value.addItems(self._choices.fields.get(name, []))
        self._value.blockSignals(False)
        self.adjustSize()

    @Slot()
    def _offer_range(self) -> None:
        ends = self._choices.scores.get(self._score.currentData())
        for row in (self._range, self._words):
            self._form.setRowVisible(row, ends is not None)
        if ends is not None:
            self._range.blockSignals(True)
            self._range.setRange(ends[0], max(ends[1], ends[0] + 1e-9))
            self._range.setSingleStep((ends[1] - ends[0]) / 100 or 1)
            self._range.setValue(ends)
            self._range.blockSignals(False)
        self.adjustSize()

    def _say_range(self) -> None:
        low, high = self._range.ends()
        self._words.setText(tr("{low} to {high}", low=f"{low:,.4g}", high=f"{high:,.4g}"))

    @Slot()
    def _tell(self) -> None:
        self._say_range()
        self.changed.emit(self.value())

    @Slot()
    def _clear(self) -> None:
        self.show_filter(Filter(text=self._text), self._choices)
        self._tell()


def _fill(combo: ComboBox, entries: dict[Any, str], chosen: Any) -> None:
    """Offer any, and values with their titles."""
    combo.blockSignals(True)
    combo.clear()
    combo.addItem(tr("any"), None)
    for value, title in entries.items():
        combo.addItem(title, value)
    combo.setCurrentIndex(1 + list(entries).index(chosen) if chosen in entries else 0)
    combo.blockSignals(False)
