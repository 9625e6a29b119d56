"""What a run says, keeps and promises."""

import errno
import time
from collections import Counter
from dataclasses import replace

import msgspec
import numpy as np
import pytest
import torch

from models import atomic, checkpoint
from models.budget import Budget
from models.checkpoint import checkpoints, latest, read_facts
from models.errors import CheckpointError, TrainingError
from models.events import (
    Checkpoint,
    LossPoint,
    MetricPoint,
    Notice,
    Progress,
    SampleSheet,
    finish,
)
from models.families.vae import Vae
from models.run_config import read_config
from models.run_log import read_log
from models.sampler import load_sampler
from models.sheet import read_sheet
from models.trainer import BROKE_DOWN, ROLLED_BACK, Trainer
from tests.models.tiny import FAMILIES, STEPPED, dark_and_bright, settings


class Scores(msgspec.Struct):
    n: int
    brightness: float
    undefined: float | None
    extractor: str


class CountingJudge:
    """Judges by brightness, and draws from the global random numbers as a careless judge might."""

    def __init__(self) -> None:
        self.calls = 0

    def score(self, images):
        self.calls += 1
        torch.rand(7)
        yield Progress(0, 1, "looking")
        return Scores(len(images), float(images.float().mean()), None, "mean")


def train(name, folder, *, steps=20, listen=lambda event: None, data=None, judge=None, seed=0, **changes):
    data = dark_and_bright() if data is None else data
    budget = Budget(steps=steps)
    trainer = Trainer(name, settings(name, **changes), data, folder, budget=budget, seed=seed, judge=judge)
    return finish(trainer.run(), listen)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_makes_the_same_kind_of_run(tmp_path, name):
    events = []
    result = train(name, tmp_path / "run", listen=events.append, judge=CountingJudge())
    kinds = Counter(type(event) for event in events)
    assert kinds[Progress] and kinds[SampleSheet] and kinds[Checkpoint] and kinds[MetricPoint]
    assert kinds[LossPoint] or name == "instant"
    metric = next(event for event in reversed(events) if isinstance(event, MetricPoint))
    assert (metric.n, set(metric.values)) == (256, {"brightness"})
    assert result.metrics == metric.values
    assert (result.stopped, result.family, result.folder) == ("done", name, tmp_path / "run")
    assert result.steps == (1 if name == "instant" else 20)
    assert result.images_seen == (48 if name == "instant" else 20 * 8)
    assert result.losses
    assert result.checkpoint == latest(tmp_path / "run" / "checkpoints")
    assert len(read_log(tmp_path / "run").metrics) == kinds[MetricPoint]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sheet_shows_what_the_sampler_makes_of_its_checkpoint(tmp_path, name):
    sheets = []
    train(
        name,
        tmp_path / "run",
        listen=lambda e: sheets.append(e) if isinstance(e, SampleSheet) else None,
        seed=3,
    )
    sampler = load_sampler(latest(tmp_path / "run" / "checkpoints"))
    made = sampler.sample(range(24), [0] * 12 + [1] * 12, seed=3)
    assert np.array_equal(sheets[-1].images, made)
    assert np.array_equal(read_sheet(sheets[-1].path, 16, 16), made)
    assert (sampler.family, sampler.class_names, sampler.step) == (name, ("A", "B"), sheets[-1].step)


def test_the_first_samples_come_with_the_first_step(tmp_path):
    trainer = Trainer("dcgan", settings("dcgan"), dark_and_bright(), tmp_path / "run", budget=Budget(steps=500))
    task = trainer.run()
    sheet = next(event for event in task if isinstance(event, SampleSheet))
    task.close()
    assert sheet.step == 1


def test_events_come_a_few_times_a_second(tmp_path):
    events = []
    task = Trainer("mlp_gan", settings("mlp_gan"), dark_and_bright(), tmp_path / "run", budget=Budget(minutes=0.02))
    result = finish(task.run(), events.append)
    points = sum(isinstance(event, LossPoint) for event in events)
    assert 2 <= points <= 5 * result.seconds + 2


def test_minutes_are_of_work_not_of_waiting(tmp_path):
    trainer = Trainer("mlp_gan", settings("mlp_gan"), dark_and_bright(), tmp_path / "run", budget=Budget(minutes=0.01))
    task = trainer.run()
    next(event for event in task if isinstance(event, LossPoint))
    time.sleep(1)
    result = finish(task)
    assert 0.6 <= result.seconds < 0.6 + 1
    assert read_facts(result.checkpoint).seconds < 0.6 + 1


def test_progress_is_in_the_unit_of_the_budget(tmp_path):
    events = []
    train("vae", tmp_path / "steps", listen=events.append)
    assert {event.total for event in events if isinstance(event, Progress) and event.what == "Training"} == {20}
    events.clear()
    trainer = Trainer("vae", settings("vae"), dark_and_bright(), tmp_path / "time", budget=Budget(minutes=0.01))
    finish(trainer.run(), events.append)
    assert {event.total for event in events if isinstance(event, Progress) and event.what == "Training"} == {0.6}


def test_the_probed_width_is_kept_for_the_whole_run(tmp_path):
    trainer = Trainer(
        "mlp_gan",
        settings("mlp_gan", width=0),
        dark_and_bright(),
        tmp_path / "run",
        budget=Budget(minutes=0.02),
    )
    width = finish(trainer.run()).width
    assert width in (16, 32, 64, 128)
    assert read_config(tmp_path / "run").settings["width"] == width
    resumed = Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(minutes=100, steps=1))
    assert finish(resumed.run()).width == width


def test_without_minutes_the_width_does_not_depend_on_the_machine(tmp_path):
    assert train("mlp_gan", tmp_path / "run", steps=1, width=0).width == 64


def test_a_batch_may_be_larger_than_the_set(tmp_path):
    result = train("dcgan", tmp_path / "run", steps=3, data=dark_and_bright(n=3), batch=16)
    assert (result.steps, result.images_seen) == (3, 48)


@pytest.mark.parametrize("n", [0, 1])
@pytest.mark.parametrize("name", FAMILIES)
def test_no_images_no_run(tmp_path, name, n):
    with pytest.raises(TrainingError, match=f"at least 2 images to learn from, and there are {n}"):
        train(name, tmp_path / "run", data=dark_and_bright(n=n))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_class_without_images_is_named(tmp_path, name):
    data = replace(dark_and_bright(), classes=("A", "B", "C"))
    with pytest.raises(TrainingError, match="No image of “C”"):
        train(name, tmp_path / "run", data=data)
    assert not (tmp_path / "run").exists()


def darker(data):
    return replace(data, images=data.images // 2)


def relabeled(data):
    return replace(data, labels=1 - data.labels)


def renamed(data):
    return replace(data, classes=("A", "Z"))


def shortened(data):
    return replace(data, images=data.images[:-1], labels=data.labels[:-1])


@pytest.mark.parametrize("change", [darker, relabeled, renamed, shortened])
def test_a_run_does_not_go_on_with_other_images(tmp_path, change):
    train("vae", tmp_path / "run", steps=1)
    with pytest.raises(TrainingError, match="images have changed"):
        Trainer.resume(tmp_path / "run", change(dark_and_bright()), budget=Budget(steps=2))


def test_what_cannot_begin_says_why(tmp_path):
    with pytest.raises(TrainingError, match="multiples of 8 pixels, not 20 × 20"):
        train("dcgan", tmp_path / "run", data=dark_and_bright(side=20))
    with pytest.raises(TrainingError, match="minutes or of steps"):
        Trainer("vae", settings("vae"), dark_and_bright(), tmp_path / "run", budget=Budget())
    train("vae", tmp_path / "run", steps=1)
    with pytest.raises(TrainingError, match="already holds a run"):
        train("vae", tmp_path / "run", steps=1)
    with pytest.raises(CheckpointError, match="holds no run"):
        Trainer.resume(tmp_path / "elsewhere", dark_and_bright(), budget=Budget(steps=2))


@pytest.mark.parametrize("trouble", ["loss", "weights"])
def test_a_run_that_breaks_down_keeps_its_last_good_checkpoint(tmp_path, monkeypatch, trouble):
    healthy = Vae.step

    def step(family, images, labels, number, random):
        losses = healthy(family, images, labels, number, random)
        if number == 15 and trouble == "loss":
            losses["kl"] = torch.tensor(float("nan"))
        if number == 15 and trouble == "weights":
            with torch.no_grad():
                next(family.generator.parameters()).fill_(float("inf"))
            return {name: torch.tensor(1.0) for name in losses}
        return losses

    monkeypatch.setattr(Vae, "step", step)
    events = []
    result = train("vae", tmp_path / "run", steps=15, listen=events.append)
    assert result.stopped == "diverged"
    notices = [event.text for event in events if isinstance(event, Notice)]
    assert notices == [ROLLED_BACK, ROLLED_BACK, BROKE_DOWN]
    assert load_sampler(result.checkpoint).step < 15
    assert all(path.stem < "step-00000015" for path in checkpoints(tmp_path / "run" / "checkpoints"))


def test_a_run_that_breaks_down_once_goes_on_with_half_the_rate(tmp_path, monkeypatch):
    healthy, rates = Vae.step, []

    def step(family, images, labels, number, random):
        losses = healthy(family, images, labels, number, random)
        rates.append(family.optimizers["both"].param_groups[0]["lr"])
        return losses | {"kl": torch.tensor(float("nan"))} if len(rates) == 15 else losses

    monkeypatch.setattr(Vae, "step", step)
    events = []
    result = train("vae", tmp_path / "run", steps=20, listen=events.append)
    assert (result.stopped, result.steps) == ("done", 20)
    assert [event.text for event in events if isinstance(event, Notice)] == [ROLLED_BACK]
    assert rates[0] == 2 * rates[-1]
    assert read_facts(result.checkpoint).breakdowns == 1
    steps = [point.step for point in read_log(tmp_path / "run").losses]
    assert steps == sorted(set(steps))
    finish(Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=21)).run())
    assert rates[-1] == rates[-2]


def test_closing_a_run_whose_weights_are_broken_keeps_the_last_good_checkpoint(tmp_path, monkeypatch):
    trained, step = [], Vae.step
    monkeypatch.setattr(Vae, "step", lambda family, *given: trained.append(family) or step(family, *given))
    trainer = Trainer("vae", settings("vae"), dark_and_bright(), tmp_path / "run", budget=Budget(steps=10**6))
    task = trainer.run()
    next(event for event in task if isinstance(event, LossPoint) and event.step > 1)
    good = latest(tmp_path / "run" / "checkpoints")
    for parameter in trained[-1].generator.parameters():
        parameter.data.fill_(float("nan"))
    task.close()
    assert latest(tmp_path / "run" / "checkpoints") == good


def test_a_full_disk_is_one_sentence_and_leaves_the_older_checkpoint(tmp_path, monkeypatch):
    train("vae", tmp_path / "run", steps=5)
    good = latest(tmp_path / "run" / "checkpoints")

    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint, "write_atomically", full)
    with pytest.raises(CheckpointError, match=r"No space left on device.*free some space"):
        finish(Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=10)).run())
    assert latest(tmp_path / "run" / "checkpoints") == good
    assert not list(tmp_path.rglob(f"*{atomic.TEMPORARY_SUFFIX}"))


@pytest.mark.parametrize("name", STEPPED)
def test_memory_mapped_images_are_learned_from_alike(tmp_path, name):
    data = dark_and_bright()
    np.save(tmp_path / "images.npy", data.images.numpy())
    mapped = torch.from_numpy(np.load(tmp_path / "images.npy", mmap_mode="c"))
    in_memory = train(name, tmp_path / "memory")
    on_disk = train(name, tmp_path / "disk", data=type(data)(mapped, data.labels, data.classes))
    assert in_memory.losses == on_disk.losses
