"""What to write where: variants of the training images as files."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit

from studio.augmenting.materialize import TRAINING, variant_total
from studio.project import Project
from studio.project.items import class_counts
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.inputs import SpinBox
from studio.widgets.labels import make_label

MOST_VARIANTS = 1000


class Order(NamedTuple):
    out: Path
    per_image: int
    balance: bool


class VariantsCard(Card):
    """`ordered` carries an `Order`."""

    ordered = Signal(object)

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
        choose = Button(tr("Choose…"), "augment.variants.choose", tr("Choose the folder in which to make it"))
        choose.clicked.connect(self._choose_folder)
        close = Button("", "augment.variants.close", tr("Leave it"), icon_name="close", flat=True)
        close.clicked.connect(self.hide)
        self.header.addWidget(close)
        start = Button(tr("Write"), "augment.variants.start", tr("Write the variants"), primary=True)
        start.clicked.connect(self._start)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(make_label(tr("Variants of each image")))
        first.addWidget(self._count)
        first.addWidget(self._balance, 1)
        for widget, stretch in ((make_label(tr("Folder")), 0), (self._folder, 1), (choose, 0), (start, 0)):
            second.addWidget(widget, stretch)
        self.body.addLayout(first)
        self.body.addLayout(second)
        self.hide()

    def refresh(self) -> None:
        """Look how many images there are, and where there is room."""
        self._sizes = [size for size in class_counts(self._project, TRAINING).values() if size]
        if not self._folder.text() or not _is_free(Path(self._folder.text())):
            self._folder.setText(str(free_folder(self._project)))
        self._say()

    @Slot()
    def _say(self) -> None:
        total = variant_total(self._sizes, self._count.value(), self._balance.isChecked())
        self.set_note(
            trn(
                "{n} file, with masks and a manifest of what was drawn",
                "{n} files, with masks and a manifest of what was drawn",
                total,
            )
        )

    @Slot()
    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Choose a folder"), str(Path(self._folder.text()).parent))
        if path:
            self._folder.setText(str(_free_in(Path(path))))

    @Slot()
    def _start(self) -> None:
        self.ordered.emit(Order(Path(self._folder.text()), self._count.value(), self._balance.isChecked()))


def free_folder(project: Project) -> Path:
    """Where variants are written unless the user says otherwise."""
    return _free_in(project.folder / "exports")


def _free_in(folder: Path) -> Path:
    return next(path for number in count(1) if _is_free(path := folder / f"variants-{number}"))


def _is_free(path: Path) -> bool:
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))
