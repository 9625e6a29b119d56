"""What a new run is to be: how long, which family, at what size, and for who wants it, every setting."""

from typing import Any

import msgspec
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QButtonGroup, QFormLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from models.families import FAMILIES, family_class
from models.families.base import FittedFamily
from models.settings import with_values
from studio.project import Project
from studio.project.runs import Moment, Plan, Run
from studio.text import tr
from studio.training.branching import branched_plan, keeps_all
from studio.training.freeze import DEFAULT_SIZE
from studio.training.implied import usual_settings
from studio.training.panel.choice import Choice
from studio.training.panel.families import FamilyCard
from studio.training.panel.outlook_card import OutlookCard
from studio.training.planned import PlannedRun
from studio.training.presets import PRESETS
from studio.training.story import name_of
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.forms import Form
from studio.widgets.inputs import ComboBox, DoubleSpinBox, SpinBox
from studio.widgets.labels import make_label
from studio.widgets.preparation_button import PreparationButton
from studio.widgets.session import Session
from studio.widgets.theme import GAP

SHOWN_SIZES = (32, 48, 64, 96, 128, 192, 256)
DEFAULT_PRESET = "good"


class SetupPage(QWidget):
    """Chooses a new run, which is then `planned`."""

    def __init__(self, session: Session, outlook: OutlookCard) -> None:
        super().__init__()
        self._session = session
        self._outlook = outlook
        self._parent: Moment | None = None
        self._forms: dict[str, Form] = {}
        self._families = FamilyCard()
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self._make_plan())
        right.addWidget(outlook)
        right.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(GAP)
        below.addWidget(self._families, 5, Qt.AlignmentFlag.AlignTop)
        below.addLayout(right, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._make_origin())
        layout.addLayout(self._make_presets())
        layout.addLayout(below)
        layout.addStretch(1)
        self._families.chosen.connect(self._choose)
        self._size.currentIndexChanged.connect(self._show_outlook)
        self._minutes.valueChanged.connect(self._mark_preset)
        self._mark_preset()
        self._choose()

    def branch_from(self, run: Run, parent: Moment) -> None:
        """Plan a run that begins from a moment of `run`, with its settings to be changed."""
        self._parent = parent
        plan = branched_plan(self._session.project, run)
        self._families.choose(run.family)
        self._unfold.setChecked(True)
        settings = usual_settings(self._session.project, run.family)
        self._form(run.family).set_value(with_values(settings, plan.settings))
        self._size.setCurrentIndex(self._size.findData(plan.size))
        self._origin_text.setText(_origin_in_words(self._session.project, run, parent))
        self._follow_parent()

    @Slot()
    def begin_anew(self) -> None:
        """Plan a run that begins from nothing."""
        self._parent = None
        self._follow_parent()

    @property
    def planned(self) -> PlannedRun:
        family = self._family
        form = self._forms.get(family)
        plan = Plan(
            size=self._size.currentData(),
            seed=self._seed.value(),
            minutes=None if self._is_fitted else self._minutes.value(),
            settings={} if form is None else _changed(form.value(), usual_settings(self._session.project, family)),
        )
        return PlannedRun(family, plan, self._parent)

    def refresh(self) -> None:
        """Say what is to be expected of the images as they are now."""
        self._show_outlook()

    @property
    def _family(self) -> str:
        return self._families.family

    @property
    def _is_fitted(self) -> bool:
        return self._family in FAMILIES and issubclass(family_class(self._family), FittedFamily)

    def _make_origin(self) -> QFrame:
        """What a run begins from, where it does not begin from nothing."""
        self._origin = QFrame()
        self._origin.setProperty("role", "notice")
        self._origin_text = make_label(wrap=True)
        self._origin_text.setObjectName("train.origin")
        anew = Button(tr("Begin from nothing"), "train.anew", tr("Plan a run of its own instead"))
        anew.clicked.connect(self.begin_anew)
        layout = QHBoxLayout(self._origin)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self._origin_text, 1)
        layout.addWidget(anew)
        self._origin.hide()
        return self._origin

    def _follow_parent(self) -> None:
        """A branch is of the family and size of what it began from."""
        self._origin.setVisible(self._parent is not None)
        self._families.setVisible(self._parent is None)
        self._size.setEnabled(self._parent is None)
        self._choose()

    def _make_presets(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        self._presets = QButtonGroup(self)
        for number, (name, preset) in enumerate(PRESETS.items()):
            title, sentence = tr(preset.title), tr(preset.sentence)
            choice = Choice(title, sentence, f"train.preset.{name}", tr("Set the time: {choice}", choice=sentence))
            self._presets.addButton(choice, number)
            row.addWidget(choice, 1)
        self._presets.idClicked.connect(self._take_preset)
        return row

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
        self._minutes.setValue(PRESETS[DEFAULT_PRESET].minutes)
        self._minutes.setSuffix(tr(" min"))
        self._seed = SpinBox()
        self._seed.setMaximum(2**31 - 1)
        rows = (
            (tr("Time"), self._minutes, "train.minutes", tr("How long the run may take in all; pauses do not count")),
            (tr("Size"), self._size, "train.size", tr("Side of the square images that are learned and made")),
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
        self._settings = card.body

    @Slot(int)
    def _take_preset(self, number: int) -> None:
        self._minutes.setValue(list(PRESETS.values())[number].minutes)

    @Slot()
    def _mark_preset(self) -> None:
        """Show the choice that the minutes are, if they are any."""
        minutes = [preset.minutes for preset in PRESETS.values()]
        chosen = minutes.index(self._minutes.value()) if self._minutes.value() in minutes else None
        self._presets.setExclusive(False)
        for number, button in enumerate(self._presets.buttons()):
            button.setChecked(number == chosen)
        self._presets.setExclusive(chosen is not None)
        self._show_outlook()

    @Slot()
    def _choose(self) -> None:
        is_family = self._family in FAMILIES
        if is_family and self._unfold.isChecked():
            self._form(self._family)
        for name, form in self._forms.items():
            form.setVisible(self._unfold.isChecked() and name == self._family)
        self._unfold.setVisible(is_family)
        for widget in (self._minutes, *self._presets.buttons()):
            widget.setEnabled(not self._is_fitted)
        self._show_outlook()

    def _form(self, family: str) -> Form:
        """The settings of a family, made when they are first seen."""
        if family not in self._forms:
            self._forms[family] = Form(family_class(family).Settings, f"train.{family}")
            self._forms[family].set_value(usual_settings(self._session.project, family))
            self._forms[family].changed.connect(self._show_outlook)
            self._settings.addWidget(self._forms[family])
        return self._forms[family]

    @Slot()
    def _show_outlook(self) -> None:
        self._outlook.show_planned(self.planned)


def _origin_in_words(project: Project, run: Run, parent: Moment) -> str:
    words = tr("Begins from {run} at step {step:,}.", run=name_of(run), step=parent.step)
    if keeps_all(project, parent):
        return words
    return f"{words} {tr('Of this moment only what samples are made with is kept: the rest learns anew.')}"


def _changed(settings: msgspec.Struct, usual: msgspec.Struct) -> dict[str, Any]:
    """Settings that are not as usual."""
    usual_values = msgspec.structs.asdict(usual)
    return {name: value for name, value in msgspec.structs.asdict(settings).items() if value != usual_values[name]}
