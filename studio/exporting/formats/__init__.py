"""The formats of an export, one a file."""

from studio.exporting.formats import coco, folders, imagefolder, yolo
from studio.exporting.formats.format import Format, Written

FORMATS: dict[str, Format] = {module.FORMAT.name: module.FORMAT for module in (folders, imagefolder, coco, yolo)}
"""By name, the usual one first."""

__all__ = ["FORMATS", "Format", "Written"]
