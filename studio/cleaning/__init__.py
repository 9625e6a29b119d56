"""Clean: what is wrong with images, found; what to do about it is the user's decision."""

from studio.cleaning.check import Check, Effort, Finding
from studio.cleaning.checks import CHECKS, check_named
from studio.cleaning.scan import expected_false, is_scanned, out_of_date, scan
from studio.cleaning.set_aside import apply, doubt
from studio.cleaning.settings import set_settings, settings_of

__all__ = [
    "CHECKS",
    "Check",
    "Effort",
    "Finding",
    "apply",
    "check_named",
    "doubt",
    "expected_false",
    "is_scanned",
    "out_of_date",
    "scan",
    "set_settings",
    "settings_of",
]
