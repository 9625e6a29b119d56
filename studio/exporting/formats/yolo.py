"""YOLO: images and labels by side of the split, and data.yaml (Ultralytics)."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from studio.exporting.formats.format import Format, Written, in_images, name_of, names_of
from studio.exporting.manifest import Row
from studio.project.regions import Region


def describe(folder: Path, images: Sequence[Written]) -> list[Row]:
    """labels/SPLIT/NAME.txt has a line for each box; images without any have an empty file."""
    import yaml

    names = names_of(images)
    for image in images:
        lines = [f"{names.index(name_of(each, image.row))} {_box(each, image.row)}\n" for each in image.regions]
        file = folder / "labels" / PurePosixPath(image.row.file).relative_to("images").with_suffix(".txt")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(lines), encoding="utf-8")
    sides = {image.row.split for image in images}
    judged = next(side for side in ("validation", "test", "train") if side in sides)
    data = {"path": ".", "train": "images/train", "val": f"images/{judged}"}
    if "test" in sides:
        data["test"] = "images/test"
    text = yaml.safe_dump(data | {"names": dict(enumerate(names))}, allow_unicode=True, sort_keys=False)
    (folder / "data.yaml").write_text(text, encoding="utf-8")
    return [image.row for image in images]


def _box(region: Region, row: Row) -> str:
    """Center and size as shares of the image's width and height."""
    shares = (
        (region.left + region.width / 2) / row.width,
        (region.top + region.height / 2) / row.height,
        region.width / row.width,
        region.height / row.height,
    )
    return " ".join(f"{share:.6f}" for share in shares)


FORMAT = Format(name="yolo", title="YOLO", place=in_images, describe=describe, needs_regions=True)
