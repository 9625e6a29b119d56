"""DICOM comes in with its patients kept apart and their names left out."""

import shutil
from pathlib import Path

import numpy as np
import pydicom.data
import pytest

from models.events import Notice, finish
from studio.errors import UserError
from studio.exporting.export import export
from studio.imaging.read import read_item
from studio.imaging.thumbnails import Thumbnails
from studio.importing import import_sources, rejections
from studio.importing.medium import named_files
from studio.labeling import find_groups, split
from studio.project import Project
from studio.project.items import items
from tests.studio.dicom_files import dicom_file

FILES = Path(pydicom.data.__file__).parent / "test_files"
SECRETS = (
    "Geheim",
    "Gerda",
    "PAT-4711",
    "ACC-0815",
    "19640229",
    "20231107",
    "1.2.840.99.1.7",
    "1.2.840.99.1.8",
    "Dr. Wer",
)
"""What must not be found anywhere; the first two are a name."""


@pytest.fixture
def hospital(tmp_path) -> Path:
    """Three images each of four patients, under neutral names in two folders of classes."""
    random = np.random.default_rng(0)
    for number in range(12):
        patient = number // 3
        pixels = random.integers(0, 4096, (24, 32), dtype=np.uint16)
        path = tmp_path / "hospital" / ("ill" if number % 2 else "well") / f"{number}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        data = dicom_file(
            pixels,
            BitsStored=12,
            PatientName=f"Geheim^Gerda{patient}",
            PatientID=f"PAT-4711-{patient}",
            AccessionNumber="ACC-0815",
            PatientBirthDate="19640229",
            StudyDate="20231107",
            ReferringPhysicianName="Dr. Wer",
            StudyInstanceUID=f"1.2.840.99.1.7.{patient}",
            SeriesInstanceUID=f"1.2.840.99.1.8.{number}",
            Modality="CR",
            BodyPartExamined="CHEST",
            ViewPosition="Gerda0 AP" if number == 0 else "AP",
        )
        path.write_bytes(data)
    return tmp_path / "hospital"


def test_no_name_gets_into_project_thumbnails_or_export(tmp_path, hospital, caplog, capfd):
    with Project.create(tmp_path / "study") as project:
        (hospital / "broken.dcm").write_bytes((hospital / "well" / "0.dcm").read_bytes()[:-100])
        result = finish(import_sources(project, [hospital]))
        assert result.imported == 12 and len(result.rejected) == 1
        with Thumbnails(project) as thumbnails:
            assert all(thumbnails.get(item) for item in items(project))
        finish(export(project, tmp_path / "out"))
    written = [path for folder in ("study.seedbed", "out") for path in (tmp_path / folder).rglob("*") if path.is_file()]
    assert {"project.db", "thumbnails.db", "manifest.csv"} <= {path.name for path in written}
    said = caplog.text.encode() + "".join(capfd.readouterr()).encode()
    for content in [said, *(path.read_bytes() for path in written)]:
        for secret in SECRETS:
            assert secret.encode() not in content and secret.encode("utf-16-le") not in content


def test_harmless_codes_become_fields_and_identifiers_pseudonyms(project, hospital):
    finish(import_sources(project, [hospital]))
    found = {item.path.name: item.fields for item in items(project)}
    assert found["1.dcm"].keys() == {"modality", "body_part", "view", "patient", "study", "series", "order"}
    assert (found["1.dcm"]["modality"], found["1.dcm"]["body_part"], found["1.dcm"]["view"]) == ("CR", "CHEST", "AP")
    assert "view" not in found["0.dcm"]  # the name stood in it
    assert found["0.dcm"]["patient"] == found["1.dcm"]["patient"] != found["3.dcm"]["patient"]
    assert len({fields["series"] for fields in found.values()}) == 12


def test_a_patient_is_somebody_else_in_another_project(tmp_path, hospital):
    seen = []
    for name in ("one", "two"):
        with Project.create(tmp_path / name) as project:
            finish(import_sources(project, [hospital]))
            seen.append({item.fields["patient"] for item in items(project)})
    assert len(seen[0]) == len(seen[1]) == 4 and not seen[0] & seen[1]


def test_a_grouped_split_keeps_patients_together(project, hospital):
    finish(import_sources(project, [hospital]))
    split(project, test=0.25, groups=finish(find_groups(project, "patient")))
    sides: dict[str, set] = {}
    for item in items(project):
        sides.setdefault(item.fields["patient"], set()).add(item.split)
    assert all(len(side) == 1 for side in sides.values())
    assert {side for each in sides.values() for side in each} == {"train", "test"}


def test_folders_of_classes_are_classes_and_those_of_patients_are_not(project, hospital, tmp_path):
    finish(import_sources(project, [hospital]))
    assert {item.label for item in items(project)} == {"ill", "well"}
    for number, name in enumerate(("GEHEIM GERDA0", "pat_4711_1")):
        (tmp_path / "archive" / name).mkdir(parents=True)
        shutil.copy(hospital / ("well" if number == 0 else "ill") / f"{3 * number}.dcm", tmp_path / "archive" / name)
    events: list = []
    result = finish(import_sources(project, [tmp_path / "archive"]), events.append)
    assert result.imported == result.named == 2
    assert {item.label for item in items(project, "path LIKE '%archive%'")} == {None}
    assert any(isinstance(event, Notice) and "named after patients" in event.text for event in events)
    assert [row[0] for row in project.db.execute("SELECT name FROM class ORDER BY name")] == ["ill", "well"]


def test_files_without_suffix_are_found_and_their_folders_are_classes(project, hospital, tmp_path):
    for number, name in enumerate(("IM0001", "1.2.840.7.8")):
        (tmp_path / "set" / f"kind {number}").mkdir(parents=True)
        shutil.copy(hospital / "well" / f"{2 * number}.dcm", tmp_path / "set" / f"kind {number}" / name)
    (tmp_path / "set" / "README").write_text("not an image")
    result = finish(import_sources(project, [tmp_path / "set"]))
    assert (result.imported, result.skipped, result.rejected) == (2, 1, [])
    assert {item.label for item in items(project)} == {"kind 0", "kind 1"}


def test_a_medium_has_no_classes_and_its_table_of_contents_is_skipped(project):
    result = finish(import_sources(project, [FILES / "dicomdirtests"]))
    assert result.imported == 31 and {item.label for item in items(project)} == {None}
    assert not any("DICOMDIR" in each.name for each in result.rejected)


def test_a_table_of_contents_stands_for_the_files_that_it_names(project, tmp_path):
    shutil.copytree(FILES / "dicomdirtests", tmp_path / "medium")
    contents = tmp_path / "medium" / "DICOMDIR"
    next((tmp_path / "medium" / "77654033").rglob("6154")).unlink()
    result = finish(import_sources(project, [contents]))
    assert result.imported == 30 and [each.name for each in result.rejected] == ["6154"]
    assert "not there" in result.rejected[0].reason
    found = list(items(project))
    assert {item.label for item in found} == {None} and len({item.fields["patient"] for item in found}) == 2
    contents.write_bytes(contents.read_bytes()[:900])
    with pytest.raises(UserError, match="Import its folder"):
        finish(import_sources(project, [contents]))


def test_a_table_of_contents_leads_nowhere_else(tmp_path):
    data = (FILES / "dicomdirtests" / "DICOMDIR").read_bytes()
    (tmp_path / "DICOMDIR").write_bytes(data.replace(b"77654033\\CR1\\6154", b"..\\..\\..\\..\\....."))
    named = named_files(tmp_path / "DICOMDIR")
    assert len(named) == 30 and all(path.is_relative_to(tmp_path) and ".." not in path.parts for path in named)


def test_frames_come_in_and_burned_in_text_is_said(project, tmp_path):
    frames = np.random.default_rng(0).integers(0, 255, (5, 8, 8), dtype=np.uint8)
    data = dicom_file(frames[0], NumberOfFrames=5, PixelData=frames.tobytes(), BurnedInAnnotation="YES")
    (tmp_path / "cine.dcm").write_bytes(data)
    events: list = []
    result = finish(import_sources(project, [tmp_path / "cine.dcm"]), events.append)
    said = [event.text for event in events if isinstance(event, Notice)]
    assert (result.imported, result.burned_in) == (5, 5)
    assert any("burned into them" in text for text in said)
    found = list(items(project))
    assert [item.fields["frame"] for item in found] == ["1", "2", "3", "4", "5"]
    assert len({item.fields["file"] for item in found}) == 1
    for item, frame in zip(found, frames, strict=True):
        assert np.array_equal(read_item(item).pixels, frame)


def test_every_test_file_of_pydicom_comes_in_or_is_listed(project):
    """Those that hold images come in, but for three that are damaged and two that only GPL code decodes."""
    result = finish(import_sources(project, [FILES]))
    assert (result.imported, len({item.path for item in items(project)})) == (162, 88)
    assert len(rejections(project)) == len(result.rejected)
    reasons = {each.name: each.reason for each in result.rejected}
    assert {name for name, reason in reasons.items() if "not supported" in reason} == {
        "JPEG-lossy.dcm",
        "JPGExtended.dcm",
    }
    assert "RT Plan Storage" in reasons["rtplan.dcm"] and "damaged" in reasons["MR_truncated.dcm"]
    assert "Basic Text SR Storage" in reasons["reportsi.dcm"]
