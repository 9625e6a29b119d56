"""From a slider's move to the painted tiles of the Augment screen: 24 tiles of 160 px within 100 ms.

    python -m tests.benchmarks.bench_augment_panel

Printed is processor time of the whole process (window, preview, guardrails), the median of the moves, for each preset
on real photos of solar cells.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from studio.app import make_application
from studio.augmenting import PRESETS, set_project_chain
from studio.augmenting.panel import AugmentPanel
from studio.preferences import Preferences
from studio.project import Project
from studio.widgets.session import Session
from tests.studio.conftest import add_photos

MOVES, MOST_MS = 15, 100


def main() -> None:
    application = make_application(Preferences())
    with TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "cells")
        add_photos(project, 40)
        session = Session(project)
        panel = AugmentPanel(session)
        panel.resize(1600, 1000)
        sheets: list[object] = []
        panel._preview._previewer.ready.connect(sheets.append)
        for name, preset in PRESETS.items():
            set_project_chain(project, preset)
            panel.show()
            milliseconds = []
            for move in range(MOVES):
                drawn, began = len(sheets), process_time()
                panel._chain._editor._strength.setValue(99 - move)
                while len(sheets) == drawn:
                    application.processEvents()
                panel.grab()
                milliseconds.append(1000 * (process_time() - began))
            took = median(milliseconds)
            print(f"{name:<18} {took:6.1f} ms   limit {MOST_MS} ms: {'kept' if took <= MOST_MS else 'MISSED'}")  # noqa: T201
            panel.hide()
        session.close()


if __name__ == "__main__":
    main()
