"""What is known of the steps of chains: guardrails of the newest, and measurements that still hold."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from studio.augmenting.chain import Chain
from studio.augmenting.guardrails import Caution, enabled_steps
from studio.augmenting.measure import Measured
from studio.augmenting.operation import Operation
from studio.augmenting.panel.chain_editor import Place
from studio.text import tr


class Said(NamedTuple):
    """Sentences by the places of their steps: what is wrong, and figures that are as they should be; and the same of
    the whole chain."""

    cautions: dict[Place, list[str]]
    notes: dict[Place, list[str]]
    verdict: list[str]
    verdict_notes: list[str]


class Findings:
    """A measurement of a step holds for as long as the step is as it was, wherever it lies."""

    def __init__(self) -> None:
        self._chain = Chain()
        self._cautions: Sequence[Caution] = ()
        self._measured: dict[Operation, Measured] = {}
        self._whole: tuple[Chain, Measured] | None = None

    def take_cautions(self, chain: Chain, cautions: Sequence[Caution]) -> None:
        self._chain, self._cautions = chain, cautions

    def take_measured(self, chain: Chain, measured: Sequence[Measured]) -> None:
        operations = {place: step.operation for place, step in enabled_steps(chain)}
        self._measured |= {operations[each.place]: each for each in measured if each.place}
        self._whole = chain, next(each for each in measured if not each.place)

    def of(self, chain: Chain) -> Said:
        """What is to be said of a chain now."""
        cautions: defaultdict[Place, list[str]] = defaultdict(list)
        notes: defaultdict[Place, list[str]] = defaultdict(list)
        if self._chain == chain:
            for caution in self._cautions:
                cautions[caution.place].append(caution.text)
        for place, step in enabled_steps(chain):
            measured = self._measured.get(step.operation)
            if measured is not None:
                does_nothing = bool(measured.is_weak and cautions[place])  # said already, and why
                cautions[place] += [] if does_nothing else measured.cautions()
                notes[place] += measured.notes()
        return Said(cautions, notes, *self._verdict(chain))

    def _verdict(self, chain: Chain) -> tuple[list[str], list[str]]:
        if self._whole is None or self._whole[0] != chain:
            return [], []
        measured = self._whole[1]
        return _of_all(measured.cautions()), _of_all(measured.notes())


def _of_all(sentences: Sequence[str]) -> list[str]:
    return [tr("All steps together: {sentence}", sentence=sentence) for sentence in sentences]
