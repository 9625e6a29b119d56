"""Steps that move each pixel by a way of its own: elastic and grid distortion."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Distortion, Values, random_generator

Distance = Annotated[float, Meta(ge=0.0, le=10.0)]
Cell = Annotated[float, Meta(ge=5.0, le=50.0)]


class Elastic(Distortion, frozen=True):
    """Random ways on a coarse grid, made smooth by bicubic interpolation (as in Ronneberger et al. 2015)."""

    name: ClassVar[str] = "elastic"
    title: ClassVar[str] = "Elastic"
    summary: ClassVar[str] = "Bends the image softly, as tissue or cloth is bent."
    neutral: ClassVar[dict[str, float]] = {"distance": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("texture",)

    distance: Annotated[
        tuple[Distance, Distance],
        Meta(
            title="Distance",
            description="How far pixels move typically, in percent of the shorter side.",
            extra={"unit": "%", "step": 0.1},
        ),
    ] = (0.5, 1.5)
    cell: Annotated[
        tuple[Cell, Cell],
        Meta(
            title="Size of waves",
            description="In percent of the shorter side: small ones ripple, large ones sway.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (15.0, 30.0)

    def field(self, values: Values, height: int, width: int) -> np.ndarray:
        import cv2

        side = min(height, width)
        rows, columns = (round(length / (values["cell"] / 100 * side)) + 3 for length in (height, width))
        ways = random_generator(values["texture"]).standard_normal((rows, columns, 2), np.float32)
        ways *= values["distance"] / 100 * side / 2**0.5
        return cv2.resize(ways, (width, height), interpolation=cv2.INTER_CUBIC)


class GridDistortion(Distortion, frozen=True):
    name: ClassVar[str] = "grid_distortion"
    title: ClassVar[str] = "Grid distortion"
    summary: ClassVar[str] = "Stretches some columns and rows and squeezes others, as an uneven scan does."
    neutral: ClassVar[dict[str, float]] = {"distance": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("texture",)

    distance: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=45.0)], Annotated[float, Meta(ge=0.0, le=45.0)]],
        Meta(
            title="Distance",
            description="How far lines of the grid move at most, in percent of a cell.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (0.0, 25.0)
    cells: Annotated[int, Meta(title="Cells", description="Across and down.", ge=2, le=20)] = 5

    def field(self, values: Values, height: int, width: int) -> np.ndarray:
        random = random_generator(values["texture"])
        x, y = (self._shifts(random, values["distance"], length) for length in (width, height))
        return np.stack(np.broadcast_arrays(x, y[:, None]), -1).astype(np.float32)

    def _shifts(self, random: np.random.Generator, distance: float, length: int) -> np.ndarray:
        """How far each pixel of an axis moves: the border stays, lines between move, cells stretch."""
        lines = np.linspace(0, length - 1, self.cells + 1)
        moves = random.uniform(-1, 1, self.cells + 1) * distance / 100 * (length - 1) / self.cells
        moves[[0, -1]] = 0
        return np.interp(np.arange(length), lines, moves)
