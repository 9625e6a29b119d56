"""The Augment screen: the chain at the left, and what it does to the user's images at the right."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QWidget

from studio.augmenting.chain import Chain, project_chain, set_project_chain
from studio.augmenting.guardrails import Caution, cautions, enabled_steps
from studio.augmenting.invariances import Meaning, project_meaning, set_project_meaning
from studio.augmenting.materialize import materialize
from studio.augmenting.measure import Measured, measure
from studio.augmenting.operation import Operation
from studio.augmenting.own_presets import delete_preset, load_preset, rename_preset, save_preset
from studio.augmenting.panel.caution_list import CautionList
from studio.augmenting.panel.chain_editor import ChainEditor, Place
from studio.augmenting.panel.meaning_card import MeaningCard
from studio.augmenting.panel.name_row import NameRow
from studio.augmenting.panel.presets_menu import PresetsButton
from studio.augmenting.panel.preview_card import PreviewCard
from studio.augmenting.panel.previewer import TILE
from studio.augmenting.panel.variants_card import Order, VariantsCard
from studio.augmenting.presets import PRESETS
from studio.augmenting.python_script import as_python
from studio.errors import UserError, explain
from studio.exporting import ExportResult
from studio.imaging.common import common_normalization
from studio.project.items import USABLE, count
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card, EmptyState
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
        self._measured: dict[Operation, Measured] = {}
        self._whole: tuple[Chain, Measured] | None = None
        self._is_saving = False
        self._is_gray = False
        self._cautions: tuple[Chain, list[Caution]] = (Chain(), [])
        self._save_soon = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._save_soon.timeout.connect(self._save)
        session.settling.connect(self._save_if_waiting)
        self._guard_soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._guard_soon.timeout.connect(self._look_for_cautions)
        self._guard = Latest(self)
        self._guard.ready.connect(self._take_cautions)
        self._guard.failed.connect(self.notify)
        self._add_actions()
        self._make_empty()
        self._content = QWidget()
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self._chain_card = self._make_chain()
        row.addWidget(self._chain_card)
        self._preview = PreviewCard(session)
        self._preview.failed.connect(self.notify)
        row.addWidget(self._preview, 1)
        self._meaning = MeaningCard()
        self._meaning.answered.connect(self._keep_meaning)
        self._variants = VariantsCard(session.project)
        self._variants.ordered.connect(self._write_variants)
        for widget in (self._empty, self._meaning, self._variants, self._content):
            self.body.addWidget(widget, int(widget in (self._empty, self._content)))

    def refresh(self) -> None:
        if self._is_saving:  # nothing that is not shown already
            return
        has_images = count(self.session.project, USABLE) > 0
        self._empty.setVisible(not has_images)
        self._content.setVisible(has_images)
        if not has_images:
            self._meaning.hide()
            self._variants.hide()
        elif project_meaning(self.session.project) is None:
            self._meaning.show()
        if not self._save_soon.isActive():
            self._show_kept_chain()
        if has_images:
            normalization = common_normalization(self.session.project, TILE)
            self._is_gray = normalization.mode == "gray"
            self._preview.refresh(self._editor.chain(), normalization)
        if self._variants.isVisible():
            self._variants.refresh()
        self._say_where_things_stand()

    # Building

    def _add_actions(self) -> None:
        self._copy = self.add_action(
            tr("Copy as Python"), "augment.python", tr("Copy a script with the same steps for torchvision")
        )
        self._copy.clicked.connect(self.copy_as_python)
        self._write = self.add_action(
            tr("Write variants…"), "augment.write", tr("Write variants of the training images as files")
        )
        self._write.clicked.connect(self._ask_for_variants)

    def _make_empty(self) -> None:
        self._empty = EmptyState(
            "augment",
            tr("Once there are images, they can be varied here: turned, shifted, mirrored."),
            tr("Go to Import"),
            "augment.import",
            tr("Import images first"),
        )
        self._empty.button.clicked.connect(self._go_to_import)

    def _make_chain(self) -> Card:
        card = Card(tr("Chain"))
        card.note_label.hide()
        self._presets = PresetsButton()
        self._presets.ready_chosen.connect(self._use_ready)
        self._presets.own_chosen.connect(self._use_own)
        self._presets.keep_asked.connect(self._ask_name)
        self._presets.rename_asked.connect(self._ask_other_name)
        self._presets.delete_asked.connect(self._delete_own)
        self._name = NameRow("augment.name")
        self._editor = ChainEditor()
        self._editor.changed.connect(self._chain_changed)
        self._verdict = CautionList("augment.verdict")
        self._try = Button(
            tr("Try on my images"),
            "augment.measure",
            tr("Measure on a sample what each step leaves of class and defect, and whether it does anything"),
        )
        self._try.clicked.connect(self._measure)
        card.header.addWidget(self._presets)
        card.header.addWidget(self._make_menu())
        card.body.addWidget(self._name)
        card.body.addWidget(self._editor, 1)
        card.body.addWidget(self._verdict)
        card.body.addWidget(self._try)
        return card

    def _make_menu(self) -> Button:
        button = Button("", "augment.menu", tr("Files, and more about the chain"), icon_name="dots", flat=True)
        menu = QMenu(button)
        for text, name, act in (
            (tr("Open a chain file…"), "augment.open", self._choose_file),
            (tr("Save as a chain file…"), "augment.save", self._choose_place),
            (tr("What carries meaning…"), "augment.ask_meaning", self._ask_meaning),
            (tr("Remove all steps"), "augment.clear", self._clear),
        ):
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(act)
        menu.insertSeparator(menu.actions()[2])
        button.setMenu(menu)
        return button

    # What is shown

    def _show_kept_chain(self) -> None:
        try:
            self._editor.set_chain(project_chain(self.session.project))
        except UserError as error:
            self.notify(str(error))

    @Slot()
    def _say_where_things_stand(self) -> None:
        chain = self._editor.chain()
        self.set_sentence(_where_things_stand(chain))
        self._copy.setEnabled(bool(chain.active))
        self._write.setEnabled(bool(chain.active))
        self._try.setEnabled(bool(chain.active) and self.session.jobs.running(self.stage) is None)
        self._guard_soon.start()
        self._show_cautions()

    @Slot()
    def _look_for_cautions(self) -> None:
        chain, gray, meaning = self._editor.chain(), self._is_gray, project_meaning(self.session.project)
        self._guard.ask(lambda: (chain, cautions(chain, gray, meaning)))

    @Slot(object)
    def _take_cautions(self, found: tuple[Chain, list[Caution]]) -> None:
        self._cautions = found
        self._show_cautions()

    def _show_cautions(self) -> None:
        """What guardrails and measurements say, beside the steps; of earlier chains what still holds."""
        chain = self._editor.chain()
        warned: defaultdict[Place, list[str]] = defaultdict(list)
        noted: defaultdict[Place, list[str]] = defaultdict(list)
        if self._cautions[0] == chain:
            for caution in self._cautions[1]:
                warned[caution.place].append(caution.text)
        for place, step in enabled_steps(chain):
            measured = self._measured.get(step.operation)
            if measured is not None:
                (noted if measured.is_fine else warned)[place] += measured.sentences()
        self._editor.show_cautions(warned, noted)
        self._show_verdict(chain)

    def _show_verdict(self, chain: Chain) -> None:
        if self._whole is None or self._whole[0] != chain:
            self._verdict.show_texts(())
            return
        measured = self._whole[1]
        sentences = [tr("All steps together: {sentence}", sentence=sentence) for sentence in measured.sentences()]
        self._verdict.show_texts((), sentences) if measured.is_fine else self._verdict.show_texts(sentences)

    # The chain

    @Slot(object)
    def _chain_changed(self, chain: Chain) -> None:
        self.clear_notice()
        self._save_soon.start()
        self._preview.show_chain(chain)
        self._say_where_things_stand()

    @Slot()
    def _save(self) -> None:
        self._save_soon.stop()
        set_project_chain(self.session.project, self._editor.chain())
        self._is_saving = True
        self.session.changed.emit()
        self._is_saving = False

    @Slot()
    def _save_if_waiting(self) -> None:
        if self._save_soon.isActive():
            self._save()

    def _use(self, chain: Chain) -> None:
        self._editor.set_chain(chain)
        self._chain_changed(chain)

    @Slot()
    def _clear(self) -> None:
        self._use(Chain())

    @Slot(str)
    def _use_ready(self, name: str) -> None:
        self._use(PRESETS[name])

    # Files

    @Slot()
    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open chain"), filter=tr("Chains (*.json)"))
        if path:
            self.open_chain(Path(path))

    def open_chain(self, path: Path) -> None:
        """Take what can be read of a file's chain, and say what cannot."""
        try:
            chain, problems = Chain.load_lenient(path)
        except (UserError, OSError) as error:
            self.notify(explain(error) or str(error))
            return
        self._use(chain)
        if problems:
            self.notify(" ".join(problems))

    @Slot()
    def _choose_place(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save chain"), "chain.json", tr("Chains (*.json)"))
        if path:
            self.save_chain(Path(path))

    def save_chain(self, path: Path) -> None:
        """Write the chain to a file."""
        if self._succeeds(lambda: self._editor.chain().save(path)):
            self.notify(tr("The chain is kept in {file}.", file=path), "good")

    @Slot()
    def copy_as_python(self) -> None:
        """Put a script with the same steps on the clipboard."""
        QGuiApplication.clipboard().setText(as_python(self._editor.chain()))
        self.notify(tr("Copied: a script for torchvision, with the same steps, ranges and order."), "good")

    # Own chains

    @Slot(str)
    def _use_own(self, name: str) -> None:
        self._succeeds(lambda: self._use(load_preset(name)))

    @Slot()
    def _ask_name(self) -> None:
        self._name.ask("", lambda name: self._succeeds(lambda: save_preset(name, self._editor.chain())))

    @Slot(str)
    def _ask_other_name(self, name: str) -> None:
        self._name.ask(name, lambda wanted: self._succeeds(lambda: rename_preset(name, wanted)))

    @Slot(str)
    def _delete_own(self, name: str) -> None:
        try:
            chain = load_preset(name)
        except (UserError, OSError):  # cannot be brought back, as it could not be used
            self._succeeds(lambda: delete_preset(name))
            return
        if self._succeeds(lambda: delete_preset(name)):
            self._notice.show_text(
                tr("The chain “{name}” is deleted.", name=name),
                "info",
                {tr("Bring it back"): lambda: self._succeeds(lambda: save_preset(name, chain))},
            )

    def _succeeds(self, act: Callable[[], object]) -> bool:
        """Do something to files; say why not where it fails."""
        try:
            act()
        except (UserError, OSError) as error:
            self.notify(explain(error) or str(error))
            return False
        self.clear_notice()
        self._presets.fill()
        return True

    # Meaning and measurements

    @Slot()
    def _ask_meaning(self) -> None:
        self._meaning.show_meaning(project_meaning(self.session.project))
        self._meaning.show()

    @Slot(object)
    def _keep_meaning(self, meaning: Meaning) -> None:
        self._meaning.hide()
        set_project_meaning(self.session.project, meaning)
        self.session.changed.emit()

    @Slot()
    def _measure(self) -> None:
        project, chain = self.session.project, self._editor.chain()
        job = self.session.jobs.start(self.stage, tr("Trying the chain"), lambda: measure(project, chain))
        job.done.connect(lambda measured: self._take_measured(chain, measured))
        job.failed.connect(self.notify)
        job.finished.connect(self._say_where_things_stand)
        self._try.setEnabled(False)

    def _take_measured(self, chain: Chain, measured: list[Measured]) -> None:
        operations = {place: step.operation for place, step in enabled_steps(chain)}
        for each in measured:
            if each.place:
                self._measured[operations[each.place]] = each
            else:
                self._whole = chain, each
        self._show_cautions()

    # Variants

    @Slot()
    def _ask_for_variants(self) -> None:
        self._variants.refresh()
        self._variants.setVisible(not self._variants.isVisible())

    @Slot(object)
    def _write_variants(self, order: Order) -> None:
        self._save_if_waiting()
        self.clear_notice()
        project, chain = self.session.project, self._editor.chain()
        job = self.session.jobs.start(
            self.stage,
            tr("Writing variants"),
            lambda: materialize(project, order.out, order.per_image, 0, chain, order.balance),
        )
        job.done.connect(self._say_written)
        job.failed.connect(self.notify)
        self._variants.hide()

    @Slot(object)
    def _say_written(self, result: ExportResult) -> None:
        self.notify(trn("{n} variant in {folder}", "{n} variants in {folder}", result.files, folder=result.dir), "good")

    @Slot()
    def _go_to_import(self) -> None:
        self.session.navigate.emit("import")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._chain_card.setFixedWidth(SIDE if self.width() >= NARROW else NARROW_SIDE)

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
    withheld = sum(not operation.for_generators for operation in active)
    if withheld:
        steps += " " + trn(
            "Generators train without {n} of them, which they would paint.",
            "Generators train without {n} of them, which they would paint.",
            withheld,
        )
    return steps
