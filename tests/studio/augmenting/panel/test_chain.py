"""The chain: steps and groups are added, moved, set and taken back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QSpinBox

from studio.augmenting import PRESETS, Step, project_chain
from studio.augmenting.operations import Cutout, Rotate
from studio.augmenting.panel.step_card import StepCard
from studio.widgets.inputs import RangeSlider
from tests.studio.augmenting.panel.hands import CHAIN, bottom, click, drag, grid, kept, names, part, trigger


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
