"""The judge of a version, its look at the real images kept with the version's arrays."""

from pathlib import Path

from models.events import Task
from models.metrics import EfficientNetLite0Features, Judge
from studio.project import Project
from studio.project.versions import Version, version_folder
from studio.training.dataset import Dataset

FEATURES_FILE = "features.safetensors"
"""In the version's folder."""


def open_judge(project: Project, version: Version, dataset: Dataset) -> Task[Judge]:
    """The judge of a version. Looking at the real images takes a while, so it is done once a version."""
    extractor = EfficientNetLite0Features()
    file = version_folder(project, version.name) / FEATURES_FILE
    if (kept := _read(file, extractor)) is not None:
        return kept
    judge = yield from Judge.prepare(extractor, dataset.originals, dataset.test)
    judge.save(file)
    return judge


def _read(file: Path, extractor: EfficientNetLite0Features) -> Judge | None:
    """What was kept; None when it is absent, damaged, or of another extractor."""
    try:
        return Judge.load(file, extractor) if file.is_file() else None
    except ValueError:
        return None
