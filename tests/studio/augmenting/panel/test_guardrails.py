"""Guardrails, and what carries meaning."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QPushButton

from studio.augmenting import Chain, Step, project_chain, set_project_chain
from studio.augmenting.invariances import Meaning, project_meaning
from studio.augmenting.operations import ColorJitter, FlipHorizontal
from studio.augmenting.panel import AugmentPanel
from studio.augmenting.panel.caution_list import CautionList
from tests.studio.augmenting.panel.hands import CHAIN, click, kept, part, trigger


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
