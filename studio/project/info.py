"""What a project holds, in numbers."""

import msgspec

from studio.project.items import SIDES, USABLE, class_counts, count
from studio.project.runs import runs
from studio.project.store import Project
from studio.text import tr, trn

UNLABELED = "unlabeled"


class RunInfo(msgspec.Struct, frozen=True):
    name: str
    family: str
    state: str


class ProjectInfo(msgspec.Struct, frozen=True):
    """items: real images, `excluded` among them; labels and splits count those that are not excluded.

    disk: bytes in the project's folder; the images themselves mostly lie elsewhere.
    """

    project: str
    items: int
    excluded: int
    labels: dict[str, int]
    splits: dict[str, int]
    runs: tuple[RunInfo, ...]
    samples: int
    disk: int

    def text(self) -> str:
        """The same in lines for people."""
        lines = [
            self.project,
            trn("{n} image, {aside} set aside", "{n} images, {aside} set aside", self.items, aside=self.excluded),
            *(f"  {label}: {number:,}" for label, number in self.labels.items()),
            tr("{train:,} to train with, {validation:,} to validate, {test:,} to judge by", **self.splits),
            *(f"  {run.name}: {run.state}" for run in self.runs),
            trn("{n} sample", "{n} samples", self.samples),
            tr("{megabytes:.1f} MB on disk", megabytes=self.disk / 1e6),
        ]
        return "\n".join(lines)


def project_info(project: Project) -> ProjectInfo:
    labels = {label or UNLABELED: number for label, number in class_counts(project).items()}
    return ProjectInfo(
        project=project.name,
        items=count(project, "origin = 'real'"),
        excluded=count(project, "origin = 'real' AND decision = 'exclude'"),
        labels=labels,
        splits={side: count(project, f"{USABLE} AND split = ?", (side,)) for side in SIDES},
        runs=tuple(RunInfo(run.name, run.family, run.state) for run in runs(project)),
        samples=count(project, "origin = 'synthetic'"),
        disk=sum(file.stat().st_size for file in project.folder.rglob("*") if file.is_file()),
    )
