"""A sample sheet gives back the images that were put on it."""

import numpy as np
import pytest

from models.sheet import COLUMNS, read_sheet, sheet_labels, write_sheet


@pytest.mark.parametrize("channels", [1, 3])
def test_a_sheet_is_read_as_it_was_written(tmp_path, channels):
    images = np.random.default_rng(0).integers(0, 256, (2 * COLUMNS, 16, 24, channels), dtype=np.uint8)
    write_sheet(tmp_path / "sheets" / "step-1.png", images)
    assert np.array_equal(read_sheet(tmp_path / "sheets" / "step-1.png", 16, 24), images)


@pytest.mark.parametrize("classes", [1, 2, 5, 30])
def test_a_sheet_is_made_of_whole_rows(classes):
    labels = sheet_labels(classes)
    assert len(labels) % COLUMNS == 0
    assert set(labels.tolist()) == set(range(min(classes, 12)))
