"""What pydicom's test files say of people, places and days is found nowhere in a project or an export of it."""

import logging
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom.data
import pytest
from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from models.events import finish
from studio.exporting.export import export
from studio.imaging.dicom import DAMAGED_HEADER
from studio.imaging.thumbnails import Thumbnails
from studio.importing import import_sources
from studio.importing.dicom_header import fields_of
from studio.project import Project
from studio.project.items import items
from tests.studio.dicom_files import dicom_file

FILES = Path(pydicom.data.__file__).parent / "test_files"
TEXTS = {"PN", "LO", "SH", "LT", "ST", "UT", "UC", "DT", "TM", "AE"}
SHORTEST = 6
"""Characters below which a value may be found by chance."""
HARMLESS = {"WHOLE BODY"}
"""Parts of the body, which are kept, that stand in texts too."""
ALLOWED = {
    *("modality", "body_part", "laterality", "view", "burned_in_text"),  # codes
    *("patient", "study", "series", "camera", "file"),  # pseudonyms
    *("instance", "position_mm", "frame", "order"),  # numbers
}


def secrets_of(path: Path) -> tuple[set[str], set[str]]:
    """Texts and identifiers of a file's header, and its days."""
    texts: set[str] = set()
    days: set[str] = set()

    def note(_, element) -> None:
        values = element.value if isinstance(element.value, list | pydicom.multival.MultiValue) else [element.value]
        for value in map(str, values):
            if element.VR == "DA":
                days.add(value)
            is_word = element.VR != "PN" and value.isalpha()  # such as degrees: the program says it too
            is_own_uid = element.VR == "UI" and element.keyword.endswith("InstanceUID")
            if (element.VR in TEXTS or is_own_uid) and not value.isdecimal() and not is_word:
                texts.update({value, *value.split("^")} if element.VR == "PN" else {value})

    try:
        dcmread(path).walk(note)
    except (InvalidDicomError, *DAMAGED_HEADER):
        return set(), set()
    return {text for text in texts - HARMLESS if len(text) >= SHORTEST}, days - {""}


@pytest.fixture
def neutral(tmp_path) -> tuple[Path, set[str], set[str]]:
    """All files under numbers as names, and what must not be found."""
    texts: set[str] = set()
    days: set[str] = set()
    (tmp_path / "archive").mkdir()
    for number, path in enumerate(sorted(path for path in FILES.rglob("*") if path.is_file())):
        found = secrets_of(path)
        texts |= found[0]
        days |= found[1]
        (tmp_path / "archive" / f"{number}.dcm").write_bytes(path.read_bytes())
    return tmp_path / "archive", texts, days


def test_nothing_of_pydicoms_headers_is_kept(tmp_path, neutral, caplog, capfd, own_folders):
    archive, texts, days = neutral
    assert len(texts) > 200 and len(days) > 20
    caplog.set_level(logging.DEBUG)
    with Project.create(tmp_path / "study") as project:
        project.set_setting("pseudonym_key", "0" * 64)  # else pseudonyms could spell a secret by chance
        assert finish(import_sources(project, [archive])).imported > 100
        with Thumbnails(project) as thumbnails:
            assert all(thumbnails.get(item) for item in items(project))
        finish(export(project, tmp_path / "out"))
        fields = [item.fields for item in items(project)]
    said = caplog.text.encode() + "".join(capfd.readouterr()).encode()
    folders = (tmp_path / "study.seedbed", tmp_path / "out", own_folders)
    written = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert {"project.db", "thumbnails.db", "manifest.csv"} <= {path.name for path in written}
    for content in [said, *(path.read_bytes() for path in written)]:
        found = [text for text in texts if text.encode() in content]
        assert not found
    assert {name for each in fields for name in each} <= ALLOWED
    assert not days & {value for each in fields for value in each.values()}


def test_a_file_named_after_its_patient_is_anonymous_outside(tmp_path, caplog, capfd):
    """The project must know where its files are; nothing that leaves it does."""
    folder = tmp_path / "Geheim^Gerda" / "19640229"
    folder.mkdir(parents=True)
    pixels = np.random.default_rng(0).integers(0, 4096, (8, 8), dtype=np.uint16)
    (folder / "Geheim_Gerda.dcm").write_bytes(dicom_file(pixels, BitsStored=12, PatientName="Geheim^Gerda"))
    (folder / "Geheim_Gerda_2.dcm").write_bytes(dicom_file(pixels[::-1], BitsStored=12)[:-50])
    with Project.create(tmp_path / "study") as project:
        result = finish(import_sources(project, [tmp_path / "Geheim^Gerda"]))
        assert (result.imported, len(result.rejected)) == (1, 1)
        finish(export(project, tmp_path / "out"))
    outside = [*(tmp_path / "out").rglob("*"), tmp_path / "study.seedbed" / "thumbnails.db"]
    for path in outside:
        assert "geheim" not in str(path.relative_to(tmp_path)).lower() and "1964" not in path.name
        if path.is_file():
            assert b"geheim" not in path.read_bytes().lower() and b"19640229" not in path.read_bytes()
    assert "geheim" not in (caplog.text + "".join(capfd.readouterr())).lower()


@pytest.mark.parametrize("number", ["19640229", "4711-1", "-3"])
def test_a_number_that_may_be_a_day_or_a_patient_is_not_kept(number):
    data = dicom_file(np.zeros((4, 4), np.uint8), InstanceNumber="1" * len(number))
    header = dcmread(BytesIO(data.replace(b"1" * len(number), number.encode())))
    assert "instance" not in fields_of(header, bytes(32))


def test_the_place_of_an_image_in_its_series():
    def place(**attributes) -> dict[str, str]:
        return fields_of(dcmread(BytesIO(dicom_file(np.zeros((4, 4), np.uint8), **attributes))), bytes(32))

    assert place(InstanceNumber=17) == {"instance": "17"}
    lying = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
    assert place(ImagePositionPatient=[-120, 30, 42.5], **lying) == {"position_mm": "42.50"}
    assert place(ImagePositionPatient=[1, 2, 3]) == place() == {}
