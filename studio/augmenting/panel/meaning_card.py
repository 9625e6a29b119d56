"""The one question of the project: which differences carry meaning."""

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout

from models.settings import fields_of
from studio.augmenting.invariances import Meaning
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card


class MeaningCard(Card):
    """`answered` carries the `Meaning` at each tick, and when the card is closed: nothing ticked is an answer too."""

    answered = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("What carries meaning in your images?"), tr("Steps that change what you tick will say so."))
        self.setObjectName("augment.meaning")
        self._boxes = {field.name: QCheckBox(tr(field.title)) for field in fields_of(Meaning)}
        row = QHBoxLayout()
        row.setSpacing(18)
        for field in fields_of(Meaning):
            box = self._boxes[field.name]
            box.setObjectName(f"augment.meaning.{field.name}")
            box.setToolTip(tr(field.description))
            box.toggled.connect(self._answer)
            row.addWidget(box)
        row.addStretch(1)
        close = Button(
            tr("Done"),
            "augment.meaning.close",
            tr("Close the question; it can be asked again in the menu of the chain"),
        )
        close.clicked.connect(self._close)
        row.addWidget(close)
        self.body.addLayout(row)

    def show_meaning(self, meaning: Meaning | None) -> None:
        """Show an answer, without `answered`."""
        for name, value in msgspec.structs.asdict(meaning or Meaning()).items():
            self._boxes[name].blockSignals(True)
            self._boxes[name].setChecked(value)
            self._boxes[name].blockSignals(False)

    @Slot()
    def _answer(self) -> None:
        self.answered.emit(Meaning(**{name: box.isChecked() for name, box in self._boxes.items()}))

    @Slot()
    def _close(self) -> None:
        self.closed.emit()
        self._answer()
