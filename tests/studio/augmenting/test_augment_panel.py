import csv

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QSlider, QSpinBox

from studio.augmenting import PRESETS, Chain, Group, Step, project_chain, set_project_chain
from studio.augmenting.invariances import Meaning, project_meaning, set_project_meaning
from studio.augmenting.operations import Brightness, ColorJitter, Cutout, FlipHorizontal, Rotate
from studio.augmenting.own_presets import own_presets
from studio.augmenting.panel import AugmentPanel
from studio.augmenting.panel.caution_list import CautionList
from studio.augmenting.panel.step_card import StepCard
from studio.augmenting.variants import project_variants
from studio.project.edits import edit_setting
from studio.project.versions import Variants
from studio.widgets.cards import EmptyState
from studio.widgets.gallery import Gallery
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import RangeSlider
from studio.widgets.notices import Notice

CHAIN = Chain((Step(Rotate()), Step(FlipHorizontal()), Step(Cutout())))


@pytest.fixture
def panel(qtbot, project, ten_images, show_panel):
    set_project_chain(project, CHAIN)
    set_project_meaning(project, Meaning())
    panel = show_panel(AugmentPanel, project)
    qtbot.waitUntil(lambda: grid(panel).count > 0, timeout=20_000)
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
    """The project's steps once the panel has kept its chain: names, and tuples of names for groups."""
    qtbot.waitSignal(panel.session.changed, timeout=5000).wait()
    return names(project_chain(panel.session.project).steps)


def names(steps):
    return [names(step.steps) if isinstance(step, Group) else step.operation.name for step in steps]


def trigger(panel, name):
    panel.findChild(QAction, name).trigger()


def choose(panel, name, choice):
    combo = panel.findChild(QComboBox, name)
    combo.setCurrentIndex(combo.findData(choice))
    combo.activated.emit(combo.currentIndex())


def notice(panel):
    return panel.findChild(Notice, "augment.notice").text


def drag(qtbot, panel, grip_ending, y):
    """Drag a row by its grip to a global y."""
    grip = part(panel, QPushButton, grip_ending)
    start, end = grip.rect().center(), grip.mapFromGlobal(QPoint(10, y))
    qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(grip, end)
    qtbot.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=end)


def bottom(widget):
    return widget.mapToGlobal(QPoint(0, widget.height() - 2)).y()


# The preview


def test_the_same_seed_shows_the_same_tiles_and_another_seed_others(qtbot, panel):
    first, seed = picture(panel), panel.findChild(QSpinBox, "augment.seed")
    click(qtbot, panel.findChild(QPushButton, "augment.redraw"))
    assert seed.value() == 1
    qtbot.waitUntil(lambda: picture(panel) != first)
    seed.setValue(0)
    qtbot.waitUntil(lambda: picture(panel) == first)


def test_a_slider_changes_the_tiles_and_the_chain_is_kept(qtbot, panel):
    before = picture(panel)
    part(panel, QSlider, "flip_horizontal.2.slider").setValue(20)
    qtbot.waitUntil(lambda: picture(panel) != before)
    kept(panel, qtbot)
    assert project_chain(panel.session.project).steps[1].operation == FlipHorizontal(probability=1.0)
    part(panel, RangeSlider, "rotate.1.slider").setValue((-20, 5))
    kept(panel, qtbot)
    assert project_chain(panel.session.project).steps[0].operation == Rotate(angle=(-20, 5))


def test_without_strength_the_variants_are_the_originals(qtbot, panel):
    trigger(panel, "augment.preset.Gentle")
    shown = panel._preview._previewer
    with qtbot.waitSignal(shown.ready):
        panel.findChild(QSlider, "augment.strength").setValue(0)
    qtbot.waitUntil(lambda: panel._preview._sheet.request.chain.strength == 0)
    tiles = panel._preview._sheet.images
    np.testing.assert_array_equal(tiles[1], tiles[0])
    kept(panel, qtbot)
    assert project_chain(panel.session.project).strength == 0


def test_a_tile_says_how_it_came_about(qtbot, panel):
    words = panel.findChild(QLabel, "augment.explanation")
    tiles = grid(panel)
    for tile in (1, 2):
        tiles.hovered.emit(tile)
        assert words.text().startswith("Rotate: angle ")
        assert "Cutout: side " in words.text()
    tiles.hovered.emit(0)
    assert words.text().startswith("Original · MUELLER_Hans_")
    tiles.hovered.emit(-1)
    assert "Point at a tile" in words.text()


def test_extremes_show_each_step_at_both_ends(qtbot, panel):
    choose(panel, "augment.view", "extremes")
    qtbot.waitUntil(lambda: grid(panel).count == 7)
    captions = list(panel._preview._sheet.captions)
    assert captions[:4] == ["Original", "All steps", "Rotate −8°", "Rotate 8°"]
    assert captions[4].startswith("Cutout") and captions[6] == "Flip left–right"


def test_the_difference_is_gray_where_nothing_changed(qtbot, panel):
    trigger(panel, "augment.clear")
    choose(panel, "augment.view", "difference")
    qtbot.waitUntil(lambda: panel._preview._sheet.request.view == "difference")
    assert (panel._preview._sheet.images[1] == 128).all()


def test_chosen_images_are_shown(qtbot, panel, ten_images):
    choose(panel, "augment.images", "chosen")
    gallery = panel.findChild(Gallery, "augment.gallery")
    gallery.select(ten_images[7:9])
    click(qtbot, panel.findChild(QPushButton, "augment.show_chosen"))
    qtbot.waitUntil(lambda: [item.id for item in panel._preview._sheet.source.items] == ten_images[7:9])
    choose(panel, "augment.images", "random")
    qtbot.waitUntil(lambda: len(panel._preview._sheet.source.items) == 4)


def test_the_hardest_images_are_looked_for(qtbot, panel):
    choose(panel, "augment.images", "hardest")
    preview = panel._preview
    qtbot.waitUntil(lambda: preview._picked != [] and not panel.session.jobs.all, timeout=30_000)
    qtbot.waitUntil(lambda: [item.id for item in preview._sheet.source.items] == preview._picked)


# The chain


def test_a_step_is_unfolded_to_all_its_settings(qtbot, panel):
    click(qtbot, part(panel, QPushButton, "rotate.1.more"))
    probability = part(panel, object, "rotate.1.probability")
    assert probability.isVisible()
    probability.setValue(0.5)
    kept(panel, qtbot)
    assert project_chain(panel.session.project).steps[0].operation.probability == 0.5


def test_steps_are_added_switched_off_duplicated_and_removed(qtbot, panel):
    trigger(panel, "augment.add.translate")
    assert kept(panel, qtbot) == ["rotate", "flip_horizontal", "cutout", "translate"]
    click(qtbot, part(panel, QCheckBox, "cutout.3.enabled"))
    kept(panel, qtbot)
    assert Cutout() not in project_chain(panel.session.project).active
    assert not part(panel, RangeSlider, "cutout.3.slider").isVisible()
    trigger(panel, "augment.rotate.1.duplicate")
    assert kept(panel, qtbot) == ["rotate", "rotate", "flip_horizontal", "cutout", "translate"]
    trigger(panel, "augment.cutout.3.remove")
    assert kept(panel, qtbot) == ["rotate", "rotate", "flip_horizontal", "translate"]


def test_steps_are_moved_by_keyboard(qtbot, panel):
    part(panel, StepCard, "rotate.1").setFocus()
    for order in (["flip_horizontal", "rotate", "cutout"], ["flip_horizontal", "cutout", "rotate"]):
        qtbot.keyClick(part(panel, QCheckBox, "rotate.1.enabled"), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert kept(panel, qtbot) == order
    qtbot.keyClick(part(panel, QCheckBox, "rotate.1.enabled"), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert kept(panel, qtbot) == ["flip_horizontal", "rotate", "cutout"]


def test_keys_duplicate_and_remove_and_the_next_step_is_in_hand(qtbot, panel):
    switch = part(panel, QCheckBox, "rotate.1.enabled")
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert kept(panel, qtbot) == ["rotate", "rotate", "flip_horizontal", "cutout"]
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Delete)
    assert kept(panel, qtbot) == ["rotate", "flip_horizontal", "cutout"]
    assert panel.focusWidget() is part(panel, QCheckBox, "rotate.4.enabled")


def test_steps_are_moved_by_dragging(qtbot, panel):
    drag(qtbot, panel, "rotate.1.grip", bottom(part(panel, StepCard, "cutout.3")))
    assert kept(panel, qtbot) == ["flip_horizontal", "cutout", "rotate"]
    panel.session.undo()
    assert names(panel._chain.chain().steps) == ["rotate", "flip_horizontal", "cutout"]


def test_groups_are_begun_filled_by_dragging_moved_and_dissolved(qtbot, panel):
    trigger(panel, "augment.flip_horizontal.2.one_of")
    assert kept(panel, qtbot) == ["rotate", ["flip_horizontal"], "cutout"]
    trigger(panel, "augment.one_of.4.add.translate")
    assert kept(panel, qtbot) == ["rotate", ["flip_horizontal", "translate"], "cutout"]
    qtbot.wait(1)  # laid out
    drag(qtbot, panel, "cutout.3.grip", bottom(part(panel, StepCard, "flip_horizontal.2")))
    inside = ["flip_horizontal", "cutout", "translate"]
    assert kept(panel, qtbot) == ["rotate", inside]
    part(panel, QCheckBox, "one_of.4.enabled").setFocus()
    qtbot.keyClick(part(panel, QCheckBox, "one_of.4.enabled"), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert kept(panel, qtbot) == [inside, "rotate"]
    trigger(panel, "augment.one_of.4.duplicate")
    assert kept(panel, qtbot) == [inside, inside, "rotate"]
    trigger(panel, "augment.one_of.4.dissolve")
    assert kept(panel, qtbot) == [
        "flip_horizontal",
        "cutout",
        "translate",
        ["flip_horizontal", "cutout", "translate"],
        "rotate",
    ]


def test_how_many_steps_of_a_group_are_drawn_is_set(qtbot, panel):
    trigger(panel, "augment.add.some_of")
    for operation in ("translate", "cutout", "scale"):
        trigger(panel, f"augment.some_of.4.add.{operation}")
    part(panel, RangeSlider, "some_of.4.count").setValue((2, 3))
    kept(panel, qtbot)
    group = project_chain(panel.session.project).steps[3]
    assert (group.kind, group.count, len(group.steps)) == ("some_of", (2, 3), 3)


def test_a_blend_of_copies_is_begun_filled_and_set(qtbot, panel):
    trigger(panel, "augment.add.mix")
    for operation in ("translate", "cutout"):
        trigger(panel, f"augment.mix.4.add.{operation}")
    part(panel, QSpinBox, "mix.4.copies").setValue(5)
    part(panel, RangeSlider, "mix.4.count").setValue((1, 1))
    assert kept(panel, qtbot)[3] == ["translate", "cutout"]
    group = project_chain(panel.session.project).steps[3]
    assert (group.kind, group.count, group.copies) == ("mix", (1, 1), 5)
    grid(panel).hovered.emit(1)
    qtbot.waitUntil(lambda: "% original + " in panel.findChild(QLabel, "augment.explanation").text())
    panel.session.undo()
    assert panel._chain.chain() == CHAIN


def test_a_preset_replaces_the_chain_and_undo_brings_it_back(panel):
    trigger(panel, "augment.preset.Strong")
    panel.session.undo()  # at once, before the chain has been kept
    assert project_chain(panel.session.project) == CHAIN
    assert panel._chain.chain() == CHAIN
    panel.session.redo()
    assert project_chain(panel.session.project) == PRESETS["Strong"]
    assert panel._chain.chain() == PRESETS["Strong"]


def test_undo_keeps_the_cards_where_only_values_change(qtbot, panel):
    card = part(panel, StepCard, "rotate.1")
    part(panel, RangeSlider, "rotate.1.slider").setValue((-20, 5))
    kept(panel, qtbot)
    panel.session.undo()
    assert part(panel, StepCard, "rotate.1") is card
    assert card.step() == Step(Rotate())


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_shown_as_it_is(panel, name):
    trigger(panel, f"augment.preset.{name}")
    assert panel._chain.chain() == PRESETS[name]


def test_an_added_step_comes_into_view(qtbot, panel):
    trigger(panel, "augment.preset.Strong")
    trigger(panel, "augment.add.rotate")
    added = panel._chain._editor._list.rows[-1]
    qtbot.waitUntil(lambda: added.visibleRegion().boundingRect() == added.rect())


def test_tab_goes_down_the_chain_as_it_is_seen(panel):
    trigger(panel, "augment.add.rotate")
    seen, widget = [], part(panel, QPushButton, "rotate.1.grip")
    while not seen or seen[-1] != "augment.border":
        widget = widget.nextInFocusChain()
        seen.append(widget.objectName())
    stops = [name for name in seen if name.endswith(".enabled") or name == "augment.add"]
    operations = ["rotate.1", "flip_horizontal.2", "cutout.3", "rotate.4"]
    assert stops == [*(f"augment.{name}.enabled" for name in operations), "augment.add"]


# Files and own chains


def test_files_are_saved_and_opened_and_of_broken_ones_the_rest_stays(qtbot, panel, tmp_path):
    path = tmp_path / "chain.json"
    panel._chain.save_chain(path)
    assert Chain.load(path) == CHAIN
    Chain((Step(FlipHorizontal()),), "edge").save(path)
    panel._chain.open_chain(path)
    assert kept(panel, qtbot) == ["flip_horizontal"]
    path.write_text('{"schema": 1, "steps": [{"operation": "melt"}, {"operation": "cutout"}]}')
    panel._chain.open_chain(path)
    assert "Step 1 of the chain is “melt”" in notice(panel)
    assert kept(panel, qtbot) == ["cutout"]
    path.write_text("[]")
    panel._chain.open_chain(path)
    assert "This is not a chain" in notice(panel)
    assert names(panel._chain.chain().steps) == ["cutout"]


def test_of_a_kept_chain_that_is_damaged_the_rest_is_shown(qtbot, project, ten_images, show_panel):
    content = {"schema": 2, "steps": [{"operation": "melt"}, {"operation": "cutout"}]}
    edit_setting(project, "chain", "chain", content)
    panel = show_panel(AugmentPanel, project)
    assert names(panel._chain.chain().steps) == ["cutout"]
    assert "made by a newer Seedbed" in notice(panel) and "Step 1 of the chain is “melt”" in notice(panel)


def test_a_step_that_leaves_nothing_to_see_says_so_and_stays(qtbot, project, ten_images, show_panel):
    dark = Chain((Step(Rotate()), Step(Brightness(factor=(0, 0)))))
    set_project_chain(project, dark)
    panel = show_panel(AugmentPanel, project)
    assert panel._chain.chain() == dark
    says = part(panel, CautionList, "brightness.2.cautions")
    qtbot.waitUntil(lambda: says.texts == ["Nothing of any image would be left to see."])
    click(qtbot, panel.findChild(QPushButton, "augment.write"))
    click(qtbot, panel.findChild(QPushButton, "augment.variants.start"))
    qtbot.waitUntil(lambda: "Step 2 of the chain (brightness): Nothing" in notice(panel), timeout=20_000)


def test_own_chains_are_kept_renamed_deleted_and_brought_back(qtbot, panel):
    line = panel.findChild(QLineEdit, "augment.name.line")
    trigger(panel, "augment.own.keep")
    line.setText("Gentle")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert "name of a ready chain" in notice(panel) and line.isVisible()
    line.setText("Line 3")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert not line.isVisible()
    trigger(panel, "augment.own.Line 3.rename")
    line.setText("Line 4")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    trigger(panel, "augment.clear")
    trigger(panel, "augment.own.Line 4.use")
    assert panel._chain.chain() == CHAIN
    trigger(panel, "augment.own.Line 4.delete")
    assert own_presets() == []
    click(qtbot, panel.findChild(QPushButton, "augment.notice.0"))
    assert own_presets() == ["Line 4"]


def test_the_chain_is_copied_as_python(qtbot, panel):
    click(qtbot, panel.findChild(QPushButton, "augment.python"))
    script = QGuiApplication.clipboard().text()
    compile(script, "script", "exec")
    assert "torchvision" in script


# Guardrails


def test_interpolation_is_chosen_and_undone(qtbot, panel):
    trigger(panel, "augment.lanczos")
    kept(panel, qtbot)
    assert project_chain(panel.session.project).interpolation == "lanczos"
    panel.session.undo()
    assert panel._chain.chain() == CHAIN
    assert not panel.findChild(QAction, "augment.lanczos").isChecked()


def test_guardrails_speak_beside_the_step(qtbot, panel):
    trigger(panel, "augment.add.saturation")
    says = part(panel, CautionList, "saturation.4.cautions")
    qtbot.waitUntil(lambda: says.texts == ["This step does nothing: your images are gray."])
    assert says.isVisible()
    assert part(panel, CautionList, "rotate.1.cautions").texts == []


def test_what_carries_meaning_is_asked_once_and_undoable(qtbot, project, ten_images, show_panel):
    set_project_chain(project, Chain((Step(FlipHorizontal()), Step(ColorJitter()))))
    panel = show_panel(AugmentPanel, project)
    done = panel.findChild(QPushButton, "augment.meaning.close")
    left_right = panel.findChild(QCheckBox, "augment.meaning.left_right")
    assert done.isVisible()
    left_right.setChecked(True)
    says = part(panel, CautionList, "flip_horizontal.1.cautions")
    qtbot.waitUntil(lambda: len(says.texts) == 1 and "swaps left and right" in says.texts[0])
    assert project_meaning(project) == Meaning(left_right=True)
    assert done.isVisible()  # there may be more to tick
    panel.session.undo()
    assert project_meaning(project) is None
    assert done.isVisible() and not left_right.isChecked()
    qtbot.waitUntil(lambda: says.texts == [])
    panel.session.redo()
    assert left_right.isChecked()
    click(qtbot, done)
    assert not done.isVisible()
    trigger(panel, "augment.ask_meaning")
    assert done.isVisible() and left_right.isChecked()


def test_that_nothing_carries_meaning_is_an_answer_too(qtbot, project, ten_images, show_panel):
    panel = show_panel(AugmentPanel, project)
    click(qtbot, panel.findChild(QPushButton, "augment.meaning.close"))
    assert project_meaning(project) == Meaning()
    assert not panel.findChild(QPushButton, "augment.meaning.close").isVisible()


def test_the_chain_is_tried_on_the_images(qtbot, panel):
    click(qtbot, panel.findChild(QPushButton, "augment.measure"))
    verdict = panel.findChild(CautionList, "augment.verdict")
    qtbot.waitUntil(lambda: verdict.isVisible(), timeout=60_000)
    assert "of 100 draws" in verdict.texts[-1]
    assert "of 100 draws" in part(panel, CautionList, "rotate.1.cautions").texts[-1]
    qtbot.waitUntil(lambda: not panel.session.jobs.all)
    trigger(panel, "augment.add.translate")
    assert not verdict.isVisible()  # it was about another chain
    assert part(panel, CautionList, "rotate.1.cautions").texts != []


# Variants


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


# Leaving, and nothing there


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
