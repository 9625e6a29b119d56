"""How images are prepared for learning: set in one place, and seen at once on a few of them."""

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.imaging.common import prepared_as
from studio.imaging.image import Range
from studio.imaging.normalize import normalize
from studio.imaging.preparation import Preparation, preparation, set_preparation
from studio.imaging.preparation_preview import LEARNED_SIZE, SHOWN, Basis, as_it_is, read_basis
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.forms import Form
from studio.widgets.histogram import Histogram
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import DoubleSpinBox
from studio.widgets.labels import make_label
from studio.widgets.overlay import Overlay
from studio.widgets.session import Session
from studio.widgets.theme import EDGE

SAVE_AFTER_MS = 400
FORM_WIDTH = 300
FEWEST_PIXELS = 2
"""Marks thinner than that can hardly be learned."""


class PreparationSheet(Overlay):
    """Lies over the window until Esc or a click beside it. What is set is kept soon, as one action for undo each."""

    def __init__(self, session: Session, below: QWidget) -> None:
        super().__init__(below, "preparation")
        self._session = session
        self._basis: Basis | None = None
        self._basis_reader = session.reader()
        self._basis_reader.ready.connect(self._take_basis)
        self._basis_reader.failed.connect(self._fail)
        self._drawer = session.reader()
        self._drawer.ready.connect(self._show_images)
        self._drawer.failed.connect(self._fail)
        self._save_soon = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._save_soon.timeout.connect(self._save)
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
        row.addLayout(self._make_preview(), 1)
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

    def _make_preview(self) -> QVBoxLayout:
        self._histogram = Histogram("preparation.histogram")
        self._histogram.setAccessibleName(tr("Values of the pixels"))
        self._histogram.setToolTip(tr("Drag the lines, or what lies between them, to set black and white"))
        self._histogram.window_changed.connect(self._set_window)
        self._low = self._make_end("preparation.black", tr("Black"), tr("Values up to this become black"))
        self._high = self._make_end("preparation.white", tr("White"), tr("Values from this on become white"))
        ends = QHBoxLayout()
        ends.setSpacing(8)
        self._words = make_label("", "note", wrap=True)
        ends.addWidget(self._words, 1)
        for title, spin in ((tr("Black"), self._low), (tr("White"), self._high)):
            ends.addWidget(make_label(title))
            ends.addWidget(spin)
        self._before = ImageGrid("preparation.before", columns=SHOWN)
        self._before.setAccessibleName(tr("Before"))
        self._after = ImageGrid("preparation.after", columns=SHOWN)
        self._after.setAccessibleName(tr("After"))
        self._caution = make_label("", "caution", wrap=True)
        self._caution.setObjectName("preparation.caution")
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._histogram, 1)
        column.addLayout(ends)
        for title, grid in ((tr("As they are"), self._before), (tr("Prepared"), self._after)):
            column.addWidget(make_label(title, "mute"))
            column.addWidget(grid, 2)
        column.addWidget(self._caution)
        return column

    def _make_end(self, object_name: str, title: str, tool_tip: str) -> DoubleSpinBox:
        spin = DoubleSpinBox()
        spin.setObjectName(object_name)
        spin.setAccessibleName(title)
        spin.setToolTip(tool_tip)
        spin.setRange(-1e9, 1e9)
        spin.setDecimals(3)
        spin.setMinimumWidth(96)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(self._take_ends)
        return spin

    # showing

    def _show_settings(self, prepared: Preparation) -> None:
        self._prepared = prepared
        for form in self._forms:
            form.set_value(prepared)
        self._forms[1].setVisible(prepared.brightness != "as the files say")
        self._show_window()
        self._draw()

    def _show_window(self) -> None:
        """The window in force, of the sample where each image has its own."""
        basis, prepared = self._basis, self._prepared
        if basis is None:
            return
        match prepared.brightness:
            case "one for all":
                window: Range = prepared.window
                self._words.setText(tr("Drag the lines, or set values or percentiles of all images."))
            case "each image's own":
                window = basis.sample.range(prepared.percentiles)
                self._words.setText(tr("Each image has ends of its own; shown are those of all together."))
            case _:
                window = basis.usual.window or (0.0, 255.0)
                self._words.setText(tr("Where files name black and white themselves, those count."))
        self._histogram.set_window(window)
        for spin, value in zip((self._low, self._high), window, strict=True):
            spin.blockSignals(True)
            spin.setSingleStep(max((window[1] - window[0]) / 100, 0.001))
            spin.setValue(value)
            spin.blockSignals(False)

    def _draw(self) -> None:
        if self._basis is None:
            return
        basis, normalization = self._basis, prepared_as(self._prepared, self._basis.usual)
        self._drawer.ask(lambda: [normalize(image, normalization) for image in basis.images])

    @Slot(object)
    def _take_basis(self, basis: Basis) -> None:
        self._basis = basis
        self._histogram.show_sample(basis.sample)
        self._before.set_images([as_it_is(image) for image in basis.images])
        self._caution.setText(_caution(basis))
        self._caution.setVisible(bool(self._caution.text()))
        self._show_settings(self._prepared)

    @Slot(object)
    def _show_images(self, images: list[np.ndarray]) -> None:
        self._after.set_images(images)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._words.setText(sentence)

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
    def _take_ends(self) -> None:
        if self._low.value() < self._high.value():
            self._set_window((self._low.value(), self._high.value()))

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


def _caution(basis: Basis) -> str:
    words = []
    if len(basis.sample.depths) > 1:
        words.append(
            tr(
                "The images are of different depths ({depths} bits): one window does not suit them all.",
                depths=", ".join(map(str, basis.sample.depths)),
            )
        )
    if basis.smallest is not None and basis.smallest < FEWEST_PIXELS:
        words.append(
            tr(
                "The smallest of what is marked is {pixels} px wide in images of {size} px. Learn at a larger size,"
                " or cut tiles at import.",
                pixels=f"{basis.smallest:.1f}",
                size=LEARNED_SIZE,
            )
        )
    return " ".join(words)
