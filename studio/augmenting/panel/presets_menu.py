"""The menu of ready chains and of the user's own."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu

from studio.augmenting.own_presets import own_presets
from studio.augmenting.presets import PRESETS
from studio.text import tr
from studio.widgets.buttons import Button


class PresetsButton(Button):
    """Says what is asked for by name; own chains can be renamed and deleted too."""

    ready_chosen = Signal(str)
    own_chosen = Signal(str)
    keep_asked = Signal()
    rename_asked = Signal(str)
    delete_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("Presets"), "augment.presets", tr("Ready chains, and your own"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)
        self.fill()

    @Slot()
    def fill(self) -> None:
        """Look which chains there are."""
        self._menu.clear()
        for name in PRESETS:
            self._add(self._menu, tr(name), f"augment.preset.{name}", partial(self.ready_chosen.emit, name))
        self._menu.addSeparator()
        for name in own_presets():
            own = self._menu.addMenu(name.replace("&", "&&"))
            for text, part, signal in (
                (tr("Use"), "use", self.own_chosen),
                (tr("Rename…"), "rename", self.rename_asked),
                (tr("Delete"), "delete", self.delete_asked),
            ):
                self._add(own, text, f"augment.own.{name}.{part}", partial(signal.emit, name))
        self._add(self._menu, tr("Keep this chain as…"), "augment.own.keep", self.keep_asked.emit)

    def _add(self, menu: QMenu, text: str, name: str, act) -> None:
        action = menu.addAction(text)
        action.setObjectName(name)
        action.triggered.connect(lambda checked=False: act())
