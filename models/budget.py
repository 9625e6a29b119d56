"""How long a run may take."""

import msgspec

from models.events import Progress


class Budget(msgspec.Struct, frozen=True):
    """How long a run may take in all, also after it is resumed; with both limits, whichever comes first."""

    minutes: float | None = None
    steps: int | None = None

    def is_spent(self, step: int, seconds: float) -> bool:
        if self.steps is not None and step >= self.steps:
            return True
        return self.minutes is not None and seconds >= 60 * self.minutes

    def progress(self, step: int, seconds: float, what: str) -> Progress:
        """Progress in seconds where minutes are given, else in steps."""
        if self.minutes is not None:
            return Progress(min(seconds, 60 * self.minutes), 60 * self.minutes, what, "s")
        return Progress(step, self.steps or 0, what)
