"""What happens at scale: the same at 100,000 images as at 2,000, and a window that does not stall.

    python -m tests.benchmarks.bench_scale [rows of the largest project]

Printed are: seconds an image for an import of 2,000 and of 20,000 small PNGs, and their ratio; the time to open a
project of 1,000,000 rows and to count what is in it; what the window's thread asks of a project of 100,000; and, while
its gallery is scrolled, filtered, labeled and resized, the longest that the window's thread worked without a pause,
which foreign load does not blur, and the latest tick of a timer, which it does. Last the memory of all that.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time, thread_time

import numpy as np
import psutil
from PIL import Image
from PySide6.QtCore import QEventLoop, Qt, QTimer

from models.events import finish
from studio.app import make_application
from studio.imaging.common import common_normalization
from studio.imaging.image import Image as Decoded
from studio.imaging.thumbnails import Thumbnails, thumbnail
from studio.importing import import_sources
from studio.preferences import Preferences
from studio.project import Project
from studio.project.browse import Filter, Order
from studio.project.items import USABLE, class_counts, count
from studio.stages import stage_states
from studio.widgets.gallery import Gallery
from studio.widgets.gallery_bar import Look
from studio.widgets.session import Session
from tests.studio.many_items import add_many

FEW, MANY, LARGE = 2_000, 20_000, 100_000
KINDS_OF_PICTURES = 1_000
INTERVAL_MS = 5
MOST_STALL_MS, MOST_OPENING_S, MOST_MEMORY_GB, MOST_GROWTH = 50, 0.3, 1.5, 1.15


def tell(name: str, figure: float, unit: str, limit: float | None = None) -> None:
    verdict = "" if limit is None else f"   limit {limit:g} {unit}: {'kept' if figure <= limit else 'MISSED'}"
    print(f"{name:<48} {figure:10.2f} {unit}{verdict}", flush=True)  # noqa: T201


def seconds(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def write_images(folder: Path, number: int) -> None:
    rng = np.random.default_rng(number)
    folder.mkdir()
    for index in range(number):
        pixels = rng.integers(0, 256, (8, 8), dtype=np.uint8).repeat(4, 0).repeat(4, 1)
        Image.fromarray(pixels).save(folder / f"{index:06}.png", compress_level=1)


def import_cost(folder: Path, number: int) -> float:
    """Processor milliseconds an image."""
    write_images(folder / f"images-{number}", number)
    with Project.create(folder / f"imported-{number}") as project:
        began = process_time()
        finish(import_sources(project, [folder / f"images-{number}"]))
        assert count(project) == number
        return 1000 * (process_time() - began) / number


def bench_import(folder: Path) -> None:
    import_cost(folder, 200)  # what is imported and compiled the first time
    few, many = import_cost(folder, FEW), import_cost(folder, MANY)
    tell(f"import of {FEW:,}, an image", few, "ms")
    tell(f"import of {MANY:,}, an image", many, "ms")
    tell("ratio", many / few, "x", MOST_GROWTH)


def bench_opening(folder: Path, rows: int) -> None:
    with Project.create(folder / "rows") as project:
        tell(f"adding {rows:,} rows, a row", 1e6 * seconds(lambda: add_many(project, rows)) / rows, "us")

    def opening() -> None:
        with Project.open(folder / "rows") as project:
            class_counts(project)
            count(project, USABLE)

    tell(f"opening and counting {rows:,} rows", seconds(opening), "s", MOST_OPENING_S)


def large_project(folder: Path) -> Path:
    """A project of 100,000 rows that share 1,000 thumbnails."""
    rng = np.random.default_rng(0)
    with Project.create(folder / "large") as project:
        add_many(project, LARGE)
        with project.writing() as db:
            db.execute(f"UPDATE item SET pixel_sha256 = 'picture ' || (id % {KINDS_OF_PICTURES})")
        with Thumbnails(project) as thumbnails:
            pictures = (rng.integers(0, 256, (120, 160), dtype=np.uint8) for _ in range(KINDS_OF_PICTURES))
            thumbnails.put((f"picture {n}", thumbnail(Decoded(each, 8))) for n, each in enumerate(pictures))
        return project.folder


def bench_questions(project: Project) -> None:
    for name, ask in {
        "where the stages stand": lambda: stage_states(project),
        "class counts": lambda: class_counts(project),
        "common normalization": lambda: common_normalization(project, 64),
    }.items():
        tell(f"{name}, {LARGE:,} rows", 1000 * min(seconds(ask) for _ in range(3)), "ms", MOST_STALL_MS)


class Meter:
    """Notes how long the event loop's thread worked between two ticks of a timer, and how late the ticks were."""

    def __init__(self) -> None:
        self.longest = self.latest = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(INTERVAL_MS)
        self._worked, self._now = thread_time(), perf_counter()

    def _tick(self) -> None:
        worked, now = thread_time(), perf_counter()
        self.longest = max(self.longest, 1000 * (worked - self._worked))
        self.latest = max(self.latest, 1000 * (now - self._now) - INTERVAL_MS)
        self._worked, self._now = worked, now


def live(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def bench_gallery(folder: Path) -> None:
    session = Session(Project.open(folder))
    bench_questions(session.project)
    gallery = Gallery(session, "bench")
    gallery.resize(1000, 620)
    gallery.show()
    live(500)
    bar = gallery.view.verticalScrollBar()

    def scroll() -> None:
        for step in range(100):
            bar.setValue(bar.maximum() * step // 100)
            live(20)
        for _ in range(100):
            bar.setValue(bar.value() - 60)
            live(10)

    def label() -> None:
        for step in range(10):
            session.edit("label", "class_id", {gallery.ids[step]: 1 + step % 3})
            gallery.show_where(USABLE)
            live(100)

    def act(name: str, does: Callable[[], object]) -> None:
        meter = Meter()
        does()
        live(1500)
        tell(f"{name}: longest work at a stretch", meter.longest, "ms", MOST_STALL_MS)
        tell(f"{name}: latest tick", meter.latest, "ms")

    act("show", lambda: gallery.show_where(USABLE))
    assert len(gallery.ids) == LARGE
    act("scroll", scroll)
    act("resize", lambda: [(gallery.resize(700 + 30 * n, 620), live(50)) for n in range(10)])
    act("sort by sharpness", lambda: gallery.bar.set_look(Look(order=Order("score", "sharpness"))))
    act("filter by field", lambda: gallery.bar.set_look(Look(shown=Filter(field=("lot", "7")))))
    act("show all again", lambda: gallery.bar.set_look(Look()))
    act("label ten", label)
    act("select all", gallery.view.selectAll)
    tell("memory", psutil.Process().memory_info().rss / 1e9, "GB", MOST_MEMORY_GB)
    gallery.close()
    session.close()


def main(rows: int) -> None:
    application = make_application(Preferences())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench_gallery(large_project(folder))
        bench_import(folder)
        bench_opening(folder, rows)
    application.quit()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
