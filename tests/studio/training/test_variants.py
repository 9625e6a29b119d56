import json

import numpy as np
import pytest
import torch

from models.events import finish
from studio.augmenting import PRESETS, Chain, Step, set_project_chain
from studio.augmenting.operations import Cutout, Rotate
from studio.augmenting.variants import project_variants, set_project_variants
from studio.errors import UserError
from studio.labeling import split
from studio.project.edits import undo
from studio.project.versions import Variants, find_version, version_folder
from studio.training.dataset import open_dataset
from studio.training.freeze import current_name, current_version
from studio.training.variants import materialize_version

CHAIN = Chain((Step(Rotate(angle=(-30, 30))), Step(Cutout())))


@pytest.fixture
def uneven(project, add_image):
    """Eight images of one class and two of another, all of them for training but two."""
    pixels = np.random.default_rng(0).integers(0, 256, (10, 20, 20), dtype=np.uint8)
    for number, image in enumerate(pixels):
        add_image(f"{number}.png", image, label="bad" if number > 6 else "good")
    split(project, 0.2)
    set_project_chain(project, CHAIN)


def test_a_new_version_holds_the_variants_and_says_where_each_is_from(project, uneven):
    version = finish(materialize_version(project, Variants(3, seed=5), 32))
    assert find_version(project, version.name).variants == Variants(3, seed=5)
    assert current_version(project, 32) == version  # the next run learns from it
    dataset = finish(open_dataset(project, version))
    count = len(version.train)
    assert len(dataset.train.images) == 4 * count
    assert torch.equal(dataset.train.labels[count:], dataset.originals.labels.repeat_interleave(3))
    lines = (version_folder(project, version.name) / "variants.jsonl").read_text().splitlines()
    assert len(lines) == 3 * count
    for line in map(json.loads, lines[:6]):
        source = next(place for place, member in enumerate(version.train) if member.item == line["source"])
        assert line["sha256"] == version.train[source].sha256
        (step,) = line["steps"]
        angle = step["values"]["angle"]
        again = Chain((Step(Rotate(angle=(angle, angle))),))
        image = dataset.originals.images[source].permute(1, 2, 0).numpy()
        np.testing.assert_array_equal(again(image), dataset.train.images[line["row"]].permute(1, 2, 0).numpy())


def test_balanced_classes_are_learned_from_alike(project, uneven):
    version = finish(materialize_version(project, Variants(2, balance=True), 32))
    dataset = finish(open_dataset(project, version))
    labels = dataset.train.labels[len(version.train) :]
    assert (labels == 0).sum() == (labels == 1).sum() > 0


def test_the_wish_is_part_of_the_name_and_can_be_undone(project, uneven):
    before = current_name(project, 32)
    version = finish(materialize_version(project, Variants(3), 32))
    assert current_name(project, 32) == version.name != before
    undo(project)
    assert project_variants(project) is None
    assert current_name(project, 32) == before
    set_project_variants(project, Variants(3))
    set_project_variants(project, None)
    assert current_name(project, 32) == before


def test_canceled_nothing_is_asked_for(project, uneven):
    task = materialize_version(project, Variants(3), 32)
    next(task)
    task.close()
    assert project_variants(project) is None


def test_a_chain_that_generators_must_not_learn_is_refused(project, uneven):
    set_project_chain(project, PRESETS["AugMix"])
    with pytest.raises(UserError, match="No step of the chain is for generators"):
        finish(materialize_version(project, Variants(3), 32))
