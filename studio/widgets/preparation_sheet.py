"""How images are prepared for learning: set in one place, and seen at once on a few of them."""

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.imaging.image import Range
from studio.imaging.preparation import Preparation, preparation, set_preparation
from studio.imaging.preparation_preview import Basis, prepare, read_basis
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.forms import Form
from studio.widgets.overlay import Overlay
from studio.widgets.preparation_view import PreparationView
from studio.widgets.session import Session
from studio.widgets.theme import EDGE

SAVE_AFTER_MS = 400
FORM_WIDTH = 300


class PreparationSheet(Overlay):
    """Lies over the window until Esc or a click beside it. What is set is kept soon, as one action for undo each."""

    def __init__(self, session: Session, below: QWidget) -> None:
        super().__init__(below, "preparation")
        self._session = session
        self._basis: Basis | None = None
        self._basis_reader = session.reader()
        self._drawer = session.reader()
        self._save_soon = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._save_soon.timeout.connect(self._save)
        self._view = PreparationView()
        self._view.window_changed.connect(self._set_window)
        self._basis_reader.ready.connect(self._take_basis)
        self._drawer.ready.connect(self._view.show_prepared)
        for reader in (self._basis_reader, self._drawer):
            reader.failed.connect(self._view.say)
        self._lay_out()
        self._show_settings(preparation(session.project))
        session.changed.connect(self._follow)
        session.settling.connect(self._save_if_waiting)
        self._basis_reader.ask(lambda: read_basis(session.project))
        self._forms[0].setFocus()

    def closing(self) -> None:
        self._save_if_waiting()
        self._session.changed.disconnect(self._follow)
        self._session.settling.disconnect(self._save_if_waiting)
        for reader in (self._basis_reader, self._drawer):
            reader.abandon()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.leave()

    # building

    def _lay_out(self) -> None:
        self._card = Card(tr("How images are prepared"), " ")
        self._card.note_label.setText(tr("for learning; the files and what is exported of them stay as they are"))
        out = Button("", "preparation.close", tr("Done (Esc)"), icon_name="close", flat=True)
        out.clicked.connect(self.leave)
        self._card.header.addWidget(out)
        row = QHBoxLayout()
        row.setSpacing(EDGE)
        row.addLayout(self._make_settings())
        row.addWidget(self._view, 1)
        self._card.body.addLayout(row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.addWidget(self._card)

    def _make_settings(self) -> QVBoxLayout:
        self._forms = [
            Form(Preparation, "preparation", names)
            for names in (("brightness",), ("percentiles",), ("color", "fit", "invert"))
        ]
        back = Button(tr("As usual"), "preparation.reset", tr("Back to how images are prepared by default"))
        back.clicked.connect(self._reset)
        column = QVBoxLayout()
        column.setSpacing(10)
        for form in self._forms:
            form.setFixedWidth(FORM_WIDTH)
            form.changed.connect(self._change)
            column.addWidget(form)
        column.addStretch(1)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        return column

    # showing

    def _show_settings(self, prepared: Preparation) -> None:
        self._prepared = prepared
        for form in self._forms:
            form.set_value(prepared)
        self._forms[1].setVisible(prepared.brightness != "as the files say")
        self._view.show_settings(prepared)
        self._draw()

    def _draw(self) -> None:
        basis, prepared = self._basis, self._prepared
        if basis is not None:
            self._drawer.ask(lambda: prepare(basis, prepared))

    @Slot(object)
    def _take_basis(self, basis: Basis) -> None:
        self._basis = basis
        self._view.show_basis(basis)
        self._show_settings(self._prepared)

    # changing

    @Slot(object)
    def _change(self, prepared: Preparation) -> None:
        """Take what the forms say; one window for all is that of the sample until it is dragged."""
        before = self._prepared
        is_new = (prepared.brightness, prepared.percentiles) != (before.brightness, before.percentiles)
        if prepared.brightness == "one for all" and is_new and self._basis is not None:
            prepared = replace(prepared, window=self._basis.sample.range(prepared.percentiles))
        self._set(prepared)

    @Slot(object)
    def _set_window(self, window: Range) -> None:
        self._set(replace(self._prepared, brightness="one for all", window=window))

    @Slot()
    def _reset(self) -> None:
        self._set(Preparation())

    def _set(self, prepared: Preparation) -> None:
        self._show_settings(prepared)
        self._save_soon.start()

    @Slot()
    def _save(self) -> None:
        self._save_soon.stop()
        if set_preparation(self._session.project, self._prepared) is not None:
            self._session.changed.emit()

    @Slot()
    def _save_if_waiting(self) -> None:
        if self._save_soon.isActive():
            self._save()

    @Slot()
    def _follow(self) -> None:
        """Show what undo and redo did."""
        kept = preparation(self._session.project)
        if kept != self._prepared and not self._save_soon.isActive():
            self._show_settings(kept)
