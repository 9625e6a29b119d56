"""Files with several images, and very large ones: what comes in of them, where it lies, and what keeps it together."""

from pathlib import Path
from threading import Event
from time import sleep

import nibabel
import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from models.events import Notice, Progress, finish
from studio.imaging import read, tiff
from studio.imaging.image import Image
from studio.imaging.read import read_item
from studio.imaging.tiff import TiffFile
from studio.importing import import_sources, marks, rejections
from studio.importing.importing import import_files
from studio.importing.marks import BoxMark
from studio.importing.options import ImportOptions
from studio.importing.parts import is_empty, pieces
from studio.importing.source import SourceFile
from studio.project.items import count, items
from studio.project.part import Part
from studio.project.regions import Region, clipped, mask_of, regions

RANDOM = np.random.default_rng(0)


@pytest.fixture
def stack(tmp_path) -> Path:
    """A TIFF file of ten pages."""
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, RANDOM.integers(0, 65536, (10, 20, 30), dtype=np.uint16), photometric="minisblack")
    return path


@pytest.fixture
def scan(tmp_path) -> Path:
    """A volume of 12 slices from feet to head, of which the lower four show nothing but faint noise."""
    values = RANDOM.integers(0, 1000, (16, 18, 12)).astype(np.int16)
    values[..., :4] //= 100
    path = tmp_path / "scan.nii.gz"
    nibabel.Nifti1Image(values, np.eye(4)).to_filename(path)
    return path


def numbers(project) -> list[int]:
    return [item.part.frame for item in items(project)]


def test_pages_come_in_one_by_one_and_belong_together(project, stack):
    result = finish(import_sources(project, [stack]))
    found = list(items(project))
    assert result.imported == 10 and numbers(project) == list(range(10))
    assert [item.fields["frame"] for item in found] == [str(number) for number in range(1, 11)]
    assert len({item.fields["file"] for item in found}) == 1
    assert np.array_equal(read_item(found[7]).pixels, tifffile.imread(stack, key=7))
    again = finish(import_sources(project, [stack]))
    assert (again.imported, again.unchanged, count(project)) == (0, 10, 10)


@pytest.mark.parametrize(
    "options, expected",
    [
        (ImportOptions(frames="first"), [0]),
        (ImportOptions(frames="middle"), [5]),
        (ImportOptions(every=4), [0, 4, 8]),
        (ImportOptions(span=(20, 60)), [2, 3, 4, 5]),
        (ImportOptions(span=(20, 60), every=2), [2, 4]),
        (ImportOptions(span=(100, 100)), [9]),
    ],
)
def test_a_choice_of_pages(project, stack, options, expected):
    finish(import_sources(project, [stack], options=options))
    assert numbers(project) == expected


def test_another_choice_adds_what_was_left_out(project, stack):
    finish(import_sources(project, [stack], options=ImportOptions(every=5)))
    result = finish(import_sources(project, [stack], options=ImportOptions(every=2)))
    assert (result.imported, result.unchanged) == (4, 1)
    assert sorted(numbers(project)) == [0, 2, 4, 5, 6, 8]


def test_of_animations_the_first_unless_all_are_asked_for(project, tmp_path):
    steps = [Pillow.new("RGB", (8, 8), color) for color in ("red", "lime", "blue")]
    steps[0].save(tmp_path / "a.gif", save_all=True, append_images=steps[1:])
    events: list = []
    result = finish(import_sources(project, [tmp_path / "a.gif"]), events.append)
    assert (result.imported, result.frames) == (1, 2)
    assert any(isinstance(event, Notice) and "2 were left out" in event.text for event in events)
    assert finish(import_sources(project, [tmp_path / "a.gif"], options=ImportOptions(frames="all"))).imported == 2


def test_slices_without_the_empty_ones(project, scan):
    finish(import_sources(project, [scan]))
    assert numbers(project) == list(range(4, 12))
    assert (
        {item.part.plane for item in items(project)} == {item.fields["plane"] for item in items(project)} == {"axial"}
    )
    finish(import_sources(project, [scan], options=ImportOptions(plane="sagittal", skip_empty=False)))
    assert count(project) == 8 + 16


def test_a_damaged_page_does_not_keep_the_others_out(project, tmp_path):
    path = tmp_path / "stack.tif"
    pages = RANDOM.integers(0, 256, (10, 20, 30), dtype=np.uint8)
    tifffile.imwrite(path, pages, photometric="minisblack", compression="zlib")
    with tifffile.TiffFile(path) as tiff:
        start = tiff.pages[3].dataoffsets[0]
    content = bytearray(path.read_bytes())
    content[start + 20 : start + 120] = bytes(100)
    path.write_bytes(content)
    result = finish(import_sources(project, [path]))
    assert numbers(project) == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert "1 of the 10 images in it is damaged" in result.rejected[0].reason


def test_a_file_comes_in_whole_or_not_at_all(project, tmp_path, monkeypatch):
    for name in ("1.tif", "2.tif"):
        pages = RANDOM.integers(0, 256, (30, 8, 8), dtype=np.uint8)
        tifffile.imwrite(tmp_path / name, pages, photometric="minisblack")
    monkeypatch.setattr("studio.importing.importing.BATCH", 1)
    task = import_sources(project, [tmp_path / "1.tif", tmp_path / "2.tif"])
    for event in task:
        if isinstance(event, Progress) and event.done == 1:
            break
    task.close()
    assert count(project) == 30
    assert finish(import_sources(project, [tmp_path / "2.tif"])).imported == 30


def test_closing_does_not_wait_for_the_pages_of_a_file(project, tmp_path, photo, monkeypatch):
    photo(0).save(tmp_path / "1.png")
    pages = RANDOM.integers(0, 256, (500, 4, 4), dtype=np.uint8)
    tifffile.imwrite(tmp_path / "2.tif", pages, photometric="minisblack")
    begun, closing, seen = Event(), Event(), []

    def slowly(page: TiffFile, frame: int) -> Image:
        begun.set()
        closing.wait()
        seen.append(frame)
        sleep(0.01)
        return decode_page(page, frame)

    decode_page = TiffFile._decode
    monkeypatch.setattr(TiffFile, "_decode", slowly)
    task = import_sources(project, [tmp_path / "1.png", tmp_path / "2.tif"])
    for event in task:
        if isinstance(event, Progress) and event.total == 2:
            break
    begun.wait()
    closing.set()
    task.close()
    assert len(seen) < 500


def grid(width: int, height: int, **options) -> list:
    image = Image(RANDOM.integers(0, 256, (height, width), dtype=np.uint8), 8)
    return [piece.box for piece in pieces(image, (), ImportOptions(cut="grid", **options))]


def test_tiles_cover_the_image_and_have_one_size():
    assert grid(100, 64, tile=64) == [(0, 0, 64, 64), (36, 0, 64, 64)]
    assert grid(64, 50, tile=64) == [None]
    assert grid(200, 50, tile=64) == [(x, 0, 64, 50) for x in (0, 45, 91, 136)]
    overlapping = grid(256, 256, tile=64, overlap=0.5)
    assert len(overlapping) == 49 and overlapping[1] == (32, 0, 64, 64)
    seen = np.zeros((301, 173), int)
    for left, top, width, height in grid(173, 301, tile=50, overlap=0.2):
        assert (width, height) == (50, 50)
        seen[top : top + 50, left : left + 50] += 1
    assert seen.min() == 1


@pytest.fixture
def sheet(tmp_path) -> Path:
    """An image of 300 x 200 px, textured but for its right half, with a scratch marked at its left."""
    pixels = np.full((200, 300), 200, np.uint8)
    pixels[:, :150] = RANDOM.integers(0, 256, (200, 150))
    Pillow.fromarray(pixels).save(tmp_path / "sheet.png")
    return tmp_path / "sheet.png"


SCRATCH = BoxMark((20, 30, 40, 6), "scratch")


def test_tiles_come_with_their_marks_and_belong_together(project, sheet):
    file = SourceFile(sheet, "bad", marks=(SCRATCH,))
    finish(import_files(project, [file], ImportOptions(cut="grid", tile=50)))
    found = list(items(project))
    assert len(found) == 4 * 3, "the empty half is left out"
    assert len({item.fields["tile_of"] for item in found}) == 1
    marked = regions(project, [item.id for item in found])
    assert {item.part.box: item.label for item in found if item.id in marked} == {
        (0, 0, 50, 50): "bad",
        (50, 0, 50, 50): "bad",
    }
    assert {item.label for item in found if item.id not in marked} == {None}
    assert marked[found[0].id] == (Region(20, 30, 30, 6, "scratch"),)
    assert marked[found[1].id] == (Region(0, 30, 10, 6, "scratch"),)
    for item in found:
        left, top, width, height = item.part.box
        whole = np.asarray(Pillow.open(sheet))
        assert np.array_equal(read_item(item).pixels, whole[top : top + height, left : left + width])


def test_tiles_around_defects_and_objects_alone(project, sheet):
    file = SourceFile(sheet, "bad", marks=(SCRATCH, BoxMark((290, 190, 10, 10), "dent")))
    finish(import_files(project, [file], ImportOptions(cut="defects", tile=64)))
    assert [item.part.box for item in items(project)] == [(8, 1, 64, 64), (236, 136, 64, 64)]
    assert {item.label for item in items(project)} == {"bad"}
    finish(import_files(project, [file], ImportOptions(cut="objects")))
    alone = list(items(project))[2:]
    assert [(item.part.box, item.label) for item in alone] == [
        ((20, 30, 40, 6), "scratch"),
        ((290, 190, 10, 10), "dent"),
    ]


def test_masks_are_cut_with_their_tiles(project, sheet, tmp_path):
    from studio.importing.marks import MaskMark

    mask = np.zeros((200, 300), np.uint8)
    mask[40:120, 40:60] = np.tri(80, 20, dtype=np.uint8) * 255
    Pillow.fromarray(mask).save(tmp_path / "mask.png")
    file = SourceFile(sheet, marks=(MaskMark(tmp_path / "mask.png", "crack"),))
    finish(import_files(project, [file], ImportOptions(cut="grid", tile=50)))
    found = list(items(project))
    marked = regions(project, [item.id for item in found])
    for item in found:
        left, top, width, height = item.part.box
        assert np.array_equal(
            mask_of(marked.get(item.id, ()), height, width), mask[top : top + height, left : left + width]
        )


def test_marks_that_vanish_when_resized_are_said(project, sheet):
    events: list = []
    result = finish(import_files(project, [SourceFile(sheet, marks=(SCRATCH,))]), events.append)
    assert result.smallest == pytest.approx(6 * 64 / 300)
    assert any(isinstance(event, Notice) and "only 1.3 px wide" in event.text for event in events)


def test_emptiness_is_measured_against_the_whole():
    faint = Image(RANDOM.integers(100, 104, (40, 40), dtype=np.uint8), 8)
    assert is_empty(faint, (0, 255)) and not is_empty(faint, (100, 104))
    red = Image(np.full((40, 40, 3), (255, 0, 0), np.uint8), 8)
    assert is_empty(red, (0, 255))


def test_single_images_stay_what_they_are(project, photos):
    finish(import_sources(project, [photos("1.png")]))
    (item,) = items(project)
    assert item.part == Part() and not {"file", "frame", "tile_of"} & item.fields.keys()


def test_a_very_large_polygon_is_drawn_block_by_block(monkeypatch):
    """As annotations of whole slides are: each of their tiles decodes only what it shows."""
    monkeypatch.setattr(marks, "BLOCK", 64)
    ring = (10.3, 20.7, 250.2, 60.1, 190.9, 180.5, 30.0, 150.0)
    whole, unfit = marks.regions_of([marks.PolygonMark((ring,), "tumor")], 200, 300)
    monkeypatch.undo()
    [expected] = marks.drawn(marks.PolygonMark((ring,), "tumor"), 200, 300)
    assert len(whole) > 6 and not unfit and max(region.width for region in whole) <= 64
    assert np.array_equal(mask_of(whole, 200, 300), mask_of([expected], 200, 300))
    assert all(region.name == "tumor" for region in clipped(whole, (100, 60, 64, 64)))


@pytest.fixture
def slide(tmp_path, monkeypatch) -> Path:
    """A file of two pages, of which the second is too large to come in whole, and holds two defects."""
    monkeypatch.setattr(tiff, "MOST_PIXELS", 20_000)
    monkeypatch.setattr(read, "LAZY_BYTES", 0)
    pixels = np.full((300, 400), 230, np.uint8)
    pixels[:200, :200] = RANDOM.integers(0, 256, (200, 200))
    with tifffile.TiffWriter(tmp_path / "slide.tif", bigtiff=True) as file:
        file.write(pixels[:90, :90], photometric="minisblack")
        file.write(pixels, photometric="minisblack", tile=(32, 32), compression="zlib")
    return tmp_path / "slide.tif"


def test_a_slide_is_cut_into_tiles(project, slide):
    """Its small page comes in whole, and it is said what to do for the large one."""
    refused = finish(import_sources(project, [slide]))
    assert (refused.imported, numbers(project)) == (1, [0])
    assert "1 of the 2 images in it did not come in. 400 × 300 pixels are too many" in refused.rejected[0].reason
    options = ImportOptions(cut="grid", tile=100, overlap=0.2)
    result = finish(import_sources(project, [slide], options=options))
    assert not result.rejected and not rejections(project)
    whole = tifffile.imread(slide, key=1)
    tiles = [item for item in items(project) if item.part.frame == 1]
    assert len({item.fields["tile_of"] for item in tiles}) == 1 and len(tiles) == 9, "empty tiles are left out"
    for item in tiles:
        left, top, width, height = item.part.box
        assert (width, height) == (100, 100)
        assert np.array_equal(read_item(item).pixels, whole[top : top + height, left : left + width])
    assert (
        finish(import_sources(project, [slide], options=ImportOptions(cut="grid", tile=100, overlap=0.2))).imported == 0
    )


def test_tiles_around_the_defects_of_a_slide(project, slide):
    polygon = marks.PolygonMark(((300.0, 250.0, 310.0, 250.0, 310.0, 270.0),), "pit")
    file = SourceFile(slide, "bad", marks=(SCRATCH, polygon))
    options = ImportOptions(cut="defects", tile=64, span=(50, 100))
    assert finish(import_files(project, [file], options)).imported == 2
    assert [item.part.box for item in items(project)] == [(8, 1, 64, 64), (273, 228, 64, 64)]
    found = regions(project, [item.id for item in items(project)])
    assert [[region.name for region in each] for each in found.values()] == [["scratch"], ["pit"]]


def test_more_tiles_than_make_sense_are_refused(project, slide, monkeypatch):
    monkeypatch.setattr("studio.importing.parts.MOST_PIECES", 100)
    result = finish(import_sources(project, [slide], options=ImportOptions(cut="grid", tile=16, frames="all")))
    assert any("more than 100 tiles" in each.reason for each in result.rejected)


def test_an_import_can_be_canceled_in_the_midst_of_a_slide(project, slide, monkeypatch):
    begun, closing = Event(), Event()

    def endlessly(*_: object) -> bool:
        begun.set()
        closing.wait(0.01)
        return True

    monkeypatch.setattr("studio.importing.importing.BEAT", 0.01)
    monkeypatch.setattr("studio.importing.parts.is_empty", endlessly)
    options = ImportOptions(cut="grid", tile=16, overlap=0.9)
    task = import_sources(project, [slide], options=options)
    for _ in task:
        if begun.is_set():
            break
    task.close()
    assert count(project) == 0
