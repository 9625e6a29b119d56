"""`seedbed label`: tables, suggestions, second readers, masks."""

from pathlib import Path

from PIL import Image

from resources.sample.draw import FOLDER
from studio.project import Project


def test_labels_come_from_a_table(filled, tmp_path, result):
    table = tmp_path / "labels.csv"
    table.write_text("file,label\ngood-01.png,scratch\nnowhere.png,pits\n")
    labeled = result("label", filled, "--from", table)
    assert labeled["labeled"] == 1
    assert labeled["unmatched"] == ["nowhere.png"]
    assert result("info", filled)["labels"] == {"good": 19, "pits": 10, "scratch": 1}


def test_a_suggested_table_can_be_read_back(filled, tmp_path, seedbed, result):
    with Project.open(filled) as project, project.writing() as db:
        db.execute("UPDATE item SET class_id = NULL WHERE path LIKE '%good-02.png' OR path LIKE '%pits-02.png'")
    code, out, _ = seedbed("label", filled, "--suggest")
    assert code == 0
    (tmp_path / "suggested.csv").write_text(out)
    assert result("label", filled, "--from", tmp_path / "suggested.csv")["labeled"] == 2


def test_labels_and_readings_go_out_and_in(filled, tmp_path, seedbed, result):
    table = tmp_path / "labels.csv"
    assert result("label", filled, "--to", table)["images"] == 30
    table.write_text(table.read_text(encoding="utf-8-sig").replace("good-02.png,good", "good-02.png,pits"), "utf-8")
    assert result("label", filled, "--from", table, "--second")["labeled"] == 30
    found = result("label", filled, "--agreement")
    assert (found["n"], round(found["kappa"], 2)) == (30, 0.93)
    assert [(Path(each["item"]).name, each["first"], each["second"]) for each in found["disagreements"]] == [
        ("good-02.png", "good", "pits")
    ]
    assert "good-02.png: good / pits" in seedbed("label", filled, "--agreement")[1]


def test_masks_go_out_and_in(filled, tmp_path, result):
    (tmp_path / "masks" / "dent").mkdir(parents=True)
    with Image.open(FOLDER / "good" / "good-02.png") as photo:
        Image.new("L", photo.size, 255).save(tmp_path / "masks" / "dent" / "good-02_mask.png")
    assert result("label", filled, "--masks-in", tmp_path / "masks") == {"marked": 1, "unmatched": []}
    assert result("label", filled, "--masks-out", tmp_path / "out")["files"] == 1
    assert [path.parent.name for path in (tmp_path / "out").rglob("*.png")] == ["dent"]
