"""What Automatic tried, and what came of it; kept with the run that went on."""

from math import inf
from pathlib import Path

import msgspec

from models.atomic import write_atomically
from models.events import Event

FILE = "trials.json"


class Trial(msgspec.Struct, frozen=True):
    """A run when the choice was made.

    seconds: that it had taken. kid: its least so far; None where it was not judged. copies: whether too many of its
    samples repeat training images.
    """

    run: str
    family: str
    seconds: float
    kid: float | None
    copies: bool = False

    @property
    def rank(self) -> float:
        """The lower, the better: its KID, infinite where it was not judged or copies."""
        return inf if self.kid is None or self.copies else self.kid


class Trials(Event, frozen=True):
    """All that was tried, Instant first where it was fitted, and the run that `goes_on`.

    Instant takes part in the comparison, but has nothing more to learn: it does not go on.
    """

    tried: tuple[Trial, ...]
    goes_on: str


def write_trials(folder: Path, trials: Trials) -> None:
    """Keep them with the run that went on."""
    write_atomically(folder / FILE, msgspec.json.encode(trials))


def read_trials(folder: Path) -> Trials | None:
    """What Automatic tried before the run in a folder went on; None for a run that was chosen by hand."""
    path = folder / FILE
    return msgspec.json.decode(path.read_bytes(), type=Trials) if path.is_file() else None
