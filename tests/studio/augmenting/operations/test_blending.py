"""Blends of images and of their labels by the same shares."""

import numpy as np
import pytest

from studio.augmenting.operations import CutMix, Mixup
from tests.studio.augmenting.operations.pictures import chain_of, photo

CLASSES = np.array([0, 1, 0, 1, 2, 2])


def numbered(size=10):
    """Images whose level is their number."""
    return np.stack([np.full((size, size), number / 8, np.float32) for number in range(6)])


def test_mixup_blends_images_and_labels_by_the_same_share():
    images = np.stack([np.full((4, 4), value, np.float32) for value in (0.0, 0.25, 0.5, 1.0)])
    mixed, labels = chain_of(Mixup(share=(20, 50))).batch_with_labels(images, np.eye(4), seed=3)
    np.testing.assert_allclose(mixed[:, 0, 0], labels @ [0.0, 0.25, 0.5, 1.0], atol=1e-6)
    np.testing.assert_allclose(labels.sum(1), 1, atol=1e-6)
    assert ((labels.max(1) >= 0.5) & (labels.max(1) <= 0.8)).all()


@pytest.mark.parametrize("operation", [Mixup, CutMix])
def test_partners_of_the_same_class_leave_labels_as_they_are(operation):
    labels = np.eye(3)[CLASSES]
    mixed, same = chain_of(operation(partner="same class")).batch_with_labels(numbered(), labels, seed=1)
    np.testing.assert_allclose(same, labels, atol=1e-6)
    assert (np.abs(mixed - numbered()).max((1, 2)) > 0).all()
    _, other = chain_of(operation()).batch_with_labels(numbered(), labels, seed=1)
    assert np.abs(other - labels).max() > 0.05


def test_cutmix_puts_a_box_of_another_image_and_counts_its_pixels():
    mixed, labels = chain_of(CutMix(share=(25, 25))).batch_with_labels(numbered(), np.eye(6), seed=2)
    for number, image in enumerate(mixed):
        levels, counts = np.unique(image, return_counts=True)
        assert sorted(counts) == [25, 75]
        assert levels[counts.argmax()] == number / 8
        assert labels[number, int(8 * levels[counts.argmin()])] == pytest.approx(0.25)
    np.testing.assert_allclose(labels.sum(1), 1)


@pytest.mark.parametrize("operation", [Mixup, CutMix])
def test_blends_leave_a_single_image_alone(operation):
    np.testing.assert_array_equal(chain_of(operation())(photo(), 3), photo())


def test_cutmix_moves_what_is_marked_with_the_pixels():
    """A box half in the patch is cut at its edge; one that the patch covers is gone; labels go with their boxes."""
    whole, small = [0.0, 0.0, 10.0, 10.0], [3.0, 3.0, 6.0, 6.0]
    chain = chain_of(CutMix(share=(50, 50)))
    for seed in range(20):
        images, boxes, labels = chain.batch(
            numbered()[:2], seed, boxes=[np.array([small]), np.array([whole])], box_labels=[["own"], ["other"]]
        )
        assert (labels[0], labels[1][0]) == (["own", "other"], "other")
        left, top, right, bottom = boxes[0][1].astype(int)
        patch = images[0] == numbered()[1]
        assert patch[top:bottom, left:right].all() and patch.sum() == (bottom - top) * (right - left)
        is_covered = patch[3:6, 3:6].all()
        np.testing.assert_array_equal(boxes[0][0], [3, 3, 3, 3] if is_covered else small)
