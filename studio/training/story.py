"""How a run goes, in words."""

from models.families import family_class
from models.run_log import RunLog
from studio.evaluating.meaning import FEWEST, UNKNOWN, Reading, formatted, readings
from studio.project.runs import Run
from studio.text import tr, trn
from studio.training.health import health
from studio.training.lines import Lines
from studio.training.trials import Trial, Trials

TOLD = ("kid", "coverage", "nearest")
"""The figures that are put into words while a run goes on."""


def how_it_goes(run: Run, log: RunLog, lines: Lines | None) -> list[Reading]:
    """How a run is, and what its newest figures mean beside real images and, for another family than it, Instant."""
    return [*health(run, log), *_judged(run, log.metrics[-1].values if log.metrics else {}, lines)]


def trials_in_words(trials: Trials) -> list[Reading]:
    """What Automatic tried, a sentence each, and what it came to."""
    best = min(trials.tried, key=lambda trial: trial.rank)
    return [_trial_in_words(trial, trial is best, trial.run == trials.goes_on) for trial in trials.tried]


def _trial_in_words(trial: Trial, is_best: bool, goes_on: bool) -> Reading:
    values = {
        "family": tr(family_class(trial.family).title),
        "kid": formatted("kid", trial.kid),
        "minutes": trial.seconds / 60,
    }
    if trial.copies:
        return Reading(trial.run, "warn", tr("{family}: ruled out, for it repeats training images.", **values))
    if trial.kid is None:
        return Reading(trial.run, UNKNOWN, tr("{family}: not judged in the time there was.", **values))
    if trial.family == "instant":
        sentence = tr("{family}: KID {kid}, and it learns no more.", **values)
    elif goes_on:
        sentence = tr("{family}: KID {kid} after {minutes:.1f} min, and it went on.", **values)
    else:
        sentence = tr("{family}: KID {kid} after {minutes:.1f} min, and was left there.", **values)
    return Reading(trial.run, "good" if is_best else UNKNOWN, sentence)


def _judged(run: Run, metrics: dict[str, float], lines: Lines | None) -> list[Reading]:
    if lines is None or not metrics:
        return []
    real = {name: (low + high) / 2 for name, (low, high) in lines.floor.items()}
    instant = {} if run.family == "instant" else lines.instant
    told = [reading for reading in readings(metrics, real, FEWEST, instant) if reading.name in TOLD]
    told = [_copying() if reading.name == "nearest" and reading.state == "warn" else reading for reading in told]
    known = [reading for reading in told if reading.state != UNKNOWN]
    return known if len(known) == len(told) else [*known, _too_few(lines.n)]


def _copying() -> Reading:
    sentence = tr(
        "Samples are closer to training images than unseen real ones are: stop here, and look at the closest pairs in"
        " Evaluate before you share any."
    )
    return Reading("nearest", "warn", sentence)


def name_of(run: Run) -> str:
    """A run as it is called on the screen: by its title, else its family, numbered from the second on."""
    if run.title:
        return run.title
    title = tr(family_class(run.family).title)
    number = run.name.rpartition("-")[2]
    return title if number == "1" else f"{title} {number}"


def headline(run: Run) -> str:
    """Where a run stands, as one sentence."""
    match run.state:
        case "running" if run.family == "instant":
            return tr("Instant is being fitted: it takes seconds, and every other family is measured against it.")
        case "running":
            return tr("Instant has set the line to beat. {family} is learning on top of it.", family=name_of(run))
        case "paused":
            return tr("{run} rests. What it has learned is kept: go on, or try its samples.", run=name_of(run))
        case "diverged":
            return tr("{run} broke down. Its last good moment is kept; try half the learning rate.", run=name_of(run))
        case _:
            return tr("{run} is done: look at its samples, then evaluate it.", run=name_of(run))


def title_of(run: Run) -> str:
    """A run as it is listed."""
    states = {
        "running": tr("learning"),
        "paused": tr("resting"),
        "diverged": tr("broke down"),
        "done": tr("done"),
    }
    return tr("{run}, {size} px, {state}", run=name_of(run), size=run.plan.size, state=states[run.state])


def _too_few(n: int) -> Reading:
    """What stands in the place of the figures that `n` held-out images are too few for."""
    return Reading(
        "floor",
        UNKNOWN,
        trn(
            "{n} held-out image is too few to say more: Label can hold out more.",
            "{n} held-out images are too few to say more: Label can hold out more.",
            n,
        ),
    )
