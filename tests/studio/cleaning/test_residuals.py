"""Relatives among parts that all look alike are told by their marks, wherever the part lies."""

import numpy as np

from models.events import finish
from studio.cleaning.residual_view import ResidualView
from studio.cleaning.residuals import FEWEST, related

PARTS = 120


def parts(rng: np.random.Generator, marks: np.ndarray) -> np.ndarray:
    """Pictures (N, 32, 32) of parts with bars and a dark rim, in changing light, each with its own marks."""
    rows, columns = np.mgrid[:32, :32]
    common = 120 + 40 * (rows % 8 < 2) - 60 * ((columns < 2) | (columns > 29))
    light = rng.uniform(0.8, 1.2, (len(marks), 1, 1))
    shade = rng.normal(0, 0.5, (len(marks), 1, 1)) * columns
    noise = rng.normal(0, 2, marks.shape)
    return (light * (common + 20 * marks) + shade + noise).clip(0, 255).astype(np.uint8)


def blurred_noise(rng: np.random.Generator, count: int) -> np.ndarray:
    noise = rng.normal(0, 1, (count, 33, 33))
    return (noise[:, 1:, 1:] + noise[:, :-1, 1:] + noise[:, 1:, :-1] + noise[:, :-1, :-1]) / 2


def planted(seed: int) -> np.ndarray:
    """Of 120 parts, 3 and 5 are 2 and 4 moved a little, 7 is 6 moved and turned upside down, and 9 is 8 mirrored."""
    rng = np.random.default_rng(seed)
    marks = blurred_noise(rng, PARTS)
    marks[3] = np.roll(marks[2], (1, 1), (0, 1))
    marks[5] = np.roll(marks[4], (2, -1), (0, 1))
    marks[7] = np.roll(marks[6], (-2, 0), (0, 1))[::-1, ::-1]
    marks[9] = marks[8, :, ::-1]
    return parts(rng, marks)


def test_the_same_marks_are_found_moved_and_turned_but_not_mirrored():
    pairs, chance, _ = finish(related(planted(0)))
    found = {(pair["first"], pair["second"]): pair for pair in pairs}
    assert set(found) == {(2, 3), (4, 5), (6, 7)}
    assert [bool(found[pair]["turned"]) for pair in ((2, 3), (4, 5), (6, 7))] == [False, False, True]
    assert all(pair["value"] > 0.75 for pair in pairs)
    assert (np.diff(chance) <= 0).all()


def test_even_pictures_and_few_pictures_have_no_relatives():
    pictures = planted(1)
    pictures[2] = 90
    pairs = finish(related(pictures)).pairs
    assert {(pair["first"], pair["second"]) for pair in pairs} == {(4, 5), (6, 7)}
    pairs, chance, view = finish(related(pictures[: FEWEST - 1]))
    assert len(pairs) == len(chance) == 0 and view is None


def test_later_pictures_are_looked_at_without_the_others_being_again():
    pictures = planted(0)
    early, late = pictures[[*range(4), *range(8, PARTS)]], pictures[4:8]
    view = finish(related(early)).view
    pairs, _, kept = finish(related(np.concatenate([early, late]), since=PARTS - 4, view=view))
    assert {(pair["first"], pair["second"]) for pair in pairs} == {(PARTS - 4, PARTS - 3), (PARTS - 2, PARTS - 1)}
    assert kept is view
    again = finish(related(np.concatenate([early, late]), PARTS - 4, ResidualView.decode(view.encode()))).pairs
    assert again.tolist() == pairs.tolist()
