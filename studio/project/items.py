"""Items: the images of a project, real and synthetic."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from studio.project.part import WHOLE, Box, Part, decode_boxes, encode_boxes
from studio.project.regions import Region, encode_regions
from studio.project.store import Project


class Item(msgspec.Struct, frozen=True):
    """One image. `path` is absolute, `part` says which image of the file; `label` is its class's name; `depth` bits per
    channel; `masked` what of it is never shown nor learned from."""

    id: int
    origin: str
    path: Path
    part: Part
    sha256: str
    pixel_sha256: str
    width: int
    height: int
    channels: int
    depth: int
    label: str | None = None
    split: str | None = None
    decision: str | None = None
    fields: dict[str, str] = {}
    run: str | None = None
    provenance: dict | None = None
    masked: tuple[Box, ...] = ()

    @property
    def picture(self) -> str:
        """Names what is to be seen: equal for images that are equal in every pixel and masked alike."""
        return f"{self.pixel_sha256} {encode_boxes(self.masked)}".rstrip()


class NewItem(msgspec.Struct):
    """An image to be added; `scores` are what it measured while it was decoded, by name; `said` is a digest of what
    sources say of it."""

    path: Path
    sha256: str
    pixel_sha256: str
    width: int
    height: int
    channels: int
    depth: int
    label: str | None = None
    fields: dict[str, str] = {}
    scores: dict[str, float] = {}
    origin: str = "real"
    run: str | None = None
    provenance: dict | None = None
    part: Part = WHOLE
    split: str | None = None
    regions: tuple[Region, ...] = ()
    said: str = ""


_SELECT = (
    "SELECT item.id, origin, path, part, sha256, pixel_sha256, width, height, channels, depth, class_id, split,"
    " decision, fields, run, provenance, masked, class.name AS label"
    " FROM item LEFT JOIN class ON class.id = item.class_id"
)

FILE_ORDER = "order"
"""The field that says which place a file had in its import: to sort by, for no two images share it."""
SIDES = ("train", "validation", "test")
USABLE = "origin = 'real' AND decision IS NOT 'exclude'"
"""SQL condition of the items that later stages work with: real and not excluded."""


def items(project: Project, where: str = "1", values: Sequence = (), order: str = "item.id") -> Iterator[Item]:
    """Items that meet an SQL condition on the columns of `item` (and `label`), in order."""
    for row in project.db.execute(f"SELECT * FROM ({_SELECT}) AS item WHERE {where} ORDER BY {order}", values):
        yield _item(project, row)


def item_ids(project: Project, where: str = "1", values: Sequence = (), order: str = "item.id") -> list[int]:
    """The ids alone, for views that fetch items as they are shown."""
    # As one text, for which SQLite lets other threads run: the window stays smooth however many there are.
    found = project.db.execute(
        f"SELECT json_group_array(id) FROM (SELECT id FROM ({_SELECT}) AS item WHERE {where} ORDER BY {order})", values
    ).fetchone()
    return msgspec.json.decode(found[0], type=list[int])


def items_of(project: Project, ids: Sequence[int]) -> list[Item]:
    """The items of these ids, in their order. Raises `KeyError` if there is none."""
    found = {found.id: found for found in items(project, "id IN (SELECT value FROM json_each(?))", (_json(list(ids)),))}
    return [found[item_id] for item_id in ids]


def items_in_turn(project: Project, ids: Sequence[int], at_once: int = 500) -> Iterator[Item]:
    """The items of these ids, in their order, read as they are taken: all at once would keep a cancel waiting."""
    for start in range(0, len(ids), at_once):
        yield from items_of(project, ids[start : start + at_once])


def item(project: Project, item_id: int) -> Item:
    """One item. Raises `KeyError` if there is none."""
    for found in items(project, "id = ?", (item_id,)):
        return found
    raise KeyError(item_id)


def next_item(project: Project, where: str, after: int) -> int | None:
    """The id of the next item behind item `after` that meets an SQL condition on the columns of `item`, from the start
    again at the end."""
    for condition in ("id > ?", "id <= ?"):
        query = f"SELECT id FROM item WHERE {condition} AND {where} ORDER BY id LIMIT 1"
        if (row := project.db.execute(query, (after,)).fetchone()) is not None:
            return row[0]
    return None


def count(project: Project, where: str = "1", values: Sequence = ()) -> int:
    """How many items meet an SQL condition on origin, decision, class_id and split: at once, however many there are."""
    return project.db.execute(f"SELECT coalesce(sum(n), 0) FROM tally WHERE {where}", values).fetchone()[0]


def add_items(project: Project, new: Iterable[NewItem]) -> list[int]:
    """Add images in one transaction and return the ids of those that were not there yet (by origin, path and part)."""
    added: list[int] = []
    class_ids: dict[str | None, int | None] = {None: None}
    with project.writing() as db:
        for image in new:
            if image.label is not None and image.label not in class_ids:
                class_ids[image.label] = class_id_of(project, image.label)
            cursor = db.execute(
                "INSERT OR IGNORE INTO item (origin, path, part, sha256, pixel_sha256, width, height, channels, depth,"
                " class_id, split, fields, run, provenance, said, regions)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    image.origin,
                    project.store_path(image.path),
                    image.part.encode(),
                    image.sha256,
                    image.pixel_sha256,
                    image.width,
                    image.height,
                    image.channels,
                    image.depth,
                    class_ids[image.label],
                    image.split,
                    _json(image.fields),
                    image.run,
                    None if image.provenance is None else _json(image.provenance),
                    image.said,
                    encode_regions(image.regions),
                ),
            )
            if cursor.rowcount:
                assert cursor.lastrowid is not None
                added.append(cursor.lastrowid)
                scores = ((cursor.lastrowid, name, value) for name, value in image.scores.items())
                db.executemany("INSERT INTO score VALUES (?, ?, ?)", scores)
    return added


def replace_items(project: Project, images: Mapping[int, NewItem]) -> None:
    """Other content for items, in one transaction: what the user said of them (class, split, decision) stays."""
    with project.writing() as db:
        for item_id, image in images.items():
            db.execute(
                "UPDATE item SET sha256 = ?, pixel_sha256 = ?, width = ?, height = ?, channels = ?, depth = ?,"
                " fields = json_patch(fields, ?) WHERE id = ?",
                (
                    image.sha256,
                    image.pixel_sha256,
                    image.width,
                    image.height,
                    image.channels,
                    image.depth,
                    _json(image.fields),
                    item_id,
                ),
            )
            for table in ("score", "finding"):
                db.execute(f"DELETE FROM {table} WHERE item_id = ?", (item_id,))
            scores = ((item_id, name, value) for name, value in image.scores.items())
            db.executemany("INSERT INTO score VALUES (?, ?, ?)", scores)


def classes(project: Project) -> list[str]:
    """The names of the classes in the order they were made: class 1 is key 1."""
    return [row["name"] for row in project.db.execute("SELECT name FROM class ORDER BY id")]


def class_id_of(project: Project, name: str) -> int:
    """The id of a class, which is made if there is none of that name."""
    with project.writing() as db:
        db.execute("INSERT OR IGNORE INTO class (name) VALUES (?)", (name,))
        return db.execute("SELECT id FROM class WHERE name = ?", (name,)).fetchone()[0]


def class_counts(project: Project, where: str = USABLE) -> dict[str | None, int]:
    """Images per class that meet a condition as of `count`, every class named; None counts those without a label."""
    counts: dict[str | None, int] = dict.fromkeys(classes(project), 0)
    rows = project.db.execute(
        f"SELECT name, sum(n) FROM tally LEFT JOIN class ON class.id = class_id WHERE {where} GROUP BY class_id"
    )
    counts.update((label, number) for label, number in rows)
    return counts


def _item(project: Project, row: sqlite3.Row) -> Item:
    return Item(
        id=row["id"],
        origin=row["origin"],
        path=project.resolve_path(row["path"]),
        part=Part.decode(row["part"]),
        sha256=row["sha256"],
        pixel_sha256=row["pixel_sha256"],
        width=row["width"],
        height=row["height"],
        channels=row["channels"],
        depth=row["depth"],
        label=row["label"],
        split=row["split"],
        decision=row["decision"],
        fields=msgspec.json.decode(row["fields"]),
        run=row["run"],
        provenance=msgspec.json.decode(row["provenance"]) if row["provenance"] else None,
        masked=decode_boxes(row["masked"]),
    )


def _json(value: dict | list) -> str:
    return msgspec.json.encode(value).decode()
