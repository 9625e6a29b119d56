"""The layouts that sources may have, one a file, the most telling first."""

from studio.importing.layouts import coco, flat, folders, imagefolder, mvtec, table, voc, webdataset, yolo
from studio.importing.layouts.layout import Layout

LAYOUTS: dict[str, Layout] = {
    module.LAYOUT.name: module.LAYOUT
    for module in (mvtec, coco, voc, yolo, imagefolder, webdataset, table, folders, flat)
}
"""By name, in the order in which they are tried: the last one fits everything."""

__all__ = ["LAYOUTS", "Layout"]
