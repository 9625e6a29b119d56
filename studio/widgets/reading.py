"""Items as they are shown in large: read and halved off the window's thread, described in words."""

from collections.abc import Sequence

from studio.imaging.pyramid import Pyramid
from studio.imaging.read import read_item
from studio.project.items import FILE_ORDER, Item
from studio.text import tr
from studio.widgets.canvas import Canvas
from studio.widgets.tiles import Caption, label_caption

AXES = {
    "axial": {"left": "R", "right": "L", "top": "A", "bottom": "P"},
    "coronal": {"left": "R", "right": "L", "top": "H", "bottom": "F"},
    "sagittal": {"left": "A", "right": "P", "top": "H", "bottom": "F"},
}
"""Which side of the body lies where in a slice of a volume, as `studio.imaging.nifti` turns it: right, left, anterior,
posterior, head, feet (DICOM PS3.3, C.7.6.1.1.1)."""


def read_large(shown: Item) -> Pyramid:
    """Raises as `read_item`."""
    return Pyramid(read_item(shown))


def marks_of(shown: Item) -> dict[str, str]:
    """The letters at the edges of an image, where its sides of the body are known."""
    return AXES.get(shown.part.plane or "", {})


def facts_of(shown: Item, caption: Caption = label_caption) -> str:
    """Name, label (or what a caption says instead), size and the telling fields of an item, in a line."""
    size = tr("{width} × {height} px, {depth} bits", width=shown.width, height=shown.height, depth=shown.depth)
    fields = [f"{name}: {value}" for name, value in shown.fields.items() if name != FILE_ORDER]
    return " · ".join((shown.path.name, caption(shown), size, *fields))


def pixel_in_words(canvas: Canvas, place: tuple[int, int] | None) -> str:
    """Where the mouse points, and the value there in the file's units."""
    if place is None or canvas.pyramid is None:
        return ""
    values = " ".join(number(value) for value in canvas.value_at(*place))
    return tr("x {x}, y {y}: {value}", x=f"{place[0]:,}", y=f"{place[1]:,}", value=values)


def window_in_words(window: Sequence[float]) -> str:
    low, high = window
    return tr("black {low}, white {high}", low=number(low), high=number(high))


def number(value: float) -> str:
    """With as many digits as tell values of an image apart."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.4g}"
