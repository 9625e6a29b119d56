"""The leak alarm: the pairs that prove it side by side, and what the user can say to it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from models.events import Task
from studio.cleaning.leakage import LeakPair
from studio.labeling.leaks import Leaks, exclude_leaks, leave_leaks, open_leaks
from studio.labeling.recipe import latest_recipe, split_as
from studio.project import Project
from studio.project.items import item
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.labels import make_label
from studio.widgets.pair import Pair
from studio.widgets.session import Session
from studio.widgets.theme import GAP

KIND = "leaks"
"""Of the jobs."""
KIND_TITLES = {"copy": "A copy", "near_copy": "A near copy", "relative": "The same part or subject"}
SIDE_TITLES = {"train": "train", "validation": "validation", "test": "test", None: "train"}


class LeakAlarm(Card):
    """Hidden until `check` finds leaks that the user has not answered, and again once they are.

    `clear` says that the check found none; `mended` that the answer did away with all; `left_alone` that the user knows
    of them and wants to go on all the same; `failed` carries why something could not be done.
    """

    clear = Signal()
    mended = Signal()
    left_alone = Signal()
    failed = Signal(str)

    def __init__(self, session: Session, object_name: str) -> None:
        super().__init__(tr("Leak alarm"))
        self.setObjectName(object_name)
        self._session = session
        self._leaks = Leaks(())
        self._at = 0
        self._text = make_label(wrap=True)
        self._pair = Pair(f"{object_name}.pair")
        self._pair.setAccessibleName(tr("Two images that belong together, on two sides of the split"))
        self._what = make_label("", "note", wrap=True)
        self._back = self._button("", "previous", tr("Previous pair"), "left")
        self._on = self._button("", "next", tr("Next pair"), "right")
        self._back.clicked.connect(lambda: self._show(self._at - 1))
        self._on.clicked.connect(lambda: self._show(self._at + 1))
        for widget in (self._back, self._on):
            self.header.addWidget(widget)
        self.body.addWidget(self._text)
        answers = QVBoxLayout()
        answers.addWidget(self._what)
        answers.addStretch(1)
        answers.addLayout(self._make_answers())
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._pair, 1)
        row.addLayout(answers, 1)
        self.body.addLayout(row)
        self.hide()

    def check(self) -> None:
        """Look for leaks, in a job."""
        project = self._session.project
        self._start(tr("Looking for leaks"), lambda: open_leaks(project), self._take)

    def show_leaks(self, leaks: Leaks) -> None:
        """Raise the alarm, or end it where there are none."""
        self._leaks = leaks
        if leaks.pairs:
            stand = tr("Runs on this split: {runs}.", runs=", ".join(leaks.runs)) if leaks.runs else ""
            self._text.setText(f"{leaks.text} {stand}".rstrip())
            self._show(0)
        self.setVisible(bool(leaks.pairs))

    @Slot(object)
    def _take(self, leaks: Leaks) -> None:
        self.show_leaks(leaks)
        if not leaks.pairs:
            self.clear.emit()

    @Slot(object)
    def _take_mended(self, leaks: Leaks) -> None:
        self.show_leaks(leaks)
        if not leaks.pairs:
            self.mended.emit()

    def _start(self, title: str, make_task: Callable[[], Task[Leaks]], done: Callable[[Leaks], None]) -> None:
        job = self._session.jobs.start(KIND, title, make_task)
        job.done.connect(done)
        job.failed.connect(self.failed)

    def _make_answers(self) -> QGridLayout:
        answers = QGridLayout()
        answers.setSpacing(8)
        answers.setColumnStretch(2, 1)
        choices = (
            (
                tr("Split again by relatives"),
                "again",
                tr("Split once more with the same shares and seed; what belongs together stays on one side"),
                self._split_again,
            ),
            (tr("Leave it, I know"), "leave", tr("Go on all the same; these pairs raise no alarm again"), self._leave),
            (tr("Set the held-out ones aside"), "held_out", tr("The others stay"), self._exclude_held_out),
            (tr("Set the others aside"), "others", tr("Those held out stay"), self._exclude_others),
        )
        for number, (text, name, tool_tip, act) in enumerate(choices):
            button = Button(text, f"{self.objectName()}.{name}", tool_tip, primary=number == 0)
            button.clicked.connect(act)
            answers.addWidget(button, *divmod(number, 2))
        return answers

    def _button(self, text: str, name: str, tool_tip: str, icon_name: str) -> Button:
        return Button(text, f"{self.objectName()}.{name}", tool_tip, icon_name=icon_name, flat=True)

    def _show(self, at: int) -> None:
        self._at = at
        pair, count = self._leaks.pairs[at], len(self._leaks.pairs)
        first, second = (item(self._session.project, found) for found in (pair.first, pair.second))
        self._pair.show_pair(first, second)
        self.set_note(trn("pair {at} of {n}", "pair {at} of {n}", count, at=f"{at + 1:,}"))
        self._what.setText(
            tr(
                "{kind}, {likeness:.0%} alike: {first} in {before}, {second} in {after}.",
                kind=tr(KIND_TITLES[pair.kind]),
                likeness=pair.likeness,
                first=first.path.name,
                before=tr(SIDE_TITLES[first.split]),
                second=second.path.name,
                after=tr(SIDE_TITLES[second.split]),
            )
        )
        self._back.setEnabled(at > 0)
        self._on.setEnabled(at + 1 < count)

    @Slot()
    def _split_again(self) -> None:
        project = self._session.project
        self._start(tr("Splitting"), lambda: _split_again(project), self._take_mended)

    @Slot()
    def _exclude_held_out(self) -> None:
        self._exclude(held_out=True)

    @Slot()
    def _exclude_others(self) -> None:
        self._exclude(held_out=False)

    def _exclude(self, held_out: bool) -> None:
        project, pairs = self._session.project, self._leaks.pairs
        self._start(tr("Setting aside"), lambda: _exclude(project, pairs, held_out), self._take_mended)

    @Slot()
    def _leave(self) -> None:
        leave_leaks(self._session.project, self._leaks.pairs)
        self.hide()
        self.left_alone.emit()


def _split_again(project: Project) -> Task[Leaks]:
    """Thawed: that runs stand on the split was said in the alarm."""
    yield from split_as(project, latest_recipe(project).with_relatives(), thaw=True)
    return (yield from open_leaks(project))


def _exclude(project: Project, pairs: Sequence[LeakPair], held_out: bool) -> Task[Leaks]:
    exclude_leaks(project, pairs, held_out)
    return (yield from open_leaks(project))
