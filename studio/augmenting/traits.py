"""What an operation does to any picture, found by doing it to a probe: so it holds for every operation there is."""

from functools import cache

import msgspec
import numpy as np

from studio.augmenting.chain import Chain
from studio.augmenting.operation import Blend, Insertion, Operation, ranges_of
from studio.augmenting.operations.color import GRAY_WEIGHTS
from studio.augmenting.steps import Step

SIDE, BLOCK = 160, 20
DRAWS = 4
VISIBLE = 1 / 255
BRIGHTER = 0.02
"""Share by which the brightness of a block must change to count."""
TINTED = 0.01
"""Difference in a block's share of red, green or blue that counts."""
NO_LONGER_RIGHT = np.cos(np.pi / 4)


class Traits(msgspec.Struct, frozen=True):
    """What an operation may do as it is set.

    changes, changes_gray: anything at all, in color and in gray pictures. turns_sideways: what was at the right may lie
    elsewhere; turns_over: what was at the top. brightens, tints: most of a picture changes its brightness or color.
    color_settings: titles of the settings that do something in color pictures alone.
    """

    changes: bool = True
    changes_gray: bool = True
    turns_sideways: bool = False
    turns_over: bool = False
    brightens: bool = False
    tints: bool = False
    color_settings: tuple[str, ...] = ()


@cache
def traits(operation: Operation) -> Traits:
    """Look at some draws of an operation and at both ends of its range; takes a few milliseconds."""
    if isinstance(operation, Blend | Insertion):  # do nothing without other images
        return Traits()
    picture = _picture()
    varied, gray = _variants(operation, picture), _variants(operation, picture[..., :1])
    sideways, over = _turns(operation) if operation.changes_position else (False, False)
    in_place = not operation.changes_position and operation.category != "erasing"
    return Traits(
        changes=_differ(varied, picture),
        changes_gray=_differ(gray, picture[..., :1]),
        turns_sideways=sideways,
        turns_over=over,
        brightens=in_place and _brightens(varied, picture),
        tints=in_place and _tints(varied, picture),
        color_settings=_color_settings(operation),
    )


def _color_settings(operation: Operation) -> tuple[str, ...]:
    """Each setting tried alone, beside the neutral values of the others."""
    neutral, picture = operation.weakened(0), _picture()
    found = []
    gray = picture[..., :1]
    for field in ranges_of(type(operation)):
        if field.name not in operation.neutral:
            continue
        alone = msgspec.structs.replace(neutral, **{field.name: getattr(operation, field.name)})
        if _differ(_variants(alone, picture), picture) and not _differ(_variants(alone, gray), gray):
            found.append(field.title)
    return tuple(found)


def _variants(operation: Operation, picture: np.ndarray) -> np.ndarray:
    """Both ends of an operation's range and some draws of it, always applied: float32 (DRAWS + 2, H, W, C)."""
    always = msgspec.structs.replace(operation, probability=1.0)
    ends = [Chain((Step(end),))(picture) for end in operation.extremes()]
    return np.stack([*ends, *Chain((Step(always),)).batch(np.stack([picture] * DRAWS))])


def _turns(operation: Operation) -> tuple[bool, bool]:
    """Whether right may become something else than right, and up something else than up.

    Channels hold each pixel's place, so that the slopes of a variant are the mapping itself (its Jacobian matrix).
    """
    ramp = np.linspace(0.25, 0.75, SIDE, dtype=np.float32)
    places = np.stack([*np.meshgrid(ramp, ramp), np.full((SIDE, SIDE), 0.5, np.float32)], -1)
    slopes = np.stack([_slopes(variant) for variant in _variants(operation, places)])
    lengths = np.sqrt((slopes**2).sum(2))
    along = np.stack([slopes[:, 0, 0], slopes[:, 1, 1]], 1)
    turned = along < (NO_LONGER_RIGHT - 1e-3) * lengths
    return bool(turned[:, 0].any()), bool(turned[:, 1].any())


def _slopes(variant: np.ndarray) -> np.ndarray:
    """(2, 2): how the place of origin changes to the right and downwards, for x and for y, where it changes at all."""
    middle = variant[SIDE // 4 : -SIDE // 4, SIDE // 4 : -SIDE // 4, :2].astype(np.float64)
    down, right = (np.gradient(middle, axis=axis) for axis in (0, 1))
    moving = (np.abs(right) + np.abs(down)).sum(-1) > 1e-4
    if not moving.any():
        return np.zeros((2, 2))
    return np.array([np.median(slope[moving], 0) for slope in (right, down)]).T


def _differ(variants: np.ndarray, picture: np.ndarray) -> bool:
    return bool(np.abs(variants - picture).max() > VISIBLE)


def _brightens(variants: np.ndarray, picture: np.ndarray) -> bool:
    before, after = (_blocks(images) @ GRAY_WEIGHTS for images in (picture[None], variants))
    return bool((np.abs(after / before - 1) > BRIGHTER).mean((1, 2)).max() > 0.5)


def _tints(variants: np.ndarray, picture: np.ndarray) -> bool:
    before, after = (
        blocks / blocks.sum(-1, keepdims=True).clip(1e-6) for blocks in map(_blocks, (picture[None], variants))
    )
    return bool((np.abs(after - before).max(-1) > TINTED).mean((1, 2)).max() > 0.5)


def _blocks(images: np.ndarray) -> np.ndarray:
    """Means of blocks, in which noise cancels out: (N, SIDE / BLOCK, SIDE / BLOCK, C)."""
    count = SIDE // BLOCK
    return images.reshape(len(images), count, BLOCK, count, BLOCK, -1).mean((2, 4))


@cache
def _picture() -> np.ndarray:
    """A colored picture of soft shapes and fine texture, float32 (SIDE, SIDE, 3) in 0.2..0.8."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    phases = np.array([0.0, 1.3, 2.9])
    soft = np.sin(5 * x[..., None] + 9 * y[..., None] ** 2 + phases) / 2
    fine = np.random.default_rng(0).uniform(-1, 1, (SIDE, SIDE, 1))
    return (0.5 + 0.2 * soft + 0.15 * fine).astype(np.float32).clip(0.2, 0.8)
