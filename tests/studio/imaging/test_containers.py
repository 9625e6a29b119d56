"""Each page, frame and animation step of a file is decoded by itself, and exactly the one that was asked for."""

from io import BytesIO

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from studio.imaging.read import decode, open_container
from studio.imaging.unreadable import Unreadable
from studio.project.part import Part

RANDOM = np.random.default_rng(0)
GRAY8 = RANDOM.integers(0, 256, (5, 12, 16), dtype=np.uint8)
GRAY16 = RANDOM.integers(0, 65536, (5, 12, 16), dtype=np.uint16)
RGB16 = RANDOM.integers(0, 65536, (5, 12, 16, 3), dtype=np.uint16)
FLOAT = RANDOM.normal(size=(5, 12, 16)).astype(np.float32)


def tiff(*pages: np.ndarray, **options) -> bytes:
    file = BytesIO()
    with tifffile.TiffWriter(file, bigtiff=options.pop("bigtiff", False)) as writer:
        for page in pages:
            kind = "rgb" if page.ndim == 3 else "minisblack"
            writer.write(page, photometric=kind, metadata=None, **options)
    return file.getvalue()


@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("pages", [GRAY8, GRAY16, RGB16, FLOAT], ids=["8 bits", "16 bits", "16 bits of color", "float"])
def test_pages_of_tiff(pages, bigtiff):
    data = tiff(*pages, bigtiff=bigtiff)
    container = open_container(data)
    assert list(container.frames) == [0, 1, 2, 3, 4] and not container.is_animation
    for number in (0, 4, 2, 1, 3):  # in any order
        assert np.array_equal(container.image(number).pixels, pages[number])
    assert np.array_equal(decode(data, Part(frame=3)).pixels, pages[3])


def test_pages_of_different_kinds_in_one_file():
    pages = [GRAY8[0], RGB16[1], FLOAT[2][:5, :7], GRAY16[3], GRAY8[4]]
    container = open_container(tiff(*pages))
    for number, page in enumerate(pages):
        assert np.array_equal(container.image(number).pixels, page)
    assert [container.image(number).depth for number in range(5)] == [8, 16, 32, 16, 8]


def test_smaller_copies_of_pages_are_no_images():
    file = BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for number in range(2):
            writer.write(GRAY8[number], photometric="minisblack")
            writer.write(GRAY8[number, ::2, ::2], photometric="minisblack", subfiletype=1)
    assert list(open_container(file.getvalue()).frames) == [0, 2]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_steps_of_animations(encode, format):
    steps = [Pillow.new("RGB", (8, 8), color) for color in ("red", "lime", "blue")]
    data = encode(steps[0], format, save_all=True, append_images=steps[1:], lossless=True)
    container = open_container(data)
    assert container.is_animation and len(container.frames) == 3
    for number in (2, 0, 1):
        image = container.image(number)
        assert image.pixels[4, 4, :3].tolist() == np.asarray(steps[number])[4, 4].tolist()
    assert decode(data).pixels[4, 4, 0] == 255


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
def test_an_image_that_is_not_there(encode, format):
    data = encode(Pillow.fromarray(GRAY8[0]), format)
    assert decode(data, Part(frame=0)).width == 16
    with pytest.raises(Unreadable, match="no image number 2"):
        decode(data, Part(frame=1))


def test_a_piece_of_a_page():
    data = tiff(*GRAY16)
    assert np.array_equal(decode(data, Part(frame=2, box=(3, 4, 5, 6))).pixels, GRAY16[2, 4:10, 3:8])
    assert np.array_equal(decode(data, Part(frame=1, box=(3, 4, 5, 6))).pixels, GRAY16[1, 4:10, 3:8])
