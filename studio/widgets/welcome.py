"""The first page: begin a project, go on with one, or try the sample."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.preferences import projects_folder
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.job_bar import JobBar
from studio.widgets.jobs import Jobs
from studio.widgets.labels import ElidedLabel, make_label
from studio.widgets.notices import Notice
from studio.widgets.theme import EDGE, GAP

WIDTH = 560


class Welcome(QWidget):
    """Says what the user wants; the window does it."""

    create_project = Signal(Path)
    open_project = Signal(Path)
    try_sample = Signal()
    dropped = Signal(Path)
    """A folder was dropped: a project, or images to begin one with."""

    def __init__(self, jobs: Jobs, recent: list[str], tools: tuple[Button, ...] = ()) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setAcceptDrops(True)
        self.notice = Notice("window.notice")
        self.sample = Button(
            tr("Try the sample project"), "welcome.sample", tr("Photos of brushed metal: good, scratched, pitted")
        )
        self.sample.clicked.connect(self.try_sample)
        self._drop = self._make_drop_place()
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addStretch(2)
        column.addLayout(_make_words())
        column.addWidget(self._drop)
        column.addLayout(self._make_buttons())
        projects = [Path(place) for place in recent if (Path(place) / "project.db").is_file()]
        if projects:
            column.addWidget(self._make_recent(projects))
        column.addStretch(3)
        self._lay_out(column, jobs, tools)

    def _lay_out(self, column: QVBoxLayout, jobs: Jobs, tools: tuple[Button, ...]) -> None:
        middle = QWidget()
        middle.setFixedWidth(WIDTH)
        middle.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.addStretch(1)
        for button in tools:
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, GAP, EDGE, GAP)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        layout.addWidget(middle, 1, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.notice)
        layout.addWidget(JobBar(jobs))

    def _make_drop_place(self) -> QFrame:
        place = QFrame()
        place.setProperty("role", "drop")
        place.setMinimumHeight(120)
        text = make_label(tr("Drop a folder of images here to begin, or a project to go on"), "mute", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(place).addWidget(text)
        return place

    def _make_buttons(self) -> QHBoxLayout:
        new = Button(tr("New project…"), "welcome.new", tr("Choose a name and place"), primary=True, shortcut="Ctrl+N")
        new.clicked.connect(self._ask_new)
        self.setFocusProxy(new)
        existing = Button(tr("Open…"), "welcome.open", tr("Open the folder of a project"), shortcut="Ctrl+O")
        existing.clicked.connect(self._ask_existing)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(new)
        row.addWidget(existing)
        row.addStretch(1)
        row.addWidget(self.sample)
        return row

    def _make_recent(self, projects: list[Path]) -> Card:
        card = Card(tr("Recent"))
        card.body.setSpacing(2)
        for number, folder in enumerate(projects):
            card.body.addWidget(self._make_row(number, folder))
        return card

    def _make_row(self, number: int, folder: Path) -> Button:
        row = Button("", f"welcome.recent.{number}", str(folder), flat=True)
        row.setAccessibleName(folder.stem)
        row.setFixedHeight(34)
        place = ElidedLabel(str(folder.parent), "note")
        place.setAlignment(Qt.AlignmentFlag.AlignRight)
        inside = QHBoxLayout(row)
        inside.setContentsMargins(8, 0, 8, 0)
        inside.addWidget(make_label(folder.stem))
        inside.addWidget(place, 1)
        row.clicked.connect(lambda: self.open_project.emit(folder))
        return row

    @Slot()
    def _ask_new(self) -> None:
        projects_folder().mkdir(parents=True, exist_ok=True)
        start = str(projects_folder() / tr("My images"))
        place, _ = QFileDialog.getSaveFileName(self, tr("Name the new project"), start)
        if place:
            self.create_project.emit(Path(place))

    @Slot()
    def _ask_existing(self) -> None:
        place = QFileDialog.getExistingDirectory(self, tr("Open a project"), str(projects_folder()))
        if place:
            self.open_project.emit(Path(place))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _folders(event):
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark_drop(False)
        event.acceptProposedAction()
        self.dropped.emit(_folders(event)[0])

    def _mark_drop(self, is_over: bool) -> None:
        self._drop.setProperty("over", is_over)
        self._drop.style().polish(self._drop)


def _make_words() -> QVBoxLayout:
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(make_label("Seedbed", "title"))
    words.addWidget(make_label(tr("From the images that you have to a data set that is large enough."), "sentence"))
    return words


def _folders(event: QDropEvent) -> list[Path]:
    paths = (Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
    return [path for path in paths if path.is_dir()]
