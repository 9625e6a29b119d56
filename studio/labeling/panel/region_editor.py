"""The editor of regions: what is marked in an image, over the whole window."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from studio.imaging.pyramid import Pyramid
from studio.labeling.marking import Marking
from studio.labeling.panel.mark_canvas import MarkCanvas
from studio.labeling.panel.mark_side import MarkSide
from studio.project.items import Item, classes, item
from studio.project.regions import Region, regions, set_regions
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.gallery import Gallery
from studio.widgets.labels import ElidedLabel, make_label
from studio.widgets.latest import Latest
from studio.widgets.overlay import Overlay
from studio.widgets.reading import facts_of, marks_of, pixel_in_words, read_large, window_in_words
from studio.widgets.theme import GAP

BRUSHES_ACROSS = 40
"""Brushes that fit side by side across an image at first."""


class RegionEditor(Overlay):
    """Lies over the window of a gallery until Esc. Each change is kept at once and can be undone."""

    def __init__(self, gallery: Gallery, item_id: int) -> None:
        super().__init__(gallery.view, "marking")
        self._gallery = gallery
        self._session = gallery.session
        self._ids = gallery.ids
        self._row = self._ids.index(item_id)
        self._item: Item | None = None
        self._reader = Latest(self)
        self._reader.ready.connect(self._take)
        self._reader.failed.connect(self._fail)
        self.canvas = MarkCanvas("marking.canvas")
        self.canvas.setAccessibleName(tr("Image"))
        self.canvas.changed.connect(self._keep)
        self.canvas.pointed.connect(self._say_pixel)
        self.canvas.window_changed.connect(self._say_window)
        self.canvas.view_changed.connect(self._say_scale)
        self.side = MarkSide(self.canvas)
        self.side.changed.connect(self._keep)
        self._lay_out()
        self._session.changed.connect(self._look_again)
        self._load()
        self.canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_Z:
            is_redo = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self._session.redo if is_redo else self._session.undo)()
        elif event.key() == Qt.Key.Key_Escape and self.canvas.give_up():
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.canvas.setFocus()  # a name was typed
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() == Qt.Key.Key_F:
            self.canvas.show_whole()
        elif not self.side.take_key(event):
            super().keyPressEvent(event)

    def closing(self) -> None:
        self._session.changed.disconnect(self._look_again)
        self._reader.abandon()

    def _lay_out(self) -> None:
        self.problem = make_label("", "mute", wrap=True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.problem)
        middle = QHBoxLayout()
        middle.setSpacing(GAP)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, 8, GAP, 8)
        layout.addLayout(self._head())
        layout.addLayout(middle, 1)
        layout.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        self._facts = ElidedLabel(role="strong")
        self._place = make_label("", "mute")
        head = QHBoxLayout()
        head.addWidget(self._facts, 1)
        head.addWidget(self._place)
        acts: Sequence[tuple[str, str, Callable[[], None]]] = (
            ("left", tr("Previous image (Left)"), partial(self._go, -1)),
            ("right", tr("Next image (Right)"), partial(self._go, 1)),
            ("close", tr("Back (Esc)"), self.leave),
        )
        for icon_name, tool_tip, act in acts:
            head.addWidget(self._button("", icon_name, tool_tip, act, icon_name))
        return head

    def _foot(self) -> QHBoxLayout:
        self._pixel, self._window, self._scale = (make_label("", "mute") for _ in range(3))
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self._pixel, 1)
        foot.addWidget(self._window)
        foot.addWidget(self._scale)
        for text, name, tip, act in (
            (tr("Whole"), "whole", tr("The whole image (F)"), self.canvas.show_whole),
            ("1:1", "pixels", tr("Pixel by pixel"), self.canvas.show_pixels),
            (tr("Own window"), "own_window", tr("The image's own black and white (W)"), self.canvas.show_own_window),
            (tr("Regions"), "regions", tr("Show or hide what is marked (R)"), self.canvas.toggle_regions),
        ):
            foot.addWidget(self._button(text, name, tip, act))
        return foot

    def _button(self, text: str, name: str, tool_tip: str, act: Callable[[], None], icon_name: str = "") -> Button:
        button = Button(text, f"marking.{name}", tool_tip, icon_name=icon_name, flat=True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # every one has a key
        button.clicked.connect(lambda: act())
        return button

    # One image after the other

    def _go(self, step: int) -> None:
        if 0 <= self._row + step < len(self._ids):
            self._row += step
            self._load()
            self._gallery.select([self._ids[self._row]])

    def _load(self) -> None:
        self._item = shown = item(self._session.project, self._ids[self._row])
        self.canvas.set_image(None)
        self._reader.ask(lambda: read_large(shown))
        self.canvas.set_marks(marks_of(shown))
        self._facts.setText(facts_of(shown, self._gallery.caption))
        self._place.setText(tr("{n} of {total}", n=f"{self._row + 1:,}", total=f"{len(self._ids):,}"))
        self.side.set_diameter(max(2, min(shown.width, shown.height) // BRUSHES_ACROSS))
        self._show(self._kept())
        self.canvas.select(None)

    @Slot(object)
    def _take(self, pyramid: Pyramid) -> None:
        self.canvas.set_image(pyramid)
        self._stack.setCurrentWidget(self.canvas)
        self._say_window(self.canvas.window_range)
        self._say_scale()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self._stack.setCurrentWidget(self.problem)

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

    # Words

    @Slot(object)
    def _say_pixel(self, place: tuple[int, int] | None) -> None:
        self._pixel.setText(pixel_in_words(self.canvas, place))

    @Slot(object)
    def _say_window(self, window: Sequence[float]) -> None:
        self._window.setText(window_in_words(window))

    @Slot()
    def _say_scale(self) -> None:
        self._scale.setText(f"{self.canvas.scale * self.devicePixelRatioF():.0%}")
