"""Beside the image that is marked: the tools, the name of what is marked, and the list of it."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.labeling.panel.mark_canvas import LARGEST, SMALLEST, MarkCanvas, Tool
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.inputs import ComboBox, SpinBox
from studio.widgets.labels import make_label

TOOL_TITLES: dict[Tool, tuple[str, str]] = {
    "brush": ("B", "Brush"),
    "eraser": ("E", "Eraser, for all masks"),
    "polygon": ("P", "Polygon: a click for each corner, Enter or a double click closes it"),
    "box": ("X", "Box"),
    "choose": ("V", "Choose what is marked"),
}
"""The key and the tool tip of each tool."""
WIDTH = 208
STEP = 1.25
"""By which a key makes the brush larger or smaller."""


class MarkSide(QWidget):
    """`changed` says that a mark was renamed or deleted here."""

    changed = Signal()

    def __init__(self, canvas: MarkCanvas) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._canvas = canvas
        canvas.chosen.connect(self.refresh)
        self._group = QButtonGroup(self)
        self._tools = {tool: self._make_tool(tool, key, tip) for tool, (key, tip) in TOOL_TITLES.items()}
        self._tools["brush"].setChecked(True)
        self._make_inputs()
        self._delete = self._button(tr("Delete"), "delete", tr("Delete the chosen region (Del)"), self._remove)
        self._lay_out()
        self._acts: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_BracketLeft: partial(self._resize_brush, 1 / STEP),
            Qt.Key.Key_BracketRight: partial(self._resize_brush, STEP),
            Qt.Key.Key_Delete: self._remove,
            Qt.Key.Key_N: self._begin_new,
            Qt.Key.Key_C: self._choose_next,
        }

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; False where it stands for nothing here."""
        by_key = {key: tool for tool, (key, _) in TOOL_TITLES.items()}
        text = event.text().upper()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if text in by_key:
            self._tools[by_key[text]].click()
        elif text.isdecimal() and text != "0":
            self._choose_name(int(text) - 1)
        elif (act := self._acts.get(Qt.Key(event.key()))) is not None:
            act()
        else:
            return False
        return True

    def set_diameter(self, diameter: int) -> None:
        self._size.setValue(diameter)

    def offer_names(self, names: Iterable[str]) -> None:
        """Offer these names, besides those of what is marked already."""
        marked = (mark.name for mark in self._canvas.marking.marks)
        offered = [name for name in dict.fromkeys([*names, *marked]) if name]
        if offered != [self._names.itemText(index) for index in range(self._names.count())]:
            self._names.blockSignals(True)
            self._names.clear()
            self._names.addItems(offered)
            self._names.setEditText(self._canvas.name)
            self._names.blockSignals(False)

    @Slot()
    def refresh(self) -> None:
        """List what is marked, and show what is chosen."""
        marks, chosen = self._canvas.marking.marks, self._canvas.selected
        self._list.clear()
        self._nothing.setVisible(not marks)
        for number, mark in enumerate(marks, 1):
            swatch = QPixmap(12, 12)
            swatch.fill(self._canvas.shade(mark.name))
            kind = tr("box") if mark.mask is None else tr("mask")
            self._list.addItem(QListWidgetItem(QIcon(swatch), f"{number} · {mark.name or tr('no name')} · {kind}"))
        if chosen in marks:
            self._list.setCurrentRow(marks.index(chosen))
        if chosen is not None:
            self._canvas.name = chosen.name
            self._names.blockSignals(True)
            self._names.setEditText(chosen.name)
            self._names.blockSignals(False)
        self._delete.setEnabled(chosen is not None)

    def _make_tool(self, tool: Tool, key: str, tip: str) -> Button:
        icon_name = "pointer" if tool == "choose" else tool
        button = self._button("", tool, f"{tr(tip)} ({key})", partial(self._canvas.set_tool, tool), icon_name)
        button.setCheckable(True)
        self._group.addButton(button)
        return button

    def _button(self, text: str, name: str, tool_tip: str, act: Callable, icon_name: str = "") -> Button:
        button = Button(text, f"marking.{name}", tool_tip, icon_name=icon_name, flat=not text)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # every one has a key
        button.clicked.connect(lambda: act())
        return button

    def _make_inputs(self) -> None:
        self._size = SpinBox()
        self._size.setRange(SMALLEST, LARGEST)
        self._size.setSuffix(tr(" px"))
        self._size.valueChanged.connect(self._canvas.set_diameter)
        self._names = ComboBox()
        self._names.setEditable(True)
        line = self._names.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("Name, such as scratch"))
        self._names.currentTextChanged.connect(self._rename)
        self._nothing = make_label(tr("Nothing yet: paint over it, outline it, or draw a box."), "note", wrap=True)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.itemClicked.connect(self._choose_clicked)
        for widget, name, title, tool_tip in (
            (self._size, "size", tr("Brush"), tr("Diameter of brush and eraser in the image ([ and ])")),
            (self._names, "name", tr("What"), tr("What is marked; the keys 1 to 9 choose from the list")),
            (self._list, "list", tr("Marked"), tr("What is marked in this image (C goes through it)")),
        ):
            widget.setObjectName(f"marking.{name}")
            widget.setAccessibleName(title)
            widget.setToolTip(tool_tip)

    def _lay_out(self) -> None:
        tools, buttons, layout = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        tools.setSpacing(4)
        for button in self._tools.values():
            tools.addWidget(button)
        buttons.addWidget(self._button(tr("New"), "new", tr("Begin another region (N)"), self._begin_new))
        buttons.addWidget(self._delete)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(tools)
        layout.addWidget(make_label(tr("Brush"), "note"))
        layout.addWidget(self._size)
        layout.addWidget(make_label(tr("What"), "note"))
        layout.addWidget(self._names)
        layout.addWidget(make_label(tr("Marked"), "note"))
        layout.addWidget(self._nothing)
        layout.addWidget(self._list, 1)
        layout.addLayout(buttons)

    @Slot()
    def _remove(self) -> None:
        marks, chosen = self._canvas.marking.marks, self._canvas.selected
        if chosen in marks:
            marks.remove(chosen)
            self._canvas.select(None)
            self.changed.emit()

    @Slot()
    def _begin_new(self) -> None:
        self._canvas.select(None)

    def _choose_next(self) -> None:
        marks, chosen = self._canvas.marking.marks, self._canvas.selected
        if marks:
            at = marks.index(chosen) if chosen in marks else -1
            self._canvas.select(marks[(at + 1) % len(marks)])

    @Slot(QListWidgetItem)
    def _choose_clicked(self, entry: QListWidgetItem) -> None:
        self._canvas.select(self._canvas.marking.marks[self._list.row(entry)])

    def _choose_name(self, number: int) -> None:
        if number < self._names.count():
            self._names.setEditText(self._names.itemText(number))

    @Slot(str)
    def _rename(self, name: str) -> None:
        """Call the chosen region, and those drawn next, by another name."""
        self._canvas.name = " ".join(name.split())
        chosen = self._canvas.selected
        if chosen is not None and chosen.name != self._canvas.name:
            chosen.rename(self._canvas.name)
            self._canvas.update()
            self.changed.emit()

    def _resize_brush(self, factor: float) -> None:
        before = self._size.value()
        step = 1 if factor > 1 else -1
        self._size.setValue(sorted((before + step, round(before * factor)))[::step][-1])
