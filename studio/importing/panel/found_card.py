"""What was found in the sources, shown before any of it comes in."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from msgspec import structs
from PIL import Image as Pillow
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from studio.importing.layouts import LAYOUTS
from studio.importing.options import ImportOptions
from studio.importing.reading import AUTO
from studio.importing.recognized import Example, Recognized
from studio.importing.rejections import Rejected
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.count_table import CountTable
from studio.widgets.folding import FoldingCard
from studio.widgets.forms import Form
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import ComboBox
from studio.widgets.labels import make_label
from studio.widgets.rejection_list import RejectionList

SHOWN = 8
"""Examples in the row."""
LISTED = 200
"""Problems in the list; the import tells all of them."""
MOST_CLASSES = 500
"""In the table."""
EXAMPLES_HEIGHT = 104
SIDE = 320
MASKS, BOXES = 2, 3
"""Columns of the table."""


class FoundCard(Card):
    """The layout, which can be corrected, and what it makes of the sources.

    `corrected` asks to look again with the layout that was chosen, `table_wanted` and `table_unwanted` with a table or
    without; `accepted` carries the `ImportOptions`.
    """

    corrected = Signal()
    table_wanted = Signal()
    table_unwanted = Signal()
    accepted = Signal(object)
    declined = Signal()

    def __init__(self) -> None:
        super().__init__(tr("This is what was found"))
        self.setObjectName("import.found")
        self._needed_tiles = False
        self._sentence = make_label("", "strong", wrap=True)
        self._sentence.setObjectName("import.found.sentence")
        self._summary = make_label("", "note")
        self._untaught = make_label("", "caution", wrap=True)
        self._untaught.setObjectName("import.found.untaught")
        self._split_anew = QCheckBox(tr("Use them to learn from too, and split anew"))
        self._split_anew.setObjectName("import.split_anew")
        self._split_anew.setToolTip(tr("Leave the split of these files aside; a new one is made under Label"))
        self._examples = ImageGrid("import.found.examples", columns=SHOWN)
        self._examples.setFixedHeight(EXAMPLES_HEIGHT)
        self._classes = CountTable(
            "import.found.classes", tr("Classes"), [tr("files"), tr("with masks"), tr("with boxes")]
        )
        self._options = FoldingCard(tr("Pages, slices and tiles"), "import.found.options")
        fields = tuple(field for field in ImportOptions.__struct_fields__ if field != "keep_split")
        self._form = Form(ImportOptions, "import.options", only=fields)
        self._options.inside.addWidget(self._form)
        self.body.addWidget(self._sentence)
        self.body.addLayout(self._make_choices())
        self.body.addWidget(self._summary)
        self.body.addWidget(self._untaught)
        self.body.addWidget(self._split_anew)
        self.body.addWidget(self._examples)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._classes, 1)
        row.addWidget(self._make_side())
        self.body.addLayout(row, 1)
        self.body.addLayout(self._make_actions())

    @property
    def layout_name(self) -> str:
        """The layout that is chosen."""
        return self._layouts.currentData()

    def show_found(self, found: Recognized, table: Path | None) -> None:
        self._show_layout(found, table)
        self._sentence.setText(found.sentence)
        self._show_examples(found)
        self._show_classes(found)
        self.set_note(" · ".join(f"{_side(side)} {number:,}" for side, number in found.splits.items()))
        self._show_problems(found)
        self._show_untaught(found)
        self._offer_tiles(found.need_tiles)
        self._accept.setEnabled(bool(found.images))
        is_exact = found.images and not (found.is_about or found.need_tiles)
        self._accept.setText(trn("Import {n} image", "Import {n} images", found.images) if is_exact else tr("Import"))

    def set_busy(self, is_busy: bool) -> None:
        """While it is looked again nothing can be chosen but to leave."""
        for widget in (self._layouts, self._table, self._no_table, self._accept):
            widget.setEnabled(not is_busy)

    # building

    def _make_choices(self) -> QHBoxLayout:
        self._layouts = ComboBox()
        self._layouts.setObjectName("import.layout")
        self._layouts.setAccessibleName(tr("Laid out as"))
        self._layouts.setToolTip(tr("How the files and what is known of them are laid out; correct it if it is not so"))
        self._layouts.addItem(tr("each as it is"), AUTO)
        for layout in LAYOUTS.values():
            self._layouts.addItem(tr(layout.title), layout.name)
        self._layouts.currentIndexChanged.connect(self.corrected)
        self._table = Button(
            tr("Table of labels…"), "import.labels", tr("Take classes and fields from a CSV, Excel or JSON lines table")
        )
        self._table.clicked.connect(self.table_wanted)
        self._table_name = make_label("", "strong")
        self._no_table = Button("", "import.labels.clear", tr("Use no table"), icon_name="close", flat=True)
        self._no_table.clicked.connect(self.table_unwanted)
        label = make_label(tr("Laid out as"), "mute")
        label.setBuddy(self._layouts)
        row = QHBoxLayout()
        for widget in (label, self._layouts, self._table, self._table_name, self._no_table):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def _make_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        self._problems_title = make_label("", "caution")
        self._problems = RejectionList("import.found.problems")
        column.addWidget(self._options, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._problems_title)
        column.addWidget(self._problems, 1)
        return side

    def _make_actions(self) -> QHBoxLayout:
        self._accept = Button(
            tr("Import"), "import.found.import", tr("Bring these images in"), primary=True, shortcut="Ctrl+Return"
        )
        self._accept.clicked.connect(self._tell_accepted)
        decline = Button(tr("Cancel"), "import.found.cancel", tr("Leave these files alone"), shortcut="Esc")
        decline.clicked.connect(self.declined)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(decline)
        row.addWidget(self._accept)
        return row

    # showing

    def _show_layout(self, found: Recognized, table: Path | None) -> None:
        self._layouts.blockSignals(True)
        self._layouts.setCurrentIndex(self._layouts.findData(found.layout))
        self._layouts.blockSignals(False)
        self._summary.setText(found.summary)
        self._table_name.setText("" if table is None else table.name)
        self._table_name.setVisible(table is not None)
        self._no_table.setVisible(table is not None)

    def _show_classes(self, found: Recognized) -> None:
        """The largest, if there are very many; columns of marks only where there are any."""
        names = sorted(found.classes, key=lambda name: -found.classes[name])[:MOST_CLASSES]
        self._classes.show_counts(
            {
                name or tr("no label"): [found.classes[name], found.masks.get(name, 0), found.boxes.get(name, 0)]
                for name in sorted(names)
            }
        )
        for column, marked in ((MASKS, found.masks), (BOXES, found.boxes)):
            self._classes.setColumnHidden(column, not marked)

    def _show_examples(self, found: Recognized) -> None:
        chosen = _varied(found.examples)[:SHOWN]
        self._examples.set_images([_pixels(each.jpeg) for each in chosen], [each.label or "" for each in chosen])
        self._examples.setVisible(bool(chosen))

    def _show_problems(self, found: Recognized) -> None:
        problems = [Rejected(each.where, each.what) for each in found.problems[:LISTED]]
        text = trn("{n} problem", "{n} problems", len(found.problems))
        self._problems_title.setText(text)
        self._problems.show_rejected(problems)
        for widget in (self._problems_title, self._problems):
            widget.setVisible(bool(problems))

    def _offer_tiles(self, are_needed: bool) -> None:
        """Choose tiles where an import would bring in nothing without them, and whole images again after that."""
        options = self._form.value()
        if are_needed and options.cut == "whole":
            self._form.set_value(structs.replace(options, cut="grid"))
            self._options.open()
        elif self._needed_tiles and not are_needed:
            self._form.set_value(structs.replace(options, cut="whole"))
        self._needed_tiles = are_needed

    def _show_untaught(self, found: Recognized) -> None:
        self._untaught.setText(found.untaught)
        for widget in (self._untaught, self._split_anew):
            widget.setVisible(bool(found.untaught))
        self._split_anew.setChecked(False)

    @Slot()
    def _tell_accepted(self) -> None:
        self.accepted.emit(structs.replace(self._form.value(), keep_split=not self._split_anew.isChecked()))


def _varied(examples: Sequence[Example]) -> list[Example]:
    """One of each class in turn."""
    rounds: Counter[str | None] = Counter()
    keyed = []
    for number, example in enumerate(examples):
        keyed.append((rounds[example.label], number, example))
        rounds[example.label] += 1
    return [example for *_, example in sorted(keyed, key=lambda key: key[:2])]


def _side(name: str) -> str:
    return {"train": tr("train"), "validation": tr("validation"), "test": tr("test")}[name]


def _pixels(jpeg: bytes) -> np.ndarray:
    with Pillow.open(BytesIO(jpeg), formats=("JPEG",)) as picture:
        return np.asarray(picture)
