"""A chain: an ordered list of augmentations that can be saved, loaded and applied to arrays.

    chain = Chain.load(Path("gentle.json"))
    tile = chain(image, seed=7)          # the same seed gives the same tile

A chain's file is JSON: {"schema": 1, "border": "reflect", "steps": [{"operation": "rotate", "enabled": true,
"settings": {"angle": [-8, 8]}}]}.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec
import numpy as np

from models.atomic import write_atomically
from models.settings import SettingsError, with_values
from studio.augmenting.color import ColorJitter
from studio.augmenting.cutout import Cutout
from studio.augmenting.geometry import Crop, FlipHorizontal, FlipVertical, Rotate, Scale, Translate
from studio.augmenting.mixup import Mixup
from studio.augmenting.operation import Operation
from studio.errors import UserError, explain
from studio.project import Project
from studio.project.edits import edit_setting
from studio.text import tr

if TYPE_CHECKING:
    from torch import Tensor

SCHEMA = 1
OPERATIONS: tuple[type[Operation], ...] = (
    Rotate,
    Translate,
    Scale,
    Crop,
    FlipHorizontal,
    FlipVertical,
    ColorJitter,
    Cutout,
    Mixup,
)
BORDERS = ("reflect", "edge", "black")
Border = Literal["reflect", "edge", "black"]
_BY_NAME = {operation.name: operation for operation in OPERATIONS}
_PROJECT_KEY = "chain"


class ChainError(UserError):
    """A chain cannot be read; the sentence names the place."""


class Step(msgspec.Struct, frozen=True):
    """One operation of a chain; switched off it keeps its settings."""

    operation: Operation
    enabled: bool = True


class Chain(msgspec.Struct, frozen=True):
    """Steps in order. `border` shows where geometry looks beyond the image: its mirror image, its edge, or black."""

    steps: tuple[Step, ...] = ()
    border: Border = "reflect"

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a chain's file. Raises `ChainError` or `OSError`."""
        return cls.decode(Path(path).read_bytes())

    def save(self, path: Path) -> None:
        write_atomically(Path(path), msgspec.json.format(self.encode(), indent=2) + b"\n")

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read JSON. Raises `ChainError`."""
        try:
            return cls.from_builtins(msgspec.json.decode(content))
        except msgspec.DecodeError as error:
            raise ChainError(tr("The chain is not readable JSON: {reason}.", reason=error)) from error

    def encode(self) -> bytes:
        return msgspec.json.encode(self.to_builtins())

    @classmethod
    def from_builtins(cls, content: Any) -> Self:
        """A chain from what its JSON holds. Raises `ChainError`."""
        if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
            raise ChainError(tr("This is not a chain: it has no list of steps."))
        schema = content.get("schema")
        if not isinstance(schema, int) or schema < 1:
            raise ChainError(tr("This is not a chain: it does not name its schema."))
        if schema > SCHEMA:
            raise ChainError(tr("The chain was made by a newer Seedbed. Install the newer program to use it."))
        border = content.get("border", "reflect")
        if border not in BORDERS:
            raise ChainError(
                tr("The chain's border is “{border}”; it can be {known}.", border=border, known=", ".join(BORDERS))
            )
        return cls(tuple(_step(number, step) for number, step in enumerate(content["steps"], 1)), border)

    def to_builtins(self) -> dict[str, Any]:
        """What its JSON holds."""
        steps = [
            {
                "operation": step.operation.name,
                "enabled": step.enabled,
                "settings": msgspec.to_builtins(step.operation),
            }
            for step in self.steps
        ]
        return {"schema": SCHEMA, "border": self.border, "steps": steps}

    @property
    def active(self) -> tuple[Operation, ...]:
        """The operations that are switched on."""
        return tuple(step.operation for step in self.steps if step.enabled)

    def for_generators(self) -> Self:
        """The chain without what a generator must not learn from: it would paint holes, blends and black corners."""
        steps = tuple(step for step in self.steps if step.enabled and step.operation.for_generators)
        return type(self)(steps, "reflect" if self.border == "black" else self.border)

    def __call__(self, image: np.ndarray, seed: int = 0) -> np.ndarray:
        """A variant of an image (H, W) or (H, W, C) of uint8, uint16 or float32 in 0..1: same shape, type and range.

        Mixup needs a batch and leaves a single image alone.
        """
        return self.batch(image[None], seed)[0]

    def batch(self, images: np.ndarray, seed: int = 0) -> np.ndarray:
        """A variant of each of the images (N, H, W) or (N, H, W, C); image 0 is what the chain makes of it alone."""
        return self._render(images, seed, None)[0]

    def batch_with_labels(self, images: np.ndarray, labels: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """As `batch`, with the soft labels of what came out: float32 (N, classes), from labels of that shape."""
        import torch

        variants, mixed = self._render(images, seed, torch.from_numpy(np.array(labels, dtype=np.float32)))
        assert mixed is not None
        return variants, mixed.numpy()

    def variants(self, images: "Tensor", per_image: int, seed: int = 0, batch: int = 256) -> "Iterator[Tensor]":
        """`per_image` variants of each image, image by image, in batches: uint8 (<= batch, C, H, W) from (N, C, H, W).

        Variant v of image i depends on the seed, i and v alone; therefore Mixup, which needs a batch, is left out.
        """
        import torch

        from studio.augmenting.render import render

        operations = [operation for operation in self.active if not isinstance(operation, Mixup)]
        for first in range(0, len(images) * per_image, batch):
            numbers = torch.arange(first, min(first + batch, len(images) * per_image))
            chosen = images[numbers // per_image].to(torch.float32) / 255
            rendered, _ = render(operations, chosen, self.border, seed, first)
            yield rendered.mul_(255).round_().to(torch.uint8)

    def _render(self, images: np.ndarray, seed: int, labels: "Tensor | None") -> "tuple[np.ndarray, Tensor | None]":
        from studio.augmenting.render import render, to_array, to_tensor

        with_channels = images if images.ndim == 4 else images[..., None]
        rendered, mixed = render(self.active, to_tensor(with_channels), self.border, seed, 0, labels)
        return to_array(rendered, images.dtype).reshape(images.shape), mixed


def project_chain(project: Project) -> Chain:
    """The chain kept with a project; empty at first."""
    content = project.setting(_PROJECT_KEY)
    return Chain() if content is None else Chain.from_builtins(content)


def set_project_chain(project: Project, chain: Chain) -> None:
    """Keep a chain with a project, as an action that can be undone."""
    edit_setting(project, "chain", _PROJECT_KEY, chain.to_builtins())


def _step(number: int, content: Any) -> Step:
    """A step from what its JSON holds; errors name it by number and operation."""
    name = content.get("operation") if isinstance(content, dict) else None
    if name is None:
        raise ChainError(tr("Step {number} of the chain does not name its operation.", number=number))
    if name not in _BY_NAME:
        raise ChainError(
            tr(
                "Step {number} of the chain is “{name}”, which this Seedbed does not know. It knows {known}.",
                number=number,
                name=name,
                known=", ".join(_BY_NAME),
            )
        )
    enabled, settings = content.get("enabled", True), content.get("settings", {})
    if not isinstance(enabled, bool) or not isinstance(settings, dict):
        raise ChainError(tr("Step {number} of the chain ({name}) is damaged.", number=number, name=name))
    try:
        return Step(with_values(_BY_NAME[name](), settings), enabled)
    except SettingsError as error:
        raise ChainError(
            tr("Step {number} of the chain ({name}): {reason}", number=number, name=name, reason=explain(error))
        ) from error
