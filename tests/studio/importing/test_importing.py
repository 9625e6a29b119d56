"""Images come in once, with their classes; cancel keeps what was finished; sources stay as they were."""

import hashlib
import math
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image

from models.events import Notice, Progress, finish
from studio.cleaning import is_scanned, scan
from studio.errors import UserError
from studio.imaging.thumbnails import Thumbnails
from studio.importing import import_sources, importing, rejections
from studio.importing.source import Problem
from studio.project import Project
from studio.project.edits import edit
from studio.project.items import class_counts, count, items


def snapshot(folder: Path) -> dict[str, tuple[float, bytes]]:
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_images_come_in_with_classes_in_natural_order(project, photos):
    folder = photos("good/2.png", "good/10.png", "bad/1.png")
    events: list = []
    result = finish(import_sources(project, [folder]), events.append)
    assert (result.imported, result.unchanged, result.rejected, result.skipped) == (3, 0, [], 0)
    assert [item.path.name for item in items(project)] == ["1.png", "2.png", "10.png"]
    assert class_counts(project) == {"bad": 1, "good": 2}
    first = next(items(project))
    assert (first.width, first.height, first.channels, first.depth) == (32, 24, 1, 8)
    assert events[-1] == Progress(3, 3, "Importing images")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF"])
def test_the_camera_is_a_field_and_its_owner_is_not(project, photo, tmp_path, format):
    exif = Image.Exif()
    exif[0x0110], exif[0x013B], exif[0x8298] = "Camera\0 X-1 ", "Gerda Geheim", "(c) Geheim"
    photo(0).save(tmp_path / "1.img", format, exif=exif)
    finish(import_sources(project, [tmp_path / "1.img"]))
    (item,) = items(project)
    assert item.fields["camera"].startswith("Camera") and "\0" not in item.fields["camera"]
    assert not any("Geheim" in value for value in item.fields.values())


def test_the_same_folder_again_changes_nothing(project, photos):
    folder = photos("good/1.png", "bad/2.png")
    finish(import_sources(project, [folder]))
    before = list(items(project))
    result = finish(import_sources(project, [folder]))
    assert (result.imported, result.unchanged) == (0, 2)
    assert list(items(project)) == before


def test_sources_are_only_read(project, photos):
    folder = photos("good/1.png", "bad/2.png")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = snapshot(folder)
    finish(import_sources(project, [folder]))
    assert snapshot(folder) == before


def test_a_mended_file_comes_in_and_is_no_longer_rejected(project, photos, photo):
    folder = photos("1.png")
    (folder / "2.png").write_bytes(b"")
    assert [each.reason for each in finish(import_sources(project, [folder])).rejected] == [
        "The file is empty. Copy it again from where it came."
    ]
    photo(7).save(folder / "2.png")
    result = finish(import_sources(project, [folder]))
    assert (result.imported, result.rejected) == (1, [])
    assert rejections(project) == []


def test_other_files_are_skipped_unless_they_were_chosen(project, photos):
    folder = photos("1.png")
    (folder / "notes.txt").write_text("text")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "image without suffix").write_bytes((folder / "1.png").read_bytes())
    result = finish(import_sources(project, [folder]))
    assert (result.imported, result.skipped, result.rejected) == (2, 2, [])
    result = finish(import_sources(project, [folder / "notes.txt"]))
    assert "not an image" in result.rejected[0].reason


def test_a_table_gives_classes_and_fields(project, photos, tmp_path):
    folder = photos("a/1.png", "b/1.png", "b/2.png")
    table = tmp_path / "labels.csv"
    table.write_text("file;label;camera\na/1.png;good;north\nb\\1.png;bad;south\n2.png;bad;\nnowhere.png;bad;x\n")
    events: list = []
    result = finish(import_sources(project, [folder], labels=table), events.append)
    assert [(item.label, item.fields) for item in items(project)] == [
        ("good", {"order": "0", "camera": "north"}),
        ("bad", {"order": "1", "camera": "south"}),
        ("bad", {"order": "2"}),
    ]
    problem = Problem(f"{table}: row 5", "There is no image “nowhere.png”.")
    assert result.problems == [problem]
    said = f"1 entry could not be used: {problem.where}: {problem.what} Mend it and import again."
    assert Notice(said, "warn") in events


def test_a_bad_table_is_refused_before_anything_happens(project, photos, tmp_path):
    (tmp_path / "labels.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match="file"):
        finish(import_sources(project, [photos("1.png")], labels=tmp_path / "labels.csv"))
    assert count(project) == 0


def test_an_empty_folder_is_said(project, tmp_path):
    (tmp_path / "empty").mkdir()
    events: list = []
    finish(import_sources(project, [tmp_path / "empty"]), events.append)
    assert any(isinstance(event, Notice) and "no images" in event.text for event in events)


def test_canceling_keeps_finished_batches_and_importing_again_adds_the_rest(project, photos, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 5)
    monkeypatch.setattr(importing, "BATCH_SECONDS", math.inf)
    folder = photos(*(f"{number}.png" for number in range(20)))
    task = import_sources(project, [folder])
    for event in task:
        if isinstance(event, Progress) and event.done == 7:
            break
    task.close()
    assert count(project) == 5
    result = finish(import_sources(project, [folder]))
    assert (result.imported, result.unchanged, count(project)) == (15, 5, 20)


def test_kill_loses_at_most_the_batch_in_hand(photos, tmp_path):
    folder = photos(*(f"{number}.png" for number in range(30)))
    Project.create(tmp_path / "killed").close()
    program = f"""
        from pathlib import Path
        from studio.importing import import_sources, importing
        from studio.project import Project
        importing.BATCH, importing.BATCH_SECONDS = 10, 1e9
        with Project.open(Path({str(tmp_path / "killed")!r})) as project:
            for event in import_sources(project, [Path({str(folder)!r})]):
                print(event.done, flush=True)
                if event.done == 25:
                    input()
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    with child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() in ("25", "25.0"):
                break
        os.kill(child.pid, signal.SIGKILL)
    with Project.open(tmp_path / "killed") as project:
        assert count(project) == 20
        assert finish(import_sources(project, [folder])).imported == 10


def test_photos_of_solar_cells(project, monkeypatch):
    from studio.importing.elpv import import_elpv

    monkeypatch.setattr(importing, "BATCH_SECONDS", math.inf)
    for event in (task := import_elpv(project)):
        if isinstance(event, Progress) and event.done == importing.BATCH:
            break
    task.close()
    assert count(project) == importing.BATCH
    found = list(items(project))
    assert {item.label for item in found} == {"functional", "defective"}
    assert {item.fields["cell_type"] for item in found} <= {"mono", "poly"}
    for item in found:
        assert (item.label == "defective") == (float(item.fields["probability"]) >= 0.5)


def test_a_file_that_changed_is_read_again_and_keeps_label_and_decision(project, photos, photo):
    folder = photos("a/1.png", "b/2.png")
    finish(import_sources(project, [folder]))
    first, second = items(project)
    edit(project, "keep", "decision", {first.id: "keep"})
    with Thumbnails(project) as thumbnails:
        before = thumbnails.get(first)
    finish(scan(project))
    photo(7).resize((50, 40)).save(first.path)
    second.path.touch()  # a new time alone is no change
    result = finish(import_sources(project, [folder]))
    assert (result.imported, result.refreshed, result.unchanged) == (0, 1, 1)
    after, _ = items(project)
    assert (after.width, after.height, after.label, after.decision) == (50, 40, "a", "keep")
    assert after.sha256 == hashlib.sha256(first.path.read_bytes()).hexdigest()
    assert after.pixel_sha256 != first.pixel_sha256
    with Thumbnails(project) as thumbnails:
        assert thumbnails.get(after) != before
    assert not is_scanned(project)
    assert [finding.check for finding in finish(scan(project)) if finding.check == "missing"] == []
    assert finish(import_sources(project, [folder])).unchanged == 2


def test_a_file_that_was_damaged_since_is_listed_and_its_image_stays(project, photos):
    folder = photos("1.png")
    finish(import_sources(project, [folder]))
    (folder / "1.png").write_bytes(b"no longer an image")
    result = finish(import_sources(project, [folder]))
    assert (result.refreshed, len(result.rejected), count(project)) == (0, 1, 1)
