"""Where the machine fails a run stops with a sentence, its last checkpoint opens, and it goes on to the same end."""

import errno

import pytest
import torch

from models.budget import Budget
from models.checkpoint import latest, read_facts
from models.errors import TrainingError
from models.events import finish
from models.families.vae import Vae
from models.sampler import load_sampler
from models.trainer import Trainer
from tests.models.test_resume import contents
from tests.models.test_trainer import train
from tests.models.tiny import dark_and_bright

CPU_IS_FULL = "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried to allocate 4"
MEMORY = r"not enough memory for a step.*fewer images a step"
CARD = r"graphics card stopped working.*resume"


def fail(monkeypatch, error: Exception) -> None:
    """Let the step after the tenth of a VAE end with an error."""
    healthy = Vae.step

    def step(family, images, labels, number, random):
        if number > 10:
            raise error
        return healthy(family, images, labels, number, random)

    monkeypatch.setattr(Vae, "step", step)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), MEMORY),
        (RuntimeError("MPS backend out of memory (MPS allocated: 5.00 GB)"), MEMORY),
        (RuntimeError(CPU_IS_FULL), MEMORY),
        (MemoryError(), MEMORY),
        (RuntimeError("CUDA error: unspecified launch failure\nCUDA kernel errors might be reported"), CARD),
        (torch.AcceleratorError("CUDA error: the device is lost"), CARD),
        (OSError(errno.EIO, "Input/output error"), r"could not be written \(Input/output error\)"),
    ],
)
def test_the_run_stops_with_a_sentence_and_goes_on_from_its_last_checkpoint(tmp_path, monkeypatch, error, sentence):
    train("vae", tmp_path / "straight", steps=20)
    train("vae", tmp_path / "run", steps=10)
    with monkeypatch.context() as broken:
        fail(broken, error)
        with pytest.raises(TrainingError, match=sentence) as caught:
            finish(Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=20)).run())
    assert "\n" not in str(caught.value)
    newest = latest(tmp_path / "run" / "checkpoints")
    assert read_facts(newest).step == 10
    assert load_sampler(newest).sample(range(2), [0, 1], seed=0).shape == (2, 16, 16, 1)
    finish(Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=20)).run())
    assert contents(tmp_path / "run") == contents(tmp_path / "straight")


def test_a_defect_of_the_program_is_not_blamed_on_the_machine(tmp_path, monkeypatch):
    fail(monkeypatch, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes cannot"):
        train("vae", tmp_path / "run", steps=20)
