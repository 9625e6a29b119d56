"""The card of one step of a chain."""

import msgspec
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from studio.augmenting.operation import Operation
from studio.augmenting.panel.chain_row import ICON_WIDTH, ChainRow
from studio.augmenting.panel.main_slider import MainSlider, main_field
from studio.augmenting.steps import Step
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.forms import Form
from studio.widgets.labels import ElidedLabel, make_label


class StepCard(ChainRow):
    """Title and values, a slider for the main setting, and unfolded a form for all of them, made when it is needed.

    Switched off it is only its title.
    """

    grouped = Signal(str)
    """Asks for a group of this kind around the step."""

    def __init__(self, step: Step, name: str) -> None:
        super().__init__(name, tr(step.operation.title))
        self._operation = step.operation
        self._form: Form | None = None
        self._is_unfolded = False
        self._slider = MainSlider(main_field(step.operation), f"{name}.slider")
        self._slider.moved.connect(self._slide)
        self._note = make_label("", "note", wrap=True)
        self._note.setContentsMargins(6, 0, 2, 0)
        if not step.operation.for_generators:
            self._note.setText(tr(step.operation.generator_note))
        for kind, text in (
            ("one_of", tr("Begin a group: one of")),
            ("some_of", tr("Begin a group: some of")),
            ("mix", tr("Begin a blend of changed copies")),
        ):
            action = self.menu.addAction(text)
            action.setObjectName(f"{name}.{kind}")
            action.triggered.connect(lambda checked=False, kind=kind: self.grouped.emit(kind))
            action.setProperty("groups", True)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(6, 4, 8, 8)
        self._body.setSpacing(4)
        self._body.addLayout(self._make_head(step))
        for widget in (self._slider, self._note, self.cautions):
            self._body.addWidget(widget)
        self._show()

    def step(self) -> Step:
        return Step(self._operation, self._switch.isChecked())

    def show_step(self, step: Step) -> bool:
        """Show other settings of the same operation, without `changed`; False for another operation."""
        if type(step.operation) is not type(self._operation):
            return False
        self._operation = step.operation
        self._switch.blockSignals(True)
        self._switch.setChecked(step.enabled)
        self._switch.blockSignals(False)
        self._show()
        return True

    def set_inside(self, is_inside: bool) -> None:
        super().set_inside(is_inside)
        for action in self.menu.actions():
            if action.property("groups"):
                action.setVisible(not is_inside)

    def stops(self) -> list[QWidget]:
        inner = self._slider.findChildren(QWidget)
        if self._form is not None:
            inner += self._form.findChildren(QWidget)
        return [*self._head, *(widget for widget in inner if widget.focusPolicy() & Qt.FocusPolicy.TabFocus)]

    def _make_head(self, step: Step) -> QHBoxLayout:
        name, title = self.objectName(), tr(step.operation.title)
        self._switch = QCheckBox(title)
        self._switch.setObjectName(f"{name}.enabled")
        self._switch.setToolTip(tr(step.operation.summary))
        self._switch.setChecked(step.enabled)
        self._switch.toggled.connect(self._toggle)
        self._words = ElidedLabel("", "note")
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._more = Button("", f"{name}.more", tr("All settings of {title}", title=title), icon_name="down", flat=True)
        self._more.setFixedWidth(ICON_WIDTH)
        self._more.clicked.connect(self._unfold)
        self._head = [self.grip, self._switch, self._more, self.menu_button]
        head = QHBoxLayout()
        head.setSpacing(2)
        for widget, stretch in (
            (self.grip, 0),
            (self._switch, 0),
            (self._words, 1),
            (self._more, 0),
            (self.menu_button, 0),
        ):
            head.addWidget(widget, stretch)
        self.setFocusProxy(self._switch)
        return head

    def _show(self) -> None:
        """Draw the settings, and only what belongs to the state: off, folded or unfolded."""
        enabled = self._switch.isChecked()
        if enabled and self._is_unfolded:
            self._made_form().set_value(self._operation)
        if self._form is not None:
            self._form.setVisible(enabled and self._is_unfolded)
        self._slider.setVisible(enabled and not self._is_unfolded)
        self._slider.show_value(getattr(self._operation, self._slider.field.name))
        self._note.setVisible(enabled and self._is_unfolded and bool(self._note.text()))
        self.cautions.setVisible(enabled and bool(self.cautions.texts))
        self._more.setEnabled(enabled)
        self._more.set_icon("up" if enabled and self._is_unfolded else "down")
        self._words.setText(self._operation.describe() if enabled else tr("off"))

    def _made_form(self) -> Form:
        if self._form is None:
            self._form = Form(type(self._operation), self.objectName())
            self._form.setContentsMargins(6, 2, 2, 0)
            self._form.changed.connect(self._take)
            self._body.insertWidget(2, self._form)
        return self._form

    @Slot()
    def _toggle(self) -> None:
        self._show()
        self.changed.emit()

    @Slot()
    def _unfold(self) -> None:
        self._is_unfolded = not self._is_unfolded
        self._show()

    @Slot(object)
    def _slide(self, value: object) -> None:
        self._take(msgspec.structs.replace(self._operation, **{self._slider.field.name: value}))

    @Slot(object)
    def _take(self, operation: Operation) -> None:
        self._operation = operation
        self._words.setText(operation.describe())
        self.changed.emit()
