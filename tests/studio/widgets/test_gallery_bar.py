"""The bar above a gallery: what is typed and chosen decides which images are shown, and is kept."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from studio.project.browse import Filter, Order
from studio.project.items import item, item_ids
from studio.widgets.gallery import Gallery
from studio.widgets.gallery_bar import Look
from studio.widgets.gallery_filter import FilterPopup


@pytest.fixture
def gallery(qtbot, cell_session, show) -> Gallery:
    gallery = Gallery(cell_session, "test.gallery")
    gallery.show_where("origin = 'real'")
    show(gallery)
    qtbot.waitUntil(lambda: len(gallery.ids) == 24)
    return gallery


def names(gallery: Gallery) -> list[str]:
    return [item(gallery.session.project, item_id).path.name for item_id in gallery.ids]


def paths(gallery: Gallery) -> list[Path]:
    return [item(gallery.session.project, item_id).path for item_id in gallery.ids]


def child(gallery: Gallery, kind: type, name: str):
    return gallery.findChild(kind, f"test.gallery.bar.{name}")


def says(gallery: Gallery, text: str) -> bool:
    return any(label.text() == text for label in gallery.findChildren(QLabel))


def test_text_finds_files_by_name(qtbot, gallery) -> None:
    wanted = names(gallery)[3]
    qtbot.keyClick(gallery, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = child(gallery, QLineEdit, "search")
    qtbot.waitUntil(search.hasFocus)
    qtbot.keyClicks(search, wanted.upper())
    qtbot.waitUntil(lambda: names(gallery) == [wanted])
    assert says(gallery, "1 of 24 images")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(gallery.ids) == 24)
    assert says(gallery, "24 images")


def test_filter_by_label_in_its_window(qtbot, gallery) -> None:
    gallery.bar.open_filter()
    label = child(gallery, QComboBox, "filter.label")
    qtbot.waitUntil(lambda: label.count() == 4)
    label.setCurrentIndex(label.findData("defective"))
    qtbot.waitUntil(lambda: len(gallery.ids) == 12)
    assert {item(gallery.session.project, each).label for each in gallery.ids} == {"defective"}
    assert says(gallery, "defective")
    qtbot.mouseClick(child(gallery, QPushButton, "filter.clear"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(gallery.ids) == 24)
    gallery.bar.findChild(type(gallery.bar._popup)).hide()


def test_range_of_a_measure(qtbot, gallery) -> None:
    gallery.bar.open_filter()
    popup = gallery.bar._popup
    score = child(gallery, QComboBox, "filter.score")
    qtbot.waitUntil(lambda: score.findData("contrast") > 0)
    score.setCurrentIndex(score.findData("contrast"))
    low, high = popup._range.ends()
    popup._range.setValue(((low + high) / 2, high))
    qtbot.waitUntil(lambda: 0 < len(gallery.ids) < 24)
    shown = gallery.bar.look.shown.score
    values = [
        gallery.session.project.db.execute(
            "SELECT value FROM score WHERE item_id = ? AND name = 'contrast'", (each,)
        ).fetchone()[0]
        for each in gallery.ids
    ]
    assert min(values) >= shown.low > low
    popup.hide()


def test_what_images_are_sorted_and_measured_by_is_in_words(qtbot, gallery) -> None:
    gallery.bar.open_filter()
    measures, order = child(gallery, QComboBox, "filter.score"), child(gallery, QComboBox, "order")
    qtbot.waitUntil(lambda: measures.findData("contrast") > 0)
    titles = [combo.itemText(row) for combo in (measures, order) for row in range(combo.count())]
    assert {"brightness of the dark parts", "by file order"} <= set(titles)
    assert not [title for title in titles if title.removeprefix("by ") in ("bytes", "modified", "order", "shade")]
    gallery.bar._popup.hide()


def test_order_and_its_direction(qtbot, gallery) -> None:
    order = child(gallery, QComboBox, "order")
    order.setCurrentIndex(order.findText("by file"))
    order.activated.emit(order.currentIndex())
    qtbot.waitUntil(lambda: paths(gallery) == sorted(paths(gallery)) and gallery.bar.look.order.by == "file")
    qtbot.mouseClick(child(gallery, QPushButton, "direction"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: paths(gallery) == sorted(paths(gallery), reverse=True))


def test_given_ids_are_filtered_too_and_the_look_is_kept(qtbot, gallery, show) -> None:
    gallery.bar.set_look(Look(shown=Filter(label="defective"), order=Order("file", descending=True)))
    again = Gallery(gallery.session, "test.gallery")
    again.set_ids(item_ids(gallery.session.project)[6:])
    show(again)
    qtbot.waitUntil(lambda: len(again.ids) == len(set(again.ids)) > 0)
    assert paths(again) == sorted(paths(again), reverse=True)
    assert {item(gallery.session.project, each).label for each in again.ids} == {"defective"}
    assert not set(again.ids) & set(item_ids(gallery.session.project)[:6])


def test_sorted_by_likeness_to_the_selected(qtbot, gallery) -> None:
    chosen = gallery.ids[7]
    gallery.bar.wants_alike.emit()
    assert says(gallery, "Select the image first that the others are to be like.")
    gallery.select([chosen])
    gallery.bar.wants_alike.emit()
    qtbot.waitUntil(lambda: gallery.ids[0] == chosen and len(gallery.ids) == 24, timeout=30_000)
    assert gallery.bar.look.alike == chosen


def test_items_that_are_still_looked_up_are_selected_when_they_come(qtbot, gallery) -> None:
    chosen = gallery.ids[20]
    gallery.show_where("label = ?", ("defective",))
    qtbot.waitUntil(lambda: len(gallery.ids) == 12)
    gallery.select([gallery.ids[0]])
    gallery.show_where("origin = 'real'")
    gallery.select([chosen])
    qtbot.waitUntil(lambda: gallery.selected_ids() == [chosen])
    gallery.show_where("origin = 'real' AND 1")
    gallery.select([])
    qtbot.waitUntil(lambda: gallery._answered == gallery._asked)
    assert gallery.selected_ids() == []


def test_filter_window_stays_on_the_screen(qtbot, gallery) -> None:
    room = gallery.screen().availableGeometry()
    gallery.window().move(room.right() - 60, room.bottom() - 90)
    gallery.bar.open_filter()
    popup = child(gallery, FilterPopup, "filter")
    assert room.contains(popup.geometry())
    score = child(gallery, QComboBox, "filter.score")
    qtbot.waitUntil(lambda: score.count() > 1)
    before = popup.height()
    score.setCurrentIndex(1)
    qtbot.waitUntil(lambda: popup.height() > before)
    assert room.contains(popup.geometry())
