"""What the program remembers of its user between starts: theme, language, recent projects."""

import os
from pathlib import Path
from typing import Literal

import msgspec
from platformdirs import user_config_path, user_documents_path

from studio.project.store import SUFFIX

MOST_RECENT = 8


class Preferences(msgspec.Struct):
    """`language` is one of `studio.text.LANGUAGES`, or empty: the desktop's. `recent` has the newest project first."""

    theme: Literal["system", "light", "dark"] = "system"
    language: str = ""
    recent: list[str] = []

    def remember(self, folder: Path) -> None:
        """Put a project at the head of the recent ones."""
        place = str(folder.absolute())
        self.recent = [place, *(other for other in self.recent if other != place)][:MOST_RECENT]


def load() -> Preferences:
    """The preferences kept, or the usual ones where there are none or they cannot be read."""
    try:
        return msgspec.json.decode(_path().read_bytes(), type=Preferences)
    except (FileNotFoundError, msgspec.DecodeError):
        return Preferences()


def save(preferences: Preferences) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(preferences)))
    unfinished.replace(path)


def projects_folder() -> Path:
    """Where new projects are put unless the user says otherwise."""
    return user_documents_path() / "Seedbed"


def free_project(name: str) -> Path:
    """A place in `projects_folder` for a new project of about this name."""
    folder = projects_folder()
    number, path = 1, folder / f"{name}{SUFFIX}"
    while path.exists():
        number += 1
        path = folder / f"{name} {number}{SUFFIX}"
    return path


def _path() -> Path:
    return user_config_path("seedbed", appauthor=False) / "preferences.json"
