"""The Import screen: where images come from, which came in, and which did not."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from models.events import Event, Notice, Progress, Task
from studio import tables
from studio.importing import ImportResult, archives, import_sources
from studio.importing.again import ScannedAgain, import_again
from studio.importing.gather import IMAGE_SUFFIXES
from studio.importing.options import WHOLE_IMAGES, ImportOptions
from studio.importing.panel.came_in import REAL, CameIn
from studio.importing.panel.found_card import FoundCard
from studio.importing.reading import AUTO
from studio.importing.recognize import recognize
from studio.importing.recognized import Recognized
from studio.importing.relink import Relinked, relink, seem_moved
from studio.project import Project
from studio.project.items import class_counts, count
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import EmptyState
from studio.widgets.jobs import Job
from studio.widgets.labels import make_label
from studio.widgets.latest import Latest
from studio.widgets.panel import Panel
from studio.widgets.session import Session

Policy = QSizePolicy.Policy


class ImportPanel(Panel):
    stage = "import"
    title = "Import"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._asked: tuple[Path, ...] = ()
        self._recognized: Recognized | None = None
        self._table: Path | None = None
        self._remarks: list[str] = []
        self._add_actions()
        self.setAcceptDrops(True)
        self._moved = Latest(self)
        self._moved.ready.connect(self._offer_relink)
        self._found = self._make_found()
        self._drop = self._make_drop()
        self._came_in = CameIn(session)
        self.body.addWidget(self._found, 1)
        self.body.addWidget(self._drop)
        self.body.addWidget(self._came_in, 1)

    def look_into(self, paths: Sequence[Path], layout: str = AUTO) -> None:
        """Recognize what lies in folders, archives, tables and files, and show it before anything comes in."""
        if self._is_busy() or not paths:
            return
        project, table = self.session.project, self._table
        self._asked = tuple(paths)
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
        self._invitation.setVisible(not images)
        self._drop.setSizePolicy(Policy.Preferred, Policy.Maximum if images else Policy.Expanding)
        self._more.setVisible(bool(images))
        self._again.setVisible(bool(images))

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

    def _make_drop(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("import.drop")
        frame.setProperty("role", "drop")
        self._invitation = EmptyState(
            "import", tr("Drop folders, archives, images or tables of labels here, or choose them above.")
        )
        self._invitation.setMinimumHeight(220)
        self._more = make_label(tr("Drop more folders, archives or images here"), "mute")
        self._again = Button(
            tr("Scan again"),
            "import.again",
            tr("Look for new, changed, moved and vanished files in everything that was imported"),
            icon_name="refresh",
        )
        self._again.clicked.connect(self._scan_again)
        row = QHBoxLayout()
        row.addWidget(self._more)
        row.addStretch(1)
        row.addWidget(self._again)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self._invitation)
        layout.addLayout(row)
        return frame

    # showing

    def _is_busy(self) -> bool:
        return self.session.jobs.running(self.stage) is not None

    def _enable(self) -> None:
        for button in (self._files, self._folder, self._again):
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
        self.import_paths(self._asked, self._found.layout_name, options)
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

    @Slot()
    def _scan_again(self) -> None:
        project = self.session.project
        self.clear_notice()
        self._start(tr("Scanning again"), lambda: import_again(project)).done.connect(self._scanned_again)

    @Slot(object)
    def _scanned_again(self, result: ScannedAgain) -> None:
        words = [trn("{n} image imported.", "{n} images imported.", result.imported)]
        if n := result.moved:
            words.append(trn("{n} file was found elsewhere.", "{n} files were found elsewhere.", n))
        text = " ".join(words + self._remarks)
        if result.vanished:
            self._notice.show_text(text, "warn", {tr("Relink…"): self._choose_moved})
        else:
            self.notify(text, "warn" if self._remarks else "good")

    @Slot(object)
    def _offer_relink(self, is_needed: bool) -> None:
        if is_needed and not self._notice.isVisible():
            text = tr(
                "Files of this project are not where they were. Say where they are, and they are found by content."
            )
            self._notice.show_text(text, "warn", {tr("Relink…"): self._choose_moved})

    @Slot()
    def _choose_moved(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Where the files are now"))
        project = self.session.project
        if folder and not self._is_busy():
            self._start(tr("Relinking"), lambda: relink(project, Path(folder))).done.connect(self._relinked)

    @Slot(object)
    def _relinked(self, result: Relinked) -> None:
        words = [trn("{n} file was found again.", "{n} files were found again.", result.relinked)]
        if n := len(result.missing):
            words.append(trn("{n} is still missing.", "{n} are still missing.", n))
        self.notify(" ".join(words), "warn" if result.missing else "good")

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
        project = self.session.project
        self._moved.ask(lambda: seem_moved(project))

    # dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()) and not self._is_busy():
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Any mix of folders, archives, images and tables is looked into as a whole."""
        self._mark_drop(False)
        event.acceptProposedAction()
        self._table = None
        self.look_into([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _mark_drop(self, is_over: bool) -> None:
        self._drop.setProperty("over", is_over)
        self._drop.style().polish(self._drop)


def _images(number: int) -> str:
    return trn("{n} image", "{n} images", number)


def _discard(project: Project) -> Task[None]:
    yield Progress(0, 0, tr("Tidying up"))
    archives.discard_unused(project)
