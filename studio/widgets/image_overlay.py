"""One image of a gallery over the whole window, at its full depth, with its facts; arrow keys walk on."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from studio.imaging.pyramid import Pyramid
from studio.project.items import Item, item
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.canvas import Canvas
from studio.widgets.gallery import Gallery
from studio.widgets.labels import ElidedLabel, make_label
from studio.widgets.latest import Latest
from studio.widgets.overlay import Overlay
from studio.widgets.reading import facts_of, marks_of, pixel_in_words, read_large, window_in_words


class ImageOverlay(Overlay):
    """Lies over the window of a gallery until Esc; the gallery's selection follows.

    Subclasses lay out `head`, `stack` (the image, or the problem with it) and a foot with `pixel`, `window_words` and
    `scale`, and then `load`.
    """

    def __init__(self, gallery: Gallery, item_id: int, object_name: str, canvas: Canvas) -> None:
        super().__init__(gallery.view, object_name)
        self._gallery = gallery
        self._ids = gallery.ids
        self._row = self._ids.index(item_id)
        self._reader = Latest(self)
        self._reader.ready.connect(self._take)
        self._reader.failed.connect(self._fail)
        self.canvas = canvas
        canvas.setAccessibleName(tr("Image"))
        canvas.view_changed.connect(self._say_scale)
        canvas.window_changed.connect(self._say_window)
        canvas.pointed.connect(self._say_pixel)
        self.problem = make_label("", "mute", wrap=True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        self.stack.addWidget(canvas)
        self.stack.addWidget(self.problem)
        self.head = self._make_head()
        self.pixel, self.window_words, self.scale = (make_label("", "mute") for _ in range(3))
        self.pixel.setObjectName(f"{object_name}.pixel")
        self.window_words.setObjectName(f"{object_name}.window")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def closing(self) -> None:
        self._reader.abandon()

    def load(self) -> Item:
        """Begin to show the image whose turn it is; returns it."""
        shown = item(self._gallery.session.project, self._ids[self._row])
        self._reader.ask(lambda: read_large(shown))
        self.canvas.set_marks(marks_of(shown))
        self._facts.setText(facts_of(shown, self._gallery.caption))
        self._place.setText(tr("{n} of {total}", n=f"{self._row + 1:,}", total=f"{len(self._ids):,}"))
        return shown

    def make_button(
        self, text: str, name: str, tool_tip: str, act: Callable[[], object], icon_name: str = ""
    ) -> Button:
        button = Button(text, f"{self.objectName()}.{name}", tool_tip, icon_name=icon_name, flat=True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # every one has a key
        button.clicked.connect(lambda: act())
        return button

    def _make_head(self) -> QHBoxLayout:
        self._facts = ElidedLabel(role="strong")
        self._facts.setObjectName(f"{self.objectName()}.facts")
        self._place = make_label("", "mute")
        self._back = self.make_button("", "previous", tr("Previous image (Left)"), partial(self._go, -1), "left")
        self._on = self.make_button("", "next", tr("Next image (Right)"), partial(self._go, 1), "right")
        head = QHBoxLayout()
        head.addWidget(self._facts, 1)
        for widget in (self._place, self._back, self._on):
            head.addWidget(widget)
        head.addWidget(self.make_button("", "close", tr("Back (Esc)"), self.leave, "close"))
        return head

    def _go(self, step: int) -> None:
        if 0 <= self._row + step < len(self._ids):
            self._row += step
            self.load()
            self._gallery.select([self._ids[self._row]])

    @Slot(object)
    def _take(self, pyramid: Pyramid) -> None:
        self.canvas.set_image(pyramid)
        self.stack.setCurrentWidget(self.canvas)
        self._say_window(self.canvas.window_range)
        self._say_scale()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.canvas.set_image(None)
        self.problem.setText(sentence)
        self.stack.setCurrentWidget(self.problem)

    @Slot(object)
    def _say_pixel(self, place: tuple[int, int] | None) -> None:
        self.pixel.setText(pixel_in_words(self.canvas, place))

    @Slot(object)
    def _say_window(self, window: Sequence[float]) -> None:
        self.window_words.setText(window_in_words(window))

    @Slot()
    def _say_scale(self) -> None:
        self.scale.setText(f"{self.canvas.scale * self.devicePixelRatioF():.0%}")
