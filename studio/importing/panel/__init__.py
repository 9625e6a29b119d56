"""The Import screen: where images come from, which came in, and which did not."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog

from models.events import Event, Notice, Progress, Task
from studio import tables
from studio.importing import ImportResult, archives, import_sources
from studio.importing.again import ScannedAgain
from studio.importing.gather import IMAGE_SUFFIXES
from studio.importing.options import WHOLE_IMAGES, ImportOptions
from studio.importing.panel.came_in import REAL, CameIn
from studio.importing.panel.drop_area import DropArea
from studio.importing.panel.found_card import FoundCard
from studio.importing.panel.upkeep import Upkeep
from studio.importing.reading import AUTO
from studio.importing.recognize import recognize
from studio.importing.recognized import Recognized
from studio.project import Project
from studio.project.items import class_counts, count
from studio.text import tr, trn
from studio.widgets.jobs import Job
from studio.widgets.panel import Panel
from studio.widgets.session import Session


class ImportPanel(Panel):
    stage = "import"
    title = "Import"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._asked: tuple[Path, ...] = ()
        self._layout = AUTO
        self._recognized: Recognized | None = None
        self._table: Path | None = None
        self._remarks: list[str] = []
        self._add_actions()
        self.setAcceptDrops(True)
        self._upkeep = Upkeep(self)
        self._upkeep.scanned.connect(self._scanned_again)
        self._found = self._make_found()
        self._drop = DropArea()
        self._drop.again.connect(self._upkeep.scan_again)
        self._came_in = CameIn(session)
        self.body.addWidget(self._found, 1)
        self.body.addWidget(self._drop)
        self.body.addWidget(self._came_in, 1)

    def look_into(self, paths: Sequence[Path], layout: str = AUTO) -> None:
        """Recognize what lies in folders, archives, tables and files, and show it before anything comes in."""
        if self._is_busy() or not paths:
            return
        project, table = self.session.project, self._table
        self._asked, self._layout = tuple(paths), layout
        self.clear_notice()
        job = self._start(tr("Looking into the files"), lambda: recognize(project, paths, layout, table))
        job.done.connect(self._show_found)
        job.canceled.connect(self._keep_found)
        job.failed.connect(self._keep_found)
        self._found.set_busy(True)

    def import_paths(self, paths: Sequence[Path], layout: str = AUTO, options: ImportOptions = WHOLE_IMAGES) -> None:
        """Bring in folders, archives, tables and files."""
        if self._is_busy() or not paths:
            return
        project, table = self.session.project, self._table
        self.clear_notice()
        job = self._start(tr("Importing images"), lambda: import_sources(project, paths, layout, table, options))
        job.done.connect(self._imported)

    def refresh(self) -> None:
        self._enable()
        self._say()
        images = count(self.session.project, REAL)
        is_asking = self._found.isVisibleTo(self)
        self._drop.setVisible(not is_asking)
        self._came_in.setVisible(self._came_in.refresh() and not is_asking)
        self._drop.show_state(bool(images))

    # building

    def _add_actions(self) -> None:
        self._files = self.add_action(
            tr("Choose files…"),
            "import.files",
            tr("Import single images, archives, or a table of labels"),
            shortcut="Ctrl+Shift+I",
        )
        self._folder = self.add_action(
            tr("Choose folder…"), "import.folder", tr("Import all images in a folder"), primary=True, shortcut="Ctrl+I"
        )
        self._files.clicked.connect(self._choose_files)
        self._folder.clicked.connect(self._choose_folder)

    def _make_found(self) -> FoundCard:
        card = FoundCard()
        card.corrected.connect(self._correct)
        card.table_wanted.connect(self._choose_table)
        card.table_unwanted.connect(self._use_no_table)
        card.accepted.connect(self._accept)
        card.declined.connect(self._decline)
        card.hide()
        return card

    # showing

    def _is_busy(self) -> bool:
        return self.session.jobs.running(self.stage) is not None

    def _enable(self) -> None:
        for button in (self._files, self._folder, self._drop.again_button):
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

    # importing

    def _start(self, title: str, make_task: Callable[[], Task]) -> Job:
        self._remarks = []
        job = self.session.jobs.start(self.stage, title, make_task)
        job.events.connect(self._heard)
        job.failed.connect(self.notify)
        self._enable()
        return job

    @Slot(list)
    def _heard(self, events: list[Event]) -> None:
        self._remarks += [event.text for event in events if isinstance(event, Notice)]

    @Slot()
    def _keep_found(self) -> None:
        """Another look came to nothing: what was found before it stands."""
        if self._recognized is not None:
            self._layout = self._recognized.layout
            self._found.show_found(self._recognized, self._table)
            self._found.set_busy(False)

    @Slot(object)
    def _show_found(self, found: Recognized) -> None:
        self._recognized = found
        self._found.show_found(found, self._table)
        self._found.set_busy(False)
        self._found.show()
        if self._remarks:
            self.notify(" ".join(self._remarks), "info")
        self.refresh()

    @Slot()
    def _correct(self) -> None:
        self._table = None
        self.look_into(self._asked, self._found.layout_name)

    @Slot()
    def _choose_table(self) -> None:
        suffixes = " ".join(f"*{suffix}" for suffix in (*tables.SUFFIXES, ".txt"))
        name, _ = QFileDialog.getOpenFileName(self, tr("Table of labels"), "", f"{tr('Tables')} ({suffixes})")
        if name:
            self._table = Path(name)
            self.look_into(self._asked)

    @Slot()
    def _use_no_table(self) -> None:
        self._table = None
        self.look_into(self._asked)

    @Slot(object)
    def _accept(self, options: ImportOptions) -> None:
        self.import_paths(self._asked, self._layout, options)
        self._leave_found()

    @Slot()
    def _decline(self) -> None:
        """Leave the sources alone; what was unpacked of them goes."""
        self._leave_found()
        project = self.session.project
        if not self._is_busy() and any(place.exists() for place in archives.unpacked_places(project)):
            self.session.jobs.start(self.stage, tr("Tidying up"), lambda: _discard(project))

    def _leave_found(self) -> None:
        self._found.hide()
        self._recognized = self._table = None
        self.refresh()

    @Slot(object)
    def _imported(self, result: ImportResult) -> None:
        self._came_in.set_problems(result.problems)
        words = [trn("{n} image imported.", "{n} images imported.", result.imported)]
        if result.unchanged:
            words.append(trn("{n} was there already.", "{n} were there already.", result.unchanged))
        self.notify(" ".join(words + self._remarks), "warn" if self._remarks else "good")

    @Slot(object)
    def _scanned_again(self, result: ScannedAgain) -> None:
        self._came_in.set_problems(result.problems)
        self.refresh()

    @Slot()
    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Import the images in"))
        if folder:
            self.look_into([Path(folder)])

    @Slot()
    def _choose_files(self) -> None:
        kinds = {
            tr("Images, archives and tables"): (*sorted(IMAGE_SUFFIXES), *archives.SUFFIXES, *tables.SUFFIXES, ".json"),
            tr("All files"): ("",),
        }
        filters = ";;".join(
            f"{title} ({' '.join(f'*{each}' for each in suffixes)})" for title, suffixes in kinds.items()
        )
        names, _ = QFileDialog.getOpenFileNames(self, tr("Import images"), "", filters)
        self.look_into([Path(name) for name in names])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._upkeep.look()

    # dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()) and not self._is_busy():
            event.acceptProposedAction()
            self._drop.mark(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop.mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Any mix of folders, archives, images and tables is looked into as a whole."""
        self._drop.mark(False)
        event.acceptProposedAction()
        self._table = None
        self.look_into([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])


def _images(number: int) -> str:
    return trn("{n} image", "{n} images", number)


def _discard(project: Project) -> Task[None]:
    yield Progress(0, 0, tr("Tidying up"))
    archives.discard_unused(project)
