"""The window's content while a project is open: rail, the stage in view, job bar."""

from importlib import import_module

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.project import edits
from studio.project.items import classes, count
from studio.stages import STAGES, StageState, stage_states
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import EmptyState
from studio.widgets.job_bar import JobBar, amount
from studio.widgets.jobs import Job
from studio.widgets.notices import Notice
from studio.widgets.panel import Panel
from studio.widgets.rail import Rail
from studio.widgets.session import Session
from studio.widgets.shortcuts import ShortcutSheet
from studio.widgets.theme import EDGE, GAP
from studio.widgets.warm_up import WarmUp

PANELS = {
    "import": "studio.importing.panel:ImportPanel",
    "clean": "studio.cleaning.panel:CleanPanel",
    "label": "studio.labeling.panel:LabelPanel",
    "augment": "studio.augmenting.panel:AugmentPanel",
    "train": "studio.training.panel:TrainPanel",
    "evaluate": "studio.evaluating.panel:EvaluatePanel",
    "synthesize": "studio.synthesizing.panel:SynthesizePanel",
    "export": "studio.exporting.panel:ExportPanel",
}
NEED_TORCH = ("train", "evaluate", "synthesize")
"""Stages whose modules import torch: they wait until that is done, for the window would freeze for seconds."""

ITEM_STAGES, CHAIN_STAGES = ("import", "clean", "label"), ("augment",)
"""Stages that show what an edit of items, or of the chain, changed."""


class Workspace(QWidget):
    """Panels are built when they are first shown, and told to look again whenever the session says `changed`."""

    leave = Signal()
    """The user wants to close the project."""

    def __init__(self, session: Session, warm_up: WarmUp, tools: tuple[Button, ...] = ()) -> None:
        """`tools` are further buttons for the bottom of the rail."""
        super().__init__()
        self.setObjectName("workspace")
        self.session = session
        self.stage = ""
        self._warm_up = warm_up
        self._panels: dict[str, Panel] = {}
        self._states: dict[str, StageState] = {}
        self._seeks_work = False
        self._reader = session.reader()
        self._reader.ready.connect(self._take_states)
        self._reader.failed.connect(self._fail)
        self.notice = Notice("window.notice")
        self._rail = Rail()
        self._rail.chosen.connect(self.show_stage)
        self._stack = QStackedWidget()
        self._waiting = EmptyState("refresh", tr("Getting the engine ready…"))
        self._stack.addWidget(QWidget())  # until a stage is shown
        self._stack.addWidget(self._waiting)
        self._add_tools(tools)
        self._lay_out()
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.timeout.connect(self._look_if_shown)
        session.changed.connect(self._look_soon.start)
        session.navigate.connect(self.show_stage)
        session.jobs.started.connect(self._watch)
        for job in session.jobs.all:
            self._watch(job)
        warm_up.finished.connect(self._show_waiting_stage)
        self._look()

    @Slot(str)
    def show_stage(self, stage: str) -> None:
        self.stage = stage
        self._seeks_work = False
        self._rail.set_current(stage)
        must_wait = stage in NEED_TORCH and not self._warm_up.isFinished()
        self._stack.setCurrentWidget(self._waiting if must_wait else self.panel(stage))

    def show_where_work_stands(self) -> None:
        """The first stage that has something left to do, once that is known."""
        self._seeks_work = not self._states
        if self._seeks_work:
            return
        unfinished = (stage for stage in STAGES if self._states[stage].state != "done")
        self.show_stage(next(unfinished, STAGES[-1]))

    def panel(self, stage: str) -> Panel:
        """The screen of a stage, built now if it has not been shown before."""
        if stage not in self._panels:
            module, name = PANELS[stage].split(":")
            panel = getattr(import_module(module), name)(self.session)
            self._panels[stage] = panel
            self._stack.addWidget(panel)
        return self._panels[stage]

    @Slot()
    def show_shortcuts(self) -> None:
        ShortcutSheet(self.window(), self._panels.get(self.stage)).show()

    def _lay_out(self) -> None:
        foot = QVBoxLayout()
        foot.setContentsMargins(EDGE, 0, EDGE, GAP)
        foot.setSpacing(GAP)
        foot.addWidget(self.notice)
        foot.addWidget(JobBar(self.session.jobs))
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self._stack, 1)
        right.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addLayout(right, 1)

    def _add_tools(self, tools: tuple[Button, ...]) -> None:
        self._undo = Button("", "rail.undo", tr("Undo"), icon_name="undo", flat=True)
        self._redo = Button("", "rail.redo", tr("Redo"), icon_name="redo", flat=True)
        shortcuts = Button("", "rail.shortcuts", tr("Keyboard (F1)"), icon_name="help", flat=True)
        leave = Button("", "rail.leave", tr("Close the project"), icon_name="leave", flat=True, shortcut="Ctrl+W")
        self._undo.clicked.connect(self._undo_edit)
        self._redo.clicked.connect(self._redo_edit)
        shortcuts.clicked.connect(self.show_shortcuts)
        leave.clicked.connect(self.leave)
        for button in (self._undo, self._redo, *tools, shortcuts, leave):
            self._rail.tools.addWidget(button)
        self._add_key("Ctrl+Z", self._undo_edit)
        self._add_key("Ctrl+Shift+Z", self._redo_edit)
        self._add_key("F1", self.show_shortcuts)
        self._add_key("?", self.show_shortcuts)

    def _add_key(self, key: str, slot) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(slot)

    @Slot()
    def _undo_edit(self) -> None:
        self._say_out_of_sight(tr("Undone: {edit}."), self.session.undo())

    @Slot()
    def _redo_edit(self) -> None:
        self._say_out_of_sight(tr("Done again: {edit}."), self.session.redo())

    def _say_out_of_sight(self, sentence: str, edit: edits.Edit | None) -> None:
        """Say what was undone or redone where the stage in view does not show it."""
        if edit is not None and self.stage not in (CHAIN_STAGES if edit.kind in ("chain", "meaning") else ITEM_STAGES):
            self.notice.show_text(sentence.format(edit=edit.title))

    @Slot()
    def _look_if_shown(self) -> None:
        if self.isVisible():
            self._look()

    def _look(self) -> None:
        """Draw what the rail says of the project; where its stages stand is found out in the background."""
        project = self.session.project
        images = trn("{n} image", "{n} images", count(project, "origin = 'real'"))
        kinds = len(classes(project))
        self._rail.set_project(
            project.name, f"{images} · {trn('{n} class', '{n} classes', kinds)}" if kinds else images
        )
        self._name_edits()
        self._reader.ask(lambda: stage_states(project))

    @Slot(object)
    def _take_states(self, states: dict[str, StageState]) -> None:
        self._states = states
        self._show_states()
        if self._seeks_work:
            self.show_where_work_stands()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.notice.show_text(sentence)

    @Slot()
    def _show_states(self) -> None:
        running = {job.kind: StageState("running", _note(job)) for job in self.session.jobs.all}
        self._rail.set_states(self._states | {stage: state for stage, state in running.items() if stage in STAGES})

    def _name_edits(self) -> None:
        project = self.session.project
        for button, title, key, edit in (
            (self._undo, tr("Undo"), "Ctrl+Z", edits.next_undo(project)),
            (self._redo, tr("Redo"), "Ctrl+Shift+Z", edits.next_redo(project)),
        ):
            text = title if edit is None else f"{title}: {edit.title}"
            button.setEnabled(edit is not None)
            button.setAccessibleName(text)
            button.setToolTip(f"{text} ({key})")

    @Slot(object)
    def _watch(self, job: Job) -> None:
        job.changed.connect(self._show_states)
        self._show_states()

    @Slot()
    def _show_waiting_stage(self) -> None:
        if self._stack.currentWidget() is self._waiting and self.stage:
            self.show_stage(self.stage)


def _note(job: Job) -> str:
    if job.paused:
        return tr("paused")
    return job.title if job.progress is None else amount(job.progress) or tr(job.progress.what)
