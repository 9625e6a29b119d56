"""DICOM files (PS3.3, PS3.5, PS3.10) as images at their true depth.

Only the GPL-free decoders that are installed beside pydicom are used. Nothing of a header gets into an error: what
pydicom says of a damaged value quotes it, and it may be a patient's name.
"""

import logging
import warnings
import zlib
from io import BytesIO

import numpy as np
from pydicom import config, dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import get_frame
from pydicom.errors import BytesLengthException
from pydicom.filereader import read_dataset, read_preamble
from pydicom.pixels import apply_color_lut, get_decoder, pixel_array
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    MediaStorageDirectoryStorage,
    RLELossless,
)

from studio.imaging.codestream import codestream_size, has_end, has_endless_box
from studio.imaging.container import Container, check_frame, check_size
from studio.imaging.dicom_brightness import gray_image, stored_limits
from studio.imaging.image import Image
from studio.imaging.unreadable import DAMAGE, Unreadable

JPEG_LS = (JPEGLSLossless, JPEGLSNearLossless)
DECODERS = {
    **dict.fromkeys((JPEGBaseline8Bit, JPEGExtended12Bit), "pillow"),
    **dict.fromkeys((JPEGLossless, JPEGLosslessSV1), "gdcm"),
    **dict.fromkeys(JPEG_LS, "pyjpegls"),
    **dict.fromkeys((JPEG2000Lossless, JPEG2000, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K), "pylibjpeg"),
    RLELossless: "pydicom",
}
"""The decoder of each compression that survives damaged files best: gdcm and pylibjpeg-rle may end the process."""
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
DAMAGED_HEADER = (AttributeError, BytesLengthException, *DAMAGE)
MOST_INFLATED = 1 << 30
"""Bytes that the data set of a deflated file may have."""
CHUNK = 1 << 20
SMALLEST_ITEM = 8
"""Bytes of tag and length, which each compressed frame has at least (PS3.5, A.4)."""

config.settings.reading_validation_mode = config.IGNORE
logging.getLogger("pydicom").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module="pydicom")


class DicomFile(Container):
    """The images of a file in the units of its modality, the middle one standing for all.

    Color is RGB. Of grays high values are bright, whatever the file's own sense.
    """

    damage = DAMAGED_HEADER

    def __init__(self, data: bytes) -> None:
        """Raises `Unreadable`."""
        try:
            self._dataset = _read(data)
            _check(self._dataset)
        except DAMAGED_HEADER:
            raise Unreadable("damaged") from None

    @property
    def representative(self) -> int:
        return len(self.frames) // 2

    def _count(self) -> range:
        return range(_frames(self._dataset))

    def _decode(self, frame: int) -> Image:
        check_frame(frame, len(self.frames))
        return _image(self._dataset, frame, len(self.frames))


def read_header(data: bytes) -> Dataset:
    """What a file that `DicomFile` accepts says of its images."""
    return dcmread(BytesIO(data), force=True, stop_before_pixels=True)


def images_in(header: Dataset) -> int:
    """How many images a header says that there are; raises as one that is damaged does."""
    return max(1, int(header.get("NumberOfFrames") or 1)) if "Rows" in header else 0


def _read(data: bytes) -> Dataset:
    _check_inflated_size(data)
    dataset = dcmread(BytesIO(data), force=True)
    meta = getattr(dataset, "file_meta", None) or FileMetaDataset()
    if "TransferSyntaxUID" not in meta:
        meta.TransferSyntaxUID = _native_syntax(dataset)
        dataset.file_meta = meta
    return dataset


def _check_inflated_size(data: bytes) -> None:
    """A deflated file of a megabyte could fill the memory: pydicom inflates it whole."""
    file = BytesIO(data)
    read_preamble(file, force=True)
    meta = read_dataset(file, False, True, stop_when=lambda tag, *_: tag >> 16 != 2)
    if meta.get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    rest, size = file.read(), 0
    while rest and not inflate.eof:
        size += len(inflate.decompress(rest, CHUNK))
        rest = inflate.unconsumed_tail
        if size > MOST_INFLATED:
            raise Unreadable("too_heavy", gigabytes="> 1", limit=MOST_INFLATED >> 30)


def _native_syntax(dataset: Dataset) -> UID:
    """Files without meta information are not compressed (PS3.10, 7.1, came with the first compression)."""
    is_implicit, is_little_endian = dataset.original_encoding
    if not is_little_endian:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if is_implicit else ExplicitVRLittleEndian


def _check(dataset: Dataset) -> None:
    """Raises `Unreadable` for what holds no image, or none that can be decoded."""
    kind = UID(str(dataset.get("SOPClassUID", dataset.file_meta.get("MediaStorageSOPClassUID", ""))))
    if kind == MediaStorageDirectoryStorage or "DirectoryRecordSequence" in dataset:
        raise Unreadable("dicom_directory")
    if not any(name in dataset for name in PIXELS):
        raise Unreadable("no_pixels", what=_title(kind)) if kind else Unreadable("no_image")
    check_size(int(dataset.Columns), int(dataset.Rows))
    if not _can_decode(dataset):
        raise Unreadable("unsupported", what=f"DICOM, {_title(dataset.file_meta.TransferSyntaxUID)}")


def _frames(dataset: Dataset) -> int:
    """How many frames a file says that it has. Raises `Unreadable` when it is too short for them."""
    frames = max(1, int(dataset.get("NumberOfFrames") or 1))
    size = max(len(dataset[name].value) for name in PIXELS if name in dataset)
    is_packed = dataset.file_meta.TransferSyntaxUID.is_encapsulated
    least = SMALLEST_ITEM if is_packed else dataset.Rows * dataset.Columns * dataset.BitsAllocated / 8
    if frames * least > size:
        raise Unreadable("damaged")
    return frames


def _can_decode(dataset: Dataset) -> bool:
    """All that pydicom knows, but for 12 bits in JPEG that loses: there is no decoder without the GPL."""
    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        get_decoder(syntax)
    except NotImplementedError:
        return False
    return not (syntax == JPEGExtended12Bit and dataset.BitsStored > 8)


def _title(uid: UID) -> str:
    """What the standard calls it; the text of a UID that is not the standard's may be anything."""
    return uid.name if uid.name != uid else "–"


def _image(dataset: Dataset, frame: int, frames: int) -> Image:
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax.is_encapsulated:
        _check_codestream(get_frame(dataset.PixelData, frame, number_of_frames=frames), dataset)
    pixels = pixel_array(dataset, index=frame, decoding_plugin=DECODERS.get(syntax, ""))
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        return Image(_painted(pixels, dataset), 8)
    if pixels.ndim == 3:
        return _color_image(pixels, int(dataset.BitsStored))
    return gray_image(pixels, dataset, frame)


def _check_codestream(data: bytes, dataset: Dataset) -> None:
    """Damaged files may claim to hold more than the memory does, or have decoders look for an end forever."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax == RLELossless:  # which claims nothing
        return
    is_endless = has_endless_box(data) or (syntax in JPEG_LS and not has_end(data))
    if is_endless or codestream_size(data) != (dataset.Columns, dataset.Rows, dataset.SamplesPerPixel):
        raise Unreadable("damaged")


def _painted(pixels: np.ndarray, dataset: Dataset) -> np.ndarray:
    """uint8 (H, W, 3) by the palette, whose entries of 16 bits mostly hold 8."""
    colors = apply_color_lut(pixels, dataset)[..., :3]
    return np.ascontiguousarray(colors >> 8 if colors.dtype == np.uint16 else colors, np.uint8)


def _color_image(pixels: np.ndarray, depth: int) -> Image:
    """RGB, which has no window (PS3.3, C.11.2.1.2): all that it can hold is shown."""
    if pixels.dtype == np.uint8:
        return Image(np.ascontiguousarray(pixels), depth)
    limits = stored_limits(pixels, depth, is_signed=False)
    kept = np.ascontiguousarray(pixels, np.uint16 if limits[1] < 1 << 16 else np.float32)
    return Image(kept, depth, limits, limits)
