"""Files come in upright, at their true depth, and damaged ones are refused with a reason."""

import random
import struct
import subprocess
import sys
import warnings
import zlib
from io import BytesIO

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from studio.exporting.png import encode_png
from studio.imaging.read import decode, pixel_hash, read_image
from studio.imaging.unreadable import DAMAGE, Unreadable

RAMP = np.arange(65536, dtype=np.uint16).reshape(256, 256)
DEEP = np.random.default_rng(0).integers(0, 65536, (20, 30, 4), dtype=np.uint16)
SHALLOW = (DEEP[..., :3] >> 8).astype(np.uint8)


def tiff(pixels: np.ndarray, **options) -> bytes:
    file = BytesIO()
    tifffile.imwrite(file, pixels, **options)
    return file.getvalue()


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "GIF"])
def test_gray_levels_are_exact(encode, format):
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    image = decode(encode(Pillow.fromarray(ramp), format))
    assert image.depth == 8 and image.pixels.dtype == np.uint8
    assert np.array_equal(image.pixels, ramp)


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "WEBP"])
def test_colors_are_exact(encode, format):
    options = {"lossless": True} if format == "WEBP" else {}
    image = decode(encode(Pillow.fromarray(SHALLOW), format, **options))
    assert image.channels == 3 and np.array_equal(image.pixels, SHALLOW)


@pytest.mark.parametrize(
    "pixels",
    [RAMP, DEEP[..., :2], DEEP[..., :3], DEEP],
    ids=["gray", "gray and alpha", "rgb", "rgb and alpha"],
)
def test_16_bit_png_is_exact(pixels):
    image = decode(encode_png(pixels))
    assert image.depth == 16 and image.pixels.dtype == np.uint16
    assert np.array_equal(image.pixels, pixels)


@pytest.mark.parametrize(
    "pixels, options",
    [
        (RAMP, {}),
        (RAMP, {"byteorder": ">"}),
        (RAMP, {"bigtiff": True}),
        (DEEP[..., :3], {"photometric": "rgb"}),
        (DEEP[..., :3], {"photometric": "rgb", "byteorder": ">"}),
        (DEEP, {"photometric": "rgb", "extrasamples": ["unassalpha"]}),
        (DEEP[..., :2], {"photometric": "minisblack", "extrasamples": ["unassalpha"], "planarconfig": "contig"}),
    ],
)
def test_16_bit_tiff_is_exact(pixels, options):
    image = decode(tiff(np.ascontiguousarray(pixels), **options))
    assert image.depth == 16 and image.pixels.dtype == np.uint16
    assert np.array_equal(image.pixels, pixels)


def test_16_bit_tiff_by_planes_and_compressed(encode):
    planes = np.ascontiguousarray(np.moveaxis(DEEP[..., :3], -1, 0))
    assert np.array_equal(decode(tiff(planes, photometric="rgb", planarconfig="separate")).pixels, DEEP[..., :3])
    assert np.array_equal(decode(encode(Pillow.fromarray(RAMP), "TIFF", compression="tiff_lzw")).pixels, RAMP)


def test_white_is_zero_is_turned_round():
    assert np.array_equal(decode(tiff(RAMP, photometric="miniswhite")).pixels, 65535 - RAMP)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "uint32", "int32"])
def test_other_types_keep_their_values(dtype):
    values = np.linspace(-20_000, 30_000, 600).reshape(20, 30)
    pixels = (abs(values) * 100_000 if dtype == "uint32" else values).astype(dtype)
    image = decode(tiff(pixels))
    assert image.pixels.dtype == np.float32 and image.depth == 8 * pixels.itemsize
    np.testing.assert_allclose(image.pixels, pixels, rtol=1e-6)


def test_pixels_without_a_value_get_the_smallest():
    pixels = np.array([[np.nan, 2.0], [3.0, np.inf]], dtype=np.float32)
    assert decode(tiff(pixels)).pixels.tolist() == [[2, 2], [3, 2]]


def test_cmyk_comes_in_as_rgb(encode):
    red = decode(encode(Pillow.new("RGB", (8, 8), (220, 30, 40)).convert("CMYK"), "JPEG", quality=95))
    assert red.channels == 3
    assert abs(red.pixels.reshape(-1, 3).mean(0) - (220, 30, 40)).max() < 6


def test_palettes_bits_and_transparency(encode):
    gray = Pillow.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8) * 4)
    palette = gray.convert("P")
    assert np.array_equal(decode(encode(palette, "PNG")).pixels, np.asarray(gray))
    colored = Pillow.fromarray(SHALLOW).quantize(16)
    assert np.array_equal(decode(encode(colored, "GIF")).pixels, np.asarray(colored.convert("RGB")))
    assert decode(encode(palette, "GIF", transparency=0)).pixels[0, :2, 3].tolist() == [0, 255]
    two = decode(encode(gray.convert("1", dither=Pillow.Dither.NONE), "PNG"))
    assert (two.depth, two.channels) == (1, 1) and set(np.unique(two.pixels)) == {0, 255}
    assert decode(encode(gray.convert("LA"), "PNG")).channels == 1, "opaque: there is nothing to keep"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_images_come_in_upright(encode, format, orientation):
    # As Exif 3.0 says where row 0 and column 0 of the stored picture are to be seen.
    stored = {
        1: lambda seen: seen,
        2: np.fliplr,
        3: lambda seen: np.rot90(seen, 2),
        4: np.flipud,
        5: lambda seen: np.rot90(np.fliplr(seen)),
        6: np.rot90,
        7: lambda seen: np.rot90(np.fliplr(seen), 3),
        8: lambda seen: np.rot90(seen, 3),
    }[orientation]
    seen = np.zeros((16, 32), np.uint8)
    seen[:8, :16] = 250
    seen[8:, :16] = 120
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    picture = Pillow.fromarray(np.ascontiguousarray(stored(seen))).convert("RGB")
    pixels = decode(encode(picture, format, exif=exif)).pixels
    assert pixels.shape == (16, 32, 3)
    assert abs(pixels[..., 0].astype(int) - seen).mean() < 4


def test_deep_images_come_in_upright():
    stored = np.ascontiguousarray(np.rot90(DEEP[..., :3]))
    pixels = decode(tiff(stored, photometric="rgb", extratags=[(0x0112, "H", 1, 6, True)])).pixels
    assert np.array_equal(pixels, DEEP[..., :3])


def test_of_several_frames_the_first(encode):
    first, second = Pillow.new("RGB", (8, 8), "red"), Pillow.new("RGB", (8, 8), "blue")
    assert decode(encode(first, "GIF", save_all=True, append_images=[second])).pixels[0, 0].tolist() == [255, 0, 0]
    pages = tiff(np.stack([RAMP, RAMP // 2]), photometric="minisblack")
    assert np.array_equal(decode(pages).pixels, RAMP)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_truncated_files_are_refused(encode, format, share):
    content = encode(Pillow.fromarray(SHALLOW), format)
    with pytest.raises(Unreadable) as refusal:
        decode(content[: int(len(content) * share)])
    assert refusal.value.reason == "damaged"


def test_a_flipped_bit_in_a_png_is_noticed(encode):
    content = bytearray(encode(Pillow.fromarray(SHALLOW), "PNG"))
    content[len(content) // 2] ^= 16
    with pytest.raises(Unreadable):
        decode(bytes(content))


def test_a_decompression_bomb_is_refused_by_its_header():
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    bomb += struct.pack(">I", 9) + b"IDAT"
    with pytest.raises(Unreadable, match="60,000 × 60,000 pixels"):
        decode(bomb)


def test_unsupported_kinds_say_what_they_are(encode):
    with pytest.raises(Unreadable, match="LAB"):
        decode(encode(Pillow.new("LAB", (8, 8)), "TIFF"))
    with pytest.raises(Unreadable, match="color space 5"):
        decode(tiff(DEEP, photometric="separated"))


@pytest.mark.parametrize("content, reason", [(b"", "empty"), (b"just text", "no_image"), (b"GIF", "no_image")])
def test_files_that_are_no_images(tmp_path, content, reason):
    (tmp_path / "picture.png").write_bytes(content)
    with pytest.raises(Unreadable) as refusal:
        read_image(tmp_path / "picture.png")
    assert refusal.value.reason == reason


def test_the_content_decides_not_the_name(tmp_path, encode):
    (tmp_path / "picture.bmp").write_bytes(encode(Pillow.fromarray(SHALLOW), "PNG"))
    assert np.array_equal(read_image(tmp_path / "picture.bmp").pixels, SHALLOW)


def test_damage_is_always_recognized(encode):
    """Any damage ends in an image or in `Unreadable`, never in another error."""
    picture = Pillow.fromarray(SHALLOW)
    whole = [encode(picture, format) for format in ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")]
    whole += [encode_png(DEEP), encode_png(DEEP[..., :2]), tiff(DEEP[..., :3], photometric="rgb"), tiff(RAMP / 2)]
    dice = random.Random(0)
    outcomes = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # decoders warn of what they guess
        for _ in range(400):
            content = bytearray(dice.choice(whole))
            for _ in range(dice.randint(1, 4)):
                content[dice.randrange(min(200, len(content)))] = dice.randrange(256)
            try:
                decode(bytes(content))
                outcomes.add("image")
            except Unreadable as refusal:
                outcomes.add(refusal.reason)
    assert {"image", "damaged"} <= outcomes
    assert not issubclass(Unreadable, DAMAGE)


def test_pixel_hash_tells_pixels_shapes_and_types_apart():
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    hashes = {
        pixel_hash(each) for each in (pixels, pixels.T, pixels.reshape(4, 3), pixels.astype(np.uint16), pixels + 1)
    }
    assert len(hashes) == 5
    assert pixel_hash(np.ascontiguousarray(pixels.T)) == pixel_hash(pixels.T)


def test_heavy_libraries_wait_until_a_file_needs_them():
    program = (
        "import studio.imaging.thumbnails, studio.importing, studio.cleaning, sys;"
        "assert not {'torch', 'nibabel', 'tifffile', 'pydicom', '_pi_heif'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
