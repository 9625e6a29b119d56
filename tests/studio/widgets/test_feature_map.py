"""The map: what looks alike lies close, a line drawn round some selects them in the gallery."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QSlider

from models.events import Progress
from studio.imaging.feature_map import RoughMap
from studio.project.items import item_ids
from studio.project.label_ranks import label_ranks
from studio.widgets import feature_map
from studio.widgets.feature_map import FeatureMap
from studio.widgets.gallery import Gallery
from studio.widgets.map_picture import draw_points
from studio.widgets.map_places import MapPlaces
from studio.widgets.viewer import Viewer

AT_CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)


@pytest.fixture
def gallery(qtbot, cell_session, show, monkeypatch) -> Gallery:
    """24 photos on a map, six at each corner; the middle is empty."""

    def at_corners(project, ids):
        yield from ()
        return AT_CORNERS[np.arange(len(ids)) % 4]

    monkeypatch.setattr(feature_map, "feature_map", at_corners)
    gallery = Gallery(cell_session, "test.gallery")
    gallery.show_where("origin = 'real'")
    show(gallery)
    qtbot.waitUntil(lambda: len(gallery.ids) == 24)
    qtbot.mouseClick(gallery.findChild(QPushButton, "test.gallery.bar.map"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: map_of(gallery) is not None and len(map_of(gallery)._ids) == 24)
    return gallery


def map_of(gallery: Gallery) -> FeatureMap:
    return gallery.findChild(FeatureMap)


def draw(qtbot, shown: FeatureMap, points: list[QPoint], keys=Qt.KeyboardModifier.NoModifier) -> None:
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(shown, left, keys, points[0])
    for point in map(QPointF, points[1:]):
        place = shown.mapToGlobal(point)
        move = QMouseEvent(QEvent.Type.MouseMove, point, place, Qt.MouseButton.NoButton, left, keys)
        QApplication.sendEvent(shown, move)
    qtbot.mouseRelease(shown, left, keys, points[-1])


def round_about(point: QPointF) -> list[QPoint]:
    x, y = round(point.x()), round(point.y())
    return [QPoint(x - 20, y - 15), QPoint(x + 20, y - 15), QPoint(x + 20, y + 15), QPoint(x - 20, y + 15)]


def test_lasso_selects_in_the_gallery(qtbot, gallery) -> None:
    shown, ids = map_of(gallery), list(gallery.ids)
    draw(qtbot, shown, round_about(shown.point_of(ids[1])))
    assert gallery.selected_ids() == ids[1::4]
    draw(qtbot, shown, round_about(shown.point_of(ids[2])), Qt.KeyboardModifier.ShiftModifier)
    assert gallery.selected_ids() == sorted(ids[1::4] + ids[2::4])
    draw(qtbot, shown, [QPoint(300, 200), QPoint(340, 200), QPoint(340, 240)])
    assert gallery.selected_ids() == []


def test_keys_walk_and_open(qtbot, gallery) -> None:
    shown, ids = map_of(gallery), list(gallery.ids)
    gallery.select([ids[0]])
    qtbot.keyClick(shown, Qt.Key.Key_Right)
    chosen = gallery.selected_ids()
    assert len(chosen) == 1 and ids.index(chosen[0]) % 4 == 2
    qtbot.keyClick(shown, Qt.Key.Key_Up)
    assert ids.index(gallery.selected_ids()[0]) % 4 == 3
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    viewer = gallery.window().findChild(Viewer)
    assert viewer is not None
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)


def test_zoomed_and_moved_it_selects_what_is_seen(qtbot, gallery) -> None:
    shown, ids = map_of(gallery), list(gallery.ids)
    for _ in range(6):
        qtbot.keyClick(shown, Qt.Key.Key_Plus)
    shown._places.move_by(QPointF(2000, -2000), shown.width(), shown.height())
    place = shown.point_of(ids[0])
    assert shown.rect().contains(place.toPoint())
    assert not shown.rect().contains(shown.point_of(ids[3]).toPoint())
    draw(qtbot, shown, round_about(place))
    assert gallery.selected_ids() == ids[0::4]


def test_hundred_thousand_points_are_one_picture() -> None:
    rng = np.random.default_rng(0)
    places = MapPlaces(rng.normal(size=(100_000, 2)))
    pixels = places.pixels(600, 400)
    picture = draw_points([(pixels, np.full(100_000, 0xFF112233, np.uint32), 2)], 600, 400)
    assert picture.pixelColor(*pixels[7].round().astype(int).tolist()).name() == "#112233"
    inside = places.within([QPointF(0, 0), QPointF(300, 0), QPointF(300, 400), QPointF(0, 400)], 600, 400)
    assert set(inside) == set(np.flatnonzero(pixels[:, 0].astype(int) <= 300))


def test_unknown_points_are_left_out() -> None:
    places = MapPlaces(np.array([[0, 0], [np.nan, np.nan], [1, 2]]))
    assert places.nearest(QPointF(300, 200), 600, 400, 1000) in (0, 2)
    draw_points([(places.pixels(600, 400), np.zeros(3, np.uint32), 2)], 600, 400)


def test_colors_follow_the_labels(project, ten_images, add_image) -> None:
    bare = add_image("bare.png", np.zeros((4, 4), np.uint8))
    found = label_ranks(project, np.array([*ten_images[:3], bare]))
    assert [found.names[rank] for rank in found.ranks] == ["good", "scratch", "good", ""]
    assert found.names[0] == "good"


def test_a_rough_map_is_shown_until_it_is_laid_out(qtbot, cell_session, show, monkeypatch):
    laid_out = threading.Event()

    def in_two_steps(project, ids):
        yield RoughMap(np.zeros((len(ids), 2), np.float32))
        while not laid_out.wait(0.01):
            yield Progress(0, 1)
        return AT_CORNERS[np.arange(len(ids)) % 4]

    monkeypatch.setattr(feature_map, "feature_map", in_two_steps)
    ids = item_ids(cell_session.project)
    shown = FeatureMap(cell_session, "map")
    show(shown)
    shown.set_selected(ids[:2])
    shown.show_ids(ids[::-1])
    qtbot.waitUntil(lambda: "Roughly so" in shown._words)
    assert shown.point_of(ids[0]) == shown.point_of(ids[1])
    laid_out.set()
    qtbot.waitUntil(lambda: shown._words == "")
    assert shown.point_of(ids[0]) != shown.point_of(ids[1])
    assert shown._ids[shown._is_selected].tolist() == [ids[1], ids[0]]
    shown.show_ids(ids[:5])
    assert shown._ids.tolist() == ids[:5] and not cell_session.jobs.all


def test_the_size_of_tiles_is_offered_for_tiles_only(qtbot, gallery):
    slider = gallery.findChild(QSlider, "test.gallery.zoom")
    assert not slider.isVisible()
    qtbot.mouseClick(gallery.findChild(QPushButton, "test.gallery.bar.grid"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(slider.isVisible)
