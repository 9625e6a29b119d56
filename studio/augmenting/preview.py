"""What a chain does to the user's own images: originals beside variants."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.atomic import write_atomically
from studio.augmenting.chain import Chain
from studio.errors import UserError
from studio.exporting.png import encode_png
from studio.imaging.common import common_normalization
from studio.imaging.normalize import Normalization, normalize
from studio.imaging.read import read_item
from studio.project import Project
from studio.project.items import USABLE, Item, item, item_ids
from studio.text import tr

GAP = 4
BACKGROUND = 128


def draw_items(project: Project, n: int, seed: int = 0) -> list[Item]:
    """Up to `n` usable images, drawn by seed. Raises `UserError` when there are none."""
    ids = item_ids(project, USABLE)
    if not ids:
        raise UserError(tr("There are no images to show. Import some first."))
    drawn = np.random.default_rng(seed).permutation(len(ids))[:n].tolist()
    return [item(project, ids[index]) for index in drawn]


def read_items(chosen: Sequence[Item], normalization: Normalization) -> np.ndarray:
    """Images as generators see them: uint8 (n, size, size, 1 or 3). Raises `Unreadable` or `OSError`."""
    return np.stack([normalize(read_item(found), normalization) for found in chosen])


def tiles(chain: Chain, images: np.ndarray, variants: int, seed: int = 0) -> np.ndarray:
    """Each image beside its variants: (n, 1 + variants, H, W, C) from (n, H, W, C)."""
    columns = [chain.batch(images, seed=seed * variants + column) for column in range(variants)]
    return np.stack([images, *columns], 1)


def write_preview(project: Project, chain: Chain, path: Path, seed: int = 0) -> None:
    """Write a PNG of four images, each beside four variants, on gray."""
    images = read_items(draw_items(project, 4, seed), common_normalization(project, 160))
    rows = tiles(chain, images, 4, seed)
    count, columns, height, width, channels = rows.shape
    page = np.full((count * (height + GAP) + GAP, columns * (width + GAP) + GAP, channels), BACKGROUND, np.uint8)
    for row, column in np.ndindex(count, columns):
        top, left = GAP + row * (height + GAP), GAP + column * (width + GAP)
        page[top : top + height, left : left + width] = rows[row, column]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, encode_png(page))
