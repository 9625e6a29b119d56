"""What a check found: the images, the worst first, each with its reason and what it is like, and the decisions."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from studio.cleaning import Check, Effort, Finding, settings_of
from studio.cleaning.burned_in_text import BurnedInText
from studio.cleaning.groups import copy_groups, finds_copies, in_order
from studio.cleaning.panel.captions import Captions
from studio.cleaning.panel.text_review import TextReview
from studio.importing.rejections import Rejected
from studio.project.edits import next_redo, next_undo
from studio.project.items import Item, items
from studio.text import tr, trn
from studio.widgets.buttons import Button
from studio.widgets.cards import Card, EmptyState
from studio.widgets.gallery import Gallery
from studio.widgets.labels import make_label
from studio.widgets.pair import Pair
from studio.widgets.rejection_list import RejectionList
from studio.widgets.session import Session


class FoundCard(Card):
    """`decided` carries a decision and the ids of the images that it is about; `preferred` the id of a copy that is to
    stay, and of the image that would have; `wanted` the name of a check that is to run."""

    decided = Signal(str, list)
    preferred = Signal(int, int)
    wanted = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(" ")
        self._session = session
        self._advice = ""
        self._check: type[Check] | None = None
        self._shown: dict[int, Finding] = {}
        self._captions = Captions(session.project, ())
        self._groups: dict[int, list[int]] = {}
        self._summary = make_label("", "mute", wrap=True)
        self._summary.setObjectName("clean.summary")
        self._views = QStackedWidget()
        self._gallery = self._make_gallery()
        self._without_image = RejectionList("clean.unreadable")
        self._nothing = EmptyState("check", tr("Nothing found."))
        self._not_yet = EmptyState("search", tr("Images have not been checked yet."))
        self._on_demand = EmptyState(
            "search",
            tr("This check has a network look at each image, which takes some minutes with so many."),
            tr("Look for them"),
            "clean.look",
            tr("Run this check; you can go on working meanwhile"),
        )
        self._on_demand.button.clicked.connect(self._want)
        self._pair = Pair("clean.pair", with_difference=True)
        for view in (self._gallery, self._without_image, self._nothing, self._not_yet, self._on_demand):
            self._views.addWidget(view)
        self.body.addWidget(self._summary)
        self.body.addWidget(self._views, 1)
        self.body.addWidget(self._pair)
        self.body.addLayout(self._make_decisions())

    def show_found(
        self, check: type[Check], found: Sequence[Finding] | None, false: float | None, is_current: bool = True
    ) -> None:
        """The findings of a check, None before it has run, the share of them expected to be false, and whether nothing
        has changed since."""
        self._check = check
        self.set_title(tr(check.title))
        self.set_note(_count_in_words(found, false, is_current))
        self._shown = {finding.item: finding for finding in found or () if finding.item is not None}
        self._groups = copy_groups(found or ()) if finds_copies(check) else {}
        self._captions = Captions(self._session.project, found or ())
        self._advice = check(settings_of(self._session.project, check)).advice(self._session.project) if found else ""
        if self._shown:
            self._views.setCurrentWidget(self._gallery)
            self._gallery.set_ids(in_order(self._groups) or list(self._shown))
        elif found:
            self._views.setCurrentWidget(self._without_image)
            self._without_image.show_rejected([Rejected(finding.file, finding.reason) for finding in found])
        else:
            is_busy = self._session.jobs.running("clean") is not None
            unknown = self._on_demand if check.effort is Effort.MOST and not is_busy else self._not_yet
            self._views.setCurrentWidget(unknown if found is None else self._nothing)
        self._show_selection()
        self._show_undo()

    def go_on_after(self, decided: Sequence[int], all_decided: set[int]) -> None:
        """Select the next image without a decision, so that X and K can be pressed in a row."""
        ids = list(self._gallery.ids)
        behind = ids[ids.index(decided[-1]) + 1 :]
        settled = all_decided | self._groups.keys()
        following = next((item_id for item_id in behind if item_id not in settled), None)
        if following is not None:
            self._gallery.select([following])

    def _make_gallery(self) -> Gallery:
        gallery = Gallery(self._session, "clean.gallery")
        gallery.caption = self._caption
        gallery.badge = self._badge
        gallery.selection_changed.connect(self._show_selection)
        return gallery

    def _make_decisions(self) -> QHBoxLayout:
        self._exclude = Button(
            tr("Set aside"),
            "clean.exclude",
            tr("Leave the selected images out (X); Ctrl+A selects all"),
            icon_name="aside",
        )
        self._keep = Button(
            tr("Keep"), "clean.keep", tr("Keep the selected images, whatever was found (K)"), icon_name="check"
        )
        self._prefer = Button(
            tr("Let this one stay"),
            "clean.prefer",
            tr("Keep the selected copy, and set aside the image that would have stayed (S)"),
            icon_name="check",
        )
        self._mask = Button(
            tr("Mask text…"),
            "clean.mask",
            tr("See where the text stands, and paint over it in all that is made of the image (M)"),
            icon_name="brush",
        )
        self._undo = Button("", "clean.undo", tr("Undo"), icon_name="undo", flat=True)
        self._redo = Button("", "clean.redo", tr("Redo"), icon_name="redo", flat=True)
        for decision, button, key in (("exclude", self._exclude, "X"), ("keep", self._keep, "K")):
            # Not the button's own shortcut: that plays a click of 100 ms, and swallows keys pressed faster.
            pressed = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            for signal in (button.clicked, pressed.activated):
                signal.connect(lambda *_, decision=decision: self._decide(decision))
        masking = QShortcut(QKeySequence("M"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for signal in (self._mask.clicked, masking.activated):
            signal.connect(self._review_text)
        preferring = QShortcut(QKeySequence("S"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for signal in (self._prefer.clicked, preferring.activated):
            signal.connect(self._prefer_selected)
        self._undo.clicked.connect(self._session.undo)
        self._redo.clicked.connect(self._session.redo)
        self._next_undo = make_label("", "note")
        row = QHBoxLayout()
        row.addWidget(self._exclude)
        row.addWidget(self._keep)
        row.addWidget(self._prefer)
        row.addWidget(self._mask)
        row.addStretch(1)
        row.addWidget(self._next_undo)
        row.addWidget(self._undo)
        row.addWidget(self._redo)
        return row

    @Slot()
    def _want(self) -> None:
        assert self._check is not None
        self.wanted.emit(self._check.name)

    def _decide(self, decision: str) -> None:
        if self._keep.isEnabled():
            selected = self._gallery.selected_ids()
            copies = [each for each in selected if each not in self._groups]
            self.decided.emit(decision, copies or selected)  # what stays is not set aside along with its copies

    @Slot()
    def _prefer_selected(self) -> None:
        if self._prefer.isVisible() and self._prefer.isEnabled():
            copy = self._gallery.selected_ids()[0]
            self.preferred.emit(copy, self._shown[copy].related[0])

    @Slot()
    def _review_text(self) -> None:
        if self._mask.isVisible() and self._mask.isEnabled():
            chosen = self._gallery.selected_ids() or self._gallery.ids
            TextReview(self._gallery, chosen[0]).show()

    def _show_undo(self) -> None:
        undo, redo = next_undo(self._session.project), next_redo(self._session.project)
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
        self._prefer.setVisible(bool(self._groups))
        self._prefer.setEnabled(len(selected) == 1 and selected[0] in self._shown)
        self._mask.setVisible(self._check is BurnedInText)
        self._mask.setEnabled(self._views.currentWidget() is self._gallery)
        if len(selected) == 1:
            found = self._shown[self._groups.get(selected[0], selected)[0]]
            self._summary.setText(f"{Path(found.file).name}: {found.reason}")
            self._show_pair(found)
        else:
            self._summary.setText(f"{tr(self._check.summary)} {self._advice}".rstrip() if self._check else "")
            self._pair.hide_pair()

    def _show_pair(self, found: Finding) -> None:
        ids = (found.item, *found.related[:1])
        pair = {item.id: item for item in items(self._session.project, f"id IN ({', '.join('?' * len(ids))})", ids)}
        if len(pair) == 2:
            self._pair.show_pair(*(pair[each] for each in ids if each is not None))
        else:
            self._pair.hide_pair()

    def _caption(self, item: Item) -> str:
        copies = self._groups.get(item.id)
        return trn("{n} copy", "{n} copies", len(copies)) if copies else self._captions.of(item.id)

    def _badge(self, item: Item) -> str:
        if item.decision == "keep":
            return tr("kept")
        return tr("stays") if item.id in self._groups and item.decision is None else ""


def _count_in_words(found: Sequence[Finding] | None, false: float | None, is_current: bool) -> str:
    if found is None:
        return ""
    words = [trn("{n} found", "{n} found", len(found))]
    words += [] if false is None else [_in_doubt(false)]
    words += [] if is_current else [tr("before the latest changes")]
    return "  ·  ".join(words)


def _in_doubt(share: float) -> str:
    if share < 0.005:
        return tr("hardly any false alarms expected")
    return tr("about {share:.0f} % of them false alarms", share=100 * share)
