"""The Augment screen: the chain at the left, and what it does to the user's images at the right."""

from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from studio.augmenting.chain import Chain, project_chain, set_project_chain
from studio.augmenting.preview import draw_items, read_items, tiles
from studio.errors import UserError, explain
from studio.imaging.common import common_normalization
from studio.imaging.normalize import Normalization
from studio.project import Project
from studio.project.items import USABLE, Item, count
from studio.text import tr, trn
from studio.widgets.cards import Card, EmptyState
from studio.widgets.chain_editor import ChainEditor
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import SpinBox
from studio.widgets.jobs import sentence_for
from studio.widgets.labels import make_label
from studio.widgets.panel import Panel
from studio.widgets.session import Session
from studio.widgets.theme import GAP

SIDE = 356
ROWS, VARIANTS, TILE = 4, 4, 160
SAVE_AFTER_MS = 400


class AugmentPanel(Panel):
    stage = "augment"
    title = "Augment"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.add_action(tr("Open chain…"), "augment.open", tr("Use the chain in a file")).clicked.connect(self._choose)
        self.add_action(tr("Save chain…"), "augment.save", tr("Keep the chain as a file")).clicked.connect(
            self._save_as
        )
        self._previewer = _Previewer(self)
        self._previewer.ready.connect(self._show_tiles)
        self._previewer.failed.connect(self.notify)
        self._save_soon = QTimer(self)
        self._save_soon.setSingleShot(True)
        self._save_soon.setInterval(SAVE_AFTER_MS)
        self._save_soon.timeout.connect(self._save)
        session.settling.connect(self._save_if_waiting)
        self._empty = EmptyState(
            "augment",
            tr("Once there are images, they can be varied here: turned, shifted, mirrored."),
            tr("Go to Import"),
            "augment.import",
            tr("Import images first"),
        )
        self._empty.button.clicked.connect(self._go_to_import)
        self._content = QWidget()
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._make_chain())
        row.addWidget(self._make_preview(), 1)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._content, 1)

    def refresh(self) -> None:
        has_images = count(self.session.project, USABLE) > 0
        self._empty.setVisible(not has_images)
        self._content.setVisible(has_images)
        if not self._save_soon.isActive():
            self._editor.set_chain(project_chain(self.session.project))
        if has_images:
            self._previewer.choose_images(self.session.project, self._seed.value())
        self._draw()

    # The cards

    def _make_chain(self) -> Card:
        card = Card(tr("Chain"))
        card.setFixedWidth(SIDE)
        self._editor = ChainEditor()
        self._editor.changed.connect(self._chain_changed)
        card.note_label.hide()
        card.header.addWidget(self._editor.presets)
        card.body.addWidget(self._editor, 1)
        return card

    def _make_preview(self) -> Card:
        card = Card(tr("Preview"), tr("originals on the left"))
        self._seed = SpinBox()
        self._seed.setObjectName("augment.seed")
        self._seed.setAccessibleName(tr("Seed"))
        self._seed.setToolTip(tr("Another seed shows other images and other draws; the same seed the same tiles"))
        self._seed.setMaximum(999_999)
        self._seed.setFixedWidth(104)
        self._seed.valueChanged.connect(self._seed_changed)
        card.header.addWidget(make_label(tr("Seed"), "note"))
        card.header.addWidget(self._seed)
        self._grid = ImageGrid("augment.preview", columns=1 + VARIANTS)
        self._grid.setAccessibleName(tr("Preview"))
        card.body.addWidget(self._grid, 1)
        return card

    # What they show

    def _draw(self) -> None:
        chain = self._editor.chain()
        steps = len(chain.active)
        self.set_sentence(
            trn("{n} step. Same seed, same tiles.", "{n} steps. Same seed, same tiles.", steps)
            if steps
            else tr("No steps yet: add one or take a preset, and see what it does to your images.")
        )
        self._previewer.draw(chain, self._seed.value())

    @Slot(object)
    def _show_tiles(self, rows: np.ndarray) -> None:
        self._grid.set_images(rows.reshape(-1, *rows.shape[2:]))

    # What the user does

    @Slot(object)
    def _chain_changed(self, chain: Chain) -> None:
        self.clear_notice()
        self._save_soon.start()
        self._draw()

    @Slot()
    def _save(self) -> None:
        self._save_soon.stop()
        set_project_chain(self.session.project, self._editor.chain())
        self.session.changed.emit()

    @Slot()
    def _save_if_waiting(self) -> None:
        if self._save_soon.isActive():
            self._save()

    @Slot()
    def _seed_changed(self) -> None:
        self._previewer.choose_images(self.session.project, self._seed.value())
        self._draw()

    @Slot()
    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open chain"), filter=tr("Chains (*.json)"))
        if path:
            self.open_chain(Path(path))

    def open_chain(self, path: Path) -> None:
        """Take the chain of a file, or say why not and keep the one there is."""
        try:
            chain = Chain.load(path)
        except (UserError, OSError) as error:
            self.notify(explain(error) or str(error))
            return
        self._editor.set_chain(chain)
        self._chain_changed(chain)

    @Slot()
    def _save_as(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save chain"), "chain.json", tr("Chains (*.json)"))
        if path:
            self.save_chain(Path(path))

    def save_chain(self, path: Path) -> None:
        """Write the chain to a file."""
        try:
            self._editor.chain().save(path)
        except OSError as error:
            self.notify(explain(error) or str(error))
        else:
            self.notify(tr("The chain is kept in {file}.", file=path), "good")

    @Slot()
    def _go_to_import(self) -> None:
        self.session.navigate.emit("import")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._previewer.wait()
        self._save_if_waiting()


class _Previewer(QObject):
    """Draws tiles in a thread of its own: one drawing at a time, and then the newest that was asked for meanwhile."""

    ready = Signal(object)
    """Originals beside their variants, uint8 (n, 1 + VARIANTS, TILE, TILE, C)."""
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._source: _Source | None = None
        self._images: np.ndarray | None = None
        self._wanted: tuple[Chain, int] | None = None
        self._is_drawing = False

    def choose_images(self, project: Project, seed: int) -> None:
        """Draw which images are shown; they are read when they are others than before."""
        source = draw_items(project, ROWS, seed), common_normalization(project, TILE)
        if source != self._source:
            self._source, self._images = source, None

    def draw(self, chain: Chain, seed: int) -> None:
        self._wanted = chain, seed
        self._begin()

    def wait(self) -> None:
        """Block until the drawing at hand is done."""
        self._pool.waitForDone()

    def _begin(self) -> None:
        if self._is_drawing or self._wanted is None or self._source is None:
            return
        self._is_drawing = True
        drawing = _Drawing(self._source, self._images, *self._wanted)
        drawing.answer.made.connect(self._take)
        self._wanted = None
        self._pool.start(drawing)

    @Slot(object, object, object, str)
    def _take(self, source: "_Source", images: np.ndarray | None, rows: np.ndarray | None, problem: str) -> None:
        self._is_drawing = False
        if source is self._source:
            self._images = images
        if problem:
            self.failed.emit(problem)
        else:
            self.ready.emit(rows)
        self._begin()


_Source = tuple[list[Item], Normalization]


class _Answer(QObject):
    made = Signal(object, object, object, str)


class _Drawing(QRunnable):
    """One drawing, in the pool's thread. It never touches the project, which may be closed meanwhile."""

    def __init__(self, source: _Source, images: np.ndarray | None, chain: Chain, seed: int) -> None:
        super().__init__()
        self.answer = _Answer()
        self._source = source
        self._images = images
        self._chain = chain
        self._seed = seed

    def run(self) -> None:
        torch.set_num_threads(1)
        try:
            images = read_items(*self._source) if self._images is None else self._images
            rows = tiles(self._chain, images, VARIANTS, self._seed)
            self.answer.made.emit(self._source, images, rows, "")
        except Exception as error:  # noqa: BLE001  the thread's end: whatever it was is told to the user
            self.answer.made.emit(self._source, None, None, sentence_for(error))
