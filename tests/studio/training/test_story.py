"""How a run goes is told in sentences that say what to do."""

from studio.project.runs import Plan, Run
from studio.training.lines import Lines
from studio.training.story import how_it_goes


def run(family):
    return Run(name=f"{family}-1", family=family, version="v", plan=Plan(size=64, seed=0), state="running", created="")


def sentences(family, losses):
    return [reading.sentence for reading in how_it_goes(run(family), {}, losses, None)]


def test_a_detective_that_always_wins_is_named():
    assert sentences("dcgan", {"discriminator": 1.2, "generator": 0.9}) == []
    (said,) = sentences("dcgan", {"discriminator": 0.01, "generator": 6.0})
    assert "detective wins too easily" in said


def test_a_vae_that_keeps_nothing_is_named():
    assert sentences("vae", {"reconstruction": -0.5, "kl": 0.02}) == []
    (said,) = sentences("vae", {"reconstruction": 0.5, "kl": 1e-6})
    assert "all samples look alike" in said


def test_instant_has_no_losses_to_speak_of():
    assert sentences("instant", {}) == []


def test_figures_are_told_beside_the_lines():
    lines = Lines(n=256, floor={"kid": (0, 10), "coverage": (0.9, 0.9), "nearest": (1, 1)}, instant={"kid": 500.0})
    told = how_it_goes(run("dcgan"), {"kid": 400.0, "coverage": 0.9, "nearest": 1.0}, {}, lines)
    assert [reading.state for reading in told] == ["good", "good", "good"]
    assert "Better than Instant" in told[0].sentence
