"""Gray values of DICOM images: what the modality means by them, and which are to be seen as black and white.

The order is that of the standard (PS3.3, C.11; PS3.4, N.2): stored value -> modality LUT -> window -> inversion for
MONOCHROME1. The window is not burned in; it is kept beside the values.
"""

import numpy as np
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.pixels import apply_modality_lut, apply_voi

from studio.imaging.image import Image, Range, finite

LUT_ENDS = 0.01
"""Share of a table's output at either end that may be lost when a window stands for the table."""
MOST_LUT_VALUES = 1 << 17


def gray_image(stored: np.ndarray, dataset: Dataset, frame: int) -> Image:
    """The image of stored values (H, W) of one frame.

    Integers stay integers where their values fit in 16 bits without sign; others become float32. MONOCHROME1, where
    high values are dark, is mirrored in the range of values, so that high is bright in every image.
    """
    depth = int(dataset.get("BitsStored", 8 * stored.itemsize))
    values, limits = _modality_values(stored, dataset, frame, depth)
    window = _window(_functional_group(dataset, "FrameVOILUTSequence", frame), values, limits)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        low, high = limits
        values = low + high - values.astype(np.float64)
        window = None if window is None else (low + high - window[1], low + high - window[0])
    return _as_image(values, depth, window, limits)


def stored_limits(values: np.ndarray, depth: int, is_signed: bool) -> Range:
    """The range of numbers of `depth` bits, and of the values if these exceed what the header says."""
    low, high = (-(1 << depth - 1), (1 << depth - 1) - 1) if is_signed else (0, (1 << depth) - 1)
    return min(low, float(values.min())), max(high, float(values.max()))


def _modality_values(stored: np.ndarray, dataset: Dataset, frame: int, depth: int) -> tuple[np.ndarray, Range]:
    """Values in the units of the modality, such as Hounsfield units, and their range (PS3.3, C.11.1)."""
    if stored.dtype.kind == "f":
        values = finite(stored)
        return values, (float(values.min()), float(values.max()))
    source = _functional_group(dataset, "PixelValueTransformationSequence", frame)
    if source.get("ModalityLUTSequence"):
        values = apply_modality_lut(stored, source)
        return values, stored_limits(values, int(source.ModalityLUTSequence[0].LUTDescriptor[2]), is_signed=False)
    slope, intercept = _number(source, "RescaleSlope", 1) or 1.0, _number(source, "RescaleIntercept", 0)
    low, high = stored_limits(stored, depth, bool(dataset.get("PixelRepresentation")))
    if (slope, intercept) == (1, 0):
        return stored, (low, high)
    ends = sorted((low * slope + intercept, high * slope + intercept))
    if max(-ends[0], ends[1]) > float(np.finfo(np.float32).max):
        raise ValueError("units that no image has")
    return stored * slope + intercept, (ends[0], ends[1])


def _window(source: Dataset, values: np.ndarray, limits: Range) -> Range | None:
    """The first window that the header names, unless all of the image would be black or white in it."""
    window = _linear_window(source) or _table_window(source, limits)
    if window is None or not window[0] < min(window[1], values.max()) or window[1] <= values.min():
        return None
    return window


def _linear_window(source: Dataset) -> Range | None:
    """Values of black and white from center and width (PS3.3, C.11.2.1.2 and C.11.2.1.3).

    For the function SIGMOID the line that touches the curve in its center stands.
    """
    center, width = _number(source, "WindowCenter", np.nan), _number(source, "WindowWidth", np.nan)
    if not np.isfinite(center + width):
        return None
    if source.get("VOILUTFunction", "LINEAR") == "LINEAR":
        center, width = center - 0.5, width - 1
    return center - width / 2, center + width / 2


def _table_window(source: Dataset, limits: Range) -> Range | None:
    """The values between which a table (PS3.3, C.11.2.1.1) rises: a straight line stands for its curve."""
    if not source.get("VOILUTSequence") or limits[1] - limits[0] > MOST_LUT_VALUES:
        return None
    values = np.arange(int(limits[0]), int(limits[1]) + 1)
    output = apply_voi(values, source).astype(np.float64)
    low, high = output.min(), output.max()
    inside = np.flatnonzero((output > low + LUT_ENDS * (high - low)) & (output < high - LUT_ENDS * (high - low)))
    return (float(values[inside[0]]), float(values[inside[-1]])) if inside.size else None


def _as_image(values: np.ndarray, depth: int, window: Range | None, limits: Range) -> Image:
    """In the smallest type that holds the whole range."""
    if depth == 1 and limits == (0, 1):
        return Image(values.astype(np.uint8) * 255, depth)
    if window is None and 0 < limits[1] < 255:
        window = limits
    kept = np.ascontiguousarray(values, _smallest_type(values, limits))
    return Image(kept, depth, window, limits if depth <= 16 else None)


def _smallest_type(values: np.ndarray, limits: Range) -> type[np.generic]:
    if limits[0] < 0 or limits[1] >= 1 << 16 or not _are_whole(values):
        return np.float32
    return np.uint8 if limits[1] < 1 << 8 else np.uint16


def _are_whole(values: np.ndarray) -> bool:
    return values.dtype.kind in "iu" or bool((values == np.rint(values)).all())


def _functional_group(dataset: Dataset, name: str, frame: int) -> Dataset:
    """Where a frame's attributes of one functional group stand (PS3.3, C.7.6.16): with the frame, with all frames, or,
    in files of one frame, in the data set itself."""
    of_frames, of_all = dataset.get("PerFrameFunctionalGroupsSequence"), dataset.get("SharedFunctionalGroupsSequence")
    for groups in ((of_frames or [])[frame : frame + 1], (of_all or [])[:1]):
        if groups[:] and groups[0].get(name):
            return groups[0][name][0]
    return dataset


def _number(source: Dataset, name: str, default: float) -> float:
    """The first value of an attribute; the default where it is absent or no number."""
    value = source.get(name)
    if isinstance(value, MultiValue):
        value = value[0] if value else None
    return float(value) if value not in (None, "") and np.isfinite(float(value)) else default
