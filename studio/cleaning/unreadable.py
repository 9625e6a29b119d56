from collections.abc import Iterator

from studio.cleaning.check import Check, Finding
from studio.importing.rejections import rejections
from studio.project import Project


class Unreadable(Check):
    """Files that the import refused."""

    name = "unreadable"
    title = "Unreadable files"
    summary = "Files that could not be imported. They are no part of the data; mend them and import them again."
    reads = ("rejections",)

    def find(self, project: Project) -> Iterator[Finding]:
        for rejected in rejections(project):
            yield Finding(None, self.name, 1, rejected.reason, rejected.file)
