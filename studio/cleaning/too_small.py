from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from studio.cleaning.check import Check, Finding
from studio.project import Project
from studio.text import tr


class TooSmallSettings(msgspec.Struct, frozen=True):
    side: Annotated[
        int,
        Meta(title="Least side", description="Images narrower or lower are found.", ge=1, le=256, extra={"unit": "px"}),
    ] = 16


class TooSmall(Check):
    """Images with fewer pixels across than is worth enlarging."""

    name = "too_small"
    title = "Too small"
    summary = "Images with hardly any pixels. Enlarged to the training size they are a blur."
    Settings = TooSmallSettings
    settings: TooSmallSettings

    def find(self, project: Project) -> Iterator[Finding]:
        rows = project.db.execute(
            "SELECT id, path, width, height, min(width, height) AS side FROM item"
            " WHERE origin = 'real' AND side < ? ORDER BY side, id",
            (self.settings.side,),
        )
        for row in rows.fetchall():
            reason = tr("Only {width} × {height} pixels.", width=row["width"], height=row["height"])
            score = 1 - row["side"] / self.settings.side
            yield Finding(row["id"], self.name, score, reason, str(project.resolve_path(row["path"])))
