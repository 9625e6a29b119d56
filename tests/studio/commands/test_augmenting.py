"""`seedbed augment` and `seedbed prepare`."""

from collections import Counter
from pathlib import Path

from PIL import Image


def test_augment_keeps_the_chain_draws_a_preview_and_writes_variants(filled, tmp_path, result):
    preview = tmp_path / "preview.png"
    made = result("augment", filled, "--chain", "gentle", "--preview", preview, "--materialize", "2")
    assert [step["operation"] for step in made["chain"]["steps"]] == ["rotate", "translate", "scale"]
    with Image.open(preview) as image:
        assert image.width > 400
    assert made["files"] == 60
    assert len(list(Path(made["dir"]).rglob("*.png"))) == 60
    again = result("augment", filled, "--materialize", "1")
    assert again["dir"] != made["dir"]
    assert again["chain"] == made["chain"]


def test_prepare(seedbed, result, filled):
    wanted = ("brightness=one for all", "window=20..200", "invert=true")
    made = result("prepare", filled, *(word for pair in wanted for word in ("--set", pair)))
    assert made["window"] == [20, 200] and made["invert"] and made["fit"] == "pad"
    assert result("prepare", filled)["brightness"] == "one for all"
    assert "window           20..200" in seedbed("prepare", filled)[1]
    assert result("prepare", filled, "--reset")["brightness"] == "as the files say"
    assert seedbed("prepare", filled, "--set", "fit=wide")[0] == 1
    assert {field["name"] for field in result("prepare", filled, "--describe")["settings"]} == made.keys()


def test_augment_takes_own_chains_and_balances_classes(filled, result, seedbed):
    from studio.augmenting import PRESETS
    from studio.augmenting.own_presets import save_preset

    save_preset("Line 3", PRESETS["Gentle"])
    made = result("augment", filled, "--chain", "line 3", "--materialize", "1", "--balance")
    assert [step["operation"] for step in made["chain"]["steps"]] == ["rotate", "translate", "scale"]
    classes = Counter(path.parent.name for path in Path(made["dir"]).rglob("*.png"))
    assert len(classes) > 1 and len(set(classes.values())) == 1
    assert "go with --materialize" in seedbed("augment", filled, "--chain", "Gentle", "--balance")[2]


def test_augment_makes_variants_part_of_what_is_learned(filled, result):
    made = result("augment", filled, "--chain", "Gentle", "--materialize", "2", "--for-training")
    lines = (Path(made["dir"]) / "variants.jsonl").read_text().splitlines()
    assert len(lines) == 2 * 24 and len(made["version"]) == 12
    assert result("train", filled, "--steps", "1", "--family", "vae")["version"] == made["version"]
