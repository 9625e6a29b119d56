"""DICOM files made for tests."""

from io import BytesIO

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian


def dicom_file(pixels: np.ndarray, syntax: str = ExplicitVRLittleEndian, bare: bool = False, **attributes) -> bytes:
    """A file with these stored values, (H, W) or (H, W, 3); attributes by keyword.

    bare: without preamble and meta information, as old devices write it.
    """
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "1.2.3.4"
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 1 if pixels.ndim == 2 else 3
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8 * pixels.itemsize
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.HighBit = dataset.BitsStored - 1
    dataset["PixelData"].VR = "OW"
    file = BytesIO()
    if bare:
        dataset.save_as(file, implicit_vr=True, little_endian=True, enforce_file_format=False)
    else:
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()
