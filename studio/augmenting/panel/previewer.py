"""The thread that draws the preview: one drawing at a time, and then the newest that was asked for meanwhile."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from studio.augmenting.chain import Chain
from studio.augmenting.defect_bank import Marked
from studio.augmenting.operation import Defect
from studio.augmenting.preview import class_rows, differences, extremes, read_defects, read_items, tiles
from studio.imaging.normalize import Normalization
from studio.project.items import Item
from studio.text import tr
from studio.widgets.jobs import sentence_for

View = Literal["variants", "difference", "extremes"]
ROWS, VARIANTS, TILE = 4, 5, 160


class Source(NamedTuple):
    """Which images are shown, how they are made alike, and where there are defects to put on them."""

    items: tuple[Item, ...]
    normalization: Normalization
    marked: tuple[Marked, ...] = ()


class Stock(NamedTuple):
    """What was read of a source: images uint8 (N, H, W, C), and defects."""

    images: np.ndarray
    defects: Sequence[Defect]


class Request(NamedTuple):
    chain: Chain
    seed: int
    view: View


class Sheet(NamedTuple):
    """What to show: uint8 tiles (H, W, C), row by row, and their captions, if they have any.

    Variants lie in rows of 1 + VARIANTS, the original first.
    """

    request: Request
    source: Source
    images: Sequence[np.ndarray]
    captions: Sequence[str] = ()


class Previewer(QObject):
    """It never touches the project, which may be closed meanwhile. A slider's every move is shown, but none queues."""

    ready = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._source: Source | None = None
        self._stock: Stock | None = None
        self._wanted: Request | None = None
        self._is_drawing = False

    def set_source(self, source: Source) -> None:
        """Show these images from now on; they are read when they are others than before."""
        if source != self._source:
            self._source, self._stock = source, None

    def draw(self, request: Request) -> None:
        self._wanted = request
        self._begin()

    def wait(self) -> None:
        """Block until the drawing at hand is done."""
        self._pool.waitForDone()

    def _begin(self) -> None:
        if self._is_drawing or self._wanted is None or self._source is None:
            return
        self._is_drawing = True
        drawing = _Drawing(self._source, self._stock, self._wanted)
        drawing.answer.made.connect(self._take)
        self._wanted = None
        self._pool.start(drawing)

    @Slot(object, object, object, str)
    def _take(self, source: Source, stock: Stock | None, sheet: Sheet | None, problem: str) -> None:
        self._is_drawing = False
        if source is self._source:
            self._stock = stock
            if problem:
                self.failed.emit(problem)
            else:
                self.ready.emit(sheet)
        self._begin()


class _Answer(QObject):
    made = Signal(object, object, object, str)


class _Drawing(QRunnable):
    def __init__(self, source: Source, stock: Stock | None, request: Request) -> None:
        super().__init__()
        self.answer = _Answer()
        self._source = source
        self._stock = stock
        self._request = request

    def run(self) -> None:
        try:
            stock = self._stock or _read(self._source)
            self.answer.made.emit(self._source, stock, self._draw(stock), "")
        except Exception as error:  # noqa: BLE001  the thread's end: whatever it was is told to the user
            self.answer.made.emit(self._source, None, None, sentence_for(error))

    def _draw(self, stock: Stock) -> Sheet:
        chain, seed, view = self._request
        if view == "extremes":
            ends = extremes(chain, *stock, seed)
            captions = [tr("Original"), tr("All steps"), *(" ".join(filter(None, end[1:])) for end in ends)]
            together = chain.batch(stock.images, seed, defects=stock.defects)[0]
            return Sheet(
                self._request, self._source, [stock.images[0], together, *(end.image for end in ends)], captions
            )
        rows = tiles(chain, stock.images, VARIANTS, seed, stock.defects, class_rows(self._source.items))
        if view == "difference":
            rows = differences(rows)
        return Sheet(self._request, self._source, list(rows.reshape(-1, *rows.shape[2:])))


def _read(source: Source) -> Stock:
    images = read_items(source.items, source.normalization)
    return Stock(images, read_defects(source.marked, source.normalization))
