"""What comes in of files that hold more than one image, or a very large one."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from studio.project.part import Plane

Share = Annotated[float, Meta(ge=0, le=100, extra={"unit": "%", "step": 1})]


class ImportOptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which images of a file become items, how they are cut, and whether a split that comes with them counts."""

    frames: Annotated[
        Literal["auto", "all", "middle", "first"],
        Meta(
            title="Pages and frames",
            description="Which images of a file come in. Automatic: all pages and slices, but of animations the first.",
        ),
    ] = "auto"
    span: Annotated[
        tuple[Share, Share],
        Meta(title="From and to", description="The part of a stack that comes in; ends are often empty."),
    ] = (0, 100)
    every: Annotated[int, Meta(title="Every nth", description="Neighbors in a stack are alike.", ge=1, le=1000)] = 1
    plane: Annotated[Plane, Meta(title="Plane", description="How volumes (NIfTI) are cut into slices.")] = "axial"
    cut: Annotated[
        Literal["whole", "grid", "defects", "objects"],
        Meta(
            title="Cut",
            description="Whole images, tiles side by side, tiles around what is marked, or each marked object alone.",
        ),
    ] = "whole"
    tile: Annotated[int, Meta(title="Tile size", ge=16, le=8192, extra={"unit": "px", "step": 16})] = 512
    overlap: Annotated[
        float, Meta(title="Overlap", description="Share of a tile that its neighbor shows too.", ge=0, le=0.9)
    ] = 0.0
    skip_empty: Annotated[
        bool, Meta(title="Leave out empty ones", description="Slices and tiles that show next to nothing.")
    ] = True
    keep_split: Annotated[
        bool,
        Meta(title="Keep the split", description="Images stay on the sides that their folders or lists name."),
    ] = True


WHOLE_IMAGES = ImportOptions()
"""What comes in if nobody says otherwise."""
