"""What a run finds out about its machine is kept with it, so that it goes on exactly as it began."""

import pytest
import torch

from models import settling, trainer
from models.budget import Budget
from models.device import Compute, with_threads
from models.dry_step import StepMemory, changed, fitting_batch, measure_memory
from models.events import LossPoint, Notice, finish
from models.families import family_class
from models.run_config import read_config
from models.settling import NO_DEVICE, SMALLER_BATCH
from models.trainer import Trainer
from tests.models.test_resume import contents
from tests.models.test_trainer import train
from tests.models.tiny import STEPPED, dark_and_bright, settings


def notices(events: list) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


def test_a_step_takes_as_many_images_as_fit():
    memory = StepMemory(fixed=1_000, image=100)
    assert memory.of(32) == 4_200
    fitting = [fitting_batch(memory, 32, free) for free in (4_200, 4_199, 2_000, 0)]
    assert fitting == [32, 16, 8, 4]
    assert fitting_batch(memory, 2, 0) == 2


@pytest.mark.parametrize("name", STEPPED)
def test_a_dry_step_tells_what_each_family_keeps_of_an_image(name):
    data = dark_and_bright()
    family = family_class(name)(settings(name), data.shape, data.class_count)
    memory = measure_memory(family, data, torch.device("cpu"))
    weights = sum(value.nbytes for network in family.networks.values() for value in network.parameters())
    assert memory.fixed > 4 * weights
    assert memory.image > data.images[0].numel() * 4


def test_what_takes_no_more_with_more_images_is_not_counted_for_each():
    """Refined learns its largest size from a few images of a step, however many it has."""
    data = dark_and_bright(n=16, side=128)
    family = family_class("refined")(settings("refined", batch=64), data.shape, data.class_count)
    memory = measure_memory(family, data, torch.device("cpu"))
    assert memory.of(64) < 4 * memory.of(8)


def test_wider_networks_keep_more():
    data = dark_and_bright()
    family = family_class("dcgan")(settings("dcgan"), data.shape, data.class_count)
    narrow, wide = (measure_memory(changed(family, width=width), data, torch.device("cpu")) for width in (4, 8))
    assert wide.fixed > narrow.fixed and wide.image > narrow.image


def test_too_little_memory_makes_steps_smaller_and_is_said_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(settling, "free_memory", lambda device: 0)
    events: list = []
    result = train("vae", tmp_path / "run", steps=3, batch=16, listen=events.append)
    assert notices(events) == [SMALLER_BATCH]
    assert (result.images_seen, read_config(tmp_path / "run").settings["batch"]) == (12, 4)
    monkeypatch.undo()
    finish(Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=5)).run(), events.append)
    assert read_config(tmp_path / "run").settings["batch"] == 4
    assert len(notices(events)) == 1


def test_what_is_a_share_of_the_run_follows_its_minutes_and_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(settling, "steps_within", lambda seconds, *others: int(10 * seconds))
    data, folder = dark_and_bright(), tmp_path / "run"
    task = Trainer("vae", settings("vae"), data, folder, budget=Budget(minutes=0.5)).run()
    next(event for event in task if isinstance(event, LossPoint) and event.step > 1)
    task.close()
    assert read_config(folder).settings["warm_up"] == 30
    finish(Trainer.resume(folder, data, budget=Budget(minutes=1e-9)).run())
    assert read_config(folder).settings["warm_up"] == 30


@pytest.mark.parametrize(("budget", "warm_up"), [(Budget(steps=20), 0), (Budget(minutes=0.01), 7)])
def test_what_is_set_or_of_a_number_of_steps_stays_as_it_is(tmp_path, budget, warm_up):
    """So that a run of some steps is the beginning of a longer one."""
    data, own = dark_and_bright(), settings("vae", warm_up=warm_up)
    finish(Trainer("vae", own, data, tmp_path / "run", budget=budget).run())
    assert read_config(tmp_path / "run").settings["warm_up"] == warm_up


def test_where_the_graphics_card_cannot_take_a_step_the_processor_does(tmp_path):
    device, events = torch.device("meta"), []  # has no numbers, so no step can be taken on it
    task = Trainer("vae", settings("vae"), dark_and_bright(), tmp_path / "run", budget=Budget(steps=3), device=device)
    assert finish(task.run(), events.append).steps == 3
    assert notices(events) == [NO_DEVICE]
    assert read_config(tmp_path / "run").compute.device == "cpu"


def test_a_run_goes_on_with_as_many_threads_as_it_began_with(tmp_path, monkeypatch):
    """On this many pixels two threads add up in another order than one."""
    monkeypatch.setattr(trainer.os, "cpu_count", lambda: 2)
    data, own = dark_and_bright(side=32), settings("dcgan", width=16, batch=16)
    with with_threads(2):
        finish(Trainer("dcgan", own, data, tmp_path / "straight", budget=Budget(steps=12)).run())
        finish(Trainer("dcgan", own, data, tmp_path / "run", budget=Budget(steps=6)).run())
    assert read_config(tmp_path / "run").compute == Compute("cpu", 2)
    with with_threads(1):
        finish(Trainer.resume(tmp_path / "run", data, budget=Budget(steps=12)).run())
        assert torch.get_num_threads() == 1
    assert contents(tmp_path / "run") == contents(tmp_path / "straight")
