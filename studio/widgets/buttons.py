"""Buttons with everything that each must have: a stable name, a tool tip, a keyboard way."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton

from studio.widgets.icons import SIDE, icon

SPACE = 5
"""Between an icon and its text, px."""


class Button(QPushButton):
    """A button; `primary` for the one action that a screen is for, `flat` for quiet ones that are only an icon.

    The tool tip ends with the shortcut where there is one. `icon_name` is redrawn when the theme changes.
    """

    def __init__(
        self,
        text: str,
        object_name: str,
        tool_tip: str,
        *,
        icon_name: str = "",
        primary: bool = False,
        flat: bool = False,
        shortcut: str | None = None,
    ) -> None:
        super().__init__(text)
        self._icon_name = icon_name
        self._primary = primary
        self.setObjectName(object_name)
        self.setAccessibleName(text or tool_tip)
        self.setProperty("primary", primary)
        self.setProperty("flat", flat)
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
            tool_tip += f" ({self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})"
        self.setToolTip(tool_tip)
        self._draw_icon()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._draw_icon()

    def set_icon(self, name: str) -> None:
        self._icon_name = name
        self._draw_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        if self._icon_name:
            space = SPACE if self.text() else 0
            self.setIcon(icon(self._icon_name, "on_accent" if self._primary else "text", space))
            self.setIconSize(QSize(SIDE + space, SIDE))
