import subprocess
import sys

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from studio.augmenting import OPERATIONS, PRESETS, Chain, Group, Step
from studio.augmenting.drawing import draw
from studio.augmenting.operation import Blend, names_of
from studio.augmenting.operations import (
    Brightness,
    Clahe,
    Crop,
    CutMix,
    Cutout,
    DefectPaste,
    Dust,
    Equalize,
    FlipHorizontal,
    Gamma,
    GaussianBlur,
    GridMask,
    IlluminationGradient,
    Invert,
    JpegArtifacts,
    Mixup,
    Perspective,
    Posterize,
    QuarterTurn,
    Rotate,
    SpecularSpot,
    Translate,
)
from studio.augmenting.python_script import as_python

SINGLE = [operation for operation in OPERATIONS if not issubclass(operation, Blend)]
PINNED = [operation for operation in SINGLE if not operation.chance]
BY_CHANCE = [operation for operation in SINGLE if operation.chance and operation is not DefectPaste]
STRONG = {Crop: Crop(kept=(60, 60)), Dust: Dust(size=(5, 5), count=(30, 30))}
"""What shows on a small image; of the others the upper end does."""
LOOSE = {Equalize: 0.02, Clahe: 0.02, JpegArtifacts: 0.02}
"""How far apart the mean pixel may be where torchvision counts at eight bits."""
by_name = {"ids": lambda operation: operation.name}


def chain_of(*operations, **settings):
    return Chain(tuple(map(Step, operations)), **settings)


def run(chain):
    """What the script defines."""
    defined = {}
    exec(compile(as_python(chain), "script", "exec"), defined)
    return defined


def smooth():
    """float32 (80, 96, 3) in 0..1, which every resampling treats alike."""
    y, x, c = np.mgrid[:80, :96, :3]
    return (0.5 + 0.4 * np.sin(x / 15 + c) * np.cos(y / 12 - c)).astype(np.float32)


def scripted(chain, image):
    augmented = run(chain)["augment"](torch.from_numpy(image.transpose(2, 0, 1).copy()))
    return augmented.numpy().transpose(1, 2, 0)


@pytest.mark.parametrize("operation", PINNED, **by_name)
@pytest.mark.parametrize("end", [0, 1])
def test_pixels_agree_where_values_are_pinned(operation, end):
    """All that is drawn is pinned by ranges of no width. Beyond the border, and in resampling, they may differ."""
    pinned = operation().extremes()[end]
    ours, theirs = chain_of(pinned)(smooth()), scripted(chain_of(pinned), smooth())
    inside = np.s_[12:-12, 12:-12]
    assert np.abs(ours - theirs)[inside].mean() < LOOSE.get(operation, 0.004)


# What each script draws, in its order, by the names of our own numbers: where and which way, once for all.
REPLAYED = {
    Crop: ("kept", "x", "y"),
    QuarterTurn: ("turns",),
    Perspective: ("distance", *(f"{axis}{corner}" for corner in range(4) for axis in "xy")),
    Cutout: ("side", "y0", "x0"),
    GridMask: ("cell", "covered", "y", "x"),
    IlluminationGradient: ("direction", "amount"),
    SpecularSpot: ("x", "y", "direction", "size", "proportion", "brightness"),
}


@pytest.mark.parametrize("operation", REPLAYED, **by_name)
@pytest.mark.parametrize("seed", range(3))
def test_pixels_agree_where_chance_says_the_same(operation, seed):
    """The script draws the very numbers that the chain drew."""
    chain = chain_of(operation(probability=1.0))
    ours = chain(smooth(), seed)
    (drawn,) = draw(chain.steps, 1.0, seed, 0, 1)
    bounds = dict(zip(names_of(operation), drawn.operation.bounds(), strict=True))
    shares = [
        0.0 if low == high else (value - low) / (high - low)
        for name in REPLAYED[operation]
        for value, (low, high) in [(drawn.values_of(0)[name], bounds[name])]
    ]
    defined = run(chain)
    numbers = iter(shares)
    defined["uniform"] = lambda low, high: low + next(numbers) * (high - low)
    defined["torch"] = Replaying(lambda low, high: low + int(next(numbers) * (high - low)))
    theirs = defined["augment"](torch.from_numpy(smooth().transpose(2, 0, 1).copy())).numpy().transpose(1, 2, 0)
    inside = np.s_[12:-12, 12:-12]
    assert np.abs(ours - theirs)[inside].mean() < 0.004


class Replaying:
    """torch, but for its whole random numbers."""

    def __init__(self, draw):
        self._draw = draw

    def __getattr__(self, name):
        return getattr(torch, name)

    def randint(self, low, high, size=None):
        low, high = (0, low) if size is None else (low, high)
        return torch.tensor(self._draw(low, high))


@pytest.mark.parametrize("operation", BY_CHANCE, **by_name)
def test_what_needs_chance_changes_images_as_much(operation):
    pinned = STRONG.get(operation, operation().extremes()[1])
    images = np.stack([smooth()] * 24)
    ours = np.abs(chain_of(pinned).batch(images, 3) - images).mean((1, 2, 3))
    torch.manual_seed(5)
    augment = run(chain_of(pinned))["augment"]
    tensor = torch.from_numpy(smooth().transpose(2, 0, 1).copy())
    theirs = np.array([(augment(tensor) - tensor).abs().mean().item() for _ in images])
    assert theirs.mean() == pytest.approx(ours.mean(), rel=0.4)


def test_whole_chains_agree_but_for_resampling():
    chain = chain_of(
        Rotate(angle=(9, 9)),
        Translate(x=(5, 5), y=(-3, -3)),
        FlipHorizontal(probability=1.0),
        Gamma(exponent=(1.3, 1.3)),
        Invert(probability=1.0),
        GaussianBlur(sigma=(1, 1)),
    )
    for border in ("reflect", "edge", "black"):
        chain = replace(chain, border=border)
        differences = np.abs(chain(smooth()) - scripted(chain, smooth()))
        assert differences[16:-16, 16:-16].mean() < 0.004, border


def test_strength_order_and_what_is_off_are_in_the_script():
    chain = Chain((Step(Rotate(angle=(-20, 20))), Step(Invert(), enabled=False), Step(Posterize())), strength=0.5)
    script = as_python(chain)
    assert "rotate(image, angle=(-10.0, 10.0))" in script
    assert "invert" not in script
    assert script.index("image = rotate") < script.index("image = posterize")


def test_groups_take_as_many_as_they_say():
    steps = tuple(Step(Brightness(factor=(factor, factor))) for factor in (0.5, 0.5, 0.5))
    light = torch.ones(1, 4, 4)
    for group, expected in (
        (Group("one_of", steps), {0.5}),
        (Group("some_of", steps, (0, 2)), {1.0, 0.5, 0.25}),
        (Group("some_of", steps, (3, 3), probability=0.5), {1.0, 0.125}),
    ):
        augment = run(Chain((group,)))["augment"]
        assert {augment(light)[0, 0, 0].item() for _ in range(60)} == expected


def test_blends_make_it_a_function_for_batches():
    chain = chain_of(
        FlipHorizontal(probability=1.0), Mixup(share=(25, 25)), CutMix(probability=0.0), Invert(probability=1.0)
    )
    images = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    mixed, labels = run(chain)["augment_batch"](images, torch.eye(2))
    flipped = images.flip(-1)
    torch.testing.assert_close(mixed, 1 - flipped.lerp(flipped.flip(0), 0.25))
    torch.testing.assert_close(labels, torch.tensor([[0.75, 0.25], [0.25, 0.75]]))


def test_defects_are_pasted_from_a_list_to_be_filled():
    script = run(chain_of(DefectPaste(scale=(1, 1), angle=(0, 0))))
    black = torch.zeros(3, 40, 40)
    assert torch.equal(script["augment"](black), black)
    script["DEFECTS"].append((torch.ones(3, 9, 9), torch.ones(9, 9)))
    assert script["augment"](black).max() > 0.9


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("channels", [1, 3])
def test_presets_run(name, channels):
    script = run(PRESETS[name])
    images = torch.rand(4, channels, 32, 40, generator=torch.Generator().manual_seed(0))
    if "augment_batch" in script:
        variants, labels = script["augment_batch"](images, torch.eye(4))
        torch.testing.assert_close(labels.sum(1), torch.ones(4))
    else:
        variants = torch.stack([script["augment"](image) for image in images])
    assert variants.shape == images.shape
    assert 0 <= variants.min() <= variants.max() <= 1


def test_scripts_run_with_torchvision_alone(tmp_path):
    """Each operation's, in a process that has neither Seedbed nor what else it is made with."""
    for operation in OPERATIONS:
        script = tmp_path / f"{operation.name}.py"
        script.write_text(as_python(chain_of(operation(probability=1.0))), encoding="utf-8")
    (tmp_path / "all_of_them.py").write_text(ALONE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", tmp_path / "all_of_them.py"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stdout.split()) == (0, sorted(operation.name for operation in OPERATIONS)), (
        done.stderr
    )


ALONE = """
import runpy, sys
from pathlib import Path
for name in ("studio", "models", "cv2", "scipy", "skimage", "msgspec", "PySide6"):
    sys.modules[name] = None
import torch
for path in sorted(Path(__file__).parent.glob("*.py")):
    if path.name != "all_of_them.py":
        defined = runpy.run_path(str(path))
        images = torch.rand(2, 3, 40, 50)
        if "augment" in defined:
            assert defined["augment"](images[0]).shape == images[0].shape
        else:
            assert defined["augment_batch"](images, torch.eye(2))[0].shape == images.shape
        print(path.stem)
"""
