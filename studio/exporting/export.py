"""Export: a folder of images that a training pipeline reads, with a manifest and a data card."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from models.events import Progress, Task
from studio.errors import UserError
from studio.exporting.card import data_card
from studio.exporting.folder import new_folder
from studio.exporting.formats import FORMATS, Format, Written
from studio.exporting.formats.format import in_class_folders
from studio.exporting.manifest import UNLABELED, Row, write_manifest
from studio.exporting.names import folder_names
from studio.exporting.png import encode_png
from studio.imaging.normalize import TINY, full_range
from studio.imaging.read import read_same
from studio.project import Project
from studio.project.items import Item, items
from studio.project.part import encode_boxes
from studio.project.regions import Region, regions
from studio.text import tr

CHOICES = {"both": "1", "real": "origin = 'real'", "synthetic": "origin = 'synthetic'"}
"""What can be exported, as SQL conditions."""
EXPORTED = "exported"
"""The project's setting that remembers the latest export."""


class ExportResult(msgspec.Struct, frozen=True):
    """The folder that was written and the number of images in it."""

    dir: Path
    files: int


def export_counts(project: Project, which: str = "both", run: str | None = None) -> Counter[tuple[str, str, str]]:
    """Images that an export would hold, by class, split and origin."""
    condition, values = _chosen(which, run)
    rows = project.db.execute(
        "SELECT class.name, split, origin, count(*) AS n FROM item LEFT JOIN class ON class.id = class_id"
        f" WHERE {condition} GROUP BY class_id, split, origin",
        values,
    )
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        counts[row["name"] or UNLABELED, row["split"] or "train", row["origin"]] += row["n"]
    return counts


def export(
    project: Project, out: Path, format: str = "folders", which: str = "both", run: str | None = None
) -> Task[ExportResult]:
    """Write the project's images to a new folder `out`, which appears whole or not at all.

    which: "both", "real" or "synthetic"; run: of the synthetic images only those of this run.
    format: one of `FORMATS`. "folders" writes train/CLASS/real-000123.png, test/CLASS/... and
    train/CLASS/synthetic-000456.png at the images' own depth, and masks of what is marked; each format adds
    manifest.csv and the data card README.md. Names and metadata of the sources are left behind.
    Raises `UserError` when `out` holds something, there is nothing to export, or a source changed since its import.
    """
    if format not in FORMATS:
        raise UserError(tr("There is no format “{name}”. There are: {known}.", name=format, known=", ".join(FORMATS)))
    if which not in CHOICES:
        raise UserError(tr("“{name}” cannot be exported; it is one of {known}.", name=which, known=", ".join(CHOICES)))
    chosen = list(items(project, *_chosen(which, run)))
    if not chosen:
        raise UserError(tr("There are no images to export. Import or synthesize some first."))
    marked = regions(project, (item.id for item in chosen))
    if FORMATS[format].needs_regions and not marked:
        raise UserError(tr("Nothing is marked in these images. Mark something, or export class folders."))
    with new_folder(Path(out)) as folder:
        rows = yield from _write_images(chosen, marked, folder, FORMATS[format])
        write_manifest(folder / "manifest.csv", rows)
        (folder / "README.md").write_text(data_card(project, rows), encoding="utf-8")
    samples = sum(row.origin == "synthetic" for row in rows)
    project.set_setting(EXPORTED, {"dir": str(Path(out).absolute()), "files": len(rows), "samples": samples})
    return ExportResult(Path(out), len(rows))


def _chosen(which: str, run: str | None) -> tuple[str, list[str]]:
    """SQL condition, and its values, of the items of an export: of the synthetic ones only those of `run`."""
    condition = f"decision IS NOT 'exclude' AND {CHOICES[which]}"
    return (condition, []) if run is None else (f"{condition} AND (origin = 'real' OR run = ?)", [run])


def _write_images(
    chosen: Sequence[Item], marked: Mapping[int, tuple[Region, ...]], folder: Path, layout: Format
) -> Task[list[Row]]:
    folders = folder_names(dict.fromkeys(label_of(item) for item in chosen))
    written = []
    for done, item in enumerate(chosen):
        yield Progress(done, len(chosen), tr("writing images"))
        row = write_item(item, read_unchanged(item), folder, folders[label_of(item)], place=layout.place)
        written.append(Written(row, marked.get(item.id, ())))
    yield Progress(len(chosen), len(chosen), tr("writing images"))
    return layout.describe(folder, written)


def write_item(
    item: Item,
    pixels: np.ndarray,
    folder: Path,
    class_folder: str,
    suffix: str = "",
    place: Callable[[str, str], str] = in_class_folders,
) -> Row:
    """Write pixels made from an item as a PNG below `folder`, and return its row of the manifest."""
    split = item.split or "train"
    file = Path(place(split, class_folder), f"{item.origin}-{item.id:06}{suffix}.png")
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(encode_png(pixels))
    made = item.provenance or {}
    return Row(
        file=file.as_posix(),
        label=label_of(item),
        split=split,
        origin=item.origin,
        width=pixels.shape[1],
        height=pixels.shape[0],
        channels=1 if pixels.ndim == 2 else pixels.shape[2],
        bits=8 * pixels.itemsize,
        **_source(item),
        run=item.run or "",
        checkpoint=str(made.get("checkpoint", "")),
        seed=made.get("seed", ""),
        index=made.get("index", ""),
    )


def _source(item: Item) -> dict[str, Any]:
    """The columns that lead back to an image's own pixels; none for a synthetic one, whose file is not for others."""
    if item.origin != "real":
        return {}
    part = item.part
    return {
        "source_sha256": item.sha256,
        "source_frame": "" if part.frame is None else part.frame,
        "source_plane": part.plane or "",
        "source_box": "" if part.box is None else msgspec.json.encode(part.box).decode(),
        "masked": encode_boxes(item.masked),
    }


def label_of(item: Item) -> str:
    return item.label or UNLABELED


def read_unchanged(item: Item) -> np.ndarray:
    """The pixels of an image as PNG can hold them: uint8 or uint16, floats spread over 16 bits.

    Raises `UserError` when its file is no longer what was imported.
    """
    image = read_same(item.path, item.part, item.sha256, item.masked)
    if image is None:
        raise UserError(
            tr("“{name}” has changed since it was imported. Import it again, then export.", name=item.path.name)
        )
    if image.pixels.dtype != np.float32:
        return image.pixels
    low, high = full_range(image)
    return np.rint((image.color - low) / max(high - low, TINY) * 65535).astype(np.uint16)
