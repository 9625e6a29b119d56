"""The Clean screen: findings come by themselves, are decided by click and key, and taken back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QPushButton, QSpinBox, QWidget

from models.events import finish
from studio.cleaning import Finding, check_named
from studio.cleaning.panel import CleanPanel
from studio.cleaning.panel.found_card import FoundCard
from studio.cleaning.suspicious_label import SuspiciousLabel
from studio.importing import import_sources
from studio.labeling import label
from studio.project.items import class_id_of, count, item, item_ids
from studio.widgets.gallery import Gallery
from studio.widgets.rejection_list import RejectionList
from studio.widgets.session import Session

PATIENCE = 60_000
"""Milliseconds that checks may take on a busy machine."""


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two good images, a copy, two blank ones of 40 px and one of 20, a file that is no image."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, pixels in enumerate(np.random.default_rng(0).integers(0, 256, (2, 40, 40), dtype=np.uint8)):
        Pillow.fromarray(pixels).save(folder / f"{number}.png")
    (folder / "0 copy.png").write_bytes((folder / "0.png").read_bytes())
    for gray, side in ((10, 40), (20, 40), (30, 20)):
        Pillow.new("L", (side, side), gray).save(folder / f"even {gray}.png")
    (folder / "text.png").write_text("text")
    return folder


@pytest.fixture
def session(qtbot, project) -> Iterator[Session]:
    session = Session(project)
    yield session
    rested(qtbot, session)
    session.close()


@pytest.fixture
def panel(qtbot, session, folder) -> CleanPanel:
    finish(import_sources(session.project, [folder]))
    return shown(qtbot, session)


def shown(qtbot, session) -> CleanPanel:
    panel = CleanPanel(session)
    qtbot.addWidget(panel)
    panel.resize(1072, 650)
    panel.show()
    rested(qtbot, session)
    return panel


def rested(qtbot, session) -> None:
    """All checks have run: the thorough ones begin when the others have ended."""
    qtbot.waitUntil(lambda: not session.jobs.all, timeout=PATIENCE)


def button(panel: CleanPanel, name: str) -> QPushButton:
    return panel.findChild(QPushButton, f"clean.{name}")


def click(qtbot, panel: CleanPanel, name: str) -> None:
    qtbot.mouseClick(button(panel, name), Qt.MouseButton.LeftButton)


def sentence(panel: CleanPanel) -> str:
    return next(each.text() for each in panel.findChildren(QLabel) if each.property("role") == "sentence")


def excluded(panel: CleanPanel) -> int:
    return count(panel.session.project, "decision = 'exclude'")


def test_checks_run_when_the_screen_is_first_seen(panel):
    names = ("unreadable", "missing", "exact_copy", "near_copy", "label_conflict", "too_small", "empty", "blurred")
    assert [button(panel, f"check.{name}").text() for name in names] == [
        "Unreadable files  ·  1",
        "Missing or changed files  ·  0",
        "Exact copies  ·  1",
        "Near copies  ·  0",
        "Contradicting labels  ·  0",
        "Too small  ·  0",
        "Empty  ·  3",
        "Blurred  ·  0",
    ]
    assert sentence(panel) == "4 images to look at."
    assert panel.findChild(QWidget, "clean.unreadable").isVisible()


def test_checks_that_found_nothing_step_back(panel):
    quiet = {name: button(panel, f"check.{name}").property("quiet") for name in ("empty", "blurred")}
    assert quiet == {"empty": False, "blurred": True}


def test_deciding_by_click_and_key_goes_on_to_the_next(qtbot, panel):
    click(qtbot, panel, "check.empty")
    gallery = panel.findChild(Gallery, "clean.gallery")
    assert len(gallery.ids) == 3 and not button(panel, "exclude").isEnabled()
    gallery.select(gallery.ids[:1])
    click(qtbot, panel, "exclude")
    assert (excluded(panel), gallery.selected_ids()) == (1, [gallery.ids[1]])
    with qtbot.waitActive(panel):
        panel.activateWindow()
    qtbot.keyClick(gallery.view, Qt.Key.Key_K)
    assert gallery.selected_ids() == [gallery.ids[2]]
    qtbot.keyClick(gallery.view, Qt.Key.Key_X)
    assert (excluded(panel), count(panel.session.project, "decision = 'keep'")) == (2, 1)
    assert sentence(panel) == "1 image to look at. 2 are set aside."


def test_a_selected_finding_says_its_whole_reason(qtbot, panel):
    click(qtbot, panel, "check.exact_copy")
    gallery = panel.findChild(Gallery, "clean.gallery")
    gallery.select(gallery.ids[1:])
    assert any(each.text() == "0 copy.png: Copy of 0.png." for each in panel.findChildren(QLabel))
    pair = panel.findChild(QWidget, "clean.pair")
    qtbot.waitUntil(lambda: pair.count == 3 and gallery.picture(0) is not None)  # read off the window's thread


def test_a_copy_is_shown_beside_what_it_is_like(qtbot, panel):
    click(qtbot, panel, "check.exact_copy")
    gallery, pair = panel.findChild(Gallery, "clean.gallery"), panel.findChild(QWidget, "clean.pair")
    assert not pair.isVisible()
    gallery.select(gallery.ids[1:])
    qtbot.waitUntil(lambda: pair.count == 3)  # the third is the difference
    assert pair.isVisible() and "0 copy.png" in pair.toolTip()
    click(qtbot, panel, "check.empty")
    assert not pair.isVisible()


def badges(panel: CleanPanel) -> list[str]:
    gallery = panel.findChild(Gallery, "clean.gallery")
    return [gallery.badge(item(panel.session.project, each)) for each in gallery.ids]


def test_copies_stand_in_groups_and_another_one_can_stay(qtbot, panel):
    click(qtbot, panel, "check.exact_copy")
    gallery, project = panel.findChild(Gallery, "clean.gallery"), panel.session.project
    assert [item(project, each).path.name for each in gallery.ids] == ["0.png", "0 copy.png"]
    assert badges(panel) == ["stays", ""] and not button(panel, "prefer").isEnabled()
    gallery.select(gallery.ids[1:])
    click(qtbot, panel, "prefer")
    assert [item(project, each).decision for each in gallery.ids] == ["exclude", "keep"]
    assert badges(panel) == ["", "kept"] and "let another copy stay" in button(panel, "undo").toolTip()
    click(qtbot, panel, "undo")
    assert [item(project, each).decision for each in gallery.ids] == [None, None]
    click(qtbot, panel, "check.empty")
    assert not button(panel, "prefer").isVisible()


def test_what_stays_is_not_set_aside_along_with_its_copies(qtbot, panel):
    click(qtbot, panel, "check.exact_copy")
    gallery = panel.findChild(Gallery, "clean.gallery")
    gallery.select(gallery.ids)
    click(qtbot, panel, "exclude")
    decisions = [item(panel.session.project, each).decision for each in gallery.ids]
    assert decisions == [None, "exclude"]


def test_all_found_are_set_aside_but_those_kept_and_that_is_undone(qtbot, panel):
    click(qtbot, panel, "check.exact_copy")
    gallery = panel.findChild(Gallery, "clean.gallery")
    gallery.select(gallery.ids)
    click(qtbot, panel, "keep")
    click(qtbot, panel, "apply")
    notice = panel.findChild(QWidget, "clean.notice")
    assert excluded(panel) == 0 and notice.text.startswith("“Empty” alone sets aside 3 of 6 images.")
    qtbot.mouseClick(
        next(each for each in notice.findChildren(QPushButton) if each.text() == "Set aside all the same"),
        Qt.MouseButton.LeftButton,
    )
    assert excluded(panel) == 3 and not notice.isVisible()
    assert sentence(panel) == "Nothing left to look at. 3 are set aside."
    assert "set 3 images aside" in button(panel, "undo").toolTip()
    click(qtbot, panel, "undo")
    assert excluded(panel) == 0 and button(panel, "redo").isEnabled()
    click(qtbot, panel, "redo")
    assert excluded(panel) == 3


def test_a_threshold_changes_what_is_found_at_once_and_is_kept(qtbot, panel):
    click(qtbot, panel, "check.too_small")
    panel.findChild(QSpinBox, "clean.too_small.side").setValue(30)
    qtbot.waitUntil(lambda: button(panel, "check.too_small").text() == "Too small  ·  1", timeout=PATIENCE)
    assert len(panel.findChild(Gallery, "clean.gallery").ids) == 1
    again = shown(qtbot, panel.session)
    assert again.findChild(QSpinBox, "clean.too_small.side").value() == 30


def test_only_the_chosen_check_shows_what_can_be_set(qtbot, panel):
    sliders = {name: panel.findChild(QWidget, f"clean.{name}") for name in ("too_small", "blurred")}
    for name in sliders:
        click(qtbot, panel, f"check.{name}")
        assert [each for each in sliders if sliders[each].isVisible()] == [name]


def test_what_may_be_false_is_said_beside_the_count(qtbot, panel):
    card = panel.findChild(FoundCard)
    card.show_found(check_named("dark"), [Finding(1, "dark", 1, "Dark.", "0.png")] * 2, 0.001)
    assert "2 found  ·  hardly any false alarms expected" in [each.text() for each in card.findChildren(QLabel)]
    card.show_found(check_named("dark"), [Finding(1, "dark", 1, "Dark.", "0.png")] * 8, 0.25)
    assert "8 found  ·  about 25 % of them false alarms" in [each.text() for each in card.findChildren(QLabel)]


def test_nothing_is_said_of_a_check_before_it_has_run(qtbot, session, folder):
    finish(import_sources(session.project, [folder]))
    panel = CleanPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    assert session.jobs.all
    visible = [each.text() for each in panel.findChild(FoundCard).findChildren(QLabel) if each.isVisible()]
    assert "Images have not been checked yet." in visible
    assert not {"Nothing found.", "0 found"} & set(visible)


def test_a_rare_class_is_listed_with_its_reason(qtbot, panel):
    ids = item_ids(panel.session.project)
    label(panel.session.project, ids, "good")
    label(panel.session.project, ids[:1], "scratch")
    click(qtbot, panel, "check.imbalance")
    panel.findChild(QDoubleSpinBox, "clean.imbalance.ratio").setValue(3)
    qtbot.waitUntil(lambda: button(panel, "check.imbalance").text() == "Rare classes  ·  1", timeout=PATIENCE)
    listed = panel.findChild(RejectionList, "clean.unreadable")
    assert listed.isVisible()
    row = listed.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert row == "scratch: “scratch” has 1 image, “good” has 5."


def test_new_images_are_checked_when_they_come(qtbot, panel, folder):
    Pillow.new("L", (40, 40), 99).save(folder / "another.png")
    finish(import_sources(panel.session.project, [folder]))
    panel.session.changed.emit()
    qtbot.waitUntil(lambda: button(panel, "check.empty").text() == "Empty  ·  4", timeout=PATIENCE)


def test_a_new_label_is_looked_at_without_being_asked(qtbot, panel):
    original, copy = item_ids(panel.session.project)[:2]
    label(panel.session.project, [original], "good")
    label(panel.session.project, [copy], "bad")
    panel.session.changed.emit()
    qtbot.waitUntil(
        lambda: button(panel, "check.label_conflict").text() == "Contradicting labels  ·  2", timeout=PATIENCE
    )
    rested(qtbot, panel.session)
    click(qtbot, panel, "check.label_conflict")
    gallery = panel.findChild(Gallery, "clean.gallery")
    gallery.select([copy])
    click(qtbot, panel, "exclude")  # which solves it, without the list changing under the hand
    assert button(panel, "check.label_conflict").text() == "Contradicting labels  ·  2"
    click(qtbot, panel, "check.empty")
    click(qtbot, panel, "check.label_conflict")
    qtbot.waitUntil(
        lambda: button(panel, "check.label_conflict").text() == "Contradicting labels  ·  0", timeout=PATIENCE
    )


def test_after_a_failed_scan_it_says_that_something_changed(qtbot, panel, monkeypatch):
    label(panel.session.project, item_ids(panel.session.project)[:1], "good")
    with monkeypatch.context() as patched:
        patched.setattr("studio.cleaning.panel.scan", fail)
        panel.session.changed.emit()
        rested(qtbot, panel.session)
    assert sentence(panel).endswith("Something has changed since: check again.")
    click(qtbot, panel, "check.suspicious_label")
    assert any("before the latest changes" in each.text() for each in panel.findChildren(QLabel))
    click(qtbot, panel, "scan")
    qtbot.waitUntil(lambda: "changed" not in sentence(panel), timeout=PATIENCE)


def test_checks_that_take_long_wait_to_be_asked_for_where_there_are_many_images(qtbot, session, folder, monkeypatch):
    monkeypatch.setattr("studio.cleaning.panel.FEW", 2)
    finish(import_sources(session.project, [folder]))
    panel = shown(qtbot, session)
    assert button(panel, "check.outlier").text() == "Outliers" and "  ·  " in button(panel, "check.blurred").text()
    click(qtbot, panel, "check.outlier")
    click(qtbot, panel, "look")
    qtbot.waitUntil(lambda: button(panel, "check.outlier").text() == "Outliers  ·  0", timeout=PATIENCE)
    assert button(panel, "check.suspicious_label").text() == "Suspicious labels"


def test_the_hit_rate_of_suspicious_labels_is_said_with_them(qtbot, session, folder):
    finish(import_sources(session.project, [folder]))
    project, ids = session.project, item_ids(session.project)[:3]
    label(project, ids, "good")
    good, pit = class_id_of(project, "good"), class_id_of(project, "pit")
    with project.writing() as db:
        rows = [(item_id, good, pit, 0.5, 1) for item_id in ids]
        db.executemany("INSERT INTO suspicion VALUES (?, ?, ?, ?, ?)", rows)
    card = FoundCard(session)
    qtbot.addWidget(card)
    found = [Finding(item_id, "suspicious_label", 0.5, "Looks like “pit”.", "1.png") for item_id in ids]
    card.show_found(SuspiciousLabel, found, 0.5)
    assert "Of the next 20 about 50 % will be wrong." in card.findChild(QLabel, "clean.summary").text()
    label(project, ids[:1], "pit")
    card.show_found(SuspiciousLabel, found[1:], 0.5)
    assert "1 of 1 label looked at was wrong." in card.findChild(QLabel, "clean.summary").text()


def test_missing_files_are_found_when_asked(qtbot, panel, folder):
    (folder / "1.png").unlink()
    click(qtbot, panel, "scan")
    qtbot.waitUntil(lambda: button(panel, "check.missing").text() == "Missing or changed files  ·  1", timeout=PATIENCE)


def fail(project, checks):
    raise PermissionError(13, "no", "project.db")
    yield


def test_a_failed_scan_is_said_once_and_not_repeated(qtbot, session, folder, monkeypatch):
    finish(import_sources(session.project, [folder]))
    monkeypatch.setattr("studio.cleaning.panel.scan", fail)
    panel = shown(qtbot, session)
    assert "No permission" in panel.findChild(QWidget, "clean.notice").text
    session.changed.emit()
    assert not session.jobs.all


def test_without_images_it_leads_to_the_import(qtbot, session):
    panel = shown(qtbot, session)
    assert not button(panel, "scan").isEnabled() and not button(panel, "apply").isEnabled()
    with qtbot.waitSignal(session.navigate) as told:
        click(qtbot, panel, "import")
    assert told.args == ["import"]


def test_every_control_has_a_name_and_a_tool_tip(panel):
    for control in panel.findChildren(QPushButton):
        if not control.isHidden():
            assert control.objectName() and control.toolTip() and control.accessibleName(), control.text()
