"""Patterns that find in a file's name what says to which group it belongs, without regular expressions."""

import re

from studio.errors import UserError
from studio.text import tr

_MEANINGS = {
    "*": "(.+)",  # names the group, as long as possible
    "+": "(.+?)",  # names the group, as short as possible
    "#": r"(?<!\d)\d+",
    "?": ".*?",
}
PATTERN_TITLES = {
    "*_?": "before the last _",
    "+_?": "before the first _",
    "*-?": "before the last -",
    "*#?": "before the last number",
}
"""Patterns for common ways to name files; their titles are translated where they are shown."""


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """What finds the group in a file's name without its ending.

    In the pattern, `*` stands for the text that names the group, as long as possible, `+` for the same, as short as
    possible, `#` for a number and `?` for any text that may differ within a group, or for none; all else stands for
    itself. Several `*` and `+` name the group together. Raises `UserError` when no part names the group.
    """
    if not set(pattern) & {"*", "+"}:
        raise UserError(tr("In a pattern of names, a * stands for what names the group, as in *_? for “A7_front”."))
    return re.compile("".join(_MEANINGS.get(letter) or re.escape(letter) for letter in pattern))


def group_of(pattern: re.Pattern[str], stem: str) -> str | None:
    """The group that a file's name without its ending belongs to; None when it does not fit the pattern."""
    fitting = pattern.fullmatch(stem)
    return None if fitting is None else " ".join(fitting.groups())
