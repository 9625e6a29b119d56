import csv
import json
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from models.events import finish
from studio.augmenting import PRESETS, Chain, Step, set_project_chain
from studio.augmenting.materialize import LOG, materialize
from studio.augmenting.operations import CenterCrop, DefectPaste, FlipHorizontal, Rotate
from studio.augmenting.variants import variant_counts
from studio.errors import UserError
from studio.labeling import split
from studio.project import Project
from studio.project.items import items
from studio.project.regions import Region, set_regions

FLIP = Chain((Step(FlipHorizontal(probability=1)),))


def manifest(folder):
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def provenance(folder):
    return [json.loads(line) for line in (folder / LOG).read_text().splitlines()]


def pixels(path):
    return np.asarray(Image.open(path))


def test_variants_of_training_images_with_what_makes_them_again(project, ten_images, tmp_path):
    split(project, 0.2)
    set_project_chain(project, PRESETS["Gentle"])
    result = finish(materialize(project, tmp_path / "out", 3, seed=5))
    assert result.files == 24
    rows = manifest(result.dir)
    assert {row["split"] for row in rows} == {"train"}
    row = rows[4]
    source = next(item for item in items(project) if item.sha256 == row["source_sha256"])
    chain = Chain.load(result.dir / "chain.json")
    np.testing.assert_array_equal(chain(pixels(source.path), int(row["seed"])), pixels(result.dir / row["file"]))
    assert len({pixels(result.dir / row["file"]).tobytes() for row in rows[:3]}) == 3


def test_each_variant_says_where_it_is_from_and_what_was_drawn(project, ten_images, tmp_path):
    chain = Chain((Step(Rotate(angle=(-9, 9))), Step(FlipHorizontal(probability=0))))
    finish(materialize(project, tmp_path / "out", 2, chain=chain))
    lines = provenance(tmp_path / "out")
    assert [line["source"] for line in lines] == [item_id for item_id in ten_images for _ in range(2)]
    assert [line["row"]["file"] for line in lines] == [row["file"] for row in manifest(tmp_path / "out")]
    for line in lines:
        (step,) = line["steps"]
        assert (step["place"], step["title"]) == ([0], "Rotate")
        assert -9 <= step["values"]["angle"] <= 9


def test_balanced_classes_get_as_many_variants():
    labels = ["a"] * 5 + ["b"] * 2
    assert variant_counts(labels, 3, balance=False) == [3] * 7
    counts = variant_counts(labels, 3, balance=True)
    assert counts == [3, 3, 3, 3, 3, 8, 7]


def test_masks_stay_in_step(project, add_image, tmp_path):
    image = np.zeros((20, 30), np.uint8)
    image[3:9, 4:12] = 200
    item_id = add_image("part.png", image, label="scratch")
    set_regions(project, {item_id: [Region(4, 3, 8, 6)]})
    finish(materialize(project, tmp_path / "out", 1, chain=FLIP))
    (line,) = provenance(tmp_path / "out")
    made, mask = pixels(tmp_path / "out" / line["row"]["file"]), pixels(tmp_path / "out" / line["row"]["mask"])
    np.testing.assert_array_equal(mask > 0, made > 0)
    np.testing.assert_array_equal(made, image[:, ::-1])
    (row,) = manifest(tmp_path / "out")
    assert row["mask"] == "masks/train/scratch/real-000001-00_mask.png"
    assert json.loads(row["boxes"]) == [["scratch", 18, 3, 8, 6]]


def test_pasted_defects_are_marked_by_mask_and_box_and_good_parts_become_bad(project, add_image, tmp_path):
    image = np.full((64, 64), 90, np.uint8)
    add_image("good.png", image, label="good")
    image[30:40, 20:36] = 220
    marked = add_image("bad.png", image, label="scratched")
    set_regions(project, {marked: [Region(20, 30, 16, 10, "scratch")]})
    finish(materialize(project, tmp_path / "out", 3, chain=Chain((Step(DefectPaste(scale=(1, 1))),))))
    rows = manifest(tmp_path / "out")
    assert {row["class"] for row in rows} == {"scratched"}
    assert all(row["file"].startswith("train/scratched/") for row in rows)
    for row in rows[:3]:
        made, mask = (pixels(tmp_path / "out" / file) for file in (row["file"], row["mask"]))
        assert mask.any()
        assert made[mask > 0].mean() > made[mask == 0].mean() + 40
        ((name, left, top, width, height),) = json.loads(row["boxes"])
        y, x = np.nonzero(mask)
        assert (name, left, top, left + width, top + height) == ("scratch", x.min(), y.min(), x.max() + 1, y.max() + 1)
    assert all(len(json.loads(row["boxes"])) == 2 for row in rows[3:])


def test_a_killed_process_is_gone_on_with(project, ten_images, tmp_path):
    code = (
        "import sys, os, signal; from pathlib import Path; from studio.project import Project\n"
        "from studio.augmenting import Chain; from studio.augmenting.materialize import materialize\n"
        "with Project.open(Path(sys.argv[1])) as project:\n"
        "    for event in materialize(project, Path(sys.argv[2]), 2, chain=Chain.load(Path(sys.argv[3]))):\n"
        "        if event.done >= 8: os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    FLIP.save(tmp_path / "flip.json")
    project.close()
    out, partial = tmp_path / "out", tmp_path / ".out.seedbed-partial" / "content"
    subprocess.run(
        [sys.executable, "-c", code, str(project.folder), str(out), str(tmp_path / "flip.json")], check=False
    )
    assert not out.exists()
    finished = (partial / LOG).read_bytes()
    lines = finished.count(b"\n")
    assert 2 <= lines <= 10
    (partial / LOG).write_bytes(finished + b'{"row": {"file": "tor')  # a line that was being written
    stamps = {file.name: file.stat().st_mtime_ns for file in partial.rglob("*-0[01].png")}
    with Project.open(project.folder) as again:
        result = finish(materialize(again, out, 2, chain=FLIP))
    assert result.files == 20 == len(manifest(out)) == len(provenance(out))
    whole = [line["row"]["file"].rsplit("/", 1)[1] for line in provenance(out)[:lines]]
    made = {file.name: file.stat().st_mtime_ns for file in out.rglob("*.png")}
    assert all(made[name] == stamps[name] for name in whole)


def test_other_wishes_begin_anew(project, ten_images, tmp_path):
    task = materialize(project, tmp_path / "out", 1, chain=FLIP)
    partial = tmp_path / ".out.seedbed-partial"
    next(task), next(task)
    (tmp_path / "saved").mkdir()
    content = partial / "content"
    kept = (content / LOG).read_bytes()
    task.close()
    assert kept.count(b"\n") == 1
    content.mkdir(parents=True)
    (content / LOG).write_bytes(kept)
    (partial / "plan").write_text("another")
    finish(materialize(project, tmp_path / "out", 1, seed=1, chain=FLIP))
    assert len(provenance(tmp_path / "out")) == 10


def test_canceled_it_leaves_nothing_and_stops_at_once(project, add_image, tmp_path):
    for number in range(3):
        add_image(f"{number}.png", np.random.default_rng(number).integers(0, 256, (200, 200), dtype=np.uint8))
    task = materialize(project, tmp_path / "out", 2000, chain=Chain((Step(CenterCrop(kept=(50, 90))),)))
    next(task)
    time.sleep(0.05)  # the first source is at work, 2,000 variants of it
    begun = time.monotonic()
    task.close()
    assert time.monotonic() - begun < 1
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_without_training_images_nothing_is_written(project, tmp_path):
    with pytest.raises(UserError, match="no training images"):
        finish(materialize(project, tmp_path / "out", 2))
    assert not (tmp_path / "out").exists()
