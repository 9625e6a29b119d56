"""Resuming is exact: a run that was interrupted ends bit for bit where an uninterrupted one does."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models.budget import Budget
from models.checkpoint import latest
from models.events import LossPoint, Notice, Progress, finish
from models.run_log import read_log
from models.trainer import Trainer
from tests.models.test_trainer import CountingJudge, train
from tests.models.tiny import FAMILIES, STEPPED, dark_and_bright, settings

KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from models.budget import Budget
from models.events import LossPoint, finish
from models.trainer import Trainer
from tests.models.tiny import STEPPED, dark_and_bright, settings

data, under_way = dark_and_bright(), []
for name in STEPPED:
    folder = Path(sys.argv[1]) / name
    finish(Trainer(name, settings(name), data, folder, budget=Budget(steps=50), seed=5).run())
    task = Trainer.resume(folder, data, budget=Budget(steps=100)).run()
    next(event for event in task if isinstance(event, LossPoint) and event.step > 50)
    under_way.append(task)
os.kill(os.getpid(), signal.SIGKILL)
"""


def contents(folder: Path) -> dict[str, bytes]:
    """All tensors of the newest checkpoint: networks, moving average, optimizers."""
    stem = latest(folder / "checkpoints").stem
    return {file.name: file.read_bytes() for file in folder.glob(f"checkpoints/{stem}*.safetensors")}


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> Path:
    """Holds a run of each stepped family, all of them under way when their process was killed."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-W", "ignore", "-c", KILLED_IN_THE_MIDDLE, folder]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    return folder


@pytest.mark.parametrize("name", STEPPED)
def test_100_steps_equal_50_and_a_kill_and_50_more(tmp_path, killed, name):
    train(name, tmp_path / "straight", steps=100, seed=5)
    result = finish(Trainer.resume(killed / name, dark_and_bright(), budget=Budget(steps=100)).run())
    assert result.steps == 100
    assert contents(killed / name) == contents(tmp_path / "straight")


@pytest.mark.parametrize("name", STEPPED)
def test_neither_closing_nor_judging_changes_what_is_learned(tmp_path, name):
    data, folder = dark_and_bright(), tmp_path / "closed"
    budget = Budget(steps=10**6)
    task = Trainer(name, settings(name), data, folder, budget=budget, judge=CountingJudge()).run()
    closed_at = next(event.step for event in task if isinstance(event, LossPoint) and event.step > 1)
    task.close()
    assert latest(folder / "checkpoints").stem == f"step-{closed_at:08d}"
    budget = Budget(steps=closed_at + 20)
    finish(Trainer.resume(folder, data, budget=budget, judge=CountingJudge()).run())
    train(name, tmp_path / "straight", steps=closed_at + 20)
    assert contents(folder) == contents(tmp_path / "straight")


def test_a_fit_that_was_cancelled_is_fitted_again_to_the_same_end(tmp_path):
    train("instant", tmp_path / "straight")
    task = Trainer("instant", settings("instant"), dark_and_bright(), tmp_path / "closed", budget=Budget()).run()
    assert isinstance(next(task), Progress)
    task.close()
    finish(Trainer.resume(tmp_path / "closed", dark_and_bright(), budget=Budget()).run())
    assert contents(tmp_path / "closed") == contents(tmp_path / "straight")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_finished_run_has_nothing_left_to_do(tmp_path, name):
    done = train(name, tmp_path / "run", steps=5, judge=CountingJudge())
    judge = CountingJudge()
    again = finish(Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=5), judge=judge).run())
    assert (again.steps, again.losses, again.metrics) == (done.steps, done.losses, done.metrics)
    assert again.checkpoint == done.checkpoint
    assert judge.calls == 0


@pytest.mark.parametrize("name", FAMILIES)
def test_a_last_judgement_that_was_interrupted_is_made_up_for(tmp_path, name):
    data, folder, budget = dark_and_bright(), tmp_path / "run", Budget(steps=5)
    task = Trainer(name, settings(name), data, folder, budget=budget, judge=CountingJudge()).run()
    next(event for event in task if isinstance(event, Progress) and event.what == "Judging samples")
    task.close()
    result = finish(Trainer.resume(folder, data, budget=budget, judge=CountingJudge()).run())
    assert set(result.metrics) == {"brightness"}
    assert [point.values for point in read_log(folder).metrics] == [result.metrics]


def test_the_curves_go_on_from_the_checkpoint(tmp_path):
    train("vae", tmp_path / "run", steps=20)
    log = tmp_path / "run" / "log.jsonl"
    later = log.read_text().splitlines()[-1].replace('"step":20', '"step":35')
    log.write_text(log.read_text() + later + "\n" + '{"kind":"loss","st')
    points: list[LossPoint] = []
    task = Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=30)).run()
    finish(task, lambda event: points.append(event) if isinstance(event, LossPoint) else None)
    logged = read_log(tmp_path / "run").losses
    assert [point.step for point in logged] == sorted({point.step for point in logged})
    assert 35 not in [point.step for point in logged]
    assert logged[-len(points) :] == points


def test_a_damaged_newest_checkpoint_costs_only_the_steps_since_the_one_before(tmp_path):
    train("vae", tmp_path / "run", steps=10)
    finish(Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=20)).run())
    newest = latest(tmp_path / "run" / "checkpoints")
    newest.write_bytes(newest.read_bytes()[:100])
    events = []
    task = Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=20)).run()
    finish(task, events.append)
    assert [event.level for event in events if isinstance(event, Notice)] == ["warn"]
    train("vae", tmp_path / "straight", steps=20)
    assert contents(tmp_path / "run") == contents(tmp_path / "straight")
