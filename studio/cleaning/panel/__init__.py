"""The Clean screen: what the checks found, and what is done about it."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from models.events import Task, finish
from studio.cleaning import (
    CHECKS,
    Check,
    Effort,
    Finding,
    apply,
    check_named,
    doubt,
    expected_false,
    is_scanned,
    out_of_date,
    scan,
    set_settings,
)
from studio.cleaning.groups import stay_instead
from studio.cleaning.panel.check_list import CheckList
from studio.cleaning.panel.found_card import FoundCard
from studio.importing import rejections
from studio.project import Project
from studio.project.items import count
from studio.text import tr, trn
from studio.widgets.cards import EmptyState
from studio.widgets.jobs import stoppable
from studio.widgets.panel import Panel
from studio.widgets.session import Session
from studio.widgets.theme import GAP

FEW = 5000
"""Images at which a network looks within a minute or so."""

Found = tuple[list[str], list[Finding], dict[str, float]]
"""Names of checks that ran, what they found, and the share of it that is expected to be false."""


class CleanPanel(Panel):
    stage = "clean"
    title = "Clean"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._findings: dict[str, list[Finding]] | None = None
        self._false: dict[str, float] = {}
        self._decisions: dict[int, str] = {}
        self._gave_up = False
        self._reader = session.reader()
        self._reader.ready.connect(self._take)
        self._reader.failed.connect(self._give_up)
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
        if has_any and not self._gave_up:
            self._start_scan(self._due())
        self._read_decisions()
        self._say()
        self._checks.show_counts(self._findings)
        self._show_found()

    # building

    def _add_actions(self) -> None:
        self._scan = self.add_action(tr("Check again"), "clean.scan", tr("Run all checks again"), shortcut="F5")
        self._apply = self.add_action(
            tr("Set aside all found"),
            "clean.apply",
            tr("Leave out everything that was found and not kept, but for what only a person can judge"),
            primary=True,
        )
        self._scan.clicked.connect(self._scan_again)
        self._apply.clicked.connect(self._set_all_aside)

    def _make_work(self) -> QWidget:
        self._checks = CheckList(self.session)
        self._checks.chosen.connect(self._choose)
        self._checks.changed.connect(self._check_again)
        self._found = FoundCard(self.session)
        self._found.decided.connect(self._decide)
        self._found.preferred.connect(self._prefer)
        self._found.wanted.connect(self._look_for)
        work = QWidget()
        row = QHBoxLayout(work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._checks)
        row.addWidget(self._found, 1)
        return work

    # showing

    def _everything(self) -> list[Finding]:
        return [finding for findings in (self._findings or {}).values() for finding in findings]

    def _left(self, findings: list[Finding]) -> int:
        """How many of the images are not decided yet."""
        return len({finding.item for finding in findings} - {None} - self._decisions.keys())

    def _read_decisions(self) -> None:
        rows = self.session.project.db.execute("SELECT id, decision FROM item WHERE decision IS NOT NULL")
        self._decisions = dict(tuple(row) for row in rows)

    def _say(self) -> None:
        busy = self.session.jobs.running(self.stage) is not None
        everything = self._everything()
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
        if not busy and not is_scanned(self.session.project):
            words.append(tr("Something has changed since: check again."))
        self.set_sentence(" ".join(words))

    @Slot()
    def _choose(self) -> None:
        """What was set aside since may have solved what a check found: it looks again before its turn comes."""
        check, project = self._checks.check, self.session.project
        if check.name in (self._findings or {}) and check.effort < Effort.MOST and check in out_of_date(project):
            self._reader.ask(lambda: finish(_look(project, [check])))
        self._show_found()

    @Slot()
    def _show_found(self) -> None:
        check, project = self._checks.check, self.session.project
        found = None if self._findings is None else self._findings.get(check.name)
        is_current = check not in out_of_date(project, but_for=["excluded"])
        self._found.show_found(check, found, self._false.get(check.name), is_current)

    # scanning

    def _due(self) -> list[type[Check]]:
        """The checks to run without being asked: those that have not run since something changed that may bring new
        findings. Those of little effort come first, so that they are soon shown; those of the most come last, and by
        themselves only where that is soon done."""
        project, known = self.session.project, self._findings or {}
        changed = out_of_date(project, but_for=["excluded"])
        due = [check for check in CHECKS if check in changed or check.name not in known]
        is_small = count(project, "origin = 'real'") <= FEW
        due = [check for check in due if check.effort < Effort.MOST or is_small or check not in changed]
        least = min((check.effort for check in due), default=Effort.LITTLE)
        return [check for check in due if check.effort is least]

    def _start_scan(self, checks: Sequence[type[Check]]) -> None:
        jobs, project = self.session.jobs, self.session.project
        if not checks or jobs.running(self.stage) or jobs.running("import"):
            return
        title = _job_title(max(check.effort for check in checks))
        job = jobs.start(self.stage, title, lambda: stoppable(project, _look(project, checks)))
        job.done.connect(self._take)
        job.failed.connect(self._give_up)
        job.canceled.connect(self._give_up)

    @Slot()
    def _scan_again(self) -> None:
        self._gave_up = False
        known = self._findings or {}
        self._start_scan([check for check in CHECKS if check.effort < Effort.MOST or check.name in known])
        self._say()

    @Slot(str)
    def _look_for(self, check: str) -> None:
        """A check that only runs when it is asked for."""
        self._gave_up = False
        self._start_scan([check_named(check)])
        self._say()

    @Slot(object)
    def _take(self, looked: Found) -> None:
        names, found, false = looked
        first = self._findings is None
        self._findings = (self._findings or {}) | {
            name: [each for each in found if each.check == name] for name in names
        }
        self._false = {name: share for name, share in self._false.items() if name not in names} | false
        if first:
            self._choose_first_found()
        else:
            self.session.changed.emit()

    def _choose_first_found(self) -> None:
        assert self._findings is not None
        found = [check for check in CHECKS if self._findings.get(check.name)]
        if found and self._checks.check not in found:
            self._checks.choose(found[0])

    @Slot()
    @Slot(str)
    def _give_up(self, sentence: str = "") -> None:
        """Not to try again by itself what failed or was canceled."""
        self._gave_up = True
        if sentence:
            self.notify(sentence)

    @Slot(list)
    def _check_again(self, checks: Sequence[type[Check]]) -> None:
        """With the thresholds as they are now."""
        project = self.session.project
        for check in checks:
            set_settings(project, check, self._checks.settings(check.name))
        if self._findings is not None:
            self._reader.ask(lambda: finish(_look(project, checks)))

    # deciding

    @Slot(str, list)
    def _decide(self, decision: str, ids: list[int]) -> None:
        self.session.edit(decision, "decision", dict.fromkeys(ids, decision))
        self._found.go_on_after(ids, set(self._decisions))

    @Slot(int, int)
    def _prefer(self, copy: int, stays: int) -> None:
        if stay_instead(self.session.project, copy, stays) is not None:
            self.session.changed.emit()

    @Slot()
    def _set_all_aside(self) -> None:
        """At once, unless that is so much that a check may be mistaken: then the user is asked."""
        if reason := doubt(self.session.project, self._everything()):
            self.notify(reason, actions={tr("Set aside all the same"): self._set_aside})
        else:
            self._set_aside()

    def _set_aside(self) -> None:
        self.clear_notice()
        if apply(self.session.project, self._everything()) is not None:
            self.session.changed.emit()


def _job_title(effort: Effort) -> str:
    match effort:
        case Effort.LITTLE:
            return tr("Looking for unusable images")
        case Effort.MUCH:
            return tr("Looking for relatives and text")
        case _:
            return tr("Looking closer at each image")


def _look(project: Project, checks: Sequence[type[Check]]) -> Task[Found]:
    names = [check.name for check in checks]
    found = yield from scan(project, names)
    return names, found, expected_false(project, found)
