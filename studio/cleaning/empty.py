from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from studio.cleaning.check import Check, Finding
from studio.cleaning.levels import differences
from studio.project import Project
from studio.text import tr


class EmptySettings(msgspec.Struct, frozen=True):
    contrast: Annotated[
        float,
        Meta(
            title="Least contrast",
            description="Standard deviation of the brightness, of the whole range. Images with less are found.",
            ge=0,
            le=20,
            extra={"unit": "%", "step": 0.5},
        ),
    ] = 1.0


class Empty(Check):
    """Images of one even brightness, at any depth: each is measured in the range that it is shown in."""

    name = "empty"
    title = "Empty"
    summary = "Images that show next to nothing: a covered lens, a failed exposure, an empty frame."
    Settings = EmptySettings
    settings: EmptySettings

    def find(self, project: Project) -> Iterator[Finding]:
        least = self.settings.contrast / 100
        found = (row for row in differences(project, "contrast") if row["share"] < least)
        for row in sorted(found, key=lambda row: row["share"]):
            reason = tr("Contrast {contrast:.1f} %: nearly even.", contrast=100 * row["share"])
            score = 1 - row["share"] / least
            yield Finding(row["id"], self.name, score, reason, str(project.resolve_path(row["path"])))
