"""The two rows around the steps of a group: its head, and its foot where steps are added."""

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from studio.augmenting.panel.chain_row import ChainRow
from studio.augmenting.steps import Group, GroupKind, Step
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.inputs import RangeSlider
from studio.widgets.labels import ElidedLabel

KIND_TITLES: dict[GroupKind, str] = {"one_of": "One of these", "some_of": "Some of these"}


class GroupHead(ChainRow):
    """Switches a group on and off, and says how many of its steps are drawn for each image."""

    dissolved = Signal()

    def __init__(self, group: Group, name: str) -> None:
        super().__init__(name, tr(KIND_TITLES[group.kind]))
        self._group = group
        self._size = len(group.steps)
        self._slider = RangeSlider()
        self._slider.setObjectName(f"{name}.count")
        self._slider.setAccessibleName(tr("How many steps"))
        self._slider.setToolTip(tr("How many of the steps are applied to each image, at least and at most"))
        self._slider.setSingleStep(1)
        self._slider.valueChanged.connect(self._slide)
        dissolve = self.menu.addAction(tr("Dissolve the group"))
        dissolve.setObjectName(f"{name}.dissolve")
        dissolve.triggered.connect(self.dissolved)
        body = QVBoxLayout(self)
        body.setContentsMargins(6, 4, 8, 4)
        body.setSpacing(4)
        body.addLayout(self._make_head())
        slider = QHBoxLayout()
        slider.setContentsMargins(6, 0, 6, 4)
        slider.addWidget(self._slider)
        body.addLayout(slider)
        body.addWidget(self.cautions)
        self._show()

    def group(self, steps: tuple[Step, ...]) -> Group:
        """The group with these steps."""
        return replace(self._group, steps=steps, enabled=self._switch.isChecked())

    def show_group(self, group: Group) -> bool:
        """Show another group of the same kind, without `changed`; False for another kind."""
        if group.kind != self._group.kind:
            return False
        self._group, self._size = group, len(group.steps)
        self._switch.blockSignals(True)
        self._switch.setChecked(group.enabled)
        self._switch.blockSignals(False)
        self._show()
        return True

    def set_size(self, size: int) -> None:
        """Tell how many steps the group has now."""
        if size != self._size:
            self._size = size
            self._show()

    def stops(self) -> list[QWidget]:
        return [self.grip, self._switch, self.menu_button, *([self._slider] if self._slider.isVisibleTo(self) else [])]

    def _make_head(self) -> QHBoxLayout:
        self._switch = QCheckBox(self.accessibleName())
        self._switch.setObjectName(f"{self.objectName()}.enabled")
        self._switch.setToolTip(tr("Switch the whole group on or off"))
        self._switch.setChecked(self._group.enabled)
        self._switch.toggled.connect(self._toggle)
        self._words = ElidedLabel("", "note")
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight)
        head = QHBoxLayout()
        head.setSpacing(2)
        for widget, stretch in ((self.grip, 0), (self._switch, 0), (self._words, 1), (self.menu_button, 0)):
            head.addWidget(widget, stretch)
        self.setFocusProxy(self._switch)
        return head

    def _show(self) -> None:
        has_choice = self._group.kind == "some_of" and self._size > 1 and self._switch.isChecked()
        self._slider.setVisible(has_choice)
        if has_choice:
            self._slider.blockSignals(True)
            self._slider.setRange(0, self._size)
            self._slider.setValue(tuple(min(end, self._size) for end in self._group.count))
            self._slider.blockSignals(False)
        self._words.setText(self._describe())

    def _describe(self) -> str:
        if not self._switch.isChecked():
            return tr("off")
        if not self._size:
            return tr("no steps yet")
        if self._group.kind == "one_of":
            return tr("one of {n}", n=self._size)
        low, high = (min(end, self._size) for end in self._group.count)
        words = tr("{low} of {n}") if low == high else tr("{low} to {high} of {n}")
        return words.format(low=low, high=high, n=self._size)

    @Slot()
    def _toggle(self) -> None:
        self._show()
        self.changed.emit()

    @Slot(object)
    def _slide(self, value: Any) -> None:
        low, high = map(round, value)
        if (low, high) != tuple(self._group.count):
            self._group = replace(self._group, count=(low, high))
            self._words.setText(self._describe())
            self.changed.emit()


class GroupFoot(QWidget):
    """Where a group ends, with the button that adds a step to it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"{name}.foot")
        self.add = Button(
            tr("Add to this group"),
            f"{name}.add",
            tr("Add a step at the end of the group"),
            icon_name="plus",
            flat=True,
        )
        self.setFocusProxy(self.add)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 0, 2)
        layout.addWidget(self.add)
        layout.addStretch(1)

    def stops(self) -> list[QWidget]:
        return [self.add]
