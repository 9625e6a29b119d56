"""Contents that are damaged, lie, or ask for too much: refused with a reason, whatever the decoder thinks of them."""

import gzip
import struct
from io import BytesIO

import nibabel
import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from studio.imaging.read import decode, open_container, read_image
from studio.imaging.unreadable import Unreadable
from tests.studio.dicom_files import dicom_file

RANDOM = np.random.default_rng(0)
TEXTURE = RANDOM.integers(0, 256, (120, 160, 3), dtype=np.uint8)
RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        container = open_container(data)
        for frame in container.frames[:3]:
            container.image(frame)
    return caught.value.reason


@pytest.fixture
def jpegs(encode) -> dict[str, bytes]:
    color = Pillow.fromarray(TEXTURE).resize((320, 240))
    return {
        "color": encode(color, "JPEG"),
        "gray": encode(color.convert("L"), "JPEG"),
        "progressive": encode(color, "JPEG", progressive=True),
        "full color": encode(color, "JPEG", subsampling=0, quality=95),
        "restarts": encode(color, "JPEG", restart_marker_rows=1),
    }


def test_jpeg_is_the_same_as_pillows(jpegs):
    for content in jpegs.values():
        assert np.array_equal(decode(content).pixels, np.asarray(Pillow.open(BytesIO(content))))


def test_every_truncated_jpeg_is_refused(jpegs):
    for content in jpegs.values():
        for share in (0.05, 0.3, 0.6, 0.95, 0.999):
            assert reason(content[: int(len(content) * share)]) == "damaged"


def test_a_jpeg_with_a_hole_is_refused(jpegs):
    """Pillow fills it with gray. Data that are overwritten by other valid data no decoder can tell: there is no sum."""
    for name, content in jpegs.items():
        middle = len(content) // 2
        assert reason(content[:middle] + bytes(400) + content[middle + 400 :]) == "damaged", name
        assert reason(content[:middle] + content[middle + 300 :]) == "damaged", name


def test_what_cameras_add_or_write_oddly_is_no_damage(jpegs):
    content = jpegs["color"]
    scan = content.find(b"\xff\xda")
    parameters = scan + 2 + int.from_bytes(content[scan + 2 : scan + 4], "big")
    revision = content.find(b"JFIF\0") + 5
    for odd in (
        content + b"film of a motion photo" * 1000,
        content[: parameters - 3] + bytes(3) + content[parameters:],
        content[:revision] + b"\x09" + content[revision + 1 :],
        content[:2] + b"\xff\xe5\0\x06note" + content[2:],
    ):
        assert np.array_equal(decode(odd).pixels, decode(content).pixels)
    odd_and_cut = content[: parameters - 3] + bytes(3) + content[parameters : len(content) // 2]
    assert reason(odd_and_cut) == "damaged"


@pytest.mark.parametrize(
    "lie",
    [
        {"Rows": 6400},
        {"Rows": 0},
        {"Columns": 0},
        {"NumberOfFrames": 2},
        {"NumberOfFrames": 2**31 - 1},
        {"BitsAllocated": 32, "BitsStored": 32},
        {"BitsAllocated": 7},
        {"BitsStored": 40},
        {"SamplesPerPixel": 0},
        {"SamplesPerPixel": 3},
        {"PhotometricInterpretation": "PALETTE COLOR"},
        {"PhotometricInterpretation": "NONSENSE"},
        {"PixelData": b""},
        {"RescaleSlope": "1e300"},
    ],
    ids=str,
)
def test_dicom_that_lies_about_its_pixels(lie):
    assert reason(dicom_file(RAMP, **lie)) == "damaged"


def test_more_pixels_than_fit_in_memory(encode):
    huge = bytearray(encode(Pillow.fromarray(TEXTURE), "BMP"))
    huge[18:26] = struct.pack("<ii", 60_000, 60_000)
    assert reason(bytes(huge)) == "too_large"
    assert reason(dicom_file(RAMP, Rows=60_000, Columns=60_000)) == "too_large"
    file = BytesIO()
    tifffile.imwrite(file, RAMP, photometric="minisblack")
    page = bytearray(file.getvalue())
    with tifffile.TiffFile(BytesIO(page)) as tiff:
        for tag in ("ImageWidth", "ImageLength"):
            place = tiff.pages[0].tags[tag].valueoffset
            page[place : place + 2] = struct.pack("<H", 60_000)
    assert reason(bytes(page)) == "too_large"


def test_volumes_that_lie():
    data = bytearray(nibabel.Nifti1Image(np.ones((6, 7, 8), np.int16), np.eye(4)).to_bytes())
    for place, value in ((42, 30_000), (44, -5), (40, 99), (70, 4711)):  # dim[1], dim[2], number of dims, data type
        lying = bytes(data[:place] + struct.pack("<h", value) + data[place + 2 :])
        assert reason(lying) in ("damaged", "volume")
        assert reason(gzip.compress(lying)) in ("damaged", "volume")


def test_the_content_counts_and_not_the_name(tmp_path, encode):
    for number, content in enumerate((encode(Pillow.fromarray(TEXTURE), "PNG"), dicom_file(RAMP))):
        for suffix in (".jpg", ".dcm", ".nii.gz", ".tif", ".heic"):
            path = tmp_path / f"{number}{suffix}"
            path.write_bytes(content)
            assert np.array_equal(read_image(path).pixels, (TEXTURE, RAMP)[number])


def test_what_only_begins_like_an_image():
    for head in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"GIF89a", b"II*\0", b"MM\0+", b"RIFF\0\0\0\0WEBP"):
        assert reason(head) == "damaged"
        assert reason(head + bytes(2000)) == "damaged"
    assert reason(b"\0\0\0\x18ftypheic" + bytes(500)) == "damaged"
    assert reason(bytes(128) + b"DICM") == "no_image"


def test_values_beyond_all_measure():
    file = BytesIO()
    tifffile.imwrite(file, np.array([[1e300, 2.0], [-1e300, 3.0]]), photometric="minisblack")
    assert decode(file.getvalue()).pixels.tolist() == [[2, 2], [2, 3]]
    assert reason(nibabel.Nifti1Image(np.full((4, 4, 4), 1e300), np.eye(4)).to_bytes()) == "damaged"


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_floats_without_any_value(dtype):
    file = BytesIO()
    tifffile.imwrite(file, np.full((8, 8), np.nan, dtype), photometric="minisblack")
    image = decode(file.getvalue())
    assert image.pixels.dtype == np.float32 and not image.pixels.any()
