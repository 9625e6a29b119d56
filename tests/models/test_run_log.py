"""The curves survive a restart and a torn last line."""

from models.events import LossPoint, MetricPoint
from models.run_log import SheetRecord, append, cut_back, read_log

LOSSES = [LossPoint(step, 8 * step, 0.5 * step, {"kl": 1 / step}) for step in range(1, 6)]


def test_points_come_back_by_kind(tmp_path):
    metric = MetricPoint(3, 24, 1.5, 256, {"fid": 12.5})
    sheet = SheetRecord(3, 1.5, "sheets/step-00000003.png")
    for point in (*LOSSES, metric, sheet):
        append(tmp_path, point)
    log = read_log(tmp_path)
    assert (log.losses, log.metrics, log.sheets) == (LOSSES, [metric], [sheet])


def test_a_line_cut_short_ends_the_log(tmp_path):
    for point in LOSSES:
        append(tmp_path, point)
    path = tmp_path / "log.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert read_log(tmp_path).losses == LOSSES[:-1]


def test_cutting_back_forgets_what_came_after_the_checkpoint(tmp_path):
    for point in LOSSES:
        append(tmp_path, point)
    cut_back(tmp_path, 3)
    assert read_log(tmp_path).losses == LOSSES[:3]


def test_a_run_without_a_log_has_no_points(tmp_path):
    assert read_log(tmp_path).losses == []
