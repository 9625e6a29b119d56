"""Cut-and-paste of defects."""

import numpy as np
import pytest

from studio.augmenting import Defect
from studio.augmenting.operations import DefectPaste, FlipHorizontal, Translate
from tests.studio.augmenting.operations.pictures import chain_of, photo


def test_a_defect_is_pasted_where_the_mask_says_and_blended_by_brightness():
    """A dark dot on light ground becomes a dot as much darker than the dark ground."""
    source = np.full((21, 21), 0.8, np.float32)
    source[8:13, 8:13] = 0.6
    marks = np.zeros((21, 21), np.uint8)
    marks[7:14, 7:14] = 3
    chain = chain_of(DefectPaste(scale=(1, 1), angle=(0, 0)))
    ground, empty = np.full((60, 60), 0.4, np.float32), np.zeros((60, 60), np.uint8)
    for seed in range(6):
        image, mask = chain(ground, seed, mask=empty, defects=[Defect(source, marks)])
        assert set(np.unique(mask)) == {0, 3}
        changed = np.abs(image - ground) > 0.02
        y, x = np.nonzero(mask)
        assert image.min() == pytest.approx(0.2, abs=0.03)
        assert not changed[: max(y.min() - 2, 0)].any()
        assert not changed[:, x.max() + 3 :].any()
    np.testing.assert_array_equal(chain(ground, 1), ground)
    assert not empty.any()


def test_defects_fit_images_of_other_types_and_channels():
    gray = Defect(photo((9, 9, 1), np.uint8)[..., 0], np.ones((9, 9), np.uint8))
    colored = Defect(photo((9, 9, 4), np.uint8), np.ones((9, 9), np.uint8))
    blank = Defect(photo((9, 9, 1)), np.zeros((9, 9), np.uint8))
    chain = chain_of(DefectPaste())
    for shape in ((40, 40), (40, 40, 1), (40, 40, 3), (40, 40, 4)):
        image = np.full(shape, 128, np.uint8)
        for defect in (gray, colored):
            pasted = chain(image, 2, defects=[blank, defect])
            assert pasted.shape == shape
            assert (pasted != image).any()
        if shape[2:] == (4,):
            np.testing.assert_array_equal(pasted[..., 3], image[..., 3])
        np.testing.assert_array_equal(chain(image, 2, defects=[blank]), image)


def test_a_pasted_defect_has_a_box_of_its_own_that_moves_on_with_the_image():
    bright = Defect(np.full((7, 9), 255, np.uint8), np.ones((7, 9), np.uint8), "scratch")
    paste, flip = DefectPaste(scale=(1, 1), angle=(0, 0)), FlipHorizontal(probability=1.0)
    black, mask = np.zeros((40, 50), np.uint8), np.zeros((40, 50), np.uint8)
    own = np.array([[1.0, 2.0, 5.0, 6.0]])
    for seed in range(6):
        image, marks, boxes, labels = chain_of(paste, flip)(black, seed, mask, own, [bright], ["dent"])
        assert labels == ["dent", "scratch"]
        np.testing.assert_array_equal(boxes[0], [45, 2, 49, 6])
        rows, columns = np.flatnonzero(marks.any(1)), np.flatnonzero(marks.any(0))
        np.testing.assert_allclose(boxes[1], [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
        assert image[marks > 0].mean() > 120
    _, boxes = chain_of(paste, Translate(x=(50, 50), y=(0, 0)))(black, 1, boxes=own, defects=[bright])
    assert len(boxes) == 2
    _, same = chain_of(paste)(black, 1, boxes=own)
    np.testing.assert_array_equal(same, own)
