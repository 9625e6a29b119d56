import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.events import finish
from studio.project import Project
from studio.training.train import train


@pytest.fixture(scope="session")
def gan_folder(trained_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of `trained_folder` with a finished run of the simple GAN besides, of 3 steps at 32 px."""
    folder = tmp_path_factory.mktemp("gan") / trained_folder.name
    shutil.copytree(trained_folder, folder)
    with Project.open(folder) as project:
        finish(train(project, "mlp_gan", size=32, steps=3, settings={"width": 8, "batch": 8}))
    return folder


@pytest.fixture
def with_gan(gan_folder: Path, tmp_path: Path) -> Iterator[Project]:
    """A copy of it."""
    shutil.copytree(gan_folder, tmp_path / gan_folder.name)
    with Project.open(tmp_path / gan_folder.name) as project:
        yield project
