"""The two rows around the steps of a group: its head, and its foot where steps are added."""

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from studio.augmenting.panel.chain_row import ChainRow
from studio.augmenting.steps import MOST_COPIES, Group, GroupKind, Step
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.inputs import RangeSlider, SpinBox
from studio.widgets.labels import ElidedLabel, make_label

KIND_TITLES: dict[GroupKind, str] = {
    "one_of": "One of these",
    "some_of": "Some of these",
    "mix": "Blend of copies",
}
KIND_SUMMARIES: dict[GroupKind, str] = {
    "one_of": "Steps of which each image gets one, by chance",
    "some_of": "Steps of which each image gets some, by chance",
    "mix": "Copies of the image, each changed by some of the steps, are blended with it in shares drawn by chance"
    " (AugMix). Generators train without it: they would paint the blends.",
}

COPIES_WIDTH = 64


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
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 6, 4)
        row.addWidget(self._slider, 1)
        self._copies = self._make_copies(row)
        body.addLayout(row)
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
        inner = [widget for widget in (self._slider, self._copies) if widget.isVisibleTo(self)]
        return [self.grip, self._switch, self.menu_button, *inner]

    def _make_head(self) -> QHBoxLayout:
        self._switch = QCheckBox(self.accessibleName())
        self._switch.setObjectName(f"{self.objectName()}.enabled")
        self._switch.setToolTip(tr(KIND_SUMMARIES[self._group.kind]))
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

    def _make_copies(self, row: QHBoxLayout) -> SpinBox:
        """How many copies a mix blends, with its label; hidden for other groups."""
        copies = SpinBox()
        copies.setObjectName(f"{self.objectName()}.copies")
        copies.setAccessibleName(tr("Copies"))
        copies.setToolTip(tr("How many changed copies are blended with the image"))
        copies.setRange(1, MOST_COPIES)
        copies.setFixedWidth(COPIES_WIDTH)
        copies.valueChanged.connect(self._take_copies)
        self._copies_label = make_label(tr("Copies"), "note")
        row.addWidget(self._copies_label)
        row.addWidget(copies)
        return copies

    def _show(self) -> None:
        is_mix, is_on = self._group.kind == "mix", self._switch.isChecked()
        has_choice = self._group.kind != "one_of" and self._size > 1 and is_on
        self._slider.setVisible(has_choice)
        if has_choice:
            self._slider.blockSignals(True)
            self._slider.setRange(0, self._size)
            self._slider.setValue(tuple(min(end, self._size) for end in self._group.count))
            self._slider.blockSignals(False)
        for widget in (self._copies_label, self._copies):
            widget.setVisible(is_mix and is_on)
        self._copies.blockSignals(True)
        self._copies.setValue(self._group.copies)
        self._copies.blockSignals(False)
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

    @Slot(int)
    def _take_copies(self, copies: int) -> None:
        self._group = replace(self._group, copies=copies)
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
