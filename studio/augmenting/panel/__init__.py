"""The Augment screen: the chain at the left, and what it does to the user's images at the right."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.augmenting.chain import Chain
from studio.augmenting.defect_bank import has_marks
from studio.augmenting.guardrails import Caution, cautions
from studio.augmenting.invariances import Meaning, project_meaning, set_project_meaning
from studio.augmenting.measure import Measured, measure
from studio.augmenting.panel.chain_card import ChainCard
from studio.augmenting.panel.findings import Findings
from studio.augmenting.panel.meaning_card import MeaningCard
from studio.augmenting.panel.preview_card import PreviewCard
from studio.augmenting.panel.previewer import TILE
from studio.augmenting.panel.variants_card import Order, VariantsCard
from studio.augmenting.panel.variants_maker import VariantsMaker
from studio.augmenting.project_chain import readable_chain, set_project_chain
from studio.errors import UserError
from studio.imaging.common import common_normalization
from studio.project.items import USABLE, count
from studio.text import tr, trn
from studio.widgets.cards import EmptyState
from studio.widgets.latest import Latest
from studio.widgets.panel import Panel
from studio.widgets.session import Session
from studio.widgets.theme import GAP

SIDE, NARROW_SIDE, NARROW = 348, 316, 900
"""Widths of the chain, and of panels in which it is narrow, px."""
SAVE_AFTER_MS = 400
SETTLE_MS = 150
"""A slider has to rest so long before guardrails look at the chain."""


class AugmentPanel(Panel):
    stage = "augment"
    title = "Augment"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._findings = Findings()
        self._is_saving = False
        self._is_gray = False
        self._has_marks = False
        self._is_asking = False
        self._save_soon = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._save_soon.timeout.connect(self._save)
        session.settling.connect(self._save_if_waiting)
        self._guard_soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._guard_soon.timeout.connect(self._look_for_cautions)
        self._guard = Latest(self)
        self._guard.ready.connect(self._take_cautions)
        self._guard.failed.connect(self.notify)
        self._make_cards()
        self._add_actions()
        for widget in (self._empty, self._meaning, self._variants, self._content):
            self.body.addWidget(widget, int(widget in (self._empty, self._content)))

    def refresh(self) -> None:
        if self._is_saving:  # nothing that is not shown already
            return
        project = self.session.project
        has_images = count(project, USABLE) > 0
        self._empty.setVisible(not has_images)
        self._content.setVisible(has_images)
        self._variants.setVisible(has_images and self._variants.isVisible())
        meaning = project_meaning(project)
        self._meaning.show_meaning(meaning)
        self._meaning.setVisible(has_images and (self._is_asking or meaning is None))
        if not self._save_soon.isActive():
            self._show_kept_chain()
        if has_images:
            normalization = common_normalization(project, TILE)
            self._is_gray = normalization.mode == "gray"
            self._has_marks = has_marks(project)
            self._preview.refresh(self._chain.chain(), normalization)
        if self._variants.isVisible():
            self._variants.refresh()
        self._say_where_things_stand()

    # Building

    def _add_actions(self) -> None:
        self._copy = self.add_action(
            tr("Copy as Python"), "augment.python", tr("Copy a script with the same steps for torchvision")
        )
        self._copy.clicked.connect(self._chain.copy_as_python)
        self._write = self.add_action(
            tr("Write variants…"), "augment.write", tr("Write variants of the training images as files")
        )
        self._write.clicked.connect(self._ask_for_variants)

    def _make_cards(self) -> None:
        self._empty = EmptyState(
            "augment",
            tr("Once there are images, they can be varied here: turned, shifted, mirrored."),
            tr("Go to Import"),
            "augment.import",
            tr("Import images first"),
        )
        self._empty.button.clicked.connect(self._go_to_import)
        self._meaning = MeaningCard()
        self._meaning.answered.connect(self._keep_meaning)
        self._meaning.closed.connect(self._stop_asking)
        self._variants = VariantsCard(self.session.project)
        self._variants.ordered.connect(self._make_variants)
        self._maker = VariantsMaker(self.session, self)
        self._maker.said.connect(self.notify)
        self._variants.given_up.connect(self._maker.leave_to_training)
        self._chain = ChainCard()
        self._chain.changed.connect(self._chain_changed)
        self._chain.said.connect(self.notify)
        self._chain.preset_deleted.connect(self._offer_to_bring_back)
        self._chain.meaning_asked.connect(self._ask_meaning)
        self._chain.tried.connect(self._measure)
        self._preview = PreviewCard(self.session)
        self._preview.failed.connect(self.notify)
        self._content = QWidget()
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._chain)
        row.addWidget(self._preview, 1)

    # The chain

    def _show_kept_chain(self) -> None:
        try:
            chain, problems = readable_chain(self.session.project)
        except UserError as error:
            self.notify(str(error))
            return
        self._chain.show_chain(chain)
        if problems:
            self.notify(" ".join(problems))

    @Slot(object)
    def _chain_changed(self, chain: Chain) -> None:
        self.clear_notice()
        self._save_soon.start()
        self._preview.show_chain(chain)
        self._say_where_things_stand()

    @Slot()
    def _say_where_things_stand(self) -> None:
        chain = self._chain.chain()
        has_steps = bool(chain.active)
        self.set_sentence(_where_things_stand(chain))
        self._copy.setEnabled(has_steps)
        self._write.setEnabled(has_steps)
        self._chain.allow_trying(has_steps and self.session.jobs.running(self.stage) is None)
        self._guard_soon.start()
        self._chain.show_findings(self._findings.of(chain))

    @Slot()
    def _save(self) -> None:
        self._save_soon.stop()
        set_project_chain(self.session.project, self._chain.chain())
        self._is_saving = True
        self.session.changed.emit()
        self._is_saving = False

    @Slot()
    def _save_if_waiting(self) -> None:
        if self._save_soon.isActive():
            self._save()

    @Slot(str, object)
    def _offer_to_bring_back(self, name: str, chain: Chain) -> None:
        text = tr("The chain “{name}” is deleted.", name=name)
        self._notice.show_text(text, "info", {tr("Bring it back"): lambda: self._chain.keep_own(name, chain)})

    # Guardrails and measurements

    @Slot()
    def _look_for_cautions(self) -> None:
        chain, gray, meaning = self._chain.chain(), self._is_gray, project_meaning(self.session.project)
        marks = self._has_marks
        self._guard.ask(lambda: (chain, cautions(chain, gray, meaning, marks)))

    @Slot(object)
    def _take_cautions(self, found: tuple[Chain, list[Caution]]) -> None:
        self._findings.take_cautions(*found)
        self._chain.show_findings(self._findings.of(self._chain.chain()))

    @Slot()
    def _ask_meaning(self) -> None:
        self._is_asking = True
        self._meaning.show()

    @Slot()
    def _stop_asking(self) -> None:
        self._is_asking = False
        self._meaning.hide()

    @Slot(object)
    def _keep_meaning(self, meaning: Meaning) -> None:
        self._is_asking = self._meaning.isVisible()
        if meaning != project_meaning(self.session.project):
            set_project_meaning(self.session.project, meaning)
            self.session.changed.emit()

    @Slot()
    def _measure(self) -> None:
        project, chain = self.session.project, self._chain.chain()
        job = self.session.jobs.start(self.stage, tr("Trying the chain"), lambda: measure(project, chain))
        job.done.connect(lambda measured: self._take_measured(chain, measured))
        job.failed.connect(self.notify)
        job.finished.connect(self._say_where_things_stand)
        self._chain.allow_trying(False)

    def _take_measured(self, chain: Chain, measured: list[Measured]) -> None:
        self._findings.take_measured(chain, measured)
        self._chain.show_findings(self._findings.of(self._chain.chain()))

    # Variants

    @Slot()
    def _ask_for_variants(self) -> None:
        self._variants.refresh()
        self._variants.setVisible(not self._variants.isVisible())

    @Slot(object)
    def _make_variants(self, order: Order) -> None:
        self._save_if_waiting()
        self.clear_notice()
        self._variants.hide()
        self._maker.make(order, self._chain.chain())

    # Coming and going

    @Slot()
    def _go_to_import(self) -> None:
        self.session.navigate.emit("import")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._chain.setFixedWidth(SIDE if self.width() >= NARROW else NARROW_SIDE)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._preview.wait()
        self._guard_soon.stop()
        self._guard.close()
        self._save_if_waiting()


def _where_things_stand(chain: Chain) -> str:
    active = chain.active
    if not active:
        return tr("No steps yet: add one or take a preset, and see what it does to your images.")
    steps = trn("{n} step.", "{n} steps.", len(active))
    withheld = len(active) - len(chain.for_generators().active)
    if withheld:
        steps += " " + trn(
            "Generators train without {n} of them, which they would paint.",
            "Generators train without {n} of them, which they would paint.",
            withheld,
        )
    return steps
