"""Counts per class in columns."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from studio.text import tr

SHOWN = Qt.ItemDataRole.UserRole
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MOST_KEYS = 9


class CountTable(QTableWidget):
    """A row for each class: its name and a number in each of the columns titled `titles`.

    With `keys`, the first nine rows show the key that sets the class, and names can be changed: `renamed` (old, new).
    """

    renamed = Signal(str, str)

    def __init__(self, object_name: str, title: str, titles: Sequence[str], keys: bool = False) -> None:
        super().__init__(0, keys + 1 + len(titles))
        self._keys = keys
        self.setObjectName(object_name)
        self.setAccessibleName(title)
        for column, text in enumerate([tr("key"), tr("class"), *titles][not keys :]):
            self._set_title(column, text, LEFT if column <= keys else RIGHT)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(int(keys), QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.itemChanged.connect(self._tell_renamed)

    def show_counts(self, rows: Mapping[str, Sequence[int]], fixed: Sequence[str] = ()) -> None:
        """Show these rows in their order; those named in `fixed` have no key and cannot be renamed."""
        self.blockSignals(True)
        self.setRowCount(len(rows))
        for row, (name, counts) in enumerate(rows.items()):
            is_class = self._keys and name not in fixed
            cells = [_cell(name, LEFT, is_editable=is_class), *(_cell(f"{count:,}", RIGHT) for count in counts)]
            if self._keys:
                cells.insert(0, _cell(str(row + 1) if is_class and row < MOST_KEYS else "", LEFT))
            for column, cell in enumerate(cells):
                self.setItem(row, column, cell)
        self.blockSignals(False)

    def _set_title(self, column: int, text: str, alignment: Qt.AlignmentFlag) -> None:
        title = QTableWidgetItem(text)
        title.setTextAlignment(alignment)
        self.setHorizontalHeaderItem(column, title)

    @Slot(QTableWidgetItem)
    def _tell_renamed(self, item: QTableWidgetItem) -> None:
        if item.text() != item.data(SHOWN):
            self.renamed.emit(item.data(SHOWN), item.text())


def _cell(text: str, alignment: Qt.AlignmentFlag, is_editable: bool = False) -> QTableWidgetItem:
    cell = QTableWidgetItem(text)
    cell.setData(SHOWN, text)
    cell.setTextAlignment(alignment)
    if not is_editable:
        cell.setFlags(cell.flags() & ~Qt.ItemFlag.ItemIsEditable)
    return cell
