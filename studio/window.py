"""The main window: the welcome page, or one open project."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QActionGroup, QCloseEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget

from studio import preferences, sample_project
from studio.errors import UserError
from studio.preferences import Preferences
from studio.project import Project
from studio.stages import STAGES
from studio.text import LANGUAGES, tr
from studio.widgets.buttons import Button
from studio.widgets.cards import EmptyState
from studio.widgets.jobs import Jobs, sentence_for
from studio.widgets.language import speak
from studio.widgets.notices import Level
from studio.widgets.session import Session
from studio.widgets.theme import apply_theme
from studio.widgets.warm_up import WarmUp
from studio.widgets.welcome import Welcome
from studio.widgets.workspace import Workspace

THEMES = {"system": "Like the desktop", "light": "Light", "dark": "Dark"}
SAMPLE = "sample"
"""The kind of the job that makes the sample project."""
A_MOMENT = 1.0
"""Seconds: jobs as young as that have done nothing yet that is worth a question."""
WARM_UP_AFTER_MS = 50
"""Time for the first paint to reach the screen."""


class Window(QMainWindow):
    """Opens and closes projects, and never loses work: what runs is canceled only with the user's word."""

    def __init__(self, kept: Preferences) -> None:
        super().__init__()
        self._preferences = kept
        self._jobs = Jobs(self)
        self._warm_up = WarmUp(self)
        self._warm_up_soon = QTimer(self)
        self._warm_up_soon.setSingleShot(True)
        self._warm_up_soon.setInterval(WARM_UP_AFTER_MS)
        self._warm_up_soon.timeout.connect(self._warm_up.start)
        self._is_painted = False
        self._when_idle: Callable[[], object] | None = None
        self.session: Session | None = None
        self.content: Welcome | Workspace
        self._stopping = EmptyState("pause", tr("Stopping…"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._stopping)
        self.setCentralWidget(self._pages)
        self.setWindowTitle("Seedbed")
        self.setMinimumSize(900, 560)
        self.resize(QSize(1280, 800).boundedTo(self.screen().availableSize()))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self._build()

    @Slot(Path)
    def open_project(self, folder: Path) -> bool:
        """Show a project and remember it; where it cannot be opened, say why and return False."""
        return self._enter(lambda: Project.open(folder))

    @Slot(Path)
    def create_project(self, path: Path) -> bool:
        """Make a project and show it, as `open_project`."""
        return self._enter(lambda: Project.create(path))

    @Slot()
    def try_sample(self) -> None:
        """Make a project of the photos that ship with the program, then show it."""
        if self._jobs.running(SAMPLE) is None:
            path = preferences.free_project(tr("Brushed metal"))
            job = self._jobs.start(SAMPLE, tr("Making the sample project"), lambda: sample_project.create(path))
            job.done.connect(self._show_sample)
            job.failed.connect(self.say)

    @Slot(Path)
    def _show_sample(self, folder: Path) -> None:
        """A newcomer first wants to see the images."""
        if self.open_project(folder):
            assert isinstance(self.content, Workspace)
            self.content.show_stage("import")

    @Slot(Path)
    def begin_with(self, folder: Path) -> None:
        """Open a dropped project, or begin one with a dropped folder of images."""
        if (folder / "project.db").is_file():
            self.open_project(folder)
        elif self.create_project(preferences.free_project(folder.name)):
            assert isinstance(self.content, Workspace)
            self.content.show_stage("import")
            self.content.panel("import").look_into([folder])  # type: ignore[attr-defined]

    @Slot()
    def close_project(self) -> None:
        """Back to the welcome page, once nothing runs."""
        self._once_idle(self._go_to_welcome)

    @Slot(str)
    def say(self, text: str, level: Level = "warn", actions: dict[str, Callable[[], object]] | None = None) -> None:
        """Show a sentence at the foot of the window."""
        self.content.notice.show_text(text, level, actions)

    def set_theme(self, choice: str) -> None:
        """One of `THEMES`."""
        self._keep(theme=choice)
        apply_theme(self._preferences.theme)

    def set_language(self, code: str) -> None:
        """Speak another of `LANGUAGES`; the content of the window is made anew, on the same stage."""
        self._keep(language=code)
        speak(code)
        stage = self.content.stage if isinstance(self.content, Workspace) else ""
        self._build()
        if isinstance(self.content, Workspace):
            self.content.show_stage(stage or STAGES[0])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            self._warm_up_soon.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._jobs.all:
            event.ignore()
            self._once_idle(self.close)
            return
        self.hide()
        self._leave_project()
        self._warm_up_soon.stop()
        self._warm_up.wait()
        super().closeEvent(event)

    def _enter(self, bring: Callable[[], Project]) -> bool:
        try:
            project = bring()
        except (UserError, OSError, sqlite3.Error) as error:
            self.say(sentence_for(error))
            return False
        self._leave_project()
        self.session = Session(project, self._jobs, self)
        self._preferences.remember(project.folder)
        preferences.save(self._preferences)
        self._build()
        assert isinstance(self.content, Workspace)
        self.content.show_where_work_stands()
        return True

    def _leave_project(self) -> None:
        if self.session is not None:
            self._pages.setCurrentWidget(self._stopping)  # views in sight would still read the project
            self.session.close()
            self.session.deleteLater()
            self.session = None

    def _go_to_welcome(self) -> None:
        self._leave_project()
        self._build()

    def _build(self) -> None:
        """The content for what is open, in the language spoken now."""
        if self._pages.count() > 1:
            self._pages.removeWidget(self.content)
            self.content.deleteLater()
        tools = (self._theme_button(), self._language_button())
        if self.session is None:
            self.content = Welcome(self._jobs, self._preferences.recent, tools)
            self.content.create_project.connect(self.create_project)
            self.content.open_project.connect(self.open_project)
            self.content.try_sample.connect(self.try_sample)
            self.content.dropped.connect(self.begin_with)
            self.setWindowTitle("Seedbed")
        else:
            self.content = Workspace(self.session, self._warm_up, tools)
            self.content.leave.connect(self.close_project)
            self.setWindowTitle(tr("{project} – Seedbed", project=self.session.project.name))
        self._pages.insertWidget(0, self.content)
        self._pages.setCurrentWidget(self.content)
        self.content.setFocus()

    def _once_idle(self, act: Callable[[], object]) -> None:
        """Act when no job runs, which the user may hasten."""
        if all(job.age < A_MOMENT for job in self._jobs.all):
            self._stop_jobs(act)
            return
        titles = ", ".join(job.title for job in self._jobs.all)
        self.say(
            tr("Still running: {titles}. What is finished by now is kept.", titles=titles),
            actions={tr("Stop and close"): lambda: self._stop_jobs(act), tr("Keep working"): lambda: None},
        )

    def _stop_jobs(self, act: Callable[[], object]) -> None:
        self._when_idle = act
        self._pages.setCurrentWidget(self._stopping)  # panels out of sight do not start anything anew
        for job in self._jobs.all:
            job.finished.connect(self._act_when_idle)
            job.cancel()
        self._act_when_idle()

    @Slot()
    def _act_when_idle(self) -> None:
        if self._when_idle is not None and not self._jobs.all:
            act, self._when_idle = self._when_idle, None
            act()

    def _theme_button(self) -> Button:
        button = Button("", "window.theme", tr("Light or dark"), icon_name="sun", flat=True)
        button.setMenu(self._menu("theme", THEMES, self._preferences.theme, self.set_theme))
        return button

    def _language_button(self) -> Button:
        button = Button("", "window.language", tr("Language"), icon_name="language", flat=True)
        choices = {"": tr("Like the desktop"), **LANGUAGES}
        button.setMenu(self._menu("language", choices, self._preferences.language, self.set_language))
        return button

    def _menu(self, name: str, choices: dict[str, str], chosen: str, act: Callable[[str], None]) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for value, title in choices.items():
            action = menu.addAction(tr(title))
            action.setObjectName(f"window.{name}.{value or 'desktop'}")
            action.setCheckable(True)
            action.setChecked(value == chosen)
            action.triggered.connect(lambda _, value=value: act(value))
            group.addAction(action)
        return menu

    def _keep(self, **choices: str) -> None:
        for name, value in choices.items():
            setattr(self._preferences, name, value)
        preferences.save(self._preferences)

    @Slot()
    def _follow_desktop(self) -> None:
        if self._preferences.theme == "system":
            apply_theme("system")
