"""Above a gallery: which of its images are shown, in which order, and how."""

import msgspec
from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.project.browse import Choices, Filter, Order, choices
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.gallery_filter import FilterPopup
from studio.widgets.gallery_words import field_title, in_words, score_title
from studio.widgets.inputs import ComboBox
from studio.widgets.labels import ElidedLabel
from studio.widgets.session import Session

SEARCH_AFTER_MS = 150
ALIKE = "alike"
NO_CHOICES = Choices([], [], {}, {})


class Look(msgspec.Struct, frozen=True):
    """What a gallery shows. alike: the item that the others are sorted by their likeness to."""

    shown: Filter = Filter()
    order: Order = Order()
    alike: int | None = None
    as_map: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether everything is shown in the order given."""
        return self.shown == Filter() and not self.order.by and self.alike is None


class GalleryBar(QWidget):
    """`changed` carries the look after each change; it stays with the session under the bar's name."""

    changed = Signal(object)
    failed = Signal(str)
    wants_alike = Signal()
    """The images are to be sorted by their likeness to the selected one."""

    def __init__(self, session: Session, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.look: Look = session.kept.get(object_name, Look())
        self._session = session
        self._choices = NO_CHOICES
        self._reader = session.reader()
        self._reader.ready.connect(self._take_choices)
        self._reader.failed.connect(self.failed)
        self._popup = FilterPopup(self, f"{object_name}.filter")
        self._popup.changed.connect(self._set_filter)
        self._search_soon = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._search_soon.timeout.connect(self._take_text)
        self._add_row()
        self._words = ElidedLabel(role="note")
        self._all = Button("", f"{object_name}.all", tr("Take all conditions away"), icon_name="close", flat=True)
        self._all.clicked.connect(self.show_all)
        below = QHBoxLayout()
        below.addWidget(self._all)
        below.addWidget(self._words, 1)
        self._below = QWidget()
        self._below.setLayout(below)
        below.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._row)
        layout.addWidget(self._below)
        self._show_look()

    def set_look(self, look: Look) -> None:
        """Show and keep a look, and tell it."""
        if look == self.look:
            return
        self.look = look
        self._session.kept[self.objectName()] = look
        self._show_look()
        self.changed.emit(look)

    @Slot()
    def show_all(self) -> None:
        """Without any condition."""
        self._search.clear()
        self.set_look(msgspec.structs.replace(self.look, shown=Filter()))

    @Slot()
    def open_filter(self) -> None:
        """The conditions, below their button."""
        self._reader.ask(lambda: choices(self._session.project))
        self._popup.show_filter(self.look.shown, self._choices)
        self._popup.show_at(self._filter.mapToGlobal(QPoint(0, self._filter.height() + 4)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reader.ask(lambda: choices(self._session.project))

    def _add_row(self) -> None:
        name = self.objectName()
        self._search = QLineEdit(self.look.shown.text)
        self._search.setObjectName(f"{name}.search")
        self._search.setPlaceholderText(tr("File name"))
        self._search.setAccessibleName(tr("File name"))
        self._search.setToolTip(tr("A part of the file's name or folder (Ctrl+F)"))
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumWidth(80)
        self._search.textChanged.connect(self._search_soon.start)
        self._filter = Button(
            "", f"{name}.open_filter", tr("Filter"), icon_name="filter", flat=True, shortcut="Ctrl+Shift+F"
        )
        self._filter.setCheckable(True)
        self._filter.clicked.connect(self.open_filter)
        self._order = ComboBox()
        self._order.setObjectName(f"{name}.order")
        self._order.setAccessibleName(tr("Order"))
        self._order.setToolTip(tr("What the images are sorted by; likeness: to the selected one"))
        self._order.setMinimumContentsLength(11)
        self._order.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._order.activated.connect(self._choose_order)
        self._direction = Button("", f"{name}.direction", tr("Turn the order round"), icon_name="up", flat=True)
        self._direction.clicked.connect(self._turn_round)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._row.addWidget(self._search, 1)
        for widget in (self._filter, self._order, self._direction, *self._make_views()):
            self._row.addWidget(widget)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self._find)
        QShortcut(QKeySequence("Escape"), self._search, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(
            self._search.clear
        )

    def _make_views(self) -> tuple[Button, Button]:
        name = self.objectName()
        grid = Button("", f"{name}.grid", tr("As tiles"), icon_name="grid", flat=True)
        chart = Button("", f"{name}.map", tr("As a map: what looks alike lies close"), icon_name="map", flat=True)
        self._views = QButtonGroup(self)
        for number, button in enumerate((grid, chart)):
            button.setCheckable(True)
            self._views.addButton(button, number)
        self._views.idClicked.connect(self._choose_view)
        return grid, chart

    def _show_look(self) -> None:
        self._fill_orders()
        words = in_words(self.look.shown)
        self._words.setText(words)
        self._below.setVisible(bool(words))
        self._filter.setChecked(bool(words))
        self._direction.set_icon("down" if self.look.order.descending else "up")
        self._direction.setEnabled(bool(self.look.order.by))
        self._views.button(int(self.look.as_map)).setChecked(True)

    def _fill_orders(self) -> None:
        orders = [
            (tr("Usual order"), Order()),
            (tr("by file"), Order("file")),
            (tr("by label"), Order("label")),
            (tr("by size"), Order("area")),
            *((tr("by {name}", name=score_title(name)), Order("score", name)) for name in self._choices.scores),
            *((tr("by {name}", name=field_title(name)), Order("field", name)) for name in self._choices.fields),
            (tr("by likeness"), ALIKE),
        ]
        order = self.look.order
        current = ALIKE if self.look.alike is not None else Order(order.by, order.name)
        if current not in [value for _, value in orders]:
            orders.insert(-1, (tr("by {name}", name=order.name), current))
        self._order.clear()
        for title, value in orders:
            self._order.addItem(title, value)
        self._order.setCurrentIndex([value for _, value in orders].index(current))

    @Slot(object)
    def _take_choices(self, found: Choices) -> None:
        if found != self._choices:
            self._choices = found
            self._fill_orders()
            if self._popup.isVisible():
                self._popup.show_filter(self.look.shown, found)

    @Slot(object)
    def _set_filter(self, shown: Filter) -> None:
        self.set_look(msgspec.structs.replace(self.look, shown=shown))

    @Slot()
    def _take_text(self) -> None:
        self._set_filter(msgspec.structs.replace(self.look.shown, text=self._search.text().strip()))

    @Slot(int)
    def _choose_order(self, row: int) -> None:
        chosen = self._order.itemData(row)
        if chosen == ALIKE:
            self._fill_orders()  # until it is known what they are to be like
            self.wants_alike.emit()
        else:
            self.set_look(msgspec.structs.replace(self.look, order=chosen, alike=None))

    @Slot()
    def _turn_round(self) -> None:
        order = self.look.order
        turned = msgspec.structs.replace(order, descending=not order.descending)
        self.set_look(msgspec.structs.replace(self.look, order=turned))

    @Slot(int)
    def _choose_view(self, number: int) -> None:
        self.set_look(msgspec.structs.replace(self.look, as_map=bool(number)))

    @Slot()
    def _find(self) -> None:
        self._search.setFocus()
        self._search.selectAll()
