"""The checks there are, and how a project sets them."""

import msgspec

from studio.cleaning.blurred import Blurred
from studio.cleaning.check import Check
from studio.cleaning.empty import Empty
from studio.cleaning.exact_copy import ExactCopy
from studio.cleaning.exposure import Bright, Dark, LowContrast
from studio.cleaning.imbalance import Imbalance
from studio.cleaning.label_conflict import LabelConflict
from studio.cleaning.missing import Missing
from studio.cleaning.near_copy import NearCopy
from studio.cleaning.odd_shape import OddAspect, OddSize
from studio.cleaning.saturated import Saturated
from studio.cleaning.too_small import TooSmall
from studio.cleaning.unexpected_color import UnexpectedColor
from studio.cleaning.unreadable import Unreadable
from studio.errors import UserError
from studio.project import Project
from studio.text import tr

CHECKS: tuple[type[Check], ...] = (
    Unreadable,
    Missing,
    ExactCopy,
    NearCopy,
    LabelConflict,
    Imbalance,
    TooSmall,
    Empty,
    Blurred,
    Dark,
    Bright,
    LowContrast,
    Saturated,
    OddSize,
    OddAspect,
    UnexpectedColor,
)
_KEY = "checks"


def check_named(name: str) -> type[Check]:
    """Raises `UserError` when there is none."""
    for check in CHECKS:
        if check.name == name:
            return check
    known = ", ".join(check.name for check in CHECKS)
    raise UserError(tr("There is no check “{name}”. There are: {known}.", name=name, known=known))


def settings_of(project: Project, check: type[Check]) -> msgspec.Struct:
    """How the project sets a check, by default as the check itself does."""
    return msgspec.convert(project.setting(_KEY, {}).get(check.name, {}), check.Settings)


def set_settings(project: Project, check: type[Check], settings: msgspec.Struct) -> None:
    """Keep how the project sets a check."""
    project.set_setting(_KEY, project.setting(_KEY, {}) | {check.name: msgspec.to_builtins(settings)})
