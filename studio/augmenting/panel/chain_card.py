"""The card of the chain: its editor, where chains come from and go to, and what was found out about this one."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

from studio.augmenting.chain import Chain
from studio.augmenting.own_presets import delete_preset, load_preset, preset_file, rename_preset, save_preset
from studio.augmenting.panel.caution_list import CautionList
from studio.augmenting.panel.chain_editor import ChainEditor
from studio.augmenting.panel.findings import Said
from studio.augmenting.panel.name_row import NameRow
from studio.augmenting.panel.presets_menu import PresetsButton
from studio.augmenting.presets import PRESETS
from studio.augmenting.python_script import as_python
from studio.errors import UserError, explain
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card


class ChainCard(Card):
    """`changed` carries the chain after each change by the user; `said` a sentence and its level, as `Panel.notify`."""

    changed = Signal(object)
    said = Signal(str, str)
    preset_deleted = Signal(str, object)
    """The name, and the chain, which can be brought back."""
    meaning_asked = Signal()
    tried = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Chain"))
        self.note_label.hide()
        self._presets = self._make_presets()
        self._name = NameRow("augment.name")
        self._editor = ChainEditor()
        self._editor.changed.connect(self.changed)
        self._verdict = CautionList("augment.verdict")
        self._try = Button(
            tr("Try on my images"),
            "augment.measure",
            tr("Measure on a sample what each step leaves of class and defect, and whether it does anything"),
        )
        self._try.clicked.connect(self.tried)
        self.header.addWidget(self._presets)
        self.header.addWidget(self._make_menu())
        self.body.addWidget(self._name)
        self.body.addWidget(self._editor, 1)
        self.body.addWidget(self._verdict)
        self.body.addWidget(self._try)

    def chain(self) -> Chain:
        return self._editor.chain()

    def show_chain(self, chain: Chain) -> None:
        """Show a chain, without `changed`."""
        self._editor.set_chain(chain)
        self._lanczos.setChecked(chain.interpolation == "lanczos")

    def show_findings(self, said: Said) -> None:
        self._editor.show_cautions(said.cautions, said.notes)
        self._verdict.show_texts(said.verdict, said.verdict_notes)

    def allow_trying(self, is_allowed: bool) -> None:
        self._try.setEnabled(is_allowed)

    # Building

    def _make_presets(self) -> PresetsButton:
        presets = PresetsButton()
        presets.ready_chosen.connect(self._use_ready)
        presets.own_chosen.connect(self._use_own)
        presets.keep_asked.connect(self._ask_name)
        presets.rename_asked.connect(self._ask_other_name)
        presets.delete_asked.connect(self._delete_own)
        return presets

    def _make_menu(self) -> Button:
        button = Button("", "augment.menu", tr("Files, and more about the chain"), icon_name="dots", flat=True)
        menu = QMenu(button)
        self._add_action(menu, tr("Open a chain file…"), "augment.open", self._choose_file)
        self._add_action(menu, tr("Save as a chain file…"), "augment.save", self._choose_place)
        menu.addSeparator()
        self._lanczos = self._add_action(menu, tr("Sharper and slower (Lanczos)"), "augment.lanczos", self._interpolate)
        self._lanczos.setCheckable(True)
        self._add_action(menu, tr("What carries meaning…"), "augment.ask_meaning", self.meaning_asked.emit)
        self._add_action(menu, tr("Remove all steps"), "augment.clear", self._clear)
        button.setMenu(menu)
        return button

    def _add_action(self, menu: QMenu, text: str, name: str, act: Callable[[], object]) -> QAction:
        action = menu.addAction(text)
        action.setObjectName(name)
        action.triggered.connect(lambda checked=False: act())
        return action

    # The chain

    def _use(self, chain: Chain) -> None:
        self.show_chain(chain)
        self.changed.emit(chain)

    def _clear(self) -> None:
        self._use(Chain())

    def _interpolate(self) -> None:
        self._use(replace(self.chain(), interpolation="lanczos" if self._lanczos.isChecked() else "bilinear"))

    @Slot(str)
    def _use_ready(self, name: str) -> None:
        self._use(PRESETS[name])

    # Files, and the clipboard

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open chain"), filter=tr("Chains (*.json)"))
        if path:
            self.open_chain(Path(path))

    def open_chain(self, path: Path) -> None:
        """Take what can be read of a file's chain, and say what cannot."""
        try:
            chain, problems = Chain.load_lenient(path)
        except (UserError, OSError) as error:
            self._complain(error)
            return
        self._use(chain)
        if problems:
            self.said.emit(" ".join(problems), "warn")

    def _choose_place(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save chain"), "chain.json", tr("Chains (*.json)"))
        if path:
            self.save_chain(Path(path))

    def save_chain(self, path: Path) -> None:
        """Write the chain to a file."""
        if self._succeeds(lambda: self.chain().save(path)):
            self.said.emit(tr("The chain is kept in {file}.", file=path), "good")

    @Slot()
    def copy_as_python(self) -> None:
        """Put a script with the same steps on the clipboard."""
        QGuiApplication.clipboard().setText(as_python(self.chain()))
        self.said.emit(tr("Copied: a script for torchvision, with the same steps, ranges and order."), "good")

    # Own chains

    @Slot(str)
    def _use_own(self, name: str) -> None:
        self.open_chain(preset_file(name))

    @Slot()
    def _ask_name(self) -> None:
        self._name.ask("", lambda name: self.keep_own(name, self.chain()))

    @Slot(str)
    def _ask_other_name(self, name: str) -> None:
        self._name.ask(name, lambda wanted: self._succeeds(lambda: rename_preset(name, wanted)))

    def keep_own(self, name: str, chain: Chain) -> bool:
        """Keep a chain as the user's own; False, and a sentence, where that cannot be."""
        return self._succeeds(lambda: save_preset(name, chain))

    @Slot(str)
    def _delete_own(self, name: str) -> None:
        try:
            chain = load_preset(name)
        except (UserError, OSError):  # cannot be brought back, as it could not be used
            self._succeeds(lambda: delete_preset(name))
            return
        if self._succeeds(lambda: delete_preset(name)):
            self.preset_deleted.emit(name, chain)

    def _succeeds(self, act: Callable[[], object]) -> bool:
        """Do something with files; say why not where it fails."""
        try:
            act()
        except (UserError, OSError) as error:
            self._complain(error)
            return False
        self._presets.fill()
        return True

    def _complain(self, error: Exception) -> None:
        self.said.emit(explain(error) or str(error), "warn")
