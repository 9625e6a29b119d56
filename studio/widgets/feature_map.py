"""A map of images, on which those that look alike lie close: a line drawn round some selects them."""

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from models.events import Event
from studio.imaging.feature_map import RoughMap, feature_map
from studio.project.label_ranks import LabelRanks, label_ranks
from studio.text import tr
from studio.widgets.map_picture import draw_points
from studio.widgets.map_places import MapPlaces
from studio.widgets.session import Session
from studio.widgets.theme import color, tokens

FEW = 3_000
"""More points than that are drawn smaller."""
NEAR = 12
"""Pixels from the mouse within which a point is meant."""
THUMBNAIL = 112
MOST_NAMES = 8
ZOOM_STEP = 1.25
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class FeatureMap(QWidget):
    """Drag: select what the line encloses, with Shift besides what is selected; wheel: zoom; drag with the right
    button: move; 0: all; arrows: the next point; Enter or a double click: look at an image."""

    selected = Signal(list)
    """The ids that the user has selected."""
    activated = Signal(int)

    def __init__(self, session: Session, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setAccessibleName(tr("Map of the images"))
        self._session = session
        self._ids = np.zeros(0, np.int64)
        self._known = np.zeros(0, np.int64), np.zeros((0, 2), np.float32)
        self._asked = self._ids
        self._points = self._known[1]
        self._places = MapPlaces(self._points)
        self._labels = LabelRanks(np.zeros(0, int), [])
        self._chosen = np.zeros(0, np.int64)
        self._is_selected = np.zeros(0, bool)
        self._hovered: int | None = None
        self._line: list[QPointF] = []
        self._moved_from: QPointF | None = None
        self._words = ""
        self._wanted = np.zeros(0, np.int64)
        self._label_reader = session.reader()
        self._label_reader.ready.connect(self._take_labels)
        self._label_reader.failed.connect(self._say)
        session.thumbnail_loader.loaded.connect(self._take_thumbnails)
        session.changed.connect(self._read_labels)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(140)

    def show_ids(self, ids: Sequence[int] | np.ndarray) -> None:
        """Show these items; what is not known of them yet is found out in a job."""
        self._wanted = np.array(ids, np.int64)
        known, points = self._known
        rows = np.searchsorted(known, self._wanted).clip(max=max(0, len(known) - 1))
        if len(known) and np.array_equal(known[rows], self._wanted):
            self._show(self._wanted, points[rows])
        elif self._session.jobs.running("map") is None:
            self._start(np.unique(self._wanted))

    def set_selected(self, ids: Iterable[int]) -> None:
        """Draw these as selected, without `selected`."""
        self._chosen = np.fromiter(ids, np.int64)
        self._is_selected = np.isin(self._ids, self._chosen)
        self.update()

    def point_of(self, item_id: int) -> QPointF:
        """Where an item lies."""
        row = int(np.flatnonzero(self._ids == item_id)[0])
        return QPointF(*self._places.pixels(self.width(), self.height())[row].tolist())

    # finding out

    def _start(self, ids: np.ndarray) -> None:
        project = self._session.project
        self._asked = ids
        self._show(ids[:0], np.zeros((0, 2), np.float32))
        self._words = tr("Finding out what the images look like…")
        job = self._session.jobs.start("map", tr("Drawing the map"), lambda: feature_map(project, ids.tolist()))
        job.events.connect(self._take_events)
        job.done.connect(self._take_points)
        job.failed.connect(self._say)
        job.canceled.connect(self._say_canceled)
        self.update()

    @Slot(list)
    def _take_events(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, RoughMap):
                self._take_points(event.points)
                self._say(tr("Roughly so; the map is being laid out…"))

    @Slot(object)
    def _take_points(self, points: np.ndarray) -> None:
        self._known = self._asked, points
        self._words = ""
        self.show_ids(self._wanted)

    @Slot()
    def _say_canceled(self) -> None:
        self._say(tr("Roughly so; the map was not laid out.") if len(self._ids) else tr("The map was not drawn."))

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self._words = sentence
        self.update()

    def _show(self, ids: np.ndarray, points: np.ndarray) -> None:
        if len(ids) != len(self._ids) or not np.array_equal(points, self._points, equal_nan=True):
            self._points, self._places = points, MapPlaces(points)
        if not np.array_equal(self._ids, ids):
            self._ids = ids
            self._labels = LabelRanks(np.zeros(len(ids), int), [""])
            self._is_selected = np.isin(ids, self._chosen)
            self._hovered = None
            self._read_labels()
        self.update()

    @Slot()
    def _read_labels(self) -> None:
        if len(self._ids):
            project, ids = self._session.project, self._ids
            self._label_reader.ask(lambda: label_ranks(project, ids))

    @Slot(object)
    def _take_labels(self, labels: LabelRanks) -> None:
        if len(labels.ranks) == len(self._ids):
            self._labels = labels
            self.update()

    # input

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = ZOOM_STEP ** (event.angleDelta().y() / 120)
        self._places.zoom_by(factor, event.position(), self.width(), self.height())
        self.update()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._line = [event.position()]
        else:
            self._moved_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._line:
            self._line.append(point)
        elif self._moved_from is not None:
            self._places.move_by(point - self._moved_from, self.width(), self.height())
            self._moved_from = point
        else:
            self._hovered = self._places.nearest(point, self.width(), self.height(), NEAR)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._moved_from = None
        if not self._line:
            return
        line, self._line = self._line, []
        is_more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        chosen = self._is_selected.copy() if is_more else np.zeros(len(self._ids), bool)
        chosen[self._enclosed(line)] = True
        self._choose(chosen)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._places.nearest(event.position(), self.width(), self.height(), NEAR)
        if row is not None:
            self.activated.emit(int(self._ids[row]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        middle = QPointF(self.rect().center())
        if key in ARROWS and len(self._ids):
            self._walk(ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hovered is not None:
            self.activated.emit(int(self._ids[self._hovered]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Equal):
            factor = 1 / ZOOM_STEP if key == Qt.Key.Key_Minus else ZOOM_STEP
            self._places.zoom_by(factor, middle, self.width(), self.height())
            self.update()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event) -> None:
        self._hovered = None
        self.update()

    def _enclosed(self, line: list[QPointF]) -> np.ndarray:
        """The rows within a line; where it is but a click, the one that is meant."""
        if QPolygonF(line).boundingRect().width() + QPolygonF(line).boundingRect().height() > NEAR:
            return self._places.within(line, self.width(), self.height())
        row = self._places.nearest(line[0], self.width(), self.height(), NEAR)
        return np.array([] if row is None else [row], int)

    def _walk(self, direction: tuple[int, int]) -> None:
        current = self._hovered
        if current is None and self._is_selected.any():
            current = int(self._is_selected.argmax())
        following = 0 if current is None else self._places.next_to(current, direction)
        if following is not None:
            self._hovered = following
            self._choose(np.arange(len(self._ids)) == following)

    def _choose(self, chosen: np.ndarray) -> None:
        self._is_selected = chosen
        self.selected.emit(self._ids[chosen].tolist())
        self.update()

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not len(self._ids):
            painter.setPen(color("mute"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
            return
        self._paint_points(painter)
        painter.setPen(color("mute"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter, self._words)
        self._paint_names(painter)
        if len(self._line) > 1:
            inside = color("accent")
            inside.setAlphaF(0.12)
            painter.setPen(QPen(color("accent"), 1.5))
            painter.setBrush(inside)
            painter.drawPolygon(QPolygonF(self._line))
        if self._hovered is not None:
            self._paint_thumbnail(painter, self._hovered)

    def _shade_of(self, rank: int) -> QColor:
        """The color of a label."""
        series = tokens().series
        return QColor(series[rank % len(series)]) if self._labels.names[rank] else color("mute")

    def _paint_points(self, painter: QPainter) -> None:
        """In the colors of their labels; the selected on top, with a ring."""
        places = self._places.pixels(self.width(), self.height())
        argb = np.array([self._shade_of(rank).rgba() for rank in range(len(self._labels.names))], np.uint32)
        shades, chosen = argb[self._labels.ranks], self._is_selected
        small = 2.0 if len(self._ids) > FEW else 3.5
        rings = np.full(int(chosen.sum()), color("text").rgba(), np.uint32)
        layers = [
            (places[~chosen], shades[~chosen], small),
            (places[chosen], rings, small + 2),
            (places[chosen], shades[chosen], small),
        ]
        painter.drawImage(0, 0, draw_points(layers, self.width(), self.height()))

    def _paint_names(self, painter: QPainter) -> None:
        font = self.font()
        font.setPointSizeF(8.5)
        painter.setFont(font)
        names = [name or tr("no label") for name in self._labels.names[:MOST_NAMES]]
        if not names:
            return
        behind = color("panel")
        behind.setAlphaF(0.85)
        width = 30 + max(map(painter.fontMetrics().horizontalAdvance, names))
        painter.fillRect(QRectF(0, 0, width, 18 * len(names) + 4), behind)
        for rank, name in enumerate(names):
            y = 14 + 18 * rank
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._shade_of(rank))
            painter.drawEllipse(QPointF(12, y - 4), 4, 4)
            painter.setPen(color("mute"))
            painter.drawText(QPointF(22, y), name)

    def _paint_thumbnail(self, painter: QPainter, row: int) -> None:
        place = self._places.pixels(self.width(), self.height())[row]
        painter.setPen(QPen(color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(*place.tolist()), 7, 7)
        picture = self._session.thumbnail_loader.pixmap(int(self._ids[row]))
        if picture is None or picture.isNull():
            return
        size = picture.size().scaled(THUMBNAIL, THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio)
        left = min(place[0] + 14, self.width() - size.width() - 4)
        top = min(max(place[1] - size.height() - 14, 4), self.height() - size.height() - 4)
        target = QRectF(left, top, size.width(), size.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, picture, QRectF(picture.rect()))
        painter.setPen(QPen(color("line"), 1))
        painter.drawRect(target)

    @Slot(list)
    def _take_thumbnails(self, loaded: list[int]) -> None:
        if self._hovered is not None and int(self._ids[self._hovered]) in loaded:
            self.update()
