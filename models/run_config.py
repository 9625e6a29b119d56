"""What a run is, from its first step to its last: `run.json` in its folder."""

from pathlib import Path
from typing import Any

import msgspec

from models.atomic import write_atomically
from models.data import ImageShape
from models.device import Compute
from models.errors import CheckpointError
from models.families import FAMILIES, family_class
from models.families.base import Family

FORMAT = 1
FILE = "run.json"

NOT_A_RUN = "The folder “{folder}” holds no run that can be resumed: start a new one."
UNKNOWN_FAMILY = "There is no model family “{name}”: update Seedbed to use this run."
UNREADABLE_SETTINGS = "The settings of this run cannot be read ({reason}): start a new one."


class RunConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a run depends on besides the images themselves and how long it may take."""

    format: int = FORMAT
    family: str
    settings: dict[str, Any]
    """With the width, and the images a step, that were chosen for this run."""
    shape: tuple[int, int, int]
    """Channels, height, width."""
    classes: tuple[str, ...]
    fingerprint: str
    """Of the images and their labels, see `ImageSet.fingerprint`."""
    seed: int
    compute: Compute = Compute()


def write_config(folder: Path, config: RunConfig) -> None:
    """Mark `folder` as the folder of a run. Raises `OSError`."""
    write_atomically(folder / FILE, msgspec.json.format(msgspec.json.encode(config)))


def read_config(folder: Path) -> RunConfig:
    """The run in `folder`. Raises `CheckpointError` when there is none."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=RunConfig)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CheckpointError(NOT_A_RUN, folder=folder.name) from error


def find_family(name: str) -> type[Family]:
    """The class of a family. Raises `CheckpointError` for an unknown one."""
    if name not in FAMILIES:
        raise CheckpointError(UNKNOWN_FAMILY, name=name)
    return family_class(name)


def build_family(config: RunConfig) -> Family:
    """The family that a run trains, with weights yet to be set. Raises `CheckpointError` for an unknown one."""
    chosen = find_family(config.family)
    try:
        settings = msgspec.convert(config.settings, chosen.Settings)
    except msgspec.ValidationError as error:
        raise CheckpointError(UNREADABLE_SETTINGS, reason=error) from error
    return chosen(settings, ImageShape(*config.shape), max(1, len(config.classes)))
