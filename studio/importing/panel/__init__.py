"""The Import screen: where images come from, which came in, and which did not."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from models.events import Event, Notice
from studio.importing import ImportResult, import_sources, rejections
from studio.importing.gather import IMAGE_SUFFIXES
from studio.project.items import class_counts, count, item_ids
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card, EmptyState
from studio.widgets.count_table import CountTable
from studio.widgets.gallery import Gallery
from studio.widgets.inputs import ComboBox
from studio.widgets.labels import make_label
from studio.widgets.panel import Panel
from studio.widgets.rejection_list import RejectionList
from studio.widgets.session import Session
from studio.widgets.theme import GAP

REAL = "origin = 'real'"
SIDE = 288
Policy = QSizePolicy.Policy
ALL, UNLABELED = "", None
"""What the filter holds beside the names of classes, none of which is empty."""
LAYOUT_TITLES = {"auto": "subfolders, if they look like it", "folders": "subfolders", "flat": "nowhere"}


class ImportPanel(Panel):
    stage = "import"
    title = "Import"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._table: Path | None = None
        self._remarks: list[str] = []
        self._add_actions()
        self.setAcceptDrops(True)
        self._drop = self._make_drop()
        self._gallery_card = self._make_gallery()
        self._classes_card = self._make_classes()
        self._rejected_card = self._make_rejected()
        side = QVBoxLayout()
        side.setSpacing(GAP)
        side.addWidget(self._classes_card, 1)
        side.addWidget(self._rejected_card, 1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._gallery_card, 1)
        row.addLayout(side)
        self.body.addWidget(self._drop)
        self.body.addLayout(row, 1)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Bring in folders and files, with the classes that the choices above the gallery ask for."""
        project, layout, table = self.session.project, self._layout_choice.currentData(), self._table
        if self._is_busy() or not paths:
            return
        self.clear_notice()
        self._remarks = []
        job = self.session.jobs.start(
            self.stage, tr("Importing images"), lambda: import_sources(project, paths, layout, table)
        )
        job.events.connect(self._heard)
        job.done.connect(self._imported)
        job.failed.connect(self.notify)
        self._enable()

    def set_labels(self, table: Path | None) -> None:
        """Take the classes of the next import from a table; None goes back to folders."""
        self._table = table
        self._table_name.setText("" if table is None else table.name)
        self._table_name.setVisible(table is not None)
        self._table_clear.setVisible(table is not None)
        self._layout_choice.setEnabled(table is None)

    def refresh(self) -> None:
        self._enable()
        self._say()
        images = count(self.session.project, REAL)
        self._invitation.setVisible(not images)
        self._drop.setSizePolicy(Policy.Preferred, Policy.Maximum if images else Policy.Expanding)
        self._more.setVisible(bool(images))
        self._gallery_card.setVisible(bool(images))
        self._classes_card.setVisible(bool(images))
        self._show_rejected()
        if images:
            self._show_classes()
            self._show_images()

    # building

    def _add_actions(self) -> None:
        self._files = self.add_action(
            tr("Choose files…"),
            "import.files",
            tr("Import single images, or a table of labels"),
            shortcut="Ctrl+Shift+I",
        )
        self._folder = self.add_action(
            tr("Choose folder…"), "import.folder", tr("Import all images in a folder"), primary=True, shortcut="Ctrl+I"
        )
        self._files.clicked.connect(self._choose_files)
        self._folder.clicked.connect(self._choose_folder)

    def _make_drop(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("import.drop")
        frame.setProperty("role", "drop")
        self._invitation = EmptyState("import", tr("Drop folders or images here, or choose them above."))
        self._invitation.setMinimumHeight(220)
        self._more = make_label(tr("Drop more folders or images here"), "mute")
        row = QHBoxLayout()
        row.addWidget(self._more)
        row.addStretch(1)
        self._fill_choices(row)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self._invitation)
        layout.addLayout(row)
        return frame

    def _fill_choices(self, row: QHBoxLayout) -> None:
        self._layout_choice = ComboBox()
        self._layout_choice.setObjectName("import.layout")
        self._layout_choice.setAccessibleName(tr("Classes from"))
        self._layout_choice.setToolTip(tr("Where the class of each image comes from"))
        for layout, title in LAYOUT_TITLES.items():
            self._layout_choice.addItem(tr(title), layout)
        choose = Button(
            tr("Table of labels…"), "import.labels", tr("Take classes from a CSV table with the columns file and label")
        )
        choose.clicked.connect(self._choose_labels)
        self._table_name = make_label("", "strong")
        self._table_name.hide()
        self._table_clear = Button("", "import.labels.clear", tr("Use no table"), icon_name="close", flat=True)
        self._table_clear.clicked.connect(self._clear_labels)
        self._table_clear.hide()
        for widget in (make_label(tr("Classes from"), "mute"), self._layout_choice, choose):
            row.addWidget(widget)
        row.addWidget(self._table_name)
        row.addWidget(self._table_clear)

    def _make_gallery(self) -> Card:
        card = Card(tr("Images"))
        self._filter = ComboBox()
        self._filter.setObjectName("import.filter")
        self._filter.setAccessibleName(tr("Show"))
        self._filter.setToolTip(tr("Which images are shown"))
        self._filter.currentIndexChanged.connect(self._show_images)
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

    def _is_busy(self) -> bool:
        return self.session.jobs.running(self.stage) is not None

    def _enable(self) -> None:
        for button in (self._files, self._folder):
            button.setEnabled(not self._is_busy())

    def _say(self) -> None:
        images = count(self.session.project, REAL)
        if not images:
            self.set_sentence(tr("Your files stay where they are and are only read."))
            return
        counts = class_counts(self.session.project, REAL)
        classes = sum(1 for label, number in counts.items() if label and number)
        named = trn("{n} class", "{n} classes", classes) if classes else tr("no classes yet")
        self.set_sentence(
            tr("{images}, {classes}. The files stay where they are.", images=_images(images), classes=named)
        )

    def _show_classes(self) -> None:
        """The counts, and the same as choices of the filter without losing the one that is made."""
        counts = {label: number for label, number in class_counts(self.session.project, REAL).items() if number}
        no_label = tr("no label")
        self._counts.show_counts({label or no_label: [number] for label, number in counts.items()})
        choices = [(tr("all"), ALL), *((label or no_label, label or UNLABELED) for label in counts)]
        known = [data for _, data in choices]
        if known != [self._filter.itemData(row) for row in range(self._filter.count())]:
            chosen = self._filter.currentData()
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
            ids = item_ids(self.session.project, REAL)
        else:
            ids = item_ids(self.session.project, f"{REAL} AND label IS ?", (chosen,))
        self._gallery.set_ids(ids)

    def _show_rejected(self) -> None:
        rejected = rejections(self.session.project)
        self._rejected_card.setVisible(bool(rejected))
        self._rejected_card.set_note(trn("{n} file", "{n} files", len(rejected)))
        self._rejected.show_rejected(rejected)

    # importing

    @Slot(list)
    def _heard(self, events: list[Event]) -> None:
        self._remarks += [event.text for event in events if isinstance(event, Notice)]

    @Slot(object)
    def _imported(self, result: ImportResult) -> None:
        words = [trn("{n} image imported.", "{n} images imported.", result.imported)]
        if result.unchanged:
            words.append(trn("{n} was there already.", "{n} were there already.", result.unchanged))
        self.notify(" ".join(words + self._remarks), "warn" if self._remarks else "good")

    @Slot()
    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Import the images in"))
        if folder:
            self.import_paths([Path(folder)])

    @Slot()
    def _choose_files(self) -> None:
        suffixes = " ".join(f"*{suffix}" for suffix in sorted(IMAGE_SUFFIXES))
        names, _ = QFileDialog.getOpenFileNames(self, tr("Import images"), "", f"{tr('Images')} ({suffixes})")
        self.import_paths([Path(name) for name in names])

    @Slot()
    def _choose_labels(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Table of labels"), "", f"{tr('CSV tables')} (*.csv *.tsv *.txt)"
        )
        if name:
            self.set_labels(Path(name))

    @Slot()
    def _clear_labels(self) -> None:
        self.set_labels(None)

    # dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()) and not self._is_busy():
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Folders and images are imported, with the classes of a table that was dropped among them."""
        self._mark_drop(False)
        event.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        tables = [path for path in paths if path.suffix.lower() == ".csv"]
        if tables:
            self.set_labels(tables[0])
        self.import_paths([path for path in paths if path not in tables])

    def _mark_drop(self, is_over: bool) -> None:
        self._drop.setProperty("over", is_over)
        self._drop.style().polish(self._drop)


def _images(number: int) -> str:
    return trn("{n} image", "{n} images", number)
