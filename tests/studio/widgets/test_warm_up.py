"""Getting the engine ready: what it leaves behind does not slow the window down later."""

import gc

import pytest

from studio.widgets.warm_up import WarmUp


@pytest.fixture
def unfrozen():
    yield
    gc.unfreeze()


def test_what_there_is_by_then_is_not_looked_through_again(qtbot, unfrozen) -> None:
    before = gc.get_freeze_count()
    lasting = [[number] for number in range(20_000)]  # torch itself may have been imported by another test
    warm_up = WarmUp()
    with qtbot.waitSignal(warm_up.finished, timeout=60_000):
        warm_up.start()
    warm_up.wait()
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(lasting)
