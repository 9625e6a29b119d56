"""How a project's images are prepared for learning, as the user has set it: brightness, color, fit and polarity."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from studio.project import Project
from studio.project.edits import Edit, edit_setting

_KEY = "preparation"
Percent = Annotated[float, Meta(ge=0, le=100)]


class Preparation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of a `Normalization` that does not depend on a run's size."""

    brightness: Annotated[
        Literal["as the files say", "each image's own", "one for all"],
        Meta(
            title="Black and white",
            description="Which values become black and white: those that the files name, each image's darkest and"
            " brightest, or the same for all images, which keeps their brightness comparable.",
        ),
    ] = "as the files say"
    percentiles: Annotated[
        tuple[Percent, Percent],
        Meta(
            title="Percentiles",
            description="Shares of an image's pixels below its black and its white: a little from the ends, for dead"
            " pixels would decide.",
            extra={"unit": "%", "step": 0.1},
        ),
    ] = (0.1, 99.9)
    window: Annotated[
        tuple[float, float],
        Meta(title="Window", description="Values of black and white in the files' units, where they are one for all."),
    ] = (0.0, 255.0)
    color: Annotated[
        Literal["automatic", "gray", "rgb"],
        Meta(title="Color", description="Automatic: gray where no image has color."),
    ] = "automatic"
    fit: Annotated[
        Literal["pad", "crop", "stretch"],
        Meta(title="Fit", description="What happens to images that are not square: edges repeated, cut, or distorted."),
    ] = "pad"
    invert: Annotated[bool, Meta(title="Invert", description="Black becomes white, and white black.")] = False


def preparation(project: Project) -> Preparation:
    """What was set last."""
    return msgspec.convert(project.setting(_KEY, {}), Preparation)


def set_preparation(project: Project, prepared: Preparation) -> Edit | None:
    """Prepare images otherwise, as an action that can be undone; None when nothing changes."""
    if prepared == preparation(project):
        return None
    return edit_setting(project, "prepare", _KEY, msgspec.to_builtins(prepared))
