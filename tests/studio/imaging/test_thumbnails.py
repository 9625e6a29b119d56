"""Thumbnails are a cache: made when they are missing, shared by copies, gone without harm."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow

from studio.imaging.image import Image
from studio.imaging.thumbnails import SIDE, Thumbnails, thumbnail
from studio.project.items import item


def opened(jpeg: bytes) -> np.ndarray:
    return np.asarray(Pillow.open(BytesIO(jpeg)), dtype=int)


def test_a_thumbnail_keeps_proportions_and_enlarges_nothing():
    assert opened(thumbnail(Image(np.zeros((301, 602, 3), np.uint8), 8))).shape == (SIDE // 2, SIDE, 3)
    assert opened(thumbnail(Image(np.zeros((5, 1), np.uint8), 8))).shape == (5, 1)
    assert opened(thumbnail(Image(np.zeros((5000, 1), np.uint8), 8))).shape == (SIDE, 1)


def test_a_deep_image_is_not_black():
    pixels = np.random.default_rng(0).integers(500, 4000, (64, 64)).astype(np.uint16)
    assert 100 < opened(thumbnail(Image(pixels, 16))).mean() < 155


@pytest.fixture
def photo(project, add_image) -> int:
    return add_image("photo.png", np.full((20, 20), 180, np.uint8))


def test_it_is_made_once_and_survives_its_source(project, photo):
    with Thumbnails(project) as thumbnails:
        jpeg = thumbnails.get(item(project, photo))
        assert abs(opened(jpeg) - 180).max() < 3
    item(project, photo).path.unlink()
    with Thumbnails(project) as thumbnails:
        assert thumbnails.get(item(project, photo)) == jpeg


def test_a_deleted_or_damaged_cache_is_made_again(project, photo):
    with Thumbnails(project) as thumbnails:
        jpeg = thumbnails.get(item(project, photo))
    cache = project.folder / "thumbnails.db"
    for spoil in (cache.unlink, lambda: cache.write_bytes(b"no database" * 500)):
        spoil()
        with Thumbnails(project) as thumbnails:
            assert thumbnails.get(item(project, photo)) == jpeg


def test_a_missing_source_is_said(project, photo):
    shutil.rmtree(item(project, photo).path.parent)
    with Thumbnails(project) as thumbnails, pytest.raises(FileNotFoundError):
        thumbnails.get(item(project, photo))


def test_many_threads_may_ask(project, add_image):
    ids = [add_image(f"{number}.png", np.full((30, 30), number, np.uint8)) for number in range(40)]
    found = [item(project, number) for number in ids]
    with Thumbnails(project) as thumbnails, ThreadPoolExecutor(8) as pool:
        jpegs = list(pool.map(thumbnails.get, found * 5))
    assert [round(opened(jpeg).mean()) for jpeg in jpegs] == list(range(40)) * 5
