"""How good the samples of each class are, as a table."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.evaluating.by_class import ClassFigures
from studio.text import tr
from studio.widgets.cards import Card
from studio.widgets.labels import make_label

NAME_WIDTH = 220


class ClassCard(Card):
    """A row for each class: its samples, and beside them in brackets held-out real images of the class."""

    def __init__(self) -> None:
        super().__init__(tr("By class"), tr("in brackets: as many held-out real images of the class"))
        self._table = QWidget()
        self.body.addWidget(self._table)

    def show_classes(self, classes: Sequence[ClassFigures]) -> None:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setColumnStretch(5, 1)
        heads = (
            (tr("Class"), tr("The classes with 10 held-out images or more")),
            (tr("Learned from"), tr("Real training images of the class")),
            (tr("Believable"), tr("Share of the samples that look like a training image of the class (precision)")),
            (tr("Variety"), tr("Share of its training images with a sample nearby (coverage)")),
            (tr("Recognized"), tr("Share that a classifier taught by the real images takes for the class")),
        )
        for column, (head, tool_tip) in enumerate(heads):
            label = make_label(head, "note")
            label.setToolTip(tool_tip)
            grid.addWidget(label, 0, column, _aligned(column))
        for row, figures in enumerate(classes, 1):
            for column, text in enumerate(_cells(figures)):
                label = make_label(text)
                label.setObjectName(f"evaluate.class.{figures.label}.{column}")
                if column == 0:
                    label.setMaximumWidth(NAME_WIDTH)
                    label.setToolTip(text)
                grid.addWidget(label, row, column, _aligned(column))
        self.body.replaceWidget(self._table, table)
        self._table.deleteLater()
        self._table = table


def _cells(figures: ClassFigures) -> tuple[str, ...]:
    return (
        figures.label,
        f"{figures.learned:,}",
        _beside(figures.believable, figures.believable_real),
        _beside(figures.variety, figures.variety_real),
        _beside(figures.recognized, figures.recognized_real),
    )


def _beside(samples: float, real: float) -> str:
    return f"{samples:.0%} ({real:.0%})"


def _aligned(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
