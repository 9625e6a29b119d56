"""Recurring jobs stay rare however long or slow a run is."""

from models.cadence import Cadence


def turns(cadence: Cadence, seconds: float, step: float, cost: float) -> int:
    clock, count = 0.0, 0
    while clock < seconds:
        clock += step
        if cadence.is_due(clock):
            cadence.took(clock, clock + cost)
            clock += cost
            count += 1
    return count


def test_the_first_turn_is_at_once_and_the_next_after_the_pause():
    cadence = Cadence(pause=2.0)
    assert cadence.is_due(0.0)
    cadence.took(0.0, 0.0)
    assert not cadence.is_due(1.9)
    assert cadence.is_due(2.0)


def test_a_growing_pause_bounds_the_turns_of_a_long_run():
    assert turns(Cadence(pause=1.5, growth=1.3), 86_400, step=1.0, cost=0.0) < 50


def test_a_slow_job_keeps_to_its_share_of_the_time():
    cost = 5.0
    count = turns(Cadence(pause=1.0, share=0.1), 1_000, step=0.1, cost=cost)
    assert 0.05 < count * cost / 1_000 <= 0.11
