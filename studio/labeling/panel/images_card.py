"""The images to label: which of them are shown, and what their tiles say."""

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from studio.labeling.panel.suggestions import Suggestions
from studio.labeling.readings import disagreements, second_readings
from studio.project import Project
from studio.project.items import USABLE, Item, classes, item_ids
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.gallery import Gallery, label_caption
from studio.widgets.gallery_bar import Look
from studio.widgets.inputs import ComboBox, fill
from studio.widgets.labels import make_label
from studio.widgets.session import Session
from studio.widgets.shortcuts import add_key

ALL, LACKING, SUGGESTED, DISPUTED, MARKED, ALIKE = "all", "lacking", "suggested", "disputed", "marked", "alike"
CLASS = "class "
"""Before the name of a class."""

Shown = tuple[list[int], dict[int, str]]
"""Ids of items, and the second reader's classes where tiles show them."""


class ImagesCard(Card):
    """`wanted` carries what a button asks for: accept, reject, alike or mark."""

    wanted = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Images"))
        self.note_label.hide()
        self.suggestions = Suggestions()
        self.is_blind = False
        self._session = session
        self._alike: list[int] = []
        self._second: dict[int, str] = {}
        self._to_select: list[int] = []
        self._reader = session.reader()
        self._reader.ready.connect(self._take)
        self._filter = ComboBox()
        self._filter.setObjectName("label.filter")
        self._filter.setAccessibleName(tr("Images shown"))
        self._filter.setToolTip(tr("Which images are shown"))
        self._filter.setMinimumContentsLength(18)
        self._filter.currentIndexChanged.connect(self.show_images)
        self.header.insertWidget(1, self._filter)
        self.gallery = Gallery(session, "label.gallery")
        self.gallery.caption = self._caption
        self.gallery.badge = self._badge
        self._hint = make_label("", "note", wrap=True)
        self.body.addWidget(self.gallery, 1)
        self.body.addWidget(self._hint)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._accept = self._add_button(tr("Accept"), "accept", "A", tr("Give the selected images what is suggested"))
        self._reject = self._add_button(tr("Reject"), "reject", "R", tr("Forget the suggestions for the selected ones"))
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
        if self._alike:
            entries.append((tr("Like the selected"), ALIKE))
        entries += [(tr("Marked"), MARKED), *((name, CLASS + name) for name in classes(self._session.project))]
        if self._filter.currentData() == DISPUTED:
            entries.append((tr("Disagreements"), DISPUTED))
        fill(self._filter, entries)
        for button in (self._accept, self._reject):
            button.setVisible(bool(self.suggestions) and not self.is_blind)
        self._more.setVisible(not self.is_blind)
        self._hint.setText(self._hint_text())
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

    @Slot()
    def show_images(self) -> None:
        """Find what is to be shown, off the window's thread."""
        project, which, is_blind = self._session.project, self._filter.currentData() or ALL, self.is_blind
        listed = {SUGGESTED: self.suggestions.ids, ALIKE: self._alike}.get(which)
        self._reader.ask(lambda: _find(project, which, listed, is_blind))

    @Slot(object)
    def _take(self, shown: Shown) -> None:
        ids, self._second = shown
        self.gallery.set_ids(ids)
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

    def _caption(self, item: Item) -> str:
        if self.is_blind:
            return self._second.get(item.id) or tr("not read")
        if self._filter.currentData() == DISPUTED:
            return f"{label_caption(item)} / {self._second.get(item.id, '')}"
        suggestion = self.suggestions.get(item.id)
        if suggestion is None or item.label is not None:
            return label_caption(item)
        return tr("{label}?", label=suggestion.label)

    def _badge(self, item: Item) -> str:
        suggestion = None if self.is_blind or item.label is not None else self.suggestions.get(item.id)
        return "" if suggestion is None else f"{suggestion.confidence:.0%}"

    def _hint_text(self) -> str:
        if self.is_blind:
            return tr("Select images and press the key of their class. Space goes to the next one that is not read.")
        if self.suggestions:
            return tr("Space goes to the next unsure suggestion; the key of a class corrects it.")
        return tr("Select images and press the key of their class. Space goes to the next one without a label.")


def _find(project: Project, which: str, listed: Collection[int] | None, is_blind: bool) -> Shown:
    """What is to be shown; `listed` are the ids where they are known already."""
    second = second_readings(project) if is_blind or which == DISPUTED else {}
    if listed is not None:
        return list(listed), second
    if which == DISPUTED:
        return [each.item for each in disagreements(project)], second
    if is_blind and which != ALL and which != MARKED:
        wanted = None if which == LACKING else which.removeprefix(CLASS)
        return [item_id for item_id in item_ids(project, USABLE) if second.get(item_id) == wanted], second
    if which.startswith(CLASS):
        return item_ids(project, f"{USABLE} AND label = ?", (which.removeprefix(CLASS),)), second
    if which == MARKED:
        rows = project.db.execute(f"SELECT id FROM item WHERE {USABLE} AND regions != '[]' ORDER BY id")
        return [row[0] for row in rows], second
    return item_ids(project, USABLE if which == ALL else f"{USABLE} AND class_id IS NULL"), second
