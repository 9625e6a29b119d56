"""The checks, what each found, and under the chosen one what can be set."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLabel, QVBoxLayout

from models.settings import fields_of
from studio.cleaning import CHECKS, Check, Finding, settings_of
from studio.cleaning.checks import GROUPS
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.forms import Form
from studio.widgets.labels import make_label
from studio.widgets.scrolling import scrolling_down
from studio.widgets.session import Session

WIDTH = 288
SETTLE_MS = 150
"""A slider has to rest so long before its check runs again."""


class CheckList(Card):
    """`chosen` when another check is; `changed` when settings rest, with the checks that they are of."""

    chosen = Signal()
    changed = Signal(list)

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Checks"))
        self._session = session
        self.setFixedWidth(WIDTH)
        self._buttons = QButtonGroup(self)
        self._forms: dict[str, Form] = {}
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._tell_changed)
        rows = QVBoxLayout()
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(2)
        for group in GROUPS:
            rows.addWidget(_heading(group.title))
            for check in group.checks:
                self._add(rows, CHECKS.index(check), check)
        rows.addStretch(1)
        self.body.addWidget(scrolling_down(rows))
        self._buttons.button(0).setChecked(True)
        self._buttons.idClicked.connect(self._choose)

    @property
    def check(self) -> type[Check]:
        """The chosen one."""
        return CHECKS[self._buttons.checkedId()]

    def choose(self, check: type[Check]) -> None:
        number = CHECKS.index(check)
        self._buttons.button(number).setChecked(True)
        self._choose(number)

    def show_counts(self, findings: Mapping[str, Sequence[Finding]] | None) -> None:
        """What each check found that has run; None when none has. Those that found nothing step back."""
        for number, check in enumerate(CHECKS):
            found = None if findings is None else findings.get(check.name)
            count = "" if found is None else f"  ·  {len(found):,}"
            button = self._buttons.button(number)
            button.setText(tr(check.title) + count)
            _set_quiet(button, found is not None and not found)

    def settings(self, check: str):
        """What is set for a check by name, be it kept or not."""
        return self._forms[check].value()

    def _add(self, rows: QVBoxLayout, number: int, check: type[Check]) -> None:
        button = Button(tr(check.title), f"clean.check.{check.name}", tr(check.summary))
        button.setCheckable(True)
        button.setProperty("row", True)
        self._buttons.addButton(button, number)
        rows.addWidget(button)
        if fields_of(check.Settings):
            form = Form(check.Settings, f"clean.{check.name}")
            form.setContentsMargins(12, 4, 12, 10)
            form.set_value(settings_of(self._session.project, check))
            form.changed.connect(self._settle)
            form.hide()
            self._forms[check.name] = form
            rows.addWidget(form)

    @Slot(int)
    def _choose(self, number: int) -> None:
        for name, form in self._forms.items():
            form.setVisible(name == CHECKS[number].name)
        self.chosen.emit()

    @Slot()
    def _settle(self) -> None:
        self._settled.start()

    @Slot()
    def _tell_changed(self) -> None:
        kept = self._session.project
        changed = [
            check
            for check in CHECKS
            if check.name in self._forms and self.settings(check.name) != settings_of(kept, check)
        ]
        if changed:
            self.changed.emit(changed)


def _heading(title: str) -> QLabel:
    heading = make_label(tr(title), "note")
    heading.setContentsMargins(10, 8, 0, 0)
    return heading


def _set_quiet(button: QAbstractButton, is_quiet: bool) -> None:
    if button.property("quiet") != is_quiet:
        button.setProperty("quiet", is_quiet)
        button.style().unpolish(button)
        button.style().polish(button)
