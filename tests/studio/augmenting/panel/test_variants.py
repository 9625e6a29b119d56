"""Variants as files and as what training learns from; leaving the panel, and no images."""

import csv

from PySide6.QtWidgets import QLineEdit, QPushButton, QSpinBox

from studio.augmenting import project_chain
from studio.augmenting.panel import AugmentPanel
from studio.augmenting.variants import project_variants
from studio.project.versions import Variants
from studio.widgets.cards import EmptyState
from tests.studio.augmenting.panel.hands import choose, click, notice, trigger


def test_variants_are_written(qtbot, panel, tmp_path):
    click(qtbot, panel.findChild(QPushButton, "augment.write"))
    panel.findChild(QSpinBox, "augment.variants.count").setValue(2)
    panel.findChild(QLineEdit, "augment.variants.folder").setText(str(tmp_path / "out"))
    click(qtbot, panel.findChild(QPushButton, "augment.variants.start"))
    qtbot.waitUntil(lambda: "20 variants in" in notice(panel), timeout=20_000)
    with (tmp_path / "out" / "manifest.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 20
    click(qtbot, panel.findChild(QPushButton, "augment.write"))
    panel.findChild(QLineEdit, "augment.variants.folder").setText(str(tmp_path / "out"))
    click(qtbot, panel.findChild(QPushButton, "augment.variants.start"))
    qtbot.waitUntil(lambda: "already holds something" in notice(panel))


def test_variants_become_what_training_learns_from_until_that_is_taken_back(qtbot, panel):
    click(qtbot, panel.findChild(QPushButton, "augment.write"))
    choose(panel, "augment.variants.target", "training")
    folder, back = (
        panel.findChild(kind, f"augment.variants.{name}")
        for kind, name in ((QLineEdit, "folder"), (QPushButton, "give_up"))
    )
    assert not folder.isVisible() and not back.isVisible()
    panel.findChild(QSpinBox, "augment.variants.count").setValue(2)
    click(qtbot, panel.findChild(QPushButton, "augment.variants.start"))
    qtbot.waitUntil(lambda: "The next run learns from version" in notice(panel), timeout=30_000)
    assert project_variants(panel.session.project) == Variants(2)
    click(qtbot, panel.findChild(QPushButton, "augment.write"))
    click(qtbot, back)
    assert project_variants(panel.session.project) is None
    assert not back.isVisible()


def test_leaving_at_once_keeps_the_change(panel):
    trigger(panel, "augment.add.mixup")
    panel.hide()
    assert project_chain(panel.session.project).steps[-1].operation.name == "mixup"


def test_without_images_it_offers_the_import(qtbot, project, show_panel):
    panel = show_panel(AugmentPanel, project)
    assert panel.findChild(EmptyState).isVisible()
    with qtbot.waitSignal(panel.session.navigate) as asked:
        click(qtbot, panel.findChild(QPushButton, "augment.import"))
    assert asked.args == ["import"]
