import subprocess
import sys

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from studio.augmenting import OPERATIONS, PRESETS, Chain, Group, Step
from studio.augmenting.operation import Blend
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
    GaussianNoise,
    Invert,
    JpegArtifacts,
    Mixup,
    Posterize,
    Rotate,
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


def test_a_script_runs_by_itself(tmp_path):
    """In a folder of its own, with nothing but torch and torchvision."""
    script = tmp_path / "chain.py"
    call = "\nimport sys\nprint(tuple(augment(torch.rand(1, 20, 30)).shape), 'studio' in sys.modules)"
    script.write_text(as_python(chain_of(Rotate(), Cutout(), GaussianNoise())) + call, encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "(1, 20, 30) False"
