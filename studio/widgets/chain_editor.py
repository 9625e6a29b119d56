"""The editor of an augmentation chain: a card for each step, with sliders, a switch, and a grip to move it."""

from functools import partial
from itertools import pairwise
from typing import Any

import msgspec
from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from models.settings import Field, fields_of
from studio.augmenting.chain import BORDERS, OPERATIONS, Chain, Step
from studio.augmenting.operation import Operation
from studio.augmenting.presets import PRESETS
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.forms import Form
from studio.widgets.inputs import ComboBox, RangeSlider, Slider
from studio.widgets.labels import ElidedLabel, make_label
from studio.widgets.scrolling import scrolling_down

BORDER_TITLES = {"reflect": "mirror image", "edge": "its edge", "black": "black"}


class ChainEditor(QWidget):
    """Shows a chain and lets it be changed; `changed` carries the new chain after each change by the user.

    `presets` is a button for whoever shows the editor to place.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[StepCard] = []
        self._made = 0
        self.presets = self._make_presets()
        self._stack = QVBoxLayout()
        self._stack.setContentsMargins(0, 0, 4, 0)
        self._stack.setSpacing(8)
        self._stack.addWidget(self._make_add())
        self._stack.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._area = scrolling_down(self._stack)
        layout.addWidget(self._area, 1)
        layout.addLayout(self._make_border())

    def chain(self) -> Chain:
        return Chain(tuple(card.step() for card in self._cards), self._border.currentData())

    def set_chain(self, chain: Chain) -> None:
        """Show a chain, without `changed`."""
        if chain == self.chain():
            return
        while self._cards:
            self._take(self._cards[0])
        for step in chain.steps:
            self._append(step)
        self._border.blockSignals(True)
        self._border.setCurrentIndex(self._border.findData(chain.border))
        self._border.blockSignals(False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._order_tabs()

    # Building

    def _make_add(self) -> Button:
        self._add = Button(tr("Add a step"), "augment.add", tr("Add a step at the end of the chain"), icon_name="plus")
        menu = QMenu(self._add)
        menu.setToolTipsVisible(True)
        for operation in OPERATIONS:
            action = menu.addAction(tr(operation.title))
            action.setObjectName(f"augment.add.{operation.name}")
            action.setToolTip(tr(operation.summary))
            action.triggered.connect(partial(self._add_step, operation))
        self._add.setMenu(menu)
        return self._add

    def _make_presets(self) -> Button:
        presets = Button(tr("Presets"), "augment.presets", tr("Replace the chain with a ready one"))
        menu = QMenu(presets)
        for name, chain in PRESETS.items():
            action = menu.addAction(tr(name))
            action.setObjectName(f"augment.preset.{name}")
            action.triggered.connect(partial(self._replace, chain))
        presets.setMenu(menu)
        return presets

    def _make_border(self) -> QHBoxLayout:
        self._border = ComboBox()
        self._border.setObjectName("augment.border")
        self._border.setAccessibleName(tr("Beyond the border"))
        self._border.setToolTip(tr("What shows where a moved image leaves room"))
        for border in BORDERS:
            self._border.addItem(tr(BORDER_TITLES[border]), border)
        self._border.currentIndexChanged.connect(self._tell)
        row = QHBoxLayout()
        row.addWidget(make_label(tr("Beyond the border"), "note"))
        row.addWidget(self._border, 1)
        return row

    def _append(self, step: Step) -> "StepCard":
        self._made += 1
        card = StepCard(step, f"augment.{step.operation.name}.{self._made}")
        card.changed.connect(self._tell)
        card.removed.connect(self._remove)
        card.moved.connect(self._move)
        card.dragged.connect(self._drag)
        self._stack.insertWidget(len(self._cards), card)
        self._cards.append(card)
        self._order_tabs()
        return card

    def _order_tabs(self) -> None:
        """Tab goes down the chain and then to what adds a step, whenever the cards were made."""
        if self.isVisible():
            steps = [stop for card in self._cards for stop in card.stops()]
            for before, after in pairwise([self.presets, *steps, self._add, self._border]):
                QWidget.setTabOrder(before, after)

    def _take(self, card: "StepCard") -> None:
        self._cards.remove(card)
        self._stack.removeWidget(card)
        card.hide()
        card.deleteLater()

    # What the user does

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.chain())

    def _add_step(self, operation: type[Operation]) -> None:
        card = self._append(Step(operation()))
        self._tell()
        card.setFocus()
        QTimer.singleShot(0, card, partial(self._show_card, card))  # once it has been laid out

    def _show_card(self, card: "StepCard") -> None:
        self._area.ensureWidgetVisible(card)

    def _replace(self, chain: Chain) -> None:
        self.set_chain(chain)
        self._tell()

    @Slot()
    def _remove(self) -> None:
        card = self.sender()
        assert isinstance(card, StepCard)
        self._take(card)
        self._add.setFocus()
        self._tell()

    @Slot(int)
    def _move(self, places: int) -> None:
        card = self.sender()
        assert isinstance(card, StepCard)
        self._put(card, self._cards.index(card) + places)

    @Slot(int)
    def _drag(self, y: int) -> None:
        """Put the card that is dragged among those whose middle lies above the mouse (global y)."""
        card = self.sender()
        assert isinstance(card, StepCard)
        others = [other for other in self._cards if other is not card]
        self._put(card, sum(other.mapToGlobal(QPoint(0, other.height() // 2)).y() < y for other in others))

    def _put(self, card: "StepCard", place: int) -> None:
        place = max(0, min(place, len(self._cards) - 1))
        if self._cards.index(card) != place:
            self._cards.remove(card)
            self._cards.insert(place, card)
            self._stack.removeWidget(card)
            self._stack.insertWidget(place, card)
            self._order_tabs()
            self._tell()


class StepCard(QFrame):
    """One step: its title and values, a slider for its first setting, and unfolded a form for all of them.

    Switched off it is only its title.
    """

    changed = Signal()
    removed = Signal()
    moved = Signal(int)
    dragged = Signal(int)

    def __init__(self, step: Step, name: str) -> None:
        super().__init__()
        self._operation = step.operation
        self.setObjectName(name)
        self.setProperty("role", "tile")
        self.setAccessibleName(tr(step.operation.title))
        self._slider = MainSlider(fields_of(type(step.operation))[0], f"{name}.slider")
        self._slider.moved.connect(self._slide)
        self._form = Form(type(step.operation), name)
        self._form.changed.connect(self._take)
        self._form.hide()
        self._note = make_label("", "note", wrap=True)
        if not step.operation.for_generators:
            self._note.setText(tr(step.operation.generator_note))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(self._make_head(step))
        for widget in (self._slider, self._form, self._note):
            layout.addWidget(widget)
        self._show()
        for keys, places in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.moved.emit, places))

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in the order in which it is seen."""
        inner = [*self._slider.findChildren(QWidget), *self._form.findChildren(QWidget)]
        return [*self._head, *(widget for widget in inner if widget.focusPolicy() & Qt.FocusPolicy.TabFocus)]

    def step(self) -> Step:
        return Step(self._operation, self._switch.isChecked())

    def _make_head(self, step: Step) -> QHBoxLayout:
        name, title = self.objectName(), tr(step.operation.title)
        grip = _Grip(f"{name}.grip", tr("Move {title}: drag, or Alt+Up and Alt+Down", title=title))
        grip.dragged.connect(self.dragged)
        self._switch = QCheckBox(title)
        self._switch.setObjectName(f"{name}.enabled")
        self._switch.setToolTip(tr(step.operation.summary))
        self._switch.setChecked(step.enabled)
        self._switch.toggled.connect(self._toggle)
        self._words = ElidedLabel("", "note")
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._more = Button("", f"{name}.more", tr("All settings of {title}", title=title), icon_name="down", flat=True)
        self._more.clicked.connect(self._unfold)
        remove = Button("", f"{name}.remove", tr("Remove {title}", title=title), icon_name="close", flat=True)
        remove.clicked.connect(self.removed)
        self._head = [grip, self._switch, self._more, remove]
        head = QHBoxLayout()
        head.setSpacing(2)
        for widget, stretch in ((grip, 0), (self._switch, 0), (self._words, 1), (self._more, 0), (remove, 0)):
            head.addWidget(widget, stretch)
        self.setFocusProxy(self._switch)
        return head

    def _show(self) -> None:
        """Draw the settings, and only what belongs to the state: off, folded or unfolded."""
        enabled, unfolded = self._switch.isChecked(), self._form.isVisibleTo(self)
        self._form.setVisible(enabled and unfolded)
        self._form.set_value(self._operation)
        self._slider.setVisible(enabled and not unfolded)
        self._slider.show_value(getattr(self._operation, self._slider.field.name))
        self._note.setVisible(enabled and bool(self._note.text()))
        self._more.setEnabled(enabled)
        self._more.set_icon("up" if enabled and unfolded else "down")
        self._words.setText(self._operation.describe() if enabled else tr("off"))

    @Slot()
    def _toggle(self) -> None:
        self._show()
        self.changed.emit()

    @Slot()
    def _unfold(self) -> None:
        self._form.setVisible(not self._form.isVisibleTo(self))
        self._show()

    @Slot(object)
    def _slide(self, value: object) -> None:
        self._take(msgspec.structs.replace(self._operation, **{self._slider.field.name: value}))

    @Slot(object)
    def _take(self, operation: Operation) -> None:
        self._operation = operation
        self._words.setText(operation.describe())
        self.changed.emit()


class MainSlider(QWidget):
    """A bare slider for a bounded number or a range; `moved` carries the value, in whole steps."""

    moved = Signal(object)

    def __init__(self, field: Field, name: str) -> None:
        super().__init__()
        assert field.minimum is not None and field.maximum is not None and field.step is not None
        self.field = field
        self._low, self._step = field.minimum, field.step
        self._slider = RangeSlider() if field.kind == "range" else Slider()
        self._slider.setRange(0, round((field.maximum - field.minimum) / field.step))
        self._slider.setObjectName(name)
        self._slider.setAccessibleName(tr(field.title))
        self._slider.setToolTip(tr(field.description))
        self._slider.valueChanged.connect(self._tell)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 6, 0)
        layout.addWidget(self._slider)

    def show_value(self, value: Any) -> None:
        """Show a number, or a pair for a range, without `moved`."""
        self._slider.blockSignals(True)
        if isinstance(self._slider, RangeSlider):
            self._slider.setValue(tuple(map(self._position, value)))
        else:
            self._slider.setValue(round(self._position(value)))
        self._slider.blockSignals(False)

    @Slot()
    def _tell(self) -> None:
        if isinstance(self._slider, RangeSlider):
            self.moved.emit(tuple(map(self._value, self._slider.value())))
        else:
            self.moved.emit(self._value(self._slider.value()))

    def _position(self, value: float) -> float:
        return (value - self._low) / self._step

    def _value(self, position: float) -> float:
        return round(self._low + round(position) * self._step, 6)


class _Grip(Button):
    """What a card is dragged by; `dragged` carries the mouse's global y."""

    dragged = Signal(int)

    def __init__(self, name: str, tool_tip: str) -> None:
        super().__init__("", name, tool_tip, icon_name="grip", flat=True)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(event.globalPosition().toPoint().y())
