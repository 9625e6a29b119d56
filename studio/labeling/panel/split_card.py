"""How the images are divided: shares, what stays together, and what groups that makes."""

from collections import Counter
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QSizePolicy

from models.events import finish
from studio.labeling.belonging import belonging_fields, in_words
from studio.labeling.frozen import runs_on_split
from studio.labeling.grouping import BELONGING, NAME, ORDER, RELATIVES, Groups, find_groups, group_fields
from studio.labeling.name_pattern import PATTERN_TITLES
from studio.labeling.recipe import SplitRecipe, kept_recipe
from studio.project import Project
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.folding import FoldingCard
from studio.widgets.inputs import ComboBox, SpinBox, fill
from studio.widgets.labels import make_label
from studio.widgets.session import Session

OWN, NOTHING = "own", ""
SHOWN_GROUPS = 3
Facts = tuple[list[str], dict[str, int], list[str], SplitRecipe | None]
"""Fields, what plainly belongs together, the runs that stand on the split, and how that was made."""


class SplitCard(FoldingCard):
    """`wanted` carries a `SplitRecipe` when the user asks for a split."""

    wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Split"), "label.split_card", is_open=True)
        self._session = session
        self._latest = SplitRecipe()
        self._belonging: dict[str, int] = {}
        self._facts, self._groups = session.reader(), session.reader()
        self._facts.ready.connect(self._take_facts)
        self._groups.ready.connect(self._take_groups)
        self._groups.failed.connect(self._say_groups)
        self._form = QFormLayout()
        self._test = self._add(_percent(20), tr("Test"), "label.share", tr("Share of each class to judge by"))
        self._validation = self._add(
            _percent(0),
            tr("Validation"),
            "label.validation",
            tr("Share of each class to tune by; not learned from"),
        )
        self._by = self._add(ComboBox(), tr("Together"), "label.group", tr("Images of a group come to the same side"))
        self._relatives = QCheckBox(tr("and relatives"))
        self._relatives.setObjectName("label.relatives")
        self._relatives.setToolTip(
            tr("Copies, re-shots and sister parts, as far as the pixels tell; they are looked for when you split")
        )
        self._relatives.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._form.addRow("", self._relatives)
        self._preset = self._add(
            ComboBox(), tr("Name"), "label.name", tr("The part of a file's name that says what belongs together")
        )
        self._pattern = self._add(
            QLineEdit("*_?"),
            tr("Pattern"),
            "label.pattern",
            tr("* names the group (+ as short as possible), # is a number and ? any text that may differ within it"),
        )
        self._length = self._add(
            SpinBox(), tr("In a row"), "label.length", tr("Files that stay together in the order of their names")
        )
        self._seed = self._add(SpinBox(), tr("Seed"), "label.seed", tr("The same seed makes the same split"))
        self._set_up_choices()
        self._preview = make_label("", "note", wrap=True)
        self._preview.setObjectName("label.groups")
        self._frozen = make_label("", "note", wrap=True)
        self._frozen.setObjectName("label.frozen")
        self._frozen.hide()
        button = Button(tr("Split"), "label.split", tr("Divide the images anew"))
        button.clicked.connect(self._ask)
        self.inside.addLayout(self._form)
        self.inside.addWidget(self._preview)
        self.inside.addWidget(self._frozen)
        self.inside.addWidget(button)
        self.opened.connect(self.refresh)
        self._choose()

    @Slot()
    def refresh(self) -> None:
        """Find out anew which fields there are, whether a run stands on the split, and how it was made."""
        if self.is_open:
            project = self._session.project
            self._facts.ask(lambda: _find_facts(project))

    def recipe(self) -> SplitRecipe:
        by = [self._grouping(), RELATIVES if self._relatives.isChecked() else None]
        shares = {"test": self._test.value() / 100, "validation": self._validation.value() / 100}
        return SplitRecipe(**shares, by=tuple(filter(None, by)), seed=self._seed.value())

    def _add(self, widget: Any, title: str, name: str, tool_tip: str) -> Any:
        widget.setObjectName(name)
        widget.setAccessibleName(title)
        widget.setToolTip(tool_tip)
        self._form.addRow(make_label(title), widget)
        return widget

    def _set_up_choices(self) -> None:
        self._fill_groups([])
        for pattern, title in PATTERN_TITLES.items():
            self._preset.addItem(tr(title), pattern)
        self._preset.addItem(tr("an own pattern"), OWN)
        self._length.setRange(2, 10_000)
        self._length.setValue(10)
        self._seed.setMaximum(2**31 - 1)
        for combo in (self._by, self._preset):
            combo.currentIndexChanged.connect(self._choose)
        self._pattern.textChanged.connect(self._choose)
        self._length.valueChanged.connect(self._choose)

    def _fill_groups(self, fields: list[str]) -> None:
        ways = [(tr("the same name"), NAME), (tr("files in a row"), ORDER), (tr("nothing"), NOTHING)]
        fill(self._by, [(tr("what plainly belongs"), BELONGING), *((field, field) for field in fields), *ways])

    def _grouping(self) -> str | None:
        by = self._by.currentData()
        if by == NAME:
            preset = self._preset.currentData()
            return NAME + (self._pattern.text() if preset == OWN else preset)
        return f"{ORDER}{self._length.value()}" if by == ORDER else by or None

    @Slot()
    def _choose(self) -> None:
        """Show what the choice needs, and what groups it makes."""
        by = self._by.currentData()
        self._form.setRowVisible(self._preset, by == NAME)
        self._form.setRowVisible(self._pattern, by == NAME and self._preset.currentData() == OWN)
        self._form.setRowVisible(self._length, by == ORDER)
        grouping, project = self._grouping(), self._session.project
        self._say_groups(in_words(self._belonging) if grouping == BELONGING else "")
        if grouping not in (BELONGING, None):
            self._groups.ask(lambda: finish(find_groups(project, grouping)))

    @Slot(object)
    def _take_groups(self, groups: Groups) -> None:
        sizes = Counter(groups.values())
        largest = ", ".join(f"{name} ({n:,})" for name, n in sizes.most_common(SHOWN_GROUPS))
        if self._grouping() not in (BELONGING, None):
            self._say_groups(
                trn("{n} group: {largest}", "{n} groups, the largest: {largest}", len(sizes), largest=largest)
            )

    @Slot(str)
    def _say_groups(self, text: str) -> None:
        self._preview.setText(text)
        self._preview.setVisible(bool(text))

    @Slot(object)
    def _take_facts(self, facts: Facts) -> None:
        fields, self._belonging, runs, latest = facts
        self._fill_groups(fields)
        self._show_latest(latest)
        self._choose()
        self._frozen.setText(tr("Frozen by the runs on it: {runs}.", runs=", ".join(runs)) if runs else "")
        self._frozen.setVisible(bool(runs))

    def _show_latest(self, recipe: SplitRecipe | None) -> None:
        """The same again is the next thing to begin from, also where another screen has split or undone it."""
        if recipe is not None and recipe != self._latest:
            self._latest = recipe
            self._test.setValue(round(100 * recipe.test))
            self._validation.setValue(round(100 * recipe.validation))
            self._relatives.setChecked(RELATIVES in recipe.by)
            self._seed.setValue(recipe.seed)
            self._show_grouping(next((way for way in recipe.by if way != RELATIVES), None))

    def _show_grouping(self, way: str | None) -> None:
        """Choose a way to group, as `find_groups` takes it; a field that is gone leaves the choice as it is."""
        by = next((prefix for prefix in (NAME, ORDER) if way is not None and way.startswith(prefix)), way)
        known = self._by.findData(by or NOTHING)
        if known < 0:
            return
        if way is not None and by == NAME:
            preset = self._preset.findData(way.removeprefix(NAME))
            self._preset.setCurrentIndex(preset if preset >= 0 else self._preset.findData(OWN))
            self._pattern.setText(way.removeprefix(NAME))
        elif way is not None and by == ORDER:
            self._length.setValue(int(way.removeprefix(ORDER)))
        self._by.setCurrentIndex(known)

    @Slot()
    def _ask(self) -> None:
        self.wanted.emit(self.recipe())


def _find_facts(project: Project) -> Facts:
    return group_fields(project), belonging_fields(project), runs_on_split(project), kept_recipe(project)


def _percent(value: int) -> SpinBox:
    box = SpinBox()
    box.setRange(0, 90)
    box.setValue(value)
    box.setSuffix("%")
    return box
