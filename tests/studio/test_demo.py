import csv
import json
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from models.events import finish
from studio.demo import BRUSHED_METAL, SOLAR_CELLS, DemoResult, demo, demo_photos
from studio.project import Project
from studio.project.items import items


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> DemoResult:
    """The demo on the sample photos, as where elpv-dataset is not installed, with a moment of training."""
    folder = tmp_path_factory.mktemp("demo") / "metal"
    return finish(demo(folder, BRUSHED_METAL, "mlp_gan", 0.03))


def test_every_stage_has_a_result_under_its_name(result):
    facts = json.loads(msgspec.json.encode(result.facts(), enc_hook=str))
    assert facts["import"]["imported"] == 120
    assert facts["clean"]["findings"] == []
    assert facts["label"]["labels"] == {"good": 60, "scratch": 36, "pits": 24}
    assert facts["augment"]["chain"]["steps"]
    assert facts["train"].keys() >= {"run", "steps", "images_seen", "seconds", "losses", "metrics"}
    assert facts["evaluate"].keys() >= {"fid", "kid", "coverage", "nearest", "floor", "extractor", "n"}
    assert facts["synthesize"]["samples"] == facts["export"]["files"]
    assert facts["instant"]["train"]["family"] == "instant"


def test_the_better_by_kid_is_exported(result):
    kids = {each.train.run: each.kid for each in (result.instant, result.trained)}
    assert kids[result.better.train.run] == min(kids.values())
    with (result.export.dir / "manifest.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert {row["run"] for row in rows} == {result.better.train.run}
    assert len(rows) == result.export.files
    with Image.open(result.export.dir / rows[0]["file"]) as image:
        assert image.size == (64, 64)


def test_the_last_lines_say_what_came_out(result):
    lines = result.text().splitlines()
    assert lines[0].startswith("120 photos in 3 classes")
    figures = [line for line in lines if "FID" in line and "KID" in line]
    assert [line.split("  FID")[0].strip().split(",")[0] for line in figures] == [
        "Simple GAN",
        "Instant",
        "Real against real",
    ]
    assert "better by KID" in lines[-2]
    assert Path(lines[-1]).is_dir()


def test_the_sample_photos_lie_in_the_project(result):
    with Project.open(result.project) as project:
        real = list(items(project, "origin = 'real'"))
    assert len(real) == 120
    assert all(item.path.is_relative_to(result.project) for item in real)


def test_solar_cells_are_taken_where_they_are_installed():
    assert demo_photos() is SOLAR_CELLS
