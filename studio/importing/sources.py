"""What was imported before, so that it can be scanned again."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from studio.importing.options import WHOLE_IMAGES, ImportOptions
from studio.project import Project

_SETTING = "sources"


class Sources(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one import was given: paths, the layout, the table of labels and the options.

    is_chosen: the layout was given, not recognized.
    """

    paths: tuple[str, ...]
    layout: str
    labels: str | None = None
    options: ImportOptions = WHOLE_IMAGES
    is_chosen: bool = False


def remember_sources(project: Project, sources: Sources) -> None:
    """Keep what an import is given, in place of an earlier one of the same paths."""
    new = _renamed(sources, lambda path: project.store_path(Path(path)))
    kept = msgspec.convert(project.setting(_SETTING, []), list[Sources])
    project.set_setting(_SETTING, [*(each for each in kept if each.paths != new.paths), new])


def remembered_sources(project: Project) -> list[Sources]:
    """What was imported, the first import first, with absolute paths."""
    kept = msgspec.convert(project.setting(_SETTING, []), list[Sources])
    return [_renamed(each, lambda path: str(project.resolve_path(path))) for each in kept]


def _renamed(sources: Sources, rename: Callable[[str], str]) -> Sources:
    labels = None if sources.labels is None else rename(sources.labels)
    return msgspec.structs.replace(sources, paths=tuple(map(rename, sources.paths)), labels=labels)


def move_sources(project: Project, old: Path, new: Path) -> None:
    """What lay in one folder, or was it, lies in another now."""

    def moved(path: str) -> str:
        place = Path(path)
        return str(new / place.relative_to(old)) if place.is_relative_to(old) and not place.exists() else path

    kept = [
        _renamed(_renamed(each, moved), lambda path: project.store_path(Path(path)))
        for each in remembered_sources(project)
    ]
    project.set_setting(_SETTING, kept)
