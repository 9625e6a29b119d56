"""The editor of an augmentation chain: a card for each step, with sliders, a switch, and a grip to move it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.augmenting.chain import BORDERS, Chain
from studio.augmenting.operation import Operation
from studio.augmenting.panel.add_menu import add_menu
from studio.augmenting.panel.chain_row import ChainRow
from studio.augmenting.panel.group_cards import GroupFoot, GroupHead
from studio.augmenting.panel.step_card import StepCard
from studio.augmenting.steps import Group, GroupKind, Step
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.inputs import ComboBox, Slider
from studio.widgets.labels import make_label
from studio.widgets.scrolling import scrolling_down

BORDER_TITLES = {"reflect": "mirror image", "edge": "its edge", "black": "black"}
NEAR_EDGE = 36
"""Pixels from the list's edge within which a dragged row makes it scroll."""

Row = StepCard | GroupHead | GroupFoot
Place = tuple[int, ...]


class ChainEditor(QWidget):
    """Shows a chain and lets it be changed; `changed` carries the new chain after each change by the user.

    The list is flat: the steps of a group lie between its head and its foot, and belong to it by lying there.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._base = Chain()
        self._made = 0
        self._add = Button(tr("Add a step"), "augment.add", tr("Add a step at the end of the chain"), icon_name="plus")
        self._add.setMenu(add_menu(self._add, "augment.add", self._add_step, self._add_group))
        self._stack = QVBoxLayout()
        self._stack.setContentsMargins(0, 0, 4, 0)
        self._stack.setSpacing(6)
        self._stack.addWidget(self._add)
        self._stack.addStretch(1)
        self._area = scrolling_down(self._stack)
        self._mark = QFrame(self._area.widget())
        self._mark.setProperty("role", "drop-line")
        self._mark.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._area, 1)
        layout.addLayout(self._make_strength())
        layout.addLayout(self._make_border())

    def chain(self) -> Chain:
        steps: list[Step | Group] = []
        head: GroupHead | None = None
        inside: list[Step] = []
        for row in self._rows:
            if isinstance(row, GroupHead):
                head, inside = row, []
            elif isinstance(row, GroupFoot):
                assert head is not None
                steps.append(head.group(tuple(inside)))
                head = None
            elif head is not None:
                inside.append(row.step())
            else:
                steps.append(row.step())
        return replace(
            self._base, steps=tuple(steps), border=self._border.currentData(), strength=self._strength.value() / 100
        )

    def set_chain(self, chain: Chain) -> None:
        """Show a chain, without `changed`; cards that show the same operations stay what they are."""
        self._base = chain
        if chain == self.chain():
            return
        if not self._show_in_place(chain):
            while self._rows:
                self._take(self._rows[0])
            for entry in chain.steps:
                self._append(entry)
        for widget in (self._border, self._strength):
            widget.blockSignals(True)
        self._border.setCurrentIndex(self._border.findData(chain.border))
        self._strength.setValue(round(100 * chain.strength))
        for widget in (self._border, self._strength):
            widget.blockSignals(False)
        self._say_strength()
        self._settle()

    def show_cautions(self, cautions: Mapping[Place, Sequence[str]], notes: Mapping[Place, Sequence[str]]) -> None:
        """Say something beside the steps at these places; the step in hand stays in view."""
        cards = self._places().items()
        grown = [card.cautions.show_texts(cautions.get(place, ()), notes.get(place, ())) for place, card in cards]
        focus = QApplication.focusWidget()
        in_hand = next((row for row in self._rows if focus is not None and row.isAncestorOf(focus)), None)
        if any(grown) and in_hand is not None:
            self._bring_into_view(in_hand)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._order_tabs()

    # Building

    def _make_strength(self) -> QHBoxLayout:
        self._strength = Slider()
        self._strength.setObjectName("augment.strength")
        self._strength.setAccessibleName(tr("Strength"))
        self._strength.setToolTip(tr("All ranges at once: 100% is as they are set, at 0% images stay as they are"))
        self._strength.setRange(0, 100)
        self._strength.setValue(100)
        self._strength.valueChanged.connect(self._say_strength)
        self._strength.valueChanged.connect(self._tell)
        self._strength_words = make_label("", "note")
        self._strength_words.setFixedWidth(36)
        row = QHBoxLayout()
        row.addWidget(make_label(tr("Strength"), "note"))
        row.addWidget(self._strength, 1)
        row.addWidget(self._strength_words)
        self._say_strength()
        return row

    def _make_border(self) -> QHBoxLayout:
        self._border = ComboBox()
        self._border.setObjectName("augment.border")
        self._border.setAccessibleName(tr("Beyond the border"))
        self._border.setToolTip(tr("What shows where a moved image leaves room"))
        for border in BORDERS:
            self._border.addItem(tr(BORDER_TITLES[border]), border)
        self._border.currentIndexChanged.connect(self._tell)
        row = QHBoxLayout()
        row.addWidget(make_label(tr("Beyond the border"), "note"))
        row.addWidget(self._border, 1)
        return row

    def _append(self, entry: Step | Group) -> None:
        for row in self._make_rows(entry):
            self._insert(len(self._rows), row)

    def _make_rows(self, entry: Step | Group) -> list[Row]:
        if isinstance(entry, Step):
            return [self._make_card(entry)]
        self._made += 1
        name = f"augment.{entry.kind}.{self._made}"
        head, foot = GroupHead(entry, name), GroupFoot(name)
        head.dissolved.connect(self._dissolve)
        self._connect(head)
        foot.add.setMenu(add_menu(foot.add, f"{name}.add", lambda operation: self._add_inside(foot, operation)))
        return [head, *map(self._make_card, entry.steps), foot]

    def _make_card(self, step: Step) -> StepCard:
        self._made += 1
        card = StepCard(step, f"augment.{step.operation.name}.{self._made}")
        card.grouped.connect(self._group)
        self._connect(card)
        return card

    def _connect(self, row: ChainRow) -> None:
        row.changed.connect(self._tell)
        row.removed.connect(self._remove)
        row.duplicated.connect(self._duplicate)
        row.moved.connect(self._move)
        row.dragged.connect(self._drag)
        row.dropped.connect(self._drop)

    def _insert(self, index: int, row: Row) -> None:
        self._rows.insert(index, row)
        self._stack.insertWidget(index, row)

    def _take(self, row: Row) -> None:
        self._rows.remove(row)
        self._stack.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _show_in_place(self, chain: Chain) -> bool:
        """Show the values of a chain in the cards there are; False where they are of other operations."""
        rows = iter(self._rows)
        for entry in chain.steps:
            row = next(rows, None)
            if isinstance(entry, Step):
                if not (isinstance(row, StepCard) and row.show_step(entry)):
                    return False
                continue
            if not (isinstance(row, GroupHead) and row.show_group(entry)):
                return False
            for step in entry.steps:
                row = next(rows, None)
                if not (isinstance(row, StepCard) and row.show_step(step)):
                    return False
            if not isinstance(next(rows, None), GroupFoot):
                return False
        return next(rows, None) is None

    def _settle(self) -> None:
        """Everything that follows from the order of the rows."""
        head: GroupHead | None = None
        size = 0
        for row in self._rows:
            if isinstance(row, GroupHead):
                head, size = row, 0
            elif isinstance(row, GroupFoot):
                assert head is not None
                head.set_size(size)
                head = None
            else:
                row.set_inside(head is not None)
                size += 1
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab goes down the chain and then to what adds a step, whenever the cards were made."""
        if self.isVisible():
            steps = [stop for row in self._rows for stop in row.stops()]
            for before, after in pairwise([*steps, self._add, self._strength, self._border]):
                QWidget.setTabOrder(before, after)

    def _places(self) -> dict[Place, ChainRow]:
        """The cards by the places of their steps and groups in the chain."""
        places: dict[Place, ChainRow] = {}
        index, inner = -1, None
        for row in self._rows:
            if isinstance(row, GroupFoot):
                inner = None
            elif isinstance(row, StepCard) and inner is not None:
                places[index, inner] = row
                inner += 1
            else:
                index += 1
                places[index,] = row
                inner = 0 if isinstance(row, GroupHead) else None
        return places

    # What the user does

    @Slot()
    def _say_strength(self) -> None:
        self._strength_words.setText(f"{self._strength.value()}%")

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.chain())

    def _changed_order(self) -> None:
        self._settle()
        self._tell()

    def _add_step(self, operation: type[Operation]) -> None:
        self._show_new(len(self._rows), [self._make_card(Step(operation()))])

    def _add_inside(self, foot: GroupFoot, operation: type[Operation]) -> None:
        self._show_new(self._rows.index(foot), [self._make_card(Step(operation()))])

    def _add_group(self, kind: GroupKind) -> None:
        self._show_new(len(self._rows), self._make_rows(Group(kind, ())))

    def _show_new(self, index: int, rows: Sequence[Row]) -> None:
        for offset, row in enumerate(rows):
            self._insert(index + offset, row)
        self._changed_order()
        rows[0].setFocus()
        self._bring_into_view(rows[-1])

    def _bring_into_view(self, row: Row) -> None:
        QTimer.singleShot(0, row, lambda: self._area.ensureWidgetVisible(row))  # once it has been laid out

    @Slot()
    def _remove(self) -> None:
        block = self._block(self._sender())
        for row in block:
            self._take(row)
        self._add.setFocus()
        self._changed_order()

    @Slot()
    def _duplicate(self) -> None:
        block = self._block(self._sender())
        after = self._rows.index(block[-1]) + 1
        first = block[0]
        if isinstance(first, GroupHead):
            steps = tuple(row.step() for row in block if isinstance(row, StepCard))
            self._show_new(after, self._make_rows(first.group(steps)))
        else:
            assert isinstance(first, StepCard)
            self._show_new(after, [self._make_card(first.step())])

    @Slot(str)
    def _group(self, kind: GroupKind) -> None:
        card = self._sender()
        assert isinstance(card, StepCard)
        index = self._rows.index(card)
        head, foot = self._make_rows(Group(kind, ()))
        self._insert(index, head)
        self._insert(index + 2, foot)
        self._changed_order()

    @Slot()
    def _dissolve(self) -> None:
        block = self._block(self._sender())
        self._take(block[0])
        self._take(block[-1])
        self._changed_order()

    @Slot(int)
    def _move(self, places: int) -> None:
        """One row up or down; a group goes past the whole of its neighbor."""
        row = self._sender()
        block = self._block(row)
        first = self._rows.index(block[0])
        others = [other for other in self._rows if other not in block]
        self._put(block, first + places if len(block) == 1 else self._past(others, first, places))

    @Slot(int)
    def _drag(self, y: int) -> None:
        """Show where the row would lie if it were dropped now."""
        block = self._block(self._sender())
        others, index = self._target(block, y)
        if index < len(others):
            line = others[index].y() - self._stack.spacing() // 2 - 1
        else:
            line = self._add.y() - self._stack.spacing() // 2 - 1
        left = 16 if self._is_in_group(others, index) else 0
        self._mark.setGeometry(left, max(0, line), self._area.viewport().width() - left - 4, 2)
        self._mark.raise_()
        self._mark.show()
        self._scroll_towards(y)

    @Slot(int)
    def _drop(self, y: int) -> None:
        self._mark.hide()
        block = self._block(self._sender())
        self._put(block, self._target(block, y)[1])

    def _scroll_towards(self, y: int) -> None:
        inside = self._area.viewport().mapFromGlobal(QPoint(0, y)).y()
        bar = self._area.verticalScrollBar()
        if inside < NEAR_EDGE:
            bar.setValue(bar.value() - NEAR_EDGE // 3)
        elif inside > self._area.viewport().height() - NEAR_EDGE:
            bar.setValue(bar.value() + NEAR_EDGE // 3)

    def _target(self, block: Sequence[Row], y: int) -> tuple[list[Row], int]:
        """The other rows, and before which of them a block lies when it is dropped at a global y."""
        others = [row for row in self._rows if row not in block]
        index = sum(row.mapToGlobal(QPoint(0, row.height() // 2)).y() < y for row in others)
        if len(block) > 1:
            while self._is_in_group(others, index):
                index += 1
        return others, index

    def _past(self, others: Sequence[Row], index: int, places: int) -> int:
        """`index` moved by one row, and on until it lies in no group."""
        index += places
        while 0 < index < len(others) and self._is_in_group(others, index):
            index += places
        return index

    def _put(self, block: Sequence[Row], index: int) -> None:
        """Move rows to before the `index`th of the others."""
        others = [row for row in self._rows if row not in block]
        index = max(0, min(index, len(others)))
        wanted = [*others[:index], *block, *others[index:]]
        if wanted == self._rows:
            return
        self._rows = []
        for row in block:
            self._stack.removeWidget(row)
        for place, row in enumerate(wanted):
            self._rows.append(row)
            if row in block:
                self._stack.insertWidget(place, row)
        self._changed_order()

    def _block(self, row: Row) -> list[Row]:
        """A step alone, or a group with all that lies in it."""
        index = self._rows.index(row)
        if not isinstance(row, GroupHead):
            return [row]
        end = next(place for place in range(index, len(self._rows)) if isinstance(self._rows[place], GroupFoot))
        return self._rows[index : end + 1]

    def _is_in_group(self, rows: Sequence[Row], index: int) -> bool:
        """Whether what lies before the `index`th row is in a group."""
        return sum(isinstance(row, GroupHead) - isinstance(row, GroupFoot) for row in rows[:index]) > 0

    def _sender(self) -> StepCard | GroupHead:
        row = self.sender()
        assert isinstance(row, StepCard | GroupHead)
        return row
