"""Counts per class in columns."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from studio.text import tr

NAME = Qt.ItemDataRole.UserRole


class CountTable(QTableWidget):
    """A row for each class: its name and a number in each of the columns titled `titles`.

    With `keys`, rows are numbered like the keys that set a class, and names can be changed: `renamed` (old, new).
    """

    renamed = Signal(str, str)

    def __init__(self, object_name: str, title: str, titles: Sequence[str], keys: bool = False) -> None:
        super().__init__(0, 1 + len(titles))
        self._keys = keys
        self.setObjectName(object_name)
        self.setAccessibleName(title)
        self.setHorizontalHeaderLabels(["", *titles])
        name = QTableWidgetItem(tr("class"))
        name.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalHeaderItem(0, name)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setVisible(keys)
        self.verticalHeader().setHighlightSections(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.itemChanged.connect(self._tell_renamed)

    def show_counts(self, rows: Mapping[str, Sequence[int]], fixed: Sequence[str] = ()) -> None:
        """Show these rows in their order; names in `fixed` have no key and cannot be changed."""
        self.blockSignals(True)
        self.setRowCount(len(rows))
        for row, (name, counts) in enumerate(rows.items()):
            is_class = name not in fixed
            self.setItem(row, 0, _cell(name, Qt.AlignmentFlag.AlignLeft, editable=self._keys and is_class))
            key = str(row + 1) if is_class and row < 9 else ""
            self.setVerticalHeaderItem(row, QTableWidgetItem(key))
            for column, count in enumerate(counts, 1):
                self.setItem(row, column, _cell(f"{count:,}", Qt.AlignmentFlag.AlignRight))
        self.blockSignals(False)

    @Slot(QTableWidgetItem)
    def _tell_renamed(self, item: QTableWidgetItem) -> None:
        if item.text() != item.data(NAME):
            self.renamed.emit(item.data(NAME), item.text())


def _cell(text: str, alignment: Qt.AlignmentFlag, editable: bool = False) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setData(NAME, text)
    item.setTextAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
    if not editable:
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
    return item
