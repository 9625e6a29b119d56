"""Annotations that appear after the images came in are taken over, and what the user said by hand stays."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from models.events import Notice, finish
from studio.importing import import_sources
from studio.importing.again import import_again
from studio.importing.options import ImportOptions
from studio.project.edits import edit, undo
from studio.project.items import class_id_of, count, items
from studio.project.regions import Region, regions, set_regions
from tests.studio.dicom_files import dicom_file


def coco(folder: Path, **boxes: tuple[str, list[float]]) -> None:
    """Annotations of images by their stems: a class and a box."""
    names = sorted({name for name, _ in boxes.values()})
    content = {
        "images": [{"id": n, "file_name": f"{stem}.png"} for n, stem in enumerate(boxes)],
        "categories": [{"id": n, "name": name} for n, name in enumerate(names)],
        "annotations": [
            {"image_id": n, "category_id": names.index(name), "bbox": box}
            for n, (name, box) in enumerate(boxes.values())
        ],
    }
    (folder / "annotations.json").write_text(json.dumps(content))


def labels(project) -> list[str | None]:
    return [item.label for item in items(project)]


def marked(project) -> dict[int, list[tuple[str, float]]]:
    found = regions(project, [item.id for item in items(project)])
    return {item: [(region.name, region.left) for region in each] for item, each in found.items()}


@pytest.fixture
def folder(project, photos) -> Path:
    """Four images without annotations, which came in."""
    folder = photos("p1.png", "p2.png", "p3.png", "p4.png")
    assert finish(import_sources(project, [folder])).imported == 4
    return folder


@pytest.fixture(params=["scanned again", "imported again"])
def take_again(request, project, folder):
    if request.param == "scanned again":
        return lambda listen=lambda event: None: finish(import_again(project), listen)
    return lambda listen=lambda event: None: finish(import_sources(project, [folder]), listen)


def test_a_coco_file_that_was_added(project, folder, take_again):
    coco(folder, p1=("pit", [1, 2, 5, 6]), p2=("scratch", [3, 4, 5, 6]))
    events: list = []
    result = take_again(events.append)
    assert (result.imported, result.annotated, result.problems) == (0, 2, [])
    assert any(isinstance(event, Notice) and "of 2 images now was taken over" in event.text for event in events)
    assert labels(project) == ["pit", "scratch", None, None]
    assert marked(project) == {1: [("pit", 1)], 2: [("scratch", 3)]}
    assert take_again().annotated == 0, "twice changes nothing"
    undo(project)
    assert labels(project) == [None] * 4 and not marked(project)
    assert take_again().annotated == 0, "what was undone is not done again"


def test_masks_labels_of_yolo_and_tables_that_were_added(project, folder, take_again):
    (folder / "masks").mkdir()
    mask = np.zeros((24, 32), np.uint8)
    mask[5:9, 7:12] = 255
    Pillow.fromarray(mask).save(folder / "masks" / "p1.png")
    assert take_again().annotated == 1 and marked(project) == {1: [("", 7)]} and count(project) == 4
    mask[5:9, 3] = 255
    Pillow.fromarray(mask).save(folder / "masks" / "p1.png")
    assert take_again().annotated == 1 and marked(project) == {1: [("", 3)]}, "a mask that was painted anew"


def test_yolo_texts_that_were_added(project, folder, take_again):
    (folder / "classes.txt").write_text("dent\npit")
    (folder / "p2.txt").write_text("1 0.5 0.5 0.25 0.5")
    assert take_again().annotated == 1
    assert labels(project) == [None, "pit", None, None] and marked(project) == {2: [("pit", 12)]}


def test_a_table_that_was_added_and_changed(project, folder, take_again):
    table = folder / "labels.csv"
    table.write_text("file,label,lot,split\np1.png,pit,A,test\np2.png,good,B,\np3.png,,B,\n")
    assert take_again().annotated == 3
    assert labels(project) == ["pit", "good", None, None]
    assert [item.fields.get("lot") for item in items(project)] == ["A", "B", "B", None]
    assert next(items(project)).split == "test"
    table.write_text("file,label,lot,split\np1.png,dent,A,test\np2.png,good,C,\np3.png,,B,\n")
    assert take_again().annotated == 2
    assert labels(project) == ["dent", "good", None, None], "nobody had said otherwise by hand"


def test_what_was_said_by_hand_stays_and_is_listed(project, folder, take_again):
    same, other, removed, painted = (item.id for item in items(project))
    pit, dent = class_id_of(project, "pit"), class_id_of(project, "dent")
    edit(project, "label", "class_id", {same: pit, other: dent, removed: dent})
    edit(project, "label", "class_id", {removed: None})
    own = Region(20, 10, 3, 3, "pit")
    set_regions(project, {painted: [own]})
    box = [1.0, 2.0, 5.0, 6.0]
    coco(folder, p1=("pit", box), p2=("pit", box), p3=("pit", box), p4=("pit", box))
    result = take_again()
    assert labels(project) == ["pit", "dent", None, "pit"]
    assert regions(project, [painted]) == {painted: (own,)}
    assert {Path(each.where).stem: each.what for each in result.problems} == {
        "p2": "You labeled it “dent”, the annotations say “pit”: yours stays.",
        "p3": "You took its label away, the annotations say “pit”: it stays without.",
        "p4": "Other things are marked in it now: your own marks stay.",
    }
    assert marked(project).keys() == {1, 2, 3, 4}, "boxes come in where nobody drew any"
    assert not take_again().problems, "said once"


def test_a_folders_name_fills_gaps_but_corrects_nothing(project, photos, photo):
    folder = photos("a/1.png", "b/2.png")
    finish(import_sources(project, [folder], "flat"))
    assert labels(project) == [None, None]
    assert finish(import_sources(project, [folder])).annotated == 2 and labels(project) == ["a", "b"]
    (folder / "a" / "1.png").rename(folder / "b" / "1.png")
    photo(7).save(folder / "a" / "3.png")
    assert finish(import_again(project)).moved == 1
    assert labels(project) == ["a", "b", "a"]


def test_a_layout_that_was_chosen_stays(project, photos):
    folder = photos("p1.png", "p2.png")
    finish(import_sources(project, [folder], "flat"))
    coco(folder, p1=("pit", [1, 2, 5, 6]))
    assert finish(import_again(project)).annotated == 0 and labels(project) == [None, None]


def test_tiles_get_their_share(project, photos):
    folder = photos("p1.png")
    options = ImportOptions(cut="grid", tile=16)
    finish(import_sources(project, [folder], options=options))
    coco(folder, p1=("pit", [20, 2, 5, 6]))
    assert finish(import_again(project)).annotated == 1, "the tile at the upper right"
    assert [item.label for item in items(project)] == [None, "pit", None, None]
    assert marked(project) == {2: [("pit", 4)]}


def test_nothing_that_is_kept_of_a_folder_names_a_patient(project, tmp_path):
    """Folders are what sources say too."""
    scan = tmp_path / "scans" / "Geheim_Gerda" / "1.dcm"
    scan.parent.mkdir(parents=True)
    pixels = np.arange(600, dtype=np.uint16).reshape(20, 30)
    scan.write_bytes(dicom_file(pixels, PatientName="Geheim^Gerda", PatientID="4711"))
    (tmp_path / "scans" / "other").mkdir()
    Pillow.fromarray(pixels.astype(np.uint8)).save(tmp_path / "scans" / "other" / "2.png")
    finish(import_sources(project, [tmp_path / "scans"], "flat"))
    assert finish(import_sources(project, [tmp_path / "scans"], "folders")).annotated == 1
    assert sorted(map(str, labels(project))) == ["None", "other"]
