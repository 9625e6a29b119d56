"""What came in: the images, how many there are of each class, and what did not come in."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.importing.rejections import Rejected, rejections
from studio.importing.source import Problem
from studio.project.items import class_counts, count
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.count_table import CountTable
from studio.widgets.gallery import Gallery
from studio.widgets.inputs import ComboBox
from studio.widgets.preparation_button import PreparationButton
from studio.widgets.rejection_list import RejectionList
from studio.widgets.session import Session
from studio.widgets.theme import GAP

REAL = "origin = 'real'"
SIDE = 288
ALL, UNLABELED = "", None
"""What the filter holds beside the names of classes, none of which is empty."""


class CameIn(QWidget):
    """Three cards; the last one only where something did not come in."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._problems: list[Rejected] = []
        side = QVBoxLayout()
        side.setSpacing(GAP)
        self._classes_card = self._make_classes()
        self._gallery_card = self._make_gallery()
        side.addWidget(self._classes_card, 1)
        self._rejected_card = self._make_rejected()
        side.addWidget(self._rejected_card, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._gallery_card, 1)
        row.addLayout(side)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """What the latest import could not use of annotations and tables; listed with the files."""
        self._problems = [Rejected(each.where, each.what) for each in problems]

    def refresh(self) -> bool:
        """Show what the project holds now; returns whether there is anything to show."""
        has_images = count(self.session.project, REAL) > 0
        has_rejected = self._show_rejected()
        self._gallery_card.setVisible(has_images)
        self._classes_card.setVisible(has_images)
        if has_images:
            self._show_classes()
            self._show_images()
        return has_images or has_rejected

    # building

    def _make_gallery(self) -> Card:
        card = Card(tr("Images"))
        self._filter = ComboBox()
        self._filter.setObjectName("import.filter")
        self._filter.setAccessibleName(tr("Show"))
        self._filter.setToolTip(tr("Which images are shown"))
        self._filter.currentIndexChanged.connect(self._show_images)
        card.header.addWidget(PreparationButton(self.session, "import.preparation"))
        card.header.addWidget(self._filter)
        self._gallery = Gallery(self.session, "import.gallery")
        card.body.addWidget(self._gallery, 1)
        return card

    def _make_classes(self) -> Card:
        card = Card(tr("Classes"))
        card.setFixedWidth(SIDE)
        self._counts = CountTable("import.classes", tr("Classes"), [tr("images")])
        card.body.addWidget(self._counts)
        return card

    def _make_rejected(self) -> Card:
        card = Card(tr("Not imported"))
        card.setFixedWidth(SIDE)
        self._rejected = RejectionList("import.rejected")
        copy = Button(tr("Copy"), "import.rejected.copy", tr("Copy the list of these files and their reasons"))
        copy.clicked.connect(self._rejected.copy)
        card.header.addWidget(copy)
        card.body.addWidget(self._rejected)
        return card

    # showing

    def _show_classes(self) -> None:
        """The counts, and the same as choices of the filter without losing the one that is made."""
        counts = {label: number for label, number in class_counts(self.session.project, REAL).items() if number}
        no_label = tr("no label")
        self._counts.show_counts({label or no_label: [number] for label, number in counts.items()})
        choices = [(tr("all"), ALL), *((label or no_label, label or UNLABELED) for label in counts)]
        known = [data for _, data in choices]
        if known != [self._filter.itemData(row) for row in range(self._filter.count())]:
            chosen = self._filter.currentData() if self._filter.count() else ALL
            self._filter.blockSignals(True)
            self._filter.clear()
            for title, data in choices:
                self._filter.addItem(title, data)
            self._filter.setCurrentIndex(known.index(chosen) if chosen in known else 0)
            self._filter.blockSignals(False)

    @Slot()
    def _show_images(self) -> None:
        chosen = self._filter.currentData()
        if chosen == ALL:
            self._gallery.show_where(REAL)
        else:
            self._gallery.show_where(f"{REAL} AND label IS ?", (chosen,))

    def _show_rejected(self) -> bool:
        rejected = rejections(self.session.project) + self._problems
        self._rejected_card.setVisible(bool(rejected))
        self._rejected_card.set_note(trn("{n} entry", "{n} entries", len(rejected)))
        self._rejected.show_rejected(rejected)
        return bool(rejected)
