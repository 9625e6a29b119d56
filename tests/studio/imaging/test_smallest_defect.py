"""How small what is marked becomes."""

import numpy as np
import pytest

from studio.imaging.smallest_defect import smallest_defect
from studio.project.edits import edit
from studio.project.regions import Region, set_regions

BLANK = np.zeros((100, 200), np.uint8)


def test_nothing_is_marked(project, add_image):
    add_image("1.png", BLANK)
    assert smallest_defect(project, 64) is None


def test_the_thinnest_counts_after_resizing(project, add_image):
    first, second = add_image("1.png", BLANK), add_image("2.png", BLANK)
    set_regions(project, {first: [Region(10, 10, 40, 20)], second: [Region(0, 0, 100, 8), Region(5, 5, 30, 30)]})
    assert smallest_defect(project, 50) == pytest.approx(2)
    assert smallest_defect(project, 400) == pytest.approx(8), "small images are not enlarged to more detail"
    edit(project, "exclude", "decision", {second: "exclude"})
    assert smallest_defect(project, 50) == pytest.approx(5)


def test_a_scratch_across_the_image_is_thin(project, add_image):
    scratch = np.zeros((100, 200), bool)
    scratch[np.arange(100), np.arange(100)] = scratch[np.arange(100), np.arange(100) + 1] = True
    region = Region.from_mask(scratch)
    assert region is not None and region.area == 200
    set_regions(project, {add_image("1.png", BLANK): [region]})
    assert smallest_defect(project, 100) == pytest.approx(1, rel=0.02)
