"""Automatic tries what may suit the images, and spends the minutes on what does best."""

import msgspec
import pytest

from models import run_log
from models.events import LossPoint, MetricPoint, Notice, finish
from studio.project import Project
from studio.project.runs import (
    Plan,
    add_run,
    find_run,
    recommend,
    recommended_run,
    run_folder,
    runs,
    set_plan,
    set_state,
)
from studio.training import automatic
from studio.training.automatic import candidates, train_automatically
from studio.training.lines import Lines, write_lines
from studio.training.story import trials_in_words
from studio.training.train import RunStarted, TrainResult
from studio.training.trials import read_trials


class Trainings:
    """Stands in for `train`: runs that take a second a step and are judged as they are told to be."""

    def __init__(self, figures, copies=None, instant=None):
        self.figures, self.copies, self.instant = figures, copies or {}, instant
        self.seconds: dict[str, float] = {}

    def __call__(self, project, family=None, *, size=64, minutes=None, seed=0, resume=None):
        if self.instant is not None and not runs(project):
            self._fit_instant(project, size)
        if resume is None:
            run = add_run(project, family, "v", Plan(size=size, seed=seed, minutes=minutes))
            write_lines(run_folder(project, run.name), Lines(256, {"copies": (0.0, 0.01)}, {}))
        else:
            run = find_run(project, resume)
            set_plan(project, run.name, Plan(size=run.plan.size, minutes=minutes or run.plan.minutes))
        yield RunStarted(run.name, run.family)
        total = 60 * find_run(project, run.name).plan.minutes
        try:
            while (second := self.seconds.get(run.name, 0.0) + 1) <= total:
                self.seconds[run.name] = second
                values = {"kid": self.figures[run.family](second), "copies": self.copies.get(run.family, 0.0)}
                run_log.append(run_folder(project, run.name), MetricPoint(int(second), 0, second, 256, values))
                yield LossPoint(int(second), 0, second, {"loss": 1.0})
        except GeneratorExit:
            set_state(project, run.name, "paused")
            raise
        set_state(project, run.name, "done")
        recommend(project, run.name)
        return result_of(run, total)

    def _fit_instant(self, project, size):
        run = add_run(project, "instant", "v", Plan(size=size))
        folder = run_folder(project, run.name)
        write_lines(folder, Lines(256, {}, {}))
        run_log.append(folder, MetricPoint(1, 0, 2.0, 256, {"kid": self.instant}))
        set_state(project, run.name, "done", msgspec.to_builtins(result_of(run, 2.0, {"kid": self.instant})))


def result_of(run, seconds, metrics=None):
    return TrainResult(
        run=run.name,
        family=run.family,
        version="v",
        state="done",
        steps=1,
        images_seen=0,
        seconds=seconds,
        losses={},
        metrics=metrics or {},
        lines=Lines(256, {}, {}),
    )


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "cells") as project:
        yield project


def trained(project, monkeypatch, trainings, minutes=10):
    monkeypatch.setattr(automatic, "train", trainings)
    said = []
    result = finish(train_automatically(project, minutes=minutes), lambda e: said.append(e))
    return result.run, [event.text for event in said if isinstance(event, Notice)]


def test_the_best_goes_on_and_all_together_take_the_minutes(project, monkeypatch):
    trainings = Trainings({"refined": lambda s: 900 - s, "dcgan": lambda s: 950 - 2 * s, "vae": lambda s: 2000})
    run, said = trained(project, monkeypatch, trainings)
    assert run == "dcgan-1"
    assert said == ["DCGAN does best on these images and goes on."]
    assert trainings.seconds["vae-1"] == 60
    assert trainings.seconds["refined-1"] == 120
    assert sum(trainings.seconds.values()) == 600
    assert [find_run(project, name).state for name in ("dcgan-1", "refined-1", "vae-1")] == ["done", "paused", "paused"]


def test_what_copies_is_not_chosen_however_well_it_scores(project, monkeypatch):
    figures = {"refined": lambda s: 10, "dcgan": lambda s: 500, "vae": lambda s: 600}
    run, _ = trained(project, monkeypatch, Trainings(figures, {"refined": 0.2}))
    assert run == "dcgan-1"


def test_what_was_tried_is_kept_with_the_run_that_went_on(project, monkeypatch):
    figures = {"refined": lambda s: 900 - s, "dcgan": lambda s: 100, "vae": lambda s: 2000}
    trained(project, monkeypatch, Trainings(figures, {"dcgan": 0.2}, instant=840.0))
    trials = read_trials(run_folder(project, "refined-1"))
    assert trials.goes_on == "refined-1"
    assert [(trial.family, trial.kid, trial.copies) for trial in trials.tried] == [
        ("instant", 840.0, False),
        ("refined", 780.0, False),
        ("vae", 2000.0, False),
        ("dcgan", 100.0, True),
    ]
    assert [(told.state, told.sentence) for told in trials_in_words(trials)] == [
        ("unknown", "Instant: KID 840, and it learns no more."),
        ("good", "Refined: KID 780 after 2.0 min, and it went on."),
        ("unknown", "VAE: KID 2,000 after 2.0 min, and was left there."),
        ("warn", "DCGAN: ruled out, for it repeats training images."),
    ]
    assert recommended_run(project) == "refined-1"


@pytest.mark.parametrize("minutes", [1, 10])
def test_where_instant_is_better_in_the_end_it_is_said_and_later_stages_begin_with_it(project, monkeypatch, minutes):
    figures = dict.fromkeys(("refined", "dcgan", "vae"), lambda second: 700)
    run, said = trained(project, monkeypatch, Trainings(figures, instant=520.0), minutes)
    assert run == recommended_run(project) == "instant-1"
    assert "Instant is still better than Refined (KID 520 against 700)" in said[-1]


def test_a_few_minutes_go_to_the_first_candidate(project, monkeypatch):
    trainings = Trainings({"refined": lambda s: 100})
    assert trained(project, monkeypatch, trainings, minutes=1)[0] == "refined-1"
    assert trainings.seconds == {"refined-1": 60}


@pytest.mark.parametrize(
    ("images", "size", "minutes", "families"),
    [
        (300, 64, 1.0, ("refined",)),
        (300, 64, 10.0, ("refined", "dcgan", "vae")),
        (300, 128, 10.0, ("refined", "fastgan", "vae")),
        (5_000, 128, 10.0, ("refined", "dcgan", "vae")),
        (300, 64, 20.0, ("refined", "dcgan", "vae", "r3gan")),
        (300, 64, 480.0, ("refined", "dcgan", "vae", "r3gan", "pixel_flow")),
        (300, 192, 480.0, ("refined", "fastgan", "vae", "r3gan")),
    ],
)
def test_what_is_tried_suits_the_images_and_the_minutes(images, size, minutes, families):
    assert candidates(images, size, minutes) == families


def test_of_many_candidates_the_better_half_goes_on_each_time(project, monkeypatch):
    names = candidates(0, 64, 100.0)
    figures = {family: (lambda second, rank=rank: 100.0 * (1 + rank)) for rank, family in enumerate(names)}
    trainings = Trainings(figures)
    run, _ = trained(project, monkeypatch, trainings, minutes=100)
    assert run == "refined-1"
    seconds = [trainings.seconds[f"{family}-1"] for family in names]
    assert seconds[1:] == [1440, 720, 360, 360]
    assert sum(seconds) == 6000
