"""Making samples by clicking: numbers for each class, and where each sample comes from."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from models.events import finish
from studio.project.edits import edit
from studio.project.items import items
from studio.synthesizing.panel import SynthesizePanel
from studio.training.train import train
from studio.widgets.gallery import Gallery
from studio.widgets.inputs import SpinBox


@pytest.fixture
def show(show_panel):
    return lambda project: show_panel(SynthesizePanel, project)


def click(qtbot, panel, name: str) -> None:
    qtbot.mouseClick(panel.findChild(QAbstractButton, name), Qt.MouseButton.LeftButton)


def counts(panel) -> dict[str | None, int]:
    return {name: box.value() for name, box in panel._counts.items()}


def gallery(panel) -> Gallery:
    return panel.findChild(Gallery, "synthesize.gallery")


def test_without_a_run_the_way_to_training_is_offered(qtbot, cells, show):
    panel = show(cells)
    with qtbot.waitSignal(panel.session.navigate) as asked:
        click(qtbot, panel, "synthesize.train")
    assert asked.args == ["train"]


def test_samples_are_made_shown_and_explained(qtbot, trained, show):
    panel = show(trained)
    assert panel._none_yet.isVisible() and not gallery(panel).isVisible()
    for position, n in enumerate((5, 3)):
        panel.findChild(SpinBox, f"synthesize.count.{position}").setValue(n)
    click(qtbot, panel, "synthesize.start")
    qtbot.waitUntil(lambda: len(gallery(panel).ids) == 8, timeout=30_000)
    assert gallery(panel).isVisible() and not panel._none_yet.isVisible()
    made = list(items(trained, "origin = 'synthetic'"))
    words = {label.text() for label in panel.findChildren(QLabel) if label.isVisible()}
    assert "8 images" in words and "8 samples" not in words  # the number stands below them and nowhere else
    assert [item.label for item in made].count("functional") == counts(panel)["functional"]
    gallery(panel).select([made[0].id])
    told = panel.findChild(QLabel, "synthesize.provenance").text()
    assert all(part in told for part in (made[0].label, "instant-1", "step-00000001", "seed 0", "number 0"))
    assert panel.findChild(SpinBox, "synthesize.seed").value() == 1  # the next click makes others
    assert show(trained).findChild(SpinBox, "synthesize.seed").value() == 1  # also when the project is opened again


def test_small_classes_are_filled_up(qtbot, trained, show):
    panel = show(trained)
    click(qtbot, panel, "synthesize.balance")
    assert counts(panel) == {"functional": 0, "defective": 32}
    panel._counts["functional"].setValue(16)
    click(qtbot, panel, "synthesize.proportional")
    assert counts(panel) == {"functional": 37, "defective": 11}


def test_asking_for_nothing_is_answered_in_a_sentence(qtbot, trained, show):
    panel = show(trained)
    for box in panel._counts.values():
        box.setValue(0)
    click(qtbot, panel, "synthesize.start")
    qtbot.waitUntil(lambda: "at least one sample" in panel._notice.text, timeout=10_000)


def test_a_run_without_classes_has_one_number(qtbot, cells, show):
    edit(cells, "label", "class_id", {item.id: None for item in items(cells)})
    finish(train(cells, "instant", size=16))
    panel = show(cells)
    assert list(counts(panel)) == [None]
    assert not panel.findChild(QAbstractButton, "synthesize.balance").isVisible()
    panel.findChild(SpinBox, "synthesize.count.0").setValue(4)
    click(qtbot, panel, "synthesize.start")
    qtbot.waitUntil(lambda: len(gallery(panel).ids) == 4, timeout=30_000)
