import csv
import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from models.events import Progress, finish
from studio.augmenting import PRESETS
from studio.errors import UserError, explain
from studio.exporting import export
from studio.labeling import split
from studio.project.edits import edit
from studio.project.items import NewItem, add_items
from studio.project.part import Part
from studio.project.runs import Plan, add_run
from studio.project.versions import Member, Version, keep_version


def files_below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def manifest(folder):
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SCORES = {"kid": 5.18, "precision": 0.4, "recall": 0.2, "coverage": 0.31, "ssim": 0.5, "nearest": None}


@pytest.fixture
def samples(project, add_image):
    """Three synthetic images of a run that has been evaluated."""
    from studio.imaging.normalize import Normalization

    chain = PRESETS["Solar cells"].for_generators().to_builtins()
    version = Version(Normalization(size=64, mode="gray"), chain, (), (Member(1, "a", None),) * 20, ())
    keep_version(project, version)
    run = add_run(project, "dcgan", version.name, Plan(64, minutes=5))
    evaluation = {"n": 1000, "fid": 214.3, "extractor": "lite0", **SCORES}
    evaluation |= {"floor": {"n": 500, "fid": 63.0, **SCORES}, "matched": {"n": 500, "fid": 230.0, **SCORES}}
    with project.writing() as db:
        db.execute(
            "INSERT INTO evaluation (run, created, result) VALUES (?, '2026-11-01', ?)",
            (run.name, json.dumps(evaluation)),
        )
    return [
        add_image(
            f"sample-{index}.png",
            np.full((8, 8), index, np.uint8),
            label="good",
            origin="synthetic",
            run="dcgan-1",
            provenance={"run": "dcgan-1", "checkpoint": "step-600", "seed": 7, "index": index, "label": "good"},
        )
        for index in range(3)
    ]


def test_class_folders_manifest_and_card(project, ten_images, samples, tmp_path):
    split(project, 0.2)
    events = []
    result = finish(export(project, tmp_path / "out"), events.append)
    assert result.files == 13
    assert events[-1] == Progress(13, 13, events[-1].what)
    rows = manifest(result.dir)
    images = [row["file"] for row in rows]
    assert files_below(result.dir) == sorted([*images, "manifest.csv", "README.md"])
    assert sum(name.startswith("test/") for name in images) == 2
    assert {np.asarray(Image.open(result.dir / name)).shape for name in images} == {(12, 16), (8, 8)}
    synthetic = [row for row in rows if row["origin"] == "synthetic"]
    assert [row["file"] for row in synthetic] == [f"train/good/synthetic-{item:06}.png" for item in samples]
    assert {(row["run"], row["checkpoint"], row["seed"]) for row in synthetic} == {("dcgan-1", "step-600", "7")}
    assert [row["index"] for row in synthetic] == ["0", "1", "2"]
    card = (result.dir / "README.md").read_text(encoding="utf-8")
    facts = ["13 images in 2 classes", "| good | 4 | 3 | 0 | 1 |", "dcgan", "20 images at 64 px", "Flip left–right"]
    for fact in [*facts, "| FID | 214.3 | 230 | 63 |", "| nearest | – | – | – |"]:
        assert fact in card
    assert "Cutout" not in card  # generators are not shown it


def test_pixels_and_depth_are_kept(project, add_image, tmp_path):
    deep = np.random.default_rng(1).integers(0, 65536, (9, 7), dtype=np.uint16)
    color = np.random.default_rng(1).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    add_image("deep.tif", deep)
    add_image("color.bmp", color)
    add_image("float.tif", np.linspace(-2, 2, 12, dtype=np.float32).reshape(3, 4))
    folder = finish(export(project, tmp_path / "out")).dir
    written = [np.asarray(Image.open(folder / row["file"])) for row in manifest(folder)]
    np.testing.assert_array_equal(written[0], deep)
    np.testing.assert_array_equal(written[1], color)
    np.testing.assert_array_equal(written[2].ravel(), np.rint(np.linspace(0, 65535, 12)))
    assert [row["bits"] for row in manifest(folder)] == ["16", "8", "16"]


def test_the_manifest_alone_leads_from_each_file_to_its_pixels_in_the_source(project, tmp_path):
    pages = np.random.default_rng(2).integers(0, 65536, (3, 20, 30), dtype=np.uint16)
    source = tmp_path / "pages.tif"
    tifffile.imwrite(source, pages, photometric="minisblack")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    parts = [Part(frame=2), Part(frame=1, box=(5, 6, 8, 4)), Part(frame=1, box=(13, 6, 8, 4))]
    sizes = [(30, 20), (8, 4), (8, 4)]
    add_items(
        project,
        [
            NewItem(source, digest, f"{number}", width, height, 1, 16, part=part)
            for number, (part, (width, height)) in enumerate(zip(parts, sizes, strict=True))
        ],
    )
    folder = finish(export(project, tmp_path / "out")).dir
    for row in manifest(folder):
        assert row["source_sha256"] == digest
        whole = pages[int(row["source_frame"])]
        left, top, width, height = json.loads(row["source_box"] or "[0, 0, 30, 20]")
        written = np.asarray(Image.open(folder / row["file"]))
        np.testing.assert_array_equal(written, whole[top : top + height, left : left + width])


def test_names_of_the_sources_are_nowhere(project, ten_images, tmp_path):
    folder = finish(export(project, tmp_path / "out")).dir
    assert not any("MUELLER" in name for name in files_below(folder))
    assert not any(b"MUELLER" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_only_what_is_asked_for_is_exported(project, ten_images, samples, tmp_path):
    edit(project, "exclude", "decision", dict.fromkeys([ten_images[0], samples[0]], "exclude"))
    assert finish(export(project, tmp_path / "real", which="real")).files == 9
    assert finish(export(project, tmp_path / "synthetic", which="synthetic")).files == 2
    assert finish(export(project, tmp_path / "other", run="another")).files == 9
    assert "1 was set aside" in (tmp_path / "real" / "README.md").read_text(encoding="utf-8")


def test_class_names_become_safe_folders_and_harmless_cells(project, add_image, tmp_path):
    black = np.zeros((4, 4), np.uint8)
    for number, name in enumerate(["=1+1", "a/b", "CON", "划痕"]):
        add_image(f"{number}.png", black, label=name)
    add_image("5.png", black)
    folder = finish(export(project, tmp_path / "out")).dir
    assert sorted(path.name for path in (folder / "train").iterdir()) == ["=1+1", "CON_", "a_b", "unlabeled", "划痕"]
    assert manifest(folder)[0]["class"] == "'=1+1"


@pytest.mark.parametrize(("options", "sentence"), [({"format": "yolo"}, "folders"), ({"which": "all"}, "synthetic")])
def test_unknown_choices_are_refused(project, ten_images, tmp_path, options, sentence):
    with pytest.raises(UserError, match=sentence):
        finish(export(project, tmp_path / "out", **options))


def test_nothing_to_export_is_said(project, tmp_path):
    with pytest.raises(UserError, match="no images to export"):
        finish(export(project, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_full_folder_is_left_alone(project, ten_images, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="already holds something"):
        finish(export(project, tmp_path / "out"))
    assert files_below(tmp_path / "out") == ["mine.txt"]


def test_a_source_that_changed_is_named(project, ten_images, tmp_path):
    path = tmp_path / "sources" / "MUELLER_Hans_3.png"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(UserError, match=r"MUELLER_Hans_3\.png.*changed"):
        finish(export(project, tmp_path / "out"))
    path.unlink()
    with pytest.raises(FileNotFoundError):
        finish(export(project, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_cancel_leaves_nothing(project, ten_images, tmp_path):
    before = set(tmp_path.iterdir())
    task = export(project, tmp_path / "out")
    for _ in range(4):
        next(task)
    task.close()
    assert set(tmp_path.iterdir()) == before


def test_a_full_disk_leaves_nothing_and_is_one_sentence(project, ten_images, tmp_path, monkeypatch):
    before = set(tmp_path.iterdir())
    write_bytes = Path.write_bytes

    def write_until_full(path, content):
        if path.name.endswith("000005.png"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_until_full)
    with pytest.raises(OSError, match="space") as failure:
        finish(export(project, tmp_path / "out"))
    assert "disk is full" in explain(failure.value)
    assert set(tmp_path.iterdir()) == before


def test_kill_during_an_export_leaves_no_half_export(project, ten_images, tmp_path):
    folder = project.folder
    project.close()
    code = (
        "import sys, time; from pathlib import Path\n"
        "from studio.exporting import export; from studio.project import Project\n"
        "for event in export(Project.open(Path(sys.argv[1])), Path(sys.argv[2])):\n"
        "    print(event.done, flush=True); time.sleep(0.05)"
    )
    command = [sys.executable, "-c", code, str(folder), str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        while child.stdout.readline().strip() != "5" and child.poll() is None:
            pass
        child.kill()
    assert not (tmp_path / "out").exists()
    assert (tmp_path / ".out.seedbed-partial").exists()
    with type(project).open(folder) as reopened:
        assert finish(export(reopened, tmp_path / "out")).files == 10
    assert len(manifest(tmp_path / "out")) == 10
    assert not (tmp_path / ".out.seedbed-partial").exists()
