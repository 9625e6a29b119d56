"""Found text is looked at over the image, its boxes drawn, moved and taken away, and masked with a key."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from models.events import finish
from studio.cleaning.panel import CleanPanel
from studio.cleaning.panel.text_review import TextReview
from studio.importing import import_sources
from studio.project.edits import undo
from studio.project.items import items
from studio.widgets.gallery import Gallery
from studio.widgets.session import Session

FOUND = (8, 38, 44, 16)

PATIENCE = 60_000
"""Milliseconds that checks may take on a busy machine."""


@pytest.fixture
def session(qtbot, project, tmp_path, monkeypatch) -> Iterator[Session]:
    """Three images of one size in which text was found, and one in which none was."""
    (tmp_path / "photos").mkdir()
    for number, pixels in enumerate(np.random.default_rng(0).integers(0, 99, (4, 64, 64), dtype=np.uint8)):
        Pillow.fromarray(pixels).save(tmp_path / "photos" / f"{number}.png")
    finish(import_sources(project, [tmp_path / "photos"]))
    with project.writing() as db:
        db.execute("INSERT INTO text_box SELECT pixel_sha256, '[[10, 40, 40, 12]]' FROM item WHERE id < 4")
    monkeypatch.setattr("studio.cleaning.burned_in_text.can_search", lambda: False)
    session = Session(project)
    yield session
    qtbot.waitUntil(lambda: not session.jobs.all, timeout=PATIENCE)
    session.close()


@pytest.fixture
def review(qtbot, session) -> Iterator[TextReview]:
    panel = CleanPanel(session)
    qtbot.addWidget(panel)
    panel.resize(1072, 650)
    panel.show()
    qtbot.waitUntil(lambda: not session.jobs.all, timeout=PATIENCE)
    button = panel.findChild(QPushButton, "clean.check.burned_in_text")
    assert button.text() == "Text in the image  ·  3" and not panel.findChild(QPushButton, "clean.mask").isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    panel.findChild(Gallery, "clean.gallery").select([1])
    qtbot.mouseClick(panel.findChild(QPushButton, "clean.mask"), Qt.MouseButton.LeftButton)
    overlay = panel.findChild(TextReview)
    qtbot.waitUntil(lambda: overlay.canvas.pyramid is not None, timeout=PATIENCE)
    yield overlay
    overlay.leave()


def masked(review: TextReview) -> list[tuple]:
    return [each.masked for each in items(review._session.project)]


def state(review: TextReview) -> str:
    return review.findChild(QLabel, "clean.text.state").text()


def at(review: TextReview, column: float, row: float) -> QPoint:
    canvas = review.canvas
    place = canvas._place()
    return QPoint(round(place.left() + column * canvas.scale), round(place.top() + row * canvas.scale))


def drag(qtbot, review: TextReview, start: tuple[float, float], end: tuple[float, float]) -> None:
    canvas = review.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(review, *start))
    qtbot.mouseMove(canvas, at(review, *end))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(review, *end))


def test_a_key_masks_what_was_found_and_undo_brings_it_back(qtbot, review):
    assert review.canvas.boxes == [FOUND] and state(review) == "1 box, not masked yet."
    qtbot.keyClick(review.canvas, Qt.Key.Key_M)
    assert masked(review) == [(FOUND,), (), (), ()] and state(review) == "1 box is masked."
    qtbot.waitUntil(lambda: review.canvas.pyramid is not None, timeout=PATIENCE)
    assert len(np.unique(review.canvas.pyramid.image.pixels[38:54, 8:52])) == 1
    qtbot.keyClick(review.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert masked(review) == [()] * 4 and state(review) == "1 box, not masked yet."


def test_boxes_are_drawn_moved_and_taken_away(qtbot, review):
    drag(qtbot, review, (4.1, 4.1), (20.1, 12.1))
    assert review.canvas.boxes == [FOUND, (4, 4, 16, 8)]
    drag(qtbot, review, (10.1, 8.1), (12.1, 13.1))
    assert review.canvas.boxes[1] == (6, 9, 16, 8)
    qtbot.keyClick(review.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(review.canvas, Qt.Key.Key_Tab)
    qtbot.keyClick(review.canvas, Qt.Key.Key_Delete)
    assert review.canvas.boxes == [(7, 9, 16, 8)]
    drag(qtbot, review, (40.1, 30.1), (40.1, 30.1))  # a click draws nothing
    qtbot.keyClick(review.canvas, Qt.Key.Key_N)
    assert review.canvas.boxes == [(7, 9, 16, 8), (28, 28, 8, 8)]
    qtbot.keyClick(review.canvas, Qt.Key.Key_M)
    assert masked(review)[0] == ((7, 9, 16, 8), (28, 28, 8, 8))


def test_all_of_one_size_and_device_are_masked_at_once(qtbot, review):
    button = review.findChild(QPushButton, "clean.text.mask_alike")
    assert button.text() == "Mask in all 4 like it"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert masked(review) == [(FOUND,)] * 4
    undo(review._session.project)
    qtbot.mouseClick(review.findChild(QPushButton, "clean.text.mask_all"), Qt.MouseButton.LeftButton)
    assert masked(review) == [(FOUND,)] * 3 + [()]


def test_masked_images_are_no_longer_found_and_their_thumbnails_are_loaded_again(qtbot, review):
    session, panel = review._session, review.parent()
    qtbot.waitUntil(lambda: session.thumbnail_loader.pixmap(1) is not None, timeout=PATIENCE)
    before = session.thumbnail_loader.pixmap(1).toImage()
    qtbot.keyClick(review.canvas, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: session.thumbnail_loader.pixmap(1) is not None, timeout=PATIENCE)
    assert session.thumbnail_loader.pixmap(1).toImage() != before
    button = panel.findChild(QPushButton, "clean.check.burned_in_text")
    qtbot.waitUntil(lambda: button.text() == "Text in the image  ·  2", timeout=PATIENCE)


def test_every_button_has_a_name_and_a_tool_tip(review):
    for control in review.findChildren(QPushButton):
        assert control.objectName() and control.toolTip() and control.accessibleName(), control.text()
