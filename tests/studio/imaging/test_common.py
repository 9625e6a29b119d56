"""All images of a project are seen alike: gray unless one has color, deep ones through one window."""

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from models.events import finish
from studio.imaging.common import common_normalization
from studio.importing import import_sources
from studio.project.edits import edit
from studio.project.items import item_ids

GRAY = np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8)


@pytest.fixture
def imported(project, tmp_path):
    """Imports pictures and arrays of 16 bits, and returns how they are normalized."""

    def imported(*pictures):
        for number, picture in enumerate(pictures):
            if isinstance(picture, Pillow.Image):
                picture.save(tmp_path / f"{number}.jpg", quality=90)
            else:
                tifffile.imwrite(tmp_path / f"{number}.tif", picture)
        finish(import_sources(project, [tmp_path]))
        return common_normalization(project, 32)

    return imported


def test_gray_images_saved_as_color_are_gray(imported):
    assert imported(Pillow.fromarray(GRAY).convert("RGB")).mode == "gray"


def test_one_color_image_makes_color_until_it_is_excluded(project, imported):
    assert imported(Pillow.fromarray(GRAY), Pillow.new("RGB", (40, 40), (120, 90, 90))).mode == "rgb"
    edit(project, "exclude", "decision", {item_ids(project)[1]: "exclude"})
    assert common_normalization(project, 32).mode == "gray"


def test_deep_images_share_a_window(imported):
    dark, bright = GRAY.astype(np.uint16) + 100, GRAY.astype(np.uint16) * 16
    window = imported(dark, bright, Pillow.fromarray(GRAY)).window
    assert window is not None and window[0] < 20 and 4000 < window[1] <= 4080


def test_without_deep_images_there_is_no_window(imported):
    assert imported(Pillow.fromarray(GRAY)).window is None
