"""Where new projects go when nobody says where."""

from itertools import count
from pathlib import Path

import platformdirs

from studio.project.store import project_folder


def free_project(name: str) -> Path:
    """A project folder that does not exist yet, `Documents/Seedbed/NAME.seedbed` or with a number behind the name."""
    home = platformdirs.user_documents_path() / "Seedbed"
    names = (name if number == 1 else f"{name} {number}" for number in count(1))
    return next(folder for tried in names if not (folder := project_folder(home / tried)).exists())
