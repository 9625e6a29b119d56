"""The moment that was judged best is kept and found, and a run that gains nothing more ends."""

import msgspec
import pytest

from models.best import best_checkpoint, best_point
from models.budget import Budget
from models.cadence import Cadence
from models.checkpoint import step_of
from models.events import MetricPoint, Notice, finish
from models.run_log import read_log
from models.trainer import PATIENCE, STALLED, Trainer
from tests.models.test_trainer import train
from tests.models.tiny import dark_and_bright


class Scores(msgspec.Struct):
    n: int
    kid: float | None


class ScriptedJudge:
    """Gives the figures it was told to, and the last one for ever after."""

    def __init__(self, *figures: float | None) -> None:
        self._figures = list(figures)

    def score(self, images):
        kid = self._figures.pop(0) if len(self._figures) > 1 else self._figures[0]
        yield from ()
        return Scores(len(images), kid)


@pytest.fixture
def judged_at_every_step(monkeypatch):
    monkeypatch.setattr(Cadence, "is_due", lambda cadence, seconds: True)


@pytest.mark.usefixtures("judged_at_every_step")
def test_the_best_moment_outlives_the_newer_ones(tmp_path):
    result = train("vae", tmp_path / "run", steps=9, judge=ScriptedJudge(50.0, 40.0, 20.0, 30.0))
    assert step_of(best_checkpoint(tmp_path / "run")) == 3
    assert step_of(result.checkpoint) == 9
    assert result.metrics == {"kid": 20.0}


def test_a_run_that_nobody_judged_is_sampled_at_its_newest_moment(tmp_path):
    result = train("vae", tmp_path / "run", steps=3)
    assert best_checkpoint(tmp_path / "run") == result.checkpoint
    assert best_checkpoint(tmp_path / "elsewhere") is None


@pytest.mark.usefixtures("judged_at_every_step")
def test_a_run_that_gains_nothing_more_ends_early_and_may_be_taken_up_again(tmp_path):
    events = []
    judge = ScriptedJudge(50.0, 40.0, 45.0)
    result = train("vae", tmp_path / "run", steps=100, judge=judge, listen=events.append)
    assert (result.steps, result.stopped) == (2 + PATIENCE, "done")
    assert STALLED in [event.text for event in events if isinstance(event, Notice)]

    better = ScriptedJudge(45.0, 10.0, 9.0, 8.0, 7.0)
    resumed = Trainer.resume(tmp_path / "run", dark_and_bright(), budget=Budget(steps=20), judge=better)
    assert finish(resumed.run()).steps == 20
    assert len(read_log(tmp_path / "run").metrics) == 20


def test_the_best_judgement_is_the_one_of_least_kid():
    points = [MetricPoint(step, 0, 0.0, 256, {"kid": kid}) for step, kid in enumerate((30.0, -2.0, 4.0))]
    assert best_point(points) == points[1]
    assert best_point([]) is None
