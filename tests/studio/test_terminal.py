import os
import re
import signal
import sys
import time

import pytest

from models.events import MetricPoint, Notice, Progress
from studio.terminal import Stopped, carry_out


@pytest.fixture(autouse=True)
def bars_at_once(monkeypatch):
    monkeypatch.setattr("studio.terminal.PATIENCE", 0)


def counting(total, closed, interrupt_at=None):
    """A task of `total` steps that notes when it is closed, and presses Ctrl-C in a step if asked to."""
    try:
        for done in range(total):
            if done == interrupt_at:
                os.kill(os.getpid(), signal.SIGINT)
            yield Progress(done, total, "counting")
    except GeneratorExit:
        closed.append(True)
        raise
    return total


def test_the_result_comes_back_and_progress_goes_to_standard_error(capsys):
    assert carry_out(counting(20, [])) == 20
    out, err = capsys.readouterr()
    assert out == ""
    assert "counting" in err


def test_ctrl_c_lets_the_step_end_and_closes_the_task():
    closed = []
    with pytest.raises(Stopped):
        carry_out(counting(20, closed, interrupt_at=5))
    assert closed == [True]


def test_a_second_ctrl_c_ends_at_once():
    def stubborn():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        yield Progress(0, 1)

    with pytest.raises(KeyboardInterrupt):
        carry_out(stubborn())


def test_signals_mean_afterwards_what_they_meant_before():
    before = signal.getsignal(signal.SIGINT)
    carry_out(counting(1, []))
    assert signal.getsignal(signal.SIGINT) is before


def test_sentences_and_figures_are_shown(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    def task():
        yield Notice("Two images have no label.")
        yield MetricPoint(1, 64, 1.0, 256, {"fid": 213.7, "kid": 518.2})
        yield Progress(1, 2, "Training")
        time.sleep(0.2)  # bars are drawn ten times a second at most
        yield Progress(2, 2, "Training")

    carry_out(task())
    err = capsys.readouterr().err
    assert "Two images have no label." in err
    assert "FID 214, KID 518" in err


def test_time_left_is_reckoned_from_where_work_was_taken_up_again(capsys, monkeypatch):
    """As training is after each judgement, which has a bar of its own."""
    now = iter(range(0, 10_000, 10))
    monkeypatch.setattr("tqdm.std.time", lambda: float(next(now)))

    def judged_halfway():
        yield Progress(0, 100, "judging")
        yield Progress(50, 100, "training")
        yield Progress(51, 100, "training")

    carry_out(judged_halfway())
    left = re.findall(r"training +51% .*\+ (\d+):(\d+)", capsys.readouterr().err)
    assert left
    assert all(60 * int(minutes) + int(seconds) > 400 for minutes, seconds in left)
