"""Thumbnails for views, decoded off the window's thread and kept while there is room."""

from collections import OrderedDict

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from studio.imaging.thumbnails import Thumbnails
from studio.imaging.unreadable import Unreadable
from studio.project import Project
from studio.project.items import items

KEPT_BYTES = 96 << 20
BATCH = 32
MOST_WAITING = 512
"""Requests that wait; older ones have been scrolled past."""


class ThumbnailLoader(QObject):
    """Pictures of items by id, for the window's thread.

    `pixmap` never waits: where a picture is not there yet it is asked for, and `loaded` says later which have come.
    """

    loaded = Signal(list)
    _decoded = Signal(list)

    def __init__(self, project: Project, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._thumbnails = thumbnails
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._kept_bytes = 0
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._is_reading = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._send_soon = QTimer(self)
        self._send_soon.setSingleShot(True)
        self._send_soon.timeout.connect(self._send)
        self._decoded.connect(self._take)

    def pixmap(self, item_id: int) -> QPixmap | None:
        """The thumbnail of an item; a null pixmap where its file cannot be read; None while it is being loaded."""
        kept = self._kept.get(item_id)
        if kept is not None:
            self._kept.move_to_end(item_id)
            return kept
        self._wanted[item_id] = None
        self._wanted.move_to_end(item_id)
        if len(self._wanted) > MOST_WAITING:
            self._wanted.popitem(last=False)
        if not self._is_reading:
            self._send_soon.start()
        return None

    def forget(self) -> None:
        """Load all again: images look otherwise now."""
        self._kept.clear()
        self._kept_bytes = 0

    def close(self) -> None:
        """Stop loading and wait for the thread."""
        self._wanted.clear()
        self._send_soon.stop()
        self._pool.waitForDone()
        self._kept.clear()

    @Slot()
    def _send(self) -> None:
        """Have the newest requests read: they are what is in view."""
        batch = [self._wanted.popitem()[0] for _ in range(min(BATCH, len(self._wanted)))]
        self._is_reading = bool(batch)
        if batch:
            self._pool.start(_Reading(self, batch))

    @Slot(list)
    def _take(self, decoded: list[tuple[int, QImage]]) -> None:
        for item_id, image in decoded:
            self._wanted.pop(item_id, None)
            self._keep(item_id, QPixmap.fromImage(image))
        self.loaded.emit([item_id for item_id, _ in decoded])
        self._send()

    def _keep(self, item_id: int, picture: QPixmap) -> None:
        self._kept[item_id] = picture
        self._kept_bytes += _bytes(picture)
        while self._kept_bytes > KEPT_BYTES and len(self._kept) > 1:
            self._kept_bytes -= _bytes(self._kept.popitem(last=False)[1])

    def _read(self, item_ids: list[int]) -> None:
        """In the pool's thread."""
        marks = ", ".join("?" * len(item_ids))
        found = items(self._project, f"id IN ({marks})", item_ids)
        self._decoded.emit([(item.id, self._decode(item)) for item in found])

    def _decode(self, item) -> QImage:
        try:
            return QImage.fromData(self._thumbnails.get(item))
        except (Unreadable, OSError):  # gone or damaged since the import: the view shows that
            return QImage()


class _Reading(QRunnable):
    def __init__(self, loader: ThumbnailLoader, item_ids: list[int]) -> None:
        super().__init__()
        self._loader = loader
        self._item_ids = item_ids

    def run(self) -> None:
        self._loader._read(self._item_ids)


def _bytes(picture: QPixmap) -> int:
    return 4 * picture.width() * picture.height() + 1000
