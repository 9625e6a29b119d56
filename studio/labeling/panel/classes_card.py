"""The classes with their keys and counts, and a line to add one."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy

from studio.project.items import SIDES
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.count_table import CountTable


class ClassesCard(Card):
    """`added` carries the name of a new class, `renamed` the old and the new name of one."""

    added = Signal(str)
    renamed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(tr("Classes"), tr("keys 1 to 9, 0 clears"))
        sides = [tr("train"), tr("valid."), tr("test")]
        self._table = CountTable("label.classes", tr("Classes"), sides, keys=True)
        self._table.setToolTip(tr("The number is the key that sets the class; a double click or F2 renames it"))
        self._table.setMinimumHeight(136)
        self._table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._table.renamed.connect(self.renamed)
        self._name = QLineEdit()
        self._name.setObjectName("label.new_class")
        self._name.setPlaceholderText(tr("New class"))
        self._name.setAccessibleName(tr("New class"))
        self._name.setToolTip(tr("The name of a class to add (Enter)"))
        self._name.returnPressed.connect(self._add)
        add = Button(tr("Add"), "label.add_class", tr("Add the class"))
        add.clicked.connect(self._add)
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        row.addWidget(add)
        self.body.addWidget(self._table, 1)
        self.body.addLayout(row)

    def show_counts(self, counts: Mapping[str | None, Mapping[str, int]], without: str) -> None:
        """Show images by class and side; `without` says what those are without that the key None counts."""
        rows = {name or without: [sides[side] for side in SIDES] for name, sides in counts.items()}
        if not any(rows.get(without, ())):
            rows.pop(without, None)
        self._table.show_counts(rows, fixed=[without])

    def clear_name(self) -> None:
        self._name.clear()

    @Slot()
    def _add(self) -> None:
        self.added.emit(self._name.text())
