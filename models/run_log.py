"""The curves of a run on the disk, so that they can be drawn again after a restart: one JSON object a line."""

from pathlib import Path
from typing import Any

import msgspec

from models.atomic import write_atomically
from models.events import LossPoint, MetricPoint

FILE = "log.jsonl"


class SheetRecord(msgspec.Struct, frozen=True):
    """A sample sheet was written at this point; `file` is its path in the run's folder."""

    step: int
    seconds: float
    file: str


class RunLog(msgspec.Struct, frozen=True):
    """All points of a run, each list in the order of training."""

    losses: list[LossPoint] = msgspec.field(default_factory=list)
    metrics: list[MetricPoint] = msgspec.field(default_factory=list)
    sheets: list[SheetRecord] = msgspec.field(default_factory=list)


Point = LossPoint | MetricPoint | SheetRecord
_TYPES: dict[str, type[Point]] = {"loss": LossPoint, "metric": MetricPoint, "sheet": SheetRecord}
_KINDS = {point_type: kind for kind, point_type in _TYPES.items()}


def append(folder: Path, point: Point) -> None:
    """Add one point to the log of the run in `folder`."""
    with (folder / FILE).open("ab") as file:
        file.write(_line(point))


def read_log(folder: Path) -> RunLog:
    """The points logged so far; a line cut short by a crash ends the log."""
    log = RunLog()
    lists: dict[type, list[Any]] = {LossPoint: log.losses, MetricPoint: log.metrics, SheetRecord: log.sheets}
    for point in _points(folder):
        lists[type(point)].append(point)
    return log


def cut_back(folder: Path, step: int) -> None:
    """Forget the points after `step`, as when a run is resumed from there."""
    kept = b"".join(_line(point) for point in _points(folder) if point.step <= step)
    write_atomically(folder / FILE, kept)


def _line(point: Point) -> bytes:
    return msgspec.json.encode({"kind": _KINDS[type(point)], **msgspec.structs.asdict(point)}) + b"\n"


def _points(folder: Path) -> list[Point]:
    path = folder / FILE
    points: list[Point] = []
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            values = msgspec.json.decode(line)
            points.append(msgspec.convert(values, _TYPES[values.pop("kind")]))
        except (msgspec.DecodeError, msgspec.ValidationError, KeyError):
            break
    return points
