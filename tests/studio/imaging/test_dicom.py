"""DICOM: values as the modality means them, true to the last bit, seen through the file's window."""

from pathlib import Path

import numpy as np
import pydicom.data
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from models.events import finish
from studio.exporting.export import read_unchanged
from studio.imaging import dicom
from studio.imaging.normalize import Normalization, eight_bits, normalize, own_range
from studio.imaging.read import decode, read_image
from studio.imaging.unreadable import Unreadable
from studio.importing import import_sources
from studio.project.items import items
from studio.project.part import Part
from tests.studio.dicom_files import dicom_file

FILES = Path(pydicom.data.__file__).parent / "test_files"
RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    return caught.value.reason


@pytest.mark.parametrize("bare", [False, True])
def test_a_ramp_of_twelve_bits_is_exact(bare):
    image = decode(dicom_file(RAMP, bare=bare, BitsStored=12))
    assert image.pixels.dtype == np.uint16 and image.depth == 12
    assert np.array_equal(image.pixels, RAMP)


def test_hounsfield_units_stay_exact_up_to_the_export(project, tmp_path):
    """Rescaled to -1024..3071, out as 16 bits over the range of the file's 12: each step one sixteenth of the way."""
    path = tmp_path / "1.dcm"
    path.write_bytes(dicom_file(RAMP, BitsStored=12, RescaleSlope=1, RescaleIntercept=-1024))
    assert np.array_equal(read_image(path).pixels, RAMP.astype(np.float32) - 1024)
    finish(import_sources(project, [path]))
    exported = read_unchanged(next(items(project)))
    assert exported.dtype == np.uint16
    assert np.abs(exported / 65535 * 4095 - RAMP).max() < 0.04  # half a step of 16 bits


def test_the_window_is_for_the_eye_and_not_burned_in():
    image = decode(
        dicom_file(RAMP, BitsStored=12, RescaleSlope=1, RescaleIntercept=-1024, WindowCenter=40, WindowWidth=400)
    )
    assert image.window == own_range(image) == (-160.0, 239.0)
    assert image.pixels.min() == -1024 and image.pixels.max() == 3071
    seen = np.asarray(eight_bits(image))
    assert (seen[image.pixels <= -160] == 0).all() and (seen[image.pixels >= 239] == 255).all()
    assert seen[image.pixels == 40] == pytest.approx(128, abs=1)
    common = normalize(image, Normalization(size=64, window=(-1024, 3071)))[..., 0]
    assert np.array_equal(common, seen)


def test_a_table_gives_the_same_picture_as_computing():
    large = np.tile(RAMP, (8, 8))
    image = decode(dicom_file(large, BitsStored=12, WindowCenter=1000, WindowWidth=700))
    small = decode(dicom_file(RAMP, BitsStored=12, WindowCenter=1000, WindowWidth=700))
    assert np.array_equal(np.asarray(eight_bits(image)), np.tile(np.asarray(eight_bits(small)), (8, 8)))


def test_monochrome1_comes_out_bright_where_it_was_dark():
    """The window is in the values before the inversion, which comes last."""
    attributes = {"BitsStored": 12, "WindowCenter": 1000.5, "WindowWidth": 1001}
    plain = decode(dicom_file(RAMP, **attributes))
    inverse = decode(dicom_file(RAMP, PhotometricInterpretation="MONOCHROME1", **attributes))
    assert np.array_equal(inverse.pixels, 4095 - RAMP) and inverse.pixels.dtype == np.uint16
    assert np.abs(np.asarray(eight_bits(inverse)).astype(int) - (255 - np.asarray(eight_bits(plain)))).max() <= 1
    units = {"RescaleSlope": 2, "RescaleIntercept": -100}
    rescaled = decode(dicom_file(RAMP, PhotometricInterpretation="MONOCHROME1", **attributes, **units))
    assert (rescaled.pixels[0, 0], rescaled.pixels[-1, -1]) == (4095 * 2 - 100, -100)


@pytest.mark.parametrize("window", [(1e6, 10), (0, -5), (500, 0), (np.nan, 100)])
def test_a_window_that_shows_nothing_is_not_believed(window):
    lying = {"WindowCenter": str(window[0]), "WindowWidth": str(window[1])}
    image = decode(dicom_file(RAMP, BitsStored=12, **lying))
    assert image.window is None
    assert np.asarray(eight_bits(image, own_range(image))).std() > 60


def test_signed_and_single_bit_values():
    signed = np.arange(-2048, 2048, dtype=np.int16).reshape(64, 64)
    assert np.array_equal(decode(dicom_file(signed, BitsStored=12)).pixels, signed.astype(np.float32))
    segmentation = read_image(FILES / "liver_1frame.dcm")
    assert segmentation.depth == 1 and set(np.unique(segmentation.pixels)) == {0, 255}


def test_each_frame_by_itself():
    frames = np.arange(3 * 64, dtype=np.uint8).reshape(3, 8, 8)
    data = dicom_file(frames[0], NumberOfFrames=3, PixelData=frames.tobytes())
    for number, frame in enumerate(frames):
        assert np.array_equal(decode(data, Part(frame=number)).pixels, frame)
    with pytest.raises(Unreadable) as caught:
        decode(data, Part(frame=3))
    assert caught.value.reason == "no_frame" and "number 4" in str(caught.value)


def test_color_and_palettes_become_rgb():
    rgb = np.random.default_rng(0).integers(0, 256, (8, 9, 3), dtype=np.uint8)
    image = decode(dicom_file(rgb, PhotometricInterpretation="RGB", PlanarConfiguration=0))
    assert np.array_equal(image.pixels, rgb)
    palette, ybr = read_image(FILES / "examples_palette.dcm"), read_image(FILES / "SC_ybr_full_422_uncompressed.dcm")
    assert palette.pixels.shape == (350, 800, 3) and palette.pixels.dtype == np.uint8
    assert ybr.pixels[5, 50].tolist() == [254, 0, 0]  # the red bar of this test picture


def test_the_middle_one_of_several_frames():
    frames = np.stack([np.full((8, 8), value, np.uint8) for value in (10, 20, 30)])
    image = decode(dicom_file(frames[0], NumberOfFrames=3, PixelData=frames.tobytes()))
    assert (image.pixels == 20).all()


@pytest.mark.parametrize(
    "reference, compressed",
    [
        ("MR_small.dcm", "MR_small_RLE.dcm"),
        ("MR_small.dcm", "MR_small_jp2klossless.dcm"),
        ("MR_small.dcm", "MR_small_jpeg_ls_lossless.dcm"),
        ("MR_small.dcm", "MR_small_bigendian.dcm"),
        ("MR_small.dcm", "MR_small_implicit.dcm"),
    ],
)
def test_compressed_without_loss_is_the_same_to_the_last_bit(reference, compressed):
    assert np.array_equal(read_image(FILES / reference).pixels, read_image(FILES / compressed).pixels)


def test_what_holds_no_image_says_what_it_holds():
    with pytest.raises(Unreadable, match=r"holds no image .RT Plan Storage"):
        read_image(FILES / "rtplan.dcm")
    assert reason((FILES / "dicomdirtests" / "DICOMDIR").read_bytes()) == "dicom_directory"


def test_what_cannot_be_decoded_says_why():
    assert reason((FILES / "JPGExtended.dcm").read_bytes()) == "unsupported"
    assert reason(dicom_file(RAMP)[:-100]) == "damaged"
    assert reason((FILES / "MR_truncated.dcm").read_bytes()) == "damaged"
    assert reason(dicom_file(RAMP, Rows=60_000, Columns=60_000)) == "too_large"


def test_a_codestream_that_claims_to_be_huge_is_not_decoded():
    data = bytearray((FILES / "MR_small_jp2klossless.dcm").read_bytes())
    start = data.find(b"\xff\x4f\xff\x51")
    data[start + 8 : start + 16] = (60_000).to_bytes(4, "big") * 2
    assert reason(bytes(data)) == "damaged"


def test_a_deflated_bomb_is_not_inflated(monkeypatch):
    monkeypatch.setattr(dicom, "MOST_INFLATED", 1 << 20)
    assert reason(dicom_file(np.zeros((2000, 2000), np.uint8), syntax=DeflatedExplicitVRLittleEndian)) == "too_heavy"


def test_damaged_run_lengths_do_not_end_the_process():
    """pylibjpeg-rle panics on such a file; the decoder in use must not."""
    good = (FILES / "MR_small_RLE.dcm").read_bytes()
    random = np.random.default_rng(0)
    for _ in range(30):
        bad = np.frombuffer(good, np.uint8).copy()
        bad[random.integers(1600, len(bad), 20)] = random.integers(0, 256, 20)
        try:
            decode(bad.tobytes())
        except Unreadable as error:
            assert error.reason == "damaged"


def test_errors_do_not_quote_the_header():
    """pydicom's own would."""
    data = dicom_file(RAMP, NumberOfFrames=1).replace(b"IS\x02\x001 ", b"IS\x02\x00Zx")
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert caught.value.reason == "damaged" and caught.value.__suppress_context__
    assert "Zx" not in str(caught.value)
