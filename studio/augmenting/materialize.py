"""Augmented variants as files, for pipelines that do not augment by themselves."""

import threading
from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from models.events import Progress, Task
from studio.augmenting.chain import Applied, Chain
from studio.augmenting.defect_bank import Mark, cut_defects, marked_items, pastes_defects
from studio.augmenting.operation import Defect
from studio.augmenting.project_chain import project_chain
from studio.augmenting.variants import variant_counts
from studio.errors import UserError
from studio.exporting import ExportResult
from studio.exporting.export import label_of, read_unchanged, write_item
from studio.exporting.folder import new_folder
from studio.exporting.formats.format import THING
from studio.exporting.manifest import Row, write_manifest
from studio.exporting.names import folder_names
from studio.exporting.png import encode_png
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import USABLE, Item, items
from studio.project.regions import Region, mask_of, regions
from studio.text import tr

TRAINING = f"{USABLE} AND coalesce(split, 'train') = 'train'"
LOG = "variants.jsonl"
BEAT = 0.2
"""Seconds after which it can be canceled, however long an image takes."""


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of variants.jsonl: the variant's row of the manifest, its source's number in the project, and the steps
    that were applied with the values drawn."""

    row: Row
    source: int
    steps: tuple[Applied, ...] = ()


class _Order(NamedTuple):
    """A source, how many variants of it are wanted, and what is marked in it."""

    item: Item
    wanted: int
    marked: tuple[Region, ...]


def materialize(
    project: Project,
    out: Path,
    per_image: int,
    seed: int = 0,
    chain: Chain | None = None,
    balance: bool = False,
    cores: int | None = None,
) -> Task[ExportResult]:
    """Write `per_image` variants of each training image to a new folder `out`, which appears whole or not at all.

    balance: as many for each class as the largest gets, from fewer images. chain: the project's, if None.
    Beside the class folders lie masks of what is marked, chain.json, manifest.csv, whose `seed` makes a variant again
    (`Chain.load("chain.json")(image, seed)`), and variants.jsonl, which says what was drawn. Test images stay out.
    An image in which nothing is marked gets the class of the defect that is pasted on it.
    cores: how many are used; all but one, which is left to a window, if None.
    What a killed process finished is not made again. Raises `UserError` when `out` holds something, there are no
    training images, or one changed since its import.
    """
    chain = project_chain(project) if chain is None else chain
    sources = list(items(project, TRAINING))
    if not sources or per_image < 1:
        raise UserError(tr("There are no training images to vary. Import some, and ask for at least one variant."))
    counts = variant_counts([label_of(item) for item in sources], per_image, balance)
    marked = regions(project, [item.id for item in sources])
    orders = [_Order(item, n, marked.get(item.id, ())) for item, n in zip(sources, counts, strict=True)]
    with new_folder(Path(out), _plan(chain, seed, orders)) as folder:
        made = _finished(folder / LOG)
        done = len({variant.source for variant in made})
        bank = cut_defects(marked_items(project, TRAINING), read_unchanged) if pastes_defects(chain) else []
        writer = _Writer(chain, seed, folder, sources, bank)
        yield from _write_all(writer, orders[done:], made, sum(counts), cores)
        chain.save(folder / "chain.json")
        write_manifest(folder / "manifest.csv", [variant.row for variant in made])
    return ExportResult(Path(out), len(made))


def _write_all(
    writer: "_Writer", orders: list[_Order], made: list[Variant], total: int, cores: int | None
) -> Task[None]:
    """Carry out the orders on several cores; `made` and the log grow by one source at a time."""
    what, before = tr("writing variants"), len(made)
    yield Progress(before, total, what)
    with (writer.folder / LOG).open("ab") as log, closing(in_order(writer, orders, BEAT, cores)) as written:
        try:
            for variants in written:
                log.write(b"".join(msgspec.json.encode(variant) + b"\n" for variant in variants or ()))
                log.flush()
                made += variants or ()
                yield Progress(before + writer.files, total, what)
        finally:
            writer.stop.set()


class _Writer:
    """Writes the variants of one source; safe to call from several threads. `stop` ends it after the next variant."""

    def __init__(self, chain: Chain, seed: int, folder: Path, sources: Sequence[Item], bank: Sequence[Defect]) -> None:
        self.folder = folder
        self.files = 0
        self.stop = threading.Event()
        self._counting = threading.Lock()
        self._chain = chain
        self._seed = seed
        self._bank = bank
        self._folders = folder_names(dict.fromkeys(map(label_of, sources)))

    def __call__(self, order: _Order) -> list[Variant]:
        image = read_unchanged(order.item)
        return [self._write(order, image, number) for number in range(order.wanted) if not self.stop.is_set()]

    def _write(self, order: _Order, image: np.ndarray, number: int) -> Variant:
        seed = int(np.random.SeedSequence([self._seed, order.item.id, number]).generate_state(1)[0])
        varied, mask, boxes, marks = self._chain(
            image,
            seed,
            mask_of(order.marked, *image.shape[:2]),
            _corners(order.marked),
            self._bank,
            [Mark(region.name, order.item.label or "") for region in order.marked],
        )
        shown = msgspec.structs.replace(order.item, label=_class_of(order, marks))
        row = write_item(shown, varied, self.folder, self._folders[label_of(shown)], f"-{number:02}")
        if order.marked or self._bank:
            row = msgspec.structs.replace(row, mask=self._write_mask(row, mask), boxes=_boxes(boxes, marks))
        with self._counting:
            self.files += 1
        return Variant(msgspec.structs.replace(row, seed=seed), order.item.id, self._chain.explain(seed))

    def _write_mask(self, row: Row, mask: np.ndarray) -> str:
        """The same place as in an export of class folders."""
        file = Path("masks", row.file).with_suffix("")
        file = file.with_name(f"{file.name}_mask.png")
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / file).write_bytes(encode_png(mask))
        return file.as_posix()


def _corners(marked: Sequence[Region]) -> np.ndarray:
    """(n, 4): left, top, right and bottom of regions."""
    corners = [(each.left, each.top, each.left + each.width, each.top + each.height) for each in marked]
    return np.array(corners, np.float64).reshape(-1, 4)


def _class_of(order: _Order, marks: Sequence[Mark]) -> str | None:
    """Of a variant: a good part with a defect on it is no longer a good part."""
    pasted = [mark.image_class for mark in marks[len(order.marked) :] if mark.image_class]
    return pasted[0] if pasted and not order.marked and order.item.label else order.item.label


def _boxes(corners: np.ndarray, marks: Sequence[Mark]) -> str:
    """What the manifest says of what is marked and still in the image."""
    boxes = [
        [mark.name or mark.image_class or THING, left, top, round(right - left, 2), round(bottom - top, 2)]
        for mark, (left, top, right, bottom) in zip(marks, corners.round(2).tolist(), strict=True)
        if right > left and bottom > top
    ]
    return msgspec.json.encode(boxes).decode()


def _finished(log: Path) -> list[Variant]:
    """What the log of a killed process holds; a line that it did not finish is cut off."""
    if not log.exists():
        return []
    content = log.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    log.write_bytes(whole)
    return [msgspec.json.decode(line, type=Variant) for line in whole.splitlines()]


def _plan(chain: Chain, seed: int, orders: Sequence[_Order]) -> str:
    """A text that is the same for those calls alone that would write the same files."""
    parts = [
        (each.item.id, each.item.sha256, each.item.masked, label_of(each.item), each.wanted, each.marked)
        for each in orders
    ]
    as_read = Chain.decode(chain.encode()).to_builtins()  # 1 and 1.0 are the same
    return sha256(msgspec.json.encode([as_read, seed, parts])).hexdigest()
