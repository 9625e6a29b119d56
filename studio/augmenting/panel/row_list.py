"""The list of a chain's rows: steps, and groups as a head and a foot with their steps between."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from studio.augmenting.panel.chain_row import ChainRow
from studio.augmenting.panel.group_cards import GroupFoot, GroupHead
from studio.augmenting.panel.step_card import StepCard
from studio.widgets.scrolling import scrolling_down

NEAR_EDGE = 36
"""Pixels from the list's edge within which a dragged row makes it scroll."""
INDENT = 16

Row = StepCard | GroupHead | GroupFoot


class RowList(QWidget):
    """Flat: a step belongs to a group by lying between its head and its foot. `reordered` after each move."""

    reordered = Signal()

    def __init__(self, last: QWidget) -> None:
        """`last` is shown below the rows."""
        super().__init__()
        self.rows: list[Row] = []
        self._last = last
        self._stack = QVBoxLayout()
        self._stack.setContentsMargins(0, 0, 4, 0)
        self._stack.setSpacing(6)
        self._stack.addWidget(last)
        self._stack.addStretch(1)
        self._area = scrolling_down(self._stack)
        self._mark = QFrame(self._area.widget())
        self._mark.setProperty("role", "drop-line")
        self._mark.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)

    def insert(self, index: int, rows: Sequence[Row]) -> None:
        for offset, row in enumerate(rows):
            self.rows.insert(index + offset, row)
            self._stack.insertWidget(index + offset, row)
            if isinstance(row, ChainRow):
                row.moved.connect(self._move)
                row.dragged.connect(self._drag)
                row.dropped.connect(self._drop)
        self._settle()

    def take(self, rows: Sequence[Row]) -> None:
        for row in tuple(rows):
            self.rows.remove(row)
            self._stack.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._settle()

    def block(self, row: Row) -> list[Row]:
        """A step alone, or a group with all that lies in it."""
        index = self.rows.index(row)
        if not isinstance(row, GroupHead):
            return [row]
        end = next(place for place in range(index, len(self.rows)) if isinstance(self.rows[place], GroupFoot))
        return self.rows[index : end + 1]

    def bring_into_view(self, row: Row) -> None:
        QTimer.singleShot(0, row, lambda: self._area.ensureWidgetVisible(row))  # once it has been laid out

    def keep_in_view(self) -> None:
        """Bring the row in hand back into view after others have grown."""
        focus = QApplication.focusWidget()
        in_hand = next((row for row in self.rows if focus is not None and row.isAncestorOf(focus)), None)
        if in_hand is not None:
            self.bring_into_view(in_hand)

    def order_tabs(self, after: Sequence[QWidget]) -> None:
        """Tab goes down the rows as they are seen, whenever they were made, and then to what comes after."""
        stops = [stop for row in self.rows for stop in row.stops()]
        for first, second in pairwise([*stops, self._last, *after]):
            QWidget.setTabOrder(first, second)

    def _settle(self) -> None:
        """Everything that follows from the order of the rows."""
        head: GroupHead | None = None
        size = 0
        for row in self.rows:
            if isinstance(row, GroupHead):
                head, size = row, 0
            elif isinstance(row, GroupFoot):
                if head is not None:
                    head.set_size(size)
                head = None
            else:
                row.set_inside(head is not None)
                size += 1

    # Moving

    @Slot(int)
    def _move(self, places: int) -> None:
        """One row up or down; a group goes past the whole of its neighbor."""
        block = self.block(self._sender())
        index = self.rows.index(block[0]) + places
        others = self._others(block)
        if len(block) > 1:
            while 0 < index < len(others) and _is_in_group(others, index):
                index += places
        self._put(block, index)

    @Slot(int)
    def _drag(self, y: int) -> None:
        """Show where the row would lie if it were dropped at a global y."""
        block = self.block(self._sender())
        others, index = self._others(block), self._target(block, y)
        below = others[index] if index < len(others) else self._last
        left = INDENT if _is_in_group(others, index) else 0
        line = max(0, below.y() - self._stack.spacing() // 2 - 1)
        self._mark.setGeometry(left, line, self._area.viewport().width() - left - 4, 2)
        self._mark.raise_()
        self._mark.show()
        self._scroll_towards(y)

    @Slot(int)
    def _drop(self, y: int) -> None:
        self._mark.hide()
        block = self.block(self._sender())
        self._put(block, self._target(block, y))

    def _scroll_towards(self, y: int) -> None:
        inside = self._area.viewport().mapFromGlobal(QPoint(0, y)).y()
        bar = self._area.verticalScrollBar()
        if inside < NEAR_EDGE:
            bar.setValue(bar.value() - NEAR_EDGE // 3)
        elif inside > self._area.viewport().height() - NEAR_EDGE:
            bar.setValue(bar.value() + NEAR_EDGE // 3)

    def _target(self, block: Sequence[Row], y: int) -> int:
        """Before which of the other rows a block lies when it is dropped at a global y; groups go into no group."""
        others = self._others(block)
        index = sum(row.mapToGlobal(QPoint(0, row.height() // 2)).y() < y for row in others)
        while len(block) > 1 and _is_in_group(others, index):
            index += 1
        return index

    def _put(self, block: Sequence[Row], index: int) -> None:
        """Move rows to before the `index`th of the others."""
        others = self._others(block)
        index = max(0, min(index, len(others)))
        wanted = [*others[:index], *block, *others[index:]]
        if wanted == self.rows:
            return
        self.rows = wanted
        for row in block:
            self._stack.removeWidget(row)
        for offset, row in enumerate(block):
            self._stack.insertWidget(index + offset, row)
        self._settle()
        self.reordered.emit()

    def _others(self, block: Sequence[Row]) -> list[Row]:
        return [row for row in self.rows if row not in block]

    def _sender(self) -> StepCard | GroupHead:
        row = self.sender()
        assert isinstance(row, StepCard | GroupHead)
        return row


def _is_in_group(rows: Sequence[Row], index: int) -> bool:
    """Whether what lies before the `index`th row is in a group."""
    return sum(isinstance(row, GroupHead) - isinstance(row, GroupFoot) for row in rows[:index]) > 0
