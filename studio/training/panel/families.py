"""The choice of what is to learn: what suits most first, every other family folded away below."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from models.families import FAMILIES, family_class
from studio.text import tr
from studio.training import AUTOMATIC, automatic
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.labels import make_label

FIRST = ("instant", "refined")
"""Shown at once, below Automatic."""
KIND_TITLES = {"gan": "GANs", "autoencoder": "Autoencoders", "diffusion": "Diffusion and flows", "": "Others"}
"""What the other families are grouped under; translated where it is shown."""


class FamilyCard(Card):
    """A list of families, one of which is chosen."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__(tr("What learns"))
        self._group = QButtonGroup(self)
        self._names: list[str] = []
        tip = tr("Trains Instant, then several families in turn, and goes on with the best by KID")
        self.body.addWidget(self._choice(AUTOMATIC, automatic.TITLE, automatic.SUMMARY, tip))
        for name in FIRST:
            self.body.addWidget(self._family(name))
        self._unfold = Button(
            tr("Other families"), "train.others", tr("Show the classical families too"), icon_name="right", flat=True
        )
        self._unfold.setCheckable(True)
        self._unfold.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._unfold.toggled.connect(self._show_others)
        self.body.addWidget(self._unfold)
        self._others = self._make_others()
        self.body.addWidget(self._others)
        words = tr("Instant goes first in any case: the others are measured against it")
        self.body.addWidget(make_label(words, "note", wrap=True))
        self.body.addStretch(1)
        self._others.hide()
        self.choose(AUTOMATIC)
        self._group.idToggled.connect(self._tell)

    @property
    def family(self) -> str:
        """What is chosen: `AUTOMATIC` or one of `FAMILIES`."""
        return self._names[self._group.checkedId()]

    def choose(self, name: str) -> None:
        self._group.button(self._names.index(name)).setChecked(True)
        if name not in (AUTOMATIC, *FIRST):
            self._unfold.setChecked(True)

    def _make_others(self) -> QWidget:
        others = QWidget()
        layout = QVBoxLayout(others)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        kinds = {name: family_class(name).kind for name in FAMILIES if name not in FIRST}
        for kind, title in KIND_TITLES.items():
            names = [name for name, own in kinds.items() if own == kind]
            if names:
                layout.addWidget(make_label(tr(title), "note"))
            for name in names:
                layout.addWidget(self._family(name))
        return others

    def _family(self, name: str) -> QWidget:
        family = family_class(name)
        return self._choice(name, family.title, family.summary, tr(family.paper))

    def _choice(self, name: str, title: str, sentence: str, tip: str) -> QWidget:
        choice, button = QWidget(), QRadioButton(tr(title))
        summary = make_label(tr(sentence), "mute", wrap=True)
        button.setObjectName(f"train.family.{name}")
        button.setToolTip(tip)
        button.setAccessibleDescription(summary.text())
        summary.setContentsMargins(24, 0, 0, 0)
        self._group.addButton(button, len(self._names))
        self._names.append(name)
        layout = QVBoxLayout(choice)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(1)
        layout.addWidget(button)
        layout.addWidget(summary)
        return choice

    @Slot(bool)
    def _show_others(self, shown: bool) -> None:
        self._others.setVisible(shown)
        self._unfold.set_icon("down" if shown else "right")

    @Slot(int, bool)
    def _tell(self, _: int, is_checked: bool) -> None:
        if is_checked:
            self.chosen.emit()
