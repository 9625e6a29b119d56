"""The arrays of a version: the same images as the files, made once, whole or not at all."""

import errno
from pathlib import Path
from shutil import rmtree

import numpy as np
import pytest
import torch
from PIL import Image

from models.events import Progress, finish
from studio.augmenting import PRESETS, set_project_chain
from studio.errors import UserError
from studio.labeling import split
from studio.project.edits import edit
from studio.project.items import items
from studio.project.versions import version_folder
from studio.training import dataset as dataset_module
from studio.training.dataset import open_dataset
from studio.training.freeze import current_version


@pytest.fixture
def version(cells):
    split(cells, 0.2)
    return current_version(cells, 32)


def test_the_arrays_hold_the_images_in_the_order_of_the_version(cells, version):
    data = finish(open_dataset(cells, version))
    assert data.train.images.shape == (48, 1, 32, 32) and data.test.images.shape == (12, 1, 32, 32)
    assert set(data.train.classes) == {"functional", "defective"}
    paths = {item.id: item.path for item in items(cells)}
    for position in (0, 17, 47):
        member = version.train[position]
        image = Image.open(paths[member.item]).reduce(10).resize((32, 32))
        likeness = np.corrcoef(np.asarray(image).ravel(), data.train.images[position].numpy().ravel())[0, 1]
        assert likeness > 0.95
        assert data.train.classes[data.train.labels[position]] == member.label


def test_variants_follow_the_originals_with_their_labels(cells, version):
    set_project_chain(cells, PRESETS["Solar cells"])
    version = current_version(cells, 32)
    data = finish(open_dataset(cells, version))
    assert len(data.train) == 48 * 5 and len(data.originals) == 48
    assert torch.equal(data.train.images[:48], data.originals.images)
    first_variants = data.train.images[48:52]
    flips = [data.originals.images[0].flip(dims) for dims in ((), (1,), (2,), (1, 2))]
    assert all(any(torch.equal(variant, flip) for flip in flips) for variant in first_variants)
    assert data.train.labels[48:].tolist() == data.originals.labels.repeat_interleave(4).tolist()
    assert data.train.sources[[0, 47, 48, 51, 52]].tolist() == [0, 47, 0, 0, 1]


def test_unlabeled_images_keep_their_place_for_a_family_that_learns_from_them(cells, version):
    unlabeled = [version.train[0].item, version.train[5].item]
    edit(cells, "label", "class_id", dict.fromkeys(unlabeled))
    assert set(finish(open_dataset(cells, current_version(cells, 32))).train.labels.tolist()) == {0}
    train = finish(open_dataset(cells, current_version(cells, 32, use_unlabeled=True))).train
    assert torch.nonzero(train.labels < 0).flatten().tolist() == [0, 5]
    assert len(train.classes) == 2


def test_arrays_are_made_once_and_again_when_deleted(cells, version):
    first = finish(open_dataset(cells, version)).train.images.clone()
    events: list = []
    finish(open_dataset(cells, version), events.append)
    assert events == []
    rmtree(version_folder(cells, version.name))
    again = finish(open_dataset(cells, version), events.append).train.images
    assert any(isinstance(event, Progress) for event in events)
    assert torch.equal(first, again)


def test_half_made_arrays_do_not_count(cells, version):
    whole = finish(open_dataset(cells, version)).train.images.clone()
    (version_folder(cells, version.name) / "test.npy").unlink()
    assert torch.equal(finish(open_dataset(cells, version)).train.images, whole)


def test_canceling_leaves_nothing(cells, version):
    task = open_dataset(cells, version)
    next(task)
    task.close()
    assert list((cells.folder / "versions").iterdir()) == []


def test_a_full_disk_leaves_nothing(cells, version, monkeypatch):
    def no_space(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(dataset_module, "_write_test", no_space)
    with pytest.raises(OSError, match="No space"):
        finish(open_dataset(cells, version))
    assert list((cells.folder / "versions").iterdir()) == []


def test_learning_cannot_change_the_cache(cells, version):
    file = version_folder(cells, version.name) / "train.npy"
    data = finish(open_dataset(cells, version))
    before = file.read_bytes()
    data.train.images.zero_()
    assert file.read_bytes() == before


def test_an_image_that_changed_since_its_import_is_named(cells, version, tmp_path):
    changed = tmp_path / "changed.png"
    Image.new("L", (300, 300)).save(changed)
    with cells.writing() as db:
        db.execute("UPDATE item SET path = ? WHERE id = ?", (cells.store_path(changed), version.train[0].item))
    with pytest.raises(UserError, match=r"changed\.png” has changed since it was imported"):
        finish(open_dataset(cells, version))
    Path(changed).unlink()
    with pytest.raises(FileNotFoundError):
        finish(open_dataset(cells, version))


def test_a_version_without_held_out_images_has_an_empty_test_set(cells):
    data = finish(open_dataset(cells, current_version(cells, 32)))
    assert len(data.test) == 0 and len(data.train) == 60
