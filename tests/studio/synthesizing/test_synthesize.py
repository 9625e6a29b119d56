"""Samples are images of the project that know where they come from, and a batch is there whole or not at all."""

import shutil

import msgspec
import numpy as np
import pytest
from PIL import Image

from models.events import finish
from studio.errors import UserError
from studio.project.edits import edit
from studio.project.items import items
from studio.project.runs import find_run
from studio.synthesizing import synthesize as module
from studio.synthesizing.synthesize import finish_interrupted, remake, share_out, synthesize, synthesize_counts
from studio.training.train import train


def samples(project) -> list:
    return list(items(project, "origin = 'synthetic'"))


def test_samples_carry_where_they_come_from(trained):
    result = finish(synthesize(trained, "instant-1", 10, seed=4))
    made = samples(trained)
    assert result.samples == len(made) == len(list(result.dir.rglob("*.png"))) == 10
    assert {item.path.parent.name for item in made} == {"functional", "defective"}
    for index, item in enumerate(made):
        assert item.run == "instant-1" and item.label == item.path.parent.name
        assert item.provenance == {
            "run": "instant-1",
            "checkpoint": "step-00000001",
            "seed": 4,
            "index": index,
            "label": item.label,
            "latent": {"generator": "philox4x64-10", "key": [4, index]},
        }
        with Image.open(item.path) as file:
            assert file.text["Source"] == "synthetic"
            assert msgspec.json.decode(file.text["Provenance"]) == item.provenance


def test_a_sample_is_made_again_pixel_for_pixel(trained):
    finish(synthesize(trained, "instant-1", 40, seed=1))
    for item in samples(trained)[::13]:
        assert np.array_equal(np.asarray(Image.open(item.path)), remake(trained, item)[:, :, 0])


def test_a_sample_is_made_again_after_its_run_went_on(trained):
    small = {"width": 8, "batch": 8}
    finish(train(trained, "mlp_gan", size=32, steps=2, settings=small))
    finish(synthesize(trained, "mlp_gan-1", 3))
    finish(train(trained, resume="mlp_gan-1", steps=5))
    finish(train(trained, resume="mlp_gan-1", steps=8))
    item = samples(trained)[1]
    assert np.array_equal(np.asarray(Image.open(item.path)), remake(trained, item)[:, :, 0])


def test_the_same_seed_makes_the_same_samples_and_another_others(trained):
    first, again, other = (finish(synthesize(trained, "instant-1", 4, seed=seed)).dir for seed in (0, 0, 1))
    pixels = {folder: [file.read_bytes() for file in sorted(folder.rglob("*.png"))] for folder in (first, again, other)}
    assert first != again
    assert pixels[first] == pixels[again] != pixels[other]


def test_samples_are_shared_out_as_asked(trained):
    run = find_run(trained, "instant-1")  # learned from 37 functional and 11 defective; 46 and 14 are usable
    assert share_out(trained, run, 48) == {"functional": 37, "defective": 11}
    assert share_out(trained, run, 5, "defective") == {"defective": 5}
    assert share_out(trained, run, None, balance=True) == {"defective": 32}
    assert share_out(trained, run, 34, balance=True) == {"defective": 33, "functional": 1}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"n": 0}, "at least one sample"),
        ({}, "how many samples"),
        ({"n": 3, "label": "broken"}, "did not learn the class “broken”. It knows"),
        ({"n": 3, "run": "dcgan-1"}, "no run “dcgan-1”"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(trained, options, sentence):
    with pytest.raises(UserError, match=sentence):
        finish(synthesize(trained, **({"run": "instant-1"} | options)))
    assert samples(trained) == [] and not (trained.folder / "synthetic").exists()


def test_a_run_without_classes_makes_samples_without_a_label(cells):
    edit(cells, "label", "class_id", {item.id: None for item in items(cells)})
    finish(train(cells, "instant", size=16))
    finish(synthesize(cells, "instant-1", 3))
    assert [item.label for item in samples(cells)] == [None] * 3
    with pytest.raises(UserError, match="without classes"):
        finish(synthesize(cells, "instant-1", 3, label="defective"))


def test_canceling_leaves_nothing(trained):
    task = synthesize(trained, "instant-1", 40)
    for _ in range(35):
        next(task)
    task.close()
    assert samples(trained) == [] and list((trained.folder / "synthetic").iterdir()) == []


def test_a_crash_before_the_samples_are_in_the_project_leaves_none(trained):
    partial = trained.folder / "synthetic" / "instant-1-batch-1.partial"
    partial.mkdir(parents=True)
    (partial / "000000.png").touch()
    finish_interrupted(trained)
    assert not partial.exists()


def test_a_crash_after_the_samples_are_in_the_project_loses_none(trained, monkeypatch):
    class Crash(BaseException):
        pass

    def crash(*_):
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(module.Path, "rename", crash)
        with pytest.raises(Crash):
            finish(synthesize_counts(trained, "instant-1", {"defective": 2}))
    assert not any(item.path.exists() for item in samples(trained))
    finish_interrupted(trained)
    assert len(samples(trained)) == 2 and all(item.path.exists() for item in samples(trained))


def test_a_batch_whose_folder_was_lost_is_not_mistaken_for_a_new_one(trained):
    lost = finish(synthesize(trained, "instant-1", 2)).dir
    shutil.rmtree(lost)
    again = finish(synthesize(trained, "instant-1", 2, seed=1)).dir
    assert again != lost
    assert len(samples(trained)) == 4
