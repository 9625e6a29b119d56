"""Charts: lines grow but stay small, drawing is put off, both themes are readable."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.widgets.plots import MOST_DRAWN, MOST_POINTS, Chart
from studio.widgets.theme import DARK, LIGHT, apply_theme


@pytest.fixture
def chart(show) -> Chart:
    return show(Chart("minutes"))


def test_points_are_drawn_after_a_while(qtbot, chart) -> None:
    chart.add_point("fid", 0, 900)
    chart.add_point("fid", 1, 700)
    assert not chart._lines
    qtbot.waitUntil(lambda: bool(chart._lines))
    xs, ys = chart._lines["fid"].curve.getData()
    assert (list(xs), list(ys)) == ([0, 1], [900, 700])


def test_long_lines_are_thinned_but_keep_their_reach(chart) -> None:
    for step in range(30_000):
        chart.add_point("loss", step, step)
    xs, _ = chart.points("loss")
    assert len(xs) <= MOST_POINTS
    assert xs[0] == 0
    assert xs[-1] > 29_000
    chart.set_line("whole", range(100_000), range(100_000))
    assert len(chart.points("whole")[0]) <= MOST_POINTS
    chart.redraw()


def test_band_and_reference_come_and_go(chart) -> None:
    chart.set_band(59, 80)
    chart.set_references([214, 231])
    chart.redraw()
    assert chart._band.isVisible()
    assert chart._band.getRegion() == (59, 80)
    assert [reference.value() for reference in chart._references] == [214, 231]
    chart.clear()
    chart.redraw()
    assert not chart._band.isVisible()
    assert not any(reference.isVisible() for reference in chart._references)


def test_everything_is_in_view_from_zero_on(chart) -> None:
    chart.set_band(59, 80)
    chart.set_references([214])
    chart.add_point("fid", 0.2, 900)
    chart.add_point("fid", 0.4, float("nan"))
    chart.redraw()
    (left, right), (low, high) = chart._plot.viewRange()
    assert -0.1 < left <= 0
    assert right >= 0.4
    assert low <= 0
    assert high >= 900


def test_a_reference_is_in_view_before_the_first_point(chart) -> None:
    chart.set_references([712])
    chart.redraw()
    low, high = chart._plot.viewRange()[1]
    assert low < 1 and 712 < high < 800
    assert chart._plot.getAxis("left").style["showValues"]


def test_one_wild_loss_does_not_flatten_the_others(chart) -> None:
    chart.set_line("loss", range(1000), [*(step % 3 for step in range(999)), 1e6])
    chart.redraw()
    assert chart._plot.viewRange()[1][1] < 10


def test_cleared_chart_can_be_filled_again(chart) -> None:
    chart.add_point("fid", 0, 900)
    chart.redraw()
    chart.clear()
    chart.add_point("fid", 0, 1)
    chart.redraw()
    assert list(chart._lines["fid"].curve.getData()[1]) == [1]


def test_lines_take_the_themes_colors(qtbot, chart) -> None:
    chart.add_point("fid", 0, 900)
    chart.redraw()
    apply_theme("dark")
    assert chart._lines["fid"].curve.opts["pen"].color().name() == DARK.series[0]
    apply_theme("light")
    assert chart._lines["fid"].curve.opts["pen"].color().name() == LIGHT.series[0]


def test_the_arrow_keys_and_the_mouse_say_the_values_of_a_moment(qtbot, chart) -> None:
    chart.pointer.describe = lambda x, values: f"{x}: {values}"
    chart.set_line("fid", [0, 1, 2], [900, 700, 600])
    chart.set_line("kid", [0.1, 1.1], [90, 70])
    chart.redraw()
    assert chart.pointer.words == ""
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.pointer.words == "2: {'fid': 600, 'kid': 70}"
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.pointer.words == "1.1: {'fid': 700, 'kid': 70}"
    view = chart._plot.getViewBox()
    chart._plot.scene().sigMouseMoved.emit(view.mapViewToScene(QPointF(0.02, 700)))
    assert chart.pointer.words == "0: {'fid': 900, 'kid': 90}"
    QApplication.sendEvent(chart._plot.viewport(), QEvent(QEvent.Type.Leave))
    assert chart.pointer.words == ""


def test_smoothing_calms_a_line_and_can_be_taken_back(chart) -> None:
    noisy = [100 + 50 * (step % 2) for step in range(200)]
    chart.set_line("loss", range(200), noisy)
    chart.set_smoothing(1)
    assert np.ptp(chart._lines["loss"].curve.getData()[1][50:]) < 10
    chart.set_smoothing(0)
    assert list(chart._lines["loss"].curve.getData()[1]) == noisy


def test_on_a_logarithmic_axis_what_is_not_above_zero_is_left_out(chart) -> None:
    chart.set_line("kid", [0, 1, 2], [1000, 10, -5])
    chart.set_spread("kid", 30)
    chart.set_band(-3, 20)
    chart.set_references([100])
    chart.set_log(True)
    drawn = chart._lines["kid"].curve.getData()[1]
    assert list(drawn[:2]) == [3, 1] and np.isnan(drawn[2])
    assert not chart._band.isVisible() and chart._references[0].value() == 2
    low, high = chart._plot.viewRange()[1]
    assert 0.5 < low <= 1 and 3 <= high < 3.5
    chart.set_log(False)
    assert list(chart._lines["kid"].curve.getData()[1]) == [1000, 10, -5]


def drag(qtbot, chart, begin: QPointF, end: QPointF) -> None:
    """Drag the mouse from one place of the plot to another, in the units of its axes."""
    viewport, view = chart._plot.viewport(), chart._plot.getViewBox()
    first, last = (chart._plot.mapFromScene(view.mapViewToScene(place)) for place in (begin, end))
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=first)
    for share in (0.3, 0.6, 1):
        between = first + (last - first) * share
        moved = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(between),
            QPointF(viewport.mapToGlobal(between)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, moved)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=last)


def test_a_part_can_be_enlarged_shows_more_points_and_stays_until_it_is_left(qtbot, chart) -> None:
    chart.set_line("loss", range(2000), range(2000))
    chart.redraw()
    assert len(chart._lines["loss"].curve.getData()[0]) <= MOST_DRAWN
    with qtbot.waitSignal(chart.zoomed) as told:
        drag(qtbot, chart, QPointF(100, 0), QPointF(150, 2000))
    assert told.args == [True]
    xs = chart._lines["loss"].curve.getData()[0]
    assert xs[0] < 105 and xs[-1] > 145 and len(xs) < 70
    chart.add_point("loss", 2000, 2000)
    chart.redraw()
    assert chart._plot.viewRange()[0][1] < 200
    chart.show_all()
    assert chart._plot.viewRange()[0][1] >= 2000


def test_the_shade_around_a_line_is_as_wide_as_its_noise(chart) -> None:
    chart.set_line("fid", [0, 1], [900, 700])
    chart.set_spread("fid", 30)
    chart.redraw()
    line = chart._lines["fid"]
    low, high = (list(edge.getData()[1]) for edge in line.edges)
    assert (low, high) == ([870, 670], [930, 730])
    assert line.is_shaded
    chart.clear()
    assert not line.is_shaded


def test_lines_are_used_again_rather_than_left_to_be_collected_in_the_thread_of_a_task(chart) -> None:
    items = []
    for run in range(3):
        for name in ("generator", "discriminator"):
            chart.set_line(name, [0, 1], [run, 2])
            chart.set_spread(name, 0.1)
        chart.redraw()
        items.append(len(chart._plot.scene().items()))
        chart.clear()
    assert items[0] == items[1] == items[2]


def test_the_wheel_scrolls_the_page_not_the_plot(qtbot, chart) -> None:
    chart.set_line("fid", [0, 1], [900, 700])
    chart.redraw()
    before = chart._plot.viewRange()
    place = QPointF(chart._plot.viewport().rect().center())
    wheel = QWheelEvent(
        place,
        chart._plot.viewport().mapToGlobal(place),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(chart._plot.viewport(), wheel)
    assert not wheel.isAccepted() and chart._plot.viewRange() == before


def test_what_is_in_view_can_be_saved_as_a_picture(tmp_path, chart) -> None:
    chart.set_line("fid", [0, 1], [900, 700])
    assert chart.save_picture(tmp_path / "curves.png")
    saved = QImage(str(tmp_path / "curves.png"))
    assert saved.width() == 2 * chart.width()
    colors = {saved.pixelColor(x, y).name() for x in range(0, saved.width(), 3) for y in range(0, saved.height(), 3)}
    assert LIGHT.panel in colors and LIGHT.series[0] in colors
    assert not chart.save_picture(tmp_path / "nowhere" / "curves.png")
