"""What the user notes of images beside their class: a field and a text for the selected ones."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit

from studio.labeling.grouping import group_fields
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.folding import FoldingCard
from studio.widgets.inputs import ComboBox
from studio.widgets.session import Session


class FieldCard(FoldingCard):
    """`wanted` carries the name of a field and the text that the selected images are to have there."""

    wanted = Signal(str, str)

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Fields"), "label.field_card", tr("of the selected images"))
        self._session = session
        self._facts = session.reader()
        self._facts.ready.connect(self._take)
        self._name = ComboBox()
        self._name.setEditable(True)
        self._name.setObjectName("label.field")
        self._name.setAccessibleName(tr("Field"))
        self._name.setToolTip(tr("The field, such as lot or camera; a new name makes a new field"))
        line = self._name.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("Field"))
        self._text = QLineEdit()
        self._text.setObjectName("label.field_text")
        self._text.setAccessibleName(tr("Text"))
        self._text.setPlaceholderText(tr("Text, or nothing to take it away"))
        self._text.setToolTip(tr("What the field is to say (Enter)"))
        self._text.returnPressed.connect(self._ask)
        button = Button(tr("Set"), "label.set_field", tr("Write the text into the field of the selected images"))
        button.clicked.connect(self._ask)
        for widget in (self._name, self._text, button):
            self.inside.addWidget(widget)
        self.opened.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Find out anew which fields there are."""
        if self.is_open:
            project = self._session.project
            self._facts.ask(lambda: group_fields(project))

    @Slot(object)
    def _take(self, fields: list[str]) -> None:
        known = [self._name.itemText(index) for index in range(self._name.count())]
        if fields != known:
            typed = self._name.currentText()
            self._name.clear()
            self._name.addItems(fields)
            self._name.setEditText(typed)

    @Slot()
    def _ask(self) -> None:
        self.wanted.emit(self._name.currentText(), self._text.text())
