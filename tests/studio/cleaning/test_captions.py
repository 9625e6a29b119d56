"""Captions of tiles differ where the findings differ."""

from studio.cleaning import Finding
from studio.cleaning.panel.captions import captions


def found(*reasons: str) -> list[Finding]:
    return [Finding(number, "blurred", 1, reason, f"folder/{number}.png") for number, reason in enumerate(reasons)]


def test_words_that_all_begin_with_are_left_out():
    alike = found(
        "Little fine detail: 12 % of it.", "Little fine detail: 17 % of it.", "Little fine detail: 2 % of it."
    )
    assert list(captions(alike).values()) == ["…12 % of it.", "…17 % of it.", "…2 % of it."]


def test_reasons_that_differ_from_the_start_are_whole_and_equal_ones_give_way_to_names():
    assert list(captions(found("2 lines of text.", "3 lines of text.")).values()) == [
        "2 lines of text.",
        "3 lines of text.",
    ]
    assert captions(found("Has color.", "Has color.")) == {0: "0.png", 1: "1.png"}
    assert captions([]) == {}
