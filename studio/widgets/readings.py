"""What figures mean: sentences, each with a mark that tells its state by shape, color and word."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.evaluating.meaning import Reading
from studio.text import tr
from studio.widgets.icons import pixmap
from studio.widgets.labels import make_label

_ICONS = {"good": ("check", "good"), "warn": ("warning", "warn"), "unknown": ("minus", "mute")}


class StateMark(QLabel):
    """The mark of a state: good, warn or unknown."""

    def __init__(self, state: str = "unknown") -> None:
        super().__init__()
        self.show_state(state)

    def show_state(self, state: str) -> None:
        self._state = state
        self.setAccessibleName({"good": tr("good"), "warn": tr("look here"), "unknown": tr("unknown")}[state])
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        name, token = _ICONS[self._state]
        self.setPixmap(pixmap(name, 14, token, self.devicePixelRatioF()))


class ReadingList(QWidget):
    """Readings one below the other; a sentence in their place while there are none."""

    def __init__(self, none_yet: str) -> None:
        super().__init__()
        self._none_yet = none_yet
        self._shown: list[Reading] | None = None
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(8)
        self._layout.setColumnStretch(1, 1)
        self.show_readings([])

    def show_readings(self, readings: Sequence[Reading]) -> None:
        if self._shown == list(readings):
            return
        self._shown = list(readings)
        self._clear()
        if not readings:
            self._layout.addWidget(make_label(self._none_yet, "mute", wrap=True), 0, 0, 1, 2)
        for row, reading in enumerate(readings):
            self._layout.addWidget(StateMark(reading.state), row, 0, Qt.AlignmentFlag.AlignTop)
            self._layout.addWidget(make_label(reading.sentence, wrap=True), row, 1)

    def _clear(self) -> None:
        while (place := self._layout.takeAt(0)) is not None:
            if (widget := place.widget()) is not None:
                widget.hide()  # it would show through until the event loop deletes it
                widget.deleteLater()
