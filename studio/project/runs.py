"""Runs: one training each, with what was asked of it and what came of it."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

import msgspec

from studio.errors import UserError
from studio.project.store import Project
from studio.text import tr


class Plan(msgspec.Struct, frozen=True):
    """What was asked of a run. `minutes` and `steps` are totals, also after it is resumed."""

    size: int
    seed: int = 0
    minutes: float | None = None
    steps: int | None = None
    settings: dict[str, Any] = {}


class Moment(msgspec.Struct, frozen=True):
    """A checkpoint of a run."""

    run: str
    step: int


class Run(msgspec.Struct, frozen=True):
    """One training. `state` is running, paused, done or diverged; `version` names the data set it sees.

    title, note: what the user calls it, and writes about it. parent: where it began, if not from nothing.
    """

    name: str
    family: str
    version: str
    plan: Plan
    state: str
    created: str
    result: dict[str, Any] | None = None
    title: str = ""
    note: str = ""
    parent: Moment | None = None


def runs(project: Project) -> list[Run]:
    """All runs, oldest first."""
    return [_run(row) for row in project.db.execute("SELECT * FROM run ORDER BY created, name")]


def usable_runs(project: Project) -> list[Run]:
    """The runs that samples can be made with, oldest first: those that have reached a checkpoint."""
    return [run for run in runs(project) if has_checkpoint(project, run.name)]


def find_run(project: Project, name: str) -> Run:
    """A run by its name. Raises `UserError` that lists what there is."""
    known = runs(project)
    for run in known:
        if run.name == name:
            return run
    if not known:
        raise UserError(tr("There is no run “{name}”: train a generator first.", name=name))
    raise UserError(
        tr("There is no run “{name}”. There are: {known}.", name=name, known=", ".join(run.name for run in known))
    )


def recommend(project: Project, name: str) -> None:
    """Let later stages begin with this run."""
    project.set_setting("recommended run", name)


def recommended_run(project: Project) -> str | None:
    """The run that later stages begin with; None where none was recommended yet."""
    return project.setting("recommended run")


def add_run(project: Project, family: str, version: str, plan: Plan, parent: Moment | None = None) -> Run:
    """Begin a run under a new name, such as dcgan-2."""
    with project.writing() as db:
        taken = {row["name"] for row in db.execute("SELECT name FROM run")}
        number = next(n for n in range(1, len(taken) + 2) if f"{family}-{n}" not in taken)
        created = datetime.now(UTC).isoformat()
        run = Run(f"{family}-{number}", family, version, plan, "running", created, parent=parent)
        db.execute(
            "INSERT INTO run (name, family, version, settings, state, created, parent) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run.name, family, version, _json(plan), run.state, created, None if parent is None else _json(parent)),
        )
    return run


def set_state(project: Project, name: str, state: str, result: dict[str, Any] | None = None) -> None:
    """Move a run to another state; `result`, where given, is what came of it."""
    with project.writing() as db:
        db.execute("UPDATE run SET state = ? WHERE name = ?", (state, name))
        if result is not None:
            db.execute("UPDATE run SET result = ? WHERE name = ?", (_json(result), name))


def set_plan(project: Project, name: str, plan: Plan) -> None:
    with project.writing() as db:
        db.execute("UPDATE run SET settings = ? WHERE name = ?", (_json(plan), name))


def set_title(project: Project, name: str, title: str) -> None:
    """What the user calls a run from now on; empty: what it is called by itself."""
    with project.writing() as db:
        db.execute("UPDATE run SET title = ? WHERE name = ?", (title, name))


def set_note(project: Project, name: str, note: str) -> None:
    with project.writing() as db:
        db.execute("UPDATE run SET note = ? WHERE name = ?", (note, name))


def remove_run(project: Project, name: str) -> None:
    """Delete a run with its evaluations and its folder; no sample may have been made with it."""
    with project.writing() as db:
        db.execute("DELETE FROM evaluation WHERE run = ?", (name,))
        db.execute("DELETE FROM run WHERE name = ?", (name,))
    rmtree(run_folder(project, name), ignore_errors=True)


def run_folder(project: Project, name: str) -> Path:
    """Checkpoints, curves and sample sheets of a run; see `models.trainer`."""
    return project.folder / "runs" / name


def has_checkpoint(project: Project, name: str) -> bool:
    return any((run_folder(project, name) / "checkpoints").glob("step-*.json"))


def _run(row: Any) -> Run:
    return Run(
        name=row["name"],
        family=row["family"],
        version=row["version"],
        plan=msgspec.json.decode(row["settings"], type=Plan),
        state=row["state"],
        created=row["created"],
        result=msgspec.json.decode(row["result"]) if row["result"] else None,
        title=row["title"],
        note=row["note"],
        parent=msgspec.json.decode(row["parent"], type=Moment) if row["parent"] else None,
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
