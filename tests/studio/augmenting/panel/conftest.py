"""The Augment panel on ten images, with a chain of three steps."""

import pytest

from studio.augmenting import set_project_chain
from studio.augmenting.invariances import Meaning, set_project_meaning
from studio.augmenting.panel import AugmentPanel
from tests.studio.augmenting.panel.hands import CHAIN, grid


@pytest.fixture
def panel(qtbot, project, ten_images, show_panel):
    set_project_chain(project, CHAIN)
    set_project_meaning(project, Meaning())
    panel = show_panel(AugmentPanel, project)
    qtbot.waitUntil(lambda: grid(panel).count > 0, timeout=20_000)
    return panel
