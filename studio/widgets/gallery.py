"""The gallery: any number of a project's images as tiles, of which only those in view exist."""

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.project.items import Item, items
from studio.text import tr, trn
from studio.widgets import icons
from studio.widgets.inputs import Slider
from studio.widgets.labels import make_label
from studio.widgets.session import Session
from studio.widgets.theme import color

Index = QModelIndex | QPersistentModelIndex
Caption = Callable[[Item], str]

SMALLEST, USUAL, LARGEST = 64, 112, 320
CAPTION_HEIGHT = 20
SPACING = 10
AHEAD = 200
"""Items read around one that is wanted: a query for each would make scrolling stutter."""
ITEM = Qt.ItemDataRole.UserRole


def label_caption(item: Item) -> str:
    return item.label or tr("no label")


class Gallery(QWidget):
    """Items by id, in the order given, selected by mouse and keyboard.

    `selection_changed` carries the selected ids; `activated` the item double-clicked or entered, which is then also
    shown large. Set `caption` and `badge` (a word on the tile's corner, for few tiles) before `set_ids`.
    """

    selection_changed = Signal(list)
    activated = Signal(int)

    def __init__(self, session: Session, object_name: str = "gallery") -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.session = session
        self.caption: Caption = label_caption
        self.badge: Caption = lambda item: ""
        self._model = _Model(session, self)
        self.view = _View(self._model)
        self.view.setObjectName(f"{object_name}.view")
        self.view.setItemDelegate(_Tiles(self))
        self.view.selectionModel().selectionChanged.connect(self._tell_selection)
        self.view.activated.connect(self._activate)
        self.view.zoomed.connect(self._zoom)
        self._count = make_label("", "note")
        self._slider = self._make_slider()
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self._slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.view, 1)
        layout.addLayout(foot)
        session.changed.connect(self.refresh)

    @property
    def ids(self) -> Sequence[int]:
        return self._model.ids

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these items; those that were selected stay so, and the view stays where it is."""
        if list(ids) == list(self._model.ids):
            self.refresh()
            return
        selected, place = self.selected_ids(), self.view.verticalScrollBar().value()
        self._model.set_ids(ids)
        if selected:
            self.select(selected)
        self.view.verticalScrollBar().setValue(place)
        self._say_count()

    def selected_ids(self) -> list[int]:
        """The selected items in the order of the gallery."""
        ranges = sorted((part.top(), part.bottom()) for part in self._selected_ranges())
        return [item_id for top, bottom in ranges for item_id in self._model.ids[top : bottom + 1]]

    def select(self, ids: Sequence[int]) -> None:
        """Select exactly these items, and make the first the current one; ids that are not shown are ignored."""
        rows = sorted(row for row in map(self._model.row_of, ids) if row is not None)
        selection = QItemSelection()
        for top, bottom in _runs(rows):
            selection.select(self._model.index(top), self._model.index(bottom))
        model = self.view.selectionModel()
        if rows:
            model.setCurrentIndex(self._model.index(rows[0]), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            self.view.scrollTo(self._model.index(rows[0]))

    def current_id(self) -> int | None:
        index = self.view.currentIndex()
        return self._model.ids[index.row()] if index.isValid() else None

    @Slot()
    def refresh(self) -> None:
        """Read the items in view again: labels and decisions may be others now."""
        self._model.forget()

    def picture(self, row: int) -> QPixmap | None:
        """The thumbnail in a row; None while it is being loaded."""
        return self.session.thumbnail_loader.pixmap(self._model.ids[row])

    def _make_slider(self) -> Slider:
        slider = Slider()
        slider.setObjectName(f"{self.objectName()}.zoom")
        slider.setAccessibleName(tr("Size of the tiles"))
        slider.setToolTip(tr("Size of the tiles (Ctrl + mouse wheel)"))
        slider.setRange(SMALLEST, LARGEST)
        slider.setSingleStep(16)
        slider.setValue(USUAL)
        slider.setFixedWidth(120)
        slider.valueChanged.connect(self.view.set_side)
        return slider

    @Slot(int)
    def _zoom(self, steps: int) -> None:
        self._slider.setValue(self._slider.value() + 16 * steps)

    @Slot()
    def _tell_selection(self) -> None:
        self._say_count()
        self.selection_changed.emit(self.selected_ids())

    def _selected_ranges(self) -> Iterable[QItemSelectionRange]:
        return cast("Iterable[QItemSelectionRange]", self.view.selectionModel().selection())  # a list, in truth

    def _say_count(self) -> None:
        selected = sum(part.height() for part in self._selected_ranges())
        text = trn("{n} image", "{n} images", len(self._model.ids))
        if selected:
            text += " · " + trn("{n} selected", "{n} selected", selected)
        self._count.setText(text)

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        from studio.widgets.viewer import Viewer

        item_id = self._model.ids[index.row()]
        self.activated.emit(item_id)
        Viewer(self, item_id).show()


class _Model(QAbstractListModel):
    """Ids, and the items around those that were asked for last."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.ids: Sequence[int] = []
        self._rows: dict[int, int] = {}
        self._session = session
        self._items: dict[int, Item] = {}
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
        return "" if item is None else f"{item.path.name}, {label_caption(item)}"

    def _read_around(self, row: int) -> None:
        if len(self._items) > 20 * AHEAD:
            self._items.clear()
        near = self.ids[max(0, row - AHEAD // 4) : row + AHEAD]
        marks = ", ".join("?" * len(near))
        self._items.update((item.id, item) for item in items(self._session.project, f"id IN ({marks})", list(near)))

    @Slot(list)
    def _redraw(self, loaded: list[int]) -> None:
        for item_id in loaded:
            row = self._rows.get(item_id)
            if row is not None:
                self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])


class _View(QListView):
    """A list in icon mode whose tiles spread evenly over the width."""

    zoomed = Signal(int)

    def __init__(self, model: _Model) -> None:
        super().__init__()
        self._side = USUAL
        self.setModel(model)
        self.setAccessibleName(tr("Images"))
        self.setToolTip("")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(2000)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(140)

    def set_side(self, side: int) -> None:
        current = self.currentIndex()
        self._side = side
        self._spread()
        if current.isValid():
            self.scrollTo(current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._spread()
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters and digits are for the panel's shortcuts."""

    def _spread(self) -> None:
        width = self.viewport().width() - 1
        columns = max(1, width // (self._side + SPACING))
        cell = width // columns
        size = QSize(cell, min(cell, self._side + SPACING) + CAPTION_HEIGHT)
        if size != self.gridSize():
            self.setGridSize(size)


class _Tiles(QStyledItemDelegate):
    """Paints a tile: the picture, never stretched, and its caption."""

    def __init__(self, gallery: Gallery) -> None:
        super().__init__(gallery)
        self._gallery = gallery

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._gallery.view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM)
        if item is None:
            return
        cell: QRect = option.rect
        side = min(cell.width() - SPACING, cell.height() - CAPTION_HEIGHT - SPACING // 2)
        place = QRect(cell.left() + (cell.width() - side) // 2, cell.top() + SPACING // 2, side, side)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_picture(painter, place, self._gallery.picture(index.row()), item.decision == "exclude")
        self._paint_badge(painter, place, self._gallery.badge(item))
        self._paint_frame(painter, place, state)
        self._paint_caption(painter, place, self._gallery.caption(item), bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_picture(self, painter: QPainter, place: QRect, picture: QPixmap | None, is_aside: bool) -> None:
        ground = color("image_ground")
        ground.setAlphaF(0.5)
        painter.fillRect(place, ground)
        if picture is None:
            return
        if picture.isNull():
            _paint_mark(painter, place, "warning", "mute")
            return
        painter.setOpacity(0.3 if is_aside else 1)
        painter.drawPixmap(_fitted(picture, place), picture)
        painter.setOpacity(1)
        if is_aside:
            _paint_mark(painter, place, "aside", "text")

    def _paint_badge(self, painter: QPainter, place: QRect, text: str) -> None:
        if not text:
            return
        painter.setFont(_small_font(painter))
        width = QFontMetrics(painter.font()).horizontalAdvance(text) + 10
        pill = QRect(place.left() + 4, place.top() + 4, min(width, place.width() - 8), 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("panel"))
        painter.drawRoundedRect(pill, 4, 4)
        painter.setPen(color("text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_frame(self, painter: QPainter, place: QRect, state: QStyle.StateFlag) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color("accent"), 3))
            painter.drawRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5))
        elif state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(color("accent"), 1, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5))

    def _paint_caption(self, painter: QPainter, place: QRect, text: str, is_selected: bool) -> None:
        painter.setFont(_small_font(painter))
        painter.setPen(QColor(color("accent" if is_selected else "mute")))
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        below = QRect(place.left(), place.bottom() + 3, place.width(), CAPTION_HEIGHT - 3)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _small_font(painter: QPainter):
    font = painter.font()
    font.setPointSizeF(8)
    return font


def _fitted(picture: QPixmap, place: QRect) -> QRect:
    size = picture.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inside = QRect(place.topLeft(), size)
    inside.moveCenter(place.center())
    return inside


def _paint_mark(painter: QPainter, place: QRect, name: str, token: str) -> None:
    mark = QRectF(0, 0, 22, 22)
    mark.moveCenter(QRectF(place).center())
    icons.paint(painter, name, mark, token)


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Ascending rows as ranges without gaps."""
    ranges: list[tuple[int, int]] = []
    for row in rows:
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = (ranges[-1][0], row)
        else:
            ranges.append((row, row))
    return ranges
