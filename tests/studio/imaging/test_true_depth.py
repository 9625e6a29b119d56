"""A ramp of 12 bits in every kind of deep file comes out of an identity chain and of an export within half a step."""

from io import BytesIO
from pathlib import Path

import nibabel
import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from models.events import finish
from studio.augmenting.chain import Chain
from studio.augmenting.materialize import materialize
from studio.exporting.export import export
from studio.exporting.png import encode_png
from studio.imaging.read import read_item
from studio.importing import import_sources
from studio.project.items import items
from tests.studio.dicom_files import dicom_file

RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)


def tiff(pixels: np.ndarray) -> bytes:
    file = BytesIO()
    tifffile.imwrite(file, pixels, photometric="minisblack")
    return file.getvalue()


def volume(values: np.ndarray) -> bytes:
    """A volume of one slice, whose rows and columns are the image's."""
    return nibabel.Nifti1Image(values[::-1, ::-1].T[..., None], np.eye(4)).to_bytes()


KINDS = {
    "dicom 12 bits": (dicom_file(RAMP, BitsStored=12), 65535),
    "dicom in Hounsfield units": (dicom_file(RAMP, BitsStored=12, RescaleSlope=1, RescaleIntercept=-1024), 4095),
    "png 16 bits": (encode_png(RAMP), 65535),
    "tiff 16 bits": (tiff(RAMP), 65535),
    "tiff signed": (tiff(RAMP.astype(np.int16) - 2048), 4095),
    "tiff 32 bits": (tiff(RAMP.astype(np.uint32) * 1_000_000), 4095),
    "tiff float": (tiff(RAMP.astype(np.float32) / 4095), 4095),
    "tiff double": (tiff(RAMP * 1e-3), 4095),
    "nifti": (volume(RAMP.astype(np.int16)), 4095),
}
"""Content, and the steps of the range that it is spread over."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_ramp_stays_a_ramp(project, tmp_path, kind):
    content, steps = KINDS[kind]
    path = tmp_path / ("ramp.nii" if kind == "nifti" else "ramp.png")
    path.write_bytes(content)
    finish(import_sources(project, [path]))
    (item,) = items(project)
    inside = read_item(item).pixels.astype(np.float64)
    assert np.allclose((inside - inside.min()) / np.ptp(inside) * 4095, RAMP, atol=0.01)
    finish(export(project, tmp_path / "out"))
    finish(materialize(project, tmp_path / "variants", 1, chain=Chain()))
    for folder in ("out", "variants"):
        (written,) = (tmp_path / folder).rglob("*real-*.png")
        assert np.abs(stored(written) / 65535 * steps - RAMP).max() < 0.5


def stored(path: Path) -> np.ndarray:
    with Pillow.open(path) as picture:
        assert picture.mode.startswith("I")
        return np.asarray(picture).astype(np.float64)
