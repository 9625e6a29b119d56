"""What lies in the sources is told in a sentence, from names, annotations, headers and a few of the images."""

import json

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from models.events import Progress, finish
from studio.errors import UserError
from studio.importing import import_sources
from studio.importing import recognize as module
from studio.importing.options import ImportOptions
from studio.importing.recognize import recognize
from studio.project.items import count, items
from tests.studio.dicom_files import dicom_file


@pytest.fixture
def scans(tmp_path):
    """Twelve scans of 12 bits, three each of four patients, in folders of classes."""
    folder = tmp_path / "scans"
    for number in range(12):
        path = folder / ("ill" if number % 2 else "well") / f"{number}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(0, 4096, (24, 32), dtype=np.uint16)
        identity = {"PatientID": f"P{number // 3}", "PatientName": f"Name{number // 3}"}
        path.write_bytes(dicom_file(pixels, BitsStored=12, StudyInstanceUID=f"1.2.{number // 2}", **identity))
    return folder


def test_patients_studies_and_depth_are_counted_from_headers(project, scans):
    found = finish(recognize(project, [scans]))
    assert found.sentence == "12 images, 2 classes, 4 patients, 6 studies, 12 bits"
    assert (found.classes, found.groups, found.depths) == ({"ill": 6, "well": 6}, {"patient": 4, "study": 6}, [12])
    assert count(project) == 0


def test_of_very_many_files_only_some_headers_are_read(project, scans, monkeypatch):
    monkeypatch.setattr(module, "HEADERS", 4)
    assert "2 patients or more" in finish(recognize(project, [scans])).sentence


def test_folders_named_after_patients_are_no_classes(project, scans):
    (scans / "ill").rename(scans / "Name0_2024")
    found = finish(recognize(project, [scans]))
    assert found.classes == {"": 6, "well": 6}
    assert finish(import_sources(project, [scans])).imported == 12


def test_masks_splits_problems_and_examples(project, photos):
    folder = photos("train/good/1.png", "train/good/2.png", "test/hole/1.png", "test/hole/2.png")
    (folder / "ground_truth" / "hole").mkdir(parents=True)
    Pillow.new("L", (32, 24), 255).save(folder / "ground_truth" / "hole" / "1_mask.png")
    (folder / "train" / "good" / "broken.png").write_bytes(b"")
    found = finish(recognize(project, [folder]))
    assert (found.layout, found.title) == ("mvtec", "MVTec AD")
    assert found.sentence == "5 images, 2 classes, masks for 1, 8 bits"
    assert (found.masks, found.splits) == ({"hole": 1}, {"test": 2, "train": 3})
    assert [problem.what for problem in found.problems] == [
        "The file is empty. Copy it again from where it came.",
        "There is no mask that shows the defect.",
    ]
    assert len(found.examples) == 4 and all(example.jpeg.startswith(b"\xff\xd8") for example in found.examples)


def test_parts_lots_and_cameras_of_a_table_are_counted(project, photos):
    folder = photos("1.png", "2.png", "3.png")
    (folder / "facts.csv").write_text("file,label,lot,camera\n1.png,pit,A,n\n2.png,pit,B,n\n3.png,good,B,n\n")
    assert finish(recognize(project, [folder])).sentence == "3 images, 2 classes, 2 lots, 1 camera, 8 bits"


def test_columns_that_name_people_do_not_come_in(project, photos):
    folder = photos("1.png", "2.png", "3.png")
    rows = ["1.png,pit,4711,Gerda Geheim,1964-02-29", "2.png,pit,4711,Gerda Geheim,", "3.png,good,4712,Hans Geheim,"]
    (folder / "facts.csv").write_text("\n".join(["file,label,Patient ID,patient_name,Date of Birth", *rows]))
    result = finish(import_sources(project, [folder]))
    assert [problem.where for problem in result.problems] == ["Date of Birth", "patient_name"]
    first, second, third = items(project)
    assert set(first.fields) == {"order", "patient"}
    assert first.fields["patient"] == second.fields["patient"] != third.fields["patient"]
    for path in project.folder.rglob("*"):
        assert not path.is_file() or not any(secret in path.read_bytes() for secret in (b"Geheim", b"4711", b"1964"))


def test_nothing_to_import_is_said(project, tmp_path):
    (tmp_path / "empty").mkdir()
    found = finish(recognize(project, [tmp_path / "empty"]))
    assert found.sentence == "There are no images in it." and found.images == 0


def test_an_unknown_layout_is_refused(project, photos):
    with pytest.raises(UserError, match=r"sideways.*auto, mvtec, coco"):
        finish(recognize(project, [photos("1.png")], "sideways"))


def test_looking_can_be_canceled_at_any_moment(project, photos):
    task = recognize(project, [photos("a/1.png", "b/2.png")])
    assert isinstance(next(task), Progress)
    task.close()
    assert count(project) == 0


def test_what_is_told_is_what_comes_in(project, photos):
    folder = photos("a/1.png", "a/2.png", "b/3.png")
    found = finish(recognize(project, [folder]))
    result = finish(import_sources(project, [folder], found.layout))
    assert result.imported == found.images
    assert [item.fields["order"] for item in items(project)] == ["0", "1", "2"]


def test_each_source_may_have_a_layout_of_its_own(project, photos, tmp_path):
    classes = photos("good/1.png", "bad/2.png", folder="classes")
    marked = photos("images/3.png", "images/4.png", folder="marked")
    (marked / "labels").mkdir()
    (marked / "labels" / "3.txt").write_text("0 0.5 0.5 0.2 0.2")
    (marked / "classes.txt").write_text("pit")
    found = finish(recognize(project, [classes, marked]))
    assert (found.layout, found.title) == ("auto", "Several layouts")
    assert found.classes == {"": 1, "bad": 1, "good": 1, "pit": 1} and found.boxes == {"pit": 1}
    assert finish(import_sources(project, [classes, marked], found.layout)).imported == 4


def test_images_and_annotations_may_come_apart(project, photos, tmp_path):
    """As COCO is given out."""
    images = photos("3.png", "4.png", folder="val2017")
    (tmp_path / "annotations").mkdir()
    content = {"images": [{"id": 1, "file_name": "3.png"}], "annotations": [], "categories": [{"id": 1, "name": "a"}]}
    content["annotations"] = [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}]
    (tmp_path / "annotations" / "instances_val2017.json").write_text(json.dumps(content))
    for given in ([images, tmp_path / "annotations"], [images, tmp_path / "annotations" / "instances_val2017.json"]):
        found = finish(recognize(project, given))
        assert (found.layout, found.classes) == ("coco", {"": 1, "a": 1})


@pytest.fixture
def parts(photos):
    """As MVTec AD: defects only among the images to test with."""
    folder = photos("train/good/1.png", "test/good/2.png", "test/hole/3.png", "test/crack/4.png")
    (folder / "ground_truth" / "hole").mkdir(parents=True)
    return folder


def test_classes_that_are_only_tested_are_said_and_can_be_learned(project, parts):
    found = finish(recognize(project, [parts]))
    assert found.layout == "mvtec" and found.only_tested == ["crack", "hole"]
    assert found.untaught == (
        "“crack”, “hole” are only among the images to test with: nothing can learn what they look like."
    )
    finish(import_sources(project, [parts], options=ImportOptions(keep_split=False)))
    assert {(item.label, item.split) for item in items(project)} == {("good", None), ("crack", None), ("hole", None)}


def test_the_split_is_kept_unless_it_is_left_aside(project, parts):
    finish(import_sources(project, [parts]))
    assert [(item.label, item.split) for item in items(project)] == [
        *(("crack", "test"), ("good", "test"), ("hole", "test"), ("good", "train"))
    ]


def test_nothing_is_said_where_every_class_can_be_learned(project, photos):
    assert finish(recognize(project, [photos("test/a/1.png", "test/b/2.png")])).untaught == ""
    assert finish(recognize(project, [photos("train/a/1.png", "test/a/2.png", folder="both")])).untaught == ""


def test_images_and_not_files_are_counted(project, tmp_path):
    """Of files that hold several all are opened, or it is said that the number is no exact one."""
    folder = tmp_path / "pages"
    folder.mkdir()
    pages = np.random.default_rng(0).integers(0, 256, (3, 24, 32), dtype=np.uint8)
    for number in range(6):
        tifffile.imwrite(folder / f"{number}.tif", pages, photometric="minisblack")
        (folder / f"{number}.dcm").write_bytes(dicom_file(np.vstack([*pages, *pages]), NumberOfFrames=6, Rows=24))
    assert finish(recognize(project, [folder])).sentence == "54 images, no classes, 8 bits"
    assert finish(import_sources(project, [folder])).imported == 54


def test_where_not_all_are_opened_the_number_is_about(project, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "OPENED", 2)
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(6):
        pages = np.random.default_rng(number).integers(0, 256, (3 + number // 3, 24, 32), dtype=np.uint8)
        tifffile.imwrite(folder / f"{number}.tif", pages, photometric="minisblack")
    found = finish(recognize(project, [folder]))
    assert found.is_about and found.sentence.startswith("about 21 images")


def test_scanners_are_devices_and_cameras_are_cameras(project, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (24, 32), dtype=np.uint8)
    for number in range(3):
        path = tmp_path / "scans" / f"{number}.dcm"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(dicom_file(pixels, Manufacturer="Maker", ManufacturerModelName=f"Model {number // 2}"))
    assert "2 devices" in finish(recognize(project, [tmp_path / "scans"])).sentence
