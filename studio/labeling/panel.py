"""The Label screen: classes by keyboard, and the split into training and test images."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from models.events import finish
from studio.errors import UserError, explain
from studio.labeling.classes import make_class, rename_class
from studio.labeling.grouping import find_groups, group_fields
from studio.labeling.label_table import label_from_table
from studio.labeling.labels import label, next_unlabeled
from studio.labeling.split import split
from studio.labeling.suggest import Suggestion, accept, suggest
from studio.project.items import USABLE, Item, classes, item_ids
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.count_table import CountTable
from studio.widgets.gallery import Gallery, label_caption
from studio.widgets.inputs import ComboBox, SpinBox
from studio.widgets.labels import make_label
from studio.widgets.panel import Panel
from studio.widgets.session import Session
from studio.widgets.theme import GAP

SURE = 0.8
"""Suggestions with at least this share of the votes count as sure."""
ALL, UNLABELED, SUGGESTED, CLASS = "all", "unlabeled", "suggested", "class "
SIDE = 296


class LabelPanel(Panel):
    stage = "label"
    title = "Label"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._suggestions: dict[int, Suggestion] = {}
        self._suggest = self.add_action(
            tr("Suggest labels"),
            "label.suggest",
            tr("Labels for the images without one, from those they look most like"),
        )
        self._suggest.clicked.connect(self._start_suggesting)
        table = self.add_action(
            tr("Labels from a table…"),
            "label.table",
            tr("Read labels from a CSV table with the columns file and label"),
        )
        table.clicked.connect(self._choose_table)
        side = QVBoxLayout()
        side.setSpacing(GAP)
        side.addWidget(self._make_classes(), 1)
        side.addWidget(self._make_split())
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addLayout(side)
        row.addWidget(self._make_images(), 1)
        self.body.addLayout(row, 1)

    def refresh(self) -> None:
        self._show_classes()
        self._fill_filter()
        self._show_images()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_groups()  # labels and decisions do not change the fields there are

    # The cards

    def _make_classes(self) -> Card:
        card = Card(tr("Classes"), tr("keys 1 to 9, 0 clears"))
        card.setFixedWidth(SIDE)
        self._classes = CountTable("label.classes", tr("Classes"), [tr("train"), tr("test")], keys=True)
        self._classes.setToolTip(tr("The number is the key that sets the class; a double click or F2 renames it"))
        self._classes.renamed.connect(self._rename)
        self._new = QLineEdit()
        self._new.setObjectName("label.new_class")
        self._new.setPlaceholderText(tr("New class"))
        self._new.setAccessibleName(tr("New class"))
        self._new.setToolTip(tr("The name of a class to add (Enter)"))
        self._new.returnPressed.connect(self._add_class)
        add = Button(tr("Add"), "label.add_class", tr("Add the class"))
        add.clicked.connect(self._add_class)
        row = QHBoxLayout()
        row.addWidget(self._new, 1)
        row.addWidget(add)
        card.body.addWidget(self._classes, 1)
        card.body.addLayout(row)
        return card

    def _make_split(self) -> Card:
        card = Card(tr("Test images"), tr("never used for training"))
        card.setFixedWidth(SIDE)
        self._share = SpinBox()
        self._share.setRange(0, 90)
        self._share.setValue(20)
        self._share.setSuffix("%")
        self._group = ComboBox()
        self._seed = SpinBox()
        self._seed.setMaximum(2**31 - 1)
        self._split_form = form = QFormLayout()
        for title, name, widget, tool_tip in (
            (tr("Share"), "share", self._share, tr("Share of each class that is held out to judge by")),
            (tr("Keep together"), "group", self._group, tr("Images with the same value come to the same side")),
            (tr("Seed"), "seed", self._seed, tr("The same seed makes the same split")),
        ):
            widget.setObjectName(f"label.{name}")
            widget.setAccessibleName(title)
            widget.setToolTip(tool_tip)
            form.addRow(make_label(title), widget)
        button = Button(tr("Split"), "label.split", tr("Divide the images anew into training and test images"))
        button.clicked.connect(self._split)
        card.body.addLayout(form)
        card.body.addWidget(button)
        return card

    def _make_images(self) -> Card:
        card = Card(tr("Images"))
        card.note_label.hide()
        self._filter = ComboBox()
        self._filter.setObjectName("label.filter")
        self._filter.setAccessibleName(tr("Images shown"))
        self._filter.setToolTip(tr("Which images are shown"))
        self._filter.activated.connect(self._show_images)
        card.header.addWidget(self._filter)
        self._gallery = Gallery(self.session, "label.gallery")
        self._gallery.caption = self._caption
        card.body.addWidget(self._gallery, 1)
        card.body.addWidget(
            make_label(
                tr("Select images and press the key of their class. Space goes to the next one without a label."),
                "note",
                wrap=True,
            )
        )
        for number in range(10):
            _add_key(self, str(number), partial(self._label_by_key, number))
        _add_key(self._gallery, "Space", self._go_to_next)
        return card

    # What they show

    def _show_classes(self) -> None:
        rows = self.session.project.db.execute(
            "SELECT class.name, split, count(*) AS n FROM item LEFT JOIN class ON class.id = class_id"
            f" WHERE {USABLE} GROUP BY class_id, split"
        )
        counts: Counter[tuple[str | None, bool]] = Counter()
        for row in rows:
            counts[row["name"], row["split"] == "test"] += row["n"]
        table = {name: [counts[name, False], counts[name, True]] for name in classes(self.session.project)}
        missing = counts[None, False] + counts[None, True]
        if missing:
            table[tr("no label")] = [counts[None, False], counts[None, True]]
        self._classes.show_counts(table, fixed=[tr("no label")])
        self._suggest.setEnabled(missing > 0 and self.session.jobs.running(self.stage) is None)
        held_out = sum(n for (_, is_test), n in counts.items() if is_test)
        self.set_sentence(self._summary(counts.total(), missing, held_out))

    def _summary(self, images: int, missing: int, held_out: int) -> str:
        if not images:
            return tr("There are no images to label yet: import some first.")
        if missing:
            return trn("{n} image has no label yet.", "{n} images have no label yet.", missing)
        if held_out:
            return trn(
                "Every image has a label; {n} is held out to judge by.",
                "Every image has a label; {n} are held out to judge by.",
                held_out,
            )
        return tr("Every image has a label.")

    def _fill_filter(self) -> None:
        """All images, those without a label, those with a suggestion, and each class; the choice stays."""
        entries = [(tr("All images"), ALL), (tr("Without a label"), UNLABELED)]
        if self._suggestions:
            entries.append((tr("With a suggestion"), SUGGESTED))
        entries += [(name, CLASS + name) for name in classes(self.session.project)]
        _fill(self._filter, entries)

    def _fill_groups(self) -> None:
        fields = [(field, field) for field in group_fields(self.session.project)]
        _fill(self._group, [(tr("nothing"), None), *fields])
        self._split_form.setRowVisible(self._group, bool(fields))

    @Slot()
    def _show_images(self) -> None:
        shown, project = self._filter.currentData(), self.session.project
        if shown == SUGGESTED:
            self._gallery.set_ids(list(self._suggestions))
        elif shown.startswith(CLASS):
            self._gallery.set_ids(item_ids(project, f"{USABLE} AND label = ?", (shown.removeprefix(CLASS),)))
        else:
            self._gallery.set_ids(item_ids(project, USABLE if shown == ALL else f"{USABLE} AND class_id IS NULL"))

    def _caption(self, item: Item) -> str:
        suggestion = self._suggestions.get(item.id)
        if suggestion is None or item.label is not None:
            return label_caption(item)
        return tr("{label}? {percent:.0%}", label=suggestion.label, percent=suggestion.confidence)

    # What the user does

    def _label_by_key(self, number: int) -> None:
        names = classes(self.session.project)
        selected = self._gallery.selected_ids()
        if number > len(names):
            self.notify(tr("There is no class {number} yet. Add one first.", number=number), "info")
        elif not selected:
            self.notify(tr("Select the images first, then press the key of their class."), "info")
        else:
            self.clear_notice()
            self._set_label(selected, names[number - 1] if number else None)

    def _set_label(self, ids: list[int], name: str | None) -> None:
        if label(self.session.project, ids, name) is not None:
            self.session.changed.emit()

    def _go_to_next(self) -> None:
        selected = self._gallery.selected_ids()
        found = next_unlabeled(self.session.project, selected[-1] if selected else 0)
        if found is None:
            self.notify(tr("Every image has a label."), "good")
            return
        if found not in self._gallery.ids:
            self._filter.setCurrentIndex(0)
            self._show_images()
        self._gallery.select([found])

    @Slot()
    def _add_class(self) -> None:
        if self._try(lambda: make_class(self.session.project, self._new.text())):
            self._new.clear()

    @Slot(str, str)
    def _rename(self, old: str, new: str) -> None:
        if not self._try(lambda: rename_class(self.session.project, old, new)):
            self.refresh()

    @Slot()
    def _split(self) -> None:
        share, group, seed = self._share.value() / 100, self._group.currentData(), self._seed.value()
        project = self.session.project
        self._try(lambda: split(project, share, groups=group and finish(find_groups(project, group)), seed=seed))

    @Slot()
    def _choose_table(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Labels from a table"), filter=tr("Tables (*.csv *.tsv *.txt)"))
        if path:
            self.read_table(Path(path))

    def read_table(self, path: Path) -> None:
        """Take labels from a table and say what it did."""

        def read() -> None:
            result = label_from_table(self.session.project, path)
            text = trn(
                "{n} image has its label from the table.", "{n} images have their label from it.", result.labeled
            )
            lost = [*result.unmatched, *result.ambiguous]
            if lost:
                text += " " + trn(
                    "{n} row fits no image, or several: {first}",
                    "{n} rows fit no image, or several: {first}, …",
                    len(lost),
                    first=lost[0],
                )
            self.notify(text, "warn" if lost else "good")

        self._try(read)

    @Slot()
    def _start_suggesting(self) -> None:
        project = self.session.project
        job = self.session.jobs.start(self.stage, tr("Suggesting labels"), lambda: suggest(project))
        job.done.connect(self._take_suggestions)
        job.failed.connect(self.notify)
        self._suggest.setEnabled(False)

    @Slot(object)
    def _take_suggestions(self, suggestions: list[Suggestion]) -> None:
        self._suggestions = {suggestion.item: suggestion for suggestion in suggestions}
        self._fill_filter()
        self._filter.setCurrentIndex(max(0, self._filter.findData(SUGGESTED)))
        self._show_images()
        sure = sum(suggestion.confidence >= SURE for suggestion in suggestions)
        text = tr(
            "{all}, {sure} of them sure. Look through them, the surest come first.",
            all=trn("{n} suggestion", "{n} suggestions", len(suggestions)),
            sure=f"{sure:,}",
        )
        self._notice.show_text(
            text, "info", {tr("Accept the sure ones"): self._accept_sure, tr("Forget them"): self._forget}
        )

    @Slot()
    def _accept_sure(self) -> None:
        accept(self.session.project, [found for found in self._suggestions.values() if found.confidence >= SURE])
        self._suggestions = {item: found for item, found in self._suggestions.items() if found.confidence < SURE}
        self.session.changed.emit()

    @Slot()
    def _forget(self) -> None:
        self._suggestions = {}
        self.refresh()

    def _try(self, act: Callable[[], object]) -> bool:
        """Do something that may be refused, with the sentence in the page; everyone looks again."""
        self.clear_notice()
        try:
            act()
        except (UserError, OSError) as error:
            self.notify(explain(error) or str(error))
            return False
        self.session.changed.emit()
        return True


def _add_key(widget: QWidget, key: str, act: Callable[[], None]) -> None:
    shortcut = QShortcut(QKeySequence(key), widget)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(act)


def _fill(combo: ComboBox, entries: list) -> None:
    """Offer (title, value) pairs; what was chosen stays chosen where it is still there."""
    chosen = combo.currentData()
    combo.clear()
    for title, value in entries:
        combo.addItem(title, value)
    values = [value for _, value in entries]
    combo.setCurrentIndex(values.index(chosen) if chosen in values else 0)
