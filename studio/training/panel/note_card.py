"""What the user calls a run, and writes about it; kept as it is written."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from studio.project import Project
from studio.project.runs import Run, find_run, set_note, set_title
from studio.text import tr
from studio.training.story import name_of
from studio.widgets.cards import Card

NOTE_HEIGHT = 56


class NoteCard(Card):
    """The name and the notes of one run."""

    renamed = Signal()

    def __init__(self, project: Project) -> None:
        super().__init__(tr("Notes"))
        self._project = project
        self._run = ""
        self._title = QLineEdit()
        self._title.setObjectName("train.title")
        self._title.setAccessibleName(tr("Name of the run"))
        self._title.setToolTip(tr("What this run is called in the studio; empty: its family's name"))
        self._title.textEdited.connect(self._keep_title)
        self._title.editingFinished.connect(self.renamed)
        self._note = QPlainTextEdit()
        self._note.setObjectName("train.note")
        self._note.setAccessibleName(tr("Notes"))
        self._note.setToolTip(tr("Whatever you want to remember about this run; it is kept at once"))
        self._note.setPlaceholderText(tr("What is worth remembering about this run?"))
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(NOTE_HEIGHT)
        self._note.textChanged.connect(self._keep_note)
        self.body.addWidget(self._title)
        self.body.addWidget(self._note)

    def show_run(self, run: Run) -> None:
        if run.name == self._run:
            return  # the user may be writing
        self._run = run.name
        self._title.setText(run.title)
        self._title.setPlaceholderText(name_of(run) if not run.title else run.name)
        self._note.blockSignals(True)
        self._note.setPlainText(run.note)
        self._note.blockSignals(False)

    def edit_title(self) -> None:
        """Let the user write the name."""
        self._title.setFocus()
        self._title.selectAll()

    @Slot(str)
    def _keep_title(self, title: str) -> None:
        set_title(self._project, self._run, title.strip())

    @Slot()
    def _keep_note(self) -> None:
        if self._note.toPlainText() != find_run(self._project, self._run).note:
            set_note(self._project, self._run, self._note.toPlainText())
