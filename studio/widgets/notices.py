"""Notices: a sentence in the page that needs reading, with what can be done about it; never a dialog."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.icons import pixmap
from studio.widgets.labels import make_label

Level = Literal["info", "good", "warn", "bad"]
_ICONS = {"info": ("info", "accent"), "good": ("check", "good"), "warn": ("warning", "warn"), "bad": ("warning", "bad")}


class Notice(QFrame):
    """Hidden until `show_text`; stays until it is dismissed or replaced."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setProperty("role", "notice")
        self._level: Level = "info"
        self._mark = QLabel()
        self._text = make_label("", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._actions = QHBoxLayout()
        self._dismiss = Button("", f"{object_name}.dismiss", tr("Dismiss"), icon_name="close", flat=True)
        self._dismiss.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(10)
        layout.addWidget(self._mark)
        layout.addWidget(self._text, 1)
        layout.addLayout(self._actions)
        layout.addWidget(self._dismiss)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_text(
        self, text: str, level: Level = "info", actions: dict[str, Callable[[], object]] | None = None
    ) -> None:
        """Say `text`; `actions` become buttons by their titles, named `NAME.0`, `NAME.1`, ... in their order."""
        self._level = level
        self._text.setText(text)
        self._clear_actions()
        for number, (title, act) in enumerate((actions or {}).items()):
            button = Button(title, f"{self.objectName()}.{number}", title)
            button.clicked.connect(self.hide)
            button.clicked.connect(act)
            self._actions.addWidget(button)
        self._draw_mark()
        self.show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw_mark()

    def _clear_actions(self) -> None:
        while (entry := self._actions.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.deleteLater()

    def _draw_mark(self) -> None:
        name, token = _ICONS[self._level]
        self._mark.setPixmap(pixmap(name, 18, token, self.devicePixelRatioF()))
