import numpy as np
import pytest
from PIL import Image

from studio.augmenting import PRESETS
from studio.augmenting.preview import draw_items, read_items, tiles, write_preview
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


def test_a_sheet_is_written(project, ten_images, tmp_path):
    write_preview(project, PRESETS["Gentle"], tmp_path / "sheet.png")
    assert np.asarray(Image.open(tmp_path / "sheet.png")).shape == (4 * 164 + 4, 5 * 164 + 4)


def test_without_images_it_says_so(project):
    with pytest.raises(UserError, match="no images"):
        draw_items(project, 4)
