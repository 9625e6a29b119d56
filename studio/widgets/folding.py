"""Cards that fold away to their title."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.theme import CARD_PADDING

FOLDED_PADDING = 2
"""Above and below the title of a folded card, px."""


class FoldingCard(Card):
    """A card whose contents, in `inside`, are shown and hidden by the button before its title."""

    opened = Signal()

    def __init__(self, title: str, object_name: str, note: str = "", is_open: bool = False) -> None:
        super().__init__(title, note)
        self.setObjectName(object_name)
        self.is_open = is_open
        self._fold = Button("", f"{object_name}.fold", title, flat=True)
        self._fold.clicked.connect(self._turn)
        self.header.insertWidget(0, self._fold)
        self._content = QWidget()
        self.inside = QVBoxLayout(self._content)
        self.inside.setContentsMargins(0, 0, 0, 0)
        self.inside.setSpacing(8)
        self.body.addWidget(self._content)
        self._draw()

    def open(self) -> None:
        if not self.is_open:
            self._turn()

    @Slot()
    def _turn(self) -> None:
        self.is_open = not self.is_open
        self._draw()
        if self.is_open:
            self.opened.emit()

    def _draw(self) -> None:
        self._content.setVisible(self.is_open)
        self._fold.set_icon("down" if self.is_open else "right")
        title, (side, vertical) = self.title_label.text(), CARD_PADDING
        self._fold.setToolTip(
            tr("Fold “{title}” away", title=title) if self.is_open else tr("Open “{title}”", title=title)
        )
        outer = self.layout()
        assert outer is not None
        outer.setContentsMargins(side - 8, FOLDED_PADDING, side, vertical if self.is_open else FOLDED_PADDING)
        self.inside.setContentsMargins(8, 0, 0, 0)
