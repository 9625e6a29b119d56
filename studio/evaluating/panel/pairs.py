"""Whether samples are copies or blends of training images, and the pairs that would prove it."""

from PySide6.QtWidgets import QSizePolicy

from studio.evaluating.evaluate import SUSPECTS, Evaluation, suspect_pairs
from studio.evaluating.meaning import honesty_readings
from studio.project import Project
from studio.text import tr
from studio.widgets.cards import Card
from studio.widgets.images import ImageGrid
from studio.widgets.labels import make_label
from studio.widgets.readings import ReadingList

PAIR_HEIGHT = 220


class PairCard(Card):
    """The samples that are most like a training image, above the image they are like."""

    def __init__(self) -> None:
        super().__init__(tr("Copies?"), tr("the samples most like a real image, above; the training image, below"))
        self._honesty = ReadingList("")
        self._grid = ImageGrid("evaluate.pairs", columns=SUSPECTS)
        self._grid.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._grid.setFixedHeight(PAIR_HEIGHT)
        self._distances = make_label(role="note", wrap=True)
        self.body.addWidget(self._honesty)
        self.body.addWidget(self._grid)
        self.body.addWidget(self._distances)

    def show_evaluation(self, found: Evaluation, project: Project) -> None:
        self._honesty.show_readings(honesty_readings(found.honesty))
        if not found.suspects:
            self._grid.clear()
            self._distances.setText(tr("There are no held-out images to measure newness by."))
            return
        pairs = suspect_pairs(project, found.run)
        self._grid.set_images(pairs.swapaxes(0, 1).reshape(-1, *pairs.shape[2:]))
        nearest = ", ".join(f"{suspect.distance:.2f}" for suspect in found.suspects)
        self._distances.setText(
            tr("Distances, where 1 is what unseen real images have and below 0.25 is a copy: {list}.", list=nearest)
        )
