"""The photos of solar cells of the package elpv-dataset (Buerhop-Lutz et al. 2018; CC BY-NC-SA, so never shipped)."""

from importlib.util import find_spec
from pathlib import Path

from models.events import Task
from studio.errors import UserError
from studio.importing.importing import import_files
from studio.importing.result import ImportResult
from studio.importing.source import SourceFile
from studio.project import Project
from studio.text import tr

DEFECTIVE = 0.5
"""Probability of a defect, by the experts' votes, from which a cell counts as defective."""


def import_elpv(project: Project) -> Task[ImportResult]:
    """Bring in its 2,624 photos where they lie: classes functional and defective, fields cell_type and probability.

    Raises `UserError` when the package is not installed.
    """
    package = find_spec("elpv_dataset")
    if package is None or package.origin is None:
        raise UserError(tr("The photos of solar cells are not installed. Run: pip install elpv-dataset"))
    return (yield from import_files(project, _files(Path(package.origin).parent / "data")))


def _files(folder: Path) -> list[SourceFile]:
    rows = (line.split() for line in (folder / "labels.csv").read_text(encoding="utf-8").splitlines())
    return [
        SourceFile(
            folder / file,
            label="defective" if float(probability) >= DEFECTIVE else "functional",
            fields={"cell_type": cell_type, "probability": probability},
        )
        for file, probability, cell_type in rows
    ]
