"""The eight stages of the work, and where each of them stands."""

from collections.abc import Callable

import msgspec

from studio.augmenting import project_chain
from studio.cleaning import is_scanned
from studio.cleaning.checks import CHECKS
from studio.project import Project
from studio.project.items import USABLE, class_counts, count
from studio.project.revisions import Kind
from studio.project.runs import Run, runs, usable_runs
from studio.text import tr, trn
from studio.training.freeze import current_name

LATER: tuple[Kind, ...] = ("labels", "split")
"""What Label changes after Clean: the checks that go by it run again when Clean is seen the next time."""
STAGES = ("import", "clean", "label", "augment", "train", "evaluate", "synthesize", "export")


class StageState(msgspec.Struct, frozen=True):
    """`state` is empty, ready, running, done or stale (something upstream changed); `note` says it in a few words."""

    state: str
    note: str = ""


def stage_states(project: Project) -> dict[str, StageState]:
    """Where each stage stands, in the order of the work."""
    return {stage: _STATES[stage](project) for stage in STAGES}


def data_changed_since(project: Project, run: Run) -> bool:
    """Whether a run on the data as it is now would learn from something else than `run` did."""
    return current_name(project, run.plan.size) != run.version


def _import(project: Project) -> StageState:
    images = count(project, "origin = 'real'")
    return StageState("done", trn("{n} image", "{n} images", images)) if images else StageState("empty")


def _clean(project: Project) -> StageState:
    if not count(project, "origin = 'real'"):
        return _needs_images()
    aside = count(project, "origin = 'real' AND decision = 'exclude'")
    at_fault, to_see = _undecided(project)
    if at_fault:
        return StageState("ready", trn("{n} image at fault", "{n} images at fault", at_fault))
    if not is_scanned(project, but_for=LATER):
        return StageState("stale", tr("not checked since")) if aside else StageState("ready", tr("not checked yet"))
    if to_see:
        return StageState("done", trn("{n} image to look at", "{n} images to look at", to_see))
    return StageState("done", trn("{n} set aside", "{n} set aside", aside) if aside else tr("nothing found"))


def _undecided(project: Project) -> tuple[int, int]:
    """Images of which a check is sure, and those that only a person can judge, nobody having decided on them yet."""
    by_eye = [check.name for check in CHECKS if check.by_eye]
    marks = ", ".join("?" * len(by_eye))
    rows = project.db.execute(
        f"SELECT sure, count(*) FROM (SELECT max(check_name NOT IN ({marks})) AS sure FROM finding"
        " JOIN item ON item.id = item_id WHERE decision IS NULL GROUP BY item_id) GROUP BY sure",
        by_eye,
    )
    counts = dict(map(tuple, rows))
    return counts.get(1, 0), counts.get(0, 0)


def _label(project: Project) -> StageState:
    counts = class_counts(project)
    unlabeled = counts.get(None, 0)
    if not sum(counts.values()):
        return _needs_images()
    if unlabeled == sum(counts.values()):
        return StageState("ready", tr("no labels yet"))
    if unlabeled:
        return StageState("ready", trn("{n} without a label", "{n} without a label", unlabeled))
    return StageState("done", tr("all labeled"))


def _augment(project: Project) -> StageState:
    if not count(project, USABLE):
        return _needs_images()
    steps = len(project_chain(project).active)
    return StageState("done", trn("{n} step", "{n} steps", steps)) if steps else StageState("ready", tr("no steps"))


def _train(project: Project) -> StageState:
    if count(project, USABLE) < 2:
        return _needs_images()
    known = runs(project)
    if not known:
        return StageState("ready")
    newest = known[-1]
    if newest.state == "running":
        return StageState("running")
    if newest.state == "paused":
        return StageState("ready", tr("the newest run can go on"))
    if newest.state == "diverged":
        return StageState("ready", tr("the newest run broke down"))
    if data_changed_since(project, newest):
        return StageState("stale", tr("the images changed"))
    return StageState("done", trn("{n} run", "{n} runs", len(known)))


def _evaluate(project: Project) -> StageState:
    usable = _resting_runs(project)
    if not usable:
        return _needs_run()
    judged = {row["run"] for row in project.db.execute("SELECT DISTINCT run FROM evaluation")}
    if not judged:
        return StageState("ready")
    if usable[-1].name not in judged:
        return StageState("stale", tr("newest run not judged"))
    return StageState("done", trn("{n} run judged", "{n} runs judged", len(judged)))


def _synthesize(project: Project) -> StageState:
    usable = _resting_runs(project)
    if not usable:
        return _needs_run()
    samples = count(project, "origin = 'synthetic'")
    if not samples:
        return StageState("ready")
    made_with = {row["run"] for row in project.db.execute("SELECT DISTINCT run FROM item WHERE origin = 'synthetic'")}
    learned = [run for run in usable if run.name in made_with]
    now = {current_name(project, size) for size in {run.plan.size for run in learned}}
    if learned and now.isdisjoint(run.version for run in learned):
        return StageState("stale", tr("the images changed"))
    return StageState("done", trn("{n} sample", "{n} samples", samples))


def _export(project: Project) -> StageState:
    exported = project.setting("exported")
    images = count(project, "decision IS NOT 'exclude'")
    if not images:
        return _needs_images()
    if exported is None:
        return StageState("ready")
    if exported["samples"] != count(project, "origin = 'synthetic' AND decision IS NOT 'exclude'"):
        return StageState("stale", tr("there are other samples now"))
    return StageState("done", trn("{n} file", "{n} files", exported["files"]))


def _resting_runs(project: Project) -> list[Run]:
    return [run for run in usable_runs(project) if run.state != "running"]


def _needs_images() -> StageState:
    return StageState("empty", tr("needs images"))


def _needs_run() -> StageState:
    return StageState("empty", tr("needs a finished run"))


_STATES: dict[str, Callable[[Project], StageState]] = {
    "import": _import,
    "clean": _clean,
    "label": _label,
    "augment": _augment,
    "train": _train,
    "evaluate": _evaluate,
    "synthesize": _synthesize,
    "export": _export,
}
