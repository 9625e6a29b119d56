import numpy as np
import pytest

from studio.labeling.marking import Marking, Rect
from studio.project.regions import Region, mask_of


def mask(marking):
    return mask_of(marking.regions, marking.bounds.bottom, marking.bounds.right)


def test_a_stroke_marks_a_round_line_and_says_what_it_touched():
    marking = Marking(900, 700)
    touched = marking.begin_mask("pit").stroke((100, 50), (300, 50), 21, 255, marking.bounds)
    marked = mask(marking)
    rows, columns = np.nonzero(marked)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (39, 61, 89, 311)
    assert marked[40, 90] == 0 and marked[50, 90] == 255  # round ends
    assert touched.left <= 90 and touched.right > 310 and touched.top <= 40 and touched.bottom > 60
    assert marking.regions[0].name == "pit"


def test_a_mark_grows_as_far_as_the_image_and_keeps_what_it_had():
    marking = Marking(1000, 1000)
    mark = marking.begin_mask("")
    for point in ((500, 500), (2, 998), (998, 2)):
        mark.stroke(point, point, 9, 255, marking.bounds)
    marked = mask(marking)
    assert all(marked[row, column] for column, row in ((500, 500), (2, 998), (998, 2)))
    assert (marking.regions[0].left, marking.regions[0].top) == (0, 0)
    mark.stroke((-50, 20), (-30, 20), 9, 255, marking.bounds)
    assert (mask(marking) == marked).all()


def test_the_eraser_erases_from_all_masks_but_not_from_boxes():
    marking = Marking(200, 200)
    for name in ("a", "b"):
        marking.begin_mask(name).stroke((100, 100), (120, 100), 5, 255, marking.bounds)
    marking.add_box((90, 90), (130, 110), "c")
    marking.erase((0, 100), (90, 100), 41)
    names = [region.name for region in marking.regions]
    assert names == ["a", "b", "c"]
    assert all(region.left > 105 for region in marking.regions[:2])
    marking.erase((0, 100), (199, 100), 41)
    marking.drop_empty()
    assert [mark.name for mark in marking.marks] == ["c"]


def test_a_polygon_is_filled():
    marking = Marking(100, 100)
    marking.begin_mask("").fill([(10, 10), (50, 10), (50, 40), (10, 40)], marking.bounds)
    assert mask(marking).sum() == 255 * 41 * 31
    marking.begin_mask("").fill([(80, 80), (150, 80), (80, 150)], marking.bounds)
    assert mask(marking)[81, 98] == 255


@pytest.mark.parametrize(
    ("start", "end", "box"),
    [
        ((10.5, 20), (30, 45.25), (10.5, 20, 19.5, 25.25)),
        ((30, 45), (10, 20), (10, 20, 20, 25)),
        ((-9, 90), (20, 130), (0, 90, 20, 10)),
        ((10, 10), (10.4, 60), None),
        ((150, 10), (190, 60), None),
    ],
)
def test_a_box_keeps_to_the_image(start, end, box):
    marking = Marking(100, 100)
    marking.add_box(start, end, "x")
    assert marking.regions == (() if box is None else (Region(*box, "x"),))


def test_what_the_project_keeps_goes_in_and_out_unchanged():
    drawn = Marking(64, 64)
    drawn.begin_mask("pit").stroke((20, 20), (30, 40), 7, 255, drawn.bounds)
    drawn.add_box((1.5, 2.5), (9, 9), "dent")
    assert Marking(64, 64, drawn.regions).regions == drawn.regions
    again = Marking(64, 64, drawn.regions)
    again.marks[0].rename("hole")
    assert [region.name for region in again.regions] == ["hole", "dent"]
    assert again.regions[0].mask == drawn.regions[0].mask


def test_the_mark_at_a_point_is_the_topmost():
    marking = Marking(64, 64)
    below = marking.begin_mask("below")
    below.fill([(0, 0), (40, 0), (40, 40), (0, 40)], marking.bounds)
    above = marking.add_box((30, 30), (60, 60), "above")
    assert marking.mark_at((35, 35)) is above
    assert marking.mark_at((5, 5)) is below
    assert marking.mark_at((50, 5)) is None


def test_rectangles():
    image = Rect(0, 0, 10, 10)
    assert Rect(-5, 2, 4, 30).within(image) == Rect(0, 2, 4, 10)
    assert Rect(20, 20, 30, 30).within(image) == Rect(10, 10, 10, 10)
    assert Rect(1, 1, 2, 2).united(Rect(5, 0, 6, 1)) == Rect(1, 0, 6, 2)
