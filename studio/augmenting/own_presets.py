"""The user's own chains, kept by name for all projects: one chain file each in the user's data folder."""

from pathlib import Path

from platformdirs import user_data_path

from studio.augmenting.chain import Chain
from studio.augmenting.presets import PRESETS
from studio.errors import UserError
from studio.exporting.names import folder_names
from studio.text import tr

SUFFIX = ".json"


def own_presets() -> list[str]:
    """The names of the user's own chains, in alphabetical order."""
    return sorted((file.stem for file in _folder().glob(f"*{SUFFIX}")), key=str.casefold)


def load_preset(name: str) -> Chain:
    """Raises `ChainError` or `OSError`."""
    return Chain.load(preset_file(name))


def save_preset(name: str, chain: Chain) -> str:
    """Keep a chain, in the place of one of that name; returns the name as file systems can hold it.

    Raises `UserError` for a name that is empty or that of a ready chain, and `OSError`.
    """
    name = _allowed(name)
    _folder().mkdir(parents=True, exist_ok=True)
    chain.save(preset_file(name))
    return name


def rename_preset(name: str, wanted: str) -> str:
    """Raises `UserError` for a name that cannot be or is taken, and `OSError`."""
    wanted = _allowed(wanted)
    if wanted.casefold() != name.casefold() and wanted.casefold() in map(str.casefold, own_presets()):
        raise UserError(tr("There is a chain of the name “{name}” already. Choose another.", name=wanted))
    preset_file(name).rename(preset_file(wanted))
    return wanted


def delete_preset(name: str) -> None:
    preset_file(name).unlink(missing_ok=True)


def _allowed(name: str) -> str:
    if not name.strip():
        raise UserError(tr("Give the chain a name."))
    safe = folder_names([name])[name]
    if safe.casefold() in map(str.casefold, (*PRESETS, *map(tr, PRESETS))):
        raise UserError(tr("“{name}” is the name of a ready chain. Choose another.", name=name))
    return safe


def preset_file(name: str) -> Path:
    """Where an own chain is kept."""
    return _folder() / f"{name}{SUFFIX}"


def _folder() -> Path:
    return user_data_path("seedbed", appauthor=False) / "chains"
