"""Copies planted among photos of parts that look alike are found, the photos themselves hardly; thresholds fit."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageFilter

from models.events import Progress, finish
from studio.cleaning import apply, check_named, expected_false, scan, set_settings
from studio.cleaning.crops import crops
from studio.cleaning.groups import copy_groups, stay_instead
from studio.cleaning.hash_index import HashIndex
from studio.cleaning.likeness import alike
from studio.cleaning.pair_records import CROPPED
from studio.cleaning.usual import learn
from studio.cleaning.view import TURNS
from studio.cleaning.windows import WHOLE, window
from studio.importing import import_sources
from studio.labeling import label
from studio.project.edits import edit, undo
from studio.project.items import class_counts, count, item, item_ids
from tests.studio.conftest import PHOTOS

MANY = 120


@pytest.fixture
def folder(tmp_path):
    """Photos of solar cells spread over the whole set."""
    folder = tmp_path / "cells"
    folder.mkdir()
    files = sorted((PHOTOS / "images").glob("*.png"))
    for file in files[:: len(files) // MANY][:MANY]:
        (folder / file.name).symlink_to(file)
    return folder


def photos(folder) -> list:
    return sorted(folder.glob("cell*.png"))


def scanned(project, folder, *checks):
    finish(import_sources(project, [folder]))
    return finish(scan(project, checks))


def names(project, findings) -> list[str]:
    return [item(project, finding.item).path.name for finding in findings]


def id_of(project, name: str) -> int:
    return next(each for each in item_ids(project) if item(project, each).path.name == name)


def jpeg(picture, quality):
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Pillow.open(file)


CHANGES = {
    "jpeg": lambda picture: jpeg(picture, 30),
    "half": lambda picture: picture.resize((150, 150)),
    "double": lambda picture: picture.resize((600, 600)),
    "darker": lambda picture: picture.point([round(0.7 * value) for value in range(256)]),
    "gamma": lambda picture: picture.point([round(255 * (value / 255) ** 0.7) for value in range(256)]),
    "noise": lambda picture: Pillow.fromarray(
        (np.asarray(picture) + np.random.default_rng(0).normal(0, 8, (300, 300))).clip(0, 255).astype(np.uint8)
    ),
}


def test_changed_and_turned_copies_are_found_and_little_else(project, folder):
    sources = photos(folder)[:: MANY // 24][:24]
    for number, file in enumerate(sources):
        change = list(CHANGES.values())[number % len(CHANGES)]
        turned = TURNS[number % len(TURNS)](np.asarray(change(Pillow.open(file).convert("L"))))
        Pillow.fromarray(np.ascontiguousarray(turned)).save(folder / f"copy of {file.name}")
    findings = scanned(project, folder, "near_copy")
    pairs = {frozenset((item(project, f.item).path.name, item(project, f.related[0]).path.name)) for f in findings}
    planted = {frozenset((file.name, f"copy of {file.name}")) for file in sources}
    assert len(planted & pairs) >= 0.95 * len(planted)
    assert len(pairs - planted) <= 2  # sister cells
    assert 0 <= expected_false(project, findings)["near_copy"] <= 0.2


def cropped(picture, left, top, right, bottom):
    """Without these shares at its sides."""
    width, height = picture.size
    return picture.crop(
        (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    )


CROPS = {
    "middle": lambda picture: cropped(picture, 0.025, 0.025, 0.025, 0.025),
    "corner": lambda picture: cropped(picture, 0.05, 0, 0, 0.05),
    "across": lambda picture: cropped(picture, 0.05, 0.01, 0.03, 0),
    "resized": lambda picture: cropped(picture, 0.05, 0.05, 0.05, 0.05).resize((300, 300)),
    "darker": lambda picture: cropped(picture, 0, 0.02, 0.04, 0.04).point([round(0.8 * v) for v in range(256)]),
}


def test_crops_are_found_and_little_else(project, folder):
    sources = photos(folder)[:: MANY // 20][:20]
    for number, file in enumerate(sources):
        change = list(CROPS.values())[number % len(CROPS)]
        change(Pillow.open(file).convert("L")).save(folder / f"crop of {file.name}")
    findings = scanned(project, folder, "near_copy")
    pairs = {frozenset((item(project, f.item).path.name, item(project, f.related[0]).path.name)) for f in findings}
    planted = {frozenset((file.name, f"crop of {file.name}")) for file in sources}
    assert len(planted & pairs) >= 0.8 * len(planted)
    assert len(pairs - planted) <= 2  # sister cells
    assert [f.reason for f in findings if "but for the margins (" in f.reason]
    smaller = [name for name in names(project, findings) if name.startswith("crop of")]
    assert len(smaller) >= 0.6 * len(planted)  # of others, it was resized


def test_a_crop_that_comes_later_is_found_whichever_is_the_new_one(project, folder, tmp_path):
    whole, later = photos(folder)[10], photos(folder)[50]
    CROPS["corner"](Pillow.open(later)).save(folder / "part.png")
    later.rename(tmp_path / "later.png")
    scanned(project, folder, "near_copy")
    CROPS["middle"](Pillow.open(whole)).save(tmp_path / "new part.png")
    finish(import_sources(project, sorted(tmp_path.glob("*.png"))))
    found = {
        (item(project, f.item).path.name, item(project, f.related[0]).path.name)
        for f in finish(scan(project, ["near_copy"]))
    }
    assert {("new part.png", whole.name), ("part.png", "later.png")} <= found


def test_the_largest_stays_and_the_reason_tells_the_turn(project, folder):
    first, second = photos(folder)[10], photos(folder)[50]
    Pillow.open(first).resize((500, 500)).save(folder / "large.png")
    Pillow.open(second).transpose(Pillow.Transpose.ROTATE_90).save(folder / "second, turned.png")
    findings = {
        name: finding for finding in scanned(project, folder, "near_copy") for name in names(project, [finding])
    }
    assert item(project, findings[first.name].related[0]).path.name == "large.png"
    assert findings[first.name].reason.startswith("Like large.png (")
    assert findings["second, turned.png"].reason.startswith(f"Like {second.name}, mirrored or turned (")
    edit(project, "keep", "decision", {id_of(project, "second, turned.png"): "keep"})
    assert second.name in names(project, finish(scan(project, ["near_copy"])))


def test_of_equal_size_the_least_compressed_stays(project, folder):
    source = photos(folder)[20]
    Pillow.open(source).save(folder / "a.jpg", quality=30)
    findings = scanned(project, folder, "near_copy")
    assert "a.jpg" in names(project, findings) and source.name not in names(project, findings)


def test_of_a_chain_of_copies_one_stays_and_all_is_undone(project, folder):
    source = photos(folder)[30]
    for quality in (40, 60, 80):
        Pillow.open(source).save(folder / f"quality {quality}.jpg", quality=quality)
    findings = scanned(project, folder, "near_copy")
    group = {name for name in names(project, findings) if name.startswith("quality") or name == source.name}
    assert len(group) == 3
    apply(project, findings)
    assert count(project, "decision = 'exclude'") == len(findings)
    undo(project)
    assert count(project, "decision = 'exclude'") == 0


def test_of_a_group_another_copy_can_stay_and_does_in_the_next_scan(project, folder):
    source = photos(folder)[30]
    for quality in (40, 80):
        Pillow.open(source).save(folder / f"quality {quality}.jpg", quality=quality)
    findings = scanned(project, folder, "near_copy")
    low, best = id_of(project, "quality 40.jpg"), id_of(project, source.name)
    assert set(copy_groups(findings)[best]) == {low, id_of(project, "quality 80.jpg")}
    stay_instead(project, low, best)
    assert set(copy_groups(finish(scan(project, ["near_copy"])))[low]) == {best, id_of(project, "quality 80.jpg")}
    undo(project)
    assert best in copy_groups(finish(scan(project, ["near_copy"])))


def test_pages_of_one_file_are_no_copies_of_each_other(project, folder):
    photo = photos(folder)[3]
    page = Pillow.open(photo)
    brighter = page.point(lambda value: min(255, value + 4))
    page.save(folder / "stack.tif", save_all=True, append_images=[brighter])
    photo.unlink()
    assert "stack.tif" not in names(project, scanned(project, folder, "near_copy"))
    page.point(lambda value: min(255, value + 9)).save(folder / "apart.tif")
    found = names(project, scanned(project, folder, "near_copy"))
    assert found.count("apart.tif") + found.count("stack.tif") >= 1


def test_a_threshold_changes_the_findings_without_another_comparison(project, folder):
    Pillow.open(photos(folder)[10]).save(folder / "the same again.jpg", quality=30)
    assert "the same again.jpg" in names(project, scanned(project, folder, "near_copy"))
    check = check_named("near_copy")
    set_settings(project, check, check.Settings(likeness=95))
    events = []
    findings = finish(scan(project, ["near_copy"]), events.append)
    assert len(findings) <= 1
    assert {event.what for event in events if isinstance(event, Progress)} <= {check.title, ""}


def test_copies_with_other_labels_are_both_found_and_left_to_the_user(project, folder):
    same, changed = photos(folder)[10], photos(folder)[50]
    (folder / "same.png").write_bytes(same.read_bytes())
    Pillow.open(changed).save(folder / "changed.jpg", quality=70)
    finish(import_sources(project, [folder]))
    label(project, item_ids(project), "good")
    assert finish(scan(project, ["label_conflict"])) == []
    label(project, [id_of(project, "same.png"), id_of(project, "changed.jpg")], "bad")
    findings = finish(scan(project, ["label_conflict"]))
    assert set(names(project, findings)) == {same.name, "same.png", changed.name, "changed.jpg"}
    reasons = {name: finding.reason for finding in findings for name in names(project, [finding])}
    assert reasons["same.png"] == f"Labeled “bad”, but {same.name} shows the same and is labeled “good”."
    assert apply(project, findings) is None
    edit(project, "exclude", "decision", {id_of(project, "same.png"): "exclude"})
    assert set(names(project, finish(scan(project, ["label_conflict"])))) == {changed.name, "changed.jpg"}
    assert class_counts(project)["bad"] == 1


def test_blurred_dark_and_bright_ones_stand_out(project, folder):
    for number, file in enumerate(photos(folder)[5:105:20]):
        picture = Pillow.open(file).convert("L")
        picture.filter(ImageFilter.GaussianBlur(3)).save(folder / f"blurred {number}.png")
        picture.point([value // 12 for value in range(256)]).save(folder / f"dark {number}.png")
        picture.point([235 + value // 13 for value in range(256)]).save(folder / f"bright {number}.png")
    finish(import_sources(project, [folder]))
    for check in ("blurred", "dark", "bright"):
        found = names(project, finish(scan(project, [check])))
        planted = [name for name in found if name.startswith(check)]
        assert len(planted) >= 4, found
        assert len([name for name in found if name.startswith("cell")]) <= 6, found


def test_a_canceled_scan_goes_on_where_it_was(project, folder):
    finish(import_sources(project, [folder]))
    task = scan(project)
    next(event for event in task if event.what.startswith("Comparing"))
    task.close()
    assert project.db.execute("SELECT count(*) FROM small").fetchone()[0] == MANY
    assert project.db.execute("SELECT count(*) FROM likeness").fetchone()[0] == 0
    Pillow.open(photos(folder)[10]).save(folder / "the same again.jpg", quality=60)
    assert "the same again.jpg" in names(project, scanned(project, folder, "near_copy"))


def test_the_index_finds_what_comparing_all_with_all_finds():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((6000, 128)).astype(np.float32)
    vectors[4000:] = vectors[:2000] + 0.3 * rng.standard_normal((2000, 128))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = HashIndex(vectors, rng)
    for _ in index.fill():
        pass
    first, query, value = index.near(vectors[3000:], 0.9, np.arange(3000, 6000))
    second = query + 3000
    correlations = np.triu(vectors @ vectors.T, 1)
    expected = np.argwhere(correlations >= 0.9)
    found = set(zip(first.tolist(), second.tolist(), strict=True))
    assert found <= {(row[0], row[1]) for row in expected.tolist()}
    assert len(found) >= 0.98 * len(expected) > 1900
    assert np.allclose(value, correlations[first, second], atol=1e-5)


def test_new_pictures_are_compared_with_all_and_nothing_else_is():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (300, 32, 32), dtype=np.uint8)
    pictures[10], pictures[290] = pictures[20], pictures[30, :, ::-1]
    usual = finish(learn(pictures))
    every = finish(alike(pictures, usual))
    new = finish(alike(pictures, usual, since=200))
    assert {(pair["first"], pair["second"]) for pair in every} == {(10, 20), (30, 290)}
    assert new.tolist() == every[every["second"] >= 200].tolist()


def test_a_later_import_is_compared_with_what_is_there(project, folder, tmp_path):
    finish(import_sources(project, [folder]))
    finish(scan(project, ["near_copy"]))
    before = set(map(tuple, project.db.execute("SELECT * FROM likeness")))
    later = tmp_path / "later"
    later.mkdir()
    Pillow.open(photos(folder)[10]).save(later / "the same again.jpg", quality=60)
    assert "the same again.jpg" in names(project, scanned(project, later, "near_copy"))
    assert before < set(map(tuple, project.db.execute("SELECT * FROM likeness")))


def test_windows_are_found_wherever_they_were_cut_and_few_pictures_suffice():
    thumbnails, pictures = blobs()
    cuts = [(0.03, 0.03, 0.02, 0.02), (0.05, 0, 0.03, 0.02), (0.05, 0.05, 0.05, 0.05), (0, 0.05, 0.05, 0)]
    parts = [
        window(whole, (left, 1 - right, top, 1 - bottom))
        for whole, (left, right, top, bottom) in zip(thumbnails, cuts, strict=False)
    ]
    every = np.concatenate([pictures, parts])
    pairs = finish(crops(every, finish(learn(every)), lambda place: [*thumbnails, *thumbnails[:4]][place]))
    assert {(pair["first"], pair["second"], pair["turn"]) for pair in pairs} == {
        (place, 20 + place, CROPPED) for place in range(4)
    }
    assert all(pair["value"] > 0.97 for pair in pairs)


def blobs() -> tuple[list, np.ndarray]:
    """20 thumbnails of blurred noise, and their small pictures."""
    noise = np.random.default_rng(0).integers(0, 256, (20, 8, 8), dtype=np.uint8)
    thumbnails = [Pillow.fromarray(each).resize((160, 160), Pillow.Resampling.BICUBIC) for each in noise]
    return thumbnails, np.stack([window(each, WHOLE) for each in thumbnails])


@pytest.mark.parametrize("n", (0, 1, 2))
def test_few_or_even_pictures_have_no_pairs(n):
    assert finish(learn(np.full((n, 32, 32), 80, np.uint8))) is None
