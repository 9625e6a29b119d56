"""Text that is masked is gone from the screen, from training and from exports; the source stays, and so does the way
back."""

import csv
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from models.events import finish
from studio.cleaning import out_of_date, scan
from studio.cleaning.text_masks import mask_alike, mask_all_found, mask_text, taken_alike, text_boxes
from studio.exporting import export
from studio.imaging.read import read_item
from studio.imaging.thumbnails import Thumbnails
from studio.importing import import_sources
from studio.project.edits import redo, undo
from studio.project.items import item, items
from studio.training.dataset import open_dataset
from studio.training.freeze import current_name, current_version

BOX = (10, 44, 40, 12)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Four gray images of one size and one of another, all with white writing at the same place."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, size in enumerate([(64, 64)] * 4 + [(80, 64)]):
        pixels = np.full(size[::-1], 20 + number, np.uint8)
        left, top, width, height = BOX
        pixels[top : top + height, left : left + width : 2] = 255
        Pillow.fromarray(pixels).save(folder / f"{number}.png")
    return folder


@pytest.fixture
def written(project, folder):
    """The project of these images, in which the text has been found."""
    finish(import_sources(project, [folder]))
    with project.writing() as db:
        found = "[[12, 46, 36, 8]]"
        db.execute("INSERT INTO text_box SELECT DISTINCT pixel_sha256, ? FROM item", (found,))
    return project


def brightest(project, item_id: int) -> int:
    return int(read_item(item(project, item_id)).pixels.max())


def looked(project) -> set[int]:
    return {finding.item for finding in finish(scan(project, ["burned_in_text"]))}


def test_masking_is_an_edit_and_the_source_is_not_written(written, folder):
    before = {file: file.read_bytes() for file in folder.iterdir()}
    first, second, *_ = (each.id for each in items(written))
    assert text_boxes(written, item(written, first)) == ((10, 44, 40, 12),)
    edit = mask_all_found(written, [first])
    assert edit.title == "mask text in 1 image"
    assert (brightest(written, first), brightest(written, second)) == (20, 255)
    undo(written)
    assert brightest(written, first) == 255
    redo(written)
    assert brightest(written, first) == 20
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_no_thumbnail_of_what_is_masked_stays(written):
    first = next(items(written))

    def shown(thumbnails) -> np.uint8:
        return np.asarray(Pillow.open(BytesIO(thumbnails.get(item(written, first.id))))).max()

    with Thumbnails(written) as thumbnails:
        before = thumbnails.get(first)
        assert shown(thumbnails) > 100
        for move in (
            lambda: mask_text(written, {first.id: [BOX]}),
            lambda: (undo(written), shown(thumbnails), redo(written)),
        ):
            move()
            assert shown(thumbnails) < 30
    assert all(before not in file.read_bytes() for file in written.folder.glob("thumbnails.db*"))


def test_what_is_masked_is_no_finding_until_it_is_seen_again(written, monkeypatch):
    monkeypatch.setattr("studio.cleaning.burned_in_text.can_search", lambda: False)
    ids = [each.id for each in items(written)]
    assert looked(written) == set(ids)
    mask_all_found(written, ids[:2])
    assert [check.name for check in out_of_date(written)].count("burned_in_text") == 1
    assert looked(written) == set(ids[2:])
    mask_text(written, {ids[0]: [(0, 0, 9, 9)]})  # another place does not help
    assert looked(written) == {ids[0], *ids[2:]}


def test_all_images_of_the_size_and_device_at_once(written):
    first, *_, other = items(written)
    assert len(taken_alike(written, first)) == 4
    moved = (8, 42, 44, 16)
    assert mask_alike(written, first, [moved]).count == 4
    assert [each.masked for each in items(written)] == [(moved,)] * 4 + [()]
    assert brightest(written, other.id) == 255
    with written.writing() as db:
        db.execute('UPDATE item SET fields = \'{"camera": "another"}\' WHERE id = ?', (first.id,))
    assert [each.id for each in taken_alike(written, item(written, first.id))] == [first.id]


def test_training_learns_from_masked_images_and_a_version_stays_what_it_was(written):
    ids = [each.id for each in items(written)]
    unmasked = current_version(written, 64)
    mask_all_found(written, ids)
    masked = current_version(written, 64)
    assert masked.name == current_name(written, 64) != unmasked.name
    assert finish(open_dataset(written, masked)).train.images.max() < 30
    undo(written)
    assert current_version(written, 64).name == unmasked.name
    assert finish(open_dataset(written, masked)).train.images.max() < 30
    assert finish(open_dataset(written, unmasked)).train.images.max() == 255


def test_exports_hold_masked_images_and_say_where(written, tmp_path):
    mask_all_found(written, [next(items(written)).id])
    finish(export(written, tmp_path / "out"))
    with (tmp_path / "out" / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["masked"] for row in rows] == ["[[10,44,40,12]]", "", "", "", ""]
    brightest = [np.asarray(Pillow.open(tmp_path / "out" / row["file"])).max() for row in rows]
    assert brightest == [20, 255, 255, 255, 255]
