"""What `tests.fuzz_readers` found: contents at which readers crashed, hung, or raised what nobody expected."""

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom.data
import pytest
import tifffile
from PIL import Image as Pillow

from studio.imaging.read import open_container
from studio.imaging.unreadable import Unreadable

DICOM = Path(pydicom.data.__file__).parent / "test_files"
PHOTOS = Path(__file__).parent / "data"


def outcome(data: bytes) -> str:
    try:
        container = open_container(data)
        for frame in container.frames:
            container.image(frame)
    except Unreadable as refusal:
        return refusal.reason
    return "image"


def test_an_animation_that_ends_anywhere(encode):
    """Pillow counts frames with errors of many kinds."""
    random = np.random.default_rng(0)
    steps = [Pillow.fromarray(random.integers(0, 256, (5, 6), dtype=np.uint8)) for _ in range(3)]
    for format in ("GIF", "WEBP", "PNG"):
        data = encode(steps[0], format, save_all=True, append_images=steps[1:])
        assert {outcome(data[:end]) for end in range(20, len(data) - 20)} <= {"damaged", "image"}


@pytest.mark.parametrize("name", ["photo.heic", "turned.heic"])
def test_a_photo_with_any_byte_changed(name):
    """Of some pi-heif finds no image; what it makes of damaged metadata ended the process."""
    data = (PHOTOS / name).read_bytes()
    found = {
        outcome(data[:place] + bytes([value]) + data[place + 1 :]) for place in range(len(data)) for value in (0, 188)
    }
    assert found <= {"damaged", "image", "no_image", "too_large"}


def test_a_box_without_length_before_a_codestream():
    """pydicom would read it again and again."""
    data = bytearray((DICOM / "MR_small_jp2klossless.dcm").read_bytes())
    start = data.find(b"\xff\x4f\xff\x51")
    data[start : start + 1100] = b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(1088)
    assert outcome(bytes(data)) == "damaged"


@pytest.mark.parametrize("marker", [b"\xff\xc3", b"\xff\xc4", b"\xff\xda"])
def test_bytes_between_the_markers_of_a_codestream(marker):
    """gdcm ends the process."""
    data = (DICOM / "SC_rgb_jpeg_gdcm.dcm").read_bytes()
    place = data.find(marker, data.find(b"\xff\xd8\xff"))
    assert outcome(data) == "image"
    assert outcome(data[:place] + b"\x62" + data[place:]) == "damaged"


def test_a_codestream_without_end():
    """CharLS would look for it forever."""
    data = (DICOM / "SC_rgb_jls_lossy_line.dcm").read_bytes()
    end = data.rfind(b"\xff\xd9")
    assert outcome(data) == "image"
    assert outcome(data[:end] + b"\xff\x78" + data[end + 2 :]) == "damaged"


def test_a_tiff_without_pages_and_one_with_a_circle_of_pages(encode):
    data = encode(Pillow.new("L", (4, 4)), "TIFF")
    first = struct.unpack_from("<I", data, 4)[0]
    after = first + 2 + 12 * struct.unpack_from("<H", data, first)[0]
    assert outcome(data[:4] + bytes(4) + data[8:]) == "damaged"
    assert outcome(data[:after] + struct.pack("<I", first) + data[after + 4 :]) in ("damaged", "image")


def test_a_tiff_whose_width_is_a_text():
    """Multiplied by the height, it filled the memory."""
    file = BytesIO()
    tifffile.imwrite(file, np.zeros((8, 8), np.uint8), photometric="minisblack", description="a text", metadata=None)
    data = bytearray(file.getvalue())
    with tifffile.TiffFile(BytesIO(data)) as tiff:
        tags = tiff.pages[0].tags
        width, height, text = tags["ImageWidth"], tags["ImageLength"], tags["ImageDescription"]
    data[width.offset + 2 : width.offset + 12] = data[text.offset + 2 : text.offset + 12]
    data[height.offset + 2 : height.offset + 12] = struct.pack("<HII", 4, 1, 2**32 - 1)
    assert outcome(bytes(data)) == "damaged"


def test_a_tiff_of_tiles_without_length():
    file = BytesIO()
    tifffile.imwrite(file, np.zeros((32, 32), np.float64), photometric="minisblack", tile=(16, 16))
    data = bytearray(file.getvalue())
    with tifffile.TiffFile(BytesIO(data)) as tiff:
        place = tiff.pages[0].tags["TileLength"].valueoffset
    data[place : place + 4] = bytes(4)
    assert outcome(bytes(data)) == "damaged"


def test_too_little_memory_is_no_crash(encode, monkeypatch):
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("studio.imaging.pictures.shallow_pixels", full)
    assert outcome(encode(Pillow.new("L", (4, 4)), "PNG")) == "no_memory"


@pytest.mark.parametrize("options", [{"rowsperstrip": 40}, {"tile": (16, 16)}])
def test_a_page_without_most_of_its_strips_or_tiles(options):
    """Pillow takes 150 megapixels of nothing for an image, and its time."""
    file = BytesIO()
    tifffile.imwrite(file, np.ones((40, 48), np.uint8), photometric="minisblack", **options)
    data = bytearray(file.getvalue())
    with tifffile.TiffFile(BytesIO(data)) as tiff:
        tag = tiff.pages[0].tags["ImageLength"]
    data[tag.valueoffset - 6 : tag.valueoffset] = struct.pack("<HI", 4, 1)
    data[tag.valueoffset : tag.valueoffset + 4] = struct.pack("<I", 3_080_232)
    assert outcome(bytes(data)) == "damaged"
