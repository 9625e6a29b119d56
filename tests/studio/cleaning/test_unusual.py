"""One image of each fault among ordinary ones is found by its own check, says why, and nothing else is found."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow
from PIL import ImageFilter

from models.events import finish
from studio.cleaning import check_named, expected_false, scan, set_settings
from studio.importing import import_sources
from studio.labeling import label
from studio.project.items import item, item_ids

COUNT = 40


def ordinary(number: int, width: int = 120, height: int = 120) -> Pillow.Image:
    """A photo of texture, each a little brighter and paler than the last."""
    rng = np.random.default_rng(number)
    texture = rng.normal(0, 1, (height // 4, width // 4))
    fine = rng.normal(0, 0.4, (height, width))
    pixels = (120 + number / 4) + (32 - number / 10) * (np.kron(texture, np.ones((4, 4))) + fine)
    return Pillow.fromarray(pixels.clip(0, 240).astype(np.uint8))


def toned(factor: float, offset: float = 0) -> Pillow.Image:
    return ordinary(7).point([round(offset + factor * value) for value in range(256)])


def with_glare() -> Pillow.Image:
    pixels = np.array(ordinary(7))
    pixels[20:60, 30:90] = 255
    return Pillow.fromarray(pixels)


FAULTS = {
    "blurred": (lambda: ordinary(7).filter(ImageFilter.GaussianBlur(3)), "Little fine detail: "),
    "dark": (lambda: toned(0.15), "Its light parts have 10 % of full brightness; usual are "),
    "bright": (lambda: toned(0.15, 215), "Its dark parts have "),
    "low_contrast": (lambda: toned(0.3, 90), "Contrast 3.7 %; usual are "),
    "saturated": (with_glare, "16.7 % of it is plain white; usual are 0.0 %."),
    "odd_size": (lambda: ordinary(7, 300, 300), "300 × 300 pixels, 2.5 times as far across as usual."),
    "odd_aspect": (lambda: ordinary(7, 240, 60), "240 × 60 pixels: 4.0 times as long as wide; usual are 1.0 times."),
    "unexpected_color": (
        lambda: Pillow.merge("RGB", (ordinary(7), toned(0.8), ordinary(7))),
        "Has color, while most images here are gray.",
    ),
}


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(COUNT):
        ordinary(number).save(folder / f"{number}.png")
    return folder


def found(project, folder, check: str) -> dict[str, str]:
    """Reasons by file name."""
    finish(import_sources(project, [folder]))
    return {item(project, each.item).path.name: each.reason for each in finish(scan(project, [check]))}


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_stands_out_and_is_explained(project, folder, check):
    assert found(project, folder, check) == {}
    make, reason = FAULTS[check]
    make().save(folder / "fault.png")
    (explained,) = found(project, folder, check).items()
    assert explained[0] == "fault.png" and explained[1].startswith(reason)


def test_small_and_square_ones_are_as_odd_as_large_and_long_ones(project, tmp_path):
    folder = tmp_path / "wide"
    folder.mkdir()
    for number in range(COUNT):
        shape = (160, 80) if number % 2 else (80, 160)
        ordinary(number, *shape).save(folder / f"{number}.png")
    ordinary(50).save(folder / "square.png")
    ordinary(51, 80, 40).save(folder / "small.png")
    assert found(project, folder, "odd_aspect").keys() == {"square.png"}
    assert found(project, folder, "odd_size") == {"small.png": "80 × 40 pixels, 50 % as far across as usual."}


def test_colors_are_expected_where_most_images_have_them(project, tmp_path):
    folder = tmp_path / "colored"
    folder.mkdir()
    for number in range(COUNT):
        gray = ordinary(number)
        Pillow.merge("RGB", (gray, gray.point(lambda value: value // 2), gray)).save(folder / f"{number}.png")
    assert found(project, folder, "unexpected_color") == {}


def test_a_full_sensor_of_twelve_bits_is_known_by_the_others(project, tmp_path):
    folder = tmp_path / "deep"
    folder.mkdir()
    for number in range(COUNT):
        pixels = np.array(ordinary(number)).astype(np.uint16) * 16
        if number == 0:
            pixels[:30] = 4095
        tifffile.imwrite(folder / f"{number}.tif", pixels)
    tifffile.imwrite(folder / "a dark plate.tif", np.where(pixels > 2000, 900, 300).astype(np.uint16))
    assert found(project, folder, "saturated").keys() == {"0.tif"}


def test_a_stricter_limit_finds_more_and_says_what_share_may_be_false(project, folder):
    toned(0.5).save(folder / "fault.png")
    assert "fault.png" in found(project, folder, "dark")
    check = check_named("dark")
    set_settings(project, check, check.Settings(deviation=2))
    strict = finish(scan(project, ["dark", "odd_size"]))
    assert expected_false(project, strict).keys() == {"dark"}
    set_settings(project, check, check.Settings(deviation=10))
    assert finish(scan(project, ["dark"])) == []


def test_what_is_usual_cannot_be_told_from_a_few(project, tmp_path):
    folder = tmp_path / "few"
    folder.mkdir()
    for number in range(10):
        ordinary(number).save(folder / f"{number}.png")
    toned(0.1).save(folder / "fault.png")
    assert found(project, folder, "dark") == {}


def test_a_rare_class_is_a_finding_about_the_class(project, folder):
    finish(import_sources(project, [folder]))
    ids = item_ids(project)
    label(project, ids[:36], "good")
    label(project, ids[36:], "scratch")
    assert finish(scan(project, ["imbalance"])) == []
    label(project, ids[37:], "good")
    (finding,) = finish(scan(project, ["imbalance"]))
    assert (finding.item, finding.file, finding.related) == (None, "scratch", ())
    assert finding.reason == "“scratch” has 1 image, “good” has 39."
    assert 0 < finding.score < 1
