"""Charts: lines grow but stay small, drawing is put off, both themes are readable."""

import pytest

from studio.widgets.plots import MOST_POINTS, Chart
from studio.widgets.theme import DARK, LIGHT, apply_theme


@pytest.fixture
def chart(show) -> Chart:
    return show(Chart("minutes"))


def test_points_are_drawn_after_a_while(qtbot, chart) -> None:
    chart.add_point("fid", 0, 900)
    chart.add_point("fid", 1, 700)
    assert not chart._curves
    qtbot.waitUntil(lambda: bool(chart._curves))
    xs, ys = chart._curves["fid"].getData()
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
    chart.set_reference(214)
    chart.redraw()
    assert chart._band.isVisible()
    assert chart._band.getRegion() == (59, 80)
    assert chart._reference.value() == 214
    chart.clear()
    chart.redraw()
    assert not chart._band.isVisible()
    assert not chart._reference.isVisible()


def test_everything_is_in_view_from_zero_on(chart) -> None:
    chart.set_band(59, 80)
    chart.set_reference(214)
    chart.add_point("fid", 0.2, 900)
    chart.add_point("fid", 0.4, float("nan"))
    chart.redraw()
    (left, right), (low, high) = chart._plot.viewRange()
    assert -0.1 < left <= 0
    assert right >= 0.4
    assert low <= 0
    assert high >= 900


def test_a_reference_is_in_view_before_the_first_point(chart) -> None:
    chart.set_reference(712)
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
    assert list(chart._curves["fid"].getData()[1]) == [1]


def test_lines_take_the_themes_colors(qtbot, chart) -> None:
    chart.add_point("fid", 0, 900)
    chart.redraw()
    apply_theme("dark")
    assert chart._curves["fid"].opts["pen"].color().name() == DARK.series[0]
    apply_theme("light")
    assert chart._curves["fid"].opts["pen"].color().name() == LIGHT.series[0]
