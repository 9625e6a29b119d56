"""Where sources are dropped: all of the screen while there are no images, a line above them later."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import EmptyState
from studio.widgets.labels import make_label

Policy = QSizePolicy.Policy


class DropArea(QFrame):
    again = Signal()
    """Asks to look at everything that was imported once more."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("import.drop")
        self.setProperty("role", "drop")
        self._invitation = EmptyState(
            "import", tr("Drop folders, archives, images or tables of labels here, or choose them above.")
        )
        self._invitation.setMinimumHeight(220)
        self._more = make_label(tr("Drop more folders, archives or images here"), "mute")
        self.again_button = Button(
            tr("Scan again"),
            "import.again",
            tr("Look for new, changed, moved and vanished files in everything that was imported"),
            icon_name="refresh",
        )
        self.again_button.clicked.connect(self.again)
        row = QHBoxLayout()
        row.addWidget(self._more)
        row.addStretch(1)
        row.addWidget(self.again_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self._invitation)
        layout.addLayout(row)

    def show_state(self, has_images: bool) -> None:
        self._invitation.setVisible(not has_images)
        self._more.setVisible(has_images)
        self.again_button.setVisible(has_images)
        self.setSizePolicy(Policy.Preferred, Policy.Maximum if has_images else Policy.Expanding)

    def mark(self, is_over: bool) -> None:
        """Show whether something is about to be dropped."""
        self.setProperty("over", is_over)
        self.style().polish(self)
