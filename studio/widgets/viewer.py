"""One image as large as the window, at its full depth, with its facts; arrow keys walk on."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from studio.imaging.pyramid import Pyramid
from studio.project.items import Item, item
from studio.project.regions import regions
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.canvas import Canvas
from studio.widgets.gallery import Gallery
from studio.widgets.labels import ElidedLabel, make_label
from studio.widgets.latest import Latest
from studio.widgets.overlay import Overlay
from studio.widgets.reading import facts_of, marks_of, pixel_in_words, read_large, window_in_words
from studio.widgets.theme import GAP


class Viewer(Overlay):
    """Lies over the window of a gallery until Esc; the gallery's selection follows."""

    def __init__(self, gallery: Gallery, item_id: int) -> None:
        super().__init__(gallery.view, "viewer")
        self._gallery = gallery
        self._ids = gallery.ids
        self._row = self._ids.index(item_id)
        self._item: Item | None = None
        self._reader = Latest(self)
        self._reader.ready.connect(self._take)
        self._reader.failed.connect(self._fail)
        self.canvas = Canvas("viewer.canvas")
        self.canvas.setAccessibleName(tr("Image"))
        self.canvas.view_changed.connect(self._say_scale)
        self.canvas.window_changed.connect(self._say_window)
        self.canvas.pointed.connect(self._say_pixel)
        self.problem = make_label("", "mute", wrap=True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.problem)
        self._lay_out()
        self._load()
        self.canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Left:
            self._previous()
        elif event.key() == Qt.Key.Key_Right:
            self._next()
        else:
            super().keyPressEvent(event)

    def closing(self) -> None:
        self._reader.abandon()

    def _lay_out(self) -> None:
        self._facts = ElidedLabel(role="strong")
        self._facts.setObjectName("viewer.facts")
        self._place = make_label("", "mute")
        self._back = self._button("", "viewer.previous", tr("Previous image (Left)"), "left")
        self._on = self._button("", "viewer.next", tr("Next image (Right)"), "right")
        out = self._button("", "viewer.close", tr("Back (Esc)"), "close")
        head = QHBoxLayout()
        head.addWidget(self._facts, 1)
        for widget in (self._place, self._back, self._on, out):
            head.addWidget(widget)
        self._pixel = make_label("", "mute")
        self._pixel.setObjectName("viewer.pixel")
        self._window = make_label("", "mute")
        self._window.setObjectName("viewer.window")
        self._scale = make_label("", "mute")
        whole = self._button(tr("Whole"), "viewer.whole", tr("The whole image (0)"))
        pixels = self._button("1:1", "viewer.pixels", tr("Pixel by pixel (1)"))
        own = self._button(tr("Own window"), "viewer.own_window", tr("The image's own black and white (W)"))
        self._marked = self._button(tr("Regions"), "viewer.regions", tr("Show or hide what is marked (R)"))
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self._pixel, 1)
        for widget in (self._window, own, self._marked, self._scale, whole, pixels):
            foot.addWidget(widget)
        self._back.clicked.connect(self._previous)
        self._on.clicked.connect(self._next)
        out.clicked.connect(self.leave)
        whole.clicked.connect(self.canvas.show_whole)
        pixels.clicked.connect(self.canvas.show_pixels)
        own.clicked.connect(self.canvas.show_own_window)
        self._marked.clicked.connect(self.canvas.toggle_regions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, 8, GAP, 8)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)

    def _button(self, text: str, object_name: str, tool_tip: str, icon_name: str = "") -> Button:
        button = Button(text, object_name, tool_tip, icon_name=icon_name, flat=True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # every one has a key
        return button

    @Slot()
    def _previous(self) -> None:
        self._go(self._row - 1)

    @Slot()
    def _next(self) -> None:
        self._go(self._row + 1)

    def _go(self, row: int) -> None:
        if 0 <= row < len(self._ids):
            self._row = row
            self._load()
            self._gallery.select([self._ids[row]])

    def _load(self) -> None:
        project = self._gallery.session.project
        self._item = shown = item(project, self._ids[self._row])
        self._reader.ask(lambda: read_large(shown))
        marked = regions(project, [shown.id]).get(shown.id, ())
        self.canvas.set_regions(marked)
        self.canvas.set_marks(marks_of(shown))
        self._marked.setVisible(bool(marked))
        self._facts.setText(facts_of(shown, self._gallery.caption))
        self._place.setText(tr("{n} of {total}", n=f"{self._row + 1:,}", total=f"{len(self._ids):,}"))
        self._back.setEnabled(self._row > 0)
        self._on.setEnabled(self._row + 1 < len(self._ids))

    @Slot(object)
    def _take(self, pyramid: Pyramid) -> None:
        self.canvas.set_image(pyramid)
        self._stack.setCurrentWidget(self.canvas)
        self._say_window(self.canvas.window_range)
        self._say_scale()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.canvas.set_image(None)
        self.problem.setText(sentence)
        self._stack.setCurrentWidget(self.problem)

    @Slot(object)
    def _say_pixel(self, place: tuple[int, int] | None) -> None:
        self._pixel.setText(pixel_in_words(self.canvas, place))

    @Slot(object)
    def _say_window(self, window: tuple[float, float]) -> None:
        self._window.setText(window_in_words(window))

    @Slot()
    def _say_scale(self) -> None:
        self._scale.setText(f"{self.canvas.scale * self.devicePixelRatioF():.0%}")
