"""The figures of an evaluation as a table, each beside what real images and Instant score."""

from collections.abc import Mapping

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from models.recorder import JUDGED
from studio.evaluating.evaluate import Evaluation
from studio.evaluating.meaning import TITLES, Reading, formatted, real_range
from studio.text import tr
from studio.widgets.cards import Card
from studio.widgets.labels import make_label
from studio.widgets.readings import StateMark

INSTANT, MEANING = 4, 5
"""Columns: the one that is not there for Instant itself, and the one that takes the room."""


class FigureTable(Card):
    """The figures of an evaluation, each with its floor, its state and its meaning."""

    def __init__(self) -> None:
        super().__init__(tr("Figures"), " ")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(MEANING, 1)
        self.body.addLayout(self._grid)
        heads = ("", tr("Figure"), tr("Samples"), tr("Real images"), tr("Instant"), tr("What it means"))
        self._heads = [make_label(head, "note") for head in heads]
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column, _aligned(column))
        self._rows = {name: self._add_row(row, name) for row, name in enumerate(TITLES, 1)}

    def show_evaluation(self, found: Evaluation, meanings: list[Reading], instant: Mapping[str, float | None]) -> None:
        # From as many samples as there are held-out images, since most figures depend on the number.
        samples, real = msgspec.structs.asdict(found.matched), msgspec.structs.asdict(found.floor)
        self._heads[INSTANT].setVisible(bool(instant))
        for reading in meanings:
            mark, value, floor, line, meaning = self._rows[reading.name]
            mark.show_state(reading.state)
            value.setText(formatted(reading.name, samples[reading.name]))
            floor.setText(real_range(reading.name, real[reading.name], found.margins.get(reading.name)))
            line.setVisible(bool(instant))
            line.setText(formatted(reading.name, instant.get(reading.name)))
            meaning.setText(reading.sentence)
        self.set_note(
            tr(
                "{n:,} samples against {real:,} unseen real images, {extractor}",
                n=found.matched.n,
                real=found.floor.n,
                extractor=found.extractor,
            )
        )

    def _add_row(self, row: int, name: str) -> tuple:
        cells = (StateMark(), make_label(), make_label(role="mute"), make_label(role="mute"), make_label(wrap=True))
        mark, value, floor, line, meaning = cells
        value.setObjectName(f"evaluate.{name}")
        floor.setToolTip(
            tr(
                "Within this range as many other unseen real images would score, 95 times in 100. The band of Train is"
                " another: the least and the most of three draws of {n} at most.",
                n=JUDGED,
            )
        )
        line.setToolTip(tr("What Instant scored on the same images while it was judged in training"))
        for column, cell in enumerate((mark, make_label(tr(TITLES[name])), value, floor, line, meaning)):
            self._grid.addWidget(cell, row, column, _aligned(column))
        return cells


def _aligned(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column in (2, 3, 4) else Qt.AlignmentFlag(0)
