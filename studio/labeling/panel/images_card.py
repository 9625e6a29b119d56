"""The images to label, which of them are shown, and what is asked for those that are selected."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from studio.labeling.doubts import Doubt
from studio.labeling.panel.shown_images import (
    ALIKE,
    ALL,
    CLASS,
    DISPUTED,
    DOUBTED,
    LACKING,
    MARKED,
    QUEUES,
    SUGGESTED,
    Shown,
    find_shown,
)
from studio.labeling.panel.suggestions import Suggestions
from studio.labeling.panel.tile_words import TileWords
from studio.project.items import classes
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.gallery import Gallery
from studio.widgets.gallery_bar import Look
from studio.widgets.inputs import ComboBox, fill
from studio.widgets.labels import make_label
from studio.widgets.session import Session
from studio.widgets.shortcuts import add_key


class ImagesCard(Card):
    """`wanted` carries what a button asks for: accept, reject, confirm, alike or mark; `doubted` says that the labels
    in doubt are to be shown, which have to be found first."""

    wanted = Signal(str)
    doubted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Images"))
        self.note_label.hide()
        self.suggestions = Suggestions()
        self.is_blind = False
        self.is_judging = False
        self._session = session
        self._alike: list[int] = []
        self._shown = Shown([])
        self._doubts: dict[int, Doubt] = {}
        self._to_select: list[int] = []
        self._reader = session.reader()
        self._reader.ready.connect(self._take)
        self._filter = ComboBox()
        self._filter.setObjectName("label.filter")
        self._filter.setAccessibleName(tr("Images shown"))
        self._filter.setToolTip(tr("Which images are shown"))
        self._filter.setMinimumContentsLength(18)
        self._filter.currentIndexChanged.connect(self._choose)
        self.header.insertWidget(1, self._filter)
        self.gallery = Gallery(session, "label.gallery")
        self.gallery.caption = lambda item: self._words.caption(item)
        self.gallery.badge = lambda item: self._words.badge(item)
        self._hint = make_label("", "note", wrap=True)
        self._hint.setObjectName("label.hint")
        self._reader.failed.connect(self._hint.setText)
        self.body.addWidget(self.gallery, 1)
        self.body.addWidget(self._hint)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._accept = self._add_button(tr("Accept"), "accept", "A", tr("Give the selected images what is suggested"))
        self._reject = self._add_button(tr("Reject"), "reject", "R", tr("Forget the suggestions for the selected ones"))
        self._confirm = self._add_button(
            tr("Label is right"), "confirm", "K", tr("Keep the labels of the selected images")
        )
        self._more = self._add_button(tr("More like these"), "alike", "M", tr("Find 40 images like the selected ones"))
        self._add_button(tr("Mark"), "mark", "E", tr("Mark defects or objects in the selected image"))
        self._buttons.addStretch(1)
        self.body.addLayout(self._buttons)

    def set_blind(self, is_blind: bool) -> None:
        """Hide, or show again, what the first reader said: also what images could be sorted and filtered by."""
        self.is_blind = is_blind
        self.gallery.bar.setVisible(not is_blind)
        if is_blind:
            self.gallery.bar.set_look(Look())

    def refresh(self) -> None:
        """Offer what there is to show, and show what is chosen as it is now."""
        lacking = tr("Not read yet") if self.is_blind else tr("Without a label")
        entries = [(tr("All images"), ALL), (lacking, LACKING)]
        if self.suggestions and not self.is_blind:
            entries.append((tr("With a suggestion"), SUGGESTED))
        if not self.is_blind:
            entries.append((tr("Suspicious labels"), DOUBTED))
        if self._alike:
            entries.append((tr("Like the selected"), ALIKE))
        entries += [(tr("Marked"), MARKED), *((name, CLASS + name) for name in classes(self._session.project))]
        if self._filter.currentData() == DISPUTED:
            entries.append((tr("Disagreements"), DISPUTED))
        fill(self._filter, entries)
        for button in (self._accept, self._reject):
            button.setVisible(bool(self.suggestions) and not self.is_blind)
        self._more.setVisible(not self.is_blind)
        self.show_images()

    def show_only(self, which: str) -> None:
        """Choose what is shown: one of the constants above, CLASS with the name of a class."""
        if self._filter.findData(which) < 0:
            self._filter.addItem(tr("Disagreements"), which)
        self._filter.setCurrentIndex(self._filter.findData(which))

    def show_alike(self, ids: Sequence[int]) -> None:
        """Show these images and select them."""
        self._alike = list(ids)
        self._to_select = list(ids)
        self.refresh()
        self.show_only(ALIKE)

    def go_to(self, item_id: int) -> None:
        """Select an image, among all where it is not shown."""
        if item_id in self.gallery.ids:
            self.gallery.select([item_id])
            return
        self._to_select = [item_id]
        self.gallery.bar.set_look(Look())
        self.show_only(ALL)
        self.show_images()

    def selected_ids(self) -> list[int]:
        return self.gallery.selected_ids()

    @property
    def is_queue(self) -> bool:
        """Whether what is shown is answered image by image."""
        return self._filter.currentData() in QUEUES

    def next_in_queue(self) -> int | None:
        """The image behind the selected one, and behind the last the first."""
        ids, selected = list(self.gallery.ids), self.selected_ids()
        at = ids.index(selected[-1]) + 1 if selected else 0
        return ids[at % len(ids)] if ids else None

    @property
    def _words(self) -> TileWords:
        return TileWords(self._shown, self._doubts, self.suggestions, self.is_blind)

    @Slot()
    def _choose(self) -> None:
        if self._filter.currentData() == DOUBTED:
            self.doubted.emit()
        self.show_images()

    @Slot()
    def show_images(self) -> None:
        """Find what is to be shown, off the window's thread."""
        project, which, is_blind = self._session.project, self._filter.currentData() or ALL, self.is_blind
        listed = {SUGGESTED: self.suggestions.ids, ALIKE: self._alike}.get(which)
        self._confirm.setVisible(which == DOUBTED)
        self._reader.ask(lambda: find_shown(project, which, is_blind) if listed is None else Shown(listed))

    @Slot(object)
    def _take(self, shown: Shown) -> None:
        self._shown = shown
        self._doubts = {} if shown.doubts is None else {doubt.item: doubt for doubt in shown.doubts.left}
        self._hint.setText(self._words.hint(self.is_judging))
        self.gallery.set_ids(shown.ids)
        if self._to_select:
            self.gallery.select(self._to_select)
            self._to_select = []

    def _add_button(self, text: str, what: str, key: str, tool_tip: str) -> Button:
        button = Button(text, f"label.{what}", f"{tool_tip} ({key})")
        ask = partial(self.wanted.emit, what)
        button.clicked.connect(ask)
        add_key(self, key, ask, tool_tip)
        self._buttons.addWidget(button)
        return button
