"""The curve of a figure of a run's judgements, beside what real images, Instant and mixtures score."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Slot

from models.events import MetricPoint
from studio.evaluating.meaning import SHARES, formatted
from studio.text import tr
from studio.training.curves import FIGURES, LINE_TITLES, spread
from studio.training.lines import Lines
from studio.training.panel.chart_card import ChartCard
from studio.training.panel.figure_choice import FigureChoice


class FigureCard(ChartCard):
    """One of `FIGURES` at a time, by the user's choice."""

    def __init__(self) -> None:
        super().__init__(tr(FIGURES["fid"].title), "train.likeness", markers=True)
        self._points: Sequence[MetricPoint] = ()
        self._lines: Lines | None = None
        self._choice = FigureChoice(self, "train.curve", "fid")
        self._choice.idToggled.connect(self._draw)
        self.chart.pointer.describe = self._describe

    def show_points(self, points: Sequence[MetricPoint], lines: Lines | None) -> None:
        """Draw the judgements of a run so far."""
        self._points, self._lines = points, lines
        self._draw()

    @Slot()
    def _draw(self) -> None:
        name, chart = self._choice.figure, self.chart
        floor = self._lines.floor.get(name) if self._lines else None
        references = _references(name, self._lines)
        chart.clear()
        for line in FIGURES[name].lines:
            points = [(point.seconds / 60, point.values[line]) for point in self._points if line in point.values]
            chart.set_line(line, [x for x, _ in points], [y for _, y in points])
            if (noise := spread([y for _, y in points])) is not None:
                chart.set_spread(line, noise)
        if floor is not None:
            chart.set_band(*floor)
        chart.set_references([value for _, value in references])
        chart.redraw()
        self.set_title(tr(FIGURES[name].title))
        lines = FIGURES[name].lines if len(FIGURES[name].lines) > 1 else ()
        self.show_lines({line: tr(LINE_TITLES[line]) for line in lines}, self._notes(name, floor, references))
        self.legend.setToolTip(self._about_the_band() if floor is not None else "")

    def _describe(self, minutes: float, values: Mapping[str, float]) -> str:
        figures = (f"{tr(LINE_TITLES[name])} {_formatted(name, value)}" for name, value in values.items())
        return " · ".join((tr("minute {minutes:.1f}", minutes=minutes), *figures))

    def _about_the_band(self) -> str:
        assert self._lines is not None
        return tr(
            "Band: the least and the most that {n} unseen real images score in three draws. Evaluate takes as many"
            " unseen images as there are, and says how far chance moves them: its range is another.",
            n=self._lines.n,
        )

    def _notes(
        self, name: str, floor: tuple[float, float] | None, references: Sequence[tuple[str, float]]
    ) -> list[str]:
        """How to read the lines, and what the band, the lines across and the shade are."""
        notes = [tr(FIGURES[name].sentence)]
        if floor is not None:
            low, high = (_formatted(name, value) for value in floor)
            notes.append(tr("band: real images {range}", range=low if low == high else f"{low}–{high}"))
        for style, (what, value) in zip((tr("dots"), tr("dashes")), references, strict=False):
            notes.append(f"{style}: {what} {_formatted(name, value)}")
        if self.chart.has_spread:
            notes.append(tr("shade: chance"))
        return notes


def _references(name: str, lines: Lines | None) -> list[tuple[str, float]]:
    """What a figure is read against, by what it is called."""
    if lines is None:
        return []
    known = ((tr("Instant"), lines.instant.get(name)), (tr("two images mixed"), lines.mix.get(name)))
    return [(what, value) for what, value in known if value is not None]


def _formatted(name: str, value: float) -> str:
    """A value as the axis has it: shares are no percentages there."""
    return f"{value:.2f}" if name in SHARES else formatted(name, value)
