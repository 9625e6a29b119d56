"""What is to be said of a step: sentences under a mark, and without one figures that are as they should be."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.widgets.icons import pixmap
from studio.widgets.labels import make_label


class CautionList(QWidget):
    """Takes no room while there is nothing to say."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._texts: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._marks: list[QLabel] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(6, 0, 2, 0)
        self._rows.setSpacing(2)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """All that is said, cautions first."""
        return [*self._texts[0], *self._texts[1]]

    def show_texts(self, cautions: Sequence[str], notes: Sequence[str] = ()) -> bool:
        """Say this and nothing else; returns whether that is something new."""
        if (tuple(cautions), tuple(notes)) == self._texts:
            return False
        self._texts = tuple(cautions), tuple(notes)
        self._marks.clear()
        while (entry := self._rows.takeAt(0)) is not None:
            if (row := entry.widget()) is not None:
                row.hide()
                row.deleteLater()
        for text in cautions:
            self._add(text, is_caution=True)
        for text in notes:
            self._add(text, is_caution=False)
        self._draw_marks()
        self.setVisible(bool(self.texts))
        return True

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw_marks()

    def _add(self, text: str, is_caution: bool) -> None:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        if is_caution:
            mark = QLabel()
            self._marks.append(mark)
            layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(make_label(text, "caution" if is_caution else "note", wrap=True), 1)
        self._rows.addWidget(row)

    def _draw_marks(self) -> None:
        for mark in self._marks:
            mark.setPixmap(pixmap("warning", 14, "warn", self.devicePixelRatioF()))
