import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from models.families import FAMILIES
from resources.sample.draw import FOLDER
from studio.cli import main
from studio.commands import COMMANDS
from studio.project import Project
from studio.project.items import items
from studio.project.runs import Moment, find_run, runs
from studio.training.presets import PRESETS


@pytest.fixture
def seedbed(capsys):
    """Runs a command in this process: (exit code, standard output, standard error)."""

    def seedbed(*arguments):
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    return seedbed


@pytest.fixture
def result(seedbed):
    """The JSON that a command which must succeed prints."""

    def result(*arguments):
        code, out, err = seedbed(*arguments, "--json")
        assert code == 0, err
        return json.loads(out.splitlines()[-1])

    return result


@pytest.fixture
def sources(tmp_path) -> Path:
    """Thirty photos of two classes, and a text file that says it is one."""
    folder = tmp_path / "photos"
    for label, count in (("good", 20), ("pits", 10)):
        (folder / label).mkdir(parents=True)
        for photo in sorted((FOLDER / label).iterdir())[:count]:
            shutil.copy(photo, folder / label)
    (folder / "pits" / "letter.png").write_text("Dear Sir or Madam")
    return folder


@pytest.fixture
def filled(tmp_path, sources, result) -> Path:
    """A project with those photos."""
    path = tmp_path / "metal.seedbed"
    result("new", path)
    result("import", path, sources)
    return path


@pytest.fixture
def trained_path(trained_folder, tmp_path) -> Path:
    """A closed project with a finished run."""
    return Path(shutil.copytree(trained_folder, tmp_path / trained_folder.name))


def a_sentence(text):
    return text.count("\n") == 1 and text.strip().endswith((".", "”")) and "Traceback" not in text


def test_help_names_every_command(seedbed):
    code, out, _ = seedbed("--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_its_options(seedbed, command):
    code, out, _ = seedbed(command, "--help")
    assert code == 0
    assert "--json" in out


def test_small_commands_start_neither_torch_nor_qt(filled):
    program = (
        "import sys; from studio.cli import main; main(['info', sys.argv[1]]);"
        "print([name for name in ('torch', 'torchvision', 'PySide6', 'pyqtgraph') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program, filled], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_import_lists_what_it_rejects(tmp_path, sources, result):
    result("new", tmp_path / "metal")
    imported = result("import", tmp_path / "metal", sources)
    assert imported["imported"] == 30
    assert [Path(each["file"]).name for each in imported["rejected"]] == ["letter.png"]
    assert imported["rejected"][0]["reason"]


def test_import_tells_the_layout_before_anything_happens(tmp_path, sources, result, seedbed):
    result("new", tmp_path / "metal")
    code, out, _ = seedbed("import", tmp_path / "metal", sources, "--dry-run")
    assert code == 0
    assert out.splitlines()[:3] == ["A folder for each class: 31 images, 2 classes, 8 bits", "  good: 20", "  pits: 11"]
    told = result("import", tmp_path / "metal", sources, "--dry-run")
    assert (told["layout"], told["classes"], told["depths"]) == ("folders", {"good": 20, "pits": 11}, [8])
    assert Path(told["problems"][0]["where"]).name == "letter.png"
    assert result("info", tmp_path / "metal")["items"] == 0
    imported = result("import", tmp_path / "metal", sources, "--layout", "flat")
    assert (imported["layout"], imported["imported"], imported["classes"]) == ("flat", 30, {"": 31})


def test_import_again_and_relink(filled, sources, result):
    shutil.copy(FOLDER / "scratch" / "scratch-01.png", sources / "good")
    again = result("import", filled, "--again")
    assert (again["imported"], again["unchanged"], again["vanished"]) == (1, 30, [])
    moved = sources.rename(sources.with_name("moved"))
    assert len(result("import", filled, "--again")["vanished"]) == 31
    assert result("relink", filled, moved) == {"relinked": 31, "missing": []}
    assert result("import", filled, "--again")["unchanged"] == 31


def test_import_takes_archives_and_cuts(tmp_path, sources, result):
    result("new", tmp_path / "metal")
    archive = shutil.make_archive(str(tmp_path / "metal-photos"), "zip", sources)
    imported = result("import", tmp_path / "metal", archive, "--set", "cut=grid", "--set", "tile=32")
    assert imported["imported"] > 30 and imported["classes"] == {"good": 20, "pits": 11}


def test_info_counts(filled, result):
    info = result("info", filled)
    assert info["items"] == 30
    assert info["labels"] == {"good": 20, "pits": 10}
    assert info["runs"] == []
    assert info["disk"] > 0


def test_clean_finds_and_excludes_only_when_asked(filled, sources, result):
    shutil.copy(sources / "good" / "good-01.png", sources / "good" / "again.png")
    result("import", filled, sources)
    findings = result("clean", filled)["findings"]
    assert {finding["check"] for finding in findings} == {"exact_copy", "unreadable"}
    assert all(finding.keys() == {"item", "check", "score", "reason", "related"} for finding in findings)
    (copy,) = (finding for finding in findings if finding["check"] == "exact_copy")
    assert {copy["item"], *copy["related"]} == {str(sources / "good" / f"{name}.png") for name in ("again", "good-01")}
    assert result("info", filled)["excluded"] == 0
    assert result("clean", filled, "--check", "exact_copy", "--apply")["excluded"] == 1
    assert result("info", filled)["excluded"] == 1


def test_clean_finds_near_copies_and_says_how_many_may_be_false(filled, sources, result):
    with Image.open(sources / "good" / "good-01.png") as photo:
        photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(sources / "good" / "again.jpg", quality=60)
    result("import", filled, sources)
    found = result("clean", filled, "--check", "near_copy")
    (finding,) = (each for each in found["findings"] if "again.jpg" in each["item"] + each["reason"])
    assert "mirrored" in finding["reason"] and finding["related"]
    assert found["expected_false"].keys() == {"near_copy"} and found["seconds"] > 0


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


def test_split_holds_a_share_of_each_class_out(filled, result):
    made = result("split", filled, "--test", "0.3", "--validation", "0.1")
    assert {side: made[side] for side in ("train", "validation", "test")} == {"train": 18, "validation": 3, "test": 9}
    assert made["classes"]["good"] == {"train": 12, "validation": 2, "test": 6}


def test_split_tells_what_leaks_and_relatives_do_not(filled, tmp_path, seedbed, result):
    copies = tmp_path / "copies" / "good"
    copies.mkdir(parents=True)
    for photo in sorted((FOLDER / "good").iterdir())[:8]:
        with Image.open(photo) as image:
            image.save(copies / f"{photo.stem}.jpg", quality=90)
    result("import", filled, copies.parent)
    leaks = result("split", filled)["leaks"]
    assert leaks and {leak["kind"] for leak in leaks} == {"near_copy"}
    assert {Path(leak["first"]).stem == Path(leak["second"]).stem for leak in leaks} == {True}
    assert "--group relatives" in seedbed("split", filled)[1]
    assert result("split", filled, "--group", "relatives")["leaks"] == []


def test_split_keeps_files_in_a_row_together(filled, result):
    result("split", filled, "--test", "0.3", "--group", "order:5")
    with Project.open(filled) as project:
        sides = [item.split for item in sorted(items(project), key=lambda item: item.path)]
    assert all(len(set(sides[start : start + 5])) == 1 for start in range(0, 30, 5))


def test_a_split_that_a_run_stands_on_is_changed_only_with_the_users_word(filled, seedbed, result):
    result("train", filled, "--size", "16")
    assert result("split", filled)["test"] == 6
    code, _, err = seedbed("split", filled, "--seed", "1")
    assert code == 1 and "instant-1" in err
    assert result("split", filled, "--seed", "1", "--thaw")["test"] == 6


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


def test_train_lists_the_families_and_describes_their_settings(result):
    assert [family["name"] for family in result("train", "--list")["families"]] == list(FAMILIES)
    for family in FAMILIES:
        settings = {
            setting["name"]: setting for setting in result("train", "--family", family, "--describe")["settings"]
        }
        assert settings
        assert all(setting["description"] for setting in settings.values())
    assert settings["learning_rate"]["minimum"] < settings["learning_rate"]["maximum"]


def test_training_is_reported_and_goes_on_to_a_new_total(trained_path, result, seedbed):
    plan = ("--family", "mlp_gan", "--size", "32", "--set", "width=8", "--set", "batch=8")
    first = result("train", trained_path, *plan, "--steps", "6")
    assert first.keys() >= {"run", "steps", "images_seen", "seconds", "losses", "metrics"}
    assert (first["steps"], first["images_seen"]) == (6, 48)
    more = result("train", trained_path, "--resume", first["run"], "--steps", "9")
    assert (more["run"], more["steps"]) == (first["run"], 9)
    code, _, err = seedbed("train", trained_path, "--resume", first["run"], "--steps", "12", "--seed", "1")
    assert code == 2
    assert "resumed run keeps" in err
    code, _, err = seedbed("train", trained_path, "--family", "automatic", "--steps", "12")
    assert code == 2
    assert "takes --minutes" in err


def test_a_run_branches_from_another_and_presets_are_minutes_by_name(trained_path, result, seedbed, monkeypatch):
    monkeypatch.setitem(PRESETS, "look", PRESETS["look"]._replace(minutes=0.01))
    plan = ("--family", "mlp_gan", "--size", "32", "--set", "width=8", "--set", "batch=8", "--seed", "4")
    first = result("train", trained_path, *plan, "--steps", "3")
    branch = result("train", trained_path, "--branch", f"{first['run']}@1", "--set", "batch=4", "--preset", "look")
    with Project.open(trained_path) as project:
        run = find_run(project, branch["run"])
    assert run.parent == Moment(first["run"], 1)
    assert (run.plan.minutes, run.plan.seed) == (0.01, 4)
    assert run.plan.settings.items() >= {"width": 8, "batch": "4"}.items()
    code, _, err = seedbed("train", trained_path, "--branch", f"{first['run']}@77", "--steps", "1")
    assert code == 1 and "keeps no step 77. There are: 1, 3." in err
    code, _, err = seedbed("train", trained_path, "--branch", first["run"], "--family", "vae", "--steps", "1")
    assert code == 2 and "leave --family out" in err


def test_a_probe_only_says_what_to_expect(trained_path, result):
    found = result("train", trained_path, "--probe", "--family", "mlp_gan", "--size", "32", "--minutes", "0.1")
    assert found["outlook"]["pace"]["memory"] > 0
    assert [reading["name"] for reading in found["told"]] == ["images", "steps"]
    with Project.open(trained_path) as project:
        assert [run.name for run in runs(project)] == ["instant-1"]


def test_a_run_is_judged_sampled_and_exported(trained_path, tmp_path, result):
    evaluation = result("evaluate", trained_path, "--run", "instant-1")
    wanted = {"fid", "kid", "precision", "recall", "coverage", "ssim", "nearest", "floor", "extractor", "n"}
    assert evaluation.keys() >= wanted
    assert evaluation["floor"]["fid"] > 0

    samples = result("synthesize", trained_path, "--run", "instant-1", "-n", "7", "--class", "defective", "--seed", "3")
    assert samples["samples"] == 7
    assert len(list(Path(samples["dir"], "defective").glob("*.png"))) == 7

    exported = result("export", trained_path, tmp_path / "out", "--synthetic")
    assert exported["files"] == 7
    assert (tmp_path / "out" / "manifest.csv").exists()
    assert len(list((tmp_path / "out").rglob("*.png"))) == 7


@pytest.mark.parametrize(
    "arguments",
    [
        ("info", "nowhere"),
        ("import", "{project}", "nowhere"),
        ("import", "{project}", ".", "--layout", "sideways"),
        ("import", "{project}", ".", "--set", "cut=thin"),
        ("relink", "{project}", "nowhere"),
        ("clean", "{project}", "--check", "taste"),
        ("augment", "{project}", "--chain", "nonsense"),
        ("train", "{project}", "--family", "dcgan"),
        ("train", "{project}", "--set", "color=blue"),
        ("train", "{project}", "--size", "50"),
        ("evaluate", "{project}", "--run", "instant-9"),
        ("synthesize", "{project}", "--run", "instant-9", "-n", "1"),
        ("export", "{project}", "{project}"),
        ("export", "{project}", "out", "--format", "stone"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(filled, seedbed, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    code, out, err = seedbed(*(argument.format(project=filled) for argument in arguments))
    assert code == 1
    assert out == ""
    assert a_sentence("\n".join(line for line in err.splitlines() if not line.startswith("\r")) + "\n"), err


@pytest.mark.parametrize(
    "arguments",
    [
        ("export",),
        ("import", "p"),
        ("import", "p", "x", "--again"),
        ("label", "p"),
        ("augment", "p"),
        ("train",),
        ("train", "p", "--family", "nonsense"),
        ("train", "p", "--minutes", "0"),
        ("train", "p", "--minutes", "1", "--steps", "1"),
        ("train", "p", "--set", "width"),
        ("synthesize", "p", "--run", "r", "-n", "0"),
        ("no-such-command",),
    ],
)
def test_misuse_is_told_apart(seedbed, arguments):
    code, out, err = seedbed(*arguments)
    assert code == 2
    assert out == ""
    assert err


def test_ctrl_c_leaves_a_run_that_can_go_on(trained_path, result):
    command = [sys.executable, "-m", "studio", "train", str(trained_path), "--size", "32", "--family", "dcgan"]
    training = subprocess.Popen([*command, "--set", "width=8", "--minutes", "5"], stderr=subprocess.PIPE, text=True)
    try:
        checkpoints = trained_path / "runs" / "dcgan-1" / "checkpoints"
        while not any(checkpoints.glob("step-*.json")) and training.poll() is None:
            time.sleep(0.05)
        training.send_signal(signal.SIGINT)
        _, err = training.communicate(timeout=60)
    finally:
        training.kill()
    assert training.returncode == 1
    assert "Stopped." in err
    with Project.open(trained_path) as project:
        run = next(run for run in runs(project) if run.name == "dcgan-1")
    assert run.state == "paused"


def test_a_failure_is_an_object_too_where_json_is_asked_for(seedbed, tmp_path):
    code, out, err = seedbed("info", tmp_path / "none", "--json")
    assert code == 1
    assert json.loads(out) == {"error": err.strip()}


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", ""),
        ("split", "cells", "--seed", "-1"),
        ("synthesize", "cells", "--run", "vae-1", "-n", "1", "--seed", "99999999999"),
        ("train", "cells", "--minutes", "0"),
        ("train", "cells", "--set", "width"),
    ],
)
def test_values_that_no_command_could_use_are_misuse(seedbed, arguments):
    code, out, err = seedbed(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_a_console_of_few_letters_shows_names_as_well_as_it_can(tmp_path):
    Project.create(tmp_path / "太阳能电池").close()
    command = [sys.executable, "-m", "studio", "info", tmp_path / "太阳能电池"]
    latin = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    assert subprocess.run(command, capture_output=True, env=latin, check=True).stdout.startswith(b"?????")
    as_json = subprocess.run([*command, "--json"], capture_output=True, env=latin, check=True).stdout
    assert json.loads(as_json)["project"] == "太阳能电池"
