"""How often something is worth doing while a run grows longer."""


class Cadence:
    """Says when a recurring job is due, on the clock of the run's seconds.

    Between two turns lie at least `pause` seconds, at least (`growth` - 1) of the run so far, which bounds how many
    turns even a long run takes, and enough time that the job takes at most `share` of it.
    """

    def __init__(self, *, pause: float, growth: float = 1.0, share: float = 1.0) -> None:
        self._pause = pause
        self._growth = growth
        self._share = share
        self._next = 0.0

    def is_due(self, seconds: float) -> bool:
        return seconds >= self._next

    def took(self, started: float, ended: float) -> None:
        """The job ran between these two moments (the same moment: begin to wait without having run)."""
        self._next = max(ended + self._pause, ended * self._growth, ended + (ended - started) / self._share)
