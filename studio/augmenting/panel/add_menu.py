"""The menu that adds a step, sorted by what the operations are about."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from studio.augmenting.operation import CATEGORIES, Operation
from studio.augmenting.operations import OPERATIONS
from studio.augmenting.panel.group_cards import KIND_SUMMARIES, KIND_TITLES
from studio.augmenting.steps import GroupKind
from studio.text import tr


def add_menu(
    parent: QWidget, name: str, add: Callable[[type[Operation]], None], group: Callable[[GroupKind], None] | None = None
) -> QMenu:
    """A submenu a category, whose actions are named `NAME.OPERATION`; `group`, if given, begins a group of a kind."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    for category, title in CATEGORIES.items():
        operations = [operation for operation in OPERATIONS if operation.category == category]
        if not operations:
            continue
        submenu = menu.addMenu(tr(title))
        submenu.setObjectName(f"{name}.{category}")
        submenu.setToolTipsVisible(True)
        for operation in operations:
            action = submenu.addAction(tr(operation.title))
            action.setObjectName(f"{name}.{operation.name}")
            action.setToolTip(tr(operation.summary))
            action.triggered.connect(partial(_call, add, operation))
    if group is not None:
        menu.addSeparator()
        for kind, title in KIND_TITLES.items():
            action = menu.addAction(tr(title))
            action.setObjectName(f"{name}.{kind}")
            action.setToolTip(tr(KIND_SUMMARIES[kind]))
            action.triggered.connect(partial(_call, group, kind))
    return menu


def _call(function: Callable, argument: object, checked: bool = False) -> None:
    function(argument)
