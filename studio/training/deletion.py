"""Deleting a run, and what only it made use of."""

from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree

import msgspec

from studio.errors import UserError
from studio.project import Project
from studio.project.items import item_ids
from studio.project.runs import find_run, remove_run, run_folder, runs
from studio.project.versions import version_folder
from studio.text import tr, trn


class Deletion(msgspec.Struct, frozen=True):
    """What goes with a run: its folder, and the cached images of versions that no other run uses.

    disk: bytes that it frees.
    """

    run: str
    versions: tuple[str, ...]
    disk: int


def plan_deletion(project: Project, name: str) -> Deletion:
    """What deleting a run takes. Raises `UserError` where samples in the project still need it, or it is learning."""
    run = find_run(project, name)
    if run.state == "running":
        raise UserError(tr("The run “{name}” is still going.", name=name))
    samples = len(item_ids(project, "run = ?", (name,)))
    if samples:
        raise UserError(
            trn(
                "{n} sample in the project was made with this run, and needs it to be made again: the run stays.",
                "{n} samples in the project were made with this run, and need it to be made again: the run stays.",
                samples,
            )
        )
    unused = tuple(_unused_versions(project, besides=run.name))
    folders = [run_folder(project, name), *(version_folder(project, version) for version in unused)]
    return Deletion(name, unused, sum(map(_bytes_in, folders)))


def carry_out_deletion(project: Project, deletion: Deletion) -> None:
    """Delete the run and what was planned to go with it. It cannot be undone."""
    remove_run(project, deletion.run)
    for version in deletion.versions:
        with project.writing() as db:
            db.execute("DELETE FROM version WHERE hash = ?", (version,))
        rmtree(version_folder(project, version), ignore_errors=True)


def _unused_versions(project: Project, besides: str) -> Iterable[str]:
    """Versions that no run but one makes use of."""
    used = {run.version for run in runs(project) if run.name != besides}
    known = [row["hash"] for row in project.db.execute("SELECT hash FROM version ORDER BY created")]
    return (name for name in known if name not in used)


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
