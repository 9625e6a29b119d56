"""The viewer: an image of a gallery in large, with what is marked in it."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from studio.project.items import Item
from studio.project.regions import regions
from studio.text import tr
from studio.widgets.canvas import Canvas
from studio.widgets.gallery import Gallery
from studio.widgets.image_overlay import ImageOverlay
from studio.widgets.theme import GAP


class Viewer(ImageOverlay):
    """An image to look at."""

    def __init__(self, gallery: Gallery, item_id: int) -> None:
        super().__init__(gallery, item_id, "viewer", Canvas("viewer.canvas"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, 8, GAP, 8)
        layout.addLayout(self.head)
        layout.addWidget(self.stack, 1)
        layout.addLayout(self._make_foot())
        self.load()
        self.canvas.setFocus()

    def load(self) -> Item:
        shown = super().load()
        marked = regions(self._gallery.session.project, [shown.id]).get(shown.id, ())
        self.canvas.set_regions(marked)
        self._marked.setVisible(bool(marked))
        self._back.setEnabled(self._row > 0)
        self._on.setEnabled(self._row + 1 < len(self._ids))
        return shown

    def _make_foot(self) -> QHBoxLayout:
        canvas, make = self.canvas, self.make_button
        whole = make(tr("Whole"), "whole", tr("The whole image (0)"), canvas.show_whole)
        pixels = make("1:1", "pixels", tr("Pixel by pixel (1)"), canvas.show_pixels)
        own = make(tr("Own window"), "own_window", tr("The image's own black and white (W)"), canvas.show_own_window)
        self._marked = make(tr("Regions"), "regions", tr("Show or hide what is marked (R)"), canvas.toggle_regions)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self.pixel, 1)
        for widget in (self.window_words, own, self._marked, self.scale, whole, pixels):
            foot.addWidget(widget)
        return foot
