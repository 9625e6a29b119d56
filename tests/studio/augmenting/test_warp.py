"""What moves pixels, against OpenCV, scikit-image and plain arithmetic."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import transform

from studio.augmenting import Chain, Step
from studio.augmenting.operations import (
    CenterCrop,
    Crop,
    Elastic,
    FlipHorizontal,
    FlipVertical,
    GridDistortion,
    Perspective,
    QuarterTurn,
    Rotate,
    Scale,
    Shear,
    Translate,
)
from studio.augmenting.warp import BORDERS, INTERPOLATIONS, Warp

inner = np.s_[12:-12, 12:-12]


def chain_of(*operations, **fields):
    return Chain(tuple(map(Step, operations)), **fields)


def smooth(height=60, width=80):
    y, x = np.mgrid[:height, :width]
    return (0.5 + 0.4 * np.sin(x / 9) * np.cos(y / 7)).astype(np.float32)


def noise(height=60, width=80, dtype=np.uint8):
    return np.random.default_rng(2).integers(0, 256, (height, width), dtype)


def coordinates(height=60, width=80):
    """An image that says of each pixel where it is, in pixels from the corner: float32 (H, W, 3) in 0..1."""
    y, x = np.mgrid[:height, :width] + 0.5
    return np.stack([x / width, y / height, 0 * x], -1).astype(np.float32)


def test_flips_and_quarter_turns_are_exact():
    image = noise(40, 40)
    flips = FlipHorizontal(probability=1.0), FlipVertical(probability=1.0)
    for interpolation in ("bilinear", "lanczos"):
        np.testing.assert_array_equal(chain_of(flips[0], interpolation=interpolation)(image), image[:, ::-1])
        np.testing.assert_array_equal(chain_of(*flips, interpolation=interpolation)(image), image[::-1, ::-1])
        turned = chain_of(QuarterTurn(probability=1.0), interpolation=interpolation).batch(np.stack([image] * 20), 1)
        turns = [next(k for k in range(4) if (np.rot90(image, k) == each).all()) for each in turned]
        assert set(turns) == {1, 2, 3}
    stretched = chain_of(QuarterTurn(probability=1.0))(noise(20, 60), 1)
    assert stretched.shape == (20, 60)


@pytest.mark.parametrize("angle", [-120, -7, 33, 180])
def test_rotation_as_in_scikit_image(angle):
    ours = chain_of(Rotate(angle=(angle, angle)))(smooth(80, 80))
    np.testing.assert_allclose(ours[20:-20, 20:-20], transform.rotate(smooth(80, 80), angle)[20:-20, 20:-20], atol=0.01)


def test_affine_as_in_scikit_image():
    height, width = 60, 80
    theirs = transform.AffineTransform(matrix=np.array([[1, np.tan(np.radians(15)), 0], [0, 1, 0], [0, 0, 1]]))
    center = transform.AffineTransform(translation=(width / 2 - 0.5, height / 2 - 0.5))
    about_center = center.params @ theirs.params @ np.linalg.inv(center.params)
    expected = transform.warp(smooth(), np.linalg.inv(about_center))
    ours = chain_of(Shear(x=(15, 15)))(smooth())
    np.testing.assert_allclose(ours[inner], expected[inner], atol=0.01)


def test_pixels_go_where_they_are_sent():
    shift = chain_of(Translate(x=(10, 10), y=(-5, -5)))(coordinates())
    np.testing.assert_allclose(shift[30, 40, :2] * [80, 60], [40.5 - 8, 30.5 + 3], atol=0.02)
    zoom = chain_of(Scale(factor=(2, 2)))(coordinates())
    np.testing.assert_allclose(zoom[30, 60, :2] * [80, 60], [40 + 20.5 / 2, 30 + 0.5 / 2], atol=0.02)
    crop = chain_of(CenterCrop(kept=(50, 50)))(coordinates())
    np.testing.assert_allclose(crop[0, 0, :2] * [80, 60], [20.25, 15.25], atol=0.02)
    corner = [chain_of(Crop(kept=(50, 50)))(coordinates(), seed)[0, 0, :2] * [80, 60] for seed in range(60)]
    assert np.min(corner, 0) == pytest.approx([0.25, 0.25], abs=2)
    assert np.max(corner, 0) == pytest.approx([40.25, 30.25], abs=2)


def test_perspective_moves_each_corner_inwards_and_lines_stay_straight():
    chain = chain_of(Perspective(distance=(30, 30)), border="black")
    for seed in range(8):
        corners = np.array([[0, 0, 2, 2], [78, 0, 80, 2], [0, 58, 2, 60], [78, 58, 80, 60]], np.float64)
        _, boxes = chain(np.ones((60, 80), np.float32), seed, boxes=corners)
        middles = (boxes[:, :2] + boxes[:, 2:]) / 2
        ways = (middles - [[1, 1], [79, 1], [1, 59], [79, 59]]) * [[1, 1], [-1, 1], [1, -1], [-1, -1]]
        assert (ways > -1).all()
        assert (ways < [0.31 * 80, 0.31 * 60]).all()
        line = chain(cv2.line(np.zeros((60, 80), np.uint8), (5, 10), (75, 50), 255, 2), seed)
        y, x = np.nonzero(line > 100)
        residual = np.linalg.svd(np.stack([x - x.mean(), y - y.mean()]))[1][1] / len(x) ** 0.5
        assert residual < 1


def test_elastic_moves_as_far_as_it_says_and_smoothly():
    """Measured by where the pixels say that they come from."""
    height, width = 200, 240
    variants = chain_of(Elastic(distance=(2, 2), cell=(25, 25))).batch(np.stack([coordinates(height, width)] * 8), 1)
    ways = (variants - coordinates(height, width))[:, 20:-20, 20:-20, :2] * [width, height]
    assert 0.6 < np.hypot(ways[..., 0], ways[..., 1]).mean() / (0.02 * 200) < 1.2
    assert np.abs(np.diff(ways, axis=1)).max() < 1  # nothing is folded


def test_grid_distortion_keeps_the_border_and_the_order_of_lines():
    for seed in range(5):
        variant = chain_of(GridDistortion(distance=(45, 45), cells=4))(coordinates(), seed)
        np.testing.assert_allclose(variant[[0, -1], :, 1] * 60, coordinates()[[0, -1], :, 1] * 60, atol=0.05)
        np.testing.assert_allclose(variant[:, [0, -1], 0] * 80, coordinates()[:, [0, -1], 0] * 80, atol=0.05)
        assert (np.diff(variant[..., 0], axis=1) > 0).all()
        np.testing.assert_allclose(variant[:, :, 0], variant[:1, :, 0] + 0 * variant[:, :, 0], atol=1e-3)
    assert np.abs(variant - coordinates()).max() > 0.03


def test_matrices_and_fields_become_one_and_are_resampled_once():
    """The more steps, the same detail; one after the other they lose it."""
    image = np.random.default_rng(0).random((120, 120), np.float32)
    turns = [Rotate(angle=(4, 4)), Elastic(distance=(0.5, 0.5)), Rotate(angle=(-4, -4)), Perspective(distance=(2, 2))]
    together = chain_of(*turns)(image, 5)
    apart = image
    for step in turns:
        apart = chain_of(step)(apart, 5)
    smooth_image = smooth(120, 120)
    smooth_together, smooth_apart = chain_of(*turns)(smooth_image, 5), smooth_image
    for number, step in enumerate(turns):
        earlier = (each for each in turns[:number] if type(each) is type(step))
        off = tuple(Step(each, enabled=False) for each in earlier)
        smooth_apart = Chain((*off, Step(step)))(smooth_apart, 5)
    np.testing.assert_allclose(smooth_together[inner], smooth_apart[inner], atol=0.03)
    detail = [cv2.Laplacian(each[20:-20, 20:-20], cv2.CV_32F).var() for each in (image, together, apart)]
    assert detail[1] > 1.5 * detail[2]


def test_detail_is_kept(photos):
    """Of the Laplacian's variance at least 0.6 bilinear, 0.8 Lanczos."""
    images = np.stack([np.asarray(Image.open(path).resize((256, 256))) for path in sorted(photos.glob("*/*"))[::4]])
    kept = {}
    for interpolation in ("bilinear", "lanczos"):
        chain = chain_of(Rotate(), Translate(), FlipHorizontal(), interpolation=interpolation)
        kept[interpolation] = detail(chain.batch(images, 1)) / detail(images)
    assert kept["bilinear"] > 0.6
    assert kept["lanczos"] > 0.8


def detail(images):
    return np.mean([cv2.Laplacian(image[32:-32, 32:-32], cv2.CV_32F).var() for image in images])


def test_sixteen_bits_keep_their_depth():
    ramp = np.tile(np.arange(30_000, 30_128, dtype=np.uint16), (64, 1))
    turned = chain_of(Rotate(angle=(10, 10)), Elastic())(ramp)
    assert len(np.unique(turned)) > 90


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    size=st.tuples(st.integers(2, 60), st.integers(2, 60)),
    angle=st.floats(-40, 40),
    scale=st.floats(0.7, 1.4),
    border=st.sampled_from(["reflect", "edge", "black"]),
    interpolation=st.sampled_from(["bilinear", "lanczos", "nearest"]),
    dtype=st.sampled_from([np.uint8, np.float32]),
)
def test_continuing_the_image_first_is_what_opencv_does_at_each_pixel(size, angle, scale, border, interpolation, dtype):
    height, width = size
    image = noise(height, width).astype(dtype)
    matrix = cv2.getRotationMatrix2D((0, 0), angle, scale)
    about = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, scale)
    flags = INTERPOLATIONS[interpolation]
    expected = cv2.warpAffine(image, about, (width, height), flags=flags, borderMode=BORDERS[border])
    ours = Warp([np.vstack([matrix, [0, 0, 1]])], height, width).image(image, border, interpolation)
    assert (np.abs(ours.astype(float) - expected) > 1e-3 * 255).mean() < 0.02  # where half a pixel is rounded


def test_boxes_are_cut_at_the_border_and_gone_beyond_it():
    boxes = np.array([[0, 0, 10, 10], [70, 50, 80, 60], [20.5, 20, 30, 25]], np.float32)
    _, moved = chain_of(Translate(x=(-10, -10), y=(0, 0)))(smooth(), boxes=boxes)
    assert moved.dtype == np.float32
    np.testing.assert_allclose(moved, [[0, 0, 2, 10], [62, 50, 72, 60], [12.5, 20, 22, 25]], atol=1e-3)
    _, moved = chain_of(Translate(x=(-50, -50), y=(0, 0)))(smooth(), boxes=boxes)
    areas = (moved[:, 2] - moved[:, 0]) * (moved[:, 3] - moved[:, 1])
    assert areas.tolist() == [0, 100, 0]
    _, none = chain_of(Rotate())(smooth(), boxes=np.empty((0, 4)))
    assert none.shape == (0, 4)
