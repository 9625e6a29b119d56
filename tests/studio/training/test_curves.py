"""Curves as figures."""

import csv

import numpy as np
import pytest

from models.events import LossPoint, MetricPoint
from models.run_log import RunLog
from studio.training.curves import FEWEST_JUDGEMENTS, spread, write_curves


def test_the_spread_is_that_of_the_noise_whatever_the_slope():
    noise = np.random.default_rng(0).normal(0, 20, 400)
    slope = np.linspace(1000, 200, 400)
    found = np.mean([spread(list((noise + slope)[at : at + 24])) for at in range(0, 376, 8)])
    assert found == pytest.approx(20, rel=0.15)
    assert spread(list(slope)) == pytest.approx(0, abs=1e-6)
    assert spread([1.0] * (FEWEST_JUDGEMENTS - 1)) is None


def test_all_points_are_in_one_table_in_the_order_of_time(tmp_path):
    log = RunLog(
        losses=[LossPoint(1, 8, 6.0, {"generator": 1.5}), LossPoint(9, 72, 60.0, {"generator": 1.25})],
        metrics=[MetricPoint(5, 40, 30.0, 256, {"fid": 300.0, "kid": -2.0})],
    )
    write_curves(tmp_path / "curves.csv", log)
    with (tmp_path / "curves.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["minutes", "step", "images", "fid", "kid", "loss generator"],
        ["0.1000", "1", "8", "", "", "1.5"],
        ["0.5000", "5", "40", "300.0", "-2.0", ""],
        ["1.0000", "9", "72", "", "", "1.25"],
    ]
