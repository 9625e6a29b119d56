"""Any number of tiles in rows of equal cells, whose places are computed: a million are laid out as fast as ten."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyle, QStyleOptionViewItem

from studio.text import tr
from studio.widgets.theme import color
from studio.widgets.tiles import CAPTION_HEIGHT, SPACING, Index

USUAL = 112
Action = QAbstractItemView.CursorAction
Flag = QItemSelectionModel.SelectionFlag


class TileView(QAbstractItemView):
    """Tiles spread evenly over the width; the mouse selects by clicks and by a rubber band."""

    zoomed = Signal(int)
    """Steps by which the tiles are to grow: Ctrl and the mouse wheel."""

    def __init__(self, model: QAbstractItemModel) -> None:
        super().__init__()
        self._side = USUAL
        self._columns, self._cell_width, self._cell_height = 1, USUAL, USUAL
        self.empty_text = ""
        """What is said where there are no tiles."""
        self._band: QRect | None = None
        self._pressed = QPoint()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Images"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(140)
        self.setModel(model)

    @property
    def columns(self) -> int:
        return self._columns

    @property
    def cell_height(self) -> int:
        return self._cell_height

    def set_side(self, side: int) -> None:
        """Make tiles about `side` px wide; what is current, or else at the top, stays in view."""
        self._side = side
        self._lay_out()

    def rows_in_view(self) -> range:
        """The tiles of which something is seen."""
        top = self.verticalOffset()
        first = top // self._cell_height * self._columns
        last = ((top + self.viewport().height()) // self._cell_height + 1) * self._columns
        return range(min(first, self._count()), min(last, self._count()))

    # what Qt asks of an item view

    def visualRect(self, index: Index) -> QRect:
        return self._cell(index.row()).translated(0, -self.verticalOffset()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        column, line = point.x() // self._cell_width, (point.y() + self.verticalOffset()) // self._cell_height
        row = line * self._columns + column
        is_tile = 0 <= column < self._columns and 0 <= row < self._count()
        return self.model().index(row, 0) if is_tile else QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        cell, bar = self._cell(index.row()), self.verticalScrollBar()
        if cell.top() < bar.value():
            bar.setValue(cell.top())
        elif cell.bottom() >= bar.value() + self.viewport().height():
            bar.setValue(cell.bottom() + 1 - self.viewport().height())

    def moveCursor(self, action: Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        last = self._count() - 1
        if last < 0:
            return QModelIndex()
        current = self.currentIndex()
        if not current.isValid():
            return self.model().index(0, 0)
        page = max(1, self.viewport().height() // self._cell_height) * self._columns
        steps = {
            Action.MoveLeft: -1,
            Action.MovePrevious: -1,
            Action.MoveRight: 1,
            Action.MoveNext: 1,
            Action.MoveUp: -self._columns,
            Action.MoveDown: self._columns,
            Action.MovePageUp: -page,
            Action.MovePageDown: page,
            Action.MoveHome: -last,
            Action.MoveEnd: last,
        }
        row = current.row() + steps[action]
        if not 0 <= row <= last and action in (Action.MoveUp, Action.MoveDown):
            return current
        return self.model().index(min(max(row, 0), last), 0)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def setSelection(self, rect: QRect, command: Flag) -> None:
        """By the rubber band all tiles that it touches; by keys and clicks all from one tile to another."""
        is_band = self.state() == QAbstractItemView.State.DragSelectingState
        rows = self._touched(rect) if is_band else self._between(rect.topLeft(), rect.bottomRight())
        selection = QItemSelection()
        for first, last in rows:
            selection.select(self.model().index(first, 0), self.model().index(last, 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._lay_out()

    def keyboardSearch(self, search: str) -> None:
        """Letters and digits are for the panel's shortcuts."""

    # events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        selection, current, delegate = self.selectionModel(), self.currentIndex(), self.itemDelegate()
        for row in self.rows_in_view():
            index = self.model().index(row, 0)
            option.rect = self.visualRect(index)
            if not option.rect.intersects(event.rect()):
                continue
            option.state = QStyle.StateFlag.State_Enabled
            if selection.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if index == current and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            delegate.paint(painter, option, index)
        if not self._count():
            painter.setPen(color("mute"))
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect(), words, self.empty_text)
        if self._band is not None:
            self._paint_band(painter, self._band.translated(0, -self.verticalOffset()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self._band is None:
            self.viewport().scroll(dx, dy)
        else:
            self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._content_point(event)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self._band = QRect(self._pressed, self._content_point(event)).normalized()
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._band is not None:
            self._band = None
            self.viewport().update()

    # places

    def _count(self) -> int:
        model = self.model()
        return 0 if model is None else model.rowCount()

    def _cell(self, row: int) -> QRect:
        """Where a tile lies in the whole content."""
        line, column = divmod(row, self._columns)
        left, top = column * self._cell_width, line * self._cell_height
        return QRect(left, top, self._cell_width, self._cell_height)

    def _lay_out(self) -> None:
        """Spread the cells over the width, and keep the tile at the top where it is."""
        anchor = self.verticalOffset() // self._cell_height * self._columns
        before = self._columns, self._cell_height
        width = self.viewport().width()
        self._columns = max(1, width // (self._side + SPACING))
        self._cell_width = max(1, width // self._columns)
        self._cell_height = min(self._cell_width, self._side + SPACING) + CAPTION_HEIGHT
        lines = -(-self._count() // self._columns)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep(self._cell_height // 2)
        bar.setRange(0, max(0, lines * self._cell_height - height))
        if before != (self._columns, self._cell_height):
            bar.setValue(anchor // self._columns * self._cell_height)
            self.viewport().update()

    def _content_point(self, event: QMouseEvent) -> QPoint:
        return event.position().toPoint() + QPoint(0, self.verticalOffset())

    def _touched(self, rect: QRect) -> list[tuple[int, int]]:
        """The first and the last tile in each line of those that a rectangle of the viewport touches."""
        rect = rect.normalized().translated(0, self.verticalOffset())
        left = max(0, rect.left() // self._cell_width)
        right = min(self._columns - 1, rect.right() // self._cell_width)
        lines = range(max(0, rect.top() // self._cell_height), rect.bottom() // self._cell_height + 1)
        spans = ((line * self._columns + left, line * self._columns + right) for line in lines)
        return [
            (first, min(last, self._count() - 1)) for first, last in spans if left <= right and first < self._count()
        ]

    def _between(self, one: QPoint, other: QPoint) -> list[tuple[int, int]]:
        rows = sorted(index.row() for index in (self.indexAt(one), self.indexAt(other)) if index.isValid())
        return [(rows[0], rows[-1])] if rows else []

    def _paint_band(self, painter: QPainter, band: QRect) -> None:
        inside = color("accent")
        inside.setAlphaF(0.12)
        painter.fillRect(band, inside)
        painter.setPen(QPen(color("accent"), 1))
        painter.drawRect(band)
