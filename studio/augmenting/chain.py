"""A chain: an ordered list of augmentations that can be saved, loaded and applied to arrays.

chain = Chain.load(Path("gentle.json"))
tile = chain(image, seed=7)                       # the same seed gives the same tile
tile, mask = chain(image, seed=7, mask=mask)      # what moves pixels moves masks and boxes alike
tiles = chain.batch(images, seed=7)               # image 0 is what the chain makes of it alone, if it blends no images
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, overload

import msgspec
import numpy as np
from msgspec import Meta
from msgspec.structs import replace

from models.atomic import write_atomically
from studio.augmenting.arrays import check_images, named_boxes
from studio.augmenting.chain_file import CHOICES, SCHEMA, ChainError, ChainReader, parse_json, write_steps
from studio.augmenting.drawing import Drawn, Mixed, draw
from studio.augmenting.operation import Blend, Defect, Operation, ranges_of
from studio.augmenting.steps import Group, Step
from studio.text import tr

if TYPE_CHECKING:
    from torch import Tensor

    from studio.augmenting.render import Rendered

BORDERS, INTERPOLATIONS = CHOICES["border"], CHOICES["interpolation"]
Border = Literal["reflect", "edge", "black"]
Interpolation = Literal["bilinear", "lanczos"]


class Applied(msgspec.Struct, frozen=True, omit_defaults=True):
    """An operation that an image got."""

    place: tuple[int, ...]
    """The index of its step, and then within its group."""
    title: str
    values: dict[str, float]
    """What was drawn from each of its ranges, by the setting's name and in its unit."""
    copy: int = 0
    """Of a mix: which of the changed copies got it, from 1."""
    share: float = 1.0
    """Of a mix: how much of the result that copy is."""


class Chain(msgspec.Struct, frozen=True):
    """Steps in order.

    `border` shows where geometry looks beyond the image: its mirror image, its edge, or black. `interpolation` is how
    pixels between pixels are made: bilinear is fast, Lanczos keeps more fine detail at several times the cost.
    `strength` weakens all steps alike: 1 as they are set, 0 leaves images as they are.
    """

    steps: tuple[Step | Group, ...] = ()
    border: Border = "reflect"
    strength: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0
    interpolation: Interpolation = "bilinear"

    # Files

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a chain's file. Raises `ChainError` or `OSError`."""
        return cls.decode(Path(path).read_bytes())

    @classmethod
    def load_lenient(cls, path: Path) -> tuple[Self, tuple[str, ...]]:
        """What can be read of a chain's file, and a sentence for each thing that cannot.

        A step that is not known is left out; a setting that cannot be is as in a new step. Raises `ChainError` for what
        is no chain at all, or `OSError`.
        """
        return cls.read(parse_json(Path(path).read_bytes()))

    @classmethod
    def read(cls, content: Any, may_empty: bool = False) -> tuple[Self, tuple[str, ...]]:
        """As `load_lenient`, of what its JSON holds. may_empty: a step may leave nothing of images to see."""
        reader = ChainReader(content, may_empty)
        return cls(**reader.fields), tuple(reader.problems)

    def save(self, path: Path) -> None:
        write_atomically(Path(path), msgspec.json.format(self.encode(), indent=2) + b"\n")

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read JSON. Raises `ChainError`."""
        return cls.from_builtins(parse_json(content))

    def encode(self) -> bytes:
        return msgspec.json.encode(self.to_builtins())

    @classmethod
    def from_builtins(cls, content: Any) -> Self:
        """A chain from what its JSON holds. Raises `ChainError` with the first thing that is wrong."""
        chain, problems = cls.read(content)
        if problems:
            raise ChainError(problems[0])
        return chain

    def to_builtins(self) -> dict[str, Any]:
        """What its JSON holds."""
        fields = {name: getattr(self, name) for name in ("border", "interpolation", "strength")}
        return {"schema": SCHEMA, **fields, "steps": write_steps(self.steps)}

    # What is in it

    @property
    def active(self) -> tuple[Operation, ...]:
        """The operations that are switched on, those of groups among them."""
        return tuple(step.operation for step in _switched_on(self.steps))

    def describe(self) -> tuple[str, ...]:
        """A line for each step and group that is switched on."""
        lines = tuple(step.describe() for step in self.steps if step.enabled)
        if self.strength == 1 or not lines:
            return lines
        return *lines, tr("all of it weakened to {percent:g}%", percent=round(100 * self.strength, 1))

    def for_generators(self) -> Self:
        """What is switched on, without what a generator must not learn from: it would paint holes and black corners."""
        return replace(
            self,
            steps=_kept(
                (step for step in self.steps if step.enabled and (isinstance(step, Step) or step.for_generators)),
                lambda step: step.enabled and step.operation.for_generators,
            ),
            border="reflect" if self.border == "black" else self.border,
        )

    def explain(self, seed: int = 0, index: int = 0) -> tuple[Applied, ...]:
        """What image `index` of a batch gets with that seed."""
        return tuple(_explained(draw(self.steps, self.strength, seed, index, 1)))

    # What it does

    @overload
    def __call__(self, image: np.ndarray, seed: int = 0, *, defects: Sequence[Defect] = ()) -> np.ndarray: ...

    @overload
    def __call__(
        self,
        image: np.ndarray,
        seed: int = 0,
        mask: np.ndarray | None = None,
        boxes: np.ndarray | None = None,
        defects: Sequence[Defect] = (),
        box_labels: Sequence[Any] | None = None,
    ) -> Any: ...

    def __call__(
        self,
        image: np.ndarray,
        seed: int = 0,
        mask: np.ndarray | None = None,
        boxes: np.ndarray | None = None,
        defects: Sequence[Defect] = (),
        box_labels: Sequence[Any] | None = None,
    ) -> Any:
        """A variant of an image (H, W) or (H, W, C <= 4) of uint8, uint16 or float32 in 0..1: same shape, type, range.

        mask: uint8 (H, W), moved without blending. boxes: float (N, 4), x0, y0, x1, y1 in pixels; what leaves the image
        is cut, and a box that is gone has no area. defects: what a paste may put on the image, of its type; a pasted
        one adds a box after the others, and its label to `box_labels` (N).
        Returns the image, or a tuple of the image and those of mask, boxes and box labels that were given.
        What needs a batch, like Mixup, leaves a single image alone. Raises `ChainError` for other shapes and types.
        """
        beside = {
            "masks": None if mask is None else np.asarray(mask)[None],
            "boxes": None if boxes is None else [boxes],
            "box_labels": None if box_labels is None else [box_labels],
        }
        results = self.batch(image[None], seed, **beside, defects=defects)
        return tuple(each[0] for each in results) if isinstance(results, tuple) else results[0]

    @overload
    def batch(self, images: np.ndarray, seed: int = 0, *, defects: Sequence[Defect] = ()) -> np.ndarray: ...

    @overload
    def batch(
        self,
        images: np.ndarray,
        seed: int = 0,
        masks: np.ndarray | None = None,
        boxes: Sequence[np.ndarray] | None = None,
        defects: Sequence[Defect] = (),
        box_labels: Sequence[Sequence[Any]] | None = None,
    ) -> Any: ...

    def batch(
        self,
        images: np.ndarray,
        seed: int = 0,
        masks: np.ndarray | None = None,
        boxes: Sequence[np.ndarray] | None = None,
        defects: Sequence[Defect] = (),
        box_labels: Sequence[Sequence[Any]] | None = None,
    ) -> Any:
        """A variant of each of the images (N, H, W) or (N, H, W, C); image 0 is what the chain makes of it alone, but
        for what needs a batch.

        Beside them as beside a single image: masks (N, H, W), and boxes and their labels, a list of those of each
        image. CutMix adds what of the other's boxes it puts on an image.
        """
        rendered = self._render(images, seed, masks=masks, boxes=named_boxes(boxes, box_labels), defects=defects)
        results: list[Any] = [rendered.images]
        if rendered.masks is not None:
            results.append(rendered.masks)
        if rendered.boxes is not None:
            results.append([each.corners for each in rendered.boxes])
            results += [] if box_labels is None else [[list(each.labels) for each in rendered.boxes]]
        return tuple(results) if len(results) > 1 else rendered.images

    def batch_with_labels(
        self, images: np.ndarray, labels: np.ndarray, seed: int = 0, defects: Sequence[Defect] = ()
    ) -> tuple[np.ndarray, np.ndarray]:
        """As `batch`, with the soft labels of what came out: float32 (N, classes), from labels of that shape."""
        rendered = self._render(images, seed, labels=np.array(labels, np.float32), defects=defects)
        assert rendered.labels is not None
        return rendered.images, rendered.labels

    def variants(self, images: "Tensor", counts: Sequence[int], seed: int = 0, batch: int = 256) -> "Iterator[Tensor]":
        """`counts[i]` variants of image i, image by image, in batches: uint8 (<= batch, C, H, W) from (N, C, H, W).

        Variant n of all is what `explain(seed, n)` says; therefore what needs a batch, like Mixup, is left out.
        """
        import torch

        alone = replace(self, steps=_kept(self.steps, lambda step: not isinstance(step.operation, Blend)))
        sources = torch.arange(len(images)).repeat_interleave(torch.tensor(counts, dtype=torch.int64))
        for first, numbers in enumerate(sources.split(batch)):
            chosen = images[numbers].permute(0, 2, 3, 1).contiguous().numpy()
            yield torch.from_numpy(alone._render(chosen, seed, first * batch).images).permute(0, 3, 1, 2)

    def _render(self, images: np.ndarray, seed: int, first: int = 0, **beside: Any) -> "Rendered":
        from studio.augmenting.render import render

        check_images(images, beside.get("masks"), beside.get("boxes"))
        drawn = draw(self.steps, self.strength, seed, first, len(images))
        return render(drawn, images, self.border, self.interpolation, **beside)


def _switched_on(steps: Iterable[Step | Group]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Group):
            yield from (member for member in step.steps if step.enabled and member.enabled)
        elif step.enabled:
            yield step


def _kept(steps: Iterable[Step | Group], is_kept: Callable[[Step], bool]) -> tuple[Step | Group, ...]:
    """Without the steps that are not kept, in groups too, and without groups that are empty then."""
    thinned = (
        replace(step, steps=tuple(filter(is_kept, step.steps))) if isinstance(step, Group) else step for step in steps
    )
    return tuple(step for step in thinned if (step.steps if isinstance(step, Group) else is_kept(step)))


def _explained(drawn: Iterable[Drawn | Mixed], copy: int = 0, share: float = 1.0) -> Iterator[Applied]:
    """What the first image gets."""
    for each in drawn:
        if isinstance(each, Drawn) and each.acts_on(0):
            values = each.values_of(0)
            ranges = {field.name: values[field.name] for field in ranges_of(type(each.operation))}
            yield Applied(each.place, each.operation.title, ranges, copy, share)
        elif isinstance(each, Mixed) and each.chosen[0]:
            for number, (steps, part) in enumerate(zip(each.copies, each.shares[0].tolist(), strict=True), 1):
                yield from _explained(steps, number, part)
