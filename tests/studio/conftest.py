import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import elpv_dataset
import numpy as np
import pytest
from PIL import Image

from resources.sample.draw import FOLDER
from studio.cli import main
from studio.imaging.read import read_image
from studio.imaging.small_picture import keep_small, small_picture
from studio.imaging.thumbnails import reduced
from studio.project import Project
from studio.project.items import NewItem, add_items
from studio.widgets.panel import Panel
from studio.widgets.session import Session


@pytest.fixture
def project(tmp_path) -> Iterator[Project]:
    with Project.create(tmp_path / "project") as project:
        yield project


@pytest.fixture
def add_image(project: Project, tmp_path) -> Callable[..., int]:
    """Writes an image file, adds it as an item with its small picture, and returns its id."""

    def add_image(name: str, pixels: np.ndarray, **fields) -> int:
        path = tmp_path / "sources" / name
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)
        height, width = pixels.shape[:2]
        new = NewItem(
            path=path,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            pixel_sha256=name,
            width=width,
            height=height,
            channels=1 if pixels.ndim == 2 else pixels.shape[2],
            depth=8 * pixels.itemsize,
            **fields,
        )
        keep_small(project, [(name, small_picture(reduced(read_image(path))))])
        return add_items(project, [new])[0]

    return add_image


@pytest.fixture
def ten_images(add_image) -> list[int]:
    """Ten ten_images of two classes."""
    pixels = np.random.default_rng(0).integers(0, 256, (10, 12, 16), dtype=np.uint8)
    return [
        add_image(f"MUELLER_Hans_{number}.png", image, label="scratch" if number % 2 else "good")
        for number, image in enumerate(pixels)
    ]


@pytest.fixture
def stripes_and_noise(add_image) -> tuple[list[int], list[int]]:
    """The ids of eight striped images without labels and of eight noisy ones, 64 px gray."""
    rng = np.random.default_rng(0)
    noise = rng.integers(60, 200, (16, 64, 64), dtype=np.uint8)
    stripes = noise[8:] // 8 + np.where(np.arange(64) % 16 < 8, 160, 40).astype(np.uint8)
    return (
        [add_image(f"stripes{number}.png", image) for number, image in enumerate(stripes)],
        [add_image(f"noise{number}.png", image) for number, image in enumerate(noise[:8])],
    )


PHOTOS = Path(elpv_dataset.__file__).parent / "data"


def add_photos(project: Project, count: int) -> list[int]:
    """Adds `count` real photos of solar cells, 300 px gray, spread over the whole set, as they lie in their package."""
    rows = [line.split() for line in (PHOTOS / "labels.csv").read_text().splitlines()]
    new = []
    for file, probability, _ in rows[:: len(rows) // count][:count]:
        digest = hashlib.sha256((PHOTOS / file).read_bytes()).hexdigest()
        label = "defective" if float(probability) >= 0.5 else "functional"
        facts = {"sha256": digest, "pixel_sha256": digest, "width": 300, "height": 300, "channels": 1, "depth": 8}
        new.append(NewItem(path=PHOTOS / file, label=label, **facts))
    return add_items(project, new)


@pytest.fixture
def cells(project: Project) -> Project:
    """A project with 60 real photos of two classes, not split."""
    add_photos(project, 60)
    return project


@pytest.fixture(scope="session")
def trained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with 60 real photos and a finished Instant run at 32 px."""
    from models.events import finish
    from studio.training.train import train

    with Project.create(tmp_path_factory.mktemp("trained") / "cells") as project:
        add_photos(project, 60)
        finish(train(project, "instant", size=32))
        return project.folder


@pytest.fixture
def trained(trained_folder: Path, tmp_path: Path) -> Iterator[Project]:
    """A copy of it."""
    shutil.copytree(trained_folder, tmp_path / trained_folder.name)
    with Project.open(tmp_path / trained_folder.name) as project:
        yield project


@pytest.fixture
def show_panel(qtbot) -> Iterator[Callable[..., Panel]]:
    """Shows a panel of a class on a project, as large as in a window of 1280 x 720; its jobs end with the test.

    Ask for the project before this fixture, so that it is closed after it.
    """
    sessions: list[Session] = []
    panels: list[Panel] = []  # else Python may collect one, in any order, while Qt still draws it

    def show_panel(panel_class: type[Panel], project: Project) -> Panel:
        session = Session(project)
        sessions.append(session)
        panel = panel_class(session)
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(1072, 660)
        panel.show()
        return panel

    yield show_panel
    for session in sessions:
        session.stop()


@pytest.fixture
def seedbed(capsys):
    """Runs a command in this process: (exit code, standard output, standard error)."""

    def seedbed(*arguments):
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    return seedbed


@pytest.fixture
def result(seedbed):
    """The JSON that a command which must succeed prints."""

    def result(*arguments):
        code, out, err = seedbed(*arguments, "--json")
        assert code == 0, err
        return json.loads(out.splitlines()[-1])

    return result


@pytest.fixture
def sources(tmp_path) -> Path:
    """Thirty photos of two classes, and a text file that says it is one."""
    folder = tmp_path / "photos"
    for label, count in (("good", 20), ("pits", 10)):
        (folder / label).mkdir(parents=True)
        for photo in sorted((FOLDER / label).iterdir())[:count]:
            shutil.copy(photo, folder / label)
    (folder / "pits" / "letter.png").write_text("Dear Sir or Madam")
    return folder


@pytest.fixture
def filled(tmp_path, sources, result) -> Path:
    """A project with those photos."""
    path = tmp_path / "metal.seedbed"
    result("new", path)
    result("import", path, sources)
    return path


@pytest.fixture
def trained_path(trained_folder, tmp_path) -> Path:
    """A closed project with a finished run."""
    return Path(shutil.copytree(trained_folder, tmp_path / trained_folder.name))
