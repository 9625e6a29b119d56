"""What the screens of all stages have in common: a header, notices, and a body that scrolls."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.labels import make_label
from studio.widgets.notices import Level, Notice
from studio.widgets.scrolling import scrolling
from studio.widgets.session import Session
from studio.widgets.theme import EDGE, GAP


class Panel(QWidget):
    """The screen of one stage. Subclasses fill `body` with cards and redraw themselves in `refresh`."""

    stage: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName(f"{self.stage}.panel")
        self._sentence = make_label("", "sentence", wrap=True)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(GAP)
        self._notice = Notice(f"{self.stage}.notice")
        self.body = QVBoxLayout()
        self.body.setContentsMargins(EDGE, 0, EDGE, 0)
        self.body.setSpacing(GAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._header())
        layout.addLayout(_indented(self._notice))
        layout.addWidget(scrolling(self.body, _Body()), 1)
        session.changed.connect(self._refresh_if_shown)

    def set_sentence(self, text: str) -> None:
        """Say where things stand, in one sentence below the title."""
        self._sentence.setText(text)

    def add_action(
        self, text: str, object_name: str, tool_tip: str, primary: bool = False, shortcut: str | None = None
    ) -> Button:
        """A button at the right of the title; two at most."""
        button = Button(text, object_name, tool_tip, primary=primary, shortcut=shortcut)
        self._actions.addWidget(button)
        return button

    @Slot(str)
    def notify(self, text: str, level: Level = "warn", actions: dict[str, Callable[[], object]] | None = None) -> None:
        """Show a sentence that needs reading above the body, until it is dismissed; fits `Job.failed`.

        actions: buttons beside it, by their titles.
        """
        self._notice.show_text(text, level, actions)

    @property
    def has_notice(self) -> bool:
        return self._notice.isVisible()

    def clear_notice(self) -> None:
        self._notice.hide()

    def refresh(self) -> None:
        """Draw what the project holds now; called when the panel is shown and when something changed while it is."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _header(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(make_label(tr(self.title), "title"))
        words.addWidget(self._sentence)
        header = QHBoxLayout()
        header.setContentsMargins(EDGE, 0, EDGE, 0)
        header.setSpacing(GAP)
        header.addLayout(words, 1)
        header.addLayout(self._actions)
        return header

    @Slot()
    def _refresh_if_shown(self) -> None:
        if self.isVisible():
            self.refresh()


class _Body(QWidget):
    """Never less high than its wrapped sentences need at its width: it scrolls rather than letting them overlap."""

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        layout = self.layout()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and layout is not None:
            self.setMinimumHeight(max(layout.minimumSize().height(), layout.minimumHeightForWidth(self.width())))
        return done


def _indented(notice: Notice) -> QHBoxLayout:
    """A layout, unlike a widget around it, takes no room while the notice is hidden."""
    layout = QHBoxLayout()
    layout.setContentsMargins(EDGE, 0, EDGE, 0)
    layout.addWidget(notice)
    return layout
