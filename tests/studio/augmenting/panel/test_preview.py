"""The preview: tiles, extremes, differences, the hardest images."""

import numpy as np
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QSpinBox

from studio.augmenting import project_chain
from studio.augmenting.operations import FlipHorizontal, Rotate
from studio.widgets.gallery import Gallery
from studio.widgets.inputs import RangeSlider
from tests.studio.augmenting.panel.hands import choose, click, grid, kept, part, picture, trigger


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
