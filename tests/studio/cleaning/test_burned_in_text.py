"""Text in the pixels raises the alarm; where it stands is kept, what it says is not."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from models.events import finish
from studio.cleaning import burned_in_text, check_named, scan, set_settings, text_search
from studio.importing import import_sources
from studio.project.items import item, item_ids

needs_ocr = pytest.mark.skipif(not text_search.can_search(), reason="the extra ocr is not installed")


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    texture = np.random.default_rng(0).normal(90, 12, (240, 320)).clip(0, 255).astype(np.uint8)
    Pillow.fromarray(texture).save(folder / "texture.png")
    named = Pillow.fromarray(texture)
    font = ImageFont.load_default(size=22)
    ImageDraw.Draw(named).text((20, 200), "MUELLER, HANS 12.03.1961", fill=255, font=font)
    named.save(folder / "named.png")
    return folder


@pytest.fixture
def everywhere(project):
    check = check_named("burned_in_text")
    set_settings(project, check, check.Settings(everywhere=True))


@needs_ocr
def test_text_is_found_where_it_is_and_not_kept(project, folder, everywhere):
    finish(import_sources(project, [folder]))
    (finding,) = finish(scan(project, ["burned_in_text"]))
    assert item(project, finding.item).path.name == "named.png"
    assert finding.reason == "1 line of text is part of the image."
    (boxes,) = project.db.execute("SELECT boxes FROM text_box WHERE boxes != '[]'").fetchone()
    ((left, top, width, height),) = json.loads(boxes)
    assert 10 <= left <= 25 and 190 <= top <= 210 and 200 <= width <= 300 and 15 <= height <= 40
    assert all(b"MUELLER" not in file.read_bytes() for file in project.folder.glob("project.db*"))


def test_each_image_is_searched_once(project, folder, everywhere, monkeypatch):
    finish(import_sources(project, [folder]))
    seen = []

    def pretended():
        def boxes_in(pixels):
            seen.append(pixels.shape)
            return [(1, 2, 30, 4)]

        return boxes_in

    monkeypatch.setattr(text_search, "text_search", pretended)
    monkeypatch.setattr(burned_in_text, "can_search", lambda: True)
    assert len(finish(scan(project, ["burned_in_text"]))) == 2
    assert len(finish(scan(project, ["burned_in_text"]))) == 2
    assert seen == [(240, 320, 3)] * 2


def test_without_the_extra_files_are_taken_at_their_word(project, folder, monkeypatch):
    monkeypatch.setattr(burned_in_text, "can_search", lambda: False)
    finish(import_sources(project, [folder]))
    assert finish(scan(project, ["burned_in_text"])) == []
    with project.writing() as db:
        said = '{"burned_in_text": "YES"}'
        db.execute("UPDATE item SET fields = ? WHERE id = ?", (said, item_ids(project)[0]))
    (finding,) = finish(scan(project, ["burned_in_text"]))
    assert finding.reason == "The file says that text is burned into the image."


@needs_ocr
@pytest.mark.skipif(importlib.util.find_spec("deid_data") is None, reason="the test images deid-data are not installed")
def test_real_ultrasounds_with_patient_names_raise_the_alarm(project):
    import deid_data

    folder = Path(deid_data.__file__).parent / "data" / "ultrasounds"
    finish(import_sources(project, [folder / "GREYSCALE_IMAGE.dcm", folder / "RGB_IMAGE.dcm"]))
    findings = finish(scan(project, ["burned_in_text"]))
    assert len(findings) == 2
    assert all(finding.score == 1 for finding in findings)
