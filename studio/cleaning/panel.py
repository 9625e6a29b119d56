"""The Clean screen: what the checks found, and what is done about it."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from models.events import finish
from models.settings import fields_of
from studio.cleaning import (
    CHECKS,
    Check,
    Finding,
    apply,
    expected_false,
    is_scanned,
    scan,
    set_settings,
    settings_of,
)
from studio.importing import rejections
from studio.project.edits import next_redo, next_undo
from studio.project.items import Item, count, items
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card, EmptyState
from studio.widgets.forms import Form
from studio.widgets.gallery import Gallery
from studio.widgets.labels import make_label
from studio.widgets.pair import Pair
from studio.widgets.panel import Panel
from studio.widgets.rejection_list import RejectionList
from studio.widgets.scrolling import scrolling_down
from studio.widgets.session import Session
from studio.widgets.theme import GAP

SIDE = 288
SETTLE_MS = 150
"""A slider has to rest so long before its check runs again."""


class CleanPanel(Panel):
    stage = "clean"
    title = "Clean"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._findings: dict[str, list[Finding]] | None = None
        self._decisions: dict[int, str] = {}
        self._shown: dict[int, Finding] = {}
        self._check = CHECKS[0]
        self._gave_up = False
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._check_again)
        self._add_actions()
        self._pages = QStackedWidget()
        self._needs_images = EmptyState(
            "import", tr("There is nothing to check yet."), tr("Import images"), "clean.import"
        )
        self._needs_images.button.clicked.connect(lambda: self.session.navigate.emit("import"))
        self._work = self._make_work()
        self._pages.addWidget(self._needs_images)
        self._pages.addWidget(self._work)
        self.body.addWidget(self._pages, 1)

    def refresh(self) -> None:
        project = self.session.project
        has_any = bool(count(project, "origin = 'real'")) or bool(rejections(project))
        self._pages.setCurrentWidget(self._work if has_any else self._needs_images)
        if has_any and not self._gave_up and (self._findings is None or not is_scanned(project)):
            self._start_scan()
        self._read_decisions()
        self._say()
        self._show_checks()
        self._show_found()
        self._show_undo()

    # building

    def _add_actions(self) -> None:
        self._scan = self.add_action(tr("Check again"), "clean.scan", tr("Run all checks again"), shortcut="F5")
        self._apply = self.add_action(
            tr("Set aside all found"),
            "clean.apply",
            tr("Leave out everything that was found and not kept"),
            primary=True,
        )
        self._scan.clicked.connect(self._scan_again)
        self._apply.clicked.connect(self._set_all_aside)

    def _make_work(self) -> QWidget:
        work = QWidget()
        row = QHBoxLayout(work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._make_checks())
        row.addWidget(self._make_found(), 1)
        return work

    def _make_checks(self) -> Card:
        card = Card(tr("Checks"))
        card.setFixedWidth(SIDE)
        self._buttons = QButtonGroup(self)
        self._forms: dict[str, Form] = {}
        rows = QVBoxLayout()
        rows.setContentsMargins(0, 0, 8, 0)
        for number, check in enumerate(CHECKS):
            button = Button(tr(check.title), f"clean.check.{check.name}", tr(check.summary))
            button.setCheckable(True)
            button.setProperty("row", True)
            self._buttons.addButton(button, number)
            rows.addWidget(button)
            if fields_of(check.Settings):
                rows.addWidget(self._make_form(check))
        self._buttons.button(0).setChecked(True)
        self._buttons.idClicked.connect(self._choose)
        rows.addStretch(1)
        card.body.addWidget(scrolling_down(rows))
        return card

    def _make_form(self, check: type[Check]) -> Form:
        form = Form(check.Settings, f"clean.{check.name}")
        form.setContentsMargins(12, 0, 12, 8)
        form.set_value(settings_of(self.session.project, check))
        form.changed.connect(self._settle)
        self._forms[check.name] = form
        return form

    def _make_found(self) -> Card:
        self._found_card = Card(" ")
        self._summary = make_label("", "mute", wrap=True)
        self._gallery = Gallery(self.session, "clean.gallery")
        self._gallery.caption = self._reason
        self._gallery.badge = _badge
        self._gallery.selection_changed.connect(self._show_selection)
        self._unreadable = RejectionList("clean.unreadable")
        self._nothing = EmptyState("check", tr("Nothing found."))
        self._pair = Pair("clean.pair")
        self._views = QStackedWidget()
        for view in (self._gallery, self._unreadable, self._nothing):
            self._views.addWidget(view)
        self._found_card.body.addWidget(self._summary)
        self._found_card.body.addWidget(self._views, 1)
        self._found_card.body.addWidget(self._pair)
        self._found_card.body.addLayout(self._make_decisions())
        return self._found_card

    def _make_decisions(self) -> QHBoxLayout:
        self._exclude = Button(
            tr("Set aside"), "clean.exclude", tr("Leave the selected images out (X)"), icon_name="aside"
        )
        self._keep = Button(
            tr("Keep"), "clean.keep", tr("Keep the selected images, whatever was found (K)"), icon_name="check"
        )
        self._undo = Button("", "clean.undo", tr("Undo"), icon_name="undo", flat=True)
        self._redo = Button("", "clean.redo", tr("Redo"), icon_name="redo", flat=True)
        for decision, button, key in (("exclude", self._exclude, "X"), ("keep", self._keep, "K")):
            # Not the button's own shortcut: that plays a click of 100 ms, and swallows keys pressed faster.
            pressed = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            for signal in (button.clicked, pressed.activated):
                signal.connect(lambda *_, decision=decision: self._decide(decision))
        self._undo.clicked.connect(self.session.undo)
        self._redo.clicked.connect(self.session.redo)
        self._next_undo = make_label("", "note")
        row = QHBoxLayout()
        row.addWidget(self._exclude)
        row.addWidget(self._keep)
        row.addStretch(1)
        row.addWidget(self._next_undo)
        row.addWidget(self._undo)
        row.addWidget(self._redo)
        return row

    # showing

    @property
    def _found(self) -> list[Finding]:
        """What the chosen check found."""
        return (self._findings or {}).get(self._check.name, [])

    def _left(self, findings: list[Finding]) -> int:
        """How many of the images are not decided yet."""
        return len({finding.item for finding in findings} - {None} - self._decisions.keys())

    def _read_decisions(self) -> None:
        rows = self.session.project.db.execute("SELECT id, decision FROM item WHERE decision IS NOT NULL")
        self._decisions = dict(tuple(row) for row in rows)

    def _say(self) -> None:
        busy = self.session.jobs.running(self.stage) is not None
        everything = [finding for findings in (self._findings or {}).values() for finding in findings]
        left = self._left(everything)
        self._scan.setEnabled(not busy and self._pages.currentWidget() is self._work)
        by_eye = {check.name for check in CHECKS if check.by_eye}
        self._apply.setEnabled(bool(self._left([each for each in everything if each.check not in by_eye])))
        if self._findings is None:
            self.set_sentence(tr("Looking for unusable images…") if busy else tr("Images have not been checked yet."))
            return
        words = [
            trn("{n} image to look at.", "{n} images to look at.", left) if left else tr("Nothing left to look at.")
        ]
        aside = list(self._decisions.values()).count("exclude")
        if aside:
            words.append(trn("{n} is set aside.", "{n} are set aside.", aside))
        self.set_sentence(" ".join(words))

    def _show_checks(self) -> None:
        for number, check in enumerate(CHECKS):
            found = (self._findings or {}).get(check.name, [])
            title = tr(check.title)
            self._buttons.button(number).setText(f"{title}  ·  {len(found):,}" if self._findings is not None else title)

    def _show_found(self) -> None:
        found = self._found
        self._found_card.set_title(tr(self._check.title))
        self._found_card.set_note(self._how_many())
        self._shown = {finding.item: finding for finding in found if finding.item is not None}
        if self._shown:
            self._views.setCurrentWidget(self._gallery)
            self._gallery.set_ids(list(self._shown))
        elif found:
            self._views.setCurrentWidget(self._unreadable)
            self._unreadable.show_rejected(rejections(self.session.project))
        else:
            self._views.setCurrentWidget(self._nothing)
        self._show_selection()

    def _how_many(self) -> str:
        found = self._found
        words = trn("{n} found", "{n} found", len(found))
        doubt = expected_false(self.session.project, found).get(self._check.name)
        return words if doubt is None else f"{words}  ·  {_in_doubt(doubt)}"

    def _show_undo(self) -> None:
        undo, redo = next_undo(self.session.project), next_redo(self.session.project)
        self._undo.setEnabled(undo is not None)
        self._redo.setEnabled(redo is not None)
        self._undo.setToolTip(tr("Undo: {what} (Ctrl+Z)", what=undo.title) if undo else tr("Nothing to undo"))
        self._redo.setToolTip(tr("Redo: {what} (Ctrl+Shift+Z)", what=redo.title) if redo else tr("Nothing to redo"))
        self._next_undo.setText(tr("Undo: {what}", what=undo.title) if undo else "")

    @Slot()
    def _show_selection(self) -> None:
        """What can be done with it, and of a single image the whole reason, for which its tile may be too narrow."""
        selected = self._gallery.selected_ids() if self._views.currentWidget() is self._gallery else []
        self._exclude.setEnabled(bool(selected))
        self._keep.setEnabled(bool(selected))
        if len(selected) == 1:
            found = self._shown[selected[0]]
            self._summary.setText(f"{Path(found.file).name}: {found.reason}")
            self._show_pair(found)
        else:
            self._summary.setText(tr(self._check.summary))
            self._pair.hide_pair()

    def _show_pair(self, found: Finding) -> None:
        ids = (found.item, *found.related[:1])
        pair = {item.id: item for item in items(self.session.project, f"id IN ({', '.join('?' * len(ids))})", ids)}
        if len(pair) == 2:
            self._pair.show_pair(*(pair[each] for each in ids if each is not None))
        else:
            self._pair.hide_pair()

    def _reason(self, item: Item) -> str:
        return self._shown[item.id].reason if item.id in self._shown else ""

    @Slot(int)
    def _choose(self, number: int) -> None:
        self._check = CHECKS[number]
        self._show_found()

    # scanning

    def _start_scan(self) -> None:
        jobs, project = self.session.jobs, self.session.project
        if jobs.running(self.stage) or jobs.running("import"):
            return
        job = jobs.start(self.stage, tr("Looking for unusable images"), lambda: scan(project))
        job.done.connect(self._take)
        job.failed.connect(self._give_up)
        job.canceled.connect(self._give_up)

    @Slot()
    def _scan_again(self) -> None:
        self._gave_up = False
        self._start_scan()
        self._say()

    @Slot(object)
    def _take(self, found: list[Finding]) -> None:
        first = self._findings is None
        self._findings = {check.name: [each for each in found if each.check == check.name] for check in CHECKS}
        if first and not self._found and found:
            self._choose_first_found()

    def _choose_first_found(self) -> None:
        assert self._findings is not None
        number = next(number for number, check in enumerate(CHECKS) if self._findings[check.name])
        self._buttons.button(number).setChecked(True)
        self._check = CHECKS[number]

    @Slot()
    @Slot(str)
    def _give_up(self, sentence: str = "") -> None:
        """Not to try again by itself what failed or was canceled."""
        self._gave_up = True
        if sentence:
            self.notify(sentence)

    @Slot()
    def _settle(self) -> None:
        self._settled.start()

    @Slot()
    def _check_again(self) -> None:
        """With the thresholds as they are now. They are checks over rows, too quick for a job."""
        if self._findings is None:
            return
        for check in CHECKS:
            form = self._forms.get(check.name)
            if form is not None and form.value() != settings_of(self.session.project, check):
                set_settings(self.session.project, check, form.value())
                self._findings[check.name] = finish(scan(self.session.project, [check.name]))
        self.session.changed.emit()

    # deciding

    def _decide(self, decision: str) -> None:
        if not self._keep.isEnabled():
            return
        selected = self._gallery.selected_ids()
        self.session.edit(decision, "decision", dict.fromkeys(selected, decision))
        self._go_on_after(selected)

    def _go_on_after(self, decided: list[int]) -> None:
        """Select the next image without a decision, so that X and K can be pressed in a row."""
        ids = list(self._gallery.ids)
        behind = ids[ids.index(decided[-1]) + 1 :]
        following = next((item_id for item_id in behind if item_id not in self._decisions), None)
        if following is not None:
            self._gallery.select([following])

    @Slot()
    def _set_all_aside(self) -> None:
        everything = [finding for findings in (self._findings or {}).values() for finding in findings]
        if apply(self.session.project, everything) is not None:
            self.session.changed.emit()


def _in_doubt(share: float) -> str:
    if share < 0.005:
        return tr("hardly any false alarms expected")
    return tr("about {share:.0f} % of them false alarms", share=100 * share)


def _badge(item: Item) -> str:
    return tr("kept") if item.decision == "keep" else ""
