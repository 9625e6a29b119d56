"""The editor of an augmentation chain: a card for each step, with sliders, a switch, and a grip to move it."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.augmenting.chain import BORDERS, Chain
from studio.augmenting.operation import Operation
from studio.augmenting.panel.add_menu import add_menu
from studio.augmenting.panel.chain_row import ChainRow
from studio.augmenting.panel.group_cards import GroupFoot, GroupHead
from studio.augmenting.panel.row_list import Row, RowList
from studio.augmenting.panel.step_card import StepCard
from studio.augmenting.steps import Group, GroupKind, Step
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.inputs import ComboBox, Slider
from studio.widgets.labels import make_label

BORDER_TITLES = {"reflect": "mirror image", "edge": "its edge", "black": "black"}

Place = tuple[int, ...]
"""The index of a step in the chain, and then within its group."""


class ChainEditor(QWidget):
    """Shows a chain and lets it be changed; `changed` carries the new chain after each change by the user."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._base = Chain()
        self._made = 0
        self._add = Button(tr("Add a step"), "augment.add", tr("Add a step at the end of the chain"), icon_name="plus")
        self._add.setMenu(add_menu(self._add, "augment.add", self._add_step, self._add_group))
        self._list = RowList(self._add)
        self._list.reordered.connect(self._changed_order)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._list, 1)
        layout.addLayout(self._make_strength())
        layout.addLayout(self._make_border())

    def chain(self) -> Chain:
        return replace(
            self._base,
            steps=self._steps(),
            border=self._border.currentData(),
            strength=self._strength.value() / 100,
        )

    def set_chain(self, chain: Chain) -> None:
        """Show a chain, without `changed`; cards that show the same operations stay what they are."""
        self._base = chain
        if chain == self.chain():
            return
        if not self._show_in_place(chain):
            self._list.take(self._list.rows)
            self._list.insert(0, [row for entry in chain.steps for row in self._make_rows(entry)])
        for widget in (self._border, self._strength):
            widget.blockSignals(True)
        self._border.setCurrentIndex(self._border.findData(chain.border))
        self._strength.setValue(round(100 * chain.strength))
        for widget in (self._border, self._strength):
            widget.blockSignals(False)
        self._say_strength()
        self._order_tabs()

    def show_cautions(self, cautions: Mapping[Place, Sequence[str]], notes: Mapping[Place, Sequence[str]]) -> None:
        """Say something beside the steps at these places; the step in hand stays in view."""
        cards = self._places().items()
        grown = [card.cautions.show_texts(cautions.get(place, ()), notes.get(place, ())) for place, card in cards]
        if any(grown):
            self._list.keep_in_view()

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

    # Rows and steps

    def _steps(self) -> tuple[Step | Group, ...]:
        steps: list[Step | Group] = []
        head: GroupHead | None = None
        inside: list[Step] = []
        for row in self._list.rows:
            if isinstance(row, GroupHead):
                head, inside = row, []
            elif isinstance(row, StepCard):
                (steps if head is None else inside).append(row.step())
            elif head is not None:
                steps.append(head.group(tuple(inside)))
                head = None
        return tuple(steps)

    def _show_in_place(self, chain: Chain) -> bool:
        """Show the values of a chain in the rows there are; False where they are of other operations."""
        rows = list(self._list.rows)
        wanted = [part for entry in chain.steps for part in _parts(entry)]
        return len(rows) == len(wanted) and all(map(_shows, rows, wanted))

    def _places(self) -> dict[Place, ChainRow]:
        """The cards by the places of their steps and groups in the chain."""
        places: dict[Place, ChainRow] = {}
        index, inner = -1, None
        for row in self._list.rows:
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

    def _order_tabs(self) -> None:
        if self.isVisible():
            self._list.order_tabs([self._strength, self._border])

    # What the user does

    @Slot()
    def _say_strength(self) -> None:
        self._strength_words.setText(f"{self._strength.value()}%")

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.chain())

    @Slot()
    def _changed_order(self) -> None:
        self._order_tabs()
        self._tell()

    def _add_step(self, operation: type[Operation]) -> None:
        self._show_new(len(self._list.rows), [self._make_card(Step(operation()))])

    def _add_inside(self, foot: GroupFoot, operation: type[Operation]) -> None:
        self._show_new(self._list.rows.index(foot), [self._make_card(Step(operation()))])

    def _add_group(self, kind: GroupKind) -> None:
        self._show_new(len(self._list.rows), self._make_rows(Group(kind)))

    def _show_new(self, index: int, rows: Sequence[Row]) -> None:
        self._list.insert(index, rows)
        self._changed_order()
        rows[0].setFocus()
        self._list.bring_into_view(rows[-1])

    @Slot()
    def _remove(self) -> None:
        block = self._list.block(self._sender())
        index = self._list.rows.index(block[0])
        self._list.take(block)
        following = self._list.rows[index:]
        (following[0] if following else self._add).setFocus()
        self._changed_order()

    @Slot()
    def _duplicate(self) -> None:
        row = self._sender()
        block = self._list.block(row)
        if isinstance(row, StepCard):
            copy: Step | Group = row.step()
        else:
            copy = row.group(tuple(inner.step() for inner in block if isinstance(inner, StepCard)))
        self._show_new(self._list.rows.index(block[-1]) + 1, self._make_rows(copy))

    @Slot(str)
    def _group(self, kind: GroupKind) -> None:
        index = self._list.rows.index(self._sender())
        head, foot = self._make_rows(Group(kind))
        self._list.insert(index, [head])
        self._list.insert(index + 2, [foot])
        self._changed_order()

    @Slot()
    def _dissolve(self) -> None:
        head, *_, foot = self._list.block(self._sender())
        self._list.take([head, foot])
        self._changed_order()

    def _sender(self) -> StepCard | GroupHead:
        row = self.sender()
        assert isinstance(row, StepCard | GroupHead)
        return row


def _parts(entry: Step | Group) -> list[Step | Group | None]:
    """What the rows of an entry show; None for the foot of a group."""
    return [entry] if isinstance(entry, Step) else [entry, *entry.steps, None]


def _shows(row: Row, part: Step | Group | None) -> bool:
    """Have a row show a step or group if it can."""
    if isinstance(row, StepCard):
        return isinstance(part, Step) and row.show_step(part)
    if isinstance(row, GroupHead):
        return isinstance(part, Group) and row.show_group(part)
    return part is None
