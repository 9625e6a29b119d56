"""Captions of tiles differ where the findings differ, and begin with that."""

import numpy as np
import pytest

from studio.cleaning import Finding
from studio.cleaning.panel.captions import Captions


@pytest.fixture
def captions(project, add_image):
    """Captions of findings with these reasons; in each, NAME is the name of the image that it is like."""
    original = add_image("photo (2).png", np.zeros((8, 8), np.uint8))

    def of_reasons(*reasons: str) -> list[str]:
        found = [
            Finding(
                number,
                "near_copy",
                1,
                reason.replace("NAME", "photo (2).png"),
                f"folder/{number}.png",
                (original,) if "NAME" in reason else (),
            )
            for number, reason in enumerate(reasons, 100)
        ]
        made = Captions(project, found)
        return [made.of(number) for number in range(100, 100 + len(reasons))]

    return of_reasons


def test_words_that_all_begin_with_are_left_out(captions):
    alike = captions("Little detail: 12 % of it.", "Little detail: 17 % of it.", "Little detail: 2 % of it.")
    assert alike == ["12 % of it", "17 % of it", "2 % of it"]
    assert captions("亮部只有 14 %。", "亮部只有 18 %。") == ["14 %", "18 %"]
    assert captions("Labeled “bad”, seen.", "Labeled “bare”, seen.") == ["“bad”, seen", "“bare”, seen"]


def test_of_copies_the_likeness_comes_first_and_not_the_name(captions):
    assert captions("Like NAME (99 %).", "Like NAME (98 %).") == ["99 %", "98 %"]
    assert captions("Like NAME (99 %).", "Like NAME, mirrored (98 %).") == ["99 %", "mirrored 98 %"]
    assert captions("与 NAME 相似（99 %）。", "与 NAME 相似（100 %）。") == ["99 %", "100 %"]
    assert captions("Copy of NAME.", "Copy of NAME.") == ["100.png", "101.png"]


def test_reasons_that_differ_from_the_start_are_whole_and_equal_ones_give_way_to_names(captions):
    assert captions("2 lines of text.", "3 lines of text.") == ["2 lines of text", "3 lines of text"]
    assert captions("Has color.", "Has color.") == ["100.png", "101.png"]
    assert captions() == []


def test_an_image_without_a_finding_has_none(project):
    assert Captions(project, ()).of(1) == ""
