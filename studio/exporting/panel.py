"""The Export screen: what to write, where to, and what came of it."""

from itertools import chain, count
from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from studio.exporting.card import COLUMNS
from studio.exporting.export import EXPORTED, FORMATS, ExportResult, export, export_counts
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.count_table import CountTable
from studio.widgets.inputs import ComboBox
from studio.widgets.labels import make_label
from studio.widgets.panel import Panel
from studio.widgets.session import Session
from studio.widgets.theme import GAP


class ExportPanel(Panel):
    stage = "export"
    title = "Export"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._start = self.add_action(
            tr("Export"), "export.start", tr("Write the images to the folder below"), True, "Ctrl+Return"
        )
        self._start.clicked.connect(self._export)
        side = QVBoxLayout()
        side.setSpacing(GAP)
        for card in (self._make_what(), self._make_where(), self._make_latest()):
            side.addWidget(card)
        side.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addLayout(side, 2)
        row.addWidget(self._make_contents(), 3)
        self.body.addLayout(row, 1)

    def refresh(self) -> None:
        self._fill_runs()
        self._describe()
        self._show_latest()

    # The cards

    def _make_what(self) -> Card:
        card = Card(tr("What"))
        form = QFormLayout()
        self._which = self._add_choice(form, tr("Images"), "export.which", tr("Which images are written"))
        self._which.addItem(tr("Real and synthetic"), "both")
        self._which.addItem(tr("Real only"), "real")
        self._which.addItem(tr("Synthetic only"), "synthetic")
        self._run = self._add_choice(form, tr("Samples"), "export.run", tr("Which run the synthetic images come from"))
        self._run.addItem(tr("of all runs"), None)
        self._format = self._add_choice(form, tr("Format"), "export.format", tr("How files and folders are laid out"))
        for format in FORMATS.values():
            self._format.addItem(tr(format.title), format.name)
        for combo in (self._which, self._run):
            combo.currentIndexChanged.connect(self._describe)
        card.body.addLayout(form)
        return card

    def _add_choice(self, form: QFormLayout, title: str, name: str, tool_tip: str) -> ComboBox:
        combo = ComboBox()
        combo.setObjectName(name)
        combo.setAccessibleName(title)
        combo.setToolTip(tool_tip)
        form.addRow(make_label(title), combo)
        return combo

    def _make_where(self) -> Card:
        card = Card(tr("Where"), tr("a new or empty folder"))
        self._folder = QLineEdit(self._suggested(self.session.project.folder.absolute().parent))
        self._folder.setObjectName("export.folder")
        self._folder.setAccessibleName(tr("Folder"))
        self._folder.setToolTip(tr("The folder that is made"))
        choose = Button(tr("Choose…"), "export.choose", tr("Choose the folder in which to make it"))
        choose.clicked.connect(self._choose_folder)
        row = QHBoxLayout()
        row.addWidget(self._folder, 1)
        row.addWidget(choose)
        card.body.addLayout(row)
        return card

    def _make_contents(self) -> Card:
        self._contents_card = Card(tr("What will be written"))
        titles = [tr("train, real"), tr("train, synthetic"), tr("validation"), tr("test")]
        self._contents = CountTable("export.contents", tr("What will be written"), titles)
        layout = tr(
            "Train, validation and test apart, each image as a PNG at its own depth under a new name; manifest.csv "
            "says where each is from; README.md is the data card. Synthetic images are for training only."
        )
        self._contents_card.body.addWidget(self._contents, 1)
        self._contents_card.body.addWidget(make_label(layout, "note", wrap=True))
        return self._contents_card

    def _make_latest(self) -> Card:
        card = Card(tr("The latest export"))
        self._latest = make_label(wrap=True)
        self._latest.setObjectName("export.result")
        self._open = Button(tr("Open folder"), "export.open", tr("Show the folder in the file manager"))
        self._open.clicked.connect(self._open_folder)
        row = QHBoxLayout()
        row.addWidget(self._latest, 1)
        row.addWidget(self._open)
        card.body.addLayout(row)
        return card

    # What they show

    def _fill_runs(self) -> None:
        """The runs that have samples, without losing the choice."""
        rows = self.session.project.db.execute("SELECT DISTINCT run FROM item WHERE run IS NOT NULL ORDER BY run")
        names = [row["run"] for row in rows]
        if names == [self._run.itemData(index) for index in range(1, self._run.count())]:
            return
        chosen = self._run.currentData()
        while self._run.count() > 1:
            self._run.removeItem(1)
        for name in names:
            self._run.addItem(tr("of {run} only", run=name), name)
        self._run.setCurrentIndex(max(0, self._run.findData(chosen)))

    @Slot()
    def _describe(self) -> None:
        """The sentence under the title, and the table of what would be written."""
        which = self._which.currentData()
        self._run.setEnabled(which != "real")
        counts = export_counts(self.session.project, which, self._run.currentData())
        labels = sorted({label for label, _, _ in counts})
        self._contents.show_counts({label: [counts[label, *column] for column in COLUMNS] for label in labels})
        self._contents_card.set_note(trn("{n} image", "{n} images", counts.total()))
        self._start.setEnabled(bool(counts) and self.session.jobs.running(self.stage) is None)
        self.set_sentence(
            tr("A folder that your own training can read, with a manifest and a data card.")
            if counts
            else tr("There is nothing to export yet: import images or synthesize samples first.")
        )

    def _show_latest(self) -> None:
        latest = self.session.project.setting(EXPORTED)
        if latest is None:
            self._latest.setText(tr("Nothing has been exported yet."))
            self._open.hide()
            return
        images, folder = trn("{n} image", "{n} images", latest["files"]), latest["dir"]
        is_there = Path(folder).is_dir()
        self._latest.setText(
            tr("{images} in {folder}", images=images, folder=folder)
            if is_there
            else tr("{images} in {folder}, which is no longer there", images=images, folder=folder)
        )
        self._open.setVisible(is_there)

    # What the user does

    @Slot()
    def _export(self) -> None:
        project, out = self.session.project, Path(self._folder.text()).expanduser()
        choices = self._format.currentData(), self._which.currentData(), self._run.currentData()
        self.clear_notice()
        job = self.session.jobs.start(
            self.stage, tr("Exporting to {folder}", folder=out.name), lambda: export(project, out, *choices)
        )
        job.done.connect(self._exported)
        job.failed.connect(self.notify)
        self._describe()

    @Slot(object)
    def _exported(self, result: ExportResult) -> None:
        self._folder.setText(self._suggested(result.dir.absolute().parent))
        images = trn("{n} image", "{n} images", result.files)
        self.notify(tr("{images} in {folder}", images=images, folder=result.dir), "good")

    @Slot()
    def _choose_folder(self) -> None:
        parent = QFileDialog.getExistingDirectory(self, tr("Make the export in"), str(Path(self._folder.text()).parent))
        if parent:
            self._folder.setText(self._suggested(Path(parent)))

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.session.project.setting(EXPORTED)["dir"]))

    def _suggested(self, parent: Path) -> str:
        """A folder in `parent` that an export can take, named after the project."""
        name = f"{self.session.project.name}-export"
        names = chain([name], (f"{name}-{number}" for number in count(2)))
        return str(next(parent / name for name in names if not (parent / name).exists()))
