"""The jobs that make variants: files, or a version that training learns from."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from models.events import Task
from studio.augmenting.chain import Chain
from studio.augmenting.materialize import materialize
from studio.augmenting.panel.variants_card import Order
from studio.augmenting.variants import set_project_variants
from studio.exporting import ExportResult
from studio.project.versions import Variants, Version
from studio.text import tr, trn
from studio.widgets.session import Session

STAGE = "augment"


class VariantsMaker(QObject):
    """`said` carries a sentence and its level, as `Panel.notify`."""

    said = Signal(str, str)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session

    def make(self, order: Order, chain: Chain) -> None:
        if order.out is None:
            self._put_into_version(Variants(order.per_image, order.balance))
        else:
            self._write(order.out, order, chain)

    @Slot()
    def leave_to_training(self) -> None:
        """Training decides again how many variants it makes."""
        set_project_variants(self.session.project, None)
        self.session.changed.emit()

    def _write(self, out: Path, order: Order, chain: Chain) -> None:
        project = self.session.project
        job = self.session.jobs.start(
            STAGE,
            tr("Writing variants"),
            lambda: materialize(project, out, order.per_image, 0, chain, order.balance),
        )
        job.done.connect(self._say_written)
        job.failed.connect(self._complain)

    def _put_into_version(self, wish: Variants) -> None:
        project = self.session.project

        def task() -> Task[Version]:
            from studio.training.variants import materialize_version  # opens torch

            return materialize_version(project, wish)

        job = self.session.jobs.start(STAGE, tr("Making a version with variants"), task)
        job.done.connect(self._say_frozen)
        job.failed.connect(self._complain)

    @Slot(str)
    def _complain(self, sentence: str) -> None:
        self.said.emit(sentence, "warn")

    @Slot(object)
    def _say_written(self, result: ExportResult) -> None:
        text = trn("{n} variant in {folder}", "{n} variants in {folder}", result.files, folder=result.dir)
        self.said.emit(text, "good")

    @Slot(object)
    def _say_frozen(self, version: Version) -> None:
        self.session.changed.emit()
        text = tr("The next run learns from version {name}, which holds the variants.", name=version.name)
        self.said.emit(text, "good")
