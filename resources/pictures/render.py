"""Takes the pictures of README.md: the window on the sample project, walked through by the engines.

`python -m resources.pictures.render` writes them beside this file, in about three minutes.
"""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["OMP_WAIT_POLICY"] = "passive"

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QTimer

from models.events import finish
from studio import preferences
from studio.app import make_application
from studio.augmenting import PRESETS, set_project_chain
from studio.preferences import Preferences
from studio.project import Project
from studio.sample_project import create
from studio.training.train import train
from studio.window import Window

FOLDER = Path(__file__).parent
SIZE = (1280, 800)
SETTLE_MS = 4000
"""Thumbnails, previews and curves come from threads."""
PICTURES = (("import", "light"), ("augment", "dark"), ("train", "light"))


def main() -> None:
    with TemporaryDirectory() as folder:
        project = finish(create(Path(folder) / "Brushed metal"))
        _work(project)
        _take_pictures(project)


def _work(folder: Path) -> None:
    """What the pictures show: a chain, and a run beside the line that Instant sets."""
    with Project.open(folder) as project:
        set_project_chain(project, PRESETS["Photos of parts"])
        finish(train(project, "refined", minutes=2))


def _take_pictures(project: Path) -> None:
    kept = Preferences(language="en")
    before = preferences.load()
    application = make_application(kept)
    window = Window(kept)
    window.resize(*SIZE)
    window.show()
    window.open_project(project)
    steps: list[Callable[[], object]] = []
    for stage, theme in PICTURES:
        steps.append(lambda stage=stage, theme=theme: _show(window, stage, theme))
        steps.append(lambda stage=stage: window.grab().save(str(FOLDER / f"{stage}.png")))
    steps += [window.close, application.quit]
    for number, step in enumerate(steps):
        QTimer.singleShot(number * SETTLE_MS, step)
    application.exec()
    preferences.save(before)


def _show(window: Window, stage: str, theme: str) -> None:
    window.set_theme(theme)
    window.content.show_stage(stage)


if __name__ == "__main__":
    main()
