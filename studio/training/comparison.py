"""Runs side by side: what was asked of them and what came of it, where they differ."""

from collections.abc import Sequence
from typing import Any

from models.best import best_point
from models.device import Compute
from models.families import family_class
from models.run_config import FILE as RUN_FILE
from models.run_config import read_config
from models.run_log import RunLog, SheetRecord
from models.settings import fields_of
from studio.evaluating.meaning import formatted
from studio.project import Project
from studio.project.runs import Run, run_folder
from studio.text import tr, trn

JUDGED = {"fid": "FID", "kid": "KID"}


def differences(project: Project, compared: Sequence[tuple[Run, RunLog]]) -> dict[str, list[str]]:
    """By what it is called, each thing in which not all runs are alike, with what it is for each of them.

    Settings are among them where all runs have them.
    """
    facts = [_facts(project, run, log) for run, log in compared]
    shared = [title for title in facts[0] if all(title in each for each in facts)] if facts else []
    rows = {title: [each[title] for each in facts] for title in shared}
    return {title: values for title, values in rows.items() if len(set(values)) > 1}


def best_sheet(log: RunLog) -> SheetRecord | None:
    """The sheet that was made next to the best judgement; None where there is no sheet."""
    best = best_point(log.metrics)
    if not log.sheets:
        return None
    return log.sheets[-1] if best is None else min(log.sheets, key=lambda sheet: abs(sheet.step - best.step))


def last_sheet(log: RunLog) -> SheetRecord | None:
    """The newest sheet; None where there is none."""
    return log.sheets[-1] if log.sheets else None


def _facts(project: Project, run: Run, log: RunLog) -> dict[str, str]:
    """All that is known of a run, by what it is called, in the order in which it is shown."""
    family = family_class(run.family)
    parent = "–" if run.parent is None else tr("{run}, step {step:,}", run=run.parent.run, step=run.parent.step)
    newest = log.losses[-1] if log.losses else None
    best = best_point(log.metrics)
    return {
        tr("Family"): tr(family.title),
        tr("Images"): run.version,
        tr("Size"): tr("{size} px", size=run.plan.size),
        tr("Minutes"): "–" if run.plan.minutes is None else f"{run.plan.minutes:g}",
        tr("Began from"): parent,
        tr("Seed"): str(run.plan.seed),
        **_configured(project, run),
        tr("Steps"): "–" if newest is None else f"{newest.step:,}",
        **{title: formatted(name, best.values.get(name) if best else None) for name, title in JUDGED.items()},
    }


def _configured(project: Project, run: Run) -> dict[str, str]:
    """Every setting of the run's family as it was, also where it was left at its default, and where it learned."""
    folder = run_folder(project, run.name)
    config = read_config(folder) if (folder / RUN_FILE).exists() else None
    values: dict[str, Any] = run.plan.settings if config is None else config.settings
    fields = fields_of(family_class(run.family).Settings)
    settings = {tr(field.title): _value(values.get(field.name, field.default)) for field in fields}
    return settings if config is None else settings | {tr("Learned on"): _machine(config.compute)}


def _machine(compute: Compute) -> str:
    if compute.device != "cpu":
        return compute.device.upper()
    return trn("processor, {n} thread", "processor, {n} threads", compute.threads)


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
