"""How a run goes is told in sentences that say what to do."""

from models.events import LossPoint, MetricPoint
from models.run_log import RunLog
from studio.project.runs import Plan, Run
from studio.training.lines import Lines
from studio.training.story import how_it_goes


def run(family, state="running", minutes=10.0):
    plan = Plan(size=64, minutes=minutes)
    return Run(name=f"{family}-1", family=family, version="v", plan=plan, state=state, created="")


def sentences(family, log, **facts):
    return [reading.sentence for reading in how_it_goes(run(family, **facts), log, None)]


def with_losses(*losses):
    return RunLog(losses=[LossPoint(100 * n, 0, float(n), each) for n, each in enumerate(losses, 1)])


def judged(name, values):
    return RunLog(metrics=[MetricPoint(n, 0, 60.0 * n, 256, {name: value}) for n, value in enumerate(values, 1)])


def test_a_detective_that_always_wins_is_named_though_not_for_one_wild_step():
    calm, won = {"discriminator": 1.2, "generator": 0.9}, {"discriminator": 0.01, "generator": 6.0}
    assert sentences("dcgan", with_losses(calm, calm, won)) == []
    (said,) = sentences("dcgan", with_losses(*[calm] * 5, *[won] * 10))
    assert "detective wins too easily" in said


def test_a_vae_that_keeps_nothing_is_named():
    assert sentences("vae", with_losses({"reconstruction": -0.5, "kl": 0.02})) == []
    (said,) = sentences("vae", with_losses({"reconstruction": 0.5, "kl": 1e-6}))
    assert "all samples look alike" in said


def test_instant_has_no_losses_to_speak_of():
    assert sentences("instant", RunLog()) == []


def test_samples_that_become_alike_are_named_with_the_moment_that_is_kept():
    assert sentences("dcgan", judged("coverage", [0.1, 0.3, 0.25])) == []
    (said,) = sentences("dcgan", judged("coverage", [0.1, 0.3, 0.2, 0.12]))
    assert "variety was 0.30 in minute 2.0 and is 0.12" in said


def test_a_standstill_is_named():
    falling = [900 - 50 * n for n in range(8)]
    assert sentences("dcgan", judged("kid", [*falling, 600])) == []
    (said,) = sentences("dcgan", judged("kid", [*falling, *[560] * 6]))
    assert "Nothing was gained since minute 8.0" in said


def test_a_pace_at_which_too_few_steps_fit_is_named_while_something_can_be_done():
    losses = {"generator": 1, "discriminator": 1}
    slow = RunLog(losses=[LossPoint(1, 0, 10.0, losses), LossPoint(41, 0, 40.0, losses)])
    (said,) = sentences("dcgan", slow)
    assert said.startswith("At this pace about 787 steps fit, and 3,000 are needed")
    assert sentences("dcgan", slow, minutes=40.0) == sentences("dcgan", slow, state="done") == []


def test_figures_are_told_beside_the_lines():
    lines = Lines(n=256, floor={"kid": (0, 10), "coverage": (0.9, 0.9), "nearest": (1, 1)}, instant={"kid": 500.0})
    log = RunLog(metrics=[MetricPoint(1, 0, 1.0, 256, {"kid": 400.0, "coverage": 0.9, "nearest": 1.0})])
    told = how_it_goes(run("dcgan"), log, lines)
    assert [reading.state for reading in told] == ["good", "good", "good"]
    assert "Better than Instant" in told[0].sentence


def test_copies_are_said_with_what_to_do_now():
    lines = Lines(n=256, floor={"nearest": (1, 1), "copies": (0, 0)}, instant={})
    log = RunLog(metrics=[MetricPoint(1, 0, 1.0, 256, {"nearest": 0.9, "copies": 0.2})])
    (said,) = [reading for reading in how_it_goes(run("dcgan"), log, lines) if reading.name == "nearest"]
    assert said.state == "warn" and "stop here" in said.sentence
