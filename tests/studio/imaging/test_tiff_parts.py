"""Pages that are too large to be decoded at once: parts of them are, and look as in the whole."""

import subprocess
import sys
import textwrap
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from studio.imaging import read, tiff, tiff_parts
from studio.imaging.image import Image, Large
from studio.imaging.read import decode, open_container, read_image, read_same
from studio.imaging.unreadable import Unreadable
from studio.project.part import Part

RANDOM = np.random.default_rng(0)
COLOR = RANDOM.integers(0, 256, (200, 310, 3), dtype=np.uint8)
DEEP = RANDOM.integers(0, 65536, (200, 310), dtype=np.uint16)
BOXES = ((0, 0, 310, 200), (0, 0, 1, 1), (309, 199, 1, 1), (100, 60, 70, 90), (250, 130, 60, 70))


def tiff_file(pixels: np.ndarray, **options) -> bytes:
    file = BytesIO()
    tifffile.imwrite(file, pixels, photometric="rgb" if pixels.ndim == 3 else "minisblack", **options)
    return file.getvalue()


def by_pillow(mode: str, compression: str, **options) -> bytes:
    file = BytesIO()
    Pillow.fromarray(COLOR).convert(mode).save(file, "TIFF", compression=compression, strip_size=8000, **options)
    return file.getvalue()


FILES = {
    "tiles": tiff_file(COLOR, tile=(64, 48), compression="zlib", predictor=True),
    "tiles of 16 bits": tiff_file(DEEP, tile=(32, 32), compression="zlib", predictor=True, bigtiff=True),
    "big endian": tiff_file(DEEP, tile=(32, 32), compression="zlib", byteorder=">"),
    "color of 16 bits": tiff_file(np.dstack([DEEP] * 3) // (1, 2, 3), tile=(64, 64), compression="zlib"),
    "floats": tiff_file(DEEP.astype(np.float32) / 7, rowsperstrip=13, compression="zlib"),
    "one strip": tiff_file(COLOR),
    "one strip of 16 bits": tiff_file(DEEP, byteorder=">"),
    "white is zero": by_pillow("L", "tiff_lzw", tiffinfo={262: 0}),
    "jpeg": by_pillow("RGB", "jpeg", quality=80),
    "lzw": by_pillow("RGB", "tiff_lzw"),
    "one bit": by_pillow("1", "group4"),
    "palette": by_pillow("P", "tiff_deflate"),
    "alpha": by_pillow("RGBA", "tiff_adobe_deflate"),
    "CMYK": by_pillow("CMYK", "packbits"),
}


@pytest.fixture
def little_memory(monkeypatch):
    """More than 30,000 pixels are large; parts may be up to 62,000."""
    monkeypatch.setattr(tiff, "MOST_PIXELS", 30_000)
    monkeypatch.setattr(tiff_parts, "BAND", 10_000)


def large(data: bytes) -> Large:
    found = open_container(data).large(0)
    assert found is not None
    return found


@pytest.mark.parametrize("name", FILES)
def test_parts_are_as_in_the_whole(name, little_memory):
    whole, parts = decode(FILES[name]), large(FILES[name])
    assert (parts.width, parts.height) == (310, 200)
    for box in BOXES:
        cut, expected = parts.cut(box), whole.cut(box)
        assert np.array_equal(cut.pixels, expected.pixels), box
        assert (cut.depth, cut.pixels.dtype) == (expected.depth, expected.pixels.dtype)


def test_small_pages_are_not_large():
    assert open_container(FILES["tiles"]).large(0) is None


def test_pages_of_a_pyramid_count_once(little_memory):
    file = BytesIO()
    with tifffile.TiffWriter(file, bigtiff=True) as writer:
        options = {"tile": (64, 64), "photometric": "rgb", "compression": "zlib"}
        writer.write(COLOR, subifds=1, **options)
        writer.write(COLOR[::2, ::2], subfiletype=1, **options)
        writer.write(COLOR[::4, ::4], subfiletype=1, **options)
    opened = open_container(file.getvalue())
    assert len(opened.frames) == 1 and opened.large(0) is not None


def test_what_is_not_stored_is_black(little_memory):
    """Scanners leave tiles without tissue out."""
    pixels = np.zeros((128, 256), np.uint8)
    pixels[64:, 192:] = RANDOM.integers(1, 256, (64, 64))
    data = bytearray(tiff_file(pixels, tile=(64, 64), compression="zlib"))
    with tifffile.TiffFile(BytesIO(data)) as opened:
        tags = opened.pages[0].tags
        for tag in (tags["TileOffsets"], tags["TileByteCounts"]):
            size = tag.valuebytecount // tag.count
            data[tag.valueoffset : tag.valueoffset + 7 * size] = bytes(7 * size)
    assert np.array_equal(large(bytes(data)).cut((0, 0, 256, 128)).pixels, pixels)


def test_no_more_is_kept_than_a_band(little_memory, monkeypatch):
    monkeypatch.setattr(tiff_parts, "KEPT_BYTES", 10_000)
    parts = large(FILES["tiles"])
    for top in range(0, 150, 30):
        for left in range(0, 270, 30):
            parts.cut((left, top, 40, 50))
            assert sum(pixels.nbytes for pixels, _ in parts._kept.values()) <= 10_000 + 4 * 64 * 48 * 3


@pytest.mark.parametrize(
    "data, reason",
    [
        (tiff_file(COLOR, compression="zlib", rowsperstrip=200), "one_piece"),
        (tiff_file(np.moveaxis(COLOR, 2, 0), planarconfig="separate", tile=(64, 64)), "one_piece"),
        (tiff_file(COLOR, tile=(64, 64), extratags=[(274, 3, 1, 6, True)]), "unsupported"),
    ],
)
def test_what_cannot_be_read_in_parts(data, reason, little_memory, monkeypatch):
    monkeypatch.setattr(tiff_parts, "MOST_SEGMENT", 50_000)
    with pytest.raises(Unreadable) as caught:
        large(data)
    assert caught.value.reason == reason


def test_bombs_are_refused(monkeypatch):
    """A page that says it has more pixels than any slide, tiles that are too large, parts that are."""
    data = bytearray(FILES["tiles"])
    with tifffile.TiffFile(BytesIO(data)) as opened:
        tags = opened.pages[0].tags
        places = {name: tags[name].valueoffset for name in ("ImageWidth", "ImageLength", "TileWidth", "TileLength")}

    def lying(**values: int) -> bytes:
        lie = bytearray(data)
        for name, value in values.items():
            lie[places[name] : places[name] + 2] = value.to_bytes(2, "little")
        return bytes(lie)

    for values, reason in (
        ({"ImageWidth": 60_000, "ImageLength": 60_000}, "damaged"),  # there are not so many tiles
        ({"ImageWidth": 60_000, "ImageLength": 60_000, "TileWidth": 60_000, "TileLength": 60_000}, "one_piece"),
    ):
        with pytest.raises(Unreadable) as caught:
            large(lying(**values))
        assert caught.value.reason == reason
    monkeypatch.setattr(tiff, "MOST_PIXELS", 30_000)
    monkeypatch.setattr(tiff_parts, "MOST_TOTAL", 60_000)
    with pytest.raises(Unreadable, match="too many"):
        large(FILES["tiles"])


def test_damaged_tiles_are_refused_and_others_read(little_memory):
    data = bytearray(FILES["tiles"])
    with tifffile.TiffFile(BytesIO(data)) as opened:
        start, size = opened.pages[0].dataoffsets[0], opened.pages[0].databytecounts[0]
    data[start + 10 : start + size] = bytes(size - 10)
    parts = large(bytes(data))
    with pytest.raises(Unreadable, match="damaged"):
        parts.cut((0, 0, 10, 10))
    assert np.array_equal(parts.cut((200, 100, 30, 30)).pixels, COLOR[100:130, 200:230])


def test_large_files_are_read_lazily(tmp_path, little_memory, monkeypatch):
    """Their content is never in memory, and they are known again by it."""
    monkeypatch.setattr(read, "LAZY_BYTES", 1000)
    monkeypatch.setattr(read, "read_bytes", lambda path: pytest.fail("read at once"))
    path = tmp_path / "slide.tif"
    path.write_bytes(FILES["tiles"])
    part = Part(box=(100, 60, 70, 90))
    expected = COLOR[60:150, 100:170]
    assert np.array_equal(read_image(path, part).pixels, expected)
    digest = read.file_digest(path)
    same = read_same(path, part, digest)
    assert isinstance(same, Image) and np.array_equal(same.pixels, expected)
    path.write_bytes(FILES["tiles"] + b"more")
    assert read_same(path, part, digest) is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
def test_a_gigapixel_comes_in_as_tiles_in_little_memory(tmp_path):
    """40,000 x 40,000 px, of which one corner shows something."""
    slide = tmp_path / "slide.tif"
    tile = RANDOM.integers(0, 256, (512, 512), dtype=np.uint8)
    count = -(-40_000 // 512)
    corner = 512 * np.arange(count) < 4096
    tiles = (tile if shown else None for shown in np.logical_and.outer(corner, corner).flat)
    options = {"tile": (512, 512), "compression": "zlib", "photometric": "minisblack", "bigtiff": True}
    tifffile.imwrite(slide, tiles, shape=(40_000, 40_000), dtype=np.uint8, **options)
    program = f"""
        from pathlib import Path
        from models.events import finish
        from studio.imaging.read import read_item
        from studio.importing import import_sources
        from studio.importing.options import ImportOptions
        from studio.project import Project
        from studio.project.items import items
        slide = Path({str(slide)!r})
        with Project.create(slide.with_name("project")) as project:
            refused = finish(import_sources(project, [slide])).rejected[0].reason
            result = finish(import_sources(project, [slide], options=ImportOptions(cut="grid", tile=2048)))
            last = list(items(project))[-1]
            print(result.imported, result.rejected, last.part.box, read_item(last).pixels.shape)
        print(refused)
        print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
    """
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    outcome, refused, kilobytes = done.stdout.splitlines()
    assert outcome == "8 [] (1997, 3995, 2048, 2048) (2048, 2048)"
    assert refused.startswith("40,000 × 40,000 pixels are too many for one image.")
    assert int(kilobytes) < 500_000
