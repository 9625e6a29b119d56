"""How long a run may take, for who would rather not think of minutes."""

from typing import NamedTuple


class Preset(NamedTuple):
    """A choice of minutes: its title, and what such a run is for; both are translated where they are shown."""

    title: str
    sentence: str
    minutes: float


PRESETS = {
    "look": Preset("Look", sentence="1 minute: see what is possible", minutes=1.0),
    "good": Preset("Good", sentence="20 minutes: samples worth keeping", minutes=20.0),
    "best": Preset("Best", sentence="8 hours, overnight: all that your images give", minutes=480.0),
}
"""By command-line name, the shortest first."""
