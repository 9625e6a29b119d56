"""Steps that blend two images of a batch, and their labels alike."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Batch, Blend, Boxes

Share = Annotated[float, Meta(ge=0.0, le=50.0)]
Partner = Annotated[
    Literal["any", "same class"],
    Meta(title="Partner", description="Any other image of the batch, or one of the same class."),
]


class Mixup(Blend, frozen=True):
    """Zhang et al. 2018. The shares are drawn for each image, not once a batch."""

    name: ClassVar[str] = "mixup"
    title: ClassVar[str] = "Mixup"
    summary: ClassVar[str] = "Blends each image with another one of the batch, and their labels by the same shares."
    neutral: ClassVar[dict[str, float]] = {"share": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("partner",)

    share: Annotated[
        tuple[Share, Share],
        Meta(
            title="Share of the other",
            description="How much of the other image shows through.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (10.0, 40.0)
    partner: Partner = "any"

    def blend(self, batch: Batch, values: Mapping[str, np.ndarray], chosen: np.ndarray) -> None:
        partners = _partners(values["partner"], batch.labels, self.partner)
        shares = (values["share"] / 100 * chosen).astype(np.float32)
        pairs = zip(batch.images, partners, shares, strict=True)
        batch.images = [image + share * (batch.images[partner] - image) for image, partner, share in pairs]
        _blend_labels(batch, partners, shares)


class CutMix(Blend, frozen=True):
    """Yun et al. 2019."""

    name: ClassVar[str] = "cutmix"
    title: ClassVar[str] = "CutMix"
    summary: ClassVar[str] = "Puts a box of another image of the batch on each image; labels are blended by its area."
    neutral: ClassVar[dict[str, float]] = {"share": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("partner", "x", "y")
    changes_position: ClassVar[bool] = True

    share: Annotated[
        tuple[Share, Share],
        Meta(title="Area", description="Share of the image that the box covers.", extra={"unit": "%", "step": 1.0}),
    ] = (10.0, 40.0)
    partner: Partner = "any"

    def blend(self, batch: Batch, values: Mapping[str, np.ndarray], chosen: np.ndarray) -> None:
        partners = _partners(values["partner"], batch.labels, self.partner)
        images, masks, boxes = list(batch.images), batch.masks and list(batch.masks), batch.boxes and list(batch.boxes)
        shares = np.zeros(len(images), np.float32)
        for number in np.flatnonzero(chosen):
            partner = partners[number]
            box, shares[number] = _box(images[number].shape, *(values[name][number] for name in ("share", "x", "y")))
            batch.images[number] = _patched(images[number], images[partner], box)
            if masks and batch.masks:
                batch.masks[number] = _patched(masks[number], masks[partner], box)
            if boxes and batch.boxes:
                batch.boxes[number] = _patched_boxes(boxes[number], boxes[partner], box)
        _blend_labels(batch, partners, shares)


def _partners(draws: np.ndarray, labels: np.ndarray | None, partner: str) -> np.ndarray:
    """The number (N,) of each image's partner: the next in a drawn order, of all or, where labels are known and it is
    asked for, of its class; an image alone is its own."""
    groups = np.zeros(len(draws), int) if labels is None or partner == "any" else labels.argmax(1)
    partners = np.empty(len(draws), int)
    for group in np.unique(groups):
        order = np.flatnonzero(groups == group)
        order = order[draws[order].argsort(kind="stable")]
        partners[order] = np.roll(order, 1)
    return partners


def _blend_labels(batch: Batch, partners: np.ndarray, shares: np.ndarray) -> None:
    if batch.labels is not None:
        batch.labels = batch.labels + shares[:, None] * (batch.labels[partners] - batch.labels)


def _box(shape: tuple[int, ...], percent: float, x: float, y: float) -> tuple[tuple[slice, slice], float]:
    """A box of the image's proportions in whole pixels, and the share of the image that it covers."""
    sides = [round(side * (percent / 100) ** 0.5) for side in shape[:2]]
    starts = [int(place * (whole - side + 1)) for place, whole, side in zip((y, x), shape, sides, strict=False)]
    top, left = (slice(start, start + side) for start, side in zip(starts, sides, strict=True))
    return (top, left), sides[0] * sides[1] / (shape[0] * shape[1])


def _patched(image: np.ndarray, other: np.ndarray, box: tuple[slice, slice]) -> np.ndarray:
    patched = image.copy()
    patched[box] = other[box]
    return patched


def _patched_boxes(own: Boxes, other: Boxes, box: tuple[slice, slice]) -> Boxes:
    """Those of an image that are not wholly covered, and what of the other's lies in the box."""
    down, across = box
    inner, outer = [across.start, down.start] * 2, [across.stop, down.stop] * 2
    is_covered = (own.corners == own.corners.clip(inner, outer)).all(1)
    kept = Boxes(np.where(is_covered[:, None], own.corners[:, [0, 1, 0, 1]], own.corners), own.labels)
    cut = other.corners.clip(inner, outer)
    there = np.flatnonzero((cut[:, 2:] > cut[:, :2]).all(1))
    return kept.joined(cut[there], [other.labels[number] for number in there])
