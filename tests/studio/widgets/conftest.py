from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from models.events import finish
from studio.importing import import_sources
from studio.project import Project
from studio.widgets.session import Session


@pytest.fixture
def session(qtbot, project: Project) -> Iterator[Session]:
    session = Session(project)
    yield session
    session.close()


@pytest.fixture
def cell_session(session: Session, photos: Path) -> Session:
    """A session on a project with the 24 photos."""
    finish(import_sources(session.project, [photos]))
    return session


@pytest.fixture
def show(qtbot) -> Callable[..., QWidget]:
    """Shows a widget in a window of some size until the test ends."""

    def show(widget: QWidget, width: int = 700, height: int = 500) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return show
