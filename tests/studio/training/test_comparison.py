"""Runs side by side, where they differ."""

from models.events import MetricPoint
from models.run_log import RunLog, SheetRecord
from studio.project.runs import Moment, Plan, add_run
from studio.training.comparison import best_sheet, differences, last_sheet


def sheet(step):
    return SheetRecord(step, float(step), f"sheets/step-{step:08d}.png")


def test_only_what_differs_and_all_have_is_told(project):
    one = add_run(project, "dcgan", "v", Plan(size=64, minutes=20.0))
    other = add_run(project, "dcgan", "v", Plan(size=64, minutes=5.0), Moment("dcgan-1", 1200))
    judged = RunLog(metrics=[MetricPoint(7, 0, 9.0, 256, {"fid": 300.0, "kid": 500.0})])
    found = differences(project, [(one, RunLog()), (other, judged)])
    assert found == {
        "Minutes": ["20", "5"],
        "Began from": ["–", "dcgan-1, step 1,200"],
        "FID": ["–", "300"],
        "KID": ["–", "500"],
    }
    instant = add_run(project, "instant", "v", Plan(size=32, settings={"clusters": 9}))
    found = differences(project, [(one, RunLog()), (instant, RunLog())])
    assert found["Family"] == ["DCGAN", "Instant"] and found["Size"] == ["64 px", "32 px"]
    assert "Clusters" not in found
    assert differences(project, []) == {}


def test_the_best_sheet_is_the_one_next_to_the_best_judgement():
    metrics = [MetricPoint(step, 0, 0.0, 256, {"kid": kid}) for step, kid in ((10, 900), (40, 300), (90, 350))]
    log = RunLog(metrics=metrics, sheets=[sheet(1), sheet(38), sheet(90)])
    assert (best_sheet(log).step, last_sheet(log).step) == (38, 90)
    assert best_sheet(RunLog(sheets=[sheet(1), sheet(5)])).step == 5
    assert best_sheet(RunLog()) is None and last_sheet(RunLog()) is None
