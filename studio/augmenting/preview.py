"""What a chain does to the user's own images: originals beside variants, and each step at both ends of its range."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from models.atomic import write_atomically
from models.settings import fields_of
from studio.augmenting.chain import Applied, Chain
from studio.augmenting.defect_bank import Marked, cut_defects, marked_items, normalized_mask, pastes_defects
from studio.augmenting.guardrails import enabled_steps
from studio.augmenting.operation import Defect, Operation
from studio.augmenting.operations import OPERATIONS
from studio.augmenting.steps import Step
from studio.errors import UserError
from studio.exporting.png import encode_png
from studio.imaging.common import common_normalization
from studio.imaging.normalize import Normalization, normalize
from studio.imaging.read import read_item
from studio.project import Project
from studio.project.items import USABLE, Item, item
from studio.text import tr

GUESSES = 25
"""How many random numbers of items are tried for each that is wanted."""
GAP = 4
BACKGROUND = 128
SEPARATOR = " · "
"""Between the steps that made a variant."""


class Extreme(NamedTuple):
    """An image after a step at one end of its range; the words are the step's title and the end."""

    image: np.ndarray
    title: str
    value: str


def draw_items(project: Project, n: int, seed: int = 0) -> list[Item]:
    """Up to `n` usable images, drawn by seed. Raises `UserError` when there are none."""
    ids = _drawn_ids(project, n, seed)
    if not ids:
        raise UserError(tr("There are no images to show. Import some first."))
    return [item(project, item_id) for item_id in ids]


def read_items(chosen: Sequence[Item], normalization: Normalization) -> np.ndarray:
    """Images as generators see them: uint8 (n, size, size, 1 or 3). Raises `Unreadable` or `OSError`."""
    return np.stack([normalize(read_item(found), normalization) for found in chosen])


def read_defects(marked: Sequence[Marked], normalization: Normalization) -> list[Defect]:
    """What is marked in items, as in `read_items`. Raises `Unreadable` or `OSError`."""
    return cut_defects(
        marked,
        lambda shown: normalize(read_item(shown), normalization),
        lambda mask: normalized_mask(mask, normalization),
    )


def class_rows(chosen: Sequence[Item]) -> np.ndarray:
    """The classes of items as labels float32 (n, classes), so that blends know which images share one."""
    _, numbers = np.unique([each.label or "" for each in chosen], return_inverse=True)
    return np.eye(numbers.max() + 1, dtype=np.float32)[numbers]


def tiles(
    chain: Chain,
    images: np.ndarray,
    variants: int,
    seed: int = 0,
    defects: Sequence[Defect] = (),
    labels: np.ndarray | None = None,
) -> np.ndarray:
    """Each image beside its variants: (n, 1 + variants, H, W, C) from (n, H, W, C). labels: see `class_rows`."""
    labels = np.ones((len(images), 1), np.float32) if labels is None else labels
    seeds = [column_seed(seed, variants, column) for column in range(variants)]
    columns = [chain.batch_with_labels(images, labels, each, defects)[0] for each in seeds]
    return np.stack([images, *columns], 1)


def column_seed(seed: int, variants: int, column: int) -> int:
    """The seed of a column of `tiles`: its row r is image r of a batch with that seed."""
    return seed * variants + column


def differences(rows: np.ndarray) -> np.ndarray:
    """What changed, as `tiles`: the originals, and beside them brighter or darker than mid-gray what became so."""
    changed = rows[:, 1:].astype(np.int16) - rows[:, :1] + BACKGROUND
    return np.concatenate([rows[:, :1], changed.clip(0, 255).astype(np.uint8)], 1)


def extremes(chain: Chain, images: np.ndarray, defects: Sequence[Defect] = (), seed: int = 0) -> list[Extreme]:
    """The first of the images (n, H, W, C) after each step that is switched on, at either end of its range.

    Both ends follow each other; steps that have no range come last. The other images are for steps that blend.
    """
    ranged, plain = [], []
    for _, step in enabled_steps(chain):
        title = tr(step.operation.title)
        ends = step.operation.weakened(chain.strength).extremes()
        shown = [
            replace(chain, steps=(Step(end),), strength=1.0).batch(images, seed, defects=defects)[0]
            for end in dict.fromkeys(ends)
        ]
        if len(shown) == 1:
            plain.append(Extreme(shown[0], title, ""))
        else:
            ranged += [Extreme(tile, title, end.describe()) for tile, end in zip(shown, ends, strict=True)]
    return [*ranged, *plain]


def describe_applied(applied: Sequence[Applied]) -> str:
    """The operations that made a variant, with the values drawn; of a mix, those of each copy that shows through."""
    if not applied:
        return tr("No step was drawn: it is the original.")
    parts = []
    for mix, group in groupby(applied, lambda each: each.copy and each.place[0] + 1):
        together = list(group)
        parts.append(_mix_in_words(together) if mix else _all_in_words(together))
    return SEPARATOR.join(parts)


def write_preview(project: Project, chain: Chain, path: Path, seed: int = 0) -> None:
    """Write a PNG of four images, each beside four variants, on gray."""
    normalization = common_normalization(project, 160)
    chosen = draw_items(project, 4, seed)
    marked = marked_items(project) if pastes_defects(chain) else []
    defects = read_defects(marked, normalization)
    rows = tiles(chain, read_items(chosen, normalization), 4, seed, defects, class_rows(chosen))
    count, columns, height, width, channels = rows.shape
    page = np.full((count * (height + GAP) + GAP, columns * (width + GAP) + GAP, channels), BACKGROUND, np.uint8)
    for row, column in np.ndindex(count, columns):
        top, left = GAP + row * (height + GAP), GAP + column * (width + GAP)
        page[top : top + height, left : left + width] = rows[row, column]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, encode_png(page))


def _drawn_ids(project: Project, n: int, seed: int) -> list[int]:
    """Among many items a few guesses find enough; only where they do not, all are listed."""
    rng = np.random.default_rng(seed)
    last = project.db.execute("SELECT coalesce(max(id), 0) FROM item").fetchone()[0]
    guessed = list(dict.fromkeys(rng.integers(1, last + 1, GUESSES * n if last else 0).tolist()))
    marks = ", ".join("?" * len(guessed))
    rows = project.db.execute(
        f"WITH guessed AS MATERIALIZED (SELECT id, origin, decision FROM item WHERE id IN ({marks}))"
        f" SELECT id FROM guessed WHERE {USABLE}",
        guessed,
    )
    usable = {row[0] for row in rows}
    found = [item_id for item_id in guessed if item_id in usable][:n]
    if len(found) == n:
        return found
    ids = [row[0] for row in project.db.execute(f"SELECT id FROM item WHERE {USABLE} ORDER BY id")]
    return [ids[index] for index in rng.permutation(len(ids))[:n].tolist()]


def _mix_in_words(applied: Sequence[Applied]) -> str:
    """What the copies of one mix got, each with its share of the result."""
    copies = [(share, _all_in_words(group)) for share, group in groupby(applied, lambda each: each.share)]
    rest = 1 - sum(share for share, _ in copies)
    original = tr("{percent:.0f}% original", percent=100 * rest)
    return " + ".join([original, *(f"{100 * share:.0f}% ({words})" for share, words in copies)])


def _all_in_words(applied: Iterable[Applied]) -> str:
    return SEPARATOR.join(map(_in_words, applied))


def _in_words(applied: Applied) -> str:
    title, operation = tr(applied.title), _operation(applied.title)
    fields = {field.name: field for field in fields_of(operation)}
    values = [
        f"{tr(fields[name].title).lower()} {value:.3g}{fields[name].unit}".replace("-", "−")
        for name, value in applied.values.items()
        if value != operation.neutral.get(name)
    ]
    return f"{title}: {', '.join(values)}" if values else title


def _operation(title: str) -> type[Operation]:
    return next(operation for operation in OPERATIONS if operation.title == title)
