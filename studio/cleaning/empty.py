from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from studio.cleaning.check import Check, Finding
from studio.imaging.common import common_window
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
    """Images of one even brightness, at any depth: deep ones are measured against the range that the project uses."""

    name = "empty"
    title = "Empty"
    summary = "Images that show next to nothing: a covered lens, a failed exposure, an empty frame."
    Settings = EmptySettings
    settings: EmptySettings

    def find(self, project: Project) -> Iterator[Finding]:
        black, white = common_window(project) or (0, 1)
        rows = project.db.execute(
            "SELECT id, path, 100 * value / CASE WHEN depth > 8 THEN ? ELSE 255 END AS contrast"
            " FROM score JOIN item ON item.id = item_id"
            " WHERE name = 'contrast' AND origin = 'real' AND contrast < ? ORDER BY contrast, id",
            (white - black, self.settings.contrast),
        )
        for row in rows.fetchall():
            reason = tr("Contrast {contrast:.1f} %: nearly even.", contrast=row["contrast"])
            score = 1 - row["contrast"] / self.settings.contrast
            yield Finding(row["id"], self.name, score, reason, str(project.resolve_path(row["path"])))
