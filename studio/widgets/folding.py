"""Cards that fold away to their title."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card


class FoldingCard(Card):
    """A card whose contents, in `inside`, are shown and hidden by the button before its title."""

    opened = Signal()

    def __init__(self, title: str, object_name: str, note: str = "", is_open: bool = False) -> None:
        super().__init__(title, note)
        self.setObjectName(object_name)
        self._fold = Button("", f"{object_name}.fold", title, icon_name="right", flat=True)
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._show_inside)
        self.header.insertWidget(0, self._fold)
        self._content = QWidget()
        self.inside = QVBoxLayout(self._content)
        self.inside.setContentsMargins(0, 0, 0, 0)
        self.inside.setSpacing(8)
        self.body.addWidget(self._content)
        self._content.hide()
        self._fold.setChecked(is_open)
        self._say()

    @property
    def is_open(self) -> bool:
        return self._fold.isChecked()

    def open(self) -> None:
        self._fold.setChecked(True)

    @Slot(bool)
    def _show_inside(self, is_open: bool) -> None:
        self._content.setVisible(is_open)
        self._fold.set_icon("down" if is_open else "right")
        self._say()
        if is_open:
            self.opened.emit()

    def _say(self) -> None:
        title = self.title_label.text()
        text = tr("Fold “{title}” away", title=title) if self.is_open else tr("Open “{title}”", title=title)
        self._fold.setToolTip(text)
