"""Where text was found in an image, over the whole window: looked at, corrected, and masked out."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from studio.cleaning.panel.box_canvas import BoxCanvas
from studio.cleaning.text_masks import in_sight, mask_alike, mask_all_found, mask_text, taken_alike, text_boxes
from studio.project.edits import Edit
from studio.project.items import Item, item
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.gallery import Gallery
from studio.widgets.image_overlay import ImageOverlay
from studio.widgets.labels import make_label
from studio.widgets.theme import GAP


class TextReview(ImageOverlay):
    """The images of a gallery with boxes around their text. What is masked can be undone, and the files stay."""

    canvas: BoxCanvas

    def __init__(self, gallery: Gallery, item_id: int) -> None:
        super().__init__(gallery, item_id, "clean.text", BoxCanvas("clean.text.canvas"))
        self._session = gallery.session
        self._item: Item | None = None
        self._state = make_label("", "mute")
        self._state.setObjectName("clean.text.state")
        self.canvas.changed.connect(self._say)
        self._lay_out()
        self._session.changed.connect(self._look_again)
        self.load()
        self.canvas.setFocus()

    def load(self) -> Item:
        self.canvas.set_image(None)
        self._item = shown = super().load()
        found = in_sight(text_boxes(self._session.project, shown), shown.masked)
        self.canvas.set_boxes([*shown.masked, *found], shown.masked)
        alike = len(taken_alike(self._session.project, shown))
        self._alike.setText(trn("Mask in {n} like it", "Mask in all {n} like it", alike))
        self._alike.setEnabled(alike > 1)
        self._say()
        return shown

    def closing(self) -> None:
        self._session.changed.disconnect(self._look_again)
        super().closing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_Z:
            (self._session.redo if is_shifted else self._session.undo)()
        elif event.key() == Qt.Key.Key_M:
            (self._mask_alike if is_shifted else self._mask)()
        elif event.key() == Qt.Key.Key_F:
            self.canvas.show_whole()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        hint = make_label(
            tr("Drag to draw a box or to move one; Delete takes the chosen one away. The file is not changed."), "mute"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, 8, GAP, 8)
        layout.addLayout(self.head)
        layout.addWidget(self.stack, 1)
        layout.addWidget(hint)
        layout.addLayout(self._make_foot())

    def _make_foot(self) -> QHBoxLayout:
        self._masks = self._make_action(
            tr("Mask out"), "mask", tr("Paint over the boxes in all that is made of this image (M)"), self._mask, True
        )
        self._alike = self._make_action(
            "", "mask_alike", tr("The same boxes in all images of this size and device (Shift+M)"), self._mask_alike
        )
        everything = self._make_action(
            tr("Mask all that was found"),
            "mask_all",
            tr("Paint over the text that was found in each image of the list"),
            self._mask_all,
        )
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self._state)
        foot.addWidget(self.pixel, 1)
        foot.addWidget(self.scale)
        for button in (everything, self._alike, self._masks):
            foot.addWidget(button)
        return foot

    def _make_action(self, text: str, name: str, tip: str, act, primary: bool = False) -> Button:
        button = Button(text, f"clean.text.{name}", tip, primary=primary)
        button.clicked.connect(lambda: act())
        return button

    @Slot()
    def _say(self) -> None:
        assert self._item is not None
        boxes = len(self.canvas.boxes)
        if tuple(self.canvas.boxes) == self._item.masked:
            text = trn("{n} box is masked.", "{n} boxes are masked.", boxes) if boxes else tr("Nothing is masked.")
        else:
            text = trn("{n} box, not masked yet.", "{n} boxes, not all masked yet.", boxes)
        self._state.setText(text)
        self._masks.setEnabled(tuple(self.canvas.boxes) != self._item.masked)

    @Slot()
    def _look_again(self) -> None:
        """What is masked may be something else now."""
        assert self._item is not None
        if item(self._session.project, self._item.id).masked != self._item.masked:
            self.load()

    def _mask(self) -> None:
        assert self._item is not None
        self._tell(mask_text(self._session.project, {self._item.id: self.canvas.boxes}))

    def _mask_alike(self) -> None:
        assert self._item is not None
        self._tell(mask_alike(self._session.project, self._item, self.canvas.boxes))

    def _mask_all(self) -> None:
        self._tell(mask_all_found(self._session.project, list(self._ids)))

    def _tell(self, edit: Edit | None) -> None:
        if edit is not None:
            self._session.changed.emit()
