"""What carries meaning in a project's images: the user's one answer, which says what may be varied."""

from typing import Annotated

import msgspec
from msgspec import Meta

from studio.project import Project
from studio.project.edits import edit_setting

_PROJECT_KEY = "meaning"


class Meaning(msgspec.Struct, frozen=True):
    """True where a difference says something, so that no step should make or hide it."""

    left_right: Annotated[
        bool,
        Meta(title="Left and right", description="A body, a text, a part that is always placed the same way round."),
    ] = False
    up_down: Annotated[
        bool, Meta(title="Up and down", description="A scene with a floor, a part that always stands on its foot.")
    ] = False
    brightness: Annotated[
        bool, Meta(title="Absolute brightness", description="A measured value, such as density in X-rays and CT.")
    ] = False
    color: Annotated[
        bool, Meta(title="Color", description="A stain, ripeness, rust: the hue itself tells classes apart.")
    ] = False


def project_meaning(project: Project) -> Meaning | None:
    """The user's answer; None while there is none."""
    content = project.setting(_PROJECT_KEY)
    return None if content is None else msgspec.convert(content, Meaning)


def set_project_meaning(project: Project, meaning: Meaning) -> None:
    """Keep the answer with the project, as an action that can be undone."""
    edit_setting(project, "meaning", _PROJECT_KEY, msgspec.to_builtins(meaning))
