"""The gallery: only what is in view is made, the keyboard selects, changes are drawn."""

import time

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from studio.project.items import item_ids
from studio.widgets.gallery import Gallery
from studio.widgets.viewer import Viewer


@pytest.fixture
def gallery(cell_session, show) -> Gallery:
    gallery = Gallery(cell_session)
    gallery.set_ids(item_ids(cell_session.project))
    return show(gallery)


def tile(gallery: Gallery, row: int) -> QPoint:
    return gallery.view.visualRect(gallery.view.model().index(row)).center()


def are_loaded(gallery: Gallery, rows: range) -> bool:
    return all(gallery.picture(row) is not None for row in rows)


def test_thumbnails_in_view_are_loaded(qtbot, gallery) -> None:
    qtbot.waitUntil(lambda: are_loaded(gallery, range(12)))
    assert gallery.picture(0).width() == 160


def test_loaded_thumbnails_are_painted(qtbot, gallery) -> None:
    def colors_at(row: int) -> set:
        image = gallery.view.viewport().grab().toImage()
        return {image.pixel(tile(gallery, row) + QPoint(0, dy)) for dy in range(-40, 30, 2)}

    qtbot.waitUntil(lambda: len(colors_at(1)) > 5)


def test_missing_file_is_shown_as_such(qtbot, cell_session, show, tmp_path) -> None:
    first = item_ids(cell_session.project)[0]
    with cell_session.project.writing() as db:
        db.execute("UPDATE item SET path = 'gone.png', pixel_sha256 = 'x' WHERE id = ?", (first,))
    gallery = Gallery(cell_session)
    gallery.set_ids([first])
    show(gallery)
    qtbot.waitUntil(lambda: gallery.picture(0) is not None)
    assert gallery.picture(0).isNull()


def test_click_and_keys_select(qtbot, gallery) -> None:
    ids = gallery.ids
    qtbot.mouseClick(gallery.view.viewport(), Qt.MouseButton.LeftButton, pos=tile(gallery, 1))
    assert gallery.selected_ids() == [ids[1]]
    qtbot.keyClick(gallery.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert gallery.selected_ids() == list(ids[1:3])
    qtbot.keyClick(gallery.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert gallery.selected_ids() == list(ids)


def test_selection_is_told(qtbot, gallery) -> None:
    with qtbot.waitSignal(gallery.selection_changed) as told:
        gallery.select([gallery.ids[5], gallery.ids[2]])
    assert told.args == [[gallery.ids[2], gallery.ids[5]]]


def test_selection_outlives_other_ids(gallery) -> None:
    ids = list(gallery.ids)
    gallery.select(ids[4:8])
    gallery.set_ids(ids[6:])
    assert gallery.selected_ids() == ids[6:8]
    gallery.set_ids(ids[:3])
    assert gallery.selected_ids() == []


def test_new_label_is_drawn(gallery, cell_session) -> None:
    gallery.caption = lambda item: f"{item.label}/{item.decision}"
    first = gallery.ids[0]
    cell_session.edit("exclude", "decision", {first: "exclude"})
    item = gallery.view.model().item(0)
    assert gallery.caption(item) == "functional/exclude" or gallery.caption(item) == "defective/exclude"


def test_control_and_wheel_change_the_size_of_tiles(gallery) -> None:
    before = gallery.view.cell_height
    gallery.view.zoomed.emit(4)
    assert gallery.view.cell_height > before


def test_tiles_spread_over_the_width(gallery) -> None:
    width, columns = gallery.view.viewport().width(), gallery.view.columns
    assert 0 <= width - columns * gallery.view.visualRect(gallery.view.model().index(0)).width() < columns


def test_hundred_thousand_items_scroll_at_once(qtbot, cell_session, show) -> None:
    gallery = Gallery(cell_session)
    known = item_ids(cell_session.project)
    gallery.set_ids([*known, *range(10_000, 110_000)])
    show(gallery)
    bar = gallery.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100_000)
    began = time.perf_counter()
    for step in range(20):
        bar.setValue(bar.maximum() * step // 20)
        gallery.view.viewport().repaint()
    assert time.perf_counter() - began < 4
    assert len(gallery.view.model()._items) < 5_000


def test_enter_opens_the_viewer_and_arrows_walk(qtbot, gallery) -> None:
    opened = []
    gallery.activated.connect(opened.append)
    gallery.select([gallery.ids[0]])
    gallery.view.setFocus()
    qtbot.keyClick(gallery.view, Qt.Key.Key_Return)
    viewer = gallery.window().findChild(Viewer)
    assert opened == [gallery.ids[0]]
    qtbot.waitUntil(lambda: viewer.canvas.pyramid is not None)
    assert viewer.canvas.pyramid.image.width == 300
    assert viewer.size() == gallery.window().size()
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Right)
    assert gallery.selected_ids() == [gallery.ids[1]]
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    qtbot.waitUntil(lambda: gallery.window().findChild(Viewer) is None)


def test_viewer_says_why_a_file_cannot_be_shown(qtbot, cell_session, show, tmp_path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("text")
    first = item_ids(cell_session.project)[0]
    with cell_session.project.writing() as db:
        db.execute("UPDATE item SET path = ? WHERE id = ?", (str(broken), first))
    gallery = Gallery(cell_session)
    gallery.set_ids([first])
    show(gallery)
    qtbot.waitUntil(lambda: not gallery.view.visualRect(gallery.view.model().index(0)).isEmpty())
    qtbot.mouseClick(gallery.view.viewport(), Qt.MouseButton.LeftButton, pos=tile(gallery, 0))
    qtbot.mouseDClick(gallery.view.viewport(), Qt.MouseButton.LeftButton, pos=tile(gallery, 0))
    viewer = gallery.window().findChild(Viewer)
    qtbot.waitUntil(lambda: viewer.problem.text() != "")
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)


def test_letters_are_left_to_the_panel(qtbot, gallery) -> None:
    gallery.select([gallery.ids[3]])
    gallery.view.setFocus()
    qtbot.keyClick(gallery.view, Qt.Key.Key_F)
    QApplication.processEvents()
    assert gallery.selected_ids() == [gallery.ids[3]]


def test_rubber_band_selects_what_it_touches(qtbot, gallery) -> None:
    viewport, columns = gallery.view.viewport(), gallery.view.columns
    rect = gallery.view.visualRect(gallery.view.model().index(0))
    start, end = QPoint(2, 2), QPoint(rect.width() + 20, rect.height() + 20)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for point in (QPoint(30, 30), end):
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(point),
            viewport.mapToGlobal(QPointF(point)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, move)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    assert gallery.selected_ids() == [gallery.ids[row] for row in (0, 1, columns, columns + 1)]


def test_keys_walk_over_lines(qtbot, gallery) -> None:
    columns = gallery.view.columns
    gallery.select([gallery.ids[0]])
    gallery.view.setFocus()
    qtbot.keyClick(gallery.view, Qt.Key.Key_Down)
    assert gallery.selected_ids() == [gallery.ids[columns]]
    qtbot.keyClick(gallery.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert gallery.selected_ids() == list(gallery.ids[columns : 2 * columns + 1])
    qtbot.keyClick(gallery.view, Qt.Key.Key_End)
    assert gallery.selected_ids() == [gallery.ids[-1]]


def test_another_width_keeps_the_place(qtbot, cell_session, show) -> None:
    gallery = Gallery(cell_session)
    gallery.set_ids(range(1_000_000))
    show(gallery)
    gallery.view.verticalScrollBar().setValue(gallery.view.verticalScrollBar().maximum() // 2)
    first = gallery.view.rows_in_view()[0]
    gallery.resize(460, 500)
    qtbot.waitUntil(lambda: gallery.view.columns < 5)
    assert abs(gallery.view.rows_in_view()[0] - first) <= 10
