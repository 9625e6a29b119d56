"""How many variants of the training images to write, as files or into what training learns from."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit

from studio.augmenting.materialize import TRAINING
from studio.augmenting.variants import project_variants, variant_total
from studio.project import Project
from studio.project.items import class_counts
from studio.project.versions import Variants
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.inputs import ComboBox, SpinBox
from studio.widgets.labels import make_label

MOST_VARIANTS = 1000
TARGET_TITLES = {"files": "Files in a folder", "training": "What training learns from"}


class Order(NamedTuple):
    out: Path | None
    """None for what training learns from."""
    per_image: int
    balance: bool


class VariantsCard(Card):
    """`ordered` carries an `Order`; `given_up` asks to leave the number of variants to training again."""

    ordered = Signal(object)
    given_up = Signal()

    def __init__(self, project: Project) -> None:
        super().__init__(tr("Write variants"))
        self.setObjectName("augment.variants")
        self._project = project
        self._sizes: Sequence[int] = ()
        self._count = SpinBox()
        self._count.setObjectName("augment.variants.count")
        self._count.setAccessibleName(tr("Variants of each image"))
        self._count.setToolTip(tr("How many variants are written of each training image"))
        self._count.setRange(1, MOST_VARIANTS)
        self._count.setValue(4)
        self._count.valueChanged.connect(self._say)
        self._balance = QCheckBox(tr("as many of each class"))
        self._balance.setObjectName("augment.variants.balance")
        self._balance.setToolTip(
            tr("Small classes get more variants of each image, until all have as many as the largest")
        )
        self._balance.toggled.connect(self._say)
        self._folder = QLineEdit()
        self._folder.setObjectName("augment.variants.folder")
        self._folder.setAccessibleName(tr("Folder"))
        self._folder.setToolTip(tr("A new or empty folder"))
        self._choose = Button(tr("Choose…"), "augment.variants.choose", tr("Choose the folder in which to make it"))
        self._choose.clicked.connect(self._choose_folder)
        self._target = ComboBox()
        self._target.setObjectName("augment.variants.target")
        self._target.setAccessibleName(tr("Where to"))
        self._target.setToolTip(tr("Files for any program, or a new version of the data set, for the next run here"))
        for target, title in TARGET_TITLES.items():
            self._target.addItem(tr(title), target)
        self._target.currentIndexChanged.connect(self._show_target)
        self._give_up = Button(
            tr("Leave it to training"),
            "augment.variants.give_up",
            tr("Training makes as many variants as it finds right, as before"),
            flat=True,
        )
        self._give_up.clicked.connect(self.given_up)
        self._in_force = make_label("", "note", wrap=True)
        close = Button("", "augment.variants.close", tr("Leave it"), icon_name="close", flat=True)
        close.clicked.connect(self.hide)
        self.header.addWidget(close)
        start = Button(tr("Write"), "augment.variants.start", tr("Write the variants"), primary=True)
        start.clicked.connect(self._start)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(make_label(tr("Variants of each image")))
        first.addWidget(self._count)
        first.addWidget(self._balance, 1)
        for widget, stretch in (
            *((self._target, 0), (self._folder, 1), (self._choose, 0)),
            *((self._in_force, 1), (self._give_up, 0), (start, 0)),
        ):
            second.addWidget(widget, stretch)
        self.body.addLayout(first)
        self.body.addLayout(second)
        self._show_target()
        self.hide()

    def refresh(self) -> None:
        """Look how many images there are, where there is room, and what training has been told."""
        wish = project_variants(self._project)
        self._in_force.setText(_in_words(wish))
        self._give_up.setEnabled(wish is not None)
        self._show_target()
        self._sizes = [size for size in class_counts(self._project, TRAINING).values() if size]
        if not self._folder.text() or not _is_free(Path(self._folder.text())):
            self._folder.setText(str(free_folder(self._project)))
        self._say()

    @Slot()
    def _say(self) -> None:
        total = variant_total(self._sizes, self._count.value(), self._balance.isChecked())
        if self._is_for_training:
            note = trn(
                "{n} variant, of the steps that generators may learn",
                "{n} variants, of the steps that generators may learn",
                total,
            )
        else:
            note = trn(
                "{n} file, with masks and a manifest of what was drawn",
                "{n} files, with masks and a manifest of what was drawn",
                total,
            )
        self.set_note(note)

    @property
    def _is_for_training(self) -> bool:
        return self._target.currentData() == "training"

    @Slot()
    def _show_target(self) -> None:
        is_for_training = self._is_for_training
        for widget, is_shown in (
            *((self._folder, not is_for_training), (self._choose, not is_for_training)),
            *((self._in_force, is_for_training), (self._give_up, is_for_training and self._give_up.isEnabled())),
        ):
            widget.setVisible(is_shown)
        self._say()

    @Slot()
    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Choose a folder"), str(Path(self._folder.text()).parent))
        if path:
            self._folder.setText(str(_free_in(Path(path))))

    @Slot()
    def _start(self) -> None:
        out = None if self._is_for_training else Path(self._folder.text())
        self.ordered.emit(Order(out, self._count.value(), self._balance.isChecked()))


def _in_words(wish: Variants | None) -> str:
    """What the next run is going to learn from as things stand."""
    if wish is None:
        return tr("So far training makes up to four variants of each image by itself.")
    if wish.balance:
        return trn(
            "Now: {n} variant of each image, more of small classes.",
            "Now: {n} variants of each image, more of small classes.",
            wish.per_image,
        )
    return trn("Now: {n} variant of each image.", "Now: {n} variants of each image.", wish.per_image)


def free_folder(project: Project) -> Path:
    """Where variants are written unless the user says otherwise."""
    return _free_in(project.folder / "exports")


def _free_in(folder: Path) -> Path:
    return next(path for number in count(1) if _is_free(path := folder / f"variants-{number}"))


def _is_free(path: Path) -> bool:
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))
