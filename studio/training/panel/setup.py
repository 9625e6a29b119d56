"""What a new run is to be: which family, at what size, how long, and for who wants it, every setting."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from models.events import Task
from models.families import FAMILIES, family_class
from models.families.base import FittedFamily
from studio.project import Project
from studio.text import tr
from studio.training import AUTOMATIC, automatic
from studio.training.freeze import DEFAULT_SIZE
from studio.training.train import TrainResult, train
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.forms import Form
from studio.widgets.inputs import ComboBox, DoubleSpinBox, SpinBox
from studio.widgets.labels import make_label
from studio.widgets.preparation_button import PreparationButton
from studio.widgets.session import Session
from studio.widgets.theme import GAP

SHOWN_SIZES = (32, 48, 64, 96, 128, 192, 256)
DEFAULT_MINUTES = 5.0
CHOICES = (AUTOMATIC, *FAMILIES)


class SetupPage(QWidget):
    """Chooses a new run; `training` begins it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._make_families(), 3, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._make_plan(), 2, Qt.AlignmentFlag.AlignTop)
        self._choose()

    @property
    def family(self) -> str:
        """What is chosen: `AUTOMATIC` or one of `FAMILIES`."""
        return CHOICES[self._families.checkedId()]

    @property
    def title(self) -> str:
        """What is chosen, for the job's name."""
        return tr(automatic.TITLE if self.family == AUTOMATIC else family_class(self.family).title)

    def training(self, project: Project) -> Callable[[], Task[TrainResult]]:
        """Begins what is chosen."""
        common = {"size": self._size.currentData(), "seed": self._seed.value()}
        minutes, family = self._minutes.value(), self.family
        if family == AUTOMATIC:
            return partial(automatic.train_automatically, project, minutes=minutes, **common)
        fitted = issubclass(family_class(family), FittedFamily)
        settings = _changed(self._forms[family].value())
        return partial(train, project, family, minutes=None if fitted else minutes, settings=settings, **common)

    def _make_families(self) -> Card:
        card = Card(tr("What learns"))
        self._families = QButtonGroup(self)
        tip = tr("Trains Instant, then several families in turn, and goes on with the best by KID")
        card.body.addWidget(self._choice(AUTOMATIC, automatic.TITLE, automatic.SUMMARY, tip))
        for name in FAMILIES:
            family = family_class(name)
            card.body.addWidget(self._choice(name, family.title, family.summary, tr(family.paper)))
        words = tr("Instant goes first in any case: the others are measured against it")
        card.body.addWidget(make_label(words, "note", wrap=True))
        self._families.button(0).setChecked(True)
        self._families.idToggled.connect(self._choose)
        return card

    def _choice(self, name: str, title: str, sentence: str, tip: str) -> QWidget:
        choice, button = QWidget(), QRadioButton(tr(title))
        summary = make_label(tr(sentence), "mute", wrap=True)
        button.setObjectName(f"train.family.{name}")
        button.setToolTip(tip)
        button.setAccessibleDescription(summary.text())
        summary.setContentsMargins(24, 0, 0, 0)
        self._families.addButton(button, len(self._families.buttons()))
        layout = QVBoxLayout(choice)
        layout.setContentsMargins(0, 2, 0, 6)
        layout.setSpacing(1)
        layout.addWidget(button)
        layout.addWidget(summary)
        return choice

    def _make_plan(self) -> Card:
        card = Card(tr("How"))
        form = QFormLayout()
        form.setVerticalSpacing(8)
        self._size = ComboBox()
        for size in SHOWN_SIZES:
            self._size.addItem(tr("{size} px", size=size), size)
        self._size.setCurrentIndex(SHOWN_SIZES.index(DEFAULT_SIZE))
        self._minutes = DoubleSpinBox()
        self._minutes.setRange(0.1, 10_000)
        self._minutes.setDecimals(1)
        self._minutes.setValue(DEFAULT_MINUTES)
        self._minutes.setSuffix(tr(" min"))
        self._seed = SpinBox()
        self._seed.setMaximum(2**31 - 1)
        rows = (
            (tr("Size"), self._size, "train.size", tr("Side of the square images that are learned and made")),
            (tr("Time"), self._minutes, "train.minutes", tr("How long the run may take in all; pauses do not count")),
            (tr("Seed"), self._seed, "train.seed", tr("The same seed on the same images repeats a run")),
        )
        for title, field, name, tip in rows:
            field.setObjectName(name)
            field.setAccessibleName(title)
            field.setToolTip(tip)
            form.addRow(title, field)
        form.addRow(tr("Images"), PreparationButton(self._session, "train.preparation"))
        card.body.addLayout(form)
        self._add_settings(card)
        return card

    def _add_settings(self, card: Card) -> None:
        """Every setting of the chosen family, folded away until it is asked for."""
        self._unfold = Button(
            tr("All settings"), "train.settings", tr("Show what else can be set; the defaults are a good start")
        )
        self._unfold.setCheckable(True)
        self._unfold.toggled.connect(self._choose)
        card.body.addWidget(self._unfold, 0, Qt.AlignmentFlag.AlignLeft)
        self._forms = {name: Form(family_class(name).Settings, f"train.{name}") for name in FAMILIES}
        for form in self._forms.values():
            card.body.addWidget(form)

    @Slot()
    def _choose(self) -> None:
        for name, form in self._forms.items():
            form.setVisible(self._unfold.isChecked() and name == self.family)
        known = self.family in FAMILIES
        self._unfold.setVisible(known)
        self._minutes.setEnabled(not (known and issubclass(family_class(self.family), FittedFamily)))


def _changed(settings: msgspec.Struct) -> dict[str, Any]:
    """Settings that are not at their default."""
    defaults = msgspec.structs.asdict(type(settings)())
    return {name: value for name, value in msgspec.structs.asdict(settings).items() if value != defaults[name]}
