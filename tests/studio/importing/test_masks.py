"""Masks beside images are told from images, also from photos of people who wear masks."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from models.events import finish
from studio.importing import import_sources
from studio.importing.masks import masks_beside
from studio.project.items import items
from studio.project.regions import mask_of, regions


@pytest.fixture
def paint(tmp_path) -> Callable[..., Path]:
    def paint(name: str, number: int = 1) -> Path:
        mask = np.zeros((24, 32), np.uint8)
        mask[number : number + 5, 3:9] = 255
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(mask).save(path)
        return path

    return paint


def test_masks_become_regions_of_the_images_called_like_them(project, photos, paint):
    folder = photos("images/a.png", "images/b.png", "images/c.png")
    paint("masks/a.png", 2)
    paint("masks/b_mask.png", 4)
    result = finish(import_sources(project, [folder]))
    assert (result.imported, result.rejected, result.problems) == (3, [], [])
    found = {item.path.name: item.id for item in items(project)}
    marked = regions(project, found.values())
    assert set(marked) == {found["a.png"], found["b.png"]}
    assert mask_of(marked[found["b.png"]], 24, 32)[4:9, 3:9].all()


def test_classes_do_not_come_from_the_folder_of_masks(project, photos, paint):
    folder = photos("good/a.png", "pits/a.png", "pits/b.png")
    paint("masks/pits/a_mask.png")
    finish(import_sources(project, [folder]))
    found = {f"{item.path.parent.name}/{item.path.name}": item for item in items(project)}
    assert {name: item.label for name, item in found.items()} == {
        "good/a.png": "good",
        "pits/a.png": "pits",
        "pits/b.png": "pits",
    }
    assert list(regions(project, [item.id for item in found.values()])) == [found["pits/a.png"].id]


def test_photos_of_masks_are_photos(photos):
    folder = photos("mask/1.png", "mask/2.png", "no mask/1.png", "no mask/2.png")
    assert masks_beside(sorted(folder.rglob("*.png"))) == {}
