"""Operations against scikit-image, OpenCV and torchvision where they have the same, and against arithmetic."""

import cv2
import numpy as np
import pytest
import torch
from skimage import color, exposure, filters, util
from torchvision.transforms.v2 import functional

from studio.augmenting import Chain, Defect, Step
from studio.augmenting.operations import (
    AugMix,
    AutoContrast,
    BiasField,
    Brightness,
    Clahe,
    CoarseDropout,
    ColorJitter,
    Contrast,
    CutMix,
    Cutout,
    DefectPaste,
    DefocusBlur,
    Downscale,
    Dust,
    Equalize,
    Gamma,
    GaussianBlur,
    GaussianNoise,
    GibbsRinging,
    Gray,
    GridMask,
    Hue,
    IlluminationGradient,
    Invert,
    JpegArtifacts,
    Mixup,
    MotionBlur,
    PoissonNoise,
    Posterize,
    RandomErasing,
    RicianNoise,
    SaltAndPepper,
    Saturation,
    Scratches,
    Sharpen,
    Solarize,
    SpeckleNoise,
    SpecularSpot,
    WindowJitter,
)


def chain_of(*operations, **fields):
    return Chain(tuple(map(Step, operations)), **fields)


def photo(shape=(60, 80, 3), dtype=np.float32, seed=0):
    """Texture from black to white over large shapes."""
    random = np.random.default_rng(seed)
    coarse = cv2.resize(random.random((6, 8, shape[2]), np.float32), shape[1::-1], interpolation=cv2.INTER_CUBIC)
    image = (0.8 * coarse.reshape(shape) + 0.2 * random.random(shape, np.float32)).clip(0, 1)
    return np.rint(image * 255).astype(np.uint8) if dtype == np.uint8 else image.astype(np.float32)


def flat(level=0.5, shape=(200, 200)):
    return np.full(shape, level, np.float32)


def by_torchvision(function, image, *values):
    tensor = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
    return function(tensor, *values).numpy().transpose(1, 2, 0)


# Tones and colors


@pytest.mark.parametrize(
    ("operation", "function", "value"),
    [
        (Brightness(factor=(1.3, 1.3)), functional.adjust_brightness, 1.3),
        (Contrast(factor=(0.6, 0.6)), functional.adjust_contrast, 0.6),
        (Contrast(factor=(1.6, 1.6)), functional.adjust_contrast, 1.6),
        (Gamma(exponent=(1.7, 1.7)), functional.adjust_gamma, 1.7),
        (Saturation(factor=(1.5, 1.5)), functional.adjust_saturation, 1.5),
        (Hue(turn=(72, 72)), functional.adjust_hue, 0.2),
        (Hue(turn=(-36, -36)), functional.adjust_hue, -0.1),
        (Solarize(threshold=(60, 60)), functional.solarize, 0.6),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_colors_as_in_torchvision(operation, function, value):
    np.testing.assert_allclose(chain_of(operation)(photo()), by_torchvision(function, photo(), value), atol=2e-4)


@pytest.mark.parametrize(
    ("operation", "function", "values"),
    [
        (AutoContrast(probability=1.0), functional.autocontrast, ()),
        (Invert(probability=1.0), functional.invert, ()),
        (Posterize(bits=(3, 3)), functional.posterize, (3,)),
        (Brightness(factor=(1.3, 1.3)), functional.adjust_brightness, (1.3,)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_eight_bits_as_in_torchvision(operation, function, values):
    image = photo(dtype=np.uint8)
    ours, theirs = chain_of(operation)(image).astype(int), by_torchvision(function, image, *values).astype(int)
    assert np.abs(ours - theirs).max() <= 1


def test_tones_become_one_table_and_one_after_the_other_is_the_same():
    image = photo(dtype=np.uint8)
    tones = [
        Gamma(exponent=(0.7, 0.7)),
        Contrast(factor=(1.4, 1.4)),
        Invert(probability=1.0),
        Brightness(factor=(0.9, 0.9)),
    ]
    apart = image.astype(np.float32) / 255
    for tone in tones:
        apart = chain_of(tone)(apart)
    np.testing.assert_allclose(chain_of(*tones)(image), apart * 255, atol=0.51)


def test_jitter_is_its_parts_in_order():
    parts = [
        Brightness(factor=(1.1, 1.1)),
        Contrast(factor=(0.8, 0.8)),
        Saturation(factor=(1.3, 1.3)),
        Hue(turn=(9, 9)),
    ]
    jitter = ColorJitter(brightness=(1.1, 1.1), contrast=(0.8, 0.8), saturation=(1.3, 1.3), hue=(9, 9))
    np.testing.assert_array_equal(chain_of(jitter)(photo()), chain_of(*parts)(photo()))


def test_gray_is_gray_and_color_leaves_gray_images_alone():
    gray = chain_of(Gray(probability=1.0))(photo())
    np.testing.assert_allclose(gray, color.rgb2yuv(photo())[..., :1].repeat(3, 2), atol=1e-3)
    image = photo((20, 20, 1))
    for operation in (Gray(probability=1.0), Hue(turn=(90, 90)), Saturation(factor=(2, 2))):
        np.testing.assert_array_equal(chain_of(operation)(image), image)


def test_equalize_as_in_opencv_each_color_by_itself():
    image = photo(dtype=np.uint8)
    expected = np.stack([cv2.equalizeHist(np.ascontiguousarray(image[..., color])) for color in range(3)], -1)
    np.testing.assert_array_equal(chain_of(Equalize(probability=1.0))(image), expected)
    deep = chain_of(Equalize(probability=1.0))(image.astype(np.float32) / 255)
    np.testing.assert_allclose(deep * 255, expected, atol=0.51)


def test_equalize_keeps_the_depth_of_sixteen_bits():
    narrow = (photo((120, 120, 1)) * 900 + 30_000).astype(np.uint16)[..., 0]
    equalized = chain_of(Equalize(probability=1.0))(narrow)
    expected = exposure.equalize_hist(narrow, nbins=65536)
    assert len(np.unique(equalized)) > 500
    np.testing.assert_allclose(equalized / 65535, expected, atol=0.01)


def test_local_contrast_as_in_opencv():
    image = photo((96, 96, 1), np.uint8)[..., 0]
    expected = cv2.createCLAHE(3.0, (4, 4)).apply(image)
    np.testing.assert_array_equal(chain_of(Clahe(limit=(3, 3), tiles=4, probability=1.0))(image), expected)
    deep = chain_of(Clahe(limit=(3, 3), tiles=4, probability=1.0))(image.astype(np.float32) / 255)
    np.testing.assert_allclose(deep * 255, expected, atol=0.01)


def test_a_window_is_moved_and_widened():
    ramp = np.linspace(0, 1, 101, dtype=np.float32)[None]
    moved = chain_of(WindowJitter(level=(10, 10), width=(0.5, 0.5)))(ramp)
    np.testing.assert_allclose(moved, ((ramp - 0.35) / 0.5).clip(0, 1), atol=1e-5)


# Filters


def test_gaussian_blur_as_in_scikit_image():
    """Sigma is 2% of the 60 pixels of the shorter side."""
    expected = filters.gaussian(photo(), 1.2, mode="reflect", channel_axis=2)
    np.testing.assert_allclose(chain_of(GaussianBlur(sigma=(2, 2)))(photo()), expected, atol=2e-3)


def test_sharpen_as_in_scikit_image():
    image = 0.3 + 0.4 * photo()
    expected = filters.unsharp_mask(image, radius=1.2, amount=0.8, channel_axis=2)
    np.testing.assert_allclose(
        chain_of(Sharpen(amount=(0.8, 0.8), sigma=2))(image)[4:-4, 4:-4], expected[4:-4, 4:-4], atol=5e-3
    )


def spread(operation):
    """What becomes of a point."""
    dot = np.zeros((101, 101), np.float32)
    dot[50, 50] = 1
    return chain_of(operation)(dot)


def test_motion_blur_smears_along_its_angle():
    sideways, upwards = (spread(MotionBlur(length=(10, 10), angle=(angle, angle))) for angle in (0, 90))
    assert sideways.sum() == pytest.approx(1, abs=1e-4)
    assert (sideways > 1e-6).sum() == 11
    assert (sideways[50] > 1e-6).sum() == 11
    np.testing.assert_allclose(upwards, sideways.T, atol=1e-6)
    slanted = spread(MotionBlur(length=(10, 10), angle=(45, 45)))
    y, x = np.nonzero(slanted > 0.02)
    assert np.corrcoef(x, y)[0, 1] < -0.9  # up to the right


def test_defocus_spreads_to_an_even_disk():
    disk = spread(DefocusBlur(radius=(5, 5)))
    assert disk.sum() == pytest.approx(1, abs=1e-4)
    y, x = np.nonzero(disk > 1e-6)
    assert np.hypot(x - 50, y - 50).max() < 5.6
    assert disk[50, 50] == pytest.approx(1 / (np.pi * 25.25), rel=0.05)
    assert disk[50, 47] == pytest.approx(disk[50, 50])


def test_downscale_as_in_opencv():
    image = photo((60, 80, 1))[..., 0]
    small = image.reshape(30, 2, 40, 2).mean((1, 3))
    np.testing.assert_allclose(chain_of(Downscale(factor=(0.5, 0.5)))(image), cv2.resize(small, (80, 60)), atol=1e-5)


def test_gibbs_ringing_overshoots_beside_an_edge():
    edge = np.full((64, 64), 0.3, np.float32)
    edge[:, 16:48] = 0.7
    ringing = chain_of(GibbsRinging(cut=(70, 70)))(edge)
    assert ringing.max() - 0.7 == pytest.approx(0.09 * 0.4, rel=0.5)  # Wilbraham and Gibbs: nine percent of the step
    assert ringing.mean() == pytest.approx(edge.mean(), abs=1e-4)
    np.testing.assert_array_equal(chain_of(GibbsRinging(cut=(0, 0)))(edge), edge)


# Noise and compression


def test_gaussian_noise_has_its_deviation_everywhere():
    for level in (0.3, 0.7):
        noisy = chain_of(GaussianNoise(deviation=(5, 5)))(flat(level))
        assert noisy.std() == pytest.approx(0.05, rel=0.05)
        assert noisy.mean() == pytest.approx(level, abs=0.001)


def test_poisson_noise_grows_with_the_root_of_brightness():
    bright, dark = (chain_of(PoissonNoise(deviation=(6, 6)))(flat(level)) for level in (0.64, 0.16))
    assert bright.std() == pytest.approx(0.06 * 0.8, rel=0.05)
    assert dark.std() == pytest.approx(0.06 * 0.4, rel=0.05)
    assert dark.mean() == pytest.approx(0.16, abs=0.002)


def test_speckle_grows_with_brightness_as_in_scikit_image():
    expected = util.random_noise(flat(0.4), "speckle", rng=0, var=0.01).std()
    assert chain_of(SpeckleNoise(deviation=(10, 10)))(flat(0.4)).std() == pytest.approx(expected, rel=0.05)


def test_rician_noise_lifts_black_as_its_distribution_says():
    noisy = chain_of(RicianNoise(deviation=(10, 10)))(flat(0.0))
    assert noisy.mean() == pytest.approx(0.1 * (np.pi / 2) ** 0.5, rel=0.02)  # Rayleigh
    assert chain_of(RicianNoise(deviation=(5, 5)))(flat(0.5)).std() == pytest.approx(0.05, rel=0.05)


def test_salt_and_pepper_in_equal_shares():
    noisy = chain_of(SaltAndPepper(share=(10, 10)))(np.full((300, 300, 3), 100, np.uint8))
    assert (noisy == 0).all(2).mean() == pytest.approx(0.05, rel=0.1)
    assert (noisy == 255).all(2).mean() == pytest.approx(0.05, rel=0.1)
    assert set(np.unique(noisy)) == {0, 100, 255}


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_as_opencv_writes_it(channels):
    image = photo((64, 72, channels), np.uint8)
    _, content = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 30])
    expected = cv2.imdecode(content, cv2.IMREAD_UNCHANGED).reshape(image.shape)[..., ::-1]
    np.testing.assert_array_equal(chain_of(JpegArtifacts(quality=(30, 30)))(image), expected)


def test_jpeg_keeps_the_depth_of_sixteen_bits():
    ramp = np.tile(np.arange(30_000, 30_256, dtype=np.uint16), (64, 1))
    assert len(np.unique(chain_of(JpegArtifacts(quality=(80, 80)))(ramp))) > 100


# Holes


def white(height=100, width=60):
    return np.full((height, width, 3), 65535, np.uint16)


def test_cutout_covers_squares_of_its_side():
    covered = (chain_of(Cutout(side=(50, 50)))(white(), 3) == 0).all(2)
    assert covered.sum() == 30 * 30
    assert covered.any(0).sum() == 30
    assert (chain_of(Cutout(side=(10, 10), boxes=8))(white(), 3) == 0).sum() > 3 * 4 * 36
    np.testing.assert_array_equal(chain_of(Cutout(fill="mean"))(white()), white())


def test_cutout_reaches_every_corner():
    tiles = chain_of(Cutout(side=(30, 30))).batch(np.stack([white(20, 20)] * 300), 0)
    assert (tiles[:, ..., 0] == 0).any(0).all()


def test_random_erasing_covers_its_area_in_many_proportions():
    shapes = []
    for seed in range(40):
        changed = (chain_of(RandomErasing(area=(10, 10)))(white(100, 100), seed) != 65535).any(2)
        y, x = np.nonzero(changed)
        shapes.append((np.ptp(y) + 1) / (np.ptp(x) + 1))
        assert changed.sum() == pytest.approx(1000, rel=0.06)
    assert min(shapes) < 0.5
    assert max(shapes) > 2


def test_a_grid_mask_covers_its_share():
    covered = chain_of(GridMask(covered=(50, 50), cell=(20, 20)))(white(100, 100), 1) == 0
    assert covered.mean() == pytest.approx(0.25, abs=0.01)
    np.testing.assert_array_equal(covered[20:], covered[:-20])


def test_coarse_dropout_makes_as_many_holes_as_it_says():
    covered = chain_of(CoarseDropout(holes=(5, 5), side=(4, 4)))(white(300, 300), 2)[..., 0] == 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(covered.astype(np.uint8))
    assert count - 1 == 5
    assert stats[1:, 2:4].max() <= 12
    assert stats[1:, 2:4].min() >= 6


# Blends


CLASSES = np.array([0, 1, 0, 1, 2, 2])


def numbered(size=10):
    """Images whose level is their number."""
    return np.stack([np.full((size, size), number / 8, np.float32) for number in range(6)])


def test_mixup_blends_images_and_labels_by_the_same_share():
    images = np.stack([np.full((4, 4), value, np.float32) for value in (0.0, 0.25, 0.5, 1.0)])
    mixed, labels = chain_of(Mixup(share=(20, 50))).batch_with_labels(images, np.eye(4), seed=3)
    np.testing.assert_allclose(mixed[:, 0, 0], labels @ [0.0, 0.25, 0.5, 1.0], atol=1e-6)
    np.testing.assert_allclose(labels.sum(1), 1, atol=1e-6)
    assert ((labels.max(1) >= 0.5) & (labels.max(1) <= 0.8)).all()


@pytest.mark.parametrize("operation", [Mixup, CutMix])
def test_partners_of_the_same_class_leave_labels_as_they_are(operation):
    labels = np.eye(3)[CLASSES]
    mixed, same = chain_of(operation(partner="same class")).batch_with_labels(numbered(), labels, seed=1)
    np.testing.assert_allclose(same, labels, atol=1e-6)
    assert (np.abs(mixed - numbered()).max((1, 2)) > 0).all()
    _, other = chain_of(operation()).batch_with_labels(numbered(), labels, seed=1)
    assert np.abs(other - labels).max() > 0.05


def test_cutmix_puts_a_box_of_another_image_and_counts_its_pixels():
    mixed, labels = chain_of(CutMix(share=(25, 25))).batch_with_labels(numbered(), np.eye(6), seed=2)
    for number, image in enumerate(mixed):
        levels, counts = np.unique(image, return_counts=True)
        assert sorted(counts) == [25, 75]
        assert levels[counts.argmax()] == number / 8
        assert labels[number, int(8 * levels[counts.argmin()])] == pytest.approx(0.25)
    np.testing.assert_allclose(labels.sum(1), 1)


@pytest.mark.parametrize("operation", [Mixup, CutMix])
def test_blends_leave_a_single_image_alone(operation):
    np.testing.assert_array_equal(chain_of(operation())(photo(), 3), photo())


def test_augmix_stays_close_and_with_no_strength_is_the_image():
    variants = chain_of(AugMix(strength=(30, 30))).batch(np.stack([photo()] * 12), 1)
    differences = np.abs(variants - photo()).mean((1, 2, 3))
    assert (differences > 0.001).sum() >= 9
    assert differences.max() < 0.3
    np.testing.assert_array_equal(chain_of(AugMix(strength=(0, 0)))(photo(), 3), photo())


# What scanners and cameras do


def test_a_bias_field_is_smooth_and_as_strong_as_it_says():
    fields = [chain_of(BiasField(amount=(40, 40)))(flat(0.5), seed) / 0.5 for seed in range(6)]
    for field in fields:
        assert max(field.max(), 1 / field.min()) == pytest.approx(1.4, abs=0.01)
        assert np.abs(np.diff(field, axis=0)).max() < 0.05
    assert np.abs(fields[0] - fields[1]).max() > 0.05


def test_uneven_light_goes_from_one_side_to_the_other():
    lit = chain_of(IlluminationGradient(amount=(20, 20)))(flat(0.5), 4)
    assert lit.max() == pytest.approx(0.6, abs=0.001)
    assert lit.min() == pytest.approx(0.4, abs=0.001)
    assert lit.mean() == pytest.approx(0.5, abs=0.001)
    assert np.abs(np.diff(lit, 2, axis=0)).max() < 1e-5


def test_gloss_only_brightens_and_its_middle_is_as_bright_as_it_says():
    for seed in range(5):
        spot = chain_of(SpecularSpot(brightness=(80, 80), size=(10, 10)))(flat(0.5), seed)
        assert spot.min() == pytest.approx(0.5, abs=1e-6)
        assert spot.max() == pytest.approx(0.5 + 0.8 * 0.5, abs=0.02)
        assert (spot > 0.7).sum() < 0.03 * spot.size


def test_dust_is_dark_and_scratches_are_long():
    dusty = chain_of(Dust(count=(20, 20), size=(3, 3), opacity=(100, 100)))(flat(1.0))
    count, _, stats, _ = cv2.connectedComponentsWithStats((dusty < 0.5).astype(np.uint8))
    assert 12 <= count - 1 <= 20
    assert stats[1:, 2:4].max() <= 8
    lengths = []
    for seed in range(12):
        scratched = chain_of(Scratches(count=(1, 1), opacity=(100, 100)))(flat(0.5), seed)
        y, x = np.nonzero(np.abs(scratched - 0.5) > 0.1)
        if len(x):
            lengths.append(np.hypot(np.ptp(x), np.ptp(y)))
            assert len(x) < 4 * (lengths[-1] + 3)
    assert max(lengths) > 40


def test_a_defect_is_pasted_where_the_mask_says_and_blended_by_brightness():
    """A dark dot on light ground becomes a dot as much darker than the dark ground."""
    source = np.full((21, 21), 0.8, np.float32)
    source[8:13, 8:13] = 0.6
    marks = np.zeros((21, 21), np.uint8)
    marks[7:14, 7:14] = 3
    chain = chain_of(DefectPaste(scale=(1, 1), angle=(0, 0)))
    ground, empty = np.full((60, 60), 0.4, np.float32), np.zeros((60, 60), np.uint8)
    for seed in range(6):
        image, mask = chain(ground, seed, mask=empty, defects=[Defect(source, marks)])
        assert set(np.unique(mask)) == {0, 3}
        changed = np.abs(image - ground) > 0.02
        y, x = np.nonzero(mask)
        assert image.min() == pytest.approx(0.2, abs=0.03)
        assert not changed[: max(y.min() - 2, 0)].any()
        assert not changed[:, x.max() + 3 :].any()
    np.testing.assert_array_equal(chain(ground, 1), ground)
    assert not empty.any()


def test_defects_fit_images_of_other_types_and_channels():
    gray = Defect(photo((9, 9, 1), np.uint8)[..., 0], np.ones((9, 9), np.uint8))
    colored = Defect(photo((9, 9, 4), np.uint8), np.ones((9, 9), np.uint8))
    blank = Defect(photo((9, 9, 1)), np.zeros((9, 9), np.uint8))
    chain = chain_of(DefectPaste())
    for shape in ((40, 40), (40, 40, 1), (40, 40, 3), (40, 40, 4)):
        image = np.full(shape, 128, np.uint8)
        for defect in (gray, colored):
            pasted = chain(image, 2, defects=[blank, defect])
            assert pasted.shape == shape
            assert (pasted != image).any()
        if shape[2:] == (4,):
            np.testing.assert_array_equal(pasted[..., 3], image[..., 3])
        np.testing.assert_array_equal(chain(image, 2, defects=[blank]), image)
