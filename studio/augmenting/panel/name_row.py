"""A row that asks for a name, in the page instead of a dialog."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.text import tr
from studio.widgets.buttons import Button


class NameRow(QWidget):
    """Hidden until `ask`; Enter or Keep gives the name to whoever asked, Escape or the cross gives up."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self._take: Callable[[str], bool] = lambda name: True
        self._line = QLineEdit()
        self._line.setObjectName(f"{object_name}.line")
        self._line.setAccessibleName(tr("Name of the chain"))
        self._line.setPlaceholderText(tr("Name of the chain"))
        self._line.setMaxLength(60)
        self._line.returnPressed.connect(self._keep)
        keep = Button(tr("Keep"), f"{object_name}.keep", tr("Keep the chain under this name"))
        keep.clicked.connect(self._keep)
        close = Button("", f"{object_name}.close", tr("Leave it"), icon_name="close", flat=True)
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._line, 1)
        layout.addWidget(keep)
        layout.addWidget(close)
        self.hide()

    def ask(self, name: str, take: Callable[[str], bool]) -> None:
        """Ask for a name, beginning with `name`; `take` says whether it could be used."""
        self._take = take
        self._line.setText(name)
        self._line.selectAll()
        self.show()
        self._line.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _keep(self) -> None:
        if self._take(self._line.text()):
            self.hide()
