"""Cards: the surfaces that a panel is laid out in, and what stands where there is nothing yet."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.widgets.buttons import Button
from studio.widgets.icons import pixmap
from studio.widgets.labels import make_label
from studio.widgets.theme import CARD_PADDING


class Card(QFrame):
    """A surface with a title and, at its right, a note in few words; contents go into `body`."""

    def __init__(self, title: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title_label = make_label(title, "card-title")
        self.note_label = make_label(note, "note")
        self.note_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self.header.addWidget(self.title_label)
        self.header.addStretch(1)
        self.header.addWidget(self.note_label)
        horizontal, vertical = CARD_PADDING
        outer = QVBoxLayout(self)
        outer.setContentsMargins(horizontal, vertical, horizontal, vertical)
        outer.setSpacing(8)
        if title or note:
            outer.addLayout(self.header)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)

    def set_title(self, text: str) -> None:
        self.title_label.setText(text)

    def set_note(self, text: str) -> None:
        self.note_label.setText(text)


class EmptyState(QWidget):
    """What an empty place needs, in a sentence, and the button that gives it."""

    def __init__(
        self,
        icon_name: str,
        text: str,
        button_text: str = "",
        object_name: str = "",
        tool_tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = make_label(text, "mute", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = Button(button_text, object_name, tool_tip or button_text, primary=True)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(1)
        layout.addWidget(self._picture)
        layout.addWidget(words)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.button.setVisible(bool(button_text))  # only now that it has a parent: it would be a window by itself
        self._draw_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        self._picture.setPixmap(pixmap(self._icon_name, 40, "mute", self.devicePixelRatioF()))
