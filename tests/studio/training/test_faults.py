"""What goes wrong around a run: it stops with a sentence, the project opens, and the last good checkpoint samples."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch

from models.checkpoint import latest, read_facts
from models.errors import CheckpointError, TrainingError
from models.events import Notice, finish
from models.families.mlp_gan import MlpGan
from models.sampler import load_sampler
from studio.errors import explain
from studio.importing import import_sources
from studio.project import Project
from studio.project.items import items
from studio.project.runs import find_run, run_folder
from studio.project.versions import version_folder
from studio.training.dataset import open_dataset
from studio.training.freeze import current_version
from studio.training.train import train

WITH_A_LIMIT = """
import resource, sys
from studio.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(sys.argv[2:]))
"""


def checkpoints(project: Project) -> Path:
    return run_folder(project, "mlp_gan-1") / "checkpoints"


def samples_of(project: Project) -> np.ndarray:
    return load_sampler(latest(checkpoints(project))).sample(range(2), [0, 1], seed=0)


def test_memory_that_is_used_up_leaves_a_run_that_samples_and_goes_on(with_gan, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(MlpGan, "step", lambda *given: torch.empty(10**15))
        with pytest.raises(TrainingError) as caught:
            finish(train(with_gan, resume="mlp_gan-1", steps=6))
    assert explain(caught.value).startswith("There was not enough memory for a step.")
    assert find_run(with_gan, "mlp_gan-1").state == "paused"
    assert samples_of(with_gan).shape == (2, 32, 32, 1)
    assert finish(train(with_gan, resume="mlp_gan-1", steps=6)).steps == 6


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not limit the size of files")
def test_a_disk_that_takes_no_more_leaves_the_last_checkpoint(with_gan, tmp_path):
    newest = latest(checkpoints(with_gan))
    limit = newest.with_suffix(".resume.safetensors").stat().st_size - 1
    folder = with_gan.folder
    with_gan.close()
    command = [sys.executable, "-c", WITH_A_LIMIT, str(limit), "train", folder, "--resume", "mlp_gan-1", "--steps", "6"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("free some space, then resume the run.")
    with Project.open(folder) as project:
        assert find_run(project, "mlp_gan-1").state == "paused"
        assert latest(checkpoints(project)) == newest
        assert samples_of(project).shape == (2, 32, 32, 1)
        assert not list(folder.rglob("*.tmp"))
        assert finish(train(project, resume="mlp_gan-1", steps=6)).steps == 6


def test_a_damaged_checkpoint_costs_the_steps_since_the_one_before_or_is_refused(with_gan):
    finish(train(with_gan, resume="mlp_gan-1", steps=6))
    newest = latest(checkpoints(with_gan))
    newest.write_bytes(newest.read_bytes()[:-1] + b"?")
    said: list = []
    assert finish(train(with_gan, resume="mlp_gan-1", steps=8), said.append).steps == 8
    assert any(isinstance(event, Notice) and "the one before it" in event.text for event in said)
    for path in checkpoints(with_gan).glob("*.resume.safetensors"):
        path.write_bytes(b"")
    with pytest.raises(CheckpointError, match="choose another moment of the run"):
        finish(train(with_gan, resume="mlp_gan-1", steps=10))
    assert find_run(with_gan, "mlp_gan-1").state == "paused"
    assert samples_of(with_gan).shape == (2, 32, 32, 1)


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_the_images_of_a_version_that_are_gone_or_damaged_are_made_again(with_gan, damage):
    folder = version_folder(with_gan, find_run(with_gan, "mlp_gan-1").version)
    if damage == "gone":
        shutil.rmtree(folder)
    else:
        file = folder / "train.npy"
        file.write_bytes(file.read_bytes()[:1000])
    assert finish(train(with_gan, resume="mlp_gan-1", steps=5)).steps == 5


def test_where_the_sources_are_gone_too_that_is_said_and_samples_can_still_be_made(with_gan):
    version = find_run(with_gan, "mlp_gan-1").version
    shutil.rmtree(version_folder(with_gan, version))
    gone = next(items(with_gan))
    with with_gan.writing() as db:
        db.execute("UPDATE item SET path = ? WHERE id = ?", ("/nowhere/at all.png", gone.id))
    with pytest.raises(OSError) as caught:
        finish(train(with_gan, resume="mlp_gan-1", steps=5))
    assert "is not there any more" in explain(caught.value)
    assert find_run(with_gan, "mlp_gan-1").state == "done"
    assert read_facts(latest(checkpoints(with_gan))).step == 3
    assert samples_of(with_gan).shape == (2, 32, 32, 1)


def test_pixels_without_a_value_are_learned_from_as_the_darkest(project, tmp_path):
    folder = tmp_path / "floats"
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(12):
        pixels = random.random((32, 32), np.float32)
        pixels[:4] = (np.nan, np.inf, -np.inf)[number % 3]
        tifffile.imwrite(folder / f"{number}.tif", pixels)
    finish(import_sources(project, [folder]))
    dataset = finish(open_dataset(project, current_version(project, 16)))
    assert (dataset.originals.images[:, :, 0] == 0).all()
    assert dataset.originals.images[:, :, 4:].float().std() > 20
