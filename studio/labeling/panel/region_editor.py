"""The editor of regions: what is marked in an image, over the whole window."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from studio.labeling.marking import Marking
from studio.labeling.panel.mark_canvas import MarkCanvas
from studio.labeling.panel.mark_side import MarkSide
from studio.project.items import Item, classes
from studio.project.regions import Region, regions, set_regions
from studio.text import tr
from studio.widgets.gallery import Gallery
from studio.widgets.image_overlay import ImageOverlay
from studio.widgets.theme import GAP

BRUSHES_ACROSS = 40
"""Brushes that fit side by side across an image at first."""


class RegionEditor(ImageOverlay):
    """An image to mark regions in. Each change is kept at once and can be undone."""

    canvas: MarkCanvas

    def __init__(self, gallery: Gallery, item_id: int) -> None:
        super().__init__(gallery, item_id, "marking", MarkCanvas("marking.canvas"))
        self._session = gallery.session
        self._item: Item | None = None
        self.canvas.changed.connect(self._keep)
        self.side = MarkSide(self.canvas)
        self.side.changed.connect(self._keep)
        self._lay_out()
        self._session.changed.connect(self._look_again)
        self.load()
        self.canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_Z:
            is_redo = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self._session.redo if is_redo else self._session.undo)()
        elif event.key() == Qt.Key.Key_Escape and self.canvas.give_up():
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.canvas.setFocus()  # a name was typed
        elif event.key() == Qt.Key.Key_F:
            self.canvas.show_whole()
        elif not self.side.take_key(event):
            super().keyPressEvent(event)

    def closing(self) -> None:
        self._session.changed.disconnect(self._look_again)
        super().closing()

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(GAP)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, 8, GAP, 8)
        layout.addLayout(self.head)
        layout.addLayout(middle, 1)
        layout.addLayout(self._make_foot())

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self.pixel, 1)
        foot.addWidget(self.window_words)
        foot.addWidget(self.scale)
        for text, name, tip, act in (
            (tr("Whole"), "whole", tr("The whole image (F)"), self.canvas.show_whole),
            ("1:1", "pixels", tr("Pixel by pixel"), self.canvas.show_pixels),
            (tr("Own window"), "own_window", tr("The image's own black and white (W)"), self.canvas.show_own_window),
            (tr("Regions"), "regions", tr("Show or hide what is marked (R)"), self.canvas.toggle_regions),
        ):
            foot.addWidget(self.make_button(text, name, tip, act))
        return foot

    def load(self) -> Item:
        self.canvas.set_image(None)
        self._item = shown = super().load()
        self.side.set_diameter(max(2, min(shown.width, shown.height) // BRUSHES_ACROSS))
        self._show(self._kept())
        self.canvas.select(None)
        return shown

    # What is marked

    def _kept(self) -> tuple[Region, ...]:
        assert self._item is not None
        return regions(self._session.project, [self._item.id]).get(self._item.id, ())

    def _show(self, kept: tuple[Region, ...]) -> None:
        assert self._item is not None
        self.canvas.set_marking(Marking(self._item.width, self._item.height, kept))
        self.side.offer_names(classes(self._session.project))

    @Slot()
    def _look_again(self) -> None:
        """After undo and redo the project keeps something else than is shown."""
        kept = self._kept()
        if kept != self.canvas.marking.regions:
            self._show(kept)

    @Slot()
    def _keep(self) -> None:
        """Write what was drawn into the project."""
        assert self._item is not None
        marking = self.canvas.marking
        marking.drop_empty()
        if self.canvas.selected not in marking.marks:
            self.canvas.select(None)
        self.side.refresh()
        if set_regions(self._session.project, {self._item.id: marking.regions}) is not None:
            self._session.changed.emit()
