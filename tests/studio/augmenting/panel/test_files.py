"""Chains as files, own chains, and the chain as Python."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton

from studio.augmenting import Chain, Step, set_project_chain
from studio.augmenting.operations import Brightness, FlipHorizontal, Rotate
from studio.augmenting.own_presets import own_presets
from studio.augmenting.panel import AugmentPanel
from studio.augmenting.panel.caution_list import CautionList
from studio.project.edits import edit_setting
from tests.studio.augmenting.panel.hands import CHAIN, click, kept, names, notice, part, trigger


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
