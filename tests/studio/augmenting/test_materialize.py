import csv

import numpy as np
import pytest
from PIL import Image

from models.events import finish
from studio.augmenting import PRESETS, Chain, set_project_chain
from studio.augmenting.materialize import materialize
from studio.errors import UserError
from studio.labeling import split
from studio.project.items import items


def test_variants_of_training_images_with_what_makes_them_again(project, ten_images, tmp_path):
    split(project, 0.2)
    set_project_chain(project, PRESETS["Gentle"])
    result = finish(materialize(project, tmp_path / "out", 3, seed=5))
    assert result.files == 24
    with (result.dir / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["split"] for row in rows} == {"train"}
    row = rows[4]
    source = next(item for item in items(project) if item.sha256 == row["source_sha256"])
    written = np.asarray(Image.open(result.dir / row["file"]))
    chain = Chain.load(result.dir / "chain.json")
    np.testing.assert_array_equal(chain(np.asarray(Image.open(source.path)), int(row["seed"])), written)
    assert len({Image.open(result.dir / row["file"]).tobytes() for row in rows[:3]}) == 3


def test_without_training_images_nothing_is_written(project, tmp_path):
    with pytest.raises(UserError, match="no training images"):
        finish(materialize(project, tmp_path / "out", 2))
    assert not (tmp_path / "out").exists()
