"""The Label screen: classes by keyboard, suggestions, fields, a second reader, and the split."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from models.events import Task
from studio.errors import UserError, explain
from studio.labeling.classes import make_class, rename_class
from studio.labeling.counts import second_counts, side_counts
from studio.labeling.doubts import confirm, find_doubts
from studio.labeling.fields import set_field
from studio.labeling.frozen import SplitFrozen
from studio.labeling.labels import label, next_unlabeled
from studio.labeling.more_like import more_like
from studio.labeling.panel.classes_card import ClassesCard
from studio.labeling.panel.field_card import FieldCard
from studio.labeling.panel.files_menu import FilesMenu
from studio.labeling.panel.images_card import ImagesCard
from studio.labeling.panel.leak_alarm import LeakAlarm
from studio.labeling.panel.reader_card import ReaderCard
from studio.labeling.panel.region_editor import RegionEditor
from studio.labeling.panel.shown_images import DISPUTED, SUGGESTED
from studio.labeling.panel.split_card import SplitCard
from studio.labeling.panel.suggestions import Suggestions
from studio.labeling.readings import next_unread, read_second
from studio.labeling.recipe import SplitRecipe, split_as
from studio.labeling.suggest import Suggestion, accept, suggest
from studio.project import Project
from studio.project.edits import Edit
from studio.project.items import classes
from studio.text import tr, trn
from studio.widgets.jobs import Job, in_one_go, stoppable
from studio.widgets.panel import Panel
from studio.widgets.scrolling import scrolling_down
from studio.widgets.session import AT_ONCE, Session
from studio.widgets.shortcuts import add_key
from studio.widgets.theme import GAP

SIDE = 296
SCROLL_BAR = 10
"""Width of the cards at the left, and of the bar that scrolls them, px."""


class LabelPanel(Panel):
    stage = "label"
    title = "Label"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._suggest = self.add_action(
            tr("Suggest labels"),
            "label.suggest",
            tr("Labels for the images without one, from those they look most like"),
        )
        self._suggest.clicked.connect(self._start_suggesting)
        button = self.add_action(tr("Tables and masks"), "label.files", tr("Labels and masks from files, and to files"))
        self.files = FilesMenu(session.project, self._start, self.notify, button)
        button.setMenu(self.files)
        self._classes = ClassesCard()
        self._classes.added.connect(self._add_class)
        self._classes.renamed.connect(self._rename)
        self._fields = FieldCard(session)
        self._fields.wanted.connect(self._set_field)
        self._reader = ReaderCard(session)
        self._reader.reader_changed.connect(self._change_reader)
        self._reader.show_disagreements.connect(self._show_disagreements)
        self._split = SplitCard(session)
        self._split.wanted.connect(self._start_split)
        self._alarm = LeakAlarm(session, "label.leaks")
        self._alarm.mended.connect(self._say_mended)
        self._alarm.failed.connect(self.notify)
        self._images = ImagesCard(session)
        self._images.wanted.connect(self._carry_out)
        self._images.doubted.connect(self._find_doubts)
        self._lay_out()
        words = {0: tr("take the label away"), 1: tr("put into class 1; the keys up to 9 likewise")}
        for number in range(10):
            add_key(self, str(number), partial(self._label_by_key, number), words.get(number, ""))
        add_key(self._images.gallery, "Space", self._go_to_next, tr("the next image to look at"))

    def refresh(self) -> None:
        self._show_counts()
        for part in (self._fields, self._reader, self._split, self._images):
            part.refresh()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, SCROLL_BAR, 0)
        side.setSpacing(GAP)
        for card in (self._classes, self._fields, self._reader, self._split):
            side.addWidget(card, int(card is self._classes))
        area = scrolling_down(side)
        area.setFixedWidth(SIDE + SCROLL_BAR)
        row = QHBoxLayout()
        row.setSpacing(GAP - SCROLL_BAR)
        row.addWidget(area)
        row.addWidget(self._images, 1)
        self.body.addWidget(self._alarm)
        self.body.addLayout(row, 1)

    # What it shows

    def _show_counts(self) -> None:
        counts = second_counts(self.session.project) if self._reader.is_blind else side_counts(self.session.project)
        self._classes.show_counts(counts, tr("not read") if self._reader.is_blind else tr("no label"))
        images = sum(sum(sides.values()) for sides in counts.values())
        missing = sum(counts[None].values())
        held_out = sum(sides["test"] for sides in counts.values())
        is_busy = self.session.jobs.running(self.stage) is not None
        self._suggest.setEnabled(missing > 0 and not is_busy and not self._reader.is_blind)
        self.set_sentence(_summary(images, missing, held_out, self._reader.is_blind))

    # Labels

    def _label_by_key(self, number: int) -> None:
        names = classes(self.session.project)
        selected = self._images.selected_ids()
        if number > len(names):
            self.notify(tr("There is no class {number} yet. Add one first.", number=number), "info")
        elif not selected:
            self.notify(tr("Select the images first, then press the key of their class."), "info")
        else:
            self.clear_notice()
            self._set_label(selected, names[number - 1] if number else None)

    def _set_label(self, ids: list[int], name: str | None) -> None:
        project, is_blind = self.session.project, self._reader.is_blind

        def work() -> Edit | None:
            return read_second(project, dict.fromkeys(ids, name)) if is_blind else label(project, ids, name)

        if not is_blind:
            self._images.suggestions.drop(ids)
        if len(ids) > AT_ONCE:
            self._start(tr("Labeling"), lambda: stoppable(project, in_one_go(work)))
        elif work() is not None:
            self.session.changed.emit()

    def _go_to_next(self) -> None:
        selected = self._images.selected_ids()
        after = selected[-1] if selected else None
        project, suggestions = self.session.project, self._images.suggestions
        if self._images.is_queue:
            found = self._images.next_in_queue()
        elif self._reader.is_blind:
            found = next_unread(project, after or 0)
        else:
            found = suggestions.next_unsure(after) or next_unlabeled(project, after or 0)
        if found is not None:
            self._images.go_to(found)
        elif self._images.is_queue:
            self.notify(tr("Nothing is left to look at."), "good")
        elif self._reader.is_blind:
            self.notify(tr("Every image has been read."), "good")
        else:
            self.notify(tr("Every image has a label."), "good")

    @Slot(str)
    def _add_class(self, name: str) -> None:
        if self._try(lambda: make_class(self.session.project, name)):
            self._classes.clear_name()

    @Slot(str, str)
    def _rename(self, old: str, new: str) -> None:
        if not self._try(lambda: rename_class(self.session.project, old, new)):
            self.refresh()

    @Slot(str, str)
    def _set_field(self, name: str, text: str) -> None:
        ids, project = self._images.selected_ids(), self.session.project
        if not ids:
            self.notify(tr("Select the images first, then write their field."), "info")
        elif len(ids) > AT_ONCE:
            work = partial(set_field, project, ids, name, text)
            self._start(tr("Describing"), lambda: stoppable(project, in_one_go(work)))
        else:
            self._try(lambda: set_field(project, ids, name, text))

    # Suggestions

    @Slot()
    def _start_suggesting(self) -> None:
        project = self.session.project
        self._start(tr("Suggesting labels"), lambda: suggest(project), self._take_suggestions)
        self._suggest.setEnabled(False)

    @Slot(object)
    def _take_suggestions(self, found: list[Suggestion]) -> None:
        suggestions = self._images.suggestions = Suggestions(found)
        self._images.refresh()
        if found:
            self._images.show_only(SUGGESTED)
        text = tr(
            "{all}, {sure} of them sure. Look through them, the surest come first.",
            all=trn("{n} suggestion", "{n} suggestions", len(suggestions)),
            sure=f"{len(suggestions.sure):,}",
        )
        self._notice.show_text(
            text, "info", {tr("Accept the sure ones"): self._accept_sure, tr("Forget them"): self._forget}
        )

    @Slot()
    def _accept_sure(self) -> None:
        self._accept(self._images.suggestions.sure)

    @Slot()
    def _forget(self) -> None:
        self._images.suggestions = Suggestions()
        self.refresh()

    @Slot(str)
    def _carry_out(self, what: str) -> None:
        """What a button above the images asks for, for those that are selected."""
        selected = self._images.selected_ids()
        if not selected:
            self.notify(tr("Select the images first."), "info")
        elif what == "accept":
            self._accept(self._images.suggestions.of(selected))
        elif what == "reject":
            self._images.suggestions.drop(selected)
            self.refresh()
        elif what == "confirm":
            self._try(lambda: confirm(self.session.project, selected))
        elif what == "alike":
            project = self.session.project
            self._start(
                tr("Looking for images like these"), lambda: more_like(project, selected), self._images.show_alike
            )
        elif what == "mark":
            RegionEditor(self._images.gallery, selected[0]).show()

    def _accept(self, found: list[Suggestion]) -> None:
        accept(self.session.project, found)
        self._images.suggestions.drop([each.item for each in found])
        self.session.changed.emit()

    # Labels in doubt

    @Slot()
    def _find_doubts(self) -> None:
        """Judge the labels; the images are looked up again when that has ended."""
        project = self.session.project
        self._images.is_judging = True
        job = self._start(tr("Looking for labels that may be wrong"), lambda: find_doubts(project))
        for ended in (job.done, job.failed, job.canceled):
            ended.connect(self._end_judging)

    @Slot()
    def _end_judging(self) -> None:
        self._images.is_judging = False

    # Readers

    @Slot()
    def _change_reader(self) -> None:
        self._images.set_blind(self._reader.is_blind)
        self.clear_notice()
        self.refresh()

    @Slot()
    def _show_disagreements(self) -> None:
        self._images.show_only(DISPUTED)
        self.notify(tr("First and second reader; the key of a class decides. Both readings are kept."), "info")

    # The split

    @Slot(object)
    def _start_split(self, recipe: SplitRecipe, thaw: bool = False) -> None:
        project = self.session.project

        def done(frozen: SplitFrozen | None) -> None:
            if frozen is None:
                self._alarm.check()
            else:
                self._notice.show_text(str(frozen), "warn", {tr("Split anew"): lambda: self._start_split(recipe, True)})

        self._start(tr("Splitting"), lambda: stoppable(project, _split(project, recipe, thaw)), done)

    @Slot()
    def _say_mended(self) -> None:
        self.notify(tr("Nothing leaks any more."), "good")

    # How things are done

    def _start(self, title: str, make_task: Callable[[], Task], done: Callable[[Any], object] | None = None) -> Job:
        """Do something in a job; everyone looks again when it has ended."""
        self.clear_notice()
        job = self.session.jobs.start(self.stage, title, make_task)
        if done is not None:
            job.done.connect(done)
        job.failed.connect(self.notify)
        return job

    def _try(self, act: Callable[[], object]) -> bool:
        """Do something that may be refused, with the sentence in the page; everyone looks again."""
        self.clear_notice()
        try:
            act()
        except (UserError, OSError) as error:
            self.notify(explain(error) or str(error))
            return False
        self.session.changed.emit()
        return True


def _split(project: Project, recipe: SplitRecipe, thaw: bool) -> Task[SplitFrozen | None]:
    try:
        yield from split_as(project, recipe, thaw)
    except SplitFrozen as frozen:
        return frozen
    return None


def _summary(images: int, missing: int, held_out: int, is_blind: bool) -> str:
    if not images:
        return tr("There are no images to label yet: import some first.")
    if missing and is_blind:
        return trn("{n} image is not read yet.", "{n} images are not read yet.", missing)
    if is_blind:
        return tr("The second reader has read every image.")
    if missing:
        return trn("{n} image has no label yet.", "{n} images have no label yet.", missing)
    if held_out:
        return trn(
            "Every image has a label; {n} is held out to judge by.",
            "Every image has a label; {n} are held out to judge by.",
            held_out,
        )
    return tr("Every image has a label.")
