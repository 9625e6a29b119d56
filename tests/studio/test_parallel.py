"""Work in threads keeps its order, its errors, and little in memory."""

import os
import threading
from itertools import count

import pytest

from studio.parallel import in_order


def test_results_come_in_order():
    assert list(in_order(lambda number: number * number, range(200))) == [number * number for number in range(200)]


def test_only_a_few_are_taken_ahead():
    taken = []
    results = in_order(lambda number: number, (taken.append(number) or number for number in count()))
    assert [next(results) for _ in range(10)] == list(range(10))
    results.close()
    assert len(taken) <= 10 + 4 * (os.cpu_count() or 1) + 1


def test_an_error_comes_where_its_result_would():
    results = in_order(lambda number: 1 // (3 - number), range(10))
    assert [next(results) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_closing_leaves_no_thread():
    before = threading.active_count()
    results = in_order(lambda number: number, range(1000))
    next(results)
    results.close()
    assert threading.active_count() == before
