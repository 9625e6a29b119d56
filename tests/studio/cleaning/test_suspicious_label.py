"""Swapped labels come first in a queue that says how many of the next ones are worth a look."""

import numpy as np
import pytest
from PIL import Image

from models.events import finish
from studio.cleaning import check_named, expected_false, scan, set_settings
from studio.cleaning.judge import FEWEST, answers, in_words
from studio.importing import import_sources
from studio.labeling import label
from studio.project.edits import edit
from studio.project.items import item_ids

EACH = 30


@pytest.fixture
def kinds(project, tmp_path) -> list[int]:
    """30 images each of horizontal, vertical and diagonal stripes, all different, by class in this order."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:48, :48]
    for kind, (down, right) in {"a": (1, 0), "b": (0, 1), "c": (1, 1)}.items():
        (tmp_path / "kinds" / kind).mkdir(parents=True)
        for number in range(EACH):
            waves = np.sin((down * rows + right * columns) / rng.uniform(1.5, 3) + rng.uniform(0, 6))
            pixels = 128 + 60 * waves + rng.normal(0, 15, (48, 48))
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(tmp_path / "kinds" / kind / f"{number:02}.png")
    finish(import_sources(project, [tmp_path / "kinds"]))
    return item_ids(project, order="path")


def queue(project) -> list[int]:
    return [finding.item for finding in finish(scan(project, ["suspicious_label"]))]


def test_swapped_labels_come_first_with_what_they_look_like(project, kinds):
    swapped = {kinds[3]: "b", kinds[EACH + 5]: "c", kinds[2 * EACH + 7]: "a", kinds[2 * EACH + 20]: "b"}
    for item_id, name in swapped.items():
        label(project, [item_id], name)
    findings = finish(scan(project, ["suspicious_label"]))
    assert {finding.item for finding in findings[: len(swapped)]} == set(swapped)
    assert "Labeled “b”, but looks like “a”" in next(f.reason for f in findings if f.item == kinds[3])
    assert [f.score for f in findings] == sorted((f.score for f in findings), reverse=True)
    assert len(findings) <= 2 * len(swapped)
    assert expected_false(project, findings)["suspicious_label"] < 0.6
    check = check_named("suspicious_label")
    set_settings(project, check, check.Settings(probability=2))
    assert set(queue(project)) >= {finding.item for finding in findings}
    set_settings(project, check, check.Settings(probability=95))
    assert set(queue(project)) == {finding.item for finding in findings if finding.score >= 0.95}


def test_right_labels_are_not_suspicious(project, kinds):
    assert queue(project) == []


def test_the_queue_tells_when_it_is_used_up(project, kinds):
    right = {kinds[number]: name for number, name in ((3, "a"), (EACH + 5, "b"), (2 * EACH + 7, "c"))}
    for item_id, name in right.items():
        label(project, [item_id], "c" if name == "a" else "a")
    first = queue(project)
    before = answers(project)
    assert (before.looked_at, before.wrong) == (0, 0)
    assert 0 < before.next_share < 1
    assert in_words(before) == f"Of the next 20 about {100 * before.next_share:.0f} % will be wrong."
    for item_id, name in right.items():
        label(project, [item_id], name)
    assert answers(project).wrong == answers(project).looked_at == 3
    assert answers(project).next_share < before.next_share
    assert in_words(answers(project)).startswith("3 of 3 labels looked at were wrong. Of the next 20")
    assert set(queue(project)) == set(first) - set(right)


def test_labels_that_were_right_make_the_rest_less_suspicious(project, kinds):
    swapped = [kinds[number] for number in (3, 9, EACH + 5, EACH + 15, 2 * EACH + 7)]
    label(project, swapped, "c")
    label(project, swapped[-1:], "a")
    check = check_named("suspicious_label")
    set_settings(project, check, check.Settings(probability=2))
    asked = queue(project)
    before = answers(project)
    edit(project, "keep", "decision", {asked[-1]: "keep", asked[0]: "keep"})
    after = answers(project)
    assert (after.looked_at, after.wrong) == (2, 0)
    assert after.correction < before.correction == 1


def test_labels_given_elsewhere_are_judged_anew(project, kinds):
    assert queue(project) == []
    label(project, [kinds[3]], "b")
    assert queue(project)[0] == kinds[3]


def test_one_class_or_few_images_cannot_be_judged(project, kinds):
    label(project, kinds, "a")
    assert queue(project) == []
    label(project, kinds[: FEWEST - 1], "b")
    assert queue(project) == []
