import numpy as np
import pytest
from PIL import Image

from resources.sample.draw import COUNTS, FOLDER, SIZE, draw, draw_all


def test_the_shipped_photos_are_what_the_program_draws(tmp_path):
    draw_all(tmp_path)
    drawn = {path.relative_to(tmp_path): _pixels(path) for path in tmp_path.rglob("*.png")}
    shipped = {path.relative_to(FOLDER): _pixels(path) for path in FOLDER.rglob("*.png")}
    assert drawn.keys() == shipped.keys()
    for path, pixels in drawn.items():
        # Processors round differently in the last bit, so a gray level may differ by one.
        assert np.abs(pixels - shipped[path]).max() <= 1, path


def test_there_are_as_many_of_each_class_as_promised_in_less_than_two_megabytes():
    assert {folder.name: len(list(folder.iterdir())) for folder in FOLDER.iterdir()} == COUNTS
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.png")) < 2e6


@pytest.mark.parametrize("label", COUNTS)
def test_photos_of_a_class_differ_and_use_the_range(label):
    photos = [draw(label, number) for number in range(1, 5)]
    assert len({photo.tobytes() for photo in photos}) == len(photos)
    for photo in photos:
        assert photo.shape == (SIZE, SIZE)
        assert np.ptp(photo) > 60
        assert 60 < photo.mean() < 190


def _pixels(path):
    return np.asarray(Image.open(path)).astype(int)
