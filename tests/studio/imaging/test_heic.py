"""HEIC photos, made with another program: upright and at their own depth."""

import sys
from pathlib import Path

import numpy as np
import pytest

from studio.imaging.read import decode, read_image
from studio.imaging.unreadable import Unreadable

FILES = Path(__file__).parent / "data"


@pytest.mark.parametrize("name", ["photo.heic", "turned.heic"])
def test_photos_come_in_upright(name):
    image = read_image(FILES / name)
    assert (image.width, image.height, image.channels, image.depth) == (64, 48, 3, 8)
    assert np.abs(image.pixels[12, 16].astype(int) - (220, 30, 40)).max() < 8
    assert np.abs(image.pixels[36, 48].astype(int) - (30, 60, 200)).max() < 8


def test_depth_is_kept():
    image = read_image(FILES / "hdr.heic")
    assert image.depth == 10 and image.pixels.dtype == np.uint16
    ramp = np.linspace(0, 1023, 64)
    assert np.abs(image.pixels[..., 1].mean(0) - ramp).max() < 8


def test_damage():
    data = (FILES / "photo.heic").read_bytes()
    for content in (data[:100], data[:-200], data[:300] + bytes(len(data) - 300)):
        with pytest.raises(Unreadable) as caught:
            decode(content)
        assert caught.value.reason == "damaged"


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "_pi_heif", None)
    with pytest.raises(Unreadable, match="pip install pi-heif"):
        read_image(FILES / "photo.heic")
