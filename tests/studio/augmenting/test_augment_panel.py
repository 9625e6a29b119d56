import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QPushButton, QSlider, QSpinBox

from studio.augmenting import PRESETS, Chain, Step, project_chain, set_project_chain
from studio.augmenting.operations.affine import Rotate, Translate
from studio.augmenting.operations.erasing import Cutout
from studio.augmenting.operations.flips import FlipHorizontal
from studio.augmenting.panel import AugmentPanel
from studio.widgets.cards import EmptyState
from studio.widgets.chain_editor import StepCard
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import RangeSlider
from studio.widgets.notices import Notice

CHAIN = Chain((Step(Rotate()), Step(Translate()), Step(Cutout())))


@pytest.fixture
def panel(qtbot, project, ten_images, show_panel):
    set_project_chain(project, CHAIN)
    panel = show_panel(AugmentPanel, project)
    qtbot.waitUntil(lambda: grid(panel).count == 20, timeout=20_000)
    return panel


def grid(panel):
    return panel.findChild(ImageGrid, "augment.preview")


def picture(panel):
    return grid(panel).grab().toImage()


def part(panel, kind, ending):
    """A part of a step's card by the end of its name; cards are named augment.OPERATION.NUMBER."""
    return next(child for child in panel.findChildren(kind) if child.objectName().endswith(ending))


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def kept(panel, qtbot):
    """The names of the project's operations once the panel has kept its chain."""
    qtbot.waitSignal(panel.session.changed, timeout=5000).wait()
    return [step.operation.name for step in project_chain(panel.session.project).steps]


def trigger(panel, name):
    panel.findChild(QAction, name).trigger()


def test_the_same_seed_shows_the_same_tiles_and_another_seed_others(qtbot, panel):
    first, seed = picture(panel), panel.findChild(QSpinBox, "augment.seed")
    seed.setValue(3)
    qtbot.waitUntil(lambda: picture(panel) != first)
    seed.setValue(0)
    qtbot.waitUntil(lambda: picture(panel) == first)


def test_a_slider_changes_the_tiles_and_the_chain_is_kept(qtbot, panel):
    before = picture(panel)
    part(panel, QSlider, "translate.2.slider").setValue(30)
    qtbot.waitUntil(lambda: picture(panel) != before)
    kept(panel, qtbot)
    assert project_chain(panel.session.project).steps[1].operation == Translate(distance=30)
    part(panel, RangeSlider, "rotate.1.slider").setValue((90 - 20, 90 + 5))
    kept(panel, qtbot)
    assert project_chain(panel.session.project).steps[0].operation == Rotate(angle=(-20, 5))


def test_a_step_is_unfolded_to_all_its_settings(qtbot, panel):
    probability = part(panel, object, "rotate.1.probability")
    assert not probability.isVisible()
    click(qtbot, part(panel, QPushButton, "rotate.1.more"))
    assert probability.isVisible()
    probability.setValue(0.5)
    kept(panel, qtbot)
    assert project_chain(panel.session.project).steps[0].operation.probability == 0.5


def test_steps_are_added_switched_off_and_removed(qtbot, panel):
    trigger(panel, "augment.add.flip_horizontal")
    assert kept(panel, qtbot) == ["rotate", "translate", "cutout", "flip_horizontal"]
    click(qtbot, part(panel, QCheckBox, "cutout.3.enabled"))
    kept(panel, qtbot)
    assert [operation.name for operation in project_chain(panel.session.project).active] == [
        "rotate",
        "translate",
        "flip_horizontal",
    ]
    assert not part(panel, RangeSlider, "cutout.3.slider").isVisible()
    click(qtbot, part(panel, QPushButton, "cutout.3.remove"))
    assert kept(panel, qtbot) == ["rotate", "translate", "flip_horizontal"]


def test_steps_are_moved_by_keyboard(qtbot, panel):
    card = part(panel, StepCard, "rotate.1")
    card.setFocus()
    for order in (["translate", "rotate", "cutout"], ["translate", "cutout", "rotate"]):
        qtbot.keyClick(part(panel, QCheckBox, "rotate.1.enabled"), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert kept(panel, qtbot) == order
    qtbot.keyClick(part(panel, QCheckBox, "rotate.1.enabled"), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert kept(panel, qtbot) == ["translate", "rotate", "cutout"]


def test_steps_are_moved_by_dragging(qtbot, panel):
    grip = part(panel, QPushButton, "rotate.1.grip")
    below = part(panel, StepCard, "cutout.3")
    start = grip.rect().center()
    end = grip.mapFromGlobal(below.mapToGlobal(QPoint(10, below.height() - 2)))
    qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(grip, end)
    qtbot.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=end)
    assert kept(panel, qtbot) == ["translate", "cutout", "rotate"]


def test_a_preset_replaces_the_chain(qtbot, panel):
    trigger(panel, "augment.preset.Solar cells")
    kept(panel, qtbot)
    assert project_chain(panel.session.project) == PRESETS["Solar cells"]


def test_what_generators_are_not_shown_is_said(panel):
    texts = [child.text() for child in part(panel, StepCard, "cutout.3").children() if hasattr(child, "text")]
    assert any("Generators train without it" in text for text in texts)


def test_files_are_saved_and_opened_and_bad_ones_leave_the_chain(qtbot, panel, tmp_path):
    path = tmp_path / "chain.json"
    panel.save_chain(path)
    assert Chain.load(path) == CHAIN
    Chain((Step(FlipHorizontal()),), "edge").save(path)
    panel.open_chain(path)
    assert kept(panel, qtbot) == ["flip_horizontal"]
    path.write_text('{"schema": 1, "steps": [{"operation": "melt"}]}')
    panel.open_chain(path)
    assert "Step 1 of the chain is “melt”" in panel.findChild(Notice, "augment.notice").text
    assert [step.operation.name for step in project_chain(panel.session.project).steps] == ["flip_horizontal"]


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


def test_undo_takes_back_what_was_just_done_to_the_chain(panel):
    trigger(panel, "augment.preset.Strong")
    panel.session.undo()  # at once, before the chain has been kept
    assert project_chain(panel.session.project) == CHAIN
    assert [card.step() for card in panel._editor._cards] == list(CHAIN.steps)
    panel.session.redo()
    assert project_chain(panel.session.project) == PRESETS["Strong"]


def test_an_added_step_comes_into_view(qtbot, panel):
    trigger(panel, "augment.preset.Strong")
    trigger(panel, "augment.add.rotate")
    added = panel._editor._cards[-1]
    qtbot.waitUntil(lambda: added.visibleRegion().boundingRect() == added.rect())


def test_tab_goes_down_the_chain_as_it_is_seen(panel):
    trigger(panel, "augment.add.rotate")
    names, widget = [], panel._editor.presets
    while not names or names[-1] != "augment.border":
        widget = widget.nextInFocusChain()
        names.append(widget.objectName())
    seen = [name for name in names if name.endswith(".enabled") or name == "augment.add"]
    operations = ["rotate.1", "translate.2", "cutout.3", "rotate.4"]
    assert seen == [*(f"augment.{name}.enabled" for name in operations), "augment.add"]
