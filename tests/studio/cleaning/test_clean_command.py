"""`seedbed clean` masks text when it is told to, and does not set aside a large part of the images unasked."""

from argparse import ArgumentParser

import numpy as np
import pytest
from PIL import Image as Pillow

from models.events import finish
from studio.commands.cleaning import clean_options, run_clean
from studio.errors import UserError
from studio.importing import import_sources
from studio.project import Project
from studio.project.items import count, items


@pytest.fixture
def clean(project, tmp_path, monkeypatch):
    """Four images with texture and three even ones; returns what runs the command on them."""
    (tmp_path / "photos").mkdir()
    for number, pixels in enumerate(np.random.default_rng(0).integers(0, 256, (4, 40, 40), dtype=np.uint8)):
        Pillow.fromarray(pixels).save(tmp_path / "photos" / f"{number}.png")
    for gray in (10, 20, 30):
        Pillow.new("L", (40, 40), gray).save(tmp_path / "photos" / f"even {gray}.png")
    finish(import_sources(project, [tmp_path / "photos"]))
    project.close()
    monkeypatch.setattr("studio.cleaning.burned_in_text.can_search", lambda: False)
    parser = ArgumentParser()
    clean_options(parser)
    return lambda *words: run_clean(parser.parse_args([str(project.folder), *words])).facts


def test_more_than_a_third_is_not_set_aside_unasked(clean, project):
    with pytest.raises(UserError, match=r"“Empty” alone sets aside 3 of 7 images. .* Repeat with --yes"):
        clean("--check", "empty", "--apply")
    with Project.open(project.folder) as opened:
        assert count(opened, "decision = 'exclude'") == 0
    assert clean("--check", "empty", "--apply", "--yes")["excluded"] == 3


def test_found_text_is_masked(clean, project):
    with Project.open(project.folder) as opened, opened.writing() as db:
        db.execute("INSERT INTO text_box SELECT pixel_sha256, '[[5, 5, 20, 9]]' FROM item LIMIT 2")
    assert clean("--check", "burned_in_text")["masked"] == 0
    assert clean("--check", "burned_in_text", "--mask-text")["masked"] == 2
    with Project.open(project.folder) as opened:
        assert sorted(each.masked for each in items(opened)) == [()] * 5 + [((3, 3, 24, 13),)] * 2
    assert clean("--check", "burned_in_text")["findings"] == []
