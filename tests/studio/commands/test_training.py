"""`seedbed train`, and what is done with a run."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from models.families import FAMILIES
from studio.project import Project
from studio.project.runs import Moment, find_run, runs
from studio.training.presets import PRESETS


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
