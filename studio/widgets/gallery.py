"""The gallery: any number of a project's images, filtered and sorted, as tiles or as a map."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import msgspec
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QModelIndex, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.imaging.likeness_order import by_likeness
from studio.project import Project
from studio.project.browse import Filter, Order, browse, browse_among
from studio.project.items import item
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.feature_map import FeatureMap
from studio.widgets.gallery_bar import GalleryBar, Look
from studio.widgets.gallery_model import GalleryModel
from studio.widgets.inputs import Slider
from studio.widgets.labels import make_label
from studio.widgets.session import Session
from studio.widgets.tile_view import USUAL, TileView
from studio.widgets.tiles import Caption, Tiles, label_caption

SMALLEST, LARGEST = 64, 320
Query = tuple[str, Sequence[Any]]
"""An SQL condition on the columns of an item, and the values bound to it."""


class Gallery(QWidget):
    """Items given by id or by a condition, selected by mouse and keyboard, filtered and sorted by the bar above them.

    `selection_changed` carries the selected ids; `activated` the item double-clicked or entered, which is then also
    shown large; `shown` that other items are shown now. Set `caption` and `badge` (a word on the tile's corner, for
    few tiles) before items are given.
    """

    selection_changed = Signal(list)
    activated = Signal(int)
    shown = Signal()

    def __init__(self, session: Session, object_name: str = "gallery") -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.session = session
        self.caption: Caption = label_caption
        self.badge: Caption = lambda item: ""
        self._source: Sequence[int] | Query = []
        self._total = 0
        self._ranked: Sequence[int] = []
        self._asked = self._answered = 0
        self._to_select: Sequence[int] = ()
        self._reader = session.reader()
        self._reader.ready.connect(self._take)
        self._reader.failed.connect(self._say)
        self._model = GalleryModel(session, self, self)
        self.bar = GalleryBar(session, f"{object_name}.bar")
        self.bar.changed.connect(self._follow_look)
        self.bar.failed.connect(self._say)
        self.bar.wants_alike.connect(self._start_comparing)
        self.view = TileView(self._model)
        self.view.setObjectName(f"{object_name}.view")
        self.view.empty_text = tr("No image meets these conditions.")
        self.view.setItemDelegate(Tiles(self, self))
        self.view.selectionModel().selectionChanged.connect(self._tell_selection)
        self.view.activated.connect(self._activate)
        self.view.zoomed.connect(self._zoom)
        self._count = make_label("", "note")
        self._slider = self._make_slider()
        self._map: FeatureMap | None = None
        self._views = QStackedWidget()
        self._views.addWidget(self.view)
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self._make_compare())
        foot.addWidget(self._slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.bar)
        layout.addWidget(self._views, 1)
        layout.addLayout(foot)
        session.changed.connect(self.refresh)

    @property
    def ids(self) -> Sequence[int]:
        """The items that are shown, in their order."""
        return self._model.ids

    def set_ids(self, ids: Sequence[int]) -> None:
        """Give items by id; those that were selected stay so, and the view stays where it is."""
        self._source = ids
        self._load()

    def show_where(self, condition: str, values: Sequence[Any] = ()) -> None:
        """Give the items that meet a condition (as of `studio.project.items.items`); they are looked up in the
        background, and `shown` says when they have come."""
        self._source = condition, values
        self._load()

    def selected_ids(self) -> list[int]:
        """The selected items in the order of the gallery."""
        ranges = sorted((part.top(), part.bottom()) for part in self._selected_ranges())
        return [item_id for top, bottom in ranges for item_id in self._model.ids[top : bottom + 1]]

    def select(self, ids: Sequence[int]) -> None:
        """Select exactly these items, and make the first the current one; ids that are not shown are ignored. While
        items are being looked up, those are selected once they have come."""
        self._to_select = ids if self._asked != self._answered else ()
        rows = sorted(row for row in map(self._model.row_of, ids) if row is not None)
        selection = QItemSelection()
        for top, bottom in _runs(rows):
            selection.select(self._model.index(top), self._model.index(bottom))
        model = self.view.selectionModel()
        if rows:
            model.setCurrentIndex(self._model.index(rows[0]), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            self.view.scrollTo(self._model.index(rows[0]))

    def current_id(self) -> int | None:
        index = self.view.currentIndex()
        return self._model.ids[index.row()] if index.isValid() else None

    @Slot()
    def refresh(self) -> None:
        """Read the items in view again: labels and decisions may be others now."""
        self._model.forget()

    def picture(self, row: int) -> QPixmap | None:
        """The thumbnail in a row; None while it is being loaded."""
        return self.session.thumbnail_loader.pixmap(self._model.ids[row])

    # which items are shown

    def _load(self) -> None:
        """Show what the source and the bar's look ask for: given ids at once, all else when it has been looked up."""
        self._asked += 1
        source, look = self._source, self.bar.look
        if not isinstance(source, tuple) and look.is_plain:
            self._answered = self._asked
            self._total = len(source)
            self._show(source)
            return
        asked, project, ranked = self._asked, self.session.project, self._ranked
        self._reader.ask(lambda: (asked, *_look_up(project, source, look, ranked)))

    @Slot(object)
    def _take(self, result: tuple[int, list[int], int]) -> None:
        asked, ids, total = result
        if asked == self._asked:
            self._answered = asked
            self._total = total
            wanted = self._to_select
            self._show(ids)
            if wanted:
                self.select(wanted)

    def _show(self, ids: Sequence[int]) -> None:
        if len(ids) == len(self._model.ids) and list(ids) == list(self._model.ids):
            self.view.viewport().update()  # their captions may be others now
        else:
            selected, place = self.selected_ids(), self.view.verticalScrollBar().value()
            self._model.set_ids(ids)
            if selected:
                self.select(selected)
            self.view.verticalScrollBar().setValue(place)
        self._say_count()
        self._show_view()
        self.shown.emit()

    @Slot(object)
    def _follow_look(self, look: Look) -> None:
        if look.alike is None:
            self._ranked = []
        self._load()

    def _show_view(self) -> None:
        """The tiles, or the map, which is made when it is first wanted."""
        as_map = self.bar.look.as_map and bool(self._model.ids)
        self._slider.setVisible(not as_map)
        if not as_map:
            self._views.setCurrentWidget(self.view)
            return
        if self._map is None:
            self._map = FeatureMap(self.session, f"{self.objectName()}.map")
            self._map.selected.connect(self.select)
            self._map.activated.connect(self._look_at)
            self._views.addWidget(self._map)
        self._views.setCurrentWidget(self._map)
        self._map.show_ids(self._model.ids)
        self._map.set_selected(self.selected_ids())

    # sorting by likeness

    @Slot()
    def _start_comparing(self) -> None:
        chosen = self.current_id()
        if chosen is None:
            self._say(tr("Select the image first that the others are to be like."))
            return
        source, project = self._source, self.session.project
        job = self.session.jobs.start(
            "look", tr("Comparing images"), lambda: by_likeness(project, chosen, _given(project, source))
        )
        job.done.connect(self._take_ranked)
        job.failed.connect(self._say)

    @Slot(object)
    def _take_ranked(self, ranked: list[int]) -> None:
        self._ranked = ranked
        self.bar.set_look(msgspec.structs.replace(self.bar.look, order=Order(), alike=ranked[0]))
        self._load()

    # two at once

    def _make_compare(self) -> Button:
        self._compare = Button(
            tr("Compare"), f"{self.objectName()}.compare", tr("The two selected images side by side"), shortcut="Ctrl+D"
        )
        self._compare.hide()
        self._compare.clicked.connect(self._start_comparing_two)
        return self._compare

    @Slot()
    def _start_comparing_two(self) -> None:
        from studio.widgets.compare import Compare

        first, second = (item(self.session.project, item_id) for item_id in self.selected_ids())
        Compare(self.view, first, second).show()

    # size and selection

    def _make_slider(self) -> Slider:
        slider = Slider()
        slider.setObjectName(f"{self.objectName()}.zoom")
        slider.setAccessibleName(tr("Size of the tiles"))
        slider.setToolTip(tr("Size of the tiles (Ctrl + mouse wheel)"))
        slider.setRange(SMALLEST, LARGEST)
        slider.setSingleStep(16)
        slider.setValue(USUAL)
        slider.setFixedWidth(120)
        slider.valueChanged.connect(self.view.set_side)
        return slider

    @Slot(int)
    def _zoom(self, steps: int) -> None:
        self._slider.setValue(self._slider.value() + 16 * steps)

    @Slot()
    def _tell_selection(self) -> None:
        self._say_count()
        selected = self.selected_ids()
        if self._map is not None:
            self._map.set_selected(selected)
        self.selection_changed.emit(selected)

    def _selected_ranges(self) -> Iterable[QItemSelectionRange]:
        return cast("Iterable[QItemSelectionRange]", self.view.selectionModel().selection())  # a list, in truth

    @Slot(str)
    def _say(self, sentence: str) -> None:
        """Below the images, until another count is said there."""
        self._count.setText(sentence)

    def _say_count(self) -> None:
        selected = sum(part.height() for part in self._selected_ranges())
        n = len(self._model.ids)
        if n == self._total:
            text = trn("{n} image", "{n} images", n)
        else:
            text = trn("{shown} of {n} image", "{shown} of {n} images", self._total, shown=f"{n:,}")
        if selected:
            text += " · " + trn("{n} selected", "{n} selected", selected)
        self._count.setText(text)
        self._compare.setVisible(selected == 2)

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        self._look_at(self._model.ids[index.row()])

    @Slot(int)
    def _look_at(self, item_id: int) -> None:
        from studio.widgets.viewer import Viewer

        self.activated.emit(item_id)
        Viewer(self, item_id).show()


def _given(project: Project, source: Sequence[int] | Query) -> Sequence[int]:
    """All items of a source."""
    return browse(project, Filter(), Order(), *source) if isinstance(source, tuple) else source


def _look_up(
    project: Project, source: Sequence[int] | Query, look: Look, ranked: Sequence[int]
) -> tuple[list[int], int]:
    """The items to be shown, and of how many they are chosen."""
    if look.alike is not None and ranked:
        given = set(_given(project, source))
        source = [item_id for item_id in ranked if item_id in given]
    if not isinstance(source, tuple):
        return browse_among(project, look.shown, look.order, source), len(source)
    ids = browse(project, look.shown, look.order, *source)
    return ids, len(ids) if look.shown == Filter() else len(_given(project, source))


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Ascending rows as ranges without gaps."""
    ranges: list[tuple[int, int]] = []
    for row in rows:
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = (ranges[-1][0], row)
        else:
            ranges.append((row, row))
    return ranges
