"""The rail: the project, the eight stages with where each stands, and a few quiet buttons."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout

from studio.stages import STAGES, StageState
from studio.text import tr
from studio.widgets import icons
from studio.widgets.labels import ElidedLabel
from studio.widgets.theme import RAIL_WIDTH, color

TITLES = {
    "import": "Import",
    "clean": "Clean",
    "label": "Label",
    "augment": "Augment",
    "train": "Train",
    "evaluate": "Evaluate",
    "synthesize": "Synthesize",
    "export": "Export",
}
STATES = {
    "empty": ("mute", "empty"),
    "ready": ("mute", "ready"),
    "running": ("accent", "running"),
    "done": ("good", "done"),
    "stale": ("warn", "out of date"),
}
"""Color and word of each state."""
MARK = 16
TEXT_LEFT = 36


class Rail(QFrame):
    """`chosen` carries the stage that the user wants to see."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "rail")
        self.setFixedWidth(RAIL_WIDTH)
        self._name = ElidedLabel(role="project")
        self._name.setObjectName("rail.project")
        self._counts = ElidedLabel(role="note")
        self._counts.setObjectName("rail.counts")
        self._group = QButtonGroup(self)
        self._stages = {stage: self._add_stage(number, stage) for number, stage in enumerate(STAGES, 1)}
        self.tools = QHBoxLayout()
        """At the bottom; the workspace adds its buttons."""
        self.tools.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 16, 12, 10)
        layout.setSpacing(4)
        layout.addWidget(self._name)
        layout.addWidget(self._counts)
        layout.addSpacing(12)
        for button in self._stages.values():
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addLayout(self.tools)

    def set_project(self, name: str, counts: str) -> None:
        self._name.setText(name)
        self._counts.setText(counts)

    def set_states(self, states: Mapping[str, StageState]) -> None:
        for stage, state in states.items():
            self._stages[stage].set_state(state)

    def set_current(self, stage: str) -> None:
        self._stages[stage].setChecked(True)

    def button(self, stage: str) -> "StageButton":
        return self._stages[stage]

    def _add_stage(self, number: int, stage: str) -> "StageButton":
        button = StageButton(stage, number)
        button.clicked.connect(self._tell)
        self._group.addButton(button)
        return button

    @Slot()
    def _tell(self) -> None:
        button = self.sender()
        assert isinstance(button, StageButton)
        self.chosen.emit(button.stage)


class StageButton(QAbstractButton):
    """One stage: a mark whose shape and color say its state, its title, and a note in few words."""

    def __init__(self, stage: str, number: int) -> None:
        super().__init__()
        self.stage = stage
        self.state = StageState("empty")
        self.setObjectName(f"rail.{stage}")
        self.setText(tr(TITLES[stage]))
        self.setCheckable(True)
        self.setShortcut(QKeySequence(f"Ctrl+{number}"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._describe()

    def set_state(self, state: StageState) -> None:
        if state != self.state:
            self.state = state
            self._describe()
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(RAIL_WIDTH - 24, 43)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        token, _ = STATES[self.state.state]
        icons.paint(painter, f"state-{self.state.state}", QRectF(9, (self.height() - MARK) / 2, MARK, MARK), token)
        self._paint_words(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
        hovered = color("soft")
        hovered.setAlphaF(0.5)
        ground = color("soft") if self.isChecked() else hovered if self.underMouse() else Qt.BrushStyle.NoBrush
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 7, 7)

    def _paint_words(self, painter: QPainter) -> None:
        note = self.state.note
        title = QRect(TEXT_LEFT, 5 if note else 0, self.width() - TEXT_LEFT - 6, 18 if note else self.height())
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(color("accent" if self.isChecked() else "text"))
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, self.text())
        font.setWeight(QFont.Weight.Normal)
        font.setPointSizeF(8.5)
        painter.setFont(font)
        painter.setPen(color("mute"))
        below = QRect(title.left(), 22, title.width(), 16)
        shown = QFontMetrics(font).elidedText(note, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, shown)

    def _describe(self) -> None:
        _, word = STATES[self.state.state]
        parts = [self.text(), tr(word), self.state.note]
        self.setAccessibleName(", ".join(part for part in parts if part))
        key = self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        facts = " · ".join(part for part in (tr(word), self.state.note) if part)
        self.setToolTip(f"{self.text()} ({key})\n{facts}")
