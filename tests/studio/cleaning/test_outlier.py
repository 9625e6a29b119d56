"""What looks like hardly any other image is found, the strangest first."""

import numpy as np
import pytest

from models.events import Progress, finish
from studio.cleaning import expected_false, scan

ROWS, COLUMNS = np.mgrid[:96, :96]
RINGS = (128 + 100 * np.sin(np.hypot(ROWS - 50, COLUMNS - 40) / 4)).astype(np.uint8)
CHECKS = np.where((ROWS // 12 + COLUMNS // 12) % 2, 230, 20).astype(np.uint8)


@pytest.fixture
def parts(add_image) -> list[int]:
    """60 parts with bars, all of them a little different."""
    rng = np.random.default_rng(0)
    ids = []
    for number in range(60):
        bars = 128 + 60 * np.sin(ROWS / rng.uniform(3.5, 4.5) + rng.uniform(0, 6))
        pixels = bars * rng.uniform(0.9, 1.1) + rng.normal(0, rng.uniform(5, 15), (96, 96))
        ids.append(add_image(f"part{number}.png", pixels.clip(0, 255).astype(np.uint8)))
    return ids


def test_what_is_no_such_part_stands_out(project, parts, add_image):
    strange = {add_image("rings.png", RINGS), add_image("checks.png", CHECKS)}
    findings = finish(scan(project, ["outlier"]))
    assert {finding.item for finding in findings[:2]} == strange
    assert len(findings) <= 2 + len(parts) // 20
    assert "times as far" in findings[0].reason
    assert 0 <= expected_false(project, findings)["outlier"] <= 0.5

    events: list = []
    assert finish(scan(project, ["outlier"]), events.append) == findings
    assert not any(event.what.startswith("Looking at images") for event in events if isinstance(event, Progress))


def test_it_is_found_though_it_is_there_thrice(project, parts, add_image):
    copies = {add_image(f"rings{number}.png", RINGS) for number in range(3)}
    assert {finding.item for finding in finish(scan(project, ["outlier"]))[:3]} == copies


def test_few_images_have_no_outliers_and_are_not_looked_at(project, ten_images):
    assert finish(scan(project, ["outlier"])) == []
    assert not (project.folder / "features.db").exists()
