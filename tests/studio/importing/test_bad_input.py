"""A folder with everything that can be wrong: the good come in, each of the others is listed with its reason."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from models.events import finish
from studio.imaging.read import read_bytes, read_image
from studio.imaging.thumbnails import Thumbnails
from studio.importing import examine, import_sources, rejections
from studio.project import Project
from studio.project.items import items

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
