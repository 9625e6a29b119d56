"""Volumes: slices lie the same way and keep their values, however the file was written."""

import gzip
from itertools import permutations, product
from pathlib import Path

import nibabel
import numpy as np
import pytest

from studio.imaging import nifti
from studio.imaging.normalize import eight_bits
from studio.imaging.read import decode, open_container
from studio.imaging.unreadable import Unreadable
from studio.project.part import Part

BODY = np.random.default_rng(0).integers(0, 4096, (6, 7, 8)).astype(np.int16)
"""Values (to the right, to the front, to the head)."""
FILES = Path(nibabel.__file__).parent / "tests" / "data"


def volume(values: np.ndarray, affine: np.ndarray | None = None, kind=nibabel.Nifti1Image, **header) -> bytes:
    image = kind(values, np.eye(4) if affine is None else affine, dtype=values.dtype)
    for name, value in header.items():
        image.header[name] = value
    return image.to_bytes()


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    return caught.value.reason


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_slices_lie_the_same_way_however_the_file_was_written(order):
    for flips in product((1, -1), repeat=3):
        stored = BODY.transpose(order)[tuple(slice(None, None, flip) for flip in flips)]
        affine = np.zeros((4, 4))
        affine[3, 3] = 1
        for axis, (world, flip) in enumerate(zip(order, flips, strict=True)):
            affine[world, axis] = flip
        data = volume(np.asfortranarray(stored), affine)
        assert np.array_equal(decode(data, Part(2, "axial")).pixels, BODY[::-1, ::-1, 2].T)
        assert np.array_equal(decode(data, Part(2, "coronal")).pixels, BODY[::-1, 2, ::-1].T)
        assert np.array_equal(decode(data, Part(2, "sagittal")).pixels, BODY[2, ::-1, ::-1].T)


@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize("packed", [False, True])
def test_kinds_of_files(kind, packed):
    data = volume(BODY, kind=kind)
    container = open_container(gzip.compress(data) if packed else data)
    assert len(container.frames) == 8 and container.representative == 4 and container.plane == "axial"
    image = container.image()
    assert image.pixels.dtype == np.float32 and image.depth == 16
    assert np.array_equal(image.pixels, BODY[::-1, ::-1, 4].T)


def test_all_slices_share_the_brightness_of_the_volume():
    ramp = np.broadcast_to(np.arange(8, dtype=np.int16) * 100, (6, 7, 8))
    windows = {decode(volume(ramp), Part(frame, "axial")).window for frame in range(8)}
    assert len(windows) == 1
    seen = [np.asarray(eight_bits(decode(volume(ramp), Part(frame, "axial"))))[0, 0] for frame in range(8)]
    assert seen == sorted(seen) and seen[0] == 0 and seen[-1] == 255
    assert decode(volume(ramp, cal_min=100, cal_max=300)).window == (100, 300)
    assert decode(volume(ramp, cal_min=5000, cal_max=6000)).window in windows, "in it all would be black"


def test_units_colors_and_values_that_are_none():
    scaled = nibabel.Nifti1Image(BODY, np.eye(4))
    scaled.header.set_slope_inter(0.5, -100)
    image = decode(scaled.to_bytes(), Part(1, "axial"))
    stored = np.asarray(nibabel.Nifti1Image.from_bytes(scaled.to_bytes()).dataobj)[::-1, ::-1, 1].T
    np.testing.assert_allclose(image.pixels, stored, rtol=1e-6)
    colors = np.zeros((4, 5, 6), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    colors["G"] = 200
    assert decode(volume(colors)).pixels[0, 0].tolist() == [0, 200, 0]
    holes = BODY.astype(np.float32)
    holes[:3] = np.nan
    image = decode(volume(holes))
    assert np.isfinite(image.pixels).all() and np.isfinite(image.window).all()
    nothing = decode(volume(np.full((4, 5, 6), np.nan, np.float32)))
    assert not nothing.pixels.any()


def test_thick_slices_are_not_squashed():
    data = volume(BODY, np.diag([0.5, 0.5, 2.0, 1]))
    assert decode(data, Part(2, "axial")).pixels.shape == (7, 6)
    coronal = decode(data, Part(2, "coronal")).pixels
    assert coronal.shape == (8 * 4, 6)
    assert np.array_equal(coronal[::4], BODY[::-1, 2, ::-1].T) and np.array_equal(coronal[3::4], coronal[::4])
    thick_to_the_right = volume(BODY, np.diag([3.0, 1.0, 1.0, 1]))
    assert decode(thick_to_the_right, Part(2, "axial")).pixels.shape == (7, 6 * 3)
    senseless = bytearray(data)
    senseless[80:92] = np.array([0, np.nan, np.inf], np.float32).tobytes()  # pixdim
    assert decode(bytes(senseless), Part(2, "coronal")).width == 6


def test_of_four_dimensions_the_first_volume():
    several = np.stack([BODY, BODY // 2, BODY // 3], -1)
    container = open_container(volume(several))
    assert container.volumes == 3 and len(container.frames) == 8
    assert np.array_equal(container.image(3).pixels, BODY[::-1, ::-1, 3].T)


def test_a_header_that_does_not_say_how_the_body_lies():
    data = bytearray(volume(BODY))
    data[312:316] = np.float32(np.nan).tobytes()  # srow_z
    assert decode(bytes(data), Part(2, "axial")).pixels.shape == (7, 6)


def test_damaged_and_unsuitable_volumes(monkeypatch):
    data = volume(BODY)
    assert reason(data[:400]) == "damaged" and reason(gzip.compress(data)[:200]) == "damaged"
    assert reason(volume(BODY.astype(np.complex64))) == "volume"
    assert reason(volume(BODY[..., 0])) == "volume"
    with pytest.raises(Unreadable, match="no image number 9"):
        decode(data, Part(8, "axial"))
    monkeypatch.setattr(nifti, "MOST_INFLATED", 1000)
    assert reason(gzip.compress(volume(BODY * 2))) == "too_heavy"


def test_volumes_of_scanners():
    """Of nibabel's own: a header of its stands for each kind of file."""
    for path in sorted(FILES.glob("*.nii*")):
        container = open_container(path.read_bytes())
        assert all(np.isfinite(container.image(frame).pixels).all() for frame in container.frames)
