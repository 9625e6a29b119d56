"""The Label screen at 100,000 images, and the brush on an image of 4,000 x 4,000 px.

    python -m tests.benchmarks.bench_label

Printed for each action of the user: how long it takes in all, the longest that the window's thread worked for it
without a pause, which foreign load does not blur, and the ratio of that to the 50 ms that are allowed; and how long
its jobs take to end when they are canceled.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import tempfile
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import make_application
from studio.imaging.image import Image
from studio.imaging.pyramid import Pyramid
from studio.labeling import SplitRecipe
from studio.labeling.marking import Marking
from studio.labeling.panel import LabelPanel
from studio.labeling.panel.mark_canvas import MarkCanvas
from studio.labeling.panel.split_card import SplitCard
from studio.preferences import Preferences
from studio.project import Project
from studio.widgets.gallery import Gallery
from studio.widgets.session import Session
from tests.studio.many_items import add_many

IMAGES, SIDE, STEPS = 100_000, 4_000, 100
ALLOWED_MS = 50
QUIET_S = 0.5
"""Without work of the window's thread for so long, an action has come to its end."""


class Watched(QApplication):
    """Knows the longest that an event kept the window's thread."""

    longest = 0.0

    def notify(self, receiver, event) -> bool:
        began = thread_time()
        done = super().notify(receiver, event)
        self.longest = max(self.longest, thread_time() - began)
        return done


def wait_until(condition: Callable[[], bool]) -> None:
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: condition() and loop.quit())
    timer.start(20)
    loop.exec()


def tell(app: Watched, name: str, act: Callable[[], object], has_ended: Callable[[], bool]) -> None:
    app.longest, began, own = 0.0, perf_counter(), thread_time()
    act()
    own = thread_time() - own
    wait_until(lambda: perf_counter() - began > QUIET_S and has_ended())
    longest = 1000 * max(app.longest, own)
    line = f"{name:<36} {perf_counter() - began:7.2f} s in all, window {longest:6.1f} ms, {longest / ALLOWED_MS:5.2f}x"
    print(line, flush=True)  # noqa: T201


def tell_cancel(session: Session, name: str, act: Callable[[], object], wait_s: float) -> None:
    """How long it takes a job that `act` starts to end when it is canceled after so many seconds."""
    act()
    began = perf_counter()
    wait_until(lambda: perf_counter() - began > wait_s or not session.jobs.all)
    began = perf_counter()
    session.jobs.cancel_all()
    wait_until(lambda: not session.jobs.all)
    line = f"{name:<36} {perf_counter() - began:7.2f} s from cancel to end"
    print(line, flush=True)  # noqa: T201


def has_split(session: Session) -> bool:
    return session.jobs.running("label") is None


def bench_panel(app: Watched, folder: Path) -> None:
    with Project.create(folder / "many") as project:
        ids = add_many(project, IMAGES)
        session = Session(project)
        panel = LabelPanel(session)
        panel.resize(1072, 660)
        panel.show()
        gallery = panel.findChild(Gallery, "label.gallery")
        wait_until(lambda: len(gallery.ids) == IMAGES)

        def is_idle() -> bool:
            return not session.jobs.all

        tell(app, "refresh", panel.refresh, is_idle)
        gallery.select(ids[10:12])
        tell(app, "label 2 images", lambda: QTest.keyClick(gallery.view, Qt.Key.Key_2), is_idle)
        tell(app, "undo that", session.undo, is_idle)
        tell(app, "go to the next", lambda: QTest.keyClick(gallery.view, Qt.Key.Key_Space), is_idle)
        for recipe in (SplitRecipe(validation=0.1), SplitRecipe(by=("lot",)), SplitRecipe(by=("name:*_?", "order:10"))):
            ask = partial(panel.findChild(SplitCard).wanted.emit, recipe)
            tell(app, f"split by {', '.join(recipe.by) or 'nothing'}", ask, partial(has_split, session))
            session.jobs.wait()  # without the search for leaks, which needs files
            wait_until(is_idle)
        tell(app, "write a table", lambda: panel.files.write_table(folder / "labels.csv"), is_idle)
        tell(app, "read it", lambda: panel.files.read_table(folder / "labels.csv"), is_idle)
        read = partial(panel.files.read_table, folder / "labels.csv")
        split = partial(panel.findChild(SplitCard).wanted.emit, SplitRecipe(seed=1))
        for wait_s in (0.2, 1.0, 2.0):
            tell_cancel(session, f"cancel reading a table after {wait_s} s", read, wait_s)
            tell_cancel(session, f"cancel a split after {wait_s} s", split, wait_s)
        gallery.select(ids)
        for wait_s in (0.1, 0.4, 0.8):
            label_all = partial(QTest.keyClick, gallery.view, Qt.Key.Key_1)
            tell_cancel(session, f"cancel labeling all after {wait_s} s", label_all, wait_s)
        wait_until(is_idle)
        tell(app, "label all", lambda: QTest.keyClick(gallery.view, Qt.Key.Key_1), is_idle)
        tell(app, "undo that", session.undo, is_idle)
        panel.hide()
        session.stop()


def bench_brush(app: Watched) -> None:
    pixels = np.random.default_rng(0).integers(0, 4096, (SIDE, SIDE), dtype=np.uint16)
    canvas = MarkCanvas("canvas")
    canvas.resize(1020, 640)
    canvas.set_image(Pyramid(Image(pixels, 12)))
    canvas.set_marking(Marking(SIDE, SIDE))
    canvas.set_diameter(SIDE // 40)
    canvas.show()
    mark = canvas.marking.begin_mask("")
    points = [(SIDE * (0.4 + 0.2 * step / STEPS), SIDE * (0.4 + 0.1 * (step % 7) / 7)) for step in range(STEPS)]
    for zoom in (1, 6, 40):
        canvas.zoom_by(zoom / canvas.view.zoom)
        app.processEvents()
        times = []
        for start, end in pairwise(points):
            began = perf_counter()
            canvas.update(canvas.on_screen(mark.stroke(start, end, canvas.diameter, 255, canvas.marking.bounds)))
            app.processEvents()
            times.append(1000 * (perf_counter() - began))
        print(f"brush at {zoom}x: {np.median(times):.2f} ms a step, {max(times):.1f} ms at most")  # noqa: T201
    began = thread_time()
    assert canvas.marking.regions
    print(f"what is kept of it: {1000 * (thread_time() - began):.1f} ms")  # noqa: T201
    canvas.close()


if __name__ == "__main__":
    app = Watched([])
    make_application(Preferences(language="en"))
    with tempfile.TemporaryDirectory() as name:
        bench_panel(app, Path(name))
    bench_brush(app)
