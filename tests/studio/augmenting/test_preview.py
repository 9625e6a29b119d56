import numpy as np
import pytest
from PIL import Image

from studio.augmenting import PRESETS, Chain, Step
from studio.augmenting.operations import Mixup
from studio.augmenting.preview import class_rows, draw_items, read_items, tiles, write_preview
from studio.errors import UserError
from studio.imaging.normalize import Normalization


def test_originals_come_first_and_the_same_seed_gives_the_same_tiles(project, ten_images):
    images = read_items(draw_items(project, 4, seed=1), Normalization(size=48))
    assert images.shape == (4, 48, 48, 1)
    rows = tiles(PRESETS["Strong"], images, 3, seed=7)
    np.testing.assert_array_equal(rows[:, 0], images)
    np.testing.assert_array_equal(tiles(PRESETS["Strong"], images, 3, seed=7), rows)
    assert (tiles(PRESETS["Strong"], images, 3, seed=8)[:, 1] != rows[:, 1]).any()
    assert (rows[:, 1] != rows[:, 2]).any()


def test_blends_within_a_class_take_partners_of_the_class(project, ten_images):
    chosen = draw_items(project, 6, seed=1)
    labels = [item.label for item in chosen]
    images = np.stack([np.full((8, 8, 1), 250 if label == "good" else 0, np.uint8) for label in labels])
    chain = Chain((Step(Mixup(share=(50, 50), partner="same class")),))
    rows = tiles(chain, images, 2, 3, labels=class_rows(chosen))
    np.testing.assert_array_equal(rows[:, 1], images)
    assert (tiles(chain, images, 2, 3)[:, 1] != images).any()


def test_a_sheet_is_written(project, ten_images, tmp_path):
    write_preview(project, PRESETS["Gentle"], tmp_path / "sheet.png")
    assert np.asarray(Image.open(tmp_path / "sheet.png")).shape == (4 * 164 + 4, 5 * 164 + 4)


def test_without_images_it_says_so(project):
    with pytest.raises(UserError, match="no images"):
        draw_items(project, 4)
