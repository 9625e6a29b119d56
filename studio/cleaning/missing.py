from collections.abc import Iterator

from models.events import Progress
from studio.cleaning.check import Check, Finding
from studio.importing.known import known_files
from studio.project import Project
from studio.project.items import count
from studio.text import tr


class Missing(Check):
    """Files that are gone or hold something else than when they were imported."""

    name = "missing"
    title = "Missing or changed files"
    summary = "Files that were moved, deleted or edited since they were imported. Training cannot use them."

    def find(self, project: Project) -> Iterator[Finding | Progress]:
        total = count(project, "origin = 'real'")
        for done, known in enumerate(known_files(project)):
            yield Progress(done, total, tr(self.title))
            if not known.path.is_file():
                yield Finding(known.item, self.name, 1, tr("The file is not there any more."), str(known.path))
            elif known.has_changed():
                reason = tr("The file has changed since it was imported.")
                yield Finding(known.item, self.name, 1, reason, str(known.path))
