"""A folder for each class, and masks beside them where something is marked."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import msgspec

from studio.exporting.formats.format import Format, Written, in_class_folders, name_of
from studio.exporting.manifest import Row
from studio.exporting.png import encode_png
from studio.project.regions import mask_of


def describe(folder: Path, images: Sequence[Written]) -> list[Row]:
    """masks/SPLIT/CLASS/NAME_mask.png is 255 where something is marked; the manifest has the boxes."""
    return [_with_mask(folder, image) if image.regions else image.row for image in images]


def _with_mask(folder: Path, image: Written) -> Row:
    row = image.row
    image_file = PurePosixPath(row.file)
    mask = PurePosixPath("masks", image_file.parent, f"{image_file.stem}_mask.png")
    (folder / mask).parent.mkdir(parents=True, exist_ok=True)
    (folder / mask).write_bytes(encode_png(mask_of(image.regions, row.height, row.width)))
    boxes = [[name_of(each, row), each.left, each.top, each.width, each.height] for each in image.regions]
    return msgspec.structs.replace(row, mask=str(mask), boxes=msgspec.json.encode(boxes).decode())


FORMAT = Format(name="folders", title="Class folders of PNG", place=in_class_folders, describe=describe)
