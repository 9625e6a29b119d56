"""The checks there are."""

from typing import NamedTuple

from studio.cleaning.blurred import Blurred
from studio.cleaning.burned_in_text import BurnedInText
from studio.cleaning.check import Check
from studio.cleaning.empty import Empty
from studio.cleaning.exact_copy import ExactCopy
from studio.cleaning.exposure import Bright, Dark, LowContrast
from studio.cleaning.imbalance import Imbalance
from studio.cleaning.label_conflict import LabelConflict
from studio.cleaning.leakage import Leakage
from studio.cleaning.missing import Missing
from studio.cleaning.near_copy import NearCopy
from studio.cleaning.odd_shape import OddAspect, OddSize
from studio.cleaning.outlier import Outlier
from studio.cleaning.relative import Relative
from studio.cleaning.saturated import Saturated
from studio.cleaning.suspicious_label import SuspiciousLabel
from studio.cleaning.too_small import TooSmall
from studio.cleaning.unexpected_color import UnexpectedColor
from studio.cleaning.unreadable import Unreadable
from studio.errors import UserError
from studio.text import tr


class Group(NamedTuple):
    """Checks that are about the same."""

    title: str
    checks: tuple[type[Check], ...]


GROUPS = (
    Group(title="Files", checks=(Unreadable, Missing)),
    Group(title="Copies", checks=(ExactCopy, NearCopy, Relative)),
    Group(title="Labels and split", checks=(LabelConflict, SuspiciousLabel, Leakage, Imbalance)),
    Group(title="Quality", checks=(TooSmall, Empty, Blurred, Dark, Bright, LowContrast, Saturated)),
    Group(title="Unlike the others", checks=(OddSize, OddAspect, UnexpectedColor, Outlier)),
    Group(title="Privacy", checks=(BurnedInText,)),
)
CHECKS: tuple[type[Check], ...] = tuple(check for group in GROUPS for check in group.checks)


def check_named(name: str) -> type[Check]:
    """Raises `UserError` when there is none."""
    for check in CHECKS:
        if check.name == name:
            return check
    known = ", ".join(check.name for check in CHECKS)
    raise UserError(tr("There is no check “{name}”. There are: {known}.", name=name, known=known))
