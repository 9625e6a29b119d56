"""The choice of the figure whose curve is drawn."""

from PySide6.QtWidgets import QButtonGroup

from studio.text import tr
from studio.training.curves import BUTTON_TITLES, FIGURES
from studio.training.panel.chart_card import ChartCard
from studio.widgets.buttons import Button


class FigureChoice(QButtonGroup):
    """A button in the header of a card for each of `FIGURES`, one of which is down."""

    def __init__(self, card: ChartCard, object_name: str, chosen: str) -> None:
        super().__init__(card)
        for number, (name, figure) in enumerate(FIGURES.items()):
            tip = f"{tr(figure.title)}: {tr(figure.sentence)}"
            button = Button(tr(BUTTON_TITLES[name]), f"{object_name}.{name}", tip, flat=True)
            button.setCheckable(True)
            button.setChecked(name == chosen)
            self.addButton(button, number)
            card.choices.addWidget(button)

    @property
    def figure(self) -> str:
        """The name of the one that is chosen."""
        return list(FIGURES)[self.checkedId()]
