"""The way from any screen to how images are prepared."""

from PySide6.QtCore import Slot

from studio.imaging.preparation import Preparation, preparation
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.preparation_sheet import PreparationSheet
from studio.widgets.session import Session


class PreparationButton(Button):
    """Opens the sheet, and says whether images are prepared otherwise than by default; `quiet`: as an icon only."""

    def __init__(self, session: Session, object_name: str, quiet: bool = False) -> None:
        tool_tip = tr("How images are prepared for learning: black and white, color, fit")
        super().__init__("", object_name, tool_tip, icon_name="contrast", flat=quiet)
        self._session = session
        self._quiet = quiet
        self.clicked.connect(self._open)
        session.changed.connect(self._say)
        self._say()

    @Slot()
    def _open(self) -> None:
        PreparationSheet(self._session, self).show()

    @Slot()
    def _say(self) -> None:
        is_usual = preparation(self._session.project) == Preparation()
        words = tr("Prepared as usual") if is_usual else tr("Prepared as you set")
        self.setAccessibleName(words)
        if not self._quiet:
            self.setText(words)
