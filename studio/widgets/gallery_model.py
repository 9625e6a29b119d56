"""The gallery's items for its views: ids, and of the items themselves only those that were asked for last."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Slot

from studio.project.items import Item, items
from studio.widgets.session import Session
from studio.widgets.tiles import ITEM, Index, TileSource

AHEAD = 100
"""Items read around one that is wanted: a query for each would make scrolling stutter."""


class GalleryModel(QAbstractListModel):
    """Rows are items in the order given."""

    def __init__(self, session: Session, words: TileSource, parent: QObject) -> None:
        """`words` says what stands below each tile."""
        super().__init__(parent)
        self._words = words
        self.ids: Sequence[int] = []
        self._rows: dict[int, int] = {}
        self._session = session
        self._items: dict[int, Item | None] = {}
        self._session.thumbnail_loader.loaded.connect(self._redraw)

    def set_ids(self, ids: Sequence[int]) -> None:
        self.beginResetModel()
        self.ids = ids
        self._rows = {item_id: row for row, item_id in enumerate(ids)}
        self._items.clear()
        self.endResetModel()

    def forget(self) -> None:
        self._items.clear()
        if self.ids:
            self.dataChanged.emit(self.index(0), self.index(len(self.ids) - 1))

    def row_of(self, item_id: int) -> int | None:
        return self._rows.get(item_id)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole):
        if role == ITEM:
            return self.item(index.row())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._name(index.row())
        return None

    def item(self, row: int) -> Item | None:
        """None for an item that is not in the project any more."""
        item_id = self.ids[row]
        if item_id not in self._items:
            self._read_around(row)
        return self._items.get(item_id)

    def _name(self, row: int) -> str:
        item = self.item(row)
        return "" if item is None else f"{item.path.name}, {self._words.caption(item)}"

    def _read_around(self, row: int) -> None:
        if len(self._items) > 20 * AHEAD:
            self._items.clear()
        near = self.ids[max(0, row - AHEAD // 4) : row + AHEAD]
        self._items.update(dict.fromkeys(near))  # those that are not found are not looked for again
        marks = ", ".join("?" * len(near))
        self._items.update((item.id, item) for item in items(self._session.project, f"id IN ({marks})", list(near)))

    @Slot(list)
    def _redraw(self, loaded: list[int]) -> None:
        for item_id in loaded:
            row = self._rows.get(item_id)
            if row is not None:
                self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])
