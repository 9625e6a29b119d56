"""The preview: some of the user's images beside what the chain makes of them, and how each tile came about."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from models.events import Task
from studio.augmenting.chain import Chain
from studio.augmenting.defect_bank import marked_items
from studio.augmenting.hardest import hardest
from studio.augmenting.panel.previewer import ROWS, TILE, VARIANTS, Previewer, Request, Sheet, Source
from studio.augmenting.preview import SEPARATOR, column_seed, describe_applied, draw_items
from studio.imaging.normalize import Normalization
from studio.project.items import USABLE, Item, item_ids, items
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.gallery import Gallery, label_caption
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import ComboBox, SpinBox
from studio.widgets.labels import make_label
from studio.widgets.preparation_button import PreparationButton
from studio.widgets.session import Session

FEWEST_ROWS, FEWEST_VARIANTS = 2, 3
"""Rather fewer tiles than small ones beside empty room."""
LARGEST_SEED = 999_999
EXPLAINING_LINES = 4
"""Always as high, so that the tiles stay where they are; the tool tip has the rest."""
DEFECTS = 8
"""Images whose defects are at hand for putting them on others."""
CHOICE_TITLES = {"random": "Random images", "hardest": "Hardest images", "chosen": "Chosen images…"}
VIEW_TITLES = {"variants": "Variants", "difference": "Difference", "extremes": "Extremes"}


class PreviewCard(Card):
    """Shows at once whatever chain it is given."""

    failed = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Preview"))
        self.session = session
        self._chain = Chain()
        self._normalization = Normalization(size=TILE)
        self._image_seed = 0
        self._picked: list[int] = []
        self._gallery: Gallery | None = None
        self._sheet: Sheet | None = None
        self._shown = VARIANTS
        self._previewer = Previewer(self)
        self._previewer.ready.connect(self._show)
        self._previewer.failed.connect(self.failed)
        self._choice = _combo("augment.images", tr("Which images"), CHOICE_TITLES)
        self._choice.activated.connect(self._choose)
        self._view = _combo("augment.view", tr("What is shown"), VIEW_TITLES)
        self._view.currentIndexChanged.connect(self._draw)
        self._seed = self._make_seed()
        self._make_header()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_tiles())
        self.body.addWidget(self._pages, 1)

    def show_chain(self, chain: Chain) -> None:
        self._chain = chain
        self._draw()

    def refresh(self, chain: Chain, normalization: Normalization) -> None:
        """Look again which images there are, and show the chain."""
        self._normalization = normalization
        self._set_source()
        self.show_chain(chain)

    def wait(self) -> None:
        """Block until the drawing at hand is done."""
        self._previewer.wait()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._lay_out()
        return False

    # Building

    def _make_header(self) -> None:
        self.note_label.hide()
        self._others = Button("", "augment.other_images", tr("Other images"), icon_name="images", flat=True)
        self._others.clicked.connect(self._draw_other_images)
        redraw = Button("", "augment.redraw", tr("Other draws"), icon_name="refresh", flat=True, shortcut="F5")
        redraw.clicked.connect(self._draw_again)
        self.header.addWidget(self._choice)
        self.header.addWidget(self._others)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._view)
        row.addWidget(PreparationButton(self.session, "augment.preparation", quiet=True))
        row.addStretch(1)
        row.addWidget(make_label(tr("Seed"), "note"))
        row.addWidget(self._seed)
        row.addWidget(redraw)
        self.body.addLayout(row)

    def _make_seed(self) -> SpinBox:
        seed = SpinBox()
        seed.setObjectName("augment.seed")
        seed.setAccessibleName(tr("Seed"))
        seed.setToolTip(tr("Another seed shows other draws; the same seed the same tiles"))
        seed.setMaximum(LARGEST_SEED)
        seed.setFixedWidth(96)
        seed.valueChanged.connect(self._draw)
        return seed

    def _make_tiles(self) -> QWidget:
        self._grid = ImageGrid("augment.preview", columns=1 + VARIANTS, clickable=True)
        self._grid.setAccessibleName(tr("Preview"))
        self._grid.hovered.connect(self._explain)
        self._grid.clicked.connect(self._explain)
        self._grid.installEventFilter(self)
        self._words = make_label("", "note", wrap=True)
        self._words.setObjectName("augment.explanation")
        self._words.setFixedHeight(EXPLAINING_LINES * self._words.fontMetrics().lineSpacing())
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._grid, 1)
        layout.addWidget(self._words)
        return page

    def _make_chooser(self) -> Gallery:
        """The gallery to choose from, on a page of its own; made when it is first needed, for it is wide."""
        gallery = Gallery(self.session, "augment.gallery")
        gallery.selection_changed.connect(self._count_picked)
        self._show_picked = Button(
            tr("Show these"), "augment.show_chosen", tr("Show the selected images"), primary=True
        )
        self._show_picked.clicked.connect(self._take_picked)
        self._hint = make_label("", "note", wrap=True)
        foot = QHBoxLayout()
        foot.addWidget(self._hint, 1)
        foot.addWidget(self._show_picked)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(gallery, 1)
        layout.addLayout(foot)
        page.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored
        )  # the window stays as narrow as it is
        self._pages.addWidget(page)
        return gallery

    # What it shows

    @Slot()
    def _draw(self) -> None:
        self._previewer.draw(Request(self._chain, self._seed.value(), self._view.currentData()))

    @Slot(object)
    def _show(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._lay_out()
        self._explain(self._grid.current)

    def _lay_out(self) -> None:
        """As many rows and variants as fill the room best."""
        if self._sheet is None:
            return
        if self._sheet.request.view == "extremes":
            self._grid.set_columns(_even_columns(len(self._sheet.images), self._grid.width(), self._grid.height()))
            self._grid.set_images(self._sheet.images, self._sheet.captions)
            return
        rows, self._shown = _best_layout(len(self._sheet.source.items), self._grid.width(), self._grid.height())
        self._grid.set_columns(1 + self._shown)
        places = (row * (1 + VARIANTS) + column for row in range(rows) for column in range(1 + self._shown))
        self._grid.set_images([self._sheet.images[place] for place in places])

    @Slot(int)
    def _explain(self, tile: int) -> None:
        """Say how a tile came about: the one under the mouse, else the one chosen."""
        tile = tile if tile >= 0 else self._grid.current
        words = "" if self._sheet is None or tile < 0 else self._explanation(self._sheet, tile)
        self._grid.setToolTip(words)
        self._words.setText(self._fitting(words or _summary(self._choice.currentData(), self._view.currentData())))

    def _fitting(self, words: str) -> str:
        """As many of the parts of an explanation as there is room for."""
        metrics, room = self._words.fontMetrics(), self._words.contentsRect()
        parts = words.split(SEPARATOR)
        for count in range(len(parts), 0, -1):
            shown = SEPARATOR.join(parts if count == len(parts) else [*parts[:count], "…"])
            if metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, shown).height() <= room.height():
                break
        return shown

    def _explanation(self, sheet: Sheet, tile: int) -> str:
        if sheet.request.view == "extremes":
            return sheet.captions[tile] if tile < len(sheet.captions) else ""
        row, column = divmod(tile, 1 + self._shown)
        if row >= len(sheet.source.items):
            return ""
        shown = sheet.source.items[row]
        if not column:
            return f"{tr('Original')} · {shown.path.name} · {label_caption(shown)}"
        seed = column_seed(sheet.request.seed, VARIANTS, column - 1)
        return describe_applied(sheet.request.chain.explain(seed, row))

    # Which images

    def _set_source(self) -> None:
        project = self.session.project
        chosen = self._read_picked() or draw_items(project, ROWS, self._image_seed)
        marked = tuple(marked_items(project, most=DEFECTS))
        self._previewer.set_source(Source(tuple(chosen), self._normalization, marked))
        self._others.setVisible(self._choice.currentData() == "random")

    def _show_other_images(self) -> None:
        self._set_source()
        self._draw()

    def _read_picked(self) -> list[Item]:
        """The images picked or found, as far as they can still be used."""
        if self._choice.currentData() == "random" or not self._picked:
            return []
        marks = ", ".join("?" * len(self._picked))
        found = {each.id: each for each in items(self.session.project, f"{USABLE} AND id IN ({marks})", self._picked)}
        return [found[item_id] for item_id in self._picked if item_id in found]

    @Slot()
    def _choose(self) -> None:
        choice = self._choice.currentData()
        self._pages.setCurrentIndex(0)
        if choice == "chosen":
            self._gallery = self._gallery or self._make_chooser()
            self._gallery.set_ids(item_ids(self.session.project, USABLE))
            self._count_picked(self._gallery.selected_ids())
            self._pages.setCurrentIndex(1)
        elif choice == "hardest":
            self._find_hardest()
        else:
            self._show_other_images()

    @Slot()
    def _find_hardest(self) -> None:
        project = self.session.project

        def task() -> Task[list[int]]:
            return hardest(project, ROWS)

        job = self.session.jobs.start("augment", tr("Looking for the hardest images"), task)
        job.done.connect(self._take_hardest)
        job.failed.connect(self.failed)

    @Slot(object)
    def _take_hardest(self, ids: list[int]) -> None:
        if self._choice.currentData() == "hardest":
            self._picked = ids
            self._show_other_images()

    @Slot(list)
    def _count_picked(self, ids: list[int]) -> None:
        self._show_picked.setEnabled(bool(ids))
        self._hint.setText(tr("Select up to {n} images with Ctrl and Shift.", n=ROWS))

    @Slot()
    def _take_picked(self) -> None:
        assert self._gallery is not None
        self._picked = self._gallery.selected_ids()[:ROWS]
        self._pages.setCurrentIndex(0)
        self._show_other_images()

    @Slot()
    def _draw_other_images(self) -> None:
        self._image_seed += 1
        self._show_other_images()

    @Slot()
    def _draw_again(self) -> None:
        self._seed.setValue((self._seed.value() + 1) % (LARGEST_SEED + 1))


def _combo(name: str, title: str, titles: dict[str, str]) -> ComboBox:
    combo = ComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(title)
    combo.setToolTip(title)
    for choice, text in titles.items():
        combo.addItem(tr(text), choice)
    return combo


def _summary(choice: str, view: str) -> str:
    """What is to be seen, while no tile is pointed at."""
    if view == "extremes":
        return tr("Each step alone, always applied, at both ends of its range.")
    if view == "difference":
        return tr("Originals at the left; beside them, brighter or darker than gray what became so.")
    if choice == "hardest":
        return tr("Originals at the left: those that look least like their class. Point at a tile to see what made it.")
    return tr("Originals at the left. Point at a tile to see what made it.")


def _even_columns(count: int, width: int, height: int) -> int:
    """Columns, two by two, that make tiles largest: both ends of a range stay side by side."""

    def side(columns: int) -> float:
        return min(width / columns, height / -(-count // columns))

    return max(range(2, max(4, count + 2), 2), key=side)


def _best_layout(most_rows: int, width: int, height: int) -> tuple[int, int]:
    """Rows, and variants in each, whose tiles cover most of the room; rather more tiles than blown-up ones."""

    def covered(layout: tuple[int, int]) -> float:
        rows, variants = layout
        side = min(width / (1 + variants), height / rows, TILE)
        return side**2 * rows * (1 + variants)

    layouts = [
        (rows, variants)
        for rows in range(min(FEWEST_ROWS, most_rows), most_rows + 1)
        for variants in range(FEWEST_VARIANTS, VARIANTS + 1)
    ]
    return max(layouts, key=lambda layout: (covered(layout), layout))
