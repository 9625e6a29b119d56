"""How a run goes, in words."""

from models.families import family_class
from models.families.base import Family
from studio.evaluating.meaning import Reading, readings
from studio.project.runs import Run
from studio.text import tr
from studio.training.lines import Lines

TOLD = ("kid", "coverage", "nearest")
"""The figures that are put into words while a run goes on."""


def how_it_goes(run: Run, metrics: dict[str, float], lines: Lines | None) -> list[Reading]:
    """What the newest figures of a run mean, beside real images and, for another family than it, Instant."""
    if lines is None or not metrics:
        return []
    real = {name: (low + high) / 2 for name, (low, high) in lines.floor.items()}
    instant = {} if run.family == "instant" else lines.instant
    return [reading for reading in readings(metrics, real, instant) if reading.name in TOLD]


def headline(run: Run) -> str:
    """Where a run stands, as one sentence."""
    family = tr(family_class(run.family).title)
    match run.state:
        case "running" if run.family == "instant":
            return tr("Instant is being fitted: seconds, and the line for every other family.")
        case "running":
            return tr("Instant has set the line to beat. {family} is learning on top of it.", family=family)
        case "paused":
            return tr("{run} rests. What it has learned is kept: go on, or try its samples.", run=run.name)
        case "diverged":
            return tr("{run} broke down. Its last good moment is kept; try half the learning rate.", run=run.name)
        case _:
            return tr("{run} is done: look at its samples, then evaluate it.", run=run.name)


def title_of(run: Run) -> str:
    """A run as it is listed."""
    states = {
        "running": tr("learning"),
        "paused": tr("resting"),
        "diverged": tr("broke down"),
        "done": tr("done"),
    }
    family: type[Family] = family_class(run.family)
    return tr(
        "{run}: {family}, {size} px, {state}",
        run=run.name,
        family=tr(family.title),
        size=run.plan.size,
        state=states[run.state],
    )
