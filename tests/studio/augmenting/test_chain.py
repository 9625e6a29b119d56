import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torchvision.transforms.v2 import InterpolationMode, functional

from studio.augmenting import OPERATIONS, PRESETS, Chain, ChainError, Step, project_chain, set_project_chain
from studio.augmenting.operations.affine import Rotate, Scale, Translate
from studio.augmenting.operations.blending import Mixup
from studio.augmenting.operations.color import ColorJitter
from studio.augmenting.operations.crops import Crop
from studio.augmenting.operations.erasing import Cutout


def chain_of(*operations, border="reflect"):
    return Chain(tuple(map(Step, operations)), border)


def smooth(height=48, width=64, channels=1):
    """An image without edges, which every resampling treats alike: float32 (H, W, C) in 0..1."""
    y, x, c = np.mgrid[:height, :width, :channels]
    return (0.5 + 0.4 * np.sin(x / 9 + c) * np.cos(y / 7)).astype(np.float32)


def photo(dtype=np.uint8, shape=(40, 52, 3), seed=0):
    pixels = np.random.default_rng(seed).random(shape, dtype=np.float32)
    peak = {"uint8": 255, "uint16": 65535}.get(np.dtype(dtype).name, 1)
    return (pixels * peak).astype(dtype)


def as_tensor(image):
    return torch.from_numpy(image.transpose(2, 0, 1).copy())


def as_image(tensor):
    return tensor.numpy().transpose(1, 2, 0)


def detail(image):
    """Variance of the Laplacian away from the border."""
    inside = image[16:-16, 16:-16]
    return (np.diff(inside, 2, 0)[:, 1:-1] + np.diff(inside, 2, 1)[1:-1]).var()


inner = np.s_[12:-12, 12:-12]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_an_empty_chain_and_one_that_never_applies_return_the_image_bit_for_bit(dtype):
    image = photo(dtype)
    np.testing.assert_array_equal(Chain()(image), image)
    never = chain_of(*(operation(probability=0.0) for operation in OPERATIONS))
    np.testing.assert_array_equal(never(image, 5), image)


def test_geometry_agrees_with_torchvision():
    image = smooth()
    rotated = functional.rotate(as_tensor(image), 20, InterpolationMode.BILINEAR)
    np.testing.assert_allclose(chain_of(Rotate(angle=(20, 20)))(image)[inner], as_image(rotated)[inner], atol=0.01)
    scaled = functional.affine(as_tensor(image), 0, [0, 0], 1.3, [0, 0], InterpolationMode.BILINEAR)
    np.testing.assert_allclose(chain_of(Scale(factor=(1.3, 1.3)))(image)[inner], as_image(scaled)[inner], atol=0.01)


def test_steps_are_carried_out_in_order_and_resampled_once():
    image = smooth()
    turn, grow = Rotate(angle=(30, 30)), Scale(factor=(1.2, 1.2))
    shift = Translate(x=(-5, 5), y=(-5, 5))
    one_by_one = chain_of(shift)(chain_of(turn, grow)(image, 3), 3)
    np.testing.assert_allclose(chain_of(turn, grow, shift)(image, 3)[inner], one_by_one[inner], atol=0.02)
    assert np.abs(chain_of(turn, grow, shift)(image, 3) - chain_of(shift, turn, grow)(image, 3)).max() > 0.03
    noise = photo(np.float32, (64, 64))
    turns = [Rotate(angle=(angle, angle)) for angle in (3, 4, -5)]
    apart = chain_of(turns[2])(chain_of(turns[1])(chain_of(turns[0])(noise)))
    assert detail(chain_of(*turns)(noise)) > 1.5 * detail(apart)


def test_translation_stays_within_its_distance_and_goes_every_way():
    dot = np.zeros((40, 100), np.uint8)
    dot[20, 50] = 255
    dots = np.stack([dot] * 200)
    moved = chain_of(Translate(x=(-10, 10), y=(-10, 10)))(dots[0])
    assert moved.shape == dot.shape
    weights = chain_of(Translate(x=(-10, 10), y=(-10, 10))).batch(dots, 4).astype(float)
    total = weights.sum((1, 2))
    x = (weights.sum(1) * np.arange(100)).sum(1) / total - 50
    y = (weights.sum(2) * np.arange(40)).sum(1) / total - 20
    assert 9 < x.max() < 10.2
    assert -10.2 < x.min() < -9
    assert 3.4 < y.max() < 4.2
    assert -4.2 < y.min() < -3.4


def test_a_crop_shows_only_what_lies_in_the_image_and_nothing_invented():
    ramp = np.tile(np.linspace(0, 1, 100, dtype=np.float32), (60, 1))
    crops = chain_of(Crop(kept=(50, 50)), border="black").batch(np.stack([ramp] * 50), 2)
    lowest, highest = crops[:, 30, 1], crops[:, 30, -2]
    np.testing.assert_allclose(highest - lowest, 0.5, atol=0.03)
    assert lowest.min() < 0.1
    assert highest.max() > 0.9
    assert np.abs(np.diff(crops[:, 5:-5], axis=1)).max() < 0.01  # no black border


def test_borders_are_mirrored_unless_black_is_asked_for():
    white = np.full((32, 32), 255, np.uint8)
    assert chain_of(Rotate(angle=(45, 45)))(white).min() == 255
    assert chain_of(Rotate(angle=(45, 45)), border="edge")(white).min() == 255
    assert chain_of(Rotate(angle=(45, 45)), border="black")(white)[0, 0] == 0


def test_color_agrees_with_torchvision_and_leaves_alpha_alone():
    image = photo(np.float32, (20, 30, 4))
    jitter = ColorJitter(brightness=(1.2, 1.2), contrast=(0.7, 0.7), saturation=(1.5, 1.5))
    expected = functional.adjust_brightness(as_tensor(image)[:3], 1.2)
    expected = functional.adjust_saturation(functional.adjust_contrast(expected, 0.7), 1.5)
    changed = chain_of(jitter)(image)
    np.testing.assert_allclose(changed[..., :3], as_image(expected), atol=1e-4)  # its gray weights add up to 0.9999
    np.testing.assert_array_equal(changed[..., 3], image[..., 3])


def test_an_image_of_a_batch_is_what_the_chain_makes_of_it_alone():
    chain = PRESETS["Photos of parts"]
    images = np.stack([photo(seed=seed) for seed in range(3)])
    batch = chain.batch(images, 9)
    np.testing.assert_array_equal(batch[0], chain(images[0], 9))
    np.testing.assert_array_equal(chain.batch(images[:2], 9), batch[:2])
    assert (chain.batch(np.stack([images[0]] * 2), 9)[1] != batch[0]).any()


def test_threads_do_not_disturb_each_other():
    chain, images = PRESETS["Photos of parts"], [photo(seed=seed) for seed in range(24)]
    with ThreadPoolExecutor(4) as pool:
        variants = list(pool.map(chain, images, range(24)))
    np.testing.assert_array_equal(variants, [chain(image, seed) for seed, image in enumerate(images)])


def test_another_step_leaves_the_drawn_values_of_the_first_as_they_were():
    image = smooth()
    rotate = Rotate(angle=(-40, 40))
    alone = chain_of(rotate)(image, 6)
    with_cutout = chain_of(Cutout(side=(10, 10)), rotate, Cutout(side=(5, 5)))(image, 6)
    assert (np.abs(with_cutout - alone) < 1e-6).mean() > 0.9


def test_variants_do_not_depend_on_the_size_of_the_batch():
    images = torch.from_numpy(np.stack([photo(shape=(16, 16, 1), seed=seed) for seed in range(5)])).permute(0, 3, 1, 2)
    chain = PRESETS["Strong"]
    counts = [3, 0, 4, 1, 7]
    small = torch.cat(list(chain.variants(images, counts, seed=2, batch=4)))
    assert torch.equal(small, torch.cat(list(chain.variants(images, counts, seed=2))))
    assert small.shape == (15, 1, 16, 16)
    assert small.dtype == torch.uint8


def test_generators_get_neither_holes_nor_blends_nor_black_corners():
    chain = Chain(PRESETS["Strong"].steps, "black").for_generators()
    assert {step.operation.name for step in chain.steps}.isdisjoint({"cutout", "mixup", "color_jitter"})
    assert chain.border == "reflect"
    assert all(operation.generator_note for operation in OPERATIONS if not operation.for_generators)


def test_other_pixel_types_are_refused():
    with pytest.raises(ChainError, match="float64"):
        Chain()(np.zeros((4, 4)))
    for shape in ((4, 4, 5), (0, 4), (4,)):
        with pytest.raises(ChainError, match="one to four channels"):
            Chain()(np.zeros(shape, np.uint8))
    for mask in (np.zeros((4, 5), np.uint8), np.zeros((4, 4), bool)):
        with pytest.raises(ChainError, match="as large as its image"):
            Chain()(np.zeros((4, 4, 3), np.uint8), mask=mask)


def test_a_project_keeps_its_chain(project):
    assert project_chain(project) == Chain()
    chain = Chain((Step(Rotate(), enabled=False), Step(Mixup())), "edge")
    set_project_chain(project, chain)
    assert project_chain(project) == chain
    assert [operation.name for operation in chain.active] == ["mixup"]


def test_describing_chains_imports_neither_torch_nor_opencv():
    code = (
        "import sys; from studio.augmenting import PRESETS;"
        "[operation.describe() for chain in PRESETS.values() for operation in chain.active]; "
        "print({'torch', 'cv2'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
