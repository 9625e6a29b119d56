"""A run can begin with what another one had learned."""

from dataclasses import replace

import pytest
import torch

from models import checkpoint
from models.budget import Budget
from models.errors import CheckpointError
from models.events import finish
from models.trainer import Trainer
from tests.models.test_resume import contents
from tests.models.tiny import dark_and_bright, settings


def train(folder, *, steps=1, start=None, data=None, name="dcgan", **changes):
    data = dark_and_bright() if data is None else data
    trainer = Trainer(name, settings(name, **changes), data, folder, budget=Budget(steps=steps), seed=7, start=start)
    return finish(trainer.run()).checkpoint


def distance(first, second) -> float:
    """How far apart the weights of two checkpoints' generators are, by their largest difference."""
    one, other = checkpoint.read_sampling(first), checkpoint.read_sampling(second)
    weights = [key for key in one if key.endswith("weight") and one[key].ndim > 1]
    return max(float((one[key] - other[key]).abs().max()) for key in weights)


@pytest.mark.parametrize("name", ["dcgan", "vae", "vq_vae", "latent_flow", "refined"])
def test_it_goes_on_from_there_with_other_settings(tmp_path, name):
    parent = train(tmp_path / "parent", steps=30, name=name)
    fresh = train(tmp_path / "fresh", name=name, learning_rate=1e-6)
    branch = train(tmp_path / "branch", name=name, learning_rate=1e-6, start=parent)
    assert distance(parent, branch) < 0.2 * distance(parent, fresh)


def test_of_a_moment_kept_for_sampling_the_generator_is_taken(tmp_path):
    parent = train(tmp_path / "parent", steps=30)
    parent.with_suffix(".resume.safetensors").unlink()
    branch = train(tmp_path / "branch", learning_rate=1e-6, start=parent)
    assert distance(parent, branch) < 1e-3
    assert checkpoint.read_facts(branch).images_before == 240


def test_layers_that_fit_are_taken_where_classes_are_others(tmp_path):
    parent = train(tmp_path / "parent", steps=30)
    three = dark_and_bright(classes=3)
    fresh = train(tmp_path / "fresh", data=three, learning_rate=1e-6)
    branch = train(tmp_path / "branch", data=three, learning_rate=1e-6, start=parent)
    kept, own, new = (checkpoint.read_sampling(path) for path in (parent, branch, fresh))
    fitting = [key for key in own if kept[key].shape == own[key].shape and own[key].ndim == 4]
    assert fitting
    for key in fitting:
        assert (kept[key] - own[key]).abs().max() < 0.2 * (kept[key] - new[key]).abs().max()


def practice(path):
    return int(checkpoint.read_sampling(path)["enlargers.0.practice"])


def test_networks_count_as_practiced_only_where_all_of_them_are_taken(tmp_path):
    parent = train(tmp_path / "parent", name="refined")
    whole = train(tmp_path / "whole", name="refined", start=parent)
    partly = train(tmp_path / "partly", name="refined", data=dark_and_bright(classes=3), start=parent)
    assert practice(parent) > 0
    assert (practice(whole), practice(partly)) == (2 * practice(parent), practice(parent))


def brighter(data):
    return replace(data, images=(data.images.float() * 0.5 + 100).to(data.images.dtype))


@pytest.mark.parametrize(
    ("name", "measured"),
    [
        ("r3gan", "network spread.variance"),
        ("wgan_gp", "network spread.variance"),
        ("sgan", "network record.shares"),
        ("refined", "network cascade.enlargers.0.strength"),
        ("pixel_flow", "network flow.mean"),
    ],
)
def test_what_is_measured_of_images_is_of_those_that_are_learned_from(tmp_path, name, measured):
    parent = train(tmp_path / "parent", name=name)
    others = brighter(dark_and_bright(n=36))
    branch = train(tmp_path / "branch", name=name, data=others, start=parent)
    fresh = train(tmp_path / "fresh", name=name, data=others)
    own, expected, old = (checkpoint.read_resuming(path)[measured] for path in (branch, fresh, parent))
    assert torch.equal(own, expected) and not torch.equal(own, old)


def test_refined_begins_with_thumbnails_of_the_new_images(tmp_path):
    parent = train(tmp_path / "parent", name="refined")
    others = brighter(dark_and_bright(n=36))
    branch, fresh = (
        checkpoint.read_sampling(train(tmp_path / folder, name="refined", data=others, start=start))
        for folder, start in (("branch", parent), ("fresh", None))
    )
    fitted = [key for key in fresh if key.startswith("instant.")]
    assert fitted and all(torch.equal(branch[key], fresh[key]) for key in fitted)


def test_a_run_that_was_stopped_before_its_first_checkpoint_begins_there_again(tmp_path):
    parent = train(tmp_path / "parent", steps=30)
    path = train(tmp_path / "branch", learning_rate=1e-6, start=parent)
    for kept in checkpoint.checkpoints(path.parent):
        checkpoint.remove(kept)
    resumed = Trainer.resume(tmp_path / "branch", dark_and_bright(), budget=Budget(steps=1), start=parent)
    begun = finish(resumed.run()).checkpoint
    assert distance(begun, parent) < 5e-3
    assert checkpoint.read_facts(begun).images_before == 240


def test_what_is_damaged_is_refused(tmp_path):
    parent = train(tmp_path / "parent")
    parent.write_bytes(b"x")
    with pytest.raises(CheckpointError, match="damaged"):
        train(tmp_path / "branch", start=parent)


def detective(path) -> list[torch.Tensor]:
    """The convolutions of a checkpoint's discriminator, the one nearest to the image first."""
    state = sorted(checkpoint.read_resuming(path).items())
    return [value for key, value in state if key.startswith("network discriminator") and value.ndim == 4]


@pytest.mark.parametrize("name", ["dcgan", "r3gan", "fastgan", "wgan_gp", "acgan", "sgan"])
def test_the_first_layers_of_a_detective_can_be_kept_as_they_were(tmp_path, name):
    parent = train(tmp_path / "parent", steps=3, name=name)
    before = detective(parent)
    frozen = detective(train(tmp_path / "frozen", steps=3, name=name, start=parent, freeze="always"))
    free = detective(train(tmp_path / "free", steps=3, name=name, start=parent, freeze="never"))
    assert torch.equal(frozen[0], before[0]) and not torch.equal(free[0], before[0])
    changed = [not torch.equal(one, other) for one, other in zip(before, frozen, strict=True)]
    assert any(changed)


def test_they_are_kept_where_few_new_images_follow_and_stay_so_after_resuming(tmp_path):
    parent = train(tmp_path / "parent", steps=3)
    first = detective(parent)[0]
    assert not torch.equal(detective(train(tmp_path / "same", steps=3, start=parent))[0], first)
    others = brighter(dark_and_bright(n=36))
    straight = train(tmp_path / "straight", steps=6, data=others, start=parent)
    assert torch.equal(detective(straight)[0], first)
    train(tmp_path / "halved", steps=3, data=others, start=parent)
    resumed = finish(Trainer.resume(tmp_path / "halved", others, budget=Budget(steps=6)).run()).checkpoint
    assert contents(tmp_path / "halved") == contents(tmp_path / "straight")
    assert torch.equal(detective(resumed)[0], first)


def test_a_detective_that_begins_anew_learns_with_all_its_layers(tmp_path):
    parent = train(tmp_path / "parent", steps=3)
    parent.with_suffix(".resume.safetensors").unlink()
    one, three = (train(tmp_path / f"{n}", steps=n, start=parent, freeze="always") for n in (1, 3))
    assert not torch.equal(detective(one)[0], detective(three)[0])
