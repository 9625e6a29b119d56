"""A folder with everything that can be wrong: the good come in, each of the others is listed with its reason."""

import gzip
import inspect
import os
import re
import subprocess
import sys
import textwrap
from io import BytesIO
from pathlib import Path

import nibabel
import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow
from pydicom.dataset import Dataset, FileMetaDataset

from models.events import finish
from studio.imaging.read import read_bytes, read_image
from studio.imaging.thumbnails import Thumbnails
from studio.imaging.unreadable import sentence
from studio.importing import examine, import_sources, rejections
from studio.project import Project
from studio.project.items import items
from tests.studio.dicom_files import dicom_file

LONG = "n" * 196 + ".png"
RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64) * 16


@pytest.fixture
def bad_folder(tmp_path, photo, bomb) -> Path:
    folder = tmp_path / "bad input"
    (folder / "缺陷 划痕").mkdir(parents=True)
    (folder / "empty.png").write_bytes(b"")
    photo(0).save(folder / "truncated.png")
    (folder / "truncated.png").write_bytes((folder / "truncated.png").read_bytes()[:300])
    (folder / "text.png").write_text("This is no picture.")
    (folder / "bomb.png").write_bytes(bomb)
    photo(1).crop((0, 0, 1, 1)).save(folder / "one pixel.png")
    Pillow.new("CMYK", (20, 10), (0, 200, 200, 0)).save(folder / "cmyk.jpg")
    tifffile.imwrite(folder / "deep.tif", RAMP)
    photo(2).quantize(8).save(folder / "palette.gif")
    photo(3).save(folder / "缺陷 划痕" / "图像 1.png")
    photo(4).save(folder / "with many spaces .png")
    photo(5).save(folder / LONG)
    exif = Pillow.Exif()
    exif[0x0112] = 6
    photo(6).save(folder / "turned.jpg", exif=exif)
    return folder


def test_import_goes_on_and_lists_every_rejected_file(project, bad_folder):
    result = finish(import_sources(project, [bad_folder]))
    reasons = {Path(each.file).name: each.reason for each in result.rejected}
    assert set(reasons) == {"empty.png", "truncated.png", "text.png", "bomb.png"}
    assert "empty" in reasons["empty.png"] and "damaged" in reasons["truncated.png"]
    assert "not an image" in reasons["text.png"] and "60,000 × 60,000" in reasons["bomb.png"]
    assert {each.file: each.reason for each in rejections(project)} == {
        each.file: each.reason for each in result.rejected
    }
    assert result.imported == 8


def test_good_ones_come_in_upright_and_deep(project, bad_folder):
    finish(import_sources(project, [bad_folder]))
    found = {item.path.name: item for item in items(project)}
    facts = {name: (item.width, item.height, item.channels, item.depth) for name, item in found.items()}
    assert facts == {
        "one pixel.png": (1, 1, 1, 8),
        "cmyk.jpg": (20, 10, 3, 8),
        "deep.tif": (64, 64, 1, 16),
        "palette.gif": (32, 24, 1, 8),
        "图像 1.png": (32, 24, 1, 8),
        "with many spaces .png": (32, 24, 1, 8),
        LONG: (32, 24, 1, 8),
        "turned.jpg": (24, 32, 1, 8),
    }
    assert np.array_equal(read_image(found["deep.tif"].path).pixels, RAMP)
    with Thumbnails(project) as thumbnails:
        assert all(thumbnails.get(item) for item in found.values())


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions on Windows")
def test_no_permission(tmp_path, photos):
    """Run as a user without rights, for root may read everything."""
    folder = photos("good.png", "secret.png", "locked/1.png")
    (folder / "secret.png").chmod(0)
    (folder / "locked").chmod(0)
    tmp_path.chmod(0o777)
    program = f"""
        import os
        from pathlib import Path
        from models.events import finish
        from studio.importing import import_sources
        from studio.project import Project
        if os.geteuid() == 0:
            os.setegid(65534)
            os.seteuid(65534)
        with Project.create(Path({str(tmp_path / "theirs")!r})) as project:
            result = finish(import_sources(project, [Path({str(folder)!r})]))
        print(result.imported, sorted((Path(each.file).name, each.reason[:13]) for each in result.rejected))
    """
    for parent in list(tmp_path.parents)[:3]:
        parent.chmod(parent.stat().st_mode | 0o111)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    (folder / "locked").chmod(0o755)
    assert done.stdout.strip() == "1 [('locked', 'No permission'), ('secret.png', 'No permission')]"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
def test_a_name_that_is_no_unicode(project, photos):
    folder = photos("1.png")
    os.rename(folder / "1.png", os.path.join(os.fsencode(folder), b"caf\xe9.png"))  # noqa: PTH104, PTH118
    result = finish(import_sources(project, [folder]))
    assert result.imported == 0
    assert "not valid Unicode" in result.rejected[0].reason and result.rejected[0].file.endswith("caf?.png")
    assert rejections(project)


NAMES = (
    "a" * 246 + ".png",  # 250 characters
    "缺陷" * 41 + ".png",
    "Ångström čeština ñandú.png",
    "Фотография.png",
    "صورة.png",
    "תמונה.png",
    "이미지.png",
    "ภาพถ่าย.png",
    "🔬🩻.png",
    "e\u0301 and é.png",
    "semi;colon, comma 'quote' 100%.png",
    " space before.png",
    "dots...png",
)


def test_names_in_every_script(project, photos):
    names = [name for name in NAMES if sys.platform != "win32" or len(name) < 200]
    folder = photos(*names)
    result = finish(import_sources(project, [folder]))
    assert (result.imported, result.rejected) == (len(names), [])
    with Thumbnails(project) as thumbnails:
        assert all(thumbnails.get(item) and read_image(item.path).width == 32 for item in items(project))
    assert finish(import_sources(project, [folder])).unchanged == len(names)


def test_files_that_vanish_or_change_meanwhile(project, photos, photo, monkeypatch):
    """Each is listed, the others come in, and nothing of those that are listed stays behind."""
    folder = photos("1.png", "2.png", "3.png", "4.png")

    def disturbed(path: Path) -> bytes:
        if path.name == "2.png":
            path.unlink()
        content = read_bytes(path)
        if path.name == "3.png":
            path.write_bytes(content + b"more")
        return content

    monkeypatch.setattr(examine, "read_bytes", disturbed)
    result = finish(import_sources(project, [folder]))
    assert [item.path.name for item in items(project)] == ["1.png", "4.png"]
    reasons = {each.name: each.reason for each in result.rejected}
    assert "not there" in reasons["2.png"] and "changed while it was read" in reasons["3.png"]
    monkeypatch.undo()
    again = finish(import_sources(project, [folder]))
    assert (again.imported, again.unchanged) == (1, 2) and [each.name for each in rejections(project)] == ["2.png"]


def test_what_comes_in_is_whole(project, bad_folder):
    finish(import_sources(project, [bad_folder]))
    for item in items(project):
        scores = dict(project.db.execute("SELECT name, value FROM score WHERE item_id = ?", (item.id,)).fetchall())
        assert {"bytes", "modified", "sharpness", "contrast"} <= scores.keys()
    orphans = project.db.execute("SELECT count(*) FROM score WHERE item_id NOT IN (SELECT id FROM item)").fetchone()[0]
    assert orphans == 0 and not project.db.execute("PRAGMA foreign_key_check").fetchall()


def test_a_project_beside_its_images_can_move_with_them(tmp_path, photos):
    folder = photos("1.png")
    with Project.create(tmp_path / "cells") as project:
        finish(import_sources(project, [folder]))
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("photos", "cells.seedbed"):
        (tmp_path / name).rename(moved / name)
    with Project.open(moved / "cells") as project:
        assert next(items(project)).path == moved / "photos" / "1.png"
        assert finish(import_sources(project, [moved / "photos"])).unchanged == 1


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]


@pytest.fixture
def corpus(tmp_path, photo, bomb) -> Path:
    """A folder `bad` with what must be listed, and one `good` with what is odd and comes in."""
    png, jpeg = encode(photo(0), "PNG"), encode(photo(1).resize((200, 200)), "JPEG")
    values = np.random.default_rng(0).normal(size=(5, 6, 7)).astype(np.float32)
    volume = nibabel.Nifti1Image(values, np.eye(4)).to_bytes()
    scan = dicom_file(RAMP)
    no_pixels = Dataset()
    no_pixels.SOPClassUID, no_pixels.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.3"
    no_pixels.file_meta = FileMetaDataset()
    no_pixels.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    report = BytesIO()
    no_pixels.save_as(report, enforce_file_format=True)
    bad = {
        "truncated.png": png[:200],
        "truncated.jpg": jpeg[: len(jpeg) // 2],
        "truncated.dcm": scan[:-3000],
        "truncated.nii": volume[:-200],
        "flipped.png": flipped(png, len(png) // 2),
        "hole.jpg": jpeg[:1000] + bytes(300) + jpeg[1300:],
        "flipped.nii.gz": flipped(gzip.compress(volume), 300),
        "zero bytes.tif": b"",
        "zeros.png": bytes(500),
        "page of the web.jpg": b"<!DOCTYPE html><html></html>",
        "bomb.png": bomb,
        "bomb.nii.gz": gzip.compress(volume[:352] + bytes((1 << 30) + 1), 9),
        "report.dcm": report.getvalue(),
        "lying rows.dcm": dicom_file(RAMP, Rows=6400),
        "lying frames.dcm": dicom_file(RAMP, NumberOfFrames=2**31 - 1),
        "huge.dcm": dicom_file(RAMP, Rows=60_000, Columns=60_000),
        "flat.nii": nibabel.Nifti1Image(values[0], np.eye(4)).to_bytes(),
    }
    floats = np.linspace(-1, 2, 24 * 32, dtype=np.float32).reshape(24, 32)
    good = {
        "4-D.nii.gz": gzip.compress(nibabel.Nifti1Image(np.stack([values] * 3, -1), np.eye(4)).to_bytes()),
        "wrong extension.jpg": png,
        "a scan.png": scan,
        "one bit.png": encode(photo(2).convert("1"), "PNG"),
        "cmyk.jpg": encode(photo(3).convert("CMYK"), "JPEG"),
        "palette.png": encode(photo(4).quantize(8), "PNG"),
        "float.tif": tiff(floats),
        "nothing but NaN.tif": tiff(np.full((24, 32), np.nan, np.float32)),
        "some NaN.tif": tiff(np.where(floats > 1, np.nan, floats)),
        "pages.tif": tiff(np.stack([RAMP, RAMP[::-1]])),
    }
    for name, content in [*((f"bad/{key}", bad[key]) for key in bad), *((f"good/{key}", good[key]) for key in good)]:
        (tmp_path / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "corpus" / name).write_bytes(content)
    return tmp_path / "corpus"


def encode(picture: Pillow.Image, format: str) -> bytes:
    file = BytesIO()
    picture.save(file, format)
    return file.getvalue()


def tiff(pixels: np.ndarray) -> bytes:
    file = BytesIO()
    tifffile.imwrite(file, pixels, photometric="minisblack")
    return file.getvalue()


REMEDIES = ("Copy", "Save", "Leave", "Cut", "Import")


def test_each_of_a_corpus_comes_in_or_is_listed_with_reason_and_remedy(project, corpus):
    result = finish(import_sources(project, [corpus]))
    listed = {Path(each.file).name: each.reason for each in rejections(project)}
    assert set(listed) == {path.name for path in (corpus / "bad").iterdir()}
    for name, reason in listed.items():
        what, *remedy = re.split(r"(?<=[.)]) (?=[A-Z])", reason)
        assert what and remedy and remedy[-1].startswith(REMEDIES), (name, reason)
    found = list(items(project))
    assert {item.path.name for item in found} == {path.name for path in (corpus / "good").iterdir()}
    assert result.imported == len(found) == 8 + 7 + 2, "a volume has seven slices, a file two pages"
    for item in found:
        image = read_image(item.path, item.part)
        assert (image.width, image.height) == (item.width, item.height) and np.isfinite(image.pixels).all()


def test_every_reason_has_a_remedy():
    """Whatever else may be wrong with a file: a sentence on what to do follows."""
    details = {
        **dict.fromkeys(("number", "width", "height", "limit", "n", "total"), 2),
        **dict.fromkeys(("what", "gigabytes"), "3"),
        "why": "damaged",
        "values": {},
    }
    cases = re.findall(r'case "(\w+)"', inspect.getsource(sentence))
    assert len(cases) > 15
    for reason in cases:
        said = sentence(reason, **details)
        assert len(re.findall(r"[.):] ?", said)) >= 2 or " do not " in said, said
