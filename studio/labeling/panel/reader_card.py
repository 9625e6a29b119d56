"""Who reads: the first reader, or a second one who does not see the first one's labels; and how far they agree."""

from PySide6.QtCore import Signal, Slot

from studio.labeling.agreement import Agreement, agreement, in_words
from studio.labeling.readings import disagreements, readings
from studio.project import Project
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.folding import FoldingCard
from studio.widgets.inputs import ComboBox
from studio.widgets.labels import make_label
from studio.widgets.session import Session


class ReaderCard(FoldingCard):
    """`reader_changed` says that another reader sits down; `show_disagreements` that the user wants to see them."""

    reader_changed = Signal()
    show_disagreements = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Second reader"), "label.reader_card")
        self._session = session
        self._facts = session.reader()
        self._facts.ready.connect(self._take)
        self._reader = ComboBox()
        self._reader.setObjectName("label.reader")
        self._reader.setAccessibleName(tr("Who reads"))
        self._reader.setToolTip(tr("The second reader labels without seeing the first one's labels"))
        self._reader.addItem(tr("First reader"), False)
        self._reader.addItem(tr("Second reader, blind"), True)
        self._reader.currentIndexChanged.connect(self.reader_changed)
        self._words = make_label("", "note", wrap=True)
        self._words.setObjectName("label.agreement")
        self._show = Button("", "label.disagreements", tr("Show them, to decide on each with the key of its class"))
        self._show.clicked.connect(self.show_disagreements)
        self._show.hide()
        self.inside.addWidget(self._reader)
        self.inside.addWidget(self._words)
        self.inside.addWidget(self._show)
        self.opened.connect(self.refresh)

    @property
    def is_blind(self) -> bool:
        """The second reader sits here."""
        return bool(self._reader.currentData())

    @Slot()
    def refresh(self) -> None:
        """Judge the agreement anew; while the second reader is at work it stays hidden."""
        if self.is_open:
            project = self._session.project
            self._facts.ask(lambda: _judge(project))

    @Slot(object)
    def _take(self, judged: tuple[Agreement, int]) -> None:
        found, open_ones = judged
        self._words.setText(tr("The first reader's labels are hidden.") if self.is_blind else in_words(found))
        self._show.setText(trn("{n} disagreement", "{n} disagreements", open_ones))
        self._show.setVisible(open_ones > 0 and not self.is_blind)


def _judge(project: Project) -> tuple[Agreement, int]:
    read = readings(project)
    found = agreement([each.first for each in read], [each.second for each in read])
    return found, len(disagreements(project))
