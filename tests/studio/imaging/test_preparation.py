"""How images are prepared: it can be set, undone, and belongs to the version that a run sees."""

import numpy as np
import pytest

from studio.imaging.common import common_normalization
from studio.imaging.image import Image
from studio.imaging.normalize import Normalization, normalize
from studio.imaging.preparation import Preparation, preparation, set_preparation
from studio.imaging.preparation_preview import prepare, read_basis
from studio.imaging.value_sample import ValueSample, sample_values
from studio.project.edits import next_undo, undo
from studio.training.freeze import current_version

RAMP = np.tile(np.arange(4096, dtype=np.uint16)[::16], (256, 1))


def prepared(image: Image, **settings) -> np.ndarray:
    return normalize(image, Normalization(size=256, **settings))[0, :, 0].astype(int)


def test_one_window_for_all_overrules_the_files() -> None:
    for image in (Image(RAMP, 12), Image(RAMP, 12, window=(0, 4095))):
        row = prepared(image, brightness="one for all", window=(1024, 2048))
        assert row[63] == 0 and row[128] == 255
        assert row[96] == pytest.approx(128, abs=2)


def test_each_images_own_percentiles() -> None:
    dim = Image((RAMP // 64).astype(np.uint8), 8)  # 0 to 63
    row = prepared(dim, brightness="each image's own", percentiles=(0, 100))
    assert (row[0], row[-1]) == (0, 255)
    cut = prepared(dim, brightness="each image's own", percentiles=(25, 75))
    assert cut[60] == 0 and cut[200] == 255


def test_inverted() -> None:
    image = Image(np.arange(256, dtype=np.uint8)[None].repeat(256, 0), 8)
    assert np.array_equal(prepared(image, invert=True), 255 - prepared(image))


def test_it_belongs_to_the_version_and_is_undone(project, ten_images) -> None:
    before = current_version(project, 64)
    wanted = Preparation(brightness="one for all", window=(20, 200), color="rgb", fit="crop", invert=True)
    assert set_preparation(project, wanted) is not None
    assert set_preparation(project, wanted) is None
    assert preparation(project) == wanted
    version = current_version(project, 64)
    assert version.name != before.name
    assert version.normalization == Normalization(
        size=64, mode="rgb", fit="crop", window=(20, 200), brightness="one for all", invert=True
    )
    assert next_undo(project).title == "prepare images otherwise"
    undo(project)
    assert current_version(project, 64).name == before.name


def test_percentiles_count_only_where_they_are_used(project, ten_images) -> None:
    before = common_normalization(project, 64)
    set_preparation(project, Preparation(percentiles=(1, 99)))
    assert common_normalization(project, 64) == before
    set_preparation(project, Preparation(brightness="each image's own", percentiles=(1, 99)))
    assert common_normalization(project, 64).percentiles == (1, 99)


def test_values_of_the_project(project, add_image, tmp_path) -> None:
    add_image("low.png", np.full((20, 30), 100, np.uint16))
    add_image("high.png", np.full((20, 30), 3000, np.uint16))
    add_image("gone.png", np.full((20, 30), 60000, np.uint16))
    (tmp_path / "sources" / "gone.png").unlink()
    sample = sample_values(project)
    assert sample.range() == (100, 3000)
    assert sample.range((25, 75)) == (100, 3000)
    assert sample.depths == [16]
    counts, edges = sample.histogram()
    assert counts[0] == counts[-1] == 600
    assert edges[0] == 100 and 3000 < edges[-1] < 3030


def test_whole_values_make_no_comb() -> None:
    for last in (200, 255, 256, 1000, 4095):
        counts, _ = ValueSample(np.arange(last + 1, dtype=np.float32).repeat(3)).histogram()
        assert len(counts) <= 256
        assert len(set(counts[:-1])) == 1
    counts, _ = ValueSample(np.linspace(-1, 1, 512, dtype=np.float32)).histogram()
    assert len(counts) == 256 and counts.sum() == 512


def test_the_histogram_after_preparation_is_of_what_is_learned_from(project, add_image) -> None:
    add_image("ramp.png", np.tile(np.linspace(1000, 3000, 64).astype(np.uint16), (64, 1)))
    basis = read_basis(project)
    half = prepare(basis, Preparation(brightness="one for all", window=(2000, 4000)))
    assert half.counts.sum() == 64 * 64
    assert half.counts[0] == pytest.approx(32 * 64, rel=0.05) and half.counts[130:].sum() == 0
    turned = prepare(basis, Preparation(brightness="one for all", window=(2000, 4000), invert=True))
    assert np.array_equal(turned.counts, half.counts[::-1])
    whole = prepare(basis, Preparation(brightness="each image's own", percentiles=(0, 100)))
    assert whole.counts.max() <= 2 * 64 and whole.counts[0] and whole.counts[-1]
    assert whole.images[0].shape == (160, 160, 1)
