"""The sheet of keyboard shortcuts, over the window until it is dismissed."""

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.text import tr
from studio.widgets.cards import Card
from studio.widgets.labels import make_label
from studio.widgets.theme import color

EVERYWHERE = (
    ("Ctrl+1 … Ctrl+8", "go to a stage"),
    ("Ctrl+Z", "undo"),
    ("Ctrl+Shift+Z", "redo"),
    ("?, F1", "this sheet"),
)
IN_GALLERIES = (
    ("Ctrl+A", "select all"),
    ("Enter", "look at an image; arrow keys walk on, Esc goes back"),
    ("Ctrl + mouse wheel", "size of the tiles"),
    ("Ctrl+F", "find files by name"),
    ("Ctrl+Shift+F", "filter"),
    ("Ctrl+D", "compare two selected images; D shows the difference"),
)
IN_VIEWERS = (
    ("+, −, 0, 1", "in large: closer, farther, the whole image, pixel by pixel"),
    ("Shift + arrows", "in large: move"),
    ("Ctrl + arrows, W", "in large: black and white, and back to the image's own"),
    ("R", "in large: what is marked"),
)


def add_key(widget: QWidget, key: str, act: Callable[[], object], what: str = "") -> None:
    """Have a key do something while the focus is in a widget; `what` it does is said on the sheet."""
    shortcut = QShortcut(QKeySequence(key), widget)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.setWhatsThis(what)
    shortcut.activated.connect(act)


class ShortcutSheet(QWidget):
    """What keys do everywhere, in galleries, and on the screen in view; any key or click takes it away."""

    def __init__(self, window: QWidget, screen: QWidget | None) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("shortcuts")
        card = Card(tr("Keyboard"))
        columns = QHBoxLayout()
        columns.setSpacing(40)
        card.body.addLayout(columns)
        general = [(key, tr(words)) for key, words in (*EVERYWHERE, *IN_GALLERIES, *IN_VIEWERS)]
        said = {key for key, _ in general}
        own = [] if screen is None else [each for each in _shortcuts_of(screen) if each[0] not in said]
        for rows in filter(None, (own, general)):
            columns.addLayout(_column(rows))
        layout = QVBoxLayout(self)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        veil = color("background")
        veil.setAlphaF(0.8)
        QPainter(self).fillRect(self.rect(), veil)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.leave()

    @Slot()
    def leave(self) -> None:
        self._window.removeEventFilter(self)
        self.hide()
        self.deleteLater()


def _column(rows: Iterable[tuple[str, str]]) -> QVBoxLayout:
    """Keys, and what each does."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(6)
    for row, (key, words) in enumerate(rows):
        grid.addWidget(make_label(key, "strong"), row, 0)
        grid.addWidget(make_label(words), row, 1)
    column = QVBoxLayout()
    column.addLayout(grid)
    column.addStretch(1)
    return column


def _shortcuts_of(screen: QWidget) -> Iterator[tuple[str, str]]:
    """What a screen's buttons, and its shortcuts with a `whatsThis`, answer to."""
    native = QKeySequence.SequenceFormat.NativeText
    for button in screen.findChildren(QAbstractButton):
        if not button.shortcut().isEmpty():
            yield button.shortcut().toString(native), button.accessibleName()
    for shortcut in screen.findChildren(QShortcut):
        if shortcut.whatsThis():
            yield shortcut.key().toString(native), shortcut.whatsThis()
