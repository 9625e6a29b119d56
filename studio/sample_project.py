"""The sample project: drawn photos of brushed metal, good, scratched and pitted, that ship with the program."""

from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree

from models.events import Task
from studio.importing import ImportResult, import_sources
from studio.project import Project


def create(path: Path) -> Task[Path]:
    """Make a new project at `path` with the sample photos, and return its folder. Raises `ProjectError`."""
    with Project.create(path) as project:
        yield from import_sample(project)
        return project.folder


def import_sample(project: Project) -> Task[ImportResult]:
    """Bring the sample photos into a project, copied into its folder: the program's own may go or be updated."""
    own = project.folder / "images"
    with as_file(files("resources") / "sample" / "images") as shipped:
        copytree(shipped, own, dirs_exist_ok=True)
    return (yield from import_sources(project, [own]))
