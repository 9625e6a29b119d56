"""How a project's images are prepared for learning, as the user has set it: brightness, color, fit and polarity."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from studio.imaging.normalize import Brightness, Fit
from studio.project import Project
from studio.project.edits import Edit, edit_setting

_KEY = "preparation"
Percent = Annotated[float, Meta(ge=0, le=100)]


class Preparation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of a `Normalization` that does not depend on a run's size.

    window: the values of black and white where brightness is one for all, in the files' units.
    """

    brightness: Annotated[
        Brightness,
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
    window: tuple[float, float] = (0.0, 255.0)
    color: Annotated[
        Literal["automatic", "gray", "rgb"],
        Meta(title="Color", description="Automatic: gray where no image has color."),
    ] = "automatic"
    fit: Annotated[
        Fit,
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
