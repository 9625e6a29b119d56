"""What a user does and sees in the Augment panel, for its tests."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QPushButton

from studio.augmenting import Chain, Group, Step, project_chain
from studio.augmenting.operations import Cutout, FlipHorizontal, Rotate
from studio.widgets.images import ImageGrid
from studio.widgets.notices import Notice

CHAIN = Chain((Step(Rotate()), Step(FlipHorizontal()), Step(Cutout())))


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
