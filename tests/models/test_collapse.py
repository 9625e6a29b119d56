"""A run whose samples become alike, or whose networks no longer learn, is taken back to its best moment."""

import msgspec
import pytest

from models import checkpoint
from models.best import best_checkpoint
from models.cadence import Cadence
from models.checkpoint import checkpoints, read_facts, step_of
from models.collapse import has_collapsed
from models.events import MetricPoint, Notice
from models.families.vae import Vae
from models.run_log import read_log
from models.trainer import COLLAPSED, STALLED, TAKEN_BACK
from tests.models.test_trainer import train


def point(kid, coverage):
    return MetricPoint(1, 0, 0.0, 256, {"kid": kid, "coverage": coverage})


BEST = point(100.0, 0.5)
ALIKE, POORER, WORSE = point(200.0, 0.1), point(101.0, 0.1), point(200.0, 0.5)


@pytest.mark.parametrize(
    ("after", "is_in_trouble", "collapsed"),
    [
        ([ALIKE, ALIKE], False, False),
        ([ALIKE, ALIKE, ALIKE], False, True),
        ([ALIKE, WORSE, ALIKE], False, False),
        ([POORER] * 5, False, False),
        ([WORSE] * 11, False, False),
        ([WORSE] * 5, True, False),
        ([WORSE] * 6, True, True),
    ],
)
def test_neither_noise_nor_a_standstill_is_a_collapse(after, is_in_trouble, collapsed):
    assert has_collapsed(BEST, after, is_in_trouble) is collapsed
    assert not has_collapsed(None, after, is_in_trouble)


class Scores(msgspec.Struct):
    n: int
    kid: float
    coverage: float


class CollapsesAtStep5:
    """Judges samples the better the later they are up to the fifth step, and all later ones alike."""

    def __init__(self, times: int) -> None:
        self._times = times
        self._step = 0

    def score(self, images):
        self._step += 1
        yield from ()
        if self._step > 5 and self._times:
            if self._step == 8:
                self._step, self._times = 5, self._times - 1
            return Scores(len(images), 900.0, 0.01)
        return Scores(len(images), 100.0 - self._step, 0.5)


@pytest.fixture
def judged_at_every_step(monkeypatch):
    monkeypatch.setattr(Cadence, "is_due", lambda cadence, seconds: True)


@pytest.mark.usefixtures("judged_at_every_step")
def test_it_goes_on_from_there_with_half_the_rate(tmp_path, monkeypatch):
    rates, step = {}, Vae.step

    def noting_the_rate(family, images, labels, number, random):
        rates[number] = family.optimizers["both"].param_groups[0]["lr"]
        return step(family, images, labels, number, random)

    monkeypatch.setattr(Vae, "step", noting_the_rate)
    events: list = []
    result = train("vae", tmp_path / "run", steps=12, judge=CollapsesAtStep5(1), listen=events.append)
    assert [event.text for event in events if isinstance(event, Notice)] == [TAKEN_BACK]
    assert (result.steps, result.stopped, result.metrics["kid"]) == (12, "done", 88.0)
    assert rates[5] == 2 * rates[6] == 2 * rates[12]
    assert read_facts(result.checkpoint).breakdowns == 1
    steps = [point.step for point in read_log(tmp_path / "run").metrics]
    assert steps == list(range(1, 13))


@pytest.mark.usefixtures("judged_at_every_step")
def test_the_third_time_it_ends_with_advice_and_its_best_moment(tmp_path):
    events: list = []
    result = train("vae", tmp_path / "run", steps=100, judge=CollapsesAtStep5(3), listen=events.append)
    assert [event.text for event in events if isinstance(event, Notice)] == [TAKEN_BACK, TAKEN_BACK, COLLAPSED]
    assert (result.steps, result.metrics["kid"]) == (8, 95.0)
    assert step_of(best_checkpoint(tmp_path / "run")) == 5


@pytest.mark.usefixtures("judged_at_every_step")
def test_a_moment_that_samples_were_made_with_is_not_taken_back(tmp_path):
    events: list = []
    pinned: dict[str, bytes] = {}

    def pin_the_sixth(event):
        events.append(event)
        for path in checkpoints(tmp_path / "run" / "checkpoints"):
            if step_of(path) == 6 and not pinned:
                checkpoint.pin(path)
                pinned.update({path.name: path.read_bytes()})

    train("vae", tmp_path / "run", steps=12, judge=CollapsesAtStep5(100), listen=pin_the_sixth)
    assert TAKEN_BACK not in [event.text for event in events if isinstance(event, Notice)]
    (name,) = pinned
    assert (tmp_path / "run" / "checkpoints" / name).read_bytes() == pinned[name]


@pytest.mark.usefixtures("judged_at_every_step")
def test_networks_in_trouble_are_taken_back_before_the_run_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(Vae, "trouble", classmethod(lambda family, losses: "all alike"))
    events: list = []

    class NothingGained:
        def score(self, images):
            yield from ()
            return Scores(len(images), 100.0, 0.5)

    train("vae", tmp_path / "run", steps=100, judge=NothingGained(), listen=events.append)
    said = [event.text for event in events if isinstance(event, Notice)]
    assert said == [TAKEN_BACK, TAKEN_BACK, COLLAPSED] and STALLED not in said
