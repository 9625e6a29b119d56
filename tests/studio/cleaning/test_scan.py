"""Checks find what is wrong and say why; what to do about it is undoable."""

import os
import time

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from models.events import Progress, finish
from studio.cleaning import CHECKS, apply, check_named, is_scanned, out_of_date, scan, set_settings
from studio.errors import UserError
from studio.importing import import_sources
from studio.labeling import label
from studio.project.edits import edit, redo, undo
from studio.project.items import item, item_ids
from tests.studio.dicom_files import dicom_file

NOISE = np.random.default_rng(0).integers(0, 256, (6, 40, 40), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, pixels in enumerate(NOISE):
        Pillow.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def scanned(project, folder, *checks):
    finish(import_sources(project, [folder]))
    return finish(scan(project, checks or None))


def names(project, findings) -> list[str]:
    return [item(project, finding.item).path.name for finding in findings]


def decisions(project) -> dict[str, str | None]:
    return {item(project, each).path.name: item(project, each).decision for each in item_ids(project)}


def test_clean_photos_are_clean(project, folder):
    assert scanned(project, folder) == []
    assert is_scanned(project)


def test_of_copies_one_is_not_found(project, folder):
    (folder / "a copy.png").write_bytes((folder / "3.png").read_bytes())
    Pillow.fromarray(NOISE[3]).save(folder / "as bitmap.bmp")
    findings = scanned(project, folder, "exact_copy")
    assert names(project, findings) == ["a copy.png", "as bitmap.bmp"]
    assert {item(project, finding.related[0]).path.name for finding in findings} == {"3.png"}
    assert [finding.reason for finding in findings] == [
        "Copy of 3.png.",
        "Same pixels as 3.png, in another file.",
    ]


def test_the_copy_that_was_kept_or_labeled_is_the_best(project, folder):
    (folder / "9.png").write_bytes((folder / "0.png").read_bytes())
    assert names(project, scanned(project, folder, "exact_copy")) == ["9.png"]
    first, last = item_ids(project)[0], item_ids(project)[-1]
    label(project, [last], "scratch")
    assert names(project, finish(scan(project, ["exact_copy"]))) == ["0.png"]
    label(project, [first], "good")
    findings = finish(scan(project, ["exact_copy"]))
    assert names(project, findings) == ["9.png"] and "labeled “good”" in findings[0].reason
    edit(project, "keep", "decision", {last: "keep"})
    assert names(project, finish(scan(project, ["exact_copy"]))) == ["0.png"]


def test_too_small_ones_by_the_side_that_the_project_sets(project, folder):
    for side in (1, 9, 20):
        Pillow.fromarray(NOISE[0, :side]).save(folder / f"side {side}.png")
    findings = scanned(project, folder, "too_small")
    assert names(project, findings) == ["side 1.png", "side 9.png"]
    assert findings[0].reason == "Only 40 × 1 pixels." and findings[0].score > findings[1].score
    check = check_named("too_small")
    set_settings(project, check, check.Settings(side=21))
    assert len(finish(scan(project, ["too_small"]))) == 3


def test_blank_ones_at_any_depth(project, folder):
    Pillow.new("L", (40, 40), 128).save(folder / "even.png")
    Pillow.new("RGB", (40, 40), (200, 30, 30)).save(folder / "even red.png")
    # A camera of 12 bits in files of 16: of their whole range even the good one has a contrast of 1.8% only.
    good = NOISE[0].astype(np.uint16) * 16
    tifffile.imwrite(folder / "good 12 bits.tif", good)
    tifffile.imwrite(folder / "even 12 bits.tif", 2000 + good // 400)
    findings = scanned(project, folder, "empty")
    assert set(names(project, findings)) == {"even.png", "even red.png", "even 12 bits.tif"}
    assert "Contrast 0.0 %" in findings[0].reason


def test_each_deep_image_is_measured_in_its_own_window_or_in_the_usual_range(project, folder):
    deep = NOISE.astype(np.uint16) * 16
    for number in range(5):
        tifffile.imwrite(folder / f"deep {number}.tif", deep[number])
    tifffile.imwrite(folder / "of another kind.tif", np.linspace(0, 65535, 1600).reshape(40, 40).astype(np.uint16))
    tifffile.imwrite(folder / "dose.tif", np.linspace(0, 1e6, 1600).reshape(40, 40).astype(np.float32))
    small = 20_000 + NOISE[5].astype(np.uint16) // 16  # next to nothing of the usual range, all of its own window
    (folder / "with a window.dcm").write_bytes(dicom_file(small, WindowCenter=20_008, WindowWidth=16))
    tifffile.imwrite(folder / "without one.tif", small)
    assert names(project, scanned(project, folder, "empty")) == ["without one.tif"]


def test_a_deep_image_that_is_alone_and_even_is_empty(project, tmp_path):
    tifffile.imwrite(tmp_path / "even.tif", np.full((40, 40), 2000, np.uint16))
    assert names(project, scanned(project, tmp_path / "even.tif", "empty")) == ["even.tif"]


def test_unreadable_files_are_findings_without_an_image(project, folder):
    (folder / "broken.png").write_bytes(b"")
    finding = scanned(project, folder)[0]
    assert (finding.check, finding.item, finding.file) == ("unreadable", None, str(folder / "broken.png"))
    assert apply(project, [finding]) is None


def test_missing_and_changed_files(project, folder):
    assert scanned(project, folder, "missing") == []
    (folder / "0.png").unlink()
    (folder / "1.png").write_bytes((folder / "2.png").read_bytes())
    os.utime(folder / "3.png", (time.time(), 1e9))
    findings = finish(scan(project, ["missing"]))
    assert [(name, finding.reason) for name, finding in zip(names(project, findings), findings, strict=True)] == [
        ("0.png", "The file is not there any more."),
        ("1.png", "The file has changed since it was imported."),
    ]


def test_what_is_found_is_set_aside_unless_kept(project, folder):
    for number in range(3):
        Pillow.new("L", (40, 40 + number), 9).save(folder / f"even {number}.png")
    findings = scanned(project, folder)
    edit(project, "keep", "decision", {findings[0].item: "keep"})
    assert apply(project, findings).count == 2
    expected = {"even 0.png": "keep", "even 1.png": "exclude", "even 2.png": "exclude"}
    assert {name: decision for name, decision in decisions(project).items() if decision} == expected
    undo(project)
    assert "exclude" not in decisions(project).values()
    redo(project)
    assert list(decisions(project).values()).count("exclude") == 2


def test_a_later_scan_replaces_what_was_found(project, folder):
    Pillow.new("L", (40, 40), 9).save(folder / "even.png")
    scanned(project, folder)
    rows = "SELECT check_name, item_id FROM finding"
    assert [row["check_name"] for row in project.db.execute(rows)] == ["empty"]
    empty = check_named("empty")
    set_settings(project, empty, empty.Settings(contrast=0))
    finish(scan(project, ["empty"]))
    assert project.db.execute(rows).fetchall() == []


def test_a_new_import_asks_for_a_new_scan(project, folder):
    scanned(project, folder)
    Pillow.new("L", (40, 40), 9).save(folder / "even.png")
    finish(import_sources(project, [folder]))
    assert not is_scanned(project)


def stale(project) -> set[str]:
    return {check.name for check in out_of_date(project)}


def test_only_checks_are_out_of_date_that_go_by_what_changed(project, folder):
    scanned(project, folder)
    assert stale(project) == set()
    first, second = item_ids(project)[:2]
    edit(project, "split", "split", {first: "test"})
    assert stale(project) == {"leakage"} and not is_scanned(project)
    finish(scan(project, ["leakage"]))
    assert is_scanned(project)
    label(project, [first], "a")
    about_labels = {"exact_copy", "near_copy", "label_conflict", "suspicious_label", "imbalance"}
    assert stale(project) == about_labels
    undo(project)
    finish(scan(project, about_labels - {"imbalance"}))
    assert stale(project) == {"imbalance"}
    finish(scan(project))
    edit(project, "keep", "decision", {second: "keep"})
    assert stale(project) == set()


def test_images_set_aside_may_solve_and_those_that_return_may_bring_findings(project, folder):
    scanned(project, folder)
    first = item_ids(project)[0]
    edit(project, "exclude", "decision", {first: "exclude"})
    assert "leakage" in stale(project) and "blurred" not in stale(project)
    assert is_scanned(project)
    undo(project)
    assert not is_scanned(project)


def test_a_check_is_out_of_date_with_its_settings_and_those_that_it_follows(project, folder):
    scanned(project, folder)
    near = check_named("near_copy")
    set_settings(project, near, near.Settings(likeness=30))
    assert stale(project) == {"near_copy", "relative", "leakage"}
    set_settings(project, near, near.Settings())
    assert stale(project) == set()


def test_what_ended_before_a_scan_was_canceled_is_kept(project, folder):
    Pillow.new("L", (40, 40), 9).save(folder / "even.png")
    finish(import_sources(project, [folder]))
    running = scan(project, ["empty", "missing", "exact_copy"])
    next(event for event in running if event.what == check_named("missing").title)
    running.close()
    assert [row["check_name"] for row in project.db.execute("SELECT check_name FROM finding")] == ["empty"]
    assert "empty" not in stale(project) and {"missing", "exact_copy"} <= stale(project)


def test_progress_names_the_checks_and_unknown_ones_are_said(project):
    events = list(scan(project))
    assert [event.what for event in events if isinstance(event, Progress)][:-1] == [check.title for check in CHECKS]
    with pytest.raises(UserError, match="unreadable, missing, exact_copy, near_copy"):
        finish(scan(project, ["ugly"]))


def test_looking_for_missing_files_can_be_canceled_between_any_two(project, tmp_path):
    for number in range(20):
        Pillow.new("L", (20, 20), number).save(tmp_path / f"{number}.png")
    finish(import_sources(project, [tmp_path]))
    title = check_named("missing").title
    events = [event for event in scan(project, ["missing"]) if isinstance(event, Progress) and event.what == title]
    assert [event.done for event in events if event.total == 20] == list(range(20))
    (tmp_path / "3.png").unlink()
    task = scan(project, ["missing"])
    for event in task:
        if isinstance(event, Progress) and (event.what, event.done) == (title, 5):
            break
    task.close()
    assert project.db.execute("SELECT count(*) FROM finding").fetchone()[0] == 0
    assert [finding.check for finding in finish(scan(project, ["missing"]))] == ["missing"]
