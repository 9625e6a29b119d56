"""Files that could not be imported, with the reason for each; rows can be copied."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.importing.rejections import Rejected
from studio.text import tr
from studio.widgets.theme import color

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
PADDING = 6
REASON_POINTS = 8.5
WRAP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class RejectionList(QListView):
    """For each file its name (the tool tip has the whole path) and below it, in as many lines as needed, the reason."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Rows(self))
        self.setObjectName(object_name)
        self.setAccessibleName(tr("Files that could not be imported"))
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_rejected(self, rejected: Sequence[Rejected]) -> None:
        self._model.set_rows(rejected)

    @Slot()
    def copy(self) -> None:
        """The selected rows, or all where none is, to the clipboard: path and reason, separated by a tab."""
        chosen = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        rows = [self._model.rows[row] for row in chosen] or self._model.rows
        QGuiApplication.clipboard().setText("\n".join(f"{each.file}\t{each.reason}" for each in rows))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[Rejected] = []

    def set_rows(self, rows: Sequence[Rejected]) -> None:
        if list(rows) != list(self.rows):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Rejected | str | None:
        rejected = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.UserRole:
                return rejected
            case Qt.ItemDataRole.ToolTipRole:
                return rejected.file
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{rejected.name}: {rejected.reason}"
        return None


class _Rows(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        font: QFont = option.font
        width = self._view.viewport().width() - 2 * PADDING
        reason = QFontMetrics(_small(font)).boundingRect(QRect(0, 0, width, 1000), WRAP, index.data(ROW).reason)
        return QSize(width, QFontMetrics(font).height() + reason.height() + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rejected: Rejected = index.data(ROW)
        place: QRect = option.rect
        font: QFont = option.font
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, color("soft"))
        inside = place.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        painter.setFont(font)
        painter.setPen(color("text"))
        name = QFontMetrics(font).elidedText(rejected.name, Qt.TextElideMode.ElideMiddle, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        inside.setTop(inside.top() + QFontMetrics(font).height())
        painter.setFont(_small(font))
        painter.setPen(color("mute"))
        painter.drawText(inside, WRAP, rejected.reason)
        painter.restore()

    @property
    def _view(self) -> RejectionList:
        view = self.parent()
        assert isinstance(view, RejectionList)
        return view


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(REASON_POINTS)
    return small
