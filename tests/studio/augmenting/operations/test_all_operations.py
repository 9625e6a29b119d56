"""What holds for each operation, whatever the image."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.settings import fields_of
from studio.augmenting import CATEGORIES, OPERATIONS, Chain, Defect, Step
from studio.augmenting.operation import Affine, Blend, Distortion, Photometry, names_of, ranges_of
from studio.augmenting.operations.blending import CutMix
from studio.augmenting.operations.defects import DefectPaste

quick = settings(max_examples=25, deadline=None, derandomize=True)
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
dtypes = st.sampled_from([np.uint8, np.uint16, np.float32])
sizes = st.one_of(st.integers(1, 4), st.integers(1, 70))
shapes = st.one_of(st.tuples(sizes, sizes), st.tuples(sizes, sizes, st.sampled_from([1, 2, 3, 4])))
seeds = st.integers(0, 2**70)

ALWAYS = [operation(probability=1.0) for operation in OPERATIONS]
GEOMETRY = [operation for operation in ALWAYS if isinstance(operation, Affine | Distortion)]


def chain_of(*operations, **settings):
    return Chain(tuple(map(Step, operations)), **settings)


def photo(dtype, shape, seed=0):
    peak = {"uint8": 255, "uint16": 65535}.get(np.dtype(dtype).name, 1)
    return (np.random.default_rng(seed).random(shape, dtype=np.float32) * peak).astype(dtype)


def ends_of(operation):
    """The operation with all its ranges as wide as they can be."""
    widest = {field.name: (field.minimum, field.maximum) for field in ranges_of(operation)}
    return operation(probability=1.0, **widest)


DEFECT = Defect(photo(np.uint8, (9, 7, 3)), np.pad(np.ones((5, 3), np.uint8), 2))


@each_operation
@quick
@given(dtype=dtypes, shape=shapes, seed=seeds, widest=st.booleans())
def test_shape_type_and_range_stay_and_the_same_seed_gives_the_same_image(operation, dtype, shape, seed, widest):
    image = photo(dtype, shape)
    before = image.copy()
    chain = chain_of(ends_of(operation) if widest else operation())
    changed = chain(image, seed, defects=[DEFECT])
    assert changed.shape == image.shape
    assert changed.dtype == image.dtype
    if dtype == np.float32:
        assert 0 <= changed.min() <= changed.max() <= 1
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(chain(image, seed, defects=[DEFECT]), changed)


@each_operation
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(1, 2000, 3), (2000, 2)])
def test_long_and_narrow_images(operation, dtype, shape):
    image = photo(dtype, shape)
    changed = chain_of(ends_of(operation))(image, 3, defects=[DEFECT])
    assert (changed.shape, changed.dtype) == (image.shape, image.dtype)


@each_operation
def test_large_images(operation):
    image = photo(np.uint8, (2000, 2000))
    changed = chain_of(operation(probability=1.0))(image, 3, defects=[DEFECT])
    assert changed.shape == image.shape


@pytest.mark.parametrize("operation", GEOMETRY, ids=lambda operation: operation.name)
def test_lanczos_stays_within_the_range(operation):
    image = photo(np.float32, (40, 50, 3)).round()
    changed = chain_of(operation, interpolation="lanczos")(image, 3)
    assert 0 <= changed.min() <= changed.max() <= 1


@pytest.mark.parametrize("operation", GEOMETRY, ids=lambda operation: operation.name)
@settings(quick, max_examples=10)
@given(height=st.integers(30, 90), width=st.integers(30, 90), seed=seeds)
def test_boxes_hold_what_they_held(operation, height, width, seed):
    """A box around a mask is still around it, to a pixel or two; what lies beyond the border is black."""
    mask = np.zeros((height, width), np.uint8)
    mask[height // 3 : height // 2, width // 3 : width // 2] = 1
    box = np.array([[width // 3, height // 3, width // 2, height // 2]], np.float64)
    _, moved, (corners,) = chain_of(operation, border="black")(mask, seed, mask, box)
    if moved.any():
        rows, columns = np.flatnonzero(moved.any(1)), np.flatnonzero(moved.any(0))
        assert (corners[:2] <= [columns[0] + 2, rows[0] + 2]).all()
        assert (corners[2:] >= [columns[-1] - 1, rows[-1] - 1]).all()


@each_operation
@settings(quick, max_examples=5)
@given(dtype=dtypes, channels=st.sampled_from([1, 3, 4]), seed=seeds)
def test_a_batch_begins_as_a_single_image_and_can_be_cut_anywhere(operation, dtype, channels, seed):
    images = np.stack([photo(dtype, (17, 23, channels), number) for number in range(3)])
    chain = chain_of(operation(probability=0.7))
    whole = chain.batch(images, seed, defects=[DEFECT])
    if issubclass(operation, Blend):  # needs the others
        np.testing.assert_array_equal(chain(images[0], seed), images[0])
        return
    np.testing.assert_array_equal(chain(images[0], seed, defects=[DEFECT]), whole[0])
    np.testing.assert_array_equal(chain.batch(images[:2], seed, defects=[DEFECT]), whole[:2])


@each_operation
@settings(quick, max_examples=5)
@given(dtype=dtypes, shape=shapes, seed=seeds)
def test_no_strength_is_no_change(operation, dtype, shape, seed):
    image = photo(dtype, shape)
    np.testing.assert_array_equal(chain_of(operation(probability=1.0), strength=0.0)(image, seed), image)
    np.testing.assert_array_equal(chain_of(operation(probability=1.0).weakened(0))(image, seed), image)


@pytest.mark.parametrize("operation", ALWAYS, ids=lambda operation: operation.name)
def test_half_the_strength_is_between(operation):
    half = operation.weakened(0.5)
    for name, neutral in operation.neutral.items():
        whole = getattr(operation, name)
        np.testing.assert_allclose(getattr(half, name), [(neutral + bound) / 2 for bound in whole])
    assert half.probability == (1.0 if operation.neutral else 0.5)
    assert operation.weakened(1) == operation


@pytest.mark.parametrize("operation", ALWAYS, ids=lambda operation: operation.name)
def test_each_operation_changes_images(operation):
    low, high = operation.extremes()
    strong = low if any(getattr(high, name)[0] == value for name, value in high.neutral.items()) else high
    image = photo(np.uint8, (160, 200, 3)) // 2 + np.arange(200, dtype=np.uint8)[:, None] // 2
    changed = chain_of(strong).batch(np.stack([image, image[::-1]]), 5, defects=[DEFECT])
    assert (changed[0] != image).mean() > 0.0005


@pytest.mark.parametrize("operation", ALWAYS, ids=lambda operation: operation.name)
def test_extremes_are_the_ends_of_the_ranges_and_say_so(operation):
    for end, applied in zip((0, 1), operation.extremes(), strict=True):
        assert applied.probability == 1
        for field in ranges_of(type(operation)):
            assert getattr(applied, field.name) == (getattr(operation, field.name)[end],) * 2
    explained = chain_of(operation.extremes()[1]).explain(3)
    for each in explained:
        assert each.values == {field.name: getattr(operation, field.name)[1] for field in ranges_of(type(operation))}


@pytest.mark.parametrize("operation", [*GEOMETRY, CutMix(), DefectPaste()], ids=lambda operation: operation.name)
@settings(quick, max_examples=10)
@given(height=st.integers(12, 70), width=st.integers(12, 70), seed=seeds)
def test_masks_move_as_images_do(operation, height, width, seed):
    """A mask as an image: where bilinear is sure of black or white, the mask says the same."""
    disk = np.hypot(*np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))) < 0.7
    masks = np.stack([disk.astype(np.uint8), np.roll(disk, 5, 1).astype(np.uint8)])
    defect = Defect(np.full((9, 7), 255, np.uint8), np.ones((9, 7), np.uint8))
    images, moved = chain_of(operation).batch(masks * 255, seed, masks=masks, defects=[defect])
    sure = (images == 0) | (images == 255)
    agree = (images[sure] > 127) == (moved[sure] > 0)
    assert agree.mean() > 0.97


@pytest.mark.parametrize(
    "operation", [each for each in ALWAYS if not each.changes_position], ids=lambda operation: operation.name
)
@settings(quick, max_examples=5)
@given(seed=seeds)
def test_what_changes_pixels_in_place_leaves_masks_and_boxes_alone(operation, seed):
    image, mask = photo(np.uint8, (20, 30, 3)), photo(np.uint8, (20, 30))
    boxes = np.array([[1.0, 2.0, 11.0, 9.0]])
    _, same_mask, same_boxes = chain_of(operation)(image, seed, mask, boxes)
    np.testing.assert_array_equal(same_mask, mask)
    np.testing.assert_array_equal(same_boxes, boxes)


@pytest.mark.parametrize("operation", GEOMETRY, ids=lambda operation: operation.name)
def test_boxes_go_where_the_mask_goes(operation):
    mask = np.zeros((80, 100), np.uint8)
    mask[30:42, 40:60] = 1
    for seed in range(5):
        chain = chain_of(operation, border="black")
        _, moved, boxes = chain(mask * 255, seed, mask, np.array([[40.0, 30.0, 60.0, 42.0]]))
        y, x = np.nonzero(moved)
        np.testing.assert_allclose(boxes[0], [x.min(), y.min(), x.max() + 1, y.max() + 1], atol=1.6)


def test_what_generators_learn_from_is_geometry_alone_and_the_others_say_why():
    for operation in OPERATIONS:
        assert operation.for_generators == issubclass(operation, Affine | Distortion)
        assert bool(operation.generator_note) != operation.for_generators


def test_each_operation_says_what_it_is():
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS)
    assert len({operation.title for operation in OPERATIONS}) == len(OPERATIONS)
    for operation in OPERATIONS:
        assert operation.category in CATEGORIES
        assert operation.summary.endswith(".")
        assert operation().describe()
        assert set(operation.neutral) <= set(names_of(operation))
        for field in fields_of(operation):
            assert field.title
            assert field.description
            if field.kind in ("int", "float", "range"):
                assert None not in (field.minimum, field.maximum)
        for field in ranges_of(operation):
            assert field.step


@pytest.mark.parametrize(
    "operation", [each for each in ALWAYS if isinstance(each, Photometry)], ids=lambda each: each.name
)
def test_eight_bits_and_float_agree(operation):
    """What takes a short cut for uint8 shows the same picture as what is done in float32."""
    image = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    image = np.asarray(image // 4 + np.arange(40, dtype=np.uint8)[:, None] * 4)
    shallow = chain_of(operation)(image, 4).astype(float)
    deep = chain_of(operation)(image.astype(np.float32) / 255, 4) * 255
    assert np.abs(shallow - deep).mean() < 1.5
