"""PySide6 6.12.0 lets go of `True` and `None` once too often, until CPython 3.11 aborts; this release must not."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal, Slot

from studio.widgets.plots import Chart

SLACK = 200
"""References that come and go with whatever else the interpreter does."""


class _Teller(QObject):
    told = Signal(bool)


class _Listener(QObject):
    @Slot(bool)
    def hear(self, value: bool) -> None:
        self.heard = value


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal there: nothing can be lost")
def test_emitting_and_plotting_leave_the_reference_counts(qtbot) -> None:
    teller, listener = _Teller(), _Listener()
    teller.told.connect(listener.hear)
    chart = Chart("minutes")
    qtbot.addWidget(chart)
    chart.show()
    chart.redraw()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(20_000):
        teller.told.emit(True)
    for step in range(1_000):
        chart.add_point("loss", step, step % 7)
        chart.redraw()
        chart._plot.viewport().repaint()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert abs(after[0] - before[0]) < SLACK
    assert abs(after[1] - before[1]) < SLACK
