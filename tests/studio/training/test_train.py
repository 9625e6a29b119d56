"""Training on a project: what is kept, what can go on, and what is refused before anything is written."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from safetensors.torch import load_file

from models import checkpoint
from models.errors import TrainingError
from models.events import LossPoint, MetricPoint, Notice, Progress, SampleSheet, finish
from models.run_config import read_config
from models.run_log import read_log
from models.settings import SettingsError
from studio.errors import UserError
from studio.project import Project
from studio.project.edits import edit, undo
from studio.project.items import items
from studio.project.runs import find_run, run_folder, runs
from studio.synthesizing.synthesize import synthesize
from studio.training.lines import Lines, read_lines
from studio.training.train import RunStarted, train

SMALL = {"width": 8, "batch": 8}


def weights(project: Project, run: str) -> dict:
    newest = checkpoint.latest(run_folder(project, run) / "checkpoints")
    assert newest is not None
    return load_file(newest)


def same(first: dict, second: dict) -> bool:
    return first.keys() == second.keys() and all((first[key] == second[key]).all() for key in first)


def test_instant_learns_at_once_and_says_how_good_it_is(cells):
    events: list = []
    result = finish(train(cells, "instant", size=32), events.append)
    assert (result.run, result.state, result.steps) == ("instant-1", "done", 1)
    assert {"fid", "kid", "coverage", "nearest"} <= result.metrics.keys()
    kinds = [type(event) for event in events]
    assert kinds.index(RunStarted) < kinds.index(Lines) < kinds.index(SampleSheet) < kinds.index(MetricPoint)
    assert Notice("12 of 60 images were held out, to judge by; change it in Label.") in events
    assert undo(cells).kind == "split"
    run = find_run(cells, "instant-1")
    assert run.result == msgspec.to_builtins(result)
    assert read_lines(run_folder(cells, "instant-1")) == result.lines


def test_another_family_is_measured_against_instant(trained):
    events: list = []
    result = finish(train(trained, "dcgan", size=32, steps=4, settings=SMALL), events.append)
    assert [event.run for event in events if isinstance(event, RunStarted)] == ["dcgan-1"]
    assert result.lines.instant == find_run(trained, "instant-1").result["metrics"]
    assert result.steps == 4 and result.images_seen == 32 and result.losses.keys() >= {"generator", "discriminator"}


def test_instant_goes_first_where_it_has_not_been(cells):
    events: list = []
    finish(train(cells, "vae", size=16, steps=2, settings=SMALL), events.append)
    assert [event.run for event in events if isinstance(event, RunStarted)] == ["instant-1", "vae-1"]
    assert [run.state for run in runs(cells)] == ["done", "done"]


def test_a_stopped_run_goes_on_to_the_same_end(trained):
    options = {"size": 32, "settings": SMALL, "seed": 3}
    straight = finish(train(trained, "dcgan", steps=12, **options))
    stopped = train(trained, "dcgan", steps=12, **options)
    for event in stopped:
        if isinstance(event, Progress) and event.what == "Training":
            break
    stopped.close()
    run = find_run(trained, "dcgan-2")
    assert run.state == "paused" and run.result is None
    resumed = finish(train(trained, resume="dcgan-2"))
    assert (resumed.run, resumed.state, resumed.steps) == ("dcgan-2", "done", 12)
    assert same(weights(trained, straight.run), weights(trained, resumed.run))


def test_totals_can_be_raised_when_a_run_goes_on(trained):
    finish(train(trained, "mlp_gan", size=32, steps=3, settings=SMALL))
    assert finish(train(trained, resume="mlp_gan-1", steps=5)).steps == 5
    assert find_run(trained, "mlp_gan-1").plan.steps == 5


def test_stopping_before_the_first_checkpoint_leaves_no_run(cells):
    task = train(cells, "instant", size=32)
    for event in task:
        if isinstance(event, RunStarted):
            break
    task.close()
    assert runs(cells) == []
    assert not (cells.folder / "runs" / "instant-1").exists()


def test_a_killed_run_goes_on_to_the_same_end(trained_folder, tmp_path):
    """kill -9 in the middle; the project opens, the run is paused and ends as if nothing had happened."""
    folder = tmp_path / trained_folder.name
    shutil.copytree(trained_folder, folder)
    script = (
        "import sys; from pathlib import Path; from models.events import LossPoint;"
        "from studio.project import Project; from studio.training.train import train\n"
        "project = Project.open(Path(sys.argv[1]))\n"
        f"for event in train(project, 'dcgan', size=32, steps=100_000, settings={SMALL!r}, seed=5):\n"
        "    if isinstance(event, LossPoint): print(event.step, flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, folder], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= 20 and len(checkpoint.checkpoints(folder / "runs" / "dcgan-1" / "checkpoints")) >= 2:
            break
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with Project.open(folder) as project:
        assert find_run(project, "dcgan-1").state == "paused"
        reached = checkpoint.read_facts(checkpoint.latest(run_folder(project, "dcgan-1") / "checkpoints")).step
        total = reached + 5
        resumed = finish(train(project, resume="dcgan-1", steps=total))
        straight = finish(train(project, "dcgan", size=32, steps=total, settings=SMALL, seed=5))
        assert (resumed.steps, straight.steps) == (total, total)
        assert same(weights(project, "dcgan-1"), weights(project, "dcgan-2"))


def test_the_curves_of_a_run_are_kept(trained):
    events: list = []
    finish(train(trained, "vae", size=32, steps=6, settings=SMALL), events.append)
    log = read_log(run_folder(trained, "vae-1"))
    assert log.losses == [event for event in events if isinstance(event, LossPoint)]
    assert log.metrics == [event for event in events if isinstance(event, MetricPoint)]
    assert [run_folder(trained, "vae-1") / sheet.file for sheet in log.sheets] == [
        event.path for event in events if isinstance(event, SampleSheet)
    ]


def test_images_without_a_label_are_said_to_make_one_kind(cells):
    edit(cells, "label", "class_id", {next(items(cells)).id: None})
    events: list = []
    finish(train(cells, "instant", size=16), events.append)
    assert any(isinstance(event, Notice) and event.text.startswith("1 training image has no label") for event in events)


def test_a_family_that_can_learns_from_unlabeled_images_too(trained):
    edit(trained, "label", "class_id", {item.id: None for item in list(items(trained))[:20]})
    events: list = []
    finish(train(trained, "sgan", size=32, steps=2, settings=SMALL), events.append)
    said = [
        event for event in events if isinstance(event, Notice) and "have no label, and are learned from" in event.text
    ]
    assert len(said) == 1
    assert set(read_config(run_folder(trained, "sgan-1")).classes) == {"functional", "defective"}
    assert [find_run(trained, name).state for name in ("sgan-1", "instant-2")] == ["done", "done"]
    finish(train(trained, resume="sgan-1", steps=3))
    finish(synthesize(trained, "sgan-1", 2, label="defective"))
    finish(synthesize(trained, "instant-2", 2, label="defective"))
    assert sum(item.origin == "synthetic" and item.label == "defective" for item in items(trained)) == 4


def test_too_little_is_refused_before_anything_is_written(cells):
    edit(cells, "exclude", "decision", {item.id: "exclude" for item in list(items(cells))[1:]})
    before = sorted(path.name for path in cells.folder.iterdir())
    for family, options in (("instant", {}), ("dcgan", {"steps": 2})):
        with pytest.raises(UserError, match="at least 2 images"):
            finish(train(cells, family, size=32, **options))
    assert sorted(path.name for path in cells.folder.iterdir()) == before
    assert runs(cells) == [] and all(item.split is None for item in items(cells))


@pytest.mark.parametrize(
    ("family", "options", "error", "sentence"),
    [
        ("stylegan", {}, UserError, "There is no family “stylegan”"),
        ("dcgan", {}, TrainingError, "Say how long to train"),
        ("dcgan", {"steps": 2, "settings": {"batch": 0}}, SettingsError, "batch"),
        ("instant", {"size": 1000}, UserError, "multiple of 16"),
        ("instant", {"resume": "dcgan-9"}, UserError, "no run “dcgan-9”"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(cells, family, options, error, sentence):
    with pytest.raises(error, match=sentence):
        finish(train(cells, family, **options))
    assert not (Path(cells.folder) / "versions").exists()


def test_mixtures_of_two_images_are_a_line_too_and_are_judged_once(trained):
    result = finish(train(trained, "mlp_gan", size=32, steps=1, settings=SMALL))
    first = read_lines(run_folder(trained, "instant-1"))
    assert result.lines.mix == first.mix and {"fid", "kid", "coverage", "nearest"} <= first.mix.keys()
