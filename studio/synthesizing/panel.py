"""The Synthesize screen: how many samples of which class, and the samples with where each comes from."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QVBoxLayout

from studio.errors import UserError
from studio.project.items import item, item_ids
from studio.project.runs import Run, find_run
from studio.project.versions import find_version
from studio.synthesizing.synthesize import SynthesisResult, finish_interrupted, share_out, synthesize_counts
from studio.text import tr, trn
from studio.training.story import name_of
from studio.widgets.buttons import Button
from studio.widgets.cards import Card, EmptyState
from studio.widgets.gallery import Gallery
from studio.widgets.inputs import SpinBox
from studio.widgets.labels import make_label
from studio.widgets.run_panel import RunPanel
from studio.widgets.session import Session
from studio.widgets.theme import GAP

DEFAULT_SAMPLES = 100
MOST_SAMPLES = 1_000_000


class SynthesizePanel(RunPanel):
    """Makes samples with a run and shows those it has made."""

    stage = "synthesize"
    title = "Synthesize"

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            tr("Make samples"),
            tr("Make the samples asked for"),
            tr("Once a generator has learned something, it can make samples here."),
        )
        self._seed_is_for: str | None = None
        finish_interrupted(session.project)
        layout = QHBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._make_wish(), 2)
        layout.addWidget(self._make_samples(), 5)

    # Building

    def _make_wish(self) -> QVBoxLayout:
        card = Card(tr("What to make"))
        self._form = QFormLayout()
        self._counts: dict[str | None, SpinBox] = {}
        self._seed = _spin_box("synthesize.seed", tr("Seed"), tr("The same seed makes the same samples"), 2**31 - 1)
        self._proportional = Button(
            tr("As in training"),
            "synthesize.proportional",
            tr("As many of each class as the images have, in proportion"),
        )
        self._proportional.clicked.connect(self._share_out)
        self._balance = Button(
            tr("Fill up small classes"), "synthesize.balance", tr("As many as make every class as large as the largest")
        )
        self._balance.clicked.connect(self._fill_up)
        for row in (self._proportional, self._balance):
            self._form.addRow(row)
        self._form.addRow(tr("Seed"), self._seed)
        card.body.addWidget(self.runs)
        card.body.addLayout(self._form)
        layout = QVBoxLayout()
        layout.addWidget(card)
        layout.addStretch(1)
        return layout

    def _make_samples(self) -> Card:
        card = Card(tr("Samples"))
        self._gallery = Gallery(self.session, "synthesize.gallery")
        self._gallery.selection_changed.connect(self._tell)
        self._none_yet = EmptyState("synthesize", tr("Nothing made with this run yet. Say how many, then make them."))
        self._provenance = make_label(role="note", wrap=True)
        self._provenance.setObjectName("synthesize.provenance")
        self._provenance.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.body.addWidget(self._none_yet, 1)
        card.body.addWidget(self._gallery, 1)
        card.body.addWidget(self._provenance)
        return card

    # What is asked for

    @Slot()
    def start(self) -> None:
        project, seed = self.session.project, self._seed.value()
        counts = {name: box.value() for name, box in self._counts.items()}
        run = self._chosen_run()
        title = tr("Making samples with {run}", run=name_of(run))
        job = self.session.jobs.start(self.stage, title, lambda: synthesize_counts(project, run.name, counts, seed))
        job.done.connect(self._finish)
        job.failed.connect(self.notify)
        self.refresh()

    @Slot(object)
    def _finish(self, result: SynthesisResult) -> None:
        self._seed.setValue(self._seed.value() + 1)  # the same seed again would make the same samples
        self.notify(trn("{n} sample was made.", "{n} samples were made.", result.samples), "good")

    @Slot()
    def _share_out(self) -> None:
        self._ask_for(sum(box.value() for box in self._counts.values()) or DEFAULT_SAMPLES, balance=False)

    @Slot()
    def _fill_up(self) -> None:
        self._ask_for(None, balance=True)

    def _ask_for(self, n: int | None, balance: bool) -> None:
        """Set the numbers of the classes to what a wish comes to."""
        try:
            wanted = share_out(self.session.project, self._chosen_run(), n, balance=balance)
        except UserError as error:
            self.notify(str(error), "info")
            return
        for name, box in self._counts.items():
            box.setValue(wanted.get(name, 0))

    # What is shown

    @Slot()
    def show_run(self) -> None:
        if self.runs.run_name is None:
            self.set_sentence("")
            return
        run = self._chosen_run()
        self._offer_classes(find_version(self.session.project, run.version).classes)
        self._offer_seed(run)
        made = item_ids(self.session.project, "origin = 'synthetic' AND run = ?", (run.name,), "id DESC")
        self._gallery.set_ids(made)
        self._gallery.setVisible(bool(made))
        self._provenance.setVisible(bool(made))
        self._none_yet.setVisible(not made)
        self.set_sentence(
            tr("Each sample remembers the run, checkpoint and seed it comes from, and can be made again.")
            if made
            else tr("{run} has made no samples yet.", run=name_of(run))
        )
        self._tell()

    def _chosen_run(self) -> Run:
        assert self.runs.run_name is not None
        return find_run(self.session.project, self.runs.run_name)

    def _offer_classes(self, classes: tuple[str, ...]) -> None:
        """A number for each class of the run; one for all where it learned without classes."""
        names: tuple[str | None, ...] = classes or (None,)
        if tuple(self._counts) == names:
            return
        for _ in self._counts:
            self._form.removeRow(0)
        self._counts = {name: self._count_box(position, name) for position, name in enumerate(names)}
        for position, (name, box) in enumerate(self._counts.items()):
            self._form.insertRow(position, make_label(name or tr("Samples")), box)
        self._balance.setVisible(bool(classes))
        self._proportional.setVisible(bool(classes))
        self._ask_for(DEFAULT_SAMPLES, balance=False)

    def _offer_seed(self, run: Run) -> None:
        """A seed that the run has not been used with: the same again would make the same samples."""
        if self._seed_is_for != run.name:
            self._seed_is_for = run.name
            newest = self.session.project.db.execute(
                "SELECT max(json_extract(provenance, '$.seed')) FROM item WHERE run = ?", (run.name,)
            ).fetchone()[0]
            self._seed.setValue(0 if newest is None else newest + 1)

    def _count_box(self, position: int, name: str | None) -> SpinBox:
        tip = tr("How many samples of this class to make")
        return _spin_box(f"synthesize.count.{position}", name or tr("Samples"), tip, MOST_SAMPLES)

    @Slot()
    def _tell(self) -> None:
        """Say where the selected sample comes from."""
        selected = self._gallery.selected_ids()
        if len(selected) != 1:
            self._provenance.setText(tr("Select a sample to see where it comes from."))
            return
        facts = item(self.session.project, selected[0]).provenance or {}
        self._provenance.setText(
            tr(
                "{label} · run {run}, {checkpoint}, seed {seed}, number {index}",
                **facts | {"label": facts["label"] or tr("no class")},
            )
        )


def _spin_box(name: str, title: str, tip: str, maximum: int) -> SpinBox:
    box = SpinBox()
    box.setMaximum(maximum)
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setToolTip(tip)
    return box
