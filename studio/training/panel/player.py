"""A slider through moments, and a button that plays them one after the other."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.inputs import Slider

PLAY_EVERY_MS = 350


class Player(QWidget):
    """Tells which of the moments the user is at; at the newest one it follows when there are more."""

    moved = Signal(int)

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self._play = Button("", f"{object_name}.play", tr("Play from the beginning"), icon_name="play", flat=True)
        self._play.setCheckable(True)
        self._play.toggled.connect(self._start_or_stop)
        self._slider = Slider()
        self._slider.setObjectName(object_name)
        self._slider.setAccessibleName(tr("Moment of the run"))
        self._slider.setToolTip(tr("Go back to earlier samples; the latents are always the same"))
        self._slider.valueChanged.connect(self.moved)
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_EVERY_MS)
        self._timer.timeout.connect(self._go_on)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._play)
        layout.addWidget(self._slider, 1)

    @property
    def value(self) -> int:
        return self._slider.value()

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def set_count(self, count: int, value: int | None = None) -> None:
        """There are so many moments now; `value` is the one to be at, the newest where the user was at the newest.

        Not `moved`: who knows of more moments shows the one that it is at.
        """
        follows = self._slider.value() >= self._slider.maximum() and not self.is_playing
        self._slider.blockSignals(True)
        self._slider.setRange(0, max(0, count - 1))
        if value is not None or follows:
            self._slider.setValue(count - 1 if value is None else value)
        self._slider.blockSignals(False)
        self.setVisible(count > 1)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._play.setChecked(False)

    @Slot(bool)
    def _start_or_stop(self, plays: bool) -> None:
        self._play.set_icon("pause" if plays else "play")
        if not plays:
            self._timer.stop()
            return
        if self._slider.value() == self._slider.maximum():
            self._slider.setValue(0)
        self._timer.start()

    @Slot()
    def _go_on(self) -> None:
        self._slider.setValue(self._slider.value() + 1)
        if self._slider.value() == self._slider.maximum():
            self._play.setChecked(False)
